// tests/solve/tail_program_test.cpp — the tail programme against worked examples and a judge.
#include "levee/solve/tail_program.h"

#include "tests/support/clp_judge.h"
#include "tests/support/hedge_instance.h"
#include "tests/support/tail_cases.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The hedge toy of mathematics 4.3: an LP over [1500, 2500] entered at 2000, six options, a perp.
// Probabilities are whole hundredths, so each scenario stands as often as its hundredths.
struct Toy {
  num::Matrix<Usd> value;
  std::vector<double> base_loss;
  TailProgram program;

  Toy() {
    const std::vector<double> spot{1000, 1400, 1600, 1800, 1900, 2000,
                                   2100, 2200, 2400, 2600, 3000};
    // The position's profit with its fee, worth 1,000,000 at 2000; the printed rows are these.
    const double liquidity = 1e6 / (2 * std::sqrt(2000.0) - 2000 / 50.0 - std::sqrt(1500.0));
    const auto gain_at = [&](double price) {
      const double inside = std::clamp(price, 1500.0, 2500.0), root = std::sqrt(inside);
      return liquidity * (price * (1 / root - 1 / 50.0) + root - std::sqrt(1500.0)) - 1e6 + 15000;
    };
    const std::vector<int> hundredths{2, 5, 8, 12, 15, 16, 15, 12, 8, 5, 2};
    std::vector<double> paths;
    for (std::size_t s = 0; s < spot.size(); ++s) {
      for (int copy = 0; copy < hundredths[s]; ++copy) {
        paths.push_back(spot[s]);
        base_loss.push_back(-gain_at(spot[s]));
      }
    }
    value = num::Matrix<Usd>(7, paths.size());
    const std::vector<double> strike{1400, 1600, 1800, 2000, 2200, 2500};
    for (std::size_t s = 0; s < paths.size(); ++s) {
      for (std::size_t i = 0; i < 6; ++i) {
        const double over = paths[s] - strike[i];
        value.row(i)[s] = std::max(0.0, i < 4 ? -over : over);
      }
      value.row(6)[s] = paths[s] - 2000;
    }
    fill_columns();
  }

  void fill_columns() {
    const std::vector<double> mid{18, 45, 98, 180, 95, 38};
    Row premium{"premium", {}, -infinity, 20000};
    for (std::size_t i = 0; i < 6; ++i) {
      program.columns.push_back({i, 1, 1.05 * mid[i], 400});
      program.columns.push_back({i, -1, -0.95 * mid[i], 200});
      premium.coefficient.insert(premium.coefficient.end(), {1.05 * mid[i], -0.95 * mid[i]});
    }
    program.columns.push_back({6, 1, 0.0005 * 2000 + 0.002 * 2000, 600});   // long pays funding
    program.columns.push_back({6, -1, 0.0005 * 2000 - 0.002 * 2000, 600});  // short is paid
    premium.coefficient.insert(premium.coefficient.end(), {0, 0});
    program.rows.push_back(premium);
    program.value = &value;
    program.base_loss = base_loss;
    program.level = 0.95;
    program.scale = 1e6;
  }
};

TEST(TailProgram, ReproducesTheHedgeToy) {
  const Toy toy;
  const Outcome out = solve_tail(toy.program, 1e-14);
  EXPECT_EQ(out.status, Status::optimal);
  EXPECT_NEAR(out.objective, 50097.24304963887, 1e-8);  // as asked
  EXPECT_NEAR(out.bound, 50097.24304963887, 1e-8);
  EXPECT_LE(violation_at(toy.program, out.x), 1e-8);
  const std::vector<double> none(toy.program.columns.size(), 0.0);
  double var = 0;
  EXPECT_NEAR(objective_at(toy.program, none, &var), 311356.82181604166, 1e-8);
  EXPECT_NEAR(var, 224435.1214, 5e-5);
}

TEST(TailProgram, OfTheHedgeToyLosesWhatIsPrinted) {
  std::vector<double> printed{-441739.372432, -224435.121405, -119671.380686, -40065.028933,
                              -9712.317309,   15000,          34490.061425,   49126.761811,
                              65114.472373,   67019.68161,    67019.68161};
  std::vector<double> gains;
  for (const double loss : Toy().base_loss) {
    if (gains.empty() || gains.back() != -loss) gains.push_back(-loss);
  }
  printed.pop_back();  // the last two are one number
  ASSERT_EQ(gains.size(), printed.size());
  for (std::size_t i = 0; i < gains.size(); ++i) EXPECT_NEAR(gains[i], printed[i], 6e-7) << i;
}

TEST(TailProgram, CountsAtomsOnceAndInPart) {
  const num::Matrix<Usd> value(1, 10);
  std::vector<double> loss(10);
  for (std::size_t s = 0; s < 10; ++s) loss[s] = static_cast<double>(s + 1);
  TailProgram program;
  program.value = &value;
  program.base_loss = loss;
  program.level = 0.85;
  double var = 0;
  EXPECT_NEAR(objective_at(program, {}, &var), 9.6666666667, 1e-9);
  EXPECT_EQ(var, 9);
}

TEST(TailProgram, AnswersWhenNothingCanBeTraded) {
  const num::Matrix<Usd> value(1, 4);
  const std::vector<double> loss{1, 2, 3, 4};
  TailProgram program;
  program.value = &value;
  program.base_loss = loss;
  program.level = 0.5;
  const Outcome out = solve_tail(program, 1e-9);
  EXPECT_EQ(out.status, Status::optimal);
  EXPECT_DOUBLE_EQ(out.objective, 3.5);
  EXPECT_EQ(out.gap(), 0);
}

TEST(TailProgram, NamesTheRowThatCannotBeMetAndByHowMuch) {
  Toy toy;
  Row need{"protection", std::vector<double>(toy.program.columns.size(), 0.0), 900, infinity};
  need.coefficient[0] = need.coefficient[2] = 1;  // buys of P1400 and P1600, at most 400 each
  toy.program.rows.push_back(need);
  const Outcome out = solve_tail(toy.program, 1e-7);
  EXPECT_EQ(out.status, Status::infeasible);
  EXPECT_NEAR(out.relaxation.shortfall[1], 100, 0.1);
  EXPECT_EQ(out.relaxation.shortfall[0], 0);
  EXPECT_GT(contradiction_from(toy.program, out.relaxation.multiplier), 0.1);
}

TEST(TailProgram, AgreesWithTheJudgeOnRandomBooks) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const test::TailCase book(seed, 600, 24);
    const Outcome out = solve_tail(book.program, 1e-8);
    const test::Judgement judge = test::judged(book.program);
    ASSERT_TRUE(judge.sound) << "seed " << seed;
    EXPECT_EQ(out.status, Status::optimal) << "seed " << seed;
    EXPECT_NEAR(out.objective, judge.objective, 1e-6 * book.program.scale) << "seed " << seed;
    EXPECT_LE(violation_at(book.program, out.x), 1e-8) << "seed " << seed;
  }
}

TEST(TailProgramLaw, TheBoundIsProvedByItsMultipliersAlone) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const test::TailCase book(seed, 3000, 40);
    const Outcome out = solve_tail(book.program, 1e-6);
    ASSERT_EQ(out.status, Status::optimal) << "seed " << seed;
    EXPECT_NEAR(bound_from(book.program, out.price, out.row_price), out.bound, 1e-9) << seed;
    const double cap = book.program.tail_weight / ((1 - book.program.level) * 3000);
    double mass = 0;
    for (const double q : out.price) {
      EXPECT_GE(q, 0);
      EXPECT_LE(q, cap * (1 + 1e-12));
      mass += q;
    }
    EXPECT_NEAR(mass, book.program.tail_weight, 1e-12);
    EXPECT_GE(out.objective, out.bound - 1e-9 * book.program.scale);
    const std::vector<double> none(book.program.columns.size(), 0.0);
    EXPECT_LE(out.objective, objective_at(book.program, none) + 1e-9);
  }
}

TEST(TailProgramLaw, StartingFromTheAnswerChangesNothing) {
  const test::TailCase book(5, 4000, 40);
  const Outcome cold = solve_tail(book.program, 1e-7);
  const Outcome warm = solve_tail(book.program, 1e-7, {cold.x, cold.row_price});
  EXPECT_EQ(warm.status, Status::optimal);
  EXPECT_NEAR(warm.objective, cold.objective, 2e-7 * book.program.scale);
}

TEST(TailProgramLaw, OfMovedPricesIsTheSameFromAnEarlierAnswerAsFromNothing) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    test::TailCase book(seed, 4000, 40);
    const Outcome before = solve_tail(book.program, 1e-7);
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal;
    for (std::size_t j = 0; j < book.program.columns.size(); ++j) {
      const double dearer = 0.5 * std::abs(normal(engine));
      book.program.columns[j].cost += dearer;
      book.program.rows[0].coefficient[j] += dearer;
    }
    const Outcome warm = solve_tail(book.program, 1e-7, {before.x, before.row_price, before.price});
    const Outcome cold = solve_tail(book.program, 1e-7);
    ASSERT_EQ(warm.status, Status::optimal) << "seed " << seed;
    ASSERT_EQ(cold.status, Status::optimal) << "seed " << seed;
    EXPECT_NEAR(warm.objective, cold.objective, 2e-7 * book.program.scale) << "seed " << seed;
    EXPECT_LE(violation_at(book.program, warm.x), 1e-8) << "seed " << seed;
  }
}

// Whatever it is told to begin from: rubbish, another book's answer, or one that breaks the rows.
TEST(TailProgramLaw, OfAUselessStartIsTheSameAsFromNothing) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const test::TailCase book(seed, 4000, 40), other(seed + 50, 4000, 40);
    const Outcome cold = solve_tail(book.program, 1e-7);
    const Outcome stale = solve_tail(other.program, 1e-7);
    std::mt19937_64 engine(seed);
    std::uniform_real_distribution<double> uniform;
    Outcome rubbish = stale;
    for (std::size_t j = 0; j < rubbish.x.size(); ++j) {
      rubbish.x[j] = 2 * uniform(engine) * book.program.columns[j].upper;
    }
    for (double& price : rubbish.price) price = uniform(engine);
    for (double& price : rubbish.row_price) price = 1e3 * (uniform(engine) - 0.5);
    for (const Outcome& start : {stale, rubbish}) {
      for (const bool priced : {false, true}) {
        const auto price = priced ? std::span<const double>(start.price) : std::span<double>();
        const Outcome out = solve_tail(book.program, 1e-7, {start.x, start.row_price, price});
        ASSERT_EQ(out.status, Status::optimal) << "seed " << seed;
        EXPECT_NEAR(out.objective, cold.objective, 2e-7 * book.program.scale) << "seed " << seed;
        EXPECT_LE(violation_at(book.program, out.x), 1e-8) << "seed " << seed;
        EXPECT_NEAR(bound_from(book.program, out.price, out.row_price), out.bound, 1e-9);
      }
    }
  }
}

// Four scenarios make the tail and prices move by a tenth: exchanges lead nowhere in time.
TEST(TailProgramLaw, OfAStartThatIsGivenUpIsTheSameAsFromNothing) {
  int given_up = 0;
  for (std::uint64_t seed = 2; seed <= 4; ++seed) {
    test::HedgeInstance book({.scenarios = 4000, .instruments = 100, .level = 0.999, .seed = seed});
    TailProgram& program = book.program;
    const Outcome before = solve_tail(program, 1e-6);
    std::mt19937_64 engine(5);
    std::normal_distribution<double> normal;
    for (std::size_t j = 0; j < program.columns.size(); ++j) {
      const double dearer = 0.1 * std::abs(normal(engine) * program.rows[0].coefficient[j]);
      program.columns[j].cost += dearer;
      program.rows[0].coefficient[j] += dearer;
    }
    const Outcome warm = solve_tail(program, 1e-6, {before.x, before.row_price, before.price});
    const Outcome cold = solve_tail(program, 1e-6);
    EXPECT_EQ(warm.status, Status::optimal) << "seed " << seed;
    EXPECT_NEAR(warm.objective, cold.objective, 2e-6 * program.scale) << "seed " << seed;
    EXPECT_LE(violation_at(program, warm.x), 1e-8) << "seed " << seed;
    given_up += warm.rounds > 8 ? 1 : 0;
  }
  EXPECT_GT(given_up, 0);
}

TEST(TailProgramLaw, OfItsOwnAnswerTakesOneRoundOfFewExchanges) {
  const test::TailCase book(4, 6000, 40);
  const Outcome cold = solve_tail(book.program, 1e-7);
  const Outcome near = solve_tail(book.program, 1e-7, {cold.x, cold.row_price, cold.price});
  const Outcome at = solve_tail(book.program, 1e-7, {near.x, near.row_price, near.price});
  EXPECT_EQ(near.rounds, 1);
  EXPECT_EQ(at.rounds, 1);
  EXPECT_EQ(at.iterations, 0);
  EXPECT_LE(std::abs(at.gap()), 1e-12 * book.program.scale);
}

// What a row's price says, from the outside: the objective's slope in the row's bound.
TEST(TailProgramLaw, ARowsPriceIsWhatItsNextUnitSaves) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    test::TailCase book(seed, 3000, 40);
    const Outcome at = solve_tail(book.program, 1e-9);
    ASSERT_EQ(at.status, Status::optimal) << "seed " << seed;
    const double step = 0.2;  // USD of a budget of 120
    const auto objective_with = [&](double budget) {
      book.program.rows[0].upper = budget;
      return solve_tail(book.program, 1e-9, {at.x, at.row_price}).objective;
    };
    const double less = objective_with(120 - step), more = objective_with(120 + step);
    const double noise = 4 * 1e-9 * book.program.scale / step;
    EXPECT_LE(at.row_price[0], (less - at.objective) / step + noise) << "seed " << seed;
    EXPECT_GE(at.row_price[0], (at.objective - more) / step - noise) << "seed " << seed;
  }
}

}  // namespace
}  // namespace levee::solve
