#include "levee/report/reliability_picture.h"

#include "levee/base/check.h"
#include "levee/report/markup.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

constexpr double side = 250, gap = 34, left = 58, top = 46, foot = 92;
constexpr std::array ticks{0.0, 0.001, 0.005, 0.01, 0.02, 0.04, 0.07, 0.1, 0.2, 0.4, 0.7, 1.0};

constexpr std::string_view style =
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.dim{fill:#57606a}.title{font-weight:600}"
    ".ground{fill:#fff}.grid{stroke:#d8dee4}.edge{stroke:#8c959f;fill:none}"
    ".even{stroke:#57606a;stroke-dasharray:5 4}.band{stroke:#54aeff;stroke-width:9;opacity:.45}"
    ".dot{fill:#0550ae}.out{stroke:#bc4c00;stroke-width:3;fill:none}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#9da7b3}.ground{fill:#0d1117}"
    ".grid{stroke:#30363d}.edge{stroke:#6e7681}.even{stroke:#9da7b3}.band{stroke:#388bfd}"
    ".dot{fill:#a5d6ff}.out{stroke:#ffa657}}";

// Where a share stands on an axis of that length.
struct RootScale {
  double most;
  double operator()(double share) const { return side * std::sqrt(share / most); }
};

std::string number(double x) { return fmt::format("{:.1f}", x); }

Markup line(std::string_view look, std::array<double, 4> ends) {
  return lone("line", {{"class", std::string(look)},
                       {"x1", number(ends[0])},
                       {"y1", number(ends[1])},
                       {"x2", number(ends[2])},
                       {"y2", number(ends[3])}});
}

struct Words {
  std::string text;
  double x, y;
  std::string look{}, anchor = "middle";
};
Markup words(const Words& one) {
  return element("text",
                 {{"class", one.look},
                  {"x", number(one.x)},
                  {"y", number(one.y)},
                  {"text-anchor", one.anchor}},
                 one.text);
}

std::string percent(double share) { return fmt::format("{:g}", 100 * share); }

Markup axes(const RootScale& scale, double x, double y) {
  Markup drawn;
  for (const double tick : ticks) {
    if (tick > scale.most) break;
    const double at = scale(tick);
    drawn += line("grid", {x + at, y, x + at, y + side});
    drawn += line("grid", {x, y + side - at, x + side, y + side - at});
    // Near 0 labels would touch.
    if (tick > 0 && at < 14) continue;
    drawn += words({percent(tick), x + at, y + side + 18, "dim"});
    if (x == left) {
      drawn += words({percent(tick), x - 8, y + side - at + 4, "dim", "end"});
    }
  }
  drawn += lone("rect", {{"class", "edge"},
                         {"x", number(x)},
                         {"y", number(y)},
                         {"width", number(side)},
                         {"height", number(side)}});
  return drawn + line("even", {x, y + side, x + side, y});
}

Markup band(const RootScale& scale, const ReliabilityPoint& one, double x, double y) {
  const double at = x + scale(one.told);
  return line("band", {at, y + side - scale(one.low), at, y + side - scale(one.high)});
}

Markup point(const RootScale& scale, const ReliabilityPoint& one, double x, double y) {
  const double at = x + scale(one.told), came = y + side - scale(one.came);
  if (one.came < one.low || one.high < one.came) {
    return line("out", {at - 5, came - 5, at + 5, came + 5}) +
           line("out", {at - 5, came + 5, at + 5, came - 5});
  }
  return lone("circle", {{"class", "dot"}, {"cx", number(at)}, {"cy", number(came)}, {"r", "4"}});
}

Markup legend(double width, double y) {
  const double x = width / 2 - 330;
  return line("even", {x, y - 4, x + 28, y - 4}) +
         words({"told is what came", x + 36, y, "", "start"}) +
         line("band", {x + 176, y + 4, x + 176, y - 13}) +
         words({"5 to 95 % if it is right", x + 190, y, "", "start"}) +
         lone("circle",
              {{"class", "dot"}, {"cx", number(x + 350)}, {"cy", number(y - 4)}, {"r", "4"}}) +
         words({"came", x + 362, y, "", "start"}) + line("out", {x + 415, y - 9, x + 425, y + 1}) +
         line("out", {x + 415, y + 1, x + 425, y - 9}) +
         words({"came too rarely or too often to be right", x + 434, y, "", "start"});
}

}  // namespace

std::string reliability_picture(const std::vector<ReliabilityPanel>& panels) {
  double most = 0;
  std::string about = "Observed share against told chance.";
  for (const ReliabilityPanel& panel : panels) {
    for (const ReliabilityPoint& one : panel.points) {
      LEVEE_EXPECT(one.told >= 0 && one.low >= 0 && one.came >= 0);
      most = std::max({most, one.told, one.came, one.high});
    }
    about += fmt::format(" {}: {}.", panel.title, panel.note);
  }
  LEVEE_EXPECT(most > 0 && most <= 1);
  const RootScale scale{std::min(1.0, 1.08 * most)};
  const auto count = static_cast<double>(panels.size());
  const double width = left + count * side + (count - 1) * gap + 16, height = top + side + foot;
  Markup drawn = element("title", about) + element("style", Markup::written(style)) +
                 lone("rect", {{"class", "ground"}, {"width", "100%"}, {"height", "100%"}});
  double x = left;
  for (const ReliabilityPanel& panel : panels) {
    drawn += words({panel.title, x + side / 2, 18, "title"});
    drawn += words({panel.note, x + side / 2, 36, "dim"});
    drawn += axes(scale, x, top);
    for (const ReliabilityPoint& one : panel.points) drawn += band(scale, one, x, top);
    for (const ReliabilityPoint& one : panel.points) drawn += point(scale, one, x, top);
    x += side + gap;
  }
  drawn += words({"chance that was told, %", width / 2, top + side + 42});
  drawn += element("text",
                   {{"transform", fmt::format("translate(16 {}) rotate(-90)", top + side / 2)},
                    {"text-anchor", "middle"}},
                   "share to which it came, %");
  drawn += legend(width, height - 16);
  return element("svg",
                 {{"xmlns", "http://www.w3.org/2000/svg"},
                  {"viewBox", fmt::format("0 0 {} {}", width, height)},
                  {"width", number(width)},
                  {"role", "img"}},
                 drawn)
             .html() +
         "\n";
}

}  // namespace levee::report
