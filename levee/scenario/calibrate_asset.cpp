// levee/scenario/calibrate_asset.cpp — what was observed, as parameters with their working.
#include "levee/scenario/calibrate_asset.h"

#include "levee/option/model_fit.h"
#include "levee/scenario/draw.h"
#include "levee/scenario/jump_diffusion.h"
#include "levee/scenario/vol_fit.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

// What a calibration is made from. Whoever reads a series gives `to`: what is later is never seen.
struct Seen {
  const market::Snapshot& snapshot;
  const option::Surface* surface = nullptr;
  const CalibrationAsk& ask;
  UnixSeconds at;  // the lead's moment
  std::optional<Vol> implied;

  const std::optional<market::Series>& history() const { return snapshot.history; }
  const std::optional<market::Series>& index() const { return snapshot.iv_index; }
  UnixSeconds from() const { return at - ask.history; }
  UnixSeconds to() const { return at; }
};

// The law as far as it is found, and where to tell of it.
struct Found {
  AssetLaw& law;
  Told& out;

  void tell(Explain explain) { out.explain.inputs.push_back(std::move(explain)); }
  void miss(const Error& error) {
    out.unknown.push_back(fail(error.reason, out.prefix + error.message));
  }
};

std::string date_of(UnixSeconds at) { return text_of(at).substr(0, 10); }

Explain number(std::string name, double value, std::string unit, std::string formula,
               std::string source) {
  return {std::move(name), value, std::move(unit), std::move(formula), std::move(source), {}};
}

// A number with its standard error below it, where there is one.
Explain number(std::string name, double value, std::optional<double> error, std::string unit,
               std::string formula, std::string source) {
  Explain told = number(std::move(name), value, unit, std::move(formula), source);
  if (error) {
    told.inputs.push_back(number(told.name + ".standard_error", *error, std::move(unit),
                                 "one standard error of the estimate", std::move(source)));
  }
  return told;
}

void find_forecast(const Seen& seen, bool priced, Found& found) {
  const double implied = found.law.implied.value(), weight = seen.ask.variance_weight_implied;
  if (priced) {
    const auto tell = [&](std::string formula, std::string source) {
      found.tell(
          number("implied_vol", implied, "per sqrt year", std::move(formula), std::move(source)));
    };
    if (seen.surface) {
      tell("smile-integrated volatility of the surface at the horizon",
           fmt::format("Demeterfi et al. (1999); {}", seen.snapshot.source));
    } else if (seen.implied) {
      tell("what another market says its options would price", "proxy");
    } else {
      tell("the volatility index's last value", seen.index()->source);
    }
  }
  if (!found.law.realised) {
    found.law.forecast = found.law.implied;
    found.tell(number("forecast_vol", implied, "per sqrt year",
                      "the implied volatility, no realised one being known", "policy"));
    return;
  }
  const double realised = found.law.realised->vol.value();
  Explain measured =
      number("realised_vol", realised, found.law.realised->standard_error.value(), "per sqrt year",
             "root mean square of log returns over their time", seen.history()->source);
  measured.inputs.push_back(number("realised_vol.returns", found.law.realised->returns, "",
                                   "returns in the window, none across a gap",
                                   seen.history()->source));
  measured.inputs.push_back(number("realised_vol.covered",
                                   found.law.realised->covered.value() * 365, "days",
                                   "time these returns span", seen.history()->source));
  found.tell(std::move(measured));
  if (!priced) {
    found.law.implied = found.law.forecast = found.law.realised->vol;
    found.miss(fail(Reason::missing_data,
                    "no options and no volatility index of the last 36 hours (implied volatility "
                    "is unknown, the realised one stands for it)"));
    found.tell(number("forecast_vol", realised, "per sqrt year",
                      "the realised volatility, no implied one being known", "policy"));
    return;
  }
  found.law.forecast = Vol{std::sqrt(std::lerp(realised * realised, implied * implied, weight))};
  Explain told = number("forecast_vol", found.law.forecast.value(), "per sqrt year",
                        "sqrt(w * implied^2 + (1 - w) * realised^2)", "methodology, amendment 2");
  told.inputs.push_back(
      number("variance_weight_implied", weight, "", "w, the weight of implied variance", "policy"));
  found.tell(std::move(told));
}

// Variance accrues by expiry as the surface prices it, and never runs backwards.
void find_clock(const Seen& seen, Found& found) {
  if (!seen.surface) return;
  const double horizon = years(seen.ask.horizon).value();
  const double whole = horizon * found.law.implied.value() * found.law.implied.value();
  double before = 0;
  for (const option::FittedExpiry& one : seen.surface->expiries()) {
    const double expiry = one.tenor.value();
    if (expiry >= horizon) break;
    const double vol = market::fair_vol(*seen.surface, one.tenor).value();
    before = std::clamp(expiry * vol * vol / whole, before, 1.0);
    found.law.clock.push_back(
        {Seconds{static_cast<std::int64_t>(std::llround(expiry * 365 * 86400))}, before});
    found.out.explain.inputs.push_back(
        number(fmt::format("variance_share.{:.1f}_days", expiry * 365), before, "",
               "variance to the expiry over variance to the horizon, smile-integrated", "surface"));
  }
  found.law.clock.push_back({seen.ask.horizon, 1});
}

// What options price the horizon at, or an index; nothing where neither is known.
std::optional<Vol> implied_of(const Seen& seen) {
  if (seen.surface) return market::fair_vol(*seen.surface, years(seen.ask.horizon));
  if (seen.implied) return seen.implied;
  if (!seen.index()) return std::nullopt;
  const market::Series known = market::known_at(*seen.index(), seen.at);
  if (known.empty() || !(seen.at - known.at.back() <= hours(36))) return std::nullopt;
  return Vol{known.value.back()};
}

Result<Done> find_variance(const Seen& seen, Found& found) {
  const std::optional<Vol> implied = implied_of(seen);
  const Error none =
      fail(Reason::missing_data,
           "no price history (realised volatility is unknown, the forecast is the implied one)");
  Result<market::Measured> realised =
      seen.history()
          ? market::realised_vol(*seen.history(), seen.at, seen.ask.realised, seen.snapshot.stale)
          : Result<market::Measured>(none);
  if (!realised && realised.error().reason == Reason::stale_data) return realised.error();
  if (realised) {
    found.law.realised = *realised;
  } else if (implied) {
    found.miss(realised.error());
  } else {
    return fail(
        Reason::missing_data,
        found.out.prefix +
            "no options, no volatility index of the last 36 hours and no usable price history "
            "(volatility is unknown) give one of them");
  }
  found.law.implied = implied.value_or(Vol{0});
  find_forecast(seen, implied.has_value(), found);
  find_clock(seen, found);
  return Done{};
}

void tell_jumps(const Jumps& fitted, const std::optional<Jumps>& errors, const std::string& formula,
                Found& found) {
  const auto error = [&](auto of) {
    return errors ? std::optional<double>{of(*errors)} : std::nullopt;
  };
  const auto& source = found.law.jumps_source;
  auto& told = found.out.explain.inputs;
  told.push_back(number("jumps.intensity", found.law.jumps.intensity.value(), "per year",
                        "as fitted, scaled so that jumps bring at most 70 % of the variance",
                        source));
  told.back().inputs.push_back(number("jumps.intensity.fitted", fitted.intensity.value(),
                                      error([](const Jumps& j) { return j.intensity.value(); }),
                                      "per year", formula, source));
  told.push_back(number("jumps.mean", found.law.jumps.mean.value(),
                        error([](const Jumps& j) { return j.mean.value(); }), "log return", formula,
                        source));
  told.push_back(number("jumps.deviation", found.law.jumps.deviation,
                        error([](const Jumps& j) { return j.deviation; }), "log return", formula,
                        source));
  told.push_back(number("jumps.variance_share", found.law.jumps_variance_share, "",
                        "intensity * (mean^2 + deviation^2) / forecast_vol^2", source));
}

// The quotes of the expiry nearest the horizon.
option::Smile smile_near(const option::Surface& surface, Years horizon) {
  const auto off = [&](const option::FittedExpiry& expiry) {
    return std::abs(expiry.tenor.value() - horizon.value());
  };
  const option::FittedExpiry& nearest = *std::ranges::min_element(surface.expiries(), {}, off);
  option::Smile smile{nearest.tenor, nearest.forward, {}, {}};
  for (const option::SmilePoint& point : nearest.points) {
    smile.x.push_back(point.k / std::sqrt(nearest.tenor.value()));
    smile.vol.push_back(point.mid.value());
  }
  return smile;
}

void find_jumps(const Seen& seen, Found& found) {
  std::vector<market::Return> daily;
  if (seen.history()) daily = daily_returns(*seen.history(), seen.from(), seen.to());
  Result<JumpFit> fit = fit_to_returns(daily);
  std::string formula = "Merton mixture, maximum likelihood on daily log returns";
  if (fit) {
    found.law.jumps_source =
        fmt::format("history: {} daily returns, {} to {} ({})", daily.size(),
                    date_of(daily.front().at), date_of(daily.back().at), seen.history()->source);
  } else {
    const Error why_not_history = fit.error();
    if (!seen.surface) {
      found.miss(fail(why_not_history.reason, why_not_history.message + "; no jumps are drawn"));
      found.law.jumps_source = "none: " + why_not_history.message;
      tell_jumps({}, std::nullopt, "no jumps: no history and no smile to tell them", found);
      return;
    }
    const option::Smile smile = smile_near(*seen.surface, years(seen.ask.horizon));
    fit = fit_to_smile(smile);
    if (!fit) {
      found.miss(why_not_history);
      found.miss(fit.error());
      found.law.jumps_source = "none: " + fit.error().message;
      tell_jumps({}, std::nullopt, "no jumps: neither history nor smile can tell them", found);
      return;
    }
    found.miss(fail(why_not_history.reason,
                    why_not_history.message + "; jumps are the smile's, as priced"));
    formula = fmt::format("Merton prices, least squares in volatility ({:.2f} points misfit)",
                          100 * fit->misfit);
    found.law.jumps_source = fmt::format("smile: {} quotes at {:.1f} days ({})", fit->points,
                                         smile.expiry.value() * 365, seen.snapshot.source);
  }
  if (fit->at_edge) formula += ", the intensity at the edge of 0.5 to 15 a year";
  found.law.jumps = split(fit->model.jumps, found.law.forecast).jumps;
  const double forecast = found.law.forecast.value();
  found.law.jumps_variance_share = variance_per_year(found.law.jumps) / (forecast * forecast);
  tell_jumps(fit->model.jumps, fit->errors, formula, found);
}

void tell_moves(const Seen& seen, Found& found) {
  const SurfaceMoves& moves = found.law.moves;
  const auto& source = found.law.moves_source;
  auto& told = found.out.explain.inputs;
  told.push_back(number("vol_moves.beta", moves.beta,
                        moves.assumed ? std::nullopt : std::optional{moves.beta_error}, "",
                        "d ln IV per log return of the price", source));
  told.push_back(number("vol_moves.daily_residual", moves.daily_residual, "log vol",
                        "daily standard deviation of what the price does not explain", source));
  told.push_back(number("vol_moves.daily_persistence", moves.daily_persistence, "",
                        "AR(1) coefficient of ln IV, 1 where no index is known", source));
  told.push_back(number("vol_moves.tenor_power", seen.ask.iv_tenor_power, "",
                        "a tenor T beyond 30 days moves by (30 days / T)^power", "assumed"));
  const auto tell = [&](const std::string& name, const SurfaceMoves::Shape& shape,
                        const std::string& unit) {
    told.push_back(number(name + ".beta", shape.beta, shape.beta_error, unit,
                          "change per log return of the price", "earlier chains"));
    told.push_back(number(name + ".daily_residual", shape.daily_residual, unit,
                          "daily standard deviation of what the price does not explain",
                          "earlier chains"));
  };
  if (moves.slope.daily_residual > 0) tell("slope_moves", moves.slope, "log vol per log tenor");
  if (moves.skew.daily_residual > 0) tell("skew_moves", moves.skew, "log vol per moneyness");
}

// The chain's snapshots before the one looked at.
std::vector<market::Glimpse> earlier_than(const Seen& seen) {
  std::vector<market::Glimpse> earlier = seen.snapshot.earlier;
  std::erase_if(earlier, [&](const auto& glimpse) { return glimpse.at >= seen.to(); });
  return earlier;
}

void find_shape_moves(const Seen& seen, Found& found) {
  const auto fit = shape_moves_from_glimpses(earlier_than(seen), seen.ask.iv_tenor_power);
  if (!fit) {
    if (seen.surface) {
      found.miss(fail(fit.error().reason, fit.error().message + "; the smile's shape stays"));
    }
    return;
  }
  found.law.moves.slope = fit->slope;
  found.law.moves.skew = fit->skew;
}

void find_moves(const Seen& seen, Found& found) {
  const Error no_index = fail(Reason::missing_data, "no volatility index with price history");
  Result<VolFit> fit =
      seen.history() && seen.index()
          ? vol_moves_from_index(*seen.history(), *seen.index(), seen.from(), seen.to())
          : Result<VolFit>(no_index);
  std::string from = fit ? "index: " + seen.index()->source : "";
  if (!fit) {
    fit = vol_moves_from_glimpses(earlier_than(seen));
    from = "earlier chains: " + seen.snapshot.source;
  }
  if (fit) {
    found.law.moves = fit->moves;
    found.law.moves_source = fmt::format("{}, {} pairs, {} to {}", from, fit->pairs,
                                         date_of(fit->first), date_of(fit->last));
  } else {
    found.miss(fail(fit.error().reason, fit.error().message + "; moves of volatility are assumed"));
    found.law.moves = {.beta = seen.ask.iv_beta_assumed,
                       .daily_residual = seen.ask.iv_residual_assumed,
                       .assumed = true};
    found.law.moves_source = "assumed";
  }
  found.law.moves.tenor_power = seen.ask.iv_tenor_power;
  find_shape_moves(seen, found);
  tell_moves(seen, found);
}

// Smiles of a week to half a year, within two deviations: what a model of the next month is for.
std::vector<option::VolSlice> slices_of(const option::Surface& surface) {
  std::vector<option::VolSlice> slices;
  for (const option::FittedExpiry& expiry : surface.expiries()) {
    const double length = expiry.tenor.value() * 365;
    if (length < 6 || length > 190) continue;
    option::VolSlice slice{{expiry.forward, expiry.tenor}, {}};
    for (const option::SmilePoint& point : expiry.points) {
      if (point.k * point.k > 4 * point.variance) continue;
      const double half_spread = (point.ask.value() - point.bid.value()) / 2;
      slice.quotes.push_back({point.strike, point.mid, std::max(0.0, half_spread)});
    }
    slices.push_back(std::move(slice));
  }
  return slices;
}

void find_model(const Seen& seen, Found& found) {
  if (seen.ask.model.empty()) return;
  if (!seen.surface) {
    found.miss(fail(Reason::missing_data,
                    "no options (a model of stochastic variance needs their prices)"));
    return;
  }
  const auto fit = option::fit_model({.kind = seen.ask.model, .slices = slices_of(*seen.surface)});
  if (!fit) {
    found.miss(fit.error());
    return;
  }
  found.law.priced = fit->model;
  for (const option::FittedParameter& one : fit->parameters) {
    found.tell(number(fmt::format("{}.{}", seen.ask.model, one.name), one.value, one.standard_error,
                      "", "least squares in volatility on the surface's smiles",
                      seen.snapshot.source));
  }
}

}  // namespace

Result<AssetLaw> calibrate_asset(const View& view, const CalibrationAsk& ask, UnixSeconds at,
                                 Told& told) {
  LEVEE_EXPECT(ask.horizon > Seconds{0});
  LEVEE_EXPECT(0 <= ask.variance_weight_implied && ask.variance_weight_implied <= 1);
  if (view.surface != nullptr && view.surface->expiries().empty()) {
    return fail(Reason::missing_data,
                told.prefix + "no smile in the surface (nothing to calibrate to)");
  }
  const Seen seen{view.snapshot, view.surface, ask, at, view.implied};
  AssetLaw law;
  law.name = view.snapshot.base;
  law.spot = view.snapshot.spot;
  Found found{law, told};
  if (const auto variance = find_variance(seen, found); !variance) return variance.error();
  if (!(law.forecast.value() > 0)) {
    return fail(Reason::no_solution,
                told.prefix +
                    "the forecast volatility is 0 (the price history does not move) "
                    "give implied variance some weight");
  }
  find_jumps(seen, found);
  find_moves(seen, found);
  find_model(seen, found);
  return law;
}

}  // namespace levee::scenario
