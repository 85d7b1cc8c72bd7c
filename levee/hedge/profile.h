// levee/hedge/profile.h — the whole profit against the price at the horizon, and a floor under it.
#pragma once
#include "levee/hedge/plan.h"
#include "levee/hedge/program.h"
#include "levee/hedge/score.h"
#include "levee/scenario/calibrate.h"

#include <vector>

namespace levee::hedge {

/// What a profile is drawn from.
struct ProfileAsk {
  const Setting& setting;
  const scenario::Calibration& calibration;
  const risk::Repricing& with;  ///< Any set of the calibration.
};

/// Change in worth of the positions at a price, fees excluded.
double lp_change(const ProfileAsk& ask, double price);

/// Worth of one unit at a price at the horizon, volatilities frozen and nothing having failed; what
/// is on a proxy where the token's beta puts that at this price of the token, its residual at zero.
double unit_at(const ProfileAsk& ask, const Tradable& what, double price);

/// Fees expected to the horizon; 0 where they are not known.
double expected_fees(const ProfileAsk& ask);

/// A sigma of ln price to the horizon, at implied volatility.
double sigma_of(const ProfileAsk& ask);

/// Profit of the positions, of what is held beside them, and of both.
Profile profile_of(const ProfileAsk& ask, const std::vector<Held>& held);

/// Every price at which the whole profit, expected fees included, changes sign; and how many sigma
/// away.
struct BreakEvens {
  std::vector<double> price, z;
};
BreakEvens break_evens_of(const ProfileAsk& ask, const std::vector<Held>& held);

/// A floor under the whole profit.
struct Floor {
  double z = 2;         ///< Within so many sigma of the price.
  double loss_usd = 0;  ///< The most that may be lost there.
};

/// Adds a row a price of the grid: what the hedge earns there covers what the positions lose beyond
/// the floor.
///
/// out: rows named "floor", every quarter of a sigma and at both ends
/// src: methodology amendment 4
void add_floor(const ProfileAsk& ask, const Floor& floor, Program& program);

}  // namespace levee::hedge
