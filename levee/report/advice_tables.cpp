#include "levee/report/advice_tables.h"

#include "levee/report/sentences.h"
#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::report {
namespace {

std::string amount(const std::optional<double>& value) {
  return value ? usd(*value) : std::string(nothing);
}

// What the gauges that are known stand in, but for the quiet ones.
std::string gauges_stand(const hedge::DayTold& day) {
  std::vector<std::string> stand;
  std::size_t known = 0;
  for (const hedge::GaugeTold& one : day.gauges) {
    known += one.value ? 1 : 0;
    if (!one.value || one.state.empty() || one.state == "quiet") continue;
    stand.push_back(fmt::format("{} {}", spaced(one.name), spaced(one.state)));
  }
  if (known == 0) return "";
  return fmt::format("{} of {} gauges are known: {}. ", known, day.gauges.size(),
                     stand.empty() ? "all quiet" : fmt::format("{}", fmt::join(stand, ", ")));
}

bool forbidden(const hedge::DayTold& day, std::string_view act) {
  return std::ranges::find(day.restrictions, act, &hedge::RestrictionTold::act) !=
         day.restrictions.end();
}

// What the layer buys for what it costs, beside what the policy would pay.
std::string worth_of(const hedge::LayerTold& layer) {
  if (!layer.mean_cost_usd || !layer.cvar_removed_usd) return "";
  const double cost = *layer.mean_cost_usd, off = *layer.cvar_removed_usd;
  if (off <= 0 && cost < 0) {
    return fmt::format("; it adds {} to the CVaR and pays for it with {} of expected profit",
                       usd(-off), usd(-cost));
  }
  if (cost <= 0) {
    return fmt::format("; it takes {} off the CVaR and lowers the expected loss by {}", usd(off),
                       usd(-cost));
  }
  if (off <= 0) return "; by itself it makes both worse: it stands for the cash and carry it frees";
  return fmt::format("; each dollar of CVaR that it takes off costs {} of expected profit",
                     usd(cost / off));
}

std::string asked(const hedge::DayTold& day) {
  std::string text;
  if (day.gauges.empty()) {
    text = "No signal is heeded: none was read, or the policy ignores the day (regime).";
  } else if (day.hedge == "as_planned") {
    text = "The day asks nothing more of the hedge.";
  }
  for (const hedge::RuleTold& rule : day.rules) {
    text += fmt::format("{}{}: {}.", text.empty() ? "" : " ", label_of(rule.name), rule.what);
  }
  if (!day.rules_cost_usd) return text;
  if (*day.rules_cost_usd < 1) return text + " The best plan heeds that by itself.";
  return text + fmt::format(" That costs {} of the objective against the best plan without.",
                            usd(*day.rules_cost_usd));
}

std::string financing_line(const hedge::FinancingTold& told) {
  if (told.act == "nothing") {
    return fmt::format("{} a year at the best strike, {} the lender's: not worth its costs",
                       percent(told.best.implied_rate), percent(told.lender));
  }
  return fmt::format("{} ({} and {}, up to {} contracts)", told.best.why, told.call, told.put,
                     number(told.contracts));
}

std::string collar_line(const hedge::CollarTold& told) {
  const hedge::Collar& collar = told.collar;
  if (!collar.is_on) return collar.why;
  std::string line = collar.why + " (";
  if (collar.put_units > 0) line += *told.put;
  if (collar.call_units > 0) line += (collar.put_units > 0 ? ", " : "") + *told.call;
  if (collar.cap_units > 0) line += ", " + *told.cap;
  if (!collar.worst_loss_usd) return line + ")";
  return line + fmt::format("; above it {} are lost at most, at {})", usd(*collar.worst_loss_usd),
                            usd(*collar.worst_price));
}

std::string tilt_sentence(const hedge::RollTold& rolls) {
  if (rolls.tilt_share == 0) {
    return rolls.tilt_why.empty() ? "" : " Rolls are not tilted: " + rolls.tilt_why + ".";
  }
  return fmt::format(
      " What rolls by its schedule leans {} to {}: {}; nothing else is traded for "
      "that.",
      percent(std::abs(rolls.tilt_share)), rolls.tilt_share > 0 ? "calls" : "puts", rolls.tilt_why);
}

}  // namespace

std::string day_sentence(const hedge::DayTold& day) {
  std::string text = gauges_stand(day) + asked(day);
  if (day.size_share < 1 && !forbidden(day, "open_liquidity")) {
    text += fmt::format(" A new position would be {} of its usual size.", percent(day.size_share));
  }
  if (!day.reviews.empty()) {
    text += fmt::format(" Look at everything again: {}.", fmt::join(day.reviews, "; "));
  }
  return text;
}

Table gauge_table(const hedge::DayTold& day) {
  Table table{"Gauges",
              {{"Gauge", Kind::name}, {"Reading"}, {"State", Kind::name}, {"Since", Kind::words}},
              {},
              ""};
  std::vector<std::string> not_known;
  for (const hedge::GaugeTold& one : day.gauges) {
    if (!one.value) {
      not_known.push_back(spaced(one.name));
      continue;
    }
    const std::string unit = one.unit.empty() ? "" : " " + one.unit;
    table.rows.push_back({{label_of(one.name), number(*one.value, 3) + unit, spaced(one.state),
                           one.since.value_or("")}});
  }
  if (!not_known.empty()) {
    table.note = fmt::format("Not known here: {} (levee read-signals says why).",
                             fmt::join(not_known, ", "));
  }
  if (table.rows.empty()) table.columns.clear();
  return table;
}

Table restriction_table(const hedge::DayTold& day) {
  Table table{"What may not be added today",
              {{"Act", Kind::name}, {"Gate", Kind::name}, {"Why", Kind::words}},
              {},
              "Gates restrict new risk; none sells protection or keeps it from being bought."};
  std::string last;
  for (const hedge::RestrictionTold& one : day.restrictions) {
    const bool same = !table.rows.empty() && last == one.gate + one.why;
    if (same) {
      table.rows.back().cells[0] += ", " + spaced(one.act);
    } else {
      table.rows.push_back({{spaced(one.act), one.gate, one.why}});
    }
    last = one.gate + one.why;
  }
  if (table.rows.empty()) {
    table.columns.clear();
    table.note = "Nothing is restricted.";
  }
  return table;
}

Table layer_table(const std::vector<hedge::LayerTold>& layers) {
  Table table{"Layers",
              {{"Layer", Kind::name},
               {"State", Kind::name},
               {"Trades"},
               {"Paid"},
               {"Carry a year"},
               {"Expected cost"},
               {"CVaR off"},
               {"Why", Kind::words, Place::page_only}},
              {},
              "Expected cost and CVaR off: against the plan without that layer's trades, all else "
              "as it is, to the horizon; they do not add up, for layers lean on each other."};
  for (const char* state : {"trades", "stands", "closed"}) {
    for (const hedge::LayerTold& one : layers) {
      if (one.state != state) continue;
      const bool trades = one.trades > 0;
      table.rows.push_back(
          {{label_of(one.layer), one.state,
            trades ? std::to_string(one.trades) : std::string(nothing),
            trades ? usd(one.cost_usd) : std::string(nothing),
            trades ? usd(one.carry_usd_per_year) : std::string(nothing), amount(one.mean_cost_usd),
            amount(one.cvar_removed_usd), one.why + worth_of(one)}});
    }
  }
  return table;
}

std::vector<std::string> layer_reasons(const std::vector<hedge::LayerTold>& layers) {
  std::vector<std::string> reasons;
  for (const hedge::LayerTold& one : layers) {
    reasons.push_back(fmt::format("{}: {}{}", label_of(one.layer), one.why, worth_of(one)));
  }
  return reasons;
}

std::vector<Table> roll_tables(const hedge::RollTold& rolls) {
  if (rolls.lines.empty()) return {};
  Table lines{"Options held",
              {{"Option", Kind::name},
               {"Rolled", Kind::name},
               {"Rule", Kind::name},
               {"Benefit"},
               {"Cost"},
               {"Why", Kind::words}},
              {},
              "Benefit: fall of E[loss] + rho CVaR before costs, by itself; a roll is done only "
              "where it beats what it costs." +
                  tilt_sentence(rolls)};
  for (const hedge::RollLine& one : rolls.lines) {
    const std::string benefit = one.benefit_usd && one.error_usd
                                    ? usd(Uncertain{*one.benefit_usd, *one.error_usd})
                                    : amount(one.benefit_usd);
    lines.rows.push_back({{one.name, one.done ? "yes" : "no",
                           one.trigger.empty() ? std::string(nothing) : one.trigger, benefit,
                           amount(one.cost_usd), one.why}});
  }
  Table rungs{
      "The ladder afterwards", {{"Layer", Kind::name}, {"Contracts"}, {"", Kind::words}}, {}, ""};
  for (const hedge::LadderRung& one : rolls.rungs) {
    rungs.rows.push_back({{bucket_label(one.tenor_days), number(one.units), one.about}});
  }
  return {lines, rungs};
}

std::vector<std::string> beside_lines(const hedge::Beside& beside) {
  std::vector<std::string> lines;
  for (const hedge::RangeTold& one : beside.ranges) {
    std::string line = fmt::format("Range of {}: {}{}", one.position,
                                   one.move.done ? "move it: " : "", one.move.why);
    if (one.move.done && one.move.lower && one.move.upper) {
      line +=
          fmt::format(" (to {} .. {}, {} booked as final, {} of costs)", usd(*one.move.lower),
                      usd(*one.move.upper), usd(one.move.crystallised_usd), usd(one.move.cost_usd));
    }
    lines.push_back(std::move(line));
  }
  if (beside.sleeve) lines.push_back("Borrowing for the hedge: " + beside.sleeve->why);
  const auto add = [&](std::string_view what, const std::string& why) {
    if (!why.empty()) lines.push_back(fmt::format("{}: {}", what, why));
  };
  add("Restructuring", beside.bundle.why);
  add("Cheaper legs", beside.legs.why);
  if (beside.financing) add("Financing by options", financing_line(*beside.financing));
  add("Collar", collar_line(beside.collar));
  if (beside.upside) add("Upside", beside.upside->why);
  add("Lending rate position", beside.rate_swap.why);
  add("Second engine", beside.engines.why);
  return lines;
}

Table what_if_table(const std::vector<hedge::WhatIf>& list) {
  Table table{"What would change the answer",
              {{"With", Kind::words}, {"The best plan then", Kind::words}, {"Carry a year"}},
              {},
              "Before whole lots, on the scenarios the plan was chosen on; changes are against the "
              "plan itself."};
  for (const hedge::WhatIf& one : list) {
    table.rows.push_back({{one.change, one.answer, amount(one.carry_usd_per_year)}});
  }
  return table;
}

Table world_table(const hedge::RobustTold& robust) {
  Table table{"In every world",
              {{"World", Kind::name},
               {"In the mixture"},
               {"E[loss] + rho CVaR without"},
               {"With"},
               {"CVaR without"},
               {"With"}},
              {},
              fmt::format("Fresh paths. Of the mixtures of these worlds that were tried the plan "
                          "is the best against the one whose plan does best in its worst world; in "
                          "the worst of them no plan comes below {}, on the paths chosen on.",
                          usd(robust.bound_usd))};
  for (const hedge::WorldTold& one : robust.worlds) {
    table.rows.push_back({{one.world, percent(one.share), usd(one.objective_before_usd),
                           usd(one.objective_usd), usd(one.cvar_before_usd), usd(one.cvar_usd)}});
  }
  return table;
}

std::vector<std::string> look_again_lines(const std::vector<hedge::LookAgain>& list) {
  std::vector<std::string> lines;
  for (const hedge::LookAgain& one : list) {
    lines.push_back(one.at ? fmt::format("{}: {}", *one.at, one.why) : "If " + one.why);
  }
  return lines;
}

std::vector<std::string> since_lines(const std::optional<hedge::SinceTold>& since) {
  if (!since) return {};
  if (!since->changes.empty()) return since->changes;
  return {fmt::format("The trades of the plan of {} still are the ones to make.", since->at)};
}

Table frontier_table(const std::vector<hedge::FrontierPoint>& frontier) {
  Table table{"Cost against tail",
              {{"Carry allowed a year"},
               {"Carry used"},
               {"Expected loss"},
               {"CVaR"},
               {"One more dollar saves"}},
              {},
              "The best plan under each carry budget, before whole lots. One more dollar a year of "
              "budget lowers E[loss] + rho CVaR by the last column."};
  for (const hedge::FrontierPoint& one : frontier) {
    table.rows.push_back(
        {{usd(one.budget_usd_per_year), usd(one.carry_usd_per_year), usd(one.mean_usd),
          usd(one.cvar_usd), "$" + number(one.saved_per_dollar_of_budget)}});
  }
  return table;
}

}  // namespace levee::report
