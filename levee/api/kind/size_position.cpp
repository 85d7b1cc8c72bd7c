// levee/api/kind/size_position.cpp — how large the positions may be, and which rule says so.
#include "levee/api/capital_ask.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/report/sentences.h"
#include "levee/report/sheet.h"
#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

constexpr double two_sided = 1.959963984540054;  // 2.5 % of a normal lie beyond

struct Ask {
  MarketFlags market;
  std::optional<double> capital_usd, steward_score;
  bool promoter = false;
  hedge::SizePolicy policy;
  CapitalFlags capital;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    MarketFlags::fields(self.market, visit);
    visit("capital_usd", self.capital_usd, "all that you own: what shares of capital are of");
    visit("steward_score", self.steward_score,
          "as review-position told it: below 60 nothing new is allowed");
    visit("promoter", self.promoter, "the same verb said that yields are chased: nothing new");
    hedge::SizePolicy::fields(self.policy, visit);
    CapitalFlags::fields(self.capital, visit);
  }
};

struct TailTold {
  double cvar95_usd = 0, drawing_error_usd = 0, volatility_error_usd = 0, upper_usd = 0;
  double events = 0, bare_cvar95_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("cvar95_usd", self.cvar95_usd, "mean of the worst 5 %, of all that is held");
    visit("drawing_error_usd", self.drawing_error_usd, "standard error, of drawing scenarios");
    visit("volatility_error_usd", self.volatility_error_usd,
          "what one standard error of the measured volatility adds");
    visit("upper_usd", self.upper_usd, "upper end of its 95 % interval");
    visit("events", self.events, "losses drawn in the tail");
    visit("bare_cvar95_usd", self.bare_cvar95_usd, "without options and perps");
  }
};

struct EdgeTold {
  std::optional<double> mean, error, lower, best_share, best_share_at_mean;
  double riskless = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("mean", self.mean, "to the horizon over value, beyond the riskless; null: no fees known");
    visit("error", self.error, "standard error: drawing, fees, volatility and rates of failure");
    visit("lower", self.lower, "lower end of its 95 % interval");
    visit("best_share", self.best_share, "of capital, that grows it fastest at the lower end");
    visit("best_share_at_mean", self.best_share_at_mean, "the same, were the mean the truth");
    visit("riskless", self.riskless, "to the horizon, of a dollar outside the pool");
  }
};

struct BetaTold {
  std::optional<double> beta, beta_error, down, down_error, position, days, effective_days;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("beta", self.beta, "of the base asset, shrunk a third to 1");
    visit("beta_error", self.beta_error, "standard error");
    visit("down", self.down, "where the market falls, shrunk alike");
    visit("down_error", self.down_error, "standard error");
    visit("position", self.position,
          "downside beta of the positions, by the base's share of value");
    visit("days", self.days, "of returns");
    visit("effective_days", self.effective_days, "as many equally weighed ones");
  }
};

struct Answer {
  std::string at, source, base, quote;
  bool model_made = false;
  double capital_usd = 0, value_usd = 0, horizon_days = 0;
  hedge::Sizing sizing;
  bool overlay_valid = false;
  std::string overlay_why;
  TailTold tail;
  EdgeTold edge;
  BetaTold beta;
  hedge::SizePolicy policy;
  std::vector<std::string> assumptions;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "moment of the snapshot, UTC");
    visit("source", self.source, "files it was read from");
    visit("base", self.base, "asset the book is about");
    visit("quote", self.quote, "its dollar token");
    visit("model_made", self.model_made, "true: made by a model, not observed");
    visit("capital_usd", self.capital_usd, "as given");
    visit("value_usd", self.value_usd, "of all positions now");
    visit("horizon_days", self.horizon_days, "days ahead");
    visit("sizing", self.sizing, "the answer, rule by rule");
    visit("overlay_valid", self.overlay_valid, "whether options and perps count as protection");
    visit("overlay_why", self.overlay_why, "why");
    visit("tail", self.tail, "what is left of losses");
    visit("edge", self.edge, "what the positions earn, and how sure that is");
    visit("beta", self.beta, "against the index; null where none was given");
    visit("policy", self.policy, "limits that were used");
    visit("assumptions", self.assumptions, "what was taken for granted");
  }
};

// What is measured on two sets of scenarios: as calibrated, and with volatility one error up.
struct Measured {
  BookLosses now;
  risk::TailBound total, bare;
  TailTold told;
  double mean_usd = 0, mean_error_usd = 0;  // loss of all; errors of drawing and volatility
  double fees_error_usd = 0;
};

Result<Measured> measured(const CapitalGround& ground, const parallel::Team& team) {
  auto now = losses_of(ground, ground.calibration, team);
  if (!now) return now.error();
  const auto total = risk::tail_bound(now->total), bare = risk::tail_bound(now->bare);
  if (!total) return total.error();
  if (!bare) return bare.error();
  const num::Estimate mean = now->mean(now->total);
  Measured found{.now = {}, .total = *total, .bare = *bare, .told = {}};
  double moved_mean = 0;
  if (const auto up = raised(ground)) {
    const auto moved = losses_of(ground, *up, team);
    if (!moved) return moved.error();
    const auto tail = risk::tail_bound(moved->total), naked = risk::tail_bound(moved->bare);
    if (!tail) return tail.error();
    if (!naked) return naked.error();
    found.told.volatility_error_usd = (tail->cvar - total->cvar).value();
    moved_mean = moved->mean(moved->total).value - mean.value;
  }
  const double drawn = (total->upper - total->cvar).value();
  const double volatility = two_sided * std::max(0.0, found.told.volatility_error_usd);
  found.total.upper = total->cvar + Usd{std::hypot(drawn, volatility)};
  found.told.cvar95_usd = total->cvar.value(), found.told.drawing_error_usd = total->error.value();
  found.told.upper_usd = found.total.upper.value(), found.told.events = total->events;
  found.told.bare_cvar95_usd = bare->cvar.value();
  found.mean_usd = mean.value;
  found.mean_error_usd = std::hypot(mean.standard_error, moved_mean);
  if (ground.fees_error_usd) {
    // Fees err by their share; that of what is expected on the scenarios.
    const double expected = now->mean(now->of_market).value - now->mean(now->with_fees).value;
    double in_range = 0;
    for (const auto& one : ground.fees) in_range += one.value_or(0) * ground.horizon_days();
    if (in_range > 0) found.fees_error_usd = *ground.fees_error_usd * expected / in_range;
  }
  found.now = *std::move(now);
  return found;
}

Result<risk::Growth> growth_of(const CapitalGround& ground, const Measured& found,
                               double riskless_rate, EdgeTold& told) {
  const double value = ground.value_usd();
  told.riskless = std::expm1(riskless_rate * years(ground.calibration.horizon).value());
  if (!ground.fees_known()) {
    return fail(Reason::missing_data,
                "not known (what the positions earn is not) give --pool or --fees-usd-per-day");
  }
  const HazardMet hazard = hazard_met(ground);
  const double error =
      std::hypot(found.mean_error_usd, std::hypot(found.fees_error_usd, hazard.loss_error_usd));
  told.mean = -found.mean_usd / value - told.riskless;
  told.error = error / value;
  told.lower = *told.mean - two_sided * *told.error;
  double mean = 0;
  for (const double loss : found.now.total) {
    mean -= loss / value / static_cast<double>(found.now.total.size());
  }
  // The paths as drawn, moved to where their mean is to be.
  const auto best_at = [&](double edge) {
    std::vector<double> excess;
    for (const double loss : found.now.total) excess.push_back(-loss / value - mean + edge);
    return risk::fastest_growth({.excess = excess, .riskless = told.riskless, .most = 1});
  };
  const risk::Growth best = best_at(*told.lower);
  told.best_share = best.share;
  told.best_share_at_mean = best_at(*told.mean).share;
  return best;
}

Result<risk::Slope> beta_down(const CapitalGround& ground, const Ask& ask, BetaTold& told) {
  const auto fit = base_beta(ground, ask.market, ask.capital);
  if (!fit) return fit.error();
  const double share = base_share(ground);
  told = {.beta = fit->beta.value,
          .beta_error = fit->beta.error,
          .down = fit->down.value,
          .down_error = fit->down.error,
          .position = share * fit->down.value,
          .days = static_cast<double>(fit->days),
          .effective_days = fit->effective_days};
  return risk::Slope{share * fit->down.value, share * fit->down.error};
}

report::Table rule_table(const Answer& answer) {
  report::Table table;
  table.title = "Rules, in shares of capital";
  table.columns = {{"Rule", report::Kind::name},
                   {"Verdict", report::Kind::name},
                   {"Is"},
                   {"Limit"},
                   {"Headroom"},
                   {"Largest size"}};
  const auto percent = [](const std::optional<double>& share) {
    return share ? report::percent(*share) : std::string(report::nothing);
  };
  for (const hedge::SizeRule& rule : answer.sizing.rules) {
    const bool any = !rule.largest_usd && rule.verdict != "unknown";
    // Beyond all money it is no limit.
    const bool huge = rule.largest_usd && *rule.largest_usd > 1e15;
    table.rows.push_back(
        {{rule.name + (rule.binds ? " (sets it)" : ""), rule.verdict, percent(rule.value),
          huge ? "any" : percent(rule.limit), huge ? "any" : percent(rule.headroom),
          any || huge        ? "any"
          : rule.largest_usd ? report::usd(*rule.largest_usd)
                             : std::string(report::nothing)},
         rule.binds ? report::RowKind::total : report::RowKind::entry});
  }
  return table;
}

std::vector<std::string> working(const Answer& answer) {
  const TailTold& tail = answer.tail;
  std::vector<std::string> lines;
  lines.push_back(fmt::format(
      "CVaR 95 % {} over {:.3g} days: error of drawing {} on {} losses in the tail, and {} for "
      "each standard error of the measured volatility; upper end {}. Without options and perps {}.",
      report::usd(tail.cvar95_usd), answer.horizon_days, report::usd(tail.drawing_error_usd),
      report::grouped(tail.events, 0), report::usd(tail.volatility_error_usd),
      report::usd(tail.upper_usd), report::usd(tail.bare_cvar95_usd)));
  if (answer.edge.mean) {
    lines.push_back(fmt::format(
        "Edge beyond the riskless {:.2f} ± {:.2f} % of value over the horizon, at its lower end "
        "{:.2f} %. Capital would grow fastest with {:.3g} % in the positions were the edge as "
        "estimated, and does with {:.3g} % at the lower end.",
        100 * *answer.edge.mean, 100 * *answer.edge.error, 100 * *answer.edge.lower,
        100 * *answer.edge.best_share_at_mean, 100 * *answer.edge.best_share));
  }
  if (answer.beta.beta) {
    lines.push_back(fmt::format(
        "Beta of {} {:.2f} ± {:.2f}, where the market falls {:.2f} ± {:.2f} ({:.0f} days, as good "
        "as {:.0f} equal ones; shrunk a third to 1).",
        answer.base, *answer.beta.beta, *answer.beta.beta_error, *answer.beta.down,
        *answer.beta.down_error, *answer.beta.days, *answer.beta.effective_days));
  }
  return lines;
}

std::string text_of(const Answer& answer, report::Colour colour) {
  report::Sheet sheet(colour);
  sheet.paragraph(answer.sizing.sentence, report::Ink::bold);
  sheet.paragraph(fmt::format("{} of positions, {} of capital; {} on {}.",
                              report::usd(answer.value_usd), report::usd(answer.capital_usd),
                              answer.base, answer.at));
  if (answer.model_made) sheet.paragraph(report::model_made_notice, report::Ink::notice);
  sheet.table(rule_table(answer));
  sheet.heading("Why");
  for (const hedge::SizeRule& rule : answer.sizing.rules) {
    sheet.point(fmt::format("{}: {}", rule.name, rule.sentence));
  }
  sheet.heading("What it stands on");
  for (const std::string& line : working(answer)) sheet.point(line);
  sheet.heading("Taken for granted");
  for (const std::string& line : answer.assumptions) sheet.point(line);
  sheet.paragraph("Worked out from " + answer.source, report::Ink::dim);
  return sheet.text();
}

Result<Ask> checked(std::span<const Given> given) {
  auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (!ask->capital_usd) {
    return fail(Reason::missing_data, "no capital (give --capital-usd N, all that you own)");
  }
  if (!(*ask->capital_usd > 0)) {
    return fail(Reason::out_of_range,
                fmt::format("capital_usd = {} (must be above 0)", *ask->capital_usd));
  }
  if (const double score = ask->steward_score.value_or(100); !(0 <= score && score <= 100)) {
    return fail(Reason::out_of_range,
                fmt::format("steward_score = {} (must lie in [0, 100])", score));
  }
  if (const auto fine = hedge::check(ask->policy); !fine) return fine.error();
  return ask;
}

// The owner as he was reviewed; what was entered before stands, "market" is new.
std::optional<hedge::StewardSeen> steward_of(const Ask& ask, const CapitalGround& ground) {
  if (!ask.steward_score && !ask.promoter) return {};
  double standing = 0;
  for (const book::LpPosition& one : ground.held.positions) {
    if (!one.entry_at) continue;
    standing += amm::exposure_at(one.range, ground.standing.snapshot.spot).value.value();
  }
  return hedge::StewardSeen{.score = ask.steward_score.value_or(100),
                            .promoter = ask.promoter,
                            .standing = Usd{standing}};
}

Answer answer_of(const Ask& ask, const CapitalGround& ground, const Measured& found) {
  const market::Snapshot& snapshot = ground.standing.snapshot;
  Answer answer{.at = levee::text_of(snapshot.at),
                .source = snapshot.source,
                .base = snapshot.base,
                .quote = snapshot.quote,
                .model_made = snapshot.model_made,
                .capital_usd = *ask.capital_usd,
                .value_usd = ground.value_usd(),
                .horizon_days = ground.horizon_days(),
                .sizing = {},
                .overlay_valid = false,
                .overlay_why = {},
                .tail = found.told,
                .edge = {},
                .beta = {},
                .policy = ask.policy,
                .assumptions = ground.assumptions};
  const hedge::Overlay overlay = hedge::overlay_of(
      {.lots = ground.held.lots.size(), .bare = found.bare, .covered = found.total}, ask.policy);
  auto growth = growth_of(ground, found, ask.capital.riskless_rate, answer.edge);
  auto beta = beta_down(ground, ask, answer.beta);
  answer.sizing = hedge::size_of({.capital = Usd{*ask.capital_usd},
                                  .value = Usd{ground.value_usd()},
                                  .nodes = exposures(ground),
                                  .overlay = overlay,
                                  .residual = found.total,
                                  .growth = std::move(growth),
                                  .exit = exit_within(ground, ask.policy.slippage),
                                  .beta_down = std::move(beta),
                                  .steward = steward_of(ask, ground)},
                                 ask.policy);
  answer.overlay_valid = overlay.is_valid, answer.overlay_why = overlay.why;
  answer.assumptions.emplace_back(
      "The 95 % interval of the tail is of drawing and of the measured volatility; that the kind "
      "of "
      "scenarios may be wrong is not in it (measure-tail shows them all).");
  answer.assumptions.emplace_back(
      "Leaving sells the base tokens into the pool at constant liquidity, its fee not counted; "
      "hedges are not credited in the beta.");
  return answer;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = checked(given);
  if (!ask) return ask.error();
  progress.enter("reading");
  const auto ground = ground_from(ask->market, ask->capital);
  if (!ground) return ground.error();
  // What is wrong with an index is said before the work.
  if (!ask->capital.index.empty()) {
    const auto index = index_from(ask->market, ask->capital, ground->standing.snapshot.at);
    if (!index) return index.error();
  }
  progress.enter("losses");
  const auto found = measured(*ground, parallel::Team(wish.threads));
  if (!found) return found.error();
  const Answer answer = answer_of(*ask, *ground, *found);
  return Reply{.json = json_of(answer),
               .text = text_of(answer, wish.colour ? report::Colour::on : report::Colour::off),
               .files = {}};
}

}  // namespace

Entry size_position() {
  return {.name = "size-position",
          .about = "Say how large the positions may be, and which rule sets it.",
          .fields = fields_of<Ask>,
          .run = run};
}

}  // namespace levee::api::kind
