#include "levee/hedge/collar.h"

#include "levee/hedge/dollars.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

double worth_at(const UpsideAsk& ask, double price) {
  double sum = ask.wallet.value() * price;
  for (const amm::Range& range : ask.ranges) {
    sum += amm::exposure_at(range, Price{price}).value.value();
  }
  return sum;
}

double lots(double units, double lot) { return std::floor(units / lot * (1 + 1e-12)) * lot; }

double buys_at(const CollarQuote& quote) { return quote.price.value() + quote.fee.value(); }
double sells_at(const CollarQuote& quote) { return quote.price.value() - quote.fee.value(); }

double tokens_at(const CollarAsk& ask, Price price) {
  double sum = 0;
  for (const amm::Range& range : ask.ranges) sum += amm::exposure_at(range, price).base.value();
  return sum;
}

Result<Done> checked(const CollarAsk& ask) {
  const auto bad = [](std::string_view what) {
    return fail(Reason::bad_input, fmt::format("{} (no collar can be made of it)", what));
  };
  const auto positive = [](double x) { return std::isfinite(x) && x > 0; };
  const auto quoted = [&](const CollarQuote& one) {
    return positive(one.price.value()) && one.fee.value() >= 0 && one.fee <= one.price &&
           positive(one.lot) && positive(one.contract.strike.value());
  };
  if (!quoted(ask.put) || !quoted(ask.call) || (ask.cap && !quoted(*ask.cap))) {
    return bad("prices, lots and strikes must be positive, fees within the price");
  }
  const option::Contract &put = ask.put.contract, &call = ask.call.contract;
  if (put.type != option::Type::put || call.type != option::Type::call ||
      (ask.cap && ask.cap->contract.type != option::Type::call)) {
    return bad("it is a put, a call and a call above it");
  }
  if (put.expiry != call.expiry || (ask.cap && ask.cap->contract.expiry != call.expiry)) {
    return bad("its options must expire together");
  }
  if (!(put.strike < call.strike) || (ask.cap && !(call.strike < ask.cap->contract.strike))) {
    return bad("strikes must ascend from put to call to cap");
  }
  if (ask.cap && ask.cap->lot != ask.call.lot)
    return bad("call and cap must come in the same lots");
  if (!positive(ask.spot.value()) || !positive(ask.nav.value())) {
    return bad("spot and NAV must be positive");
  }
  for (const double one :
       {ask.wallet.value(), ask.fees_accrued.value(), ask.put_units, ask.call_units}) {
    if (!(std::isfinite(one) && one >= 0))
      return bad("units, tokens and fees must not be negative");
  }
  return Done{};
}

// Why a collar is put on today; empty: it is not.
std::string trigger_of(const CollarAsk& ask, const CollarRule& rule) {
  if (ask.press == signal::PressState::harvest) return "premium is rich";
  if (ask.tvl_z && *ask.tvl_z <= rule.tvl_low) {
    return fmt::format("value locked falls behind its sector (z {:.2f})", *ask.tvl_z);
  }
  if (ask.tvl_z && *ask.tvl_z >= rule.tvl_high) {
    return fmt::format("value locked runs ahead of its sector (z {:.2f})", *ask.tvl_z);
  }
  return {};
}

// A collar with so many calls, puts bought for what that leaves.
Collar made(const CollarAsk& ask, double on_wallet, double as_spread) {
  Collar told;
  told.call_units = on_wallet + as_spread;
  told.cap_units = as_spread;
  told.premium_received_usd = told.call_units * sells_at(ask.call);
  const double caps = ask.cap ? as_spread * buys_at(*ask.cap) : 0;
  const double there = std::max(0.0, told.premium_received_usd + ask.fees_accrued.value() - caps);
  const double each = buys_at(ask.put), wanted = lots(ask.put_units, ask.put.lot);
  told.put_units = std::min(wanted, lots(there / each, ask.put.lot));
  told.shortfall_usd = std::max(0.0, wanted * each - there);
  told.premium_paid_usd = told.put_units * each + caps;
  told.fees_used_usd = std::max(0.0, told.premium_paid_usd - told.premium_received_usd);
  return told;
}

UpsideWorst worst_of(const CollarAsk& ask, const Collar& of) {
  std::vector<CollarLeg> legs{{ask.put.contract, of.put_units},
                              {ask.call.contract, -of.call_units}};
  if (ask.cap) legs.push_back({ask.cap->contract, of.cap_units});
  return upside_worst({.ranges = ask.ranges,
                       .wallet = ask.wallet,
                       .legs = legs,
                       .paid = Usd{of.premium_paid_usd - of.premium_received_usd},
                       .spot = ask.spot,
                       .from = ask.call.contract.strike});
}

bool fits(const CollarAsk& ask, const CollarRule& rule, const Collar& of) {
  if (of.premium_paid_usd > of.premium_received_usd + ask.fees_accrued.value() + 1e-9) return false;
  if (of.call_units == 0) return true;
  const UpsideWorst worst = worst_of(ask, of);
  return !worst.is_naked && worst.loss_usd <= rule.loss_share_max * ask.nav.value();
}

// The most spreads that fit: losses are convex in their number, so from none on they fit up to
// some.
double spreads_of(const CollarAsk& ask, const CollarRule& rule, double on_wallet, double most) {
  const double lot = ask.call.lot;
  double fit = 0, not_fit = std::floor(most / lot * (1 + 1e-12)) + 1;
  while (not_fit - fit > 1) {
    const double half = std::floor((fit + not_fit) / 2);
    (fits(ask, rule, made(ask, on_wallet, half * lot)) ? fit : not_fit) = half;
  }
  return fit * lot;
}

}  // namespace

Result<Done> check(const CollarRule& rule) {
  const auto bad = [](std::string_view field, std::string_view why) {
    return fail(Reason::out_of_range, fmt::format("{} ({})", field, why));
  };
  if (!(rule.tvl_low < 0)) return bad("tvl_low", "must be below 0");
  if (!(rule.tvl_high > 0)) return bad("tvl_high", "must be above 0");
  if (!(rule.loss_share_max >= 0 && rule.loss_share_max <= 1)) {
    return bad("loss_share_max", "must lie in [0, 1]");
  }
  return Done{};
}

UpsideWorst upside_worst(const UpsideAsk& ask) {
  LEVEE_EXPECT(ask.spot.value() > 0 && ask.from.value() > 0 && ask.wallet.value() >= 0);
  const double today = worth_at(ask, ask.spot.value());
  std::vector<double> ends{ask.from.value()};
  double slope = ask.wallet.value(), longest = slope;
  for (const CollarLeg& leg : ask.legs) {
    if (ask.from < leg.contract.strike) ends.push_back(leg.contract.strike.value());
    if (leg.contract.type != option::Type::call) continue;
    slope += leg.units, longest += std::abs(leg.units);
  }
  UpsideWorst worst;
  // Units that were meant to cancel may leave rounding.
  worst.is_naked = slope < -1e-12 * longest;
  worst.at_price = ask.from.value();
  bool first = true;
  for (const double price : ends) {
    double gain = worth_at(ask, price) - today - ask.paid.value();
    for (const CollarLeg& leg : ask.legs) {
      gain += leg.units * option::payoff_of(leg.contract, Price{price}).value();
    }
    if (first || -gain > worst.loss_usd) worst.loss_usd = -gain, worst.at_price = price;
    first = false;
  }
  return worst;
}

Result<Collar> collar_of(const CollarAsk& ask, const CollarRule& rule) {
  if (const auto fine = checked(ask); !fine) return fine.error();
  Collar told;
  const double at_strike = tokens_at(ask, ask.call.contract.strike);
  told.tokens_at_strike = at_strike;
  const std::string trigger = trigger_of(ask, rule);
  if (trigger.empty()) {
    told.why = ask.tvl_z ? "none: premium is not rich, and value locked goes with its sector"
                         : "none: premium is not rich, and how value locked goes is not known";
    return told;
  }
  const bool may_sell = ask.forbidden.empty();
  const double wanted = may_sell ? lots(ask.call_units, ask.call.lot) : 0;
  double on_wallet = std::min(wanted, lots(ask.wallet.value(), ask.call.lot));
  if (!fits(ask, rule, made(ask, on_wallet, 0))) on_wallet = 0;
  const double most = ask.cap ? std::min(wanted - on_wallet, at_strike) : 0;
  const double as_spread = most > 0 ? spreads_of(ask, rule, on_wallet, most) : 0;
  told = made(ask, on_wallet, as_spread);
  told.tokens_at_strike = at_strike;
  told.is_on = told.put_units > 0 || told.call_units > 0;
  if (told.call_units > 0) {
    const UpsideWorst worst = worst_of(ask, told);
    told.worst_loss_usd = worst.loss_usd;
    told.worst_price = worst.at_price;
  }
  told.why = fmt::format("{}: {:g} puts bought with {} of fees", trigger, told.put_units,
                         dollars(told.fees_used_usd));
  if (told.call_units > 0) {
    told.why += fmt::format(", {:g} calls sold ({:g} on wallet tokens, {:g} as spreads)",
                            told.call_units, on_wallet, as_spread);
  }
  if (!may_sell) told.why += "; no calls: " + ask.forbidden;
  if (told.call_units < wanted) {
    told.why += fmt::format(
        "; {:g} calls wanted: a position sells its tokens on the way up, so "
        "more would be naked or lose more than {:.3g} % of NAV",
        wanted, 100 * rule.loss_share_max);
  }
  if (told.shortfall_usd > 0) {
    told.why += fmt::format("; {} are missing for all puts wanted, and principal is not touched",
                            dollars(told.shortfall_usd));
  }
  return told;
}

}  // namespace levee::hedge
