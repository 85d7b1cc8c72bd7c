// levee/report/figures.h — the pictures of a plan: payoff, losses, premium, cost against income.
#pragma once
#include "levee/hedge/plan.h"
#include "levee/report/markup.h"

#include <string_view>
#include <vector>

namespace levee::report {

/// Profit against price: position, hedge and both; at the horizon or at expiry. Spot, break-evens
/// and, where the explain tree has range_lower and range_upper, the edges of the range are marked.
Markup payoff_figure(const hedge::Plan& plan);

/// The same numbers at some prices, for those who read rather than look.
Table payoff_table(const hedge::Profile& profile);

/// Loss distribution before and after with VaR and CVaR, and its tail enlarged.
Markup loss_figures(const hedge::Plan& plan);

/// Premium by tenor bucket; empty without options.
Markup premium_figure(const hedge::PlanTold& plan);

/// Fees, LVR, carry and its limit, each for a year.
Markup income_figure(const hedge::Plan& plan);

/// CVaR and expected loss of the best plan by carry budget; empty with fewer than two budgets.
Markup frontier_figure(const hedge::Plan& plan);

/// Values of all nodes of that name, each once.
std::vector<double> values_named(const Explain& tree, std::string_view name);

}  // namespace levee::report
