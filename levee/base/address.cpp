#include "levee/base/address.h"

#include "levee/base/keccak.h"

#include <algorithm>
#include <cctype>
#include <span>

#include <fmt/core.h>

namespace levee {
namespace {

std::string hex_of(std::span<const std::uint8_t> bytes) {
  std::string text = "0x";
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

int nibble_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) {
  if (text.size() != 2 + 2 * bytes.size() || !text.starts_with("0x")) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = nibble_of(text[2 + 2 * i]), low = nibble_of(text[3 + 2 * i]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<std::uint8_t>(16 * high + low);
  }
  return true;
}

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_capital(char c) { return std::isupper(static_cast<unsigned char>(c)) != 0; }

// EIP-55: a letter is a capital where the hash of the lower-case digits has its nibble above 7.
bool checksum_holds(std::string_view digits, const Address& address) {
  const bool mixed =
      std::ranges::any_of(digits, is_capital) &&
      !std::ranges::all_of(digits, [](char c) { return !is_letter(c) || is_capital(c); });
  if (!mixed) return true;
  const Bytes32 hash = keccak256(std::string_view(text_of(address)).substr(2));
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const unsigned nibble = hash.bytes[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15U;
    if (is_letter(digits[i]) && is_capital(digits[i]) != (nibble > 7)) return false;
  }
  return true;
}

}  // namespace

std::string text_of(const Address& address) { return hex_of(address.bytes); }
std::string text_of(const Bytes32& bytes) { return hex_of(bytes.bytes); }

Result<Address> address_from(std::string_view text) {
  Address address;
  if (!read_hex(text, address.bytes)) {
    return fail(Reason::bad_input,
                fmt::format("address \"{:.80}\" (must be 0x and 40 hexadecimal digits)",
                            std::string(text)));
  }
  if (!checksum_holds(text.substr(2), address)) {
    return fail(Reason::bad_input,
                fmt::format("address {} (its capitals fail the EIP-55 check: a digit is wrong) "
                            "copy it again, or write it in lower case",
                            std::string(text)));
  }
  return address;
}

Result<Bytes32> bytes32_from(std::string_view text) {
  Bytes32 bytes;
  if (!read_hex(text, bytes.bytes)) {
    return fail(Reason::bad_input, fmt::format("\"{:.80}\" (must be 0x and 64 hexadecimal digits)",
                                               std::string(text)));
  }
  return bytes;
}

U256 number_of(const Bytes32& bytes) {
  std::array<std::uint64_t, 4> limbs{};
  for (std::size_t i = 0; i < 32; ++i) limbs[3 - i / 8] = limbs[3 - i / 8] << 8 | bytes.bytes[i];
  return U256::of_limbs(limbs);
}

Bytes32 bytes_of(const U256& number) {
  Bytes32 made;
  for (std::size_t i = 0; i < 32; ++i) {
    made.bytes[i] = static_cast<std::uint8_t>(number.limbs()[3 - i / 8] >> (56 - 8 * (i % 8)));
  }
  return made;
}

}  // namespace levee
