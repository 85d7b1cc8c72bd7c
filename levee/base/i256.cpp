#include "levee/base/i256.h"

#include <fmt/core.h>

namespace levee {
namespace {

const U256 most_negative = U256::power_of_two(255);

I256 with_sign(const U256& magnitude, bool negative) {
  return I256::from_bits(negative ? wrapping_sub(U256{}, magnitude) : magnitude);
}

}  // namespace

std::optional<I256> checked_mul(const I256& a, const I256& b) {
  const std::optional<U256> product = checked_mul(a.magnitude(), b.magnitude());
  const bool negative = a.is_negative() != b.is_negative();
  if (!product || *product > most_negative) return std::nullopt;
  if (*product == most_negative && !negative) return std::nullopt;
  return with_sign(*product, negative);
}

I256 operator/(const I256& a, const I256& b) {
  return with_sign(a.magnitude() / b.magnitude(), a.is_negative() != b.is_negative());
}

double to_double(const I256& n) {
  return n.is_negative() ? -to_double(n.magnitude()) : to_double(n.magnitude());
}

std::string decimal_text(const I256& n) {
  const std::string digits = decimal_text(n.magnitude());
  return n.is_negative() ? fmt::format("-{}", digits) : digits;
}

Result<I256> i256_from(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = text.substr(negative ? 1 : 0);
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    return fail(Reason::bad_input,
                fmt::format("\"{:.80}\" (a signed number is decimal)", std::string(text)));
  }
  const Result<U256> magnitude = u256_from(digits);
  if (!magnitude) return magnitude.error();
  const bool too_far = negative ? *magnitude > most_negative : *magnitude >= most_negative;
  if (too_far) {
    return fail(Reason::bad_input, fmt::format("number {:.20}... (is outside -2^255 ... 2^255 - 1)",
                                               std::string(text)));
  }
  return with_sign(*magnitude, negative);
}

}  // namespace levee
