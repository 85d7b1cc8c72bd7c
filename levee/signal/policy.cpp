#include "levee/signal/policy.h"

#include "levee/base/fields.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include <fmt/core.h>

namespace levee::signal {
namespace {

bool counts(std::string_view name) {
  return name.ends_with("_bars") || name.ends_with("_tokens") || name == "stress_parts";
}

constexpr std::array above_zero{
    std::string_view("edr_calm"),        std::string_view("edr_normal"),
    std::string_view("edr_hold"),        std::string_view("edr_crisis"),
    std::string_view("edr_event"),       std::string_view("edr_wide_ratio"),
    std::string_view("carry_rsi_min"),   std::string_view("carry_premium_min"),
    std::string_view("carry_slope_min"), std::string_view("funding_high"),
    std::string_view("veq_full_size"),   std::string_view("stress_clip"),
    std::string_view("peg_strained"),    std::string_view("rate_gap_high"),
    std::string_view("heat_hot"),        std::string_view("tvl_gate"),
};

std::optional<std::string> complaint(std::string_view name, double value) {
  if (!std::isfinite(value)) return "must be finite";
  if (counts(name) && !(value >= 1 && value <= 10000 && value == std::floor(value))) {
    return "must be a whole number from 1 to 10000";
  }
  if (name.ends_with("_days") && !(value >= 2 && value <= 10000)) {
    return "must be from 2 to 10000 days";
  }
  const bool has_to = std::ranges::find(above_zero, name) != above_zero.end();
  if (has_to && !(value > 0)) return "must be above zero";
  if (name.ends_with("_hours") && !(value >= 0 && value <= 10000)) {
    return "must be from 0 to 10000 hours";
  }
  return {};
}

Error outside(std::string_view name, double value, std::string_view why) {
  return fail(Reason::out_of_range, fmt::format("{} {} ({})", name, value, why));
}

}  // namespace

Result<Done> check(const SignalPolicy& policy) {
  std::optional<Error> wrong;
  for_fields(policy, [&](std::string_view name, double value, std::string_view) {
    const auto found = complaint(name, value);
    if (found && !wrong) wrong = outside(name, value, *found);
  });
  if (wrong) return *wrong;
  const SignalPolicy& p = policy;
  if (p.macd_fast_bars >= p.macd_slow_bars) {
    return outside("macd_fast_bars", p.macd_fast_bars, "must lie below macd_slow_bars");
  }
  if (!(0 < p.rsi_low && p.rsi_low < p.rsi_low_rearm && p.rsi_low_rearm <= p.rsi_high_rearm &&
        p.rsi_high_rearm < p.rsi_high && p.rsi_high < 100)) {
    return outside("rsi_low", p.rsi_low,
                   "0 < low < its re-arm <= re-arm of high < high < 100 must hold");
  }
  if (!(0 < p.veq_calm && p.veq_calm < p.veq_hold && p.veq_hold < p.veq_crisis)) {
    return fail(Reason::out_of_range,
                fmt::format("veq_calm {}, veq_hold {}, veq_crisis {} (must ascend from above 0)",
                            p.veq_calm, p.veq_hold, p.veq_crisis));
  }
  if (p.veq_days_min > p.veq_days) {
    return outside("veq_days_min", p.veq_days_min, "must not exceed veq_days");
  }
  if (!(p.veq_margin >= 0)) return outside("veq_margin", p.veq_margin, "must not be negative");
  if (!(p.stress_off <= p.stress_on)) {
    return outside("stress_off", p.stress_off, "must not exceed stress_on, or the gate would flap");
  }
  if (p.stress_days_min > p.stress_days) {
    return outside("stress_days_min", p.stress_days_min, "must not exceed stress_days");
  }
  if (!(p.watch_off_share > 0 && p.watch_off_share <= 1)) {
    return outside("watch_off_share", p.watch_off_share, "must lie in (0, 1]");
  }
  if (!(p.tvl_low < 0)) return outside("tvl_low", p.tvl_low, "must be below zero");
  if (!(p.peg_strained <= p.peg_broken)) {
    return outside("peg_strained", p.peg_strained, "must not exceed peg_broken");
  }
  if (p.window_full_hours > p.window_before_hours) {
    return outside("window_full_hours", p.window_full_hours, "must not exceed window_before_hours");
  }
  if (!(p.edr_weight_implied >= 0 && p.edr_weight_implied <= 1)) {
    return outside("edr_weight_implied", p.edr_weight_implied, "must lie in [0, 1]");
  }
  return Done{};
}

}  // namespace levee::signal
