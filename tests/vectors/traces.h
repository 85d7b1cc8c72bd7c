// tests/vectors/traces.h — short recordings written by hand, and the real ones where they are.
#pragma once
#include "levee/vectors/kind.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace levee::test {

/// Two actors and a pool of the 0.3 % tier; its cap per tick is (2^128 - 1) / 29575.
inline std::string v3_header() {
  return R"({"kind":"header","schema":"levee-v3-trace/1","scenario":"by hand","fee":"3000",)"
         R"("tickSpacing":"60","maxLiquidityPerTick":"11505743598341114571880798222544994",)"
         R"("factoryOwner":"0","pool":"0x","token0":"0x","token1":"0x","actors":[)"
         R"("0x0000000000000000000000000000000000000001",)"
         R"("0x0000000000000000000000000000000000000002"]})";
}

/// The pool is set to a price of 1 at time 100.
inline std::string v3_initialise() {
  return R"({"i":"0","t":"100","op":"initialize","who":"1",)"
         R"("args":{"sqrtPriceX96":"79228162514264337593543950336"},"ok":true,"ret":[],)"
         R"("slot0":{"sqrtPriceX96":"79228162514264337593543950336","tick":"0",)"
         R"("observationIndex":"0","observationCardinality":"1",)"
         R"("observationCardinalityNext":"1","feeProtocol":"0","unlocked":true},)"
         R"("liquidity":"0","feeGrowthGlobal0X128":"0","feeGrowthGlobal1X128":"0",)"
         R"("protocolFees0":"0","protocolFees1":"0","balance0":"0","balance1":"0","ticks":[],)"
         R"("positions":[],"observation":{"blockTimestamp":"100","tickCumulative":"0",)"
         R"("secondsPerLiquidityCumulativeX128":"0","initialized":true}})";
}

inline std::string v3_final() {
  return R"({"kind":"final","scenario":"by hand","ticks":[],"positions":[],"tickBitmap":[],)"
         R"("observations":[{"index":"0","blockTimestamp":"100","tickCumulative":"0",)"
         R"("secondsPerLiquidityCumulativeX128":"0","initialized":true}]})";
}

inline std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

inline Result<vectors::Verdict> judged(const std::string& text) {
  return vectors::verdict_of({"hand.jsonl", text});
}

/// What a judge says of a text that must not be readable.
inline std::string complaint(const std::string& text) {
  const auto verdict = judged(text);
  EXPECT_FALSE(verdict) << "judged: " << text;
  return verdict ? std::string() : verdict.error().message;
}

/// Text with the first occurrence of a part replaced; fails the test if there is none.
inline std::string edited(std::string text, std::string_view part, std::string_view by) {
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << "the good text has no " << part;
  return at == std::string::npos ? text : text.replace(at, part.size(), by);
}

inline std::string recorded_vectors() { return std::string(LEVEE_SHARED) + "/vectors"; }

}  // namespace levee::test

/// Skips a test that reads recorded vectors where there are none.
#define LEVEE_NEEDS_RECORDED_VECTORS()                                              \
  if (!std::filesystem::exists(::levee::test::recorded_vectors())) {                \
    GTEST_SKIP() << "no recorded vectors beside this checkout: nothing to compare"; \
  }                                                                                 \
  static_assert(true)
