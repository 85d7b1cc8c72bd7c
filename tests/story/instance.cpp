// tests/story/instance.cpp — the same steps as hedge::decide, written down a second time.
#include "tests/story/instance.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include <fmt/core.h>

#include "levee/feed/book_file.h"
#include "levee/hedge/narrow.h"
#include "levee/option/black.h"
#include "levee/risk/loss.h"

namespace levee::story {
namespace {

Seconds span_of(double length_days) {
  return Seconds{static_cast<std::int64_t>(std::llround(length_days * 86400))};
}

scenario::CalibrationAsk ask_of(const hedge::Policy& p) {
  scenario::CalibrationAsk ask;
  ask.horizon = span_of(p.horizon_days);
  ask.variance_weight_implied = p.variance_weight_implied;
  ask.history = span_of(p.history_days);
  ask.realised = span_of(p.realised_days);
  ask.iv_beta_assumed = p.iv_beta_assumed;
  ask.iv_residual_assumed = p.iv_residual_assumed;
  ask.iv_tenor_power = p.iv_tenor_power;
  return ask;
}

// Positions alone, without protocol failure, loans and lots: what coverage is measured against.
Result<risk::LossTable> positions_alone(const Stage& stage, const risk::Repricing& with,
                                        const parallel::Team& team) {
  book::Book alone;
  alone.positions = stage.book.positions;
  for (book::LpPosition& position : alone.positions) position.protocol.clear();
  return risk::loss_table(alone, risk::FeeForecast(alone.positions.size()), with, team);
}

// Of a perpetual the price's move is payoff, funding is not.
void count_moves_alone(Price spot, const scenario::ScenarioSet& set, hedge::Program& program) {
  const auto then = set.lead().spot.row(set.dates.size() - 1);
  program.gain.resize(program.candidates.size());
  for (std::size_t i = 0; i < program.candidates.size(); ++i) {
    if (!std::holds_alternative<book::Perp>(program.candidates[i].instrument)) continue;
    for (const double price : then) program.gain[i].push_back(price - spot.value());
  }
}

}  // namespace

Result<Stage> stage_from(const std::string& book, feed::MarketFiles files, const std::string& at) {
  auto file = feed::read_book(book);
  if (!file) return file.error();
  feed::MarketAsk ask;
  ask.files = std::move(files);
  ask.base = file->draft.base;
  ask.quote = file->draft.quote;
  if (!at.empty()) {
    const auto moment = moment_from(at, DayEdge::last_second);
    if (!moment) return moment.error();
    ask.at = *moment;
  }
  auto snapshot = feed::read_market(ask);
  if (!snapshot) return snapshot.error();
  auto resolved = book::resolve(file->draft, snapshot->spot, snapshot->at);
  if (!resolved) return resolved.error();
  return Stage{std::move(*snapshot), std::move(*resolved), file->policy};
}

Result<hedge::Program> programme_on(const Stage& stage) {
  const auto& [snapshot, book, policy] = stage;
  const parallel::Team team(2);
  const auto surface = market::surface_of(snapshot);
  if (!surface) return surface.error();
  const auto calibration = scenario::calibrate(snapshot, *surface, ask_of(policy));
  if (!calibration) return calibration.error();
  const auto position = book::value_positions(
      book, snapshot, *surface, {span_of(policy.horizon_days), span_of(policy.realised_days)});
  if (!position) return position.error();

  const auto funding = hedge::expected_funding(snapshot);
  const Tokens delta = Tokens{position->total.delta} + book.wallet;
  hedge::Candidates found = hedge::candidates_of(snapshot, policy, delta, funding);
  hedge::narrow({book, *position, snapshot, policy}, *surface, found);
  std::vector<book::Instrument> tradable;
  for (const auto& candidate : found.list)
    tradable.push_back(*hedge::instrument_of(candidate.instrument));
  std::vector<book::Instrument> all = tradable;
  for (const book::Lot& lot : book.lots) all.push_back(lot.instrument);

  const scenario::Recipe recipe{.calibration = *calibration,
                                .measure = scenario::Measure::real_world,
                                .dates = risk::dates_for(all, snapshot.at, calibration->horizon),
                                .protocols = snapshot.protocols,
                                .paths = static_cast<std::size_t>(policy.paths_choose),
                                .seed = static_cast<std::uint64_t>(policy.seed),
                                .block = span_of(policy.block_days),
                                .sampling = {.points = scenario::Sampling::Points::sobol}};
  const auto set = scenario::generate(policy.scenarios, recipe, team);
  if (!set) return set.error();
  const risk::Repricing with{snapshot, *surface, *set, funding.value_or(Rate{0})};
  auto total = risk::loss_table(book, position->fees_usd_per_day, with, team);
  if (!total) return total.error();
  auto alone = positions_alone(stage, with, team);
  if (!alone) return alone.error();
  auto value = risk::horizon_values(tradable, with, team);
  if (!value) return value.error();
  auto program =
      hedge::program_of({book, *position, snapshot, policy}, std::move(found.list),
                        std::move(*value), std::move(total->total), std::move(alone->total));
  if (program) count_moves_alone(snapshot.spot, *set, *program);
  return program;
}

Stage example_stage(double paths) {
  const std::string examples = LEVEE_SOURCE "/examples/";
  feed::MarketFiles files;
  files.market = examples + "market";
  auto stage = stage_from(examples + "eth-usdc.toml", files, "");
  if (!stage) throw std::runtime_error(stage.error().message);
  stage->policy.paths_choose = stage->policy.paths_score = paths;
  return std::move(*stage);
}

market::Snapshot snapshot_of(const FlatMarket& flat) {
  market::Snapshot snapshot;
  snapshot.at = UnixSeconds{1'769'155'200};  // 2026-01-23T08:00:00Z, an expiry's hour
  snapshot.base = "ETH";
  snapshot.quote = "USDC";
  snapshot.spot = Price{flat.spot};
  snapshot.source = "a flat market in a test";
  snapshot.model_made = true;
  for (const int tenor : flat.tenors_days) {
    for (const double strike : flat.strikes) {
      for (const auto type : {option::Type::put, option::Type::call}) {
        const bool out = type == option::Type::put ? strike <= flat.spot : strike >= flat.spot;
        if (flat.only_out_of_the_money && !out) continue;
        const option::BlackInputs in{Price{flat.spot}, Years{tenor / 365.0}, Vol{flat.vol}};
        const double mark = option::black_price(type, Price{strike}, in).value() / flat.spot;
        market::Quote quote;
        quote.instrument =
            fmt::format("FLAT-{}-{}-{}", tenor, strike, type == option::Type::put ? "P" : "C");
        quote.contract = {type, Price{strike}, snapshot.at + days(tenor)};
        quote.bid = Tokens{flat.bid_share * mark};
        quote.ask = Tokens{flat.ask_share * mark};
        quote.mark = Tokens{mark};
        quote.mark_vol = Vol{flat.vol};
        quote.forward = quote.index = snapshot.spot;
        quote.open_interest = Tokens{flat.open_interest};
        snapshot.chain.push_back(quote);
      }
    }
  }
  return snapshot;
}

book::Book book_of(double deposit, double lower, double upper, double spot, double cash) {
  const amm::Bounds bounds{Price{lower}, Price{upper}};
  book::LpPosition position;
  position.name = "LP";
  position.range = {bounds, *amm::liquidity_of(Usd{deposit}, Price{spot}, bounds)};
  position.entry_price = Price{spot};
  book::Book book;
  book.positions = {position};
  book.idle_cash = Usd{cash};
  return book;
}

double worst_coverage_excess(const hedge::Program& program, const hedge::Policy& policy,
                             const std::vector<double>& x) {
  double worst = -1e300;
  for (std::size_t s = 0; s < program.paths(); ++s) {
    if (program.lp_loss[s] <= 0) continue;
    double payoff = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const hedge::Candidate& c = program.candidates[program.candidate_of[j]];
      payoff += program.columns[j].sign * x[j] *
                (program.value->row(program.candidate_of[j])[s] - c.mid.value());
    }
    const double allowed =
        policy.coverage_max * program.lp_loss[s] + policy.coverage_tolerance * program.scale;
    worst = std::max(worst, payoff - allowed);
  }
  return worst;
}

Sorted by_sorting(const hedge::Program& program, double level, const std::vector<double>& x) {
  std::vector<double> loss = program.base_loss;
  for (std::size_t j = 0; j < x.size(); ++j) {
    if (x[j] == 0) continue;
    const hedge::Candidate& c = program.candidates[program.candidate_of[j]];
    const bool buy = program.columns[j].sign > 0;
    const double cost = buy ? (*c.ask + c.fee_buy).value() : (c.fee_sell - *c.bid).value();
    const auto value = program.value->row(program.candidate_of[j]);
    for (std::size_t s = 0; s < loss.size(); ++s) {
      loss[s] += x[j] * (cost - (buy ? value[s] : -value[s]));
    }
  }
  std::sort(loss.begin(), loss.end(), std::greater<>());
  const double mass = (1 - level) * static_cast<double>(loss.size());
  const auto whole = static_cast<std::size_t>(mass + 1e-9);
  double tail =
      std::accumulate(loss.begin(), loss.begin() + static_cast<std::ptrdiff_t>(whole), 0.0);
  if (whole < loss.size()) tail += (mass - static_cast<double>(whole)) * loss[whole];
  const double sum = std::accumulate(loss.begin(), loss.end(), 0.0);
  return {sum / static_cast<double>(loss.size()), tail / mass, loss.front()};
}

}  // namespace levee::story
