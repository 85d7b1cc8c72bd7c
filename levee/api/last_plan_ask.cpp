#include "levee/api/last_plan_ask.h"

#include "levee/api/document.h"
#include "levee/feed/text_file.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::api {
namespace {

bool has_text(const Document& one, const char* name) {
  return one.contains(name) && one[name].is_string();
}

bool is_leg(const Document& one) {
  if (!one.is_object()) return false;
  if (!has_text(one, "instrument") || !has_text(one, "side")) return false;
  if (one["side"] != "buy" && one["side"] != "sell") return false;
  return one.contains("quantity") && one["quantity"].is_number() &&
         std::isfinite(one["quantity"].get<double>()) && one["quantity"].get<double>() > 0;
}

bool are_legs(const Document& plan, const char* name) {
  return plan.contains(name) && plan[name].is_array() && std::ranges::all_of(plan[name], is_leg);
}

bool is_plan(const Document& document) {
  if (!document.contains("plan") || !document.contains("market")) return false;
  const Document &plan = document["plan"], &market = document["market"];
  return plan.is_object() && market.is_object() && are_legs(plan, "trades") &&
         are_legs(plan, "optimum") && has_text(market, "at") && has_text(market, "base");
}

std::vector<hedge::Leg> legs_in(const Document& list) {
  std::vector<hedge::Leg> legs;
  for (const Document& one : list)
    legs.push_back({one["instrument"], one["side"], one["quantity"]});
  return legs;
}

}  // namespace

Result<hedge::LastPlan> last_plan_from(const std::string& path, const std::string& base) {
  const auto text = feed::read_text(path, {.line_bytes = std::size_t{64} << 20});
  if (!text) return text.error();
  const auto document = document_in(text->text);
  if (!document) return fail(document.error().reason, path + ": " + document.error().message);
  if (!is_plan(*document)) {
    return fail(Reason::bad_input,
                path + ": no plan, or a damaged one (give what plan-hedge --json printed)");
  }
  const Document& market = (*document)["market"];
  if (market["base"] != base) {
    return fail(Reason::bad_input, fmt::format("{}: a plan for {}, where the book is in {} (give "
                                               "the last plan of this book)",
                                               path, market["base"].get<std::string>(), base));
  }
  return hedge::LastPlan{.at = market["at"],
                         .trades = legs_in((*document)["plan"]["trades"]),
                         .optimum = legs_in((*document)["plan"]["optimum"])};
}

}  // namespace levee::api
