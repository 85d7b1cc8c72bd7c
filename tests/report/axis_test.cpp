#include "levee/report/axis.h"

#include "tests/support/cases.h"

#include <gmock/gmock.h>

#include <limits>

namespace levee::report {

using ::testing::ElementsAre;

TEST(Axis, TicksAreRoundAndNamedInTheirUnit) {
  const Axis axis = axis_of({-431'000, 212'000}, 5, Measure::usd, Ends::at_ticks);
  EXPECT_THAT(axis.labels, ElementsAre("−$600k", "−$400k", "−$200k", "$0", "$200k", "$400k"));
  EXPECT_EQ(axis.range, (Range{-600'000, 400'000}));
}

TEST(Axis, KeepsItsEndsWhereAsked) {
  const Axis axis = axis_of({1510, 5490}, 4, Measure::usd, Ends::as_given);
  EXPECT_THAT(axis.labels, ElementsAre("$2,000", "$3,000", "$4,000", "$5,000"));
  EXPECT_EQ(axis.range, (Range{1510, 5490}));
}

TEST(Axis, NamesShares) {
  EXPECT_THAT(axis_of({0, 0.107}, 4, Measure::percent, Ends::at_ticks).labels,
              ElementsAre("0 %", "5 %", "10 %", "15 %"));
  EXPECT_THAT(axis_of({0, 0.01}, 4, Measure::percent, Ends::at_ticks).labels,
              ElementsAre("0.00 %", "0.25 %", "0.50 %", "0.75 %", "1.00 %"));
}

TEST(Axis, WidensWhatIsEmpty) {
  for (const double at : {0.0, 5.0, -3e9}) {
    const Axis axis = axis_of({at, at}, 5, Measure::usd, Ends::at_ticks);
    EXPECT_LT(axis.range.low, axis.range.high);
    EXPECT_GE(axis.ticks.size(), 2u);
  }
}

TEST(Axis, KnowsWhatCannotBeDrawn) {
  EXPECT_TRUE(can_be_drawn({}));
  EXPECT_TRUE(can_be_drawn({1, -1e15}));
  EXPECT_FALSE(can_be_drawn({1, 2e15}));
  EXPECT_FALSE(can_be_drawn({std::numeric_limits<double>::quiet_NaN()}));
  EXPECT_FALSE(can_be_drawn({-std::numeric_limits<double>::infinity()}));
  EXPECT_EQ(range_of({3, -1, 2}), (Range{-1, 3}));
  EXPECT_EQ(hull({0, 1}, {-1, 0.5}), (Range{-1, 1}));
}

TEST(Axis, ScalesBothWays) {
  const Scale up{{0, 10}, {100, 0}};
  EXPECT_DOUBLE_EQ(up(0), 100);
  EXPECT_DOUBLE_EQ(up(2.5), 75);
}

TEST(AxisLaw, TicksRiseEvenlyInsideTheRangeAndLabelsDiffer) {
  test::for_cases(1000, [](test::Gen& gen) {
    const double low = gen.scale(1e-6, 1e12) * (gen.coin() ? 1 : -1);
    const Range range{low, low + std::abs(low) * gen.scale(1e-3, 1e3)};
    const auto ends = gen.pick({Ends::as_given, Ends::at_ticks});
    const Axis axis = axis_of(range, gen.integer(2, 10), Measure::usd, ends);
    const double slack = 1e-6 * (range.high - range.low);
    EXPECT_LE(axis.range.low, range.low + slack);
    EXPECT_GE(axis.range.high, range.high - slack);
    EXPECT_LE(axis.ticks.size(), 22u);
    for (std::size_t i = 0; i < axis.ticks.size(); ++i) {
      EXPECT_GE(axis.ticks[i], axis.range.low - slack);
      EXPECT_LE(axis.ticks[i], axis.range.high + slack);
      if (i > 0) {
        EXPECT_GT(axis.ticks[i], axis.ticks[i - 1]);
        EXPECT_NE(axis.labels[i], axis.labels[i - 1]);
      }
    }
  });
}

TEST(AxisLaw, LabelsOfARowDoNotTouch) {
  test::for_cases(1000, [](test::Gen& gen) {
    std::vector<Stretch> labels;
    for (std::size_t i = gen.size(0, 12); i > 0; --i) {
      labels.push_back({gen.real(0, 800), gen.real(20, 200)});
    }
    const auto rows = rows_apart(labels);
    for (std::size_t i = 0; i < labels.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (rows[i] != rows[j]) continue;
        EXPECT_GE(std::abs(labels[i].centre - labels[j].centre),
                  (labels[i].length + labels[j].length) / 2);
      }
    }
  });
}

}  // namespace levee::report
