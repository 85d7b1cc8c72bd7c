// levee/report/words.h — numbers as people read them: dollars, percentages, errors.
//
// A number that is not finite reads "unknown" everywhere: what people see never says nan or inf.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace levee::report {

inline constexpr std::string_view unknown = "unknown";
inline constexpr std::string_view nothing = "–";  ///< Stands where a number does not apply.

/// A number and its standard error.
struct Uncertain {
  double value = 0;
  double error = 0;
};

/// "1,234.50": fixed decimals, thousands separated, a true minus sign.
std::string grouped(double value, int decimals);

/// "1,234.5", "0.00123": at most that many significant digits, no trailing zeros.
std::string number(double value, int digits = 5);

/// "$1,234", "$12.34", "−$0.0042".
std::string usd(double value);
/// "$44,120 ± 410": no more digits than the error leaves meaning.
std::string usd(const Uncertain& amount);
/// The same with a plus sign on gains.
std::string signed_usd(double value);

/// Decimals for a column of dollars: cents up to 10,000, then none.
int usd_decimals(std::span<const double> column);
/// A dollar figure for such a column; an amount too small for it shows its own digits.
std::string usd_at(double value, int decimals);

/// "48.0 %" of 0.48; "51.2 ± 3.1 %".
std::string percent(double fraction);
std::string percent(const Uncertain& fraction);

/// What a number became.
struct Change {
  double before = 0;
  double after = 0;
};
/// "−$18,250 (−41 %)"; without the share where `before` is not a loss.
std::string change(const Change& of);

/// The number told by `tell`, or "unknown".
template <class Tell>
std::string known(const std::optional<double>& value, Tell tell) {
  return value ? tell(*value) : std::string(unknown);
}

}  // namespace levee::report
