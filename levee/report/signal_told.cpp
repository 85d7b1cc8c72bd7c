#include "levee/report/signal_told.h"

#include "levee/report/sheet.h"
#include "levee/report/words.h"
#include "levee/signal/kind.h"
#include "levee/signal/stress_parts.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/core.h>

namespace levee::report {
namespace {

using signal::Outlook;
using signal::Switch;

std::string when(const std::optional<UnixSeconds>& at) { return at ? text_of(*at) : ""; }

std::string minute_of(std::string_view at) { return std::string(at.substr(0, 16)); }

// A midnight is the close of the day that it ends, and is called by that day.
std::string close_of(const std::string& at) {
  const auto moment = moment_from(at);
  if (!moment || !at.ends_with("T00:00:00Z")) return minute_of(at);
  return text_of(*moment - Seconds{1}).substr(0, 10);
}

// What the history lacks of what the gauge cannot do without, else what it said itself.
std::string why_not(const signal::Entry& entry, const signal::History& history,
                    const std::string& said) {
  std::string lacks;
  for (const std::string_view need : entry.needs) {
    const bool has = need == "proposals"
                         ? !history.governance.proposals.empty()
                         : history.series.contains(need) || history.panels.contains(need);
    if (!has) lacks += fmt::format("{}{}", lacks.empty() ? "not given: " : ", ", need);
  }
  return lacks.empty() ? said : lacks;
}

std::string stands(Switch how) { return how == Switch::on ? "on" : "off"; }

std::string closes_left(const signal::GateState& state, const signal::GateRule& rule) {
  const bool on = state.stands == Switch::on;
  const int needed = on ? rule.off_closes : rule.on_closes;
  const std::string level = number(on ? rule.off : rule.on, 4);
  const std::string towards = on                                    ? "below"
                              : rule.touch == signal::Touch::counts ? "at or above"
                                                                    : "above";
  return fmt::format("{} after {} close{} {} {}{}", on ? "off" : "on", needed,
                     needed == 1 ? "" : "s in a row", towards, level,
                     state.closes > 0 ? fmt::format(", {} so far", state.closes) : "");
}

std::string vol_name(const signal::VeqState& vol) {
  const auto regime = regime_of(vol);
  return regime ? std::string(name_of(*regime)) : std::string(unknown);
}

// The level above and the level below.
std::string vol_switches(const signal::VeqState& vol, const signal::VeqRule& rule) {
  const auto regime = regime_of(vol);
  if (!regime) return "known from the first reading on";
  const auto stands_in = static_cast<std::size_t>(*regime);
  std::string told;
  if (stands_in < rule.levels.size()) {
    told = fmt::format("{} at {}", name_of(static_cast<signal::VolRegime>(stands_in + 1)),
                       number(rule.levels.at(stands_in), 4));
  }
  if (stands_in == 0) return told;
  const std::size_t below = stands_in - 1;
  told += told.empty() ? "" : "; ";
  return told +
         "lower: " + closes_left(vol.gates.at(below), signal::gate_at(rule, rule.levels.at(below)));
}

std::vector<GateTold> gates_of(const Outlook& now, const signal::OutlookRules& rules) {
  std::vector<GateTold> gates;
  gates.push_back({.gate = "volatility",
                   .of = "vol_equivalent",
                   .stands = vol_name(now.facts.vol),
                   .since = when(now.vol_since),
                   .value = now.facts.veq,
                   .switches = vol_switches(now.vol, rules.veq)});
  gates.push_back({.gate = "stress",
                   .of = "stress score",
                   .stands = stands(now.facts.stress.stands),
                   .since = when(now.stress_since),
                   .value = now.stress.score,
                   .switches = closes_left(now.facts.stress, rules.stress.gate)});
  for (const signal::Watched& on : signal::watched(rules.policy)) {
    const signal::Watch& watch = now.facts.*on.watch;
    gates.push_back(
        {.gate = std::string(on.gate),
         .of = std::string(on.kind),
         .stands = now.gauge(on.kind).reading ? stands(watch.gate.stands) : std::string(unknown),
         .since = when(watch.since),
         .value = watch.value,
         .switches = closes_left(watch.gate, on.rule)});
  }
  return gates;
}

std::vector<PartTold> parts_of(const Outlook& now) {
  std::vector<PartTold> parts;
  for (const signal::StressSource& source : signal::stress_sources()) {
    parts.push_back({std::string(source.part), now.parts.*source.value,
                     fmt::format("{}: {}", source.kind, source.formula)});
  }
  return parts;
}

std::vector<GaugeTold> gauges_of(const Outlook& now, const signal::History& history) {
  std::vector<GaugeTold> gauges;
  for (std::size_t i = 0; i < now.gauges.size(); ++i) {
    const signal::Gauge& gauge = now.gauges[i];
    GaugeTold told{.name = std::string(gauge.name),
                   .about = std::string(signal::shelf()[i].about),
                   .value = {},
                   .unit = gauge.unit,
                   .state = {},
                   .since = when(gauge.since),
                   .as_of = {},
                   .stale = gauge.stale,
                   .why = {}};
    if (gauge.reading) {
      told.value = gauge.reading->value;
      told.state = std::string(gauge.reading->state);
      told.as_of = text_of(gauge.reading->at);
    } else {
      told.why = why_not(signal::shelf()[i], history, gauge.why);
    }
    gauges.push_back(std::move(told));
  }
  return gauges;
}

std::vector<EventTold> ahead_of(const SignalView& view) {
  std::vector<EventTold> ahead;
  for (const signal::Event& event : view.history.governance.events) {
    const UnixSeconds closes = event.at + view.rules.window.after;
    if (event.announced > view.now.at || closes < view.now.at ||
        event.at > view.now.at + days(30)) {
      continue;
    }
    ahead.push_back({std::string(name_of(event.kind)), event.name, text_of(event.at),
                     text_of(event.at - view.rules.window.before),
                     text_of(event.at - view.rules.window.hedge_full_by), text_of(closes)});
  }
  return ahead;
}

/// What stood at a close, by gate, in a word that differs when it does.
std::vector<std::pair<std::string, std::string>> stood(const Outlook& at,
                                                       const signal::OutlookRules& rules) {
  std::vector<std::pair<std::string, std::string>> all{
      {"volatility", vol_name(at.facts.vol)},
      {"stress", stands(at.facts.stress.stands)},
      {"press", std::string(name_of(at.facts.press.state))},
      {"oracle", std::string(name_of(at.facts.oracle))}};
  for (const signal::Watched& on : signal::watched(rules.policy)) {
    all.emplace_back(on.gate, stands((at.facts.*on.watch).gate.stands));
  }
  return all;
}

std::vector<ChangeTold> changes_of(const SignalView& view) {
  std::vector<ChangeTold> changes;
  std::vector<std::pair<std::string, std::string>> before;
  const auto look = [&](const Outlook& at) {
    const auto now = stood(at, view.rules);
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i].second == now[i].second) continue;
      changes.push_back(
          {text_of(at.at), now[i].first, fmt::format("{} → {}", before[i].second, now[i].second)});
    }
    before = now;
  };
  for (const Outlook& at : view.past) look(at);
  look(view.now);
  return changes;
}

std::string headline_of(const SignalsTold& told) {
  std::set<std::string> acts;
  for (const SaidTold& one : told.forbidden) acts.insert(one.what);
  const std::string added = acts.empty()       ? "everything may be added"
                            : acts.size() == 6 ? "nothing may be added"
                                               : fmt::format(
                                                     "{} of 6 acts that add risk are "
                                                     "forbidden",
                                                     acts.size());
  const auto asks = [&](std::string_view what) {
    return std::ranges::find(told.asks, what, &SaidTold::what) != told.asks.end();
  };
  const bool full = asks("full_target"), far = asks("refresh_long");
  return fmt::format(
      "Volatility {}; {}; the hedge {}{}{}.", told.volatility, added,
      full && far ? "at its full target and its far layers extended"
      : full      ? "at its full target"
      : far       ? "with its far layers extended"
                  : "as planned",
      told.size_share < 1 ? fmt::format("; new positions at {}", percent(told.size_share)) : "",
      told.review ? "; look at everything again" : "");
}

std::vector<std::string> assumptions_of(const SignalView& view) {
  std::vector<std::string> lines{
      "Gates restrict what adds risk, and can ask for more of the hedge, never for less.",
      "Breadth, outflow, lending and heat are hypotheses: alone they only ask for a look "
      "(docs/signals.md tells how often they were wrong).",
      fmt::format("A reading older than {} days counts as none; without any of volatility it is "
                  "held as in hold.",
                  number(in_days(view.rules.stale)))};
  const auto iv = view.history.series.find("iv");
  if (iv != view.history.series.end()) lines.push_back("Volatility: " + iv->second.source + ".");
  return lines;
}

Table gauge_table(const SignalsTold& told) {
  Table table{"Gauges",
              {{"Gauge", Kind::name},
               {"Reads"},
               {"Unit", Kind::name},
               {"State", Kind::name},
               {"Since"},
               {"As of"}},
              {},
              ""};
  bool stale = false;
  for (const GaugeTold& gauge : told.gauges) {
    if (!gauge.value) continue;
    stale = stale || gauge.stale;
    table.rows.push_back(
        {{gauge.name, number(*gauge.value, 4), gauge.unit, gauge.state, close_of(gauge.since),
          close_of(gauge.as_of) + (gauge.stale ? " *" : "")}});
  }
  if (stale) table.note = "* too old: it counts as none.";
  return table;
}

Table gate_table(const SignalsTold& told) {
  Table table{"Gates",
              {{"Gate", Kind::name},
               {"Stands", Kind::name},
               {"Since"},
               {"Closed at"},
               {"Switches", Kind::words}},
              {},
              ""};
  for (const GateTold& gate : told.gates) {
    if (gate.stands == unknown) continue;
    table.rows.push_back(
        {{gate.gate, gate.stands, close_of(gate.since),
          gate.value ? number(*gate.value, 4) : std::string(unknown), gate.switches}});
  }
  return table;
}

Table part_table(const SignalsTold& told) {
  Table table{
      "Stress, by part", {{"Part", Kind::name}, {"Deviations"}, {"From", Kind::words}}, {}, ""};
  for (const PartTold& part : told.parts) {
    table.rows.push_back(
        {{part.part, part.deviations ? number(*part.deviations, 3) : std::string(unknown),
          part.from}});
  }
  table.rows.push_back({{"score", told.stress ? number(*told.stress, 3) : std::string(unknown),
                         "mean of the known, each clipped; of fewer than three nothing is said"},
                        RowKind::total});
  return table;
}

Table said_table(std::string title, std::string first, const std::vector<SaidTold>& said) {
  Table table{std::move(title),
              {{std::move(first), Kind::name}, {"Gate", Kind::name}, {"Why", Kind::words}},
              {},
              ""};
  for (const SaidTold& one : said) table.rows.push_back({{one.what, one.gate, one.why}});
  return table;
}

Table event_table(const SignalsTold& told) {
  Table table{"Events of the next 30 days",
              {{"Event", Kind::name}, {"At"}, {"Window opens"}, {"Hedge full by"}, {"Closes"}},
              {},
              ""};
  for (const EventTold& event : told.ahead) {
    table.rows.push_back(
        {{event.kind + (event.name.empty() ? "" : " " + event.name), minute_of(event.at),
          minute_of(event.opens), minute_of(event.hedge_full_by), minute_of(event.closes)}});
  }
  return table;
}

Table change_table(const SignalsTold& told) {
  constexpr std::size_t shown = 20;
  Table table{fmt::format("What changed since {}", close_of(told.from)),
              {{"Close", Kind::name}, {"Gate", Kind::name}, {"From and to", Kind::words}},
              {},
              ""};
  const std::size_t first = told.changes.size() - std::min(told.changes.size(), shown);
  for (std::size_t i = first; i < told.changes.size(); ++i) {
    const ChangeTold& one = told.changes[i];
    table.rows.push_back({{close_of(one.at), one.gate, one.what}});
  }
  if (first > 0) table.note = fmt::format("And {} before these (--json has all).", first);
  return table;
}

}  // namespace

std::string title_of(const SignalsTold& told) {
  const std::string pair =
      told.base + (told.base.empty() || told.quote.empty() ? "" : "/") + told.quote;
  const bool close = told.at.ends_with("T00:00:00Z");
  return fmt::format("{}{} {}", pair.empty() ? "Signals" : pair, close ? " at the close of" : " on",
                     close_of(told.at));
}

std::vector<Table> signal_tables(const SignalsTold& told) {
  std::vector<Table> tables{said_table("What may not be added", "Act", told.forbidden)};
  if (!told.asks.empty()) tables.push_back(said_table("Asked of the hedge", "Ask", told.asks));
  if (!told.reviews.empty()) {
    tables.push_back(said_table("Why to look again", "Ask", told.reviews));
  }
  if (!told.ahead.empty()) tables.push_back(event_table(told));
  tables.push_back(gate_table(told));
  tables.push_back(gauge_table(told));
  tables.push_back(part_table(told));
  if (!told.changes.empty()) tables.push_back(change_table(told));
  return tables;
}

SignalsTold told_of(const SignalView& view) {
  const signal::Regime& regime = view.now.regime;
  SignalsTold told;
  told.at = text_of(view.now.at);
  told.base = view.history.base, told.quote = view.history.quote;
  told.volatility = vol_name(view.now.facts.vol);
  told.hedge = name_of(regime.hedge), told.hedge_by = when(regime.hedge_by);
  told.size_share = regime.size_share;
  told.review = regime.review;
  for (const signal::Restriction& one : regime.restrictions) {
    told.forbidden.push_back({std::string(name_of(one.act)), std::string(one.gate), one.why});
  }
  for (const signal::Prompt& one : regime.asks) {
    told.asks.push_back({std::string(name_of(one.ask)), std::string(one.gate), one.why});
  }
  for (const signal::Prompt& one : regime.reviews) {
    told.reviews.push_back({"look", std::string(one.gate), one.why});
  }
  told.stress = view.now.stress.score;
  told.parts = parts_of(view.now);
  told.gates = gates_of(view.now, view.rules);
  told.ahead = ahead_of(view);
  told.gauges = gauges_of(view.now, view.history);
  told.from = view.past.empty() ? told.at : text_of(view.past.front().at);
  told.changes = changes_of(view);
  told.assumptions = assumptions_of(view);
  told.working = view.now.working;
  std::set<std::string> sources;
  for (const auto& [name, series] : view.history.series) sources.insert(series.source);
  for (const auto& [name, panel] : view.history.panels) sources.insert(panel.source);
  for (const std::string& source : sources) {
    told.source += (told.source.empty() ? "" : "; ") + source;
  }
  told.headline = headline_of(told);
  return told;
}

Worry worry_of(std::string_view state) {
  using std::string_view_literals::operator""sv;
  constexpr std::array most{"crisis"sv, "exit_review"sv, "broken"sv, "emergency"sv};
  constexpr std::array more{"hold"sv, "freeze"sv, "spike"sv, "divergence"sv, "outflow"sv,
                            "thin"sv, "alert"sv,  "hot"sv,   "impossible"sv, "on"sv};
  constexpr std::array some{"warn"sv,          "strained"sv,       "wide"sv,       "inflow"sv,
                            "crowded_longs"sv, "crowded_shorts"sv, "overbought"sv, "oversold"sv,
                            "backwardation"sv, "overvalued"sv,     "flight"sv};
  constexpr std::array good{"calm"sv, "refresh"sv, "harvest"sv};
  const auto among = [&](const auto& list) { return std::ranges::find(list, state) != list.end(); };
  if (among(most)) return Worry::most;
  if (among(more)) return Worry::more;
  if (among(some)) return Worry::some;
  return among(good) ? Worry::good : Worry::none;
}

std::string signals_text(const SignalsTold& told, Colour colour) {
  Sheet sheet(colour);
  sheet.paragraph(told.headline, Ink::bold);
  sheet.paragraph(title_of(told) + ".");
  for (const Table& table : signal_tables(told)) sheet.table(table);
  const bool all_read = std::ranges::all_of(
      told.gauges, [](const GaugeTold& gauge) { return gauge.value.has_value(); });
  if (!all_read) sheet.heading("Not known");
  for (const GaugeTold& gauge : told.gauges) {
    if (!gauge.value) sheet.point(fmt::format("{}: {}", gauge.name, gauge.why));
  }
  sheet.heading("Taken for granted");
  for (const std::string& line : told.assumptions) sheet.point(line);
  sheet.paragraph("Read from " + told.source, Ink::dim);
  return sheet.text();
}

}  // namespace levee::report
