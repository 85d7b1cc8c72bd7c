// levee/scenario/calibrate_asset.h — one asset's part of a calibration.
//
// src: calibrate.h
#pragma once
#include "levee/scenario/calibrate.h"

namespace levee::scenario {

/// Where what is found of an asset goes, beside its law.
struct Told {
  Explain& explain;
  std::vector<Error>& unknown;
  std::string prefix;  ///< Of messages; empty for the lead.
};

/// One asset's law, from what was known at `at`.
/// err: as calibrate() of one view
Result<AssetLaw> calibrate_asset(const View& view, const CalibrationAsk& ask, UnixSeconds at,
                                 Told& told);

}  // namespace levee::scenario
