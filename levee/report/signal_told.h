// levee/report/signal_told.h — what gauges and gates say, in the words people and programs read.
#pragma once
#include "levee/report/table.h"
#include "levee/report/terminal.h"
#include "levee/signal/outlook.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::report {

/// One gauge; without a value, why there is none.
struct GaugeTold {
  std::string name, about;
  std::optional<double> value;
  std::string unit, state, since, as_of;
  bool stale = false;
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "kind of the gauge");
    visit("about", self.about, "what it says");
    visit("value", self.value, "its newest reading; null: none");
    visit("unit", self.unit, "");
    visit("state", self.state, "that the reading is in");
    visit("since", self.since, "first of its readings in a row in that state, UTC");
    visit("as_of", self.as_of, "moment of the reading, UTC");
    visit("stale", self.stale, "true: too old, it counts as none");
    visit("why", self.why, "why there is no reading");
  }
};

/// One gate: how it stands and what would switch it.
struct GateTold {
  std::string gate, of, stands, since;
  std::optional<double> value;
  std::string switches;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("gate", self.gate, "");
    visit("of", self.of, "gauge it watches");
    visit("stands", self.stands, "on or off");
    visit("since", self.since, "UTC; empty: as long as is known");
    visit("value", self.value, "that it closed at last; null: not known");
    visit("switches", self.switches, "what it takes to switch it");
  }
};

struct PartTold {
  std::string part;
  std::optional<double> deviations;
  std::string from;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("part", self.part, "");
    visit("deviations", self.deviations, "positive is stress; null: not known");
    visit("from", self.from, "gauge, and how");
  }
};

/// An act that is forbidden, or an ask, by which gate and why.
struct SaidTold {
  std::string what, gate, why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("what", self.what, "act forbidden, or what is asked for");
    visit("gate", self.gate, "by");
    visit("why", self.why, "");
  }
};

struct EventTold {
  std::string kind, name, at, opens, hedge_full_by, closes;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("kind", self.kind, "");
    visit("name", self.name, "");
    visit("at", self.at, "UTC");
    visit("opens", self.opens, "of its window: nothing is added from here");
    visit("hedge_full_by", self.hedge_full_by, "");
    visit("closes", self.closes, "of its window; then all is looked at again");
  }
};

struct ChangeTold {
  std::string at, gate, what;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "UTC, the close it was seen at");
    visit("gate", self.gate, "");
    visit("what", self.what, "");
  }
};

/// One answer for one moment, and what changed on the way to it.
struct SignalsTold {
  std::string at, base, quote, source;
  std::string headline;
  std::string volatility;  ///< "unknown" without a reading.
  std::string hedge, hedge_by;
  double size_share = 1;
  bool review = false;
  std::vector<SaidTold> forbidden, asks, reviews;
  std::optional<double> stress;
  std::vector<PartTold> parts;
  std::vector<GateTold> gates;
  std::vector<EventTold> ahead;
  std::vector<GaugeTold> gauges;
  std::string from;
  std::vector<ChangeTold> changes;
  std::vector<std::string> assumptions;
  Explain working;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "moment, UTC");
    visit("base", self.base, "of the pair");
    visit("quote", self.quote, "of the pair");
    visit("source", self.source, "files it was read from");
    visit("headline", self.headline, "in a sentence");
    visit("volatility", self.volatility, "calm, normal, hold, crisis, or unknown");
    visit("hedge", self.hedge, "what is asked of it: as_planned, full_target, refresh_long");
    visit("hedge_by", self.hedge_by, "by when, UTC; empty: no event ahead");
    visit("size_share", self.size_share, "of a new position");
    visit("review", self.review, "true: look at everything again");
    visit("forbidden", self.forbidden, "acts that add risk");
    visit("asks", self.asks, "why more of the hedge is asked for");
    visit("reviews", self.reviews, "why to look again");
    visit("stress", self.stress, "score; null: too few parts known");
    visit("parts", self.parts, "of stress");
    visit("gates", self.gates, "how they stand, and what would switch them");
    visit("ahead", self.ahead, "events of the next 30 days that are known");
    visit("gauges", self.gauges, "every kind");
    visit("from", self.from, "begin of the span, UTC");
    visit("changes", self.changes, "of gates over the span, newest last");
    visit("assumptions", self.assumptions, "what was taken for granted");
    visit("working", self.working, "of every number");
  }
};

/// A moment, its past day by day, and whose.
struct SignalView {
  const signal::Outlook& now;
  std::span<const signal::Outlook> past;  ///< Ascending closes of the span, without `now`.
  const signal::OutlookRules& rules;
  const signal::History& history;
};

SignalsTold told_of(const SignalView& view);

/// How worrying a state is, for colour: of a gauge, a gate or the volatility's regime.
enum class Worry { none, good, some, more, most };
Worry worry_of(std::string_view state);

/// "ETH/USDC at the close of 2023-03-12".
std::string title_of(const SignalsTold& told);

/// The told as tables, the most pressing first.
std::vector<Table> signal_tables(const SignalsTold& told);

/// The same for a terminal.
std::string signals_text(const SignalsTold& told, Colour colour);

}  // namespace levee::report
