// tests/amm/exposure_test.cpp — a range's value, Greeks and losses, held to mathematics 1.1
// and 1.2.
#include "levee/amm/exposure.h"

#include "tests/support/cases.h"

#include <array>
#include <cmath>
#include <limits>

namespace levee::amm {

using test::for_cases;
using test::Gen;

namespace {

const Range full{full_range(), HumanLiquidity{1}};

// The position of Lipton, Lucic & Sepp (2024), figures 2 and 6: a million at 2000 in [1500, 2500].
const Bounds published{Price{1500}, Price{2500}};
const Price entry{2000};
const Usd million{1e6};
Range published_range() { return {published, *liquidity_of(million, entry, published)}; }

Bounds any_bounds(Gen& gen) {
  const double lower = gen.scale(1e-3, 1e5);
  if (gen.integer(0, 9) == 0) return full_range();
  return {Price{lower}, Price{lower * (1 + gen.scale(1e-4, 1e2))}};
}

// A price below, inside or above the bounds, and now and then right on an edge.
Price any_price(Gen& gen, const Bounds& bounds) {
  if (bounds == full_range()) return Price{gen.scale(1e-3, 1e5)};
  const double lower = bounds.lower.value(), upper = bounds.upper.value();
  switch (gen.integer(0, 9)) {
    case 0:
      return bounds.lower;
    case 1:
      return bounds.upper;
    case 2:
      return Price{lower * gen.real(0.1, 1)};
    case 3:
      return Price{upper * gen.real(1, 10)};
    default:
      return Price{gen.real(lower, upper)};
  }
}

Price price_inside(Gen& gen, const Bounds& bounds) {
  if (bounds == full_range()) return Price{gen.scale(1e-3, 1e5)};
  const double lower = bounds.lower.value(), upper = bounds.upper.value();
  return Price{lower + (upper - lower) * gen.real(0.02, 0.98)};
}

}  // namespace

TEST(ImpermanentLoss, OfAFullRangeIsTheTableOf1_1) {
  struct Row {
    double r, relative, borrowed, funded;
  };
  for (const auto [r, relative, borrowed, funded] :
       {Row{0.01, -0.8019801980198, -0.405, -0.9},
        Row{0.1, -0.42504042542393, -0.23377223398316, -0.68377223398316},
        Row{0.25, -0.2, -0.125, -0.5},
        Row{0.5, -0.057190958417937, -0.042893218813452, -0.29289321881345},
        Row{0.75, -0.010256681389213, -0.0089745962155614, -0.13397459621556},
        Row{0.8, -0.0061920100000935, -0.0055728090000841, -0.10557280900008},
        Row{0.9, -0.0013860020520907, -0.0013167019494862, -0.051316701949486},
        Row{0.95, -0.00032878514779857, -0.00032056551910361, -0.025320565519104},
        Row{1.05, -0.00029748624784406, -0.00030492340404016, 0.02469507659596},
        Row{1.1, -0.0011344303141414, -0.0011911518298485, 0.048808848170152},
        Row{1.25, -0.0061920100000935, -0.0069660112501052, 0.11803398874989},
        Row{1.5, -0.020204102886729, -0.025255128608411, 0.22474487139159},
        Row{2, -0.057190958417937, -0.085786437626905, 0.4142135623731},
        Row{3, -0.13397459621556, -0.26794919243112, 0.73205080756888}, Row{4, -0.2, -0.5, 1},
        Row{5, -0.25464400750007, -0.76393202250021, 1.2360679774998},
        Row{10, -0.42504042542393, -2.3377223398316, 2.1622776601684},
        Row{100, -0.8019801980198, -40.5, 9}}) {
    const auto loss = impermanent_loss(full, Price{1}, Price{r});
    EXPECT_NEAR(loss.relative.value(), relative, 1e-13) << "r " << r;
    EXPECT_NEAR(loss.borrowed.value(), borrowed, 1e-13) << "r " << r;
    EXPECT_NEAR(loss.funded.value(), funded, 1e-13) << "r " << r;
  }
}

TEST(ImpermanentLoss, KeepsItsDigitsWithinAMillionthOfEntry) {
  for (const double move : {1e-6, -1e-6, 3e-9, -0x1p-40}) {
    const double now = 1 + move, r = now - 1;  // the move that the price really makes
    const double root = std::expm1(std::log1p(r) / 2);
    const auto loss = impermanent_loss(full, Price{1}, Price{now});
    EXPECT_CLOSE(loss.borrowed.value(), -root * root / 2, 1e-14) << "move " << move;
    EXPECT_CLOSE(loss.relative.value(), -root * root / (2 + r), 1e-14) << "move " << move;
    EXPECT_CLOSE(loss.funded.value(), root, 1e-14) << "move " << move;
  }
}

TEST(ImpermanentLoss, KeepsItsDigitsOutsideTheRangeToo) {
  const double start = 1000, now = start * (1 + 1e-9);
  const auto below = impermanent_loss(published_range(), Price{start}, Price{now});
  EXPECT_CLOSE(below.funded.value(), (now - start) / start, 1e-15);  // all base, like its price
  EXPECT_EQ(below.borrowed.value(), 0);
  const auto above = impermanent_loss(published_range(), Price{3000}, Price{4000});
  EXPECT_EQ(above.funded.value(), 0);  // all quote
  EXPECT_EQ(above.borrowed.value(), 0);
}

TEST(ImpermanentLoss, IsZeroWithoutASignWhereNothingMoved) {
  const auto loss = impermanent_loss(full, Price{2000}, Price{2000});
  for (const Share share : {loss.relative, loss.borrowed, loss.funded}) {
    EXPECT_EQ(share.value(), 0);
    EXPECT_FALSE(std::signbit(share.value()));
  }
}

TEST(Exposure, OfThePublishedRangeIsTheTableOf1_2) {
  const Range range = published_range();
  EXPECT_CLOSE(range.liquidity.value(), 93345.53114807633, 1e-15);

  struct Row {
    double p, x, y, value, funded, borrowed, relative, gamma;
  };
  for (const Row& row : {Row{1000, 543.260627568, 0, 543260.62756771, -0.456739372432,
                             -0.236380464965, -0.303191387972, 0},
                         Row{1400, 543.260627568, 0, 760564.87859479, -0.239435121405,
                             -0.107219776925, -0.123555741903, 0},
                         Row{1500, 543.260627568, 0, 814890.94135156, -0.185109058648,
                             -0.0749296049146, -0.0842075463744, 0},
                         Row{1600, 466.72765574, 118564.3701292, 865328.61931381, -0.134671380686,
                             -0.0465278176991, -0.0510253761563, -0.7292619621},
                         Row{1800, 333.264645981, 345058.608302, 944934.97106718, -0.0550650289328,
                             -0.0109932474393, -0.0115000762886, -0.6111597969},
                         Row{1900, 274.582730226, 453580.4952621, 975287.68269111, -0.0247123173089,
                             -0.00267642656212, -0.00273673290952, -0.5635508824},
                         Row{2000, 220.358907468, 559282.1850646, 1000000, 0, 0, 0, -0.5218173826},
                         Row{2100, 170.055864048, 662372.7469253, 1019490.0614253, 0.0194900614253,
                             -0.00254582932147, -0.00249093925617, -0.4849920207},
                         Row{2200, 123.222787975, 763036.6282664, 1034126.7618113, 0.0341267618113,
                             -0.00994501968223, -0.00952522600314, -0.4523030479},
                         Row{2400, 38.4970527206, 957721.5458434, 1050114.4723729, 0.0501144723729,
                             -0.0380290906142, -0.0349485967732, -0.3969599324},
                         Row{2500, 0, 1052019.68161, 1052019.68161, 0.05201968161, -0.0581597721239,
                             -0.0523877215781, 0},
                         Row{2600, 0, 1052019.68161, 1052019.68161, 0.05201968161, -0.0801956628707,
                             -0.0708307507592, 0},
                         Row{3000, 0, 1052019.68161, 1052019.68161, 0.05201968161, -0.168339225858,
                             -0.137942391232, 0},
                         Row{4000, 0, 1052019.68161, 1052019.68161, 0.05201968161, -0.388698133325,
                             -0.269794771256, 0}}) {
    SCOPED_TRACE(row.p);
    // Half a unit of the last digit that the table prints: twelve of x, thirteen of y and so on.
    const auto held = exposure_at(range, Price{row.p});
    EXPECT_CLOSE(held.base.value(), row.x, 5e-12);
    EXPECT_EQ(held.delta, held.base);
    EXPECT_CLOSE(held.quote.value(), row.y, 5e-12);
    EXPECT_CLOSE(held.value.value(), row.value, 5e-14);
    EXPECT_CLOSE(held.gamma.value(), row.gamma, 2e-10);
    const auto loss = impermanent_loss(range, entry, Price{row.p});
    EXPECT_CLOSE(loss.funded.value(), row.funded, 5e-12);
    EXPECT_CLOSE(loss.borrowed.value(), row.borrowed, 5e-12);
    EXPECT_CLOSE(loss.relative.value(), row.relative, 5e-12);
  }
}

TEST(Exposure, OfAFullRangeOfTheSameWorthIsTheArticles) {
  const Range range{full_range(), *liquidity_of(million, entry, full_range())};
  struct Row {
    double p, x, y;
  };
  for (const auto [p, x, y] : {Row{2000, 250, 500000}, Row{1500, 288.67513, 433012.7019},
                               Row{2500, 223.6068, 559016.9944}}) {
    const auto held = exposure_at(range, Price{p});
    EXPECT_CLOSE(held.base.value(), x, 2e-8) << "at " << p;
    EXPECT_CLOSE(held.quote.value(), y, 1e-10) << "at " << p;
  }
}

TEST(ImpermanentLoss, OfATightRangeIsFifteenTimesAFullOnes) {
  const Range tight{{Price{0.9}, Price{1.1}}, HumanLiquidity{1}};
  EXPECT_CLOSE(impermanent_loss(tight, Price{1}, Price{0.8}).borrowed.value(), -0.082190303664144,
               1e-14);
  EXPECT_CLOSE(impermanent_loss(full, Price{1}, Price{0.8}).borrowed.value(), -0.0055728090000841,
               1e-14);
}

TEST(LiquidityOf, RefusesWhatIsNoDeposit) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto refused = [](double value, double price, double lower, double upper) {
    const auto answer = liquidity_of(Usd{value}, Price{price}, {Price{lower}, Price{upper}});
    return !answer && answer.error().reason == Reason::bad_input;
  };
  EXPECT_TRUE(refused(0, 2000, 1500, 2500));
  EXPECT_TRUE(refused(-1, 2000, 1500, 2500));
  EXPECT_TRUE(refused(infinity, 2000, 1500, 2500));
  EXPECT_TRUE(refused(std::nan(""), 2000, 1500, 2500));
  EXPECT_TRUE(refused(1, 0, 1500, 2500));
  EXPECT_TRUE(refused(1, infinity, 1500, 2500));
  EXPECT_TRUE(refused(1, 2000, 2500, 1500));
  EXPECT_TRUE(refused(1, 2000, 2000, 2000));
  EXPECT_TRUE(refused(1, 2000, -1, 2500));
  EXPECT_TRUE(refused(1, 2000, std::nan(""), 2500));
  EXPECT_TRUE(refused(1, 2000, infinity, infinity));
  EXPECT_FALSE(refused(1, 2000, 0, infinity));
}

TEST(Concentration, OfGeometricRangesIsTheTableOf1_2) {
  struct Row {
    double ratio, multiple;
  };
  for (const auto [ratio, multiple] :
       {Row{1.01, 201.49875621121}, Row{1.05, 41.493901531919}, Row{1.1, 21.488088481702},
        Row{1.2, 11.477225575052}, Row{1.5, 5.4494897427832}, Row{2, 3.4142135623731}}) {
    const Bounds bounds{Price{2000 / ratio}, Price{2000 * ratio}};
    EXPECT_CLOSE(concentration(bounds, entry), multiple, 5e-14) << "ratio " << ratio;
  }
  EXPECT_CLOSE(concentration(published, entry), 8.349078121716906, 1e-15);
  EXPECT_DOUBLE_EQ(concentration(full_range(), entry), 1);
  for (const double outside : {1400, 1500, 2500, 2600}) {
    EXPECT_EQ(concentration(published, Price{outside}), 0) << "at " << outside;
  }
}

TEST(LvrPerDay, OfArithmeticRangesIsTheTableOf1_2) {
  struct Row {
    double width, multiple, bp_per_day;
  };
  for (const auto [width, multiple, bp_per_day] :
       {Row{0.05, 40.469042212481, 126.465756914}, Row{0.1, 20.438589086715, 63.870590896},
        Row{0.2, 10.3787259461, 32.4335185816}, Row{0.5, 4.1981824407412, 13.1193201273}}) {
    const Bounds bounds{Price{2000 * (1 - width)}, Price{2000 * (1 + width)}};
    const Range range{bounds, *liquidity_of(Usd{1e4}, entry, bounds)};
    EXPECT_CLOSE(concentration(bounds, entry), multiple, 1e-12) << "width " << width;
    const Vol five_per_cent_a_day{0.05 * std::sqrt(365.0)};
    EXPECT_CLOSE(lvr_per_day(range, entry, five_per_cent_a_day).value(), bp_per_day, 5e-12);
  }
}

TEST(LvrPerDay, OfThePublishedRangeIs2_2s) {
  EXPECT_CLOSE(lvr_per_day(published_range(), entry, Vol{0.7}).value(), 1401.043931384, 5e-13);
  EXPECT_EQ(lvr_per_day(published_range(), Price{2600}, Vol{0.7}).value(), 0);
}

TEST(BreakEven, IsTheTableOf1_2) {
  const Range v2{full_range(), *liquidity_of(million, Price{1}, full_range())};
  const Range v3 = published_range();
  const double deviation = 0.7 * std::sqrt(30.0 / 365.0);
  struct Row {
    double fee, v2_low, v2_high, v3_low, v3_high, low_deviations, high_deviations;
  };
  for (const Row& row :
       {Row{0.001, 0.9125572809, 1.0914427191, 1938.569818579, 2062.388371041, -0.15545197,
            0.15306437},
        Row{0.0025, 0.8635786437627, 1.146421356237, 1903.310576435, 2099.084897617, -0.24691784,
            0.24094778},
        Row{0.005, 0.81, 1.21, 1863.962123962, 2140.828824143, -0.35101387, 0.33907015},
        Row{0.01, 0.7371572875254, 1.302842712475, 1809.016626922, 2200.565269287, -0.50010914,
            0.47620737},
        Row{0.02, 0.64, 1.44, 1732.715196028, 2286.448596389, -0.71484371, 0.66698272}}) {
    SCOPED_TRACE(row.fee);
    const auto wide = break_even(v2, Price{1}, Usd{row.fee * 1e6});
    EXPECT_CLOSE(wide->low.value(), row.v2_low, 1e-10);
    EXPECT_CLOSE(wide->high.value(), row.v2_high, 1e-10);
    EXPECT_CLOSE(wide->low.value(), std::pow(1 - std::sqrt(2 * row.fee), 2), 1e-14);
    EXPECT_CLOSE(wide->high.value(), std::pow(1 + std::sqrt(2 * row.fee), 2), 1e-14);
    const auto narrow = break_even(v3, entry, Usd{row.fee * 1e6});
    EXPECT_CLOSE(narrow->low.value(), row.v3_low, 5e-13);
    EXPECT_CLOSE(narrow->high.value(), row.v3_high, 5e-13);
    EXPECT_NEAR(std::log(narrow->low.value() / 2000) / deviation, row.low_deviations, 5e-9);
    EXPECT_NEAR(std::log(narrow->high.value() / 2000) / deviation, row.high_deviations, 5e-9);
  }
}

TEST(BreakEven, IsEntryWithoutIncomeAndReachesZeroWithEnough) {
  const auto none = break_even(published_range(), entry, Usd{0});
  EXPECT_DOUBLE_EQ(none->low.value(), 2000);
  EXPECT_DOUBLE_EQ(none->high.value(), 2000);
  // At price zero the hold still has its quote and the LP nothing: 559 282.19 lost.
  EXPECT_GT(break_even(published_range(), entry, Usd{559282})->low.value(), 0);
  EXPECT_EQ(break_even(published_range(), entry, Usd{559283})->low.value(), 0);
  EXPECT_EQ(break_even(full, Price{1}, Usd{2})->low.value(), 0);
}

TEST(BreakEven, RefusesNegativeIncomeAndAnEntryOutside) {
  const Range range = published_range();
  EXPECT_EQ(break_even(range, entry, Usd{-1}).error().reason, Reason::out_of_range);
  EXPECT_EQ(break_even(range, entry, Usd{std::nan("")}).error().reason, Reason::out_of_range);
  for (const double outside : {1400, 1500, 2500, 2600}) {
    EXPECT_EQ(break_even(range, Price{outside}, Usd{1}).error().reason, Reason::out_of_range);
  }
}

TEST(ExpectedTimeInRange, OfADriftlessLogPriceIs1_2s) {
  const auto time = expected_time_in_range(published, entry, Vol{0.7});
  EXPECT_CLOSE(time->value() * 365, 47.81827702685224, 1e-15);
}

TEST(ExpectedTimeInRange, HasNoAnswerOutsideWithoutEndOrWithoutVolatility) {
  const auto reason = [](const Bounds& bounds, double price, double vol) {
    return expected_time_in_range(bounds, Price{price}, Vol{vol}).error().reason;
  };
  EXPECT_EQ(reason(published, 1500, 0.7), Reason::no_solution);
  EXPECT_EQ(reason(published, 2600, 0.7), Reason::no_solution);
  EXPECT_EQ(reason(published, 2000, 0), Reason::no_solution);
  EXPECT_EQ(reason(full_range(), 2000, 0.7), Reason::no_solution);
}

TEST(ExpectedTimeInRange, OfAllTicksIsFiniteThoughADifferenceForgetsTheLowerEdge) {
  // ln(Pb/P) ln(P/Pa) with both edges at 887220 ticks and the price at tick t is ln(1.0001)^2
  // (887220 - t)(887220 + t).
  const double step = std::log1p(1e-4);
  for (const bool base_is_token0 : {false, true}) {
    const Quoting quoting{
        .base_decimals = 18, .quote_decimals = 6, .base_is_token0 = base_is_token0};
    const auto bounds = bounds_at(Tick{-887220}, Tick{887220}, TickSpacing{60}, quoting);
    const auto time = expected_time_in_range(*bounds, price_at(Tick{200'000}, quoting), Vol{0.5});
    const double wanted = step * step * (887'220.0 - 200'000) * (887'220.0 + 200'000) / 0.25;
    EXPECT_CLOSE(time->value(), wanted, 1e-13);
  }
  const Bounds widest{Price{1e-320}, Price{1e308}};
  EXPECT_CLOSE(expected_time_in_range(widest, Price{1}, Vol{1})->value(),
               -std::log(1e-320) * std::log(1e308), 1e-14);
}

TEST(ExpectedTimeInRange, IsOneCurveWhereItsTwoWaysOfTakingALogarithmMeet) {
  for (const double ratio : {0.5, 1.5}) {
    const auto time = [&](double edge) {
      const Bounds bounds =
          ratio < 1 ? Bounds{Price{edge}, Price{2}} : Bounds{Price{0.5}, Price{edge}};
      return expected_time_in_range(bounds, Price{1}, Vol{1})->value();
    };
    EXPECT_CLOSE(time(std::nextafter(ratio, 0)), time(std::nextafter(ratio, 9)), 2e-15);
  }
}

TEST(FeeImpliedVol, OfAFullRangeIsTheRootOfEightTimesTheFeeRate) {
  EXPECT_DOUBLE_EQ(fee_implied_vol(full_range(), entry, Rate{0.02})->value(), 0.4);
  EXPECT_EQ(fee_implied_vol(published, entry, Rate{0})->value(), 0);
  EXPECT_EQ(fee_implied_vol(published, Price{2500}, Rate{0.1}).error().reason, Reason::no_solution);
}

TEST(ExposureLaw, DeltaIsTheSlopeOfValueAndGammaThatOfDelta) {
  for_cases(1000, [](Gen& gen) {
    const Bounds bounds = any_bounds(gen);
    const Range range{bounds, HumanLiquidity{gen.scale(1, 1e6)}};
    const double p = any_price(gen, bounds).value();
    const double width = bounds == full_range() ? p : bounds.upper.value() - bounds.lower.value();
    const double step = 1e-4 * std::min(p, width);
    const auto here = exposure_at(range, Price{p});
    const auto down = exposure_at(range, Price{p - step}), up = exposure_at(range, Price{p + step});

    // The value is C1 and its bend is at most L / (2 lower^1.5): one step's worth, edges included.
    const double bend = range.liquidity.value() / (2 * std::pow(p - step, 1.5));
    const double slope = (up.value.value() - down.value.value()) / (2 * step);
    EXPECT_NEAR(slope, here.delta.value(), bend * step + 1e-14 * here.value.value() / step);
    if (down.gamma.value() != 0 && up.gamma.value() != 0) {
      const double change = (up.delta.value() - down.delta.value()) / (2 * step);
      EXPECT_CLOSE(change, here.gamma.value(), 1e-6);
    }
  });
}

TEST(ExposureLaw, ValueIsWhatIsHeldAndNothingJumpsAtAnEdge) {
  for_cases(1000, [](Gen& gen) {
    Bounds bounds = any_bounds(gen);
    while (bounds == full_range()) bounds = any_bounds(gen);
    const Range range{bounds, HumanLiquidity{1}};
    for (const Price edge : {bounds.lower, bounds.upper}) {
      const auto at = exposure_at(range, edge);
      EXPECT_CLOSE(at.base.value() * edge.value() + at.quote.value(), at.value.value(), 1e-15);
      for (const double side : {-1e-9, 1e-9}) {
        const auto near = exposure_at(range, Price{edge.value() * (1 + side)});
        EXPECT_CLOSE(near.value.value(), at.value.value(), 1.0001e-9);
        EXPECT_NEAR(near.delta.value(), at.delta.value(), 1e-9 / std::sqrt(edge.value()));
      }
    }
  });
}

TEST(ExposureLaw, LiquidityOfADepositIsWorthTheDeposit) {
  for_cases(1000, [](Gen& gen) {
    const Bounds bounds = any_bounds(gen);
    const Price price = any_price(gen, bounds);
    const Usd value{gen.scale(1, 1e9)};
    const auto liquidity = liquidity_of(value, price, bounds);
    EXPECT_CLOSE(exposure_at({bounds, *liquidity}, price).value.value(), value.value(), 1e-15);
  });
}

TEST(ExposureLaw, NothingCancelsInANarrowRange) {
  // The same position in long double, where the textbook formula still has digits to lose.
  for_cases(1000, [](Gen& gen) {
    const double lower = gen.scale(1, 1e4), upper = lower * (1 + gen.scale(1e-5, 1));
    const double p = gen.real(lower, upper);
    const long double root = std::sqrt(static_cast<long double>(p));
    const long double low = std::sqrt(static_cast<long double>(lower));
    const long double high = std::sqrt(static_cast<long double>(upper));
    const auto held = exposure_at({{Price{lower}, Price{upper}}, HumanLiquidity{1}}, Price{p});
    EXPECT_NEAR(held.base.value(), static_cast<double>(1 / root - 1 / high),
                1e-15 * held.base.value() + 1e-18 / static_cast<double>(root));
    EXPECT_NEAR(held.quote.value(), static_cast<double>(root - low),
                1e-15 * held.quote.value() + 1e-18 * static_cast<double>(root));
  });
}

TEST(ImpermanentLossLaw, IsWhatTheThreeDefinitionsSay) {  // mathematics 0
  for_cases(1000, [](Gen& gen) {
    const Bounds bounds = any_bounds(gen);
    const Range range{bounds, HumanLiquidity{gen.scale(1, 1e6)}};
    const Price start = any_price(gen, bounds), now = any_price(gen, bounds);
    const auto before = exposure_at(range, start), after = exposure_at(range, now);
    const double hold = before.base.value() * now.value() + before.quote.value();
    const double value = after.value.value(), first = before.value.value();
    const auto loss = impermanent_loss(range, start, now);
    const double scale = 1e-14 * (hold + first + value);
    EXPECT_NEAR(loss.relative.value(), (value - hold) / hold, scale / hold);
    EXPECT_NEAR(loss.borrowed.value(), (value - hold) / first, scale / first);
    EXPECT_NEAR(loss.funded.value(), (value - first) / first, scale / first);
    EXPECT_LE(loss.borrowed.value(), 0);
    EXPECT_GE(loss.funded.value(), -1);
  });
}

TEST(ImpermanentLossLaw, RelativeLossOfAFullRangeIsTheSameUpAndDown) {
  for_cases(1000, [](Gen& gen) {
    const double r = gen.scale(1, 1e4);
    const double up = impermanent_loss(full, Price{1}, Price{r}).relative.value();
    const double down = impermanent_loss(full, Price{r}, Price{1}).relative.value();
    EXPECT_CLOSE(up, down, 1e-14);
  });
}

TEST(ConcentrationLaw, IsGammaOverThatOfAFullRangeOfEqualWorth) {
  for_cases(1000, [](Gen& gen) {
    const Bounds bounds = any_bounds(gen);
    const Price price = price_inside(gen, bounds);
    const Range range{bounds, *liquidity_of(Usd{1}, price, bounds)};
    const Range wide{full_range(), *liquidity_of(Usd{1}, price, full_range())};
    EXPECT_CLOSE(concentration(bounds, price),
                 exposure_at(range, price).gamma.value() / exposure_at(wide, price).gamma.value(),
                 1e-14);
  });
}

TEST(FeeImpliedVolLaw, IsWhereADaysFeesEqualADaysLvr) {
  for_cases(1000, [](Gen& gen) {
    const Bounds bounds = any_bounds(gen);
    const Price price = price_inside(gen, bounds);
    const Rate fees{gen.scale(1e-3, 10)};
    const Range range{bounds, *liquidity_of(million, price, bounds)};
    const auto vol = fee_implied_vol(bounds, price, fees);
    EXPECT_CLOSE(lvr_per_day(range, price, *vol).value(), fees.value() * 1e6 / 365, 1e-14);
  });
}

TEST(BreakEvenLaw, LosesTheIncomeAtBothPricesAndLessBetween) {
  for_cases(1000, [](Gen& gen) {
    const Bounds bounds = any_bounds(gen);
    const Price start = price_inside(gen, bounds);
    const Range range{bounds, *liquidity_of(million, start, bounds)};
    const double income = gen.scale(1, 2e6);
    const auto even = break_even(range, start, Usd{income});
    const auto loss_at = [&](double p) {
      return -1e6 * impermanent_loss(range, start, Price{p}).borrowed.value();
    };
    // A rounded price moves the loss by this much, most where both are next to entry.
    const auto told = [&](Price p) {
      return 2e-15 * (1 + p.value() / std::abs(p.value() - start.value()));
    };
    EXPECT_CLOSE(loss_at(even->high.value()), income, told(even->high));
    if (even->low > Price{0}) {
      EXPECT_CLOSE(loss_at(even->low.value()), income, told(even->low));
    }
    const double between = gen.real(even->low.value(), even->high.value());
    EXPECT_LE(loss_at(between), income * (1 + told(even->low) + told(even->high)));
  });
}

TEST(ExpectedTimeInRangeLaw, SolvesItsEquation) {
  // sigma^2 T''/2 = -1 in ln P with T = 0 at both edges; Dynkin's formula.
  for_cases(1000, [](Gen& gen) {
    const double lower = gen.scale(1, 1e4), upper = lower * (1 + gen.scale(1e-3, 10));
    const Bounds bounds{Price{lower}, Price{upper}};
    const double width = std::log(upper / lower), vol = gen.real(0.1, 2);
    const double x = std::log(lower) + width * gen.real(0.1, 0.9), step = width / 20;
    const auto time = [&](double at) {
      return expected_time_in_range(bounds, Price{std::exp(at)}, Vol{vol})->value();
    };
    const double bend = (time(x + step) - 2 * time(x) + time(x - step)) / (step * step);
    EXPECT_NEAR(vol * vol * bend / 2, -1, 1e-8);
  });
}

}  // namespace levee::amm
