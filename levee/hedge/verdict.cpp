#include "levee/hedge/verdict.h"

#include "levee/hedge/dollars.h"
#include "levee/hedge/lots.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

// Whether doing nothing is within every limit and within one trade's worth of the optimum.
bool idle_is_best(const Telling& t, const PlanTold& plan) {
  const Policy& policy = t.setting.policy;
  const std::vector<double> none(t.lots.size(), 0.0);
  double trades = 0;  // of the optimum
  for (const double x : t.choice.x) trades += x > 0 ? 1 : 0;
  const double worth = (1 + trades) * policy.trade_worth_share_min * t.program.scale;
  return within_limits(t.program, policy, none) &&
         plan.objective_unhedged_usd - plan.optimum_usd <= worth + 1e-6 * t.program.scale;
}

std::string ways_out_in_words(const std::vector<WayOut>& ways) {
  std::string words;
  for (const WayOut& way : ways) {
    words += fmt::format("{}{} {:.4g} instead of {:.4g}",
                         words.empty() ? " Any one of these alone would do: " : "; ", way.name,
                         way.then, way.now);
  }
  return words.empty() ? words : words + ".";
}

// A row by its name, and what its figures count.
std::string missed_row(const Program& program, const std::string& name) {
  for (std::size_t r = 0; r < program.rows.size(); ++r) {
    if (program.rows[r].name == name) return fmt::format("{} ({})", name, program.notes[r].about);
  }
  return name;
}

// Limits that hold the least CVaR where it is: a tenth of room in one takes so much off, at first.
std::string held_there_by(const Telling& t) {
  std::map<std::string, double> saved;
  const Choice& choice = t.choice;
  for (std::size_t r = 0; r < choice.row_price.size() && r < t.program.rows.size(); ++r) {
    const solve::Row& row = t.program.rows[r];
    const double price = choice.row_price[r];
    const double bound = price > 0 ? row.upper : row.lower;
    if (price != 0 && std::isfinite(bound)) saved[row.name] += 0.1 * std::abs(price * bound);
  }
  std::vector<std::pair<double, std::string>> most;
  for (const auto& [name, usd] : saved) {
    if (usd > 0.01 * choice.shortfall) most.emplace_back(usd, name);
  }
  std::ranges::sort(most, std::greater<>());
  std::string words;
  for (std::size_t i = 0; i < std::min<std::size_t>(most.size(), 3); ++i) {
    words += fmt::format("{}{} ({})", i == 0 ? " Held there by " : ", ", most[i].second,
                         dollars(most[i].first));
  }
  return words.empty() ? words : words + ": what a tenth of room in each would take off, at first.";
}

}  // namespace

void add_status(const Telling& t, PlanTold& plan) {
  const Choice& choice = t.choice;
  if (choice.status == solve::Status::infeasible) {
    plan.status = "infeasible";
    plan.sentence = fmt::format(
        "Infeasible: {} cannot be met. The best that the other limits allow is {:.6g}, short by "
        "{:.6g}.",
        choice.missed == "tail_limit_usd"
            ? fmt::format("a CVaR limit of {:.6g} USD", *t.setting.policy.tail_limit_usd)
            : missed_row(t.program, choice.missed),
        choice.best_reach, choice.shortfall);
    plan.sentence += choice.missed == "tail_limit_usd"
                         ? held_there_by(t)
                         : ways_out_in_words(ways_out(t.program, choice));
  } else if (choice.status == solve::Status::stalled) {
    plan.status = "not_converged";
    plan.sentence = fmt::format(
        "The programme stopped {:.6g} USD from its bound: take the plan as "
        "feasible, not as the best.",
        choice.objective - choice.bound);
  } else if (plan.trades.empty() && !idle_is_best(t, plan)) {
    plan.status = "not_converged";
    plan.sentence = fmt::format(
        "No plan in whole lots was found within every limit; in fractions of lots the best is "
        "{:.0f} USD, against {:.0f} USD without. Smaller lots, a looser limit or a larger book "
        "would help.",
        plan.optimum_usd, plan.objective_unhedged_usd);
  } else if (plan.trades.empty()) {
    plan.status = "no_hedge";
    plan.sentence =
        t.setting.policy.tail_limit_usd
            ? "No hedge is needed: the book as it stands is within the tail limit, and nothing "
              "listed earns its cost."
        : t.setting.book.idle_cash.value() == 0
            ? "No hedge without cash: premiums, fees and margins are paid from the book's idle "
              "cash, and it has none (give idle_cash_usd)."
            : fmt::format(
                  "No hedge is better: nothing listed removes a dollar of CVaR for less "
                  "than {:.3g} dollars of expected profit.",
                  t.setting.policy.price_of_tail);
  } else {
    plan.status = "optimal";
    const std::string measure =
        t.setting.policy.tail_limit_usd
            ? fmt::format("expected loss within a CVaR of {}",
                          dollars(*t.setting.policy.tail_limit_usd))
            : fmt::format("expected loss plus {:.3g} of CVaR", t.setting.policy.price_of_tail);
    plan.sentence = fmt::format("{} {} {} to {}, from {} without.", plan.trades.size(),
                                plan.trades.size() == 1 ? "trade brings" : "trades bring", measure,
                                dollars(plan.objective_usd), dollars(plan.objective_unhedged_usd));
  }
}

}  // namespace levee::hedge
