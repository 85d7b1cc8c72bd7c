#include "levee/hedge/rate_swap.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr double endless = std::numeric_limits<double>::infinity();

Result<Done> checked(const RateSwap& swap) {
  const double floor = swap.floor ? swap.floor->value() : -endless;
  const double cap = swap.cap ? swap.cap->value() : endless;
  if (!(floor <= cap)) return fail(Reason::bad_input, "floor above cap (no rate lies between)");
  for (const double one : {swap.notional.value(), swap.fixed.value(), swap.premium.value()}) {
    if (!std::isfinite(one)) {
      return fail(Reason::bad_input, "notional, fixed rate and premium must be finite");
    }
  }
  return Done{};
}

// Integral of the floating rate over years, between floor and cap.
Result<double> received(const RateSwap& swap, const RateHistory& history, const SwapSpan& over) {
  const market::Series& rate = history.rate;
  const double floor = swap.floor ? swap.floor->value() : -endless;
  const double cap = swap.cap ? swap.cap->value() : endless;
  const auto not_known = [](UnixSeconds at) {
    return fail(Reason::missing_data,
                fmt::format("no lending rate is known at {} (the swap receives it then) give more "
                            "of its history",
                            text_of(at)));
  };
  const auto later = std::ranges::upper_bound(rate.at, over.from);
  if (later == rate.at.begin()) return not_known(over.from);
  double sum = 0;
  UnixSeconds at = over.from;
  for (auto i = static_cast<std::size_t>(later - rate.at.begin()) - 1; at < over.until; ++i) {
    if (!std::isfinite(rate.value[i])) return not_known(rate.at[i]);
    const UnixSeconds next =
        i + 1 < rate.at.size() ? std::min(rate.at[i + 1], over.until) : over.until;
    if (history.holds < next - rate.at[i]) return not_known(rate.at[i] + history.holds);
    sum += std::clamp(rate.value[i], floor, cap) * years(next - at).value();
    at = next;
  }
  return sum;
}

// Sums about the means.
struct Moments {
  double mean_gain = 0, mean_loss = 0, gains = 0, losses = 0, both = 0;
};

Moments moments_of(const EffectivenessAsk& ask) {
  const auto count = static_cast<double>(ask.gain.size());
  Moments m;
  for (std::size_t i = 0; i < ask.gain.size(); ++i) {
    m.mean_gain += ask.gain[i] / count, m.mean_loss += ask.loss[i] / count;
  }
  for (std::size_t i = 0; i < ask.gain.size(); ++i) {
    const double x = ask.gain[i] - m.mean_gain, y = ask.loss[i] - m.mean_loss;
    m.gains += x * x, m.losses += y * y, m.both += x * y;
  }
  return m;
}

double slope_error(const EffectivenessAsk& ask, const Moments& m, double slope) {
  const std::size_t count = ask.gain.size();
  std::vector<double> term(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double away = ask.gain[i] - m.mean_gain;
    term[i] = away * (ask.loss[i] - m.mean_loss - slope * away);
  }
  const auto n = static_cast<double>(count);
  const auto lags = static_cast<std::size_t>(4 * std::pow(n / 100, 2.0 / 9));
  double sum = 0;
  for (std::size_t lag = 0; lag <= lags && lag < count; ++lag) {
    const double weight = 1 - static_cast<double>(lag) / static_cast<double>(lags + 1);
    double products = 0;
    for (std::size_t i = lag; i < count; ++i) products += term[i] * term[i - lag];
    sum += (lag == 0 ? 1 : 2) * weight * products;
  }
  return std::sqrt(std::max(0.0, sum) * n / (n - 2)) / m.gains;
}

void judge(Effectiveness& told, const EffectivenessRule& rule) {
  const std::string found =
      fmt::format("over {:g} periods it explains {:.3g} % of the losses, slope {:.3g} +- {:.2g}",
                  told.periods, 100 * told.r_squared, told.slope, told.slope_se);
  if (told.slope <= 0) {
    told.why = fmt::format("no hedge: it loses where one loses ({})", found);
  } else if (!(told.slope > rule.errors_min * told.slope_se)) {
    told.why = fmt::format("no hedge: its slope is not {:g} standard errors above nothing ({})",
                           rule.errors_min, found);
  } else if (told.r_squared < rule.r_squared_min) {
    told.why = fmt::format("no hedge: it explains less than {:.3g} % ({})",
                           100 * rule.r_squared_min, found);
  } else {
    told.is_hedge = true;
    told.why = fmt::format("a hedge on this history: {}", found);
  }
}

}  // namespace

Result<Done> check(const EffectivenessRule& rule) {
  const auto bad = [](std::string_view field, std::string_view why) {
    return fail(Reason::out_of_range, fmt::format("{} ({})", field, why));
  };
  if (!(rule.r_squared_min >= 0 && rule.r_squared_min <= 1)) {
    return bad("r_squared_min", "must lie in [0, 1]");
  }
  if (!(rule.errors_min >= 0)) return bad("errors_min", "must not be negative");
  if (!(rule.periods_min >= 3)) return bad("periods_min", "must be at least 3");
  return Done{};
}

Result<std::vector<double>> payoffs_between(const RateSwap& swap, const RateHistory& history,
                                            std::span<const UnixSeconds> ends) {
  LEVEE_EXPECT(ends.size() >= 2);
  if (const auto fine = checked(swap); !fine) return fine.error();
  std::vector<double> gains;
  for (std::size_t i = 1; i < ends.size(); ++i) {
    LEVEE_EXPECT(ends[i - 1] < ends[i]);
    const auto floating = received(swap, history, {ends[i - 1], ends[i]});
    if (!floating) return floating.error();
    const double paid = swap.fixed.value() * years(ends[i] - ends[i - 1]).value();
    gains.push_back(swap.notional.value() * (*floating - paid));
  }
  return gains;
}

Result<SwapPayoff> swap_payoff(const RateSwap& swap, const RateHistory& history,
                               const SwapSpan& over) {
  LEVEE_EXPECT(over.from < over.until);
  if (const auto fine = checked(swap); !fine) return fine.error();
  const double notional = swap.notional.value();
  if (notional == 0) return fail(Reason::no_solution, "a swap on nothing (notional 0)");
  const auto floating = received(swap, history, over);
  if (!floating) return floating.error();
  SwapPayoff told;
  told.span = years(over.until - over.from);
  told.received = Rate{*floating / told.span.value()};
  const double net = notional * (*floating - swap.fixed.value() * told.span.value());
  told.gain = Usd{net - swap.premium.value()};
  told.break_even =
      Rate{told.received.value() - swap.premium.value() / notional / told.span.value()};
  return told;
}

Result<Effectiveness> effectiveness_of(const EffectivenessAsk& ask, const EffectivenessRule& rule) {
  LEVEE_EXPECT(ask.gain.size() == ask.loss.size());
  const auto finite = [](double x) { return std::isfinite(x); };
  if (!std::ranges::all_of(ask.gain, finite) || !std::ranges::all_of(ask.loss, finite)) {
    return fail(Reason::bad_input, "a gain or a loss is not finite (nothing can be measured)");
  }
  const auto count = static_cast<double>(ask.gain.size());
  if (count < rule.periods_min) {
    return fail(Reason::missing_data,
                fmt::format("{:g} periods (effectiveness needs {:g}) give a longer history", count,
                            rule.periods_min));
  }
  // Sums about a mean would leave rounding of what never changes.
  const auto changes = [](std::span<const double> values) {
    const auto [least, most] = std::ranges::minmax(values);
    return least < most;
  };
  if (!changes(ask.gain) || !changes(ask.loss)) {
    return fail(Reason::no_solution, "gains or losses never change (nothing explains anything)");
  }
  const Moments m = moments_of(ask);
  Effectiveness told;
  told.periods = count;
  told.slope = m.both / m.gains;
  told.r_squared = m.both * m.both / m.gains / m.losses;
  told.slope_se = slope_error(ask, m, told.slope);
  judge(told, rule);
  return told;
}

}  // namespace levee::hedge
