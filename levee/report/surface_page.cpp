#include "levee/report/surface_page.h"

#include "levee/report/frame.h"
#include "levee/report/page.h"
#include "levee/report/sentences.h"
#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

using option::FittedExpiry;

double vol_at(const FittedExpiry& one, double strike) {
  const double k = std::log(strike / one.forward.value());
  return std::sqrt(one.svi.variance(k) / one.tenor.value());
}

// Bars reach where quotes do; the picture ends where most of them do, or one wild ask hides all.
double top_of(const FittedExpiry& one) {
  double top = 0;
  for (const option::SmilePoint& point : one.points) {
    top = std::max({top, point.mid.value(), vol_at(one, point.strike.value())});
  }
  return 1.1 * top;
}

Plot plot_of(const FittedExpiry& one) {
  double low = top_of(one);
  for (const option::SmilePoint& point : one.points) low = std::min(low, point.bid.value());
  const double first = one.points.front().strike.value(), last = one.points.back().strike.value();
  const double room = 0.03 * (last - first) + 1e-3 * one.forward.value();
  Plot plot;
  plot.about =
      fmt::format("Implied volatility against strike: {} at {}, {} at the forward, {} at {}.",
                  percent(vol_at(one, first)), usd(first),
                  percent(vol_at(one, one.forward.value())), percent(vol_at(one, last)), usd(last));
  plot.x_title = "Strike, USD";
  plot.y_title = "Implied volatility";
  plot.y_measure = Measure::percent;
  plot.x = {std::max(first - room, 0.0), last + room};
  plot.y = {0.95 * low, top_of(one)};
  plot.marks = {{one.forward.value(), "forward " + usd(one.forward.value()), "spot"}};
  return plot;
}

Markup picture_of(const FittedExpiry& one, const Size& size) {
  const Plot plot = plot_of(one);
  const Frame frame(plot, size);
  Markup inside;
  for (const option::SmilePoint& point : one.points) {
    const double x = frame.x(point.strike.value());
    Attributes bar = line_from(x, frame.y(point.bid.value()), x,
                               frame.y(std::min(point.ask.value(), plot.y.high)));
    bar.emplace_back("class", "mark");
    bar.emplace_back("style", "stroke-width:4");
    inside += lone("line", bar);
  }
  constexpr int steps = 120;
  std::string path;
  for (int i = 0; i <= steps; ++i) {
    const double strike = std::max(plot.x.low, 1e-3 * plot.x.high) +
                          (plot.x.high - std::max(plot.x.low, 1e-3 * plot.x.high)) * i / steps;
    const double vol = std::clamp(vol_at(one, strike), plot.y.low, plot.y.high);
    path += fmt::format("{}{} {}", i == 0 ? 'M' : 'L', place_text(frame.x(strike)),
                        place_text(frame.y(vol)));
  }
  return frame.picture(inside + lone("path", {{"class", "curve sum"}, {"d", path}}));
}

Markup figure_of(const FittedExpiry& one) {
  const std::string title =
      fmt::format("{}, {} days: {} quotes, error {} points, half spread {}, {} inside",
                  text_of(one.expiry).substr(0, 10), number(one.tenor.value() * 365, 4),
                  one.points.size(), grouped(one.error.root_mean_square, 2),
                  grouped(one.error.half_spread, 2), percent(one.error.inside));
  return element("figure", {{"class", "chart"}},
                 element("figcaption", title) + picture_of(one, wide) + picture_of(one, narrow));
}

}  // namespace

std::string surface_page(const option::Surface& surface, const SurfaceTold& told) {
  Markup figures;
  for (const FittedExpiry& one : surface.expiries()) figures += figure_of(one);
  const std::string title = fmt::format("{} volatility surface, {}", told.base, told.at);
  const Markup top = element(
      "header", element("p", {{"class", "kind"}}, "levee · fitted surface") + element("h1", title) +
                    element("p",
                            "Lines are smiles without butterfly or calendar arbitrage; bars run "
                            "from bid to ask.") +
                    element("p", {{"class", "note"}}, "Worked out from " + told.source + "."));
  return page_of(title, top + figures, Scripts::none);
}

}  // namespace levee::report
