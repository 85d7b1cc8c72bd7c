#include "levee/book/holding.h"

#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::book {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr UnixSeconds now{1'770'000'000};
constexpr Price spot{2000};

LpDraft draft() {
  LpDraft written;
  written.name = "eth-usdc";
  written.protocol = "uniswap";
  written.place = "book.toml:12";
  written.range = PriceRange{Price{1500}, Price{2500}};
  written.size = Usd{100'000};
  return written;
}

Result<Book> resolved(const LpDraft& written) {
  return resolve(Draft{.positions = {written}, .rest = {}, .base = "ETH", .quote = "USDC"}, spot,
                 now);
}

void expect_refused(const LpDraft& written, const std::string& why) {
  const auto book = resolved(written);
  ASSERT_FALSE(book);
  EXPECT_EQ(book.error().reason, Reason::bad_input);
  EXPECT_THAT(book.error().message, StartsWith("book.toml:12: "));
  EXPECT_THAT(book.error().message, HasSubstr(why));
}

double value_at(const LpPosition& position, Price price) {
  return amm::exposure_at(position.range, price).value.value();
}

}  // namespace

TEST(Resolve, ADepositNowIsWorthItselfAtSpot) {
  const auto position = resolved(draft())->positions.at(0);
  EXPECT_EQ(position.name, "eth-usdc");
  EXPECT_EQ(position.protocol, "uniswap");
  EXPECT_EQ(position.entry_price, spot);
  EXPECT_FALSE(position.entry_at);
  EXPECT_EQ(position.range.bounds, (amm::Bounds{Price{1500}, Price{2500}}));
  EXPECT_CLOSE(value_at(position, spot), 100'000, 1e-12);
}

TEST(Resolve, ADepositThenWasWorthItselfAtItsOwnPrice) {
  auto written = draft();
  written.entry_price = Price{1700};
  written.entry_at = now - days(9);
  written.fees_earned = Usd{321};
  const auto position = resolved(written)->positions.at(0);
  EXPECT_EQ(position.entry_price, Price{1700});
  EXPECT_EQ(position.entry_at, now - days(9));
  EXPECT_EQ(position.fees_earned, Usd{321});
  EXPECT_CLOSE(value_at(position, Price{1700}), 100'000, 1e-12);
}

TEST(Resolve, PercentagesAreOfTheEntryPrice) {
  auto written = draft();
  written.range = PercentRange{Share{0.2}, Share{0.5}};
  written.entry_price = Price{1000};
  written.entry_at = now - days(1);
  const auto bounds = resolved(written)->positions.at(0).range.bounds;
  EXPECT_DOUBLE_EQ(bounds.lower.value(), 800);
  EXPECT_DOUBLE_EQ(bounds.upper.value(), 1500);
}

TEST(Resolve, TicksAreReadAsThePoolQuotes) {
  auto written = draft();
  const TickRange ticks{Tick{199'200}, Tick{201'600}, TickSpacing{60}, {}};
  written.range = ticks;
  const auto bounds = resolved(written)->positions.at(0).range.bounds;
  EXPECT_EQ(bounds, *amm::bounds_at(ticks.lower, ticks.upper, ticks.spacing, ticks.quoting));
  EXPECT_LT(bounds.lower.value(), 2000);
  EXPECT_GT(bounds.upper.value(), 2000);
}

TEST(Resolve, FullRangeAndLiquidityAreTakenAsTheyAre) {
  auto written = draft();
  written.range = FullRange{};
  written.size = amm::HumanLiquidity{50};
  const auto position = resolved(written)->positions.at(0);
  EXPECT_EQ(position.range.bounds, amm::full_range());
  EXPECT_EQ(position.range.liquidity, amm::HumanLiquidity{50});
  written.size = Usd{1000};
  EXPECT_CLOSE(value_at(resolved(written)->positions.at(0), spot), 1000, 1e-12);
}

TEST(Resolve, KeepsTheRestOfTheBook) {
  Draft both{.positions = {draft(), draft()}, .rest = {}, .base = "ETH", .quote = "USDC"};
  both.rest.idle_cash = Usd{77};
  both.rest.wallet = Tokens{3};
  both.rest.lots = {{"perp", Perp{}, Tokens{-2}}};
  const auto book = resolve(both, spot, now);
  EXPECT_EQ(book->positions.size(), 2u);
  EXPECT_EQ(book->idle_cash, Usd{77});
  EXPECT_EQ(book->wallet, Tokens{3});
  ASSERT_EQ(book->lots.size(), 1u);
  EXPECT_EQ(book->lots[0].quantity, Tokens{-2});
}

TEST(Resolve, RefusesRangesThatAreNone) {
  const auto with = [](auto range) {
    auto written = draft();
    written.range = range;
    return written;
  };
  expect_refused(with(PriceRange{Price{2500}, Price{1500}}), "2500 to 1500");
  expect_refused(with(PriceRange{Price{1500}, Price{1500}}), "below the upper");
  expect_refused(with(PriceRange{Price{0}, Price{1500}}), "positive");
  expect_refused(with(PercentRange{Share{1}, Share{0.5}}), "100 % below");
  expect_refused(with(PercentRange{Share{0}, Share{0.5}}), "below");
  expect_refused(with(PercentRange{Share{0.5}, Share{0}}), "above");
  expect_refused(with(TickRange{Tick{199'201}, Tick{201'600}, TickSpacing{60}, {}}), "");
  expect_refused(with(TickRange{Tick{201'600}, Tick{199'200}, TickSpacing{60}, {}}), "");
}

TEST(Resolve, RefusesSizesThatAreNone) {
  auto written = draft();
  written.size = Usd{0};
  expect_refused(written, "deposit of 0 USD");
  written.size = amm::HumanLiquidity{-1};
  expect_refused(written, "liquidity -1");
}

TEST(Resolve, RefusesWhatNoDoubleCanReckonWith) {
  auto written = draft();
  for (const double liquidity : {1e-320, 1e-50, 1e50, 1e308}) {
    written.size = amm::HumanLiquidity{liquidity};
    expect_refused(written, "USD at a price of 2000 (beyond what is reckoned with");
  }
  // Worth itself then, and more dollars than a double holds now.
  written = draft();
  written.range = FullRange{};
  written.entry_at = now - days(1);
  written.entry_price = Price{1e-300};
  expect_refused(written, "USD at a price of 2000");
  // The slip of an entry price quoted the other way about is within reach, and so valued.
  written.entry_price = Price{1.0 / 2000};
  EXPECT_TRUE(resolved(written));
}

TEST(Resolve, RefusesEntriesThatCannotBe) {
  auto written = draft();
  written.entry_at = now + Seconds{1};
  written.entry_price = spot;
  expect_refused(written, "before it");
  written.entry_at = now - days(2);
  written.entry_price.reset();
  expect_refused(written, "without its price");
  written.entry_at = now;
  EXPECT_TRUE(resolved(written));
  written.entry_price = Price{0};
  expect_refused(written, "entry price 0");
}

TEST(Resolve, RefusesWhatWouldBeLiquidatedAtOnce) {
  Draft written{.positions = {draft()}, .rest = {}, .base = "ETH", .quote = "USDC"};
  written.rest.lots = {{"short", Perp{}, Tokens{-10}, "", Margin{.collateral = Usd{199}}}};
  auto refused = resolve(written, spot, now);
  EXPECT_EQ(refused.error().reason, Reason::bad_input);
  EXPECT_THAT(refused.error().message, StartsWith("short: collateral of 199 USD"));
  written.rest.lots[0].margin->collateral = Usd{200};
  EXPECT_TRUE(resolve(written, spot, now));
  written.rest.lots[0].margin->collateral = Usd{1};
  written.rest.lots[0].asset = "BTC";  // whose price nobody gave
  EXPECT_TRUE(resolve(written, spot, now));

  written.rest.lots.clear();
  written.rest.loans = {{"aave", Usd{1600}, Tokens{0}, Rate{0}, Pledge{Tokens{1}, {}, Share{0.8}}}};
  EXPECT_TRUE(resolve(written, spot, now));
  written.rest.loans[0].base_owed = Tokens{0.001};
  refused = resolve(written, spot, now);
  EXPECT_EQ(refused.error().reason, Reason::bad_input);
  EXPECT_THAT(refused.error().message, StartsWith("aave: debt of 1602 USD"));
}

TEST(Resolve, RefusesOptionsBoughtOrRolledLater) {
  Draft written{.positions = {draft()}, .rest = {}, .base = "ETH", .quote = "USDC"};
  written.rest.lots = {
      {.name = "put",
       .instrument = option::Contract{option::Type::put, Price{1700}, now + days(30)},
       .quantity = Tokens{1},
       .bought = Bought{.paid = Usd{9}, .extrinsic = Usd{9}, .at = now}}};
  EXPECT_TRUE(resolve(written, spot, now));
  written.rest.lots[0].bought->rolled_at = now + Seconds{1};
  EXPECT_THAT(resolve(written, spot, now).error().message, StartsWith("put: bought or rolled at"));
  written.rest.lots[0].bought->rolled_at = now - days(9);
  EXPECT_TRUE(resolve(written, spot, now));
  written.rest.lots[0].bought->at = now + Seconds{1};
  EXPECT_FALSE(resolve(written, spot, now));
}

TEST(Resolve, NeedsASpot) { EXPECT_THROW((void)resolve({}, Price{0}, now), ContractBroken); }

}  // namespace levee::book
