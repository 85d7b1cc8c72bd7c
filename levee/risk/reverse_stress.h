// levee/risk/reverse_stress.h — the smallest plausible move that costs so much.
//
// Plausible is near: moves are measured in deviations of their joint law at the horizon, so that a
// fall with rising volatility is nearer than the same fall with falling volatility. The law is
// normal in the logs. Markets jump: read a distance as an order of moves, its probability as the
// least one.
// src: Breuer, Jandacka, Rheinberger & Summer (2009), Int. J. Central Banking 5(3), 205-224;
//      distance and P(beyond): Hasofer & Lind (1974), J. Engineering Mechanics Div. ASCE 100,
//      111-121
#pragma once
#include "levee/risk/stress.h"
#include "levee/scenario/calibrate.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::risk {

/// What the logs of prices and volatilities do at the horizon for independent standard normals,
/// centred on no move.
struct MoveLaw {
  struct Asset {
    std::string name;
    std::vector<double> spot, vol;  ///< [factors] ln of the move for a deviation of each factor.
  };
  std::size_t factors = 0;  ///< The lead's price first.
  std::vector<Asset> assets;
  double tenor_power = 0;  ///< Of the lead.

  /// in: as many numbers as factors
  Shock at(std::span<const double> deviations) const;
};

/// The law of a calibration: the lead's price and volatility and the first other asset's price move
/// on their own; what else there is follows them as expected.
/// src: forecast volatility, SurfaceMoves, Dependence
MoveLaw move_law(const scenario::Calibration& calibration);

/// How much a move must cost, and how far away it is looked for.
struct ReverseAsk {
  std::size_t factors = 1;  ///< 1 to 3.
  Usd loss;
  double reach = 6;  ///< Deviations.
};

/// The nearest move that costs enough.
struct NearestMove {
  std::vector<double> deviations;  ///< [factors]
  double distance = 0;             ///< Their length.
  Usd loss;                        ///< There.
  Probability beyond;  ///< Of the half space beyond it: of so large a loss, where the edge is flat.
  Probability as_far;  ///< Of any move at least as far, whatever it costs.
};

/// What was found to either side of the first factor; empty: nothing within reach costs enough.
struct ReverseStress {
  std::optional<NearestMove> down, up;
  Usd worst;                     ///< The largest loss seen within reach,
  std::vector<double> worst_at;  ///< and where.
};

/// Probability of a standard normal of 1 to 3 dimensions being at least so far from its centre.
/// src: the chi distribution in closed form
Probability as_far_as(double distance, std::size_t factors);

namespace detail {
using LossesAt = Result<std::vector<double>> (*)(const void* callee,
                                                 const num::Matrix<double>& points);
Result<ReverseStress> nearest(const void* callee, LossesAt losses, const ReverseAsk& ask);
}  // namespace detail

/// The nearest points at which losses are at least ask.loss: every ray from the centre is walked
/// until they are, and the nearest hit is closed in on.
///
/// in:   losses: Result<std::vector<double>>(num::Matrix<double> [points x factors]), in dollars
/// out:  1e-6 of a deviation where the edge is smooth; a dent in it narrower than a degree (of
///       three factors: five), or a loss that comes and goes within a twentieth of a deviation (a
///       tenth), may be missed
/// err:  that of losses
/// cost: about 60,000 points (of three factors: 270,000)
template <class Losses>
Result<ReverseStress> nearest_moves(const Losses& losses, const ReverseAsk& ask) {
  return detail::nearest(
      &losses,
      [](const void* callee, const num::Matrix<double>& points) {
        return (*static_cast<const Losses*>(callee))(points);
      },
      ask);
}

/// The same for a book whose market jumps and stays until `elapsed` has passed.
/// in: law: of the market's assets, in order; ask.factors is the law's
Result<ReverseStress> reverse_stressed(const BookInMarket& held, const MoveLaw& law,
                                       const ReverseAsk& ask, const parallel::Team& team);

}  // namespace levee::risk
