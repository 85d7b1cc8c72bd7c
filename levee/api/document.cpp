#include "levee/api/document.h"

#include <fmt/core.h>

namespace levee::api {
namespace {

// What is printed nests a dozen deep; text made to nest without end would exhaust the stack.
constexpr int nesting_most = 100;

bool nests_too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size() && depth <= nesting_most; ++i) {
    const char c = text[i];
    if (quoted && c == '\\') ++i;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
  }
  return depth > nesting_most;
}

}  // namespace

Result<Document> document_in(std::string_view text) {
  if (nests_too_deep(text)) {
    return fail(Reason::bad_input,
                fmt::format("the document nests more than {} deep (give what --json printed)",
                            nesting_most));
  }
  Document json = Document::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    return fail(Reason::bad_input, "the document is no JSON object (give what --json printed)");
  }
  return json;
}

}  // namespace levee::api
