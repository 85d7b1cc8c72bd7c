// levee/api/reading_told.h — what was read of a chain, told to programs and people.
#pragma once
#include "levee/chain/reading.h"
#include "levee/report/terminal.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::api {

struct TokenTold {
  std::string address, symbol;
  int decimals = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("address", self.address, "0x0000...: the chain's own coin");
    visit("symbol", self.symbol, "as the token says");
    visit("decimals", self.decimals, "as the token says");
  }
};

struct PoolTold {
  std::string pool, protocol, contract;
  TokenTold token0, token1;
  std::uint32_t fee_millionths = 0;
  bool fee_dynamic = false;
  std::int32_t tick_spacing = 0, tick = 0;
  std::string sqrt_price_x96, liquidity;
  double price = 0;
  std::optional<std::size_t> ticks_initialised;
  std::optional<std::string> hooks, not_model_valued;
  std::vector<std::string> notes;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("pool", self.pool, "its address; in version 4 the 32 bytes that name it");
    visit("protocol", self.protocol, "whose contracts");
    visit("contract", self.contract, "the contract that holds it");
    visit("token0", self.token0, "in pool order");
    visit("token1", self.token1, "in pool order");
    visit("fee_millionths", self.fee_millionths, "of what comes in");
    visit("fee_dynamic", self.fee_dynamic, "whether hooks may change it");
    visit("tick_spacing", self.tick_spacing, "ticks");
    visit("tick", self.tick, "now");
    visit("sqrt_price_x96", self.sqrt_price_x96, "now, as the pool holds it");
    visit("price", self.price, "token1 per token0, whole tokens");
    visit("liquidity", self.liquidity, "in range, as the pool holds it");
    visit("ticks_initialised", self.ticks_initialised, "how many, where they were read");
    visit("hooks", self.hooks, "version 4: the contract that may act on it");
    visit("not_model_valued", self.not_model_valued, "why levee's model does not value it");
    visit("notes", self.notes, "what a reader must know");
  }
};

/// Amounts twice: raw units in digits, and whole tokens in exact decimals.
struct PositionTold {
  std::string nft, owner, pool, protocol;
  std::int32_t tick_lower = 0, tick_upper = 0;
  double price_lower = 0, price_upper = 0;
  bool in_range = false;
  std::string liquidity;
  std::optional<std::string> principal0_raw, principal1_raw, fees0_raw, fees1_raw;
  std::optional<std::string> principal0, principal1, fees0, fees1;
  std::optional<std::string> worth_in;
  std::optional<double> principal_worth, fees_worth;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("nft", self.nft, "its number");
    visit("owner", self.owner, "at the block");
    visit("pool", self.pool, "one of the pools");
    visit("protocol", self.protocol, "whose contracts");
    visit("tick_lower", self.tick_lower, "pool order");
    visit("tick_upper", self.tick_upper, "pool order");
    visit("price_lower", self.price_lower, "token1 per token0 at tick_lower");
    visit("price_upper", self.price_upper, "token1 per token0 at tick_upper");
    visit("in_range", self.in_range, "whether it earns now");
    visit("liquidity", self.liquidity, "as the pool holds it");
    visit("principal0_raw", self.principal0_raw, "what taking all out pays, units of token0");
    visit("principal1_raw", self.principal1_raw, "units of token1");
    visit("fees0_raw", self.fees0_raw, "what collecting pays besides, units of token0");
    visit("fees1_raw", self.fees1_raw, "units of token1");
    visit("principal0", self.principal0, "whole tokens");
    visit("principal1", self.principal1, "whole tokens");
    visit("fees0", self.fees0, "whole tokens");
    visit("fees1", self.fees1, "whole tokens");
    visit("worth_in", self.worth_in, "the dollar token, where one of the two is");
    visit("principal_worth", self.principal_worth, "at the pool's price, in that token");
    visit("fees_worth", self.fees_worth, "at the pool's price, in that token");
  }
};

struct ReadingTold {
  std::uint64_t chain_id = 0, block_number = 0;
  std::string chain, block_hash, block_time;
  std::vector<PoolTold> pools;
  std::vector<PositionTold> positions;
  std::vector<std::string> unknown;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("chain_id", self.chain_id, "as the node says");
    visit("chain", self.chain, "its name");
    visit("block_number", self.block_number, "all of this is of this block");
    visit("block_hash", self.block_hash, "its hash");
    visit("block_time", self.block_time, "its time, UTC");
    visit("pools", self.pools, "of the positions, or as asked");
    visit("positions", self.positions, "NFTs");
    visit("unknown", self.unknown, "what a chain's state does not say");
  }
};

/// A raw amount in whole tokens, exactly, no trailing zeros: "0.027382203972562266".
std::string amount_text(const U256& raw, int decimals);

/// `what`: the question in words, "NFT 5", "owner 0x...".
ReadingTold told(const chain::Reading& reading);

/// The same as tables of at most 100 columns.
std::string reading_text(const chain::Reading& reading, std::string_view what,
                         report::Colour colour);

}  // namespace levee::api
