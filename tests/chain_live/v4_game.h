// tests/chain_live/v4_game.h — random play on a real version 4 pool, mirrored by levee's own.
#pragma once
#include "tests/chain_live/unlocker.h"
#include "tests/chain_live/v4_world.h"
#include "tests/support/cases.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace levee::test {

/// One pool of two tokens, both on the chain and as levee's Pool. Every move is drawn on levee's
/// and played on the contract; what it answers, why it refuses and what its storage holds must be
/// the same, word by word.
class V4Game {
 public:
  struct Start {
    std::uint32_t fee = 3000;  ///< v4_dynamic_fee: an owner is the hooks, and sets it.
    std::int32_t spacing = 60, tick = 0;
    int bits = 90;  ///< Liquidities are drawn below two to this.
  };
  V4Game(World& world, V4World& contracts, const Start& start);

  /// What there is to see of a pool that is being made: before it has a price, before liquidity.
  void open(Gen& gen);
  /// Some moves by one of two owners, in one unlock.
  void play(Gen& gen, int moves);
  /// At last: gifts so large that the contract cannot tell an owner what is theirs.
  void drown();

  std::size_t moves() const { return moves_; }
  std::size_t refusals() const { return refusals_; }
  /// Initialised ticks that swaps went through.
  std::size_t crossings() const { return crossings_; }
  /// Why anything was refused, as the contract names it.
  const std::set<std::string>& reasons() const { return reasons_; }

 private:
  struct Word {
    U256 slot, value;
  };
  struct Move {
    std::string what;
    chain::Bytes input;
    bool is_settled = false;     // The answer begins with what is owed.
    std::vector<U256> answer{};  // levee's, in words.
    std::optional<std::string> refusal{};
    std::vector<Word> after{};  // Storage, as levee has it.
  };
  void deposit(Unlocker& owner);
  void run();
  void judge(const Move& move, const InnerOutcome& told);
  void expect_stored(const std::vector<Word>& words) const;
  void compare() const;
  InnerCall reading_of(const std::vector<Word>& words) const;
  std::vector<InnerCall> settling(const std::vector<InnerOutcome>& told) const;

  void note(Move move);
  void add_state(std::vector<Word>& words) const;
  void add_tick(std::int32_t tick, std::vector<Word>& words) const;
  void add_position(const amm::PositionKey& key, std::vector<Word>& words) const;

  void initialise(const U256& price);
  void modify(const amm::PositionKey& key, i128 by);
  void swap(const amm::SwapAsk& ask);
  void donate(const amm::Amounts& amounts);
  void share(std::uint16_t share0, std::uint16_t share1);
  void collect_share(Gen& gen);
  void reprice(std::uint32_t fee);

  void draw(Gen& gen);
  void draw_change(Gen& gen);
  void draw_old(Gen& gen);
  void draw_wrong(Gen& gen);
  void draw_fill(Gen& gen);
  void draw_swap(Gen& gen);
  void draw_wrong_swap(Gen& gen);
  void draw_donation(Gen& gen);
  amm::TickRange drawn_range(Gen& gen) const;
  amm::PositionKey drawn_key(Gen& gen) const;
  std::optional<amm::PositionKey> drawn_old(Gen& gen) const;
  u128 drawn_liquidity(Gen& gen) const;
  bool is_dynamic() const { return start_.fee == amm::v4_dynamic_fee; }
  std::int32_t edge() const { return amm::tick_max.value() / start_.spacing * start_.spacing; }

  World* world_;
  V4World* contracts_;
  Start start_;
  amm::V4Key key_;
  chain::V4Slots slots_;
  std::uint32_t fee_;  // As it is now.
  amm::Pool twin_;
  std::vector<Unlocker> owners_;
  std::size_t owner_ = 0;  // Who plays now.
  std::vector<Move> drawn_;
  std::set<std::int32_t> touched_;
  std::size_t moves_ = 0, refusals_ = 0, crossings_ = 0;
  std::set<std::string> reasons_;
};

}  // namespace levee::test
