// levee/vectors/rpc_complete.cpp — what levee's readers ask and a recording does not hold.
#include "levee/chain/abi.h"
#include "levee/vectors/rpc_manifest.h"

#include <nlohmann/json.hpp>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

using nlohmann::json;

Address address(const json& object, const char* key) {
  return *address_from(object.at(key).get<std::string>());
}

constexpr std::size_t words_of_tick = 8;

}  // namespace

// An emptied position's ticks may be nobody's any more: they hold nothing.
void Manifest::complete_ticks(chain::Recording& recording) const {
  for (const json& one : json_->at("expected").at("positions")) {
    const Address pool = named_pools_.at(one.at("pool").get<std::string>());
    for (const char* key : {"tickLower", "tickUpper"}) {
      const auto tick = *i256_from(one.at(key).get<std::string>());
      const chain::Call call{pool, chain::call_of("ticks(int24)", {tick})};
      if (truth_of(call)) continue;
      recording.add_result(
          "eth_call",
          fmt::format(R"([{{"to":"{}","data":"{}"}},"{}"])", text_of(pool),
                      chain::hex_bytes(call.input), chain::hex_number(where_.block.number)),
          fmt::format("\"{}\"", chain::hex_bytes(chain::Bytes(32 * words_of_tick))));
    }
  }
}

void Manifest::complete(chain::Recording& recording) const {
  const std::string at = fmt::format("\"{}\"", chain::hex_number(where_.block.number));
  const auto answer = [&](const Address& to, const chain::Bytes& input, const Bytes32& word) {
    recording.add_result(
        "eth_call",
        fmt::format(R"([{{"to":"{}","data":"{}"}},{}])", text_of(to), chain::hex_bytes(input), at),
        fmt::format("\"{}\"", text_of(word)));
  };
  complete_ticks(recording);
  recording.answer_all("eth_getCode", R"({"jsonrpc":"2.0","id":0,"result":"0x00"})");
  recording.add_result(
      "eth_getBlockByNumber", fmt::format("[{},false]", at),
      fmt::format(R"({{"number":{},"hash":"{}","parentHash":"{}","timestamp":"{}"}})", at,
                  text_of(where_.block.hash), text_of(Bytes32{}),
                  chain::hex_number(where_.block.time)));
  for (const Json& pool : json_->at("expected").at("pools")) {
    const Address where = address(pool, "address");
    const amm::Pool::Found truth = found(pool);
    const Address token0 = address(pool, "token0"), token1 = address(pool, "token1");
    answer(where, chain::call_of("factory()", {}), chain::word_of(where_.factory));
    answer(where, chain::call_of("maxLiquidityPerTick()", {}),
           bytes_of(U256{amm::liquidity_per_tick_max(truth.terms.spacing)}));
    answer(where_.factory,
           chain::call_of("getPool(address,address,uint24)",
                          {token0, token1, U256{truth.terms.fee.value()}}),
           chain::word_of(where));
    for (const Address& token : {token0, token1}) {
      answer(token, chain::call_of("balanceOf(address)", {where}), Bytes32{});
    }
    amm::TickTable table(truth.terms.spacing);
    for (const auto& [tick, state] : truth.ticks) table.flip(tick);
    const std::int32_t last = amm::tick_max.value() / truth.terms.spacing.value() / 256 + 1;
    for (std::int32_t word = -last - 1; word <= last; ++word) {
      answer(where, chain::call_of("tickBitmap(int16)", {I256{word}}), bytes_of(table.word(word)));
    }
  }
}

}  // namespace levee::vectors
