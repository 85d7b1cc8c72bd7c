// levee/option/lognormal_fit.cpp — residuals of a chain under log-normal volatility.
#include "levee/option/lognormal_fit.h"

#include "levee/option/cosine.h"
#include "levee/option/implied_vol.h"
#include "levee/solve/least_squares.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::option {
namespace {

constexpr std::array<Parameter, 6> boxes{{{"vol", 0.02, 5, 0},
                                          {"average_vol", 0.02, 5, 0},
                                          {"reversion", 0, 50, 0},
                                          {"reversion_slope", 0, 50, 0},
                                          {"beta", -5, 5, 0},
                                          {"vol_of_vol", 0.01, 10, 0}}};

LognormalVol model_at(std::span<const double> p) {
  return {.now = Vol{p[0]},
          .average = Vol{p[1]},
          .reversion = p[2],
          .reversion_slope = p[3],
          .beta = p[4],
          .vol_of_vol = p[5]};
}

class Residuals {
 public:
  Residuals(const LognormalFitAsk& ask, const parallel::Team& team) : ask_(&ask), team_(&team) {
    for (const VolSlice& slice : ask.slices) {
      first_.push_back(count_);
      count_ += slice.quotes.size();
    }
  }

  std::size_t count() const { return count_; }
  double spread_of(const VolQuote& quote) const {
    return quote.half_spread > 0 ? std::max(quote.half_spread, ask_->spread_least)
                                 : ask_->spread_unknown;
  }

  bool operator()(std::span<const double> point, std::span<double> residual) const {
    const LognormalVol model = model_at(point);
    if (!check_lognormal(model, ask_->account)) return false;
    std::vector<char> well(ask_->slices.size());
    team_->for_blocks(
        well.size(),
        [&](std::size_t begin, std::size_t end) {
          for (std::size_t i = begin; i < end; ++i) well[i] = fill(i, model, residual) ? 1 : 0;
        },
        1);
    return std::ranges::all_of(well, [](char one) { return one != 0; });
  }

 private:
  bool fill(std::size_t i, const LognormalVol& model, std::span<double> residual) const {
    const VolSlice& slice = ask_->slices[i];
    if (slice.quotes.empty()) return true;
    std::vector<Price> strikes;
    for (const VolQuote& quote : slice.quotes) strikes.push_back(quote.strike);
    const auto [low, high] = std::ranges::minmax(strikes);
    const double forward = slice.term.forward.value();
    const Reach reach{std::log(low.value() / forward), std::log(high.value() / forward)};
    const auto law = lognormal_grid(model, slice.term.expiry, reach, {.points = 40});
    if (!law) return false;
    const auto pairs = prices_of(*law, slice.term.forward, strikes);
    for (std::size_t k = 0; k < strikes.size(); ++k) {
      const bool call = strikes[k] >= slice.term.forward;
      const Usd price{std::max((call ? pairs[k].call : pairs[k].put).value(), 1e-7 * forward)};
      const auto vol = implied_vol(call ? Type::call : Type::put, strikes[k], slice.term.forward,
                                   slice.term.expiry, price);
      if (!vol) return false;
      const VolQuote& quote = slice.quotes[k];
      residual[first_[i] + k] = (vol->value() - quote.vol.value()) / spread_of(quote);
    }
    return true;
  }

  const LognormalFitAsk* ask_;
  const parallel::Team* team_;
  std::vector<std::size_t> first_;
  std::size_t count_ = 0;
};

SliceError error_of(const VolSlice& slice, std::span<const double> points) {
  SliceError error{.expiry = slice.term.expiry, .quotes = slice.quotes.size()};
  double squares = 0, quoted = 0, within = 0;
  for (std::size_t k = 0; k < points.size(); ++k) {
    squares += points[k] * points[k];
    error.worst = std::max(error.worst, std::abs(points[k]));
    if (slice.quotes[k].half_spread <= 0) continue;
    ++quoted;
    if (std::abs(points[k]) <= 100 * slice.quotes[k].half_spread) ++within;
  }
  if (error.quotes > 0) {
    error.root_mean_square = std::sqrt(squares / static_cast<double>(error.quotes));
  }
  if (quoted > 0) error.within_spread = within / quoted;
  return error;
}

LognormalFit told(const LognormalFitAsk& ask, const Residuals& residuals,
                  const solve::SquaresFit& fit) {
  LognormalFit found{.model = model_at(fit.at), .parameters = {}, .slices = {}};
  found.misfit = fit.value / static_cast<double>(residuals.count() - boxes.size());
  found.evaluations = fit.evaluations;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const double error = fit.standard_error[i] * std::sqrt(std::max(1.0, found.misfit));
    const bool wide = !(8 * error < boxes[i].upper - boxes[i].lower);
    found.parameters.push_back({.name = boxes[i].name,
                                .value = fit.at[i],
                                .standard_error = error,
                                .certainty = fit.at_bound[i] ? Certainty::at_bound
                                             : wide          ? Certainty::undetermined
                                                             : Certainty::determined});
  }
  std::size_t next = 0;
  for (const VolSlice& slice : ask.slices) {
    std::vector<double> points;
    for (const VolQuote& quote : slice.quotes) {
      points.push_back(100 * fit.residual[next++] * residuals.spread_of(quote));
    }
    found.slices.push_back(error_of(slice, points));
  }
  return found;
}

Result<Done> check_quotes(const LognormalFitAsk& ask) {
  for (const VolSlice& slice : ask.slices) {
    for (const VolQuote& quote : slice.quotes) {
      const auto claims = check_claims(slice.term, std::span(&quote.strike, 1));
      if (!claims) return fail(Reason::bad_input, claims.error().message);
      if (!(quote.vol.value() > 0 && std::isfinite(quote.vol.value()) && quote.half_spread >= 0 &&
            std::isfinite(quote.half_spread))) {
        return fail(Reason::bad_input,
                    fmt::format("strike {} has vol {}, half spread {} (must be positive)",
                                quote.strike.value(), quote.vol.value(), quote.half_spread));
      }
    }
  }
  return Done{};
}

}  // namespace

Result<LognormalFit> fit_lognormal(const LognormalFitAsk& ask, const parallel::Team& team) {
  const auto quotes = check_quotes(ask);
  if (!quotes) return quotes.error();
  const auto checked = check_lognormal(ask.start, ask.account);
  if (!checked) return checked.error();
  const Residuals residuals(ask, team);
  if (residuals.count() <= boxes.size()) {
    return fail(Reason::missing_data,
                fmt::format("{} quotes (log-normal volatility has {} numbers)", residuals.count(),
                            boxes.size()));
  }
  solve::SquaresSearch search{
      .start = {ask.start.now.value(), ask.start.average.value(), ask.start.reversion,
                ask.start.reversion_slope, ask.start.beta, ask.start.vol_of_vol},
      .lower = {},
      .upper = {},
      .residuals = residuals.count(),
      .tolerance = 1e-7};
  for (const Parameter& box : boxes) {
    search.lower.push_back(box.lower);
    search.upper.push_back(box.upper);
  }
  const auto fit = solve::least_squares(residuals, search);
  if (!fit) return fit.error();
  return told(ask, residuals, *fit);
}

}  // namespace levee::option
