// tests/hedge/policy_test.cpp — what an owner may ask for, and the name of what he may not.
#include "levee/hedge/policy.h"

#include "levee/base/fields.h"

#include <limits>
#include <type_traits>

#include <gmock/gmock.h>

namespace levee::hedge {
namespace {

using testing::HasSubstr;

template <class Change>
void expect_refused(std::string_view field, Change change) {
  Policy policy;
  change(policy);
  const auto done = check(policy);
  ASSERT_FALSE(done) << field;
  EXPECT_EQ(done.error().reason, Reason::out_of_range);
  EXPECT_THAT(done.error().message, HasSubstr(std::string(field)));
}

template <class Change>
void expect_accepted(Change change) {
  Policy policy;
  change(policy);
  const auto done = check(policy);
  EXPECT_TRUE(done) << done.error().message;
}

}  // namespace

TEST(Policy, ItsDefaultsAreTheMethodologysAndPass) {
  const Policy policy;
  EXPECT_TRUE(check(policy));
  EXPECT_EQ(policy.price_of_tail, 0.10);  // methodology, amendments 1, 3, 9 and 13
  EXPECT_EQ(policy.confidence, 0.95);
  EXPECT_EQ(policy.horizon_days, 30);
  EXPECT_EQ(policy.coverage_max, 1);
  EXPECT_EQ(policy.coverage_target, 0.35);
  EXPECT_EQ(policy.carry_share_of_nav, 0.015);
  EXPECT_EQ(policy.carry_share_of_fees, 0.30);
  EXPECT_EQ(policy.carry_share_of_nav_max, 0.10);
  EXPECT_EQ(policy.perp_share_of_delta_max, 0.6);
  EXPECT_EQ(policy.fees_kept_calm_min, 0.70);  // S2.41
  EXPECT_EQ(policy.calm_sigma, 0.5);
  EXPECT_EQ(policy.option_fee_share_of_premium_max, 0.125);
  EXPECT_EQ(policy.tenors_days, (std::vector<double>{30, 110, 220}));
  EXPECT_EQ(policy.z_strikes, (std::vector<double>{1.0, 1.5, 2.0}));
}

TEST(Policy, EveryNumberMustBeOneAndTheFieldIsNamed) {
  std::vector<std::string> names;
  const Policy sound;
  for_fields(sound, [&](std::string_view name, const auto&, std::string_view) {
    names.emplace_back(name);
  });
  for (const std::string& wanted : names) {
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      Policy policy;
      bool is_number = false;
      for_fields(policy, [&](std::string_view name, auto& field, std::string_view) {
        using Field = std::remove_reference_t<decltype(field)>;
        if (name != wanted) return;
        if constexpr (std::is_same_v<Field, double> ||
                      std::is_same_v<Field, std::optional<double>>) {
          field = bad, is_number = true;
        } else if constexpr (std::is_same_v<Field, std::vector<double>>) {
          field.back() = bad, is_number = true;
        }
      });
      if (!is_number) continue;
      const auto done = check(policy);
      ASSERT_FALSE(done) << wanted << " = " << bad;
      EXPECT_EQ(done.error().reason, Reason::out_of_range);
      EXPECT_THAT(done.error().message, HasSubstr(wanted));
    }
  }
}

TEST(Policy, NamesTheFieldThatIsOutOfRange) {
  expect_refused("horizon_days", [](Policy& p) { p.horizon_days = 0; });
  expect_refused("horizon_days", [](Policy& p) { p.horizon_days = 366; });
  expect_refused("confidence", [](Policy& p) { p.confidence = 1; });
  expect_refused("confidence", [](Policy& p) { p.confidence = 0.3; });
  expect_refused("price_of_tail", [](Policy& p) { p.price_of_tail = 0; });
  expect_refused("price_of_tail", [](Policy& p) { p.price_of_tail = -0.1; });
  expect_refused("tail_limit_usd", [](Policy& p) { p.tail_limit_usd = 0; });
  expect_refused("coverage_target", [](Policy& p) { p.coverage_target = 1.2; });
  expect_refused("carry_share_of_nav", [](Policy& p) { p.carry_share_of_nav = -0.01; });
  expect_refused("carry_share_of_fees", [](Policy& p) { p.carry_share_of_fees = 1.01; });
  expect_refused("carry_usd_per_year", [](Policy& p) { p.carry_usd_per_year = -1; });
  expect_refused("fees_kept_calm_min", [](Policy& p) { p.fees_kept_calm_min = -0.1; });
  expect_refused("fees_kept_calm_min", [](Policy& p) { p.fees_kept_calm_min = 1.1; });
  expect_refused("calm_sigma", [](Policy& p) { p.calm_sigma = 0; });
  expect_refused("calm_sigma", [](Policy& p) { p.calm_sigma = 2.5; });
  expect_refused("margin_share_of_cash", [](Policy& p) { p.margin_share_of_cash = 1.5; });
  expect_refused("coverage_max", [](Policy& p) { p.coverage_max = 1.1; });
  expect_refused("coverage_tolerance", [](Policy& p) { p.coverage_tolerance = -1e-9; });
  expect_refused("perp_share_of_delta_max", [](Policy& p) { p.perp_share_of_delta_max = -1; });
  expect_refused("perp_ratio", [](Policy& p) { p.perp_ratio = "falling"; });
  expect_refused("risk_free_rate", [](Policy& p) { p.risk_free_rate = -0.01; });
  expect_refused("collar_loss_share_max", [](Policy& p) { p.collar_loss_share_max = 1.1; });
  expect_refused("rate_notional_usd", [](Policy& p) { p.rate_notional_usd = 0; });
  expect_refused("proxy_correlation_min", [](Policy& p) { p.proxy_correlation_min = 0.1; });
  expect_refused("proxy_days_min", [](Policy& p) { p.proxy_days_min = 30; });
  expect_refused("strike_z_out_max", [](Policy& p) { p.strike_z_out_max = 0; });
  expect_refused("strike_z_in_max", [](Policy& p) { p.strike_z_in_max = -1; });
  expect_refused("tenor_days_new_min", [](Policy& p) { p.tenor_days_new_min = -1; });
  expect_refused("robust_vol_band", [](Policy& p) { p.robust_vol_band = 1; });
  expect_refused("robust_worlds", [](Policy& p) { p.robust_worlds = {"weather"}; });
  expect_refused("twice", [](Policy& p) { p.robust_worlds = {"diffusion", "diffusion"}; });
  expect_refused("tail_limit_usd", [](Policy& p) {
    p.robust_worlds = {"diffusion"};
    p.tail_limit_usd = 1e5;
  });
  expect_refused("roll_tilt_max", [](Policy& p) { p.roll_tilt_max = 0.6; });
  expect_refused("units", [](Policy& p) { p.units = 0; });
  expect_refused("net_delta_share_max", [](Policy& p) { p.net_delta_share_max = -0.5; });
  expect_refused("depth_share_of_open_interest",
                 [](Policy& p) { p.depth_share_of_open_interest = 2; });
  expect_refused("option_fee_share_of_index", [](Policy& p) { p.option_fee_share_of_index = -1; });
  expect_refused("option_lot", [](Policy& p) { p.option_lot = 0; });
  expect_refused("perp_lot", [](Policy& p) { p.perp_lot = -0.001; });
  expect_refused("variance_weight_implied", [](Policy& p) { p.variance_weight_implied = 1.5; });
  expect_refused("block_days", [](Policy& p) { p.block_days = 0; });
  expect_refused("paths_choose", [](Policy& p) { p.paths_choose = 0; });
  expect_refused("paths_score", [](Policy& p) { p.paths_score = 1e9; });
  expect_refused("seed", [](Policy& p) { p.seed = -1; });
}

TEST(Policy, TenorsAscendAndEachHasItsStrike) {
  expect_refused("tenors_days", [](Policy& p) { p.tenors_days = {}; });
  expect_refused("tenors_days", [](Policy& p) { p.tenors_days = {30, 220, 110}; });
  expect_refused("tenors_days", [](Policy& p) { p.tenors_days = {30, 30, 110}; });
  expect_refused("tenors_days", [](Policy& p) { p.tenors_days = {0, 30, 110}; });
  expect_refused("z_strikes", [](Policy& p) { p.z_strikes = {1, 1.5}; });
  expect_refused("z_strikes", [](Policy& p) { p.z_strikes = {1, 1.5, -2}; });
  expect_accepted([](Policy& p) { p.tenors_days = {7, 90}, p.z_strikes = {2, 1}; });
}

TEST(Policy, KnowsItsModesByName) {
  for (const char* mode : {"scenario_match", "contracts_442", "budget_40_40_20", "gamma_match"}) {
    expect_accepted([&](Policy& p) { p.mode = mode; });
  }
  expect_refused("mode", [](Policy& p) { p.mode = "contracts-442"; });
  expect_refused("contracts_442", [](Policy& p) { p.mode = ""; });  // says which there are
}

TEST(Policy, KnowsItsLayersByName) {
  expect_accepted([](Policy& p) { p.layers_off = {"collar", "perp_delta"}; });
  expect_accepted([](Policy& p) { p.layer_budgets = {"put_shield 20000"}; });
  expect_refused("layers_off names \"puts\"", [](Policy& p) { p.layers_off = {"puts"}; });
  expect_refused("put_shield", [](Policy& p) { p.layers_off = {"puts"}; });  // says which there are
  expect_refused("layer_budgets names \"puts\"", [](Policy& p) { p.layer_budgets = {"puts 1"}; });
  expect_refused("write a layer and USD", [](Policy& p) { p.layer_budgets = {"put_shield"}; });
  expect_refused("names put_shield twice",
                 [](Policy& p) { p.layer_budgets = {"put_shield 1", "put_shield 2"}; });
  for (const char* budget :
       {"put_shield -1", "put_shield nan", "put_shield inf", "put_shield 1x"}) {
    expect_refused("write a layer and USD", [&](Policy& p) { p.layer_budgets = {budget}; });
  }
  expect_refused("must be follow or ignore", [](Policy& p) { p.regime = "sometimes"; });
  expect_refused("regime", [](Policy& p) { p.regime = "sometimes"; });
  expect_refused("turnover_usd_max", [](Policy& p) { p.turnover_usd_max = -1; });
  expect_refused("floor_z", [](Policy& p) { p.floor_z = 0; });
  expect_refused("frontier_points", [](Policy& p) { p.frontier_points = 2.5; });
  expect_refused("floor_loss_usd", [](Policy& p) { p.floor_loss_usd = -1; });
}

TEST(Policy, TheEdgesOfARangeBelongToIt) {
  expect_accepted([](Policy& p) { p.horizon_days = 365; });
  expect_accepted([](Policy& p) { p.coverage_max = 1, p.coverage_tolerance = 0; });
  expect_accepted([](Policy& p) { p.carry_usd_per_year = 0; });
  expect_accepted([](Policy& p) { p.variance_weight_implied = 0; });
  expect_accepted([](Policy& p) { p.tail_limit_usd = 1e-3; });
}

TEST(Policy, OfSeveralFaultsTheFirstIsNamed) {
  Policy policy;
  policy.confidence = 2;
  policy.seed = -1;
  EXPECT_THAT(check(policy).error().message, HasSubstr("confidence"));
}

}  // namespace levee::hedge
