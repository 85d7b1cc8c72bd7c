// levee/option/model_fit.cpp — residuals of a chain, and what their slopes say of the parameters.
#include "levee/option/model_fit.h"

#include "levee/option/model_price.h"
#include "levee/solve/least_squares.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::option {
namespace {

double spread_of(const VolQuote& quote, const FitAsk& ask) {
  return quote.half_spread > 0 ? std::max(quote.half_spread, ask.spread_least) : ask.spread_unknown;
}

std::vector<Price> strikes_of(const VolSlice& slice) {
  std::vector<Price> strikes;
  for (const VolQuote& quote : slice.quotes) strikes.push_back(quote.strike);
  return strikes;
}

bool positive(double x) { return x > 0 && std::isfinite(x); }

Result<std::size_t> counted(const FitAsk& ask) {
  std::size_t count = 0;
  for (const VolSlice& slice : ask.slices) {
    for (const VolQuote& quote : slice.quotes) {
      const bool fair = positive(quote.strike.value()) && positive(quote.vol.value()) &&
                        quote.half_spread >= 0 && std::isfinite(quote.half_spread);
      if (!fair || !positive(slice.term.forward.value()) || !positive(slice.term.expiry.value())) {
        return fail(Reason::bad_input,
                    fmt::format("strike {} of {} years has vol {}, half spread {}, forward {} "
                                "(all must be positive)",
                                quote.strike.value(), slice.term.expiry.value(), quote.vol.value(),
                                quote.half_spread, slice.term.forward.value()));
      }
      ++count;
    }
  }
  return count;
}

// Model less market over the half spread, slice after slice.
class Residuals {
 public:
  Residuals(const Entry& kind, const FitAsk& ask) : kind_(&kind), ask_(&ask) {
    for (const VolSlice& slice : ask.slices) strikes_.push_back(strikes_of(slice));
  }

  bool operator()(std::span<const double> point, std::span<double> residual) const {
    const Model model{.kind = kind_, .parameters = {point.begin(), point.end()}};
    std::size_t next = 0;
    for (std::size_t i = 0; i < strikes_.size(); ++i) {
      const VolSlice& slice = ask_->slices[i];
      const auto vols = vols_of(model, slice.term, strikes_[i]);
      if (!vols) return false;
      for (std::size_t k = 0; k < slice.quotes.size(); ++k) {
        const VolQuote& quote = slice.quotes[k];
        residual[next++] = ((*vols)[k].value() - quote.vol.value()) / spread_of(quote, *ask_);
      }
    }
    return true;
  }

 private:
  const Entry* kind_;
  const FitAsk* ask_;
  std::vector<std::vector<Price>> strikes_;
};

std::vector<SliceError> errors_of(const FitAsk& ask, std::span<const double> residual) {
  std::vector<SliceError> errors;
  std::size_t next = 0;
  for (const VolSlice& slice : ask.slices) {
    SliceError error{.expiry = slice.term.expiry, .quotes = slice.quotes.size()};
    double squares = 0, quoted = 0, within = 0;
    for (const VolQuote& quote : slice.quotes) {
      const double points = 100 * residual[next++] * spread_of(quote, ask);
      squares += points * points;
      error.worst = std::max(error.worst, std::abs(points));
      if (quote.half_spread <= 0) continue;
      ++quoted;
      if (std::abs(points) <= 100 * quote.half_spread) ++within;
    }
    if (error.quotes > 0) {
      error.root_mean_square = std::sqrt(squares / static_cast<double>(error.quotes));
    }
    if (quoted > 0) error.within_spread = within / quoted;
    errors.push_back(error);
  }
  return errors;
}

std::vector<FittedParameter> parameters_of(const Entry& kind, const solve::SquaresFit& fit,
                                           double misfit) {
  std::vector<FittedParameter> fitted;
  for (std::size_t i = 0; i < fit.at.size(); ++i) {
    const Parameter& known = kind.parameters[i];
    const double error = fit.standard_error[i] * std::sqrt(std::max(1.0, misfit));
    const bool wide = !(8 * error < known.upper - known.lower);
    fitted.push_back({.name = known.name,
                      .value = fit.at[i],
                      .standard_error = error,
                      .certainty = fit.at_bound[i] ? Certainty::at_bound
                                   : wide          ? Certainty::undetermined
                                                   : Certainty::determined});
  }
  return fitted;
}

}  // namespace

Result<ModelFit> fit_model(const FitAsk& ask) {
  const auto kind = std::ranges::find(shelf(), std::string_view(ask.kind), &Entry::name);
  if (kind == shelf().end()) {
    return fail(Reason::not_supported, fmt::format("no option model \"{}\"", ask.kind));
  }
  const auto count = counted(ask);
  if (!count) return count.error();
  const std::size_t variables = kind->parameters.size();
  if (*count <= variables) {
    return fail(Reason::missing_data,
                fmt::format("{} quotes (model {} has {} parameters)", *count, ask.kind, variables));
  }
  solve::SquaresSearch search{.start = ask.start, .lower = {}, .upper = {}, .residuals = *count};
  for (const Parameter& parameter : kind->parameters) {
    search.lower.push_back(parameter.lower);
    search.upper.push_back(parameter.upper);
    if (ask.start.empty()) search.start.push_back(parameter.start);
  }
  const auto start = model_of(ask.kind, search.start);
  if (!start) return fail(Reason::bad_input, "the start of a fit: " + start.error().message);
  const auto fit = solve::least_squares(Residuals(*kind, ask), search);
  if (!fit) return fit.error();
  const double misfit = fit->value / static_cast<double>(*count - variables);
  return ModelFit{.model = {.kind = &*kind, .parameters = fit->at},
                  .parameters = parameters_of(*kind, *fit, misfit),
                  .slices = errors_of(ask, fit->residual),
                  .misfit = misfit,
                  .evaluations = fit->evaluations};
}

}  // namespace levee::option
