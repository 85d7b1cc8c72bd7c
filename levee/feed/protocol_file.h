// levee/feed/protocol_file.h — configured failure models of protocols, from TOML.
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/failure.h"

#include <string>
#include <vector>

namespace levee::feed {

/// Reads name, intensity_per_year, loss_share_low, loss_share_high and source, of one protocol at
/// the top of the file or of several in `[[protocol]]` tables.
///
/// err:  bad_input with file, line, key and unit; and as read_text says
Result<std::vector<hazard::FailureModel>> read_protocols(const std::string& path);

}  // namespace levee::feed
