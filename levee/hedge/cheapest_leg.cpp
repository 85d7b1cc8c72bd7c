#include "levee/hedge/cheapest_leg.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

using option::Leg;
using option::ParityExpiry;
using option::ParityQuote;
using option::Settlement;
using option::Type;
using option::UnderlyingLeg;
using option::VenueFees;

// One strike with one leg, found sound as scan_parity finds it.
Result<Done> checked(const ParityExpiry& expiry, std::size_t quote, const UnderlyingLeg& leg) {
  LEVEE_EXPECT(quote < expiry.quotes.size());
  ParityExpiry one = expiry;
  one.quotes = {expiry.quotes[quote]};
  one.leg = leg;
  const auto scan = option::scan_parity(one, VenueFees{});
  if (!scan) return scan.error();
  return Done{};
}

double unit_of(const ParityExpiry& expiry) {
  return expiry.settlement == Settlement::coin ? expiry.spot.value() : 1;
}

double option_fees(const ParityExpiry& expiry, const VenueFees& fees, double premium_usd) {
  const double spot = expiry.spot.value();
  const double share =
      expiry.settlement == Settlement::coin ? fees.coin_option : fees.linear_option;
  return std::min(share * spot, fees.premium_share_max * premium_usd) + fees.option_delivery * spot;
}

LegCost directly(const LegAsk& ask) {
  const ParityQuote& quote = ask.expiry.quotes[ask.quote];
  const bool put = ask.wanted == Type::put;
  LegCost cost;
  cost.way = put ? "put bought" : "call bought";
  cost.premium_usd = unit_of(ask.expiry) * (put ? quote.put_ask : quote.call_ask);
  cost.fees_usd = option_fees(ask.expiry, ask.fees, cost.premium_usd);
  return cost;
}

LegCost through(const LegAsk& ask, const UnderlyingLeg& leg, const LegRule& rule) {
  const ParityExpiry& expiry = ask.expiry;
  const ParityQuote& quote = expiry.quotes[ask.quote];
  const bool put = ask.wanted == Type::put, coin = expiry.settlement == Settlement::coin;
  const double strike = quote.strike.value(), unit = unit_of(expiry);
  const bool future = leg.kind == Leg::future;
  LegCost cost;
  cost.way = fmt::format("{} bought, {} {}", put ? "call" : "put", future ? "future" : "perpetual",
                         put ? "sold" : "bought");
  cost.premium_usd = unit * (put ? quote.call_ask : quote.put_ask);
  // What the leg is worth more than the strike, funding on the way included: a sale brings it.
  const double price = put ? leg.bid.value() : leg.ask.value();
  const double ahead = coin ? 1 - strike * (1 - leg.carry) / price
                            : expiry.discount * (price * (1 + leg.carry) - strike);
  cost.underlying_usd = unit * (put ? -ahead : ahead);
  const double notional = coin ? strike : expiry.spot.value();
  cost.fees_usd =
      option_fees(expiry, ask.fees, cost.premium_usd) +
      notional * (ask.fees.underlying + (future ? ask.fees.future_delivery : ask.fees.underlying));
  cost.margin_usd =
      notional * ask.fees.underlying_margin * std::expm1(rule.margin_rate * expiry.tenor.value());
  if (!future) {
    cost.is_known = leg.carry_sd.has_value();
    cost.funding_sd_usd = rule.carry_errors * leg.carry_sd.value_or(0) * notional;
  }
  return cost;
}

// The strike alone, in dollars, with dollars of now at expiry: what costs are reckoned on.
ParityExpiry in_dollars(const FinancingAsk& ask) {
  ParityExpiry one = ask.expiry;
  const double unit = unit_of(ask.expiry);
  ParityQuote quote = ask.expiry.quotes[ask.quote];
  quote.call_bid *= unit, quote.call_ask *= unit;
  quote.put_bid *= unit, quote.put_ask *= unit;
  one.quotes = {quote};
  one.settlement = Settlement::dollars;
  one.discount = 1;
  return one;
}

std::optional<double> costs_of(const FinancingAsk& ask, const ParityExpiry& one,
                               option::Combination combination) {
  VenueFees fees = ask.fees;
  if (ask.expiry.settlement == Settlement::coin) fees.linear_option = fees.coin_option;
  option::ParityTrade of;
  of.combination = combination;
  const option::ParityTrade trade = option::parity_trade(one, fees, of);
  if (!trade.carry_sd) return std::nullopt;
  return trade.costs().value() + ask.gas.value();
}

std::optional<double> rate_of(double strike, double paid, Years tenor) {
  if (!(paid > 0)) return std::nullopt;
  return std::log(strike / paid) / tenor.value();
}

}  // namespace

Result<Done> check(const LegRule& rule) {
  const auto bad = [](std::string_view field) {
    return fail(Reason::out_of_range, fmt::format("{} (must not be negative)", field));
  };
  if (!(rule.margin_rate >= 0)) return bad("margin_rate");
  if (!(rule.carry_errors >= 0)) return bad("carry_errors");
  if (!(rule.edge_times >= 0)) return bad("edge_times");
  return Done{};
}

Result<LegChoice> cheapest_leg(const LegAsk& ask, const LegRule& rule) {
  const Price spot = ask.expiry.spot;
  const UnderlyingLeg none{
      .kind = Leg::future, .bid = spot, .ask = spot, .carry = 0, .carry_sd = {}};
  if (const auto sound = checked(ask.expiry, ask.quote, none); !sound) return sound.error();
  LegChoice told;
  told.ways.push_back(directly(ask));
  for (const UnderlyingLeg& leg : ask.legs) {
    if (const auto sound = checked(ask.expiry, ask.quote, leg); !sound) return sound.error();
    told.ways.push_back(through(ask, leg, rule));
    const LegCost &way = told.ways.back(), &best = told.ways[told.chosen];
    if (way.is_known && way.all_in_usd() < best.all_in_usd()) told.chosen = told.ways.size() - 1;
  }
  const LegCost &direct = told.ways[0], &chosen = told.ways[told.chosen];
  told.saved_usd = direct.all_in_usd() - chosen.all_in_usd();
  if (told.chosen == 0) {
    told.why = fmt::format("{} for ${:.2f}, all included: no other legs are cheaper", direct.way,
                           direct.all_in_usd());
  } else {
    told.why = fmt::format(
        "{} for ${:.2f}, all included, against ${:.2f} for {}; its margin has "
        "to be kept up on the way{}",
        chosen.way, chosen.all_in_usd(), direct.all_in_usd(), direct.way,
        chosen.funding_sd_usd > 0 ? ", and its funding is a forecast" : "");
  }
  const auto unknown = std::ranges::count(told.ways, false, &LegCost::is_known);
  if (unknown > 0) told.why += fmt::format("; {} left out: its funding is not known", unknown);
  return told;
}

std::string_view name_of(FinancingAct act) {
  constexpr std::array<std::string_view, 3> names{"nothing", "lend", "borrow"};
  return names[static_cast<std::size_t>(act)];
}

Result<Financing> financing_of(const FinancingAsk& ask, const LegRule& rule) {
  if (const auto sound = checked(ask.expiry, ask.quote, ask.expiry.leg); !sound) {
    return sound.error();
  }
  const ParityExpiry one = in_dollars(ask);
  const ParityQuote& quote = one.quotes[0];
  const UnderlyingLeg& leg = one.leg;
  const double strike = quote.strike.value();
  const double bought = leg.ask.value() * (1 + leg.carry) + quote.put_ask - quote.call_bid;
  const double sold = leg.bid.value() * (1 + leg.carry) + quote.put_bid - quote.call_ask;
  const double middle = (bought + sold) / 2;
  const auto implied = rate_of(strike, middle, one.tenor);
  if (!implied) {
    return fail(Reason::no_solution,
                fmt::format("token, put and call cost {:.2f} together (no rate turns that into {})",
                            middle, strike));
  }
  Financing told;
  told.implied_rate = *implied;
  told.lend_rate = rate_of(strike, bought, one.tenor);
  told.borrow_rate = rate_of(strike, sold, one.tenor);
  told.edge_usd = strike * std::exp(-ask.lending.value() * one.tenor.value()) - middle;
  const bool lends = told.edge_usd > 0;
  told.costs_usd =
      costs_of(ask, one, lends ? option::Combination::conversion : option::Combination::reversal);
  const std::string found =
      fmt::format("options finance at {:.2f} % a year, the lender at {:.2f} %",
                  100 * told.implied_rate, 100 * ask.lending.value());
  if (!told.costs_usd) {
    told.why = found + ": nothing is done, the funding is not known";
  } else if (std::abs(told.edge_usd) > rule.edge_times * *told.costs_usd) {
    told.act = lends ? FinancingAct::lend : FinancingAct::borrow;
    told.why = fmt::format("{}: {} by a {}, worth ${:.2f} a contract against ${:.2f} of costs",
                           found, name_of(told.act), lends ? "conversion" : "reversal",
                           std::abs(told.edge_usd), *told.costs_usd);
  } else {
    told.why = fmt::format(
        "{}: nothing is done, ${:.2f} a contract is not {:g} times the costs of "
        "${:.2f}",
        found, std::abs(told.edge_usd), rule.edge_times, *told.costs_usd);
  }
  return told;
}

}  // namespace levee::hedge
