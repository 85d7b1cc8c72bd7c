// tests/option/smile_claim_test.cpp — losses and swaps under smiles:
// mathematics 2.3, 2.4, 2.5, 2.7.
#include "levee/option/smile_claim.h"

#include "levee/option/black.h"
#include "tests/option/models.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace levee::option {

using levee::test::for_cases;
using levee::test::Gen;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const RangeClaim published{Price{2000}, Price{1500}, Price{2500}};
const RangeClaim wide{Price{2000}, Price{0}, Price{infinity}};
const Term month{Price{2000}, Years{30.0 / 365}};

Model heston() { return *model_of("heston", std::vector{.36, .49, 3., 1.2, -.3}); }
Model bates() { return *model_of("bates", std::vector{.36, .49, 3., 1.2, -.3, 4., -.05, .1}); }
Model black(double vol) { return *model_of("black", std::vector{vol}); }

double worth(const OptionDensity& density, const Model& model, const Term& term) {
  const auto found = worth_of(density, model, term);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  return found ? found->value : 0;
}

double loss(const RangeClaim& claim, const Model& model) {
  const auto found = range_claim_under(claim, LossKind::borrowed, model, month);
  EXPECT_TRUE(found) << (found ? "" : found.error().message);
  EXPECT_LE(found->error, 1e-12);
  return found ? found->value : 0;
}

// A settlement's payoff of the swap density, per unit of the forward's own price.
double swap_payoff(double alpha, double ratio) {
  if (alpha == 0) return 2 * (ratio - 1 - std::log(ratio));
  if (alpha == 1) return 2 * (ratio * std::log(ratio) - ratio + 1);
  return 2 * ((std::pow(ratio, alpha) - 1) / alpha - (ratio - 1)) / (alpha - 1);
}

// Quotes of one smile, skewed, at three expiries.
Surface skewed_surface(double skew) {
  std::vector<ChainQuote> quotes;
  for (const int days_out : {7, 30, 90}) {
    for (int i = -12; i <= 12; ++i) {
      const double x = i / 4.0, root = std::sqrt(days_out / 365.0);
      const Price strike{2000 * std::exp(x * root)};
      const auto type = i < 0 ? Type::put : Type::call;
      const BlackInputs in{Price{2000}, Years{days_out / 365.0},
                           Vol{0.6 - skew * x + 0.5 * skew * x * x}};
      const double price = black_price(type, strike, in).value() / 2000;
      quotes.push_back({{type, strike, UnixSeconds{days_out * 86400}},
                        price * 0.9999,
                        price * 1.0001,
                        Price{2000}});
    }
  }
  return *Surface::from(quotes, {.at = UnixSeconds{0}, .tick = 1e-9});
}

// The listed prices of mathematics 2.5: bitcoin, 25 March 2022, two weeks, 500 apart.
std::vector<ListedPrice> march_2022() {
  const double calls[] = {2072, 1841, 1629, 1437, 1263, 1107, 968, 845, 733, 636, 550,
                          476,  411,  355,  307,  267,  232,  202, 176, 154, 134, 118,
                          104,  92,   81,   72,   64,   57,   52,  46,  42,  37};
  const double puts[] = {1849, 1623, 1419, 1235, 1072, 928, 798, 684, 584, 499, 427,
                         367,  318,  275,  236,  202,  174, 151, 131, 114, 100, 88,
                         77,   68,   60,   53,   47,   42,  37,  33,  29};
  std::vector<ListedPrice> listed;
  for (int i = 30; i >= 0; --i) listed.push_back({Price{42500 - 500.0 * i}, puts[i]});
  for (int i = 0; i < 32; ++i) listed.push_back({Price{43000 + 500.0 * i}, calls[i]});
  return listed;
}

}  // namespace

TEST(SmileClaim, OfThePublishedRangeIs2_3s) {
  EXPECT_NEAR(loss(published, black(.7)), .038340151073078, 1e-14);
  EXPECT_NEAR(loss(published, heston()), .02997344854902523, 1e-13);
  EXPECT_NEAR(loss(published, bates()), .03327855335745563, 1e-13);
}

TEST(SmileClaim, OfAFullRangeIs2_5s) {
  EXPECT_NEAR(loss(wide, heston()), .003816782764901086, 1e-13);
  EXPECT_NEAR(1 - loss(wide, heston()), .9961832172350989, 1e-13);
}

TEST(WeightedSwaps, OfHestonAre2_5s) {
  const auto total = [](double alpha) {
    return worth(swap_density(alpha, month.forward), heston(), month);
  };
  EXPECT_NEAR(total(0), .030804446790469, 1e-13);
  EXPECT_NEAR(total(1), .030392932639250, 1e-13);
  EXPECT_NEAR(total(.5), .030534262119209, 1e-13);
  const double years = month.expiry.value();
  EXPECT_NEAR(std::sqrt(total(0) / years), .612198853274573, 1e-12);
  EXPECT_NEAR(std::sqrt(total(1) / years), .608095946742135, 1e-12);
}

TEST(WeightedSwaps, OfHestonAreTheirClosedForms) {
  // E of the integral of v: theta T + (v0 - theta)(1 - e^-kT)/k; under the share's measure the
  // speed is k - xi rho and the level k theta / (k - xi rho).
  const double years = month.expiry.value();
  const auto mean = [&](double speed, double level) {
    return level * years + (.36 - level) * -std::expm1(-speed * years) / speed;
  };
  EXPECT_NEAR(worth(swap_density(0, month.forward), heston(), month), mean(3, .49), 1e-13);
  const double speed = 3 - 1.2 * -.3;
  EXPECT_NEAR(worth(swap_density(1, month.forward), heston(), month), mean(speed, 3 * .49 / speed),
              1e-13);
}

TEST(WeightedSwaps, MadeOfListedOptionsAre2_5s) {
  const auto listed = march_2022();
  const Price spot{42955};
  // A pool of one coin and 42955 dollars: L is the root of the price.
  const OptionDensity loss{std::sqrt(spot.value()) / 2, -1.5, Price{0}, Price{infinity}};
  const auto cost = listed_worth(loss, listed);
  ASSERT_TRUE(cost);
  EXPECT_CLOSE(*cost, 178.83956734750282, 1e-14);
  // Of a range only the strikes in it count, its edges too.
  const OptionDensity part{loss.scale, -1.5, Price{40'000}, Price{45'000}};
  double inside = 0;
  for (const ListedPrice& one : listed) {
    if (one.strike < part.lower || part.upper < one.strike) continue;
    inside += loss.scale * std::pow(one.strike.value(), -1.5) * 500 * one.price;
  }
  EXPECT_CLOSE(*listed_worth(part, listed), inside, 1e-13);
  EXPECT_LT(inside, *cost);
  const double years = 14.0 / 365;
  EXPECT_NEAR(std::sqrt(4 * *cost / spot.value() / years), .6589, 5e-5);
  // The page's figure is the small-time one; the exact one is a little more.
  EXPECT_NEAR(full_range_vol(*cost / (2 * spot.value()), Years{years})->value(), .6593, 5e-5);

  auto twice = listed;  // the put at 43000 beside the call
  twice.insert(std::find_if(twice.begin(), twice.end(),
                            [](const ListedPrice& p) { return p.strike == Price{43000}; }),
               {Price{43000}, 2095});
  EXPECT_EQ(listed_worth(loss, twice).error().reason, Reason::bad_input);
  const double extra = loss.scale * std::pow(43000, -1.5) * 500 * 2095;
  EXPECT_NEAR(*cost + extra, 191.01, .005);
  // By trapezoids: half of the outermost two, and at 43000 half a put and half a call.
  const auto half = [&](double strike, double price) {
    return loss.scale * std::pow(strike, -1.5) * 250 * price;
  };
  const double outer = half(27500, 29) + half(58500, 37);
  EXPECT_NEAR(*cost - outer + half(43000, 2095) - half(43000, 2072), 178.67, .005);
}

TEST(WeightedSwaps, PayTheLossOfAMoveOfAQuarterAs2_5Says) {
  // x0 = y0 = 100 at price 1, then 5/4: the source's theta is what the half-weighted swap pays.
  EXPECT_CLOSE(100 * swap_payoff(.5, 1.25), 5.5728090000841, 1e-12);
  EXPECT_CLOSE(800 * borrowed_loss({Price{1}, Price{0}, Price{infinity}}, Price{1.25}),
               5.5728090000841, 1e-12);
  const double move = std::log(1.25) * std::log(1.25);
  EXPECT_CLOSE(-200 * std::expm1(-move / 8), 1.2409601570982, 1e-12);
  EXPECT_CLOSE(100 * move / 4, 1.2448261123279, 1e-12);
  // The pool is short of the hold by a fraction of it: 200 buy what 201.238 are needed for.
  const double relative = 1 - 200 * std::sqrt(1.25) / 225;
  EXPECT_CLOSE(200 * (1 + relative), 201.23840200002, 1e-13);
}

TEST(WeightedSwaps, OfAVarianceAndAGammaLegMixToTheLossAs2_5Says) {
  // Mathematics 2.5 and its errata: .388 belongs to the variance leg.
  const double share = .3881497937;
  double least = 0, most = 0;
  for (int i = 250; i <= 1750; ++i) {
    if (i == 1000) continue;
    const double ratio = i / 1000.0;
    const double mixed = share * swap_payoff(0, ratio) + (1 - share) * swap_payoff(1, ratio);
    const double off = mixed / swap_payoff(.5, ratio) - 1;
    least = std::min(least, off), most = std::max(most, off);
  }
  EXPECT_NEAR(least, -.017, .001);
  EXPECT_NEAR(most, .027, .001);
}

TEST(StrikeNodes, AreTheOneSidedUnitsOf2_4) {
  struct Row {
    double lower, upper, days, worth;
  };
  for (const auto [lower, upper, days, worth_] :
       {Row{11, 12, 30, .0040569647060697}, Row{8, 9, 30, .0044879823417894},
        Row{11, 12, 7, .0005198947288873}, Row{8, 9, 7, .00044331258679289},
        Row{11, 14, 30, .0065200759792025}, Row{6, 9, 30, .0063133953299232}}) {
    const OptionDensity unit{.5, -1.5, Price{lower}, Price{upper}};
    const Term term{Price{10}, Years{days / 365}};
    EXPECT_NEAR(worth(unit, black(.7), term), worth_, 1e-14) << lower << " to " << upper;
  }
}

TEST(LossDensity, IsClarksPortfolio) {
  // Clark (2020): k = 2000 at .05: strikes .0125 apart, options half the root of k/K^3 each. At .1
  // the formula gives 8.84; the page prints 8.3.
  const OptionDensity density = loss_density({Price{.05}, Price{0}, Price{infinity}});
  const double value = 2 * std::sqrt(2000 * .05);
  EXPECT_DOUBLE_EQ(value, 20);                   // the bond
  EXPECT_DOUBLE_EQ(std::sqrt(2000 / .05), 200);  // the futures
  struct Row {
    double strike, held;
  };
  for (const auto [strike, held] :
       {Row{.0125, 200}, Row{.025, 70.7}, Row{.0375, 38.5}, Row{.05, 25}, Row{.0625, 17.8},
        Row{.075, 13.6}, Row{.0875, 10.8}, Row{.1, 8.84}}) {
    EXPECT_NEAR(value * density.scale * std::pow(strike, density.power) * .0125, held, .1);
  }
}

TEST(SmileClaim, AcrossASurfaceIsTheFlatOneWhereItIsFlat) {
  const Surface flat = skewed_surface(0);
  for (const double tenor_days : {7.0, 14.0, 30.0, 60.0}) {
    const Years tenor{tenor_days / 365};
    const SurfaceTenor at{flat, Price{2000}, tenor};
    for (const RangeClaim& claim : {published, wide}) {
      const auto under = range_claim_under(claim, LossKind::borrowed, at);
      ASSERT_TRUE(under);
      const ClaimMarket market{Price{2000}, tenor, Vol{.6}};
      // As flat as a fit to its quotes is.
      const double flat_worth = range_claim_value(claim, LossKind::borrowed, market).value;
      EXPECT_NEAR(under->value, flat_worth, 1e-5 * flat_worth);
    }
  }
}

TEST(SmileClaim, AcrossASurfaceCostsMoreWithWingsThatAreDearer) {
  const SurfaceTenor flat{skewed_surface(0), Price{2000}, Years{30.0 / 365}};
  const SurfaceTenor steep{skewed_surface(.1), Price{2000}, Years{30.0 / 365}};
  const auto cheap = worth_of(swap_density(0, Price{2000}), flat);
  const auto dear = worth_of(swap_density(0, Price{2000}), steep);
  ASSERT_TRUE(cheap && dear);
  EXPECT_NEAR(cheap->value, .36 * 30 / 365, 1e-7);
  EXPECT_GT(dear->value, 1.05 * cheap->value);
  EXPECT_LE(dear->error, 1e-6 * dear->value);
}

TEST(SmileClaim, RefusesWhatHasNoTimeOrNoForward) {
  const auto reason = [](double forward, double years) {
    const auto found =
        range_claim_under(published, LossKind::funded, heston(), {Price{forward}, Years{years}});
    return found ? Reason::corrupt : found.error().reason;
  };
  for (const double wrong : {0.0, -1.0, std::nan(""), infinity}) {
    EXPECT_EQ(reason(wrong, .1), Reason::out_of_range);
    EXPECT_EQ(reason(2000, wrong), Reason::out_of_range);
    const Surface flat = skewed_surface(0);
    EXPECT_EQ(worth_of(loss_density(published), SurfaceTenor{flat, Price{wrong}, Years{.1}})
                  .error()
                  .reason,
              Reason::out_of_range);
  }
  EXPECT_THROW(loss_density({Price{1400}, Price{1500}, Price{2500}}), ContractBroken);
}

TEST(WeightedSwaps, ReachAsFarAsThePriceOfRareRisesDoes) {
  // A rise a year of a half on average, of which the second moment is infinite.
  const auto kou = *model_of("kou", std::vector{.4, 1., .5, 2., 5.});
  const Term term{Price{2000}, Years{.5}};
  // E (S/F) ln(S/F) is the slope of the exponent at 1.
  const double slope = kou.exponent({1, 1e-8}, term.expiry).imag() / 1e-8;
  EXPECT_NEAR(worth(swap_density(1, term.forward), kou, term), 2 * slope, 1e-11);
}

TEST(ListedWorth, RefusesWhatIsNoList) {
  const OptionDensity density = loss_density(wide);
  const auto reason = [&](std::vector<ListedPrice> prices) {
    const auto found = listed_worth(density, prices);
    return found ? Reason::corrupt : found.error().reason;
  };
  EXPECT_EQ(reason({}), Reason::bad_input);
  EXPECT_EQ(reason({{Price{2000}, 100}}), Reason::bad_input);
  EXPECT_EQ(reason({{Price{2000}, 100}, {Price{1900}, 100}}), Reason::bad_input);
  EXPECT_EQ(reason({{Price{2000}, 100}, {Price{2100}, -1}}), Reason::bad_input);
  EXPECT_EQ(reason({{Price{0}, 100}, {Price{2100}, 1}}), Reason::bad_input);
  EXPECT_EQ(reason({{Price{2000}, std::nan("")}, {Price{2100}, 1}}), Reason::bad_input);
}

TEST(OptionDensity, IsRefusedUnlessItIsANumber) {
  const std::vector<ListedPrice> listed{{Price{1900}, 100}, {Price{2000}, 120}};
  for (const double bad : {std::nan(""), infinity, -infinity}) {
    const OptionDensity scaled{bad, -1.5, Price{0}, Price{infinity}};
    const OptionDensity powered{1, bad, Price{0}, Price{infinity}};
    EXPECT_THROW(swap_density(bad, Price{2000}), ContractBroken);
    EXPECT_THROW(swap_density(.5, Price{bad}), ContractBroken);
    for (const OptionDensity& density : {scaled, powered}) {
      EXPECT_THROW(static_cast<void>(listed_worth(density, listed)), ContractBroken);
      EXPECT_THROW(strike_nodes(density, Price{2000}, {{-1, 1}, .5, .5}), ContractBroken);
      EXPECT_THROW(static_cast<void>(worth_of(density, black(.7), month)), ContractBroken);
    }
  }
  EXPECT_THROW(swap_density(.5, Price{0}), ContractBroken);
}

TEST(FullRangeVol, TakesTheTableOf2_1Back) {
  EXPECT_CLOSE(full_range_vol(.0025651973944653, Years{30.0 / 365})->value(), .5, 1e-12);
  EXPECT_EQ(full_range_vol(0, Years{1})->value(), 0);
  for (const double wrong : {-1e-9, 1.0, std::nan("")}) {
    EXPECT_EQ(full_range_vol(wrong, Years{1}).error().reason, Reason::out_of_range);
  }
  EXPECT_EQ(full_range_vol(.1, Years{0}).error().reason, Reason::out_of_range);
}

TEST(SmileClaimLaw, UnderFlatVolatilityIsTheClosedForm) {
  for_cases(300, [](Gen& gen) {
    const double entry = gen.scale(1e-2, 1e5);
    RangeClaim claim{Price{entry}, Price{entry * std::exp(-gen.scale(1e-2, 3))},
                     Price{entry * std::exp(gen.scale(1e-2, 3))}};
    if (gen.integer(0, 9) == 0) claim.lower = Price{0};
    if (gen.integer(0, 9) == 0) claim.upper = Price{infinity};
    const LossKind kind = gen.pick({LossKind::borrowed, LossKind::funded});
    const Term term{Price{entry * gen.scale(.5, 2)}, Years{gen.scale(1.0 / 365, 1)}};
    const double vol = gen.scale(.2, 2);
    const auto under = range_claim_under(claim, kind, black(vol), term);
    ASSERT_TRUE(under) << under.error().message;
    const double closed =
        range_claim_value(claim, kind, {term.forward, term.expiry, Vol{vol}}).value;
    // A narrow range holds many options for its worth; each brings the series' own error.
    const double options = term.forward.value() * std::sqrt(entry) * loss_density(claim).scale;
    EXPECT_NEAR(under->value, closed, 1e-12 + 1e-13 * options / entry);
  });
}

TEST(SmileClaimLaw, AHalfPowerIsTheModelsOwnMoment) {  // E (S/F)^a is the exponent at a
  for_cases(6, [](Gen& gen) {
    for (const Entry& kind : shelf()) {
      const Model model = test::any_model(kind, gen);
      const Term term{Price{gen.scale(1, 1e5)}, Years{gen.scale(7 / 365.0, 1)}};
      if (kind.moments(term.expiry, model.parameters).highest < 4) continue;
      const auto swap = worth_of(swap_density(.5, term.forward), model, term);
      ASSERT_TRUE(swap) << kind.name << ": " << swap.error().message;
      const double moment = std::exp(model.exponent({.5, 0}, term.expiry).real());
      EXPECT_NEAR(swap->value, 8 * (1 - moment), 1e-13) << kind.name;
      EXPECT_LE(std::abs(swap->value - 8 * (1 - moment)), swap->error + 1e-14) << kind.name;
      EXPECT_LE(swap->error, 1e-7) << kind.name;
    }
  });
}

TEST(SmileClaimLaw, NodesIntegrateAPower) {
  for_cases(300, [](Gen& gen) {
    const double forward = gen.scale(1e-2, 1e5), power = gen.real(-3, 1);
    const OptionDensity density{gen.scale(1e-3, 1e3), power, Price{forward * gen.real(.1, 1.2)},
                                Price{forward * gen.real(1.21, 5)}};
    double sum = 0, before = 0;
    for (const StrikeNode& node : strike_nodes(density, Price{forward}, {{-9, 9}, .5, .5})) {
      EXPECT_GT(node.strike.value(), before);
      before = node.strike.value();
      EXPECT_EQ(node.type, node.strike < Price{forward} ? Type::put : Type::call);
      sum += node.weight;
    }
    const double e = power + 1;
    const double wanted =
        density.scale * (std::pow(density.upper.value(), e) - std::pow(density.lower.value(), e)) /
        e;
    EXPECT_CLOSE(sum, wanted, 1e-11 / std::min(1.0, std::abs(e)));
  });
}

}  // namespace levee::option
