// tests/vectors/judges_test.cpp — lines by hand: what is right passes, what is off is told, what
// cannot be read is refused by place.
#include "tests/vectors/traces.h"

#include <gmock/gmock.h>

namespace levee::vectors {
namespace {

using test::complaint;
using test::edited;
using test::joined;
using test::judged;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string v3_trace() {
  return joined({test::v3_header(), test::v3_initialise(), test::v3_final()});
}

// The mismatch that one edit of a good text makes.
std::string mismatch(const std::string& text, std::string_view part, std::string_view by) {
  const auto verdict = judged(edited(text, part, by));
  EXPECT_TRUE(verdict) << verdict.error().message;
  if (!verdict) return {};
  EXPECT_GE(verdict->mismatches, 1U) << part << " became " << by;
  return verdict->first;
}

std::string call(const std::string& function, const std::string& in, const std::string& outcome) {
  return "{\"f\":\"" + function + "\",\"in\":[" + in + "]," + outcome + "}";
}

}  // namespace

TEST(LibJudge, PassesWhatIsTrueAndTellsWhatIsNot) {
  const std::string good = joined({call("FullMath.mulDiv", R"("6","7","4")", R"("out":["10"])"),
                                   call("FullMath.mulDiv", R"("6","7","0")", R"("err":"")"),
                                   call("LiquidityMath.addDelta", R"("1","-2")", R"("err":"LS")"),
                                   call("BitMath.mostSignificantBit", R"("255")", R"("out":["7"])"),
                                   call("BitMath.leastSignificantBit", R"("0")", R"("err":"")")});
  const auto verdict = judged(good);
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->cases, 5U);
  EXPECT_EQ(verdict->mismatches, 0U) << verdict->first;
  EXPECT_THAT(mismatch(good, "10", "11"),
              AllOf(StartsWith("line 1: {"), HasSubstr("levee 10, recorded 11")));
  EXPECT_THAT(mismatch(good, "LS", "LA"), StartsWith("line 3: "));
  EXPECT_THAT(mismatch(good, R"("err":"")", R"("out":["0"])"), StartsWith("line 2: "));
  EXPECT_THAT(mismatch(good, R"("out":["10"])", R"("out":["10","0"])"), StartsWith("line 1: "));
}

TEST(LibJudge, RefusesWhatItCannotReadByLine) {
  const std::string good = call("FullMath.mulDiv", R"("6","7","4")", R"("out":["10"])");
  const auto second = [&](const std::string& line) { return complaint(joined({good, line})); };
  EXPECT_THAT(second(edited(good, "mulDiv", "mulDIV")),
              AllOf(StartsWith("hand.jsonl:2: "), HasSubstr("no function known")));
  EXPECT_THAT(second(edited(good, R"(,"4")", "")), HasSubstr("2 arguments (takes 3)"));
  EXPECT_THAT(second(edited(good, R"("6")", "6")), HasSubstr("in[0]"));
  EXPECT_THAT(second(edited(good, R"("6")", R"("-6")")), HasSubstr("in[0]"));
  EXPECT_THAT(second(edited(good, R"("10")", R"("1O")")), HasSubstr("out[0]"));
  EXPECT_THAT(second(edited(good, R"("10")", "10")), HasSubstr("out[0]"));
  EXPECT_THAT(second(edited(good, R"(,"out":["10"])", "")), HasSubstr("lacks field out"));
  EXPECT_THAT(second(edited(good, R"("out":)", R"("err":"","out":)")), HasSubstr("nobody judges"));
  EXPECT_THAT(second(edited(good, "}", "")), HasSubstr("not JSON"));
  EXPECT_THAT(second(call("TickMath.getSqrtRatioAtTick", R"("8388608")", R"("err":"T")")),
              HasSubstr("24 bits"));
  EXPECT_THAT(second(call("Tick.tickSpacingToMaxLiquidityPerTick", R"("0")", R"("err":"")")),
              HasSubstr("no tick spacing"));
}

TEST(V3Judge, PassesATraceByHand) {
  const auto verdict = judged(v3_trace());
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->judge, "v3_trace");
  EXPECT_EQ(verdict->cases, 1U);
  EXPECT_EQ(verdict->mismatches, 0U) << verdict->first;
}

TEST(V3Judge, TellsWhichNumberIsOffAndWhere) {
  EXPECT_THAT(mismatch(v3_trace(), R"("tick":"0")", R"("tick":"1")"),
              AllOf(StartsWith("line 2: "), HasSubstr("slot0.tick: levee 0, recorded 1")));
  EXPECT_THAT(mismatch(v3_trace(), "4994\"", "4995\""), StartsWith("line 1: "));
  EXPECT_THAT(mismatch(v3_trace(), R"("ok":true,"ret":[])", R"("ok":false,"err":"AI")"),
              HasSubstr(R"(outcome: levee succeeds, recorded reverts "AI")"));
  EXPECT_THAT(
      mismatch(v3_trace(), R"("tickBitmap":[])", R"("tickBitmap":[{"word":"0","bits":"1"}])"),
      AllOf(StartsWith("line 3: "), HasSubstr("bits")));
}

TEST(V3Judge, HoldsWhatALineDoesNotListToBeUnchanged) {
  // A mint that the trace claims to have changed no tick and no position.
  std::string mint = test::v3_initialise();
  mint = edited(mint, R"("i":"0","t":"100","op":"initialize")", R"("i":"1","t":"100","op":"mint")");
  mint = edited(mint, R"({"sqrtPriceX96":"79228162514264337593543950336"},"ok")",
                R"({"owner":"0","tickLower":"60","tickUpper":"120","amount":"1000"},"ok")");
  mint = edited(mint, R"("ret":[])", R"("ret":["3","0"])");
  mint = edited(mint, R"("balance0":"0")", R"("balance0":"3")");
  const auto verdict =
      judged(joined({test::v3_header(), test::v3_initialise(), mint, test::v3_final()}));
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->cases, 2U);
  EXPECT_THAT(
      verdict->first,
      AllOf(StartsWith("line 3: "), HasSubstr("tick 60 liquidityGross: levee 1000, recorded 0"),
            HasSubstr("tick 120 liquidityNet: levee -1000, recorded 0"),
            HasSubstr("position 0x0000000000000000000000000000000000000001 [60, 120) "
                      "liquidity: levee 1000, recorded 0")));
}

TEST(V3Judge, RefusesWhatItCannotReadByLine) {
  const auto refusal = [](std::string_view part, std::string_view by) {
    return complaint(edited(v3_trace(), part, by));
  };
  EXPECT_THAT(refusal(R"("i":"0")", R"("i":"1")"),
              AllOf(StartsWith("hand.jsonl:2: "), HasSubstr("out of order")));
  EXPECT_THAT(refusal("initialize", "initialise"), HasSubstr("op initialise is not known"));
  EXPECT_THAT(refusal(R"("who":"1")", R"("who":"2")"), HasSubstr("nobody's index"));
  EXPECT_THAT(refusal(R"("liquidity":"0",)", ""), HasSubstr("lacks field liquidity"));
  EXPECT_THAT(refusal(R"("ok":true)", R"("ok":"true")"), HasSubstr("neither true nor false"));
  EXPECT_THAT(refusal(R"("ok":true)", R"("ok":true,"note":"x")"), HasSubstr("nobody judges: note"));
  EXPECT_THAT(refusal(R"("args":{)", R"("args":{"x":"1",)"), HasSubstr("nobody judges: x"));
}

TEST(V3Judge, RefusesATraceThatIsCutShort) {
  EXPECT_THAT(complaint(test::v3_header()), HasSubstr("cut short"));
  EXPECT_THAT(complaint(joined({test::v3_header(), test::v3_initialise()})),
              AllOf(StartsWith("hand.jsonl:2: "), HasSubstr("kind")));
}

TEST(V3Judge, RefusesAPoolThatNoFactoryMakes) {
  EXPECT_THAT(complaint(edited(v3_trace(), R"("tickSpacing":"60")", R"("tickSpacing":"0")")),
              AllOf(StartsWith("hand.jsonl:1: "), HasSubstr("tick spacing")));
  EXPECT_THAT(complaint(edited(v3_trace(), R"("fee":"3000")", R"("fee":"1000000")")),
              HasSubstr("fee"));
  EXPECT_THAT(complaint(edited(v3_trace(), R"("factoryOwner":"0")", R"("factoryOwner":"9")")),
              HasSubstr("factoryOwner is nobody's index"));
}

TEST(DigestJudge, RefusesChunksThatLeaveAGap) {
  const std::string hash(64, '0');
  const auto digest = [&](const char* from, const char* to) {
    return R"x({"what":"TickMath.getSqrtRatioAtTick(t)","min":"0","max":"1","sha256":")x" + hash +
           R"(","chunks":[{"from":")" + from + R"(","to":")" + to + R"(","sha256":")" + hash +
           "\"}]}";
  };
  EXPECT_THAT(complaint(digest("0", "0")), HasSubstr("do not make up"));
  EXPECT_THAT(complaint(digest("1", "1")), HasSubstr("leaves a gap"));
  const auto verdict = judged(digest("0", "1"));
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->cases, 2U);
  EXPECT_EQ(verdict->mismatches, 2U);  // the chunk's hash and the whole's
  EXPECT_THAT(verdict->first, HasSubstr("recorded " + hash));
}

TEST(DigestJudge, HashesBigEndianWords) {
  // sha256 of the one word 2^96, as coreutils' sha256sum gives it.
  const std::string hash = "658fce7342d3c8e1edebd0ef0b72612346500b72ceeb1aeed11845f1ad1401f6";
  const auto verdict =
      judged(R"x({"what":"TickMath.getSqrtRatioAtTick(t)","min":"0","max":"0","sha256":")x" + hash +
             R"(","chunks":[{"from":"0","to":"0","sha256":")" + hash + "\"}]}");
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->mismatches, 0U) << verdict->first;
}

}  // namespace levee::vectors
