// The model-free index of recorded chains beside the venue's own, on days where both exist.
#include "levee/feed/chain_file.h"
#include "levee/feed/series_file.h"
#include "levee/option/variance_index.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

namespace levee::feed {
namespace {

const std::string options = std::string(LEVEE_SHARED) + "/data/options/";

std::vector<option::IndexExpiry> expiries_of(const Chain& chain) {
  std::map<UnixSeconds, option::IndexExpiry> by_expiry;
  for (const market::Quote& quote : chain.quotes) {
    const double years = in_days(quote.contract.expiry - chain.at) / 365;
    if (years <= 0) continue;
    auto& expiry = by_expiry[quote.contract.expiry];
    expiry.tenor = Years{years};
    expiry.forward = quote.forward;
    // A coin at expiry is worth the forward, undiscounted.
    const auto dollars = [&](const std::optional<Tokens>& coins) {
      return coins ? coins->value() * quote.forward.value() : 0;
    };
    expiry.quotes.push_back(
        {quote.contract.type, quote.contract.strike, dollars(quote.bid), dollars(quote.ask)});
  }
  std::vector<option::IndexExpiry> expiries;
  for (auto& [when, expiry] : by_expiry) expiries.push_back(std::move(expiry));
  return expiries;
}

struct Both {
  double ours = 0, theirs = 0;
};

struct Venue {
  const char* base;
  const char* index;
};

// Every third day: the newest chain, and the venue's last closing value before it.
std::vector<Both> compared(const Venue& venue, const std::string& month) {
  std::vector<Both> days;
  for (int day = 1; day <= 28; day += 3) {
    const std::string date = month + (day < 10 ? "-0" : "-") + std::to_string(day);
    const auto at = moment_from(date + "T23:00:00Z");
    if (!at) continue;
    const auto chain = read_chain(options + "deribit_chain_daily_" + month + ".csv.gz",
                                  {.base = venue.base, .at = *at});
    if (!chain) continue;
    const auto series = read_iv_index(options + venue.index, {.at = chain->at});
    if (!series) continue;
    const auto ours = option::variance_index(expiries_of(*chain), Years{30.0 / 365});
    EXPECT_TRUE(ours) << date << ": " << (ours ? "" : ours.error().message);
    if (ours) days.push_back({ours->level.value(), series->value.back()});
  }
  return days;
}

}  // namespace

// The venue's index is no plain strip: it stands below ours on nearly every day, by two to four vol
// points while skew is steep, and moves with it.
TEST(VarianceIndexOracle, MovesWithTheVenuesOwn) {
  if (!std::filesystem::exists(options)) GTEST_SKIP() << "no recorded chains beside the checkout";
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0, worst = 0;
  for (const Venue& venue :
       {Venue{"BTC", "deribit_dvol_BTC_1h.csv.gz"}, Venue{"ETH", "deribit_dvol_ETH_1d.csv"}}) {
    for (const char* month : {"2026-01", "2026-02", "2026-03"}) {
      for (const auto& [ours, theirs] : compared(venue, month)) {
        n += 1;
        x += ours;
        y += theirs;
        xx += ours * ours;
        yy += theirs * theirs;
        xy += ours * theirs;
        worst = std::max(worst, std::abs(ours - theirs));
      }
    }
  }
  ASSERT_GT(n, 40);
  const double correlation = (n * xy - x * y) / std::sqrt((n * xx - x * x) * (n * yy - y * y));
  std::printf(
      "%g chains: ours above the venue's by %.2f vol points, at most %.2f apart, "
      "correlation %.4f\n",
      n, 100 * (x - y) / n, 100 * worst, correlation);
  EXPECT_GT(correlation, 0.97);
  EXPECT_LT((x - y) / n, 0.04);
  EXPECT_LT(worst, 0.1);
}

}  // namespace levee::feed
