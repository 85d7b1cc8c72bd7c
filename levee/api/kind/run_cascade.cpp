// levee/api/kind/run_cascade.cpp — what an event does to a position, by how late one reacts.
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/cascade_file.h"
#include "levee/feed/number.h"
#include "levee/feed/shown.h"
#include "levee/lend/interest.h"
#include "levee/report/cascade_page.h"
#include "levee/risk/layered_loss.h"
#include "levee/risk/quick_ratio.h"
#include "levee/risk/tail.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::api::kind {
namespace {

using scenario::CascadeEvent;
using scenario::CascadeOutcome;
using scenario::CascadeRow;

struct Ask {
  std::string event, event_file, holds = "pool", lags, report;
  double position_usd = 1'000'000, gas_bid_gwei = 150, paths = 1000, seed = 1;
  double cover_usd = 0, cover_deductible_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("event", self.event, "one that comes with levee: ronin-2022 or ust-2022");
    visit("event_file", self.event_file, "or one of your own, TOML as docs/cascade.md says");
    visit("position_usd", self.position_usd, "worth of the position before the event");
    visit("holds", self.holds, "where it is: the pool, or the name of one of the event's lenders");
    visit("lags", self.lags,
          "blocks from the event to the first try to leave; 0,1,5,20,100, every day, and as late "
          "as the victims were");
    visit("gas_bid_gwei", self.gas_bid_gwei, "most that is paid for gas, tip included");
    visit("cover_usd", self.cover_usd, "the most that a cover pays of the loss; 0: none is held");
    visit("cover_deductible_usd", self.cover_deductible_usd, "what it does not pay");
    visit("paths", self.paths, "worlds played");
    visit("seed", self.seed, "of every random number");
    visit("report", self.report, "write it as a self-contained web page to this file");
  }
};

Result<CascadeEvent> event_of(const Ask& ask) {
  if (ask.event.empty() == ask.event_file.empty()) {
    return fail(ask.event.empty() ? Reason::missing_data : Reason::bad_input,
                fmt::format("event (give one: --event {}, or --event-file FILE)",
                            fmt::join(feed::cascades_known(), "|")));
  }
  return ask.event.empty() ? feed::read_cascade(ask.event_file) : feed::cascade_named(ask.event);
}

std::vector<std::int64_t> sorted(std::vector<std::int64_t> lags) {
  std::ranges::sort(lags);
  lags.erase(std::unique(lags.begin(), lags.end()), lags.end());
  return lags;
}

std::vector<std::int64_t> usual_lags(const CascadeEvent& event) {
  std::vector<std::int64_t> lags{0, 1, 5, 20, 100, event.own_lag};
  const auto day = std::max<std::int64_t>(std::llround(86400 / event.block_seconds), 1);
  for (std::int64_t lag = day; lag < event.blocks; lag += day) lags.push_back(lag);
  std::erase_if(lags, [&](std::int64_t lag) { return lag > event.blocks; });
  return sorted(std::move(lags));
}

Result<std::vector<std::int64_t>> lags_of(const Ask& ask, const CascadeEvent& event) {
  if (ask.lags.empty()) return usual_lags(event);
  std::vector<std::int64_t> lags;
  for (std::size_t begin = 0; begin <= ask.lags.size();) {
    const std::size_t end = std::min(ask.lags.find(',', begin), ask.lags.size());
    const auto lag = feed::number_from(ask.lags.substr(begin, end - begin),
                                       {.unit = "blocks", .sign = feed::Sign::not_negative});
    if (!lag) return fail(Reason::bad_input, "lags: " + lag.error().message);
    if (*lag != std::floor(*lag) || *lag > 1e9) {
      return fail(Reason::bad_input, fmt::format("lags: {} (whole blocks are wanted)", *lag));
    }
    if (!lags.empty() && *lag <= static_cast<double>(lags.back())) {
      return fail(Reason::bad_input, "lags (must rise, each given once)");
    }
    lags.push_back(static_cast<std::int64_t>(*lag));
    begin = end + 1;
  }
  return lags;
}

// Lags enough to draw a curve, those asked for among them.
std::vector<std::int64_t> curve_of(const CascadeEvent& event, std::vector<std::int64_t> lags) {
  for (double lag = 1; lag < static_cast<double>(event.blocks); lag *= 1.6) {
    lags.push_back(static_cast<std::int64_t>(lag));
  }
  constexpr std::int64_t points = 48;
  for (std::int64_t i = 1; i < points; ++i) lags.push_back(event.blocks * i / points);
  lags.push_back(std::min(event.own_lag, event.blocks));
  return sorted(std::move(lags));
}

Result<std::optional<std::size_t>> lender_of(const Ask& ask, const CascadeEvent& event) {
  if (ask.holds == "pool") return std::optional<std::size_t>{};
  std::string known = "pool";
  for (std::size_t i = 0; i < event.lenders.size(); ++i) {
    if (event.lenders[i].name == ask.holds) return std::optional(i);
    known += ", " + event.lenders[i].name;
  }
  return fail(Reason::bad_input,
              fmt::format("holds {} (this event knows {})", feed::shown(ask.holds), known));
}

double hours_of(const CascadeEvent& event, std::int64_t block) {
  return static_cast<double>(std::max<std::int64_t>(block, 0)) * event.block_seconds / 3600;
}

Result<std::vector<report::LagTold>> curve_told(const CascadeEvent& event,
                                                const CascadeOutcome& outcome) {
  std::vector<report::LagTold> told;
  for (const scenario::LagOutcome& lag : outcome.lags) {
    std::vector<double> losses = lag.loss_usd;
    const auto tail = risk::tail_of(losses, 0.95);
    if (!tail) return tail.error();
    const num::Estimate mean = risk::mean_of(losses, {});
    std::ranges::sort(losses);
    const auto paths = static_cast<double>(losses.size());
    const auto at = [&](double level) {
      return losses[static_cast<std::size_t>(level * (paths - 1) + 0.5)];
    };
    told.push_back({.blocks = static_cast<double>(lag.lag),
                    .hours = hours_of(event, lag.lag),
                    .mean_usd = mean.value,
                    .mean_usd_se = mean.standard_error,
                    .low_usd = at(0.05),
                    .high_usd = at(0.95),
                    .cvar95_usd = tail->cvar.value(),
                    .not_out = 1 - static_cast<double>(lag.out) / paths,
                    .wait_blocks = lag.wait_blocks});
  }
  const auto own =
      std::ranges::find(told, static_cast<double>(event.own_lag), &report::LagTold::blocks);
  for (report::LagTold& lag : told) {
    lag.saved_usd = own == told.end() ? 0 : own->mean_usd - lag.mean_usd;
  }
  return told;
}

// A year's rate of a kinked curve, as the contract works it out.
double borrow_rate(const scenario::LenderTerms& terms, double cash, double lent) {
  const auto ray = [](double share) {
    return U256{static_cast<std::uint64_t>(std::llround(share * 1e9))} *
           U256{1'000'000'000'000'000'000ULL};
  };
  const auto whole = [](double tokens) {
    return U256{static_cast<std::uint64_t>(std::llround(std::max(tokens, 0.0) * 1e6))};
  };
  const auto rates = lend::rates_of({.optimal_usage = ray(terms.kink),
                                     .base = U256{0},
                                     .slope1 = ray(terms.slope1),
                                     .slope2 = ray(terms.slope2)},
                                    {.available = whole(cash), .variable_debt = whole(lent)});
  return rates ? to_double(rates->variable) / 1e27 : 0;
}

risk::LenderClaims claims_of(const scenario::LenderTerms& terms, double cash, double supplied) {
  return {.cash = Usd{cash},
          .supplied = Usd{supplied},
          .bad_day = Share{terms.due_share},
          .largest_five = Share{0}};
}

Result<report::LenderRow> lender_row(const CascadeEvent& event, const CascadeRow& row,
                                     std::size_t i) {
  const scenario::LenderTerms& terms = event.lenders[i];
  const auto& state = row.mean;
  const double used = state.used.at(i), cash = state.cash.at(i);
  const double lent = used < 1 ? cash * used / (1 - used) : state.supplied.at(i);
  const auto ratio = risk::quick_ratio_of(claims_of(terms, cash, state.supplied.at(i)));
  if (!ratio) return ratio.error();
  return report::LenderRow{.name = terms.name,
                           .deposits = state.supplied.at(i),
                           .cash = cash,
                           .utilisation = used,
                           .borrow_rate = borrow_rate(terms, cash, lent),
                           .waiting = state.lender_waiting.at(i),
                           .bad_debt_usd = state.bad_debt.at(i),
                           .quick_ratio = ratio->ratio};
}

Result<report::CascadeMoment> moment_told(const CascadeEvent& event, const CascadeOutcome& outcome,
                                          const CascadeRow& row) {
  const auto& state = row.mean;
  const double coins_at_par = state.pool_coin * event.par;
  report::CascadeMoment told{
      .block = static_cast<double>(row.block),
      .hours = hours_of(event, row.block),
      .at = text_of(event.time_at(std::max<std::int64_t>(row.block, 0))),
      .price_usd = row.block >= event.noticed ? state.fair_price : state.price,
      .pool_price_usd = state.pool_price,
      .oracle_usd = state.oracle_price,
      .fair_usd = state.fair_price,
      .pool_coin_share = coins_at_par > 0 ? coins_at_par / (coins_at_par + state.pool_quote) : 0,
      .liquidity_left = state.liquidity_left,
      .base_fee_gwei = state.base_fee_gwei,
      .position_usd = state.position_usd,
      .obtainable_usd = state.obtainable_usd,
      .shut = row.shut,
      .position_ratio = {},
      .bridge_ratio = {},
      .waiting = state.waiting,
      .lenders = {}};
  const auto own =
      risk::quick_ratio_of(risk::PositionClaims{.obtainable = Usd{state.obtainable_usd},
                                                .debt = Usd{outcome.staked_usd},
                                                .margin_call = Usd{0}});
  if (!own) return own.error();
  told.position_ratio = own->ratio;
  if (event.bridge) {
    const auto bridge = risk::quick_ratio_of(risk::BridgeClaims{
        .collateral = Usd{state.backing * event.par}, .minted = Usd{state.claims * event.par}});
    if (!bridge) return bridge.error();
    told.bridge_ratio = bridge->ratio;
  }
  for (std::size_t i = 0; i < event.lenders.size(); ++i) {
    auto lender = lender_row(event, row, i);
    if (!lender) return lender.error();
    told.lenders.push_back(*std::move(lender));
  }
  return told;
}

constexpr std::string_view ours = "What can be had of our position";

// What of the mean ratios a watch follows.
struct Watched {
  std::string what;
  std::vector<std::optional<double>> ratio;  // [moments]
};

std::vector<Watched> watched_in(const std::vector<report::CascadeMoment>& moments) {
  std::vector<Watched> list{{"The quick ratio of the bridge", {}}, {std::string(ours), {}}};
  for (const report::LenderRow& lender : moments.front().lenders) {
    list.push_back({"The quick ratio of " + lender.name, {}});
  }
  for (const report::CascadeMoment& one : moments) {
    list[0].ratio.push_back(one.bridge_ratio);
    list[1].ratio.push_back(one.position_ratio);
    for (std::size_t i = 0; i < one.lenders.size(); ++i) {
      list[i + 2].ratio.push_back(one.lenders[i].quick_ratio);
    }
  }
  return list;
}

// What reacting in the block after a moment costs, by the first lag that is not earlier.
double would_lose(const std::vector<report::LagTold>& lags, double block) {
  const auto lag = std::ranges::lower_bound(lags, block, {}, &report::LagTold::blocks);
  return lag == lags.end() ? lags.back().mean_usd : lag->mean_usd;
}

std::vector<report::AlarmTold> alarms_of(const CascadeEvent& event,
                                         const report::CascadeTold& told) {
  std::vector<report::AlarmTold> alarms;
  for (const Watched& one : watched_in(told.moments)) {
    // Below this an AMM position has lost what slippage and fees of leaving never cost.
    const bool is_ours = one.what == ours;
    const double level = is_ours ? 0.98 : 1;
    if (!one.ratio.front() || *one.ratio.front() < level) continue;
    for (std::size_t i = 0; i < one.ratio.size(); ++i) {
      if (!one.ratio[i] || *one.ratio[i] >= level) continue;
      const report::CascadeMoment& moment = told.moments[i];
      alarms.push_back({.what = one.what,
                        .asks = is_ours
                                    ? "leave while it can be had"
                                    : std::string(risk::action_of(risk::band_of(*one.ratio[i]))),
                        .level = level,
                        .block = moment.block,
                        .hours_before = hours_of(event, event.own_lag) - moment.hours,
                        .would_lose_usd = would_lose(told.curve, moment.block + 1),
                        .at = moment.at});
      break;
    }
  }
  return alarms;
}

Result<std::vector<report::RunTold>> runs_told(const CascadeEvent& event) {
  std::vector<report::RunTold> told;
  for (const scenario::LenderTerms& terms : event.lenders) {
    for (const risk::DatedRun& run : risk::dated_runs()) {
      const auto ratio =
          risk::quick_ratio_in(run, claims_of(terms, terms.supplied - terms.lent, terms.supplied));
      if (!ratio) return ratio.error();
      told.push_back({.lender = terms.name,
                      .run = fmt::format("{}, {}", run.name, run.from),
                      .source = std::string(run.source),
                      .outflow = run.outflow.value(),
                      .days = in_days(run.within),
                      .ratio = ratio->ratio});
    }
  }
  return told;
}

// Who first tries to leave at a block: the first lag played that is not earlier.
const scenario::LagOutcome& lag_from(const CascadeOutcome& outcome, double block) {
  const auto lag = std::ranges::lower_bound(
      outcome.lags, block, {}, [](const auto& one) { return static_cast<double>(one.lag); });
  return lag == outcome.lags.end() ? outcome.lags.back() : *lag;
}

// A watch leaves at the first lag played after the first alarm, a cover pays of what is lost.
Result<Done> add_layers(const Ask& ask, const CascadeEvent& event, const CascadeOutcome& outcome,
                        report::CascadeTold& told) {
  told.cover_usd = ask.cover_usd, told.cover_deductible_usd = ask.cover_deductible_usd;
  const auto own = static_cast<double>(std::min(event.own_lag, event.blocks));
  risk::LossLayers layers{.victims = lag_from(outcome, own).loss_usd,
                          .watched = {},
                          .cover = Usd{ask.cover_usd},
                          .deductible = Usd{ask.cover_deductible_usd}};
  const auto first = std::ranges::min_element(told.alarms, {}, &report::AlarmTold::block);
  if (first != told.alarms.end()) {
    const scenario::LagOutcome& watch = lag_from(outcome, first->block + 1);
    told.watch_blocks = static_cast<double>(watch.lag);
    layers.watched = watch.loss_usd;
  }
  const auto rows = risk::layers_off(layers);
  if (!rows) return rows.error();
  for (const risk::LayerOff& one : *rows) {
    told.layers.push_back(
        {one.without, one.mean.value, one.mean.standard_error, one.cvar95.value()});
  }
  return Done{};
}

std::string way_out(const CascadeEvent& event, const Ask& ask) {
  if (ask.holds != "pool") {
    return "To leave is to take the deposit back, whole, when the lender's queue has come to us "
           "and "
           "its cash reaches; coins are then sold to the pool.";
  }
  return event.way == scenario::Way::sell_to_pool
             ? "To leave is to withdraw from the pool and to sell its coins to it."
             : "To leave is to withdraw from the pool and to hand its coins in at the bridge, "
               "first "
               "come, first served, at par while there is something in it.";
}

std::vector<std::string> assumptions_of(const CascadeEvent& event, const Ask& ask) {
  std::vector<std::string> list{
      "In every block: strikes, arbitrage, oracle, liquidations, others leave, then we try. "
      "Whoever "
      "reacts later leaves the same world; what befalls others after we are out does not touch us.",
      "Arbitrage and liquidators never run out of money, and take the pool to the edge of its fee "
      "at once. Only prices far from par, alarm and queues make others leave.",
      "A loss is counted at par of the day before, without the market's own moves; no interest and "
      "no rewards. What comes back later, from an operator or a court, is not counted."};
  list.push_back(way_out(event, ask));
  return list;
}

Result<report::CascadeTold> told_of(const Ask& ask, const CascadeEvent& event,
                                    std::span<const std::int64_t> asked,
                                    const CascadeOutcome& outcome) {
  report::CascadeTold told;
  told.event = event.name, told.title = event.title, told.about = event.about;
  told.source = event.source, told.coin = event.coin;
  told.began = text_of(event.began);
  told.noticed = text_of(event.time_at(event.noticed));
  told.reacted = text_of(event.time_at(event.own_lag));
  told.block_seconds = event.block_seconds;
  told.position_usd = outcome.staked_usd, told.holds = ask.holds;
  told.gas_bid_gwei = ask.gas_bid_gwei, told.gas_usd = outcome.gas_usd;
  told.paths = ask.paths, told.seed = ask.seed;
  told.booked_usd = outcome.booked_usd;
  told.own_lag_blocks = static_cast<double>(event.own_lag);
  auto curve = curve_told(event, outcome);
  if (!curve) return curve.error();
  told.curve = *std::move(curve);
  for (const report::LagTold& lag : told.curve) {
    const auto block = static_cast<std::int64_t>(lag.blocks);
    if (std::ranges::find(asked, block) != asked.end()) told.lags.push_back(lag);
  }
  for (const CascadeRow& row : outcome.rows) {
    auto moment = moment_told(event, outcome, row);
    if (!moment) return moment.error();
    told.moments.push_back(*std::move(moment));
  }
  told.alarms = alarms_of(event, told);
  if (const auto layered = add_layers(ask, event, outcome, told); !layered) return layered.error();
  auto runs = runs_told(event);
  if (!runs) return runs.error();
  told.runs = *std::move(runs);
  for (const scenario::Chronicle& one : event.chronicle) {
    told.chronicle.push_back({text_of(one.at), one.what, one.source});
  }
  told.stylised = event.stylised;
  told.assumptions = assumptions_of(event, ask);
  return told;
}

Result<Done> check(const Ask& ask) {
  if (!(ask.paths >= 1 && ask.paths <= 100'000 && ask.paths == std::floor(ask.paths))) {
    return fail(Reason::out_of_range, "paths (must be whole, in [1, 100000])");
  }
  if (!(ask.seed >= 0 && ask.seed <= 1e15)) {
    return fail(Reason::out_of_range, "seed (must lie in [0, 1e15])");
  }
  for (const double amount : {ask.cover_usd, ask.cover_deductible_usd}) {
    if (!(amount >= 0 && amount <= 1e15)) {
      return fail(Reason::out_of_range,
                  "cover_usd or cover_deductible_usd (must lie in [0, 1e15])");
    }
  }
  return Done{};
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (const auto good = check(*ask); !good) return good.error();
  const auto event = event_of(*ask);
  if (!event) return event.error();
  const auto lags = lags_of(*ask, *event);
  if (!lags) return lags.error();
  const auto lender = lender_of(*ask, *event);
  if (!lender) return lender.error();
  progress.enter("playing");
  const parallel::Team team(wish.threads);
  const auto outcome = scenario::play_cascade(
      {.event = *event,
       .stake = {.worth_usd = ask->position_usd, .bid_gwei = ask->gas_bid_gwei, .lender = *lender},
       .lags = curve_of(*event, *lags),
       .paths = static_cast<std::size_t>(ask->paths),
       .seed = static_cast<std::uint64_t>(ask->seed)},
      team);
  if (!outcome) return outcome.error();
  const auto told = told_of(*ask, *event, *lags, *outcome);
  if (!told) return told.error();
  Reply reply{
      .json = json_of(*told),
      .text = report::cascade_text(*told, wish.colour ? report::Colour::on : report::Colour::off),
      .files = {}};
  if (!ask->report.empty()) reply.files.push_back({ask->report, report::cascade_page(*told)});
  return reply;
}

}  // namespace

Entry run_cascade() {
  return {.name = "run-cascade",
          .about = "Play an exploit or a run block by block: loss by how late one reacts.",
          .fields = fields_of<Ask>,
          .run = run};
}

}  // namespace levee::api::kind
