// levee/amm/constant_product.h — a constant-product pair, bit for bit what the contract does.
//
// Each call is one transaction: the tokens sent along, then the pair's own function. What the
// contract would revert is Reason::refused with its text alone, and changes nothing.
// src: Uniswap v2-core 1.0.1, UniswapV2Pair and UniswapV2ERC20; whitepaper (2020) 2.1 to 3.7
#pragma once
#include "levee/amm/position.h"
#include "levee/base/address.h"
#include "levee/base/result.h"

#include <cstdint>
#include <map>

namespace levee::amm {

/// What is in a pair, in the order (paid in, paid out).
struct PairReserves {
  U256 in, out;
};

/// What a router computes from reserves, fee 0.3% taken from what comes in.
///
/// err: refused with "UniswapV2Library: INSUFFICIENT_INPUT_AMOUNT" (_OUTPUT_AMOUNT, _AMOUNT),
///      "UniswapV2Library: INSUFFICIENT_LIQUIDITY", "ds-math-mul-overflow" (-sub-underflow,
///      -add-overflow), "" for all of the output reserve
/// src: Uniswap v2-periphery, UniswapV2Library.getAmountOut, getAmountIn, quote
Result<U256> amount_out_of(const U256& amount_in, const PairReserves& reserves);
Result<U256> amount_in_for(const U256& amount_out, const PairReserves& reserves);
/// At the reserves' own ratio, no fee.
Result<U256> equal_value_of(const U256& amount, const PairReserves& reserves);

/// Where the factory puts the pair of two tokens. in: token0 < token1
/// src: EIP-1014; the router's init code hash
struct PairOrigin {
  Address factory, token0, token1;
};
Address pair_address_of(const PairOrigin& origin);

/// The numbers a pair is, besides who holds its shares.
struct PairNumbers {
  U256 reserve0, reserve1;        ///< Below 2^112: as of the last update.
  std::uint32_t time = 0;         ///< Of the last update; seconds modulo 2^32.
  U256 cumulative0, cumulative1;  ///< Price of token0 (token1), 112 binary digits, times seconds.
  U256 k_last;                    ///< reserve0 * reserve1 when the protocol was last paid; or 0.
  U256 shares;                    ///< In all.
  U256 balance0, balance1;        ///< What the pair holds, donations included.
  friend bool operator==(const PairNumbers&, const PairNumbers&) = default;
};

/// One pair. Times are the block's, modulo 2^32.
class ConstantProduct {
 public:
  /// The accounts a pair tells apart.
  struct Terms {
    Address self, token0, token1;
    Address fee_setter;  ///< Alone may name who gets the protocol's shares.
  };
  explicit ConstantProduct(const Terms& terms) : terms_(terms) {}

  /// Shares for what was sent. out: the shares of `to`
  /// err: "UniswapV2: INSUFFICIENT_LIQUIDITY_MINTED" (OVERFLOW), "ds-math-...", ""
  struct Mint {
    Address to;
    Amounts sent;
  };
  Result<U256> mint(const Mint& ask, std::uint32_t time);

  /// Sends shares to the pair, which burns all that it holds. out: what was paid to `to`
  /// err: "UniswapV2: INSUFFICIENT_LIQUIDITY_BURNED" (OVERFLOW), "ds-math-...", ""
  struct Burn {
    Address from, to;
    U256 shares;
  };
  Result<Amounts> burn(const Burn& ask, std::uint32_t time);

  /// Pays out first, then checks what came in: before the call or from the callback, it is all
  /// one to the pair.
  /// err: "UniswapV2: INSUFFICIENT_OUTPUT_AMOUNT" (INSUFFICIENT_LIQUIDITY, INVALID_TO, LOCKED,
  ///      INSUFFICIENT_INPUT_AMOUNT, K, OVERFLOW), "ds-math-..."
  struct Swap {
    Address to;
    Amounts out, sent;
    bool reenters = false;  ///< The callback calls the pair again.
  };
  Result<Done> swap(const Swap& ask, std::uint32_t time);

  /// Pays out what is held beyond the reserves.
  Result<Done> skim(const Address& to);
  /// Makes the reserves what is held. err: "UniswapV2: OVERFLOW"
  Result<Done> sync(std::uint32_t time);
  /// Tokens sent without a call. err: "" where no token could have so many
  Result<Done> receive(const Amounts& sent);
  /// Hands on shares. err: "ds-math-sub-underflow"
  struct Transfer {
    Address from, to;
    U256 shares;
  };
  Result<Done> transfer(const Transfer& ask);

  /// Names who gets one sixth of the fees' growth; the zero address: nobody. The factory's
  /// setting, kept here. err: "UniswapV2: FORBIDDEN"
  struct FeeTo {
    Address caller, to;
  };
  Result<Done> set_fee_to(const FeeTo& ask);

  const Terms& terms() const { return terms_; }
  const PairNumbers& numbers() const { return now_; }
  const Address& fee_to() const { return fee_to_; }
  U256 shares_of(const Address& owner) const;

 private:
  // What a call does before it is certain: numbers, and at most these three changes of shares.
  struct Draft;

  Result<Done> take_in(Draft& draft, const Amounts& sent) const;
  Result<Done> pay_protocol(Draft& draft) const;
  static Result<Done> update(Draft& draft, std::uint32_t time);
  void pay_out(Draft& draft, const Address& to, const Amounts& out) const;
  void settle(const Draft& draft);

  Terms terms_;
  Address fee_to_;
  PairNumbers now_;
  std::map<Address, U256> shares_;
};

}  // namespace levee::amm
