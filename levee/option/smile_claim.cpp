#include "levee/option/smile_claim.h"

#include "levee/option/black.h"
#include "levee/option/contour.h"
#include "levee/option/cosine.h"

#include <boost/math/quadrature/gauss.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/core.h>

namespace levee::option {
namespace {

using Gauss = boost::math::quadrature::gauss<double, 16>;  // lists the rule's positive half

// What a model or a flat wing leaves outside, as a probability and in deviations.
constexpr double outside = 1e-16;
constexpr double deviations = 9;
constexpr double reach_max = 300;  // e to this power is still a price.
constexpr int rounds_max = 6;

// Nodes of one side, from the strike nearest to the forward outwards. Prices bend on the scale of a
// deviation near the forward and of their own distance far from it, so pieces widen.
void add_wing(std::vector<StrikeNode>& nodes, const OptionDensity& density, Price forward,
              const StrikeReach& part, Type type) {
  const double sign = type == Type::call ? 1 : -1;
  const double end = type == Type::call ? part.reach.upper : -part.reach.lower;
  double from = type == Type::call ? part.reach.lower : -part.reach.upper;
  while (from < end) {
    const double to = std::min(end, from + std::max(part.piece, from * part.widening));
    const double half = (to - from) / 2, middle = (from + to) / 2;
    for (int j = -8; j < 8; ++j) {
      const auto node = static_cast<std::size_t>(j < 0 ? -j - 1 : j);
      const double at = Gauss::abscissa()[node], weight = Gauss::weights()[node];
      const double k = sign * (middle + (j < 0 ? -at : at) * half);
      const double strike = forward.value() * std::exp(k);
      const double held = density.scale * std::pow(strike, density.power) * strike;
      nodes.push_back({type, Price{strike}, held * weight * half});
    }
    from = to;
  }
}

// What options cost, and how far off each may be.
struct Prices {
  std::vector<double> each;
  double error = 0;
};

// Halves the pieces until the sum stands still to `target` of itself, or to the prices' own error.
template <class PricesOf>
Result<SmileWorth> settled(const OptionDensity& density, Price forward, StrikeReach look,
                           double target, PricesOf prices_at) {
  std::optional<double> before;
  SmileWorth worth;
  for (int round = 0; round < rounds_max; ++round) {
    const auto nodes = strike_nodes(density, forward, look);
    if (nodes.empty()) return worth;
    const Result<Prices> prices = prices_at(std::span<const StrikeNode>(nodes));
    if (!prices) return prices.error();
    double sum = 0, options = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      sum += nodes[i].weight * prices->each[i];
      options += std::abs(nodes[i].weight);
    }
    const double noise = options * prices->error;
    worth = {sum, noise + (before ? std::abs(sum - *before) : std::abs(sum))};
    if (before && worth.error <= std::max(target * std::abs(sum), 2 * noise)) return worth;
    before = sum;
    look.piece /= 2;
    look.widening /= 2;
  }
  return worth;
}

// A put's series is off by a share of its strike, which high strikes' calls would inherit.
constexpr double series_highest = 3;

// Out-of-the-money prices of ascending strikes: by a series, whose error is a share of the forward,
// which is good enough for a sum over strikes; by the contour far up and where there is no series.
Result<Prices> model_prices(const Model& model, const Term& term,
                            std::span<const StrikeNode> nodes) {
  const double forward = term.forward.value();
  std::vector<Price> strikes;
  for (const StrikeNode& node : nodes) {
    if (node.strike.value() <= series_highest * forward) strikes.push_back(node.strike);
  }
  Prices prices;
  for (const double tolerance : {1e-13, 1e-11, 1e-9}) {
    const auto series = cosine_puts(model, term, strikes, tolerance);
    if (!series && series.error().reason != Reason::not_converged) return series.error();
    if (!series) continue;
    for (std::size_t i = 0; i < strikes.size(); ++i) {
      const double ahead = nodes[i].type == Type::call ? forward - strikes[i].value() : 0;
      prices.each.push_back(series->put[i].value() + ahead);
    }
    prices.error = series->error * forward;
    break;
  }
  for (std::size_t i = prices.each.size(); i < nodes.size(); ++i) {
    const auto price = contour_price(model, term, nodes[i].type, nodes[i].strike);
    if (!price) return price.error();
    prices.each.push_back(price->value());
  }
  return prices;
}

// A call weighs what it may pay, so its wing ends where the price itself, and not only its chance,
// has gone.
Interval reach_of(const Model& model, Years expiry) {
  Interval most = interval_of(model, expiry, outside);
  for (int i = 0; i < 4; ++i) {
    const double rarer = std::max(outside * std::exp(-std::max(most.upper, 0.0)), 1e-60);
    most.upper = interval_of(model, expiry, rarer).upper;
  }
  return {std::clamp(most.lower, -reach_max, 0.0), std::clamp(most.upper, 0.0, reach_max)};
}

// What one unit of liquidity holds and is worth at entry, free of cancellation.
struct Entered {
  double base, value;
};
Entered entered(const RangeClaim& claim) {
  LEVEE_EXPECT(claim.entry.value() > 0 && std::isfinite(claim.entry.value()));
  LEVEE_EXPECT(claim.lower.value() >= 0 && claim.lower < claim.upper);
  LEVEE_EXPECT(claim.lower <= claim.entry && claim.entry <= claim.upper);
  const double entry = claim.entry.value(), root = std::sqrt(entry);
  const double low = std::sqrt(claim.lower.value()), high = std::sqrt(claim.upper.value());
  const double base =
      std::isinf(high) ? 1 / root : (claim.upper.value() - entry) / (root + high) / root / high;
  return {base, entry * base + (entry - claim.lower.value()) / (root + low)};
}

// Worth on the forward: the loss there, for a funded one less what the held tokens have gained.
double loss_at(const RangeClaim& claim, LossKind kind, Price forward) {
  const double borrowed = borrowed_loss(claim, forward);
  if (kind == LossKind::borrowed) return borrowed;
  const auto [base, value] = entered(claim);
  return borrowed - base * (forward.value() - claim.entry.value()) / value;
}

Result<SmileWorth> with_loss(Result<SmileWorth> options, double loss) {
  if (options) options->value += loss;
  return options;
}

}  // namespace

OptionDensity loss_density(const RangeClaim& claim) {
  return {1 / (2 * entered(claim).value), -1.5, claim.lower, claim.upper};
}

OptionDensity swap_density(double alpha, Price forward) {
  LEVEE_EXPECT(std::isfinite(alpha) && forward.value() > 0 && std::isfinite(forward.value()));
  return {2 * std::pow(forward.value(), -alpha), alpha - 2, Price{0},
          Price{std::numeric_limits<double>::infinity()}};
}

std::vector<StrikeNode> strike_nodes(const OptionDensity& density, Price forward,
                                     const StrikeReach& look) {
  LEVEE_EXPECT(std::isfinite(density.scale) && std::isfinite(density.power));
  LEVEE_EXPECT(density.lower.value() >= 0 && density.lower <= density.upper);
  LEVEE_EXPECT(forward.value() > 0 && std::isfinite(forward.value()) && look.piece > 0 &&
               look.widening >= 0);
  LEVEE_EXPECT(std::isfinite(look.reach.lower) && std::isfinite(look.reach.upper));
  LEVEE_EXPECT(look.reach.lower <= 0 && look.reach.upper >= 0);
  const double lowest =
      std::max(look.reach.lower, std::log(density.lower.value() / forward.value()));
  const double highest =
      std::min(look.reach.upper, std::log(density.upper.value() / forward.value()));
  std::vector<StrikeNode> nodes;
  add_wing(nodes, density, forward, {{lowest, std::min(0.0, highest)}, look.piece, look.widening},
           Type::put);
  std::ranges::reverse(nodes);
  add_wing(nodes, density, forward, {{std::max(0.0, lowest), highest}, look.piece, look.widening},
           Type::call);
  return nodes;
}

Result<SmileWorth> worth_of(const OptionDensity& density, const Model& model, const Term& term) {
  if (const auto sound = check_claims(term, {}); !sound) return sound.error();
  const double deviation = std::sqrt(cumulants_of(model, term.expiry).variance);
  const StrikeReach look{reach_of(model, term.expiry), deviation, .5};
  return settled(density, term.forward, look, 1e-13, [&](std::span<const StrikeNode> nodes) {
    return model_prices(model, term, nodes);
  });
}

Result<SmileWorth> worth_of(const OptionDensity& density, const SurfaceTenor& at) {
  if (const auto sound = check_claims({at.forward, at.tenor}, {}); !sound) return sound.error();
  const Surface::Slice slice = at.surface.slice(at.tenor);
  // So many deviations out by the volatility that is found there.
  const auto reach = [&](double side) {
    double k = 0;
    for (int step = 0; step < 100 && k < reach_max; ++step) {
      const double spread = std::sqrt(slice.variance(side * k));
      k = std::max(k, spread * (deviations + spread));
    }
    return side * std::min(k, reach_max);
  };
  const double middle = std::sqrt(slice.variance(0));
  const StrikeReach look{
      {reach(-1), reach(1)}, std::min({middle, slice.near.s, slice.far.s}) / 2, .25};
  return settled(density, at.forward, look, 1e-8,
                 [&](std::span<const StrikeNode> nodes) -> Result<Prices> {
                   Prices prices;
                   for (const StrikeNode& node : nodes) {
                     const double k = std::log(node.strike.value() / at.forward.value());
                     const BlackInputs in{at.forward, at.tenor, Vol{slice.vol(k)}};
                     prices.each.push_back(black_price(node.type, node.strike, in).value());
                   }
                   return prices;
                 });
}

Result<SmileWorth> range_claim_under(const RangeClaim& claim, LossKind kind, const Model& model,
                                     const Term& term) {
  if (const auto sound = check_claims(term, {}); !sound) return sound.error();
  return with_loss(worth_of(loss_density(claim), model, term), loss_at(claim, kind, term.forward));
}

Result<SmileWorth> range_claim_under(const RangeClaim& claim, LossKind kind,
                                     const SurfaceTenor& at) {
  if (const auto sound = check_claims({at.forward, at.tenor}, {}); !sound) return sound.error();
  return with_loss(worth_of(loss_density(claim), at), loss_at(claim, kind, at.forward));
}

Result<double> listed_worth(const OptionDensity& density, std::span<const ListedPrice> prices) {
  LEVEE_EXPECT(std::isfinite(density.scale) && std::isfinite(density.power));
  const auto wrong = [&](std::size_t i) {
    const double strike = prices[i].strike.value(), price = prices[i].price;
    return !(strike > 0) || !std::isfinite(strike) || !(price >= 0) || !std::isfinite(price) ||
           (i > 0 && !(prices[i - 1].strike < prices[i].strike));
  };
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (!wrong(i)) continue;
    return fail(Reason::bad_input,
                fmt::format("price {} at strike {} (strikes must ascend, one price each, nothing "
                            "negative)",
                            prices[i].price, prices[i].strike.value()));
  }
  if (prices.size() < 2) {
    return fail(Reason::bad_input,
                fmt::format("{} listed strikes (a sum over strikes needs two)", prices.size()));
  }
  double worth = 0;
  const std::size_t last = prices.size() - 1;
  for (std::size_t i = 0; i <= last; ++i) {
    const Price strike = prices[i].strike;
    if (strike < density.lower || strike > density.upper) continue;
    const double below = prices[i == 0 ? 0 : i - 1].strike.value();
    const double above = prices[i == last ? last : i + 1].strike.value();
    const double step = (above - below) / (i == 0 || i == last ? 1 : 2);
    worth += density.scale * std::pow(strike.value(), density.power) * step * prices[i].price;
  }
  return worth;
}

Result<Vol> full_range_vol(double value, Years tenor) {
  if (!(value >= 0 && value < 1) || !(tenor.value() > 0) || !std::isfinite(tenor.value())) {
    return fail(Reason::out_of_range,
                fmt::format("loss of {} in {} years (a share of [0, 1) in a time above 0)", value,
                            tenor.value()));
  }
  return Vol{std::sqrt(-8 * std::log1p(-value) / tenor.value())};
}

}  // namespace levee::option
