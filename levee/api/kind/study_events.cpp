// levee/api/kind/study_events.cpp — do crashes come with failures, and would puts have paid?
#include "levee/api/hazard_ask.h"
#include "levee/base/json.h"
#include "levee/feed/reaction_file.h"
#include "levee/feed/series_file.h"
#include "levee/report/sheet.h"
#include "levee/risk/event_study.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::api::kind {
namespace {

using hazard::Reach;
using hazard::Strength;
using risk::Reading;

struct Ask {
  std::vector<std::string> incidents, history, iv_index, token, token_moves;
  std::string until, reaction = "reaction.json";
  double material_usd = 1e6;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("incidents", self.incidents,
          "levee's own file of incidents; a tracker's export knows neither disclosure nor reach");
    visit("history", self.history,
          "hourly prices of the market, ETH=FILE; of several of one name the first that covers an "
          "event is read; tokens are measured against the first name");
    visit("iv_index", self.iv_index, "their volatility indices, ETH=FILE");
    visit("token", self.token, "hourly prices of a protocol's own token, CRV=FILE");
    visit("token_moves", self.token_moves, "recorded reactions of tokens with ether beside them");
    visit("until", self.until, "last day of which anything is known; all there is if not given");
    visit("material_usd", self.material_usd, "events that lost less are left out");
    visit("reaction", self.reaction, "write what events brought to this file, for joint scenarios");
  }
};

struct StrengthTold {
  std::string what;
  double mean = 0, deviation = 0, events = 0, clusters = 0;
  std::optional<double> error, usual, p_value;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("what", self.what, "is read");
    visit("mean", self.mean, "");
    visit("deviation", self.deviation, "of one event");
    visit("events", self.events, "it stands on");
    visit("clusters", self.clusters, "of these; events whose weeks touch are one");
    visit("error", self.error, "of the mean; missing: fewer than two clusters");
    visit("usual", self.usual, "the same calendar read on all other days");
    visit("p_value", self.p_value, "share of those as far from usual");
  }
};

struct AssetTold {
  std::string asset;
  std::vector<StrengthTold> readings;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("asset", self.asset, "");
    visit("readings", self.readings, "");
  }
};

struct ReachTold {
  std::string reach;
  std::vector<AssetTold> assets;
  StrengthTold token_day, token_week, share_lost;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("reach", self.reach, "all, market-wide or idiosyncratic");
    visit("assets", self.assets, "");
    visit("token_day", self.token_day, "own token's log return less the first asset's");
    visit("token_week", self.token_week, "");
    visit("share_lost", self.share_lost, "of the value before, where both are known");
  }
};

struct EventAssetTold {
  std::string asset;
  std::array<std::optional<double>, risk::readings> seen;
  std::optional<double> paid_money, paid_out;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit);
};

struct EventTold {
  std::string id, exploited, told, reach, token;
  double cluster = 0;
  std::optional<double> share_lost, token_day, token_week;
  std::vector<EventAssetTold> assets;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("id", self.id, "");
    visit("exploited", self.exploited, "");
    visit("told", self.told, "first moment of what is known of its disclosure");
    visit("reach", self.reach, "");
    visit("cluster", self.cluster, "");
    visit("share_lost", self.share_lost, "missing: loss or value before is unknown");
    visit("assets", self.assets, "");
    visit("token", self.token, "");
    visit("token_day", self.token_day, "log return less the first asset's, from disclosure");
    visit("token_week", self.token_week, "");
  }
};

// Names in JSON, in the order of risk::Reading.
constexpr std::array<std::string_view, risk::readings> names{
    "exploit_day",    "exploit_week",   "told_day",   "told_week",
    "exploit_day_z",  "exploit_week_z", "told_day_z", "told_week_z",
    "put_money_gain", "put_out_gain",   "vol_day",    "vol_week"};

template <class Self, class Visit>
void EventAssetTold::fields(Self& self, Visit visit) {
  visit("asset", self.asset, "");
  for (std::size_t m = 0; m < names.size(); ++m) visit(names.at(m), self.seen.at(m), "");
  visit("put_money_paid", self.paid_money, "gain over the share lost, or over the mean share");
  visit("put_out_paid", self.paid_out, "");
}

struct Answer {
  std::vector<FileTold> files;
  double incidents = 0, share_lost = 0, shares_known = 0;
  std::vector<std::string> left_out, unread;
  std::vector<ReachTold> reaches;
  std::vector<EventTold> events;
  std::vector<std::string> assumptions;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("files", self.files, "of incidents");
    visit("incidents", self.incidents, "of all files, each once: events + left out");
    visit("left_out", self.left_out, "how many, and why");
    visit("unread", self.unread, "what could not be read of events that are used");
    visit("share_lost", self.share_lost, "mean, for events of which it is unknown");
    visit("shares_known", self.shares_known, "it stands on");
    visit("reaches", self.reaches, "by class");
    visit("events", self.events, "by day of exploit");
    visit("assumptions", self.assumptions, "what was taken for granted");
  }
};

constexpr std::size_t at(Reading reading) { return static_cast<std::size_t>(reading); }

StrengthTold told(std::string_view what, const Strength& one) {
  return {.what = std::string(what),
          .mean = one.mean,
          .deviation = one.deviation,
          .events = static_cast<double>(one.events),
          .clusters = static_cast<double>(one.clusters),
          .error = one.error,
          .usual = one.usual,
          .p_value = one.p_value};
}

ReachTold told(std::string_view name, const risk::ReachStudy& of,
               const std::vector<std::string>& assets) {
  ReachTold told_of{.reach = std::string(name),
                    .assets = {},
                    .token_day = told("token_day", of.token_day),
                    .token_week = told("token_week", of.token_week),
                    .share_lost = told("share_lost", of.lost)};
  for (std::size_t a = 0; a < assets.size(); ++a) {
    AssetTold asset{.asset = assets[a], .readings = {}};
    for (std::size_t m = 0; m < names.size(); ++m) {
      asset.readings.push_back(told(names.at(m), of.assets[a].seen.at(m)));
    }
    asset.readings.push_back(told("put_money_paid", of.assets[a].paid_money));
    asset.readings.push_back(told("put_out_paid", of.assets[a].paid_out));
    told_of.assets.push_back(std::move(asset));
  }
  return told_of;
}

EventTold told(const risk::EventSeen& one, const risk::EventStudy& study) {
  EventTold event{.id = one.id,
                  .exploited = text_of(one.clock.exploited),
                  .told = text_of(one.clock.told),
                  .reach = std::string(name_of(one.reach)),
                  .token = one.token.token,
                  .cluster = static_cast<double>(one.cluster),
                  .share_lost = {},
                  .token_day = one.token.day,
                  .token_week = one.token.week,
                  .assets = {}};
  if (one.lost) event.share_lost = one.lost->value();
  const double share = one.lost ? one.lost->value() : study.all.lost.mean;
  for (std::size_t a = 0; a < study.assets.size(); ++a) {
    const auto paid = [&](Reading put) -> std::optional<double> {
      const auto gain = one.seen[a].at(at(put));
      return gain && share > 0 ? std::optional(*gain / share) : std::nullopt;
    };
    event.assets.push_back(
        {study.assets[a], one.seen[a], paid(Reading::put_money), paid(Reading::put_out)});
  }
  return event;
}

std::vector<std::string> assumptions_of(const Answer& answer) {
  return {
      // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): a sentence over lines
      "Whether an event was market-wide was said after the fact, knowing that the market fell: "
      "that class falls by construction, the other is rid of falls. No label bends all together.",
      "A day without an hour counts from its first second: what is read of one day then ends "
      "before some news were a day old; seven days are hardly touched.",
      "Puts: thirty days, bought a day before the exploit and marked seven days after disclosure, "
      "at Black's formula on the volatility index (one volatility for all strikes, so that those "
      "out of the money are too cheap), no rate, no spread, no fee.",
      fmt::format("Where loss or value before is unknown, what a put paid is set against the mean "
                  "share lost, {:.0f} % of {:.0f} events.",
                  100 * answer.share_lost, answer.shares_known),
      "Losses are gross: what came back later is not taken off.",
      "Usual: the class's own calendar, moved as a whole by every number of days and wrapped round "
      "the history; p is the share of calendars that read as far from usual.",
      "Errors leave out one cluster of events at a time, those whose weeks touch; an interval is "
      "the error times Student's t of clusters less one.",
  };
}

Answer answer_of(const Gathered& gathered, const risk::EventStudy& study) {
  Answer answer{.files = gathered.files,
                .incidents = static_cast<double>(gathered.events.used.size()),
                .share_lost = study.all.lost.mean,
                .shares_known = static_cast<double>(study.all.lost.events),
                .left_out = reasons_of(study.left_out),
                .unread = reasons_of(study.unread),
                .reaches = {told("all", study.all, study.assets)},
                .events = {},
                .assumptions = {}};
  for (const Reach one : hazard::reaches) {
    answer.reaches.push_back(told(name_of(one), study.of(one), study.assets));
  }
  for (const risk::EventSeen& one : study.events) answer.events.push_back(told(one, study));
  answer.assumptions = assumptions_of(answer);
  return answer;
}

std::string figure(const std::optional<double>& value, double unit = 100) {
  return value ? fmt::format("{:+.1f}", unit * *value) : "";
}

// A log return as people read it.
std::optional<double> simple(const std::optional<double>& log_return) {
  return log_return ? std::optional(std::expm1(*log_return)) : std::nullopt;
}

struct Line {
  std::string_view what, name;
  double unit = 100;
};

constexpr std::array<Line, 10> lines{{{"from exploit, 1 day, %", "exploit_day"},
                                      {"from exploit, 7 days, %", "exploit_week"},
                                      {"from disclosure, 1 day, %", "told_day"},
                                      {"from disclosure, 7 days, %", "told_week"},
                                      {"the same in deviations", "told_week_z", 1},
                                      {"volatility index, 7 days, %", "vol_week"},
                                      {"put at the money gains, %", "put_money_gain"},
                                      {"put 10 % out gains, %", "put_out_gain"},
                                      {"of the loss, at the money, %", "put_money_paid"},
                                      {"of the loss, 10 % out, %", "put_out_paid"}}};

report::Row row_of(std::string_view what, const StrengthTold& one, double unit) {
  const auto signed_of = [&](double value) { return fmt::format("{:+.2f}", unit * value); };
  if (one.events == 0) return {{std::string(what), "", "", "", "", "0", "0"}};
  return {{std::string(what), signed_of(one.mean),
           one.error ? fmt::format("{:.2f}", unit * *one.error) : "?",
           one.usual ? signed_of(*one.usual) : "",
           one.p_value ? fmt::format("{:.3f}", *one.p_value) : "",
           fmt::format("{:.0f}", one.events), fmt::format("{:.0f}", one.clusters)}};
}

report::Table reach_table(const ReachTold& reach) {
  report::Table table;
  table.title = fmt::format("Events: {}", reach.reach);
  table.columns = {{"mean, log returns", report::Kind::name}};
  for (const char* what : {"mean", "error", "usual", "p", "events", "clusters"}) {
    table.columns.push_back({what});
  }
  for (const AssetTold& asset : reach.assets) {
    table.rows.push_back({{asset.asset}, report::RowKind::group});
    for (const Line& line : lines) {
      const auto found = std::ranges::find(asset.readings, line.name, &StrengthTold::what);
      table.rows.push_back(row_of(line.what, *found, line.unit));
    }
  }
  table.rows.push_back({{"own token less the first asset"}, report::RowKind::group});
  table.rows.push_back(row_of("from disclosure, 1 day, %", reach.token_day, 100));
  table.rows.push_back(row_of("from disclosure, 7 days, %", reach.token_week, 100));
  table.rows.push_back({{"protocol"}, report::RowKind::group});
  table.rows.push_back(row_of("share of value lost, %", reach.share_lost, 100));
  return table;
}

// From the exploit for all; from disclosure once more for those it came later to.
struct Side {
  std::string_view title, first;
  Reading day, week, z;
};
constexpr std::array<Side, 2> sides{
    {{"By event, from the exploit: returns in %, z in deviations of the thirty days before",
      "exploited", Reading::exploit_day, Reading::exploit_week, Reading::exploit_week_z},
     {"By event, from disclosure where it came later", "disclosed", Reading::told_day,
      Reading::told_week, Reading::told_week_z}}};

report::Table move_table(const Answer& answer, const Side& side) {
  report::Table table;
  table.title = std::string(side.title);
  table.columns = {{std::string(side.first)}, {"event", report::Kind::name}, {"wide"}};
  for (const AssetTold& asset : answer.reaches.front().assets) {
    for (const std::string_view what : {" 1d", " 7d", " z"}) {
      table.columns.push_back({asset.asset + std::string(what)});
    }
  }
  table.columns.push_back({"token 7d"});
  const bool is_late = side.day == Reading::told_day;
  for (const EventTold& one : answer.events) {
    if (is_late && one.told == one.exploited) continue;
    report::Row row{{(is_late ? one.told : one.exploited).substr(0, 10), one.id,
                     one.reach == name_of(Reach::market_wide) ? "yes" : ""}};
    for (const EventAssetTold& asset : one.assets) {
      row.cells.push_back(figure(simple(asset.seen.at(at(side.day)))));
      row.cells.push_back(figure(simple(asset.seen.at(at(side.week)))));
      row.cells.push_back(figure(asset.seen.at(at(side.z)), 1));
    }
    row.cells.push_back(figure(simple(one.token_week)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

report::Table put_table(const Answer& answer) {
  report::Table table;
  table.title =
      "By event: gain of puts at the money and 10 % out, share of the loss the first paid, %";
  table.columns = {{"exploited"}, {"event", report::Kind::name}, {"lost"}};
  const auto& assets = answer.reaches.front().assets;
  table.columns.push_back({assets.front().asset + " vol"});
  for (const AssetTold& asset : assets) {
    for (const std::string_view what : {" put", "", " paid"}) {
      table.columns.push_back({what.empty() ? "out" : asset.asset + std::string(what)});
    }
  }
  for (const EventTold& one : answer.events) {
    report::Row row{{one.exploited.substr(0, 10), one.id,
                     one.share_lost ? fmt::format("{:.0f}", 100 * *one.share_lost) : "?"}};
    row.cells.push_back(figure(simple(one.assets.front().seen.at(at(Reading::vol_week)))));
    bool is_any = false;
    for (const EventAssetTold& asset : one.assets) {
      row.cells.push_back(figure(asset.seen.at(at(Reading::put_money))));
      row.cells.push_back(figure(asset.seen.at(at(Reading::put_out))));
      row.cells.push_back(figure(asset.paid_money));
      is_any = is_any || asset.paid_money;
    }
    if (is_any) table.rows.push_back(std::move(row));
  }
  table.note = "vol: its index, seven days from disclosure. Lost ?: set against the mean share.";
  return table;
}

std::string text_of(const Answer& answer, report::Colour colour) {
  report::Sheet sheet(colour);
  sheet.heading(
      fmt::format("{:.0f} incidents, {} events read", answer.incidents, answer.events.size()));
  if (!answer.left_out.empty()) {
    sheet.point(fmt::format("Left out: {}.", fmt::join(answer.left_out, ", ")));
  }
  if (!answer.unread.empty()) {
    sheet.point(fmt::format("Not read: {}.", fmt::join(answer.unread, ", ")));
  }
  for (const Side& side : sides) sheet.table(move_table(answer, side));
  sheet.table(put_table(answer));
  for (const ReachTold& one : answer.reaches) sheet.table(reach_table(one));
  sheet.heading("Taken for granted");
  for (const std::string& one : answer.assumptions) sheet.point(one);
  return sheet.text();
}

struct Named {
  std::string name, file;
};

Result<std::vector<Named>> named_from(std::string_view flag,
                                      const std::vector<std::string>& given) {
  std::vector<Named> all;
  for (const std::string& one : given) {
    const auto equals = one.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == one.size()) {
      return fail(Reason::bad_input, fmt::format("{} = \"{}\" (must be NAME=FILE)", flag, one));
    }
    all.push_back({one.substr(0, equals), one.substr(equals + 1)});
  }
  return all;
}

Result<std::vector<risk::WatchedAsset>> assets_from(const Ask& ask, UnixSeconds until) {
  const feed::SeriesAsk wanted{until, market::Stale::allow};
  const auto prices = named_from("history", ask.history);
  if (!prices) return prices.error();
  const auto indices = named_from("iv_index", ask.iv_index);
  if (!indices) return indices.error();
  if (prices->empty()) {
    return fail(Reason::missing_data, "history (give hourly prices: --history ETH=FILE)");
  }
  std::vector<risk::WatchedAsset> assets;
  const auto named = [&](const std::string& name) {
    return std::ranges::find(assets, name, &risk::WatchedAsset::name);
  };
  for (const Named& one : *prices) {
    auto series = feed::read_history(one.file, wanted);
    if (!series) return series.error();
    if (named(one.name) == assets.end()) assets.push_back({one.name, {}, {}});
    named(one.name)->prices.push_back(*std::move(series));
  }
  for (const Named& one : *indices) {
    if (named(one.name) == assets.end()) {
      return fail(
          Reason::bad_input,
          fmt::format("iv_index {} (has no prices) give --history {}=FILE", one.name, one.name));
    }
    auto series = feed::read_iv_index(one.file, wanted);
    if (!series) return series.error();
    named(one.name)->iv_index.push_back(*std::move(series));
  }
  return assets;
}

Result<std::vector<risk::WatchedToken>> tokens_from(const Ask& ask, UnixSeconds until) {
  std::vector<risk::WatchedToken> tokens;
  const auto plain = named_from("token", ask.token);
  if (!plain) return plain.error();
  for (const Named& one : *plain) {
    auto series = feed::read_history(one.file, {until, market::Stale::allow});
    if (!series) return series.error();
    tokens.push_back({.event = {}, .token = one.name, .prices = *std::move(series)});
  }
  for (const std::string& file : ask.token_moves) {
    auto moves = feed::read_token_moves(file);
    if (!moves) return moves.error();
    for (risk::WatchedToken& one : *moves) {
      one.prices = market::known_at(one.prices, until);
      one.lead = market::known_at(one.lead, until);
      if (!one.prices.empty() && !one.lead.empty()) tokens.push_back(std::move(one));
    }
  }
  return tokens;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (!(ask->material_usd >= 0 && ask->material_usd <= 1e15)) {
    return fail(Reason::out_of_range, "material_usd (must lie in [0, 1e15])");
  }
  const auto until =
      moment_from(ask->until.empty() ? "9999-01-01" : ask->until, DayEdge::last_second);
  if (!until) return until.error();
  progress.enter("reading");
  const auto gathered = gathered_from(ask->incidents, *until);
  if (!gathered) return gathered.error();
  const auto assets = assets_from(*ask, *until);
  if (!assets) return assets.error();
  const auto tokens = tokens_from(*ask, *until);
  if (!tokens) return tokens.error();
  progress.enter("events");
  const auto study = risk::event_study({.incidents = gathered->events.used,
                                        .assets = *assets,
                                        .tokens = *tokens,
                                        .material = Usd{ask->material_usd}});
  if (!study) return study.error();
  const Answer answer = answer_of(*gathered, *study);
  Reply reply{.json = json_of(answer),
              .text = text_of(answer, wish.colour ? report::Colour::on : report::Colour::off),
              .files = {}};
  if (!ask->reaction.empty()) {
    reply.files.push_back({ask->reaction, feed::text_of(study->reaction())});
  }
  return reply;
}

}  // namespace

Entry study_events() {
  return {.name = "study-events",
          .about = "What markets did around incidents, and what puts would have paid.",
          .fields = fields_of<Ask>,
          .run = run};
}

}  // namespace levee::api::kind
