// levee/risk/backtest.cpp — likelihood ratios of exceedances, and shortfall against its null.
#include "levee/risk/backtest.h"

#include "levee/num/normal.h"
#include "levee/num/philox.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::risk {
namespace {

constexpr std::uint32_t null_stream = 0x5a32;

bool proper(double probability) { return 0 < probability && probability < 1; }

Error improper(std::string_view what, double value) {
  return fail(Reason::out_of_range, fmt::format("{} {} (must lie in (0, 1))", what, value));
}

// n ln p with 0 ln 0 = 0.
double log_power(std::size_t n, double p) {
  return n == 0 ? 0 : static_cast<double>(n) * std::log(p);
}

// Log-likelihood of `hits` among `hits + misses` at their own frequency.
double at_own_rate(std::size_t hits, std::size_t misses) {
  const auto all = static_cast<double>(hits + misses);
  return log_power(hits, static_cast<double>(hits) / all) +
         log_power(misses, static_cast<double>(misses) / all);
}

// Rounding may leave a ratio of equal likelihoods a little below 0.
double ratio_of(double restricted, double free) { return std::max(0.0, 2 * (free - restricted)); }

// Survival functions of chi-square with one and two degrees, in closed form.
double chi_square_1(double x) { return std::erfc(std::sqrt(x / 2)); }
double chi_square_2(double x) { return std::exp(-x / 2); }

struct Finding {
  double statistic, p_value;
  std::string seen;
};

Verdict judged(Finding found, std::string_view test, const Trial& trial) {
  const bool holds = found.p_value >= trial.significance;
  return {.statistic = found.statistic,
          .p_value = found.p_value,
          .holds = holds,
          .told = fmt::format("{} {} {}: {} (p {:.4g}, {} {:g})", trial.model,
                              holds ? "holds" : "FAILS", test, found.seen, found.p_value,
                              holds ? "not below" : "below", trial.significance)};
}

double coverage_ratio(const Exceedances& counted) {
  const std::size_t within = counted.days - counted.beyond;
  const double forecast =
      log_power(counted.beyond, counted.chance) + log_power(within, 1 - counted.chance);
  return ratio_of(forecast, at_own_rate(counted.beyond, within));
}

double independence_ratio(const Transitions& moves) {
  const auto& [after_none, after_hit] = moves;
  const double one_rate = at_own_rate(after_none[1] + after_hit[1], after_none[0] + after_hit[0]);
  const double two_rates =
      at_own_rate(after_none[1], after_none[0]) + at_own_rate(after_hit[1], after_hit[0]);
  return ratio_of(one_rate, two_rates);
}

std::size_t count_of(Hits hits) {
  return static_cast<std::size_t>(
      std::count_if(hits.begin(), hits.end(), [](auto h) { return h; }));
}

// The null's losses in units of its own VaR and shortfall.
class Beyond {
 public:
  Beyond(const NullLaw& law, double chance) : freedom_(law.freedom), chance_(chance) {
    const double q = quantile(chance);
    if (freedom_) {
      const double v = freedom_->degrees;
      shortfall_ = num::student_pdf(*freedom_, q) * (v + q * q) / (v - 1) / chance;
    } else {
      shortfall_ = num::normal_pdf(q) / chance;
    }
  }

  // A loss beyond VaR over the shortfall; u uniform.
  double drawn(double u) const { return -quantile(u * chance_) / shortfall_; }

 private:
  double quantile(double p) const {
    return freedom_ ? num::student_quantile(*freedom_, p) : num::normal_quantile(p);
  }

  std::optional<num::Freedom> freedom_;
  double chance_, shortfall_ = 1;
};

Result<Done> checked(std::span<const TailDay> days, const Trial& trial) {
  if (!proper(trial.significance)) return improper("significance", trial.significance);
  if (days.empty()) return fail(Reason::missing_data, "no days (a backtest needs forecasts)");
  for (const TailDay& day : days) {
    if (!(day.shortfall > Usd{0}) ||
        !std::isfinite(day.loss.value() + day.var.value() + day.shortfall.value())) {
      return fail(Reason::bad_input,
                  fmt::format("loss {}, VaR {}, shortfall {} (a shortfall above 0 and finite "
                              "numbers are needed) leave such days out",
                              day.loss.value(), day.var.value(), day.shortfall.value()));
    }
  }
  return Done{};
}

// The share of the null that is as bad or worse, counting the statistic itself: never 0.
double p_of(std::span<const double> null, double statistic) {
  const auto below = std::upper_bound(null.begin(), null.end(), statistic) - null.begin();
  return (static_cast<double>(below) + 1) / (static_cast<double>(null.size()) + 1);
}

}  // namespace

Result<Verdict> kupiec(const Exceedances& counted, const Trial& trial) {
  if (!proper(trial.significance)) return improper("significance", trial.significance);
  if (!proper(counted.chance)) return improper("chance", counted.chance);
  if (counted.days == 0) return fail(Reason::missing_data, "no days (a backtest needs forecasts)");
  LEVEE_EXPECT(counted.beyond <= counted.days);
  const double ratio = coverage_ratio(counted);
  return judged({ratio, chi_square_1(ratio),
                 fmt::format("{} of {} days beyond VaR, {:g} were forecast", counted.beyond,
                             counted.days, static_cast<double>(counted.days) * counted.chance)},
                "coverage", trial);
}

Transitions transitions_of(Hits hits) {
  Transitions moves{};
  for (std::size_t i = 1; i < hits.size(); ++i) {
    const std::size_t from = hits[i - 1] != 0 ? 1 : 0, to = hits[i] != 0 ? 1 : 0;
    ++moves[from][to];
  }
  return moves;
}

Result<Verdict> independence(Hits hits, const Trial& trial) {
  if (!proper(trial.significance)) return improper("significance", trial.significance);
  if (hits.size() < 2)
    return fail(Reason::missing_data, "fewer than 2 days (none follows another)");
  const Transitions moves = transitions_of(hits);
  const double ratio = independence_ratio(moves);
  return judged(
      {ratio, chi_square_1(ratio),
       fmt::format("{} of {} days beyond VaR followed another", moves[1][1], count_of(hits))},
      "independence", trial);
}

Result<Verdict> conditional_coverage(Hits hits, double chance, const Trial& trial) {
  const Exceedances counted{count_of(hits), hits.size(), chance};
  const auto coverage = kupiec(counted, trial), alone = independence(hits, trial);
  if (!coverage) return coverage.error();
  if (!alone) return alone.error();
  const double ratio = coverage->statistic + alone->statistic;
  return judged({ratio, chi_square_2(ratio),
                 fmt::format("{} of {} days beyond VaR, {} after another", counted.beyond,
                             counted.days, transitions_of(hits)[1][1])},
                "conditional coverage", trial);
}

AcerbiSzekely acerbi_szekely(std::span<const TailDay> days, double chance) {
  LEVEE_EXPECT(!days.empty() && proper(chance));
  double sum = 0;
  std::size_t beyond = 0;
  for (const TailDay& day : days) {
    if (!(day.loss > day.var)) continue;
    sum += day.loss.value() / day.shortfall.value();
    ++beyond;
  }
  AcerbiSzekely found{.z1 = std::nullopt,
                      .z2 = 1 - sum / (static_cast<double>(days.size()) * chance)};
  if (beyond > 0) found.z1 = 1 - sum / static_cast<double>(beyond);
  return found;
}

Result<NullSample> null_sample(const Rehearsal& rehearsal) {
  if (!proper(rehearsal.chance)) return improper("chance", rehearsal.chance);
  if (rehearsal.days == 0 || rehearsal.runs == 0) {
    return fail(Reason::out_of_range, "no days or no runs (a null is simulated from both)");
  }
  if (const auto& freedom = rehearsal.law.freedom;
      freedom && !(freedom->degrees > 1 && freedom->degrees < 1e6)) {
    return fail(Reason::out_of_range, fmt::format("freedom {} (no shortfall exists at 1 or below; "
                                                  "from a million on ask for the normal law)",
                                                  rehearsal.law.freedom->degrees));
  }
  const Beyond losses(rehearsal.law, rehearsal.chance);
  const double log_miss = std::log1p(-rehearsal.chance);
  const auto days = static_cast<double>(rehearsal.days);
  NullSample sample;
  sample.z2.reserve(rehearsal.runs);
  for (std::size_t run = 0; run < rehearsal.runs; ++run) {
    num::Draws draws(rehearsal.seed, null_stream, run);
    double sum = 0, beyond = 0;
    // From one exceedance to the next: floor(ln u / ln(1 - chance)) days between pass within VaR.
    const auto quiet = [&] { return std::floor(std::log(draws.uniform()) / log_miss); };
    double day = quiet();
    while (day < days) {
      sum += losses.drawn(draws.uniform());
      ++beyond;
      day += 1 + quiet();
    }
    sample.z2.push_back(1 - sum / (days * rehearsal.chance));
    if (beyond > 0) sample.z1.push_back(1 - sum / beyond);
  }
  std::sort(sample.z1.begin(), sample.z1.end());
  std::sort(sample.z2.begin(), sample.z2.end());
  return sample;
}

double critical_value(std::span<const double> sample, double share) {
  LEVEE_EXPECT(!sample.empty() && proper(share));
  const double rank = std::ceil(share * static_cast<double>(sample.size()));
  return sample[static_cast<std::size_t>(std::max(1.0, rank)) - 1];
}

Result<Verdict> shortfall_size(std::span<const TailDay> days, Rehearsal rehearsal,
                               const Trial& trial) {
  if (const auto fine = checked(days, trial); !fine) return fine.error();
  rehearsal.days = days.size();
  const auto null = null_sample(rehearsal);
  if (!null) return null.error();
  const auto found = acerbi_szekely(days, rehearsal.chance);
  if (!found.z1 || null->z1.empty()) {
    return fail(Reason::missing_data, "no day beyond VaR (Z1 is the mean size of such days)");
  }
  return judged({*found.z1, p_of(null->z1, *found.z1),
                 fmt::format("losses beyond VaR average {:.3g} times the forecast", 1 - *found.z1)},
                "shortfall size Z1", trial);
}

Result<Verdict> shortfall_total(std::span<const TailDay> days, Rehearsal rehearsal,
                                const Trial& trial) {
  if (const auto fine = checked(days, trial); !fine) return fine.error();
  rehearsal.days = days.size();
  const auto null = null_sample(rehearsal);
  if (!null) return null.error();
  const double z2 = acerbi_szekely(days, rehearsal.chance).z2;
  return judged({z2, p_of(null->z2, z2),
                 fmt::format("losses beyond VaR sum to {:.3g} times the forecast", 1 - z2)},
                "shortfall Z2", trial);
}

}  // namespace levee::risk
