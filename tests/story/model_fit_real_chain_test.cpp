// tests/story/model_fit_real_chain_test.cpp — every model on one recorded chain: how near, how
// sure.
#include "tests/story/chain_slices.h"

#include <filesystem>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace levee::story {
namespace {

using option::Certainty;
using option::ModelFit;

void print(const ModelFit& fit) {
  fmt::print("{}: misfit {:.2f}, {} evaluations\n", fit.model.kind->name, fit.misfit,
             fit.evaluations);
  for (const auto& found : fit.parameters) {
    fmt::print("  {} {:.4f} +- {:.4f}{}\n", found.name, found.value, found.standard_error,
               found.certainty == Certainty::determined ? ""
               : found.certainty == Certainty::at_bound ? " (at its bound)"
                                                        : " (not determined)");
  }
  for (const auto& slice : fit.slices) {
    fmt::print("  {:6.1f} days, {:2} quotes: {:.2f} points rms, {:.2f} worst, {:3.0f} % within\n",
               slice.expiry.value() * 365, slice.quotes, slice.root_mean_square, slice.worst,
               100 * slice.within_spread);
  }
}

TEST(ModelFitRealChain, IsNearerTheRicherTheModel) {
  const std::string path =
      std::string(LEVEE_SHARED) + "/data/options/deribit_chain_daily_2026-01.csv.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no recorded chains beside this checkout";
  const auto chain =
      feed::read_chain(path, {.base = "ETH", .at = *moment_from("2026-01-20T23:59:59Z")});
  ASSERT_TRUE(chain) << chain.error().message;
  const auto slices = slices_of(*chain, Years{2 / 365.0});
  ASSERT_GE(slices.size(), 8U);
  std::map<std::string, double> misfit;
  for (const char* kind : {"black", "merton", "kou", "heston", "bates"}) {
    const auto fit = option::fit_model({.kind = kind, .slices = slices});
    ASSERT_TRUE(fit) << kind << ": " << fit.error().message;
    print(*fit);
    misfit[kind] = fit->misfit;
    for (const auto& found : fit->parameters) {
      EXPECT_EQ(found.certainty == Certainty::at_bound, found.standard_error == 0);
    }
  }
  EXPECT_LT(misfit["merton"], misfit["black"]);
  EXPECT_LT(misfit["heston"], misfit["black"]);
  EXPECT_LT(misfit["bates"], misfit["heston"]);
  EXPECT_LT(misfit["bates"], misfit["merton"]);
}

}  // namespace
}  // namespace levee::story
