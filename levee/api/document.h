// levee/api/document.h — an answer of levee's own, read back.
#pragma once
#include "levee/base/result.h"

#include <string_view>

#include <nlohmann/json.hpp>

namespace levee::api {

/// As it was printed, names in their order.
using Document = nlohmann::ordered_json;

/// A JSON object, however it is laid out.
///
/// err: bad_input for what is none, or nests deeper than anything that is printed
Result<Document> document_in(std::string_view text);

}  // namespace levee::api
