// tests/vectors/value_test.cpp — recorded JSON is read strictly and complained about by place.
#include "levee/vectors/value.h"

#include <gmock/gmock.h>

namespace levee::vectors {
namespace {

using testing::HasSubstr;

// What is wrong with a text after `read` took what it wants.
template <class Read>
std::string complaint(std::string_view text, Read read) {
  Reading reading("file.jsonl", 7);
  Value value(text, reading);
  read(value);
  const auto outcome = reading.outcome();
  if (outcome) return {};
  EXPECT_EQ(outcome.error().reason, Reason::corrupt);
  return outcome.error().message;
}

template <class T>
std::string number_complaint(const std::string& digits, unsigned bits = 8 * sizeof(T)) {
  return complaint("{\"n\":\"" + digits + "\"}",
                   [&](Value& value) { value.take("n").number<T>(bits); });
}

template <class T>
T number(const std::string& digits) {
  Reading reading("file.jsonl", 1);
  Value value("{\"n\":\"" + digits + "\"}", reading);
  const T read = value.take("n").number<T>();
  EXPECT_TRUE(reading.sound()) << digits;
  return read;
}

}  // namespace

TEST(Value, ReadsIntegersOfEveryWidthToTheirEdges) {
  EXPECT_EQ(number<std::uint8_t>("255"), 255);
  EXPECT_EQ(number<std::int16_t>("-32768"), -32768);
  EXPECT_EQ(number<std::int32_t>("2147483647"), 2147483647);
  EXPECT_EQ(number<std::int64_t>("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(number<u128>("340282366920938463463374607431768211455"), ~u128{0});
  EXPECT_EQ(number<i128>("-170141183460469231731687303715884105728"), i128{1} << 127);
  EXPECT_EQ(number<U256>("0"), U256{});
  EXPECT_EQ(number<U256>(
                "115792089237316195423570985008687907853269984665640564039457584007913129639935"),
            U256::max());
  EXPECT_EQ(number<I256>(
                "-57896044618658097711785492504343953926634992332820282019728792003956564819968"),
            I256::negative(U256::power_of_two(255)));
}

TEST(Value, RefusesWhatDoesNotFitTheWidth) {
  EXPECT_THAT(number_complaint<std::uint8_t>("256"), HasSubstr("below 2^8"));
  EXPECT_THAT(number_complaint<std::uint32_t>("-1"), HasSubstr("natural"));
  EXPECT_THAT(number_complaint<std::int16_t>("32768"), HasSubstr("16 bits"));
  EXPECT_THAT(number_complaint<std::int16_t>("-32769"), HasSubstr("16 bits"));
  EXPECT_THAT(number_complaint<std::int32_t>("8388608", 24), HasSubstr("24 bits"));
  EXPECT_EQ(number_complaint<std::int32_t>("-8388608", 24), "");
  EXPECT_THAT(number_complaint<U256>(
                  "115792089237316195423570985008687907853269984665640564039457584007913129639936"),
              HasSubstr("2^256"));
  EXPECT_THAT(number_complaint<I256>(
                  "57896044618658097711785492504343953926634992332820282019728792003956564819968"),
              HasSubstr("256 bits"));
}

TEST(Value, RefusesDigitsThatAreNotPlain) {
  for (const char* digits : {"", "-", "+1", " 1", "1 ", "01", "00", "-0", "-01", "1.0", "1e3",
                             "0x10", "1,000", "--1", "nan"}) {
    EXPECT_NE(number_complaint<I256>(digits), "") << digits;
    EXPECT_NE(number_complaint<U256>(digits), "") << digits;
  }
  const auto bare = [](Value& value) { value.take("n").number<U256>(); };
  EXPECT_THAT(complaint(R"({"n":5})", bare), HasSubstr("n is not text"));
  EXPECT_THAT(complaint(R"({"n":null})", bare), HasSubstr("n is not text"));
}

TEST(Value, ComplainsByFileLineAndFieldAndKeepsTheFirst) {
  const std::string told = complaint(R"({"a":{"b":["1","x"]},"c":"y"})", [](Value& value) {
    Value a = value.take("a");
    for (const Value& item : a.take("b").items()) item.number<U256>();
    value.take("c").number<U256>();
  });
  EXPECT_THAT(told, HasSubstr("file.jsonl:7: a.b[1] = \"x\""));
}

TEST(Value, MissesAFieldAndRefusesOneThatNobodyTakes) {
  const auto take_a = [](Value& value) {
    value.take("a");
    value.finish();
  };
  EXPECT_EQ(complaint(R"({"a":"1"})", take_a), "");
  EXPECT_THAT(complaint(R"({"b":"1"})", take_a), HasSubstr("lacks field a"));
  EXPECT_THAT(complaint(R"({"a":"1","b":"1"})", take_a), HasSubstr("nobody judges: b"));
  EXPECT_THAT(complaint(R"(["a"])", take_a), HasSubstr("not an object"));
}

TEST(Value, RefusesAFieldThatStandsTwiceWhereverItIs) {
  const auto ignore = [](Value&) {};
  EXPECT_THAT(complaint(R"({"a":"1","a":"2"})", ignore), HasSubstr("field a twice"));
  EXPECT_THAT(complaint(R"({"x":[{"b":"1","c":"1","b":"2"}]})", ignore), HasSubstr("b twice"));
  EXPECT_EQ(complaint(R"({"a":{"b":"1"},"c":{"b":"1"}})", ignore), "");
}

TEST(Value, RefusesWhatIsNotWholeJson) {
  for (const char* text : {"", "{", R"({"a":)", R"({"a":"1"} x)", R"({"a":"1",})", "{'a':1}"}) {
    EXPECT_THAT(complaint(text, [](Value&) {}), HasSubstr("not JSON")) << text;
  }
}

TEST(Value, TellsFlagsListsAndAddressesFromOtherThings) {
  EXPECT_THAT(complaint(R"({"a":"true"})", [](Value& v) { v.take("a").flag(); }),
              HasSubstr("neither true nor false"));
  EXPECT_THAT(complaint(R"({"a":"1"})", [](Value& v) { v.take("a").items(); }),
              HasSubstr("not a list"));
  EXPECT_THAT(complaint(R"({"a":"0x12"})", [](Value& v) { v.take("a").address(); }),
              HasSubstr("address"));
}

TEST(Value, AnswersHarmlessZerosAfterAComplaint) {
  Reading reading("file.jsonl", 1);
  Value value("[]", reading);
  Value missing = value.take("a");
  EXPECT_EQ(missing.take("b").number<U256>(), U256{});
  EXPECT_FALSE(missing.flag());
  EXPECT_TRUE(missing.items().empty());
  EXPECT_TRUE(missing.take_all().empty());
  EXPECT_FALSE(missing.has("b"));
  EXPECT_FALSE(reading.sound());
}

}  // namespace levee::vectors
