// levee/risk/bootstrap.h — how far an estimate might have been off, by drawing history again.
#pragma once
#include "levee/base/result.h"
#include "levee/parallel/team.h"
#include "levee/risk/tail.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace levee::risk {

/// How rows of history are drawn again: blocks of geometric length from anywhere, wrapping round
/// the end, so that what is drawn is as stationary as what it is drawn from.
struct Resampling {
  std::size_t resamples = 1000;
  double mean_block = 1;  ///< Rows, >= 1; 1 draws row by row.
  double confidence = 0.95;
  std::uint64_t seed = 1;
};

/// An estimate, its standard error, and the band between the outer percentiles of its resamples.
struct Band {
  double value = 0;
  double standard_error = 0;
  double lower = 0, upper = 0;
};

/// The rows of one resample, as many as `rows` holds: a function of seed and number alone.
/// src: Politis & Romano (1994), J. American Statistical Association 89, 1303-1313
void draw_rows(const Resampling& resampling, std::size_t resample, std::span<std::size_t> rows);

/// The mean block length that serves the error of a mean best.
///
/// in:   values in order of time, at least 10, not all equal
/// out:  at least 1, at most a third of the rows
/// src:  Politis & White (2004), Econometric Reviews 23, 53-70, as corrected by Patton, Politis &
///       White (2009), 28, 372-375
double block_length(std::span<const double> values);

namespace detail {
Result<Done> checked(std::size_t count, const Resampling& resampling);
Band band_of(double value, std::vector<double> resamples, double confidence);
}  // namespace detail

/// The band of statistic(std::span<const std::size_t> rows) over `count` rows of history.
///
/// in:   statistic may be called from several threads at once
/// out:  same bits on any number of threads
/// err:  missing_data without rows; out_of_range where a field of resampling is outside its range
/// cost: one call a resample, and one for the value itself
/// src:  Efron (1979), Annals of Statistics 7, 1-26, percentile band
template <class Statistic>
Result<Band> bootstrap_band(std::size_t count, const Statistic& statistic,
                            const Resampling& resampling, const parallel::Team& team) {
  if (const auto fine = detail::checked(count, resampling); !fine) return fine.error();
  std::vector<std::size_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = i;
  const double value = statistic(std::span<const std::size_t>(rows));
  std::vector<double> drawn(resampling.resamples);
  constexpr std::size_t block = 16;
  team.for_blocks(
      drawn.size(),
      [&](std::size_t begin, std::size_t end) {
        std::vector<std::size_t> again(count);
        for (std::size_t i = begin; i < end; ++i) {
          draw_rows(resampling, i, again);
          drawn[i] = statistic(std::span<const std::size_t>(again));
        }
      },
      block);
  return detail::band_of(value, std::move(drawn), resampling.confidence);
}

/// Bands of a tail.
struct TailBands {
  Band var_usd, cvar_usd;
};

/// err: as tail_of and bootstrap_band; bad_input if a loss is not finite
/// src: tail_of on every resample
Result<TailBands> tail_bands(std::span<const double> losses_usd, double level,
                             const Resampling& resampling, const parallel::Team& team);

/// The band of the worst drawdown of the sum of gains.
/// err: as bootstrap_band; bad_input if a gain is not finite
/// src: worst_drawdown on every resample
Result<Band> drawdown_band(std::span<const double> gains_usd, const Resampling& resampling,
                           const parallel::Team& team);

}  // namespace levee::risk
