// tests/story/model_fit_real_chain_test.cpp — every model on one recorded chain: how near, how
// sure.
#include "levee/feed/chain_file.h"
#include "levee/option/implied_vol.h"
#include "levee/option/model_fit.h"

#include <filesystem>
#include <map>
#include <optional>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace levee::story {
namespace {

using option::Certainty;
using option::ModelFit;

// Volatility of a premium in coins.
std::optional<double> vol_at(const market::Quote& quote, std::optional<Tokens> coins,
                             Years expiry) {
  if (!coins) return std::nullopt;
  const Usd price{coins->value() * quote.forward.value()};
  const auto vol =
      option::implied_vol(quote.contract.type, quote.contract.strike, quote.forward, expiry, price);
  if (!vol || !(vol->value() > 0)) return std::nullopt;
  return vol->value();
}

// Out-of-the-money quotes with both sides, two days out and more.
std::vector<option::VolSlice> slices_of(const feed::Chain& chain) {
  std::map<UnixSeconds, option::VolSlice> slices;
  for (const market::Quote& quote : chain.quotes) {
    const Years expiry = years(quote.contract.expiry - chain.at);
    const bool above = quote.contract.strike.value() >= quote.forward.value();
    if (above != (quote.contract.type == option::Type::call)) continue;
    if (expiry.value() < 2 / 365.0) continue;
    const auto bid = vol_at(quote, quote.bid, expiry), ask = vol_at(quote, quote.ask, expiry);
    if (!bid || !ask) continue;
    option::VolSlice& slice = slices[quote.contract.expiry];
    slice.term = {quote.forward, expiry};
    slice.quotes.push_back({.strike = quote.contract.strike,
                            .vol = Vol{(*bid + *ask) / 2},
                            .half_spread = (*ask - *bid) / 2});
  }
  std::vector<option::VolSlice> found;
  for (auto& [expiry, slice] : slices) found.push_back(std::move(slice));
  return found;
}

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
  const auto slices = slices_of(*chain);
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
