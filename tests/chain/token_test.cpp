#include "levee/chain/token.h"

#include "tests/chain/fake_chain.h"

#include <gtest/gtest.h>

namespace levee::chain {
namespace {

using test::address_numbered;
using test::FakeChain;

TEST(Token, TellsItsSymbolAndDecimals) {
  FakeChain chain;
  chain.token(address_numbered(1), "USDC", 6);
  const auto tokens =
      read_tokens(chain.node(), {31337, {address_numbered(1), Address{}}}, FakeChain::block());
  ASSERT_TRUE(tokens) << tokens.error().message;
  EXPECT_EQ((*tokens)[0], (Token{address_numbered(1), "USDC", 6}));
  EXPECT_EQ((*tokens)[1], (Token{Address{}, "ETH", 18}));
}

TEST(Token, WithoutASymbolIsCalledByItsAddress) {
  FakeChain chain;
  chain.answer(address_numbered(1), call_of("decimals()", {}), {U256{6}});
  chain.answer(address_numbered(1), call_of("symbol()", {}), Bytes{});
  const auto tokens = read_tokens(chain.node(), {31337, {address_numbered(1)}}, FakeChain::block());
  ASSERT_TRUE(tokens) << tokens.error().message;
  EXPECT_EQ(tokens->front().symbol, text_of(address_numbered(1)));
}

TEST(Token, ThatDoesNotTellItsDecimalsIsAnErrorNotAGuess) {
  FakeChain chain;
  chain.token(address_numbered(1), "USDC", 6);
  chain.answer(address_numbered(1), call_of("decimals()", {}), Bytes{});
  const auto silent = read_tokens(chain.node(), {1, {address_numbered(1)}}, FakeChain::block());
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().reason, Reason::missing_data);
  chain.answer(address_numbered(1), call_of("decimals()", {}), {U256{77}});
  const auto many = read_tokens(chain.node(), {1, {address_numbered(1)}}, FakeChain::block());
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().reason, Reason::not_supported);
}

TEST(Token, WhereNoContractStandsIsAnError) {
  FakeChain chain;
  chain.code("0x");
  const auto tokens = read_tokens(chain.node(), {1, {address_numbered(1)}}, FakeChain::block());
  ASSERT_FALSE(tokens);
  EXPECT_EQ(tokens.error().reason, Reason::missing_data);
  EXPECT_NE(tokens.error().message.find("no contract stands there"), std::string::npos);
}

TEST(Token, BalancesComeInTheOrderAsked) {
  FakeChain chain;
  const Address token = address_numbered(1);
  for (const std::uint8_t who : std::initializer_list<std::uint8_t>{2, 3}) {
    chain.answer(token, call_of("balanceOf(address)", {address_numbered(who)}), {U256{who}});
  }
  const std::vector<Holding> asked{{token, address_numbered(3)}, {token, address_numbered(2)}};
  const auto balances = read_balances(chain.node(), asked, FakeChain::block());
  ASSERT_TRUE(balances) << balances.error().message;
  EXPECT_EQ(*balances, (std::vector<U256>{U256{3}, U256{2}}));
}

}  // namespace
}  // namespace levee::chain
