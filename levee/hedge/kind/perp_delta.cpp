// levee/hedge/kind/perp_delta.cpp — delta by perpetual futures, within a share of the LP's.
#include "levee/hedge/layer.h"
#include "levee/hedge/proxy.h"
#include "levee/hedge/second_engine.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge::kind {
namespace {

double held_perps(const Setting& setting) {
  double held = 0;
  for (const book::Lot& lot : setting.book.lots) {
    const bool own =
        is_on_traded(setting, lot) && std::holds_alternative<book::Perp>(lot.instrument);
    if (own) held += lot.quantity.value();
  }
  return held;
}

// How far the figure wandered: means of 30 days that do not overlap, through the year before.
std::string past_year(const market::Series& funding, UnixSeconds at) {
  double least = 0, most = 0;
  int means = 0;
  for (std::int64_t back = 12; back > 0; --back) {
    const auto from = std::ranges::upper_bound(funding.at, at - days(30 * back));
    const auto to = std::ranges::upper_bound(funding.at, at - days(30 * (back - 1)));
    const auto first = from - funding.at.begin(), last = to - funding.at.begin();
    if (last - first < 15) continue;  // too few payments to speak of a mean
    double mean = 0;
    for (auto i = first; i < last; ++i) mean += funding.value[static_cast<std::size_t>(i)];
    mean /= static_cast<double>(last - first);
    least = means == 0 ? mean : std::min(least, mean);
    most = means == 0 ? mean : std::max(most, mean);
    ++means;
  }
  if (means < 2) return "";
  return fmt::format("; in the year before, means of 30 days went from {:.3g} to {:.3g} %",
                     100 * least, 100 * most);
}

// What is held counts against the share of delta that perps may take, either way.
void leave_room_for(double held, double most, double lot, Candidate& perp) {
  const auto whole = [&](double size) {
    return Tokens{std::floor(std::max(size, 0.0) / lot) * lot};
  };
  perp.depth_sell = whole(most + held);
  perp.depth_buy = whole(most - held);
}

Stance stand(const LayerAsk& ask, Offer& offer) {
  const Setting& setting = ask.setting;
  const Policy& policy = setting.policy;
  const book::PositionReport& total = setting.position.total;
  const market::Snapshot& market = traded_market(setting);
  const auto perp = std::ranges::find_if(
      offer.list, [](const Candidate& one) { return layer_of(one.instrument, 1) == "perp_delta"; });
  if (perp == offer.list.end() || !offers(offer.list, "perp_delta")) {
    return {.stands = false,
            .why = market.funding ? "the position has no delta that a lot would hedge"
                                  : "funding is not known (give --funding)"};
  }
  const double spot = market.spot.value(), held = held_perps(setting);
  const double delta = in_traded(setting, Tokens{total.delta} + setting.book.wallet).value();
  const double funding = perp->carry_per_year.value() / spot;  // paid by longs
  const std::string costs =
      fmt::format("a short {} {:.3g} % a year of funding, as the last 30 days had it{}",
                  funding >= 0 ? "earns" : "pays", 100 * std::abs(funding),
                  market.funding ? past_year(*market.funding, market.at) : "");
  const PerpRule rule{.ratio = std::min(1.0, policy.perp_share_of_delta_max),
                      .rises = policy.perp_ratio == "rising",
                      .ratio_most = std::min(1.0, policy.perp_share_of_delta_max)};
  const auto ratio = ratio_at(rule, ask.veq);
  if (!ratio || held != 0) {
    const PerpStep step = perp_step({.held = Tokens{held},
                                     .lp_delta = Tokens{delta},
                                     .price = market.spot,
                                     .value = Usd{total.value_usd},
                                     .veq = ask.veq,
                                     .funding = Rate{funding},
                                     .elapsed = Years{0},
                                     .fee = Share{policy.perp_fee_share}},
                                    rule);
    if (step.traded_tokens == 0) {
      close("perp_delta", offer.list);
      return {.stands = false, .why = step.why + "; " + costs};
    }
  }
  const double most = rule.rises ? *ratio : policy.perp_share_of_delta_max;
  if (rule.rises || held != 0) {
    leave_room_for(held, most * std::abs(delta), policy.perp_lot, *perp);
  }
  std::string why = fmt::format("up to {:.3g} % of the position's delta; {}", 100 * most, costs);
  if (rule.rises) {
    why = fmt::format("VIX-equivalent {:.3g}, the ratio rises with it (it sells after falls): {}",
                      *ask.veq, why);
  }
  const bool stands = offers(offer.list, "perp_delta");
  if (!stands) close("perp_delta", offer.list);
  return {.stands = stands, .why = std::move(why)};
}

}  // namespace

Entry perp_delta() {
  return {.name = "perp_delta",
          .about = "perpetual futures against the position's delta; they cap no tail by themselves",
          .stand = stand};
}

}  // namespace levee::hedge::kind
