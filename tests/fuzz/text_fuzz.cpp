// Bytes are text from outside: what levee's readers take is what the text says, all else is
// refused.
#include "levee/base/address.h"
#include "levee/base/i256.h"
#include "levee/base/u256.h"
#include "tests/fuzz/target.h"
#include "tests/support/big_numbers.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string>

namespace levee::fuzz {
namespace {

using Wide = boost::multiprecision::cpp_int;

void hold(const char* what, bool holds) {
  if (!holds) throw std::runtime_error(what);
}

bool are_digits(std::string_view text, int (*is_digit)(int)) {
  return !text.empty() && std::ranges::all_of(text, [&](char letter) {
    return is_digit(static_cast<unsigned char>(letter)) != 0;
  });
}

bool is_hex(std::string_view text) {
  return (text.starts_with("0x") || text.starts_with("0X")) &&
         are_digits(text.substr(2), std::isxdigit);
}

// The number a text names, read digit by digit without bounds; -1 where it names none.
Wide named(std::string_view text) {
  const bool hex = is_hex(text);
  if (!hex && !are_digits(text, std::isdigit)) return -1;
  Wide n = 0;
  for (const char letter : hex ? text.substr(2) : text) {
    const int digit = std::isdigit(static_cast<unsigned char>(letter)) != 0
                          ? letter - '0'
                          : std::tolower(static_cast<unsigned char>(letter)) - 'a' + 10;
    n = n * (hex ? 16 : 10) + digit;
  }
  return n;
}

void read_unsigned(std::string_view text) {
  const Result<U256> read = u256_from(text);
  const Wide want = named(text);
  const bool fits = want >= 0 && want < Wide(1) << 256;
  hold("u256_from takes what it should", static_cast<bool>(read) == fits);
  if (read) hold("u256_from reads what is written", test::big_of<Wide>(*read) == want);
  if (!read) hold("u256_from blames the input", read.error().reason == Reason::bad_input);
}

void read_signed(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view digits = negative ? text.substr(1) : text;
  const Wide magnitude = are_digits(digits, std::isdigit) ? named(digits) : Wide(-1);
  const Wide edge = Wide(1) << 255;
  const bool fits = magnitude >= 0 && (negative ? magnitude <= edge : magnitude < edge);
  const Result<I256> read = i256_from(text);
  hold("i256_from takes what it should", static_cast<bool>(read) == fits);
  if (!read) return hold("i256_from blames the input", read.error().reason == Reason::bad_input);
  hold("i256_from reads what is written",
       test::big_of<Wide>(*read) == (negative ? Wide(-magnitude) : magnitude));
}

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return text;
}

void read_address(const std::string& text) {
  const Result<Address> read = address_from(text);
  const bool shaped = text.size() == 42 && text.starts_with("0x") && is_hex(text);
  const std::string low = lowered(text);
  const bool one_case = text == low || text.find_first_of("abcdef", 2) == std::string::npos;
  hold("address_from takes no other shape", shaped || !read);
  hold("address_from takes one case as it is", !shaped || !one_case || read);
  if (read) hold("address_from reads what is written", text_of(*read) == low);
}

void read_bytes32(const std::string& text) {
  const Result<Bytes32> read = bytes32_from(text);
  const bool shaped = text.size() == 66 && text.starts_with("0x") && is_hex(text);
  hold("bytes32_from takes what it should", shaped == static_cast<bool>(read));
  if (!read) return;
  hold("bytes32_from reads what is written", text_of(*read) == lowered(text));
  hold("number_of", test::big_of<Wide>(number_of(*read)) == named(text));
  hold("bytes_of", bytes_of(number_of(*read)) == *read);
}

}  // namespace

void play(std::span<const std::uint8_t> bytes) {
  const std::string text(bytes.begin(), bytes.end());
  read_unsigned(text);
  read_signed(text);
  read_address(text);
  read_bytes32(text);
}

}  // namespace levee::fuzz
