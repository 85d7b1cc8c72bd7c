#include "levee/report/axis.h"

#include "levee/report/words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

// A range with something in it, around the same middle.
Range widened(Range range) {
  const double least = 1e-9 * std::max({std::abs(range.low), std::abs(range.high), 1.0});
  if (range.high - range.low > least) return range;
  const double half = std::max({0.05 * std::abs(range.low), 0.05 * std::abs(range.high), 0.5});
  return {range.low - half, range.high + half};
}

double round_step(double rough) {
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

struct Unit {
  double size = 1;
  std::string_view letter;
};

Unit unit_for(double largest) {
  constexpr std::array<Unit, 4> units{{{1e12, "tn"}, {1e9, "bn"}, {1e6, "m"}, {1e3, "k"}}};
  for (const Unit& unit : units) {
    if (largest >= 10 * unit.size || (unit.size > 1e3 && largest >= unit.size)) return unit;
  }
  return {};
}

int decimals_for(double step) {
  for (int decimals = 0; decimals < 15; ++decimals) {
    const double scaled = step * std::pow(10, decimals);
    if (std::abs(scaled - std::round(scaled)) < 1e-6 * scaled) return decimals;
  }
  return 15;
}

std::vector<std::string> labels_of(const std::vector<double>& ticks, double step, Measure measure) {
  std::vector<std::string> labels;
  if (measure == Measure::percent) {
    for (const double tick : ticks) {
      labels.push_back(grouped(100 * tick, decimals_for(100 * step)) + " %");
    }
    return labels;
  }
  const double largest = std::max(std::abs(ticks.front()), std::abs(ticks.back()));
  const Unit unit = largest < 1e15 ? unit_for(largest) : Unit{};
  for (const double tick : ticks) {
    const std::string digits = usd_at(tick / unit.size, decimals_for(step / unit.size));
    const bool zero = std::abs(tick) < 1e-9 * step;
    labels.push_back(zero ? "$0" : fmt::format("{}{}", digits, unit.letter));
  }
  return labels;
}

}  // namespace

bool can_be_drawn(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::abs(x) <= 1e15; });
}

Range range_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

Range hull(const Range& a, const Range& b) {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

Axis axis_of(Range range, int count, Measure measure, Ends ends) {
  Axis axis{widened(range), {}, {}};
  const double step = round_step((axis.range.high - axis.range.low) / std::max(count, 1));
  double first = std::ceil(axis.range.low / step - 1e-9);
  double last = std::floor(axis.range.high / step + 1e-9);
  if (ends == Ends::at_ticks) {
    first = std::floor(axis.range.low / step + 1e-9);
    last = std::ceil(axis.range.high / step - 1e-9);
    axis.range = {first * step, last * step};
  }
  const auto ticks = static_cast<int>(last - first);
  for (int i = 0; i <= ticks; ++i) axis.ticks.push_back((first + i) * step);
  if (!axis.ticks.empty()) axis.labels = labels_of(axis.ticks, step, measure);
  return axis;
}

std::vector<std::size_t> rows_apart(const std::vector<Stretch>& labels) {
  std::vector<std::vector<Stretch>> rows;
  std::vector<std::size_t> row_of;
  for (const Stretch& label : labels) {
    const auto touches = [&](const Stretch& other) {
      return std::abs(label.centre - other.centre) < (label.length + other.length) / 2;
    };
    std::size_t row = 0;
    while (row < rows.size() && std::any_of(rows[row].begin(), rows[row].end(), touches)) ++row;
    if (row == rows.size()) rows.emplace_back();
    rows[row].push_back(label);
    row_of.push_back(row);
  }
  return row_of;
}

}  // namespace levee::report
