#include "levee/hedge/beside_past.h"

#include "levee/hedge/dollars.h"
#include "levee/scenario/vol_fit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr Seconds holds = days(7);  // A benchmark rests at weekends and on holidays.

double value_at(const book::Book& book, double price) {
  double sum = 0;
  for (const book::LpPosition& one : book.positions) {
    sum += amm::exposure_at(one.range, Price{price}).value.value();
  }
  return sum;
}

// What floats, and its name.
struct Floating {
  market::Series rate;
  std::string name;
};

// The lending rate, or what it is above the newest benchmark of the week before.
Result<Floating> floating_of(const signal::History& history) {
  auto lent = signal::days_of(history, "borrow_rate", signal::Sign::any);
  if (!lent) return lent.error();
  const auto benchmark = signal::days_of(history, "benchmark_rate", signal::Sign::any);
  if (!benchmark) return Floating{*std::move(lent), "the lending rate"};
  market::Series gaps{.at = {}, .value = {}, .step = days(1), .source = lent->source};
  for (std::size_t i = 0; i < lent->at.size(); ++i) {
    const auto later = std::ranges::upper_bound(benchmark->at, lent->at[i]);
    if (later == benchmark->at.begin() || holds < lent->at[i] - *(later - 1)) continue;
    gaps.at.push_back(lent->at[i]);
    gaps.value.push_back(
        lent->value[i] -
        benchmark->value[static_cast<std::size_t>(later - benchmark->at.begin()) - 1]);
  }
  if (gaps.empty()) {
    return fail(Reason::missing_data, "no day has a lending rate and a benchmark (give both)");
  }
  return Floating{std::move(gaps), "the lending rate above its benchmark"};
}

// Of days on which the rate is known at both ends.
Result<Effectiveness> measured(const RateSwap& swap, const RateHistory& history,
                               const PastDays& past) {
  std::vector<double> gain, loss;
  for (std::size_t i = 0; i < past.end.size(); ++i) {
    const std::array ends{past.end[i] - days(1), past.end[i]};
    const auto day = payoffs_between(swap, history, ends);
    if (!day) continue;
    gain.push_back(day->front());
    loss.push_back(-past.gain[i]);
  }
  return effectiveness_of({gain, loss}, {});
}

// One source of gains, by the days that all are known on.
struct Source {
  std::string name;
  std::vector<double> gains;
  std::optional<Usd> income;
};

// Funding of a long's notional by the day; a day of which a settlement is missing has none.
std::vector<std::optional<double>> funding_by_day(const market::Series& funding,
                                                  const std::vector<UnixSeconds>& ends) {
  const auto whole = static_cast<std::ptrdiff_t>(days(1).value() / funding.step.value());
  std::vector<std::optional<double>> paid;
  for (const UnixSeconds end : ends) {
    const auto from = std::ranges::upper_bound(funding.at, end - days(1)) - funding.at.begin();
    const auto to = std::ranges::upper_bound(funding.at, end) - funding.at.begin();
    if (to - from != whole) {
      paid.emplace_back();
      continue;
    }
    double sum = 0;
    for (auto i = from; i < to; ++i) sum += funding.value[static_cast<std::size_t>(i)];
    paid.emplace_back(sum * years(funding.step).value());
  }
  return paid;
}

bool is_own_perp(const book::Lot& lot) {
  return std::holds_alternative<book::Perp>(lot.instrument) && lot.asset.empty();
}

// The positions, what they earn a year after what rebalancing loses.
Source positions_source(const Ground& g, const PastDays& past) {
  Source first{"positions", past.gain, {}};
  const book::PositionReport& total = g.position.total;
  if (total.fees_usd_per_day) {
    first.income = Usd{365 * (*total.fees_usd_per_day - total.lvr_usd_per_day)};
  }
  return first;
}

std::vector<Source> sources_of(const Ground& g, const PastDays& past,
                               const std::vector<std::optional<double>>& paid) {
  const double spot = g.snapshot.spot.value();
  std::vector<Source> list{positions_source(g, past)};
  for (const book::Lot& lot : g.book.lots) {
    if (!is_own_perp(lot)) continue;
    const double notional = lot.quantity.value() * spot;
    Source one{lot.name.empty() ? "perpetual" : lot.name, {}, {}};
    for (std::size_t i = 0; i < past.end.size(); ++i) {
      one.gains.push_back(notional * (past.move[i] - paid[i].value_or(0)));
    }
    if (g.funding) one.income = Usd{-notional * g.funding->value()};
    list.push_back(std::move(one));
  }
  for (const book::Loan& loan : g.book.loans) {
    const double pledged = loan.pledge ? loan.pledge->base.value() : 0;
    const double interest =
        (loan.quote_owed.value() + loan.base_owed.value() * spot) * loan.rate.value();
    Source one{loan.name.empty() ? "loan" : loan.name, {}, Usd{-interest}};
    for (const double move : past.move) {
      one.gains.push_back((pledged - loan.base_owed.value()) * spot * move - interest / 365);
    }
    list.push_back(std::move(one));
  }
  return list;
}

// The first two checks of a verdict, and how many more there are.
std::string checks_text(const Independence& found, std::string_view verdict) {
  std::string text;
  std::size_t count = 0;
  for (const EngineCheck& one : found.checks) {
    if (one.verdict != verdict || ++count > 2) continue;
    text += fmt::format("{}{} {}, at most {:g}", text.empty() ? "" : "; ", one.name,
                        one.value ? fmt::format("{:.2f}", *one.value) : "not known", one.limit);
  }
  return count > 2 ? fmt::format("{}; {} more", text, count - 2) : text;
}

std::string verdict_sentence(const Independence& found, double days) {
  const std::string by = fmt::format("by {:g} days", days);
  if (!found.holds) {
    return fmt::format("not independent of the positions {} ({})", by,
                       checks_text(found, "broken"));
  }
  if (!found.is_proved) {
    return fmt::format("not shown to be independent of the positions {} ({})", by,
                       checks_text(found, "unproved"));
  }
  return "independent of the positions " + by;
}

}  // namespace

PastDays past_days(const Ground& g) {
  PastDays past;
  if (!g.snapshot.history) return past;
  const double spot = g.snapshot.spot.value(), now = value_at(g.book, spot);
  const auto returns = scenario::daily_returns(
      *g.snapshot.history, g.snapshot.at - span_of(g.policy.history_days), g.snapshot.at);
  for (const market::Return& day : returns) {
    past.end.push_back(day.at);
    past.move.push_back(std::expm1(day.value.value()));
    past.gain.push_back(value_at(g.book, spot * (1 + past.move.back())) - now);
  }
  return past;
}

RateSwapTold rate_swap_told(const Ground& g, const PastDays& past) {
  if (!g.past || !g.past->series.contains("borrow_rate")) {
    return {.why = "not judged: no lending rates were given (--lending, --benchmark)"};
  }
  const auto not_judged = [](const Error& error) {
    return RateSwapTold{.why = "not judged: " + error.message};
  };
  const auto floating = floating_of(*g.past);
  if (!floating) return not_judged(floating.error());
  const RateHistory history{floating->rate, holds};
  const UnixSeconds from = g.snapshot.at - span_of(g.policy.horizon_days);
  const Usd notional{g.policy.rate_notional_usd.value_or(g.position.total.value_usd)};
  const UnixSeconds first = std::max(floating->rate.at.front(), from - days(90));
  if (from - first < days(30)) {
    return {.why =
                fmt::format("not judged: {} is known from {} on, thirty days before {} are needed",
                            floating->name, text_of(first), text_of(from))};
  }
  const auto before = swap_payoff({.notional = notional, .fixed = Rate{0}}, history, {first, from});
  if (!before) return not_judged(before.error());
  const RateSwap swap{.notional = notional, .fixed = before->received};
  const auto payoff = swap_payoff(swap, history, {from, g.snapshot.at});
  if (!payoff) return not_judged(payoff.error());
  RateSwapTold told{.notional_usd = notional.value(),
                    .fixed = swap.fixed.value(),
                    .received = payoff->received.value(),
                    .gain_usd = payoff->gain.value(),
                    .why = {}};
  told.why = fmt::format("{} received for {:.2f} % on {} would have gained {} in {:g} days",
                         floating->name, 100 * swap.fixed.value(), dollars(notional.value()),
                         dollars(payoff->gain.value()), g.policy.horizon_days);
  const auto effect = measured(swap, history, past);
  if (effect) told.effect = *effect;
  told.why += "; against the positions' losses: " +
              (effect ? effect->why : "not measured: " + effect.error().message);
  return told;
}

EnginesTold engines_told(const Ground& g, const PastDays& past) {
  const bool perps = std::ranges::any_of(g.book.lots, is_own_perp);
  if (!perps && g.book.loans.empty()) {
    return {.why = "none: the book holds neither perpetuals nor loans beside its positions"};
  }
  if (perps && !g.snapshot.funding) {
    return {.why = "not judged: what the perpetual paid is not known (give --funding)"};
  }
  if (past.end.empty()) return {.why = "not judged: no whole day of prices (give --history)"};
  std::vector<std::optional<double>> paid(past.end.size(), 0.0);
  PastDays known = past;
  if (perps) {
    paid = funding_by_day(*g.snapshot.funding, past.end);
    known = {};
    for (std::size_t i = 0; i < past.end.size(); ++i) {
      if (!paid[i]) continue;
      known.end.push_back(past.end[i]), known.move.push_back(past.move[i]);
      known.gain.push_back(past.gain[i]);
    }
    std::erase(paid, std::nullopt);
  }
  const std::vector<Source> sources = sources_of(g, known, paid);
  std::vector<Engine> engines;
  for (const Source& one : sources) engines.push_back({one.name, one.gains, one.income});
  const auto found = independence_of(engines, {});
  if (!found) return {.why = "not judged: " + found.error().message};
  EnginesTold told{.days = static_cast<double>(known.end.size()), .found = *found, .why = {}};
  told.why = verdict_sentence(*found, told.days);
  return told;
}

}  // namespace levee::hedge
