// levee/amm/exposure.cpp — value, Greeks and losses of a range, with no cancellation left in.
//
// A difference of two square roots is always formed from the difference of the prices, which the
// inputs carry exactly: sqrt b - sqrt a = (b - a) / (sqrt b + sqrt a). What is left is sums of
// terms of one sign, so nothing is lost near the entry, near an edge or in a narrow range.
#include "levee/amm/exposure.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::amm {
namespace {

bool positive(double x) { return x > 0 && std::isfinite(x); }

bool well_formed(const Bounds& bounds) {
  const double lower = bounds.lower.value(), upper = bounds.upper.value();
  return lower >= 0 && std::isfinite(lower) && lower < upper;
}

bool inside(const Bounds& bounds, Price price) {
  return bounds.lower < price && price < bounds.upper;
}

// sqrt(to) - sqrt(from).
double root_gap(double from, double to) { return (to - from) / (std::sqrt(to) + std::sqrt(from)); }

// ln(to / from): next to each other by their difference, which keeps its digits; far apart by the
// ratio, because there a difference forgets the smaller one. Roots keep the ratio within a double.
double log_ratio(double from, double to) {
  const double change = (to - from) / from;
  return std::abs(change) < 0.5 ? std::log1p(change)
                                : 2 * std::log(std::sqrt(to) / std::sqrt(from));
}

// 1 - sqrt(p / upper).
double share_left(double p, double upper) {
  return std::isinf(upper) ? 1 : root_gap(p, upper) / std::sqrt(upper);
}

// One unit of liquidity at a price: what it holds there, and the price clipped to its range.
struct Unit {
  double price;
  double clipped;
  double root;   // sqrt(clipped)
  double base;   // 1/root - 1/sqrt(upper)
  double quote;  // root - sqrt(lower)
  double value() const { return base * price + quote; }
};

Unit unit_at(const Bounds& bounds, Price price) {
  LEVEE_EXPECT(well_formed(bounds));
  LEVEE_EXPECT(positive(price.value()));
  const double lower = bounds.lower.value(), upper = bounds.upper.value();
  const double clipped = std::clamp(price.value(), lower, upper);
  const double root = std::sqrt(clipped);
  return {price.value(), clipped, root, share_left(clipped, upper) / root,
          root_gap(lower, clipped)};
}

// Hold minus LP per unit of liquidity, >= 0: the gap to the clipped price costs convexity, and what
// lies beyond the edge costs the slope that the hold portfolio kept and the LP gave up.
double lost_to_hold(const Unit& entry, const Unit& now) {
  const double gap = (now.clipped - entry.clipped) / (now.root + entry.root);
  const double beyond = std::abs(now.price - now.clipped);
  return std::abs(gap) / entry.root * (std::abs(gap) + beyond / now.root);
}

// LP now minus LP at entry per unit of liquidity.
double gained(const Unit& entry, const Unit& now, double upper) {
  // On one side of the range both values lie on one line; its two ends must not be differenced.
  if (now.clipped == entry.clipped) return now.base * (now.price - entry.price);
  const double gap = (now.clipped - entry.clipped) / (now.root + entry.root);
  const double within = gap * (share_left(now.clipped, upper) + share_left(entry.clipped, upper));
  return within + now.base * (now.price - now.clipped) - entry.base * (entry.price - entry.clipped);
}

}  // namespace

Bounds full_range() { return {Price{0}, Price{std::numeric_limits<double>::infinity()}}; }

Exposure exposure_at(const Range& range, Price price) {
  const Unit unit = unit_at(range.bounds, price);
  const double liquidity = range.liquidity.value(), p = price.value();
  const double gamma = inside(range.bounds, price) ? -liquidity / (2 * p * std::sqrt(p)) : 0.0;
  return {.base = Tokens{liquidity * unit.base},
          .quote = Usd{liquidity * unit.quote},
          .value = Usd{liquidity * unit.value()},
          .delta = Tokens{liquidity * unit.base},
          .gamma = Gamma{gamma}};
}

Result<HumanLiquidity> liquidity_of(Usd value, Price price, const Bounds& bounds) {
  if (!positive(value.value())) {
    return fail(Reason::bad_input,
                fmt::format("value {} (a deposit must be worth something)", value.value()));
  }
  if (!positive(price.value())) {
    return fail(Reason::bad_input, fmt::format("price {} (must be positive)", price.value()));
  }
  if (!well_formed(bounds)) {
    return fail(Reason::bad_input,
                fmt::format("range {} to {} (lower must be below upper and not negative)",
                            bounds.lower.value(), bounds.upper.value()));
  }
  return HumanLiquidity{value.value() / unit_at(bounds, price).value()};
}

ImpermanentLoss impermanent_loss(const Range& range, Price entry, Price now) {
  const Unit before = unit_at(range.bounds, entry), after = unit_at(range.bounds, now);
  const double lost = lost_to_hold(before, after), start = before.value();
  const double hold = before.base * now.value() + before.quote;
  return {.relative = Share{0 - lost / hold},  // not -0 where nothing is lost
          .borrowed = Share{0 - lost / start},
          .funded = Share{gained(before, after, range.bounds.upper.value()) / start}};
}

double concentration(const Bounds& bounds, Price price) {
  const Unit unit = unit_at(bounds, price);
  return inside(bounds, price) ? 2 * unit.root / unit.value() : 0;
}

Usd lvr_per_day(const Range& range, Price price, Vol vol) {
  const double move = vol.value() * price.value();
  return Usd{std::abs(exposure_at(range, price).gamma.value()) * move * move / 2 / 365};
}

Result<Vol> fee_implied_vol(const Bounds& bounds, Price price, Rate fee_rate) {
  LEVEE_EXPECT(fee_rate.value() >= 0);
  if (!inside(bounds, price)) {
    return fail(Reason::no_solution,
                fmt::format("price {} outside {} to {} (no rebalancing loss at any volatility)",
                            price.value(), bounds.lower.value(), bounds.upper.value()));
  }
  return Vol{std::sqrt(8 * fee_rate.value() / concentration(bounds, price))};
}

Result<BreakEven> break_even(const Range& range, Price entry, Usd income) {
  LEVEE_EXPECT(range.liquidity.value() > 0);
  if (!(income.value() >= 0) || std::isinf(income.value())) {
    return fail(
        Reason::out_of_range,
        fmt::format("income {} (fees earned cannot be negative or endless)", income.value()));
  }
  if (!inside(range.bounds, entry)) {
    return fail(Reason::out_of_range,
                fmt::format("entry {} outside {} to {} (there the loss is flat on one side)",
                            entry.value(), range.bounds.lower.value(), range.bounds.upper.value()));
  }
  const double lower = range.bounds.lower.value(), upper = range.bounds.upper.value();
  const double root = std::sqrt(entry.value()), earned = income.value() / range.liquidity.value();
  const double step = std::sqrt(earned * root);  // inside, L (sqrt p - root)^2 / root = income
  const double to_lower = root_gap(lower, entry.value());
  const double to_upper = std::isinf(upper) ? upper : root_gap(entry.value(), upper);

  // Past an edge the loss runs on as a straight line through zero at root * sqrt(edge).
  const double low = step <= to_lower
                         ? (root - step) * (root - step)
                         : root * std::sqrt(lower) * std::max(0.0, 1 - earned / to_lower);
  const double high = step <= to_upper ? (root + step) * (root + step)
                                       : root * std::sqrt(upper) * (1 + earned / to_upper);
  return BreakEven{Price{low}, Price{high}};
}

namespace {

// What both times to an exit ask of a range.
Result<Done> leaves(const Bounds& bounds, Price price, Vol vol) {
  if (!inside(bounds, price)) {
    return fail(Reason::no_solution,
                fmt::format("price {} outside {} to {} (it has already left)", price.value(),
                            bounds.lower.value(), bounds.upper.value()));
  }
  if (!(vol.value() > 0)) {
    return fail(Reason::no_solution, "no volatility (a still price never leaves)");
  }
  return Done{};
}

// (e^x - 1 - x) / x.
double bend(double x) {
  if (std::abs(x) > 0.25) return (std::expm1(x) - x) / x;
  double sum = 0, term = 1;
  for (int n = 2; n < 15; ++n) sum += term *= x / n;
  return sum;
}

}  // namespace

Result<Years> expected_time_in_range(const Bounds& bounds, Price price, Vol vol) {
  if (const auto moves = leaves(bounds, price, vol); !moves) return moves.error();
  if (bounds.lower.value() == 0 || std::isinf(bounds.upper.value())) {
    return fail(Reason::no_solution,
                "a range open on one side (the expected time in it is infinite)");
  }
  const double p = price.value();
  const double up = log_ratio(p, bounds.upper.value());
  const double down = -log_ratio(p, bounds.lower.value());
  return Years{up * down / (vol.value() * vol.value())};
}

Result<FirstExit> first_exit(const Bounds& bounds, Price price, Vol vol) {
  if (const auto moves = leaves(bounds, price, vol); !moves) return moves.error();
  const double p = price.value(), lower = bounds.lower.value(), upper = bounds.upper.value();
  if (lower == 0) {
    return fail(Reason::no_solution, "a range open below (the expected time in it is infinite)");
  }
  const double twice = 2 / (vol.value() * vol.value());
  const double down = -log_ratio(p, lower);
  if (std::isinf(upper)) return FirstExit{Years{twice * down}, Probability{0}};
  const double up = log_ratio(p, upper);
  // up * (P - Pa) less down * (Pb - P), both nearly equal, as a sum of what makes them differ.
  const double gap = up * down * (bend(up) - bend(-down)) * (p / (upper - lower));
  return FirstExit{Years{twice * gap}, Probability{(p - lower) / (upper - lower)}};
}

}  // namespace levee::amm
