// tests/solve/tail_value_test.cpp — the pieces of the tail programme's worth, each by hand.
#include "levee/solve/tail_value.h"

#include "tests/support/cases.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Two instruments on four scenarios; the first may be bought and sold, the second bought.
struct Small {
  num::Matrix<Usd> value{2, 4};
  std::vector<double> base_loss{10, 0, -5, 20};
  TailProgram program;

  Small() {
    const std::vector<double> first{1, 2, 3, 4}, second{0, 0, 0, 10};
    std::copy(first.begin(), first.end(), value.row(0).begin());
    std::copy(second.begin(), second.end(), value.row(1).begin());
    program.value = &value;
    program.base_loss = base_loss;
    program.level = 0.5;
    program.tail_weight = 0.8;
    program.columns = {{0, 1, 2.5, 5}, {0, -1, -2, 5}, {1, 1, 3, 2}};
    program.rows = {{"upper", {1, 1, 0}, -infinity, 4}, {"lower", {0, 0, 1}, 0.5, infinity}};
  }
};

// CVaR the plainest way: the worst (1 - level) n losses, the last of them in part.
double plain_cvar(std::vector<double> loss, double level) {
  std::sort(loss.begin(), loss.end(), std::greater<>());
  const double mass = (1 - level) * static_cast<double>(loss.size());
  double left = mass, sum = 0;
  for (const double one : loss) {
    const double taken = std::min(1.0, left);
    sum += taken * one;
    left -= taken;
    if (left <= 0) break;
  }
  return sum / mass;
}

// Any programme with a few columns and rows that the origin meets.
struct Drawn {
  num::Matrix<Usd> value;
  std::vector<double> base_loss;
  TailProgram program;

  explicit Drawn(test::Gen& gen)
      : value(gen.size(1, 4), gen.size(1, 40)), base_loss(gen.reals(value.columns(), -50, 100)) {
    for (std::size_t i = 0; i < value.rows(); ++i) {
      for (double& v : value.row(i)) v = gen.real(-5, 20);
    }
    program.value = &value;
    program.base_loss = base_loss;
    program.level = gen.real(0.01, 0.99);
    program.tail_weight = gen.real(0.05, 2);
    for (std::size_t i = 0; i < value.rows(); ++i) {
      program.columns.push_back({i, gen.coin() ? 1.0 : -1.0, gen.real(-5, 10), gen.real(0, 5)});
    }
    const std::size_t rows = gen.size(0, 2);
    for (std::size_t r = 0; r < rows; ++r) {
      program.rows.push_back(
          {"row", gen.reals(value.rows(), -1, 1), -gen.real(0.1, 3), gen.real(0.1, 3)});
    }
  }

  // Multipliers of the kind the bound is promised for: an even spread, then passed around.
  std::vector<double> prices(test::Gen& gen) const {
    const std::size_t n = base_loss.size();
    std::vector<double> price(n, program.tail_weight / static_cast<double>(n));
    for (std::size_t move = 0; move < 3 * n; ++move) {
      double &from = price[gen.size(1, n) - 1], &to = price[gen.size(1, n) - 1];
      const double passed = gen.real(0, 1) * std::min(from, cap_of(program) - to);
      from -= passed, to += passed;
    }
    return price;
  }
};

}  // namespace

TEST(TailValue, CapIsOneScenariosShareOfTheTail) {
  EXPECT_DOUBLE_EQ(cap_of(Small().program), 0.8 / (0.5 * 4));
}

TEST(TailValue, LossesFallByWhatIsHeldAndRiseByWhatIsOwed) {
  const Small small;
  EXPECT_EQ(losses_at(small.program, {}), small.base_loss);
  const std::vector<double> x{3, 1, 0.5};  // two net of the first, half of the second
  EXPECT_EQ(losses_at(small.program, x), (std::vector<double>{10 - 2, 0 - 4, -5 - 6, 20 - 8 - 5}));
}

TEST(TailValue, TailTermIsWeightedCvarAndTellsTheVar) {
  TailProgram program = Small().program;
  std::vector<double> loss(10);
  std::iota(loss.rbegin(), loss.rend(), 1.0);
  program.base_loss = loss;
  program.level = 0.85;
  double threshold = 0;
  EXPECT_NEAR(tail_term(program, loss, threshold), 0.8 * 29 / 3, 1e-12);
  EXPECT_EQ(threshold, 9);
}

TEST(TailValue, WorthIsTheSumOverPricedScenarios) {
  const Small small;
  const std::vector<double> price{0.1, 0, 0.3, 0.4};
  const auto worth = worth_of(small.program, price);
  ASSERT_EQ(worth.size(), 2u);
  EXPECT_DOUBLE_EQ(worth[0], 0.1 * 1 + 0.3 * 3 + 0.4 * 4);
  EXPECT_DOUBLE_EQ(worth[1], 4);
}

TEST(TailValue, ReducedCostIsCostLessWorthPlusWhatRowsCharge) {
  const Small small;
  const std::vector<double> worth{2.6, 4}, row_price{0.25, -0.5};
  const auto reduced = reduced_costs(small.program, worth, row_price);
  ASSERT_EQ(reduced.size(), 3u);
  EXPECT_DOUBLE_EQ(reduced[0], 2.5 - 2.6 + 0.25);
  EXPECT_DOUBLE_EQ(reduced[1], -2 + 2.6 + 0.25);
  EXPECT_DOUBLE_EQ(reduced[2], 3 - 4 - 0.5);
}

TEST(TailValue, BoundIsTheLagrangianOverTheBox) {
  const Small small;
  const std::vector<double> price{0.1, 0, 0.3, 0.4}, row_price{0.25, -0.5};
  const std::vector<double> reduced{0.15, 0.85, -1.5};
  // Losses 1 - 1.5 + 8; rows -0.25 * 4 + 0.5 * 0.5; the third column filled: -1.5 * 2.
  EXPECT_DOUBLE_EQ(bound_of(small.program, price, row_price, reduced), 7.5 - 0.75 - 3);
}

TEST(TailValueLaw, TailTermIsTheMeanOfTheWorst) {  // Rockafellar & Uryasev (2002), prop. 8
  test::for_cases(1000, [](test::Gen& gen) {
    const Drawn drawn(gen);
    double threshold = 0;
    const double term = tail_term(drawn.program, drawn.base_loss, threshold);
    const double want =
        drawn.program.tail_weight * plain_cvar(drawn.base_loss, drawn.program.level);
    EXPECT_NEAR(term, want, 1e-9 * std::max(1.0, std::abs(want)));
    const auto above = std::count_if(drawn.base_loss.begin(), drawn.base_loss.end(),
                                     [&](double loss) { return loss > threshold; });
    const auto reached = std::count_if(drawn.base_loss.begin(), drawn.base_loss.end(),
                                       [&](double loss) { return loss >= threshold; });
    const double mass = (1 - drawn.program.level) * static_cast<double>(drawn.base_loss.size());
    EXPECT_LE(static_cast<double>(above), mass + 1e-9);  // not exceeded with more than 1 - level
    EXPECT_GE(static_cast<double>(reached), mass - 1e-9);
  });
}

TEST(TailValueLaw, NoFeasiblePointIsBelowTheBound) {  // weak duality
  test::for_cases(1000, [](test::Gen& gen) {
    const Drawn drawn(gen);
    const TailProgram& program = drawn.program;
    const auto price = drawn.prices(gen);
    const double sum = std::accumulate(price.begin(), price.end(), 0.0);
    ASSERT_NEAR(sum, program.tail_weight, 1e-12);
    std::vector<double> row_price = gen.reals(program.rows.size(), -1, 1);
    const auto reduced = reduced_costs(program, worth_of(program, price), row_price);
    const double bound = bound_of(program, price, row_price, reduced);
    for (int attempt = 0; attempt < 20; ++attempt) {
      std::vector<double> x;
      for (const Column& column : program.columns) {
        x.push_back(gen.real(0, attempt < 10 ? column.upper : 0.2 * column.upper));
      }
      if (violation_at(program, x) > 0) continue;
      EXPECT_GE(objective_at(program, x), bound - 1e-9);
    }
    const std::vector<double> none(program.columns.size(), 0.0);
    EXPECT_GE(objective_at(program, none), bound - 1e-9);
  });
}

}  // namespace levee::solve
