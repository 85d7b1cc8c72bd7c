#include "levee/option/parity.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::option {
namespace {

bool positive(double x) { return std::isfinite(x) && x > 0; }

// A price paid on one side of the market: what is bought at `buy` is sold at `sell`.
struct Sides {
  double buy, sell;
};
Sides crossed(double bid, double ask) { return {ask, bid}; }
Sides at_mid(double bid, double ask) { return {(bid + ask) / 2, (bid + ask) / 2}; }

// A combination's prices, all at one way of trading.
struct Priced {
  Sides low_call, low_put, high_call, high_put, leg;
};

template <class Way>
Priced priced(const ParityExpiry& expiry, const ParityTrade& of, Way way) {
  const ParityQuote& low = expiry.quotes[of.lower];
  const ParityQuote& high = expiry.quotes[of.upper];
  return {way(low.call_bid, low.call_ask), way(low.put_bid, low.put_ask),
          way(high.call_bid, high.call_ask), way(high.put_bid, high.put_ask),
          way(expiry.leg.bid.value(), expiry.leg.ask.value())};
}

// What a dollar of notional bought at `price` is worth at expiry, funding paid, as dollars or coins
// per dollar.
double forward_coins(const ParityExpiry& expiry, double price) {
  return (1 - expiry.leg.carry) / price;
}

// Locked in, in the settlement's unit.
double locked(const ParityExpiry& expiry, const ParityTrade& of, const Priced& at) {
  const bool coin = expiry.settlement == Settlement::coin;
  const double strike = expiry.quotes[of.lower].strike.value();
  const double width = expiry.quotes[of.upper].strike.value() - strike;
  // What the underlying leg adds to a claim that pays `dollars` at expiry.
  const auto fixed = [&](double dollars, double price) {
    return coin ? dollars * forward_coins(expiry, price) : dollars * expiry.discount;
  };
  const auto token = [&](double price) {
    return coin ? 1 : expiry.discount * price * (1 + expiry.leg.carry);
  };
  switch (of.combination) {
    case Combination::conversion:
      return at.low_call.sell - at.low_put.buy + fixed(strike, at.leg.buy) - token(at.leg.buy);
    case Combination::reversal:
      return at.low_put.sell - at.low_call.buy - fixed(strike, at.leg.sell) + token(at.leg.sell);
    case Combination::long_box:
      return fixed(width, at.leg.buy) - at.low_call.buy + at.low_put.sell + at.high_call.sell -
             at.high_put.buy;
    case Combination::short_box:
      return at.low_call.sell - at.low_put.buy - at.high_call.buy + at.high_put.sell -
             fixed(width, at.leg.sell);
  }
  LEVEE_EXPECT(false);
  return 0;
}

// Dollars of underlying that a combination trades.
double notional(const ParityExpiry& expiry, const ParityTrade& of) {
  const bool box = of.upper != of.lower, coin = expiry.settlement == Settlement::coin;
  const double strike = expiry.quotes[of.lower].strike.value();
  if (box) return coin ? expiry.quotes[of.upper].strike.value() - strike : 0;
  return coin ? strike : expiry.spot.value();
}

// One option traded: which, and whether it is bought.
struct Traded {
  Type type;
  bool bought;
  Price strike;
  double price;  // In the settlement's unit.
};

std::vector<Traded> traded(const ParityExpiry& expiry, const ParityTrade& of, const Priced& at) {
  const Price low = expiry.quotes[of.lower].strike, high = expiry.quotes[of.upper].strike;
  const auto sale = [](Price strike, const Sides& call, const Sides& put) {
    return std::vector<Traded>{{Type::call, false, strike, call.sell},
                               {Type::put, true, strike, put.buy}};
  };
  const auto purchase = [](Price strike, const Sides& call, const Sides& put) {
    return std::vector<Traded>{{Type::call, true, strike, call.buy},
                               {Type::put, false, strike, put.sell}};
  };
  const auto both = [](std::vector<Traded> first, const std::vector<Traded>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  };
  switch (of.combination) {
    case Combination::conversion:
      return sale(low, at.low_call, at.low_put);
    case Combination::reversal:
      return purchase(low, at.low_call, at.low_put);
    case Combination::long_box:
      return both(purchase(low, at.low_call, at.low_put), sale(high, at.high_call, at.high_put));
    case Combination::short_box:
      return both(sale(low, at.low_call, at.low_put), purchase(high, at.high_call, at.high_put));
  }
  LEVEE_EXPECT(false);
  return {};
}

// Initial margin of a short option, in coins, its premium aside.
double short_margin(const Traded& option, double spot, double mark) {
  const double k = option.strike.value();
  const double out = std::max(0.0, option.type == Type::call ? k - spot : spot - k) / spot;
  const double asked = std::max(.15 - out, .1) + mark;
  return option.type == Type::call ? asked : std::max(asked, std::max(.075, .075 * mark) + mark);
}

struct Charged {
  double fees = 0, capital = 0;  // Dollars.
};
Charged charged(const ParityExpiry& expiry, const VenueFees& fees, const ParityTrade& of,
                const Priced& at) {
  const double spot = expiry.spot.value();
  const bool coin = expiry.settlement == Settlement::coin;
  const double unit = coin ? spot : 1;
  const double share = coin ? fees.coin_option : fees.linear_option;
  const auto options = traded(expiry, of, at);
  Charged sum;
  for (const Traded& option : options) {
    const double premium = option.price * unit;
    sum.fees += std::min(share * spot, fees.premium_share_max * premium);
    sum.capital += option.bought ? premium : short_margin(option, spot, premium / spot) * spot;
  }
  // Of every strike's two options one ends in the money.
  sum.fees += static_cast<double>(options.size()) / 2 * fees.option_delivery * spot;
  const double closing = expiry.leg.kind == Leg::future ? fees.future_delivery : fees.underlying;
  sum.fees += notional(expiry, of) * (fees.underlying + closing);
  sum.capital += notional(expiry, of) * fees.underlying_margin;
  return sum;
}

std::optional<Usd> carry_deviation(const ParityExpiry& expiry, const ParityTrade& of) {
  if (expiry.leg.kind == Leg::future || notional(expiry, of) == 0) return Usd{0};
  if (!expiry.leg.carry_sd) return std::nullopt;
  return Usd{*expiry.leg.carry_sd * notional(expiry, of)};
}

std::optional<Tokens> depth_of(const ParityQuote& low, const ParityQuote& high) {
  if (!low.open_interest || !high.open_interest) return std::nullopt;
  return std::min(*low.open_interest, *high.open_interest);
}

Result<Done> check(const ParityExpiry& expiry) {
  const UnderlyingLeg& leg = expiry.leg;
  const auto quoted = [](double bid, double ask) {
    return positive(bid) && positive(ask) && bid <= ask;
  };
  if (!positive(expiry.spot.value()) || !positive(expiry.tenor.value()) ||
      !positive(expiry.discount) || !quoted(leg.bid.value(), leg.ask.value()) ||
      !std::isfinite(leg.carry) || (leg.carry_sd && !(*leg.carry_sd >= 0))) {
    return fail(
        Reason::bad_input,
        fmt::format("expiry in {} years, spot {}, underlying {} / {} (must be positive, no "
                    "bid above its ask)",
                    expiry.tenor.value(), expiry.spot.value(), leg.bid.value(), leg.ask.value()));
  }
  double before = 0;
  for (const ParityQuote& quote : expiry.quotes) {
    const double strike = quote.strike.value();
    if (!positive(strike) || strike <= before || !quoted(quote.call_bid, quote.call_ask) ||
        !quoted(quote.put_bid, quote.put_ask)) {
      return fail(
          Reason::bad_input,
          fmt::format("strike {}: call {} / {}, put {} / {} (strikes must ascend, quotes be "
                      "positive, no bid above its ask)",
                      strike, quote.call_bid, quote.call_ask, quote.put_bid, quote.put_ask));
    }
    before = strike;
  }
  return Done{};
}

}  // namespace

std::string_view name_of(Combination combination) {
  switch (combination) {
    case Combination::conversion:
      return "conversion";
    case Combination::reversal:
      return "reversal";
    case Combination::long_box:
      return "long box";
    case Combination::short_box:
      return "short box";
  }
  return "";
}

ParityTrade parity_trade(const ParityExpiry& expiry, const VenueFees& fees, const ParityTrade& of) {
  const bool box =
      of.combination == Combination::long_box || of.combination == Combination::short_box;
  LEVEE_EXPECT(of.upper < expiry.quotes.size() &&
               (box ? of.lower < of.upper : of.lower == of.upper));
  const double unit = expiry.settlement == Settlement::coin ? expiry.spot.value() : 1;
  const Priced middle = priced(expiry, of, at_mid), crossing = priced(expiry, of, crossed);
  const double best = locked(expiry, of, middle);
  const Charged costs = charged(expiry, fees, of, crossing);
  ParityTrade trade = of;
  trade.at_mids = Usd{unit * best};
  trade.spread = Usd{unit * (best - locked(expiry, of, crossing))};
  trade.fees = Usd{costs.fees};
  trade.carry_sd = carry_deviation(expiry, of);
  trade.capital = Usd{costs.capital};
  trade.net_per_year = trade.net().value() / costs.capital / expiry.tenor.value();
  trade.depth = depth_of(expiry.quotes[of.lower], expiry.quotes[of.upper]);
  return trade;
}

Result<ParityScan> scan_parity(const ParityExpiry& expiry, const VenueFees& fees) {
  if (const auto sound = check(expiry); !sound) return sound.error();
  ParityScan scan;
  const auto look = [&](Combination combination, std::size_t lower, std::size_t upper) {
    ParityTrade of;
    of.combination = combination, of.lower = lower, of.upper = upper;
    const ParityTrade trade = parity_trade(expiry, fees, of);
    const auto gains = [](Usd amount) { return amount.value() > 0 ? 1U : 0U; };
    ++scan.counts.looked_at;
    scan.counts.at_mids += gains(trade.at_mids);
    scan.counts.at_quotes += gains(trade.at_quotes());
    scan.counts.after_costs += gains(trade.net());
    if (!trade.pays_twice_its_costs()) return;
    ++scan.counts.beyond_twice;
    scan.trades.push_back(trade);
  };
  for (std::size_t i = 0; i < expiry.quotes.size(); ++i) {
    look(Combination::conversion, i, i);
    look(Combination::reversal, i, i);
    for (std::size_t j = i + 1; j < expiry.quotes.size(); ++j) {
      look(Combination::long_box, i, j);
      look(Combination::short_box, i, j);
    }
  }
  std::ranges::stable_sort(
      scan.trades, [](const ParityTrade& a, const ParityTrade& b) { return a.net() > b.net(); });
  return scan;
}

Result<Price> implied_forward(const ParityExpiry& expiry, std::size_t quote) {
  LEVEE_EXPECT(quote < expiry.quotes.size());
  const ParityQuote& of = expiry.quotes[quote];
  const double ahead = (of.call_bid + of.call_ask - of.put_bid - of.put_ask) / 2;
  const double strike = of.strike.value();
  const double forward = expiry.settlement == Settlement::coin ? strike / (1 - ahead)
                                                               : strike + ahead / expiry.discount;
  if (!positive(forward)) {
    return fail(
        Reason::no_solution,
        fmt::format("call less put {} at strike {} (no forward is worth that)", ahead, strike));
  }
  return Price{forward};
}

Result<CarryOutlook> carry_outlook(const CarryAsk& ask) {
  const auto [settlements, window, ahead] = ask;
  LEVEE_EXPECT(window >= 1 && ahead >= 1);
  std::vector<double> before{0};  // Sums of all that came before.
  for (const double share : settlements) {
    if (!std::isfinite(share)) return fail(Reason::bad_input, "funding (must be a number)");
    before.push_back(before.back() + share);
  }
  const std::size_t count = settlements.size();
  if (count < window) {
    return fail(Reason::missing_data,
                fmt::format("{} funding settlements (a forecast averages {})", count, window));
  }
  const auto forecast = [&](std::size_t at) {
    return (before[at] - before[at - window]) / static_cast<double>(window) *
           static_cast<double>(ahead);
  };
  CarryOutlook outlook{forecast(count), std::nullopt};
  if (count < window + 2 * ahead) return outlook;
  double squares = 0;
  for (std::size_t at = window; at + ahead <= count; ++at) {
    const double off = before[at + ahead] - before[at] - forecast(at);
    squares += off * off;
  }
  outlook.sd = std::sqrt(squares / static_cast<double>(count - ahead - window + 1));
  return outlook;
}

}  // namespace levee::option
