#include "levee/report/figures.h"

#include "levee/report/bars.h"
#include "levee/report/curves.h"
#include "levee/report/ladder.h"
#include "levee/report/plan_tables.h"
#include "levee/report/sentences.h"
#include "levee/report/tail_table.h"
#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

bool is_drawn_over(const std::vector<double>& x, const std::vector<double>& y) {
  return x.size() >= 2 && x.size() == y.size() && can_be_drawn(x) && can_be_drawn(y);
}

Markup note(std::string_view text) { return element("p", {{"class", "note"}}, text); }

std::vector<Mark> payoff_marks(const hedge::Plan& plan) {
  std::vector<Mark> marks;
  const auto add = [&](std::string_view what, double at, std::string_view look) {
    if (at > 0 && std::isfinite(at)) {
      marks.push_back({at, fmt::format("{} {}", what, usd(at)), std::string(look)});
    }
  };
  add("spot", plan.market.underlying_usd, "spot");
  for (const std::string_view name : {"range_lower", "range_upper"}) {
    for (const double price : values_named(plan.explain, name)) add("range", price, "edge");
  }
  for (const double price : plan.plan.break_even_usd) add("break-even", price, "even");
  return marks;
}

std::vector<Curve> payoff_curves(const hedge::PlanTold& plan) {
  const hedge::Profile& f = plan.profile;
  std::vector<Curve> curves;
  if (plan.trades.empty()) {
    curves.push_back({"Position", "sum", "", f.lp_usd});
  } else {
    curves.push_back({"Position", "lp", "", f.lp_usd});
    curves.push_back({"Hedge", "hedge", "horizon", f.hedge_usd});
    curves.push_back({"Both", "sum", "horizon", f.sum_usd});
    curves.push_back({"Hedge, no time value left", "hedge", "expiry", f.hedge_expiry_usd});
    curves.push_back({"Both, no time value left", "sum", "expiry", f.sum_expiry_usd});
  }
  std::erase_if(curves, [&](const Curve& c) { return !is_drawn_over(f.price, c.y); });
  return curves;
}

std::string payoff_about(const Curves& curves) {
  const auto ends = [&](std::size_t at) {
    std::string text = fmt::format(" At {}:", usd(curves.x[at]));
    for (const Curve& c : curves.curves) text += fmt::format(" {} {};", c.name, usd(c.y[at]));
    return text;
  };
  return "Profit and loss against the price." + ends(0) + ends(curves.x.size() / 2) +
         ends(curves.x.size() - 1);
}

// Two views without a script: page.css looks at which of the two is chosen.
Markup view_switch() {
  const auto choice = [](std::string_view value, std::string_view words, bool chosen) {
    Attributes attributes{{"type", "radio"},
                          {"name", "payoff-view"},
                          {"value", std::string(value)},
                          {"autocomplete", "off"}};
    if (chosen) attributes.emplace_back("checked", "checked");
    return element("label", lone("input", attributes) + Markup(words));
  };
  return element("fieldset", {{"class", "switch"}},
                 element("legend", "The hedge is valued") +
                     choice("horizon", "at the horizon", true) +
                     choice("expiry", "at expiry, no time value left", false));
}

std::vector<Mark> tail_marks(const hedge::TailsTold& tails, bool is_hedged) {
  std::vector<Mark> marks;
  const auto add = [&](std::string_view who, std::string_view look, const risk::TailReport& tail) {
    const auto mark = [&](std::string_view what, double at) {
      if (!can_be_drawn({at})) return;
      marks.push_back({at, fmt::format("{}{} {}", who, what, usd(at)), std::string(look)});
    };
    mark("VaR 95 %", tail.var95_usd);
    mark("CVaR 95 %", tail.cvar95_usd);
  };
  if (!is_hedged && is_known(tails.unhedged.out_of_sample)) {
    add("", "after", tails.unhedged.out_of_sample);
  } else if (is_hedged) {
    add("before ", "before", tails.unhedged.out_of_sample);
    add("after ", "after", tails.hedged.out_of_sample);
  }
  return marks;
}

Curves loss_curves(const hedge::Plan& plan) {
  const bool is_hedged = !plan.plan.trades.empty() && is_known(plan.tail.unhedged.out_of_sample) &&
                         is_known(plan.tail.hedged.out_of_sample);
  const hedge::Histogram& h = plan.plan.histogram;
  Curves curves;
  curves.title = "Losses to the horizon, share of fresh scenarios";
  curves.x = h.edge_usd;
  curves.x_word = "Loss";
  curves.note = "The first and the last bar hold all that lies beyond them.";
  if (is_hedged) {
    curves.curves = {{"Before", "before", "", h.unhedged}, {"After", "after", "", h.hedged}};
  } else {
    curves.curves = {{"Unhedged", "after", "", h.unhedged}};
  }
  curves.plot.x_title = "Loss, USD (gains are negative)";
  curves.plot.y_title = "Share of scenarios";
  curves.plot.y_measure = Measure::percent;
  curves.plot.marks = tail_marks(plan.tail, is_hedged);
  return curves;
}

void fit_ranges(Curves& curves) {
  curves.plot.x = range_of(curves.x);
  curves.plot.y = {0, 0};
  for (const Curve& c : curves.curves) curves.plot.y = hull(curves.plot.y, range_of(c.y));
}

// Bins from the first that reaches beyond the smaller VaR.
void keep_tail(Curves& curves) {
  double start = curves.x.back();
  for (const Mark& mark : curves.plot.marks) start = std::min(start, mark.at);
  const auto first = std::upper_bound(curves.x.begin(), curves.x.end(), start);
  const auto cut = std::max<std::ptrdiff_t>(first - curves.x.begin() - 1, 0);
  curves.x.erase(curves.x.begin(), curves.x.begin() + cut);
  for (Curve& c : curves.curves) c.y.erase(c.y.begin(), c.y.begin() + cut);
}

}  // namespace

std::vector<double> values_named(const Explain& tree, std::string_view name) {
  std::vector<double> values;
  if (tree.name == name && tree.value) values.push_back(*tree.value);
  for (const Explain& input : tree.inputs) {
    for (const double value : values_named(input, name)) {
      if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    }
  }
  return values;
}

Markup payoff_figure(const hedge::Plan& plan) {
  Curves curves;
  curves.curves = payoff_curves(plan.plan);
  if (curves.curves.empty()) return note("No profit against price was worked out.");
  curves.title = "Profit and loss against the price";
  curves.x = plan.plan.profile.price;
  curves.x_word = "Price";
  curves.plot.about = payoff_about(curves);
  curves.plot.x_title = "Price at the horizon, USD";
  curves.plot.y_title = "Profit or loss, USD (fees left out)";
  curves.plot.marks = payoff_marks(plan);
  if (curves.curves.size() > 1) curves.controls = view_switch();
  fit_ranges(curves);
  return figure_of(curves);
}

Table payoff_table(const hedge::Profile& profile) {
  Table table{"Profit and loss at some prices",
              {{"Price"},
               {"Position"},
               {"Hedge, horizon"},
               {"Both, horizon"},
               {"Hedge, expiry"},
               {"Both, expiry"}},
              {},
              ""};
  const std::size_t count = profile.price.size(), step = std::max<std::size_t>(count / 16, 1);
  for (std::size_t i = 0; i < count; i += step) {
    Row row{{usd(profile.price[i])}};
    for (const auto* column : {&profile.lp_usd, &profile.hedge_usd, &profile.sum_usd,
                               &profile.hedge_expiry_usd, &profile.sum_expiry_usd}) {
      row.cells.push_back(i < column->size() ? usd_at((*column)[i], 0) : std::string(nothing));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Markup loss_figures(const hedge::Plan& plan) {
  Curves curves = loss_curves(plan);
  bool whole = curves.x.size() >= 2 && can_be_drawn(curves.x);
  for (const Curve& c : curves.curves) {
    whole = whole && c.y.size() + 1 == curves.x.size() && can_be_drawn(c.y);
  }
  if (!whole) return note("No loss distribution was worked out.");
  curves.plot.about = curves.title + ".";
  for (const Mark& mark : curves.plot.marks) curves.plot.about += " " + mark.label + ".";
  fit_ranges(curves);
  Markup all = figure_of(curves);
  keep_tail(curves);
  if (curves.x.size() < 4) return all;
  curves.title = "The same beyond VaR, enlarged";
  curves.note = "The last bar holds all that lies beyond it.";
  fit_ranges(curves);
  return all + figure_of(curves);
}

Markup premium_figure(const hedge::PlanTold& plan) {
  std::vector<Bar> bars;
  for (const BucketCost& cost : bucket_costs(plan)) {
    bars.push_back({bucket_label(cost.bucket_days) + " options", cost.premium_usd,
                    usd(cost.premium_usd), "hedge"});
  }
  return bars_figure("Premium by tenor, paid less received", bars);
}

Markup income_figure(const hedge::Plan& plan) {
  std::vector<Bar> bars;
  const auto add = [&](std::string name, double amount, std::string_view look) {
    bars.push_back({std::move(name), amount, usd(amount), std::string(look)});
  };
  const auto& fees = plan.position.fees_usd_per_day;
  if (fees) add("Fees expected, while in range", days_a_year * *fees, "income");
  add("LVR, at implied volatility", days_a_year * plan.position.lvr_usd_per_day, "cost");
  add("Carry of the hedge", plan.plan.carry_usd_per_year, "hedge");
  add("Carry allowed", plan.plan.budget_usd_per_year, "limit");
  return bars_figure("USD a year", bars);
}

Markup frontier_figure(const hedge::Plan& plan) {
  if (plan.frontier.size() < 2) return {};
  Curves curves;
  Curve cvar{"CVaR", "sum", "", {}}, mean{"Expected loss", "lp", "", {}};
  for (const hedge::FrontierPoint& one : plan.frontier) {
    curves.x.push_back(one.budget_usd_per_year);
    cvar.y.push_back(one.cvar_usd);
    mean.y.push_back(one.mean_usd);
  }
  curves.curves = {std::move(cvar), std::move(mean)};
  curves.title = "Cost against tail";
  curves.x_word = "Carry allowed a year";
  curves.plot.about = "CVaR and expected loss of the best plan under each carry budget.";
  curves.plot.x_title = "Carry allowed a year, USD";
  curves.plot.y_title = "Loss to the horizon, USD";
  fit_ranges(curves);
  return figure_of(curves);
}

}  // namespace levee::report
