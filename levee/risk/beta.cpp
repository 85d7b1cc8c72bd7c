#include "levee/risk/beta.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/core.h>

namespace levee::risk {
namespace {

using Midnights = std::map<UnixSeconds, double>;

Midnights midnights(const market::Series& series) {
  Midnights found;
  for (std::size_t i = 0; i < series.at.size(); ++i) {
    LEVEE_EXPECT(series.value[i] > 0);
    if (series.at[i].value() % days(1).value() == 0) found[series.at[i]] = series.value[i];
  }
  return found;
}

struct Weighed {
  double weight, asset, market;
};

Slope slope_of(std::span<const Weighed> rows) {
  double sum = 0, asset = 0, market = 0;
  for (const Weighed& one : rows) {
    sum += one.weight, asset += one.weight * one.asset, market += one.weight * one.market;
  }
  asset /= sum, market /= sum;
  double both = 0, own = 0;
  for (const Weighed& one : rows) {
    const double away = one.market - market;
    both += one.weight * away * (one.asset - asset), own += one.weight * away * away;
  }
  const double beta = both / own;
  double squares = 0;
  for (const Weighed& one : rows) {
    const double away = one.market - market, left = one.asset - asset - beta * away;
    const double term = one.weight * away * left;
    squares += term * term;
  }
  return {beta, std::sqrt(squares) / own};
}

Slope shrunk(const Slope& slope, double shrink) {
  return {(1 - shrink) * slope.value + shrink, (1 - shrink) * slope.error};
}

bool moves(std::span<const Weighed> rows) {
  return std::ranges::any_of(rows,
                             [&](const Weighed& one) { return one.market != rows[0].market; });
}

Error too_few(std::size_t found, std::size_t needed, std::string_view what) {
  return fail(Reason::missing_data,
              fmt::format("{} {} in common (beta needs {}) give longer price histories", found,
                          what, needed));
}

}  // namespace

PairedReturns paired_days(const market::Series& asset, const market::Series& market,
                          UnixSeconds until) {
  const Midnights own = midnights(asset), other = midnights(market);
  PairedReturns returns;
  for (const auto& [at, price] : own) {
    if (until < at) break;
    const auto own_before = own.find(at - days(1));
    const auto then = other.find(at), before = other.find(at - days(1));
    if (own_before == own.end() || then == other.end() || before == other.end()) continue;
    returns.asset.push_back(std::log(price / own_before->second));
    returns.market.push_back(std::log(then->second / before->second));
  }
  return returns;
}

Result<market::Series> capped_index(std::span<const Capped> assets) {
  LEVEE_EXPECT(!assets.empty());
  Midnights sum;
  std::map<UnixSeconds, std::size_t> known;
  for (const Capped& one : assets) {
    LEVEE_EXPECT(one.cap.value() > 0 && !one.prices.empty());
    const double supply = one.cap.value() / one.prices.value.back();
    for (const auto& [at, price] : midnights(one.prices)) {
      sum[at] += supply * price;
      ++known[at];
    }
  }
  market::Series index{.at = {}, .value = {}, .step = days(1), .source = {}};
  for (const auto& [at, worth] : sum) {
    if (known[at] != assets.size()) continue;
    index.at.push_back(at), index.value.push_back(worth);
  }
  for (const Capped& one : assets) {
    index.source += (index.source.empty() ? "" : " + ") + one.prices.source;
  }
  if (index.at.size() < 2) return too_few(index.at.size(), 2, "midnights of the index's assets");
  return index;
}

Result<BetaFit> beta_of(const PairedReturns& returns, const BetaAsk& ask) {
  LEVEE_EXPECT(returns.asset.size() == returns.market.size());
  LEVEE_EXPECT(ask.half_life_days > 0 && 0 <= ask.shrink && ask.shrink <= 1);
  const std::size_t count = returns.asset.size();
  if (count < fewest_days) return too_few(count, fewest_days, "days");
  std::vector<Weighed> all, down;
  double sum = 0, squares = 0, mean = 0, weighed = 0, plain = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double age = static_cast<double>(count - 1 - i), market = returns.market[i];
    const double weight = std::exp2(-age / ask.half_life_days);
    all.push_back({weight, returns.asset[i], market});
    sum += weight, squares += weight * weight, mean += weight * market;
    weighed += weight * market * market, plain += market * market;
  }
  mean /= sum;
  std::ranges::copy_if(all, std::back_inserter(down),
                       [&](const Weighed& one) { return one.market < mean; });
  if (!moves(all)) {
    return fail(Reason::no_solution,
                "a market that does not move (has no beta) give another index");
  }
  if (down.size() < fewest_days_down || !moves(down)) {
    return too_few(down.size(), fewest_days_down, "days of a falling market");
  }
  BetaFit fit{.measured = slope_of(all),
              .beta = {},
              .measured_down = slope_of(down),
              .down = {},
              .days = count,
              .days_down = down.size(),
              .effective_days = sum * sum / squares,
              .market_vol = std::sqrt(365 * weighed / sum),
              .market_vol_long = std::sqrt(365 * plain / static_cast<double>(count))};
  fit.beta = shrunk(fit.measured, ask.shrink), fit.down = shrunk(fit.measured_down, ask.shrink);
  return fit;
}

double pool_beta(std::span<const BetaLeg> legs) {
  double sum = 0;
  for (const BetaLeg& leg : legs) sum += leg.share * leg.beta;
  return sum;
}

}  // namespace levee::risk
