#include "levee/report/bars.h"

#include "levee/report/frame.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

constexpr double row = 42, text_base = 14, bar_top = 20, thickness = 12;

Markup bar_of(const Bar& bar, const Scale& scale, double top) {
  if (!can_be_drawn({bar.amount})) return {};
  const double zero = scale(0), end = scale(bar.amount);
  return lone("rect", {{"x", place_text(std::min(zero, end))},
                       {"y", place_text(top + bar_top)},
                       {"width", place_text(std::max(std::abs(end - zero), 1.0))},
                       {"height", place_text(thickness)},
                       {"class", "bar " + bar.look}});
}

Markup picture_of(const std::vector<Bar>& bars, const std::string& about, const Size& size) {
  Range range{0, 0};
  for (const Bar& bar : bars) {
    if (can_be_drawn({bar.amount})) range = hull(range, {bar.amount, bar.amount});
  }
  if (range.high - range.low <= 0) range.high = 1;
  const Scale scale{range, {1, size.width - 1}};
  Markup inside;
  double top = 0;
  for (const Bar& bar : bars) {
    const std::string base = place_text(top + text_base);
    inside += element("text", {{"x", "0"}, {"y", base}}, bar.name);
    inside += element("text", {{"x", place_text(size.width)}, {"y", base}, {"class", "end strong"}},
                      bar.figure);
    inside += bar_of(bar, scale, top);
    top += row;
  }
  Attributes axis = line_from(scale(0), 0, scale(0), top);
  axis.emplace_back("class", "tick");
  if (range.low < 0) inside += lone("line", axis);
  return element("svg",
                 {{"class", std::string(size.name)},
                  {"viewBox", fmt::format("0 0 {} {}", place_text(size.width), place_text(top))},
                  {"role", "img"},
                  {"aria-label", about}},
                 inside);
}

}  // namespace

Markup bars_figure(const std::string& title, const std::vector<Bar>& bars) {
  if (bars.empty()) return {};
  std::string about = title + ":";
  for (const Bar& bar : bars) about += fmt::format(" {} {};", bar.name, bar.figure);
  return element("figure", {{"class", "chart"}},
                 element("figcaption", title) + picture_of(bars, about, wide) +
                     picture_of(bars, about, narrow));
}

}  // namespace levee::report
