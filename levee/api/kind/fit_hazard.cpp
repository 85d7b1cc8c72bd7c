// levee/api/kind/fit_hazard.cpp — what incidents by a date tell of how often, how much, how again.
#include "levee/api/hazard_ask.h"
#include "levee/base/json.h"
#include "levee/feed/hazard_file.h"
#include "levee/feed/universe_file.h"
#include "levee/hazard/deposits.h"
#include "levee/report/sheet.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::vector<std::string> incidents;
  std::string universe, until, since = "2021-01-01", fit = "hazard.json";
  double threshold_usd = 1e6, draws = 2000, seed = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("incidents", self.incidents,
          "incidents: levee's own file or a tracker's export; of several the first is believed");
    visit("universe", self.universe, "protocols that could have failed, CSV");
    visit("until", self.until, "date of the fit: nothing disclosed later is used");
    visit("since", self.since, "first day of exposure");
    visit("threshold_usd", self.threshold_usd, "losses beyond it are the tail, and material");
    visit("draws", self.draws, "from the posterior of the rates");
    visit("seed", self.seed, "of every random number");
    visit("fit", self.fit, "write the fit to this file, for score-hazard");
  }
};

struct BandTold {
  double mean = 0, low = 0, high = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("mean", self.mean, "");
    visit("low", self.low, "5 %");
    visit("high", self.high, "95 %");
  }
};

struct SeverityTold {
  double losses = 0, beyond = 0, cut = 0, threshold_usd = 0, shape = 0, scale_usd = 0;
  std::optional<double> shape_lower, shape_upper;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("losses", self.losses, "known");
    visit("beyond", self.beyond, "the threshold");
    visit("cut", self.cut, "of these with a known value before");
    visit("threshold_usd", self.threshold_usd, "");
    visit("shape", self.shape, "of the generalised Pareto law; 1 and more: no mean without a cut");
    visit("scale_usd", self.scale_usd, "");
    visit("shape_lower", self.shape_lower, "95 % by profile likelihood; missing: not closed");
    visit("shape_upper", self.shape_upper, "");
  }
};

struct SectorTold {
  std::string sector;
  double protocol_years = 0, events = 0;
  BandTold rate, within_a_year, recovered;
  double recoveries = 0;
  std::optional<SeverityTold> severity;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("sector", self.sector, "");
    visit("protocol_years", self.protocol_years, "of exposure");
    visit("events", self.events, "that befell these protocols");
    visit("rate", self.rate, "a protocol and year, without covariates");
    visit("within_a_year", self.within_a_year, "chance of at least one event");
    visit("recovered", self.recovered, "mean share of a loss that came back");
    visit("recoveries", self.recoveries, "losses of the sector of which that is known");
    visit("severity", self.severity, "missing: too few losses beyond the threshold");
  }
};

struct EffectTold {
  std::string covariate;
  BandTold log_rate_ratio, rate_ratio;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("covariate", self.covariate, "");
    visit("log_rate_ratio", self.log_rate_ratio, "per unit");
    visit("rate_ratio", self.rate_ratio, "its exponential");
  }
};

struct ClusterTold {
  std::string of;
  double events = 0, monthly_alpha = 0, monthly_p = 1;
  std::optional<double> branching, branching_error, half_life_days, gain;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("of", self.of, "");
    visit("events", self.events, "in the window");
    visit("monthly_alpha", self.monthly_alpha, "variance = mean + alpha mean^2 of monthly counts");
    visit("monthly_p", self.monthly_p, "chance of such scatter if they were Poisson");
    visit("branching", self.branching, "events that an event brings");
    visit("branching_error", self.branching_error, "standard error");
    visit("half_life_days", self.half_life_days, "of what it brings");
    visit("gain", self.gain, "twice the log-likelihood over a constant rate");
  }
};

struct Answer {
  std::string until, since, universe;
  double protocols = 0, protocols_left_out = 0;
  std::vector<std::string> concentrated;
  std::vector<FileTold> files;
  double events = 0, duplicates = 0, conflicts = 0;
  std::vector<std::string> conflict_list, not_counted;
  double counted = 0, effective_draws = 0, draws = 0, evidence_gain = 0;
  std::vector<SectorTold> sectors;
  std::vector<EffectTold> effects;
  std::optional<SeverityTold> severity;
  BandTold lost, recovered;
  double lost_events = 0, recoveries = 0;
  std::vector<ClusterTold> clustering;
  std::vector<std::string> assumptions;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("until", self.until, "nothing disclosed later was used");
    visit("since", self.since, "");
    visit("universe", self.universe, "its file");
    visit("protocols", self.protocols, "of the universe");
    visit("protocols_left_out", self.protocols_left_out, "custodial venues and chains");
    visit("concentrated", self.concentrated,
          "protocols of whose deposits more than 60 % are in one hand, where deposits are known");
    visit("files", self.files, "of incidents");
    visit("events", self.events, "of all files, each once");
    visit("duplicates", self.duplicates, "rows that were another file's event");
    visit("conflicts", self.conflicts, "figures of one event that differ");
    visit("conflict_list", self.conflict_list, "the first hundred");
    visit("counted", self.counted, "events in the rates: counted + not counted = events");
    visit("not_counted", self.not_counted, "how many, and why");
    visit("draws", self.draws, "from the posterior");
    visit("effective_draws", self.effective_draws, "of these");
    visit("evidence_gain", self.evidence_gain,
          "natural logarithm of how much likelier covariates make the counts");
    visit("sectors", self.sectors, "");
    visit("effects", self.effects, "what goes with failing more or less, size held fixed");
    visit("severity", self.severity, "of all sectors");
    visit("lost", self.lost, "mean share of a protocol's value that an event takes");
    visit("lost_events", self.lost_events, "it stands on");
    visit("recovered", self.recovered, "mean share of a loss that came back, all sectors");
    visit("recoveries", self.recoveries, "it stands on");
    visit("clustering", self.clustering, "do events bring events?");
    visit("assumptions", self.assumptions, "what was taken for granted");
  }
};

double count_of(std::size_t count) { return static_cast<double>(count); }

BandTold told(const hazard::Known& known) { return {known.mean, known.low, known.high}; }

// A mean with the band of its posterior.
BandTold told(const hazard::ShareLaw& law, std::uint64_t seed) {
  std::vector<double> means;
  num::Draws draws(seed, 0x73686172, 0);
  for (int i = 0; i < 2000; ++i) means.push_back(law.drawn_mean(draws).value());
  const hazard::Known known = hazard::known_from(std::move(means));
  return {law.mean().value(), known.low, known.high};
}

std::optional<SeverityTold> told(const std::optional<hazard::SeverityFit>& fit) {
  if (!fit) return std::nullopt;
  return SeverityTold{count_of(fit->losses),      count_of(fit->beyond), count_of(fit->cut),
                      fit->law.threshold.value(), fit->law.shape,        fit->law.scale.value(),
                      fit->shape_lower,           fit->shape_upper};
}

SectorTold told(const hazard::SectorFit& fit, std::uint64_t seed) {
  const auto at = [&](double p) { return fit.rate.quantile(p).value(); };
  const auto chance = [](double rate) { return -std::expm1(-rate); };
  return {.sector = std::string(name_of(fit.sector)),
          .protocol_years = fit.years,
          .events = fit.events,
          .rate = {fit.rate.mean().value(), at(0.05), at(0.95)},
          .within_a_year = {fit.rate.within(Years{1}).value(), chance(at(0.05)), chance(at(0.95))},
          .recovered = told(fit.recovered, seed),
          .recoveries = count_of(fit.recoveries),
          .severity = told(fit.severity)};
}

ClusterTold told(std::string_view of, const hazard::Clustering& found) {
  ClusterTold told{.of = std::string(of),
                   .events = count_of(found.events),
                   .monthly_alpha = found.monthly.alpha,
                   .monthly_p = found.monthly.p_value,
                   .branching = {},
                   .branching_error = {},
                   .half_life_days = {},
                   .gain = {}};
  if (found.fit) {
    told.branching = found.fit->law.branching;
    told.branching_error = found.fit->branching_error;
    if (found.fit->law.branching > 0) told.half_life_days = found.fit->law.half_life();
    told.gain = found.fit->gain();
  }
  return told;
}

std::vector<std::string> assumptions_of(const hazard::Universe& universe,
                                        const hazard::HazardFit& fit) {
  const auto undated =
      std::ranges::count(universe.protocols, false, &hazard::Protocol::listing_known);
  std::vector<std::string> list;
  list.push_back(fmt::format(
      "Covariates are those of the day the universe was written down, also for earlier years; "
      "protocols that ended stay in it as exposed. {} of {} protocols have no date of listing and "
      "count from the window's first day.",
      undated, universe.protocols.size()));
  list.emplace_back(
      "Size is only known as chains and a token. Larger protocols are attacked more and audited "
      "more: what of that these two do not catch stands under \"audited\", which is no effect of "
      "audits.");
  list.emplace_back(
      "A trend over calendar years is carried on to the days that are judged; nobody knows how far "
      "it goes.");
  list.emplace_back(
      "An incident counts for the protocol whose id or name it carries. Trackers date disclosures "
      "by the day of the event; the day after is taken.");
  list.emplace_back(
      "Recoveries carry no date: those of incidents disclosed in the last 90 days are not used. "
      "Where a tracker writes 0, nothing came back.");
  list.emplace_back(
      "levee's own file of incidents is a choice of those that matter, no sample: alone it makes "
      "rates too low and losses too large. Give a tracker beside it.");
  if (fit.lost_events == 0 || fit.recoveries == 0) {
    list.emplace_back(
        "Of no event are both loss and value before, or what came back, known: that share is what "
        "was believed before, not measured.");
  }
  list.emplace_back(
      "Losses with no known value before are not cut; their tail is the longer for it.");
  return list;
}

std::string percent(double share) { return fmt::format("{:.3g}", 100 * share); }

std::string band(const BandTold& told, double unit) {
  return fmt::format("{:.3g} to {:.3g}", unit * told.low, unit * told.high);
}

report::Table sector_table(const Answer& answer) {
  report::Table table;
  table.title = "How often: events a protocol and year, %";
  table.columns = {{"sector", report::Kind::name},
                   {"protocol-years"},
                   {"events"},
                   {"mean"},
                   {"90 % band"},
                   {"came back %"},
                   {"tail shape"},
                   {"of losses"}};
  for (const SectorTold& one : answer.sectors) {
    const auto& tail = one.severity;
    table.rows.push_back(
        {{one.sector, fmt::format("{:.0f}", one.protocol_years), fmt::format("{:.0f}", one.events),
          percent(one.rate.mean), band(one.rate, 100),
          one.recoveries > 0 ? percent(one.recovered.mean) : "-",
          tail ? fmt::format("{:.2f}", tail->shape) : "-",
          tail ? fmt::format("{:.0f}", tail->beyond) : "-"}});
  }
  table.note =
      "Came back: mean share of a loss, shrunk to all sectors'; -: known of none. Tail shape: of "
      "losses beyond the "
      "threshold; 1 and more has no mean unless cut at what was there; -: too few losses.";
  return table;
}

report::Table effect_table(const Answer& answer) {
  report::Table table;
  table.title = "What goes with it: rate ratio per unit, the others held fixed";
  table.columns = {{"covariate", report::Kind::name}, {"ratio"}, {"90 % band"}};
  for (const EffectTold& one : answer.effects) {
    table.rows.push_back(
        {{one.covariate, fmt::format("{:.2f}", one.rate_ratio.mean), band(one.rate_ratio, 1)}});
  }
  table.note = fmt::format(
      "Together they make the counts e^{:.1f} times likelier than sectors "
      "alone. {:.0f} of {:.0f} draws are effective.",
      answer.evidence_gain, answer.effective_draws, answer.draws);
  return table;
}

report::Table cluster_table(const Answer& answer) {
  report::Table table;
  table.title = "Do events bring events?";
  table.columns = {{"events", report::Kind::name},
                   {"count"},
                   {"brought by one"},
                   {"error"},
                   {"half-life, days"},
                   {"2 ln L gained"},
                   {"monthly scatter, p"}};
  const auto shown = [](const std::optional<double>& x) {
    return x ? fmt::format("{:.3g}", *x) : std::string("-");
  };
  for (const ClusterTold& one : answer.clustering) {
    table.rows.push_back({{one.of, fmt::format("{:.0f}", one.events), shown(one.branching),
                           shown(one.branching_error), shown(one.half_life_days), shown(one.gain),
                           fmt::format("{:.2g}", one.monthly_p)}});
  }
  table.note =
      "A trend in the number of events looks like clustering to this test, with a long half-life.";
  return table;
}

std::string text_of(const Answer& answer, report::Colour colour) {
  report::Sheet sheet(colour);
  sheet.heading(fmt::format("Hazard fitted on what was known on {}", answer.until.substr(0, 10)));
  if (!answer.concentrated.empty()) {
    sheet.point(fmt::format("More than 60 % of deposits are in one hand: {}",
                            fmt::join(answer.concentrated, ", ")));
  }
  for (const FileTold& file : answer.files) {
    std::string line =
        fmt::format("{}: {:.0f} of {:.0f} rows used", file.file, file.used, file.rows);
    if (!file.left_out.empty())
      line += fmt::format("; left out: {}", fmt::join(file.left_out, ", "));
    if (!file.set_aside.empty()) {
      line += fmt::format("; cells set aside: {}", fmt::join(file.set_aside, ", "));
    }
    sheet.point(line);
  }
  sheet.point(
      fmt::format("{:.0f} events, {:.0f} rows twice, {:.0f} conflicts; {:.0f} in the "
                  "rates, not: {}",
                  answer.events, answer.duplicates, answer.conflicts, answer.counted,
                  fmt::join(answer.not_counted, ", ")));
  sheet.table(sector_table(answer));
  sheet.table(effect_table(answer));
  sheet.table(cluster_table(answer));
  sheet.heading("How much");
  if (answer.severity) {
    sheet.point(fmt::format(
        "{:.0f} losses beyond {:.3g} USD: shape {:.2f} ({} to {}), scale {:.3g} "
        "USD; {:.0f} of them cut at what was there.",
        answer.severity->beyond, answer.severity->threshold_usd, answer.severity->shape,
        answer.severity->shape_lower ? fmt::format("{:.2f}", *answer.severity->shape_lower) : "?",
        answer.severity->shape_upper ? fmt::format("{:.2f}", *answer.severity->shape_upper) : "?",
        answer.severity->scale_usd, answer.severity->cut));
  }
  sheet.point(
      fmt::format("An event takes {} % of what was there (90 % band {} %, {:.0f} events), "
                  "and {} % of a loss comes back ({} %, {:.0f}).",
                  percent(answer.lost.mean), band(answer.lost, 100), answer.lost_events,
                  percent(answer.recovered.mean), band(answer.recovered, 100), answer.recoveries));
  sheet.heading("Taken for granted");
  for (const std::string& one : answer.assumptions) sheet.point(one);
  return sheet.text();
}

Answer answer_of(const Ask& ask, const Gathered& gathered, const hazard::Universe& universe,
                 const hazard::HazardFit& fit) {
  const auto seed = static_cast<std::uint64_t>(ask.seed);
  Answer answer;
  answer.until = text_of(fit.window.until), answer.since = text_of(fit.window.from);
  answer.universe = universe.source;
  answer.protocols = count_of(universe.protocols.size());
  answer.protocols_left_out = count_of(universe.left_out.size());
  for (const hazard::Protocol& one : universe.protocols) {
    if (one.largest_deposit && *one.largest_deposit > hazard::concentrated) {
      answer.concentrated.push_back(one.name);
    }
  }
  answer.files = gathered.files;
  answer.events = count_of(gathered.events.used.size());
  answer.duplicates = count_of(gathered.events.duplicates.size());
  answer.conflicts = count_of(gathered.events.conflicts.size());
  for (const hazard::Conflict& one : gathered.events.conflicts) {
    if (answer.conflict_list.size() == 100) break;
    answer.conflict_list.push_back(
        fmt::format("{}: {} ({} and {})", one.protocol, one.what, one.one, one.other));
  }
  answer.counted = count_of(fit.exposure.counted.size());
  answer.not_counted = reasons_of(fit.exposure.left_out);
  answer.draws = ask.draws, answer.effective_draws = fit.frequency.effective_draws;
  answer.evidence_gain = fit.log_evidence_gain;
  for (const hazard::SectorFit& one : fit.sectors) answer.sectors.push_back(told(one, seed));
  for (const hazard::Effect& one : fit.effects) {
    answer.effects.push_back({one.name, told(one.beta), told(one.ratio)});
  }
  answer.severity = told(fit.severity);
  answer.lost = told(fit.lost, seed), answer.lost_events = count_of(fit.lost_events);
  answer.recovered = told(fit.recovered, seed), answer.recoveries = count_of(fit.recoveries);
  answer.clustering = {told("all", fit.all), told("material", fit.material)};
  answer.assumptions = assumptions_of(universe, fit);
  return answer;
}

Result<hazard::Window> window_of(const Ask& ask) {
  if (ask.until.empty()) {
    return fail(Reason::missing_data, "until (give the date of the fit: --until 2023-12-31)");
  }
  const auto from = moment_from(ask.since);
  if (!from) return from.error();
  const auto until = moment_from(ask.until, DayEdge::last_second);
  if (!until) return until.error();
  if (!(*from < *until)) {
    return fail(Reason::out_of_range,
                fmt::format("since {} (must come before until {})", ask.since, ask.until));
  }
  return hazard::Window{*from, *until};
}

Result<Done> check(const Ask& ask) {
  if (ask.universe.empty()) {
    return fail(Reason::missing_data, "universe (give the protocols: --universe FILE)");
  }
  if (!(ask.threshold_usd > 0 && ask.threshold_usd <= 1e12)) {
    return fail(Reason::out_of_range, "threshold_usd (must lie in (0, 1e12])");
  }
  if (!(ask.draws >= 200 && ask.draws <= 100'000)) {
    return fail(Reason::out_of_range, "draws (must lie in [200, 100000])");
  }
  if (!(ask.seed >= 0 && ask.seed <= 1e15)) {
    return fail(Reason::out_of_range, "seed (must lie in [0, 1e15])");
  }
  return Done{};
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (const auto fine = check(*ask); !fine) return fine.error();
  const auto window = window_of(*ask);
  if (!window) return window.error();
  progress.enter("reading");
  const auto gathered = gathered_from(ask->incidents, window->until);
  if (!gathered) return gathered.error();
  const auto universe = feed::read_universe(ask->universe, window->from);
  if (!universe) return universe.error();
  progress.enter("fit");
  const auto fit = hazard::fit_hazard({.universe = *universe,
                                       .incidents = gathered->events.used,
                                       .window = *window,
                                       .threshold = Usd{ask->threshold_usd},
                                       .draws = static_cast<std::size_t>(ask->draws),
                                       .seed = static_cast<std::uint64_t>(ask->seed)});
  if (!fit) return fit.error();
  const Answer answer = answer_of(*ask, *gathered, *universe, *fit);
  Reply reply{.json = json_of(answer),
              .text = text_of(answer, wish.colour ? report::Colour::on : report::Colour::off),
              .files = {}};
  if (!ask->fit.empty()) {
    reply.files.push_back({ask->fit, feed::text_of(hazard::kept_from(*fit, *universe))});
  }
  return reply;
}

}  // namespace

Entry fit_hazard() {
  return {.name = "fit-hazard",
          .about = "Fit how often protocols fail, how much is lost and what comes back.",
          .fields = fields_of<Ask>,
          .run = run};
}

}  // namespace levee::api::kind
