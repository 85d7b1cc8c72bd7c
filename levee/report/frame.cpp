#include "levee/report/frame.h"

#include "levee/report/text.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

constexpr double row_height = 18, tick_room = 22, title_room = 22, edge = 6;

Attributes text_at(double x, double y, std::string_view look) {
  return {{"x", place_text(x)}, {"y", place_text(y)}, {"class", std::string(look)}};
}

Attributes with_class(Attributes attributes, std::string look) {
  attributes.emplace_back("class", std::move(look));
  return attributes;
}

}  // namespace

double text_length(std::string_view text) {
  return 7.1 * static_cast<double>(columns_of(printable(text)));
}

std::string place_text(double place) { return fmt::format("{:.1f}", place); }

Attributes line_from(double x1, double y1, double x2, double y2) {
  return {{"x1", place_text(x1)},
          {"y1", place_text(y1)},
          {"x2", place_text(x2)},
          {"y2", place_text(y2)}};
}

Frame::Frame(Plot plot, const Size& size)
    : plot_(std::move(plot)), size_(size), right_(size.width - edge) {
  y_axis_ = axis_of(plot_.y, 5, plot_.y_measure, Ends::at_ticks);
  for (const std::string& label : y_axis_.labels) left_ = std::max(left_, text_length(label) + 10);
  const int ticks = static_cast<int>((right_ - left_) / 80);
  x_axis_ = axis_of(plot_.x, ticks, Measure::usd, Ends::as_given);
  x_ = {x_axis_.range, {left_, right_}};
  place_marks();
  y_ = {y_axis_.range, {bottom(), top_}};
}

double Frame::bottom() const { return top_ + size_.height; }

double Frame::height() const { return bottom() + tick_room + title_room; }

// Marks within the picture, their labels in rows that do not touch; the first row is the lowest.
void Frame::place_marks() {
  std::stable_sort(plot_.marks.begin(), plot_.marks.end(),
                   [](const Mark& a, const Mark& b) { return a.at < b.at; });
  std::vector<Stretch> labels;
  for (const Mark& mark : plot_.marks) {
    if (!(x_axis_.range.low <= mark.at && mark.at <= x_axis_.range.high)) continue;
    const double length = text_length(mark.label) + 12;
    const double least = left_ + length / 2, most = right_ - length / 2;
    labels.push_back({least < most ? std::clamp(x(mark.at), least, most) : least, length});
    placed_.push_back({mark, labels.back().centre, 0});
  }
  const auto rows = rows_apart(labels);
  const std::size_t count = rows.empty() ? 0 : *std::max_element(rows.begin(), rows.end()) + 1;
  top_ = title_room + row_height * static_cast<double>(count) + edge;
  for (std::size_t i = 0; i < placed_.size(); ++i) {
    placed_[i].label_y = top_ - 7 - row_height * static_cast<double>(rows[i]);
  }
}

Markup Frame::grid() const {
  Markup grid;
  for (std::size_t i = 0; i < y_axis_.ticks.size(); ++i) {
    const double at = y(y_axis_.ticks[i]);
    const bool zero = std::abs(y_axis_.ticks[i]) < 1e-9 * y_axis_.range.high;
    grid += lone("line", with_class(line_from(left_, at, right_, at), zero ? "zero" : "grid"));
    grid += element("text", text_at(left_ - 8, at + 4, "end"), y_axis_.labels[i]);
  }
  for (std::size_t i = 0; i < x_axis_.ticks.size(); ++i) {
    const double at = x(x_axis_.ticks[i]);
    grid += lone("line", with_class(line_from(at, bottom(), at, bottom() + 5), "tick"));
    const double half = text_length(x_axis_.labels[i]) / 2;
    const double centre = std::clamp(at, half, std::max(half, size_.width - half));
    grid += element("text", text_at(centre, bottom() + tick_room - 2, "middle"), x_axis_.labels[i]);
  }
  return grid;
}

Markup Frame::titles() const {
  const double centre = (left_ + right_) / 2;
  return element("text", text_at(0, 14, "title"), plot_.y_title) +
         element("text", text_at(centre, height() - 4, "title middle"), plot_.x_title);
}

Markup Frame::marks() const {
  Markup lines, labels;
  for (const auto& [mark, label_x, label_y] : placed_) {
    const double at = x(mark.at);
    lines +=
        lone("line", with_class(line_from(at, label_y + 4, at, bottom()), "mark " + mark.look));
    labels += element("text", text_at(label_x, label_y, "mark-label middle"), mark.label);
  }
  return lines + labels;
}

Markup Frame::picture(const Markup& inside) const {
  const Attributes attributes{
      {"class", std::string(size_.name)},
      {"viewBox", fmt::format("0 0 {} {}", place_text(size_.width), place_text(height()))},
      {"role", "img"},
      {"aria-label", plot_.about},
      {"data-left", place_text(left_)},
      {"data-right", place_text(right_)},
      {"data-low", fmt::format("{:.9g}", x_axis_.range.low)},
      {"data-high", fmt::format("{:.9g}", x_axis_.range.high)}};
  const Markup cursor = lone("line", with_class(line_from(left_, top_, left_, bottom()), "cursor"));
  return element("svg", attributes, grid() + inside + marks() + titles() + cursor);
}

}  // namespace levee::report
