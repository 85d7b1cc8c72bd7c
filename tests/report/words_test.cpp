#include "levee/report/words.h"

#include "tests/support/cases.h"

#include <array>
#include <limits>

namespace levee::report {
namespace {
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();
}  // namespace

TEST(Words, GroupsThousandsAndUsesATrueMinus) {
  EXPECT_EQ(grouped(1234567.891, 2), "1,234,567.89");
  EXPECT_EQ(grouped(-1234, 0), "−1,234");
  EXPECT_EQ(grouped(999.6, 0), "1,000");
  EXPECT_EQ(grouped(-0.001, 2), "0.00");  // no minus zero
  EXPECT_EQ(grouped(1e300, 0), "1.00e+300");
}

TEST(Words, ShowsAsManyDigitsAsMakeSense) {
  EXPECT_EQ(number(157.83), "157.83");
  EXPECT_EQ(number(-0.236974), "−0.23697");
  EXPECT_EQ(number(120000, 6), "120,000");
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(3e-9), "3.000e-09");
}

TEST(Words, TellsDollars) {
  EXPECT_EQ(usd(1000012.4), "$1,000,012");
  EXPECT_EQ(usd(324.78), "$324.78");
  EXPECT_EQ(usd(-0.0042), "−$0.0042");
  EXPECT_EQ(usd(0), "$0");
  EXPECT_EQ(signed_usd(12), "+$12.00");
  EXPECT_EQ(signed_usd(-12), "−$12.00");
  EXPECT_EQ(signed_usd(0), "$0");
}

TEST(Words, TellsAnErrorBesideItsNumber) {
  EXPECT_EQ(usd(Uncertain{44123.7, 409.6}), "$44,124 ± 410");
  EXPECT_EQ(usd(Uncertain{12.345, 0.51}), "$12.35 ± 0.51");
  EXPECT_EQ(usd(Uncertain{12.3456789, 0.0123}), "$12.346 ± 0.012");
  EXPECT_EQ(usd(Uncertain{5000, 0}), "$5,000 ± 0");
  EXPECT_EQ(percent(Uncertain{0.512, 0.0315}), "51.2 ± 3.1 %");
}

TEST(Words, KeepsTheDecimalsOfAColumn) {
  EXPECT_EQ(usd_decimals(std::array{2736.0, -162.3}), 2);
  EXPECT_EQ(usd_decimals(std::array{27360.0, nan}), 0);
  EXPECT_EQ(usd_at(-162.31, 0), "−$162");
  EXPECT_EQ(usd_at(0.43, 0), "$0.43");  // would vanish
}

TEST(Words, TellsShares) {
  EXPECT_EQ(percent(0.48), "48.0 %");
  EXPECT_EQ(percent(-0.01213), "−1.21 %");
  EXPECT_EQ(percent(0.00042), "0.042 %");
  EXPECT_EQ(percent(12.5), "1,250 %");
  EXPECT_EQ(percent(0), "0 %");
}

TEST(Words, TellsWhatAChangeIs) {
  EXPECT_EQ(change({44120, 25870}), "−$18,250 (−41 %)");
  EXPECT_EQ(change({1000, 1200}), "+$200.00 (+20 %)");
  EXPECT_EQ(change({-50, 70}), "+$120.00");  // no share of a gain
  EXPECT_EQ(change({0, 70}), "+$70.00");
}

TEST(Words, NeverSayNanOrInf) {
  for (const double x : {nan, inf, -inf}) {
    for (const std::string& text :
         {grouped(x, 2), number(x), usd(x), signed_usd(x), usd_at(x, 0), percent(x),
          usd(Uncertain{x, 1}), percent(Uncertain{x, 1}), change({x, 1}), change({1, x})}) {
      EXPECT_EQ(text, unknown);
    }
    EXPECT_EQ(usd(Uncertain{1000, x}), "$1,000 (error unknown)");
    EXPECT_EQ(percent(Uncertain{0.5, x}), "50.0 %");
  }
  EXPECT_EQ(known(std::nullopt, [](double) { return std::string("x"); }), unknown);
}

TEST(WordsLaw, DollarsReadBackToTheDigitsShown) {
  test::for_cases(1000, [](test::Gen& gen) {
    const double value = gen.scale(1e-6, 1e14) * (gen.coin() ? 1 : -1);
    std::string text = usd(value);
    const bool negative = text.starts_with("−");
    if (negative) text.erase(0, std::string_view("−").size());
    ASSERT_EQ(text.front(), '$');
    std::erase(text, ',');
    const double back = std::stod(text.substr(1)) * (negative ? -1 : 1);
    EXPECT_NEAR(back, value, std::max(0.5 * (std::abs(value) >= 1000), 0.051 * std::abs(value)));
  });
}

}  // namespace levee::report
