#include "levee/report/tail_page.h"

#include "levee/num/student.h"
#include "levee/report/bars.h"
#include "levee/report/curves.h"
#include "levee/report/page.h"
#include "levee/report/sentences.h"
#include "levee/report/sheet.h"
#include "levee/report/words.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::report {
namespace {

using risk::LossTold;
using risk::PartTold;
using risk::TailTold;

std::string headline_of(const TailTold& tail, const TailSetting& setting) {
  return fmt::format(
      "Over {} days the worst 5 % of scenarios lose {} on average, the worst 1 % {}.",
      number(setting.horizon_days), usd(Uncertain{tail.loss.cvar95_usd, tail.loss.cvar95_usd_se}),
      usd(Uncertain{tail.loss.cvar99_usd, tail.loss.cvar99_usd_se}));
}

std::string market_line(const TailTold& tail, const TailSetting& setting) {
  return fmt::format("{} at {} on {}; {} scenarios of kind {}, {}.", setting.base,
                     usd(setting.spot_usd), setting.at, grouped(tail.loss.paths, 0),
                     spaced(tail.loss.scenarios), spaced(tail.loss.measure));
}

// How paths were placed, where that is not at random: what the errors are of, what it was worth.
std::vector<std::string> sampling_lines(const TailTold& tail) {
  const risk::SamplingTold& sampling = tail.sampling;
  if (sampling.name == "random") return {};
  std::vector<std::string> lines;
  if (sampling.name.starts_with("sobol")) {
    const double freedom = sampling.sets - 1;
    lines.push_back(fmt::format(
        "Paths are evenly spread (Sobol' points, scrambled) in {} independent sets, whose scatter "
        "the errors are: of {} degrees of freedom, so that 95 % takes {} of them.",
        grouped(sampling.sets, 0), grouped(freedom, 0),
        grouped(num::student_quantile({freedom}, 0.975), 2)));
  }
  if (sampling.name.ends_with("importance")) {
    lines.emplace_back(
        "Four paths in five are pushed towards a crash and weighted back: tails are surer, means "
        "less sure. The worst drawn is rarer than its count says.");
  }
  const bool paid = sampling.random_paths >= tail.loss.paths;
  lines.push_back(fmt::format("CVaR 99 % is as sure as of {} random paths{}",
                              grouped(sampling.random_paths, 0),
                              paid ? "."
                                   : ", fewer than were drawn: the push is not towards what this "
                                     "book loses by. Draw random ones, or sobol."));
  return lines;
}

Table loss_table(const TailTold& tail) {
  Table table{
      "Losses to the horizon",
      {{"", Kind::name}, {label_of(tail.loss.measure)}, {label_of(tail.other_measure.measure)}},
      {},
      "± is one standard error; gains are negative. Real world: variance as forecast. "
      "Market implied: as options are priced, which is dearer more often than not."};
  const auto add = [&](std::string name, double LossTold::* value, double LossTold::* error) {
    table.rows.push_back({{std::move(name), usd(Uncertain{tail.loss.*value, tail.loss.*error}),
                           usd(Uncertain{tail.other_measure.*value, tail.other_measure.*error})}});
  };
  add("Mean loss", &LossTold::mean_usd, &LossTold::mean_usd_se);
  add("VaR 95 %", &LossTold::var95_usd, &LossTold::var95_usd_se);
  add("CVaR 95 %", &LossTold::cvar95_usd, &LossTold::cvar95_usd_se);
  add("VaR 99 %", &LossTold::var99_usd, &LossTold::var99_usd_se);
  add("CVaR 99 %", &LossTold::cvar99_usd, &LossTold::cvar99_usd_se);
  table.rows.push_back(
      {{"Worst drawn", usd(tail.loss.worst_usd), usd(tail.other_measure.worst_usd)}});
  return table;
}

Table kind_table(const TailTold& tail) {
  Table table{"By kind of scenario",
              {{"Kind", Kind::name},
               {"Measure", Kind::name},
               {"Mean"},
               {"VaR 95 %"},
               {"CVaR 95 %"},
               {"CVaR 99 %"}},
              {},
              ""};
  double paths = 0;
  for (const risk::KindTold& kind : tail.kinds) {
    const auto told = [&](double LossTold::* value, double LossTold::* error) {
      if (!kind.loss) return std::string(nothing);
      paths = kind.loss->paths;
      return usd(Uncertain{(*kind.loss).*value, (*kind.loss).*error});
    };
    table.rows.push_back(
        {{kind.scenarios, spaced(kind.measure), told(&LossTold::mean_usd, &LossTold::mean_usd_se),
          told(&LossTold::var95_usd, &LossTold::var95_usd_se),
          told(&LossTold::cvar95_usd, &LossTold::cvar95_usd_se),
          told(&LossTold::cvar99_usd, &LossTold::cvar99_usd_se)}});
  }
  table.note = fmt::format("{} random paths each. What kinds disagree on is what nobody knows.",
                           grouped(paths, 0));
  return table;
}

// Why a kind could not be drawn, once for both measures.
std::vector<std::string> undrawn(const TailTold& tail) {
  std::vector<std::string> lines;
  for (const risk::KindTold& kind : tail.kinds) {
    if (kind.why.empty()) continue;
    const std::string line = fmt::format("{} cannot be drawn: {}", kind.scenarios, kind.why);
    if (lines.empty() || lines.back() != line) lines.push_back(line);
  }
  return lines;
}

Table part_table(std::string title, std::string first, const std::vector<PartTold>& parts,
                 const LossTold& total) {
  Table table{std::move(title),
              {{std::move(first), Kind::name}, {"Mean"}, {"CVaR 95 %"}, {"Of it"}, {"CVaR 99 %"}},
              {},
              ""};
  const auto add = [&](const PartTold& part, RowKind kind) {
    const bool shared = total.cvar95_usd > 0;
    table.rows.push_back(
        {{part.name, usd(Uncertain{part.mean_usd, part.mean_usd_se}),
          usd(Uncertain{part.cvar95_usd, part.cvar95_usd_se}),
          shared ? percent(part.cvar95_usd / total.cvar95_usd) : std::string(nothing),
          usd(Uncertain{part.cvar99_usd, part.cvar99_usd_se})},
         kind});
  };
  for (const PartTold& part : parts) add(part, RowKind::entry);
  add({"total", total.mean_usd, total.mean_usd_se, total.cvar95_usd, total.cvar95_usd_se,
       total.cvar99_usd, total.cvar99_usd_se},
      RowKind::total);
  return table;
}

Table holding_table(const TailTold& tail) {
  Table table = part_table("What it is made of", "Holding", tail.holdings, tail.loss);
  table.note = "A holding's mean loss while the book is in its tail; a negative part cuts it.";
  return table;
}

Table factor_table(const TailTold& tail) {
  Table table = part_table("What it comes from", "Risk", tail.factors, tail.loss);
  table.note =
      "What each move adds, mean over all orders in which they may come; time is what is lost "
      "where nothing moves (fees are gains).";
  return table;
}

std::string range(const std::optional<double>& low, const std::optional<double>& high) {
  const auto end = [](const std::optional<double>& x) {
    return known(x, [](double v) { return usd(v); });
  };
  return fmt::format("{} to {}", end(low), end(high));
}

std::vector<std::string> far_lines(const TailTold& tail) {
  const risk::FarDrawn& drawn = tail.far_drawn;
  const std::string level = grouped(100 * drawn.level, 1);
  const std::string var = usd(Uncertain{drawn.var_usd, drawn.var_usd_se});
  const std::string cvar = usd(Uncertain{drawn.cvar_usd, drawn.cvar_usd_se});
  if (!tail.far) {
    return {fmt::format("As drawn: VaR {} % {}, CVaR {} % {}.", level, var, level, cvar),
            "Beyond that it is not known: " + tail.far_unknown};
  }
  const risk::FarTold& far = *tail.far;
  std::vector<std::string> lines;
  const auto shape = [](const std::optional<double>& x) {
    return known(x, [](double v) { return grouped(v, 2); });
  };
  lines.push_back(fmt::format("Beyond {} ({} losses) the tail's shape is {} (95 %: {} to {}): {}.",
                              usd(far.threshold_usd), grouped(far.beyond, 0), grouped(far.shape, 2),
                              shape(far.shape_low), shape(far.shape_high),
                              far.shape < 0 ? "it ends, as losses of positions do"
                                            : "a power tail, no loss is the largest"));
  lines.push_back(fmt::format("VaR {} %: {} (95 %: {}); as drawn {}.", level, usd(far.var_usd),
                              range(far.var_low_usd, far.var_high_usd), var));
  lines.push_back(
      far.cvar_usd
          ? fmt::format("CVaR {} %: {} (95 %: {}); as drawn {}.", level, usd(*far.cvar_usd),
                        range(far.cvar_low_usd, far.cvar_high_usd), cvar)
          : fmt::format("CVaR {} % does not exist: a tail of this shape has no mean.", level));
  if (!far.warning.empty()) lines.push_back(far.warning);
  return lines;
}

std::string ruin_line(const TailTold& tail) {
  if (!tail.ruin) return "The chance of ruin is not known: " + tail.ruin_unknown;
  const risk::RuinTold& ruin = *tail.ruin;
  if (ruin.chance_most) {
    return fmt::format(
        "No path lost {} or more, {} of what the book is worth today: the chance is "
        "below {} with 95 % confidence.",
        usd(ruin.loss_usd), percent(ruin.share), percent(*ruin.chance_most));
  }
  return fmt::format(
      "The chance of losing {} or more, {} of what the book is worth today, is {} ± "
      "{}.",
      usd(ruin.loss_usd), percent(ruin.share), percent(ruin.chance), percent(ruin.chance_se));
}

std::string fall_line(const TailTold& tail) {
  const risk::FallTold& fall = tail.fall;
  return fmt::format(
      "The deepest fall on the way is {} on average, {} in the worst 5 % ({} paths, daily).",
      usd(Uncertain{fall.mean_usd, fall.mean_usd_se}),
      usd(Uncertain{fall.cvar95_usd, fall.cvar95_usd_se}), grouped(fall.paths, 0));
}

Markup histogram(const TailTold& tail) {
  Curves curves;
  curves.title = "Losses to the horizon, share of scenarios";
  curves.x = tail.bins.edge_usd;
  curves.x_word = "Loss";
  curves.curves = {{"Book", "after", "", tail.bins.share}};
  curves.note = "The first and the last bar hold all that lies beyond them.";
  if (curves.x.size() < 2 || !can_be_drawn(curves.x)) return {};
  Plot& plot = curves.plot;
  plot.about = fmt::format("Losses from {} to {}.", usd(curves.x.front()), usd(curves.x.back()));
  plot.x_title = "Loss, USD (gains are negative)";
  plot.y_title = "Share of scenarios";
  plot.y_measure = Measure::percent;
  plot.x = range_of(curves.x);
  plot.y = hull({0, 0}, range_of(tail.bins.share));
  const auto mark = [&](std::string_view what, double at) {
    if (can_be_drawn({at}) && at <= plot.x.high) {
      plot.marks.push_back({at, fmt::format("{} {}", what, usd(at)), "after"});
    }
  };
  mark("VaR 95 %", tail.loss.var95_usd);
  mark("CVaR 95 %", tail.loss.cvar95_usd);
  mark("CVaR 99 %", tail.loss.cvar99_usd);
  return figure_of(curves);
}

Markup part_bars(const std::string& title, const std::vector<PartTold>& parts) {
  std::vector<Bar> bars;
  for (const PartTold& part : parts) {
    bars.push_back({part.name, part.cvar95_usd, usd(Uncertain{part.cvar95_usd, part.cvar95_usd_se}),
                    part.cvar95_usd > 0 ? "cost" : "income"});
  }
  return bars_figure(title, bars);
}

Markup list_of(const std::vector<std::string>& lines) {
  Markup items;
  for (const std::string& line : lines) items += element("li", line);
  return items.empty() ? Markup{} : element("ul", items);
}

Markup top_of(const TailTold& tail, const TailSetting& setting) {
  Markup top = element("p", {{"class", "kind"}}, "levee · measured tail") +
               element("h1", setting.base + " book, " + setting.at) +
               element("p", {{"class", "lead"}}, headline_of(tail, setting)) +
               element("p", {{"class", "note"}}, market_line(tail, setting));
  if (setting.model_made) {
    top += element("p", {{"class", "model-made"}},
                   element("strong", model_made_badge) + Markup(model_made_notice));
  }
  return element("header", top);
}

}  // namespace

std::string tail_text(const TailTold& tail, const TailSetting& setting, Colour colour) {
  Sheet sheet(colour);
  sheet.paragraph(headline_of(tail, setting), Ink::bold);
  sheet.paragraph(market_line(tail, setting));
  if (setting.model_made) sheet.paragraph(model_made_notice, Ink::notice);
  sheet.table(loss_table(tail));
  for (const std::string& line : sampling_lines(tail)) sheet.point(line);
  sheet.table(holding_table(tail));
  sheet.table(factor_table(tail));
  sheet.heading("Far tail");
  for (const std::string& line : far_lines(tail)) sheet.point(line);
  sheet.heading("Drawdown");
  sheet.point(fall_line(tail));
  sheet.point(ruin_line(tail));
  sheet.table(kind_table(tail));
  for (const std::string& line : undrawn(tail)) sheet.point(line);
  sheet.heading("Taken for granted");
  for (const std::string& line : setting.assumptions) sheet.point(line);
  sheet.paragraph("Worked out from " + setting.source, Ink::dim);
  return sheet.text();
}

std::string tail_page(const TailTold& tail, const TailSetting& setting) {
  const std::string title = fmt::format("Tail of a {} book, {}", setting.base, setting.at);
  const Markup body =
      top_of(tail, setting) + markup_of(loss_table(tail)) + list_of(sampling_lines(tail)) +
      histogram(tail) + markup_of(holding_table(tail)) +
      part_bars("CVaR 95 % by holding", tail.holdings) + markup_of(factor_table(tail)) +
      part_bars("CVaR 95 % by risk", tail.factors) + element("h2", "Far tail and drawdown") +
      list_of(far_lines(tail)) + list_of({fall_line(tail), ruin_line(tail)}) +
      markup_of(kind_table(tail)) + list_of(undrawn(tail)) + element("h2", "Taken for granted") +
      list_of(setting.assumptions) +
      element("p", {{"class", "note"}}, "Worked out from " + setting.source + ".");
  return page_of(title, body, Scripts::own);
}

}  // namespace levee::report
