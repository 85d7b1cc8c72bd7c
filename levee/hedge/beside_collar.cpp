#include "levee/hedge/beside_collar.h"

#include "levee/hedge/beside_trades.h"
#include "levee/hedge/dollars.h"
#include "levee/hedge/proxy.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

const market::Quote* nearest(const std::vector<const market::Quote*>& list, double strike) {
  const auto away = [&](const market::Quote* one) {
    return std::abs(std::log(one->contract.strike.value() / strike));
  };
  const auto found = std::ranges::min_element(list, {}, away);
  return found == list.end() ? nullptr : *found;
}

enum class Side { bid, ask };
struct Wanted {
  option::Type type;
  Side side;
  double above, below;  // strikes, both excluded
};

std::vector<const market::Quote*> quoted(const Ground& g, UnixSeconds expiry, const Wanted& what) {
  std::vector<const market::Quote*> list;
  for (const market::Quote& one : g.snapshot.chain) {
    const double strike = one.contract.strike.value();
    if (one.contract.expiry != expiry || one.contract.type != what.type) continue;
    if (!(strike > what.above && strike < what.below)) continue;
    if (what.side == Side::ask ? one.ask.has_value() : one.bid.has_value()) list.push_back(&one);
  }
  return list;
}

CollarQuote collar_quote(const Ground& g, const market::Quote& quote, Side side) {
  const double spot = g.snapshot.spot.value();
  const double price = spot * (side == Side::ask ? quote.ask : quote.bid)->value();
  const double fee = std::min(g.policy.option_fee_share_of_index * spot,
                              g.policy.option_fee_share_of_premium_max * price);
  return {quote.contract, Usd{price}, Usd{fee}, g.policy.option_lot};
}

// The options that a collar would be made of.
struct CollarLegs {
  const market::Quote *put = nullptr, *call = nullptr, *cap = nullptr;
};

CollarLegs collar_legs(const Ground& g) {
  const double spot = g.snapshot.spot.value(), endless = std::numeric_limits<double>::infinity();
  std::optional<UnixSeconds> first;
  for (const market::Quote& one : g.snapshot.chain) {
    const double away = in_days(one.contract.expiry - g.snapshot.at);
    if (away < std::max(g.policy.horizon_days, g.policy.tenor_days_min)) continue;
    if (!first || one.contract.expiry < *first) first = one.contract.expiry;
  }
  if (!first) return {};
  const Years tenor = years(*first - g.snapshot.at);
  const double z =
      g.policy.z_strikes[bucket_of(in_days(*first - g.snapshot.at), g.policy.tenors_days)];
  const double step =
      std::exp(z * market::fair_vol(g.surface, tenor).value() * std::sqrt(tenor.value()));
  CollarLegs legs;
  legs.put = nearest(quoted(g, *first, {option::Type::put, Side::ask, 0, spot}), spot / step);
  legs.call =
      nearest(quoted(g, *first, {option::Type::call, Side::bid, spot, endless}), spot * step);
  if (!legs.call) return legs;
  const double strike = legs.call->contract.strike.value();
  legs.cap =
      nearest(quoted(g, *first, {option::Type::call, Side::ask, strike, endless}), strike * step);
  return legs;
}

// Tokens that no put stands against yet; what is sold of them counts against what is bought.
double unprotected(const BesideAsk& ask, const Contracts& units) {
  double tokens = ask.setting.position.total.delta + ask.ground.book.wallet.value();
  for (const auto& [contract, count] : units) {
    if (contract.type == option::Type::put) tokens -= count;
  }
  return std::max(0.0, tokens);
}

// Why no collar is looked for at all; empty: one may be.
std::string collar_is_elsewhere(const BesideAsk& ask, double leaned) {
  const Ground& g = ask.ground;
  if (std::ranges::find(g.policy.layers_off, "collar") != g.policy.layers_off.end()) {
    return "none: the policy switches the layer off";
  }
  if (!ask.setting.orders.wallet_covers || g.book.wallet.value() <= 0) return {};
  if (leaned > 0) {
    return fmt::format("the plan itself sells {:g} calls on wallet tokens", leaned);
  }
  return "none beside the plan: it may sell calls on wallet tokens itself, and none pays";
}

std::string sell_call_forbidden(const signal::Regime& regime) {
  for (const signal::Restriction& one : regime.restrictions) {
    if (one.act == signal::NewRisk::sell_call)
      return fmt::format("{} ({} gate)", one.why, one.gate);
  }
  return {};
}

// As many calls as pay for the puts beyond the fees there are, and no more.
double calls_wanted(const CollarAsk& ask) {
  const double each = ask.put.price.value() + ask.put.fee.value();
  const double missing = ask.put_units * each - ask.fees_accrued.value();
  double net = ask.call.price.value() - ask.call.fee.value();
  if (ask.wallet.value() == 0 && ask.cap) net -= ask.cap->price.value() + ask.cap->fee.value();
  if (!(missing > 0) || !(net > 0)) return 0;
  return std::ceil(missing / net / ask.call.lot) * ask.call.lot;
}

// What is held and planned that moves with the price one for one.
struct Linear {
  double tokens = 0, cost_usd = 0;
};

Linear linear_of(const BesideAsk& ask) {
  Linear sum{.tokens = ask.ground.book.wallet.value()};
  for (const book::Lot& lot : ask.ground.book.lots) {
    const bool perp = std::holds_alternative<book::Perp>(lot.instrument);
    if (perp && lot.asset.empty()) sum.tokens += lot.quantity.value();
  }
  for (const book::Loan& loan : ask.ground.book.loans) {
    sum.tokens -= loan.base_owed.value();
    if (loan.pledge) sum.tokens += loan.pledge->base.value();
  }
  for (const Planned& one : planned_trades(ask)) {
    sum.cost_usd += one.cost_usd;
    if (std::holds_alternative<book::Perp>(one.what.instrument)) sum.tokens += one.units;
    if (const auto* out = std::get_if<Withdrawal>(&one.what.instrument)) {
      const amm::Range& range = ask.ground.book.positions[out->position].range;
      sum.tokens += one.units * amm::exposure_at(range, ask.ground.snapshot.spot).base.value();
    }
  }
  return sum;
}

// What lots held are worth now: losses are counted from there.
double held_worth(const Ground& g) {
  double sum = 0;
  for (const book::Lot& lot : g.book.lots) {
    const auto* contract = std::get_if<option::Contract>(&lot.instrument);
    if (!contract || !lot.asset.empty()) continue;
    const auto quote = std::ranges::find(g.snapshot.chain, *contract, &market::Quote::contract);
    const double each = quote == g.snapshot.chain.end()
                            ? option::payoff_of(*contract, g.snapshot.spot).value()
                            : quote->mark.value() * g.snapshot.spot.value();
    sum += lot.quantity.value() * each;
  }
  return sum;
}

enum class From { strike, today };

std::string upside_sentence(const UpsideTold& told, From from) {
  const std::string where = fmt::format(
      "above {}{} book and plan", from == From::today ? "today's " : "",
      dollars(told.from_usd) + (from == From::strike ? ", the highest strike sold," : ""));
  const std::string loss = fmt::format("{} at {} (at expiry, no fees)", dollars(told.loss_usd),
                                       dollars(told.at_price_usd));
  if (told.is_naked) return fmt::format("{} lose without end, {}", where, loss);
  if (told.loss_usd <= 0) return where + " lose nothing against today";
  return fmt::format("{} lose at most {}", where, loss);
}

}  // namespace

CollarTold collar_told(const BesideAsk& ask) {
  const Ground& g = ask.ground;
  CollarTold told;
  if (ask.setting.proxy != nullptr) {
    told.collar.why = fmt::format("none: {} has no options, and tokens of it cover none on {}",
                                  g.snapshot.base, ask.setting.proxy->snapshot.base);
    return told;
  }
  const auto units = contracts_of(ask);
  const double leaned = leaned_on(units);
  told.collar.why = collar_is_elsewhere(ask, leaned);
  if (!told.collar.why.empty()) return told;
  const double bare = unprotected(ask, units);
  if (bare < g.policy.option_lot) {
    told.collar.why = "none: puts held and planned cover every token";
    return told;
  }
  const CollarLegs legs = collar_legs(g);
  if (!legs.put || !legs.call) {
    told.collar.why = "not judged: no put and call out of the money are quoted past the horizon";
    return told;
  }
  const std::vector<amm::Range> ranges = ranges_of(ask);
  double fees = 0;
  for (const book::LpPosition& one : g.book.positions) fees += one.fees_earned.value();
  const signal::Reading* tvl = nullptr;
  for (const signal::Gauge& gauge : g.outlook.gauges) {
    if (gauge.name == "tvl_divergence") tvl = gauge.fresh();
  }
  CollarAsk made{.tvl_z = tvl ? std::optional(tvl->value) : std::nullopt,
                 .press = g.outlook.facts.press.state,
                 .forbidden = sell_call_forbidden(g.outlook.regime),
                 .ranges = ranges,
                 .wallet = Tokens{std::max(0.0, g.book.wallet.value() - leaned)},
                 .spot = g.snapshot.spot,
                 .nav = Usd{ask.program.scale},
                 .fees_accrued = Usd{fees},
                 .put = collar_quote(g, *legs.put, Side::ask),
                 .put_units = bare,
                 .call = collar_quote(g, *legs.call, Side::bid)};
  if (legs.cap) made.cap = collar_quote(g, *legs.cap, Side::ask);
  made.call_units = calls_wanted(made);
  const auto collar = collar_of(made, {.loss_share_max = g.policy.collar_loss_share_max});
  if (!collar) {
    told.collar.why = "not judged: " + collar.error().message;
    return told;
  }
  told.collar = *collar;
  told.put = legs.put->instrument, told.call = legs.call->instrument;
  if (legs.cap) told.cap = legs.cap->instrument;
  return told;
}

std::optional<UpsideTold> upside_told(const BesideAsk& ask) {
  const Ground& g = ask.ground;
  const Linear linear = linear_of(ask);
  std::vector<CollarLeg> legs;
  std::optional<Price> highest;
  for (const auto& [contract, count] : contracts_of(ask)) {
    legs.push_back({contract, count});
    if (contract.type == option::Type::call && count < 0) {
      highest = std::max(highest.value_or(contract.strike), contract.strike);
    }
  }
  if (!highest && linear.tokens >= 0) return std::nullopt;
  const Price from = highest.value_or(g.snapshot.spot);
  double paid = linear.cost_usd + held_worth(g);
  if (linear.tokens < 0) {
    // Short tokens are a short call that is in the money everywhere.
    const Price low = std::min(from, g.snapshot.spot);
    legs.push_back({{option::Type::call, low, g.snapshot.at}, linear.tokens});
    paid += linear.tokens * (g.snapshot.spot.value() - low.value());
  }
  const std::vector<amm::Range> ranges = ranges_of(ask);
  UpsideAsk book{.ranges = ranges,
                 .wallet = Tokens{std::max(0.0, linear.tokens)},
                 .legs = legs,
                 .paid = Usd{paid},
                 .spot = g.snapshot.spot,
                 .from = from};
  UpsideWorst worst = upside_worst(book);
  UpsideTold told{.from_usd = from.value(), .is_naked = worst.is_naked, .why = {}};
  if (worst.is_naked) {
    // Strikes beyond it may be worse; what has no end has no worst.
    book.from = Price{2 * g.snapshot.spot.value()};
    std::erase_if(legs, [&](const CollarLeg& leg) { return leg.contract.strike > book.from; });
    book.legs = legs;
    worst = upside_worst(book);
  }
  told.loss_usd = worst.loss_usd, told.at_price_usd = worst.at_price;
  told.why = upside_sentence(told, highest ? From::strike : From::today);
  return told;
}

}  // namespace levee::hedge
