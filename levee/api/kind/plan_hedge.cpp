// levee/api/kind/plan_hedge.cpp — the main job: book and market in, hedge plan and report out.
#include "levee/api/last_plan_ask.h"
#include "levee/api/proxy_ask.h"
#include "levee/api/record.h"
#include "levee/api/signal_ask.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/hedge/decide.h"
#include "levee/report/html.h"
#include "levee/report/terminal.h"
#include "levee/scenario/kind.h"

namespace levee::api::kind {
namespace {

struct Ask {
  MarketFlags market;
  ProxyFlags proxy;
  std::string report;
  std::optional<double> tail_limit;
  std::optional<std::string> mode, scenarios;
  std::optional<double> price_of_tail, horizon_days, paths, score_paths, seed, frontier;
  std::string without, robust;
  std::optional<double> robust_band;
  std::string last_plan;
  SignalFlags signals;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    MarketFlags::fields(self.market, visit);
    ProxyFlags::fields(self.proxy, visit);
    visit("report", self.report, "write the plan as a self-contained web page to this file");
    visit("tail_limit", self.tail_limit, "least cost with CVaR at most this, USD");
    visit("mode", self.mode, "scenario_match, contracts_442, budget_40_40_20 or gamma_match");
    visit("scenarios", self.scenarios, "kind of scenarios to choose on: jump or bootstrap");
    visit("price_of_tail", self.price_of_tail, "dollars of mean given for one of CVaR");
    visit("horizon_days", self.horizon_days, "days ahead at which losses are counted");
    visit("paths", self.paths, "scenarios to choose on");
    visit("score_paths", self.score_paths, "fresh scenarios to score on");
    visit("seed", self.seed, "seed of every random number");
    visit("frontier", self.frontier, "set cost against tail at so many carry budgets");
    visit("without", self.without, "layers to leave out, by name, with commas between");
    visit("robust", self.robust, "choose against the worst mixture of these kinds too, or of all");
    visit("robust_band", self.robust_band, "and of volatility so much lower and higher, share");
    visit("last_plan", self.last_plan,
          "begin from this plan (its JSON): the answer alone, in a quarter of the time");
    SignalFlags::fields(self.signals, visit);
  }
};

// "a,b" as two names.
std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto comma = list.find(',');
    names.emplace_back(list.substr(0, comma));
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return names;
}

// What is given on the command line replaces the book's policy.
void apply(const Ask& ask, hedge::Policy& policy) {
  if (ask.tail_limit) policy.tail_limit_usd = ask.tail_limit;
  policy.mode = ask.mode.value_or(policy.mode);
  policy.scenarios = ask.scenarios.value_or(policy.scenarios);
  policy.price_of_tail = ask.price_of_tail.value_or(policy.price_of_tail);
  policy.horizon_days = ask.horizon_days.value_or(policy.horizon_days);
  policy.paths_choose = ask.paths.value_or(policy.paths_choose);
  policy.paths_score = ask.score_paths.value_or(policy.paths_score);
  policy.seed = ask.seed.value_or(policy.seed);
  policy.frontier_points = ask.frontier.value_or(policy.frontier_points);
  for (std::string& layer : names_in(ask.without)) policy.layers_off.push_back(std::move(layer));
  policy.robust_vol_band = ask.robust_band.value_or(policy.robust_vol_band);
  if (ask.robust == "all") {
    policy.robust_worlds.clear();
    for (const scenario::Entry& one : scenario::shelf()) {
      // Models of stochastic variance are fitted where they are asked for.
      if (one.name != "bates") policy.robust_worlds.emplace_back(one.name);
    }
  } else if (!ask.robust.empty()) {
    policy.robust_worlds = names_in(ask.robust);
  }
}

// What was known by the market's own files and those that signals read, and what it says.
struct Seen {
  signal::History past;
  signal::Outlook outlook;
};

Result<Seen> seen_from(const market::Snapshot& snapshot, const SignalFlags& flags) {
  const auto rules = rules_from(flags);
  if (!rules) return rules.error();
  auto history = history_from(snapshot, flags, *rules);
  if (!history) return history.error();
  auto outlook = signal::outlook_of(*history, *rules);
  if (!outlook) return outlook.error();
  return Seen{*std::move(history), *std::move(outlook)};
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  progress.enter("reading");
  auto found = proxy_standing_from(ask->market, ask->proxy);
  if (!found) return found.error();
  auto& [standing, proxy] = *found;
  apply(*ask, standing.policy);
  std::optional<hedge::LastPlan> last;
  if (!ask->last_plan.empty()) {
    auto read = last_plan_from(ask->last_plan, standing.snapshot.base);
    if (!read) return read.error();
    last = *std::move(read);
  }
  const parallel::Team team(wish.threads);
  progress.enter("signals");
  const auto seen = seen_from(standing.snapshot, ask->signals);
  if (!seen) return seen.error();
  const auto plan = hedge::decide({standing.snapshot, standing.book, standing.policy, seen->outlook,
                                   &seen->past, proxy ? &*proxy : nullptr, last ? &*last : nullptr},
                                  team, progress);
  if (!plan) return plan.error();
  progress.enter("report");
  Reply reply;
  const std::string json = json_of(*plan);
  const auto record = record_of("plan-hedge", given, json);
  if (!record) return record.error();
  reply.json = with_record(json, *record);
  reply.text = report::terminal_text(*plan, wish.colour ? report::Colour::on : report::Colour::off);
  if (!ask->report.empty()) reply.files.push_back({ask->report, report::html_page(*plan)});
  return reply;
}

}  // namespace

Entry plan_hedge() {
  return {.name = "plan-hedge",
          .about = "Propose the hedge that makes a book's tail cheaper than it costs, or none.",
          .fields = fields_of<Ask>,
          .run = run};
}

}  // namespace levee::api::kind
