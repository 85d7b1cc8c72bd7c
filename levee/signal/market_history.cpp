#include "levee/signal/market_history.h"

#include "levee/signal/rolling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include <fmt/core.h>

namespace levee::signal {
namespace {

constexpr double decay = 0.94;      // Of a day's weight.
constexpr double premium = 1.1;     // Of implied over realised.
constexpr std::size_t seeded = 20;  // Returns.
constexpr double long_over_30 = 3;  // 90 days over 30.

Years tenor(double count) { return Years{count / 365}; }

/// What a chain said of volatility: at the money, and how it rises with the tenor.
struct Term {
  market::Series vol;
  std::vector<std::optional<double>> slope;  // [vol], of ln vol per ln tenor
};

Term term_of(const market::Snapshot& snapshot) {
  Term term{.vol = {.at = {}, .value = {}, .step = days(1), .source = "option chain, 30 days"},
            .slope = {}};
  for (const market::Glimpse& glimpse : snapshot.earlier) {
    term.vol.at.push_back(glimpse.at);
    term.vol.value.push_back(glimpse.vol.value());
    term.slope.push_back(glimpse.slope);
  }
  if (snapshot.chain.empty()) return term;
  const auto surface = market::surface_of(snapshot);
  if (!surface) return term;
  const double near = surface->at_the_money(tenor(14)).value();
  const double far = surface->at_the_money(tenor(90)).value();
  term.vol.at.push_back(snapshot.at);
  term.vol.value.push_back(surface->at_the_money(tenor(30)).value());
  term.slope.emplace_back(std::log(far / near) / std::log(90.0 / 14));
  return term;
}

bool spans(const market::Series& series, const SignalPolicy& policy) {
  return in_days(series.at.back() - series.at.front()) >= policy.veq_days_min;
}

// The first that is long enough for a rank, else the first that there is.
std::optional<market::Series> chosen(std::vector<market::Series> from, const SignalPolicy& policy) {
  std::erase_if(from, [](const market::Series& series) { return series.empty(); });
  if (from.empty()) return {};
  const auto found =
      std::ranges::find_if(from, [&](const market::Series& one) { return spans(one, policy); });
  return std::move(found == from.end() ? from.front() : *found);
}

// iv carried to 90 days by the newest slope of the day before.
market::Series carried(const market::Series& iv, const Term& term) {
  market::Series far{
      .at = {}, .value = {}, .step = days(1), .source = iv.source + ", chain's term"};
  std::optional<double> slope;
  UnixSeconds told;
  std::size_t next = 0;
  for (std::size_t i = 0; i < iv.at.size(); ++i) {
    for (; next < term.vol.at.size() && !(iv.at[i] < term.vol.at[next]); ++next) {
      if (!term.slope[next]) continue;
      slope = term.slope[next];
      told = term.vol.at[next];
    }
    if (!slope || iv.at[i] - told > days(1)) continue;
    far.at.push_back(iv.at[i]);
    far.value.push_back(iv.value[i] * std::pow(long_over_30, *slope));
  }
  return far;
}

}  // namespace

market::Series fallback_vol(const market::Series& days) {
  market::Series vols{.at = {}, .value = {}, .step = levee::days(1), .source = {}};
  vols.source =
      fmt::format("{} times realised volatility of {} (no volatility index is long enough)",
                  premium, days.source);
  for (const Run& run : runs_of(days)) {
    double variance = 0;
    for (std::size_t k = 1; k < run.count; ++k) {
      const std::size_t i = run.first + k;
      const double move = std::log(days.value[i] / days.value[i - 1]);
      const double square = move * move / in_days(days.at[i] - days.at[i - 1]);
      const double weight = k <= seeded ? 1 / static_cast<double>(k) : 1 - decay;
      variance += weight * (square - variance);
      if (k < seeded || !(variance > 0)) continue;
      vols.at.push_back(days.at[i]);
      vols.value.push_back(premium * std::sqrt(365 * variance));
    }
  }
  return vols;
}

History history_from(const market::Snapshot& snapshot, const SignalPolicy& policy) {
  History history{.at = snapshot.at,
                  .base = snapshot.base,
                  .quote = snapshot.quote,
                  .series = {},
                  .panels = {},
                  .governance = {}};
  const auto put = [&](const char* name, const std::optional<market::Series>& series) {
    if (series && !series->empty()) history.series[name] = *series;
  };
  put("price", snapshot.history);
  put("funding", snapshot.funding);
  put("volume", snapshot.volume);
  put("depth", snapshot.depth);
  if (const auto depth = history.series.find("depth"); depth != history.series.end()) {
    depth->second.source += " (value locked, for want of depth near the price)";
  }
  const Term term = term_of(snapshot);
  std::vector<market::Series> vols{snapshot.iv_index.value_or(market::Series{}), term.vol};
  if (const auto prices = days_of(history, "price", Sign::positive)) {
    vols.push_back(fallback_vol(*prices));
  }
  const auto iv = chosen(std::move(vols), policy);
  put("iv", iv);
  if (iv) put("iv_long", carried(*iv, term));
  return history;
}

}  // namespace levee::signal
