#include "levee/chain/hex.h"

#include "tests/support/cases.h"

#include <string>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;

TEST(Hex, WritesBytesAndNumbersAsJsonRpcDoes) {
  EXPECT_EQ(hex_bytes(Bytes{}), "0x");
  EXPECT_EQ(hex_bytes(Bytes{0, 255, 16}), "0x00ff10");
  EXPECT_EQ(hex_number(0), "0x0");
  EXPECT_EQ(hex_number(1024), "0x400");
  EXPECT_EQ(hex_number(~std::uint64_t{0}), "0xffffffffffffffff");
}

TEST(Hex, ReadsBytesOfEitherCase) {
  EXPECT_EQ(*bytes_in_hex("0x"), Bytes{});
  EXPECT_EQ(*bytes_in_hex("0x00Ff1A"), (Bytes{0, 255, 26}));
}

TEST(Hex, ReadsNumbers) {
  EXPECT_EQ(*number_in_hex("0x0"), 0U);
  EXPECT_EQ(*number_in_hex("0xC8"), 200U);
  EXPECT_EQ(*number_in_hex("0xffffffffffffffff"), ~std::uint64_t{0});
}

TEST(Hex, RefusesBytesThatAreNoBytes) {
  for (const char* text : {"", "0", "00", "0X00", "0x0", "0x0g", "0x 0", "0x00 ", "-0x00"}) {
    const auto bytes = bytes_in_hex(text);
    ASSERT_FALSE(bytes) << text;
    EXPECT_EQ(bytes.error().reason, Reason::corrupt);
  }
}

TEST(Hex, RefusesNumbersThatAreNotWrittenAsTheProtocolSays) {
  for (const char* text : {"", "0x", "0x00", "0x0400", "400", "0xg", "0x-1", "-0x1", "0X1",
                           "0x10000000000000000", "0x1 "}) {
    const auto number = number_in_hex(text);
    ASSERT_FALSE(number) << text;
    EXPECT_EQ(number.error().reason, Reason::corrupt);
  }
}

TEST(Hex, ShowsNoControlCharactersOfWhatItRefuses) {
  const auto bytes = bytes_in_hex("\x1b[31m0x");
  EXPECT_EQ(bytes.error().message.find('\x1b'), std::string::npos);
}

TEST(HexLaw, WhatIsWrittenIsReadBack) {
  test::for_cases(500, [](test::Gen& gen) {
    Bytes bytes(gen.size(0, 100));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(gen.bits());
    EXPECT_EQ(*bytes_in_hex(hex_bytes(bytes)), bytes);
    const std::uint64_t number = gen.bits() >> gen.integer(0, 63);
    EXPECT_EQ(*number_in_hex(hex_number(number)), number);
  });
}
