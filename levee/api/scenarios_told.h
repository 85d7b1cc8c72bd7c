// levee/api/scenarios_told.h — what is told of drawn scenarios.
#pragma once
#include "levee/base/explain.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::api {

/// Mean and quantiles of a number over all paths.
struct SpreadTold {
  double mean = 0, p1 = 0, p5 = 0, p25 = 0, p50 = 0, p75 = 0, p95 = 0, p99 = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("mean", self.mean, "");
    visit("p1", self.p1, "1 % are below");
    visit("p5", self.p5, "");
    visit("p25", self.p25, "");
    visit("p50", self.p50, "");
    visit("p75", self.p75, "");
    visit("p95", self.p95, "");
    visit("p99", self.p99, "99 % are below");
  }
};

/// What an asset was drawn from, and what came of it.
struct AssetTold {
  std::string asset;
  double spot_usd = 0, implied_vol = 0, forecast_vol = 0;
  std::optional<double> realised_vol, realised_vol_se;
  double jumps_per_year = 0, jump_mean = 0, jump_deviation = 0, vol_beta = 0;
  std::string jumps_source, moves_source;
  SpreadTold spot, vol_factor;
  double mean_se = 0, drawn_vol = 0, correlation_with_lead = 1, correlation_with_vol = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("asset", self.asset, "");
    visit("spot_usd", self.spot_usd, "now");
    visit("implied_vol", self.implied_vol, "smile-integrated, to the horizon");
    visit("forecast_vol", self.forecast_vol, "real-world, a year");
    visit("realised_vol", self.realised_vol, "measured; null without history");
    visit("realised_vol_se", self.realised_vol_se, "its standard error");
    visit("jumps_per_year", self.jumps_per_year, "intensity");
    visit("jump_mean", self.jump_mean, "of log returns");
    visit("jump_deviation", self.jump_deviation, "of log returns");
    visit("jumps_source", self.jumps_source, "what they were fitted to");
    visit("vol_beta", self.vol_beta, "d ln IV for a log return");
    visit("moves_source", self.moves_source, "what it was fitted to");
    visit("spot", self.spot, "price at the horizon, USD");
    visit("mean_se", self.mean_se, "standard error of its mean, which should be today's price");
    visit("vol_factor", self.vol_factor, "30-day implied volatility at the horizon over now's");
    visit("drawn_vol", self.drawn_vol, "deviation of the drawn log returns, a year");
    visit("correlation_with_lead", self.correlation_with_lead, "of log returns to the horizon");
    visit("correlation_with_vol", self.correlation_with_vol, "of its price with its volatility");
  }
};

/// Funding, volume, depth or gas.
struct AroundTold {
  std::string name, source;
  SpreadTold spread;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "funding a year, or mean over the horizon over now's");
    visit("spread", self.spread, "over all paths");
    visit("source", self.source, "what it was fitted to");
  }
};

/// A protocol, or the peg.
struct FailureTold {
  std::string name, source;
  double frequency = 0, frequency_se = 0, mean_loss = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "protocol or token");
    visit("frequency", self.frequency, "share of paths on which it fails or breaks");
    visit("frequency_se", self.frequency_se, "its standard error");
    visit("mean_loss", self.mean_loss, "mean share lost where it does; of a token, at the horizon");
    visit("source", self.source, "who says so");
  }
};

/// All that make-scenarios tells.
struct ScenariosTold {
  std::string kind, measure, at, calibrated_at, source;
  bool model_made = false;
  double horizon_days = 0, paths = 0, seed = 0, dates = 0;
  std::vector<AssetTold> assets;
  std::vector<AroundTold> around;
  std::vector<FailureTold> failures;
  std::vector<std::string> unknown;
  Explain explain;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("kind", self.kind, "of scenario");
    visit("measure", self.measure, "whose variance; zero drift");
    visit("at", self.at, "moment of the market");
    visit("calibrated_at", self.calibrated_at, "nothing later was used");
    visit("source", self.source, "files");
    visit("model_made", self.model_made, "made by a model, not observed");
    visit("horizon_days", self.horizon_days, "days ahead");
    visit("paths", self.paths, "drawn");
    visit("seed", self.seed, "of every random number");
    visit("dates", self.dates, "on each path, the horizon included");
    visit("assets", self.assets, "the lead first");
    visit("around", self.around, "what moves with the price, where it is known");
    visit("failures", self.failures, "protocols, and the quote token's peg");
    visit("unknown", self.unknown, "what could not be calibrated, and why");
    visit("explain", self.explain, "the working of the calibration");
  }
};

}  // namespace levee::api
