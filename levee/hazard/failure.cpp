// levee/hazard/failure.cpp — a Poisson clock and the share lost.
#include "levee/hazard/failure.h"

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

}  // namespace levee::hazard
