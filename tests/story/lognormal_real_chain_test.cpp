// tests/story/lognormal_real_chain_test.cpp — log-normal volatility beside the shelf on recorded
// chains: docs/models.md is this test's print.
#include "levee/option/lognormal_fit.h"
#include "tests/story/chain_slices.h"

#include <filesystem>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace levee::story {
namespace {

using option::Certainty;
using option::FittedParameter;
using option::SliceError;

// Of all quotes, in vol points.
double root_mean_square(std::span<const SliceError> slices) {
  double squares = 0, quotes = 0;
  for (const SliceError& slice : slices) {
    const auto count = static_cast<double>(slice.quotes);
    squares += count * slice.root_mean_square * slice.root_mean_square;
    quotes += count;
  }
  return std::sqrt(squares / quotes);
}

double within(std::span<const SliceError> slices) {
  double inside = 0, quotes = 0;
  for (const SliceError& slice : slices) {
    inside += slice.within_spread * static_cast<double>(slice.quotes);
    quotes += static_cast<double>(slice.quotes);
  }
  return inside / quotes;
}

template <class Fit>
void print(std::string_view kind, const Fit& fit) {
  fmt::print("{}: rms {:.2f} points, within the spread {:.0f} %, misfit {:.1f}, {} evaluations\n",
             kind, root_mean_square(fit.slices), 100 * within(fit.slices), fit.misfit,
             fit.evaluations);
  for (const FittedParameter& found : fit.parameters) {
    fmt::print("  {} {:.4f} +- {:.4f}{}\n", found.name, found.value, found.standard_error,
               found.certainty == Certainty::determined ? ""
               : found.certainty == Certainty::at_bound ? " (at its bound)"
                                                        : " (not determined)");
  }
  for (const SliceError& slice : fit.slices) {
    fmt::print("  {:6.1f} d, {:2} quotes: {:.2f} rms, {:.2f} worst, {:3.0f} %\n",
               slice.expiry.value() * 365, slice.quotes, slice.root_mean_square, slice.worst,
               100 * slice.within_spread);
  }
}

struct Snapshot {
  const char* base;
  const char* moment;
};

std::optional<std::vector<option::VolSlice>> recorded(const Snapshot& asked) {
  const std::string path =
      std::string(LEVEE_SHARED) + "/data/options/deribit_chain_daily_2026-01.csv.gz";
  if (!std::filesystem::exists(path)) return std::nullopt;
  const auto chain = feed::read_chain(path, {.base = asked.base, .at = *moment_from(asked.moment)});
  EXPECT_TRUE(chain);
  if (!chain) return std::nullopt;
  return slices_of(*chain, Years{5 / 365.0});
}

TEST(LognormalRealChain, StandsBesideTheShelfAtFullSize) {
  const parallel::Team team(parallel::threads_here());
  for (const Snapshot& snapshot :
       {Snapshot{"BTC", "2026-01-20T23:59:59Z"}, Snapshot{"ETH", "2026-01-20T23:59:59Z"}}) {
    const auto slices = recorded(snapshot);
    if (!slices) GTEST_SKIP() << "no recorded chains beside this checkout";
    fmt::print("{} {}, {} expiries\n", snapshot.base, snapshot.moment, slices->size());
    const auto fit = option::fit_lognormal({.slices = *slices}, team);
    ASSERT_TRUE(fit) << fit.error().message;
    print("log-normal", *fit);
    double black = 0;
    for (const char* kind : {"black", "merton", "kou", "heston", "bates"}) {
      const auto other = option::fit_model({.kind = kind, .slices = *slices});
      ASSERT_TRUE(other) << kind << ": " << other.error().message;
      print(kind, *other);
      if (std::string_view(kind) == "black") black = other->misfit;
    }
    EXPECT_LT(fit->misfit, black / 5);
    EXPECT_LT(root_mean_square(fit->slices), 5);
  }
}

// Three expiries, quickly.
TEST(LognormalRealChain, FitsThreeExpiries) {
  const parallel::Team team(2);
  auto slices = recorded({"BTC", "2026-01-20T23:59:59Z"});
  if (!slices) GTEST_SKIP() << "no recorded chains beside this checkout";
  ASSERT_GE(slices->size(), 5U);
  const std::vector<option::VolSlice> few{(*slices)[1], (*slices)[3], (*slices)[5]};
  const auto fit = option::fit_lognormal({.slices = few}, team);
  ASSERT_TRUE(fit) << fit.error().message;
  print("log-normal", *fit);
  EXPECT_LT(root_mean_square(fit->slices), 2.5);
  EXPECT_LT(fit->slices[2].root_mean_square, 1);
}

}  // namespace
}  // namespace levee::story
