#include "levee/hazard/failure.h"

#include <algorithm>
#include <cmath>

namespace levee::hazard {
namespace {

void expect_sound(const FailureModel& model) {
  LEVEE_EXPECT(model.intensity.value() >= 0);
  LEVEE_EXPECT(0 <= model.loss_low.value() && model.loss_low <= model.loss_high);
  LEVEE_EXPECT(model.loss_high.value() <= 1);
}

}  // namespace

Known intensity_band(const FailureModel& model) {
  const double mean = model.intensity.value();
  if (model.drawn.empty()) return {mean, mean, mean};
  std::vector<double> rates;
  for (const Intensity rate : model.drawn) rates.push_back(rate.value());
  return known_from(std::move(rates));
}

Intensity intensity_at(const FailureModel& model, double world) {
  LEVEE_EXPECT(0 < world && world < 1);
  if (model.drawn.empty()) return model.intensity;
  const auto size = static_cast<double>(model.drawn.size());
  return model.drawn[static_cast<std::size_t>(world * size)];
}

Probability failure_within(Intensity intensity, Years span) {
  LEVEE_EXPECT(intensity.value() >= 0 && span.value() >= 0);
  return Probability{-std::expm1(-intensity.value() * span.value())};
}

Probability failure_within(const FailureModel& model, Years span) {
  if (model.drawn.empty()) return failure_within(model.intensity, span);
  double sum = 0;
  for (const Intensity rate : model.drawn) sum += failure_within(rate, span).value();
  return Probability{sum / static_cast<double>(model.drawn.size())};
}

Share share_lost(const FailureModel& model, const LossDraw& draw) {
  expect_sound(model);
  if (!model.fitted) {
    LEVEE_EXPECT(0 <= draw.how && draw.how <= 1);
    return Share{std::lerp(model.loss_low.value(), model.loss_high.value(), draw.how)};
  }
  const double back = model.fitted->recovered.share_at(draw.back).value();
  return Share{model.fitted->lost.share_at(draw.how).value() * (1 - back)};
}

Share mean_share_lost(const FailureModel& model) {
  expect_sound(model);
  if (!model.fitted) return Share{0.5 * (model.loss_low + model.loss_high).value()};
  return Share{model.fitted->lost.mean().value() * (1 - model.fitted->recovered.mean().value())};
}

Share expected_loss(const FailureModel& model, Years span) {
  return Share{failure_within(model, span).value() * mean_share_lost(model).value()};
}

Price peg_after(const Depeg& depeg, double depth_draw, Seconds since) {
  LEVEE_EXPECT(0 < depth_draw && depth_draw < 1 && 0 <= depeg.depth_low.value());
  LEVEE_EXPECT(depeg.depth_low <= depeg.depth_high && depeg.depth_high.value() < 1);
  if (since < Seconds{0}) return Price{1};
  double depth = std::lerp(depeg.depth_low.value(), depeg.depth_high.value(), depth_draw);
  if (depeg.half_life) {
    depth *= std::exp2(-years(since).value() / years(*depeg.half_life).value());
  }
  return Price{1 - depth};
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

Seconds failure_moment(Intensity intensity, Seconds span, double draw) {
  LEVEE_EXPECT(0 < draw && draw < 1 && span > Seconds{0});
  const double within = failure_within(intensity, years(span)).value();
  if (!(within > 0)) return span;
  const double after = -std::log1p(-draw * within) / intensity.value() * 365 * 86400;
  return std::min(span, Seconds{static_cast<std::int64_t>(std::ceil(after))});
}

}  // namespace levee::hazard
