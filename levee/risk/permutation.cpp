#include "levee/risk/permutation.h"

#include "levee/num/estimate.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/core.h>

namespace levee::risk {
namespace {

constexpr std::size_t fewest_shifts = 19;

Result<Done> checked(const Timing& t, std::size_t days_on) {
  if (t.on.size() != t.gain.size()) {
    return fail(Reason::bad_input, fmt::format("{} days of a signal beside {} of gains (must be "
                                               "the same days)",
                                               t.on.size(), t.gain.size()));
  }
  if (!std::ranges::all_of(t.gain, [](double x) { return std::isfinite(x); })) {
    return fail(Reason::bad_input, "a gain that is not finite (leave its day out)");
  }
  if (t.gain.size() + 1 < 2 * t.least_shift + fewest_shifts) {
    return fail(Reason::missing_data,
                fmt::format("{} days (with shifts of at least {}, {} are needed) give a longer "
                            "record",
                            t.gain.size(), t.least_shift, 2 * t.least_shift + fewest_shifts - 1));
  }
  if (days_on == 0 || days_on == t.gain.size()) {
    return fail(
        Reason::missing_data,
        fmt::format("the signal is on {} of {} days: it times nothing", days_on, t.gain.size()));
  }
  return Done{};
}

}  // namespace

Result<ShiftTest> shift_test(const Timing& timing) {
  std::vector<std::size_t> on;
  for (std::size_t i = 0; i < timing.on.size(); ++i) {
    if (timing.on[i] != 0) on.push_back(i);
  }
  if (const auto fine = checked(timing, on.size()); !fine) return fine.error();
  const std::size_t n = timing.gain.size(), least = std::max<std::size_t>(timing.least_shift, 1);
  const double mean = num::mean_of(timing.gain).value;
  double size = 0;
  for (const double x : timing.gain) size = std::max(size, std::abs(x));
  std::vector<double> drawn(on.size());
  const auto benefit = [&](std::size_t shift) {
    for (std::size_t i = 0; i < on.size(); ++i) drawn[i] = timing.gain[(on[i] + shift) % n];
    return num::mean_of(drawn).value - mean;
  };
  ShiftTest told{.benefit = benefit(0), .days_on = on.size(), .days = n};
  std::vector<double> shifted;
  for (std::size_t shift = least; shift + least <= n; ++shift) shifted.push_back(benefit(shift));
  // Sums of the same gains in another order are the same benefit.
  const auto no_worse = std::ranges::count_if(
      shifted, [&](double other) { return other >= told.benefit - 1e-12 * size; });
  told.shifts = shifted.size();
  told.p_value = static_cast<double>(no_worse + 1) / static_cast<double>(shifted.size() + 1);
  const num::Estimate usual = num::mean_of(shifted);
  told.usual = usual.value;
  told.error = usual.standard_error * std::sqrt(static_cast<double>(shifted.size()));
  return told;
}

}  // namespace levee::risk
