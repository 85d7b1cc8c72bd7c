// tests/hedge/program_test.cpp — columns and rows of the hedge programme, each checked by hand.
#include "levee/hedge/program.h"

#include "tests/hedge/desk.h"
#include "tests/support/cases.h"

#include <map>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using option::Type;
using testing::HasSubstr;

// A policy that ties nothing but what a test is about.
Policy free_policy() {
  Policy policy;
  policy.carry_usd_per_year = 1e9;
  policy.net_delta_share_max = 10;
  policy.depth_share_of_open_interest = 0.01;  // 200 contracts of each
  policy.margin_share_of_cash = 1;
  return policy;
}

double row_value(const solve::Row& row, const std::vector<double>& x) {
  double sum = 0;
  for (std::size_t j = 0; j < x.size(); ++j) sum += row.coefficient[j] * x[j];
  return sum;
}

const solve::Row& row_named(const Program& program, const std::string& name) {
  for (const solve::Row& row : program.rows) {
    if (row.name == name) return row;
  }
  throw std::runtime_error("no row " + name);
}

// Whether the rows whose names hold `kind` (all of them if empty) are met.
bool within_rows(const Program& program, const std::vector<double>& x, const std::string& kind) {
  for (const solve::Row& row : program.rows) {
    if (row.name.find(kind) == std::string::npos) continue;
    const double value = row_value(row, x);
    if (value > row.upper + 1e-9 || value < row.lower - 1e-9) return false;
  }
  return true;
}

// The least that options living to a moment or longer pay if the price stays at one level, wallet
// and held lots with them: over all prices, and moments.
double worst_payoff(const test::Desk& desk, const Program& program, const std::vector<double>& x) {
  double worst = 0;
  for (const double alive : {0.0, 30.0, 110.0, 220.0}) {
    const UnixSeconds from = test::midnight + days(static_cast<std::int64_t>(alive));
    for (double price = 0; price <= 20'000; price += 100) {
      double sum = desk.book.wallet.value() * price;
      const auto add = [&](const book::Instrument& instrument, double quantity) {
        const auto* contract = std::get_if<option::Contract>(&instrument);
        if (!contract || contract->expiry < from) return;
        sum += quantity * option::payoff_of(*contract, Price{price}).value();
      };
      for (std::size_t j = 0; j < x.size(); ++j) {
        if (x[j] == 0) continue;
        const Candidate& c = program.candidates[program.candidate_of[j]];
        add(*instrument_of(c.instrument), program.columns[j].sign * x[j]);
      }
      for (const book::Lot& lot : desk.book.lots) add(lot.instrument, lot.quantity.value());
      worst = std::min(worst, sum);
    }
  }
  return worst;
}

// Grows a random point by one contract at a time while the cover rows hold: it ends on their edge.
std::vector<double> grown(const Program& program, test::Gen& gen, int steps) {
  std::vector<double> x(program.columns.size(), 0.0);
  for (int step = 0; step < steps; ++step) {
    const std::size_t j = gen.size(1, x.size()) - 1;
    const double before = x[j];
    x[j] = std::min(program.columns[j].upper, before + gen.integer(1, 5));
    if (!within_rows(program, x, "cover")) x[j] = before;
  }
  return x;
}

// A market of a few options at two strikes a side and two tenors, where sales are worth trying.
test::Shape few_options() {
  return {.tenors = {30, 110, 220}, .strikes = {1600, 1900, 2100, 2400}};
}

bool far_for_30_days(const market::Quote& quote) {
  return quote.instrument == "ETH-30-2100-C" || quote.instrument == "ETH-30-2400-C";
}

}  // namespace

TEST(Program, BuysWhereThereIsAnAskAndSellsWhereThereIsABid) {
  auto snapshot = test::small_market({.tenors = {30}, .strikes = {1800, 2000, 2200, 2400, 2600}});
  snapshot.chain[0].bid.reset();  // the put at 1,800
  snapshot.chain[3].ask.reset();  // the call at 2,000
  test::Desk desk(snapshot);
  const Program program = desk.program();
  std::map<std::string, std::pair<int, int>> sides;
  for (std::size_t j = 0; j < program.columns.size(); ++j) {
    const Candidate& c = program.candidates[program.candidate_of[j]];
    const solve::Column& column = program.columns[j];
    EXPECT_EQ(column.instrument, program.candidate_of[j]);
    (column.sign > 0 ? sides[c.name].first : sides[c.name].second)++;
    const double want =
        column.sign > 0 ? (*c.ask + c.fee_buy).value() : (c.fee_sell - *c.bid).value();
    EXPECT_DOUBLE_EQ(column.cost, want) << c.name;
    EXPECT_EQ(column.upper, (column.sign > 0 ? c.depth_buy : c.depth_sell).value()) << c.name;
  }
  EXPECT_EQ(sides["ETH-30-1800-P"], std::pair(1, 0));
  EXPECT_EQ(sides["ETH-30-2000-C"], std::pair(0, 1));
  EXPECT_EQ(sides["ETH-30-2200-C"], std::pair(1, 1));
  EXPECT_EQ(sides["ETH-PERP"], std::pair(1, 1));
  EXPECT_EQ(program.scale, desk.position.total.value_usd);
  EXPECT_EQ(program.notes.size(), program.rows.size());
}

TEST(Program, MoneyRowsCountWhatATradeTakes) {
  test::Desk desk;
  const Program program = desk.program();
  std::vector<double> x(program.columns.size(), 0.0);
  const std::size_t put = test::column_of(program, "ETH-110-1600-P", 1);
  const std::size_t call = test::column_of(program, "ETH-30-2300-C", -1);
  const std::size_t perp = test::column_of(program, "ETH-PERP", -1);
  x[put] = 10, x[call] = 4, x[perp] = 20;
  const auto of = [&](std::size_t j) -> const Candidate& {
    return program.candidates[program.candidate_of[j]];
  };
  const double carry = 10 * of(put).carry_per_year.value() - 4 * of(call).carry_per_year.value() -
                       20 * of(perp).carry_per_year.value();
  const double margin = 4 * of(call).margin_sell.value() + 20 * of(perp).margin_sell.value();
  const double outlay = 10 * (of(put).ask->value() + of(put).fee_buy.value()) -
                        4 * (of(call).bid->value() - of(call).fee_sell.value()) +
                        20 * (0.0002 + 0.0005) * 2000;
  EXPECT_NEAR(row_value(row_named(program, "carry"), x), carry, 1e-8);
  EXPECT_NEAR(row_value(row_named(program, "margin"), x), margin, 1e-8);
  EXPECT_NEAR(row_value(row_named(program, "cash"), x), outlay + margin, 1e-8);
  EXPECT_EQ(row_named(program, "carry").upper, program.budget.per_year.value());
  EXPECT_EQ(row_named(program, "cash").upper, 500'000);
  EXPECT_EQ(row_named(program, "margin").upper, 250'000);  // half of idle cash
  const double delta = 10 * of(put).delta - 4 * of(call).delta - 20;
  EXPECT_NEAR(row_value(row_named(program, "net_delta"), x), delta, 1e-10);
}

TEST(Program, NetDeltaIsLimitedByTheBooksOwn) {
  test::Desk desk;
  const Program program = desk.program();
  const double own = desk.position.total.delta;  // about 235: a full range of the value has 250
  EXPECT_NEAR(row_named(program, "net_delta").upper, std::max(own, 250.0), 1e-9);
  EXPECT_NEAR(row_named(program, "net_delta").lower, -std::max(own, 250.0), 1e-9);
  book::Book richer = test::small_book();
  richer.wallet = Tokens{1000};
  test::Desk with_wallet(test::small_market(), richer);
  EXPECT_NEAR(row_named(with_wallet.program(), "net_delta").upper, own + 1000, 1e-9);
}

TEST(Budget, IsTheSmallestOfThreeRulesAndSaysWhich) {  // methodology, amendment 9
  test::Desk desk;
  auto& total = desk.position.total;
  total.value_usd = 1e6, total.concentration = 9.5, total.fees_usd_per_day.reset();
  const auto budget = [&] { return budget_of(desk.setting()); };

  EXPECT_DOUBLE_EQ(budget().per_year.value(), 100'000);  // 1.5 % * 9.5 would be 142,500
  EXPECT_THAT(budget().rule, HasSubstr("10 % of LP value"));
  total.concentration = 2;
  EXPECT_DOUBLE_EQ(budget().per_year.value(), 30'000);
  EXPECT_THAT(budget().rule, HasSubstr("1.5 % of LP value times concentration 2.00"));
  total.fees_usd_per_day = 200;
  EXPECT_DOUBLE_EQ(budget().per_year.value(), 0.3 * 200 * 365);
  EXPECT_THAT(budget().rule, HasSubstr("30 % of expected fees"));
  total.fees_usd_per_day = 500;  // 54,750: no longer the smallest
  EXPECT_DOUBLE_EQ(budget().per_year.value(), 30'000);
  total.fees_usd_per_day = 0;  // nothing expected: the rule does not stand
  EXPECT_DOUBLE_EQ(budget().per_year.value(), 30'000);
  total.fees_usd_per_day.reset();
  total.concentration = 0;  // out of range: as a full range
  EXPECT_DOUBLE_EQ(budget().per_year.value(), 15'000);
  desk.policy.carry_usd_per_year = 123;
  EXPECT_DOUBLE_EQ(budget().per_year.value(), 123);
  EXPECT_THAT(budget().rule, HasSubstr("carry_usd_per_year"));
}

TEST(Cover, AShortStandsOnlyOnALongOneOfItsTypeThatPaysNoLess) {
  test::Desk desk(test::small_market(few_options()), test::small_book(), free_policy(), 200);
  const Program program = desk.program();
  const auto allowed = [&](const std::string& sold, const std::string& bought, double ratio = 1) {
    std::vector<double> x(program.columns.size(), 0.0);
    x[test::column_of(program, sold, -1)] = 1;
    if (!bought.empty()) x[test::column_of(program, bought, 1)] = ratio;
    return within_rows(program, x, "cover");
  };
  EXPECT_FALSE(allowed("ETH-110-2400-C", ""));
  EXPECT_TRUE(allowed("ETH-110-2400-C", "ETH-110-2100-C"));
  EXPECT_TRUE(allowed("ETH-110-2400-C", "ETH-110-2400-C"));
  EXPECT_FALSE(allowed("ETH-110-2400-C", "ETH-30-2100-C"));   // gone before
  EXPECT_FALSE(allowed("ETH-110-2100-C", "ETH-110-2400-C"));  // pays less
  EXPECT_FALSE(allowed("ETH-110-2400-C", "ETH-110-1600-P"));  // pays on the other side
  EXPECT_FALSE(allowed("ETH-110-2400-C", "ETH-PERP"));
  EXPECT_FALSE(allowed("ETH-110-2400-C", "ETH-110-2100-C", 0.9));

  EXPECT_FALSE(allowed("ETH-110-1600-P", ""));
  EXPECT_TRUE(allowed("ETH-110-1600-P", "ETH-110-1900-P"));
  EXPECT_FALSE(allowed("ETH-110-1600-P", "ETH-30-1900-P"));
  EXPECT_FALSE(allowed("ETH-110-1900-P", "ETH-110-1600-P"));
  EXPECT_FALSE(allowed("ETH-110-1600-P", "ETH-110-2100-C"));
}

TEST(Cover, WalletTokensStandForCallsAndNotForPuts) {
  book::Book book = test::small_book();
  book.wallet = Tokens{3};
  test::Desk desk(test::small_market(few_options()), book, free_policy(), 200);
  const Program program = desk.program();
  std::vector<double> x(program.columns.size(), 0.0);
  const std::size_t call = test::column_of(program, "ETH-30-2400-C", -1);
  x[call] = 3;
  EXPECT_TRUE(within_rows(program, x, "cover"));
  x[call] = 3.5;
  EXPECT_FALSE(within_rows(program, x, "cover"));
  x[call] = 0;
  x[test::column_of(program, "ETH-30-1600-P", -1)] = 1;
  EXPECT_FALSE(within_rows(program, x, "cover"));
}

TEST(Cover, WhatIsHeldIsNotSoldAndCoversNothingNewUntilARuleLetsItGo) {
  book::Book book = test::small_book();
  const option::Contract held{Type::put, Price{1900}, test::midnight + days(110)};
  book.lots = {{"held", held, Tokens{3}}};
  test::Desk desk(test::small_market(few_options()), book, free_policy(), 200);
  const auto sold = [&](const Program& program, const char* put, double quantity) {
    std::vector<double> x(program.columns.size(), 0.0);
    x[test::column_of(program, put, -1)] = quantity;
    return within_rows(program, x, "cover");
  };
  const Program kept = desk.program();
  for (std::size_t j = 0; j < kept.columns.size(); ++j) {
    if (kept.columns[j].sign > 0) continue;
    EXPECT_NE(kept.candidates[kept.candidate_of[j]].name, "ETH-110-1900-P");
  }
  EXPECT_FALSE(sold(kept, "ETH-110-1600-P", 0.1));

  desk.orders.committed = {{held, -1, 2}};
  const Program let_go = desk.program();
  EXPECT_TRUE(sold(let_go, "ETH-110-1900-P", 2));
  EXPECT_EQ(let_go.columns[test::column_of(let_go, "ETH-110-1900-P", -1)].upper, 2);
  EXPECT_TRUE(sold(let_go, "ETH-110-1600-P", 2));
}

TEST(Cover, LotsHeldLongStandForLotsHeldShort) {
  book::Book book = test::small_book();
  const auto put = [](double strike, double quantity) {
    return book::Lot{"held", option::Contract{Type::put, Price{strike}, test::midnight + days(110)},
                     Tokens{quantity}};
  };
  book.lots = {put(1900, 2), put(1600, -2)};
  test::Desk covered(test::small_market(few_options()), book, free_policy(), 200);
  EXPECT_TRUE(within_rows(covered.program(), {}, "cover"));
}

TEST(Cover, OneLongDoesNotStandForTwoShorts) {
  // Sold: 1,900 for 30 days and 2,100 for 110; neither stands in the other's way. One call of
  // 1,600 for 220 days is enough for either, not for both: above 2,400 they lose without end.
  // No call with a higher strike is listed for the 30 days.
  auto snapshot = test::small_market(few_options());
  std::erase_if(snapshot.chain, far_for_30_days);
  test::Desk desk(snapshot, test::small_book(), free_policy(), 200);
  const Program program = desk.program();
  std::vector<double> x(program.columns.size(), 0.0);
  x[test::column_of(program, "ETH-220-1600-C", 1)] = 1;
  x[test::column_of(program, "ETH-30-1900-C", -1)] = 1;
  x[test::column_of(program, "ETH-110-2100-C", -1)] = 1;
  EXPECT_LT(worst_payoff(desk, program, x), -10'000);
  EXPECT_FALSE(within_rows(program, x, "cover"));
}

TEST(Cover, AWalletTokenThatAHeldCallLeansOnIsTaken) {
  book::Book book = test::small_book();
  book.wallet = Tokens{2};
  book.lots = {
      {"held", option::Contract{Type::call, Price{2100}, test::midnight + days(110)}, Tokens{-1}}};
  test::Desk desk(test::small_market(few_options()), book, free_policy(), 200);
  const Program program = desk.program();
  std::vector<double> x(program.columns.size(), 0.0);
  const std::size_t call = test::column_of(program, "ETH-30-1900-C", -1);
  x[call] = 1;
  EXPECT_GE(worst_payoff(desk, program, x), 0);
  const auto covered = [&] {
    for (const solve::Row& row : program.rows) {
      if (row.name != "call_cover" || row.coefficient[call] == 0) continue;
      if (row_value(row, x) < row.lower - 1e-9) return false;
    }
    return true;
  };
  EXPECT_TRUE(covered());
  x[call] = 2;  // two tokens, but one is spoken for
  EXPECT_LT(worst_payoff(desk, program, x), -10'000);
  EXPECT_FALSE(covered());
}

TEST(Cover, OneWalletTokenDoesNotStandForTwoCalls) {
  auto snapshot = test::small_market(few_options());
  for (market::Quote& quote : snapshot.chain) {
    if (far_for_30_days(quote)) quote.bid.reset();
  }
  book::Book book = test::small_book();
  book.wallet = Tokens{1};
  test::Desk desk(snapshot, book, free_policy(), 200);
  const Program program = desk.program();
  std::vector<double> x(program.columns.size(), 0.0);
  x[test::column_of(program, "ETH-30-1900-C", -1)] = 1;
  EXPECT_TRUE(within_rows(program, x, "cover"));
  x[test::column_of(program, "ETH-110-2100-C", -1)] = 1;
  EXPECT_LT(worst_payoff(desk, program, x), -10'000);
  EXPECT_FALSE(within_rows(program, x, "cover"));
}

TEST(CoverLaw, WhatStillLivesLosesNoMoreThanItsCostAtAnyPrice) {
  test::for_cases(60, [](test::Gen& gen) {
    auto snapshot = test::small_market(few_options());
    for (market::Quote& quote : snapshot.chain) {
      const bool dead = gen.real(0, 1) < 0.4;
      if (dead) quote.ask.reset();
      if (dead || gen.coin()) quote.bid.reset();
    }
    book::Book book = test::small_book();
    book.wallet = Tokens{gen.coin() ? 20.0 : 0};
    for (const double quantity : {5.0, -3.0}) {  // a spread, held from before
      const auto type = gen.coin() ? Type::call : Type::put;
      const bool low = (type == Type::call) == (quantity > 0);
      book.lots.push_back(
          {"held", option::Contract{type, Price{low ? 1900.0 : 2100.0}, test::midnight + days(110)},
           Tokens{quantity}});
    }
    test::Desk desk(snapshot, book, free_policy(), 20);
    const Program program = desk.program();
    const std::vector<double> none(program.columns.size(), 0.0);
    const double before = worst_payoff(desk, program, none);  // of what is held already
    for (int point = 0; point < 10; ++point) {
      const auto x = grown(program, gen, 200);
      EXPECT_GE(worst_payoff(desk, program, x), before - 1e-6);
    }
  });
}

TEST(Modes, TieTheirTenorsByContractsOrByPremium) {
  for (const std::string mode : {"contracts_442", "budget_40_40_20"}) {
    Policy policy = free_policy();
    policy.mode = mode;
    test::Desk desk(test::small_market(), test::small_book(), policy, 200);
    const auto ladder =
        ladder_of(desk.candidates(), desk.snapshot, desk.surface, policy, Price{1600}, Price{2500});
    const Program program = *desk.program(ladder.list);
    std::vector<double> x(program.columns.size(), 0.0);
    const bool premium = mode == "budget_40_40_20";
    const double share[]{4, 4, 2};
    for (std::size_t j = 0; j < x.size(); ++j) {
      const Candidate& c = program.candidates[program.candidate_of[j]];
      if (c.name == "ETH-PERP") continue;
      // Half of each tenor's share in puts and half in calls.
      x[j] = share[c.bucket] / 2 / (premium ? c.ask->value() / 100 : 1);
    }
    EXPECT_TRUE(within_rows(program, x, "ratio")) << mode;
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (x[j] == 0) continue;
      auto off = x;
      off[j] *= 1.1;
      EXPECT_FALSE(within_rows(program, off, "ratio")) << mode;
    }
    int ties = 0;
    for (const RowNote& note : program.notes) ties += note.lots_may_miss;
    EXPECT_EQ(ties, 2) << mode;
  }
}

TEST(Modes, TiedToThreeTenorsNeedThreeTenors) {
  for (const std::string mode : {"contracts_442", "budget_40_40_20"}) {
    Policy policy = free_policy();
    policy.mode = mode;
    policy.tenors_days = {30, 110}, policy.z_strikes = {1, 1.5};
    test::Desk desk(test::small_market(few_options()), test::small_book(), policy, 200);
    const auto program = desk.program(desk.candidates().list);
    ASSERT_FALSE(program) << mode;
    EXPECT_EQ(program.error().reason, Reason::not_supported);
    EXPECT_THAT(program.error().message, HasSubstr(mode));
  }
}

TEST(Modes, GammaMatchAsksForItsShareOfTheShortGamma) {
  Policy policy = free_policy();
  policy.mode = "gamma_match";
  test::Desk desk(test::small_market(few_options()), test::small_book(), policy, 200);
  const Program program = desk.program();
  std::vector<double> x(program.columns.size(), 0.0);
  const std::size_t put = test::column_of(program, "ETH-30-1900-P", 1);
  const double one = program.candidates[program.candidate_of[put]].gamma;
  const double wanted = 0.35 * -desk.position.total.gamma / one;
  x[put] = wanted * 1.001;
  EXPECT_TRUE(within_rows(program, x, "gamma"));
  x[put] = wanted * 0.999;
  EXPECT_FALSE(within_rows(program, x, "gamma"));
}

TEST(TailProgramOf, IsMeanPlusWeightedCvarUpToAConstant) {
  test::Desk desk(test::small_market(few_options()), test::small_book(), free_policy(), 500);
  const Program program = desk.program();
  const Weights weights{0.7, 0.4};
  const solve::TailProgram tail = tail_program(program, weights, 0.9);
  test::for_cases(50, [&](test::Gen& gen) {
    std::vector<double> x;
    for (const auto& column : program.columns) x.push_back(gen.real(0, column.upper / 10));
    const auto loss = test::hedged_losses(program, x);
    const double want =
        weights.mean * (test::plain_mean(loss) - test::plain_mean(program.base_loss)) +
        weights.tail * test::plain_cvar(loss, 0.9);
    EXPECT_NEAR(solve::objective_at(tail, x), want, 1e-9 * program.scale);
  });
}

TEST(GainAt, IsThePayoffOverTheMarkBeforeAnyCost) {
  test::Desk desk(test::small_market(few_options()), test::small_book(), free_policy(), 300);
  const Program program = desk.program();
  const std::size_t buy = test::column_of(program, "ETH-30-1900-P", 1),
                    sell = test::column_of(program, "ETH-30-1900-P", -1);
  const auto horizon =
      desk.set.lead().spot.row(desk.set.lead().spot.rows() - 1);  // this put's own expiry
  const double mark = program.candidates[program.candidate_of[buy]].mid.value();
  for (std::size_t s = 0; s < 300; ++s) {
    EXPECT_NEAR(gain_at(program, buy, s), std::max(0.0, 1900 - horizon[s]) - mark, 1e-7);
    EXPECT_DOUBLE_EQ(gain_at(program, sell, s), -gain_at(program, buy, s));
  }
}

TEST(CoverageLimit, IsItsShareOfTheLossAndTheTolerance) {
  test::Desk desk(test::small_market(few_options()), test::small_book(), free_policy(), 50);
  Program program = desk.program();
  program.lp_loss[3] = 40'000;
  Policy policy;
  EXPECT_DOUBLE_EQ(coverage_limit(program, policy, 1e6, 3), 40'000 + 10'000);
  policy.coverage_max = 0.5, policy.coverage_tolerance = 0.002;
  EXPECT_DOUBLE_EQ(coverage_limit(program, policy, 1e6, 3), 20'000 + 2'000);
}

}  // namespace levee::hedge
