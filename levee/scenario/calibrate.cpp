// levee/scenario/calibrate.cpp — what was observed, as parameters with their working.
#include "levee/scenario/calibrate.h"

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
  const option::Surface& surface;
  const CalibrationAsk& ask;

  const std::optional<market::Series>& history() const { return snapshot.history; }
  const std::optional<market::Series>& index() const { return snapshot.iv_index; }
  UnixSeconds from() const { return snapshot.at - ask.history; }
  UnixSeconds to() const { return snapshot.at; }
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

void find_forecast(const Seen& seen, Calibration& found) {
  const double implied = found.implied.value(), weight = seen.ask.variance_weight_implied;
  auto& told = found.explain.inputs;
  told.push_back(number("implied_vol", implied, "per sqrt year",
                        "smile-integrated volatility of the surface at the horizon",
                        fmt::format("Demeterfi et al. (1999); {}", seen.snapshot.source)));
  if (!found.realised) {
    found.forecast = found.implied;
    told.push_back(number("forecast_vol", implied, "per sqrt year",
                          "the implied volatility, no realised one being known", "policy"));
    return;
  }
  const double realised = found.realised->vol.value();
  Explain measured =
      number("realised_vol", realised, found.realised->standard_error.value(), "per sqrt year",
             "root mean square of log returns over their time", seen.history()->source);
  measured.inputs.push_back(number("realised_vol.returns", found.realised->returns, "",
                                   "returns in the window, none across a gap",
                                   seen.history()->source));
  measured.inputs.push_back(number("realised_vol.covered", found.realised->covered.value() * 365,
                                   "days", "time these returns span", seen.history()->source));
  told.push_back(std::move(measured));
  found.forecast = Vol{std::sqrt(std::lerp(realised * realised, implied * implied, weight))};
  told.push_back(number("forecast_vol", found.forecast.value(), "per sqrt year",
                        "sqrt(w * implied^2 + (1 - w) * realised^2)", "methodology, amendment 2"));
  told.back().inputs.push_back(
      number("variance_weight_implied", weight, "", "w, the weight of implied variance", "policy"));
}

// Variance accrues by expiry as the surface prices it, and never runs backwards.
void find_clock(const Seen& seen, Calibration& found) {
  const double horizon = years(seen.ask.horizon).value();
  const double whole = horizon * found.implied.value() * found.implied.value();
  double before = 0;
  for (const option::Smile& smile : seen.surface.smiles()) {
    const double expiry = smile.expiry.value();
    if (expiry >= horizon) break;
    const double vol = market::fair_vol(seen.surface, smile.expiry).value();
    before = std::clamp(expiry * vol * vol / whole, before, 1.0);
    found.clock.push_back(
        {Seconds{static_cast<std::int64_t>(std::llround(expiry * 365 * 86400))}, before});
    found.explain.inputs.push_back(
        number(fmt::format("variance_share.{:.1f}_days", expiry * 365), before, "",
               "variance to the expiry over variance to the horizon, smile-integrated", "surface"));
  }
  found.clock.push_back({seen.ask.horizon, 1});
}

Result<Done> find_variance(const Seen& seen, Calibration& found) {
  found.implied = market::fair_vol(seen.surface, years(seen.ask.horizon));
  const Error none =
      fail(Reason::missing_data,
           "no price history (realised volatility is unknown, the forecast is the implied one)");
  Result<market::Measured> realised =
      seen.history() ? market::realised_vol(*seen.history(), seen.snapshot.at, seen.ask.realised,
                                            seen.snapshot.stale)
                     : Result<market::Measured>(none);
  if (!realised && realised.error().reason == Reason::stale_data) return realised.error();
  if (realised) {
    found.realised = *realised;
  } else {
    found.unknown.push_back(realised.error());
  }
  find_forecast(seen, found);
  find_clock(seen, found);
  return Done{};
}

void tell_jumps(const Jumps& fitted, const std::optional<Jumps>& errors, const std::string& formula,
                Calibration& found) {
  const auto error = [&](auto of) {
    return errors ? std::optional<double>{of(*errors)} : std::nullopt;
  };
  const auto& source = found.jumps_source;
  auto& told = found.explain.inputs;
  told.push_back(number("jumps.intensity", found.jumps.intensity.value(), "per year",
                        "as fitted, scaled so that jumps bring at most 70 % of the variance",
                        source));
  told.back().inputs.push_back(number("jumps.intensity.fitted", fitted.intensity.value(),
                                      error([](const Jumps& j) { return j.intensity.value(); }),
                                      "per year", formula, source));
  told.push_back(number("jumps.mean", found.jumps.mean.value(),
                        error([](const Jumps& j) { return j.mean.value(); }), "log return", formula,
                        source));
  told.push_back(number("jumps.deviation", found.jumps.deviation,
                        error([](const Jumps& j) { return j.deviation; }), "log return", formula,
                        source));
  told.push_back(number("jumps.variance_share", found.jumps_variance_share, "",
                        "intensity * (mean^2 + deviation^2) / forecast_vol^2", source));
}

const option::Smile& smile_near(const option::Surface& surface, Years horizon) {
  const auto off = [&](const option::Smile& smile) {
    return std::abs(smile.expiry.value() - horizon.value());
  };
  const auto smiles = surface.smiles();
  return *std::min_element(smiles.begin(), smiles.end(),
                           [&](const auto& a, const auto& b) { return off(a) < off(b); });
}

void find_jumps(const Seen& seen, Calibration& found) {
  std::vector<market::Return> daily;
  if (seen.history()) daily = daily_returns(*seen.history(), seen.from(), seen.to());
  Result<JumpFit> fit = fit_to_returns(daily);
  std::string formula = "Merton mixture, maximum likelihood on daily log returns";
  if (fit) {
    found.jumps_source =
        fmt::format("history: {} daily returns, {} to {} ({})", daily.size(),
                    date_of(daily.front().at), date_of(daily.back().at), seen.history()->source);
  } else {
    const option::Smile& smile = smile_near(seen.surface, years(seen.ask.horizon));
    const Error why_not_history = fit.error();
    fit = fit_to_smile(smile);
    if (!fit) {
      found.unknown.push_back(why_not_history);
      found.unknown.push_back(fit.error());
      found.jumps_source = "none: " + fit.error().message;
      tell_jumps({}, std::nullopt, "no jumps: neither history nor smile can tell them", found);
      return;
    }
    found.unknown.push_back(fail(why_not_history.reason,
                                 why_not_history.message + "; jumps are the smile's, as priced"));
    formula = fmt::format("Merton prices, least squares in volatility ({:.2f} points misfit)",
                          100 * fit->misfit);
    found.jumps_source = fmt::format("smile: {} marks at {:.1f} days ({})", fit->points,
                                     smile.expiry.value() * 365, seen.snapshot.source);
  }
  if (fit->at_edge) formula += ", the intensity at the edge of 0.5 to 15 a year";
  found.jumps = split(fit->model.jumps, found.forecast).jumps;
  const double forecast = found.forecast.value();
  found.jumps_variance_share = variance_per_year(found.jumps) / (forecast * forecast);
  tell_jumps(fit->model.jumps, fit->errors, formula, found);
}

void tell_vol_moves(const Seen& seen, Calibration& found) {
  const VolMoves& moves = found.vol_moves;
  const auto& source = found.vol_moves_source;
  auto& told = found.explain.inputs;
  told.push_back(number("vol_moves.beta", moves.beta,
                        moves.assumed ? std::nullopt : std::optional{moves.beta_error}, "",
                        "d ln IV per log return of the price", source));
  told.push_back(number("vol_moves.daily_residual", moves.daily_residual, "log vol",
                        "daily standard deviation of what the price does not explain", source));
  told.push_back(number("vol_moves.daily_persistence", moves.daily_persistence, "",
                        "AR(1) coefficient of ln IV, 1 where no index is known", source));
  told.push_back(number("vol_moves.tenor_power", seen.ask.iv_tenor_power, "",
                        "a tenor T beyond 30 days moves by (30 days / T)^power", "assumed"));
}

void find_vol_moves(const Seen& seen, Calibration& found) {
  const Error no_index = fail(Reason::missing_data, "no volatility index with price history");
  Result<VolFit> fit =
      seen.history() && seen.index()
          ? vol_moves_from_index(*seen.history(), *seen.index(), seen.from(), seen.to())
          : Result<VolFit>(no_index);
  std::string from = fit ? "index: " + seen.index()->source : "";
  if (!fit) {
    std::vector<market::Glimpse> earlier = seen.snapshot.earlier;
    std::erase_if(earlier, [&](const auto& glimpse) { return glimpse.at >= seen.to(); });
    fit = vol_moves_from_glimpses(earlier);
    from = "earlier chains: " + seen.snapshot.source;
  }
  if (fit) {
    found.vol_moves = fit->moves;
    found.vol_moves_source = fmt::format("{}, {} pairs, {} to {}", from, fit->pairs,
                                         date_of(fit->first), date_of(fit->last));
  } else {
    found.unknown.push_back(
        fail(fit.error().reason, fit.error().message + "; moves of volatility are assumed"));
    found.vol_moves = {.beta = seen.ask.iv_beta_assumed,
                       .daily_residual = seen.ask.iv_residual_assumed,
                       .assumed = true};
    found.vol_moves_source = "assumed";
  }
  found.vol_moves.tenor_power = seen.ask.iv_tenor_power;
  tell_vol_moves(seen, found);
}

// Steps and runs from price returns and, where `vol` is not empty, the vol moves of the same steps.
void keep_steps(const std::vector<market::Return>& price, const std::vector<market::Return>& vol,
                Seconds step, Calibration& found) {
  found.steps.clear();
  found.run_starts.clear();
  found.step = step;
  found.steps_know_vol = !vol.empty();
  UnixSeconds before{};
  auto move = vol.begin();
  for (const market::Return& r : price) {
    while (move != vol.end() && move->at < r.at) ++move;
    const bool known = move != vol.end() && move->at == r.at;
    if (found.steps_know_vol && !known) continue;
    const bool joined = !found.steps.empty() && r.at - before == step;
    if (!joined) found.run_starts.push_back(found.steps.size());
    found.steps.push_back({r.value, known ? move->value : LogReturn{0}});
    before = r.at;
  }
}

void find_steps(const Seen& seen, Calibration& found) {
  if (!seen.history()) return;
  const market::Series& history = *seen.history();
  // An index of another spacing is joined by days, the coarsest step both can be brought to; it is
  // left aside where it would leave less history than a bootstrap needs.
  if (seen.index()) {
    const bool same = seen.index()->step == history.step;
    const auto moves = [&](const market::Series& of) {
      return same ? returns_of(of, seen.from(), seen.to())
                  : daily_returns(of, seen.from(), seen.to());
    };
    const auto vol = moves(*seen.index());
    if (!vol.empty()) keep_steps(moves(history), vol, same ? history.step : days(1), found);
    const double covered = static_cast<double>(found.steps.size()) * in_days(found.step);
    if (covered >= in_days(bootstrap_least)) return;
  }
  keep_steps(returns_of(history, seen.from(), seen.to()), {}, history.step, found);
}

}  // namespace

double variance_share(const Calibration& calibration, Seconds at) {
  Seconds before{0};
  double share = 0;
  for (const ClockKnot& knot : calibration.clock) {
    if (at <= knot.at) {
      const double part = years(at - before).value() / years(knot.at - before).value();
      return share + part * (knot.share - share);
    }
    before = knot.at, share = knot.share;
  }
  return years(at).value() / years(calibration.horizon).value();
}

Result<Calibration> calibrate(const market::Snapshot& snapshot, const option::Surface& surface,
                              const CalibrationAsk& ask) {
  LEVEE_EXPECT(ask.horizon > Seconds{0});
  LEVEE_EXPECT(0 <= ask.variance_weight_implied && ask.variance_weight_implied <= 1);
  if (surface.smiles().empty()) {
    return fail(Reason::missing_data, "no smile in the surface (nothing to calibrate to)");
  }
  const Seen seen{snapshot, surface, ask};
  Calibration found;
  found.spot = snapshot.spot;
  found.horizon = ask.horizon;
  found.explain.name = "calibration";
  found.explain.formula = "what the scenarios are drawn from";
  if (const auto variance = find_variance(seen, found); !variance) return variance.error();
  if (!(found.forecast.value() > 0)) {
    return fail(Reason::no_solution,
                "the forecast volatility is 0 (the price history does not move) give implied "
                "variance some weight");
  }
  find_jumps(seen, found);
  find_vol_moves(seen, found);
  find_steps(seen, found);
  return found;
}

}  // namespace levee::scenario
