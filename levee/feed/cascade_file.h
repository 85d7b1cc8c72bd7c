// levee/feed/cascade_file.h — events to play block by block, from TOML; two of them come built in.
#pragma once
#include "levee/base/result.h"
#include "levee/scenario/cascade.h"

#include <string>
#include <string_view>
#include <vector>

namespace levee::feed {

/// Reads an event; docs/cascade.md has every key.
///
/// err:  bad_input or out_of_range with file, line, key and unit; as read_text, fit_to_play
Result<scenario::CascadeEvent> read_cascade(const std::string& path);

/// Names of the events that come with levee.
std::vector<std::string_view> cascades_known();

/// err: missing_data naming those that are known
Result<scenario::CascadeEvent> cascade_named(std::string_view name);

}  // namespace levee::feed
