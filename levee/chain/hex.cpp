#include "levee/chain/hex.h"

#include <cstddef>

#include <fmt/core.h>

namespace levee::chain {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

int nibble_of(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return -1;
}

Error not_hex(std::string_view text, std::string_view why) {
  std::string shown;
  for (const char letter : text.substr(0, 40)) {
    shown += letter >= ' ' && letter <= '~' ? letter : '?';
  }
  if (text.size() > 40) shown += "...";
  return fail(Reason::corrupt, fmt::format("\"{}\" ({})", shown, why));
}

}  // namespace

std::string hex_bytes(std::span<const std::uint8_t> bytes) {
  std::string text = "0x";
  text.reserve(2 + 2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15U];
  }
  return text;
}

std::string hex_number(std::uint64_t number) { return fmt::format("{:#x}", number); }

Result<Bytes> bytes_in_hex(std::string_view text) {
  if (!text.starts_with("0x")) return not_hex(text, "bytes in hexadecimal begin with 0x");
  if (text.size() % 2 != 0) return not_hex(text, "an odd number of hexadecimal digits");
  Bytes bytes;
  bytes.reserve(text.size() / 2 - 1);
  for (std::size_t i = 2; i < text.size(); i += 2) {
    const int high = nibble_of(text[i]), low = nibble_of(text[i + 1]);
    if (high < 0 || low < 0) return not_hex(text, "holds a letter that is no hexadecimal digit");
    bytes.push_back(static_cast<std::uint8_t>(16 * high + low));
  }
  return bytes;
}

Result<std::uint64_t> number_in_hex(std::string_view text) {
  if (!text.starts_with("0x") || text.size() < 3) {
    return not_hex(text, "a number in hexadecimal is 0x and at least one digit");
  }
  if (text[2] == '0' && text.size() > 3) return not_hex(text, "a number with leading zeros");
  if (text.size() > 18) return not_hex(text, "a number above 2^64 - 1");
  std::uint64_t number = 0;
  for (const char letter : text.substr(2)) {
    const int nibble = nibble_of(letter);
    if (nibble < 0) return not_hex(text, "holds a letter that is no hexadecimal digit");
    number = number << 4 | static_cast<std::uint64_t>(nibble);
  }
  return number;
}

}  // namespace levee::chain
