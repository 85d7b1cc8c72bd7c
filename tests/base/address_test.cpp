#include "levee/base/address.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include <gtest/gtest.h>

namespace {

using levee::Address;
using levee::address_from;
using levee::Bytes32;
using levee::bytes32_from;
using levee::Reason;
using levee::text_of;
using levee::U256;

// EIP-55's own list: all capitals, all lower case, mixed.
constexpr std::array<const char*, 8> published{
    "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string upper_digits(std::string text) {
  std::ranges::transform(text.begin() + 2, text.end(), text.begin() + 2,
                         [](unsigned char c) { return std::toupper(c); });
  return text;
}

}  // namespace

TEST(Address, ReadsTheAddressesPublishedWithTheChecksum) {
  for (const std::string text : published) {
    const auto address = address_from(text);
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_EQ(text_of(*address), lower(text));
  }
}

TEST(Address, ReadsOneCaseWithoutAChecksum) {
  for (const std::string text : published) {
    EXPECT_EQ(*address_from(lower(text)), *address_from(text));
    EXPECT_EQ(*address_from(upper_digits(text)), *address_from(text));
  }
}

TEST(Address, KnowsTheZeroAddress) {
  EXPECT_TRUE(address_from("0x0000000000000000000000000000000000000000")->is_zero());
  EXPECT_FALSE(address_from("0x0000000000000000000000000000000000000001")->is_zero());
}

TEST(Address, RefusesOneLetterOfTheWrongCase) {
  const std::string good = published[4];
  for (std::size_t i = 2; i < good.size(); ++i) {
    std::string text = good;
    const auto c = static_cast<unsigned char>(text[i]);
    if (std::isalpha(c) == 0) continue;
    text[i] = static_cast<char>(std::isupper(c) != 0 ? std::tolower(c) : std::toupper(c));
    const auto address = address_from(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().reason, Reason::bad_input);
    EXPECT_NE(address.error().message.find("EIP-55"), std::string::npos);
  }
}

TEST(Address, RefusesWhatIsNotFortyDigits) {
  const std::string good = lower(published[0]);
  for (const std::string& text :
       {std::string(), std::string("0x"), good.substr(2), good.substr(0, 41), good + "0",
        "0X" + good.substr(2), good.substr(0, 41) + "g", " " + good, good + " "}) {
    const auto address = address_from(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().reason, Reason::bad_input);
  }
}

TEST(Bytes32, ReadsAndWritesSixtyFourDigits) {
  const std::string text = "0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  EXPECT_EQ(text_of(*bytes32_from(text)), text);
  for (const std::string& wrong : {text + "0", text.substr(0, 65), text.substr(2), std::string()}) {
    EXPECT_FALSE(bytes32_from(wrong)) << wrong;
  }
}

TEST(Bytes32, HoldsANumberWithItsHighestByteFirst) {
  const Bytes32 bytes = levee::bytes_of(U256{0x0102} + U256::power_of_two(248));
  EXPECT_EQ(bytes.bytes[0], 1);
  EXPECT_EQ(bytes.bytes[30], 1);
  EXPECT_EQ(bytes.bytes[31], 2);
}

TEST(Bytes32Law, NumbersComeBack) {
  levee::test::for_cases(1000, [](levee::test::Gen& gen) {
    const U256 number = U256::of_limbs({gen.bits(), gen.bits(), gen.bits(), gen.bits()});
    EXPECT_EQ(levee::number_of(levee::bytes_of(number)), number);
    EXPECT_EQ(levee::hex_text(number).size(), 2 + (number.bit_length() + 3) / 4);
    EXPECT_EQ(*levee::u256_from(text_of(levee::bytes_of(number))), number);
  });
}
