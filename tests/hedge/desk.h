// tests/hedge/desk.h — the small market with everything a hedge programme is built from.
#pragma once
#include "levee/hedge/candidate.h"
#include "levee/hedge/program.h"
#include "levee/risk/loss.h"
#include "tests/support/cases.h"
#include "tests/support/small_market.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace levee::test {

inline const parallel::Team alone(1);

/// Everything a hedge programme of the small book is built from, scenarios drawn by hand-set
/// parameters.
class Desk {
 public:
  explicit Desk(market::Snapshot seen = small_market(), book::Book held = small_book(),
                hedge::Policy allowed = {}, std::size_t paths = 1500)
      : snapshot(std::move(seen)),
        book(std::move(held)),
        policy(std::move(allowed)),
        surface(*market::surface_of(snapshot)),
        horizon(Seconds{static_cast<std::int64_t>(policy.horizon_days * 86400)}),
        position(*book::value_positions(book, snapshot, surface, {horizon, days(30)})),
        from(calibration(horizon)),
        paths_(paths) {}

  hedge::Setting setting() const { return {book, position, snapshot, policy, orders}; }

  hedge::Candidates candidates() const {
    const Tokens delta = Tokens{position.total.delta} + book.wallet;
    return hedge::candidates_of(snapshot, policy, delta, hedge::expected_funding(snapshot));
  }

  risk::Repricing with() const { return {snapshot, surface, set, Rate{0.05}}; }

  /// Draws the scenarios and builds the programme on them.
  Result<hedge::Program> program(const std::vector<hedge::Candidate>& list) {
    std::vector<book::Instrument> instruments;
    for (const hedge::Candidate& one : list) instruments.push_back(*instrument_of(one.instrument));
    std::vector<book::Instrument> every = instruments;
    for (const book::Lot& lot : book.lots) every.push_back(lot.instrument);
    scenario::Recipe asked{.calibration = from,
                           .measure = scenario::Measure::real_world,
                           .dates = risk::dates_for(every, snapshot.at, horizon),
                           .protocols = {},
                           .paths = paths_,
                           .seed = 7,
                           .block = days(5)};
    set = *scenario::generate("jump", asked, alone);
    const std::vector<std::optional<double>> no_fees(book.positions.size());
    book::Book positions;
    positions.positions = book.positions;
    return hedge::program_of(setting(), list, *risk::horizon_values(instruments, with(), alone),
                             risk::loss_table(book, no_fees, with(), alone)->total,
                             risk::loss_table(positions, no_fees, with(), alone)->total);
  }
  hedge::Program program() { return *program(candidates().list); }

  market::Snapshot snapshot;
  book::Book book;
  hedge::Policy policy;
  option::Surface surface;
  Seconds horizon;
  book::PositionAnswer position;
  scenario::Calibration from;
  scenario::ScenarioSet set;
  hedge::Orders orders{};

 private:
  std::size_t paths_;
};

/// The mean of the worst (1 - level) of losses, the plainest way.
inline double plain_cvar(std::vector<double> loss, double level) {
  std::sort(loss.begin(), loss.end(), std::greater<>());
  const double mass = (1 - level) * static_cast<double>(loss.size());
  double left = mass, sum = 0;
  for (std::size_t i = 0; i < loss.size() && left > 0; ++i) {
    sum += std::min(1.0, left) * loss[i];
    left -= 1;
  }
  return sum / mass;
}

/// Loss of the hedged book on every path, costs included.
inline std::vector<double> hedged_losses(const hedge::Program& program,
                                         const std::vector<double>& x) {
  std::vector<double> loss = program.base_loss;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const auto value = program.value->row(program.candidate_of[j]);
    for (std::size_t s = 0; s < loss.size(); ++s) {
      loss[s] += x[j] * (program.columns[j].cost - program.columns[j].sign * value[s]);
    }
  }
  return loss;
}

inline double plain_mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double one : values) sum += one;
  return sum / static_cast<double>(values.size());
}

/// The column that buys (+1) or sells (-1) a candidate of this name.
inline std::size_t column_of(const hedge::Program& program, const std::string& name, double sign) {
  for (std::size_t j = 0; j < program.columns.size(); ++j) {
    const hedge::Candidate& one = program.candidates[program.candidate_of[j]];
    if (one.name == name && program.columns[j].sign == sign) return j;
  }
  ADD_FAILURE() << "no column of " << name;
  return 0;
}

/// Gives a programme a table of its own, which may still be written to.
inline num::Matrix<Usd>& own_values(hedge::Program& program, num::Matrix<Usd> values) {
  auto own = std::make_shared<num::Matrix<Usd>>(std::move(values));
  program.value = own;
  return *own;
}

/// A programme of a few made-up instruments at nearly fair prices on a few paths, one row.
inline hedge::Program tiny_program(Gen& gen, std::size_t instruments, std::size_t paths) {
  hedge::Program p;
  p.scale = 1000;
  auto& values = own_values(p, {instruments, paths});
  p.base_loss = gen.reals(paths, -40, 100);
  p.lp_loss = p.base_loss;
  solve::Row size{"size", {}, -std::numeric_limits<double>::infinity(), 12};
  for (std::size_t i = 0; i < instruments; ++i) {
    const double hedges = gen.real(-0.3, 1), noise = gen.real(1, 20);
    for (std::size_t s = 0; s < paths; ++s) {
      values.row(i)[s] = std::max(0.0, hedges * p.base_loss[s] / 5 + gen.real(-noise, noise));
    }
    p.value_mean.push_back(plain_mean({values.row(i).begin(), values.row(i).end()}));
    hedge::Candidate c;
    c.name = "thing-" + std::to_string(i);
    c.instrument = option::Contract{option::Type::put, Price{100.0 + static_cast<double>(i)},
                                    midnight + days(30)};
    c.lot = Tokens{1};
    c.mid = Usd{p.value_mean[i] * gen.real(0.9, 1.2)};
    c.ask = Usd{c.mid.value() + gen.real(0, 0.5)};
    c.bid = Usd{c.mid.value() - gen.real(0, 0.5)};
    c.depth_buy = c.depth_sell = Tokens{6};
    p.columns.push_back({i, 1, c.ask->value(), 6});
    p.columns.push_back({i, -1, -c.bid->value(), 6});
    p.candidate_of.insert(p.candidate_of.end(), {i, i});
    size.coefficient.insert(size.coefficient.end(), {1, 1});
    p.candidates.push_back(std::move(c));
  }
  p.rows = {size};
  p.notes = {{"contracts in all", false}};
  return p;
}

}  // namespace levee::test
