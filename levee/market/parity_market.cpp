#include "levee/market/parity_market.h"

#include <algorithm>
#include <cmath>

namespace levee::market {
namespace {

std::size_t steps_in(Years span, Years step) {
  return static_cast<std::size_t>(std::max(1.0, std::round(span.value() / step.value())));
}

}  // namespace

ParityChain parity_chain(const Snapshot& snapshot) {
  struct Both {
    const Quote *call = nullptr, *put = nullptr;
  };
  std::map<UnixSeconds, std::map<Price, Both>> strikes;
  for (const Quote& quote : snapshot.chain) {
    if (!(snapshot.at < quote.contract.expiry)) continue;
    Both& both = strikes[quote.contract.expiry][quote.contract.strike];
    (quote.contract.type == option::Type::call ? both.call : both.put) = &quote;
  }
  const auto two_sided = [](const Quote* quote) { return quote && quote->bid && quote->ask; };
  ParityChain chain;
  for (const auto& [expiry, at] : strikes) {
    for (const auto& [strike, both] : at) {
      if (!two_sided(both.call) || !two_sided(both.put)) {
        ++chain.one_sided;
        continue;
      }
      ++chain.strikes;
      ParityListed& listed = chain.expiries[expiry];
      listed.forward = both.call->forward;
      listed.quotes.push_back({strike, both.call->bid->value(), both.call->ask->value(),
                               both.put->bid->value(), both.put->ask->value(),
                               std::min(both.call->open_interest, both.put->open_interest)});
      listed.calls.push_back(both.call->instrument);
      listed.puts.push_back(both.put->instrument);
    }
  }
  return chain;
}

option::UnderlyingLeg future_leg(Price forward) {
  return {.kind = option::Leg::future, .bid = forward, .ask = forward, .carry = 0, .carry_sd = {}};
}

Result<option::UnderlyingLeg> perpetual_leg(const Snapshot& snapshot, Years tenor) {
  if (!snapshot.funding || snapshot.funding->empty()) {
    return fail(Reason::missing_data, "funding is not known (give --funding)");
  }
  const Years step = years(snapshot.funding->step);
  std::vector<double> settlements;
  for (const double rate : snapshot.funding->value) settlements.push_back(rate * step.value());
  const auto outlook = option::carry_outlook({.settlements = settlements,
                                              .window = steps_in(years(days(30)), step),
                                              .ahead = steps_in(tenor, step)});
  if (!outlook) return outlook.error();
  return option::UnderlyingLeg{.kind = option::Leg::perpetual,
                               .bid = snapshot.spot,
                               .ask = snapshot.spot,
                               .carry = outlook->expected,
                               .carry_sd = outlook->sd};
}

option::UnderlyingLeg with_half_spread(option::UnderlyingLeg leg, double half_spread) {
  leg.bid = Price{leg.bid.value() * (1 - half_spread)};
  leg.ask = Price{leg.ask.value() * (1 + half_spread)};
  return leg;
}

}  // namespace levee::market
