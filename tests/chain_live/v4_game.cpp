#include "tests/chain_live/v4_game.h"

#include "levee/amm/tick_math.h"
#include "levee/base/keccak.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace levee::test {
namespace {

using chain::AbiReader;
using chain::Argument;
using chain::call_of;

constexpr std::uint32_t now = 1;  // Version 4 keeps no oracle: any time will do.
constexpr unsigned deposit_bits = 126;

// src: the custom errors of v4-core 1.0.2; a panic and a bare revert have no name
std::string name_of(const chain::Bytes& revert) {
  if (revert.empty() || chain::panic_code(revert)) return {};
  for (const std::string_view error :
       {"PoolNotInitialized()", "PoolAlreadyInitialized()", "InvalidSqrtPrice(uint160)",
        "TicksMisordered(int24,int24)", "TickLowerOutOfBounds(int24)",
        "TickUpperOutOfBounds(int24)", "TickMisaligned(int24,int24)",
        "TickLiquidityOverflow(int24)", "CannotUpdateEmptyPosition()", "SafeCastOverflow()",
        "SwapAmountCannotBeZero()", "InvalidFeeForExactOut()", "NoLiquidityToReceiveFees()",
        "PriceLimitAlreadyExceeded(uint160,uint160)", "PriceLimitOutOfBounds(uint160)",
        "ProtocolFeeTooLarge(uint24)"}) {
    const auto selector = chain::selector_of(error);
    if (std::equal(selector.begin(), selector.end(), revert.begin())) {
      return std::string(error.substr(0, error.find('(')));
    }
  }
  return chain::hex_bytes(revert);
}

// Its last bits are those of hooks that never act.
Address owner_numbered(int number) {
  Address owner;
  owner.bytes.fill(static_cast<std::uint8_t>(number));
  owner.bytes[18] = owner.bytes[19] = 0;
  return owner;
}

// Where a mapping of slot 1 keeps what the protocol took of a currency.
U256 accrued_slot(const Address& currency) {
  chain::Bytes text;
  for (const Bytes32& word : {chain::word_of(currency), bytes_of(U256{1})}) {
    text.insert(text.end(), word.bytes.begin(), word.bytes.end());
  }
  return number_of(keccak256(text));
}

// Two amounts as the contract answers them: the caller's side, in the halves of a word.
U256 delta_word(const I256& token0, const I256& token1) {
  return U256::of_halves(token0.bits().low128(), token1.bits().low128());
}

U256 bits_of(std::int32_t tick) { return I256{tick}.bits() & U256{0xFFFFFF}; }

std::string shown(const amm::PositionKey& key, i128 by) {
  std::ostringstream text;
  text << "modify " << key.range.lower << " ... " << key.range.upper << " salt "
       << text_of(key.salt).substr(62) << " by " << decimal_text(I256{by});
  return text.str();
}

std::string shown(const amm::SwapAsk& ask) {
  return std::string(ask.direction == amm::Direction::zero_for_one ? "sell" : "buy") + " " +
         decimal_text(ask.amount) + " to " + decimal_text(ask.limit.value());
}

}  // namespace

V4Game::V4Game(World& world, V4World& contracts, const Start& start)
    : world_(&world),
      contracts_(&contracts),
      start_(start),
      slots_(Bytes32{}),
      fee_(start.fee == amm::v4_dynamic_fee ? 0 : start.fee),
      twin_({FeePips{fee_}, TickSpacing{start.spacing}, amm::ProtocolShare::pips}) {
  key_ = {token_made(world, "ONE", 18), token_made(world, "TWO", 6), start.fee, start.spacing, {}};
  if (key_.currency1 < key_.currency0) std::swap(key_.currency0, key_.currency1);
  if (is_dynamic()) key_.hooks = owner_numbered(0x41);
  slots_ = chain::V4Slots(amm::id_of(key_));
  for (const int number : {0x41, 0x42}) {
    owners_.emplace_back(world, contracts.pools, owner_numbered(number));
    deposit(owners_.back());
  }
  world.must({world.account(0),
              contracts.pools,
              call_of("setProtocolFeeController(address)", {owners_[0].address()}),
              {}});
}

// Claims on tokens, from which all later debts are paid.
void V4Game::deposit(Unlocker& owner) {
  const U256 amount = U256::power_of_two(deposit_bits);
  for (const Address& token : {key_.currency0, key_.currency1}) {
    world_->must({world_->account(0),
                  token,
                  call_of("mint(address,uint256)", {owner.address(), U256::power_of_two(130)}),
                  {}});
    std::vector<InnerCall> calls;
    for (int i = 0; i < 8; ++i) {
      calls.push_back({contracts_->pools, call_of("sync(address)", {token})});
      calls.push_back({token, call_of("transfer(address,uint256)", {contracts_->pools, amount})});
      calls.push_back({contracts_->pools, call_of("settle()", {})});
      calls.push_back({contracts_->pools,
                       call_of("mint(address,uint256,uint256)",
                               {owner.address(), number_of(chain::word_of(token)), amount})});
    }
    owner.play(calls);
  }
}

void V4Game::add_state(std::vector<Word>& words) const {
  const amm::PoolNumbers& n = twin_.numbers();
  const U256 fee = twin_.is_initialised() ? U256{fee_} : U256{};
  const U256 state = slots_.state();
  words.push_back({state, n.price.value() | bits_of(n.tick) << 160 |
                              U256{n.protocol_share0} << 184 | U256{n.protocol_share1} << 196 |
                              fee << 208});
  words.push_back({wrapping_add(state, U256{1}), n.fees.token0});
  words.push_back({wrapping_add(state, U256{2}), n.fees.token1});
  words.push_back({wrapping_add(state, U256{3}), U256{n.liquidity}});
  words.push_back({accrued_slot(key_.currency0), U256{n.protocol_fees0}});
  words.push_back({accrued_slot(key_.currency1), U256{n.protocol_fees1}});
}

void V4Game::add_tick(std::int32_t tick, std::vector<Word>& words) const {
  const amm::TickState& state = twin_.ticks().at(tick);
  const U256 slot = slots_.tick(tick);
  words.push_back(
      {slot, U256::of_halves(static_cast<u128>(state.liquidity_net), state.liquidity_gross)});
  words.push_back({wrapping_add(slot, U256{1}), state.fees_outside.token0});
  words.push_back({wrapping_add(slot, U256{2}), state.fees_outside.token1});
}

void V4Game::add_position(const amm::PositionKey& key, std::vector<Word>& words) const {
  const amm::PositionState state = twin_.position(key);
  const U256 slot = slots_.position(amm::v4_position_id(key));
  words.push_back({slot, U256{state.liquidity}});
  words.push_back({wrapping_add(slot, U256{1}), state.fees_inside_last.token0});
  words.push_back({wrapping_add(slot, U256{2}), state.fees_inside_last.token1});
}

void V4Game::note(Move move) {
  add_state(move.after);
  drawn_.push_back(std::move(move));
}

void V4Game::initialise(const U256& price) {
  Move move{"initialise at " + decimal_text(price),
            call_of("initialize((address,address,uint24,int24,address),uint160)",
                    with_key(key_, {price}))};
  const auto same = twin_.initialise(amm::SqrtPriceX96{price}, now);
  if (!same) move.refusal = same.error().message;
  move.answer = {I256{twin_.numbers().tick}.bits()};
  note(std::move(move));
}

void V4Game::modify(const amm::PositionKey& key, i128 by) {
  Move move{shown(key, by),
            call_of("modifyLiquidity((address,address,uint24,int24,address),"
                    "(int24,int24,int256,bytes32),bytes)",
                    with_key(key_, {I256{key.range.lower}, I256{key.range.upper}, I256{by},
                                    key.salt, chain::Bytes{}})),
            true};
  const auto same = twin_.modify(key, by, now);
  if (!same) move.refusal = same.error().message;
  if (same) {
    const I256 fee0 = I256::positive(same->fees.token0), fee1 = I256::positive(same->fees.token1);
    move.answer = {delta_word(wrapping_sub(fee0, same->principal.token0),
                              wrapping_sub(fee1, same->principal.token1)),
                   delta_word(fee0, fee1)};
    add_tick(key.range.lower, move.after);
    add_tick(key.range.upper, move.after);
    add_position(key, move.after);
    touched_.insert({key.range.lower, key.range.upper});
  }
  note(std::move(move));
}

void V4Game::swap(const amm::SwapAsk& ask) {
  const bool down = ask.direction == amm::Direction::zero_for_one;
  Move move{shown(ask),
            call_of("swap((address,address,uint24,int24,address),(bool,int256,uint160),bytes)",
                    with_key(key_, {U256{down ? 1 : 0}, wrapping_negate(ask.amount),
                                    ask.limit.value(), chain::Bytes{}})),
            true};
  const std::int32_t from = twin_.numbers().tick;
  amm::SwapAsk at_fee = ask;
  if (is_dynamic()) at_fee.fee = FeePips{fee_};
  const auto same = twin_.swap(at_fee, now);
  if (!same) move.refusal = same.error().message;
  if (same) {
    move.answer = {delta_word(wrapping_negate(same->token0), wrapping_negate(same->token1))};
    const auto [low, high] = std::minmax(from, twin_.numbers().tick);
    for (const std::int32_t tick : twin_.ticks().ticks()) {
      if (low <= tick && tick <= high + 1) add_tick(tick, move.after);
      crossings_ += low < tick && tick <= high ? 1 : 0;
    }
  }
  note(std::move(move));
}

void V4Game::donate(const amm::Amounts& amounts) {
  Move move{"donate " + decimal_text(amounts.token0) + " " + decimal_text(amounts.token1),
            call_of("donate((address,address,uint24,int24,address),uint256,uint256,bytes)",
                    with_key(key_, {amounts.token0, amounts.token1, chain::Bytes{}})),
            true};
  const auto same = twin_.donate(amounts);
  if (!same) move.refusal = same.error().message;
  if (same) {
    move.answer = {delta_word(I256::negative(amounts.token0), I256::negative(amounts.token1))};
  }
  note(std::move(move));
}

void V4Game::share(std::uint16_t share0, std::uint16_t share1) {
  Move move{"shares " + std::to_string(share0) + " " + std::to_string(share1),
            call_of("setProtocolFee((address,address,uint24,int24,address),uint24)",
                    with_key(key_, {U256{share1 << 12 | share0}}))};
  const auto same = twin_.set_protocol_shares(share0, share1);
  if (!same) move.refusal = same.error().message;
  note(std::move(move));
}

void V4Game::collect_share(Gen& gen) {
  const bool first = gen.coin();
  const amm::PoolNumbers& n = twin_.numbers();
  const u128 held = first ? n.protocol_fees0 : n.protocol_fees1;
  // The contract takes 0 for all of it.
  const u128 some = gen.coin() ? 0 : held / static_cast<u128>(gen.integer(1, 5));
  const u128 asked = some == 0 ? held : some;
  Move move{"collect " + decimal_text(U256{asked}),
            call_of("collectProtocolFees(address,address,uint256)",
                    {world_->account(0), first ? key_.currency0 : key_.currency1, U256{some}})};
  const auto same = twin_.collect_protocol(first ? asked : 0, first ? 0 : asked);
  if (!same) move.refusal = same.error().message;
  if (same) move.answer = {first ? same->token0 : same->token1};
  note(std::move(move));
}

void V4Game::reprice(std::uint32_t fee) {
  Move move{"fee of " + std::to_string(fee),
            call_of("updateDynamicLPFee((address,address,uint24,int24,address),uint24)",
                    with_key(key_, {U256{fee}}))};
  fee_ = fee;
  note(std::move(move));
}

InnerCall V4Game::reading_of(const std::vector<Word>& words) const {
  std::vector<Bytes32> slots;
  slots.reserve(words.size());
  for (const Word& word : words) slots.push_back(bytes_of(word.slot));
  return {contracts_->pools, call_of("extsload(bytes32[])", {slots})};
}

void V4Game::judge(const Move& move, const InnerOutcome& told) {
  ++moves_;
  ASSERT_EQ(told.reverted, move.refusal.has_value())
      << (move.refusal ? "levee refuses: " + *move.refusal
                       : "the contract refuses: " + name_of(told.output));
  if (told.reverted) {
    ++refusals_;
    reasons_.insert(name_of(told.output));
    EXPECT_EQ(*move.refusal, name_of(told.output));
    return;
  }
  AbiReader reader(told.output, move.what);
  for (const U256& word : move.answer) EXPECT_EQ(number_of(reader.word()), word);
  EXPECT_TRUE(reader.finish());
}

namespace {

void expect_words(const InnerOutcome& told, const auto& words) {
  ASSERT_FALSE(told.reverted);
  AbiReader reader(told.output, "storage");
  const std::vector<U256> stored = reader.numbers();
  ASSERT_EQ(stored.size(), words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    EXPECT_EQ(hex_text(stored[i]), hex_text(words[i].value)) << "word " << i;
  }
}

}  // namespace

// Net of what was answered, out of claims or into them, in pieces the contract can count.
std::vector<InnerCall> V4Game::settling(const std::vector<InnerOutcome>& told) const {
  I256 net0, net1;
  for (std::size_t i = 0; i < drawn_.size(); ++i) {
    const InnerOutcome& one = told[2 * i];
    if (!drawn_[i].is_settled || one.reverted) continue;
    AbiReader reader(one.output, "delta");
    const U256 word = number_of(reader.word());
    net0 = wrapping_add(net0, I256{static_cast<i128>(word.high128())});
    net1 = wrapping_add(net1, I256{static_cast<i128>(word.low128())});
  }
  std::vector<InnerCall> calls;
  const auto settle = [&](const Address& token, const I256& net) {
    for (U256 left = net.magnitude(); !left.is_zero();) {
      const U256 some = std::min(left, U256::power_of_two(deposit_bits));
      const auto* call =
          net.is_negative() ? "burn(address,uint256,uint256)" : "mint(address,uint256,uint256)";
      calls.push_back({contracts_->pools, call_of(call, {owners_[owner_].address(),
                                                         number_of(chain::word_of(token)), some})});
      left -= some;
    }
  };
  settle(key_.currency0, net0);
  settle(key_.currency1, net1);
  return calls;
}

// What was drawn, tried with a look into storage after every move, then played for good.
void V4Game::run() {
  std::vector<InnerCall> looked, played;
  for (const Move& move : drawn_) {
    played.push_back({contracts_->pools, move.input});
    looked.push_back(played.back());
    looked.push_back(reading_of(move.after));
  }
  const std::vector<InnerOutcome> told = owners_[owner_].trial(looked);
  for (std::size_t i = 0; i < drawn_.size() && !::testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE("owner " + std::to_string(owner_) + ": " + drawn_[i].what);
    judge(drawn_[i], told[2 * i]);
    expect_words(told[2 * i + 1], drawn_[i].after);
  }
  if (::testing::Test::HasFailure()) return;
  for (InnerCall& call : settling(told)) played.push_back(std::move(call));
  owners_[owner_].play(played);
  drawn_.clear();
  compare();
}

// Everything the contract keeps of the pool, in the newest block.
void V4Game::compare() const {
  std::vector<Word> words;
  add_state(words);
  std::set<std::int32_t> indices;
  for (const std::int32_t tick : touched_) {
    add_tick(tick, words);
    indices.insert((tick / start_.spacing) >> 8);
  }
  for (const std::int32_t index : indices) {
    words.push_back({slots_.bits(index), twin_.ticks().word(index)});
  }
  for (const amm::PositionKey& key : twin_.positions()) add_position(key, words);
  const InnerCall call = reading_of(words);
  SCOPED_TRACE("all storage");
  expect_words({false, world_->call({world_->account(0), call.to, call.input, {}}).output}, words);
}

}  // namespace levee::test
