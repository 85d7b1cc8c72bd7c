#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

constexpr std::string_view minus = "−";

int decade(double value) { return static_cast<int>(std::floor(std::log10(std::abs(value)))); }

// Decimals that show `digits` significant digits of a number.
int decimals_of(double value, int digits) {
  return value == 0 ? 0 : std::clamp(digits - 1 - decade(value), 0, 12);
}

int money_decimals(double value) {
  const double size = std::abs(value);
  if (size == 0 || size >= 1000) return 0;
  return size >= 1 ? 2 : std::max(2, decimals_of(value, 2));
}

std::string with_sign(bool negative, std::string_view symbol, std::string_view digits) {
  return fmt::format("{}{}{}", negative ? minus : "", symbol, digits);
}

// The digits alone, no sign; `value` finite.
std::string digits_of(double value, int decimals) {
  const double size = std::abs(value);
  if (size >= 1e15) return fmt::format("{:.2e}", size);
  std::string digits = fmt::format("{:.{}f}", size, decimals);
  std::size_t at = std::min(digits.find('.'), digits.size());
  while (at > 3) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

bool shows_something(std::string_view digits) {
  return digits.find_first_of("123456789") != std::string_view::npos;
}

std::string signed_digits(double value, std::string_view symbol, int decimals) {
  if (!std::isfinite(value)) return std::string(unknown);
  const std::string digits = digits_of(value, decimals);
  return with_sign(value < 0 && shows_something(digits), symbol, digits);
}

int error_decimals(const Uncertain& amount) {
  const double error = std::abs(amount.error);
  if (error == 0) return money_decimals(amount.value);
  if (error >= 10) return 0;
  return error >= 0.1 ? 2 : decimals_of(error, 2);
}

}  // namespace

std::string grouped(double value, int decimals) { return signed_digits(value, "", decimals); }

std::string number(double value, int digits) {
  if (!std::isfinite(value)) return std::string(unknown);
  if (value != 0 && std::abs(value) < 1e-6) {
    return with_sign(value < 0, "", fmt::format("{:.{}e}", std::abs(value), std::min(digits, 3)));
  }
  std::string text = grouped(value, decimals_of(value, digits));
  if (text.find('.') != std::string::npos && text.find('e') == std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string usd(double value) { return signed_digits(value, "$", money_decimals(value)); }

std::string usd(const Uncertain& amount) {
  if (!std::isfinite(amount.value)) return std::string(unknown);
  if (!std::isfinite(amount.error)) return usd(amount.value) + " (error unknown)";
  const int decimals = error_decimals(amount);
  return fmt::format("{} ± {}", signed_digits(amount.value, "$", decimals),
                     digits_of(amount.error, amount.error == 0 ? 0 : decimals));
}

std::string signed_usd(double value) {
  const std::string text = usd(value);
  return value > 0 && std::isfinite(value) && shows_something(text) ? "+" + text : text;
}

int usd_decimals(std::span<const double> column) {
  double largest = 0;
  for (const double x : column) {
    if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
  }
  return largest >= 10'000 ? 0 : 2;
}

std::string usd_at(double value, int decimals) {
  if (!std::isfinite(value)) return std::string(unknown);
  const bool lost = value != 0 && !shows_something(digits_of(value, decimals));
  return lost ? usd(value) : signed_digits(value, "$", decimals);
}

std::string percent(double fraction) {
  if (!std::isfinite(fraction)) return std::string(unknown);
  const double size = std::abs(100 * fraction);
  int decimals = size < 10 ? 2 : 1;
  if (size >= 1000) decimals = 0;
  if (0 < size && size < 0.1) decimals = decimals_of(size, 2);
  return signed_digits(100 * fraction, "", size == 0 ? 0 : decimals) + " %";
}

std::string percent(const Uncertain& fraction) {
  if (!std::isfinite(fraction.value) || !std::isfinite(fraction.error)) {
    return percent(fraction.value);
  }
  return fmt::format("{} ± {} %", signed_digits(100 * fraction.value, "", 1),
                     digits_of(100 * fraction.error, 1));
}

std::string change(const Change& of) {
  const double by = of.after - of.before;
  if (!std::isfinite(by)) return std::string(unknown);
  const double share = 100 * by / of.before;
  if (!(of.before > 0) || !(std::abs(share) < 1000)) return signed_usd(by);
  const std::string_view sign = share >= 0.5 ? "+" : "";
  return fmt::format("{} ({}{} %)", signed_usd(by), sign, grouped(share, 0));
}

}  // namespace levee::report
