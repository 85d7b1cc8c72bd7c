// levee/risk/asymmetry.cpp — measures of two-sidedness, their errors, and a hedge's verdict.
#include "levee/risk/asymmetry.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/core.h>

namespace levee::risk {
namespace {

constexpr std::size_t fewest_periods = 20;
constexpr double rare = 0.05;

using Gains = std::span<const double>;

Result<Done> checked(const PairedGains& gains) {
  if (gains.hedged.size() != gains.unhedged.size()) {
    return fail(Reason::bad_input,
                fmt::format("{} hedged and {} unhedged periods (must be the same)",
                            gains.hedged.size(), gains.unhedged.size()));
  }
  if (gains.hedged.size() < fewest_periods) {
    return fail(Reason::missing_data, fmt::format("{} periods (asymmetry needs {})",
                                                  gains.hedged.size(), fewest_periods));
  }
  for (const Gains side : {gains.hedged, gains.unhedged}) {
    if (!std::all_of(side.begin(), side.end(), [](double x) { return std::isfinite(x); })) {
      return fail(Reason::bad_input, "a gain is not finite (leave its period out)");
    }
  }
  return Done{};
}

// An estimate whose error follows from what each period adds to it.
template <class Influence>
num::Estimate estimate_of(double value, std::size_t periods, Influence influence) {
  std::vector<double> squares(periods);
  for (std::size_t i = 0; i < periods; ++i) squares[i] = influence(i) * influence(i);
  const auto count = static_cast<double>(periods);
  return {value, std::sqrt(num::sum_of(squares)) / count, periods};
}

struct Moments {
  double mean = 0, deviation = 0, skewness = 0;
};

Moments moments_of(Gains gains) {
  const double mean = num::mean_of(gains).value;
  const auto count = static_cast<double>(gains.size());
  double second = 0, third = 0;
  for (const double gain : gains) {
    const double off = gain - mean;
    second += off * off, third += off * off * off;
  }
  const double deviation = std::sqrt(second / count);
  // All alike up to rounding is alike.
  if (!(deviation > 1e-12 * std::abs(mean))) return {mean, 0, 0};
  return {mean, deviation, third / count / (deviation * deviation * deviation)};
}

std::optional<num::Estimate> skewness_of(Gains gains) {
  const Moments found = moments_of(gains);
  if (found.deviation == 0) return std::nullopt;
  return estimate_of(found.skewness, gains.size(), [&](std::size_t i) {
    const double z = (gains[i] - found.mean) / found.deviation;
    return z * z * z - found.skewness - 3 * z - 1.5 * found.skewness * (z * z - 1);
  });
}

std::vector<double> losses_of(Gains gains) {
  std::vector<double> losses(gains.begin(), gains.end());
  for (double& x : losses) x = -x;
  return losses;
}

double shortfall_of(Gains gains) { return tail_of(losses_of(gains), 1 - rare)->cvar.value(); }

std::optional<num::Estimate> shortfall_to_gain_of(Gains gains) {
  const double mean = num::mean_of(gains).value;
  if (!(mean > 0)) return std::nullopt;
  const auto tail = tail_of(losses_of(gains), 1 - rare);
  const double var = tail->var.value(), cvar = tail->cvar.value(), ratio = cvar / mean;
  return estimate_of(ratio, gains.size(), [&](std::size_t i) {
    const double in_cvar = var + std::max(0.0, -gains[i] - var) / rare - cvar;
    return (in_cvar - ratio * (gains[i] - mean)) / mean;
  });
}

std::optional<num::Estimate> tail_ratio_of(Gains gains) {
  const auto high = tail_of(gains, 1 - rare), low = tail_of(gains, rare);
  const double above = high->var.value(), below = -low->var.value();
  if (!(below > 0)) return std::nullopt;
  // Quantiles at p < q of n draws correlate by sqrt(p (1 - q) / (q (1 - p))).
  constexpr double correlation = rare / (1 - rare);
  const double a = high->var_error.value() / below;
  const double b = above / below * low->var_error.value() / below;
  return num::Estimate{above / below, std::sqrt(a * a + b * b + 2 * correlation * a * b),
                       gains.size()};
}

// Mean of one number over mean of another, each over all periods; nothing where the latter is 0.
template <class Top, class Bottom>
std::optional<num::Estimate> ratio_of(std::size_t periods, Top top, Bottom bottom) {
  std::vector<double> over(periods), under(periods);
  for (std::size_t i = 0; i < periods; ++i) over[i] = top(i), under[i] = bottom(i);
  const double below = num::sum_of(under) / static_cast<double>(periods);
  if (below == 0) return std::nullopt;
  const double ratio = num::sum_of(over) / static_cast<double>(periods) / below;
  return estimate_of(ratio, periods,
                     [&](std::size_t i) { return (over[i] - ratio * under[i]) / below; });
}

// Gains of the drawn rows.
std::vector<double> at_rows(Gains gains, std::span<const std::size_t> rows) {
  std::vector<double> drawn(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) drawn[i] = gains[rows[i]];
  return drawn;
}

std::string told_of(const HedgeVerdict& verdict, const HedgeAim& aim) {
  const Band& cut = verdict.shortfall_cut;
  const Band& cost = verdict.give_up_usd;
  return fmt::format(
      "the hedge {}: CVaR95 falls {:.1f} % [{:.1f}, {:.1f}] where {:.1f} % were asked, for {:.4g} "
      "USD "
      "a period [{:.4g}, {:.4g}] where {:.4g} were allowed{}",
      verdict.holds ? "holds" : "FAILS", 100 * cut.value, 100 * cut.lower, 100 * cut.upper,
      100 * aim.shortfall_cut_least, cost.value, cost.lower, cost.upper, aim.give_up_most.value(),
      verdict.settled ? "" : "; the sample does not settle it");
}

bool settled(const HedgeVerdict& verdict, const HedgeAim& aim) {
  const double least = aim.shortfall_cut_least, most = aim.give_up_most.value();
  if (verdict.holds) {
    return verdict.shortfall_cut.lower >= least && verdict.give_up_usd.upper <= most;
  }
  return verdict.shortfall_cut.upper < least || verdict.give_up_usd.lower > most;
}

}  // namespace

Result<Asymmetry> asymmetry_of(const PairedGains& gains) {
  if (const auto fine = checked(gains); !fine) return fine.error();
  const auto [hedged, unhedged] = gains;
  const auto capture = [&](double side) {
    const auto counts = [&, side](std::size_t i) { return unhedged[i] * side > 0 ? 1.0 : 0.0; };
    return ratio_of(
        hedged.size(), [&](std::size_t i) { return counts(i) * hedged[i]; },
        [&](std::size_t i) { return counts(i) * unhedged[i]; });
  };
  return Asymmetry{.skewness = skewness_of(hedged),
                   .shortfall_to_gain = shortfall_to_gain_of(hedged),
                   .tail_ratio = tail_ratio_of(hedged),
                   .omega = ratio_of(
                       hedged.size(), [&](std::size_t i) { return std::max(0.0, hedged[i]); },
                       [&](std::size_t i) { return std::max(0.0, -hedged[i]); }),
                   .up_capture = capture(1),
                   .down_capture = capture(-1)};
}

num::Estimate convexity_of(const ThreePoints& gains) {
  LEVEE_EXPECT(gains.up.size() == gains.still.size() && gains.up.size() == gains.down.size());
  std::vector<double> each(gains.up.size());
  for (std::size_t i = 0; i < each.size(); ++i) {
    each[i] = gains.up[i] + gains.down[i] - 2 * gains.still[i];
  }
  return num::mean_of(each);
}

Result<HedgeVerdict> judge_hedge(const PairedGains& gains, const HedgeAim& aim,
                                 const parallel::Team& team) {
  if (const auto fine = checked(gains); !fine) return fine.error();
  if (!(shortfall_of(gains.unhedged) > 0)) {
    return fail(Reason::no_solution, "no unhedged CVaR95 above 0 (there is nothing to cut)");
  }
  if (moments_of(gains.hedged).deviation == 0 || moments_of(gains.unhedged).deviation == 0) {
    return fail(Reason::no_solution, "gains without spread (they have no skewness)");
  }
  const auto band = [&](auto difference) {
    return bootstrap_band(
        gains.hedged.size(),
        [&](std::span<const std::size_t> rows) {
          return difference(at_rows(gains.hedged, rows), at_rows(gains.unhedged, rows));
        },
        aim.resampling, team);
  };
  const auto cut = band([](Gains a, Gains b) {
    const double before = shortfall_of(b);
    return before > 0 ? 1 - shortfall_of(a) / before : 0;  // of nothing, nothing is cut
  });
  if (!cut) return cut.error();
  HedgeVerdict verdict{
      .shortfall_cut = *cut,
      .give_up_usd =
          *band([](Gains a, Gains b) { return num::mean_of(b).value - num::mean_of(a).value; }),
      .skewness_gain =
          *band([](Gains a, Gains b) { return moments_of(a).skewness - moments_of(b).skewness; }),
      .told = {}};
  verdict.holds = verdict.shortfall_cut.value >= aim.shortfall_cut_least &&
                  verdict.give_up_usd.value <= aim.give_up_most.value();
  verdict.settled = settled(verdict, aim);
  verdict.told = told_of(verdict, aim);
  return verdict;
}

}  // namespace levee::risk
