// tests/hedge/roll_test.cpp — options that move on: when, and into what.
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

const RollReading& read(const Due& due, RollTrigger trigger) {
  return due.readings[static_cast<std::size_t>(trigger)];
}

}  // namespace

TEST(RollDue, EachLayerIsDueAtItsOwnDay) {
  const RollRule rule;
  for (const auto& [bought_with, due_at] : {std::pair{30., 21.}, {110., 60.}, {220., 110.}}) {
    HeldOption held = front(due_at);
    held.bought_at = held.contract.expiry - days(static_cast<std::int64_t>(bought_with));
    EXPECT_EQ(due_of(held, quiet(), rule).first, RollTrigger::tenor) << bought_with;
    held.contract.expiry = held.contract.expiry + hours(1);
    EXPECT_FALSE(due_of(held, quiet(), rule).first) << bought_with;
  }
  EXPECT_THAT(read(due_of(front(10), quiet(), rule), RollTrigger::tenor).why,
              HasSubstr("10 days to expiry, within the 21 at which the 30-day layer is due"));
}

TEST(RollDue, AnOptionStaysOfTheLayerItWasBoughtFor) {
  HeldOption held = front(40);
  held.bought_at = held.contract.expiry - days(200);
  EXPECT_EQ(layer_of(held, RollRule{}), 2u) << "200 days are nearer to 220 than to 110";
}

TEST(RollDue, HalfMovesOnWhenThirtyPercentOfTheExtrinsicValueIsGoneInCalm) {
  const RollRule rule;
  const HeldOption held = front(25);  // out of the money: all of the 50 paid is extrinsic
  EXPECT_FALSE(due_of(held, quiet(35.01), rule).first);
  EXPECT_EQ(due_of(held, quiet(34.99), rule).first, RollTrigger::extrinsic);
  DueAsk ask = quiet(20);
  ask.veq = 20;
  EXPECT_FALSE(due_of(held, ask, rule).first) << "not below 20";
  ask.veq.reset();
  EXPECT_FALSE(due_of(held, ask, rule).first);
  EXPECT_THAT(read(due_of(held, ask, rule), RollTrigger::extrinsic).why,
              HasSubstr("not known, and so not calm"));
}

TEST(RollDue, ExtrinsicValueIsWhatExerciseWouldNotPay) {
  EXPECT_EQ(extrinsic_of(test::put_in(20), Usd{230}, Price{1600}), Usd{30});
  EXPECT_EQ(extrinsic_of(test::put_in(20), Usd{30}, Price{2000}), Usd{30});
  EXPECT_EQ(extrinsic_of(test::put_in(20), Usd{190}, Price{1600}), Usd{0})
      << "quoted below exercise";
  HeldOption held = front(25);
  held.paid_extrinsic = Usd{0};
  EXPECT_THAT(read(due_of(held, quiet(1), RollRule{}), RollTrigger::extrinsic).why,
              HasSubstr("without extrinsic value"));
}

TEST(RollDue, TheFrontsGainIsTakenAtTwoAndAHalfTimesItsCostByTheBid) {
  const RollRule rule;
  DueAsk ask = quiet(140);
  EXPECT_EQ(due_of(front(25), ask, rule).first, RollTrigger::gain) << "125 asked, 140 bid";
  ask.bid = Usd{124.9};
  EXPECT_FALSE(due_of(front(25), ask, rule).first) << "a mark is no price";
  ask.bid.reset();
  EXPECT_THAT(read(due_of(front(25), ask, rule), RollTrigger::gain).why, HasSubstr("nobody bids"));
  HeldOption far = front(150);
  far.bought_at = far.contract.expiry - days(220);
  EXPECT_FALSE(due_of(far, quiet(1000), rule).first) << "the front layer's alone";
}

TEST(RollDue, ASignalAsksOnlyAfterFiveQuietDays) {
  const RollRule rule;
  DueAsk ask = quiet();
  ask.signal = "RSI of the pair crossed 70";
  EXPECT_EQ(due_of(front(25), ask, rule).first, RollTrigger::signal);
  ask.memory.last_fired = midnight - days(5) + hours(1);
  EXPECT_FALSE(due_of(front(25), ask, rule).first);
  EXPECT_THAT(read(due_of(front(25), ask, rule), RollTrigger::signal).why, HasSubstr("days ago"));
  ask.memory.last_fired = midnight - days(5);
  EXPECT_EQ(due_of(front(25), ask, rule).first, RollTrigger::signal);
}

TEST(RollDue, TheFirstRuleThatHoldsDecides) {
  DueAsk ask = quiet(200);
  ask.signal = "MACD of volume crossed";
  const Due due = due_of(front(10), ask, RollRule{});
  EXPECT_EQ(due.first, RollTrigger::tenor);
  EXPECT_TRUE(read(due, RollTrigger::gain).holds) << "read, though it does not decide";
  EXPECT_FALSE(read(due, RollTrigger::signal).holds);
  EXPECT_THAT(read(due, RollTrigger::signal).why, HasSubstr("asks already"));
}

// S2.17: a scripted month of crossings and its only dates of a roll.
TEST(RollDue, AScriptedSeriesOfSignalsRollsOnTheDatesItShould) {
  const RollRule rule;
  const HeldOption held = [] {
    HeldOption one = front(200);
    one.bought_at = one.contract.expiry - days(220);
    return one;
  }();
  RollMemory memory;
  memory.last_fired = midnight + days(9);  // another rule asks on the ninth day
  std::vector<int> rolled;
  for (int day = 0; day < 40; ++day) {
    const bool crossed = day == 3 || day == 6 || day == 12 || day == 15 || day == 22 || day == 35;
    DueAsk ask = quiet();
    ask.at = midnight + days(day);
    ask.memory = memory;
    if (day < 9) ask.memory.last_fired.reset();
    if (crossed) ask.signal = "crossed";
    const Due due = due_of(held, ask, rule);
    EXPECT_EQ(due.first.has_value(), crossed && day != 12) << day;
    if (!due.first) continue;
    const RollLine line =
        judged({held, due, ask.at, memory, cheap(*due.first), worth(), Usd{1000}}, rule);
    if (!line.done) continue;
    rolled.push_back(day);
    memory.last_roll = ask.at;
    ++memory.rolls;
  }
  EXPECT_EQ(rolled, (std::vector<int>{3, 15, 22}))
      << "6: three days after a roll; 12: three after another rule; 35: three in the episode";
}

TEST(Roll, IntoTheSameLayerKeepsGammaAndMoneyness) {
  const Shop shop;
  const HeldOption held = shop.held("ETH-14-1800-P", 10);
  const auto roll = roll_of(shop.ask(held), asked_by(RollTrigger::tenor), RollRule{});
  ASSERT_TRUE(roll) << roll.error().message;
  ASSERT_EQ(roll->buys.size(), 1u);
  const Candidate& now = shop.named(held.name);
  const Candidate& bought = shop.listed[roll->buys[0].candidate];
  EXPECT_EQ(bought.tenor_days, 30) << "21 days are due at once, 45 are farther from 30";
  const auto& contract = std::get<option::Contract>(bought.instrument);
  // ln(1800/2000) / sqrt(14) * sqrt(30): the forward is the spot here.
  const double same = 2000 * std::exp(std::log(.9) * std::sqrt(30. / 14));
  EXPECT_CLOSE(same, 1714, 1e-3);
  EXPECT_EQ(contract.strike, Price{1700}) << "the nearest listed";
  EXPECT_EQ(roll->units_sold, 10);
  EXPECT_NEAR(roll->buys[0].units * bought.gamma, 10 * now.gamma, bought.gamma / 2);
  EXPECT_THAT(roll->what_kept, HasSubstr("gamma"));
  const double paid = roll->buys[0].units * (bought.ask->value() + bought.fee_buy.value());
  const double brought = 10 * (now.bid->value() - now.fee_sell.value());
  EXPECT_CLOSE(roll->outlay.value(), paid - brought, 1e-12);
  const double marks = roll->buys[0].units * bought.mid.value() - 10 * now.mid.value();
  EXPECT_CLOSE(roll->cost.value(), paid - brought - marks, 1e-9);
  EXPECT_CLOSE(roll->delta_change.value(), roll->buys[0].units * bought.delta - 10 * now.delta,
               1e-9);
}

// S2.20: signals lean what rolls by its schedule, by no more than they may, and nothing else.
TEST(Roll, ByItsScheduleLeansAsFarAsTheTiltAndNoOtherRollDoes) {
  const Shop shop;
  const HeldOption put = shop.held("ETH-14-1800-P", 100), call = shop.held("ETH-14-2200-C", 100);
  const auto units = [&](const HeldOption& held, RollTrigger trigger, double share) {
    RollAsk ask = shop.ask(held);
    ask.tilt = {share, "an RSI of 85"};
    const auto roll = roll_of(ask, asked_by(trigger), RollRule{});
    EXPECT_TRUE(roll) << (roll ? "" : roll.error().message);
    EXPECT_EQ(roll->what_kept.find("an RSI of 85") != std::string::npos,
              trigger == RollTrigger::tenor && share != 0)
        << roll->what_kept;
    double sum = 0;
    for (const RollBuy& buy : roll->buys) sum += buy.units;
    return sum;
  };
  const double puts = units(put, RollTrigger::tenor, 0), calls = units(call, RollTrigger::tenor, 0);
  EXPECT_NEAR(units(put, RollTrigger::tenor, 0.2), 0.8 * puts, 1.1);
  EXPECT_NEAR(units(call, RollTrigger::tenor, 0.2), 1.2 * calls, 1.1);
  EXPECT_NEAR(units(put, RollTrigger::tenor, -0.2), 1.2 * puts, 1.1);
  EXPECT_NEAR(units(call, RollTrigger::tenor, -0.2), 0.8 * calls, 1.1);
  for (const auto trigger : {RollTrigger::signal, RollTrigger::extrinsic, RollTrigger::gain}) {
    EXPECT_EQ(units(put, trigger, 0.2), units(put, trigger, 0)) << name_of(trigger);
  }
}

TEST(Roll, HalfMovesOnAtEqualVega) {
  const Shop shop;
  const HeldOption held = shop.held("ETH-21-1800-P", 40);
  const auto roll = roll_of(shop.ask(held), asked_by(RollTrigger::extrinsic), RollRule{});
  ASSERT_TRUE(roll) << roll.error().message;
  const Candidate& bought = shop.listed[roll->buys[0].candidate];
  EXPECT_EQ(bought.tenor_days, 110);
  EXPECT_EQ(roll->units_sold, 20);
  EXPECT_NEAR(roll->buys[0].units * bought.vega, 20 * shop.named(held.name).vega, bought.vega / 2);
}

TEST(Roll, AGainIsSpentSixtyFortyOnLaterLayers) {
  const Shop shop;
  const HeldOption held = shop.held("ETH-30-2300-P", 40);
  const auto roll = roll_of(shop.ask(held), asked_by(RollTrigger::gain), RollRule{});
  ASSERT_TRUE(roll) << roll.error().message;
  const Candidate& now = shop.named(held.name);
  EXPECT_EQ(roll->units_sold, 20);
  ASSERT_EQ(roll->buys.size(), 2u);
  const double brought = 20 * (now.bid->value() - now.fee_sell.value());
  double share = .6;
  for (const RollBuy& buy : roll->buys) {
    const Candidate& one = shop.listed[buy.candidate];
    const double price = one.ask->value() + one.fee_buy.value();
    EXPECT_EQ(one.tenor_days, share == .6 ? 110 : 220);
    EXPECT_LE(buy.units * price, share * brought);
    EXPECT_GT((buy.units + 1) * price, share * brought) << "as many whole lots as it pays";
    share = .4;
  }
  EXPECT_LE(roll->outlay.value(), 0) << "nothing is added";
}

TEST(Roll, NoStrikeBeyondTheRangeIsBoughtWhereOneWithinIsListed) {
  const Shop shop;
  const HeldOption held = shop.held("ETH-14-1600-P", 40);
  RollAsk ask = shop.ask(held);
  ask.range = {Price{1640}, Price{2500}};  // nearer to 1600, which lies outside
  const auto roll = roll_of(ask, asked_by(RollTrigger::tenor), RollRule{});
  ASSERT_TRUE(roll) << roll.error().message;
  EXPECT_EQ(std::get<option::Contract>(shop.listed[roll->buys[0].candidate].instrument).strike,
            Price{1700});
  ask.range = {Price{0}, Price{nowhere}};
  const auto free = roll_of(ask, asked_by(RollTrigger::tenor), RollRule{});
  ASSERT_TRUE(free) << free.error().message;
  EXPECT_EQ(std::get<option::Contract>(shop.listed[free->buys[0].candidate].instrument).strike,
            Price{1400});
}

TEST(Roll, OfACallStaysBelowTheUpperEdge) {
  const Shop shop;
  const HeldOption held = shop.held("ETH-14-2500-C", 40);
  RollAsk ask = shop.ask(held);
  ask.range = {Price{1600}, Price{2330}};
  const auto roll = roll_of(ask, asked_by(RollTrigger::tenor), RollRule{});
  ASSERT_TRUE(roll) << roll.error().message;
  EXPECT_EQ(std::get<option::Contract>(shop.listed[roll->buys[0].candidate].instrument),
            (option::Contract{Type::call, Price{2300}, test::put_in(30).expiry}))
      << "as far out as it is today would be 2,776";
  ask.range.upper = Price{1150};
  const auto beyond = roll_of(ask, asked_by(RollTrigger::tenor), RollRule{});
  ASSERT_TRUE(beyond) << beyond.error().message;
  EXPECT_EQ(std::get<option::Contract>(shop.listed[beyond->buys[0].candidate].instrument).strike,
            Price{1200})
      << "the nearest to the edge where none is within";
}

TEST(Roll, GoesForwardBeyondTheDayOnWhichItsLayerIsDue) {
  Shop shop;
  const HeldOption held = shop.held("ETH-30-1800-P", 10);
  const auto later = roll_of(shop.ask(held), asked_by(RollTrigger::signal), RollRule{});
  ASSERT_TRUE(later) << later.error().message;
  EXPECT_EQ(shop.listed[later->buys[0].candidate].tenor_days, 45) << "not into itself";
  for (Candidate& one : shop.listed) {
    if (one.tenor_days > 21) one.ask.reset();
  }
  const HeldOption nearer = shop.held("ETH-14-1800-P", 10);
  EXPECT_EQ(roll_of(shop.ask(nearer), asked_by(RollTrigger::tenor), RollRule{}).error().reason,
            Reason::missing_data)
      << "21 days would be due on the day they are bought";
}

TEST(Roll, TakesThePolicysMoneynessWhereItIsGiven) {
  const Shop shop;
  const HeldOption held = shop.held("ETH-14-1800-P", 40);
  RollAsk ask = shop.ask(held);
  ask.range = {Price{0}, Price{nowhere}};
  const std::vector<double> wanted{1, 1.5, 2};
  ask.out_of_money = wanted;
  const auto roll = roll_of(ask, asked_by(RollTrigger::tenor), RollRule{});
  ASSERT_TRUE(roll) << roll.error().message;
  // 2000 exp(-0.6 sqrt(30/365)) = 1684
  EXPECT_EQ(std::get<option::Contract>(shop.listed[roll->buys[0].candidate].instrument).strike,
            Price{1700});
  EXPECT_EQ(roll->buys[0].units, 40) << "what its layer is for, whatever the old one has left";
  const auto onward = roll_of(ask, asked_by(RollTrigger::extrinsic), RollRule{});
  ASSERT_TRUE(onward) << onward.error().message;
  const Candidate& later = shop.listed[onward->buys[0].candidate];
  EXPECT_NEAR(onward->buys[0].units * later.vega, 20 * shop.named("ETH-30-1700-P").vega,
              later.vega / 2)
      << "the vega of what a front option is bought as";
  EXPECT_THAT(onward->what_kept, HasSubstr("struck anew"));
}

TEST(Roll, SellsNoMoreThanItCanReplace) {
  Shop shop;
  for (Candidate& one : shop.listed) one.depth_buy = Tokens{3};
  const HeldOption held = shop.held("ETH-14-1800-P", 40);
  const auto roll = roll_of(shop.ask(held), asked_by(RollTrigger::tenor), RollRule{});
  ASSERT_TRUE(roll) << roll.error().message;
  EXPECT_EQ(roll->buys[0].units, 3);
  const Candidate& bought = shop.listed[roll->buys[0].candidate];
  EXPECT_LE(roll->units_sold * shop.named(held.name).gamma, 3 * bought.gamma * (1 + 1e-9));
  EXPECT_THAT(roll->what_kept, HasSubstr("depth leaves"));
}

TEST(Roll, IsRefusedWithTheReason) {
  Shop shop;
  const auto why = [&](const HeldOption& held, RollTrigger trigger) {
    const auto roll = roll_of(shop.ask(held), asked_by(trigger), RollRule{});
    return roll ? std::string("rolled") : roll.error().message;
  };
  const HeldOption one = shop.held("ETH-21-1800-P", 1);
  EXPECT_THAT(why(one, RollTrigger::extrinsic), HasSubstr("less than a lot"));
  EXPECT_THAT(why(one, RollTrigger::gain), HasSubstr("only be sold"));
  for (Candidate& each : shop.listed) {
    if (each.tenor_days > 21) each.ask.reset();
  }
  EXPECT_THAT(why(shop.held("ETH-21-1800-P", 10), RollTrigger::tenor),
              HasSubstr("nothing later of the same type is offered in the 30-day layer"));
  for (Candidate& each : shop.listed) each.bid.reset();
  EXPECT_THAT(why(one, RollTrigger::tenor), HasSubstr("nobody bids"));
}

TEST(RollRule, ItsFieldsAreChecked) {
  EXPECT_TRUE(check(RollRule{}));
  const auto why = [](auto change) {
    RollRule rule;
    change(rule);
    const auto fine = check(rule);
    return fine ? std::string("fine") : fine.error().message;
  };
  EXPECT_THAT(why([](RollRule& r) { r.tenors_days = {30, 30, 220}; }), HasSubstr("tenors_days"));
  EXPECT_THAT(why([](RollRule& r) { r.due_days = {21, 60}; }), HasSubstr("due_days"));
  EXPECT_THAT(why([](RollRule& r) { r.due_days = {30, 60, 110}; }), HasSubstr("due_days"));
  EXPECT_THAT(why([](RollRule& r) { r.gain_split = {.6, .5}; }), HasSubstr("gain_split"));
  EXPECT_THAT(why([](RollRule& r) { r.cost_share = std::nan(""); }), HasSubstr("cost_share"));
  EXPECT_THAT(why([](RollRule& r) { r.extrinsic_share = 0; }), HasSubstr("extrinsic_share"));
}

}  // namespace levee::hedge
