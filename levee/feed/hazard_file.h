// levee/feed/hazard_file.h — a fit of hazard kept in a file, to be scored or used later.
#pragma once
#include "levee/base/result.h"
#include "levee/hazard/kept_fit.h"

#include <string>

namespace levee::feed {

/// JSON, version 2: a quarter of a megabyte for 3,400 protocols.
std::string text_of(const hazard::KeptFit& kept);

/// err: bad_input, with what is wrong, for a file that is no such fit or was changed by hand so
///      that it no longer fits together; and as read_text says
Result<hazard::KeptFit> read_hazard(const std::string& path);

}  // namespace levee::feed
