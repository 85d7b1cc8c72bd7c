// levee/risk/tail.cpp — value at risk and expected shortfall of a sample, and their errors.
#include "levee/risk/tail.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/core.h>

namespace levee::risk {
namespace {

// A few ulps are shaved off: 0.07 * 100 = 7.000000000000001 is the 7th, not the 8th.
constexpr double shave = 1 - 4 * std::numeric_limits<double>::epsilon();

// The k-th smallest, k from 1; reorders.
double ranked(std::vector<double>& losses, double k) {
  const auto place = static_cast<std::ptrdiff_t>(k) - 1;
  std::nth_element(losses.begin(), losses.begin() + place, losses.end());
  return losses[static_cast<std::size_t>(place)];
}

// Half the distance between the order statistics one binomial deviation to either side of the rank:
// an interval of one standard error without an estimate of the density.
double var_error_of(std::vector<double>& losses, double level) {
  const auto paths = static_cast<double>(losses.size());
  const double deviation = std::sqrt(paths * level * (1 - level));
  const double below = std::clamp(std::round(paths * level - deviation), 1.0, paths);
  const double above = std::clamp(std::round(paths * level + deviation), 1.0, paths);
  return (ranked(losses, above) - ranked(losses, below)) / 2;
}

double var_of(std::vector<double>& losses, double level) {
  const auto paths = static_cast<double>(losses.size());
  return ranked(losses, std::max(1.0, std::ceil(level * paths * shave)));
}

Result<Done> checked(std::span<const double> losses, const Drawn& drawn, double level) {
  const auto& [weight, sets] = drawn;
  LEVEE_EXPECT(weight.empty() || weight.size() == losses.size());
  if (losses.empty()) return fail(Reason::missing_data, "no losses (a tail needs a path)");
  if (!(0 < level && level < 1)) {
    return fail(Reason::out_of_range, fmt::format("level {} (must lie in (0, 1))", level));
  }
  const auto wild = std::find_if_not(losses.begin(), losses.end(),
                                     [](double loss) { return std::isfinite(loss); });
  if (wild != losses.end()) {
    return fail(Reason::bad_input,
                fmt::format("loss {} on path {} (must be finite)", *wild, wild - losses.begin()));
  }
  double sum = 0;
  for (const double one : weight) {
    if (!(one >= 0) || !std::isfinite(one)) {
      return fail(Reason::bad_input,
                  fmt::format("weight {} (of a path must be finite and not negative)", one));
    }
    sum += one;
  }
  if (!weight.empty() && !(sum > 0)) {
    return fail(Reason::bad_input, "weights (of all paths are 0: nothing can happen)");
  }
  return Done{};
}

// Weighted losses in order, and how much of the mass lies at or below each.
class Ranking {
 public:
  Ranking(std::span<const double> losses, std::span<const double> weight)
      : losses_(losses), order_(losses.size()), mass_(losses.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
      return losses[a] != losses[b] ? losses[a] < losses[b] : a < b;
    });
    double sum = 0;
    for (std::size_t i = 0; i < order_.size(); ++i) mass_[i] = sum += weight[order_[i]];
  }

  double sum() const { return mass_.back(); }
  double quantile(double level) const {
    const auto at = std::lower_bound(mass_.begin(), mass_.end(), level * sum() * shave);
    const auto place = static_cast<std::size_t>(at - mass_.begin());
    return losses_[order_[std::min(place, order_.size() - 1)]];
  }

 private:
  std::span<const double> losses_;
  std::vector<std::size_t> order_;
  std::vector<double> mass_;
};

// The weights, or ones: those stand in `ones`.
std::span<const double> masses(const Drawn& drawn, std::size_t paths, std::vector<double>& ones) {
  if (!drawn.weight.empty()) return drawn.weight;
  ones.assign(paths, 1.0);
  return ones;
}

// Half of what the quantile moves by between one standard error of its mass to either side. Sets
// may err less than the few paths that a quantile needs to move at all: it is told as fast as it
// moves over the error that independent paths would have.
double var_error_of(const Ranking& ranking, std::span<const double> below, const Drawn& drawn,
                    double level) {
  const double alone = error_of_sum(below, 0) / ranking.sum();
  const double above = ranking.quantile(std::min(level + alone, 1.0));
  const double under = ranking.quantile(std::max(level - alone, 0.0));
  if (drawn.sets == 0 || !(alone > 0)) return (above - under) / 2;
  return (above - under) / 2 * error_of_sum(below, drawn.sets) / ranking.sum() / alone;
}

Tail weighted_tail(std::span<const double> losses, const Drawn& drawn, double level) {
  std::vector<double> ones;
  const std::span<const double> weight = masses(drawn, losses.size(), ones);
  const Ranking ranking(losses, weight);
  const double sum = ranking.sum(), var = ranking.quantile(level);
  double excess = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    excess += weight[i] * std::max(0.0, losses[i] - var);
  }
  const double mean = excess / sum;
  // Influences on CVaR and on the mass at or below VaR; `one` is the variance of a random path's.
  std::vector<double> over(losses.size()), below(losses.size());
  double one = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double beyond = std::max(0.0, losses[i] - var) - mean;
    over[i] = weight[i] * beyond;
    below[i] = weight[i] * ((losses[i] <= var ? 1 : 0) - level);
    one += weight[i] * beyond * beyond / sum;
  }
  const double error = error_of_sum(over, drawn.sets) / sum;
  return {.var = Usd{var},
          .cvar = Usd{var + mean / (1 - level)},
          .var_error = Usd{var_error_of(ranking, below, drawn, level)},
          .cvar_error = Usd{error / (1 - level)},
          .random_paths = error > 0 ? one / (error * error) : static_cast<double>(losses.size())};
}

}  // namespace

double error_of_sum(std::span<const double> terms, std::size_t sets) {
  LEVEE_EXPECT(sets == 0 || (sets > 1 && terms.size() % sets == 0));
  double squares = 0;
  if (sets == 0) {
    for (const double term : terms) squares += term * term;
    return std::sqrt(squares);
  }
  const std::size_t each = terms.size() / sets;
  for (std::size_t set = 0; set < sets; ++set) {
    const double added = num::sum_of(terms.subspan(set * each, each));
    squares += added * added;
  }
  const auto count = static_cast<double>(sets);
  return std::sqrt(squares * count / (count - 1));
}

Result<Tail> tail_of(std::span<const double> losses_usd, const Drawn& drawn, double level) {
  if (const auto fine = checked(losses_usd, drawn, level); !fine) return fine.error();
  if (!drawn.weight.empty() || drawn.sets > 0) return weighted_tail(losses_usd, drawn, level);
  const auto paths = static_cast<double>(losses_usd.size());
  std::vector<double> losses(losses_usd.begin(), losses_usd.end());
  const double var = var_of(losses, level);
  double excess = 0, squares = 0;
  for (const double loss : losses_usd) {
    const double over = std::max(0.0, loss - var);
    excess += over;
    squares += over * over;
  }
  const double mean = excess / paths;
  const double spread = std::max(0.0, squares / paths - mean * mean);
  const double cvar = var + mean / (1 - level);
  return Tail{.var = Usd{var},
              .cvar = Usd{cvar},
              .var_error = Usd{var_error_of(losses, level)},
              .cvar_error = Usd{std::sqrt(spread / paths) / (1 - level)},
              .random_paths = paths};
}

Result<Tail> tail_of(std::span<const double> losses_usd, double level) {
  return tail_of(losses_usd, Drawn{}, level);
}

Result<TailShares> tail_shares(std::span<const double> losses_usd, const Drawn& drawn,
                               double level) {
  const auto tail = tail_of(losses_usd, drawn, level);
  if (!tail) return tail.error();
  const std::span<const double> weight = drawn.weight;
  const double var = tail->var.value();
  const auto mass = [&](std::size_t path) { return weight.empty() ? 1.0 : weight[path]; };
  double sum = 0, beyond = 0, there = 0;
  for (std::size_t path = 0; path < losses_usd.size(); ++path) {
    sum += mass(path);
    if (losses_usd[path] > var) beyond += mass(path);
    if (losses_usd[path] == var) there += mass(path);
  }
  const double tail_mass = sum * (1 - level);
  // What VaR's own paths have to fill up; rounding may leave a hair less than nothing.
  const double rest = std::max(0.0, tail_mass - beyond);
  TailShares shares{tail->var, std::vector<double>(losses_usd.size())};
  for (std::size_t path = 0; path < losses_usd.size(); ++path) {
    if (losses_usd[path] > var) shares.share[path] = mass(path) / tail_mass;
    if (losses_usd[path] == var) shares.share[path] = mass(path) / there * rest / tail_mass;
  }
  return shares;
}

num::Estimate mean_of(std::span<const double> values, const Drawn& drawn) {
  if (drawn.weight.empty() && drawn.sets == 0) return num::mean_of(values);
  LEVEE_EXPECT(!values.empty());
  std::vector<double> ones;
  const std::span<const double> weight = masses(drawn, values.size(), ones);
  LEVEE_EXPECT(weight.size() == values.size());
  std::vector<double> weighted(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) weighted[i] = weight[i] * values[i];
  const double sum = num::sum_of(weight), mean = num::sum_of(weighted) / sum;
  for (std::size_t i = 0; i < values.size(); ++i) weighted[i] = weight[i] * (values[i] - mean);
  return {mean, error_of_sum(weighted, drawn.sets) / sum, values.size()};
}

Result<TailReport> report_of(std::span<const double> losses_usd, const Drawn& drawn) {
  const auto at95 = tail_of(losses_usd, drawn, 0.95);
  if (!at95) return at95.error();
  const auto at99 = tail_of(losses_usd, drawn, 0.99);
  const num::Estimate mean = mean_of(losses_usd, drawn);
  return TailReport{.mean_usd = mean.value,
                    .mean_usd_se = mean.standard_error,
                    .var95_usd = at95->var.value(),
                    .var95_usd_se = at95->var_error.value(),
                    .cvar95_usd = at95->cvar.value(),
                    .cvar95_usd_se = at95->cvar_error.value(),
                    .cvar99_usd = at99->cvar.value(),
                    .cvar99_usd_se = at99->cvar_error.value(),
                    .worst_usd = *std::max_element(losses_usd.begin(), losses_usd.end()),
                    .paths = static_cast<double>(losses_usd.size())};
}

}  // namespace levee::risk
