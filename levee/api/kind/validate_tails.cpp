// levee/api/kind/validate_tails.cpp — did the tails hold? Forecasts along history, judged.
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/series_file.h"
#include "levee/report/sheet.h"
#include "levee/risk/walk_forward.h"
#include "levee/scenario/kind.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::vector<std::string> history, iv_index, asset, horizon_days, scenarios;
  std::string from, to, page;
  double range_percent = 20;
  double paths = 10'000;
  double seed = 1;
  double significance = 0.05;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("history", self.history, "prices of an asset, hourly or daily; given once for each");
    visit("iv_index", self.iv_index,
          "volatility index of the assets in the same order; none: on prices alone");
    visit("asset", self.asset, "names of the assets in the same order");
    visit("horizon_days", self.horizon_days, "how far ahead, whole days; 1 and 10 if not given");
    visit("scenarios", self.scenarios, "kinds to judge; all of the shelf if not given");
    visit("from", self.from, "first day of a forecast; a year into the history if not given");
    visit("to", self.to, "last day");
    visit("range_percent", self.range_percent, "width of the position's range to either side");
    visit("paths", self.paths, "scenarios of each forecast");
    visit("seed", self.seed, "of the scenarios");
    visit("significance", self.significance, "p-value below which a test fails");
    visit("page", self.page, "write the tables as Markdown to this file");
  }
};

struct TestTold {
  double statistic = 0, p_value = 0;
  bool holds = false;
  std::string told;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("statistic", self.statistic, "");
    visit("p_value", self.p_value, "chance of so bad a result if the forecasts were right");
    visit("holds", self.holds, "p_value at least the significance");
    visit("told", self.told, "in words");
  }
};

struct RowTold {
  std::string kind, loss;
  double days = 0, beyond99 = 0, expected99 = 0, beyond975 = 0, expected975 = 0;
  double mean_var99 = 0;
  TestTold coverage, alone, shortfall;
  bool holds = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("kind", self.kind, "of scenario");
    visit("loss", self.loss, "position: of its value; hold: impermanent loss");
    visit("days", self.days, "forecasts judged, none overlapping another");
    visit("beyond99", self.beyond99, "losses beyond VaR 99 %");
    visit("expected99", self.expected99, "if the forecasts were right");
    visit("beyond975", self.beyond975, "losses beyond VaR 97.5 %");
    visit("expected975", self.expected975, "if the forecasts were right");
    visit("mean_var99", self.mean_var99, "mean forecast VaR 99 %, share of the value put in");
    visit("coverage", self.coverage, "Kupiec, VaR 99 %");
    visit("alone", self.alone, "Christoffersen's independence, VaR 99 %");
    visit("shortfall", self.shortfall, "Acerbi and Szekely's Z2, 97.5 %");
    visit("holds", self.holds, "in all three");
  }
};

struct MissTold {
  std::string kind, why;
  double moments = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("kind", self.kind, "of scenario");
    visit("why", self.why, "it could not be drawn, on the first moment");
    visit("moments", self.moments, "on which it could not be drawn");
  }
};

struct TableTold {
  std::string asset, source, index, first, last;
  double horizon_days = 0, gaps = 0;
  std::vector<RowTold> rows;
  std::vector<MissTold> misses;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("asset", self.asset, "");
    visit("source", self.source, "of the prices");
    visit("index", self.index, "volatility index; empty: none");
    visit("first", self.first, "moment of the first forecast");
    visit("last", self.last, "last moment a forecast may reach");
    visit("horizon_days", self.horizon_days, "");
    visit("gaps", self.gaps, "moments left out: no price at one of their ends");
    visit("rows", self.rows, "by loss and kind");
    visit("misses", self.misses, "kinds that could not be drawn throughout");
  }
};

struct Answer {
  double range_percent = 0, paths = 0, significance = 0, failed = 0, judged = 0;
  std::vector<TableTold> tables;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("range_percent", self.range_percent, "of the positions");
    visit("paths", self.paths, "of each forecast");
    visit("significance", self.significance, "of each test");
    visit("judged", self.judged, "rows in all tables");
    visit("failed", self.failed, "rows in which at least one test fails");
    visit("tables", self.tables, "one an asset and horizon");
  }
};

TestTold told(const risk::Verdict& verdict) {
  return {verdict.statistic, verdict.p_value, verdict.holds, verdict.told};
}

RowTold told(const risk::WalkRow& row) {
  const auto count = [](std::size_t n) { return static_cast<double>(n); };
  return {.kind = row.kind,
          .loss = row.of == risk::LossOf::position ? "position" : "hold",
          .days = count(row.days),
          .beyond99 = count(row.beyond99),
          .expected99 = 0.01 * count(row.days),
          .beyond975 = count(row.beyond975),
          .expected975 = 0.025 * count(row.days),
          .mean_var99 = row.mean_var99,
          .coverage = told(row.coverage),
          .alone = told(row.alone),
          .shortfall = told(row.shortfall),
          .holds = row.holds};
}

// What failed, named; or that it holds.
std::string verdict_of(const RowTold& row) {
  if (row.holds) return "holds";
  std::string why;
  const auto add = [&](bool fine, std::string_view text) {
    if (!fine) why += fmt::format("{}{}", why.empty() ? "" : ", ", text);
  };
  add(row.coverage.holds, row.beyond99 > row.expected99 ? "too many" : "too few");
  add(row.alone.holds, "in clusters");
  add(row.shortfall.holds, "too large");
  return "FAILS: " + why;
}

report::Table table_of(const TableTold& told) {
  report::Table table;
  table.title = fmt::format("{}, {:.3g} days ahead, {} to {}", told.asset, told.horizon_days,
                            told.first.substr(0, 10), told.last.substr(0, 10));
  table.columns = {{"kind", report::Kind::name},
                   {"days"},
                   {"> VaR99"},
                   {"> VaR97.5"},
                   {"VaR99 %"},
                   {"Kupiec p"},
                   {"indep. p"},
                   {"Z2"},
                   {"Z2 p"},
                   {"verdict", report::Kind::words}};
  std::string loss;
  for (const RowTold& row : told.rows) {
    if (row.loss != loss) {
      loss = row.loss;
      table.rows.push_back(
          {{loss == "hold" ? "impermanent loss (against holding)" : "loss of the position's value"},
           report::RowKind::group});
    }
    table.rows.push_back(
        {{row.kind, fmt::format("{:.0f}", row.days),
          fmt::format("{:.0f} / {:.1f}", row.beyond99, row.expected99),
          fmt::format("{:.0f} / {:.1f}", row.beyond975, row.expected975),
          fmt::format("{:.2f}", 100 * row.mean_var99), fmt::format("{:.3f}", row.coverage.p_value),
          fmt::format("{:.3f}", row.alone.p_value), fmt::format("{:.2f}", row.shortfall.statistic),
          fmt::format("{:.3f}", row.shortfall.p_value), verdict_of(row)}});
  }
  for (const MissTold& miss : told.misses) {
    table.note += fmt::format("{}{}: not drawn on {:.0f} moments, first because: {}.",
                              table.note.empty() ? "" : " ", miss.kind, miss.moments, miss.why);
  }
  return table;
}

std::string summary_of(const Answer& answer) {
  return fmt::format(
      "{:.0f} of {:.0f} rows fail at least one of three tests at {:.3g} % each; of forecasts that "
      "are all right about {:.0f} would.",
      answer.failed, answer.judged, 100 * answer.significance,
      answer.judged * (1 - std::pow(1 - answer.significance, 3)));
}

std::string markdown_of(const Answer& answer) {
  std::string page = fmt::format(
      "# Do the tails hold?\n\n"
      "Made by `levee validate-tails` (`./dev validate`). Every day of the record each kind of "
      "scenario is\ncalibrated on what was known then, its forecast of a position's loss is "
      "written down, and what came is\ncompared. The position is set up anew at each forecast, "
      "{:.3g} % to either side of the price; losses are\nshares of the value put in, fees left "
      "out. Forecasts do not overlap. {:.0f} scenarios each.\n\n"
      "**> VaR99**: losses beyond the forecast VaR of 99 %, and how many were to be "
      "expected. **VaR99 %**: mean forecast; of\ntwo kinds that hold the lower one is sharper. "
      "**Kupiec**: as many as forecast? **indep.**: Christoffersen,\ndo they come alone? **Z2**: "
      "Acerbi and Szekely, are losses beyond VaR 97.5 % as many and as large as\nforecast, against "
      "10,000 histories drawn from the forecasts themselves; negative is too mild.\n\n{}\n",
      answer.range_percent, answer.paths, summary_of(answer));
  for (const TableTold& told : answer.tables) {
    const report::Table table = table_of(told);
    page += fmt::format(
        "\n## {}\n\nPrices: {}. Volatility index: {}. {:.0f} moments without a "
        "price at one of their ends.\n\n|",
        table.title, told.source, told.index.empty() ? "none" : told.index, told.gaps);
    for (const auto& column : table.columns) page += fmt::format(" {} |", column.title);
    page += "\n|";
    for (const auto& column : table.columns) {
      page += column.kind == report::Kind::figure ? "---:|" : "---|";
    }
    page += "\n";
    for (const auto& row : table.rows) {
      page += "|";
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string cell = i < row.cells.size() ? row.cells[i] : "";
        page += row.kind == report::RowKind::group && i == 0 ? fmt::format(" *{}* |", cell)
                                                             : fmt::format(" {} |", cell);
      }
      page += "\n";
    }
    if (!table.note.empty()) page += "\n" + table.note + "\n";
  }
  return page;
}

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

// What is asked of one asset, read.
struct Record {
  std::string asset;
  market::Series prices;
  std::optional<market::Series> index;
};

Result<Record> record_from(const Ask& ask, std::size_t i) {
  constexpr feed::SeriesAsk whole{UnixSeconds{4'102'444'800}, market::Stale::allow};
  auto prices = feed::read_history(ask.history[i], whole);
  if (!prices) return prices.error();
  Record record{i < ask.asset.size() ? ask.asset[i] : file_name(ask.history[i]), *std::move(prices),
                std::nullopt};
  record.prices.source = file_name(ask.history[i]);
  if (i < ask.iv_index.size()) {
    auto index = feed::read_iv_index(ask.iv_index[i], whole);
    if (!index) return index.error();
    record.index = *std::move(index);
    record.index->source = file_name(ask.iv_index[i]);
  }
  return record;
}

struct Span {
  UnixSeconds from, to;
};

// Midnights: daily candles of all sources close there.
Result<Span> span_of(const Ask& ask, const market::Series& prices) {
  const auto midnight = [](UnixSeconds at) {
    const std::int64_t day = days(1).value();
    return UnixSeconds{(at.value() + day - 1) / day * day};
  };
  Span span{midnight(prices.at.front() + days(366)), prices.at.back()};
  if (!ask.from.empty()) {
    const auto from = moment_from(ask.from);
    if (!from) return from.error();
    span.from = midnight(*from);
  }
  if (!ask.to.empty()) {
    const auto to = moment_from(ask.to, DayEdge::last_second);
    if (!to) return to.error();
    span.to = *to + Seconds{1};
  }
  return span;
}

Result<TableTold> judged(const Record& record, std::int64_t horizon_days, const Ask& ask,
                         const parallel::Team& team, Progress& progress) {
  const auto span = span_of(ask, record.prices);
  if (!span) return span.error();
  std::vector<std::string> kinds = ask.scenarios;
  if (kinds.empty()) {
    for (const scenario::Entry& kind : scenario::shelf()) kinds.emplace_back(kind.name);
  }
  const auto report = risk::walk_forward({.asset = record.asset,
                                          .prices = record.prices,
                                          .iv_index = record.index ? &*record.index : nullptr,
                                          .from = span->from,
                                          .to = span->to,
                                          .horizon = days(horizon_days),
                                          .width = ask.range_percent / 100,
                                          .kinds = kinds,
                                          .paths = static_cast<std::size_t>(ask.paths),
                                          .seed = static_cast<std::uint64_t>(ask.seed),
                                          .significance = ask.significance},
                                         team, progress);
  if (!report) return report.error();
  TableTold table{.asset = record.asset,
                  .source = record.prices.source,
                  .index = record.index ? record.index->source : "",
                  .first = text_of(span->from),
                  .last = text_of(span->to),
                  .horizon_days = static_cast<double>(horizon_days),
                  .gaps = static_cast<double>(report->gaps),
                  .rows = {},
                  .misses = {}};
  for (const risk::WalkRow& row : report->rows) table.rows.push_back(told(row));
  for (const risk::WalkMiss& miss : report->misses) {
    table.misses.push_back({miss.kind, miss.why.message, static_cast<double>(miss.moments)});
  }
  return table;
}

Result<Done> check(const Ask& ask) {
  if (ask.history.empty()) {
    return fail(Reason::missing_data, "history (give prices: --history FILE, once for each asset)");
  }
  if (ask.iv_index.size() > ask.history.size() || ask.asset.size() > ask.history.size()) {
    return fail(Reason::bad_input, "more iv_index or asset than history (they go in pairs)");
  }
  if (!(ask.range_percent > 0 && ask.range_percent <= 1e6)) {
    return fail(Reason::out_of_range, "range_percent (must lie in (0, 1000000])");
  }
  if (!(ask.paths >= 1000 && ask.paths <= 1e6)) {
    return fail(Reason::out_of_range, "paths (must lie in [1000, 1000000])");
  }
  if (!(ask.seed >= 0 && ask.seed <= 1e15)) {
    return fail(Reason::out_of_range, "seed (must lie in [0, 1e15])");
  }
  if (!(ask.significance > 0 && ask.significance < 1)) {
    return fail(Reason::out_of_range, "significance (must lie in (0, 1))");
  }
  for (const std::string& kind : ask.scenarios) {
    const auto known = scenario::shelf();
    const auto is = [&](const scenario::Entry& entry) { return entry.name == kind; };
    if (std::none_of(known.begin(), known.end(), is)) {
      return fail(Reason::not_supported,
                  fmt::format("scenarios \"{}\" (no such kind) leave it out to judge all", kind));
    }
  }
  return Done{};
}

Result<std::vector<std::int64_t>> horizons_of(const Ask& ask) {
  std::vector<std::int64_t> horizons;
  for (const std::string& text : ask.horizon_days) {
    const bool digits =
        !text.empty() && text.size() <= 3 &&
        std::all_of(text.begin(), text.end(), [](char c) { return '0' <= c && c <= '9'; });
    const int length = digits ? std::stoi(text) : 0;
    if (length < 1 || length > 365) {
      return fail(Reason::out_of_range,
                  fmt::format("horizon_days \"{}\" (whole days, 1 to 365)", text));
    }
    horizons.push_back(length);
  }
  if (horizons.empty()) horizons = {1, 10};
  return horizons;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (const auto fine = check(*ask); !fine) return fine.error();
  const auto horizons = horizons_of(*ask);
  if (!horizons) return horizons.error();
  const parallel::Team team(wish.threads);
  Answer answer{.range_percent = ask->range_percent,
                .paths = ask->paths,
                .significance = ask->significance,
                .tables = {}};
  for (std::size_t i = 0; i < ask->history.size(); ++i) {
    progress.enter("reading");
    const auto record = record_from(*ask, i);
    if (!record) return record.error();
    for (const std::int64_t horizon : *horizons) {
      auto table = judged(*record, horizon, *ask, team, progress);
      if (!table) return table.error();
      for (const RowTold& row : table->rows) {
        answer.judged += 1;
        answer.failed += row.holds ? 0 : 1;
      }
      answer.tables.push_back(*std::move(table));
    }
  }
  report::Sheet sheet(wish.colour ? report::Colour::on : report::Colour::off);
  for (const TableTold& table : answer.tables) sheet.table(table_of(table));
  sheet.paragraph("");
  sheet.paragraph(summary_of(answer));
  Reply reply{.json = json_of(answer), .text = sheet.text(), .files = {}};
  if (!ask->page.empty()) reply.files.push_back({ask->page, markdown_of(answer)});
  return reply;
}

}  // namespace

Entry validate_tails() {
  return {.name = "validate-tails",
          .about = "Forecast a position's tail along history, day after day, and judge it.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "Forecasts use nothing later than their dates. That the years to come are like the "
              "record is taken for granted."};
}

}  // namespace levee::api::kind
