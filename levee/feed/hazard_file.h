// levee/feed/hazard_file.h — a fit of hazard kept in a file, to be scored or used later.
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/hazard_fit.h"

#include <string>
#include <vector>

namespace levee::feed {

/// What forecasts are made from: rates by draw, and the protocols they are of.
struct KeptHazard {
  hazard::Window window;
  hazard::Universe universe;
  hazard::Frequency frequency;
  std::vector<hazard::EventRate> sector{};  ///< [hazard::sectors] without covariates.
  hazard::EventRate pooled;
};

/// Of a fit, as many draws as are worth keeping.
/// in: the fit is of that universe
KeptHazard kept_from(const hazard::HazardFit& fit, const hazard::Universe& universe);

/// JSON, version 1: a quarter of a megabyte for 3,400 protocols.
std::string text_of(const KeptHazard& kept);

/// err: bad_input, with what is wrong, for a file that is no such fit or was changed by hand so
/// that
///      it no longer fits together; and as read_text says
Result<KeptHazard> read_hazard(const std::string& path);

}  // namespace levee::feed
