#include "levee/report/curves.h"

#include "levee/base/check.h"
#include "levee/base/json.h"

#include <fmt/core.h>

namespace levee::report {
namespace {

std::string point(const Frame& frame, double x, double y, char verb) {
  return fmt::format("{}{} {}", verb, place_text(frame.x(x)), place_text(frame.y(y)));
}

std::string line_path(const Frame& frame, const std::vector<double>& x,
                      const std::vector<double>& y) {
  std::string path;
  for (std::size_t i = 0; i < x.size(); ++i) path += point(frame, x[i], y[i], i == 0 ? 'M' : 'L');
  return path;
}

// Up and down over every bin, closed along zero.
std::string step_path(const Frame& frame, const std::vector<double>& edge,
                      const std::vector<double>& height) {
  std::string path = point(frame, edge.front(), 0, 'M');
  for (std::size_t i = 0; i < height.size(); ++i) {
    path += point(frame, edge[i], height[i], 'L') + point(frame, edge[i + 1], height[i], 'L');
  }
  return path + point(frame, edge.back(), 0, 'L') + "Z";
}

std::string class_of(const Curve& curve) {
  return "curve " + curve.look + (curve.view.empty() ? "" : " only-" + curve.view);
}

Markup picture_of(const Curves& curves, const Size& size) {
  const Frame frame(curves.plot, size);
  Markup paths;
  for (const Curve& curve : curves.curves) {
    LEVEE_EXPECT(curve.y.size() == curves.x.size() || curve.y.size() + 1 == curves.x.size());
    const bool is_line = curve.y.size() == curves.x.size();
    paths += lone("path", {{"class", class_of(curve) + (is_line ? "" : " bins")},
                           {"d", is_line ? line_path(frame, curves.x, curve.y)
                                         : step_path(frame, curves.x, curve.y)}});
  }
  return frame.picture(paths);
}

Markup legend_of(const Curves& curves) {
  Markup points;
  for (const Curve& curve : curves.curves) {
    const bool is_line = curve.y.size() == curves.x.size();
    const Markup stroke =
        is_line
            ? lone("path", {{"class", "curve " + curve.look}, {"d", "M1 6L31 6"}})
            : lone("path", {{"class", "curve bins " + curve.look}, {"d", "M1 1L31 1L31 11L1 11Z"}});
    const Markup swatch = element(
        "svg", {{"viewBox", "0 0 32 12"}, {"class", "swatch"}, {"aria-hidden", "true"}}, stroke);
    const Attributes shown =
        curve.view.empty() ? Attributes{} : Attributes{{"class", "only-" + curve.view}};
    points += element("li", shown, swatch + Markup(curve.name));
  }
  return element("ul", {{"class", "legend"}}, points);
}

std::string numbers_text(const std::vector<double>& values) {
  std::string text;
  for (const double x : values) text += fmt::format("{}{:.7g}", text.empty() ? "" : ",", x);
  return "[" + text + "]";
}

// What page.js reads out, as JSON.
std::string numbers_of(const Curves& curves) {
  std::string lines;
  for (const Curve& curve : curves.curves) {
    lines += fmt::format(R"({}{{"name":{},"view":{},"y":{}}})", lines.empty() ? "" : ",",
                         quoted(curve.name), quoted(curve.view), numbers_text(curve.y));
  }
  const bool is_share = curves.plot.y_measure == Measure::percent;
  return fmt::format(R"({{"word":{},"measure":"{}","x":{},"curves":[{}]}})", quoted(curves.x_word),
                     is_share ? "percent" : "usd", numbers_text(curves.x), lines);
}

}  // namespace

Markup figure_of(const Curves& curves) {
  LEVEE_EXPECT(curves.x.size() >= 2 && can_be_drawn(curves.x));
  const Markup pictures = picture_of(curves, wide) + picture_of(curves, narrow);
  const Markup readout = element("output", {{"class", "readout"}, {"aria-live", "polite"}}, "");
  const Markup note =
      curves.note.empty() ? Markup() : element("p", {{"class", "note"}}, curves.note);
  return element("figure", {{"class", "chart"}, {"data-numbers", numbers_of(curves)}},
                 element("figcaption", curves.title) + curves.controls + legend_of(curves) +
                     pictures + readout + note);
}

}  // namespace levee::report
