// levee/hazard/failure.cpp — a Poisson clock and the share lost.
#include "levee/hazard/failure.h"

#include <algorithm>
#include <cmath>

namespace levee::hazard {
namespace {

void expect_sound(const FailureModel& model, Years span) {
  LEVEE_EXPECT(model.intensity.value() >= 0);
  LEVEE_EXPECT(0 <= model.loss_low.value() && model.loss_low <= model.loss_high);
  LEVEE_EXPECT(model.loss_high.value() <= 1);
  LEVEE_EXPECT(span.value() >= 0);
}

}  // namespace

Probability failure_within(const FailureModel& model, Years span) {
  expect_sound(model, span);
  return Probability{-std::expm1(-model.intensity.value() * span.value())};
}

Share loss_share(const FailureModel& model, Years span, double draw) {
  LEVEE_EXPECT(0 < draw && draw < 1);
  const double failure = failure_within(model, span).value();
  if (draw >= failure) return Share{0};
  return Share{std::lerp(model.loss_low.value(), model.loss_high.value(), draw / failure)};
}

Share expected_loss(const FailureModel& model, Years span) {
  const double failure = failure_within(model, span).value();
  return Share{failure * 0.5 * (model.loss_low + model.loss_high).value()};
}

Price peg_at(const Depeg& depeg, const DepegDraw& draw, Seconds at) {
  LEVEE_EXPECT(0 < draw.when && draw.when < 1 && 0 < draw.depth && draw.depth < 1);
  LEVEE_EXPECT(depeg.intensity.value() >= 0 && 0 <= depeg.depth_low.value());
  LEVEE_EXPECT(depeg.depth_low <= depeg.depth_high && depeg.depth_high.value() < 1);
  // Where nothing ever breaks the wait is infinite, and so it stays.
  const double breaks = -std::log(draw.when) / depeg.intensity.value();
  const double since = years(at).value() - breaks;
  if (!(since >= 0)) return Price{1};
  double depth = std::lerp(depeg.depth_low.value(), depeg.depth_high.value(), draw.depth);
  if (depeg.half_life) depth *= std::exp2(-since / years(*depeg.half_life).value());
  return Price{1 - depth};
}

Seconds failure_moment(const FailureModel& model, Seconds span, double draw) {
  LEVEE_EXPECT(0 < draw && draw < 1 && span > Seconds{0});
  const double within = failure_within(model, years(span)).value();
  if (!(within > 0)) return span;
  const double after = -std::log1p(-draw * within) / model.intensity.value() * 365 * 86400;
  return std::min(span, Seconds{static_cast<std::int64_t>(std::ceil(after))});
}

}  // namespace levee::hazard
