#include "levee/report/cascade_page.h"

#include "levee/base/check.h"
#include "levee/report/frame.h"
#include "levee/report/page.h"
#include "levee/report/sentences.h"
#include "levee/report/sheet.h"
#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

constexpr double highest = 2;  // Quick ratios beyond it are drawn as this.

std::string count(double amount, std::string_view word) {
  const std::string shown = number(amount, 3);
  return fmt::format("{} {}{}", shown, word, shown == "1" ? "" : "s");
}

// "at once", "5 blocks", "20 min", "6 days".
std::string span_text(double hours, double blocks) {
  if (blocks <= 0) return "at once";
  if (blocks < 50) return count(blocks, "block");
  if (hours < 1) return fmt::format("{} min", number(hours * 60, 2));
  if (hours < 47 && std::abs(hours - 24) > 0.05) return count(hours, "hour");
  return count(hours / 24, "day");
}

std::string lag_text(const LagTold& lag) { return span_text(lag.hours, lag.blocks); }

// No more than cents; what rounding has left of nothing is nothing.
std::string dollars(double amount) { return usd(std::round(amount * 100) / 100 + 0.0); }

std::string dollars(double amount, double error) {
  return error < 0.5 ? dollars(amount) : usd(Uncertain{amount, error});
}

std::string ratio_text(const std::optional<double>& ratio) {
  return ratio ? fmt::format("{:.2f}", *ratio) : std::string(nothing);
}

const LagTold* own_lag(const CascadeTold& told) {
  const auto found = std::ranges::find(told.lags, told.own_lag_blocks, &LagTold::blocks);
  return found == told.lags.end() ? nullptr : &*found;
}

std::string headline_of(const CascadeTold& told) {
  const LagTold* own = own_lag(told);
  if (own == nullptr || told.lags.empty()) return told.title;
  const LagTold& first = told.lags.front();
  return fmt::format("Of {} {} {}, whoever reacts after {} loses {}; after {} {}.",
                     usd(told.position_usd), told.holds == "pool" ? "in the" : "deposited at",
                     told.holds, lag_text(*own), dollars(own->mean_usd),
                     lag_text(first) == "at once" ? "no lag at all" : lag_text(first),
                     dollars(first.mean_usd));
}

std::string booked_line(const CascadeTold& told) {
  if (told.booked_usd < 0.0005 * told.position_usd) {
    return "In the event's own block almost nothing is lost: what costs is what follows.";
  }
  return fmt::format(
      "{} of it are lost in the event's own block, for whoever knows. To leave early does not "
      "undo that: it leaves it to those who come later.",
      usd(told.booked_usd));
}

Table lag_table(const CascadeTold& told) {
  Table table;
  table.title = "Loss by how late one reacts";
  table.columns = {{"Reacts after", Kind::name},
                   {"Out after"},
                   {"Mean loss"},
                   {"5 %"},
                   {"95 %"},
                   {"CVaR 95 %"},
                   {"Still stuck"},
                   {"Saved"}};
  for (const LagTold& lag : told.lags) {
    const bool own = lag.blocks == told.own_lag_blocks;
    const double out = lag.blocks + lag.wait_blocks;
    const std::string when = lag.not_out < 1
                                 ? span_text(out * told.block_seconds / 3600, std::round(out))
                                 : std::string("never");
    table.rows.push_back(
        {{lag_text(lag) + (own ? " *" : ""), when, dollars(lag.mean_usd, lag.mean_usd_se),
          dollars(lag.low_usd), dollars(lag.high_usd), dollars(lag.cvar95_usd),
          percent(lag.not_out), dollars(lag.saved_usd)}});
  }
  table.note = fmt::format(
      "*: as late as its victims; saved: against them. 5 and 95 %: of paths. Out after: mean of "
      "who "
      "gets out; a bid below the base fee waits. Gas of leaving ({} at {} gwei) comes on top. What "
      "is stuck counts at its fair price, and cannot be had for it.",
      usd(told.gas_usd), number(told.gas_bid_gwei, 4));
  return table;
}

bool is_day(const CascadeTold& told, const CascadeMoment& moment) {
  const double day = 86400 / told.block_seconds;
  return moment.block <= 0 || std::fmod(moment.block, day) == 0 ||
         moment.block == told.own_lag_blocks;
}

// The day before, of two rows of one block the first.
std::vector<const CascadeMoment*> days_of(const CascadeTold& told) {
  std::vector<const CascadeMoment*> days;
  for (const CascadeMoment& moment : told.moments) {
    if (is_day(told, moment)) days.push_back(&moment);
  }
  return days;
}

Table layers_table(const CascadeTold& told) {
  Table table{"Behind layers, and without each",
              {{"Without", Kind::name}, {"Mean loss"}, {"CVaR 95 %"}},
              {},
              {}};
  for (const LayerOffTold& one : told.layers) {
    table.rows.push_back(
        {{one.without, dollars(one.mean_usd, one.mean_usd_se), dollars(one.cvar95_usd)}});
  }
  const std::string watch =
      told.watch_blocks
          ? fmt::format(
                "Watch: leaves {:.0f} blocks after the event, at the first alarm; without "
                "it as late as its victims.",
                *told.watch_blocks)
          : std::string("No alarm rang that a watch could have heeded.");
  table.note = told.cover_usd > 0
                   ? fmt::format("{} Cover: pays up to {} beyond {}; its premium is not counted.",
                                 watch, usd(told.cover_usd), usd(told.cover_deductible_usd))
                   : watch + " No cover (--cover-usd).";
  return table;
}

Table day_table(const CascadeTold& told) {
  Table table;
  table.title = "Day by day, mean over paths";
  table.columns = {
      {"After", Kind::name}, {"Price"},     {"Pool"},     {"Oracle"}, {"Fair"}, {"Coin %"},
      {"Liquidity"},         {"To be had"}, {"Gas, gwei"}};
  for (const CascadeMoment* one : days_of(told)) {
    const auto price = [](double amount) { return number(amount, 4); };
    table.rows.push_back(
        {{one->block < 0 ? "before" : span_text(one->hours, one->block), price(one->price_usd),
          price(one->pool_price_usd), price(one->oracle_usd), price(one->fair_usd),
          number(100 * one->pool_coin_share, 3), percent(one->liquidity_left),
          usd(one->obtainable_usd), number(one->base_fee_gwei, 3)}});
  }
  table.note =
      "Price: outside the pool, as the market believes; fair: for one who knows what backs the "
      "coin. Coin %: its share of the pool's tokens at par. To be had: of our position, in dollars "
      "within 1 % of the market.";
  return table;
}

Table ratio_table(const CascadeTold& told) {
  Table table;
  table.title = "Quick ratios: what is at hand over what is due";
  table.columns = {{"After", Kind::name}, {"Our position"}};
  const auto days = days_of(told);
  if (days.empty()) return table;
  const bool bridge = days.front()->bridge_ratio.has_value();
  if (bridge) table.columns.push_back({"Bridge"});
  for (const LenderRow& lender : days.front()->lenders) {
    table.columns.push_back({lender.name});
    table.columns.push_back({"lent out"});
    table.columns.push_back({"waiting"});
  }
  for (const CascadeMoment* one : days) {
    Row row{{one->block < 0 ? "before" : span_text(one->hours, one->block),
             one->shut > 0.5 ? "shut" : ratio_text(one->position_ratio)}};
    if (bridge) row.cells.push_back(ratio_text(one->bridge_ratio));
    for (const LenderRow& lender : one->lenders) {
      row.cells.push_back(ratio_text(lender.quick_ratio));
      row.cells.push_back(percent(lender.utilisation < 1e-6 ? 0 : lender.utilisation));
      row.cells.push_back(lender.waiting < 1 ? std::string(nothing)
                                             : number(lender.waiting / 1e6, 3) + "m");
    }
    table.rows.push_back(std::move(row));
  }
  table.note =
      "1.5 and more is sound; below 1.2 take 25 % off, below 1 take 40 % off or leave. Shut: on "
      "most paths it cannot be left at all, whatever its mark.";
  return table;
}

std::string alarm_line(const AlarmTold& alarm) {
  const std::string when = alarm.hours_before > 0 ? fmt::format("{} before its victims reacted",
                                                                span_text(alarm.hours_before, 1e9))
                                                  : std::string("not before its victims reacted");
  return fmt::format("{} falls below {} on {}, {}: {}. Who reacts to it loses {}.", alarm.what,
                     number(alarm.level, 2), alarm.at, when, alarm.asks, usd(alarm.would_lose_usd));
}

Table run_table(const CascadeTold& told) {
  Table table;
  table.title = "Lenders before the event, under runs of the past";
  table.columns = {
      {"Lender", Kind::name}, {"Run", Kind::name}, {"Outflow"}, {"Within"}, {"Quick ratio"}};
  for (const RunTold& run : told.runs) {
    table.rows.push_back({{run.lender, run.run, percent(run.outflow), count(run.days, "day"),
                           ratio_text(run.ratio)}});
  }
  return table;
}

std::string happened_line(const HappenedTold& one) {
  return fmt::format("{}: {} ({})", one.at.substr(0, 10), one.what, one.source);
}

std::string played_line(const CascadeTold& told) {
  return fmt::format("{} paths, seed {}; began {}, noticed {}, reacted to {}.",
                     grouped(told.paths, 0), grouped(told.seed, 0), told.began, told.noticed,
                     told.reacted);
}

// A place on an axis, with a label.
struct Tick {
  double at = 0;
  std::string label;
};
struct Line {
  std::string name, look;
  std::vector<double> y;
};
struct Picture {
  std::string title, about, x_title, y_title;
  Measure measure = Measure::usd;
  std::vector<double> x;
  std::vector<Tick> ticks;
  std::vector<Line> lines;
  double reacted = 0;  ///< Where victims did.
};

std::string path_of(const Picture& picture, const Line& line, const Scale& x, const Scale& y) {
  std::string path;
  for (std::size_t i = 0; i < picture.x.size(); ++i) {
    path += fmt::format("{}{} {}", i == 0 ? 'M' : 'L', place_text(x(picture.x[i])),
                        place_text(y(line.y[i])));
  }
  return path;
}

Attributes text_at(double x, double y, std::string_view look) {
  return {{"x", place_text(x)}, {"y", place_text(y)}, {"class", std::string(look)}};
}

Attributes with_class(Attributes attributes, std::string look) {
  attributes.emplace_back("class", std::move(look));
  return attributes;
}

struct Corner {
  double width = 0, bottom = 0;
};

// Ticks, and as many of their labels as have room; that of the victims' lag first.
Markup ticks_of(const Picture& picture, const Scale& x, const Corner& corner) {
  Markup inside;
  std::vector<Range> taken;
  std::vector<Tick> ticks = picture.ticks;
  std::ranges::stable_partition(ticks, [&](const Tick& one) { return one.at == picture.reacted; });
  for (const Tick& tick : ticks) {
    const double at = x(tick.at), half = text_length(tick.label) / 2;
    inside += lone("line", with_class(line_from(at, corner.bottom, at, corner.bottom + 5), "tick"));
    const double centre = std::clamp(at, half, std::max(half, corner.width - half));
    const Range own{centre - half - 3, centre + half + 3};
    if (std::ranges::any_of(
            taken, [&](const Range& one) { return own.low < one.high && one.low < own.high; })) {
      continue;
    }
    inside += element("text", text_at(centre, corner.bottom + 20, "middle"), tick.label);
    taken.push_back(own);
  }
  return inside;
}

// frame.h draws dollars along both axes; here it is time that goes along the lower one.
Markup drawn(const Picture& picture, const Size& size) {
  Range all{0, 0};
  for (const Line& line : picture.lines) all = hull(all, range_of(line.y));
  const Axis up = axis_of(all, 5, picture.measure, Ends::at_ticks);
  double left = 0;
  for (const std::string& label : up.labels) left = std::max(left, text_length(label) + 10);
  const double top = 44, bottom = top + size.height, right = size.width - 12;
  const Scale x{range_of(picture.x), {left, right}};
  const Scale y{up.range, {bottom, top}};
  Markup inside =
      element("text", text_at(0, 14, "title"), picture.y_title) +
      element("text", text_at((left + right) / 2, bottom + 42, "title middle"), picture.x_title);
  for (std::size_t i = 0; i < up.ticks.size(); ++i) {
    const double at = y(up.ticks[i]);
    inside += lone("line", with_class(line_from(left, at, right, at), "grid"));
    inside += element("text", text_at(left - 8, at + 4, "end"), up.labels[i]);
  }
  inside += ticks_of(picture, x, {size.width, bottom});
  for (const Line& line : picture.lines) {
    inside += lone("path", {{"class", "curve " + line.look}, {"d", path_of(picture, line, x, y)}});
  }
  const double own = x(picture.reacted);
  const double half = text_length("victims react") / 2;
  inside += lone("line", with_class(line_from(own, top - 8, own, bottom), "mark even"));
  inside += element(
      "text", text_at(std::clamp(own, left + half, right - half), top - 12, "mark-label middle"),
      "victims react");
  return element(
      "svg",
      {{"class", std::string(size.name)},
       {"viewBox", fmt::format("0 0 {} {}", place_text(size.width), place_text(bottom + 48))},
       {"role", "img"},
       {"aria-label", picture.about}},
      inside);
}

Markup figure_of(const Picture& picture) {
  Markup points;
  for (const Line& line : picture.lines) {
    const Markup swatch =
        element("svg", {{"viewBox", "0 0 32 12"}, {"class", "swatch"}, {"aria-hidden", "true"}},
                lone("path", {{"class", "curve " + line.look}, {"d", "M1 6L31 6"}}));
    points += element("li", swatch + Markup(line.name));
  }
  return element("figure", {{"class", "chart"}},
                 element("figcaption", picture.title) +
                     element("ul", {{"class", "legend"}}, points) + drawn(picture, wide) +
                     drawn(picture, narrow));
}

Markup lag_figure(const CascadeTold& told) {
  if (told.curve.size() < 2) return {};
  // Blocks and weeks on one axis.
  const auto place = [](double blocks) { return std::cbrt(blocks); };
  Picture picture{.title = "Loss against reaction time",
                  .about = headline_of(told),
                  .x_title = "Reacts after (cube root of time)",
                  .y_title = "Loss, USD",
                  .measure = Measure::usd,
                  .x = {},
                  .ticks = {},
                  .lines = {{"mean", "sum", {}}, {"5 %", "before", {}}, {"95 %", "lp", {}}},
                  .reacted = place(told.own_lag_blocks)};
  for (const LagTold& lag : told.lags) {
    picture.ticks.push_back({place(lag.blocks), lag_text(lag)});
  }
  for (const LagTold& lag : told.curve) {
    picture.x.push_back(place(lag.blocks));
    picture.lines[0].y.push_back(lag.mean_usd);
    picture.lines[1].y.push_back(lag.low_usd);
    picture.lines[2].y.push_back(lag.high_usd);
  }
  return figure_of(picture);
}

Picture by_time(const CascadeTold& told, std::string title, std::string y_title) {
  Picture picture{.title = title,
                  .about = title,
                  .x_title = "Days after the event",
                  .y_title = std::move(y_title),
                  .measure = Measure::usd,
                  .x = {},
                  .ticks = {},
                  .lines = {},
                  .reacted = told.own_lag_blocks * told.block_seconds / 86400};
  for (const CascadeMoment& one : told.moments) picture.x.push_back(std::max(0.0, one.hours / 24));
  const double last = picture.x.empty() ? 0 : picture.x.back();
  for (int day = 0; day <= last; ++day) {
    picture.ticks.push_back({static_cast<double>(day), fmt::format("{}", day)});
  }
  return picture;
}

Line line_of(const CascadeTold& told, std::string name, std::string look, auto value_of) {
  Line line{std::move(name), std::move(look), {}};
  for (const CascadeMoment& one : told.moments) line.y.push_back(value_of(one));
  return line;
}

Markup time_figures(const CascadeTold& told) {
  if (told.moments.size() < 2) return {};
  Picture prices = by_time(told, "Prices of the coin", "USD");
  prices.lines = {line_of(told, "market", "before", [](const auto& one) { return one.price_usd; }),
                  line_of(told, "oracle", "hedge", [](const auto& one) { return one.oracle_usd; }),
                  line_of(told, "fair", "sum", [](const auto& one) { return one.fair_usd; })};
  Picture position = by_time(told, "Our position", "USD");
  position.lines = {
      line_of(told, "at fair prices", "lp", [](const auto& one) { return one.position_usd; }),
      line_of(told, "to be had", "sum", [](const auto& one) { return one.obtainable_usd; })};
  Picture ratios = by_time(told, "Quick ratios, and the share that liquidity still is", "");
  ratios.measure = Measure::percent;
  const auto shown = [](double ratio) { return std::min(ratio, highest); };
  ratios.lines = {line_of(told, "our position", "sum",
                          [&](const auto& one) { return shown(one.position_ratio.value_or(0)); }),
                  line_of(told, "liquidity left", "before",
                          [](const auto& one) { return one.liquidity_left; })};
  if (told.moments.front().bridge_ratio) {
    ratios.lines.push_back(line_of(told, "bridge", "hedge", [&](const auto& one) {
      return shown(one.bridge_ratio.value_or(0));
    }));
  }
  for (std::size_t i = 0; i < told.moments.front().lenders.size(); ++i) {
    ratios.lines.push_back(line_of(
        told, told.moments.front().lenders[i].name, i == 0 ? "lp" : "hedge",
        [&](const auto& one) { return shown(one.lenders[i].quick_ratio.value_or(highest)); }));
  }
  return figure_of(prices) + figure_of(position) + figure_of(ratios);
}

Markup list_of(const std::vector<std::string>& lines) {
  Markup items;
  for (const std::string& line : lines) items += element("li", line);
  return lines.empty() ? Markup() : element("ul", items);
}

std::vector<std::string> lines_of(const auto& list, auto tell) {
  std::vector<std::string> lines;
  for (const auto& one : list) lines.push_back(tell(one));
  return lines;
}

}  // namespace

std::string cascade_text(const CascadeTold& told, Colour colour) {
  Sheet sheet(colour);
  sheet.heading(told.title);
  sheet.paragraph(told.about);
  sheet.paragraph(headline_of(told), Ink::bold);
  sheet.paragraph(booked_line(told));
  sheet.heading("What is known");
  for (const HappenedTold& one : told.chronicle) sheet.point(happened_line(one));
  sheet.table(lag_table(told));
  if (!told.alarms.empty()) sheet.heading("What a watch on quick ratios would have seen");
  for (const AlarmTold& one : told.alarms) sheet.point(alarm_line(one));
  if (!told.layers.empty()) sheet.table(layers_table(told));
  sheet.table(day_table(told));
  sheet.table(ratio_table(told));
  if (!told.runs.empty()) sheet.table(run_table(told));
  sheet.heading("Stylised: not known, and assumed");
  for (const std::string& one : told.stylised) sheet.point(one);
  sheet.heading("Taken for granted");
  for (const std::string& one : told.assumptions) sheet.point(one);
  sheet.paragraph(played_line(told) + " Facts: " + told.source, Ink::dim);
  return sheet.text();
}

std::string cascade_page(const CascadeTold& told) {
  const Markup top = element(
      "header", element("p", {{"class", "kind"}}, "levee · cascade") + element("h1", told.title) +
                    element("p", {{"class", "lead"}}, headline_of(told)) +
                    element("p", told.about) + element("p", booked_line(told)));
  Markup body = top;
  body += element(
      "section", element("h2", "What is known") + list_of(lines_of(told.chronicle, happened_line)));
  body += element("section", element("h2", lag_table(told).title) + lag_figure(told) +
                                 markup_of(lag_table(told)));
  if (!told.alarms.empty()) {
    body += element("section", element("h2", "What a watch on quick ratios would have seen") +
                                   list_of(lines_of(told.alarms, alarm_line)));
  }
  if (!told.layers.empty()) {
    const Table layers = layers_table(told);
    body += element("section", element("h2", layers.title) + markup_of(layers));
  }
  body +=
      element("section", element("h2", "By time, mean over paths") + time_figures(told) +
                             element("h3", day_table(told).title) + markup_of(day_table(told)) +
                             element("h3", ratio_table(told).title) + markup_of(ratio_table(told)));
  if (!told.runs.empty()) {
    body += element("section", element("h2", run_table(told).title) + markup_of(run_table(told)));
  }
  body +=
      element("section",
              element("h2", "Stylised: not known, and assumed") + list_of(told.stylised) +
                  element("h2", "Taken for granted") + list_of(told.assumptions) +
                  element("p", {{"class", "note"}}, played_line(told) + " Facts: " + told.source));
  return page_of(told.title, body, Scripts::none);
}

}  // namespace levee::report
