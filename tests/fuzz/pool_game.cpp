#include "tests/fuzz/pool_game.h"

#include "levee/amm/pool.h"
#include "tests/fuzz/choices.h"
#include "tests/fuzz/pool_agreement.h"
#include "tests/support/big_numbers.h"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace levee::fuzz {
namespace {

using naive::Int;
using naive::Two;
using test::i256_of;
using test::u128_of;
using test::u256_of;

amm::PoolTerms terms_of(const naive::Terms& terms) {
  const bool one_in = terms.share == naive::Share::one_in;
  return {.fee = FeePips{static_cast<std::uint32_t>(terms.fee)},
          .spacing = TickSpacing{terms.spacing},
          .share = one_in ? amm::ProtocolShare::one_in : amm::ProtocolShare::per_ten_thousand};
}

amm::Payment payment_of(const naive::Payment& payment) {
  return {i256_of(payment.over.token0), i256_of(payment.over.token1), payment.reenters};
}

amm::SwapAsk ask_of(const naive::SwapAsk& ask) {
  amm::SwapAsk ours{.direction = ask.sells == naive::Sells::token0 ? amm::Direction::zero_for_one
                                                                   : amm::Direction::one_for_zero,
                    .amount = i256_of(ask.amount),
                    .limit = amm::SqrtPriceX96{u256_of(ask.limit)},
                    .fee = {}};
  if (ask.fee) ours.fee = FeePips{static_cast<std::uint32_t>(*ask.fee)};
  return ours;
}

class Game {
 public:
  Game(Bytes& from, const naive::Terms& terms)
      : ours_(terms_of(terms)), theirs_(terms), choose_(from, theirs_) {
    same("liquidity per tick", plain(U256{ours_.liquidity_per_tick_max()}),
         theirs_.liquidity_per_tick_max());
    time_ = static_cast<std::uint32_t>(from.bytes(4));
  }

  Tally play() {
    for (int tries = 0; tries < 3 && !choose_.from().one_in(8); ++tries) {
      if (!ours_.is_initialised()) initialise();
    }
    for (int turn = 0; turn < 60 && !choose_.from().is_empty(); ++turn) {
      try {
        pass_time();
        if (turn < 4 && choose_.from().one_in(2)) {
          mint();
        } else {
          play_one();
        }
        same_state(ours_, theirs_);
      } catch (const Disagreement& found) {
        throw Disagreement(fmt::format("call {}, {}: {}", turn, last_, found.what()));
      }
    }
    return tally_;
  }

 private:
  void play_one();
  void pass_time();

  /// Asks both; where both answer, `compare` judges the answers.
  template <class Ours, class Theirs, class Compare>
  void both(const char* name, const Ours& ours, const Theirs& theirs, const Compare& compare) {
    using Answer = decltype(theirs());
    std::optional<Answer> want;
    std::string refusal;
    try {
      want = theirs();
    } catch (const naive::Revert& revert) {
      refusal = revert.text;
    }
    const auto got = ours();
    last_ = fmt::format("{} {}", name, want ? "ok" : "\"" + refusal + "\"");
    ++tally_[last_];
    if (got && want) return compare(*got, *want);
    if (got) disagree(name, "an answer", "\"" + refusal + "\"");
    const std::string text = "\"" + got.error().message + "\"";
    if (want) disagree(name, text, "an answer");
    if (got.error().reason != Reason::refused) disagree(name, "a reason of its own", "refused");
    if (got.error().message != refusal) disagree(name, text, "\"" + refusal + "\"");
  }

  /// The same for calls that answer two amounts, or nothing.
  template <class Ours, class Theirs>
  void both(const char* name, const Ours& ours, const Theirs& theirs) {
    both(name, ours, theirs, [&](const auto& got, const auto& want) {
      if constexpr (!std::is_same_v<std::decay_t<decltype(got)>, Done>) {
        same(name, plain(got), want);
      }
    });
  }

  void initialise() {
    const Int price = choose_.price();
    both(
        "initialise", [&] { return ours_.initialise(amm::SqrtPriceX96{u256_of(price)}, time_); },
        [&] { return theirs_.initialise(price, time_), 0; });
  }
  void mint();
  void burn();
  void collect();
  void swap();
  void flash();
  void set_shares();
  void collect_protocol();
  void grow_oracle();
  void receive();
  void observe();
  void look_inside();
  void quote();
  void look_at_fees();
  void found_again();
  void refuse_contradiction(amm::Pool::Found found);

  amm::Pool ours_;
  naive::Pool theirs_;
  Choices choose_;
  std::uint32_t time_ = 0;
  std::uint64_t passed_ = 0;
  Tally tally_;
  std::string last_;
};

// All the time that passes in a game is less than the clock's turn: rings stay in order.
void Game::pass_time() {
  const int kind = choose_.from().below(8);
  std::uint64_t seconds = kind < 3 ? 0 : kind < 6 ? choose_.from().byte() : 1;
  if (kind == 6) seconds = choose_.from().bytes(3);
  if (kind == 7) seconds = choose_.from().bytes(4);
  if (passed_ + seconds >= 0xffff0000U) return;
  passed_ += seconds;
  time_ += static_cast<std::uint32_t>(seconds);
}

void Game::mint() {
  const naive::Key key = choose_.position();
  const auto [owner, lower, upper] = key;
  const Int liquidity = choose_.liquidity();
  const naive::Payment payment = choose_.payment();
  both(
      "mint",
      [&] {
        return ours_.mint({address_of(owner), {lower, upper}, u128_of(liquidity)}, time_,
                          payment_of(payment));
      },
      [&] { return theirs_.mint(key, liquidity, time_, payment); });
}

void Game::burn() {
  const naive::Key key = choose_.position();
  const auto [owner, lower, upper] = key;
  const Int held = theirs_.position(key).liquidity;
  Int liquidity = held;
  switch (choose_.from().below(5)) {
    case 0:
      liquidity = 0;
      break;
    case 1:
      liquidity = held * choose_.from().byte() / 255;
      break;
    case 2:
      liquidity = choose_.liquidity();
      break;
    case 3:
      liquidity = std::max(Int(0), Int(held + choose_.from().offset()));
      break;
    default:
      break;
  }
  both(
      "burn",
      [&] { return ours_.burn({address_of(owner), {lower, upper}, u128_of(liquidity)}, time_); },
      [&] { return theirs_.burn(key, liquidity, time_); });
}

void Game::collect() {
  const naive::Key key = choose_.position();
  const auto [owner, lower, upper] = key;
  Two most{naive::power_of_two(128) - 1, naive::power_of_two(128) - 1};
  if (choose_.from().one_in(2)) most = {choose_.liquidity(), choose_.liquidity()};
  both(
      "collect",
      [&] {
        return ours_.collect(
            {address_of(owner), {lower, upper}, u128_of(most.token0), u128_of(most.token1)});
      },
      [&] { return theirs_.collect(key, most); });
}

void Game::swap() {
  const naive::SwapAsk ask = choose_.swap();
  const naive::Payment payment = choose_.payment();
  both(
      "swap", [&] { return ours_.swap(ask_of(ask), time_, payment_of(payment)); },
      [&] { return theirs_.swap(ask, time_, payment); });
}

void Game::quote() {
  const naive::SwapAsk ask = choose_.swap();
  // A quote does not look at what the pool holds.
  naive::Pool after = theirs_;
  after.receive({naive::power_of_two(250), naive::power_of_two(250)});
  both(
      "quote", [&] { return ours_.quote(ask_of(ask)); }, [&] { return after.swap(ask, time_, {}); },
      [&](const amm::Quote& got, const Two& want) {
        same("quoted flows", plain(got.flows), want);
        same("quoted price", plain(got.price.value()), after.state().price);
        same("quoted tick", Int(got.tick), Int(after.state().tick));
        same("quoted liquidity", plain(U256{got.liquidity}), after.state().liquidity);
        same("quoted crossings", Int(got.crossed), Int(after.crossed()));
      });
}

void Game::flash() {
  const Two amounts{choose_.amount(), choose_.amount()};
  const naive::Payment payment = choose_.payment();
  both(
      "flash",
      [&] {
        return ours_.flash({u256_of(amounts.token0), u256_of(amounts.token1)}, payment_of(payment));
      },
      [&] { return theirs_.flash(amounts, payment), 0; });
}

void Game::set_shares() {
  const bool one_in = theirs_.terms().share == naive::Share::one_in;
  const auto share = [&] {
    Bytes& from = choose_.from();
    if (one_in) return from.below(12);
    if (from.one_in(4)) return static_cast<int>(from.bytes(2));
    return from.one_in(4) ? 0 : 999 + static_cast<int>(from.bytes(2) % 3003);
  };
  const int share0 = share(), share1 = share();
  both(
      "set shares",
      [&] {
        return ours_.set_protocol_shares(static_cast<std::uint16_t>(share0),
                                         static_cast<std::uint16_t>(share1));
      },
      [&] { return theirs_.set_shares(share0, share1), 0; });
}

void Game::collect_protocol() {
  const auto most = [&] { return std::min(choose_.amount(), Int(naive::power_of_two(128) - 1)); };
  const Two asked{most(), most()};
  both(
      "collect protocol",
      [&] { return ours_.collect_protocol(u128_of(asked.token0), u128_of(asked.token1)); },
      [&] { return theirs_.collect_protocol(asked); });
}

void Game::grow_oracle() {
  const int next = choose_.from().byte() / 2;
  both(
      "grow oracle", [&] { return ours_.grow_oracle(static_cast<std::uint16_t>(next)); },
      [&] { return theirs_.grow_oracle(next), 0; });
}

void Game::receive() {
  const auto gift = [&] { return std::min(choose_.amount(), naive::power_of_two(240)); };
  const Two gifts{gift(), gift()};
  ours_.receive({u256_of(gifts.token0), u256_of(gifts.token1)});
  theirs_.receive(gifts);
}

void Game::observe() {
  std::vector<std::uint32_t> ago;
  std::vector<Int> their_ago;
  for (int count = choose_.from().below(4); count >= 0; --count) {
    const std::uint64_t seconds = choose_.from().bytes(1 + choose_.from().below(4));
    ago.push_back(static_cast<std::uint32_t>(seconds));
    their_ago.emplace_back(seconds);
  }
  both(
      "observe", [&] { return ours_.observe(time_, ago); },
      [&] { return theirs_.observe(time_, their_ago); },
      [&](const std::vector<amm::Observation>& got, const std::vector<naive::Observation>& want) {
        same("observations", Int(got.size()), Int(want.size()));
        for (std::size_t i = 0; i < got.size(); ++i) {
          same("sum of ticks", Int(got[i].tick_seconds), want[i].tick_seconds);
          same("sum per liquidity", plain(got[i].seconds_per_liquidity), want[i].per_liquidity);
        }
      });
}

void Game::look_inside() {
  const auto [owner, lower, upper] = choose_.position();
  both(
      "sums inside", [&] { return ours_.sums_inside({lower, upper}, time_); },
      [&] { return theirs_.sums_inside(lower, upper, time_); },
      [&](const amm::InsideSums& got, const naive::Inside& want) {
        same("tick seconds inside", Int(got.tick_seconds), want.tick_seconds);
        same("per liquidity inside", plain(got.seconds_per_liquidity), want.per_liquidity);
        same("seconds inside", Int(got.seconds), want.seconds);
      });
}

// The truth about uncollected fees is to burn nothing and collect everything.
void Game::look_at_fees() {
  const naive::Key key = choose_.position();
  const auto [owner, lower, upper] = key;
  naive::Pool after = theirs_;
  const Int all = naive::power_of_two(128) - 1;
  try {
    if (after.position(key).liquidity > 0) after.burn(key, 0, time_);
    const Two want = after.collect(key, {all, all});
    same("collectable", plain(ours_.collectable({address_of(owner), {lower, upper}, {}})), want);
  } catch (const naive::Revert&) {
    ++tally_["collectable without tokens"];
  }
}

// The pool is taken apart and found again, perhaps poorer than it should be; then with a part that
// contradicts the others.
void Game::found_again() {
  if (!ours_.is_initialised()) return;
  amm::Pool::Found found{ours_.terms(), ours_.numbers(), {}, {}, {}};
  for (const std::int32_t tick : ours_.ticks().ticks()) {
    found.ticks.emplace_back(tick, ours_.ticks().at(tick));
  }
  for (const amm::PositionKey& key : ours_.positions()) {
    found.positions.emplace_back(key, ours_.position(key));
  }
  const auto slots = ours_.oracle().slots();
  found.oracle.restore({slots.begin(), slots.end()}, ours_.oracle().index(),
                       ours_.oracle().cardinality());
  if (choose_.from().one_in(4)) {
    Int& theirs = theirs_.state().balances.token0;
    theirs = theirs * choose_.from().byte() / 255;
    found.numbers.balance0 = u256_of(theirs);
  }
  const Result<amm::Pool> pool = amm::Pool::from(found);
  if (!pool) disagree("found again", pool.error().message, "a pool");
  ours_ = *pool;
  last_ = "found again";
  ++tally_[last_];
  refuse_contradiction(std::move(found));
}

void Game::refuse_contradiction(amm::Pool::Found found) {
  const int kind = choose_.from().below(4);
  if (kind == 0) found.numbers.liquidity ^= 1;
  if (kind == 1) found.numbers.tick += choose_.from().one_in(2) ? 2 : -2;
  if (kind >= 2 && found.ticks.empty()) return;
  if (kind == 2) found.ticks.push_back(found.ticks.back());
  if (kind == 3) {
    if (found.terms.spacing.value() == 1) return;
    found.ticks.front().first += 1;
  }
  const Result<amm::Pool> odd = amm::Pool::from(found);
  if (!odd && odd.error().reason == Reason::corrupt) return;
  disagree("found with a contradiction", odd ? "a pool" : odd.error().message, "corrupt");
}

void Game::play_one() {
  switch (choose_.from().below(24)) {
    case 0:
      return initialise();
    case 1:
    case 2:
    case 3:
    case 4:
      return mint();
    case 5:
    case 6:
    case 7:
      return burn();
    case 8:
    case 9:
      return collect();
    case 10:
      return flash();
    case 11:
      return set_shares();
    case 12:
      return collect_protocol();
    case 13:
      return grow_oracle();
    case 14:
      return receive();
    case 15:
      return observe();
    case 16:
      return look_inside();
    case 17:
      return quote();
    case 18:
      return look_at_fees();
    case 19:
      return found_again();
    default:
      return swap();
  }
}

}  // namespace

Tally play_pool(std::span<const std::uint8_t> bytes, naive::Flaw flaw) {
  Bytes from(bytes);
  naive::Terms terms = terms_from(from);
  terms.flaw = flaw;
  return Game(from, terms).play();
}

}  // namespace levee::fuzz
