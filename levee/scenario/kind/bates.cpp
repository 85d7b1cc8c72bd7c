// levee/scenario/kind/bates.cpp — stochastic variance with jumps, as fitted to option prices.
#include "levee/num/normal.h"
#include "levee/scenario/draw.h"
#include "levee/scenario/jump_walk.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::scenario::kind {
namespace {

// Numbers of option::kind::bates; heston's are the first five.
struct Parameters {
  double variance, average, reversion, vol_of_vol, correlation;
  Jumps jumps;
};

Parameters parameters_of(const option::Model& model) {
  const auto& p = model.parameters;
  Parameters found{p[0], p[1], p[2], p[3], p[4], {}};
  if (p.size() == 8) found.jumps = {Intensity{p[5]}, LogReturn{p[6]}, p[7]};
  return found;
}

// All variance, that of jumps included, times a factor; where volatility reverts to and how it
// leans on the price stay.
option::Model scaled(const option::Model& model, double factor) {
  option::Model made = model;
  auto& p = made.parameters;
  p[0] *= factor, p[1] *= factor, p[3] *= std::sqrt(factor);
  if (p.size() == 8) p[5] *= factor;
  return made;
}

Result<option::Model> scaled_to(const option::Model& model, Vol vol, Seconds horizon) {
  const Years span = years(horizon);
  const double target = vol.value() * vol.value() * span.value();
  const double first = target / option::cumulants_of(model, span).variance;
  // Nearly proportional: a few steps of the secant settle what correlation bends.
  double factor = first;
  for (int step = 0; step < 50; ++step) {
    const double variance = option::cumulants_of(scaled(model, factor), span).variance;
    const double next = factor * target / variance;
    if (std::abs(next / factor - 1) < 1e-10) return scaled(model, next);
    factor = next;
  }
  return fail(
      Reason::not_converged,
      fmt::format("no scale brings the fitted model to a volatility of {:.3g}", vol.value()));
}

// One step of variance and price.
// src: Andersen (2008), J. Computational Finance 11(3), 1-42: QE with its martingale correction
class Stepper {
 public:
  Stepper(const Parameters& p, double span)
      : p_(p),
        decay_(std::exp(-p.reversion * span)),
        spread_now_(square_of_vol(p) * decay_ * (1 - decay_) / p.reversion),
        spread_usual_(p.average * square_of_vol(p) * (1 - decay_) * (1 - decay_) /
                      (2 * p.reversion)),
        from_now_(half(p, span) - lean(p)),
        from_next_(half(p, span) + lean(p)),
        own_(span / 2 * (1 - p.correlation * p.correlation)) {}

  // in: independent standard normals; out: the log return of this step, `variance` moved on
  double operator()(double& variance, double normal_variance, double normal_price) const {
    const double mean = p_.average + (variance - p_.average) * decay_;
    const double psi = (variance * spread_now_ + spread_usual_) / (mean * mean);
    const double exponent = from_next_ + own_ / 2;
    double next = 0, log_mean = 0;
    if (psi <= 1.5) {
      const double inverse = 2 / psi;
      const double b2 = inverse - 1 + std::sqrt(inverse * (inverse - 1));
      const double a = mean / (1 + b2), stretch = 1 - 2 * exponent * a;
      LEVEE_ENSURE(stretch > 0);
      next = a * std::pow(std::sqrt(b2) + normal_variance, 2);
      log_mean = exponent * b2 * a / stretch - std::log(stretch) / 2;
    } else {
      const double empty = (psi - 1) / (psi + 1), rate = (1 - empty) / mean;
      LEVEE_ENSURE(exponent < rate);
      const double uniform = num::normal_cdf(normal_variance);
      next = uniform <= empty ? 0 : std::log((1 - empty) / (1 - uniform)) / rate;
      log_mean = std::log(empty + rate * (1 - empty) / (rate - exponent));
    }
    const double move = -log_mean - (from_now_ + own_ / 2) * variance + from_now_ * variance +
                        from_next_ * next + std::sqrt(own_ * (variance + next)) * normal_price;
    variance = next;
    return move;
  }

 private:
  // Where variance hardly varies the scheme is that of a variance that hardly does.
  static double vol_of_vol(const Parameters& p) { return std::max(p.vol_of_vol, 1e-6); }
  static double square_of_vol(const Parameters& p) { return vol_of_vol(p) * vol_of_vol(p); }
  static double lean(const Parameters& p) { return p.correlation / vol_of_vol(p); }
  static double half(const Parameters& p, double span) {
    return span / 2 * (p.reversion * lean(p) - 0.5);
  }

  Parameters p_;
  double decay_, spread_now_, spread_usual_;
  double from_now_, from_next_, own_;
};

// Variance a year expected over 30 days.
double month_ahead(const Parameters& p, double variance) {
  const double span = p.reversion * 30 / 365;
  return p.average + (variance - p.average) * -std::expm1(-span) / span +
         variance_per_year(p.jumps);
}

class BatesLaw : public Law {
 public:
  BatesLaw(const Recipe& recipe, std::vector<Parameters> assets, num::Matrix<double> root,
           JointJumps jumps)
      : recipe_(recipe),
        assets_(std::move(assets)),
        root_(std::move(root)),
        jumps_(std::move(jumps)) {
    Seconds before{0};
    for (const Seconds date : recipe.dates) {
      const Seconds span = date - before;
      const auto steps = std::max<std::int64_t>(1, (span.value() + 86399) / 86400);
      substeps_.push_back(static_cast<std::size_t>(steps));
      auto& each = steppers_.emplace_back();
      for (const Parameters& p : assets_) {
        each.emplace_back(p, years(span).value() / static_cast<double>(steps));
      }
      before = date;
    }
  }

  bool knows_level(std::size_t) const override { return true; }

  void draw(const Block& block) const override {
    for (std::size_t i = 0; i < block.paths; ++i) draw_path(block, i);
  }

 private:
  void draw_path(const Block& block, std::size_t i) const {
    const std::size_t count = assets_.size();
    std::vector<num::Draws> draws, jump_draws;
    for (std::size_t a = 0; a < count; ++a) {
      draws.emplace_back(recipe_.seed, asset_stream(stream::stochastic, a), block.first + i);
      jump_draws.emplace_back(recipe_.seed, asset_stream(stream::jump, a), block.first + i);
    }
    std::vector<double> at(count), variance(count), price_normal(count), variance_normal(count);
    for (std::size_t a = 0; a < count; ++a) variance[a] = assets_[a].variance;
    for (std::size_t date = 0; date < recipe_.dates.size(); ++date) {
      for (std::size_t step = 0; step < substeps_[date]; ++step) {
        for (std::size_t a = 0; a < count; ++a) {
          price_normal[a] = draws[a].normal(), variance_normal[a] = draws[a].normal();
          double price = 0, vol = 0;
          for (std::size_t b = 0; b <= a; ++b) {
            price += root_.row(a)[b] * price_normal[b];
            vol += root_.row(a)[b] * variance_normal[b];
          }
          at[a] += steppers_[date][a](variance[a], vol, price);
        }
      }
      jumps_.add(date, jump_draws, at);
      for (std::size_t a = 0; a < count; ++a) {
        at[a] -= jumps_.log_mean(a, date);
        block.log_return[a][date][i] = at[a];
      }
    }
    for (std::size_t a = 0; a < count; ++a) {
      const Parameters& p = assets_[a];
      block.level[a][i] = std::log(month_ahead(p, variance[a]) / month_ahead(p, p.variance)) / 2;
    }
  }

  const Recipe& recipe_;
  std::vector<Parameters> assets_;
  num::Matrix<double> root_;
  JointJumps jumps_;
  std::vector<std::size_t> substeps_;           // [dates]
  std::vector<std::vector<Stepper>> steppers_;  // [dates][assets]
};

Result<std::unique_ptr<Law>> prepare(const Recipe& recipe) {
  const Calibration& from = recipe.calibration;
  std::vector<Parameters> assets;
  JumpParts jumps{{}, {}, from.dependence.joins, from.dependence.correlation};
  std::vector<double> spans;
  Seconds before{0};
  for (const Seconds date : recipe.dates) {
    spans.push_back(years(date - before).value());
    before = date;
  }
  for (const AssetLaw& asset : from.assets) {
    if (!asset.priced) {
      return fail(Reason::missing_data,
                  fmt::format("no model of stochastic variance fitted for {} (this kind draws from "
                              "one) ask for it and give an option chain",
                              asset.name));
    }
    if (const std::string_view kind = asset.priced->kind->name;
        kind != "bates" && kind != "heston") {
      return fail(Reason::not_supported,
                  fmt::format("the model \"{}\" fitted for {} (its variance is not random) fit "
                              "bates or heston",
                              kind, asset.name));
    }
    const auto model = scaled_to(*asset.priced, vol_of(asset, recipe.measure), from.horizon);
    if (!model) return model.error();
    assets.push_back(parameters_of(*model));
    jumps.assets.push_back(assets.back().jumps);
    jumps.spans.push_back(spans);
  }
  auto root = root_of(from.dependence.correlation);
  if (!root) return root.error();
  return std::unique_ptr<Law>(std::make_unique<BatesLaw>(
      recipe, std::move(assets), *std::move(root), JointJumps(std::move(jumps))));
}

}  // namespace

Entry bates() {
  return {.name = "bates",
          .about = "stochastic variance with jumps as options price them, scaled to the forecast",
          .prepare = prepare};
}

}  // namespace levee::scenario::kind
