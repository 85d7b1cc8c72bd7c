#include "levee/feed/pool_text.h"

#include "levee/base/json.h"

#include <fmt/core.h>

namespace levee::feed {
namespace {

std::string whole(const U256& number) { return quoted(decimal_text(number)); }
std::string whole(u128 number) { return whole(U256{number}); }
std::string whole(i128 number) { return quoted(decimal_text(I256{number})); }

std::string token_text(const TokenOut& token) {
  return fmt::format(R"({{"symbol": {}, "decimals": {}, "address": {}}})", quoted(token.symbol),
                     token.decimals, quoted(token.address));
}

std::string tick_text(std::int32_t tick, const amm::TickState& state) {
  return fmt::format(R"(    {{"tick": {}, "liquidityGross": {}, "liquidityNet": {}, )"
                     R"("feeGrowthOutside0X128": {}, "feeGrowthOutside1X128": {}}})",
                     tick, whole(state.liquidity_gross), whole(state.liquidity_net),
                     whole(state.fees_outside.token0), whole(state.fees_outside.token1));
}

template <class Items, class Text>
std::string list_text(const Items& items, const Text& text) {
  std::string list;
  for (const auto& item : items) list += (list.empty() ? "\n" : ",\n") + text(item);
  return list.empty() ? "[]" : "[" + list + "\n  ]";
}

std::string numbers_text(const amm::PoolNumbers& now) {
  std::string text = fmt::format("  \"sqrtPriceX96\": {},\n", whole(now.price.value()));
  text += fmt::format("  \"tick\": {},\n", now.tick);
  text += fmt::format("  \"liquidity\": {},\n", whole(now.liquidity));
  text += fmt::format("  \"feeGrowthGlobal0X128\": {},\n", whole(now.fees.token0));
  text += fmt::format("  \"feeGrowthGlobal1X128\": {},\n", whole(now.fees.token1));
  text += fmt::format("  \"protocolFees\": [{}, {}],\n", whole(now.protocol_fees0),
                      whole(now.protocol_fees1));
  text += fmt::format("  \"feeProtocol\": [{}, {}],\n", now.protocol_share0, now.protocol_share1);
  text += fmt::format("  \"balances\": [{}, {}],\n", whole(now.balance0), whole(now.balance1));
  return text;
}

}  // namespace

std::string pool_text(const PoolOut& pool) {
  LEVEE_EXPECT(pool.found != nullptr);
  const amm::Pool::Found& found = *pool.found;
  std::string text = "{\n";
  text += fmt::format("  \"snapshot_date\": {},\n", quoted(text_of(pool.state.at)));
  text += fmt::format("  \"chainId\": {},\n  \"blockNumber\": {},\n  \"blockHash\": {},\n",
                      pool.state.chain, pool.state.block, quoted(pool.state.block_hash));
  text += fmt::format("  \"protocol\": {},\n  \"pool\": {},\n", quoted(pool.protocol),
                      quoted(pool.pool));
  text += fmt::format("  \"token0\": {},\n  \"token1\": {},\n", token_text(pool.token0),
                      token_text(pool.token1));
  text += fmt::format("  \"fee\": {},\n  \"tickSpacing\": {},\n", found.terms.fee.value(),
                      found.terms.spacing.value());
  text += numbers_text(found.numbers);
  text += fmt::format("  \"notes\": {},\n", list_text(pool.notes, [](const std::string& note) {
                        return "    " + quoted(note);
                      }));
  text += fmt::format("  \"ticks\": {}\n", list_text(found.ticks, [](const auto& tick) {
                        return tick_text(tick.first, tick.second);
                      }));
  return text + "}\n";
}

}  // namespace levee::feed
