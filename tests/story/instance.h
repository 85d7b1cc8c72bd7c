// tests/story/instance.h — the programme behind a plan, rebuilt from public parts only.
#pragma once
#include "levee/feed/market_files.h"
#include "levee/hedge/choose.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace levee::story {

/// A book standing in a market, with its policy.
struct Stage {
  market::Snapshot snapshot;
  book::Book book;
  hedge::Policy policy;
};

/// Reads `book` and a market as the command does; `at` empty: the newest snapshot there is.
Result<Stage> stage_from(const std::string& book, feed::MarketFiles files, const std::string& at);

/// The programme hedge::decide would solve on a stage, before any coverage row.
///
/// out:  every step done here again with the public functions of scenario, risk and hedge
Result<hedge::Program> programme_on(const Stage& stage);

/// The bundled example with fewer paths, so that a story takes seconds.
Stage example_stage(double paths);

/// A flat market in code: one spot, listed strikes at one volatility, spread as asked.
struct FlatMarket {
  double spot = 2000, vol = 0.6;
  double bid_share = 1, ask_share = 1;  ///< Of the mark.
  double open_interest = 1e9;
  std::vector<int> tenors_days{30};
  std::vector<double> strikes;
  bool only_out_of_the_money = false;  ///< Puts up to spot, calls from it; else both everywhere.
};
market::Snapshot snapshot_of(const FlatMarket& flat);

/// An LP of `deposit` between two prices, entered at the market's price.
book::Book book_of(double deposit, double lower, double upper, double spot, double cash);

/// Hedge payoff less what coverage allows, the worst over all paths with a loss; done by hand.
double worst_coverage_excess(const hedge::Program& program, const hedge::Policy& policy,
                             const std::vector<double>& x);

/// Mean and CVaR of the hedged loss by sorting, from quotes and values alone.
struct Sorted {
  double mean = 0, cvar = 0, worst = 0;
};
Sorted by_sorting(const hedge::Program& program, double level, const std::vector<double>& x);

}  // namespace levee::story
