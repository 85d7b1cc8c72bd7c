#include "levee/scenario/cascade.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::scenario {
namespace {

using State = World::State;
constexpr std::uint64_t exit_paths = std::uint64_t{1} << 48;  // Apart from the crowd's draws.
constexpr std::size_t paths_at_once = 16;
constexpr int rows_wanted = 60;

constexpr std::array one_each{&State::price,          &State::pool_price,    &State::oracle_price,
                              &State::fair_price,     &State::pool_coin,     &State::pool_quote,
                              &State::liquidity_left, &State::backing,       &State::claims,
                              &State::waiting,        &State::base_fee_gwei, &State::obtainable_usd,
                              &State::position_usd};
constexpr std::array two_each{&State::cash, &State::supplied, &State::used, &State::lender_waiting,
                              &State::bad_debt};

void add(State& sum, const State& more) {
  for (const auto field : one_each) sum.*field += more.*field;
  for (const auto field : two_each) {
    for (std::size_t i = 0; i < 2; ++i) (sum.*field).at(i) += (more.*field).at(i);
  }
}

void divide(State& sum, double by) {
  for (const auto field : one_each) sum.*field /= by;
  for (const auto field : two_each) {
    for (double& one : sum.*field) one /= by;
  }
}

// Blocks at which every path is looked at, and which of them are told.
struct Schedule {
  std::vector<std::int64_t> looks, told;
};

Schedule schedule_of(const CascadeAsk& ask) {
  const CascadeEvent& event = ask.event;
  Schedule all;
  const auto add_to = [&](std::vector<std::int64_t>& list, std::int64_t block) {
    if (0 <= block && block <= event.blocks) list.push_back(block);
  };
  for (std::int64_t block = 0; block <= event.blocks; block += event.step) {
    add_to(all.looks, block);
  }
  const std::int64_t apart = std::max<std::int64_t>(event.blocks / rows_wanted, 1);
  for (std::int64_t block = 0; block <= event.blocks; block += apart) add_to(all.told, block);
  const std::int64_t day =
      std::max<std::int64_t>(std::llround(86400 / event.block_seconds), event.blocks / 400 + 1);
  for (std::int64_t block = 0; block <= event.blocks; block += day) add_to(all.told, block);
  for (const std::int64_t lag : ask.lags) add_to(all.looks, lag);
  for (const Strike& one : event.strikes) add_to(all.told, one.block);
  for (const Pause& one : event.pauses) add_to(all.told, one.from), add_to(all.told, one.to);
  for (const PathKnot& one : event.path) add_to(all.looks, one.block);
  add_to(all.told, event.noticed);
  add_to(all.told, event.own_lag);
  add_to(all.told, event.blocks);
  for (auto* list : {&all.told, &all.looks}) {
    if (list == &all.looks) list->insert(list->end(), all.told.begin(), all.told.end());
    std::ranges::sort(*list);
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  return all;
}

// One of us, with a lag of its own.
struct Try {
  enum class Stage { asleep, trying, queued, out } stage = Stage::asleep;
  std::int64_t lag = 0, out_block = 0;
  Units ticket = 0;
  World::Proceeds got;
};

// What is summed up over some paths.
struct Part {
  std::vector<State> state;  // [told]
  std::vector<double> shut;  // [told]
  std::vector<double> wait;  // [lags]
  std::vector<std::size_t> out;
  double booked = 0, looks = 0;
};

class Path {
 public:
  Path(const CascadeAsk& ask, std::uint64_t index)
      : ask_(&ask), index_(index), world_(ask.event, ask.stake, ask.seed, index) {
    for (const std::int64_t lag : ask.lags) tries_.push_back({.lag = lag, .got = {}});
  }

  void play(const Schedule& schedule, Part& part) {
    add(part.state[0], world_.state());
    std::size_t told = 0, i = 0;
    for (std::int64_t next = upcoming(schedule, i); next >= 0;) {
      now_ = next;
      if (i < schedule.looks.size() && schedule.looks[i] == now_) ++i;
      world_.advance(now_);
      part.looks += 1;
      if (now_ == 0) part.booked += world_.staked_usd() - world_.fair_usd();
      next = upcoming(schedule, i);
      leave(std::max(next, now_ + 1));
      if (told < schedule.told.size() && schedule.told[told] == now_) {
        add(part.state[++told], world_.state());
        part.shut[told] += world_.is_open() && world_.is_served(world_.ticket()) ? 0 : 1;
      }
    }
  }

  void settle(std::span<LagOutcome> lags, Part& part) const {
    for (std::size_t i = 0; i < tries_.size(); ++i) {
      const Try& one = tries_[i];
      const bool is_out = one.stage == Try::Stage::out;
      lags[i].loss_usd[index_] = world_.staked_usd() - (is_out ? worth(one.got) : kept_usd());
      if (!is_out || !one.got.whole) continue;
      ++part.out[i];
      part.wait[i] += static_cast<double>(one.out_block - one.lag);
    }
  }

 private:
  double worth(const World::Proceeds& got) const {
    return got.usd + tokens_of(got.coins) * world_.fair_price();
  }

  // Who is still in at the end has what leaving would bring; where that cannot be, a mark.
  double kept_usd() const {
    const bool can_leave = world_.is_open() && world_.is_served(world_.ticket());
    return can_leave ? worth(world_.leave()) : world_.fair_usd();
  }

  // The next block to look at: as scheduled, or when the feed's heart beats; -1 after the last.
  std::int64_t upcoming(const Schedule& schedule, std::size_t i) const {
    if (i == schedule.looks.size()) return -1;
    return now_ < 0 ? schedule.looks[i] : std::min(schedule.looks[i], world_.due());
  }

  // Nothing changes until `next`: the first of these blocks that takes us in, if any does.
  std::optional<std::int64_t> taken_in(std::int64_t next) const {
    const double chance = world_.is_open() ? world_.chance().value() : 0;
    if (chance == 0) return std::nullopt;
    for (std::int64_t block = now_; block < next; ++block) {
      num::Draws draw(ask_->seed, static_cast<std::uint32_t>(block), exit_paths + index_);
      if (draw.uniform() < chance) return block;
    }
    return std::nullopt;
  }

  void leave(std::int64_t next) {
    std::optional<World::Proceeds> proceeds;
    const auto out = [&](Try& one, std::int64_t block) {
      if (!proceeds) proceeds = world_.leave();
      one.stage = Try::Stage::out, one.got = *proceeds, one.out_block = block;
    };
    bool trying = false;
    for (Try& one : tries_) {
      if (one.stage == Try::Stage::asleep && one.lag <= now_) one.stage = Try::Stage::trying;
      trying = trying || one.stage == Try::Stage::trying;
      if (one.stage == Try::Stage::queued && world_.is_open() && world_.is_served(one.ticket)) {
        out(one, now_);
      }
    }
    const auto block = trying ? taken_in(next) : std::nullopt;
    for (Try& one : tries_) {
      if (!block || one.stage != Try::Stage::trying) continue;
      one.ticket = world_.ticket();
      one.stage = Try::Stage::queued;
      if (world_.is_served(one.ticket)) out(one, *block);
    }
  }

  const CascadeAsk* ask_;
  std::uint64_t index_;
  World world_;
  std::vector<Try> tries_;
  std::int64_t now_ = -1;
};

Error wrong(std::string what) { return fail(Reason::out_of_range, std::move(what)); }

bool in_order(const auto& list, auto block_of) {
  return std::ranges::is_sorted(list, {}, block_of);
}

// Millionths of all tokens together must be whole numbers of 64 bits.
Result<Done> fit_sizes(const CascadeEvent& event) {
  constexpr double most = 1e12;
  double coins = event.pool.worth_usd / event.par;
  if (event.bridge) coins += event.bridge->minted;
  for (const Strike& one : event.strikes) coins += one.amount;
  for (const LenderTerms& one : event.lenders) {
    coins += one.asset == Side::coin ? one.supplied : 0;
    if (one.ltv_low > 0) coins += one.lent / one.ltv_low / event.par;
  }
  if (!(coins <= most && event.pool.worth_usd <= most)) {
    return wrong(fmt::format("{:.3g} coins in all (at most 1e12 can be counted)", coins));
  }
  return Done{};
}

Result<Done> fit_parts(const CascadeEvent& event) {
  const PoolTerms& pool = event.pool;
  if (const auto good = fit_sizes(event); !good) return good.error();
  if (pool.curve == Curve::stable && event.par != 1) {
    return wrong("[pool] curve stable (wants a coin of par 1)");
  }
  if (event.bridge) {
    const double in_pool = pool.worth_usd * pool.coin_share / event.par;
    if (!(event.bridge->minted >= in_pool)) {
      return wrong(fmt::format("[bridge] minted {} (the pool alone holds {:.6g} of the coin)",
                               event.bridge->minted, in_pool));
    }
  } else if (event.way == Way::hand_in) {
    return wrong("way hand_in (there is no [bridge] to hand coins in at)");
  }
  if (event.lenders.size() > 2) return wrong("[[lender]] (at most two)");
  for (const LenderTerms& one : event.lenders) {
    if (!(one.lent <= one.supplied)) {
      return wrong(fmt::format("lent {} of {} (more than was supplied)", one.lent, one.name));
    }
    const bool pledged = one.asset == Side::quote && one.lent > 0;
    if (pledged && !(0 < one.ltv_low && one.ltv_low <= one.ltv_high &&
                     one.ltv_high < one.threshold && one.threshold < 1)) {
      return wrong(
          fmt::format("{}: 0 < ltv_low <= ltv_high < threshold < 1 does not hold", one.name));
    }
  }
  return Done{};
}

}  // namespace

Result<Done> fit_to_play(const CascadeEvent& event) {
  if (event.path.empty() || event.path.front().block != 0) {
    return wrong("[[path]] (its first price must be of the event's own moment)");
  }
  if (!in_order(event.path, &PathKnot::block) || !in_order(event.strikes, &Strike::block)) {
    return wrong("[[path]] and [[strike]] (must be in order of time)");
  }
  for (std::size_t i = 1; i < event.path.size(); ++i) {
    if (event.path[i].block == event.path[i - 1].block) {
      return wrong(fmt::format("[[path]] {} (two prices of one block)", i + 1));
    }
  }
  for (const Pause& one : event.pauses) {
    if (!(one.from < one.to)) return wrong("[[pause]] (must end after it begins)");
  }
  constexpr std::int64_t most = 2'000'000;
  if (!(event.blocks >= 1 && event.blocks <= most && event.step >= 1)) {
    return wrong(
        fmt::format("the event lasts {} blocks (must lie in [1, {}])", event.blocks, most));
  }
  if (!(0 <= event.own_lag && event.own_lag <= event.blocks && event.noticed >= 0)) {
    return wrong("noticed and reacted (must lie between the event and its end)");
  }
  return fit_parts(event);
}

namespace {

Result<Done> fine(const Stake& stake, const CascadeEvent& event) {
  double most = 0.5 * event.pool.worth_usd;
  if (stake.lender) {
    LEVEE_EXPECT(*stake.lender < event.lenders.size());
    const LenderTerms& lender = event.lenders[*stake.lender];
    if (lender.asset == Side::coin && event.way == Way::hand_in) {
      return fail(Reason::not_supported,
                  fmt::format("a deposit at {} (its coins would queue twice: there and at the "
                              "bridge; only a position in the pool is played)",
                              lender.name));
    }
    most = 0.5 * lender.supplied * (lender.asset == Side::coin ? event.par : 1);
  }
  if (!(stake.worth_usd >= 1 && stake.worth_usd <= most)) {
    return wrong(fmt::format("position_usd {} (must lie in [1, {:.0f}], half of what is there)",
                             stake.worth_usd, most));
  }
  return Done{};
}

Result<Done> fine(const CascadeAsk& ask) {
  const CascadeEvent& event = ask.event;
  if (ask.lags.empty()) return fail(Reason::missing_data, "lags (give at least one)");
  for (std::size_t i = 0; i < ask.lags.size(); ++i) {
    if (ask.lags[i] < 0 || ask.lags[i] > event.blocks) {
      return fail(Reason::out_of_range, fmt::format("lag {} (the event is followed for {} blocks)",
                                                    ask.lags[i], event.blocks));
    }
    if (i > 0 && ask.lags[i] <= ask.lags[i - 1]) {
      return fail(Reason::bad_input, "lags (must rise, each given once)");
    }
  }
  if (ask.paths < 1 || ask.paths > 1'000'000) {
    return fail(Reason::out_of_range, "paths (must lie in [1, 1000000])");
  }
  if (const auto good = fine(ask.stake, event); !good) return good.error();
  if (!(ask.stake.bid_gwei > 0 && ask.stake.bid_gwei <= 1e6)) {
    return fail(Reason::out_of_range, "gas_bid_gwei (must lie in (0, 1e6])");
  }
  const double gas_usd =
      ask.stake.bid_gwei * 1e-9 * static_cast<double>(event.gas.exit_gas) * event.gas.coin_usd;
  if (!(gas_usd <= 1e9)) {
    return wrong(fmt::format("gas_bid_gwei {} (leaving would cost {:.3g} USD)", ask.stake.bid_gwei,
                             gas_usd));
  }
  return Done{};
}

CascadeOutcome gathered(const CascadeAsk& ask, const Schedule& schedule,
                        std::span<const Part> parts, std::vector<LagOutcome> lags) {
  CascadeOutcome outcome;
  const auto paths = static_cast<double>(ask.paths);
  outcome.rows.resize(schedule.told.size() + 1);
  outcome.lags = std::move(lags);
  for (const Part& part : parts) {
    for (std::size_t i = 0; i < part.state.size(); ++i) {
      add(outcome.rows[i].mean, part.state[i]);
      outcome.rows[i].shut += part.shut[i];
    }
    for (std::size_t i = 0; i < ask.lags.size(); ++i) {
      outcome.lags[i].out += part.out[i];
      outcome.lags[i].wait_blocks += part.wait[i];
    }
    outcome.booked_usd += part.booked / paths;
    outcome.blocks_looked_at += part.looks / paths;
  }
  for (std::size_t i = 0; i < outcome.rows.size(); ++i) {
    outcome.rows[i].block = i == 0 ? -1 : schedule.told[i - 1];
    divide(outcome.rows[i].mean, paths);
    outcome.rows[i].shut /= paths;
  }
  for (LagOutcome& one : outcome.lags) {
    one.wait_blocks = one.out > 0 ? one.wait_blocks / static_cast<double>(one.out) : 0;
  }
  const World before(ask.event, ask.stake, ask.seed, 0);
  outcome.staked_usd = before.staked_usd(), outcome.gas_usd = before.gas_usd();
  return outcome;
}

}  // namespace

Result<CascadeOutcome> play_cascade(const CascadeAsk& ask, const parallel::Team& team) {
  if (const auto good = fit_to_play(ask.event); !good) return good.error();
  if (const auto good = fine(ask); !good) return good.error();
  const Schedule schedule = schedule_of(ask);
  std::vector<LagOutcome> lags;
  for (const std::int64_t lag : ask.lags) {
    lags.push_back({.lag = lag, .loss_usd = std::vector<double>(ask.paths)});
  }
  const Part none{.state = std::vector<State>(schedule.told.size() + 1),
                  .shut = std::vector<double>(schedule.told.size() + 1),
                  .wait = std::vector<double>(ask.lags.size()),
                  .out = std::vector<std::size_t>(ask.lags.size())};
  std::vector<Part> parts((ask.paths + paths_at_once - 1) / paths_at_once, none);
  team.for_blocks(
      ask.paths,
      [&](std::size_t begin, std::size_t end) {
        Part& part = parts[begin / paths_at_once];
        for (std::size_t i = begin; i < end; ++i) {
          Path path(ask, i);
          path.play(schedule, part);
          path.settle(lags, part);
        }
      },
      paths_at_once);
  return gathered(ask, schedule, parts, std::move(lags));
}

}  // namespace levee::scenario
