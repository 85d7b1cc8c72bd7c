#include "levee/chain/abi.h"

#include "levee/base/check.h"

#include "tests/support/cases.h"

#include <string>
#include <vector>

#include <fmt/core.h>
#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;

namespace {

Bytes unhex(const std::string& digits) { return *bytes_in_hex("0x" + digits); }

// A word of 64 digits from the few that are not zero.
std::string word(const std::string& digits) {
  return std::string(64 - digits.size(), '0') + digits;
}
std::string padded(const std::string& digits) {
  return digits + std::string(64 - digits.size(), '0');
}

std::string signature_digits(std::string_view signature) {
  return hex_bytes(selector_of(signature));
}

Address address(const std::string& text) { return *address_from(text); }

template <class Read>
Error fault_of(const std::string& digits, Read read) {
  const Bytes bytes = unhex(digits);
  AbiReader reader(bytes, "answer");
  read(reader);
  const auto done = reader.finish();
  EXPECT_FALSE(done) << digits;
  return done ? Error{} : done.error();
}

const std::string weth = "0x5fbdb2315678afecb367f032d93f642f64180aa3";

}  // namespace

TEST(Abi, SelectsTheFunctionsThatEveryoneCalls) {
  EXPECT_EQ(signature_digits("transfer(address,uint256)"), "0xa9059cbb");
  EXPECT_EQ(signature_digits("balanceOf(address)"), "0x70a08231");
  EXPECT_EQ(signature_digits("slot0()"), "0x3850c7bd");
  EXPECT_EQ(signature_digits("Error(string)"), "0x08c379a0");
  EXPECT_EQ(signature_digits("Panic(uint256)"), "0x4e487b71");
  EXPECT_EQ(text_of(topic_of("Transfer(address,address,uint256)")),
            "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

// The specification's own worked examples.
TEST(Abi, WritesTheSpecificationsExamples) {
  EXPECT_EQ(hex_bytes(call_of("baz(uint32,bool)", {U256{69}, U256{1}})),
            "0xcdcd77c0" + word("45") + word("1"));
  EXPECT_EQ(hex_bytes(call_of("sam(bytes,bool,uint256[])",
                              {unhex("64617665"), U256{1}, std::vector<U256>{1, 2, 3}})),
            "0xa5643bf2" + word("60") + word("1") + word("a0") + word("4") + padded("64617665") +
                word("3") + word("1") + word("2") + word("3"));
}

TEST(Abi, WritesStructsOfWordsFlatAndNegativeNumbersInTwosComplement) {
  const Bytes call = call_of("f((address,int24),bytes32)", {address(weth), I256{-2}, Bytes32{}});
  EXPECT_EQ(hex_bytes(std::span(call).subspan(4)),
            "0x" + word(weth.substr(2)) + std::string(63, 'f') + "e" + word(""));
}

TEST(Abi, WritesAListOfByteStringsAsMulticallTakesIt) {
  const Bytes call = call_of("multicall(bytes[])", {std::vector<Bytes>{unhex("aa"), unhex("")}});
  EXPECT_EQ(hex_bytes(call), "0xac9650d8" + word("20") + word("2") + word("40") + word("80") +
                                 word("1") + padded("aa") + word("0"));
}

// Words of bytes are filled on the right, and stand in a list as they stand alone.
TEST(Abi, WritesWordsOfBytesInPlaceAndInLists) {
  EXPECT_EQ(signature_digits("extsload(bytes32[])"), "0xdbd035ff");
  const Bytes32 first = *bytes32_from("0x" + padded("a1")),
                second = *bytes32_from("0x" + word("b2"));
  EXPECT_EQ(hex_bytes(call_of("extsload(bytes32[])", {std::vector<Bytes32>{first, second}})),
            "0xdbd035ff" + word("20") + word("2") + padded("a1") + word("b2"));
  EXPECT_EQ(hex_bytes(call_of("extsload(bytes32[])", {std::vector<Bytes32>{}})),
            "0xdbd035ff" + word("20") + word("0"));
  // Behind two words in place, and before the text that follows.
  const Bytes call = call_of(
      "f(bytes32[],bytes4,string)",
      {std::vector<Bytes32>{second}, *bytes32_from("0x" + padded("cafebabe")), unhex("6869")});
  EXPECT_EQ(hex_bytes(std::span(call).subspan(4)), "0x" + word("60") + padded("cafebabe") +
                                                       word("a0") + word("1") + word("b2") +
                                                       word("2") + padded("6869"));
}

TEST(Abi, CallsThatDoNotFitTheirSignatureAreBugs) {
  const auto broken = [](std::string_view signature, const std::vector<Argument>& arguments) {
    EXPECT_THROW(call_of(signature, arguments), ContractBroken) << signature;
  };
  broken("f(uint256)", {});
  broken("f()", {U256{1}});
  broken("f", {});
  broken("f(uint24)", {U256{1} << 24});
  broken("f(bool)", {U256{2}});
  broken("f(int24)", {I256{1 << 23}});
  broken("f(int24)", {I256{-(1 << 23) - 1}});
  broken("f(int24)", {U256{1}});
  broken("f(address)", {U256{1}});
  broken("f(uint8[])", {std::vector<U256>{256}});
  broken("f(bytes)", {Bytes32{}});
  broken("f(bytes33)", {Bytes32{}});
  broken("f(bytes0)", {Bytes32{}});
  broken("f(bytes25)", {*bytes32_from("0x" + word("1"))});
  broken("f(bytes31[])", {std::vector<Bytes32>{*bytes32_from("0x" + word("1"))}});
  broken("f(uint256[])", {std::vector<Bytes32>(1)});
  broken("f(bytes32[])", {std::vector<U256>(1)});
  broken("f(bytes[])", {std::vector<Bytes32>(1)});
  broken("f(bytes32)", {std::vector<Bytes32>(1)});
}

TEST(Abi, ReadsWordsOfEveryKind) {
  const Bytes bytes = unhex(word("7b") + std::string(62, 'f') + "85" + word(weth.substr(2)) +
                            word("1") + padded("ab"));
  AbiReader reader(bytes, "words");
  EXPECT_EQ(reader.count(24), 123U);
  EXPECT_EQ(reader.small(24), -123);
  EXPECT_EQ(text_of(reader.address()), weth);
  EXPECT_TRUE(reader.flag());
  EXPECT_EQ(reader.word().bytes[0], 0xab);
  EXPECT_TRUE(reader.finish());
}

TEST(Abi, ReadsTheEdgesOfEveryRange) {
  for (const unsigned bits : {8U, 24U, 56U, 128U, 160U, 256U}) {
    const U256 most = U256::max() >> (256 - bits);
    const I256 highest = I256::from_bits(most >> 1);
    const I256 lowest = wrapping_sub(wrapping_negate(highest), I256{1});
    Bytes bytes;
    for (const U256& number : {most, highest.bits(), lowest.bits()}) {
      const Bytes32 written = bytes_of(number);
      bytes.insert(bytes.end(), written.bytes.begin(), written.bytes.end());
    }
    AbiReader reader(bytes, "edges");
    EXPECT_EQ(reader.number(bits), most);
    EXPECT_EQ(reader.integer(bits), highest);
    EXPECT_EQ(reader.integer(bits), lowest);
    EXPECT_TRUE(reader.finish()) << bits;
  }
}

TEST(Abi, ReadsWhatStandsBehind) {
  const Bytes bytes = unhex(word("80") + word("c0") + word("100") + word("140") +  //
                            word("3") + padded("616263") +                         //
                            word("1") + word("9") +                                //
                            word("1") + word("c") +                                //
                            word("1") + word("20") + word("2") + padded("beef"));
  AbiReader reader(bytes, "lists");
  EXPECT_EQ(reader.text(), "abc");
  EXPECT_EQ(reader.numbers(8), std::vector<U256>{9});
  EXPECT_EQ(reader.addresses().front().bytes[19], 12);
  EXPECT_EQ(reader.byte_strings(), std::vector<Bytes>{unhex("beef")});
  EXPECT_TRUE(reader.finish());
}

TEST(Abi, ReadsAListOfWords) {
  const Bytes bytes = unhex(word("40") + word("7") + word("2") + padded("a1") + word("b2"));
  AbiReader reader(bytes, "words");
  const std::vector<Bytes32> words = reader.words();
  EXPECT_EQ(reader.number(), U256{7});
  EXPECT_TRUE(reader.finish());
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(text_of(words[0]), "0x" + padded("a1"));
  EXPECT_EQ(text_of(words[1]), "0x" + word("b2"));
}

TEST(Abi, ReadsAListOfStructs) {
  const Bytes bytes = unhex(word("20") + word("2") + word("1") + word("a") + word("2") + word("b"));
  AbiReader reader(bytes, "structs");
  auto [size, items] = reader.list(2);
  ASSERT_EQ(size, 2U);
  EXPECT_EQ(items.count(8), 1U);
  EXPECT_EQ(items.count(8), 10U);
  EXPECT_EQ(items.count(8), 2U);
  EXPECT_EQ(items.count(8), 11U);
  EXPECT_TRUE(reader.finish());
}

TEST(Abi, SaysWhichByteOfWhatIsWrong) {
  const Error error = fault_of(word("1") + word("1000000"), [](AbiReader& reader) {
    reader.number();
    reader.count(24);
  });
  EXPECT_EQ(error.reason, Reason::corrupt);
  EXPECT_EQ(error.message, "answer, byte 32 of 64: 0x1000000 does not fit 24 bits");
}

TEST(Abi, RefusesWordsOutOfTheirRange) {
  const std::string dirty = "000000000000000000000001" + weth.substr(2);
  EXPECT_EQ(fault_of(dirty, [](AbiReader& r) { r.address(); }).reason, Reason::corrupt);
  EXPECT_EQ(fault_of(word("2"), [](AbiReader& r) { r.flag(); }).reason, Reason::corrupt);
  EXPECT_EQ(fault_of(word("800000"), [](AbiReader& r) { r.small(24); }).reason, Reason::corrupt);
  EXPECT_EQ(fault_of(std::string(58, 'f') + "7fffff", [](AbiReader& r) { r.small(24); }).reason,
            Reason::corrupt);
  EXPECT_EQ(fault_of(word("1" + std::string(32, '0')), [](AbiReader& r) { r.number(128); }).reason,
            Reason::corrupt);
  EXPECT_EQ(fault_of(word("1" + std::string(40, '0')), [](AbiReader& r) { r.number(160); }).reason,
            Reason::corrupt);
}

TEST(Abi, RefusesAnswersThatAreTooShortOrTooLong) {
  const auto one = [](AbiReader& reader) { reader.number(); };
  EXPECT_NE(fault_of("", one).message.find("ends where 32 bytes are due"), std::string::npos);
  EXPECT_EQ(fault_of(std::string(62, '0'), one).reason, Reason::corrupt);
  EXPECT_NE(fault_of(word("1") + word("2"), one).message.find("64 bytes where 32 were due"),
            std::string::npos);
}

TEST(Abi, RefusesOffsetsAndLengthsThatLeadOutside) {
  const auto text = [](AbiReader& reader) { reader.text(); };
  const auto list = [](AbiReader& reader) { reader.numbers(); };
  const auto words = [](AbiReader& reader) { EXPECT_TRUE(reader.words().empty()); };
  EXPECT_EQ(fault_of(word("21"), text).reason, Reason::corrupt);
  EXPECT_EQ(fault_of(word("20"), text).reason, Reason::corrupt);
  EXPECT_EQ(fault_of(std::string(64, 'f'), text).reason, Reason::corrupt);
  EXPECT_EQ(fault_of(word("20") + word("21") + word(""), text).reason, Reason::corrupt);
  EXPECT_EQ(fault_of(word("20") + std::string(64, 'f'), text).reason, Reason::corrupt);
  EXPECT_EQ(fault_of(word("20") + word("2") + word("1"), list).reason, Reason::corrupt);
  EXPECT_EQ(fault_of(word("20") + word("1000000000000000") + word("1"), list).reason,
            Reason::corrupt);
  for (const std::string& offset : {word("21"), word("20"), std::string(64, 'f')}) {
    EXPECT_EQ(fault_of(offset, words).reason, Reason::corrupt);
  }
  for (const std::string& length : {word("2"), word("800000000000000"), std::string(64, 'f')}) {
    EXPECT_EQ(fault_of(word("20") + length + word("1"), words)
                  .message.find("answer, byte 32 of 96: a length of"),
              0U);
  }
}

TEST(Abi, RefusesAListThatUnfoldsOnePlaceManyTimes) {
  std::string digits = word("20") + word("40");
  for (int i = 0; i < 64; ++i) digits += word("800");
  digits += word("400") + std::string(2 * 0x400, 'a');
  EXPECT_NE(
      fault_of(digits, [](AbiReader& reader) { reader.byte_strings(); }).message.find("length"),
      std::string::npos);
}

TEST(Abi, AFaultSticksAndWhatIsReadAfterItIsZero) {
  const Bytes bytes = unhex(word("2") + word("5"));
  AbiReader reader(bytes, "answer");
  EXPECT_FALSE(reader.flag());
  EXPECT_EQ(reader.number(), U256{0});
  EXPECT_EQ(reader.text(), "");
  EXPECT_EQ(reader.list(1).size, 0U);
  EXPECT_NE(reader.finish().error().message.find("does not fit 1 bits"), std::string::npos);
}

TEST(Abi, ReadsSymbolsOldAndNew) {
  EXPECT_EQ(*token_text(unhex(word("20") + word("4") + padded("57455448"))), "WETH");
  EXPECT_EQ(*token_text(unhex(padded("4d4b52"))), "MKR");
  EXPECT_EQ(*token_text(unhex(word("20") + word("7") + padded("555344e282ae30"))), "USD₮0");
  EXPECT_EQ(*token_text(unhex(word("20") + word("0"))), "");
}

TEST(Abi, RefusesSymbolsThatCouldHarmWhoReadsThem) {
  const auto refused = [](const std::string& hex, std::size_t size) {
    const auto text = token_text(unhex(word("20") + word(fmt::format("{:x}", size)) + padded(hex)));
    EXPECT_FALSE(text) << hex;
    if (!text) {
      EXPECT_EQ(text.error().reason, Reason::corrupt);
    }
  };
  refused("1b5b33", 3);    // an escape
  refused("c285", 2);      // a control character above ASCII
  refused("e280ae", 3);    // turns the direction of writing
  refused("e2808b", 3);    // no width
  refused("c0af", 2);      // overlong
  refused("eda080", 3);    // half of a pair
  refused("f4908080", 4);  // above the last character
  refused("e282", 2);      // cut short
  refused("80", 1);        // begins in the middle
  EXPECT_FALSE(token_text(unhex(padded("41").substr(0, 62) + "42")));
  EXPECT_FALSE(token_text(unhex("")));
  EXPECT_FALSE(token_text(unhex(word("20") + word("41") + std::string(192, '4'))));
}

TEST(Abi, TellsWhyACallReverted) {
  const auto text = revert_text(
      unhex("08c379a0" + word("20") + word("10") + padded("496e76616c696420746f6b656e204944")));
  EXPECT_EQ(text, "Invalid token ID");
  EXPECT_EQ(panic_code(unhex("4e487b71" + word("11"))), U256{0x11});
  EXPECT_EQ(revert_text(unhex("")), std::nullopt);
  EXPECT_EQ(revert_text(unhex("4e487b71" + word("11"))), std::nullopt);
  EXPECT_EQ(revert_text(unhex("08c379a0" + word("20") + word("11"))), std::nullopt);
  EXPECT_EQ(panic_code(unhex("08c379a0")), std::nullopt);
}

TEST(AbiLaw, WhatIsWrittenIsReadBack) {
  test::for_cases(500, [](test::Gen& gen) {
    const auto random = [&] {
      return U256::of_limbs({gen.bits(), gen.bits(), gen.bits(), gen.bits()});
    };
    const U256 number = random();
    const I256 integer = I256::from_bits(random());
    Bytes bytes(gen.size(0, 100));
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(gen.bits());
    std::vector<U256> numbers(gen.size(0, 20));
    for (auto& one : numbers) one = random();
    std::vector<Bytes> strings(gen.size(0, 5), bytes);
    std::vector<Bytes32> words(gen.size(0, 5));
    for (auto& one : words) one = bytes_of(random());
    const Bytes call = call_of("f(uint256,bytes,int256,uint256[],bytes[],bytes32[])",
                               {number, bytes, integer, numbers, strings, words});
    const Bytes arguments(call.begin() + 4, call.end());
    AbiReader reader(arguments, "call");
    EXPECT_EQ(reader.number(), number);
    EXPECT_EQ(reader.bytes(), bytes);
    EXPECT_EQ(reader.integer(), integer);
    EXPECT_EQ(reader.numbers(), numbers);
    EXPECT_EQ(reader.byte_strings(), strings);
    EXPECT_EQ(reader.words(), words);
    EXPECT_TRUE(reader.finish());
  });
}

TEST(AbiLaw, NoDamageLeadsOutsideTheBytes) {
  test::for_cases(2000, [](test::Gen& gen) {
    Bytes call = call_of(
        "f(bytes,uint256[],bytes[],bytes32[])",
        {Bytes(gen.size(0, 70), 7), std::vector<U256>(gen.size(0, 4), U256{1}),
         std::vector<Bytes>(gen.size(0, 3), Bytes(33, 9)), std::vector<Bytes32>(gen.size(0, 3))});
    call.resize(gen.size(0, call.size()));
    for (int i = 0; i < 3 && !call.empty(); ++i) {
      call[gen.size(0, call.size() - 1)] = static_cast<std::uint8_t>(gen.bits());
    }
    AbiReader reader(call, "damaged");
    std::size_t read = reader.bytes().size() + 32 * reader.numbers().size();
    for (const Bytes& one : reader.byte_strings()) read += one.size();
    read += 32 * reader.words().size();
    EXPECT_LE(read, call.size());
  });
}
