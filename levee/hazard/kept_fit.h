// levee/hazard/kept_fit.h — what a fit leaves behind, and the failure models made from it.
//
// src: as the fit's parts: frequency.h, share_law.h, event_rate.h
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/failure.h"
#include "levee/hazard/hazard_fit.h"

#include <string>
#include <vector>

namespace levee::hazard {

/// What forecasts are made from: rates by draw, shares, and the protocols they are of.
struct KeptFit {
  Window window;
  Universe universe;
  Frequency frequency;
  std::vector<EventRate> sector{};  ///< [sectors] without covariates.
  EventRate pooled;
  ShareLaw lost;                      ///< Of what was in the protocol, by one event.
  std::vector<ShareLaw> recovered{};  ///< [sectors] of a loss.
};

/// Of a fit, as many draws as are worth keeping: bands of 5 and 95 % do not move by more than
/// their own error.
/// in: the fit is of that universe
KeptFit kept_from(const HazardFit& fit, const Universe& universe);

/// A node that is to have a model.
struct NodeAsk {
  std::string name;                ///< As holdings name it.
  std::string listed_as{};         ///< Name or id in the universe; empty: its name.
  std::optional<Sector> sector{};  ///< Of one that is in no universe: its sector's rate counts.
  UnixSeconds at{};                ///< It is to hold from here on.
};

/// How far beyond a fit's end the trend over calendar years is carried on; then it stays.
inline constexpr Seconds trend_carried = days(365);

/// A model from a fit. A protocol of the universe has its own covariates; one that is in none has
/// its sector's rate, as uncertain as that is; a sector that no protocol of the universe is of has
/// the prior's.
///
/// err:  bad_input where the fit knows more than the moment could; missing_data for a name that is
///       not in the universe, or stands there more than once
Result<FailureModel> fitted_model(const KeptFit& fit, const NodeAsk& ask);

}  // namespace levee::hazard
