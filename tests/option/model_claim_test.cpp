// tests/option/model_claim_test.cpp — the loss claim and options by one transform, held by the
// closed form under Black, by the shelf's own prices, and by the integral over the smile.
#include "levee/option/model_claim.h"

#include "levee/option/smile_claim.h"
#include "tests/option/models.h"

#include <limits>

namespace levee::option {
namespace {

using levee::test::for_cases;
using levee::test::Gen;

constexpr double infinity = std::numeric_limits<double>::infinity();
const RangeClaim wide{.entry = Price{2000}, .lower = Price{1500}, .upper = Price{2500}};
const RangeClaim full{.entry = Price{2000}, .lower = Price{0}, .upper = Price{infinity}};

// A range about an entry that the forward may have left.
RangeClaim any_claim(Gen& gen, Price forward) {
  if (gen.coin() && gen.coin()) return {forward, Price{0}, Price{infinity}};
  const double entry = forward.value() * gen.scale(0.7, 1.4);
  return {.entry = Price{entry},
          .lower = Price{entry / gen.scale(1.01, 2.5)},
          .upper = Price{entry * gen.scale(1.01, 2.5)}};
}

// Base tokens per unit of entry value.
double base_of(const RangeClaim& claim) {
  const double s0 = std::sqrt(claim.entry.value()), sb = std::sqrt(claim.upper.value());
  return (1 / s0 - 1 / sb) / (2 * s0 - claim.entry.value() / sb - std::sqrt(claim.lower.value()));
}

TEST(ModelClaim, IsTheTableOf2_3) {
  const Term month{Price{2000}, Years{30.0 / 365}};
  const auto value = [&](const char* kind, const std::vector<double>& numbers,
                         const RangeClaim& claim) {
    return claim_worth(*model_of(kind, numbers), month, claim, LossKind::borrowed)->value;
  };
  const std::vector heston{.36, .49, 3., 1.2, -.3};
  EXPECT_NEAR(value("black", {.7}, wide), 0.038340151073078, 2e-14);
  EXPECT_NEAR(value("heston", heston, wide), 0.02997344854902523, 2e-14);
  EXPECT_NEAR(value("bates", {.36, .49, 3, 1.2, -.3, 4, -.05, .1}, wide), 0.03327855335745563,
              2e-14);
  // 2.5: v2 under Heston, and the expected root.
  EXPECT_NEAR(value("heston", heston, full), 0.003816782764901086, 1e-14);
  const auto law = transform_of(*model_of("heston", heston), month.expiry, {});
  EXPECT_NEAR(law->at[0].real(), .9961832172350989, 1e-14);
}

TEST(ModelClaimLaw, IsTheClosedFormUnderBlack) {
  for_cases(2000, [](Gen& gen) {
    const double vol = gen.scale(.1, 2);
    const Term term = test::any_term(gen);
    const RangeClaim claim = any_claim(gen, term.forward);
    for (const LossKind kind : {LossKind::borrowed, LossKind::funded}) {
      const auto got = claim_worth(*model_of("black", std::vector{vol}), term, claim, kind);
      ASSERT_TRUE(got) << got.error().message;
      const auto want = range_claim_value(
          claim, kind, {.spot = term.forward, .expiry = term.expiry, .vol = Vol{vol}});
      const double f = term.forward.value(), scale = std::max(1.0, f / claim.entry.value());
      EXPECT_NEAR(got->value, want.value, 2e-13 * scale);
      EXPECT_NEAR(got->delta * f, want.delta * f, 1e-11 * scale);
      EXPECT_NEAR(got->gamma * f * f, want.gamma * f * f, 1e-10 * scale);
    }
  });
}

TEST(ModelClaimLaw, HasTheShelfsPricesUnderEveryModel) {
  int asked = 0, without = 0;
  double worst = 0;
  for_cases(1000, [&](Gen& gen) {
    for (const Entry& kind : shelf()) {
      const Model model = test::any_model(kind, gen);
      const Term term = test::any_term(gen);
      const auto strikes = test::strikes_around(model, term, gen.real(0.5, 4));
      const auto want = prices_of(model, term, strikes);
      const Reach reach{std::log(strikes.front().value() / term.forward.value()),
                        std::log(strikes.back().value() / term.forward.value())};
      const auto law = transform_of(model, term.expiry, reach);
      ++asked;
      if (!law || !want) {
        ++without;
        continue;
      }
      const auto got = prices_of(*law, term.forward, strikes);
      for (std::size_t i = 0; i < strikes.size(); ++i) {
        const double scale = std::max(term.forward.value(), strikes[i].value());
        const double off = std::abs(got[i].call.value() - (*want)[i].call.value()) / scale;
        worst = std::max(worst, off);
        EXPECT_LT(off, 2e-12) << kind.name << " " << term.expiry.value() << " " << law->at.size();
      }
    }
  });
  EXPECT_LE(without, asked / 100) << without << " of " << asked;
  RecordProperty("worst", std::to_string(worst));
}

TEST(ModelClaimLaw, IsTheIntegralOverTheSmile) {
  for_cases(30, [](Gen& gen) {
    for (const Entry& kind : shelf()) {
      const Model model = test::any_model(kind, gen);
      const Term term{.forward = Price{gen.scale(1, 1e5)}, .expiry = Years{gen.scale(.05, 1)}};
      const RangeClaim claim = any_claim(gen, term.forward);
      for (const LossKind loss : {LossKind::borrowed, LossKind::funded}) {
        const auto got = claim_worth(model, term, claim, loss);
        const auto want = range_claim_under(claim, loss, model, term);
        ASSERT_TRUE(got) << got.error().message;
        ASSERT_TRUE(want) << want.error().message;
        const double scale = std::max(1.0, term.forward.value() / claim.entry.value());
        EXPECT_NEAR(got->value, want->value, 1e-12 * scale + 2 * want->error) << kind.name;
        EXPECT_LT(want->error, 1e-8);
      }
    }
  });
}

TEST(ModelClaimLaw, HasTheSlopesOfItsValue) {
  for_cases(200, [](Gen& gen) {
    for (const Entry& kind : shelf()) {
      const Model model = test::any_model(kind, gen);
      const Term term{.forward = Price{gen.scale(1, 1e5)}, .expiry = Years{gen.scale(.02, 1)}};
      const RangeClaim claim = any_claim(gen, term.forward);
      const double f = term.forward.value(), step = 1e-4;
      const Reach reach = reach_of(claim, term.forward);
      const auto law =
          transform_of(model, term.expiry, {reach.lowest - step, reach.highest + step});
      ASSERT_TRUE(law) << law.error().message;
      for (const LossKind loss : {LossKind::borrowed, LossKind::funded}) {
        const auto at = [&](double x) { return claim_worth(*law, claim, loss, Price{x}); };
        const ClaimWorth now = at(f), up = at(f * (1 + step)), down = at(f * (1 - step));
        EXPECT_NEAR(now.delta * f, (up.value - down.value) / (2 * step), 1e-5) << kind.name;
        EXPECT_NEAR(now.gamma * f, (up.delta - down.delta) / (2 * step), 1e-3) << kind.name;
      }
      const double base = base_of(claim);
      const double gap = claim_worth(*law, claim, LossKind::borrowed, term.forward).value -
                         claim_worth(*law, claim, LossKind::funded, term.forward).value;
      EXPECT_NEAR(gap, base * (f - claim.entry.value()), 1e-12 * std::max(1.0, base * f));
    }
  });
}

TEST(ModelClaim, IsRefusedWithTheReason) {
  const Model model = *model_of("black", std::vector{.5});
  for (const double bad : {0.0, -1.0, infinity, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(transform_of(model, Years{bad}, {}).error().reason, Reason::out_of_range);
    EXPECT_EQ(claim_worth(model, {Price{bad}, Years{1}}, full, LossKind::borrowed).error().reason,
              Reason::out_of_range);
  }
  EXPECT_EQ(transform_of(model, Years{1}, {1, 0}).error().reason, Reason::out_of_range);
  EXPECT_EQ(transform_of(model, Years{1}, {-infinity, 0}).error().reason, Reason::out_of_range);
  // A second of rare jumps has no length that would do.
  const Model rare = *model_of("kou", std::vector{.01, 1., .5, 2., 2.});
  EXPECT_EQ(transform_of(rare, Years{1e-8}, {-.1, .1}).error().reason, Reason::not_converged);
}

}  // namespace
}  // namespace levee::option
