// levee/feed/protocol_file.h — configured failures of protocols and of a stablecoin, from TOML.
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/failure.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace levee::feed {

/// What a file says may fail.
struct Failures {
  std::vector<hazard::FailureModel> protocols;
  std::optional<hazard::Depeg> depeg;
};

/// Reads name, intensity_per_year, loss_share_low, loss_share_high and source, of one protocol at
/// the top of the file or of several in `[[protocol]]` tables; in a table `[depeg]` token,
/// intensity_per_year, depth_share_low, depth_share_high, half_life_days (may be left out: it never
/// recovers) and source.
///
/// in:   quote: the token that may break; empty: any
/// err:  bad_input with file, line, key and unit; and as read_text says
Result<Failures> read_failures(const std::string& path, std::string_view quote);

}  // namespace levee::feed
