#include "levee/feed/book_text.h"

#include "levee/feed/book_file.h"
#include "tests/feed/scratch.h"
#include "tests/support/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace levee::feed {
namespace {

using ::testing::HasSubstr;

BookOut sample() {
  BookPosition position;
  position.name = "USDC-WETH NFT 1";
  position.protocol = "uniswap-v3";
  position.lower = Tick{-200'100};
  position.upper = Tick{-199'980};
  position.spacing = TickSpacing{60};
  position.quoting = {.base_decimals = 18, .quote_decimals = 6, .base_is_token0 = true};
  position.liquidity = u128{1} << 90;
  return {.base = "ETH", .quote = "USDC", .remarks = {}, .positions = {position}, .entry = {}};
}

BookFile read_back(const BookOut& book) {
  const auto file = read_book(test::written("book.toml", book_text(book)));
  EXPECT_TRUE(file) << (file ? "" : file.error().message) << "\n" << book_text(book);
  return file ? *file : BookFile{};
}

TEST(BookText, IsReadBackAsItWasWritten) {
  const BookFile file = read_back(sample());
  EXPECT_EQ(file.draft.base, "ETH");
  EXPECT_EQ(file.draft.quote, "USDC");
  ASSERT_EQ(file.draft.positions.size(), 1U);
  const book::LpDraft& draft = file.draft.positions.front();
  const auto& range = std::get<book::TickRange>(draft.range);
  EXPECT_EQ(range.lower, Tick{-200'100});
  EXPECT_EQ(range.upper, Tick{-199'980});
  EXPECT_EQ(range.spacing, TickSpacing{60});
  EXPECT_TRUE(range.quoting.base_is_token0);
  EXPECT_FALSE(draft.entry_price);
  EXPECT_CLOSE(std::get<amm::HumanLiquidity>(draft.size).value(), std::ldexp(1, 90) / 1e12, 1e-12);
}

TEST(BookText, LeavesAPlaceForTheCashThatAHedgeIsPaidFrom) {
  EXPECT_THAT(book_text(sample()), HasSubstr("\nidle_cash_usd = 0  # "));
  EXPECT_EQ(read_back(sample()).draft.rest.idle_cash, Usd{0});
}

TEST(BookText, SaysTheEntryWhereItIsKnown) {
  BookOut book = sample();
  book.entry = BookEntry{Price{2'000.25}, UnixSeconds{1'700'000'000}};
  const book::LpDraft draft = read_back(book).draft.positions.front();
  ASSERT_TRUE(draft.entry_price && draft.entry_at);
  EXPECT_EQ(draft.entry_price->value(), 2'000.25);
  EXPECT_EQ(*draft.entry_at, UnixSeconds{1'700'000'000});
}

TEST(BookText, CallsAllOfAPoolsTicksAFullRange) {
  BookOut book = sample();
  book.positions[0].lower = Tick{-887'220};
  book.positions[0].upper = Tick{887'220};
  EXPECT_TRUE(
      std::holds_alternative<book::FullRange>(read_back(book).draft.positions.front().range));
  book.positions[0].upper = Tick{887'160};
  EXPECT_TRUE(
      std::holds_alternative<book::TickRange>(read_back(book).draft.positions.front().range));
}

TEST(BookText, KeepsWhatStrangersCallTheirTokensInsideItsQuotes) {
  BookOut book = sample();
  book.remarks = {"a token called\n[policy]\nseed = 7"};
  book.positions[0].name = "\"\nliquidity = \"1\" \\";
  book.positions[0].remarks = {"x\r\nentry = \"market\""};
  const BookFile file = read_back(book);
  EXPECT_EQ(file.draft.positions.front().name.substr(0, 1), "\"");
  EXPECT_EQ(file.policy.seed, hedge::Policy{}.seed);
}

TEST(BookText, NamesEveryPosition) {
  BookOut book = sample();
  book.positions.push_back(book.positions.front());
  book.positions[1].name = "another";
  EXPECT_THAT(book_text(book), HasSubstr("name = \"another\""));
  EXPECT_EQ(read_back(book).draft.positions.size(), 2U);
}

}  // namespace
}  // namespace levee::feed
