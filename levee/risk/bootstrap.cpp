// levee/risk/bootstrap.cpp — the stationary bootstrap, its block length, and bands of tails.
#include "levee/risk/bootstrap.h"

#include "levee/num/estimate.h"
#include "levee/num/philox.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

constexpr std::uint32_t rows_stream = 0xb007;

Result<Done> all_finite(std::span<const double> values) {
  for (const double value : values) {
    if (!std::isfinite(value)) {
      return fail(Reason::bad_input, fmt::format("a value of {} (must be finite)", value));
    }
  }
  return Done{};
}

// Covariance with itself `lag` later, over all rows.
double autocovariance(std::span<const double> centred, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < centred.size(); ++i) sum += centred[i] * centred[i - lag];
  return sum / static_cast<double>(centred.size());
}

// The first lag after which a run of correlations is too small to tell from none.
std::size_t last_correlated(std::span<const double> centred, std::size_t most) {
  const auto count = static_cast<double>(centred.size());
  const auto run = static_cast<std::size_t>(std::max(5.0, std::ceil(std::log10(count))));
  const double small = 2 * std::sqrt(std::log10(count) / count) * autocovariance(centred, 0);
  std::size_t quiet = 0;
  for (std::size_t lag = 1; lag <= most; ++lag) {
    quiet = std::abs(autocovariance(centred, lag)) < small ? quiet + 1 : 0;
    if (quiet == run) return lag - run;
  }
  return most;
}

// The worst fall of a running sum from its highest, 0 at the start included.
double worst_fall(std::span<const double> gains, std::span<const std::size_t> rows) {
  double sum = 0, highest = 0, worst = 0;
  for (const std::size_t row : rows) {
    sum += gains[row];
    highest = std::max(highest, sum);
    worst = std::max(worst, highest - sum);
  }
  return worst;
}

}  // namespace

namespace detail {

Result<Done> checked(std::size_t count, const Resampling& resampling) {
  if (count == 0) return fail(Reason::missing_data, "no rows (a bootstrap draws from history)");
  if (resampling.resamples < 2) {
    return fail(Reason::out_of_range,
                fmt::format("{} resamples (a band needs at least 2)", resampling.resamples));
  }
  if (!(resampling.mean_block >= 1) || !std::isfinite(resampling.mean_block)) {
    return fail(Reason::out_of_range,
                fmt::format("mean block {} (must be at least 1 row)", resampling.mean_block));
  }
  if (!(0 < resampling.confidence && resampling.confidence < 1)) {
    return fail(Reason::out_of_range,
                fmt::format("confidence {} (must lie in (0, 1))", resampling.confidence));
  }
  return Done{};
}

Band band_of(double value, std::vector<double> resamples, double confidence) {
  std::sort(resamples.begin(), resamples.end());
  const auto count = static_cast<double>(resamples.size());
  const double outside = (1 - confidence) / 2;
  const auto at = [&](double share) {
    const double rank = std::clamp(std::ceil(share * count), 1.0, count);
    return resamples[static_cast<std::size_t>(rank) - 1];
  };
  return {.value = value,
          .standard_error = num::mean_of(resamples).standard_error * std::sqrt(count),
          .lower = at(outside),
          .upper = at(1 - outside)};
}

}  // namespace detail

void draw_rows(const Resampling& resampling, std::size_t resample, std::span<std::size_t> rows) {
  LEVEE_EXPECT(resampling.mean_block >= 1);
  const std::size_t count = rows.size();
  const double ends = 1 / resampling.mean_block;
  num::Draws draws(resampling.seed, rows_stream, resample);
  std::size_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i == 0 || ends >= 1 || draws.uniform() < ends) {
      at = static_cast<std::size_t>(draws.uniform() * static_cast<double>(count));
    } else {
      at = at + 1 == count ? 0 : at + 1;
    }
    rows[i] = at;
  }
}

double block_length(std::span<const double> values) {
  LEVEE_EXPECT(values.size() >= 10);
  const auto count = static_cast<double>(values.size());
  const double mean = num::mean_of(values).value;
  std::vector<double> centred(values.begin(), values.end());
  for (double& value : centred) value -= mean;
  LEVEE_EXPECT(autocovariance(centred, 0) > 0);

  const auto most = static_cast<std::size_t>(std::ceil(std::sqrt(count))) + 5;
  const std::size_t reach = std::min(
      2 * last_correlated(centred, std::min(most, centred.size() - 1)), centred.size() - 1);
  double spectrum = autocovariance(centred, 0), bend = 0;
  for (std::size_t lag = 1; lag <= reach; ++lag) {
    const double share = static_cast<double>(lag) / static_cast<double>(reach);
    const double weighted =
        std::min(1.0, 2 * (1 - share)) * autocovariance(centred, lag);  // the flat-top window
    spectrum += 2 * weighted;
    bend += 2 * static_cast<double>(lag) * weighted;
  }
  const double length = std::cbrt(bend * bend / (spectrum * spectrum) * count);
  return std::clamp(length, 1.0, std::min(3 * std::sqrt(count), count / 3));
}

Result<TailBands> tail_bands(std::span<const double> losses_usd, double level,
                             const Resampling& resampling, const parallel::Team& team) {
  if (const auto fine = all_finite(losses_usd); !fine) return fine.error();
  if (const auto sample = tail_of(losses_usd, level); !sample) return sample.error();
  // Both from the same resamples: the draws depend on seed and number alone.
  const auto band = [&](Usd Tail::* measure) {
    return bootstrap_band(
        losses_usd.size(),
        [&](std::span<const std::size_t> rows) {
          std::vector<double> again(rows.size());
          for (std::size_t i = 0; i < rows.size(); ++i) again[i] = losses_usd[rows[i]];
          return ((*tail_of(again, level)).*measure).value();
        },
        resampling, team);
  };
  const auto var = band(&Tail::var), cvar = band(&Tail::cvar);
  if (!var) return var.error();
  return TailBands{.var_usd = *var, .cvar_usd = *cvar};
}

Result<Band> drawdown_band(std::span<const double> gains_usd, const Resampling& resampling,
                           const parallel::Team& team) {
  if (const auto fine = all_finite(gains_usd); !fine) return fine.error();
  return bootstrap_band(
      gains_usd.size(),
      [&](std::span<const std::size_t> rows) { return worst_fall(gains_usd, rows); }, resampling,
      team);
}

}  // namespace levee::risk
