#include "levee/report/signal_page.h"

#include "levee/report/axis.h"
#include "levee/report/frame.h"
#include "levee/report/page.h"
#include "levee/report/tree.h"
#include "levee/report/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace levee::report {
namespace {

using signal::Outlook;

constexpr double edge = 6, tick_room = 20;

/// Closes of the span with `now` as the last, and where they fall on a picture.
struct Timeline {
  std::vector<const Outlook*> at;
  double left = 0, right = 0;

  double x(UnixSeconds moment) const {
    const auto begin = static_cast<double>(at.front()->at.value());
    const auto end = static_cast<double>(at.back()->at.value());
    return left + (static_cast<double>(moment.value()) - begin) / (end - begin) * (right - left);
  }
};

Timeline timeline_of(const SignalView& view, double left, double right) {
  Timeline line{.at = {}, .left = left, .right = right};
  for (const Outlook& one : view.past) line.at.push_back(&one);
  line.at.push_back(&view.now);
  return line;
}

std::string_view colour_of(Worry worry) {
  switch (worry) {
    case Worry::good:
      return "#3d9a6a";
    case Worry::some:
      return "#d8b21d";
    case Worry::more:
      return "#e0861f";
    case Worry::most:
      return "#cf3f36";
    case Worry::none:
      break;
  }
  return "none";
}

/// A stretch of closes in one state.
struct Band {
  std::size_t from = 0, to = 0;
  std::string state;
};

// A state holds from its close to the next one.
std::vector<Band> bands_of(const std::vector<std::string>& states) {
  std::vector<Band> bands;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (!bands.empty() && bands.back().state == states[i]) {
      bands.back().to = std::min(i + 1, states.size() - 1);
    } else {
      bands.push_back({i, std::min(i + 1, states.size() - 1), states[i]});
    }
  }
  return bands;
}

struct Strip {
  double top = 0, height = 0;
  std::string opacity;
};

Markup bands(const Timeline& line, const std::vector<std::string>& states, const Strip& strip) {
  Markup all;
  for (const Band& band : bands_of(states)) {
    const Worry worry = worry_of(band.state);
    if (worry == Worry::none || band.state.empty()) continue;
    const double from = line.x(line.at[band.from]->at), to = line.x(line.at[band.to]->at);
    const std::string told =
        fmt::format("{}: {} to {}", band.state, text_of(line.at[band.from]->at).substr(0, 10),
                    text_of(line.at[band.to]->at).substr(0, 10));
    all += element("rect",
                   {{"x", place_text(from)},
                    {"y", place_text(strip.top)},
                    {"width", place_text(std::max(1.0, to - from))},
                    {"height", place_text(strip.height)},
                    {"fill", std::string(colour_of(worry))},
                    {"fill-opacity", strip.opacity}},
                   element("title", told));
  }
  return all;
}

Attributes text_at(double x, double y, std::string_view look) {
  return {{"x", place_text(x)}, {"y", place_text(y)}, {"class", std::string(look)}};
}

// First days of months, or Mondays of a short span, as many as there is room for.
std::vector<std::pair<UnixSeconds, std::string>> ticks_of(const Timeline& line) {
  std::vector<std::pair<UnixSeconds, std::string>> ticks;
  const double span = in_days(line.at.back()->at - line.at.front()->at);
  for (const Outlook* one : line.at) {
    const std::string date = text_of(one->at).substr(0, 10);
    const bool monday = (one->at.value() / 86400 + 3) % 7 == 0;
    if (span > 70 ? date.ends_with("-01") : monday) {
      ticks.emplace_back(one->at, span > 70 ? date.substr(0, 7) : date.substr(5));
    }
  }
  const auto most = static_cast<std::size_t>(std::max(2.0, (line.right - line.left) / 75));
  const std::size_t step = ticks.size() / most + 1;
  std::vector<std::pair<UnixSeconds, std::string>> kept;
  for (std::size_t i = 0; i < ticks.size(); i += step) kept.push_back(ticks[i]);
  return kept;
}

Markup dates(const Timeline& line, const Strip& strip) {
  Markup all;
  const double bottom = strip.top + strip.height;
  for (const auto& [at, label] : ticks_of(line)) {
    const double x = line.x(at);
    Attributes tick = line_from(x, strip.top, x, bottom + 4);
    tick.emplace_back("class", "grid");
    const double half = text_length(label) / 2;
    all += lone("line", tick) + element("text",
                                        text_at(std::clamp(x, line.left + half, line.right - half),
                                                bottom + 16, "middle"),
                                        label);
  }
  return all;
}

Markup svg(const Size& size, double height, std::string about, const Markup& inside) {
  return element("svg",
                 {{"class", std::string(size.name)},
                  {"viewBox", fmt::format("0 0 {} {}", place_text(size.width), place_text(height))},
                  {"role", "img"},
                  {"aria-label", std::move(about)}},
                 inside);
}

/// A gate's word at each close.
struct Lane {
  std::string name;
  std::vector<std::string> states;
};

std::vector<Lane> lanes_of(const SignalView& view) {
  const Timeline line = timeline_of(view, 0, 1);
  std::vector<Lane> lanes;
  const auto add = [&](std::string name, auto state_of) {
    Lane lane{std::move(name), {}};
    for (const Outlook* one : line.at) lane.states.emplace_back(state_of(*one));
    lanes.push_back(std::move(lane));
  };
  add("volatility", [](const Outlook& one) {
    const auto vol = regime_of(one.facts.vol);
    return vol ? name_of(*vol) : std::string_view{};
  });
  add("stress", [](const Outlook& one) {
    return std::string_view(one.facts.stress.stands == signal::Switch::on ? "on" : "off");
  });
  if (view.now.gauge("carry_regime").reading) {
    add("press", [](const Outlook& one) { return name_of(one.facts.press.state); });
  }
  if (view.now.gauge("oracle_gap").reading) {
    add("oracle", [](const Outlook& one) { return name_of(one.facts.oracle); });
  }
  if (!view.history.governance.events.empty()) {
    add("event window", [](const Outlook& one) {
      return std::string_view(one.facts.calendar.adds() ? "off" : "on");
    });
  }
  for (const signal::Watched& on : signal::watched(view.rules.policy)) {
    if (!view.now.gauge(on.kind).reading) continue;
    add(std::string(on.gate), [&](const Outlook& one) {
      return std::string_view((one.facts.*on.watch).stands() ? "on" : "off");
    });
  }
  return lanes;
}

Markup lanes_picture(const SignalView& view, const std::vector<Lane>& lanes, const Size& size) {
  constexpr double row = 24, bar = 16;
  const Timeline line = timeline_of(view, 108, size.width - edge);
  const Strip all{.top = 2, .height = row * static_cast<double>(lanes.size()), .opacity = ""};
  Markup inside = dates(line, all);
  double top = all.top + (row - bar) / 2;
  for (const Lane& lane : lanes) {
    inside += element("text", text_at(0, top + 12, ""), lane.name);
    Attributes base = line_from(line.left, top + bar, line.right, top + bar);
    base.emplace_back("class", "grid");
    inside += lone("line", base);
    inside += bands(line, lane.states, {.top = top, .height = bar, .opacity = "0.85"});
    top += row;
  }
  return svg(size, all.top + all.height + tick_room + 2,
             "When each gate stood, close by close; the table of changes says the same.", inside);
}

Markup swatch(Worry worry, std::string_view words) {
  const Markup box = lone("rect", {{"x", "0"},
                                   {"y", "0"},
                                   {"width", "32"},
                                   {"height", "12"},
                                   {"fill", std::string(colour_of(worry))}});
  return element(
      "li", element("svg", {{"viewBox", "0 0 32 12"}, {"class", "swatch"}, {"aria-hidden", "true"}},
                    box) +
                Markup(words));
}

Markup lanes_figure(const SignalView& view) {
  const std::vector<Lane> lanes = lanes_of(view);
  const Markup legend =
      element("ul", {{"class", "legend"}},
              swatch(Worry::good, "calm, refresh, harvest") + swatch(Worry::some, "warn") +
                  swatch(Worry::more, "hold, freeze, on") + swatch(Worry::most, "crisis, exit"));
  return element("figure", {{"class", "chart"}},
                 element("figcaption", "How the gates stood") + legend +
                     lanes_picture(view, lanes, wide) + lanes_picture(view, lanes, narrow));
}

// Levels that a gauge's gate goes by.
std::vector<double> levels_of(std::string_view gauge, const signal::OutlookRules& rules) {
  if (gauge == "vol_equivalent") return {rules.veq.levels.begin(), rules.veq.levels.end()};
  if (gauge == "peg") {
    const auto& p = rules.policy;
    return {-p.peg_broken, -p.peg_strained, p.peg_strained, p.peg_broken};
  }
  if (gauge == "tvl_divergence") return {rules.policy.tvl_low, rules.policy.tvl_high};
  if (gauge == "rate_gap") return {rules.policy.rate_gap_high};
  if (gauge == "governance_heat") return {rules.policy.heat_hot};
  if (gauge == "rsi") return {rules.policy.rsi_low, rules.policy.rsi_high};
  if (gauge == "mev_share") return {rules.policy.mev_ratio};
  if (gauge == "liquidity_depth") return {rules.policy.depth_thin};
  return {};
}

/// A gauge close by close; a close without a fresh reading has none.
struct Track {
  std::vector<std::optional<double>> value;
  std::vector<std::string> state;
};

Track track_of(const Timeline& line, std::string_view gauge) {
  Track track;
  for (const Outlook* one : line.at) {
    const signal::Reading* fresh = one->gauge(gauge).fresh();
    track.value.push_back(fresh == nullptr ? std::nullopt : std::optional(fresh->value));
    track.state.emplace_back(fresh == nullptr ? std::string_view{} : fresh->state);
  }
  return track;
}

Markup curve_of(const Timeline& line, const Track& track, const Scale& y) {
  std::string path;
  bool drawn = false;
  for (std::size_t i = 0; i < track.value.size(); ++i) {
    if (track.value[i]) {
      path += fmt::format("{}{} {}", drawn ? 'L' : 'M', place_text(line.x(line.at[i]->at)),
                          place_text(y(*track.value[i])));
    }
    drawn = track.value[i].has_value();
  }
  return lone(
      "path",
      {{"class", "curve"}, {"style", "stroke:var(--accent);stroke-width:1.5"}, {"d", path}});
}

/// What a picture shows: values and states close by close, and the levels that gates go by.
struct Shown {
  Track track;
  std::vector<double> levels;
  std::string caption, about;
};

Markup shown_picture(const SignalView& view, const Shown& shown, const Size& size) {
  const Timeline line = timeline_of(view, 56, size.width - edge);
  const Strip strip{.top = 6, .height = size.width > 500 ? 92.0 : 76.0, .opacity = "0.28"};
  std::vector<double> values;
  for (const auto& value : shown.track.value) {
    if (value) values.push_back(*value);
  }
  Range range = range_of(values);
  if (!(range.low < range.high)) range = {range.low - 1, range.high + 1};
  const Scale y{range, {strip.top + strip.height - 4, strip.top + 4}};
  Markup inside = bands(line, shown.track.state, strip) + dates(line, strip);
  for (const double level : shown.levels) {
    if (level < range.low || level > range.high) continue;
    Attributes at = line_from(line.left, y(level), line.right, y(level));
    at.emplace_back("class", "mark even");
    inside += lone("line", at);
  }
  const std::string low = number(range.low, 3), high = number(range.high, 3);
  inside += element("text", text_at(line.left - 6, y(range.high) + 6, "end"), high) +
            element("text", text_at(line.left - 6, y(range.low) + 2, "end"), low) +
            curve_of(line, shown.track, y);
  return svg(size, strip.top + strip.height + tick_room,
             fmt::format("{}; over the span between {} and {}.", shown.caption, low, high), inside);
}

// Nothing with fewer than two values to draw a line through.
Markup shown_figure(const SignalView& view, const Shown& shown) {
  const auto known =
      std::ranges::count_if(shown.track.value, [](const auto& value) { return value.has_value(); });
  if (known < 2) return {};
  return element("figure", {{"class", "chart"}},
                 element("figcaption", shown.caption) + shown_picture(view, shown, wide) +
                     shown_picture(view, shown, narrow) +
                     element("p", {{"class", "note"}}, shown.about));
}

Shown stress_shown(const SignalView& view) {
  Shown shown{.track = {},
              .levels = {view.rules.stress.gate.off, view.rules.stress.gate.on},
              .caption = "stress score",
              .about = "mean of the parts known, in deviations"};
  for (const Outlook* one : timeline_of(view, 0, 1).at) {
    shown.track.value.push_back(one->stress.score);
    shown.track.state.emplace_back(one->facts.stress.stands == signal::Switch::on ? "on" : "");
  }
  if (view.now.stress.score) shown.caption += ": " + number(*view.now.stress.score, 3);
  return shown;
}

Shown gauge_shown(const SignalView& view, const GaugeTold& told) {
  return {.track = track_of(timeline_of(view, 0, 1), told.name),
          .levels = levels_of(told.name, view.rules),
          .caption = fmt::format("{}: {}{}{}, {}", told.name, number(*told.value, 4),
                                 told.unit.empty() ? "" : " ", told.unit,
                                 told.stale ? "too old to count" : told.state),
          .about = told.about};
}

// What gates stand on first.
std::vector<GaugeTold> in_weight(const SignalsTold& told) {
  constexpr std::array weighty{"vol_equivalent",  "carry_regime", "oracle_gap",     "peg",
                               "governance_heat", "rate_gap",     "tvl_divergence", "breadth"};
  const auto rank = [&](const GaugeTold& gauge) {
    return std::ranges::find(weighty, gauge.name) - weighty.begin();
  };
  std::vector<GaugeTold> all = told.gauges;
  std::erase_if(all, [](const GaugeTold& gauge) { return !gauge.value; });
  std::ranges::stable_sort(all, {}, rank);
  return all;
}

Markup section(std::string_view title, const Markup& inside) {
  return element("section", element("h2", title) + inside);
}

Markup list_of(const std::vector<std::string>& lines) {
  Markup points;
  for (const std::string& line : lines) points += element("li", line);
  return element("ul", points);
}

Markup top_of(const SignalsTold& told) {
  return element("header", element("p", {{"class", "kind"}}, "levee · signals") +
                               element("h1", title_of(told)) +
                               element("p", {{"class", "lead"}}, told.headline));
}

}  // namespace

std::string signal_page(const SignalView& view, const SignalsTold& told) {
  Markup main = top_of(told);
  Markup pictures;
  if (!view.past.empty()) {
    pictures += lanes_figure(view) + shown_figure(view, stress_shown(view));
    for (const GaugeTold& gauge : in_weight(told)) {
      pictures += shown_figure(view, gauge_shown(view, gauge));
    }
  }
  std::vector<std::string> missing;
  for (const GaugeTold& gauge : told.gauges) {
    if (!gauge.value) missing.push_back(fmt::format("{}: {}", gauge.name, gauge.why));
  }
  const std::vector<Table> tables = signal_tables(told);
  main += section(tables.front().title, markup_of(tables.front()));
  if (!pictures.empty()) main += section("Over time", pictures);
  for (std::size_t i = 1; i < tables.size(); ++i) {
    main += section(tables[i].title, markup_of(tables[i]));
  }
  if (!missing.empty()) main += section("Not known", list_of(missing));
  main += section("Taken for granted", list_of(told.assumptions));
  main += section("The working", tree_of(told.working));
  return page_of(title_of(told), main, Scripts::none);
}

}  // namespace levee::report
