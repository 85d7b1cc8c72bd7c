// tests/scenario/cascade_cases.h — events small enough to work by hand, and seeded ones.
#pragma once
#include "levee/scenario/cascade_event.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>

namespace levee::test {

/// A pool of 1,000 coins and 1,000,000 dollars; nothing happens for a day.
inline scenario::CascadeEvent toy_event() {
  scenario::CascadeEvent event;
  event.name = "toy";
  event.par = 1000;
  event.blocks = 7200;
  event.path = {{.block = 0, .share_of_par = 1}};
  event.pool = {.curve = scenario::Curve::product, .worth_usd = 2'000'000};
  event.gas = {.quiet_gwei = 40, .rival_gwei = 0};
  return event;
}

/// The same, and a bridge behind its 10,000 coins at which they are handed in.
inline scenario::CascadeEvent bridge_event() {
  scenario::CascadeEvent event = toy_event();
  event.way = scenario::Way::hand_in;
  event.noticed = 1'000'000;
  event.bridge = scenario::BridgeTerms{.backing = 10'000, .minted = 10'000};
  return event;
}

/// The same as the toy, and loans of 78 % of coins that fall by a tenth within a hundred blocks.
inline scenario::CascadeEvent loan_event() {
  scenario::CascadeEvent event = toy_event();
  event.path = {{.block = 0, .share_of_par = 1}, {.block = 100, .share_of_par = 0.9}};
  event.oracle = {.deviation = 0.05, .heartbeat = 100'000};
  event.lenders = {{.name = "lender",
                    .asset = scenario::Side::quote,
                    .supplied = 150'000,
                    .lent = 100'000,
                    .ltv_low = 0.78,
                    .ltv_high = 0.78,
                    .threshold = 0.85,
                    .bonus = 0.05}};
  return event;
}

inline scenario::RunTerms drawn_run(Gen& gen) {
  return {.quiet = gen.real(0, 1),
          .alarm = gen.real(0, 3),
          .per_loss = gen.real(0, 5),
          .per_shortfall = gen.real(0, 5)};
}

inline void add_places(Gen& gen, scenario::CascadeEvent& event) {
  using scenario::Side;
  const double coins = event.pool.worth_usd / event.par;
  if (gen.coin()) {
    event.bridge = scenario::BridgeTerms{.backing = coins * gen.real(0.5, 4),
                                         .minted = coins * gen.real(1, 4),
                                         .day_limit = gen.coin() ? coins * gen.real(0, 1) : 0,
                                         .run = drawn_run(gen)};
    if (gen.coin()) event.way = scenario::Way::hand_in;
  }
  if (gen.coin()) {
    event.lenders.push_back({.name = "vault",
                             .asset = Side::coin,
                             .supplied = coins,
                             .lent = coins * gen.real(0, 1),
                             .day_limit = gen.coin() ? coins / 5 : 0,
                             .run = drawn_run(gen)});
  }
  if (gen.coin()) {
    event.lenders.push_back({.name = "lender",
                             .asset = Side::quote,
                             .supplied = event.pool.worth_usd,
                             .lent = event.pool.worth_usd * gen.real(0, 1),
                             .run = drawn_run(gen),
                             .ltv_low = gen.real(0.3, 0.6),
                             .ltv_high = gen.real(0.6, 0.8),
                             .threshold = gen.real(0.81, 0.95),
                             .bonus = gen.real(0, 0.1)});
  }
}

inline void add_strikes(Gen& gen, scenario::CascadeEvent& event) {
  using Kind = scenario::Strike::Kind;
  for (std::size_t i = gen.size(0, 4); i > 0; --i) {
    const Kind kind =
        gen.pick({Kind::take_backing, Kind::steal_pool, Kind::pull_liquidity, Kind::sell});
    const bool is_share = kind == Kind::steal_pool || kind == Kind::pull_liquidity;
    const double amount =
        is_share ? gen.real(0, 0.6) : event.pool.worth_usd / event.par * gen.real(0, 0.5);
    event.strikes.push_back({.block = gen.integer(0, 2000), .kind = kind, .amount = amount});
  }
  std::ranges::sort(event.strikes, {}, &scenario::Strike::block);
}

/// Anything at all.
inline scenario::CascadeEvent drawn_event(Gen& gen) {
  using scenario::Curve;
  scenario::CascadeEvent event;
  event.blocks = 3000;
  const Curve curve = gen.pick({Curve::product, Curve::range, Curve::stable});
  event.par = curve == Curve::stable ? 1 : gen.scale(0.01, 5000);
  event.pool = {.curve = curve,
                .worth_usd = gen.scale(1e5, 1e9),
                .fee = gen.pick({0.0, 0.0004, 0.003}),
                .coin_share = 0.5,
                .amplification = static_cast<double>(gen.integer(10, 2000)),
                .lower = gen.real(0.3, 0.9),
                .upper = gen.real(1.1, 3)};
  event.pool_run = drawn_run(gen);
  event.noticed = gen.integer(0, 3000);
  event.depth_deviation = gen.real(0, 0.3);
  event.path = {{.block = 0, .share_of_par = 1}};
  for (int block = 300; block < 3000; block += gen.integer(100, 900)) {
    event.path.push_back({.block = block,
                          .share_of_par = gen.scale(0.05, 1.5),
                          .gas_gwei = gen.coin() ? gen.scale(5, 300) : 0});
  }
  add_places(gen, event);
  add_strikes(gen, event);
  if (gen.coin()) {
    const std::int64_t from = gen.integer(0, 2500);
    event.pauses.push_back({.place = gen.pick({scenario::Place::bridge, scenario::Place::pool,
                                               scenario::Place::lender}),
                            .from = from,
                            .to = from + gen.integer(1, 1000)});
  }
  return event;
}

/// Nothing ever gets better: the price falls, a stopped bridge stays shut, no fees are earned.
inline scenario::CascadeEvent falling_event(Gen& gen) {
  scenario::CascadeEvent event = drawn_event(gen);
  event.pool.fee = 0;
  double last = 1;
  for (scenario::PathKnot& knot : event.path) {
    knot.share_of_par = last;
    last *= gen.real(0.4, 1);
  }
  std::erase_if(event.strikes,
                [](const auto& one) { return one.kind == scenario::Strike::Kind::sell; });
  event.pauses.clear();
  if (event.way == scenario::Way::hand_in) {
    // Who knows a coin to be worth less than the bridge still pays makes money at its door.
    for (scenario::PathKnot& knot : event.path) knot.share_of_par = 1;
    event.pauses.push_back({.place = scenario::Place::bridge, .from = event.noticed, .to = 9999});
    event.pauses.push_back({.place = scenario::Place::pool, .from = event.noticed, .to = 9999});
  }
  return event;
}

}  // namespace levee::test
