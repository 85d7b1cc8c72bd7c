// tests/solve/nested_rows_test.cpp — prices of rows within rows are the best there are.
#include "levee/solve/nested_rows.h"

#include "levee/solve/tail_value.h"

#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Contracts of one expiry by strike, each bought and sold; whoever sells must hold as many that pay
// no less. `held` of the first cover too.
struct Expiry {
  num::Matrix<Usd> value;
  std::vector<double> base_loss{0};
  TailProgram program;

  Expiry(std::size_t strikes, double held, std::uint64_t seed) : value(strikes, 1) {
    std::mt19937_64 engine(seed);
    std::uniform_real_distribution<double> uniform;
    for (std::size_t i = 0; i < strikes; ++i) {
      program.columns.push_back({i, 1, 0, 1 + std::floor(5 * uniform(engine))});
      program.columns.push_back({i, -1, 0, 1 + std::floor(5 * uniform(engine))});
    }
    for (std::size_t i = 0; i < strikes; ++i) {
      Row row{"cover", std::vector<double>(2 * strikes + 8 * strikes, 0.0), -held, infinity};
      for (std::size_t k = 0; k <= i; ++k)
        row.coefficient[2 * k] = 1, row.coefficient[2 * k + 1] = -1;
      program.rows.push_back(row);
    }
    // Columns of no such row, so that these rows are of few cells.
    for (std::size_t i = 0; i < 8 * strikes; ++i) program.columns.push_back({0, 1, 0, 1});
    program.value = &value;
    program.base_loss = base_loss;
  }
  Expiry(const Expiry&) = delete;
  Expiry& operator=(const Expiry&) = delete;
  ~Expiry() = default;

  double bound_at(const std::vector<double>& cost, const std::vector<double>& row_price) const {
    std::vector<double> reduced = cost;
    for (std::size_t r = 0; r < row_price.size(); ++r) {
      for (std::size_t j = 0; j < reduced.size(); ++j) {
        reduced[j] += row_price[r] * program.rows[r].coefficient[j];
      }
    }
    return bound_of(program, std::vector<double>{0.0}, row_price, reduced);
  }
};

std::vector<double> costs(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 engine(seed);
  std::normal_distribution<double> normal;
  std::vector<double> cost(count);
  for (double& one : cost) one = std::round(4 * normal(engine)) / 2;  // ties are wanted
  return cost;
}

}  // namespace

TEST(NestedRows, PriceASaleByWhatCoversIt) {
  Expiry expiry(1, 0, 1);
  expiry.program.columns[0].upper = 3, expiry.program.columns[1].upper = 2;
  std::vector<double> reduced(expiry.program.columns.size(), 0.0), price(1, 0.0);
  reduced[0] = 4, reduced[1] = -5;  // a sale earns 5, what covers it costs 4
  NestedRows(expiry.program).price(reduced, price);
  EXPECT_DOUBLE_EQ(price[0], -4);    // of a lower bound
  EXPECT_DOUBLE_EQ(reduced[0], 0);   // bought for that
  EXPECT_DOUBLE_EQ(reduced[1], -1);  // what the pair earns
}

TEST(NestedRows, LeaveASaleThatCoverIsHeldForFree) {
  Expiry expiry(1, 10, 1);
  std::vector<double> reduced(expiry.program.columns.size(), 0.0), price(1, -3.0);
  reduced[0] = 4 - 3, reduced[1] = -5 + 3;  // with an earlier price in it
  NestedRows(expiry.program).price(reduced, price);
  EXPECT_DOUBLE_EQ(price[0], 0);
  EXPECT_DOUBLE_EQ(reduced[0], 4);
  EXPECT_DOUBLE_EQ(reduced[1], -5);
}

TEST(NestedRows, AreFoundWhereOneContainsAnother) {
  EXPECT_TRUE(NestedRows(Expiry(2, 0, 1).program).chained());
  EXPECT_FALSE(NestedRows(Expiry(1, 0, 1).program).chained());
}

TEST(NestedRowsLaw, NoOtherPricesProveMore) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Expiry expiry(4, seed % 3 == 0 ? 2 : 0, seed);
    const std::vector<double> cost = costs(expiry.program.columns.size(), seed);
    std::vector<double> reduced = cost, price(4, 0.0);
    NestedRows(expiry.program).price(reduced, price);
    const double best = expiry.bound_at(cost, price);
    for (std::size_t j = 0; j < cost.size(); ++j) {  // reduced costs fit the prices
      double fits = cost[j];
      for (std::size_t r = 0; r < 4; ++r) fits += price[r] * expiry.program.rows[r].coefficient[j];
      ASSERT_NEAR(reduced[j], fits, 1e-12) << "seed " << seed;
    }
    std::vector<double> other(4);  // costs are halves, so best prices are, too
    for (int code = 0; code < 15 * 15 * 15 * 15; ++code) {
      for (int r = 0, left = code; r < 4; ++r, left /= 15) {
        other[static_cast<std::size_t>(r)] = -0.5 * (left % 15);
      }
      ASSERT_GE(best, expiry.bound_at(cost, other) - 1e-9) << "seed " << seed;
    }
    for (const double one : price) EXPECT_LE(one, 0) << "seed " << seed;
  }
}

}  // namespace levee::solve
