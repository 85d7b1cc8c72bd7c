// levee/amm/constant_product.cpp — in the contract's own order, since the first refusal counts.
#include "levee/amm/constant_product.h"

#include "levee/base/checked.h"
#include "levee/base/keccak.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace levee::amm {
namespace {

// Shares that nobody can ever burn keep a share from becoming too dear.
constexpr int minimum_shares = 1000;

Error refused(std::string_view text) { return fail(Reason::refused, std::string(text)); }

Error refused(Fault fault) {
  switch (fault) {
    case Fault::add:
      return refused("ds-math-add-overflow");
    case Fault::sub:
      return refused("ds-math-sub-underflow");
    case Fault::mul:
      return refused("ds-math-mul-overflow");
    default:
      return refused("");
  }
}

Result<U256> answer(const Checked& number) {
  if (!number.sound()) return refused(number.fault());
  return number.value();
}

bool empty(const PairReserves& reserves) { return reserves.in.is_zero() || reserves.out.is_zero(); }

// y / x with 112 binary digits.
U256 price_x112(const U256& y, const U256& x) { return (y << 112) / x; }

}  // namespace

Result<U256> amount_out_of(const U256& amount_in, const PairReserves& reserves) {
  if (amount_in.is_zero()) return refused("UniswapV2Library: INSUFFICIENT_INPUT_AMOUNT");
  if (empty(reserves)) return refused("UniswapV2Library: INSUFFICIENT_LIQUIDITY");
  const Checked after_fee = Checked(amount_in) * 997;
  return answer(after_fee * reserves.out / (Checked(reserves.in) * 1000 + after_fee));
}

Result<U256> amount_in_for(const U256& amount_out, const PairReserves& reserves) {
  if (amount_out.is_zero()) return refused("UniswapV2Library: INSUFFICIENT_OUTPUT_AMOUNT");
  if (empty(reserves)) return refused("UniswapV2Library: INSUFFICIENT_LIQUIDITY");
  const Checked dividend = Checked(reserves.in) * amount_out * 1000;
  return answer(dividend / ((Checked(reserves.out) - amount_out) * 997) + 1);
}

Result<U256> equal_value_of(const U256& amount, const PairReserves& reserves) {
  if (amount.is_zero()) return refused("UniswapV2Library: INSUFFICIENT_AMOUNT");
  if (empty(reserves)) return refused("UniswapV2Library: INSUFFICIENT_LIQUIDITY");
  return answer(Checked(amount) * reserves.out / reserves.in);
}

Address pair_address_of(const PairOrigin& origin) {
  constexpr std::string_view init_code_hash =
      "0x96e8ac4277198ff8b6f785478aa9a39f403cb768dd02cbee326c3e7da348845f";
  std::vector<std::uint8_t> tokens;
  const auto append = [](std::vector<std::uint8_t>& to, const auto& bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
  };
  append(tokens, origin.token0.bytes);
  append(tokens, origin.token1.bytes);
  std::vector<std::uint8_t> text{0xff};
  append(text, origin.factory.bytes);
  append(text, keccak256(tokens).bytes);
  append(text, bytes32_from(init_code_hash)->bytes);
  const Bytes32 hash = keccak256(text);
  Address address;
  std::copy(hash.bytes.begin() + 12, hash.bytes.end(), address.bytes.begin());
  return address;
}

struct ConstantProduct::Draft {
  PairNumbers numbers;
  U256 protocol, burnt_at_birth;  // Newly made for the protocol, and for nobody.
};

Result<Done> ConstantProduct::take_in(Draft& draft, const Amounts& sent) const {
  const std::optional<U256> balance0 = checked_add(now_.balance0, sent.token0);
  const std::optional<U256> balance1 = checked_add(now_.balance1, sent.token1);
  if (!balance0 || !balance1) return refused("");
  draft.numbers.balance0 = *balance0;
  draft.numbers.balance1 = *balance1;
  return Done{};
}

Result<Done> ConstantProduct::pay_protocol(Draft& draft) const {
  PairNumbers& next = draft.numbers;
  if (fee_to_.is_zero()) {
    next.k_last = 0;
    return Done{};
  }
  if (next.k_last.is_zero()) return Done{};
  const U256 root = square_root(next.reserve0 * next.reserve1);
  const U256 root_last = square_root(next.k_last);
  if (root <= root_last) return Done{};
  const Checked dividend = Checked(next.shares) * (root - root_last);
  const Checked made = dividend / (Checked(root) * 5 + root_last);
  const Checked shares = next.shares + made;
  if (!shares.sound()) return refused(shares.fault());
  draft.protocol = made.value();
  next.shares = shares.value();
  return Done{};
}

Result<Done> ConstantProduct::update(Draft& draft, std::uint32_t time) {
  PairNumbers& next = draft.numbers;
  if (!next.balance0.fits(112) || !next.balance1.fits(112)) return refused("UniswapV2: OVERFLOW");
  const std::uint32_t elapsed = time - next.time;
  if (elapsed > 0 && !next.reserve0.is_zero() && !next.reserve1.is_zero()) {
    next.cumulative0 = wrapping_add(
        next.cumulative0, wrapping_mul(price_x112(next.reserve1, next.reserve0), elapsed));
    next.cumulative1 = wrapping_add(
        next.cumulative1, wrapping_mul(price_x112(next.reserve0, next.reserve1), elapsed));
  }
  next.reserve0 = next.balance0;
  next.reserve1 = next.balance1;
  next.time = time;
  return Done{};
}

void ConstantProduct::pay_out(Draft& draft, const Address& to, const Amounts& out) const {
  if (to == terms_.self) return;
  draft.numbers.balance0 -= out.token0;
  draft.numbers.balance1 -= out.token1;
}

void ConstantProduct::settle(const Draft& draft) {
  now_ = draft.numbers;
  if (!draft.protocol.is_zero()) shares_[fee_to_] += draft.protocol;
  if (!draft.burnt_at_birth.is_zero()) shares_[Address{}] += draft.burnt_at_birth;
}

Result<U256> ConstantProduct::mint(const Mint& ask, std::uint32_t time) {
  Draft draft{now_, {}, {}};
  PairNumbers& next = draft.numbers;
  if (const Result<Done> in = take_in(draft, ask.sent); !in) return in.error();
  const Checked amount0 = Checked(next.balance0) - next.reserve0;
  const Checked amount1 = Checked(next.balance1) - next.reserve1;
  if (!amount0.sound() || !amount1.sound()) return refused(Fault::sub);
  if (const Result<Done> paid = pay_protocol(draft); !paid) return paid.error();

  Checked made;
  if (next.shares.is_zero()) {
    const Checked product = amount0 * amount1;
    if (!product.sound()) return refused(product.fault());
    made = Checked(square_root(product.value())) - minimum_shares;
    draft.burnt_at_birth = minimum_shares;
    next.shares = minimum_shares;
  } else {
    const Checked share0 = amount0 * next.shares / next.reserve0;
    const Checked share1 = amount1 * next.shares / next.reserve1;
    made = !share0.sound()   ? share0
           : !share1.sound() ? share1
                             : Checked(std::min(share0.value(), share1.value()));
  }
  if (!made.sound()) return refused(made.fault());
  if (made.value().is_zero()) return refused("UniswapV2: INSUFFICIENT_LIQUIDITY_MINTED");
  const Checked shares = next.shares + made;
  if (!shares.sound()) return refused(shares.fault());
  next.shares = shares.value();
  if (const Result<Done> updated = update(draft, time); !updated) return updated.error();
  if (!fee_to_.is_zero()) next.k_last = next.reserve0 * next.reserve1;
  settle(draft);
  shares_[ask.to] += made.value();
  return made.value();
}

Result<Amounts> ConstantProduct::burn(const Burn& ask, std::uint32_t time) {
  if (ask.shares > shares_of(ask.from)) return refused(Fault::sub);
  Draft draft{now_, {}, {}};
  PairNumbers& next = draft.numbers;
  const U256 sent = ask.from == terms_.self ? U256{} : ask.shares;
  const U256 burnt = shares_of(terms_.self) + sent;
  if (const Result<Done> paid = pay_protocol(draft); !paid) return paid.error();
  const Checked amount0 = Checked(burnt) * next.balance0 / next.shares;
  const Checked amount1 = Checked(burnt) * next.balance1 / next.shares;
  if (!amount0.sound()) return refused(amount0.fault());
  if (!amount1.sound()) return refused(amount1.fault());
  const Amounts out{amount0.value(), amount1.value()};
  if (out.token0.is_zero() || out.token1.is_zero()) {
    return refused("UniswapV2: INSUFFICIENT_LIQUIDITY_BURNED");
  }
  next.shares -= burnt;
  pay_out(draft, ask.to, out);
  if (const Result<Done> updated = update(draft, time); !updated) return updated.error();
  if (!fee_to_.is_zero()) next.k_last = next.reserve0 * next.reserve1;
  settle(draft);
  shares_[ask.from] -= ask.shares;
  U256& held = shares_[terms_.self];
  held = held + ask.shares - burnt;
  return out;
}

Result<Done> ConstantProduct::swap(const Swap& ask, std::uint32_t time) {
  const auto& [out0, out1] = ask.out;
  Draft draft{now_, {}, {}};
  const PairNumbers& next = draft.numbers;
  if (const Result<Done> in = take_in(draft, ask.sent); !in) return in.error();
  if (out0.is_zero() && out1.is_zero()) return refused("UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT");
  if (out0 >= next.reserve0 || out1 >= next.reserve1) {
    return refused("UniswapV2: INSUFFICIENT_LIQUIDITY");
  }
  if (ask.to == terms_.token0 || ask.to == terms_.token1) return refused("UniswapV2: INVALID_TO");
  if (ask.reenters) return refused("UniswapV2: LOCKED");
  pay_out(draft, ask.to, ask.out);
  const U256 kept0 = next.reserve0 - out0, kept1 = next.reserve1 - out1;
  const U256 in0 = next.balance0 > kept0 ? next.balance0 - kept0 : U256{};
  const U256 in1 = next.balance1 > kept1 ? next.balance1 - kept1 : U256{};
  if (in0.is_zero() && in1.is_zero()) return refused("UniswapV2: INSUFFICIENT_INPUT_AMOUNT");
  const Checked after_fee0 = Checked(next.balance0) * 1000 - Checked(in0) * 3;
  const Checked after_fee1 = Checked(next.balance1) * 1000 - Checked(in1) * 3;
  const Checked k = after_fee0 * after_fee1;
  if (!k.sound()) return refused(k.fault());
  if (k.value() < next.reserve0 * next.reserve1 * 1'000'000) return refused("UniswapV2: K");
  if (const Result<Done> updated = update(draft, time); !updated) return updated.error();
  settle(draft);
  return Done{};
}

Result<Done> ConstantProduct::skim(const Address& to) {
  const Checked over0 = Checked(now_.balance0) - now_.reserve0;
  const Checked over1 = Checked(now_.balance1) - now_.reserve1;
  if (!over0.sound() || !over1.sound()) return refused(Fault::sub);
  Draft draft{now_, {}, {}};
  pay_out(draft, to, {over0.value(), over1.value()});
  settle(draft);
  return Done{};
}

Result<Done> ConstantProduct::sync(std::uint32_t time) {
  Draft draft{now_, {}, {}};
  if (const Result<Done> updated = update(draft, time); !updated) return updated.error();
  settle(draft);
  return Done{};
}

Result<Done> ConstantProduct::receive(const Amounts& sent) {
  Draft draft{now_, {}, {}};
  if (const Result<Done> in = take_in(draft, sent); !in) return in.error();
  settle(draft);
  return Done{};
}

Result<Done> ConstantProduct::transfer(const Transfer& ask) {
  if (ask.shares > shares_of(ask.from)) return refused(Fault::sub);
  shares_[ask.from] -= ask.shares;
  shares_[ask.to] += ask.shares;
  return Done{};
}

Result<Done> ConstantProduct::set_fee_to(const FeeTo& ask) {
  if (ask.caller != terms_.fee_setter) return refused("UniswapV2: FORBIDDEN");
  fee_to_ = ask.to;
  return Done{};
}

U256 ConstantProduct::shares_of(const Address& owner) const {
  const auto found = shares_.find(owner);
  return found == shares_.end() ? U256{} : found->second;
}

}  // namespace levee::amm
