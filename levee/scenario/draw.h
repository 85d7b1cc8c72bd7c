// levee/scenario/draw.h — what the kinds of scenario share: streams, variance, vol noise.
#pragma once
#include "levee/scenario/kind.h"

namespace levee::scenario {

/// What random numbers are for; two purposes never share a stream.
namespace stream {
inline constexpr std::uint32_t jump = 1;       ///< Increments of the jump kind.
inline constexpr std::uint32_t bootstrap = 2;  ///< Starts of the bootstrap's blocks.
inline constexpr std::uint32_t vol_noise = 3;  ///< Moves of volatility that price does not explain.
inline constexpr std::uint32_t protocol = 256;  ///< Failures; protocol i draws from protocol + i.
}  // namespace stream

/// The least history that a bootstrap draws from: two months.
inline constexpr Seconds bootstrap_least = days(60);

/// The volatility of the recipe's measure.
Vol vol_of(const Recipe& recipe);

/// Standard deviation at the horizon of the part of ln IV that price does not explain.
/// src: sum of an AR(1) process's shocks, r^2 (1 - phi^2n) / (1 - phi^2) over n days
double vol_noise(const VolMoves& moves, Seconds horizon);

/// Fills set.vol_move from the paths' log returns: beta * ln(S_T / S_0) + noise.
void draw_vol_moves(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set);

}  // namespace levee::scenario
