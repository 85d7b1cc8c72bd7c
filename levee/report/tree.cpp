#include "levee/report/tree.h"

#include "levee/base/json.h"
#include "levee/report/words.h"

#include <cmath>

namespace levee::report {
namespace {

// The number to read, with every digit of it in the title.
Markup value_of(const Explain& node) {
  const bool is_heading = !node.value && node.formula.empty() && !node.inputs.empty();
  if (is_heading) return {};
  if (!node.value || !std::isfinite(*node.value)) {
    return element("span", {{"class", "node-value"}}, unknown);
  }
  return element("span", {{"class", "node-value"}, {"title", number_text(*node.value)}},
                 number(*node.value, 8));
}

Markup working_of(const Explain& node) {
  Markup terms;
  if (!node.formula.empty()) terms += element("dt", "formula") + element("dd", node.formula);
  if (!node.source.empty()) terms += element("dt", "source") + element("dd", node.source);
  return terms.empty() ? terms : element("dl", terms);
}

Markup node_of(const Explain& node, int depth) {
  Markup line = element("span", {{"class", "node-name"}}, node.name) + value_of(node);
  if (!node.unit.empty()) line += element("span", {{"class", "node-unit"}}, node.unit);
  Markup inside = working_of(node);
  for (const Explain& input : node.inputs) inside += node_of(input, depth + 1);
  if (inside.empty()) return element("div", {{"class", "node leaf"}}, line);
  Attributes attributes{{"class", "node"}};
  if (depth < 2) attributes.emplace_back("open", "open");
  return element("details", attributes, element("summary", line) + inside);
}

}  // namespace

Markup tree_of(const Explain& root) {
  if (root.name.empty() && !root.value && root.inputs.empty()) {
    return element("p", {{"class", "note"}}, "No working was told.");
  }
  return element("div", {{"class", "tree"}}, node_of(root, 0));
}

}  // namespace levee::report
