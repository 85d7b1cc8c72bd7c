// levee/feed/number.h — numbers in files: what they measure, and what is wrong with one.
#pragma once
#include "levee/base/result.h"

#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace levee::feed {

enum class Sign { any, not_negative, positive };

/// What a number in a file measures, and which values make sense.
struct Measure {
  std::string_view unit;  ///< As messages say it: "coins per contract".
  Sign sign = Sign::any;
  double most = std::numeric_limits<double>::infinity();  ///< Of its magnitude.
};

/// What is wrong with a value, or nothing: "is negative (USD)".
std::optional<std::string> fault_of(double value, const Measure& measure);

/// A number that is all of `text`.
///
/// err:  bad_input if it is none, not finite, or not what the measure allows; the message quotes
///       the text and names the unit, and the caller puts the place before it
Result<double> number_from(std::string_view text, const Measure& measure);

}  // namespace levee::feed
