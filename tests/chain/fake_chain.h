// tests/chain/fake_chain.h — a chain of a few contracts that answer what a test says.
#pragma once
#include "levee/chain/abi.h"
#include "levee/chain/recording.h"

#include <initializer_list>
#include <string>
#include <vector>

#include <fmt/core.h>

namespace levee::test {

inline Address address_numbered(std::uint8_t number) {
  Address address;
  address.bytes[0] = 0xab;
  address.bytes[19] = number;
  return address;
}

/// Chain 31337 at block 7. What no test said is an unknown method.
class FakeChain {
 public:
  FakeChain() : wire_(block()), node_(wire_, pause_, patience()) {
    wire_.answer_all("eth_chainId", R"({"jsonrpc":"2.0","id":0,"result":"0x7a69"})");
    code("0x60");
    for (const char* name : {"\"0x7\"", "\"latest\""}) {
      wire_.add_result("eth_getBlockByNumber", fmt::format("[{},false]", name), block_json());
    }
  }
  FakeChain(const FakeChain&) = delete;
  FakeChain& operator=(const FakeChain&) = delete;

  static chain::Block block() {
    chain::Block block;
    block.number = 7;
    block.hash.bytes.fill(0x77);
    block.time = 1'700'000'000;
    return block;
  }
  chain::Node& node() { return node_; }

  /// The code of every address.
  void code(const std::string& hex) {
    wire_.answer_all("eth_getCode",
                     fmt::format(R"({{"jsonrpc":"2.0","id":0,"result":"{}"}})", hex));
  }
  void answer(const Address& to, const chain::Bytes& input, const chain::Bytes& output) {
    wire_.add_result("eth_call", question(to, input),
                     fmt::format("\"{}\"", chain::hex_bytes(output)));
  }
  void answer(const Address& to, const chain::Bytes& input, std::initializer_list<U256> words) {
    answer(to, input, joined(words));
  }
  /// The same where it matters who asks.
  void answer_from(const Address& from, const Address& to, const chain::Bytes& input,
                   std::initializer_list<U256> words) {
    wire_.add_result("eth_call",
                     fmt::format(R"([{{"from":"{}","to":"{}","data":"{}"}},"0x7"])", text_of(from),
                                 text_of(to), chain::hex_bytes(input)),
                     fmt::format("\"{}\"", chain::hex_bytes(joined(words))));
  }
  void token(const Address& token, std::string_view symbol, int decimals) {
    answer(token, chain::call_of("decimals()", {}), {U256{decimals}});
    answer(token, chain::call_of("symbol()", {}), chain::Bytes(padded(symbol)));
  }

 private:
  static chain::Bytes joined(std::initializer_list<U256> words) {
    chain::Bytes output;
    for (const U256& word : words) {
      const Bytes32 bytes = bytes_of(word);
      output.insert(output.end(), bytes.bytes.begin(), bytes.bytes.end());
    }
    return output;
  }
  static chain::Patience patience() {
    chain::Patience patience;
    patience.tries = 1;
    return patience;
  }
  static std::string block_json() {
    return fmt::format(R"({{"number":"0x7","hash":"{}","parentHash":"{}","timestamp":"{}"}})",
                       text_of(block().hash), text_of(Bytes32{}), chain::hex_number(block().time));
  }
  static std::string question(const Address& to, const chain::Bytes& input) {
    return fmt::format(R"([{{"to":"{}","data":"{}"}},"0x7"])", text_of(to),
                       chain::hex_bytes(input));
  }
  // A symbol in 32 bytes, as old tokens give it.
  static chain::Bytes padded(std::string_view symbol) {
    chain::Bytes bytes(symbol.begin(), symbol.end());
    bytes.resize(32);
    return bytes;
  }

  chain::Recording wire_;
  chain::NoPause pause_;
  chain::Node node_;
};

}  // namespace levee::test
