// levee/option/mark_surface.cpp — smiles at listed expiries, read at any strike and tenor.
#include "levee/option/mark_surface.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include <fmt/core.h>

namespace levee::option {
namespace {

bool positive(double x) { return x > 0 && std::isfinite(x); }

// Where x falls among ascending knots: between at and at + 1, `share` of the way; flat outside.
struct Place {
  std::size_t at;
  double share;

  // Exact at either end, so that a mark is read back as it was given.
  double read(const std::vector<double>& y) const {
    return (1 - share) * y[at] + share * y[at + 1];
  }
};

Place place_at(const std::vector<double>& knots, double x, std::size_t at) {
  return {at, std::clamp((x - knots[at]) / (knots[at + 1] - knots[at]), 0.0, 1.0)};
}

double vol_at(const Smile& smile, double x) {
  const auto above = std::upper_bound(smile.x.begin() + 1, smile.x.end() - 1, x);
  const auto at = static_cast<std::size_t>(above - smile.x.begin()) - 1;
  return place_at(smile.x, x, at).read(smile.vol);
}

// The two smiles around a tenor, and what each one's variance per year counts for there. Outside
// the listed expiries both are the nearest one.
struct Blend {
  const Smile& near;
  const Smile& far;
  double near_weight;
  double far_weight;

  bool single() const { return &near == &far; }

  double vol(double x) const {
    if (single()) return vol_at(near, x);
    const double first = vol_at(near, x), second = vol_at(far, x);
    return std::sqrt(near_weight * first * first + far_weight * second * second);
  }
};

Blend blend_of(std::span<const Smile> smiles, Years tenor) {
  LEVEE_EXPECT(!smiles.empty());
  LEVEE_EXPECT(tenor.value() > 0);
  const auto far = std::upper_bound(smiles.begin(), smiles.end(), tenor,
                                    [](Years t, const Smile& smile) { return t < smile.expiry; });
  if (far == smiles.begin()) return {smiles.front(), smiles.front(), 1, 0};
  const Smile& near = *std::prev(far);
  if (far == smiles.end() || near.expiry == tenor) return {near, near, 1, 0};
  // Total variance is linear in time: w = w_near + (w_far - w_near) share, and vol^2 = w / tenor.
  const double begin = near.expiry.value(), end = far->expiry.value(), t = tenor.value();
  const double share = (t - begin) / (end - begin);
  return {near, *far, (1 - share) * begin / t, share * end / t};
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : values[half - 1] / 2 + values[half] / 2;
}

Smile smile_of(std::span<const Mark> marks, Years expiry) {
  std::vector<double> forwards;
  for (const Mark& mark : marks) forwards.push_back(mark.forward.value());
  const double forward = median(std::move(forwards));

  std::map<double, std::pair<double, int>> knots;  // x to the sum and count of its volatilities
  for (const Mark& mark : marks) {
    auto& [sum, count] = knots[std::log(mark.strike.value() / forward) / std::sqrt(expiry.value())];
    sum += mark.vol.value();
    ++count;
  }
  Smile smile{.expiry = expiry, .forward = Price{forward}, .x = {}, .vol = {}};
  for (const auto& [x, total] : knots) {
    smile.x.push_back(x);
    smile.vol.push_back(total.first / total.second);
  }
  return smile;
}

}  // namespace

Result<MarkSurface> MarkSurface::from(std::span<const Mark> marks, UnixSeconds at) {
  std::map<UnixSeconds, std::vector<Mark>> expiries;
  for (const Mark& mark : marks) {
    if (!positive(mark.forward.value()) || !positive(mark.strike.value()) ||
        !positive(mark.vol.value())) {
      return fail(Reason::bad_input,
                  fmt::format("mark of {} at strike {} on {} (each must be positive)",
                              mark.vol.value(), mark.strike.value(), mark.forward.value()));
    }
    if (mark.expiry > at) expiries[mark.expiry].push_back(mark);
  }
  MarkSurface surface;
  surface.at_ = at;
  for (const auto& [expiry, listed] : expiries) {
    Smile smile = smile_of(listed, years(expiry - at));
    if (smile.x.size() >= 3) surface.smiles_.push_back(std::move(smile));
  }
  if (surface.smiles_.empty()) {
    return fail(Reason::missing_data, fmt::format("{} marks (no expiry after {} has three strikes)",
                                                  marks.size(), text_of(at)));
  }
  return surface;
}

Vol MarkSurface::vol(double x, Years tenor) const {
  const Blend blend = blend_of(smiles_, tenor);
  if (blend.single()) return Vol{blend.vol(x)};
  // Between the nearest marks of the two expiries together, so that a slice reads the same.
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double left = -infinity, right = infinity;
  for (const Smile* smile : {&blend.near, &blend.far}) {
    const auto above = std::upper_bound(smile->x.begin(), smile->x.end(), x);
    if (above != smile->x.begin()) left = std::max(left, *std::prev(above));
    if (above != smile->x.end()) right = std::min(right, *above);
  }
  if (std::isinf(left)) return Vol{blend.vol(right)};
  if (std::isinf(right)) return Vol{blend.vol(left)};
  const double share = (x - left) / (right - left);
  return Vol{(1 - share) * blend.vol(left) + share * blend.vol(right)};
}

double MarkSurface::forward_ratio(Price spot, Years tenor) const {
  LEVEE_EXPECT(!smiles_.empty());
  LEVEE_EXPECT(positive(spot.value()) && tenor.value() >= 0);
  const double t = tenor.value();
  double begin = 0, carried = 0;  // ln(forward / spot) so far
  for (const Smile& smile : smiles_) {
    const double end = smile.expiry.value();
    const double growth = std::log(smile.forward.value() / spot.value());
    if (t <= end) return std::exp(carried + (growth - carried) * (t - begin) / (end - begin));
    begin = end, carried = growth;
  }
  return std::exp(carried * t / begin);
}

MarkSurface::Slice MarkSurface::slice(Years tenor) const {
  const Blend blend = blend_of(smiles_, tenor);
  Slice slice;
  std::set_union(blend.near.x.begin(), blend.near.x.end(), blend.far.x.begin(), blend.far.x.end(),
                 std::back_inserter(slice.x));
  for (const double x : slice.x) slice.vol.push_back(blend.vol(x));
  return slice;
}

double MarkSurface::Slice::operator()(double at_x, std::size_t& hint) const {
  LEVEE_AUDIT(x.size() >= 2 && x.size() == vol.size());
  std::size_t at = std::min(hint, x.size() - 2);
  while (at > 0 && at_x < x[at]) --at;
  while (at + 2 < x.size() && at_x >= x[at + 1]) ++at;
  hint = at;
  return place_at(x, at_x, at).read(vol);
}

}  // namespace levee::option
