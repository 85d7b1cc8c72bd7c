#include "levee/vectors/rpc_manifest.h"

#include "levee/chain/abi.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

using Json = nlohmann::json;

template <class T>
T sure(const Result<T>& read) {
  if (!read) throw std::invalid_argument(read.error().message);
  return *read;
}

std::string text(const Json& object, const char* key) { return object.at(key).get<std::string>(); }
U256 natural(const Json& object, const char* key) { return sure(u256_from(text(object, key))); }
I256 whole(const Json& object, const char* key) { return sure(i256_from(text(object, key))); }
Address address(const Json& object, const char* key) {
  return sure(address_from(text(object, key)));
}
std::int32_t tick_in(const Json& object, const char* key) {
  return static_cast<std::int32_t>(static_cast<i128>(whole(object, key).bits().low128()));
}
u128 half(const Json& object, const char* key) { return natural(object, key).low128(); }

bool calls(const chain::Bytes& input, std::string_view signature) {
  const auto selector = chain::selector_of(signature);
  return input.size() >= 4 && std::equal(selector.begin(), selector.end(), input.begin());
}

// The words behind the selector.
std::vector<U256> words_of(const chain::Bytes& input) {
  std::vector<U256> words;
  for (std::size_t at = 4; at + 32 <= input.size(); at += 32) {
    Bytes32 word;
    std::copy_n(input.begin() + static_cast<std::ptrdiff_t>(at), 32, word.bytes.begin());
    words.push_back(number_of(word));
  }
  return words;
}

Address address_of(const U256& word) {
  const Bytes32 bytes = bytes_of(word);
  Address address;
  std::copy(bytes.bytes.begin() + 12, bytes.bytes.end(), address.bytes.begin());
  return address;
}

std::int32_t tick_of(const U256& word) { return static_cast<std::int32_t>(word.low64()); }

constexpr std::string_view collect_call = "collect((uint256,address,uint128,uint128))";
constexpr std::string_view decrease_call =
    "decreaseLiquidity((uint256,uint128,uint256,uint256,uint256))";
constexpr std::string_view quote_in_call =
    "quoteExactInputSingle((address,address,uint256,uint24,uint160))";
constexpr std::string_view quote_out_call =
    "quoteExactOutputSingle((address,address,uint256,uint24,uint160))";

// Fields of a pool that are one number, as contract and manifest call them.
struct Plain {
  std::string_view call, types;
  const char* key;
};
constexpr std::array<Plain, 7> plain_fields{
    {{"tickSpacing()", "i24", "tickSpacing"},
     {"fee()", "u24", "fee"},
     {"liquidity()", "u128", "liquidity"},
     {"feeGrowthGlobal0X128()", "u256", "feeGrowthGlobal0X128"},
     {"feeGrowthGlobal1X128()", "u256", "feeGrowthGlobal1X128"},
     {"token0()", "address", "token0"},
     {"token1()", "address", "token1"}}};

std::string bool_text(const Json& object, const char* key) {
  return object.at(key).get<bool>() ? "true" : "false";
}

amm::TickState tick_state(const Json& tick) {
  amm::TickState state;
  state.liquidity_gross = half(tick, "liquidityGross");
  state.liquidity_net = static_cast<i128>(whole(tick, "liquidityNet").bits().low128());
  state.fees_outside = {natural(tick, "feeGrowthOutside0X128"),
                        natural(tick, "feeGrowthOutside1X128")};
  state.initialised = true;
  return state;
}

std::string amounts_text(const U256& token0, const U256& token1) {
  return decimal_text(token0) + ", " + decimal_text(token1);
}
std::string recorded_amounts(const Json& amounts) {
  return text(amounts, "amount0") + ", " + text(amounts, "amount1");
}

}  // namespace

Result<Manifest> Manifest::from(std::string_view header) {
  Json json = Json::parse(header, nullptr, false);
  if (!json.is_object() || !json.contains("manifest")) {
    return fail(Reason::corrupt, "is no header with a manifest");
  }
  Manifest manifest;
  manifest.json_ = std::make_shared<const Json>(std::move(json["manifest"]));
  try {
    manifest.read();
  } catch (const std::exception& error) {
    return fail(Reason::corrupt, fmt::format("a manifest that cannot be read ({})", error.what()));
  }
  return manifest;
}

void Manifest::read() {
  const Json& expected = json_->at("expected");
  where_.id = natural(expected, "chainId").low64();
  const Json& at = expected.at("block");
  where_.block.number = natural(at, "number").low64();
  where_.block.hash = sure(bytes32_from(text(at, "hash")));
  where_.block.time = natural(at, "timestamp").low64();
  const Json& contracts = json_->at("contracts");
  where_.factory = address(contracts, "factory");
  where_.positions = address(contracts, "npm");
  where_.lens = address(contracts, "ticklens");
  for (const Json& pool : json_->at("pools")) {
    named_pools_[text(pool, "name")] = address(pool, "address");
  }
}

std::vector<Address> Manifest::pools() const {
  std::vector<Address> list;
  for (const Json& pool : json_->at("expected").at("pools"))
    list.push_back(address(pool, "address"));
  return list;
}

std::vector<U256> Manifest::nfts() const {
  std::vector<U256> list;
  for (const Json& one : json_->at("expected").at("positions")) {
    list.push_back(natural(one, "tokenId"));
  }
  return list;
}

const Json* Manifest::pool_at(const Address& where) const {
  for (const Json& pool : json_->at("expected").at("pools")) {
    if (address(pool, "address") == where) return &pool;
  }
  return nullptr;
}

const Json* Manifest::position_of(const U256& nft) const {
  for (const Json& one : json_->at("expected").at("positions")) {
    if (natural(one, "tokenId") == nft) return &one;
  }
  return nullptr;
}

const Json* Manifest::quote_of(const Arguments& words, std::string_view kind) const {
  if (words.size() != 5) return nullptr;
  for (const Json& quote : json_->at("expected").at("quotes")) {
    if (text(quote, "kind") == kind && address(quote, "tokenIn") == address_of(words[0]) &&
        address(quote, "tokenOut") == address_of(words[1]) &&
        natural(quote, "amount") == words[2] && natural(quote, "fee") == words[3]) {
      return &quote;
    }
  }
  return nullptr;
}

std::optional<CallTruth> Manifest::token_truth(const chain::Call& call,
                                               const Arguments& words) const {
  for (const auto& [name, token] : json_->at("expected").at("tokens").items()) {
    if (address(token, "address") != call.to) continue;
    if (calls(call.input, "symbol()")) return CallTruth{"symbol", "text", {text(token, "symbol")}};
    if (calls(call.input, "decimals()")) {
      return CallTruth{"decimals", "u8", {text(token, "decimals")}};
    }
    if (!calls(call.input, "balanceOf(address)") || words.empty()) continue;
    const Json& balances = token.at("balances");
    const std::string owner = text_of(address_of(words[0]));
    const std::string balance = balances.contains(owner) ? text(balances, owner.c_str()) : "?";
    return CallTruth{"balanceOf", "u256", {balance}};
  }
  return std::nullopt;
}

std::optional<CallTruth> Manifest::pool_truth(const chain::Call& call,
                                              const Arguments& words) const {
  const Json* pool = pool_at(call.to);
  if (pool == nullptr) return std::nullopt;
  for (const Plain& field : plain_fields) {
    if (!calls(call.input, field.call)) continue;
    return CallTruth{std::string(field.call), std::string(field.types), {text(*pool, field.key)}};
  }
  if (calls(call.input, "slot0()")) {
    const Json& slot = pool->at("slot0");
    return CallTruth{
        "slot0",
        "u160,i24,u16,u16,u16,u8,bool",
        {text(slot, "sqrtPriceX96"), text(slot, "tick"), text(slot, "observationIndex"),
         text(slot, "observationCardinality"), text(slot, "observationCardinalityNext"),
         text(slot, "feeProtocol"), bool_text(slot, "unlocked")}};
  }
  if (calls(call.input, "protocolFees()")) {
    return CallTruth{
        "protocolFees", "u128,u128", {text(*pool, "protocolFees0"), text(*pool, "protocolFees1")}};
  }
  if (!calls(call.input, "ticks(int24)") || words.empty()) return std::nullopt;
  for (const Json& tick : pool->at("ticks")) {
    if (tick_in(tick, "tick") != tick_of(words[0])) continue;
    return CallTruth{"ticks",
                     "u128,i128,u256,u256,i56,u160,u32,bool",
                     {text(tick, "liquidityGross"), text(tick, "liquidityNet"),
                      text(tick, "feeGrowthOutside0X128"), text(tick, "feeGrowthOutside1X128"), "?",
                      "?", "?", "true"}};
  }
  return std::nullopt;
}

std::optional<CallTruth> Manifest::position_truth(const chain::Call& call,
                                                  const Arguments& words) const {
  const Json* one = words.empty() || call.to != where_.positions ? nullptr : position_of(words[0]);
  if (one == nullptr) return std::nullopt;
  const auto amounts = [&](const char* key) {
    return CallTruth{
        key, "u256,u256", {text(one->at(key), "amount0"), text(one->at(key), "amount1")}};
  };
  if (calls(call.input, "ownerOf(uint256)")) {
    return CallTruth{"ownerOf", "address", {text(*one, "owner")}};
  }
  if (calls(call.input, collect_call)) return amounts("collectable");
  if (calls(call.input, decrease_call)) return amounts("principal");
  if (!calls(call.input, "positions(uint256)")) return std::nullopt;
  return CallTruth{
      "positions",
      "u96,address,address,address,u24,i24,i24,u128,u256,u256,u128,u128",
      {text(*one, "operatorNonce"), "?", text(*one, "token0"), text(*one, "token1"),
       text(*one, "fee"), text(*one, "tickLower"), text(*one, "tickUpper"), text(*one, "liquidity"),
       text(*one, "feeGrowthInside0LastX128"), text(*one, "feeGrowthInside1LastX128"),
       text(*one, "tokensOwed0"), text(*one, "tokensOwed1")}};
}

std::optional<CallTruth> Manifest::pair_truth(const chain::Call& call,
                                              const Arguments& words) const {
  for (const Json& pair : json_->at("expected").at("pairs")) {
    if (address(pair, "address") != call.to) continue;
    if (calls(call.input, "getReserves()")) {
      return CallTruth{
          "getReserves",
          "u112,u112,u32",
          {text(pair, "reserve0"), text(pair, "reserve1"), text(pair, "blockTimestampLast")}};
    }
    if (calls(call.input, "kLast()")) return CallTruth{"kLast", "u256", {text(pair, "kLast")}};
    if (calls(call.input, "totalSupply()")) {
      return CallTruth{"totalSupply", "u256", {text(pair, "totalSupply")}};
    }
    if (!calls(call.input, "balanceOf(address)") || words.empty()) continue;
    const std::string owner = text_of(address_of(words[0]));
    const Json& shares = pair.at("lp");
    return CallTruth{
        "balanceOf", "u256", {shares.contains(owner) ? text(shares, owner.c_str()) : "?"}};
  }
  return std::nullopt;
}

std::optional<CallTruth> Manifest::quote_truth(const chain::Call& call,
                                               const Arguments& words) const {
  const bool in = calls(call.input, quote_in_call);
  if (!in && !calls(call.input, quote_out_call)) return std::nullopt;
  const Json* quote = quote_of(words, in ? "exactIn" : "exactOut");
  if (quote == nullptr) return std::nullopt;
  return CallTruth{"quote",
                   "u256,u160,u32,u256",
                   {text(*quote, "result"), text(*quote, "sqrtPriceX96After"),
                    text(*quote, "initializedTicksCrossed"), "?"}};
}

std::optional<CallTruth> Manifest::truth_of(const chain::Call& call) const {
  const Arguments words = words_of(call.input);
  for (const auto& ask : {&Manifest::token_truth, &Manifest::pool_truth, &Manifest::position_truth,
                          &Manifest::pair_truth, &Manifest::quote_truth}) {
    if (auto truth = (this->*ask)(call, words)) return truth;
  }
  return std::nullopt;
}

bool Manifest::is_lens(const chain::Call& call) const {
  return call.to == where_.lens && calls(call.input, "getPopulatedTicksInWord(address,int16)") &&
         pool_at(address_of(words_of(call.input).at(0))) != nullptr;
}

std::vector<std::string> Manifest::lens(const Address& where, std::int32_t word) const {
  std::vector<std::string> list;
  const Json& pool = *pool_at(where);
  for (const Json& tick : pool.at("ticks")) {
    if (tick_in(tick, "tick") / tick_in(pool, "tickSpacing") >> 8 != word) continue;
    list.push_back(fmt::format("{} {} {}", text(tick, "tick"), text(tick, "liquidityNet"),
                               text(tick, "liquidityGross")));
  }
  return list;
}

amm::Pool::Found Manifest::found(const Json& pool) {
  amm::Pool::Found found;
  found.terms.fee = FeePips{static_cast<std::uint32_t>(natural(pool, "fee").low64())};
  found.terms.spacing = TickSpacing{tick_in(pool, "tickSpacing")};
  const Json& slot = pool.at("slot0");
  found.numbers.price = amm::SqrtPriceX96{natural(slot, "sqrtPriceX96")};
  found.numbers.tick = tick_in(slot, "tick");
  found.numbers.liquidity = half(pool, "liquidity");
  found.numbers.fees = {natural(pool, "feeGrowthGlobal0X128"),
                        natural(pool, "feeGrowthGlobal1X128")};
  const auto shares = natural(slot, "feeProtocol").low64();
  found.numbers.protocol_share0 = static_cast<std::uint16_t>(shares & 0xF);
  found.numbers.protocol_share1 = static_cast<std::uint16_t>(shares >> 4);
  found.numbers.protocol_fees0 = half(pool, "protocolFees0");
  found.numbers.protocol_fees1 = half(pool, "protocolFees1");
  for (const Json& tick : pool.at("ticks")) {
    found.ticks.emplace_back(tick_in(tick, "tick"), tick_state(tick));
  }
  return found;
}

std::vector<Reckoned> Manifest::reckoned(const chain::Bytes& input) const {
  const Arguments words = words_of(input);
  const bool in = calls(input, quote_in_call);
  if (!in && !calls(input, quote_out_call)) return {};
  const Json* quote = quote_of(words, in ? "exactIn" : "exactOut");
  if (quote == nullptr) return {};
  const Json& pool = *pool_at(named_pools_.at(text(*quote, "pool")));
  const auto whole_pool = amm::Pool::from(found(pool));
  if (!whole_pool) return {{"pool of the manifest", whole_pool.error().message, "sound"}};
  const bool down = address(*quote, "tokenIn") == address(pool, "token0");
  const auto way = down ? amm::Direction::zero_for_one : amm::Direction::one_for_zero;
  const U256& limit = words[4];
  const auto got =
      whole_pool->quote({.direction = way,
                         .amount = in ? I256::positive(words[2]) : I256::negative(words[2]),
                         .limit = limit.is_zero() ? amm::no_limit(way) : amm::SqrtPriceX96{limit},
                         .fee = {}});
  if (!got) return {{"levee's quote", got.error().message, text(*quote, "result")}};
  const I256& other = down == in ? got->flows.token1 : got->flows.token0;
  return {{"levee's quote", decimal_text(other.magnitude()), text(*quote, "result")},
          {"price after levee's quote", decimal_text(got->price.value()),
           text(*quote, "sqrtPriceX96After")}};
}

std::vector<Reckoned> Manifest::held_against(const chain::PoolReading& read) const {
  const Json* pool = pool_at(read.address);
  const amm::Pool::Found truth = found(*pool);
  amm::PoolNumbers now = read.found.numbers;
  now.balance0 = now.balance1 = U256{};  // Not recorded.
  std::vector<Reckoned> list{
      {"numbers", now == truth.numbers ? "as recorded" : "others", "as recorded"},
      {"price", decimal_text(now.price.value()), decimal_text(truth.numbers.price.value())},
      {"liquidity", decimal_text(U256{now.liquidity}), text(*pool, "liquidity")},
      {"ticks", std::to_string(read.found.ticks.size()), std::to_string(truth.ticks.size())}};
  for (std::size_t i = 0; i < std::min(truth.ticks.size(), read.found.ticks.size()); ++i) {
    const auto& [tick, state] = read.found.ticks[i];
    const auto& [place, recorded] = truth.ticks[i];
    const bool same = tick == place && state.liquidity_gross == recorded.liquidity_gross &&
                      state.liquidity_net == recorded.liquidity_net &&
                      state.fees_outside == recorded.fees_outside;
    list.push_back(
        {fmt::format("tick {}", place), same ? "as recorded" : "another", "as recorded"});
  }
  return list;
}

std::vector<Reckoned> Manifest::held_against(const chain::PositionReading& read) const {
  const Json& one = *position_of(read.nft);
  const auto amounts = [](const std::optional<amm::Amounts>& some) {
    return some ? amounts_text(some->token0, some->token1) : std::string("none");
  };
  return {{"owner", text_of(read.owner), text(one, "owner")},
          {"lower tick", std::to_string(read.range.lower), text(one, "tickLower")},
          {"upper tick", std::to_string(read.range.upper), text(one, "tickUpper")},
          {"liquidity", decimal_text(U256{read.liquidity}), text(one, "liquidity")},
          {"fees", amounts(read.fees), recorded_amounts(one.at("collectable"))},
          {"principal", amounts(read.principal), recorded_amounts(one.at("principal"))}};
}

}  // namespace levee::vectors
