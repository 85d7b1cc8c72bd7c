#include "levee/hedge/beside_trades.h"

#include "levee/hedge/dollars.h"
#include "levee/hedge/proxy.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

using market::ParityChain;
using market::ParityListed;

// What the venue takes, by the policy's own schedule.
option::VenueFees fees_of(const Policy& policy) {
  option::VenueFees fees;
  fees.coin_option = policy.option_fee_share_of_index;
  fees.premium_share_max = policy.option_fee_share_of_premium_max;
  fees.underlying = policy.perp_fee_share;
  fees.underlying_margin = policy.perp_margin_share;
  return fees;
}

LegRule leg_rule(const Policy& policy) { return {.margin_rate = policy.risk_free_rate}; }

// Where an expiry stands on the chain, with the future first and the perpetual where it is known.
struct Expiry {
  option::ParityExpiry parity;
  std::vector<option::UnderlyingLeg> legs;
};

Expiry expiry_of(const BesideAsk& ask, UnixSeconds at, const ParityListed& listed) {
  Expiry made;
  const market::Snapshot& market = traded_market(ask.setting);
  const double half = ask.ground.policy.perp_half_spread_share;
  made.parity.spot = market.spot;
  made.parity.tenor = years(at - market.at);
  made.parity.quotes = listed.quotes;
  made.legs.push_back(market::with_half_spread(market::future_leg(listed.forward), half));
  made.parity.leg = made.legs[0];
  const auto perpetual = market::perpetual_leg(market, made.parity.tenor);
  if (perpetual) made.legs.push_back(market::with_half_spread(*perpetual, half));
  return made;
}

LegTold leg_told(const Ground& g, const Planned& bought, const Expiry& expiry,
                 const option::Contract& contract) {
  LegTold told{.instrument = bought.what.name, .quantity = bought.units, .why = {}};
  const auto& quotes = expiry.parity.quotes;
  const auto quote = std::ranges::find(quotes, contract.strike, &option::ParityQuote::strike);
  if (quote == quotes.end()) {
    told.why = "not judged: its put and call are not both bid and asked";
    return told;
  }
  const option::VenueFees fees = fees_of(g.policy);
  const auto choice = cheapest_leg({.wanted = contract.type,
                                    .expiry = expiry.parity,
                                    .quote = static_cast<std::size_t>(quote - quotes.begin()),
                                    .legs = expiry.legs,
                                    .fees = fees},
                                   leg_rule(g.policy));
  if (!choice) {
    told.why = "not judged: " + choice.error().message;
    return told;
  }
  const LegCost& chosen = choice->ways[choice->chosen];
  told.way = chosen.way;
  told.direct_usd = bought.units * choice->ways[0].all_in_usd();
  told.cheapest_usd = bought.units * chosen.all_in_usd();
  if (choice->chosen > 0) {
    told.margin_usd = bought.units * contract.strike.value() * g.policy.perp_margin_share;
  }
  told.why = choice->why;
  return told;
}

// Purchases that other legs make cheaper by more than a trade is worth.
struct Cheaper {
  double worth_usd = 0;
  std::vector<LegTold> trades{};
};

std::string legs_sentence(const LegsTold& told, const Cheaper& cheaper, const Policy& policy) {
  const auto not_judged =
      std::ranges::count_if(told.trades, [](const LegTold& one) { return !one.way.has_value(); });
  std::string left = not_judged == 0
                         ? std::string{}
                         : fmt::format("; {} not judged, a quote is missing", not_judged);
  if (cheaper.trades.empty()) {
    return fmt::format("none saves more than the {} that a trade is worth{}",
                       dollars(cheaper.worth_usd), left);
  }
  std::string text;
  constexpr std::size_t shown = 3;
  for (std::size_t i = 0; i < std::min(shown, cheaper.trades.size()); ++i) {
    const LegTold& one = cheaper.trades[i];
    const bool perpetual = one.way->find("perpetual") != std::string::npos;
    text += fmt::format("{}{:g} {}{} {}", i == 0 ? "" : "; ", one.quantity, one.instrument,
                        perpetual ? " by the perpetual" : "", dollars(one.saved_usd()));
  }
  if (cheaper.trades.size() > shown) {
    text += fmt::format("; and {} more", cheaper.trades.size() - shown);
  }
  const bool fits = told.margin_usd <= told.margin_left_usd;
  return fmt::format(
             "{} less through the other option and a future ({}), for {} of initial margin{}; the "
             "future, if it is listed, is taken {:g} % from its mark",
             dollars(told.saved_usd), text, dollars(told.margin_usd),
             fits ? std::string{}
                  : fmt::format(", beyond the {} that the plan leaves",
                                dollars(told.margin_left_usd)),
             100 * policy.perp_half_spread_share) +
         left;
}

// The lender that options are held against.
Rate lender_of(const Ground& g) {
  const auto owed = std::ranges::find_if(g.book.loans, [](const book::Loan& one) {
    return one.pledge.has_value() || one.quote_owed.value() > 0;
  });
  return owed == g.book.loans.end() ? Rate{g.policy.risk_free_rate} : owed->rate;
}

// How far what finances beyond its costs may be done.
double contracts_for(const BesideAsk& ask, FinancingAct act, const option::ParityQuote& quote) {
  const Policy& policy = ask.ground.policy;
  double most = 0;
  if (quote.open_interest) {
    most = quote.open_interest->value() * policy.depth_share_of_open_interest;
  }
  // A sale of tokens that one has not brings no dollars; the wallet holds none of a proxy.
  const double wallet = ask.setting.proxy == nullptr ? ask.ground.book.wallet.value() : 0;
  const double tokens = wallet - leaned_on(contracts_of(ask));
  most = std::min(most, act == FinancingAct::lend
                            ? room_left(ask, "cash") / traded_market(ask.setting).spot.value()
                            : tokens);
  return std::floor(std::max(0.0, most) / policy.option_lot) * policy.option_lot;
}

}  // namespace

std::vector<Planned> planned_trades(const BesideAsk& ask) {
  std::vector<Planned> trades;
  for (std::size_t j = 0; j < ask.lots.size(); ++j) {
    if (ask.lots[j] == 0) continue;
    const solve::Column& column = ask.program.columns[j];
    trades.push_back({ask.program.candidates[ask.program.candidate_of[j]],
                      column.sign * ask.lots[j], column.cost * ask.lots[j]});
  }
  return trades;
}

Contracts contracts_of(const BesideAsk& ask) {
  Contracts units;
  for (const book::Lot& lot : ask.ground.book.lots) {
    const auto* contract = std::get_if<option::Contract>(&lot.instrument);
    if (contract && is_on_traded(ask.setting, lot)) units[*contract] += lot.quantity.value();
  }
  for (const Planned& one : planned_trades(ask)) {
    if (const auto* contract = std::get_if<option::Contract>(&one.what.instrument)) {
      units[*contract] += one.units;
    }
  }
  return units;
}

double leaned_on(const Contracts& units) {
  std::map<UnixSeconds, std::pair<double, double>> net_and_least;  // strikes ascend in a map
  for (const auto& [contract, count] : units) {
    if (contract.type != option::Type::call) continue;
    auto& [net, least] = net_and_least[contract.expiry];
    net += count;
    least = std::min(least, net);
  }
  double sum = 0;
  for (const auto& [expiry, both] : net_and_least) sum -= both.second;
  return sum;
}

std::vector<amm::Range> ranges_of(const BesideAsk& ask) {
  std::vector<amm::Range> ranges;
  for (const book::LpPosition& one : ask.ground.book.positions) ranges.push_back(one.range);
  for (const Planned& one : planned_trades(ask)) {
    const auto* out = std::get_if<Withdrawal>(&one.what.instrument);
    if (!out) continue;
    amm::HumanLiquidity& liquidity = ranges[out->position].liquidity;
    liquidity = amm::HumanLiquidity{liquidity.value() * (1 - one.units)};
  }
  return ranges;
}

double room_left(const BesideAsk& ask, std::string_view name) {
  const auto row = std::ranges::find(ask.program.rows, name, &solve::Row::name);
  if (row == ask.program.rows.end()) return 0;
  double used = 0;
  for (std::size_t j = 0; j < ask.lots.size(); ++j) used += row->coefficient[j] * ask.lots[j];
  return std::max(0.0, row->upper - used);
}

LegsTold legs_told(const BesideAsk& ask, const ParityChain& chain) {
  const Ground& g = ask.ground;
  LegsTold told;
  std::map<UnixSeconds, Expiry> expiries;
  Cheaper cheaper{.worth_usd = g.policy.trade_worth_share_min * ask.program.scale};
  for (const Planned& one : planned_trades(ask)) {
    const auto* contract = std::get_if<option::Contract>(&one.what.instrument);
    if (!contract || one.units <= 0) continue;
    const auto listed = chain.expiries.find(contract->expiry);
    if (listed != chain.expiries.end() && !expiries.contains(contract->expiry)) {
      expiries.emplace(contract->expiry, expiry_of(ask, contract->expiry, listed->second));
    }
    told.trades.push_back(leg_told(g, one, expiries[contract->expiry], *contract));
    const LegTold& leg = told.trades.back();
    if (leg.saved_usd() <= cheaper.worth_usd) continue;
    told.saved_usd += leg.saved_usd(), told.margin_usd += leg.margin_usd;
    cheaper.trades.push_back(leg);
  }
  told.margin_left_usd = room_left(ask, "margin");
  if (told.trades.empty()) return told;
  std::ranges::stable_sort(cheaper.trades, std::greater{}, &LegTold::saved_usd);
  told.why = legs_sentence(told, cheaper, g.policy);
  return told;
}

std::optional<FinancingTold> financing_told(const BesideAsk& ask, const ParityChain& chain) {
  const Ground& g = ask.ground;
  const option::VenueFees fees = fees_of(g.policy);
  const LegRule rule = leg_rule(g.policy);
  std::optional<FinancingTold> told;
  const option::ParityQuote* at = nullptr;
  double best = 0;
  for (const auto& [expiry, listed] : chain.expiries) {
    if (in_days(expiry - g.snapshot.at) < g.policy.tenor_days_min) continue;
    option::ParityExpiry one;
    one.spot = traded_market(ask.setting).spot;
    one.tenor = years(expiry - g.snapshot.at);
    // The token itself: nothing is paid to hold it, and nothing about that is unknown.
    one.leg = market::with_half_spread({option::Leg::perpetual, one.spot, one.spot, 0, 0.0},
                                       g.policy.perp_half_spread_share);
    for (std::size_t i = 0; i < listed.quotes.size(); ++i) {
      one.quotes = {listed.quotes[i]};
      const auto found = financing_of({one, 0, lender_of(g), Usd{0}, fees}, rule);
      if (!found || !found->costs_usd) continue;
      const double beyond = std::abs(found->edge_usd) - rule.edge_times * *found->costs_usd;
      if (told && beyond <= best) continue;
      best = beyond;
      at = &listed.quotes[i];
      told = FinancingTold{.act = std::string(name_of(found->act)),
                           .call = listed.calls[i],
                           .put = listed.puts[i],
                           .lender = lender_of(g).value(),
                           .best = *found};
    }
  }
  if (!told || told->best.act == FinancingAct::nothing) return told;
  told->contracts = contracts_for(ask, told->best.act, *at);
  if (told->contracts > 0) return told;
  told->best.why +=
      fmt::format("; but nothing is done: depth and {} that the plan leaves are less than a lot",
                  told->best.act == FinancingAct::lend ? "cash" : "wallet tokens");
  told->act = name_of(told->best.act = FinancingAct::nothing);
  return told;
}

}  // namespace levee::hedge
