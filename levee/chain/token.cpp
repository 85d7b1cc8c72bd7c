#include "levee/chain/token.h"

#include "levee/chain/abi.h"
#include "levee/chain/answered.h"
#include "levee/chain/contracts.h"

#include <fmt/core.h>

namespace levee::chain {
namespace {

constexpr int coin_decimals = 18;  // Of a chain's own coin, by the protocol.
constexpr unsigned decimals_most = 36;

std::string coin_symbol(std::uint64_t chain) {
  const std::string_view coin = coin_of_chain(chain);
  return coin.empty() ? "coin" : std::string(coin);
}

Result<int> decimals_in(const Returned& returned, const Address& token) {
  if (returned.reverted || returned.output.empty()) {
    return fail(Reason::missing_data,
                fmt::format("token {} does not tell its decimals (is it an ERC-20 token?)",
                            text_of(token)));
  }
  const auto what = fmt::format("decimals of token {}", text_of(token));
  AbiReader reader(returned.output, what);
  const std::uint64_t decimals = reader.count(8);
  if (const auto done = reader.finish(); !done) return done.error();
  if (decimals > decimals_most) {
    return fail(Reason::not_supported, fmt::format("token {} has {} decimals (at most {} are read)",
                                                   text_of(token), decimals, decimals_most));
  }
  return static_cast<int>(decimals);
}

std::string symbol_in(const Returned& returned, const Address& token) {
  if (!returned.reverted) {
    if (auto symbol = token_text(returned.output); symbol && !symbol->empty()) return *symbol;
  }
  return text_of(token);
}

}  // namespace

Result<std::vector<Token>> read_tokens(Node& node, const TokenAsk& ask, const Block& at) {
  std::vector<Call> calls;
  std::vector<Standing> contracts;
  for (const Address& address : ask.addresses) {
    if (address.is_zero()) continue;
    contracts.push_back({address, "a token"});
    calls.push_back({address, call_of("decimals()", {})});
    calls.push_back({address, call_of("symbol()", {})});
  }
  if (const auto there = require_code(node, contracts, at); !there) return there.error();
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<Token> tokens;
  std::size_t next = 0;
  for (const Address& address : ask.addresses) {
    if (address.is_zero()) {
      tokens.push_back({address, coin_symbol(ask.chain), coin_decimals});
      continue;
    }
    const auto decimals = decimals_in((*returned)[next], address);
    if (!decimals) return decimals.error();
    tokens.push_back({address, symbol_in((*returned)[next + 1], address), *decimals});
    next += 2;
  }
  return tokens;
}

Result<std::vector<U256>> read_balances(Node& node, std::span<const Holding> holdings,
                                        const Block& at) {
  std::vector<Call> calls;
  for (const Holding& holding : holdings) {
    calls.push_back({holding.token, call_of("balanceOf(address)", {holding.account})});
  }
  const auto returned = node.calls(calls, at);
  if (!returned) return returned.error();
  std::vector<U256> balances;
  for (std::size_t i = 0; i < holdings.size(); ++i) {
    const auto what = "balanceOf of token " + text_of(holdings[i].token);
    auto reader = answered((*returned)[i], what);
    if (!reader) return reader.error();
    balances.push_back(reader->number());
    if (const auto done = reader->finish(); !done) return done.error();
  }
  return balances;
}

Result<Done> require_code(Node& node, std::span<const Standing> contracts, const Block& at) {
  std::vector<Address> addresses;
  for (const Standing& contract : contracts) addresses.push_back(contract.address);
  const auto codes = node.code(addresses, at);
  if (!codes) return codes.error();
  for (std::size_t i = 0; i < contracts.size(); ++i) {
    if (!(*codes)[i].empty()) continue;
    return fail(Reason::missing_data,
                fmt::format("{} is not {} (no contract stands there at block {}; is it the right "
                            "chain?)",
                            text_of(contracts[i].address), contracts[i].what, at.number));
  }
  return Done{};
}

}  // namespace levee::chain
