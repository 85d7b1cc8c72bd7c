// levee/feed/protocol_file.h — failures of protocols and of a stablecoin, covers, from TOML.
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/kept_fit.h"
#include "levee/market/snapshot.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::feed {

/// What a file says may fail.
struct Failures {
  std::vector<hazard::FailureModel> protocols;
  std::optional<hazard::Depeg> depeg;
};

/// What is known beside the file.
struct FailureAsk {
  std::string_view quote;                ///< The token that may break; empty: any.
  const hazard::KeptFit* fit = nullptr;  ///< Makes models of tables without a rate of their own.
  UnixSeconds at{};                      ///< From when on they hold.
};

/// Reads name, intensity_per_year, loss_share_low, loss_share_high and source, of one protocol at
/// the top of the file or of several in `[[protocol]]` tables; in place of rate and shares, where
/// there is a fit, listed_as (name or id in its universe) or sector, or neither; needs, a list of
/// names; in a table `[depeg]` token, intensity_per_year, depth_share_low, depth_share_high,
/// half_life_days (may be left out: it never recovers) and source.
///
/// err:  bad_input with file, line, key and unit; as fitted_model, and as read_text says
Result<Failures> read_failures(const std::string& path, const FailureAsk& ask);

/// Adds models from the fit for whatever is named, here or as a need, and has none.
///
/// err:  as fitted_model; bad_input where there is no fit and a need has no table
Result<Done> add_missing(std::span<const std::string> names, const FailureAsk& ask,
                         std::vector<hazard::FailureModel>& models);

/// Reads `[[cover]]` tables: name, protocol, premium_per_year, capacity_usd, deductible_usd,
/// claim_chance, fails_with_event_chance, provider.
///
/// err:  bad_input with file, line, key and unit; and as read_text says
Result<std::vector<market::CoverOffer>> read_covers(const std::string& path);

}  // namespace levee::feed
