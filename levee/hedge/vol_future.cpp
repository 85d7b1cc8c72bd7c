#include "levee/hedge/vol_future.h"

#include "levee/hedge/ground.h"
#include "levee/option/fair_variance.h"
#include "levee/scenario/vol_fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr double points = 100;  // a point is 0.01 of volatility
// No index counts strikes so far out, for none is quoted.
constexpr option::WingEnd last_strike{.deviations = 6};
// A mid this far from what options say is another unit or another index.
constexpr double ratio_least = 0.5, ratio_most = 2;

Seconds left_of(const market::VolFutureQuote& quote, const option::Surface& surface) {
  return quote.expiry - surface.at();
}

double usd_of(const market::VolFutureQuote& quote, double vol_moved) {
  return points * quote.per_point.value() * vol_moved;
}

// What the mid is to today's forward volatility.
double ratio_of(const market::VolFutureQuote& quote, const option::Surface& surface) {
  const double today = forward_variance(surface, {left_of(quote, surface), quote.span});
  return quote.mid().value() / std::sqrt(today);
}

// What the index is to today's, on every path's surface.
class IndexMoved {
 public:
  IndexMoved(Seconds span, const risk::Repricing& with)
      : paths_(with.set.assets[with.asset]),
        tenor_(years(span)),
        share_(scenario::level_share(paths_.tenor_power, tenor_)),
        today_(option::fair_variance(with.surface.slice(tenor_), {}, last_strike)),
        then_(with.surface.slice(tenor_),
              reach_of(with.set.paths(), [&](std::size_t s) { return factor_at(s); }),
              reach_of(paths_.skew.size(), [&](std::size_t s) { return paths_.skew[s]; }),
              last_strike) {}

  double log_at(std::size_t path) const {
    const double skew = paths_.skew.empty() ? 0 : paths_.skew[path];
    return 0.5 * std::log(then_.at({factor_at(path), skew}) / today_);
  }

 private:
  double factor_at(std::size_t path) const {
    const double sloped =
        paths_.slope.empty() ? 0 : paths_.slope[path] * std::log(tenor_.value() * 365 / 30);
    return paths_.level[path] * share_ + sloped;
  }

  template <class Value>
  static option::FairVariance::Reach reach_of(std::size_t paths, Value value) {
    if (paths == 0) return {};
    option::FairVariance::Reach reach{value(std::size_t{0}), value(std::size_t{0})};
    for (std::size_t s = 1; s < paths; ++s) {
      const double here = value(s);
      reach = {std::min(reach.least, here), std::max(reach.most, here)};
    }
    return reach;
  }

  const scenario::AssetPaths& paths_;
  Years tenor_;
  double share_, today_;
  option::FairVariance then_;
};

// Logarithm of the index over today's, on every path.
std::vector<double> index_moves(Seconds span, const risk::Repricing& with,
                                const parallel::Team& team) {
  const IndexMoved index(span, with);
  std::vector<double> moves(with.set.paths());
  team.for_blocks(
      moves.size(),
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t s = begin; s < end; ++s) moves[s] = index.log_at(s);
      },
      1024);
  return moves;
}

// Per cent that the forward volatility `from` now moves where the index moves one. Where shares
// fade faster than time grows it would fall: no market has seen that.
double elasticity(const option::Surface& surface, const ForwardSpan& span, double tenor_power) {
  constexpr double small = 1e-4;
  const auto gained = [&](Seconds from) {
    return std::log(forward_variance(surface, {from, span.length}, small, tenor_power) /
                    forward_variance(surface, {from, span.length}, -small, tenor_power));
  };
  return std::max(0.0, gained(span.from) / gained(Seconds{0}));
}

// What a contract has earned where the index moved so.
std::vector<double> earned_at(const market::VolFutureQuote& quote, const risk::Repricing& with,
                              std::span<const double> index_move) {
  const scenario::ScenarioSet& set = with.set;
  const Seconds left = left_of(quote, with.surface) - set.dates.back();
  LEVEE_EXPECT(left >= Seconds{0} && with.surface.at() == with.snapshot.at);
  const ForwardSpan span{left, quote.span};
  const double unmoved = std::sqrt(forward_variance(with.surface, span));
  const double worth = ratio_of(quote, with.surface) * unmoved, mid = quote.mid().value();
  const double power = elasticity(with.surface, span, set.assets[with.asset].tenor_power);
  const auto peg =
      set.peg.rows() == 0 ? std::span<const double>() : set.peg.row(set.dates.size() - 1);
  std::vector<double> usd(index_move.size());
  for (std::size_t s = 0; s < usd.size(); ++s) {
    const double then = worth * std::exp(power * index_move[s]);
    usd[s] = (peg.empty() ? 1 : peg[s]) * usd_of(quote, then - mid);
  }
  return usd;
}

// Trades are told apart by name.
bool is_taken(const std::string& name, const market::Snapshot& market) {
  return name == market.base + "-PERP" ||
         std::ranges::find(market.chain, name, &market::Quote::instrument) != market.chain.end();
}

// Why a future cannot be bought, or nothing.
std::string why_not(const market::VolFutureQuote& quote, const Setting& setting,
                    const option::Surface& surface) {
  const market::Snapshot& market = traded_market(setting);
  const std::string& asset = market.base;
  if (is_taken(quote.name, market)) return "an instrument of the market has that name (change it)";
  if (quote.asset != asset) {
    return fmt::format("its index is of options on {}, hedges are traded in {}", quote.asset,
                       asset);
  }
  const Seconds left = left_of(quote, surface);
  if (left < span_of(setting.policy.horizon_days)) {
    return fmt::format(
        "it expires before the horizon of {:.4g} days: paths know volatility at "
        "their end alone",
        setting.policy.horizon_days);
  }
  const UnixSeconds end = quote.expiry + quote.span, last = surface.expiries().back().expiry;
  if (end > last) {
    return fmt::format(
        "its index looks ahead to {}, the last expiry listed is {}: no variance is "
        "extrapolated",
        text_of(end), text_of(last));
  }
  if (!(forward_variance(surface, {left, quote.span}) > 0)) {
    return "options price no variance in its span";
  }
  if (const double ratio = ratio_of(quote, surface); !(ratio_least < ratio && ratio < ratio_most)) {
    return fmt::format(
        "its mid of {:.4g} points is {:.3g} times what options say of its span "
        "(volatility in per cent is wanted: 65 is 65 %)",
        points * quote.mid().value(), ratio);
  }
  if (quote.depth < quote.lot) return "its depth is less than a lot";
  return "";
}

Candidate candidate_of(std::size_t number, const Setting& setting, const option::Surface& surface) {
  const market::VolFutureQuote& quote = setting.snapshot.vol_futures[number];
  const Policy& policy = setting.policy;
  Candidate c;
  c.name = quote.name;
  const Usd roll = rolled(quote, surface, span_of(policy.horizon_days));
  c.instrument = VolFuture{number, roll};
  c.ask = Usd{usd_of(quote, quote.ask.value() - quote.mid().value())};
  c.notional = Usd{usd_of(quote, quote.mid().value())};
  c.fee_buy = quote.fee;
  const double lot = quote.lot.value();
  c.lot = quote.lot;
  c.depth_buy = Tokens{std::floor(quote.depth.value() / lot + 1e-9) * lot};
  c.margin_buy = quote.margin;
  c.carry_per_year = Usd{-roll.value() * 365 / policy.horizon_days};
  c.term_beta = term_beta(quote, surface, policy.iv_tenor_power);
  c.vega = usd_of(quote, *c.term_beta);
  c.theta_per_day = -c.carry_per_year.value() / 365;
  c.tenor_days = in_days(left_of(quote, surface));
  return c;
}

}  // namespace

double forward_variance(const option::Surface& surface, const ForwardSpan& span, double level,
                        double tenor_power) {
  LEVEE_EXPECT(span.from >= Seconds{0} && span.length > Seconds{0});
  const auto until = [&](Seconds time) {
    if (time == Seconds{0}) return 0.0;
    const Years tenor = years(time);
    const double moved = level * scenario::level_share(tenor_power, tenor);
    return option::fair_variance(surface.slice(tenor), {.log_factor = moved}, last_strike);
  };
  return (until(span.from + span.length) - until(span.from)) / years(span.length).value();
}

double term_beta(const market::VolFutureQuote& quote, const option::Surface& surface,
                 double tenor_power, Seconds passed) {
  const ForwardSpan span{left_of(quote, surface) - passed, quote.span};
  const double index = forward_variance(surface, {Seconds{0}, quote.span});
  const double over_index = std::sqrt(forward_variance(surface, span) / index);
  return ratio_of(quote, surface) * over_index * elasticity(surface, span, tenor_power);
}

Usd rolled(const market::VolFutureQuote& quote, const option::Surface& surface, Seconds passed) {
  const Seconds left = left_of(quote, surface);
  const double then = std::sqrt(forward_variance(surface, {left - passed, quote.span}));
  const double now = std::sqrt(forward_variance(surface, {left, quote.span}));
  return Usd{usd_of(quote, quote.mid().value() * (then / now - 1))};
}

std::vector<double> earned(const market::VolFutureQuote& quote, const risk::Repricing& with,
                           const parallel::Team& team) {
  return earned_at(quote, with, index_moves(quote.span, with, team));
}

Candidates vol_futures_of(const Setting& setting, const option::Surface& surface) {
  Candidates found;
  const auto& quotes = setting.snapshot.vol_futures;
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    if (std::string why = why_not(quotes[i], setting, surface); !why.empty()) {
      found.left_out.push_back(fmt::format("{}: {}", quotes[i].name, why));
    } else {
      found.list.push_back(candidate_of(i, setting, surface));
    }
  }
  return found;
}

Result<num::Matrix<Usd>> unit_values(std::span<const Tradable> trades,
                                     std::span<const market::VolFutureQuote> quotes,
                                     const risk::Repricing& with, const parallel::Team& team) {
  std::vector<book::Instrument> held;
  for (const Tradable& one : trades) {
    if (const auto instrument = instrument_of(one)) held.push_back(*instrument);
  }
  auto priced = risk::horizon_values(held, with, team);
  if (!priced || held.size() == trades.size()) return priced;
  num::Matrix<Usd> value(trades.size(), with.set.paths());
  std::map<Seconds, std::vector<double>> index_of;  // by the index's span
  for (std::size_t r = 0, next = 0; r < trades.size(); ++r) {
    LEVEE_EXPECT(!changes_book(trades[r]));
    if (const auto* future = std::get_if<VolFuture>(&trades[r])) {
      const market::VolFutureQuote& quote = quotes[future->quote];
      std::vector<double>& index = index_of[quote.span];
      if (index.empty()) index = index_moves(quote.span, with, team);
      std::ranges::copy(earned_at(quote, with, index), value.row(r).begin());
    } else {
      std::ranges::copy(priced->row(next++), value.row(r).begin());
    }
  }
  return value;
}

}  // namespace levee::hedge
