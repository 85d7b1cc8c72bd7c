#include "levee/hedge/look_again.h"

#include "levee/hedge/dollars.h"
#include "levee/hedge/proxy.h"
#include "levee/hedge/roll_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

struct Dated {
  UnixSeconds at;
  std::string why;
};

class Looks {
 public:
  Looks(const Ground& ground, std::span<const Trade> trades)
      : g_(ground), trades_(trades), end_(ground.snapshot.at + ground.calibration.horizon) {}

  std::vector<LookAgain> all() {
    rolls();
    events();
    dated_.push_back({end_, "the horizon ends that every figure here is for"});
    std::ranges::stable_sort(dated_, {}, &Dated::at);
    for (const Dated& one : dated_) told_.push_back({text_of(one.at), one.why});
    ranges();
    funding();
    proxy();
    gauges();
    return std::move(told_);
  }

 private:
  void on(UnixSeconds at, std::string why) {
    if (at <= end_) dated_.push_back({std::max(at, g_.snapshot.at), std::move(why)});
  }

  // The first option that a ladder would roll: bought today, or held and not sold.
  void rolls() {
    const auto rule = roll_rule_of(g_.policy);
    if (!rule) return;
    std::optional<Dated> first;
    const auto look = [&](const std::string& name, double tenor_days, std::size_t layer) {
      const double left = rule->due_days[layer];
      const UnixSeconds at = g_.snapshot.at + span_of(std::max(0.0, tenor_days - left));
      if (first && first->at <= at) return;
      first = {at, fmt::format("{} is due to roll, {:.3g} days before it expires", name, left)};
    };
    for (const Trade& one : trades_) {
      if (one.side != "buy" || one.bucket_days <= 0) continue;
      look(one.instrument, one.tenor_days, bucket_of(one.tenor_days, rule->tenors_days));
    }
    for (const book::Lot& lot : g_.book.lots) {
      const auto* contract = std::get_if<option::Contract>(&lot.instrument);
      if (!contract || lot.quantity.value() <= 0 || is_sold(*contract)) continue;
      const UnixSeconds since = lot.bought ? lot.bought->at : g_.snapshot.at;
      const double then = in_days(contract->expiry - since);
      if (then <= 0 || contract->expiry <= g_.snapshot.at) continue;
      look(lot.name, in_days(contract->expiry - g_.snapshot.at),
           bucket_of(then, rule->tenors_days));
    }
    if (first) on(first->at, first->why);
  }

  // Trades go by the venue's names, lots by their owner's.
  bool is_sold(const option::Contract& held) const {
    const auto& chain = (g_.proxy != nullptr ? g_.proxy->snapshot : g_.snapshot).chain;
    const auto quote = std::ranges::find(chain, held, &market::Quote::contract);
    return quote != chain.end() && std::ranges::any_of(trades_, [&](const Trade& one) {
             return one.side == "sell" && one.instrument == quote->instrument;
           });
  }

  void events() {
    if (!g_.past) return;
    for (const signal::Event& event : g_.past->governance.events) {
      if (event.at <= g_.snapshot.at || event.announced > g_.snapshot.at) continue;
      const std::string_view kind = signal::name_of(event.kind);
      return on(event.at,
                event.name.empty() || event.name == kind
                    ? fmt::format("{}, the next event that is known", kind)
                    : fmt::format("{} ({}), the next event that is known", event.name, kind));
    }
  }

  void add(std::string why) { told_.push_back({{}, std::move(why)}); }

  void ranges() {
    double lower = 0, upper = 1e300;
    for (const book::LpPosition& one : g_.book.positions) {
      const double from = one.range.bounds.lower.value(), to = one.range.bounds.upper.value();
      const double spot = g_.snapshot.spot.value();
      for (const double edge : {from, to}) {
        if (edge <= spot) lower = std::max(lower, edge);
        if (edge > spot) upper = std::min(upper, edge);
      }
    }
    const bool below = lower > 0, above = upper < 1e300;
    if (!below && !above) return;
    const std::string when =
        below && above ? fmt::format("below {} or above {}", dollars(lower), dollars(upper))
        : below        ? "below " + dollars(lower)
                       : "above " + dollars(upper);
    add(
        fmt::format("the price is {}: a position leaves or enters its range, and what it is short "
                    "is another",
                    when));
  }

  void funding() {
    const bool perps =
        std::ranges::any_of(trades_, [](const Trade& one) { return one.layer == "perp_delta"; });
    const bool held = std::ranges::any_of(g_.book.lots, [](const book::Lot& one) {
      return std::holds_alternative<book::Perp>(one.instrument);
    });
    const std::optional<Rate> rate = g_.proxy != nullptr ? g_.proxy->funding : g_.funding;
    if (!rate || (!perps && !held)) return;
    add(
        fmt::format("funding changes its sign: longs pay {:.3g} % a year, as the last 30 days had "
                    "it",
                    100 * rate->value()));
  }

  void proxy() {
    if (g_.proxy == nullptr) return;
    add(
        fmt::format("{} no longer stands for {}: their correlation, {:.2f} now, falls below {:.3g} "
                    "(policy proxy_correlation_min)",
                    g_.proxy->snapshot.base, g_.snapshot.base, g_.proxy->basis.correlation.value,
                    g_.policy.proxy_correlation_min));
  }

  void gauges() {
    const bool known = std::ranges::any_of(
        g_.outlook.gauges, [](const signal::Gauge& gauge) { return gauge.fresh() != nullptr; });
    if (known) add("a gauge of the day changes its state (levee read-signals)");
  }

  const Ground& g_;
  std::span<const Trade> trades_;
  UnixSeconds end_;
  std::vector<Dated> dated_;
  std::vector<LookAgain> told_;
};

}  // namespace

std::vector<LookAgain> look_again(const Ground& ground, std::span<const Trade> trades) {
  return Looks(ground, trades).all();
}

}  // namespace levee::hedge
