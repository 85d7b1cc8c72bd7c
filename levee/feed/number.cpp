#include "levee/feed/number.h"

#include "levee/feed/shown.h"

#include <charconv>
#include <cmath>

#include <fmt/core.h>

namespace levee::feed {

std::optional<std::string> fault_of(double value, const Measure& measure) {
  if (!std::isfinite(value)) return fmt::format("is not a finite number ({})", measure.unit);
  if (measure.sign != Sign::any && value < 0) return fmt::format("is negative ({})", measure.unit);
  if (measure.sign == Sign::positive && value == 0) {
    return fmt::format("is zero ({}, must be positive)", measure.unit);
  }
  if (std::abs(value) > measure.most) {
    return fmt::format("is beyond {} ({})", measure.most, measure.unit);
  }
  return std::nullopt;
}

Result<double> number_from(std::string_view text, const Measure& measure) {
  if (text.empty()) return fail(Reason::bad_input, fmt::format("is empty ({})", measure.unit));
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return fail(Reason::bad_input,
                fmt::format("{} is beyond what a double holds ({})", shown(text), measure.unit));
  }
  if (error != std::errc{} || end != text.data() + text.size()) {
    return fail(Reason::bad_input,
                fmt::format("{} is not a number ({})", shown(text), measure.unit));
  }
  if (const auto fault = fault_of(value, measure)) {
    return fail(Reason::bad_input, fmt::format("{} {}", shown(text), *fault));
  }
  return value;
}

}  // namespace levee::feed
