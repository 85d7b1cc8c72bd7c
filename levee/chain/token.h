// levee/chain/token.h — what a token says of itself.
#pragma once
#include "levee/base/address.h"
#include "levee/base/result.h"
#include "levee/chain/node.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace levee::chain {

/// A token; address 0 is the chain's own coin.
struct Token {
  Address address;
  std::string symbol;  ///< Its address where it has none that can be read.
  int decimals = 0;
  friend bool operator==(const Token&, const Token&) = default;
};

/// Which tokens, of which chain.
struct TokenAsk {
  std::uint64_t chain = 0;
  std::vector<Address> addresses;
};

/// Symbols and decimals, in the order asked. Decimals are what the token says or an error, never a
/// guess; a chain's own coin has 18 by the protocol.
///
/// err: missing_data where no contract stands or it does not tell its decimals; not_supported above
///      36 decimals; and as Node::calls
Result<std::vector<Token>> read_tokens(Node& node, const TokenAsk& ask, const Block& at);

/// What accounts hold of tokens.
struct Holding {
  Address token, account;
};
/// Balances, in the order asked. err: corrupt where a token does not answer; as Node::calls
Result<std::vector<U256>> read_balances(Node& node, std::span<const Holding> holdings,
                                        const Block& at);

/// Makes sure that a contract stands at each address. in: what each is, for messages
/// err: missing_data naming the first where none stands
struct Standing {
  Address address;
  std::string what;
};
Result<Done> require_code(Node& node, std::span<const Standing> contracts, const Block& at);

}  // namespace levee::chain
