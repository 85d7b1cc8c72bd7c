// levee/api/kind/score_hazard.cpp — a kept fit against what came after it.
#include "levee/api/hazard_ask.h"
#include "levee/base/json.h"
#include "levee/feed/hazard_file.h"
#include "levee/hazard/forecast_score.h"
#include "levee/report/reliability_picture.h"
#include "levee/report/sheet.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::vector<std::string> incidents;
  std::string since, until, fit = "hazard.json", page, picture;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("incidents", self.incidents, "incidents, as for fit-hazard");
    visit("since", self.since, "first day that is judged; not before the fit's own date");
    visit("until", self.until, "last day; a year later if not given");
    visit("fit", self.fit, "what fit-hazard wrote");
    visit("page", self.page, "write the tables as Markdown to this file");
    visit("picture", self.picture, "draw told against came, SVG, to this file");
  }
};

struct WayTold {
  std::string way;
  double expected = 0, brier = 0, log = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("way", self.way, "of telling the chances");
    visit("expected", self.expected, "protocols that fail, by these chances");
    visit("brier", self.brier, "mean squared error; less is better");
    visit("log", self.log, "mean of -ln of the chance given to what came; less is better");
  }
};

struct GainTold {
  std::string over;
  double brier = 0, brier_error = 0, log = 0, log_error = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("over", self.over, "another way of telling");
    visit("brier", self.brier, "its score less the fit's: above 0 the fit is better");
    visit("brier_error", self.brier_error, "standard error over protocols");
    visit("log", self.log, "");
    visit("log_error", self.log_error, "");
  }
};

struct BinTold {
  double low = 0, high = 0, told = 0, mean_chance = 0, came = 0, share = 0, lower = 0, upper = 0;
  bool holds = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("low", self.low, "lowest chance");
    visit("high", self.high, "highest");
    visit("told", self.told, "protocols");
    visit("mean_chance", self.mean_chance, "told");
    visit("came", self.came, "failures");
    visit("share", self.share, "of the protocols");
    visit("lower", self.lower, "95 % of what the share may truly be");
    visit("upper", self.upper, "");
    visit("holds", self.holds, "the mean chance lies in it");
  }
};

struct GroupTold {
  double told = 0, chance = 0, came = 0, low = 0, high = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("told", self.told, "protocols");
    visit("chance", self.chance, "mean");
    visit("came", self.came, "failures");
    visit("low", self.low, "5 % of that count if the chances are right, as unsure as they are");
    visit("high", self.high, "95 %");
  }
};

struct GroupsTold {
  std::string way;
  double held = 0;
  std::vector<GroupTold> groups;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("way", self.way, "of telling the chances");
    visit("held", self.held, "groups whose count lies in its band");
    visit("groups", self.groups, "of protocols by chance");
  }
};

struct Answer {
  std::string fit, fitted_until, since, until;
  std::vector<FileTold> files;
  double protocols = 0, failed = 0;
  std::vector<std::string> not_judged;
  std::vector<WayTold> ways;
  std::vector<GainTold> gains;
  std::vector<BinTold> reliability;
  std::vector<GroupsTold> groups;
  double expected_low = 0, expected_high = 0;
  std::string verdict;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("fit", self.fit, "its file");
    visit("fitted_until", self.fitted_until, "nothing later was used");
    visit("since", self.since, "");
    visit("until", self.until, "");
    visit("files", self.files, "of incidents");
    visit("protocols", self.protocols, "listed before");
    visit("failed", self.failed, "at least once");
    visit("not_judged", self.not_judged, "incidents of these days, how many and why");
    visit("ways", self.ways, "");
    visit("gains", self.gains, "of the fit over other ways");
    visit("reliability", self.reliability, "");
    visit("groups", self.groups, "what came beside the forecast's own band, by way");
    visit("expected_low", self.expected_low,
          "5 % of the fit's count of failures, normal about each draw's");
    visit("expected_high", self.expected_high, "95 %");
    visit("verdict", self.verdict, "in words");
  }
};

struct Days {
  UnixSeconds since, until;
  Years span() const { return years(until - since); }
};

Result<Days> days_of(const Ask& ask, const hazard::KeptFit& kept) {
  if (ask.since.empty()) {
    return fail(Reason::missing_data, "since (give the first day to judge: --since 2024-01-01)");
  }
  const auto since = moment_from(ask.since);
  if (!since) return since.error();
  // The fit's last second and the first of the next day are neighbours.
  if (*since + Seconds{1} < kept.window.until) {
    return fail(Reason::out_of_range,
                fmt::format("since {} (the fit has seen all until {}) judge later days, or fit "
                            "until an earlier one",
                            ask.since, text_of(kept.window.until)));
  }
  Days days{*since, *since + levee::days(365)};
  if (!ask.until.empty()) {
    const auto until = moment_from(ask.until, DayEdge::last_second);
    if (!until) return until.error();
    days.until = *until + Seconds{1};
  }
  if (!(days.since < days.until)) {
    return fail(Reason::out_of_range,
                fmt::format("until {} (must come after since {})", ask.until, ask.since));
  }
  return days;
}

// Which protocols failed in these days, and what else happened.
struct Came {
  std::vector<bool> failed;  // [protocols]
  std::vector<hazard::LeftOut> left_out;
};

Came came_of(const hazard::KeptFit& kept, std::span<const hazard::Incident> events,
             const Days& days) {
  const hazard::ProtocolIndex index(kept.universe);
  Came came{std::vector<bool>(kept.universe.protocols.size()), {}};
  for (const hazard::Incident& one : events) {
    if (one.exploited < days.since || !(one.exploited < days.until)) continue;
    const auto protocol = index.find(one);
    if (one.mode == hazard::Mode::rug) {
      came.left_out.push_back({one.id, one.protocol, "a rug pull"});
    } else if (!protocol) {
      came.left_out.push_back({one.id, one.protocol, "no protocol of the universe"});
    } else {
      came.failed[*protocol] = true;
    }
  }
  return came;
}

// What three ways of telling said of every protocol that was listed by then.
struct Forecasts {
  std::vector<hazard::Told> own, by_sector, pooled;
  std::vector<double> counts;       // [draws] failures that the fit expects
  num::Matrix<double> by_draw;      // [own][draws] chances
  std::vector<std::size_t> sector;  // [own]
};

Forecasts forecasts_of(const hazard::KeptFit& kept, const Came& came, const Days& days) {
  Forecasts all;
  const double span = days.span().value();
  const Seconds half{(days.until - days.since).value() / 2};
  const std::size_t draws = kept.frequency.sector.columns();
  all.counts.assign(draws, 0);
  all.by_draw = {kept.universe.protocols.size(), draws};
  for (std::size_t i = 0; i < kept.universe.protocols.size(); ++i) {
    const hazard::Protocol& one = kept.universe.protocols[i];
    if (!(one.listed < days.since)) continue;
    const auto sector = static_cast<std::size_t>(one.sector);
    const auto rates = kept.frequency.rates(sector, covariates_at(one, days.since + half));
    double chance = 0;
    for (std::size_t d = 0; d < rates.size(); ++d) {
      const double own = -std::expm1(-rates[d] * span);
      chance += own / static_cast<double>(rates.size());
      all.counts[d] += own;
      all.by_draw.row(all.own.size())[d] = own;
    }
    all.sector.push_back(sector);
    const bool failed = came.failed[i];
    all.own.push_back({chance, failed});
    all.by_sector.push_back({kept.sector[sector].within(days.span()).value(), failed});
    all.pooled.push_back({kept.pooled.within(days.span()).value(), failed});
  }
  return all;
}

// What a rate known as a gamma law expects of each of so many, world by world.
std::vector<double> expected_by(const hazard::EventRate& rate, double span, double protocols) {
  constexpr int worlds = 200;
  std::vector<double> expected;
  for (int i = 0; i < worlds; ++i) {
    const double chance = -std::expm1(-rate.quantile((i + 0.5) / worlds).value() * span);
    expected.push_back(protocols * chance);
  }
  return expected;
}

// Groups of one way of telling; expected(members) is what it expects of them, world by world.
template <class Expected>
GroupsTold groups_told(std::string_view way, std::span<const hazard::Told> told,
                       const std::vector<std::vector<std::size_t>>& groups, Expected expected) {
  GroupsTold made{.way = std::string(way), .groups = {}};
  for (const std::vector<std::size_t>& members : groups) {
    GroupTold group{.told = static_cast<double>(members.size())};
    for (const std::size_t i : members) {
      group.chance += told[i].chance / group.told;
      group.came += told[i].came ? 1 : 0;
    }
    const hazard::CountBand band = hazard::count_band(expected(members));
    group.low = static_cast<double>(band.low), group.high = static_cast<double>(band.high);
    made.held += group.low <= group.came && group.came <= group.high ? 1 : 0;
    made.groups.push_back(group);
  }
  return made;
}

std::vector<GroupsTold> groups_of(const hazard::KeptFit& kept, const Forecasts& all, double span) {
  using Members = std::vector<std::size_t>;
  const auto own = [&](const Members& members) {
    std::vector<double> expected(all.by_draw.columns());
    for (const std::size_t i : members) {
      for (std::size_t d = 0; d < expected.size(); ++d) expected[d] += all.by_draw.row(i)[d];
    }
    return expected;
  };
  const auto by_sector = [&](const Members& members) {
    return expected_by(kept.sector[all.sector[members.front()]], span,
                       static_cast<double>(members.size()));
  };
  const auto pooled = [&](const Members& members) {
    return expected_by(kept.pooled, span, static_cast<double>(members.size()));
  };
  return {groups_told("the fit", all.own, hazard::bins_of(all.own, 10), own),
          groups_told("sector base rates", all.by_sector, hazard::same_chances(all.by_sector),
                      by_sector),
          groups_told("one rate for all", all.pooled, hazard::same_chances(all.pooled), pooled)};
}

std::string picture_of(const Answer& answer) {
  std::vector<report::ReliabilityPanel> panels;
  for (const GroupsTold& way : answer.groups) {
    report::ReliabilityPanel panel{
        .title = way.way,
        .note = fmt::format("{:.0f} of {} in their band", way.held, way.groups.size()),
        .points = {}};
    for (const GroupTold& one : way.groups) {
      panel.points.push_back(
          {one.chance, one.came / one.told, one.low / one.told, one.high / one.told});
    }
    panels.push_back(std::move(panel));
  }
  return report::reliability_picture(panels);
}

WayTold told(std::string_view way, std::span<const hazard::Told> chances) {
  const hazard::Score score = hazard::score_of(chances);
  double expected = 0;
  for (const hazard::Told& one : chances) expected += one.chance;
  return {std::string(way), expected, score.brier, score.log};
}

GainTold told(std::string_view over, const hazard::Gain& gain) {
  return {std::string(over), gain.brier, gain.brier_error, gain.log, gain.log_error};
}

// Better or worse by more than twice its error; and whether as many failed as were told.
std::string verdict_of(const Answer& answer) {
  std::string words;
  for (const GainTold& one : answer.gains) {
    const double errors = one.log_error > 0 ? one.log / one.log_error : 0;
    words += fmt::format("{} {} by the log score ({:+.1f} standard errors). ",
                         errors > 2    ? "Better than"
                         : errors < -2 ? "WORSE than"
                                       : "Not told apart from",
                         one.over, errors);
  }
  constexpr double fewest = 5;
  if (answer.failed < fewest && answer.ways.front().expected < fewest) {
    return words + fmt::format(
                       "{:.0f} protocols failed where {:.1f} were expected: too few to "
                       "judge the level.",
                       answer.failed, answer.ways.front().expected);
  }
  const bool held = answer.expected_low <= answer.failed && answer.failed <= answer.expected_high;
  words += fmt::format(
      "{:.0f} protocols failed where {:.0f} were expected (90 %: {:.0f} to "
      "{:.0f}): {}.",
      answer.failed, answer.ways.front().expected, answer.expected_low, answer.expected_high,
      held                                  ? "the level holds"
      : answer.failed < answer.expected_low ? "the level is TOO HIGH"
                                            : "the level is TOO LOW");
  return words;
}

report::Table way_table(const Answer& answer) {
  report::Table table;
  table.title = "Scores";
  table.columns = {{"way", report::Kind::name}, {"expected"}, {"Brier"},          {"log"},
                   {"fit gains, Brier"},        {"error"},    {"fit gains, log"}, {"error"}};
  for (std::size_t i = 0; i < answer.ways.size(); ++i) {
    const WayTold& one = answer.ways[i];
    std::vector<std::string> cells{one.way,
                                   fmt::format("{:.1f}", one.expected),
                                   fmt::format("{:.6f}", one.brier),
                                   fmt::format("{:.6f}", one.log),
                                   "",
                                   "",
                                   "",
                                   ""};
    if (i > 0) {
      const GainTold& gain = answer.gains[i - 1];
      cells[4] = fmt::format("{:+.6f}", gain.brier),
      cells[5] = fmt::format("{:.6f}", gain.brier_error);
      cells[6] = fmt::format("{:+.6f}", gain.log), cells[7] = fmt::format("{:.6f}", gain.log_error);
    }
    table.rows.push_back({std::move(cells)});
  }
  table.note = "Less is better; a gain above 0 is the fit's.";
  return table;
}

report::Table bin_table(const Answer& answer) {
  report::Table table;
  table.title = "Reliability: protocols by the chance they were told, %";
  table.columns = {{"chance"}, {"protocols"},    {"mean chance"},          {"failed"},
                   {"share"},  {"may truly be"}, {"", report::Kind::words}};
  for (const BinTold& one : answer.reliability) {
    table.rows.push_back(
        {{fmt::format("{:.2f} to {:.2f}", 100 * one.low, 100 * one.high),
          fmt::format("{:.0f}", one.told), fmt::format("{:.2f}", 100 * one.mean_chance),
          fmt::format("{:.0f}", one.came), fmt::format("{:.2f}", 100 * one.share),
          fmt::format("{:.2f} to {:.2f}", 100 * one.lower, 100 * one.upper),
          one.holds                     ? "holds"
          : one.mean_chance > one.upper ? "told too high"
                                        : "told too low"}});
  }
  return table;
}

std::string markdown_of(const report::Table& table) {
  std::string text = fmt::format("\n#### {}\n\n|", table.title);
  for (const auto& column : table.columns) text += fmt::format(" {} |", column.title);
  text += "\n|";
  for (const auto& column : table.columns) {
    text += column.kind == report::Kind::figure ? "---:|" : "---|";
  }
  for (const auto& row : table.rows) {
    text += "\n|";
    for (const std::string& cell : row.cells) text += fmt::format(" {} |", cell);
  }
  return text + "\n" + (table.note.empty() ? "" : "\n" + table.note + "\n");
}

std::string held_of(const Answer& answer) {
  std::string held = "Groups whose failures lie in the forecast's own 5 to 95 %:";
  for (const GroupsTold& way : answer.groups) {
    held += fmt::format("{} {} {:.0f} of {}", &way == answer.groups.data() ? "" : ",", way.way,
                        way.held, way.groups.size());
  }
  return held + ".";
}

std::string title_of(const Answer& answer) {
  return fmt::format("Fitted until {}, judged {} to {}: {:.0f} protocols, {:.0f} failed",
                     answer.fitted_until.substr(0, 10), answer.since.substr(0, 10),
                     answer.until.substr(0, 10), answer.protocols, answer.failed);
}

Answer answer_of(const hazard::KeptFit& kept, const Gathered& gathered, const Days& days) {
  const Came came = came_of(kept, gathered.events.used, days);
  Forecasts all = forecasts_of(kept, came, days);
  Answer answer;
  answer.fitted_until = text_of(kept.window.until);
  answer.since = text_of(days.since), answer.until = text_of(days.until - Seconds{1});
  answer.files = gathered.files;
  answer.not_judged = reasons_of(came.left_out);
  answer.protocols = static_cast<double>(all.own.size());
  answer.failed = static_cast<double>(std::ranges::count(all.own, true, &hazard::Told::came));
  if (all.own.empty()) return answer;
  answer.ways = {told("the fit", all.own), told("sector base rates", all.by_sector),
                 told("one rate for all", all.pooled)};
  answer.gains = {told("sector base rates", hazard::gain_over(all.own, all.by_sector)),
                  told("one rate for all", hazard::gain_over(all.own, all.pooled))};
  for (const hazard::Bin& one : hazard::reliability_of(all.own, 10)) {
    const double share = static_cast<double>(one.came) / static_cast<double>(one.told);
    const double lower = one.lower.value(), upper = one.upper.value();
    answer.reliability.push_back({one.low, one.high, static_cast<double>(one.told), one.mean_chance,
                                  static_cast<double>(one.came), share, lower, upper,
                                  lower <= one.mean_chance && one.mean_chance <= upper});
  }
  answer.groups = groups_of(kept, all, days.span().value());
  // The rates' own uncertainty, and the chance of failures around them.
  std::vector<double> counts;
  for (std::size_t d = 0; d < all.counts.size(); ++d) {
    num::Draws draws(1, 0x73636f72, d);
    for (int i = 0; i < 20; ++i) {
      counts.push_back(all.counts[d] + std::sqrt(all.counts[d]) * draws.normal());
    }
  }
  const hazard::Known expected = hazard::known_from(std::move(counts));
  answer.expected_low = std::max(expected.low, 0.0), answer.expected_high = expected.high;
  answer.verdict = verdict_of(answer);
  return answer;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  progress.enter("reading");
  const auto kept = feed::read_hazard(ask->fit);
  if (!kept) return kept.error();
  const auto days = days_of(*ask, *kept);
  if (!days) return days.error();
  // Judged with hindsight: whatever is known of those days by now.
  const auto gathered = gathered_from(ask->incidents, days->until + levee::days(7300));
  if (!gathered) return gathered.error();
  progress.enter("scores");
  Answer answer = answer_of(*kept, *gathered, *days);
  answer.fit = ask->fit;
  if (answer.ways.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{}: no protocol was listed before {}", ask->fit, ask->since));
  }
  report::Sheet sheet(wish.colour ? report::Colour::on : report::Colour::off);
  sheet.heading(title_of(answer));
  sheet.paragraph(answer.verdict);
  if (!answer.not_judged.empty()) {
    sheet.point(fmt::format("Incidents of these days that are not judged: {}.",
                            fmt::join(answer.not_judged, ", ")));
  }
  sheet.table(way_table(answer));
  sheet.table(bin_table(answer));
  sheet.paragraph(held_of(answer));
  Reply reply{.json = json_of(answer), .text = sheet.text(), .files = {}};
  if (!ask->picture.empty()) reply.files.push_back({ask->picture, picture_of(answer)});
  if (!ask->page.empty()) {
    reply.files.push_back(
        {ask->page, fmt::format("## Do the hazards hold?\n\nMade by `levee score-hazard` "
                                "(`./dev validate`).\n\n### {}\n\n{}\n{}{}\n{}\n",
                                title_of(answer), answer.verdict, markdown_of(way_table(answer)),
                                markdown_of(bin_table(answer)), held_of(answer))});
  }
  return reply;
}

}  // namespace

Entry score_hazard() {
  return {.name = "score-hazard",
          .about = "Judge a kept fit of hazard by what came after it.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "What the files do not report is taken not to have happened, and the next years to "
              "be like those that were scored."};
}

}  // namespace levee::api::kind
