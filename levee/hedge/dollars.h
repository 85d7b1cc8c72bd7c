// levee/hedge/dollars.h — money as sentences say it.
#pragma once
#include <cmath>
#include <string>

#include <fmt/core.h>

namespace levee::hedge {

/// "$1,234,567", "−$12": whole dollars, thousands apart.
inline std::string dollars(double amount) {
  const std::string digits = fmt::format("{:.0f}", std::abs(amount));
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return fmt::format("{}{}", amount <= -0.5 ? "−$" : "$", text);
}

/// The same with a plus sign on what is not below nothing.
inline std::string signed_dollars(double amount) {
  return (amount > -0.5 ? "+" : "") + dollars(amount);
}

}  // namespace levee::hedge
