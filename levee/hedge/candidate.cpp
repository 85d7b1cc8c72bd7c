#include "levee/hedge/candidate.h"

#include "levee/option/black.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

// Deribit's standard initial margin of a short option, coins per contract.
double short_margin_coin(const option::Contract& contract, double spot, double mark) {
  const double strike = contract.strike.value();
  const bool call = contract.type == option::Type::call;
  const double out = std::max(0.0, call ? strike - spot : spot - strike) / spot;
  const double base = std::max(0.15 - out, 0.1) + mark;
  return call ? base : std::max(base, std::max(0.075, 0.075 * mark) + mark);
}

double option_fee(double price_coin, double spot, const Policy& policy) {
  return spot * std::min(policy.option_fee_share_of_index,
                         policy.option_fee_share_of_premium_max * price_coin);
}

// Dollars a long contract is worth at the horizon if price and volatility stay where they are.
double worth_at_horizon(const market::Quote& quote, const market::Snapshot& snapshot,
                        double horizon_days) {
  const double spot = snapshot.spot.value();
  const double tenor = years(quote.contract.expiry - snapshot.at).value();
  const double left = tenor - horizon_days / 365;
  if (left <= 0) return option::payoff_of(quote.contract, snapshot.spot).value();
  const double ratio = std::pow(quote.forward.value() / spot, left / tenor);
  const option::BlackInputs then{Price{spot * ratio}, Years{left}, quote.mark_vol};
  return option::black_price(quote.contract.type, quote.contract.strike, then).value() / ratio;
}

Candidate option_candidate(const market::Quote& quote, const market::Snapshot& snapshot,
                           const Policy& policy) {
  const double spot = snapshot.spot.value();
  Candidate c;
  c.name = quote.instrument;
  c.instrument = quote.contract;
  c.ask_coin = quote.ask;
  c.bid_coin = quote.bid;
  if (quote.ask) {
    c.ask = Usd{quote.ask->value() * spot};
    c.fee_buy = Usd{option_fee(quote.ask->value(), spot, policy)};
  }
  if (quote.bid) {
    c.bid = Usd{quote.bid->value() * spot};
    c.fee_sell = Usd{option_fee(quote.bid->value(), spot, policy)};
  }
  c.mid = Usd{quote.mark.value() * spot};
  const double size = policy.depth_share_of_open_interest * quote.open_interest.value();
  const double lots = std::floor(size / policy.option_lot) * policy.option_lot;
  c.depth_buy = Tokens{quote.ask ? lots : 0};
  c.depth_sell = Tokens{quote.bid ? lots : 0};
  c.lot = Tokens{policy.option_lot};
  c.margin_sell = Usd{spot * short_margin_coin(quote.contract, spot, quote.mark.value())};
  const Years tenor = years(quote.contract.expiry - snapshot.at);
  const option::Greeks greeks = option::black_greeks(quote.contract.type, quote.contract.strike,
                                                     {quote.forward, tenor, quote.mark_vol});
  // Worth S/F dollars of index per dollar of forward: Greeks on spot.
  const double ratio = quote.forward.value() / spot;
  c.delta = greeks.delta.value();
  c.gamma = greeks.gamma.value() * ratio;
  c.vega = greeks.vega.value() / ratio;
  c.theta_per_day = greeks.theta.value() / ratio / 365;
  const double decay = c.mid.value() - worth_at_horizon(quote, snapshot, policy.horizon_days);
  c.carry_per_year = Usd{decay * 365 / policy.horizon_days};
  c.tenor_days = tenor.value() * 365;
  c.bucket = bucket_of(c.tenor_days, policy.tenors_days);
  return c;
}

Candidate perp_candidate(const market::Snapshot& snapshot, const Policy& policy, Tokens lp_delta,
                         Rate funding) {
  const double spot = snapshot.spot.value();
  Candidate c;
  c.name = snapshot.base + "-PERP";
  c.instrument = book::Perp{};
  c.notional = Usd{spot};
  c.ask = Usd{policy.perp_half_spread_share * spot};
  c.bid = Usd{-policy.perp_half_spread_share * spot};
  c.fee_buy = c.fee_sell = Usd{policy.perp_fee_share * spot};
  const double size = policy.perp_share_of_delta_max * std::abs(lp_delta.value());
  c.depth_buy = c.depth_sell = Tokens{std::floor(size / policy.perp_lot) * policy.perp_lot};
  c.lot = Tokens{policy.perp_lot};
  c.margin_buy = c.margin_sell = Usd{policy.perp_margin_share * spot};
  c.carry_per_year = Usd{funding.value() * spot};
  c.delta = 1;
  return c;
}

// The listed option of one type in a bucket whose strike is nearest to a target.
std::optional<std::size_t> nearest(const std::vector<Candidate>& list, std::size_t bucket,
                                   option::Type type, double tenor_days, double target) {
  std::optional<std::size_t> best;
  double best_distance = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto* contract = std::get_if<option::Contract>(&list[i].instrument);
    if (!contract || list[i].bucket != bucket || contract->type != type || !list[i].ask) continue;
    if (list[i].depth_buy.value() <= 0) continue;
    const double distance = 4 * std::abs(std::log(list[i].tenor_days / tenor_days)) +
                            std::abs(std::log(contract->strike.value() / target));
    if (!best || distance < best_distance) best = i, best_distance = distance;
  }
  return best;
}

}  // namespace

std::size_t bucket_of(double tenor_days, const std::vector<double>& tenors_days) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < tenors_days.size(); ++i) {
    const double here = std::abs(std::log(tenor_days / tenors_days[i]));
    if (here < std::abs(std::log(tenor_days / tenors_days[best]))) best = i;
  }
  return best;
}

std::optional<Rate> expected_funding(const market::Snapshot& snapshot) {
  if (!snapshot.funding) return std::nullopt;
  double sum = 0;
  int count = 0;
  for (std::size_t i = 0; i < snapshot.funding->at.size(); ++i) {
    if (snapshot.at - snapshot.funding->at[i] > days(30)) continue;
    sum += snapshot.funding->value[i];
    ++count;
  }
  if (count == 0) return std::nullopt;
  return Rate{sum / count};
}

bool changes_book(const Tradable& tradable) {
  return std::holds_alternative<CoverLayer>(tradable) ||
         std::holds_alternative<Withdrawal>(tradable);
}

std::optional<book::Instrument> instrument_of(const Tradable& tradable) {
  if (const auto* contract = std::get_if<option::Contract>(&tradable)) return *contract;
  if (std::holds_alternative<book::Perp>(tradable)) return book::Perp{};
  return std::nullopt;
}

Candidates candidates_of(const market::Snapshot& snapshot, const Policy& policy, Tokens lp_delta,
                         std::optional<Rate> funding) {
  Candidates found;
  int no_quote = 0, no_depth = 0, no_vol = 0, too_near = 0;
  for (const market::Quote& quote : snapshot.chain) {
    if (!quote.bid && !quote.ask) {
      ++no_quote;
      continue;
    }
    if (in_days(quote.contract.expiry - snapshot.at) < policy.tenor_days_min) {
      ++too_near;
      continue;
    }
    if (!(quote.mark_vol.value() > 0)) {
      ++no_vol;
      continue;
    }
    Candidate candidate = option_candidate(quote, snapshot, policy);
    if (candidate.depth_buy.value() <= 0 && candidate.depth_sell.value() <= 0) {
      ++no_depth;
      continue;
    }
    found.list.push_back(std::move(candidate));
  }
  const auto say = [&](int count, std::string_view why) {
    if (count > 0) found.left_out.push_back(fmt::format("{} options: {}", count, why));
  };
  say(no_quote, "neither bid nor ask");
  say(too_near, fmt::format("less than {:.3g} days to expiry (policy tenor_days_min)",
                            policy.tenor_days_min));
  say(no_vol, "no implied volatility");
  say(no_depth, fmt::format("{:.3g} % of open interest is less than one lot (assumed depth)",
                            100 * policy.depth_share_of_open_interest));
  if (funding) {
    found.list.push_back(perp_candidate(snapshot, policy, lp_delta, *funding));
  } else {
    found.left_out.push_back("perpetual futures: funding is not known (give --funding)");
  }
  return found;
}

Candidates ladder_of(const Candidates& all, const market::Snapshot& snapshot,
                     const option::Surface& surface, const Policy& policy, Price lower,
                     Price upper) {
  Candidates ladder;
  ladder.left_out = all.left_out;
  std::set<std::size_t> chosen;
  const double spot = snapshot.spot.value();
  for (std::size_t b = 0; b < policy.tenors_days.size(); ++b) {
    const double tenor = policy.tenors_days[b];
    const double vol = surface.at_the_money(Years{tenor / 365}).value();
    const double move = std::exp(policy.z_strikes[b] * vol * std::sqrt(tenor / 365));
    const double put_strike = std::max(spot / move, lower.value());
    const double call_strike = std::min(spot * move, upper.value());
    const auto put = nearest(all.list, b, option::Type::put, tenor, put_strike);
    const auto call = nearest(all.list, b, option::Type::call, tenor, call_strike);
    if (put) chosen.insert(*put);
    if (call) chosen.insert(*call);
    if (!put || !call) {
      ladder.left_out.push_back(fmt::format("tenor {} days: no listed {} with an ask and depth",
                                            tenor,
                                            put    ? "call"
                                            : call ? "put"
                                                   : "option"));
    }
  }
  for (std::size_t i = 0; i < all.list.size(); ++i) {
    const bool perp = std::holds_alternative<book::Perp>(all.list[i].instrument);
    if (chosen.contains(i)) {
      ladder.list.push_back(all.list[i]);
      ladder.list.back().bid.reset();  // a ladder is bought, not sold
      ladder.list.back().depth_sell = Tokens{0};
    } else if (perp) {
      ladder.list.push_back(all.list[i]);
    }
  }
  return ladder;
}

}  // namespace levee::hedge
