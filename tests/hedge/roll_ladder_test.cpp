// tests/hedge/roll_ladder_test.cpp — whether a roll pays, and what rolls make of a ladder.
#include "levee/hedge/roll.h"

#include "tests/hedge/roll_desk.h"

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using option::Type;
using test::asked_by;
using test::cheap;
using test::front;
using test::midnight;
using test::nowhere;
using test::quiet;
using test::Shop;
using test::worth;
using ::testing::HasSubstr;

constexpr double vol = test::roll_vol;

RollLine verdict(const Due& due, const Result<Roll>& roll, const Result<RollBenefit>& gain,
                 RollMemory memory = {}, double month = 1000) {
  const HeldOption held = front(10);
  return judged({held, due, midnight, memory, roll, gain, Usd{month}}, RollRule{});
}
}  // namespace

TEST(RollBenefit, IsTheFallOfTheObjectiveByHand) {
  // Sold: worth nothing in the end, marked 1. Bought: pays 10 on the worst path, marked 3.
  const std::vector<double> loss{0, 0, 0, 20}, nothing{0, 0, 0, 0}, pays{0, 0, 0, 10};
  const std::vector<RollLeg> bought{{1, Usd{3}, pays}};
  const auto gain = roll_benefit({loss, {2, Usd{1}, nothing}, bought, Usd{.5}},
                                 TailPrice{.rho = .1, .level = .75});
  ASSERT_TRUE(gain) << gain.error().message;
  // After: -2 + 3 on three paths and 20 - 2 + 3 - 10 on the last.
  EXPECT_CLOSE(gain->mean.value(), 5 - (1 * 3 + 11) / 4., 1e-14);
  EXPECT_CLOSE(gain->tail.value(), 20 - 11, 1e-14);
  EXPECT_CLOSE(gain->gross.value(), 1.5 + .1 * 9, 1e-14);
  EXPECT_CLOSE(gain->cost.value(), .55, 1e-14) << "lost on every path, so in the tail too";
  EXPECT_CLOSE(gain->net().value(), 2.4 - .55, 1e-14);
}

// On scenarios: what a roll is worth is what the losses of two whole books say, one with the old
// option in it and one with what it is rolled into.
TEST(RollBenefit, IsWhatTwoWholeBooksDifferBy) {
  const Shop shop;
  book::Book before = test::small_book();
  const HeldOption held = shop.held("ETH-14-1800-P", 200);
  before.lots.push_back({held.name, held.contract, held.quantity});
  RollAsk asked = shop.ask(held);
  const Roll roll = *roll_of(asked, asked_by(RollTrigger::tenor), RollRule{});
  const Candidate& bought = shop.listed[roll.buys[0].candidate];
  book::Book after = before;
  after.lots[0].quantity = Tokens{200 - roll.units_sold};
  after.lots.push_back(
      {bought.name, *instrument_of(bought.instrument), Tokens{roll.buys[0].units}});

  const std::vector<book::Instrument> both{held.contract, *instrument_of(bought.instrument)};
  const scenario::ScenarioSet set =
      *scenario::generate("jump",
                          {.calibration = test::calibration(days(30)),
                           .measure = scenario::Measure::real_world,
                           .dates = risk::dates_for(both, midnight, days(30)),
                           .protocols = {},
                           .paths = 1000,
                           .seed = 7,
                           .block = days(5)},
                          test::alone);
  const risk::Repricing with{shop.snapshot, shop.surface, set, Rate{.05}};
  const auto losses = [&](const book::Book& of) {
    return risk::loss_table(of, risk::FeeForecast(1), with, test::alone)->total;
  };
  const auto worth = *risk::horizon_values(both, with, test::alone);
  const std::vector<double> loss = losses(before), moved = losses(after);
  const std::vector<RollLeg> legs{{roll.buys[0].units, bought.mid, worth.row(1)}};
  const TailPrice price{.rho = .5, .level = .95};
  const RollBenefit told = *roll_benefit(
      {loss, {roll.units_sold, shop.named(held.name).mid, worth.row(0)}, legs, roll.cost}, price);
  const double mean = test::plain_mean(loss) - test::plain_mean(moved);
  const double tail = test::plain_cvar(loss, .95) - test::plain_cvar(moved, .95);
  EXPECT_NEAR(told.mean.value(), mean, 2) << "marks and the fitted surface differ by cents";
  EXPECT_NEAR(told.tail.value(), tail, 2);
  EXPECT_GT(told.tail.value(), 1e3) << "the old one is dead before the horizon";
  EXPECT_CLOSE(told.cost.value(), 1.5 * roll.cost.value(), 1e-12);
}

TEST(RollBenefit, NeedsALossAndALevel) {
  const std::vector<double> none;
  EXPECT_EQ(roll_benefit({none, {1, Usd{1}, none}, {}, Usd{0}}, {}).error().reason,
            Reason::missing_data);
  const std::vector<double> one{1.};
  EXPECT_EQ(
      roll_benefit({one, {1, Usd{1}, one}, {}, Usd{0}}, {.rho = .1, .level = 1}).error().reason,
      Reason::out_of_range);
}

namespace {

// Losses with a fat lower tail and an option that pays in it, drawn anew by every generator.
struct Draw {
  std::vector<double> loss, sold, bought;
};
Draw drawn(test::Gen& gen, std::size_t paths) {
  Draw made;
  for (std::size_t s = 0; s < paths; ++s) {
    const double u = gen.real(0, 1);
    const double bad = -std::log(1 - u) * 10;
    made.loss.push_back(bad + gen.real(-5, 5));
    made.sold.push_back(std::max(0.0, bad - 25));
    made.bought.push_back(std::max(0.0, .8 * bad - 18) + gen.real(0, .5));
  }
  return made;
}

Result<RollBenefit> benefit_of(const Draw& made, risk::Drawn how = {}) {
  const std::vector<RollLeg> bought{{1.3, Usd{2}, made.bought}};
  return roll_benefit({made.loss, {1, Usd{.9}, made.sold}, bought, Usd{.1}, how},
                      {.rho = .5, .level = .95});
}

}  // namespace

TEST(RollBenefitLaw, IsTheDifferenceOfTwoObjectives) {
  test::for_cases(200, [](test::Gen& gen) {
    const Draw made = drawn(gen, 100 + 20 * gen.size(0, 20));
    const auto gain = benefit_of(made);
    ASSERT_TRUE(gain);
    std::vector<double> after = made.loss;
    for (std::size_t s = 0; s < after.size(); ++s) {
      after[s] += made.sold[s] - .9 + 1.3 * (2 - made.bought[s]);
    }
    const double before = test::plain_mean(made.loss) + .5 * test::plain_cvar(made.loss, .95);
    EXPECT_NEAR(gain->gross.value(),
                before - test::plain_mean(after) - .5 * test::plain_cvar(after, .95), 1e-10);
    std::vector<double> charged = after;
    for (double& one : charged) one += .1;
    EXPECT_NEAR(gain->net().value(),
                before - test::plain_mean(charged) - .5 * test::plain_cvar(charged, .95), 1e-10);
  });
}

TEST(RollBenefitLaw, ErrsAsMuchAsItSays) {
  std::vector<double> told, error;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    test::Gen gen(seed + 1000, 1);
    const auto gain = benefit_of(drawn(gen, 1000));
    told.push_back(gain->gross.value());
    error.push_back(gain->error.value());
  }
  const double mean = test::plain_mean(told);
  double square = 0;
  for (const double one : told) square += (one - mean) * (one - mean) / 299;
  EXPECT_NEAR(test::plain_mean(error) / std::sqrt(square), 1, .12)
      << "three deviations of a deviation from 300";
}

TEST(RollBenefitLaw, AWeightOfTwoIsTwoPaths) {
  test::for_cases(50, [](test::Gen& gen) {
    const Draw made = drawn(gen, 100);
    Draw twice = made;
    std::vector<double> weight(100, 1.0);
    for (std::size_t s = 0; s < 100; ++s) {
      if (!gen.coin()) continue;
      weight[s] = 2;
      twice.loss.push_back(made.loss[s]);
      twice.sold.push_back(made.sold[s]);
      twice.bought.push_back(made.bought[s]);
    }
    EXPECT_NEAR(benefit_of(made, {.weight = weight})->gross.value(),
                benefit_of(twice)->gross.value(), 1e-10);
  });
}

TEST(RollVerdict, IsDoneWhereTheBenefitBeatsTheCost) {
  const RollLine line = verdict(asked_by(RollTrigger::extrinsic), cheap(), worth());
  EXPECT_TRUE(line.done) << line.why;
  EXPECT_EQ(line.trigger, "extrinsic");
  EXPECT_EQ(line.cost_usd, 40);
  EXPECT_THAT(line.why, HasSubstr("worth $100 +- $10 against $44 of costs"));
  EXPECT_FALSE(verdict(asked_by(RollTrigger::extrinsic), cheap(), worth(43)).done);
  EXPECT_FALSE(verdict(asked_by(RollTrigger::extrinsic), cheap(), worth(100, 28)).done)
      << "100 beats 44 by exactly two errors of 28";
  EXPECT_TRUE(verdict(asked_by(RollTrigger::extrinsic), cheap(), worth(100, 27.9)).done);
  EXPECT_FALSE(verdict(asked_by(RollTrigger::tenor), cheap(RollTrigger::tenor), worth(43)).done)
      << "the benefit test binds the tenor rule too (amendment 14)";
}

TEST(RollVerdict, SaysWhatHoldsItBack) {
  const Due due = asked_by(RollTrigger::gain), tenor = asked_by(RollTrigger::tenor);
  const RollMemory lately{.last_fired = {}, .last_roll = midnight - days(4), .rolls = 1};
  EXPECT_THAT(verdict(due, cheap(), worth(), lately).why, HasSubstr("rolled 4 days ago"));
  const RollMemory just_over{.last_fired = {}, .last_roll = midnight - days(5), .rolls = 2};
  EXPECT_TRUE(verdict(due, cheap(), worth(), just_over).done);
  const RollMemory often{.last_fired = {}, .last_roll = midnight - days(6), .rolls = 3};
  EXPECT_THAT(verdict(due, cheap(), worth(), often).why, HasSubstr("3 rolls in this episode"));
  EXPECT_THAT(verdict(due, cheap(), worth(), {}, 133).why,
              HasSubstr("more than 30 % of a month's hedge budget ($40)"));
  EXPECT_TRUE(verdict(due, cheap(), worth(), {}, 134).done);
  for (const RollMemory& memory : {lately, often}) {
    EXPECT_TRUE(verdict(tenor, cheap(RollTrigger::tenor), worth(), memory, 0).done)
        << "a ladder that may not move at its end runs dry";
  }
  EXPECT_THAT(verdict(due, fail(Reason::missing_data, "nobody bids"), worth()).why,
              HasSubstr("nobody bids"));
  const RollLine none = verdict(due_of(front(25), quiet(), RollRule{}), cheap(), worth());
  EXPECT_FALSE(none.done);
  EXPECT_EQ(none.trigger, "");
  EXPECT_THAT(none.why, HasSubstr("25 days to expiry, beyond the 21"));
  EXPECT_THAT(none.why, HasSubstr("no signal crossed"));
}

TEST(Ladder, TellsEmptyAndDueRungs) {
  const HeldOption held = front(20);
  const auto rungs = ladder_rungs(std::vector{held}, midnight, RollRule{});
  ASSERT_EQ(rungs.size(), 3u);
  EXPECT_EQ(rungs[0].units, 10);
  EXPECT_FALSE(rungs[0].in_band);
  EXPECT_EQ(rungs[0].about, "the 30-day layer holds 10, 20 days from expiry, part of it due");
  EXPECT_THAT(rungs[1].about, HasSubstr("the 110-day layer is empty"));
}

namespace {

// A venue with an expiry every week to three quarters of a year, at a flat volatility.
std::vector<market::Quote> listed_at(UnixSeconds at, double price) {
  std::vector<market::Quote> chain;
  const std::int64_t week = 7 * 86400;
  for (std::int64_t n = 1; n <= 40; ++n) {
    if (n > 8 && n % 4 != 0) continue;
    const UnixSeconds expiry{(at.value() / week + n) * week};
    const Years left = years(expiry - at);
    if (left.value() * 365 < 1) continue;
    for (const double ratio : {.5, .6, .7, .8, .9, 1., 1.15, 1.3}) {
      const double strike = std::round(price * ratio / 100) * 100;
      const double black =
          option::black_price(Type::put, Price{strike}, {Price{price}, left, Vol{vol}}).value();
      market::Quote quote;
      quote.instrument = std::to_string(expiry.value()) + "-" + std::to_string(strike);
      quote.contract = {Type::put, Price{strike}, expiry};
      quote.mark = Tokens{black / price};
      quote.bid = Tokens{black / price * .97};
      quote.ask = Tokens{black / price * 1.03};
      quote.mark_vol = Vol{vol};
      quote.forward = quote.index = Price{price};
      quote.open_interest = Tokens{20'000};
      chain.push_back(quote);
    }
  }
  return chain;
}

HeldOption bought(const Candidate& one, double units, UnixSeconds at, double price) {
  const auto contract = std::get<option::Contract>(one.instrument);
  return {
      one.name, contract, Tokens{units}, *one.ask, extrinsic_of(contract, *one.ask, Price{price}),
      at};
}

// What the venue would pay for a held option, at the model's price and without a fee.
Candidate quoted(const HeldOption& one, UnixSeconds at, double price) {
  const option::BlackInputs in{Price{price}, years(one.contract.expiry - at), Vol{vol}};
  const option::Greeks greeks = option::black_greeks(Type::put, one.contract.strike, in);
  Candidate now;
  now.instrument = one.contract;
  now.mid = greeks.price;
  now.bid = greeks.price;
  now.lot = Tokens{1};
  now.depth_sell = Tokens{400};
  now.delta = greeks.delta.value();
  now.gamma = greeks.gamma.value();
  now.vega = greeks.vega.value();
  return now;
}

// A ladder that is rolled every second day, whatever it costs.
struct Walk {
  const option::Surface& surface;
  RollRule rule{};
  std::vector<HeldOption> held{};
  RollMemory memory{};
  int rolls = 0;

  void step(UnixSeconds at, double price) {
    market::Snapshot seen = test::small_market();
    seen.at = at;
    seen.spot = Price{price};
    seen.chain = listed_at(at, price);
    const auto listed = candidates_of(seen, Policy{}, Tokens{1}, std::nullopt).list;
    if (held.empty()) open(listed, at, price);
    std::vector<HeldOption> next;
    for (HeldOption& one : held) {
      roll(one,
           {.held = one,
            .now = quoted(one, at, price),
            .listed = listed,
            .surface = surface,
            .spot = Price{price},
            .range = {Price{0}, Price{nowhere}}},
           at, next);
      if (one.quantity.value() > 0) next.push_back(one);
    }
    held = next;
  }

  void open(const std::vector<Candidate>& listed, UnixSeconds at, double price) {
    for (std::size_t layer = 0; layer < 3; ++layer) {
      const auto one = std::ranges::find_if(listed, [&](const Candidate& each) {
        return bucket_of(each.tenor_days, rule.tenors_days) == layer &&
               each.tenor_days > rule.due_days[layer] + 3;
      });
      held.push_back(bought(*one, 40, at, price));
    }
  }

  void roll(HeldOption& one, RollAsk ask, UnixSeconds at, std::vector<HeldOption>& next) {
    const Due due = due_of(one,
                           {.at = at,
                            .forward = ask.spot,
                            .mark = ask.now.mid,
                            .bid = ask.now.bid,
                            .veq = 15.,
                            .signal = {},
                            .memory = memory},
                           rule);
    if (!due.first) return;
    const std::vector<double> wanted{1, 1.5, 2};
    ask.out_of_money = wanted;
    const auto found = roll_of(ask, due, rule);
    const RollLine line = judged({one, due, at, memory, found, worth(1e9), Usd{1e9}}, rule);
    const bool tenor = *due.first == RollTrigger::tenor;
    EXPECT_TRUE(line.done || !tenor) << line.why;
    if (!line.done) return;
    ++rolls;
    if (!tenor) memory = {.last_fired = at, .last_roll = at, .rolls = memory.rolls + 1};
    one.quantity = Tokens{one.quantity.value() - found->units_sold};
    for (const RollBuy& buy : found->buys) {
      next.push_back(bought(ask.listed[buy.candidate], buy.units, at, ask.spot.value()));
      EXPECT_GT(next.back().contract.expiry, one.contract.expiry) << "never backwards";
    }
  }
};

}  // namespace

// S2.19: whatever the price does, rolls that pay leave no layer empty, none due, and move forward.
TEST(LadderLaw, NeverHasAnEmptyRungNorOneThatIsDue) {
  const Shop shop;  // its volatility is the same everywhere
  int rolls = 0;
  test::for_cases(20, [&](test::Gen& gen) {
    double price = 2000;
    Walk walk{.surface = shop.surface};
    for (int day = 0; day < 240; day += 2) {
      if (day % 60 == 0) walk.memory = {};
      walk.step(midnight + days(day), price);
      for (const LadderRung& rung : ladder_rungs(walk.held, midnight + days(day), walk.rule)) {
        EXPECT_TRUE(rung.in_band) << "day " << day << ": " << rung.about;
      }
      price *= std::exp(gen.real(-.08, .08));
    }
    rolls += walk.rolls;
  });
  EXPECT_GT(rolls, 400);
}

}  // namespace levee::hedge
