// levee/api/kind/study_signals.cpp — would options bought on a signal's days have paid better?
#include "levee/api/signal_ask.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/series_file.h"
#include "levee/option/black.h"
#include "levee/report/sheet.h"
#include "levee/risk/permutation.h"
#include "levee/signal/kind.h"
#include "levee/signal/rolling.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::string base, quote, history, iv_index, funding, from, to, page;
  double horizon_days = 30, days_on_min = 20;
  SignalFlags signals;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("history", self.history, "prices, hourly or daily");
    visit("iv_index", self.iv_index, "volatility index: what options cost");
    visit("funding", self.funding, "funding settlements of the perpetual future");
    visit("base", self.base, "asset, ETH");
    visit("quote", self.quote, "its dollar token, USDC");
    visit("from", self.from, "first day; a year into the index if not given");
    visit("to", self.to, "last day that anything is known of; all there is if not given");
    visit("horizon_days", self.horizon_days, "life of what is bought, whole days");
    visit("days_on_min", self.days_on_min, "a state seen on fewer days is not judged");
    SignalFlags::fields(self.signals, visit);
    visit("page", self.page, "write the table as Markdown to this file");
  }
};

struct RowTold {
  std::string decision, state;
  double days_on = 0, benefit = 0, usual = 0, error = 0, p_value = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("decision", self.decision, "regime or gauge that asks for it");
    visit("state", self.state, "on the days it is in");
    visit("days_on", self.days_on, "of the days judged");
    visit("benefit", self.benefit, "mean gain on them less that of all days, share of the price");
    visit("usual", self.usual, "mean of that on shifted dates");
    visit("error", self.error, "its standard deviation over shifted dates");
    visit("p_value", self.p_value, "share of dates that do no worse");
  }
};

struct Answer {
  std::string first, last, asset;
  double horizon_days = 0, days = 0, mean_gain = 0, by_luck = 0;
  std::vector<RowTold> rows;
  std::vector<std::string> left_out;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("asset", self.asset, "");
    visit("first", self.first, "day judged");
    visit("last", self.last, "day judged");
    visit("horizon_days", self.horizon_days, "life of what is bought");
    visit("days", self.days, "on which it is known what was gained");
    visit("mean_gain", self.mean_gain, "of all of them, share of the price");
    visit("rows", self.rows, "by p-value");
    visit("by_luck", self.by_luck, "rows that would be below 5 % if no signal were worth anything");
    visit("left_out", self.left_out, "what was not judged, and why");
  }
};

constexpr UnixSeconds no_limit{253'402'300'799};  // The last second of the year 9999.

Result<market::Snapshot> snapshot_of(const Ask& ask) {
  if (ask.history.empty() || ask.iv_index.empty()) {
    return fail(Reason::missing_data,
                "history or iv_index (give --history FILE and --iv-index FILE: gains and prices)");
  }
  market::Snapshot snapshot;
  snapshot.base = ask.base, snapshot.quote = ask.quote, snapshot.at = no_limit;
  if (!ask.to.empty()) {
    const auto to = moment_from(ask.to, DayEdge::last_second);
    if (!to) return to.error();
    snapshot.at = *to + Seconds{1};
  }
  const feed::SeriesAsk by{.at = snapshot.at, .stale = market::Stale::allow};
  auto prices = feed::read_history(ask.history, by);
  if (!prices) return prices.error();
  auto index = feed::read_iv_index(ask.iv_index, by);
  if (!index) return index.error();
  UnixSeconds newest = std::max(prices->at.back(), index->at.back());
  snapshot.history = *std::move(prices), snapshot.iv_index = *std::move(index);
  if (!ask.funding.empty()) {
    auto funding = feed::read_funding(ask.funding, by);
    if (!funding) return funding.error();
    newest = std::max(newest, funding->at.back());
    snapshot.funding = *std::move(funding);
  }
  snapshot.at = std::min(snapshot.at, newest);
  return snapshot;
}

// A put and a call a deviation out of the money, bought at the index and held to the end.
double strangle_gain(double price, double vol, double then, Years life) {
  const double out = vol * std::sqrt(life.value());
  const option::BlackInputs in{.forward = Price{price}, .expiry = life, .vol = Vol{vol}};
  const double low = price * std::exp(-out), high = price * std::exp(out);
  const double paid = option::black_price(option::Type::put, Price{low}, in).value() +
                      option::black_price(option::Type::call, Price{high}, in).value();
  return (std::max(low - then, 0.0) + std::max(then - high, 0.0) - paid) / price;
}

// Midnights at which something was bought whose end is known, and what came of it.
struct Bought {
  std::vector<UnixSeconds> at;
  std::vector<double> gain;
};

Bought bought_in(const signal::History& history, UnixSeconds from, std::int64_t life) {
  const auto prices = signal::days_of(history, "price", signal::Sign::positive);
  const auto vols = signal::days_of(history, "iv", signal::Sign::positive);
  Bought bought;
  if (!prices || !vols) return bought;
  for (std::size_t i = 0; i < prices->at.size(); ++i) {
    const UnixSeconds at = prices->at[i];
    const auto vol = signal::value_on(*vols, at), then = signal::value_on(*prices, at + days(life));
    if (at < from || !vol || !then) continue;
    bought.at.push_back(at);
    bought.gain.push_back(
        strangle_gain(prices->value[i], *vol, *then, Years{static_cast<double>(life) / 365}));
  }
  return bought;
}

class Study {
 public:
  Study(const Ask& ask, const Bought& bought, const std::vector<signal::Outlook>& seen)
      : ask_(ask), bought_(bought), seen_(seen) {}

  void judge(std::string_view decision, std::string_view state,
             const std::function<bool(const signal::Outlook&)>& is_on, Answer& answer) const {
    std::vector<std::uint8_t> on;
    for (const signal::Outlook& one : seen_) on.push_back(is_on(one) ? 1 : 0);
    const auto count = std::ranges::count(on, std::uint8_t{1});
    if (count == 0) return;
    const auto leave_out = [&](const std::string& why) {
      answer.left_out.push_back(fmt::format("{} {}: {}", decision, state, why));
    };
    if (static_cast<double>(count) < ask_.days_on_min) {
      return leave_out(fmt::format("{} days are too few", count));
    }
    const auto told =
        risk::shift_test({.on = on,
                          .gain = bought_.gain,
                          .least_shift = static_cast<std::size_t>(ask_.horizon_days)});
    if (!told) return leave_out(told.error().message);
    answer.rows.push_back({std::string(decision), std::string(state),
                           static_cast<double>(told->days_on), told->benefit, told->usual,
                           told->error, told->p_value});
  }

 private:
  const Ask& ask_;
  const Bought& bought_;
  const std::vector<signal::Outlook>& seen_;
};

Answer answer_of(const Ask& ask, const Bought& bought, const std::vector<signal::Outlook>& seen) {
  Answer answer{.first = text_of(bought.at.front()),
                .last = text_of(bought.at.back()),
                .asset = ask.base,
                .horizon_days = ask.horizon_days,
                .days = static_cast<double>(bought.at.size()),
                .rows = {},
                .left_out = {}};
  for (const double x : bought.gain) answer.mean_gain += x / answer.days;
  const Study study(ask, bought, seen);
  for (const auto more : {signal::HedgeAsk::full_target, signal::HedgeAsk::refresh_long}) {
    study.judge(
        "regime", signal::name_of(more),
        [&](const signal::Outlook& one) { return one.regime.hedge == more; }, answer);
  }
  for (const signal::Entry& entry : signal::shelf()) {
    for (const std::string_view state : entry.states.subspan(1)) {
      if (state == "unranked") continue;  // what a gauge shows before it can say anything
      study.judge(
          entry.name, state,
          [&](const signal::Outlook& one) {
            const signal::Reading* reading = one.gauge(entry.name).fresh();
            return reading && reading->state == state;
          },
          answer);
    }
  }
  std::ranges::stable_sort(answer.rows, {}, &RowTold::p_value);
  answer.by_luck = 0.05 * static_cast<double>(answer.rows.size());
  return answer;
}

std::string summary_of(const Answer& answer) {
  const auto below =
      std::ranges::count_if(answer.rows, [](const RowTold& row) { return row.p_value <= 0.05; });
  return fmt::format(
      "{} of {} states are below 5 %; if none were worth anything about {:.1f} would be. Bought on "
      "every one of {:.0f} days, {} to {}, it gains {:.3f} % of the price.",
      below, answer.rows.size(), answer.by_luck, answer.days, answer.first.substr(0, 10),
      answer.last.substr(0, 10), 100 * answer.mean_gain);
}

report::Table table_of(const Answer& answer) {
  report::Table table{
      fmt::format("{}: a strangle of {:.0f} days bought on a signal's days", answer.asset,
                  answer.horizon_days),
      {{"signal", report::Kind::name},
       {"state", report::Kind::name},
       {"days"},
       {"benefit %"},
       {"usual %"},
       {"+-"},
       {"p"}},
      {},
      "Benefit: mean gain on its days less that of all days, share of the price. Usual and +-: the "
      "same signal turned round the record by at least the life of what is bought. p: share of "
      "those dates that do no worse."};
  for (const RowTold& row : answer.rows) {
    table.rows.push_back(
        {{row.decision, row.state, fmt::format("{:.0f}", row.days_on),
          fmt::format("{:+.2f}", 100 * row.benefit), fmt::format("{:+.2f}", 100 * row.usual),
          fmt::format("{:.2f}", 100 * row.error), fmt::format("{:.3f}", row.p_value)}});
  }
  return table;
}

std::string markdown_of(const Answer& answer) {
  const report::Table table = table_of(answer);
  std::string page =
      fmt::format("## Do signals time the hedge?\n\nMade by `levee study-signals`. {}\n\n{}\n\n|",
                  summary_of(answer), table.note);
  for (const auto& column : table.columns) page += fmt::format(" {} |", column.title);
  page += "\n|";
  for (const auto& column : table.columns) {
    page += column.kind == report::Kind::figure ? "---:|" : "---|";
  }
  for (const auto& row : table.rows) {
    page += "\n|";
    for (const auto& cell : row.cells) page += fmt::format(" {} |", cell);
  }
  page += "\n\nNot judged:";
  for (const std::string& one : answer.left_out) page += fmt::format("\n- {}", one);
  return page + (answer.left_out.empty() ? " nothing.\n" : "\n");
}

Result<UnixSeconds> first_day(const Ask& ask, const market::Snapshot& snapshot) {
  if (ask.from.empty()) return snapshot.iv_index->at.front() + days(365);
  return moment_from(ask.from);
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (!(ask->horizon_days >= 1 && ask->horizon_days <= 365)) {
    return fail(Reason::out_of_range, "horizon_days (whole days, 1 to 365)");
  }
  const auto rules = rules_from(ask->signals);
  if (!rules) return rules.error();
  progress.enter("reading");
  const auto snapshot = snapshot_of(*ask);
  if (!snapshot) return snapshot.error();
  const auto from = first_day(*ask, *snapshot);
  if (!from) return from.error();
  const auto history = history_from(*snapshot, ask->signals, *rules);
  if (!history) return history.error();
  const Bought bought = bought_in(*history, *from, static_cast<std::int64_t>(ask->horizon_days));
  if (bought.at.empty()) {
    return fail(Reason::missing_data,
                "no day with a price, a volatility and a price at the end of what is bought (give "
                "longer files, or an earlier --from)");
  }
  progress.enter("gauges");
  const auto seen = signal::outlooks_of(*history, *rules, bought.at);
  if (!seen) return seen.error();
  progress.enter("shifted dates");
  const Answer answer = answer_of(*ask, bought, *seen);
  report::Sheet sheet(wish.colour ? report::Colour::on : report::Colour::off);
  sheet.paragraph(summary_of(answer), report::Ink::bold);
  sheet.table(table_of(answer));
  if (!answer.left_out.empty()) sheet.heading("Not judged, and why");
  for (const std::string& one : answer.left_out) sheet.point(one);
  Reply reply{.json = json_of(answer), .text = sheet.text(), .files = {}};
  if (!ask->page.empty()) reply.files.push_back({ask->page, markdown_of(answer)});
  return reply;
}

}  // namespace

Entry study_signals() {
  return {.name = "study-signals",
          .about = "Whether options bought when a signal asked paid better than on other dates.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "The record is taken as it stands, and is one history: what was worth nothing on it "
              "may be worth something later, and the reverse."};
}

}  // namespace levee::api::kind
