// levee/report/cascade_page.h — an event block by block, for a terminal and as a web page.
#pragma once
#include "levee/report/terminal.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::report {

/// What reacting so late costs.
struct LagTold {
  double blocks = 0, hours = 0;
  double mean_usd = 0, mean_usd_se = 0, low_usd = 0, high_usd = 0, cvar95_usd = 0;
  double not_out = 0, wait_blocks = 0, saved_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("blocks", self.blocks, "from the event to the first try");
    visit("hours", self.hours, "");
    visit("mean_usd", self.mean_usd, "loss, gas apart; what is stuck counts at its fair price");
    visit("mean_usd_se", self.mean_usd_se, "standard error over paths");
    visit("low_usd", self.low_usd, "5 % of paths lose less");
    visit("high_usd", self.high_usd, "5 % lose more");
    visit("cvar95_usd", self.cvar95_usd, "mean of the worst 5 %");
    visit("not_out", self.not_out, "chance that something is still stuck at the end");
    visit("wait_blocks", self.wait_blocks, "from the first try until out, where out");
    visit("saved_usd", self.saved_usd, "mean loss less than that of the victims' own lag");
  }
};

struct LenderRow {
  std::string name;
  double deposits = 0, cash = 0, utilisation = 0, borrow_rate = 0, waiting = 0, bad_debt_usd = 0;
  std::optional<double> quick_ratio;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "of the lender");
    visit("deposits", self.deposits, "tokens owed to depositors");
    visit("cash", self.cash, "tokens not lent out");
    visit("utilisation", self.utilisation, "share lent out; 1: no deposit can be taken back");
    visit("borrow_rate", self.borrow_rate, "a year, by its kinked curve");
    visit("waiting", self.waiting, "tokens asked for and not paid");
    visit("bad_debt_usd", self.bad_debt_usd, "loans beyond what is pledged for them");
    visit("quick_ratio", self.quick_ratio, "cash over deposits due under stress");
  }
};

/// The world at a block, mean over paths.
struct CascadeMoment {
  double block = 0, hours = 0;
  std::string at;
  double price_usd = 0, pool_price_usd = 0, oracle_usd = 0, fair_usd = 0;
  double pool_coin_share = 0, liquidity_left = 0, base_fee_gwei = 0;
  double position_usd = 0, obtainable_usd = 0, shut = 0;
  std::optional<double> position_ratio, bridge_ratio;
  double waiting = 0;
  std::vector<LenderRow> lenders;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("block", self.block, "-1: before the event");
    visit("hours", self.hours, "since the event");
    visit("at", self.at, "UTC");
    visit("price_usd", self.price_usd, "outside price of the coin, as the market believes");
    visit("pool_price_usd", self.pool_price_usd, "the pool's own");
    visit("oracle_usd", self.oracle_usd, "as last written");
    visit("fair_usd", self.fair_usd, "of the coin, for one who knows what backs it");
    visit("pool_coin_share", self.pool_coin_share, "of the pool's tokens at par");
    visit("liquidity_left", self.liquidity_left, "share of what there was");
    visit("base_fee_gwei", self.base_fee_gwei, "");
    visit("position_usd", self.position_usd, "ours at fair prices");
    visit("obtainable_usd", self.obtainable_usd, "of it, in dollars within 1 % of the market");
    visit("shut", self.shut, "share of paths on which it could not be left then");
    visit("position_ratio", self.position_ratio, "obtainable over what it was worth before");
    visit("bridge_ratio", self.bridge_ratio, "collateral over claims; null: no bridge");
    visit("waiting", self.waiting, "coins that queue at the bridge");
    visit("lenders", self.lenders, "");
  }
};

/// A quick ratio that fell through a level.
struct AlarmTold {
  std::string what, asks;
  double level = 0, block = 0, hours_before = 0, would_lose_usd = 0;
  std::string at;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("what", self.what, "whose quick ratio");
    visit("level", self.level, "that it fell through");
    visit("asks", self.asks, "what that asks for");
    visit("block", self.block, "first told block at which it was below");
    visit("at", self.at, "UTC");
    visit("hours_before", self.hours_before, "before victims reacted");
    visit("would_lose_usd", self.would_lose_usd, "mean loss of who reacts by then (see curve)");
  }
};

/// The loss behind layers, all of them but one.
struct LayerOffTold {
  std::string without;
  double mean_usd = 0, mean_usd_se = 0, cvar95_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("without", self.without, "nothing, watch, cover or both");
    visit("mean_usd", self.mean_usd, "loss");
    visit("mean_usd_se", self.mean_usd_se, "standard error over paths");
    visit("cvar95_usd", self.cvar95_usd, "mean of the worst 5 %");
  }
};

/// A lender before the event under a run of the past.
struct RunTold {
  std::string lender, run, source;
  double outflow = 0, days = 0;
  std::optional<double> ratio;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("lender", self.lender, "");
    visit("run", self.run, "of the past");
    visit("outflow", self.outflow, "share of deposits that left in it");
    visit("days", self.days, "it took");
    visit("source", self.source, "");
    visit("ratio", self.ratio, "cash before the event over such an outflow");
  }
};

struct HappenedTold {
  std::string at, what, source;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "UTC");
    visit("what", self.what, "is known to have happened");
    visit("source", self.source, "");
  }
};

/// All that is told of an event.
struct CascadeTold {
  std::string event, title, about, source, coin, began, noticed, reacted, holds = "pool";
  double block_seconds = 12, position_usd = 0, gas_bid_gwei = 0, gas_usd = 0;
  double paths = 0, seed = 0, booked_usd = 0;
  double own_lag_blocks = 0;
  std::vector<LagTold> lags, curve;
  std::vector<AlarmTold> alarms;
  std::vector<LayerOffTold> layers;
  std::optional<double> watch_blocks;  ///< None: no alarm rang.
  double cover_usd = 0, cover_deductible_usd = 0;
  std::vector<CascadeMoment> moments;
  std::vector<RunTold> runs;
  std::vector<HappenedTold> chronicle;
  std::vector<std::string> stylised, assumptions;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("event", self.event, "");
    visit("title", self.title, "");
    visit("about", self.about, "");
    visit("source", self.source, "of the facts");
    visit("coin", self.coin, "that breaks");
    visit("began", self.began, "UTC");
    visit("noticed", self.noticed, "by the public");
    visit("reacted", self.reacted, "when victims did");
    visit("block_seconds", self.block_seconds, "");
    visit("position_usd", self.position_usd, "before the event");
    visit("holds", self.holds, "where: the pool, or a lender");
    visit("gas_bid_gwei", self.gas_bid_gwei, "in all, tip included");
    visit("gas_usd", self.gas_usd, "what leaving pays for gas");
    visit("paths", self.paths, "");
    visit("seed", self.seed, "");
    visit("booked_usd", self.booked_usd, "fair value lost in the event's own block");
    visit("own_lag_blocks", self.own_lag_blocks, "of its victims");
    visit("lags", self.lags, "loss by how late one reacts");
    visit("curve", self.curve, "the same, more closely");
    visit("alarms", self.alarms, "quick ratios, as they fell");
    visit("layers", self.layers, "loss behind watch and cover, and without each of them");
    visit("watch_blocks", self.watch_blocks, "when the watch tries to leave; null: no alarm rang");
    visit("cover_usd", self.cover_usd, "the most that cover pays");
    visit("cover_deductible_usd", self.cover_deductible_usd, "what it does not pay");
    visit("moments", self.moments, "the world by block, mean over paths");
    visit("runs", self.runs, "lenders before the event under runs of the past");
    visit("chronicle", self.chronicle, "what is known, with its source");
    visit("stylised", self.stylised, "what is not known and was assumed");
    visit("assumptions", self.assumptions, "of the model");
  }
};

/// Tables of at most 100 columns.
std::string cascade_text(const CascadeTold& told, Colour colour);

/// One HTML document: loss against lag, prices and quick ratios by time; nothing fetched, no
/// script.
std::string cascade_page(const CascadeTold& told);

}  // namespace levee::report
