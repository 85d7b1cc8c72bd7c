#include "levee/feed/book_file.h"

#include "levee/base/fields.h"
#include "tests/feed/markets.h"

#include <fmt/core.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::good_book;
using test::written;
using ::testing::HasSubstr;

BookFile book_of(std::string_view text) {
  auto book = read_book(written("book.toml", text));
  EXPECT_TRUE(book) << (book ? "" : book.error().message);
  return book ? *std::move(book) : BookFile{};
}

// A default as the page writes it.
std::string default_text(double value) { return fmt::format("`{}`", value); }
std::string default_text(const std::string& value) { return fmt::format("`\"{}\"`", value); }
std::string default_text(const std::optional<double>& value) {
  return value ? default_text(*value) : "-";
}
std::string default_text(const std::vector<double>& values) {
  return fmt::format("`[{}]`", fmt::join(values, ", "));
}

std::string default_text(const std::vector<std::string>& values) {
  return values.empty() ? "`[]`" : fmt::format("`[\"{}\"]`", fmt::join(values, "\", \""));
}

std::string with_position(const std::string& lines) {
  return "[book]\nbase = \"ETH\"\nquote = \"USDC\"\n[[position]]\n" + lines;
}

TEST(BookFile, ReadsBookPositionAndPolicy) {
  const auto [draft, policy] = book_of(good_book());
  EXPECT_EQ(draft.base, "ETH");
  EXPECT_EQ(draft.rest.idle_cash, Usd{150'000});
  ASSERT_EQ(draft.positions.size(), 1U);
  const auto& position = draft.positions[0];
  EXPECT_EQ(position.name, "wide");
  EXPECT_EQ(position.protocol, "uniswap-v3");
  EXPECT_THAT(position.place, HasSubstr("book.toml:6"));
  EXPECT_EQ(std::get<book::PriceRange>(position.range).upper, Price{3750});
  EXPECT_EQ(std::get<Usd>(position.size), Usd{1'000'000});
  EXPECT_EQ(position.entry_price, Price{3000});
  EXPECT_EQ(text_of(*position.entry_at), "2026-01-10T12:00:00Z");
  EXPECT_EQ(position.fees_earned, Usd{1200.5});
  EXPECT_EQ(policy.tenors_days, (std::vector<double>{30, 110, 220}));
}

TEST(BookFile, ReadsARangeInTicksWithRawLiquidity) {
  const auto book = book_of(with_position(
      "tick_lower = 193380\ntick_upper = 199990\ntick_spacing = 10\nbase_decimals = 18\n"
      "quote_decimals = 6\nbase_is_token0 = false\nliquidity = \"11263751935226816506\"\n"
      "entry = \"market\"\n"));
  const auto& position = book.draft.positions[0];
  EXPECT_EQ(position.name, "position 1");
  const auto& range = std::get<book::TickRange>(position.range);
  EXPECT_EQ(range.lower, Tick{193380});
  EXPECT_EQ(range.spacing, TickSpacing{10});
  EXPECT_EQ(range.quoting, (amm::Quoting{18, 6, false}));
  EXPECT_NEAR(std::get<amm::HumanLiquidity>(position.size).value(), 11263751.935226816, 1e-6);
  EXPECT_FALSE(position.entry_price);
  EXPECT_FALSE(position.entry_at);
}

TEST(BookFile, ReadsPercentagesAndFullRanges) {
  const auto around = book_of(with_position(
      "range_below_pct = 20\nrange_above_pct = 30\nliquidity = 5000.5\nentry = \"market\"\n"));
  const auto& range = std::get<book::PercentRange>(around.draft.positions[0].range);
  EXPECT_DOUBLE_EQ(range.below.value(), 0.2);
  EXPECT_DOUBLE_EQ(range.above.value(), 0.3);
  EXPECT_EQ(std::get<amm::HumanLiquidity>(around.draft.positions[0].size).value(), 5000.5);
  const auto full =
      book_of(with_position("full_range = true\ndeposit_usd = 5\nentry = \"market\"\n"));
  EXPECT_TRUE(std::holds_alternative<book::FullRange>(full.draft.positions[0].range));
}

TEST(BookFile, ReadsWhatIsHeldAndOwed) {
  const auto rest =
      book_of(good_book() +
              "[[option]]\ninstrument = \"ETH-27FEB26-2500-P\"\nquantity_contracts = -3\n"
              "[[perp]]\nquantity_tokens = -12.5\n"
              "[[loan]]\nname = \"aave\"\nowed_usd = 1000\nowed_tokens = 2\nrate_per_year = 0.05\n"
              "[[cover]]\nprotocol = \"uniswap-v3\"\nlimit_usd = 5e5\npremium_per_year = 0.025\n")
          .draft.rest;
  ASSERT_EQ(rest.lots.size(), 2U);
  EXPECT_EQ(rest.lots[0].name, "ETH-27FEB26-2500-P");
  EXPECT_EQ(std::get<option::Contract>(rest.lots[0].instrument).strike, Price{2500});
  EXPECT_EQ(rest.lots[0].quantity, Tokens{-3});
  EXPECT_EQ(rest.lots[1].name, "ETH-PERP");
  EXPECT_EQ(rest.lots[1].quantity, Tokens{-12.5});
  EXPECT_EQ(rest.loans[0].rate, Rate{0.05});
  EXPECT_EQ(rest.loans[0].base_owed, Tokens{2});
  EXPECT_EQ(rest.covers[0].limit, Usd{500'000});
  EXPECT_EQ(rest.covers[0].name, "cover 1");
}

TEST(BookFile, ReadsHowAnOptionWasBoughtWholeOrNotAtAll) {
  const auto with = [](const std::string& lines) {
    return good_book() + "[[option]]\ninstrument = \"ETH-27FEB26-2500-P\"\n" +
           "quantity_contracts = 3\n" + lines;
  };
  const std::string bought = "paid_usd_per_contract = 80\nbought_time = \"2026-01-02\"\n";
  const auto read = book_of(with(bought + "extrinsic_share = 0.25\nrolls_done = 2\n" +
                                 "rolled_time = \"2026-01-05\"\n"))
                        .draft.rest.lots.at(0)
                        .bought;
  ASSERT_TRUE(read);
  EXPECT_EQ(read->paid, Usd{80});
  EXPECT_EQ(read->extrinsic, Usd{20});
  EXPECT_EQ(read->at, *moment_from("2026-01-02"));
  EXPECT_EQ(read->rolls, 2);
  EXPECT_EQ(read->rolled_at, *moment_from("2026-01-05"));
  const auto refusal = [&](const std::string& lines) {
    return read_book(written("book.toml", with(lines))).error().message;
  };
  EXPECT_THAT(refusal("bought_time = \"2026-01-02\"\n"), HasSubstr("go together"));
  EXPECT_THAT(refusal("rolls_done = 2\n"), HasSubstr("rolls_done without paid_usd_per_contract"));
  EXPECT_THAT(refusal(bought + "rolls_done = 1.5\n"), HasSubstr("rolls_done is no count"));
  EXPECT_THAT(refusal(bought + "extrinsic_share = -0.1\n"), HasSubstr("is below 0"));
  EXPECT_THAT(refusal(bought + "extrinsic_share = 1.5\n"), HasSubstr("is beyond 1"));
}

TEST(BookFile, ReadsMarginsPledgesDeductiblesAndOtherAssets) {
  const auto rest =
      book_of(good_book() +
              "[[option]]\ninstrument = \"BTC-27FEB26-90000-P\"\nquantity_contracts = 2\n"
              "[[perp]]\nquantity_tokens = -12.5\ncollateral_usd = 4000\n"
              "[[perp]]\nquantity_tokens = 1\nasset = \"BTC\"\ncollateral_usd = 9000\n"
              "maintenance_share = 0.005\nliquidation_fee_share = 0\n"
              "[[loan]]\nowed_usd = 1000\nrate_per_year = 0.05\ncollateral_tokens = 2\n"
              "liquidation_threshold = 0.83\n"
              "[[loan]]\nowed_tokens = 1\nrate_per_year = 0.05\ncollateral_usd = 8000\n"
              "liquidation_threshold = 0.8\nliquidation_bonus = 0.1\n"
              "[[cover]]\nprotocol = \"uniswap-v3\"\nlimit_usd = 5e5\npremium_per_year = 0.025\n"
              "deductible_usd = 1000\n")
          .draft.rest;
  EXPECT_EQ(rest.lots[0].asset, "BTC");
  EXPECT_FALSE(rest.lots[0].margin);
  EXPECT_EQ(rest.lots[1].asset, "");
  EXPECT_EQ(rest.lots[1].margin->collateral, Usd{4000});
  EXPECT_EQ(rest.lots[1].margin->maintenance, Share{0.01});
  EXPECT_EQ(rest.lots[1].margin->fee, Share{0.01});
  EXPECT_EQ(rest.lots[2].name, "BTC-PERP");
  EXPECT_EQ(rest.lots[2].asset, "BTC");
  EXPECT_EQ(rest.lots[2].margin->maintenance, Share{0.005});
  EXPECT_EQ(rest.lots[2].margin->fee, Share{0});
  EXPECT_EQ(rest.loans[0].pledge->base, Tokens{2});
  EXPECT_EQ(rest.loans[0].pledge->quote, Usd{0});
  EXPECT_EQ(rest.loans[0].pledge->bonus, Share{0.05});
  EXPECT_EQ(rest.loans[1].pledge->quote, Usd{8000});
  EXPECT_EQ(rest.loans[1].pledge->threshold, Share{0.8});
  EXPECT_EQ(rest.covers[0].deductible, Usd{1000});
}

TEST(BookFile, ReadsEveryFieldThePolicyDescribes) {
  std::string text = edited(good_book(), "horizon_days = 30\nmode = \"scenario_match\"\n", "");
  hedge::Policy fresh;
  for_fields(fresh, [&](std::string_view name, auto& field, std::string_view) {
    using Field = std::remove_reference_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, double>) {
      text += std::string(name) + " = " + std::to_string(field) + "\n";
    } else if constexpr (std::is_same_v<Field, std::optional<double>>) {
      const bool small = name == "floor_z" || name == "beta_down";
      text += std::string(name) + (small ? " = 2\n" : " = 4321\n");
    } else if constexpr (std::is_same_v<Field, std::vector<std::string>>) {
      text += std::string(name) + (name == "layers_off"      ? " = [\"collar\"]\n"
                                   : name == "robust_worlds" ? " = []\n"
                                                             : " = [\"put_shield 10\"]\n");
    }
  });
  const auto policy = book_of(text).policy;
  EXPECT_EQ(policy.tail_limit_usd, 4321);
  EXPECT_EQ(policy.carry_usd_per_year, 4321);
  EXPECT_EQ(policy.floor_z, 2);
  EXPECT_EQ(policy.beta_down, 2);
  EXPECT_EQ(policy.smaller_cap_usd, 4321);
  EXPECT_EQ(policy.worth_over_value, 4321);
  EXPECT_EQ(policy.layers_off, std::vector<std::string>{"collar"});
  EXPECT_EQ(policy.layer_budgets, std::vector<std::string>{"put_shield 10"});
  EXPECT_EQ(policy.price_of_tail, fresh.price_of_tail);
}

TEST(BookFile, LeavesDefaultsWithoutAPolicy) {
  const auto text = good_book();
  const auto policy = book_of(text.substr(0, text.find("[policy]"))).policy;
  EXPECT_EQ(policy.horizon_days, hedge::Policy{}.horizon_days);
  EXPECT_FALSE(policy.tail_limit_usd);
}

TEST(BookFile, SaysTheLineOfAPolicyOutOfItsRange) {
  const auto refused = read_book(written("book.toml", good_book() + "confidence = 1.5\n"));
  EXPECT_EQ(refused.error().reason, Reason::out_of_range);
  EXPECT_THAT(refused.error().message, HasSubstr("book.toml:20: confidence = 1.5"));
}

TEST(BookFile, OfTheExampleResolvesInAnyMarket) {
  const auto book = read_book(std::string(LEVEE_SOURCE) + "/examples/eth-usdc.toml");
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_EQ(book->draft.rest.idle_cash, Usd{150'000});
  for (const double spot : {1800.0, 3028.39}) {
    const auto held = book::resolve(book->draft, Price{spot}, *moment_from("2026-01-20"));
    ASSERT_TRUE(held) << held.error().message;
    EXPECT_NEAR(held->positions[0].range.bounds.lower.value(), 0.75 * spot, 1e-9);
    EXPECT_NEAR(held->positions[0].range.bounds.upper.value(), 1.25 * spot, 1e-9);
    const auto exposure = amm::exposure_at(held->positions[0].range, Price{spot});
    EXPECT_NEAR(exposure.value.value(), 1e6, 1e-3);
  }
}

TEST(BookFile, IsDocumentedKeyByKeyWithItsDefaults) {
  const auto page = test::text_in(std::string(LEVEE_SOURCE) + "/docs/book-format.md");
  hedge::Policy policy;
  for_fields(policy, [&](std::string_view name, auto& field, std::string_view about) {
    const auto row = fmt::format("| `{}` | {} | {} |\n", name, default_text(field), about);
    EXPECT_NE(page.find(row), std::string::npos) << "docs/book-format.md lacks " << row;
  });
}

}  // namespace
}  // namespace levee::feed
