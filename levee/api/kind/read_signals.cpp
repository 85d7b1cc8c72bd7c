// levee/api/kind/read_signals.cpp — what the world's gauges say at a moment, and what follows.
#include "levee/api/market_ask.h"
#include "levee/api/signal_ask.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/series_file.h"
#include "levee/report/signal_page.h"
#include "levee/report/signal_told.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::string at, from, base, quote, history, iv_index, funding, pool_days, chain, market, report;
  SignalFlags signals;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("history", self.history, "price history, hourly or daily candles");
    visit("iv_index", self.iv_index, "volatility index, hourly or daily");
    visit("at", self.at, "moment to read, UTC; a date is its end; empty: the newest there is");
    visit("from", self.from, "begin of the span whose changes are told; a year before");
    visit("base", self.base, "asset, ETH");
    visit("quote", self.quote, "its dollar token, USDC");
    visit("funding", self.funding, "funding settlements of the perpetual future");
    visit("pool_days", self.pool_days, "the pool's volume and value locked by the day");
    visit("chain", self.chain, "option chain: the slope of its volatility");
    visit("market", self.market, "market folder with all of these");
    SignalFlags::fields(self.signals, visit);
    visit("report", self.report, "write a page of curves and states to this path");
  }
};

constexpr UnixSeconds no_limit{253'402'300'799};  // The last second of the year 9999.

Result<std::optional<UnixSeconds>> moment_of(const std::string& text, std::string_view flag) {
  if (text.empty()) return std::optional<UnixSeconds>{};
  // A date is its end: the close of that day is known.
  const auto at = moment_from(text, DayEdge::last_second);
  if (!at) return fail(at.error().reason, fmt::format("--{}: {}", flag, at.error().message));
  return std::optional(text.size() == 10 ? *at + Seconds{1} : *at);
}

using Read = Result<market::Series> (*)(const std::string&, const feed::SeriesAsk&);

// What the files know by a moment, the newest of them where none is given.
Result<market::Snapshot> parts_of(const Ask& ask, std::optional<UnixSeconds> at) {
  market::Snapshot snapshot;
  snapshot.at = at.value_or(no_limit);
  snapshot.base = ask.base, snapshot.quote = ask.quote;
  const feed::SeriesAsk by{.at = snapshot.at, .stale = market::Stale::allow};
  UnixSeconds newest;
  const auto add = [&](const std::string& path, Read read, auto& series) -> Result<Done> {
    if (path.empty()) return Done{};
    auto found = read(path, by);
    if (!found) return found.error();
    newest = std::max(newest, found->at.back());
    series = *std::move(found);
    return Done{};
  };
  if (auto done = add(ask.history, feed::read_history, snapshot.history); !done) {
    return done.error();
  }
  if (auto done = add(ask.iv_index, feed::read_iv_index, snapshot.iv_index); !done) {
    return done.error();
  }
  if (auto done = add(ask.funding, feed::read_funding, snapshot.funding); !done) {
    return done.error();
  }
  if (!ask.pool_days.empty()) {
    auto found = feed::read_pool_days(ask.pool_days, by);
    if (!found) return found.error();
    newest = std::max(newest, found->volume.at.back());
    snapshot.volume = std::move(found->volume), snapshot.depth = std::move(found->depth);
  }
  if (!at) snapshot.at = newest;
  return snapshot;
}

Result<market::Snapshot> snapshot_of(const Ask& ask, std::optional<UnixSeconds> at) {
  if (ask.chain.empty() && ask.market.empty()) {
    if (ask.history.empty() && ask.iv_index.empty() && !at) {
      return fail(Reason::missing_data,
                  "nothing to read (give --history FILE or --iv-index FILE, or --market FOLDER; or "
                  "--at with any file of signals)");
    }
    return parts_of(ask, at);
  }
  MarketFlags flags;
  flags.market = ask.market, flags.chain = ask.chain, flags.history = ask.history;
  flags.iv_index = ask.iv_index, flags.funding = ask.funding, flags.pool_days = ask.pool_days;
  flags.stale_ok = true;
  if (at) flags.at = text_of(*at);
  const MarketNames names{.base = ask.base, .quote = ask.quote};
  return market_from(flags, names);
}

/// The closes of the span, those of the midnights before the moment.
std::vector<UnixSeconds> closes_of(UnixSeconds from, UnixSeconds at) {
  const std::int64_t day = days(1).value();
  std::vector<UnixSeconds> closes;
  for (UnixSeconds one{(from.value() + day - 1) / day * day}; one < at; one = one + days(1)) {
    closes.push_back(one);
  }
  return closes;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  const auto at = moment_of(ask->at, "at");
  if (!at) return at.error();
  const auto from = moment_of(ask->from, "from");
  if (!from) return from.error();
  const auto rules = rules_from(ask->signals);
  if (!rules) return rules.error();
  progress.enter("reading");
  const auto snapshot = snapshot_of(*ask, *at);
  if (!snapshot) return snapshot.error();
  const UnixSeconds begin = from->value_or(snapshot->at - days(365));
  if (!(begin < snapshot->at)) {
    return fail(Reason::out_of_range,
                fmt::format("--from {} (must come before {})", ask->from, text_of(snapshot->at)));
  }
  const auto history = history_from(*snapshot, ask->signals, *rules);
  if (!history) return history.error();
  progress.enter("gauges");
  const auto now = signal::outlook_of(*history, *rules);
  if (!now) return now.error();
  const auto past = signal::outlooks_of(*history, *rules, closes_of(begin, history->at));
  if (!past) return past.error();
  const report::SignalView view{.now = *now, .past = *past, .rules = *rules, .history = *history};
  const report::SignalsTold told = report::told_of(view);
  Reply reply{
      .json = json_of(told),
      .text = report::signals_text(told, wish.colour ? report::Colour::on : report::Colour::off),
      .files = {}};
  if (!ask->report.empty()) {
    reply.files.push_back({ask->report, report::signal_page(view, told)});
  }
  return reply;
}

}  // namespace

Entry read_signals() {
  return {.name = "read-signals",
          .about = "What gauges say at a moment: gates, regime, stress, events, what it forbids.",
          .fields = fields_of<Ask>,
          .run = run};
}

}  // namespace levee::api::kind
