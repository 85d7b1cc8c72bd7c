#include "levee/hedge/policy.h"

#include "levee/hedge/layer.h"
#include "levee/scenario/kind.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::hedge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Bound {
  std::string_view name;
  double low, high;
  bool low_included, high_included;
};

// Fields not listed must only be finite.
constexpr std::array bounds{
    Bound{"horizon_days", 0, 365, false, true},
    Bound{"confidence", 0.5, 1, true, false},
    Bound{"price_of_tail", 0, 1000, false, true},
    Bound{"tail_limit_usd", 0, infinity, false, false},
    Bound{"coverage_target", 0, 1, false, true},
    Bound{"beta_down", -100, 100, true, true},
    Bound{"smaller_cap_usd", 0, infinity, false, false},
    Bound{"worth_over_value", -1e6, 1e6, true, true},
    Bound{"units", 0, 1e18, false, true},
    Bound{"carry_share_of_nav", 0, 1, true, true},
    Bound{"carry_share_of_fees", 0, 1, true, true},
    Bound{"carry_share_of_nav_max", 0, 1, true, true},
    Bound{"carry_usd_per_year", 0, infinity, true, false},
    Bound{"fees_kept_calm_min", 0, 1, true, true},
    Bound{"calm_sigma", 0, 2, false, true},
    Bound{"margin_share_of_cash", 0, 1, true, true},
    Bound{"coverage_max", 0, 1, false, true},
    Bound{"coverage_tolerance", 0, 1, true, true},
    Bound{"roll_tilt_max", 0, 0.5, true, true},
    Bound{"turnover_usd_max", 0, infinity, true, false},
    Bound{"floor_z", 0, 6, false, true},
    Bound{"floor_loss_usd", 0, infinity, true, false},
    Bound{"perp_share_of_delta_max", 0, 10, true, true},
    Bound{"gamma_share_min", 0, 1, true, true},
    Bound{"tenor_days_min", 0, 3650, true, true},
    Bound{"tenor_days_new_min", 0, 3650, true, true},
    Bound{"strike_z_out_max", 0, 100, false, true},
    Bound{"strike_z_in_max", 0, 100, true, true},
    Bound{"net_delta_share_max", 0, 10, true, true},
    Bound{"depth_share_of_open_interest", 0, 1, true, true},
    Bound{"option_fee_share_of_index", 0, 0.1, true, true},
    Bound{"option_fee_share_of_premium_max", 0, 1, true, true},
    Bound{"perp_fee_share", 0, 0.1, true, true},
    Bound{"perp_half_spread_share", 0, 0.1, true, true},
    Bound{"perp_margin_share", 0, 1, false, true},
    Bound{"option_lot", 0, infinity, false, false},
    Bound{"perp_lot", 0, infinity, false, false},
    Bound{"leave_share_max", 0, 1, true, true},
    Bound{"leave_gas_usd", 0, 1e6, true, true},
    Bound{"swap_share", 0, 0.5, true, true},
    Bound{"frontier_points", 0, 100, true, true},
    Bound{"trade_worth_share_min", 0, 1, true, true},
    Bound{"risk_free_rate", 0, 1, true, true},
    Bound{"collar_loss_share_max", 0, 1, true, true},
    Bound{"rate_notional_usd", 0, infinity, false, false},
    Bound{"proxy_correlation_min", 0.2, 1, true, true},
    Bound{"proxy_days_min", 60, 3650, true, true},
    Bound{"variance_weight_implied", 0, 1, true, true},
    Bound{"robust_vol_band", 0, 0.9, true, true},
    Bound{"history_days", 60, 3650, true, true},
    Bound{"realised_days", 2, 3650, true, true},
    Bound{"block_days", 0, 60, false, true},
    Bound{"iv_residual_assumed", 0, 1, true, true},
    Bound{"iv_tenor_power", 0, 2, true, true},
    Bound{"paths_choose", 200, 1e6, true, true},
    Bound{"paths_score", 200, 1e7, true, true},
    Bound{"seed", 0, 1e15, true, true},
};

std::string complaint(std::string_view name, double value) {
  for (const Bound& bound : bounds) {
    if (bound.name != name) continue;
    const bool above = bound.low_included ? value >= bound.low : value > bound.low;
    const bool below = bound.high_included ? value <= bound.high : value < bound.high;
    if (above && below) return {};
    return fmt::format("{} = {} (must lie in {}{}, {}{})", name, value,
                       bound.low_included ? '[' : '(', bound.low, bound.high,
                       bound.high_included ? ']' : ')');
  }
  return std::isfinite(value) ? std::string{} : fmt::format("{} is not a finite number", name);
}

std::string complaint(std::string_view name, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!(values[i] > 0) || !std::isfinite(values[i])) {
      return fmt::format("{}[{}] = {} (must be positive)", name, i, values[i]);
    }
    if (i > 0 && name == "tenors_days" && values[i] <= values[i - 1]) {
      return fmt::format("{} (must ascend)", name);
    }
  }
  return values.empty() ? fmt::format("{} is empty (give at least one)", name) : std::string{};
}

std::string complaint(std::string_view name, const std::optional<double>& value) {
  return value ? complaint(name, *value) : std::string{};
}

std::string complaint(std::string_view name, const std::string& value) {
  const auto one_of = [&](std::initializer_list<std::string_view> known) {
    const auto last = known.end() - 1;
    return std::ranges::find(known, value) != known.end()
               ? std::string{}
               : fmt::format("{} = \"{}\" (must be {} or {})", name, value,
                             fmt::join(known.begin(), last, ", "), *last);
  };
  if (name == "smaller_cap") return one_of({"more", "less"});
  if (name == "regime") return one_of({"follow", "ignore"});
  if (name == "perp_ratio") return one_of({"constant", "rising"});
  if (name != "mode") return {};
  return one_of({"scenario_match", "contracts_442", "budget_40_40_20", "gamma_match"});
}

std::string complaint_of_worlds(const std::vector<std::string>& values) {
  std::set<std::string> seen;
  for (const std::string& value : values) {
    if (!seen.insert(value).second) {
      return fmt::format("robust_worlds names {} twice (each kind is one world)", value);
    }
    if (std::ranges::find(scenario::shelf(), value, &scenario::Entry::name) !=
        scenario::shelf().end()) {
      continue;
    }
    std::string known;
    for (const scenario::Entry& one : scenario::shelf()) {
      known += (known.empty() ? "" : ", ") + std::string(one.name);
    }
    return fmt::format(
        "robust_worlds names \"{}\" (there is no such kind of scenarios, in the "
        "policy or in --robust; there are {})",
        value, known);
  }
  return {};
}

std::string complaint(std::string_view name, const std::vector<std::string>& values) {
  if (name == "robust_worlds") return complaint_of_worlds(values);
  std::set<std::string> seen;
  for (const std::string& value : values) {
    const bool budget = name == "layer_budgets";
    const auto read = layer_budget_of(value);
    if (budget && !read) {
      return fmt::format(R"({} has "{}" (write a layer and USD a year: "put_shield 20000"))", name,
                         value);
    }
    const std::string_view layer = budget ? std::string_view(read->layer) : value;
    if (budget && !seen.insert(read->layer).second) {
      return fmt::format("{} names {} twice (one budget a layer)", name, layer);
    }
    if (std::ranges::find(shelf(), layer, &Entry::name) != shelf().end()) continue;
    std::string known;
    for (const Entry& one : shelf()) known += (known.empty() ? "" : ", ") + std::string(one.name);
    return fmt::format("{} names \"{}\" (there is no such layer{}; there are {})", name, layer,
                       budget ? "" : ", in the policy or in --without", known);
  }
  return {};
}

}  // namespace

Result<Done> check(const Policy& policy) {
  std::string found;
  Policy::fields(policy, [&](std::string_view name, const auto& value, std::string_view) {
    if (found.empty()) found = complaint(name, value);
  });
  if (found.empty() && policy.z_strikes.size() != policy.tenors_days.size()) {
    found = "z_strikes (needs one strike distance per tenor in tenors_days)";
  }
  if (found.empty() && policy.frontier_points != std::floor(policy.frontier_points)) {
    found = fmt::format("frontier_points = {} (must be a whole number)", policy.frontier_points);
  }
  const bool robust = !policy.robust_worlds.empty() || policy.robust_vol_band > 0;
  if (found.empty() && robust && policy.tail_limit_usd) {
    found =
        "robust_worlds and tail_limit_usd (the worst mixture of worlds is found for a price of "
        "tail: leave one of the two out)";
  }
  if (!found.empty()) return fail(Reason::out_of_range, "policy: " + found);
  return Done{};
}

}  // namespace levee::hedge
