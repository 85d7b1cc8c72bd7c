#include "levee/scenario/cascade_world.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace levee::scenario {
namespace {

constexpr std::uint32_t crowd_stream = 0x63726f77;  // "crow"
constexpr double slippage = 0.01;

Asset asset_of(Side side) { return side == Side::coin ? Asset::coin : Asset::quote; }
Side other(Side side) { return side == Side::coin ? Side::quote : Side::coin; }

Units part_of(Units whole, double share) {
  return static_cast<Units>(static_cast<double>(whole) * share);
}

// Units that a daily limit allows; negative where there is none.
double allowed_in(double days, double day_limit) {
  return day_limit > 0 ? day_limit * units_per_token * days : -1;
}

}  // namespace

// Puts everything in its place before the first block.
struct WorldBuilder {
  World& world;
  const CascadeEvent& event;

  void add_pool(const Stake& stake) const {
    const TwoUnits held = world.pool_.reserves();
    world.ledger_.issue(Holder::pool, Asset::coin, held.coin);
    world.ledger_.issue(Holder::pool, Asset::quote, held.quote);
    const double worth = tokens_of(held.coin) * event.par + tokens_of(held.quote);
    const auto all = CascadePool::all_shares;
    if (!stake.lender) {
      LEVEE_EXPECT(stake.worth_usd > 0 && stake.worth_usd < worth);
      world.our_shares_ = part_of(all, stake.worth_usd / worth);
    }
    world.shares_each_ = (all - world.our_shares_) / World::crowd;
    world.bid_gwei_ = stake.bid_gwei;
    world.purse_ = units_of(stake.bid_gwei * 1e-9 * static_cast<double>(event.gas.exit_gas) *
                            event.gas.coin_usd);
    world.ledger_.issue(Holder::us, Asset::quote, world.purse_);
  }

  void add_bridge() const {
    if (!event.bridge) return;
    world.ledger_.issue(Holder::bridge, Asset::backing, units_of(event.bridge->backing));
    const Units rest = units_of(event.bridge->minted) - world.ledger_.of(Holder::pool, Asset::coin);
    LEVEE_EXPECT(rest >= 0);
    const Units traded = rest / 5;
    world.ledger_.issue(Holder::arbitrageurs, Asset::coin, traded);
    world.ledger_.issue(Holder::others, Asset::coin, rest - traded);
    world.claim_each_ = (rest - traded) / World::crowd;
  }

  void add_lender(const LenderTerms& terms, std::size_t index, const Stake& stake) const {
    Lender lender;
    lender.holder = index == 0 ? Holder::first_lender : Holder::second_lender;
    lender.supplied = units_of(terms.supplied);
    lender.depositors = World::crowd;
    if (stake.lender == index) {
      const double price = terms.asset == Side::coin ? event.par : 1;
      world.our_lender_ = index, world.our_deposit_ = units_of(stake.worth_usd / price);
      LEVEE_EXPECT(world.our_deposit_ > 0 && world.our_deposit_ <= lender.supplied);
    }
    lender.each =
        (lender.supplied - (stake.lender == index ? world.our_deposit_ : 0)) / World::crowd;
    const Units lent = units_of(terms.lent);
    world.ledger_.issue(lender.holder, asset_of(terms.asset), lender.supplied - lent);
    world.ledger_.issue(Holder::borrowers, asset_of(terms.asset), lent);
    if (terms.asset == Side::coin || lent == 0) {
      lender.lent = lent;
    } else {
      constexpr int loans = 20;
      for (int i = 0; i < loans; ++i) {
        const double ltv = terms.ltv_low + (terms.ltv_high - terms.ltv_low) * (i + 0.5) / loans;
        const Units debt = i == 0 ? lent - (loans - 1) * (lent / loans) : lent / loans;
        const auto pledged = static_cast<Units>(static_cast<double>(debt) / ltv / event.par);
        lender.loans.push_back({pledged, debt});
        world.ledger_.issue(lender.holder, Asset::coin, pledged);
      }
    }
    world.lenders_.push_back(std::move(lender));
  }

  void add_outside() const {
    const Units plenty = units_of(1e12);
    // Where a bridge stands behind every coin, there are no others anywhere.
    const Units coins = event.bridge ? 0 : plenty;
    world.ledger_.issue(Holder::outside, Asset::coin, coins);
    world.ledger_.issue(Holder::outside, Asset::quote, plenty);
    world.ledger_.issue(Holder::arbitrageurs, Asset::coin, coins / 10);
    world.ledger_.issue(Holder::arbitrageurs, Asset::quote, plenty / 10);
    world.ledger_.issue(Holder::liquidators, Asset::quote, plenty / 10);
    double sold = 0;
    for (const Strike& one : event.strikes) {
      if (one.kind == Strike::Kind::sell) sold += one.amount;
    }
    world.ledger_.issue(Holder::attacker, Asset::coin, units_of(sold));
  }
};

World::World(const CascadeEvent& event, const Stake& stake, std::uint64_t seed, std::uint64_t path)
    : event_(&event),
      pool_(event.pool, event.par),
      feed_(event.oracle, event.par * event.path.front().share_of_par),
      gas_(event.gas),
      draws_(seed, crowd_stream, path),
      depth_(std::exp(event.depth_deviation * draws_.normal())),
      price_(event.par * event.path.front().share_of_par) {
  const WorldBuilder build{*this, event};
  build.add_pool(stake);
  build.add_bridge();
  for (std::size_t i = 0; i < event.lenders.size(); ++i)
    build.add_lender(event.lenders[i], i, stake);
  build.add_outside();
  staked_usd_ = fair_usd();
  audit();
}

double World::path_price(std::int64_t block) const {
  const auto& path = event_->path;
  const auto after = std::ranges::upper_bound(path, block, {}, &PathKnot::block);
  const PathKnot& left = *(after - 1);
  double log_share = std::log(left.share_of_par);
  if (after != path.end()) {
    const double way =
        static_cast<double>(block - left.block) / static_cast<double>(after->block - left.block);
    log_share += way * (std::log(after->share_of_par) - log_share);
  }
  return event_->par * std::exp(log_share * depth_);
}

bool World::is_paused(Place place) const {
  return std::ranges::any_of(event_->pauses, [&](const Pause& pause) {
    return pause.place == place && pause.from <= block_ && block_ < pause.to;
  });
}

// Backing of a coin in circulation, at most 1.
double World::backed() const {
  if (!event_->bridge) return 1;
  const Units claims = ledger_.issued(Asset::coin) - ledger_.of(Holder::burnt, Asset::coin);
  const Units backing = ledger_.of(Holder::bridge, Asset::backing);
  return claims > backing ? static_cast<double>(backing) / static_cast<double>(claims) : 1.0;
}

double World::fair_price() const { return price_ * backed(); }

void World::advance(std::int64_t block) {
  LEVEE_EXPECT(block > block_);
  const std::int64_t passed = block - std::max<std::int64_t>(block_, 0);
  const double days = static_cast<double>(passed) * event_->block_seconds / 86400;
  block_ = block;
  while (next_strike_ < event_->strikes.size() && event_->strikes[next_strike_].block <= block) {
    strike(event_->strikes[next_strike_++]);
  }
  price_ = path_price(block);
  arbitrage();
  // The public learns what a coin is worth when it learns what backs it.
  feed_.see(block, market_price());
  liquidate();
  crowd_gas_ = 0;
  run_pool(days);
  run_bridge(days);
  for (std::size_t i = 0; i < lenders_.size(); ++i) run_lender(i, days);
  while (knot_ < event_->path.size() && event_->path[knot_].block <= block) {
    const double gwei = event_->path[knot_++].gas_gwei;
    if (gwei > 0) gas_.calm_at(gwei);
  }
  gas_.pass(passed, passed > 0 ? crowd_gas_ / static_cast<double>(passed) : 0);
  audit();
}

void World::strike(const Strike& strike) {
  const auto share = [&] { return Share{std::min(strike.amount, 1.0)}; };
  switch (strike.kind) {
    case Strike::Kind::take_backing: {
      const Units there = ledger_.of(Holder::bridge, Asset::backing);
      const Units taken = std::min(units_of(strike.amount), there);
      ledger_.move({Holder::bridge, Holder::attacker, Asset::backing, taken});
      return;
    }
    case Strike::Kind::steal_pool: {
      const TwoUnits taken = pool_.lose(share());
      ledger_.move({Holder::pool, Holder::attacker, Asset::coin, taken.coin});
      ledger_.move({Holder::pool, Holder::attacker, Asset::quote, taken.quote});
      return;
    }
    case Strike::Kind::pull_liquidity: {
      const Units theirs = shares_each_ * providers_;
      const Units pulled = part_of(pool_.shares(), strike.amount);
      take_from_pool(Holder::others, std::min(pulled, theirs));
      shares_each_ = providers_ > 0 ? std::max<Units>(theirs - pulled, 0) / providers_ : 0;
      return;
    }
    case Strike::Kind::sell:
      sell_to_pool(Holder::attacker, Side::coin,
                   std::min(units_of(strike.amount), ledger_.of(Holder::attacker, Asset::coin)));
      return;
  }
}

Units World::sell_to_pool(Holder who, Side sold, Units in) {
  if (is_paused(Place::pool)) return 0;
  const Units paid = pool_.sell(sold, in);
  if (paid == 0) return 0;
  ledger_.move({who, Holder::pool, asset_of(sold), in});
  ledger_.move({Holder::pool, who, asset_of(other(sold)), paid});
  return paid;
}

void World::take_from_pool(Holder who, Units shares) {
  const TwoUnits out = pool_.remove(shares);
  ledger_.move({Holder::pool, who, Asset::coin, out.coin});
  ledger_.move({Holder::pool, who, Asset::quote, out.quote});
}

void World::arbitrage() {
  if (is_paused(Place::pool)) return;
  const double outside = market_price();
  if (!(outside > 0)) return;
  const TowardTrade trade = pool_.toward(outside);
  const Units own = ledger_.of(Holder::arbitrageurs, asset_of(trade.sold));
  sell_to_pool(Holder::arbitrageurs, trade.sold, std::min(trade.in, own));
}

void World::liquidate() {
  for (std::size_t i = 0; i < lenders_.size(); ++i) {
    if (!is_paused(Place::lender)) liquidate(lenders_[i], event_->lenders[i]);
  }
}

void World::liquidate(Lender& lender, const LenderTerms& terms) {
  for (Loan& loan : lender.loans) {
    const double told = feed_.price();
    const double worth = static_cast<double>(loan.collateral) * told;
    const bool is_due = static_cast<double>(loan.debt) > worth * terms.threshold;
    if (loan.debt == 0 || told == 0 || !is_due) continue;
    const double all = static_cast<double>(loan.debt) * (1 + terms.bonus) / told;
    const bool is_all = all >= static_cast<double>(loan.collateral);
    const Units seized = is_all ? loan.collateral : static_cast<Units>(all);
    const Units paid = std::min(
        loan.debt, static_cast<Units>(static_cast<double>(seized) * told / (1 + terms.bonus)));
    // Nobody pays by a feed more than the market gives: then the loan goes bad.
    const auto brought =
        static_cast<Units>(std::min(static_cast<double>(seized) * market_price(), 1e17));
    if (paid == 0 || brought < paid) continue;
    ledger_.move({Holder::liquidators, lender.holder, Asset::quote, paid});
    ledger_.move({lender.holder, Holder::liquidators, Asset::coin, seized});
    ledger_.move({Holder::liquidators, Holder::outside, Asset::coin, seized});
    ledger_.move({Holder::outside, Holder::liquidators, Asset::quote, brought});
    loan.debt -= paid, loan.collateral -= seized;
  }
}

double World::rate_of(const RunTerms& run, double shortfall) const {
  if (!is_known()) return run.quiet;
  const double lost = std::max(0.0, 1 - fair_price() / event_->par);
  return run.quiet + run.alarm + run.per_loss * lost + run.per_shortfall * shortfall;
}

int World::leavers(int there, double rate, double days) {
  double mean = there * -std::expm1(-rate * days);
  int gone = 0;
  constexpr double most = 40;
  for (; mean > most; mean -= most) gone += draws_.poisson(most);
  return std::min(there, gone + draws_.poisson(mean));
}

// Those who leave pay for it out of what they have got.
void World::charge_gas(int parts, double users) {
  if (parts == 0) return;
  const double gas = parts * users / crowd * static_cast<double>(event_->gas.exit_gas);
  crowd_gas_ += gas;
  const double cost = gas * gas_.base_gwei() * 1e-9 * event_->gas.coin_usd;
  const Units have = ledger_.of(Holder::others, Asset::quote);
  const Units paid = cost < tokens_of(have) ? units_of(cost) : have;
  ledger_.move({Holder::others, Holder::burnt, Asset::quote, paid});
}

void World::run_pool(double days) {
  const int gone = leavers(providers_, rate_of(event_->pool_run, 0), days);
  if (is_paused(Place::pool)) return;
  take_from_pool(Holder::others, gone * shares_each_);
  providers_ -= gone;
  charge_gas(gone, event_->pool_users);
}

void World::run_bridge(double days) {
  if (!event_->bridge) return;
  const BridgeTerms& terms = *event_->bridge;
  const double shortfall = std::max(0.0, 1 - backed() / std::max(terms.due_share, 1e-9));
  const int gone = leavers(claimants_, rate_of(terms.run, shortfall), days);
  claimants_ -= gone;
  bridge_.waiting += gone * claim_each_;
  charge_gas(gone, terms.users);
  if (is_paused(Place::bridge)) return;
  const Units paid =
      bridge_.pay(ledger_.of(Holder::bridge, Asset::backing), allowed_in(days, terms.day_limit));
  ledger_.move({Holder::bridge, Holder::others, Asset::backing, paid});
  ledger_.move({Holder::others, Holder::burnt, Asset::coin, paid});
}

void World::run_lender(std::size_t index, double days) {
  Lender& lender = lenders_[index];
  const LenderTerms& terms = event_->lenders[index];
  const Asset asset = asset_of(terms.asset);
  const Units cash = ledger_.of(lender.holder, asset);
  const double due = static_cast<double>(lender.supplied) * terms.due_share;
  const double shortfall = due > 0 ? std::max(0.0, 1 - static_cast<double>(cash) / due) : 0;
  const int gone = leavers(lender.depositors, rate_of(terms.run, shortfall), days);
  lender.depositors -= gone;
  lender.till.waiting += gone * lender.each;
  charge_gas(gone, terms.users);
  if (is_paused(Place::lender)) return;
  const Units paid = lender.till.pay(cash, allowed_in(days, terms.day_limit));
  ledger_.move({lender.holder, Holder::others, asset, paid});
  lender.supplied -= paid;
}

void World::audit() const {
  for (const Asset asset : {Asset::coin, Asset::quote, Asset::backing}) {
    LEVEE_ENSURE(ledger_.held(asset) == ledger_.issued(asset));
  }
  const TwoUnits held = pool_.reserves();
  LEVEE_ENSURE(held.coin == ledger_.of(Holder::pool, Asset::coin));
  LEVEE_ENSURE(held.quote == ledger_.of(Holder::pool, Asset::quote));
}

bool World::is_open() const {
  if (in_lender() && (is_paused(Place::lender) || our_asset() == Side::quote)) {
    return !is_paused(Place::lender);
  }
  return !is_paused(Place::pool) && !(event_->way == Way::hand_in && is_paused(Place::bridge));
}

Units World::ticket() const { return in_lender() ? our_lender().till.ticket() : bridge_.ticket(); }

bool World::is_served(Units ticket) const {
  if (in_lender()) {
    const Units cash = ledger_.of(our_lender().holder, asset_of(our_asset()));
    return our_lender().till.served >= ticket && cash >= our_deposit_;
  }
  if (event_->way == Way::sell_to_pool) return true;
  return bridge_.served >= ticket && ledger_.of(Holder::bridge, Asset::backing) > 0;
}

World::Proceeds World::leave() const {
  World after = *this;
  const auto burnt = part_of(purse_, std::min(1.0, gas_.base_gwei() / bid_gwei_));
  after.ledger_.move({Holder::us, Holder::burnt, Asset::quote, burnt});
  after.ledger_.move({Holder::us, Holder::outside, Asset::quote, purse_ - burnt});
  if (in_lender()) {
    after.ledger_.move({our_lender().holder, Holder::us, asset_of(our_asset()), our_deposit_});
  } else {
    after.take_from_pool(Holder::us, our_shares_);
  }
  const Units coins = after.ledger_.of(Holder::us, Asset::coin);
  if (event_->way == Way::sell_to_pool) {
    after.sell_to_pool(Holder::us, Side::coin, coins);
  } else {
    const Units paid = std::min(coins, after.ledger_.of(Holder::bridge, Asset::backing));
    after.ledger_.move({Holder::bridge, Holder::us, Asset::backing, paid});
    after.ledger_.move({Holder::us, Holder::burnt, Asset::coin, paid});
  }
  after.audit();
  const Units left = after.ledger_.of(Holder::us, Asset::coin);
  return {tokens_of(after.ledger_.of(Holder::us, Asset::quote)) +
              event_->par * tokens_of(after.ledger_.of(Holder::us, Asset::backing)),
          left, left == 0};
}

TwoUnits World::our_part() const {
  if (in_lender()) {
    const Units paid = is_served(ticket()) ? our_deposit_ : 0;
    return our_asset() == Side::coin ? TwoUnits{paid, 0} : TwoUnits{0, paid};
  }
  const TwoUnits held = pool_.reserves();
  const double share = static_cast<double>(our_shares_) / static_cast<double>(pool_.shares());
  return {part_of(held.coin, share), part_of(held.quote, share)};
}

// What a lender has over what it owes, at most 1: loans are worth what is pledged for them.
double World::covered(const Lender& lender, Side asset) const {
  double has = tokens_of(ledger_.of(lender.holder, asset_of(asset))) + tokens_of(lender.lent);
  for (const Loan& loan : lender.loans) {
    has += std::min(tokens_of(loan.debt), tokens_of(loan.collateral) * fair_price());
  }
  const double owes = tokens_of(lender.supplied);
  return owes > has ? has / owes : 1;
}

double World::fair_usd() const {
  if (in_lender()) {
    const double price = our_asset() == Side::coin ? fair_price() : 1;
    return tokens_of(our_deposit_) * price * covered(our_lender(), our_asset());
  }
  const TwoUnits part = our_part();
  return tokens_of(part.coin) * fair_price() + tokens_of(part.quote);
}

// Dollars for as many of some coins as the pool takes no more than 1 % below the market.
double World::sold_fairly_usd(Units coins) const {
  const auto sold = [&](Units some) {
    CascadePool trial = pool_;
    trial.remove(our_shares_);
    return tokens_of(trial.sell(Side::coin, some));
  };
  const auto is_fair = [&](Units some) {
    return sold(some) >= (1 - slippage) * tokens_of(some) * market_price();
  };
  Units most = coins, least = 0;
  if (!is_fair(most)) {
    // To a thousandth.
    for (int halvings = 0; halvings < 10; ++halvings) {
      const Units middle = least + (most - least) / 2;
      (is_fair(middle) ? least : most) = middle;
    }
    most = least;
  }
  return std::min(sold(most), tokens_of(coins) * market_price());
}

double World::obtainable_usd() const {
  if (!is_open()) return 0;
  const TwoUnits part = our_part();
  if (event_->way == Way::sell_to_pool) {
    return tokens_of(part.quote) + (part.coin > 0 ? sold_fairly_usd(part.coin) : 0);
  }
  const Units backing = ledger_.of(Holder::bridge, Asset::backing);
  const Units paid = bridge_.waiting > 0 ? 0 : std::min(part.coin, backing);
  return tokens_of(part.quote) + tokens_of(paid) * event_->par;
}

Units World::debt_of(const Lender& lender) {
  Units sum = lender.lent;
  for (const Loan& loan : lender.loans) sum += loan.debt;
  return sum;
}

World::State World::state() const {
  State told;
  told.price = price_, told.pool_price = pool_.price();
  told.oracle_price = feed_.price(), told.fair_price = fair_price();
  const TwoUnits held = pool_.reserves();
  told.pool_coin = tokens_of(held.coin), told.pool_quote = tokens_of(held.quote);
  told.liquidity_left =
      static_cast<double>(pool_.shares()) / static_cast<double>(CascadePool::all_shares);
  if (event_->bridge) {
    told.backing = tokens_of(ledger_.of(Holder::bridge, Asset::backing));
    told.claims = tokens_of(ledger_.issued(Asset::coin) - ledger_.of(Holder::burnt, Asset::coin));
    told.waiting = tokens_of(bridge_.waiting);
  }
  for (std::size_t i = 0; i < lenders_.size(); ++i) {
    const Lender& lender = lenders_[i];
    const double cash = tokens_of(ledger_.of(lender.holder, asset_of(event_->lenders[i].asset)));
    const double lent = tokens_of(debt_of(lender));
    told.cash.at(i) = cash, told.supplied.at(i) = tokens_of(lender.supplied);
    told.used.at(i) = cash + lent > 0 ? lent / (cash + lent) : 1;
    told.lender_waiting.at(i) = tokens_of(lender.till.waiting);
    for (const Loan& loan : lender.loans) {
      const double covered = tokens_of(loan.collateral) * fair_price();
      told.bad_debt.at(i) += std::max(0.0, tokens_of(loan.debt) - covered);
    }
  }
  told.base_fee_gwei = gas_.base_gwei();
  told.position_usd = fair_usd();
  told.obtainable_usd = obtainable_usd();
  return told;
}

}  // namespace levee::scenario
