#include "levee/signal/outlook.h"

#include "levee/base/check.h"
#include "levee/signal/kind.h"
#include "levee/signal/stress_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace levee::signal {
namespace {

constexpr std::int64_t day = days(1).value();
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
constexpr UnixSeconds beginning{std::numeric_limits<std::int64_t>::min()};

UnixSeconds midnight_before(UnixSeconds at) { return UnixSeconds{at.value() / day * day}; }
UnixSeconds midnight_after(UnixSeconds at) {
  return UnixSeconds{(at.value() + day - 1) / day * day};
}

Seconds span_of(double units, Seconds unit) {
  return Seconds{static_cast<std::int64_t>(units * static_cast<double>(unit.value()))};
}

double severity(const Watched& on, const Reading& reading) {
  const std::string_view gate = on.gate;
  // Nearly all lent out is as good as a spike, whatever the rate says.
  if (gate == "lending" && reading.state == "spike" && !(reading.value > on.rule.on)) {
    return std::nextafter(on.rule.on, std::numeric_limits<double>::infinity());
  }
  if (gate == "breadth") return reading.state == "divergence" ? 1 : 0;
  if (gate == "emergency") return reading.state == "emergency" ? 1 : 0;
  if (gate == "outflow") return -reading.value;
  if (gate == "strained" || gate == "broken") return std::abs(reading.value);
  return reading.value;
}

/// A gauge as read once, and what is worked out from its readings once.
struct Read {
  const Entry* entry;
  std::optional<Signal> signal;
  std::string why;
  std::vector<std::size_t> first_alike;     // [readings]: where the run of its state began
  std::vector<std::optional<double>> part;  // [readings], of stress; empty: none is made of it

  std::span<const Reading> readings() const {
    return signal ? std::span<const Reading>(signal->readings) : std::span<const Reading>{};
  }
  /// The newest known at a moment.
  std::size_t newest(UnixSeconds at) const {
    const auto all = readings();
    const auto later = std::ranges::upper_bound(all, at, {}, &Reading::at) - all.begin();
    return later == 0 ? none : static_cast<std::size_t>(later - 1);
  }
};

Read kept(const Entry& entry, const Result<Signal>& found, const SignalPolicy& policy) {
  Read read{.entry = &entry, .signal = {}, .why = {}, .first_alike = {}, .part = {}};
  if (!found) {
    read.why = found.error().message;
    return read;
  }
  read.signal = *found;
  const auto all = read.readings();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool alike = i > 0 && all[i - 1].state == all[i].state;
    read.first_alike.push_back(alike ? read.first_alike[i - 1] : i);
  }
  if (std::ranges::find(stress_sources(), entry.name, &StressSource::kind) !=
      stress_sources().end()) {
    read.part = stress_part(entry.name, all, policy);
  }
  return read;
}

Result<std::vector<Read>> read_all(const History& history, const SignalPolicy& policy) {
  std::vector<Read> all;
  for (const Entry& entry : shelf()) {
    const auto found = read(entry.name, history, policy);
    if (!found && found.error().reason != Reason::missing_data) return found.error();
    all.push_back(kept(entry, found, policy));
  }
  return all;
}

/// Every gate after the close of one midnight.
struct Closed {
  UnixSeconds at;
  VeqState vol{};
  std::optional<UnixSeconds> vol_since{};
  GateState stress{};
  std::optional<UnixSeconds> stress_since{};
  std::vector<Watch> watches{};
};

/// The whole past of the gates, and an outlook at any moment of it.
class Replay {
 public:
  Replay(std::vector<Read> read, const OutlookRules& rules, const History& history)
      : read_(std::move(read)),
        rules_(rules),
        history_(history),
        watched_(watched(rules.policy)),
        closed_{{.at = beginning, .watches = std::vector<Watch>(watched_.size())}} {
    replay();
  }

  const std::vector<Read>& read() const { return read_; }
  Outlook at(UnixSeconds moment) const;

 private:
  void replay();
  Closed next(const Closed& before, UnixSeconds at) const;
  void close_watch(const Watched& on, Watch& watch, UnixSeconds from, UnixSeconds at) const;
  void raise_within_day(const Watched& on, Watch& watch, UnixSeconds from, UnixSeconds at) const;
  const Read& of(std::string_view kind) const {
    return *std::ranges::find(read_, kind, [](const Read& read) { return read.entry->name; });
  }
  Gauge gauge_at(const Read& read, UnixSeconds at) const;
  StressParts parts_at(UnixSeconds at) const;
  bool has_fresh_part(UnixSeconds from, UnixSeconds at) const;

  std::vector<Read> read_;
  const OutlookRules& rules_;
  const History& history_;
  std::vector<Watched> watched_;
  std::vector<Closed> closed_;  // The first is before everything.
};

// The readings of (from, at].
std::span<const Reading> readings_in(std::span<const Reading> all, UnixSeconds from,
                                     UnixSeconds at) {
  const auto first = std::ranges::upper_bound(all, from, {}, &Reading::at);
  const auto last = std::ranges::upper_bound(all, at, {}, &Reading::at);
  return {first, last};
}

// The worst and the last of some readings, and when one was first beyond the rule's level.
struct Worst {
  std::optional<double> value{}, last{};
  std::optional<UnixSeconds> beyond{};
};
Worst worst_of(const Watched& on, std::span<const Reading> readings) {
  Worst worst;
  for (const Reading& reading : readings) {
    const double bad = severity(on, reading);
    if (!worst.value || bad > *worst.value) worst.value = bad;
    worst.last = bad;
    const bool beyond = on.rule.touch == Touch::counts ? bad >= on.rule.on : bad > on.rule.on;
    if (beyond && !worst.beyond) worst.beyond = reading.at;
  }
  return worst;
}

void Replay::close_watch(const Watched& on, Watch& watch, UnixSeconds from, UnixSeconds at) const {
  const Worst worst = worst_of(on, readings_in(of(on.kind).readings(), from, at));
  // A day ends where its last reading is, unless the alarm rang again within it.
  const bool quieter = watch.stands() && !worst.beyond;
  const GateState now = after(on.rule, watch.gate, quieter ? worst.last : worst.value);
  if (now.stands != watch.gate.stands) {
    watch.since = now.stands == Switch::on ? worst.beyond : std::optional(at);
  }
  watch.gate = now;
}

void Replay::raise_within_day(const Watched& on, Watch& watch, UnixSeconds from,
                              UnixSeconds at) const {
  if (watch.stands()) return;
  const Worst worst = worst_of(on, readings_in(of(on.kind).readings(), from, at));
  const GateState now = after(on.rule, watch.gate, worst.value);
  if (now.stands == Switch::off) return;
  watch.gate = now;
  watch.since = worst.beyond;
}

bool Replay::has_fresh_part(UnixSeconds from, UnixSeconds at) const {
  return std::ranges::any_of(stress_sources(), [&](const StressSource& source) {
    const Read& read = of(source.kind);
    const std::size_t i = read.newest(at);
    return i != none && read.part[i] && read.readings()[i].at > from;
  });
}

StressParts Replay::parts_at(UnixSeconds at) const {
  StressParts parts;
  for (const StressSource& source : stress_sources()) {
    const Read& read = of(source.kind);
    const std::size_t i = read.newest(at);
    if (i == none || at - read.readings()[i].at > rules_.stale) continue;
    parts.*source.value = read.part[i];
  }
  return parts;
}

Closed Replay::next(const Closed& before, UnixSeconds at) const {
  Closed now = before;
  const UnixSeconds from = at - days(1);
  now.at = at;
  std::optional<double> veq;
  for (const Reading& reading : readings_in(of("vol_equivalent").readings(), from, at)) {
    veq = reading.value;
  }
  now.vol = after(rules_.veq, before.vol, veq);
  if (regime_of(now.vol) != regime_of(before.vol)) now.vol_since = at;
  // Old parts alone are no new close.
  std::optional<double> score;
  if (has_fresh_part(from, at)) score = stress_of(parts_at(at), rules_.stress).score;
  now.stress = after(rules_.stress.gate, before.stress, score);
  if (now.stress.stands != before.stress.stands) now.stress_since = at;
  for (std::size_t i = 0; i < watched_.size(); ++i) {
    close_watch(watched_[i], now.watches[i], from, at);
  }
  return now;
}

void Replay::replay() {
  std::optional<UnixSeconds> first;
  for (const Read& read : read_) {
    if (!read.signal) continue;
    const UnixSeconds begins = read.readings().front().at;
    if (!first || begins < *first) first = begins;
  }
  if (!first) return;
  for (UnixSeconds at = midnight_after(*first); !(history_.at < at); at = at + days(1)) {
    closed_.push_back(next(closed_.back(), at));
  }
}

Gauge Replay::gauge_at(const Read& read, UnixSeconds at) const {
  Gauge gauge{.name = read.entry->name, .why = read.why};
  const std::size_t i = read.newest(at);
  if (i == none) return gauge;
  gauge.reading = read.readings()[i];
  gauge.since = read.readings()[read.first_alike[i]].at;
  gauge.unit = read.signal->working.unit;
  gauge.stale = at - gauge.reading->at > rules_.stale;
  return gauge;
}

Press press_in(const Gauge& carry) {
  const Reading* fresh = carry.fresh();
  if (fresh == nullptr) return {};
  return {.state = press_state_named(fresh->state).value_or(PressState::off),
          .score = fresh->value};
}

// A feed that fell silent is not fine, and what it said last proves nothing either.
OracleBand band_in(const Gauge& oracle) {
  if (!oracle.reading) return OracleBand::fine;
  if (oracle.stale) return OracleBand::warn;
  return oracle_band_named(oracle.reading->state).value_or(OracleBand::warn);
}

Outlook Replay::at(UnixSeconds moment) const {
  const auto later = std::ranges::upper_bound(closed_, moment, {}, &Closed::at);
  const Closed& closed = *std::prev(later);
  Outlook outlook{.at = moment, .gauges = {}, .vol = closed.vol, .vol_since = closed.vol_since};
  for (const Read& read : read_) outlook.gauges.push_back(gauge_at(read, moment));
  outlook.parts = parts_at(moment);
  outlook.stress = stress_of(outlook.parts, rules_.stress);
  outlook.stress_since = closed.stress_since;
  RegimeFacts& facts = outlook.facts;
  if (const Reading* veq = outlook.gauge("vol_equivalent").fresh()) {
    facts.veq = veq->value;
    facts.vol = closed.vol;
  }
  facts.stress = closed.stress;
  facts.press = press_in(outlook.gauge("carry_regime"));
  facts.calendar = reading_of(history_.governance.events, rules_.window,
                              {.at = moment, .last = moment - rules_.look});
  facts.oracle = band_in(outlook.gauge("oracle_gap"));
  for (std::size_t i = 0; i < watched_.size(); ++i) {
    Watch& watch = facts.*watched_[i].watch;
    watch = closed.watches[i];
    raise_within_day(watched_[i], watch, midnight_before(moment), moment);
    if (const Reading* fresh = outlook.gauge(watched_[i].kind).fresh()) {
      watch.value = severity(watched_[i], *fresh);
    }
    watch.is_new = watch.stands() && watch.since && *watch.since > moment - rules_.look;
  }
  outlook.regime = regime_from(facts, rules_.veq);
  return outlook;
}

Explain part(std::string name, std::optional<double> value, std::string formula) {
  return {.name = std::move(name),
          .value = value,
          .unit = "",
          .formula = std::move(formula),
          .source = "",
          .inputs = {}};
}

Explain stress_told(const Outlook& outlook, const StressRule& rule) {
  Explain told = part(
      "stress", outlook.stress.score,
      fmt::format("mean of the parts known, each within {} deviations; with fewer than {} nothing",
                  rule.clip, rule.least_parts));
  told.unit = "deviations";
  told.source = "methodology 4.18";
  for (const StressSource& source : stress_sources()) {
    told.inputs.push_back(part(std::string(source.part), outlook.parts.*source.value,
                               fmt::format("{}: {}", source.kind, source.formula)));
  }
  return told;
}

Explain working_of(const Outlook& outlook, const std::vector<Read>& read,
                   const OutlookRules& rules) {
  const auto vol = regime_of(outlook.facts.vol);
  Explain told =
      part("regime", outlook.regime.size_share,
           fmt::format("size share of a new position; volatility {}, hedge {}",
                       vol ? name_of(*vol) : "not known", name_of(outlook.regime.hedge)));
  for (const Restriction& one : outlook.regime.restrictions) {
    told.inputs.push_back(
        part(fmt::format("no {}", name_of(one.act)), {}, fmt::format("{}: {}", one.gate, one.why)));
  }
  told.inputs.push_back(stress_told(outlook, rules.stress));
  for (const Read& one : read) {
    if (one.signal) told.inputs.push_back(one.signal->working);
  }
  return told;
}

Result<Done> sound(const OutlookRules& rules) {
  if (const auto done = check(rules.policy); !done) return done.error();
  if (const auto done = check(rules.veq); !done) return done.error();
  if (const auto done = check(rules.stress.gate); !done) return done.error();
  return check(rules.window);
}

}  // namespace

OutlookRules rules_from(const SignalPolicy& policy) {
  return {.policy = policy,
          .veq = veq_rule(policy),
          .stress = stress_rule(policy),
          .window = window_rule(policy),
          .stale = span_of(policy.stale_days, days(1)),
          .look = span_of(policy.look_hours, hours(1))};
}

std::vector<Watched> watched(const SignalPolicy& policy) {
  const auto rule = [&](double on, double closes, Touch touch) {
    return GateRule{.on = on,
                    .on_closes = static_cast<int>(closes),
                    .off = on * policy.watch_off_share,
                    .off_closes = static_cast<int>(policy.watch_off_bars),
                    .touch = touch};
  };
  const double twice = policy.watch_on_bars;
  using enum Touch;
  return {// What is in the short window is a fact, and leaves it by itself.
          {"emergency",
           "governance_heat",
           &RegimeFacts::emergency,
           {.on = .5, .on_closes = 1, .off = .5, .off_closes = 1}},
          // A peg's reading is a median already.
          {"strained", "peg", &RegimeFacts::strained, rule(policy.peg_strained, 1, counts)},
          {"broken", "peg", &RegimeFacts::broken, rule(policy.peg_broken, 1, counts)},
          {"breadth",
           "breadth",
           &RegimeFacts::breadth,
           {.on = .5,
            .on_closes = static_cast<int>(twice),
            .off = .5,
            .off_closes = static_cast<int>(policy.watch_off_bars)}},
          {"outflow", "tvl_divergence", &RegimeFacts::outflow,
           rule(-policy.tvl_low * policy.tvl_gate, twice, counts)},
          {"lending", "rate_gap", &RegimeFacts::lending,
           rule(policy.rate_gap_high, twice, does_not_count)},
          {"heat", "governance_heat", &RegimeFacts::heat,
           rule(policy.heat_hot, twice, does_not_count)}};
}

const Gauge& Outlook::gauge(std::string_view name) const {
  const auto found = std::ranges::find(gauges, name, &Gauge::name);
  LEVEE_EXPECT(found != gauges.end());
  return *found;
}

Result<Outlook> outlook_of(const History& history, const OutlookRules& rules) {
  if (const auto done = sound(rules); !done) return done.error();
  auto all = read_all(history, rules.policy);
  if (!all) return all.error();
  const Replay replay(*std::move(all), rules, history);
  Outlook outlook = replay.at(history.at);
  outlook.working = working_of(outlook, replay.read(), rules);
  return outlook;
}

Result<std::vector<Outlook>> outlooks_of(const History& history, const OutlookRules& rules,
                                         std::span<const UnixSeconds> moments) {
  if (const auto done = sound(rules); !done) return done.error();
  auto all = read_all(history, rules.policy);
  if (!all) return all.error();
  for (Read& read : *all) read.why.clear();
  const Replay replay(*std::move(all), rules, history);
  std::vector<Outlook> outlooks;
  outlooks.reserve(moments.size());
  for (const UnixSeconds moment : moments) {
    LEVEE_EXPECT(!(history.at < moment));
    outlooks.push_back(replay.at(moment));
  }
  return outlooks;
}

}  // namespace levee::signal
