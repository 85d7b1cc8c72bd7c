#include "levee/risk/attribution.h"

#include "levee/risk/tail.h"
#include "tests/risk/mixed_book.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <random>

namespace levee::risk {
namespace {

const parallel::Team team(2);

LossTable table_of(const std::vector<std::vector<double>>& rows) {
  LossTable table;
  table.loss = {rows.size(), rows[0].size()};
  table.total.resize(rows[0].size());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    table.names.push_back("row " + std::to_string(r));
    std::ranges::copy(rows[r], table.loss.row(r).begin());
    for (std::size_t i = 0; i < rows[r].size(); ++i) table.total[i] += rows[r][i];
  }
  return table;
}

// Two correlated normal rows and one that is always 5.
LossTable normal_rows(std::uint64_t seed, std::size_t paths) {
  std::mt19937_64 source(seed);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> rows(3, std::vector<double>(paths, 5.0));
  for (std::size_t i = 0; i < paths; ++i) {
    const double x = normal(source), y = normal(source);
    rows[0][i] = 3 * x, rows[1][i] = -x + 2 * y;
  }
  return table_of(rows);
}

double sum_of(const std::vector<Part>& parts, num::Estimate Part::* which) {
  double sum = 0;
  for (const Part& part : parts) sum += (part.*which).value;
  return sum;
}

}  // namespace

// Totals 5, 4, 3, 2, 1: at 60 % the tail is the worst two, at 70 % the worst and half the next.
TEST(PartsOf, AreTheRowsMeansInTheTail) {
  const auto table = table_of({{4, 1, 2, 0, 1}, {1, 3, 1, 2, 0}});
  const auto parts = *parts_of(table, {}, 0.6);
  EXPECT_NEAR(parts[0].cvar.value, 2.5, 1e-14);
  EXPECT_NEAR(parts[1].cvar.value, 2, 1e-14);
  EXPECT_NEAR(parts[0].mean.value, 8.0 / 5, 1e-14);
  const auto split = *parts_of(table, {}, 0.7);
  EXPECT_NEAR(split[0].cvar.value, (4 + 0.5) / 1.5, 1e-14);
  EXPECT_NEAR(split[1].cvar.value, (1 + 1.5) / 1.5, 1e-14);
  EXPECT_EQ(split[0].name, "row 0");
}

TEST(PartsOf, RefusesAsATailDoes) {
  const auto table = table_of({{1, 2}});
  EXPECT_EQ(parts_of(table, {}, 1.0).error().reason, Reason::out_of_range);
  EXPECT_EQ(parts_of(table, {std::vector{1.0, -1.0}}, 0.9).error().reason, Reason::bad_input);
  EXPECT_EQ(parts_of(LossTable{}, {}, 0.9).error().reason, Reason::missing_data);
}

// A normal row's part is its covariance with the total over the total's deviation, times CVaR's.
TEST(PartsOf, OfNormalRowsAreTheirCovarianceWithTheTotal) {
  const auto table = normal_rows(1, 400'000);
  const auto parts = *parts_of(table, {}, 0.99);
  const double deviation = std::sqrt(8.0), factor = 2.665214220345805 / deviation;
  EXPECT_NEAR(parts[0].cvar.value, 6 * factor, 3 * parts[0].cvar.standard_error);
  EXPECT_NEAR(parts[1].cvar.value, 2 * factor, 3 * parts[1].cvar.standard_error);
  EXPECT_NEAR(parts[2].cvar.value, 5, 1e-9);
  EXPECT_NEAR(parts[2].cvar.standard_error, 0, 1e-9);
  EXPECT_LT(parts[0].cvar.standard_error, 0.1);
}

TEST(PartsOfLaw, ErrAsMuchAsTheySay) {
  constexpr int repeats = 300;
  double mean[2] = {}, square[2] = {}, told[2] = {};
  for (int i = 0; i < repeats; ++i) {
    const auto parts = *parts_of(normal_rows(100 + static_cast<std::uint64_t>(i), 4000), {}, 0.95);
    for (std::size_t k = 0; k < 2; ++k) {
      mean[k] += parts[k].cvar.value / repeats;
      square[k] += parts[k].cvar.value * parts[k].cvar.value / repeats;
      told[k] += parts[k].cvar.standard_error / repeats;
    }
  }
  for (int k = 0; k < 2; ++k) {
    EXPECT_NEAR(told[k] / std::sqrt(square[k] - mean[k] * mean[k]), 1, 0.15) << k;
  }
}

// Sixteen sets, each with a shift of its own that all its paths share: what is told is their
// scatter, which errors of independent paths miss.
TEST(PartsOfLaw, OfSetsErrAsMuchAsTheySay) {
  constexpr int repeats = 300;
  constexpr std::size_t sets = 16, each = 250;
  double mean[2] = {}, square[2] = {}, told[2] = {}, alone[2] = {};
  for (int i = 0; i < repeats; ++i) {
    auto table = normal_rows(500 + static_cast<std::uint64_t>(i), sets * each);
    std::mt19937_64 source(static_cast<std::uint64_t>(i));
    std::normal_distribution<double> normal;
    for (std::size_t set = 0; set < sets; ++set) {
      const double shift = normal(source);
      for (std::size_t path = set * each; path < (set + 1) * each; ++path) {
        table.loss.row(0)[path] += shift, table.total[path] += shift;
      }
    }
    const auto parts = *parts_of(table, {{}, sets}, 0.95), random = *parts_of(table, {}, 0.95);
    for (std::size_t k = 0; k < 2; ++k) {
      const double found[2] = {parts[0].cvar.value, parts[0].mean.value};
      const double error[2] = {parts[0].cvar.standard_error, parts[0].mean.standard_error};
      const double other[2] = {random[0].cvar.standard_error, random[0].mean.standard_error};
      EXPECT_NEAR(found[0], random[0].cvar.value, 1e-12);
      mean[k] += found[k] / repeats, square[k] += found[k] * found[k] / repeats;
      told[k] += error[k] * error[k] / repeats, alone[k] += other[k] * other[k] / repeats;
    }
  }
  for (int k = 0; k < 2; ++k) {
    const double scatter = std::sqrt(square[k] - mean[k] * mean[k]);
    EXPECT_NEAR(std::sqrt(told[k]) / scatter, 1, 0.15) << k;
    EXPECT_LT(std::sqrt(alone[k]) / scatter, 0.7) << k;
  }
}

TEST(PartsOfLaw, AddUpAndScaleWithTheirRows) {
  test::for_cases(300, [](test::Gen& gen) {
    const double level = gen.real(0.05, 0.99);
    const std::size_t paths = gen.size(1, 60);
    std::vector<std::vector<double>> rows;
    for (int r = 0; r < 3; ++r) {
      rows.push_back(gen.reals(paths, -50, 50));
      for (double& cell : rows.back()) cell = std::round(cell);  // ties
    }
    auto weight = gen.reals(paths, 0.1, 3);
    if (gen.coin()) weight.clear();
    const auto table = table_of(rows);
    const auto parts = *parts_of(table, {weight}, level);
    EXPECT_NEAR(sum_of(parts, &Part::cvar), tail_of(table.total, {weight}, level)->cvar.value(),
                1e-9);
    EXPECT_NEAR(sum_of(parts, &Part::mean), mean_of(table.total, {weight}).value, 1e-9);
    // No holding brings more than it would lose alone.
    for (std::size_t r = 0; r < rows.size(); ++r) {
      EXPECT_LE(parts[r].cvar.value, tail_of(rows[r], {weight}, level)->cvar.value() + 1e-9);
    }
    // A total of one row is all its own, error included.
    const auto alone = table_of({table.total});
    EXPECT_NEAR(parts_of(alone, {weight}, level)->front().cvar.value,
                tail_of(table.total, {weight}, level)->cvar.value(), 1e-9);
  });
}

TEST(FactorLosses, AddUpToTheLossOnEveryPath) {
  const test::MixedBook world(600);
  const auto split = *factor_losses(world.book, world.fees, world.repricing(), team);
  const auto table = *loss_table(world.book, world.fees, world.repricing(), team);
  EXPECT_EQ(split.total, table.total);
  EXPECT_EQ(split.names, (std::vector<std::string>{"time", "prices", "implied volatility",
                                                   "funding and fees", "peg", "protocol failure"}));
  for (std::size_t path = 0; path < 600; ++path) {
    double sum = 0;
    for (std::size_t row = 0; row < split.names.size(); ++row) sum += split.loss.row(row)[path];
    EXPECT_NEAR(sum, table.total[path], 1e-6);
  }
}

TEST(FactorLosses, OfOneMoveAreAllThatMoves) {
  test::MixedBook world(200);
  world.set.funding.clear(), world.set.volume.clear(), world.set.depth.clear();
  world.set.peg = {};
  world.book.lots.clear();
  for (std::size_t p = 0; p < world.set.protocol_loss.rows(); ++p) {
    std::ranges::fill(world.set.protocol_loss.row(p), 0);
  }
  const auto split = *factor_losses(world.book, world.fees, world.repricing(), team);
  EXPECT_EQ(split.names, (std::vector<std::string>{"time", "prices", "protocol failure"}));
  for (std::size_t path = 0; path < 200; ++path) {
    EXPECT_NEAR(split.loss.row(2)[path], 0, 1e-9);
    EXPECT_NEAR(split.loss.row(0)[path], split.loss.row(0)[0], 1e-9);  // time is the same for all
  }
}

// S1.1: code, oracle and governance are nodes that a position stands on: each alone moves its own
// line and no other, and the lines add up whichever of them fail together.
TEST(FactorLosses, EveryWayToFailHasALineOfItsOwn) {
  test::MixedBook world(400);
  const std::vector<std::string> ways{"vault", "oracle", "governance"};
  world.book.covers.clear();
  world.book.positions[0].stands_on = {"oracle", "governance"};
  world.snapshot.protocols.clear();
  for (const auto& way : ways) {
    world.snapshot.protocols.push_back({way, Intensity{1}, Share{0.2}, Share{0.8}, "by hand"});
  }
  num::Matrix<Share> lost(3, 400);
  for (std::size_t path = 0; path < 400; ++path) {
    for (std::size_t way = 0; way < 3; ++way) {
      if (path % 8 & 1 << way) lost.row(way)[path] = 0.2 + 0.2 * static_cast<double>(way);
    }
  }
  world.set.protocol_loss = lost, world.set.protocol_at = {3, 400};
  const auto split = *factor_losses(world.book, world.fees, world.repricing(), team);
  const auto row_of = [&](const std::string& name) {
    const auto found = std::ranges::find(split.names, name);
    EXPECT_NE(found, split.names.end()) << name;
    return split.loss.row(static_cast<std::size_t>(found - split.names.begin()));
  };
  for (std::size_t path = 0; path < 400; ++path) {
    double sum = 0;
    for (std::size_t row = 0; row < split.names.size(); ++row) sum += split.loss.row(row)[path];
    EXPECT_NEAR(sum, split.total[path], 1e-6);
    for (std::size_t way = 0; way < 3; ++way) {
      const double line = row_of("failure of " + ways[way])[path];
      if (lost.row(way)[path] == 0) {
        EXPECT_EQ(line, 0) << ways[way] << " did not fail on path " << path;
      } else {
        EXPECT_GT(line, 1000) << ways[way];
      }
    }
    EXPECT_NEAR(row_of("protocol failure")[path], 0, 1e-6) << "no venue and no lender fails";
  }
}

TEST(FactorLosses, GiveFailuresARowOnlyWhereOneCame) {
  test::MixedBook world(300);
  const auto split = *factor_losses(world.book, world.fees, world.repricing(), team);
  const auto lost = world.set.protocol_loss.row(0);
  for (std::size_t path = 0; path < 300; ++path) {
    if (lost[path] == 0) {
      EXPECT_NEAR(split.loss.row(5)[path], 0, 1e-6);
    } else {
      EXPECT_GT(split.loss.row(5)[path], 1000);
    }
  }
}

}  // namespace levee::risk
