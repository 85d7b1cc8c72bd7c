// levee/scenario/draw.h — what the kinds of scenario share: streams, variance, how others follow.
#pragma once
#include "levee/num/philox.h"
#include "levee/scenario/kind.h"

namespace levee::scenario {

/// What random numbers are for; two purposes never share a stream.
namespace stream {
inline constexpr std::uint32_t jump = 1;       ///< Increments of diffusion and jump kinds.
inline constexpr std::uint32_t bootstrap = 2;  ///< Starts of the bootstrap's blocks.
inline constexpr std::uint32_t vol_noise = 3;  ///< Moves of surfaces that price does not explain.
inline constexpr std::uint32_t around = 4;     ///< Funding, volume, depth, gas.
inline constexpr std::uint32_t peg = 5;
inline constexpr std::uint32_t filtered = 6;    ///< Rows of residuals.
inline constexpr std::uint32_t stochastic = 7;  ///< Price and variance of Heston's kind.
inline constexpr std::uint32_t regime = 8;
inline constexpr std::uint32_t jump_own = 9;      ///< An asset's jumps: how many, when, how large.
inline constexpr std::uint32_t jump_joined = 10;  ///< Which of the lead's jumps it joins, and how.
inline constexpr std::uint32_t sampled = 11;      ///< What chosen points leave to chance.
inline constexpr std::uint32_t sets = 12;         ///< Seeds of independent sets.
inline constexpr std::uint32_t world = 13;        ///< Which of the fitted rates are true.
inline constexpr std::uint32_t claim = 14;        ///< Whether a cover pays.
inline constexpr std::uint32_t reaction = 128;    ///< To protocol i: reaction + i.
inline constexpr std::uint32_t rotation = 192;    ///< Of protocol i: rotation + i, for the first 8.
inline constexpr std::uint32_t protocol = 256;    ///< Failures; protocol i draws from protocol + i.
}  // namespace stream

/// The stream of an asset for a purpose; the lead's is the purpose's own.
constexpr std::uint32_t asset_stream(std::uint32_t purpose, std::size_t asset) {
  return purpose + (static_cast<std::uint32_t>(asset) << 16);
}

/// The least history that a bootstrap draws from: two months.
inline constexpr Seconds bootstrap_least = days(60);

/// A uniform number that decides on an event, which comes where it is below `chance`, drawn so that
/// it comes at least as often as asked for.
///
/// in:  number in (0, 1); chance in [0, 1], least in [0, 1)
/// out: the number to decide with, and how likely it is against how often it is drawn so
struct Seldom {
  double chance = 0, least = 0;
};
struct Likelier {
  double number = 0, ratio = 1;
};
Likelier likelier(double number, const Seldom& event);

/// An asset's volatility under a measure.
Vol vol_of(const AssetLaw& asset, Measure measure);

/// Years of an asset's variance clock from the date before to each date of the recipe, so that its
/// volatility times their root is the deviation of that step.
std::vector<double> clock_spans(const AssetLaw& asset, const Recipe& recipe);

/// Standard deviation at the horizon of noise that comes by the day and reverts.
/// src: sum of an AR(1) process's shocks, r^2 (1 - phi^2n) / (1 - phi^2) over n days
double horizon_noise(double daily_residual, double daily_persistence, Seconds horizon);

/// Fills level, slope and skew of an asset from its log returns: beta * ln(S_T / S_0) + noise.
/// Where the law knows the level, that stays.
struct Follow {
  const Recipe& recipe;
  std::size_t asset = 0;
  bool level_is_known = false;
};
void draw_surface_moves(const Follow& follow, const parallel::Team& team, ScenarioSet& set);

/// Moves prices and volatilities where something failed, from that moment on, by what events of its
/// reach brought: the mean beyond that of any other dates, as uncertain as it is. How far one event
/// differs from the next is in the paths already.
///
/// in:  failures are drawn
void draw_reactions(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set);

/// Fills funding, volume, depth, gas and peg as far as they are calibrated.
/// in:  failures are drawn
void draw_surroundings(const Recipe& recipe, const parallel::Team& team, ScenarioSet& set);

}  // namespace levee::scenario
