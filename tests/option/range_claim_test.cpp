// tests/option/range_claim_test.cpp — a range's loss as a claim, held to mathematics 2.1 and 2.2.
#include "levee/option/range_claim.h"

#include "levee/option/black.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace levee::option {

using test::for_cases;
using test::Gen;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const RangeClaim published{Price{2000}, Price{1500}, Price{2500}};
const RangeClaim wide{Price{2000}, Price{0}, Price{infinity}};

ClaimMarket market_at(double spot, double vol, double days) {
  return {Price{spot}, Years{days / 365}, Vol{vol}};
}

RangeClaim any_claim(Gen& gen) {
  const double entry = gen.scale(1e-2, 1e5);
  const double down = gen.scale(1e-2, 3), up = gen.scale(1e-2, 3);
  RangeClaim claim{Price{entry}, Price{entry * std::exp(-down)}, Price{entry * std::exp(up)}};
  if (gen.integer(0, 9) == 0) claim.lower = Price{0};
  if (gen.integer(0, 9) == 0) claim.upper = Price{infinity};
  return claim;
}

ClaimMarket any_market(Gen& gen, const RangeClaim& claim) {
  return {.spot = Price{claim.entry.value() * gen.scale(0.5, 2)},
          .expiry = Years{gen.scale(1.0 / 365, 1)},
          .vol = Vol{gen.scale(0.2, 2)},
          .rate = Rate{gen.real(-0.05, 0.2)},
          .yield = Rate{gen.real(-0.2, 0.2)}};
}

// Simpson's rule over [lo, hi] in the square root of the variable.
template <class Function>
double integral(Function f, double lo, double hi, int panels = 400) {
  const double from = std::sqrt(lo), step = (std::sqrt(hi) - from) / panels;
  double sum = 0;
  for (int i = 0; i <= panels; ++i) {
    const double root = from + step * i;
    sum += (i == 0 || i == panels ? 1 : i % 2 == 1 ? 4 : 2) * f(root * root) * 2 * root;
  }
  return sum * step / 3;
}

// Options per dollar of strike that replicate the loss, per unit of entry value.
double density_at(const RangeClaim& claim, double strike) {
  const double entry = claim.entry.value();
  const double worth = 2 * std::sqrt(entry) - entry / std::sqrt(claim.upper.value()) -
                       std::sqrt(claim.lower.value());
  return std::pow(strike, -1.5) / (2 * worth);
}

}  // namespace

TEST(RangeClaim, OfAFullRangeIsTheTableOf2_1) {
  struct Row {
    double vol, days, value;
  };
  for (const auto [vol, days, value] :
       {Row{.5, 7, .00059913551508897}, Row{.5, 14, .0011979120668125},
        Row{.5, 30, .0025651973944653}, Row{.5, 90, .0076758683499868},
        Row{.5, 365, .030766765523656}, Row{.8, 7, .0015330702207484},
        Row{.8, 14, .0030637901371951}, Row{.8, 30, .006553772204661},
        Row{.8, 90, .019532742320817}, Row{.8, 365, .076883653613364}, Row{1, 7, .0023943891403052},
        Row{1, 14, .0047830451812551}, Row{1, 30, .01022137562696}, Row{1, 90, .030351765215511},
        Row{1, 365, .1175030974154}}) {
    for (const LossKind kind : {LossKind::borrowed, LossKind::funded}) {
      EXPECT_NEAR(range_claim_value(wide, kind, market_at(2000, vol, days)).value, value, 1e-13)
          << "vol " << vol << " days " << days;
    }
  }
}

TEST(RangeClaim, VegaAndThetaOfAFullRangeAre2_1s) {
  const auto claim = range_claim_value(wide, LossKind::borrowed, market_at(2000, 0.7, 14));
  EXPECT_CLOSE(1e6 * claim.vega, 6696.5779011239, 1e-13);
  EXPECT_CLOSE(1e6 * claim.theta, -167.4144475281, 1e-12);
}

TEST(RangeClaimLaw, OfAFullRangeIsItsTwoLineFormula) {
  for_cases(1000, [](Gen& gen) {
    const double entry = gen.scale(1e-2, 1e5);
    const RangeClaim claim{Price{entry}, Price{0}, Price{infinity}};
    const ClaimMarket market = any_market(gen, claim);
    const double tau = market.expiry.value(), sigma = market.vol.value();
    const double rate = market.rate.value(), carry = rate - market.yield.value();
    const double r = market.spot.value() / entry, df = std::exp(-rate * tau);
    const double half = std::sqrt(r) * std::exp(carry * tau / 2 - sigma * sigma * tau / 8);
    EXPECT_NEAR(range_claim_value(claim, LossKind::funded, market).value, df * (1 - half), 1e-14);
    EXPECT_NEAR(range_claim_value(claim, LossKind::borrowed, market).value,
                df / 2 * (r * std::exp(carry * tau) - 2 * half + 1), 1e-14);
  });
}

TEST(RangeClaim, OfThePublishedRangeIsTheTableOf2_2) {
  struct Row {
    double vol, value, apr;
  };
  for (const auto [vol, value, apr] :
       {Row{.25, .00250148883847837, .06521738757}, Row{.5, .00997427287883756, .2600435429},
        Row{.75, .0218514322341319, .5696980547}, Row{1, .0367539812159279, .958228796}}) {
    for (const LossKind kind : {LossKind::borrowed, LossKind::funded}) {
      const auto claim = range_claim_value(published, kind, market_at(2000, vol, 14));
      EXPECT_NEAR(claim.value, value, 1e-14) << "vol " << vol;
      EXPECT_CLOSE(claim.value * 365 / 14, apr, 5e-10) << "vol " << vol;
    }
  }
  EXPECT_NEAR(range_claim_value(published, LossKind::borrowed, market_at(2000, .7, 30)).value,
              0.038340151073078, 1e-14);
}

TEST(RangeClaim, OffCentreWithCarryIs2_2s) {
  ClaimMarket market = market_at(2100, 0.7, 14);
  market.rate = Rate{0.03};
  market.yield = Rate{-0.05};
  EXPECT_NEAR(range_claim_value(published, LossKind::borrowed, market).value, 0.0220817618417591,
              1e-14);
  EXPECT_NEAR(range_claim_value(published, LossKind::funded, market).value, -0.00134928899955002,
              1e-14);
}

TEST(RangeClaim, GreeksAreTheTableOf2_2) {
  struct Row {
    double spot, value, delta, gamma;
  };
  for (const auto [spot, value, delta, gamma] :
       {Row{1700, .041838130695649, -156.781974936, .542687120407},
        Row{2000, .019186950721764, 2.61553675027, .48429221549},
        Row{2300, .039300332249156, 122.526302327, .307131040762}}) {
    const auto claim = range_claim_value(published, LossKind::borrowed, market_at(spot, .7, 14));
    EXPECT_NEAR(claim.value, value, 1e-14) << "at " << spot;
    EXPECT_CLOSE(1e6 * claim.delta, delta, 5e-12) << "at " << spot;
    EXPECT_CLOSE(1e6 * claim.gamma, gamma, 5e-12) << "at " << spot;
  }
  const auto claim = range_claim_value(published, LossKind::borrowed, market_at(2000, .7, 14));
  EXPECT_CLOSE(1e6 * claim.vega, 52011.6571157, 5e-12);
  EXPECT_CLOSE(1e6 * claim.theta, -1300.29142789, 5e-12);
  EXPECT_CLOSE(1e6 * claim.volga, 52766.819062, 5e-12);
  EXPECT_CLOSE(1e6 * claim.vanna, .370980756535, 5e-12);
  const auto funded = range_claim_value(published, LossKind::funded, market_at(2000, .7, 14));
  EXPECT_CLOSE(1e6 * funded.delta, -217.743370717, 5e-12);
  EXPECT_EQ(funded.gamma, claim.gamma);
  EXPECT_EQ(funded.vega, claim.vega);
  EXPECT_EQ(funded.theta, claim.theta);
  EXPECT_EQ(funded.volga, claim.volga);
  EXPECT_EQ(funded.vanna, claim.vanna);
}

TEST(RangeClaim, CostOfProtectionIsFigure5OfLiptonLucicAndSepp) {
  const double vols[] = {.25, .5, .75, 1.0};
  struct Row {
    double m;
    double cost[4];  // per cent a year
  };
  for (const Row& row : {Row{.05, {27.089764, 74.516939, 124.53263, 175.17249}},
                         Row{.10, {15.853507, 54.833784, 101.51315, 150.67026}},
                         Row{.15, {10.807097, 41.403785, 83.216371, 129.76718}},
                         Row{.20, {8.2083703, 32.485017, 69.015044, 112.22076}},
                         Row{.30, {5.60788, 22.414273, 49.897923, 85.760807}},
                         Row{.40, {4.3092415, 17.229149, 38.693592, 68.094154}},
                         Row{infinity, {.78113296, 3.1231279, 7.0217772, 12.470082}}}) {
    const RangeClaim claim{Price{2000}, Price{2000 * std::exp(-row.m)},
                           Price{2000 * std::exp(row.m)}};
    for (int i = 0; i < 4; ++i) {
      const auto worth = range_claim_value(claim, LossKind::borrowed, market_at(2000, vols[i], 14));
      EXPECT_CLOSE(100 * worth.value * 365 / 14, row.cost[i], 7e-8)
          << "m " << row.m << " vol " << vols[i];
    }
  }
  // The instantaneous LVR of m = .1, sigma^2 M / 8: never below the option, for it re-centres.
  const double multiple = 1 / (1 - std::exp(-0.05));
  const double lvr[] = {16.01888, 64.07552, 144.1699, 256.3021};
  for (int i = 0; i < 4; ++i) {
    EXPECT_CLOSE(100 * vols[i] * vols[i] * multiple / 8, lvr[i], 1e-6);
  }
}

TEST(RangeClaim, KeepsItsDigitsInNarrowAndLopsidedRanges) {
  // mpmath 1.3, adaptive quadrature of the payoff at 30 digits.
  struct Row {
    double lower, upper, spot, vol, years, value;
  };
  for (const Row& row : {Row{1980, 2020, 2000, .6, 7.0 / 365, .0307957267551113953},
                         Row{1980, 2020, 2050, .6, 7.0 / 365, .0325939663283572351},
                         Row{1999, 2001, 2000, .6, 7.0 / 365, .0330182955051902453},
                         Row{1000, 4000, 1500, .9, .5, .150329968082421003},
                         Row{1500, 2500, 2000, .7, 1.0 / 365, .00140092638457787616},
                         Row{1990, 2500, 2010, .5, 30.0 / 365, .0253613215095370597}}) {
    const RangeClaim claim{Price{2000}, Price{row.lower}, Price{row.upper}};
    const ClaimMarket market{Price{row.spot}, Years{row.years}, Vol{row.vol}};
    EXPECT_NEAR(range_claim_value(claim, LossKind::borrowed, market).value, row.value, 1e-13)
        << row.lower << " to " << row.upper;
  }
}

TEST(BorrowedLoss, IsTheLossOfTheTableOf1_2) {
  EXPECT_CLOSE(borrowed_loss(published, Price{1000}), 0.236380464965, 5e-12);
  EXPECT_CLOSE(borrowed_loss(published, Price{1600}), 0.0465278176991, 5e-12);
  EXPECT_EQ(borrowed_loss(published, Price{2000}), 0);
  EXPECT_CLOSE(borrowed_loss(published, Price{2400}), 0.0380290906142, 5e-12);
  EXPECT_CLOSE(borrowed_loss(published, Price{4000}), 0.388698133325, 5e-12);
  EXPECT_CLOSE(borrowed_loss(wide, Price{1000}), 0.042893218813452, 1e-13);
  EXPECT_CLOSE(borrowed_loss(wide, Price{8000}), 0.5, 1e-14);
}

TEST(BorrowedLoss, AtPriceZeroIsTheQuoteThatTheHoldKept) {
  EXPECT_DOUBLE_EQ(borrowed_loss(wide, Price{0}), 0.5);
  EXPECT_CLOSE(borrowed_loss(published, Price{0}), 0.5592821850646, 1e-12);
}

TEST(RangeClaim, RefusesAnEntryOutsideAndAMarketThatStandsStill) {
  const auto value = [](double entry, double lower, double upper, double vol, double days) {
    return range_claim_value({Price{entry}, Price{lower}, Price{upper}}, LossKind::borrowed,
                             market_at(2000, vol, days));
  };
  EXPECT_THROW(value(1400, 1500, 2500, .5, 14), ContractBroken);
  EXPECT_THROW(value(2600, 1500, 2500, .5, 14), ContractBroken);
  EXPECT_THROW(value(2000, 2500, 1500, .5, 14), ContractBroken);
  EXPECT_THROW(value(2000, -1, 2500, .5, 14), ContractBroken);
  EXPECT_THROW(value(2000, 1500, 2500, 0, 14), ContractBroken);
  EXPECT_THROW(value(2000, 1500, 2500, .5, 0), ContractBroken);
  EXPECT_THROW(value(std::nan(""), 1500, 2500, .5, 14), ContractBroken);
  EXPECT_THROW(value(2000, 1500, 2500, infinity, 14), ContractBroken);
  EXPECT_THROW(borrowed_loss(published, Price{-1}), ContractBroken);
}

TEST(RangeClaimLaw, LossIsTheIntegralOfItsOptions) {  // Carr & Madan (2001), equation 1
  for_cases(1000, [](Gen& gen) {
    const RangeClaim claim = any_claim(gen);
    const double entry = claim.entry.value(), s = entry * gen.scale(0.05, 20);
    const double from = std::max(std::min(s, entry), claim.lower.value());
    const double to = std::min(std::max(s, entry), claim.upper.value());
    const double replicated = integral(
        [&](double strike) { return density_at(claim, strike) * std::abs(s - strike); }, from, to);
    EXPECT_CLOSE(borrowed_loss(claim, Price{s}), replicated, 1e-7);
    const double h = 1e-5 * s;
    const double slope =
        (borrowed_loss(claim, Price{s + h}) - borrowed_loss(claim, Price{s - h})) / (2 * h);
    EXPECT_NEAR(borrowed_loss_slope(claim, Price{s}), slope, h * density_at(claim, s - h) + 1e-9);
  });
}

TEST(RangeClaimLaw, ValueIsThatOfItsOptions) {
  for_cases(300, [](Gen& gen) {
    RangeClaim claim = any_claim(gen);
    claim.lower = std::max(claim.lower, Price{claim.entry.value() * 0.05});
    claim.upper = std::min(claim.upper, Price{claim.entry.value() * 20});
    const ClaimMarket market = any_market(gen, claim);
    const double tau = market.expiry.value(), rate = market.rate.value();
    const double forward = market.spot.value() * std::exp((rate - market.yield.value()) * tau);
    const auto priced = [&](Type type) {
      return [&, type](double strike) {
        const BlackInputs in{Price{forward}, market.expiry, market.vol};
        return density_at(claim, strike) * black_price(type, Price{strike}, in).value();
      };
    };
    const double options =
        integral(priced(Type::put), claim.lower.value(), claim.entry.value(), 1000) +
        integral(priced(Type::call), claim.entry.value(), claim.upper.value(), 1000);
    EXPECT_NEAR(range_claim_value(claim, LossKind::borrowed, market).value,
                std::exp(-rate * tau) * options, 1e-9);
  });
}

TEST(RangeClaim, GammaKeepsItsDigitsFarFromTheRange) {
  // Eight deviations below the range and above it, where the chance of landing inside is 1e-15.
  for (const double spot : {700.0, 5300.0}) {
    const ClaimMarket market = market_at(spot, 0.5, 14);
    const double options = integral(
        [&](double strike) {
          const BlackInputs in{market.spot, market.expiry, market.vol};
          const auto greeks = black_greeks(Type::call, Price{strike}, in);
          return density_at(published, strike) * greeks.gamma.value();
        },
        1500, 2500, 4000);
    const auto claim = range_claim_value(published, LossKind::borrowed, market);
    EXPECT_CLOSE(claim.gamma, options, 1e-9) << "at " << spot;
  }
}

TEST(RangeClaimLaw, GreeksAreTheSlopesOfValueAndOfEachOther) {
  for_cases(1000, [](Gen& gen) {
    const RangeClaim claim = any_claim(gen);
    const ClaimMarket here = any_market(gen, claim);
    const LossKind kind = gen.pick({LossKind::borrowed, LossKind::funded});
    const double p = here.spot.value(), sigma = here.vol.value(), tau = here.expiry.value();
    const double v = sigma * std::sqrt(tau), h = 1e-3;
    const auto moved = [&](double dp, double dv, double dt) {
      ClaimMarket there = here;
      there.spot = Price{p + dp};
      there.vol = Vol{sigma + dv};
      there.expiry = Years{tau + dt};
      return range_claim_value(claim, kind, there);
    };
    const double dp = h * p * std::min(v, 1.0), dv = h * sigma, dt = h * tau;
    const auto pu = moved(dp, 0, 0), pd = moved(-dp, 0, 0), vu = moved(0, dv, 0);
    const auto vd = moved(0, -dv, 0), tu = moved(0, 0, dt), td = moved(0, 0, -dt);
    const auto greek = range_claim_value(claim, kind, here);
    // Each natural size: the bend counted over one deviation of the price.
    const double narrow = density_at(claim, claim.entry.value()) * std::pow(claim.entry.value(), 2);
    const double size = 3e-6 * narrow * std::max(v, v * v);
    EXPECT_NEAR((pu.value - pd.value) / (2 * dp), greek.delta, size / p / std::min(v, 1.0));
    EXPECT_NEAR((pu.delta - pd.delta) / (2 * dp), greek.gamma,
                10 * size / std::pow(p * std::min(v, 1.0), 2));
    EXPECT_NEAR((vu.value - vd.value) / (2 * dv), greek.vega, 10 * size / sigma);
    EXPECT_NEAR((tu.value - td.value) / (2 * dt), -365 * greek.theta, 10 * size / tau);
    EXPECT_NEAR((vu.vega - vd.vega) / (2 * dv), greek.volga, 30 * size / sigma / sigma);
    EXPECT_NEAR((vu.delta - vd.delta) / (2 * dv), greek.vanna,
                30 * size / sigma / p / std::min(v, 1.0));
  });
}

TEST(RangeClaimLaw, VegaIsGammaOverTimeAndThetaItsCostWithoutCarry) {
  for_cases(1000, [](Gen& gen) {
    const RangeClaim claim = any_claim(gen);
    ClaimMarket market = any_market(gen, claim);
    market.rate = market.yield = Rate{0};
    const auto greek = range_claim_value(claim, LossKind::borrowed, market);
    const double p = market.spot.value(), sigma = market.vol.value(), tau = market.expiry.value();
    EXPECT_CLOSE(greek.vega, sigma * tau * p * p * greek.gamma, 1e-14);
    EXPECT_CLOSE(greek.theta, -sigma * sigma * p * p * greek.gamma / 2 / 365, 1e-14);
    EXPECT_GE(greek.gamma, 0);
    EXPECT_GE(greek.value, -1e-13);
  });
}

TEST(RangeClaimLaw, IsNeverBelowTheLossOnTheForward) {  // Jensen (1906): the loss is convex
  for_cases(1000, [](Gen& gen) {
    const RangeClaim claim = any_claim(gen);
    const ClaimMarket market = any_market(gen, claim);
    const double tau = market.expiry.value(), rate = market.rate.value();
    const Price forward{market.spot.value() * std::exp((rate - market.yield.value()) * tau)};
    EXPECT_GE(range_claim_value(claim, LossKind::borrowed, market).value,
              std::exp(-rate * tau) * borrowed_loss(claim, forward) - 1e-13);
  });
}

}  // namespace levee::option
