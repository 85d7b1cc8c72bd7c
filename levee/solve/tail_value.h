// levee/solve/tail_value.h — what a tail programme is worth at a point, and under multipliers.
#pragma once
#include "levee/solve/tail_program.h"

#include <span>
#include <vector>

namespace levee::solve {

using Indices = std::vector<std::size_t>;

/// Largest multiplier of one scenario: tail_weight / ((1 - level) scenarios).
/// src: the dual of Rockafellar & Uryasev (2000)
double cap_of(const TailProgram& program);

/// Loss on every scenario before linear costs; touches only instruments that are held.
std::vector<double> losses_at(const TailProgram& program, std::span<const double> x);

/// The same on some of the scenarios.
std::vector<double> losses_at(const TailProgram& program, std::span<const double> x,
                              const Indices& scenarios);

/// What the quantities cost apart from the tail, USD.
double linear_cost(const TailProgram& program, std::span<const double> x);

/// tail_weight * CVaR of losses; `threshold` receives their VaR.
double tail_term(const TailProgram& program, std::span<const double> loss, double& threshold);

/// The same for any level and weight.
double tail_term(std::span<const double> loss, double level, double weight, double& threshold);

/// Multipliers of scenarios that the tail of their losses has: what lies beyond the VaR at the most
/// one may have, the rest shared by what lies on it. A subgradient of weight * CVaR.
///
/// out: [scenarios], sum weight
std::vector<double> tail_price_at(std::span<const double> loss, double level, double weight);

/// Worth of each instrument under scenario multipliers: sum_s price_s value_is.
std::vector<double> worth_of(const TailProgram& program, std::span<const double> price);

/// The same from the scenarios that have a price, and their prices.
std::vector<double> worth_of(const TailProgram& program, const Indices& scenarios,
                             std::span<const double> price);

/// Objective slope of each column once scenarios and rows are priced.
std::vector<double> reduced_costs(const TailProgram& program, std::span<const double> worth,
                                  std::span<const double> row_price);

/// The Lagrangian minimised over the box, given the reduced costs of the same multipliers.
double bound_of(const TailProgram& program, std::span<const double> price,
                std::span<const double> row_price, std::span<const double> reduced);

}  // namespace levee::solve
