// levee/api/kind/review_position.cpp — hold, protect or leave, and what an allocator asks.
#include "levee/api/review_terms.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/review_file.h"
#include "levee/hedge/decide.h"
#include "levee/hedge/dollars.h"
#include "levee/report/sentences.h"
#include "levee/report/sheet.h"
#include "levee/report/words.h"
#include "levee/risk/tranche.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  MarketFlags market;
  ReviewFlags review;
  hedge::ReviewPolicy policy;
  std::optional<double> price_of_tail, units;
  CapitalFlags capital;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    MarketFlags::fields(self.market, visit);
    ReviewFlags::fields(self.review, visit);
    hedge::ReviewPolicy::fields(self.policy, visit);
    visit("price_of_tail", self.price_of_tail,
          "dollars given for one dollar less of CVaR 95 % (the policy's)");
    visit("units", self.units, "that the positions are divided into, as a fund's; none: not told");
    CapitalFlags::fields(self.capital, visit);
  }
};

struct HazardTold {
  std::string of;
  double per_year = 0, low = 0, high = 0, share_lost = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("of", self.of, "what the worst position stands on; empty: nothing modelled");
    visit("per_year", self.per_year, "failures a year of it");
    visit("low", self.low, "5 % of its band; of configured rates the same");
    visit("high", self.high, "95 %");
    visit("share_lost", self.share_lost, "of value, when one fails; of all positions");
  }
};

struct ScoreTold {
  double today = 0;
  std::optional<double> rise, deviation;
  std::string last_review;
  double days_up = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("today", self.today, "CVaR 95 % over value in per cent, or as given");
    visit("rise", self.rise, "since the last review, in standard deviations");
    visit("deviation", self.deviation, "of the scores written down");
    visit("last_review", self.last_review, "UTC; empty: none is known");
    visit("days_up", self.days_up, "it has stood a rise above that level");
  }
};

struct CoverageTold {
  double usual = 0, target = 0, by_beta = 1;
  std::optional<double> by_worth;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("usual", self.usual, "the policy's coverage_target");
    visit("target", self.target, "what worth and beta make of it");
    visit("by_worth", self.by_worth, "multiple by discounted payments over value");
    visit("by_beta", self.by_beta, "multiple by downside beta and the base's cap");
  }
};

struct TrancheTold {
  double units = 0, unit_usd = 0, expense_ratio = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("units", self.units, "there are");
    visit("unit_usd", self.unit_usd, "worth of one");
    visit("expense_ratio", self.expense_ratio,
          "gas, slippage and carry of the proposed hedge a year, of that worth");
  }
};

struct InputTold {
  std::string name, value;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "");
    visit("value", self.value, "");
  }
};

struct Answer {
  std::string at, source, base, quote;
  bool model_made = false;
  double value_usd = 0, horizon_days = 0;
  hedge::Review review;
  ScoreTold risk_score;
  HazardTold hazard;
  std::vector<risk::Ratio> ratios;
  CoverageTold coverage;
  hedge::Steward steward;
  std::optional<TrancheTold> tranche;
  std::vector<InputTold> inputs;
  std::vector<std::string> assumptions;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "moment of the snapshot, UTC");
    visit("source", self.source, "files it was read from");
    visit("base", self.base, "asset the book is about");
    visit("quote", self.quote, "its dollar token");
    visit("model_made", self.model_made, "true: made by a model, not observed");
    visit("value_usd", self.value_usd, "of all positions now");
    visit("horizon_days", self.horizon_days, "days ahead");
    visit("review", self.review, "what to do, and why");
    visit("risk_score", self.risk_score, "and how it moved");
    visit("hazard", self.hazard, "of what positions stand on");
    visit("ratios", self.ratios, "what an allocator of capital asks");
    visit("coverage", self.coverage, "how much of the positions' gamma to buy back");
    visit("steward", self.steward, "whether rules are kept");
    visit("tranche", self.tranche, "positions in units; null: --units was not given");
    visit("inputs", self.inputs, "what was put in, defaults too");
    visit("assumptions", self.assumptions, "what was taken for granted");
  }
};

// What was written down before.
struct Past {
  std::vector<hedge::ReviewNote> notes;
  std::vector<UnixSeconds> events;
};

Result<Past> past_of(const ReviewFlags& flags, UnixSeconds at) {
  Past past;
  if (!flags.reviews.empty()) {
    auto notes = feed::read_reviews(flags.reviews, at);
    if (!notes) return notes.error();
    past.notes = *std::move(notes);
  }
  if (!flags.events.empty()) {
    auto events = feed::read_events(flags.events, at);
    if (!events) return events.error();
    past.events = *std::move(events);
  }
  return past;
}

CoverageTold coverage_of(const CapitalGround& ground, const ReviewFlags& flags,
                         const risk::Allocator& told, const Result<risk::BetaFit>& beta) {
  CoverageTold coverage{
      .usual = ground.standing.policy.coverage_target, .target = 0, .by_beta = 1, .by_worth = {}};
  const auto cap = flags.base_cap_usd ? std::optional(Usd{*flags.base_cap_usd}) : std::nullopt;
  if (beta) coverage.by_beta = risk::beta_factor(beta->down.value, cap);
  if (told.worth_over_value) coverage.by_worth = risk::coverage_factor(*told.worth_over_value);
  coverage.target =
      risk::coverage_target(coverage.usual, coverage.by_beta * coverage.by_worth.value_or(1));
  return coverage;
}

std::optional<TrancheTold> tranche_of(const Ask& ask, const ReviewGround& review,
                                      const hedge::Plan& plan) {
  if (!ask.units) return {};
  const risk::Tranche tranche{.units = *ask.units, .nav = Usd{review.ground.value_usd()}};
  const double year = risk::expense_ratio({.gas = Usd{review.costs.gas_year},
                                           .hedge = Usd{plan.plan.carry_usd_per_year},
                                           .borrowing = Usd{0},
                                           .leakage = Usd{review.costs.slippage_year},
                                           .days = 365},
                                          tranche.nav);
  return TrancheTold{tranche.units, tranche.per_unit().value(), year};
}

std::string rounded(double value) { return fmt::format("{:.4g}", value); }

std::vector<InputTold> inputs_of(const hedge::ReviewPolicy& rules, const risk::AllocatorAsk& year,
                                 const Result<risk::BetaFit>& beta) {
  const auto usd = [](Usd amount) { return report::usd(amount.value()); };
  std::vector<InputTold> list{
      {"riskless rate", rounded(year.capm.riskless)},
      {"premium of the market, scaled", rounded(year.capm.premium)},
      {"beta of the position", rounded(year.capm.beta)},
      {"cost of equity", rounded(year.capm.cost())},
      {"equity share, cost of debt",
       fmt::format("{:.4g}, {:.4g}", year.equity_share, year.debt_cost)},
      {"gas, slippage a year", fmt::format("{}, {}", usd(year.cash.gas), usd(year.cash.slippage))},
      {"LVR a year", usd(year.cash.lvr)},
      {"hedge a year, carry and net",
       fmt::format("{}, {}", usd(year.cash.hedge_carry), usd(year.cash.hedge_net))},
      {"years, growth",
       fmt::format("{}, {:.4g} to {:.4g}", year.years, year.growth.first, year.growth.last)}};
  if (beta) {
    list.push_back(
        {"beta of the base",
         fmt::format("{:.2f} ± {:.2f}, falling {:.2f} ± {:.2f}, {} days", beta->beta.value,
                     beta->beta.error, beta->down.value, beta->down.error, beta->days)});
  }
  list.push_back({"price of tail", rounded(rules.price_of_tail)});
  for_fields(rules, [&](std::string_view name, double value, std::string_view) {
    list.push_back({std::string(name), rounded(value)});
  });
  return list;
}

std::vector<std::string> assumptions_of(const ReviewGround& review,
                                        const Result<risk::BetaFit>& beta,
                                        const hedge::Plan& plan) {
  std::vector<std::string> list = review.ground.assumptions;
  list.push_back(review.costs.about);
  list.emplace_back(
      "LVR is the mean loss of the positions over the scenarios, fees and failures left out; the "
      "hedge is net of what it is expected to pay, so that neither is counted twice.");
  list.emplace_back(
      "Ratios take a year of such months, re-centred as often as the range is left: LVR eats the "
      "value that comes back, and comes out of payments where those are discounted.");
  list.emplace_back(
      "Leaving sells the base tokens and closes position and hedge together; the money then earns "
      "the riskless rate.");
  std::string protection = fmt::format(
      "Protection is what plan-hedge proposes, scored on fresh {} scenarios.", plan.plan.scenarios);
  if (const auto premium = plan.plan.variance_premium_usd) {
    protection += fmt::format(" Under the market's own variance its mean profit changes by {}.",
                              hedge::dollars(*premium));
  }
  list.push_back(std::move(protection));
  list.emplace_back(
      "The market's premium is scaled by its volatility of late over that of its whole record, "
      "within "
      "half and twice, where a year of it is known.");
  if (!beta) {
    list.push_back(fmt::format("Beta of the base is taken as 1: {}.", beta.error().message));
  }
  return list;
}

// What one standard error of the measured volatility changes, on the same random numbers.
Result<Done> add_volatility(ReviewGround& review, const parallel::Team& team) {
  const auto up = raised(review.ground);
  if (!up) return Done{};
  const auto moved = losses_of(review.ground, *up, team);
  if (!moved) return moved.error();
  const auto tail = risk::tail_bound(moved->total);
  if (!tail) return tail.error();
  review.volatility_mean_usd =
      moved->mean(moved->total).value - review.losses.mean(review.losses.total).value;
  review.volatility_cvar_usd = tail->cvar.value() - review.cvar95_usd;
  return Done{};
}

Result<Answer> answer_of(const Ask& ask, const CapitalGround& ground, const Past& past,
                         const parallel::Team& team, Progress& progress) {
  const market::Snapshot& snapshot = ground.standing.snapshot;
  progress.enter("losses");
  const auto losses = losses_of(ground, ground.calibration, team);
  if (!losses) return losses.error();
  const auto tail = risk::tail_bound(losses->total);
  if (!tail) return tail.error();
  hedge::Policy policy = ground.standing.policy;
  hedge::ReviewPolicy rules = ask.policy;
  policy.price_of_tail = rules.price_of_tail = ask.price_of_tail.value_or(policy.price_of_tail);
  const auto plan = hedge::decide({snapshot, ground.standing.book, policy}, team, progress);
  if (!plan) return plan.error();
  progress.enter("review");
  ReviewGround review{.ground = ground,
                      .losses = *losses,
                      .hazard = hazard_met(ground),
                      .costs = keeping_costs(ground, ask.review),
                      .cvar95_usd = tail->cvar.value(),
                      .cvar95_error_usd = tail->error.value(),
                      .cvar95_upper_usd = tail->upper.value(),
                      .price_of_tail = rules.price_of_tail};
  if (const auto done = add_volatility(review, team); !done) return done.error();
  const double score = ask.review.risk_score.value_or(100 * review.cvar95_usd / ground.value_usd());
  const auto moved =
      hedge::score_moved({.notes = past.notes, .now = snapshot.at, .score = score}, rules);
  const hedge::Prospect hold = holding(review);
  const auto beta = base_beta(ground, ask.market, ask.capital);
  const risk::AllocatorAsk year = allocator_ask(review, ask.review, ask.capital, beta);
  const risk::Allocator ratios = risk::allocator_of(year);
  return Answer{
      .at = text_of(snapshot.at),
      .source = snapshot.source,
      .base = snapshot.base,
      .quote = snapshot.quote,
      .model_made = snapshot.model_made,
      .value_usd = ground.value_usd(),
      .horizon_days = ground.horizon_days(),
      .review = hedge::review_of(
          {.value = Usd{ground.value_usd()},
           .hold = hold,
           .protect = protecting(hold, *plan),
           .leave = leaving(review, ask.capital.riskless_rate),
           .hazard = review.hazard.rate,
           .hazard_high = review.hazard.rate_high,
           .protocol = review.hazard.worst,
           .moved = moved,
           .paid_lately_usd = paid_lately(past.notes, snapshot.at, ground.calibration.horizon)},
          rules),
      .risk_score = {score, moved.rise, moved.deviation,
                     moved.looked_at ? text_of(*moved.looked_at) : "", moved.days_up},
      .hazard = {review.hazard.worst, review.hazard.rate, review.hazard.rate_low,
                 review.hazard.rate_high, review.hazard.share_lost},
      .ratios = ratios.ratios,
      .coverage = coverage_of(ground, ask.review, ratios, beta),
      .steward =
          hedge::steward_of(steward_ask(review, ask.review, {past.notes, past.events, *plan})),
      .tranche = tranche_of(ask, review, *plan),
      .inputs = inputs_of(rules, year, beta),
      .assumptions = assumptions_of(review, beta, *plan)};
}

report::Table prospect_table(const Answer& answer) {
  const hedge::Review& review = answer.review;
  report::Table table;
  table.title = fmt::format("What each is worth over {:.3g} days", answer.horizon_days);
  table.columns = {{"", report::Kind::name}, {"Hold"}, {"Add protection"}, {"Exit"}};
  const auto row = [&](std::string name, auto cell, report::RowKind kind = report::RowKind::entry) {
    table.rows.push_back({{std::move(name), cell(review.hold),
                           review.protect ? cell(*review.protect) : std::string(report::nothing),
                           cell(review.leave)},
                          kind});
  };
  const auto cost = [](double hedge::Prospect::* which) {
    return [which](const hedge::Prospect& one) { return report::signed_usd(-(one.*which)); };
  };
  row("Fees",
      [](const hedge::Prospect& one) { return report::known(one.fees_usd, report::signed_usd); });
  row("Elsewhere, riskless",
      [](const hedge::Prospect& one) { return report::signed_usd(one.elsewhere_usd); });
  row("LVR", cost(&hedge::Prospect::lvr_usd));
  row("Hazard, net of cover", cost(&hedge::Prospect::hazard_usd));
  row("Hedge, net of what it pays", cost(&hedge::Prospect::hedge_usd));
  row("Switching", cost(&hedge::Prospect::switching_usd));
  row("Price of the tail", [&](const hedge::Prospect& one) {
    const double rest = one.fees_usd.value_or(0) + one.elsewhere_usd - one.lvr_usd -
                        one.hazard_usd - one.hedge_usd - one.switching_usd;
    return report::signed_usd(one.utility_usd - rest);
  });
  row(
      "Utility", [](const hedge::Prospect& one) { return report::signed_usd(one.utility_usd); },
      report::RowKind::total);
  row("  its standard error",
      [](const hedge::Prospect& one) { return report::usd(one.error_usd); });
  row("CVaR 95 %", [](const hedge::Prospect& one) { return report::usd(one.cvar95_usd); });
  return table;
}

report::Table ratio_table(const Answer& answer) {
  report::Table table;
  table.title = "What a capital allocator asks";
  table.columns = {
      {"Ratio", report::Kind::name}, {"Is"}, {"Low"}, {"High"}, {"Meaning", report::Kind::words}};
  for (const risk::Ratio& one : answer.ratios) {
    const bool rate = one.unit == "a year" || one.unit == "failures a year";
    const auto cell = [&](const std::optional<double>& value) {
      if (!value) return std::string(report::nothing);
      return rate ? report::percent(*value) : report::number(*value, 3);
    };
    table.rows.push_back({{one.name, cell(one.value), cell(one.low), cell(one.high), one.status}});
  }
  table.note = "Low and high: fees and hazard at the bad and good ends of their bands together.";
  return table;
}

report::Table steward_table(const Answer& answer) {
  report::Table table;
  table.title = "Steward's score";
  table.columns = {
      {"Part", report::Kind::name}, {"Weight"}, {"Share"}, {"From", report::Kind::words}};
  for (const hedge::StewardPart& part : answer.steward.parts) {
    table.rows.push_back(
        {{part.name, report::number(part.weight),
          part.share ? report::percent(*part.share) : std::string(report::nothing), part.about}});
  }
  return table;
}

std::string steward_line(const hedge::Steward& steward) {
  if (!steward.score) return "No part of it is known.";
  std::string line = fmt::format(
      "{:.0f} of 100, over {:.0f} points that are known: {}.", *steward.score, steward.known_weight,
      steward.may_add                    ? "the gate of 60 is passed"
      : steward.promoter.value_or(false) ? "who chases yields adds nothing"
                                         : "below the gate of 60, nothing is added");
  line += !steward.promoter   ? fmt::format(" Promoter: unknown, {}.", steward.promoter_why)
          : *steward.promoter ? fmt::format(" Promoter: yes, {}.", steward.promoter_why)
                              : fmt::format(" Promoter: no, {}.", steward.promoter_why);
  return line;
}

std::string told(const Answer& answer, report::Colour colour) {
  report::Sheet sheet(colour);
  sheet.paragraph(fmt::format("{}. {}", answer.review.action, answer.review.sentence),
                  report::Ink::bold);
  sheet.paragraph(fmt::format("{} of positions; {} on {}. Loyalty flag {}, motion flag {}.",
                              report::usd(answer.value_usd), answer.base, answer.at,
                              answer.review.loyalty ? "up" : "down",
                              answer.review.motion ? "up" : "down"));
  sheet.paragraph(fmt::format("Risk score {:.4g}: write it down with what you decide.",
                              answer.risk_score.today));
  if (answer.model_made) sheet.paragraph(report::model_made_notice, report::Ink::notice);
  sheet.heading("Why");
  for (const std::string& reason : answer.review.reasons) sheet.point(reason);
  sheet.table(prospect_table(answer));
  sheet.table(ratio_table(answer));
  const CoverageTold& coverage = answer.coverage;
  sheet.point(fmt::format(
      "Coverage to aim at: {:.2f} of the positions' gamma ({:.2f} usually, times {} for worth, "
      "{:.2f} for beta).",
      coverage.target, coverage.usual,
      coverage.by_worth ? fmt::format("{:.2f}", *coverage.by_worth) : "an unknown 1",
      coverage.by_beta));
  if (answer.tranche) {
    sheet.point(
        fmt::format("One of {} units is worth {}; gas, slippage and carry take {} of it a "
                    "year.",
                    report::number(answer.tranche->units, 9), report::usd(answer.tranche->unit_usd),
                    report::percent(answer.tranche->expense_ratio)));
  }
  sheet.table(steward_table(answer));
  sheet.point(steward_line(answer.steward));
  sheet.heading("Put in");
  for (const InputTold& one : answer.inputs) {
    sheet.point(fmt::format("{}: {}", one.name, one.value));
  }
  sheet.heading("Taken for granted");
  for (const std::string& line : answer.assumptions) sheet.point(line);
  sheet.paragraph("Worked out from " + answer.source, report::Ink::dim);
  return sheet.text();
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (const auto fine = check(ask->review); !fine) return fine.error();
  if (ask->units && !(*ask->units > 0 && *ask->units <= 1e18)) {
    return fail(Reason::out_of_range, "units (must lie in (0, 1e18])");
  }
  if (const auto fine = hedge::check(ask->policy); !fine) return fine.error();
  progress.enter("reading");
  const auto ground = ground_from(ask->market, ask->capital);
  if (!ground) return ground.error();
  const UnixSeconds at = ground->standing.snapshot.at;
  const auto past = past_of(ask->review, at);
  if (!past) return past.error();
  if (!ask->capital.index.empty()) {
    const auto index = index_from(ask->market, ask->capital, at);
    if (!index) return index.error();
  }
  const auto answer = answer_of(*ask, *ground, *past, parallel::Team(wish.threads), progress);
  if (!answer) return answer.error();
  return Reply{.json = json_of(*answer),
               .text = told(*answer, wish.colour ? report::Colour::on : report::Colour::off),
               .files = {}};
}

}  // namespace

Entry review_position() {
  return {.name = "review-position",
          .about = "Hold, protect or leave: what each is worth, and what an allocator asks.",
          .fields = fields_of<Ask>,
          .run = run};
}

}  // namespace levee::api::kind
