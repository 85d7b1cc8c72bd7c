// levee/scenario/kind/filtered.cpp — filtered historical simulation: GARCH with residuals drawn.
#include "levee/num/estimate.h"
#include "levee/scenario/draw.h"
#include "levee/scenario/garch.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::scenario::kind {
namespace {

// ln of the mean of exp(deviation * residual) over the residuals of history: what a day of that
// deviation adds to the mean of the price.
class LogMean {
 public:
  explicit LogMean(const std::vector<double>& residuals) : residuals_(residuals) {
    for (std::size_t i = 0; i <= points; ++i) at_.push_back(over_square(deviation_at(i)));
  }

  double operator()(double deviation) const {
    const double place = std::log(deviation / lowest) / std::log(highest / lowest) * points;
    if (!(place > 0 && place < points)) return exact(deviation);
    const auto i = static_cast<std::size_t>(place);
    // Over the square of the deviation it is nearly straight.
    return deviation * deviation * std::lerp(at_[i], at_[i + 1], place - static_cast<double>(i));
  }

 private:
  static constexpr std::size_t points = 2000;
  static constexpr double lowest = 1e-3, highest = 1;

  static double deviation_at(std::size_t i) {
    return lowest * std::pow(highest / lowest, static_cast<double>(i) / points);
  }
  double over_square(double deviation) const { return exact(deviation) / (deviation * deviation); }
  double exact(double deviation) const {
    std::vector<double> terms(residuals_.size());
    for (std::size_t i = 0; i < terms.size(); ++i) terms[i] = std::expm1(deviation * residuals_[i]);
    return std::log1p(num::sum_of(terms) / static_cast<double>(terms.size()));
  }

  const std::vector<double>& residuals_;
  std::vector<double> at_;
};

// Share of the second moment of residuals that lies below 0, and all of it.
struct SecondMoment {
  double whole = 0, below = 0;
};

SecondMoment second_moment(const std::vector<double>& residuals) {
  SecondMoment moment;
  const auto count = static_cast<double>(residuals.size());
  for (const double z : residuals) {
    moment.whole += z * z / count;
    if (z < 0) moment.below += z * z / count;
  }
  return moment;
}

// Variance expected over days to come, with residuals as history had them.
double variance_over(const GarchFit& fit, std::size_t count) {
  const SecondMoment z = second_moment(fit.residuals);
  const Garch& model = fit.model;
  const double kept = model.reaction * z.whole + model.leverage * z.below + model.memory;
  double variance = fit.next_variance, sum = 0;
  for (std::size_t day = 0; day < count; ++day) {
    sum += variance * z.whole;
    variance = model.constant + kept * variance;
  }
  return sum;
}

class FilteredLaw : public Law {
 public:
  explicit FilteredLaw(const Recipe& recipe) : recipe_(recipe) {
    for (const Seconds date : recipe.dates) {
      days_.push_back(static_cast<std::size_t>(date.value() / days(1).value()));
    }
  }

  Result<Done> fit(const History& daily) {
    const Calibration& from = recipe_.calibration;
    for (std::size_t a = 0; a < daily.assets.size(); ++a) {
      std::vector<double> returns;
      for (const HistoryStep& step : daily.assets[a]) returns.push_back(step.price.value());
      auto found = fit_garch(returns, {.reaction = GarchChoice::Reaction::leveraged});
      if (!found) {
        return fail(found.error().reason, from.assets[a].name + ": " + found.error().message);
      }
      auto made = std::make_unique<GarchFit>(*std::move(found));
      const double target = vol_of(from.assets[a], recipe_.measure).value();
      const double expected = variance_over(*made, days_.back());
      const double scale = target * std::sqrt(years(from.horizon).value() / expected);
      fits_.push_back(std::move(made));
      assets_.push_back({fits_.back().get(), LogMean(fits_.back()->residuals), scale});
    }
    return Done{};
  }

  void draw(const Block& block) const override {
    const std::size_t rows = fits_.front()->residuals.size();
    const auto choices = static_cast<double>(rows);
    std::vector<std::size_t> drawn(days_.back());
    for (std::size_t i = 0; i < block.paths; ++i) {
      num::Draws draws(recipe_.seed, stream::filtered, block.first + i);
      for (std::size_t& row : drawn) {
        row = std::min(static_cast<std::size_t>(draws.uniform() * choices), rows - 1);
      }
      for (std::size_t a = 0; a < assets_.size(); ++a) walk(assets_[a], drawn, a, block, i);
    }
  }

 private:
  struct Asset {
    const GarchFit* fit;
    LogMean log_mean;
    double scale;  // of returns, for the variance of the measure
  };

  // The rows of a path are the same for all assets, which keeps how they move together; one day's
  // residual says next to nothing of the next one's, so each row is drawn alone and the mean of
  // the price can be held exactly.
  void walk(const Asset& asset, const std::vector<std::size_t>& drawn, std::size_t a,
            const Block& out, std::size_t i) const {
    double variance = asset.fit->next_variance, log_return = 0;
    std::size_t date = 0;
    for (std::size_t day = 0; date < days_.size(); ++day) {
      for (; date < days_.size() && days_[date] <= day; ++date) {
        out.log_return[a][date][i] = log_return;
      }
      if (day == drawn.size()) break;
      const double residual = asset.fit->residuals[drawn[day]];
      const double deviation = std::sqrt(variance);
      const double wide = asset.scale * deviation;
      log_return += wide * residual - asset.log_mean(wide);
      variance = variance_after(asset.fit->model, {variance, deviation * residual});
    }
  }

  const Recipe& recipe_;
  std::vector<std::size_t> days_;  // [dates] whole days up to each
  std::vector<std::unique_ptr<GarchFit>> fits_;
  std::vector<Asset> assets_;
};

Result<std::unique_ptr<Law>> prepare(const Recipe& recipe) {
  if (recipe.calibration.horizon < days(1)) {
    return fail(Reason::out_of_range,
                fmt::format("a horizon of {:.2f} days (filtered history goes by the day) choose "
                            "another kind of scenario",
                            in_days(recipe.calibration.horizon)));
  }
  const History daily = by_days(recipe.calibration.history);
  if (daily.rows() == 0) {
    return fail(Reason::missing_data,
                "no price history (filtered history has nothing to draw) give history or choose "
                "another kind of scenario");
  }
  auto law = std::make_unique<FilteredLaw>(recipe);
  if (const auto done = law->fit(daily); !done) return done.error();
  return std::unique_ptr<Law>(std::move(law));
}

}  // namespace

Entry filtered() {
  return {.name = "filtered",
          .about = "GARCH from where volatility stands, its shocks drawn from history by the day",
          .prepare = prepare};
}

}  // namespace levee::scenario::kind
