#include "levee/base/u256.h"

#include "levee/base/wide.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee {
namespace {

int digit_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return 99;
}

}  // namespace

U256 wrapping_mul(const U256& a, const U256& b) {
  const u128 crossed = a.low128() * b.high128() + a.high128() * b.low128();
  const U256 low = product_of(a.low128(), b.low128());
  return U256::of_halves(low.high128() + crossed, low.low128());
}

std::optional<U256> checked_mul(const U256& a, const U256& b) {
  if ((a.high128() | b.high128()) == 0) return product_of(a.low128(), b.low128());
  const Limbs512 product = wide_product(a, b);
  if ((product[4] | product[5] | product[6] | product[7]) != 0) return std::nullopt;
  return U256::of_limbs({product[0], product[1], product[2], product[3]});
}

U256 operator*(const U256& a, const U256& b) {
  const std::optional<U256> product = checked_mul(a, b);
  LEVEE_EXPECT(product.has_value());
  return *product;
}

U256 operator/(const U256& a, const U256& b) { return divided(a, b).quotient; }
U256 operator%(const U256& a, const U256& b) { return divided(a, b).remainder; }

U256 square_root(const U256& n) {
  if (n.is_zero()) return n;
  // Newton from above falls until it has arrived.
  U256 root = U256::power_of_two((n.bit_length() + 1) / 2);
  if (n.bit_length() >= 255) root = U256{1} << 128;
  while (true) {
    const U256 next = (root + n / root) >> 1;
    if (next >= root) return root;
    root = next;
  }
}

double to_double(const U256& n) {
  const unsigned bits = n.bit_length();
  if (bits <= 64) return static_cast<double>(n.low64());
  const unsigned shift = bits - 64;
  const std::uint64_t top = (n >> shift).low64();
  // A sticky last bit keeps ties honest: 64 bits hold 11 more than a double needs.
  const bool lost = !(n << (256 - shift)).is_zero();
  return std::ldexp(static_cast<double>(top | (lost ? 1U : 0U)), static_cast<int>(shift));
}

std::string decimal_text(const U256& n) {
  constexpr std::uint64_t chunk = 10'000'000'000'000'000'000ULL;
  std::string text;
  U256 rest = n;
  while (!rest.fits(64)) {
    const Divided part = divided(rest, U256{chunk});
    text.insert(0, fmt::format("{:019}", part.remainder.low64()));
    rest = part.quotient;
  }
  return std::to_string(rest.low64()) + text;
}

std::string hex_text(const U256& n) {
  std::string text;
  for (unsigned nibble = std::max(1U, (n.bit_length() + 3) / 4); nibble-- > 0;) {
    text += "0123456789abcdef"[(n >> (4 * nibble)).low64() & 15];
  }
  return "0x" + text;
}

Result<U256> u256_from(std::string_view text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const std::string_view digits = hex ? text.substr(2) : text;
  const U256 base{hex ? 16 : 10};
  U256 value;
  bool good = !digits.empty();
  for (const char letter : digits) {
    const int digit = digit_of(letter);
    if (digit >= (hex ? 16 : 10)) good = false;
    if (!good) break;
    const std::optional<U256> scaled = checked_mul(value, base);
    const std::optional<U256> next =
        scaled ? checked_add(*scaled, U256{digit}) : std::optional<U256>{};
    if (!next) {
      return fail(Reason::bad_input,
                  fmt::format("number {:.20}... (is above 2^256 - 1)", std::string(text)));
    }
    value = *next;
  }
  if (!good) {
    return fail(Reason::bad_input,
                fmt::format("\"{:.80}\" (is not a whole number of at least 0)", std::string(text)));
  }
  return value;
}

}  // namespace levee
