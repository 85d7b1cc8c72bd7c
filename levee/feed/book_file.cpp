#include "levee/feed/book_file.h"

#include "levee/base/fields.h"
#include "levee/feed/instrument.h"
#include "levee/feed/shown.h"
#include "levee/feed/toml_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include <fmt/core.h>

namespace levee::feed {
namespace {

// More than all the money there is, and still far from where sums of squares leave a double.
constexpr double most_usd = 1e18, most_tokens = 1e30;

constexpr Measure usd_positive{.unit = "USD", .sign = Sign::positive, .most = most_usd};
constexpr Measure usd_not_negative{.unit = "USD", .sign = Sign::not_negative, .most = most_usd};
constexpr Measure tokens_any{.unit = "base tokens, negative is short", .most = most_tokens};
constexpr Measure tokens_not_negative{
    .unit = "base tokens", .sign = Sign::not_negative, .most = most_tokens};
constexpr Measure price{.unit = "quote per base", .sign = Sign::positive};
constexpr Measure ticks{.unit = "ticks", .most = 887272};
constexpr Measure rate{
    .unit = "share per year in decimals: 0.05 is 5 %", .sign = Sign::not_negative, .most = 1};

constexpr std::array<std::string_view, 7> root_keys{"book", "position", "option", "perp",
                                                    "loan", "cover",    "policy"};
constexpr std::array<std::string_view, 4> book_keys{"base", "quote", "idle_cash_usd",
                                                    "wallet_tokens"};
constexpr std::array<std::string_view, 20> position_keys{
    "name",           "protocol",        "stands_on",       "price_lower",     "price_upper",
    "tick_lower",     "tick_upper",      "tick_spacing",    "base_decimals",   "quote_decimals",
    "base_is_token0", "range_below_pct", "range_above_pct", "full_range",      "deposit_usd",
    "liquidity",      "entry",           "entry_time",      "entry_price_usd", "fees_earned_usd"};
constexpr std::array<std::string_view, 8> option_keys{
    "instrument",  "quantity_contracts", "venue",      "paid_usd_per_contract",
    "bought_time", "extrinsic_share",    "rolls_done", "rolled_time"};
constexpr std::array<std::string_view, 6> perp_keys{"quantity_tokens",       "asset",
                                                    "collateral_usd",        "maintenance_share",
                                                    "liquidation_fee_share", "venue"};
constexpr std::array<std::string_view, 9> loan_keys{"name",
                                                    "protocol",
                                                    "owed_usd",
                                                    "owed_tokens",
                                                    "rate_per_year",
                                                    "collateral_usd",
                                                    "collateral_tokens",
                                                    "liquidation_threshold",
                                                    "liquidation_bonus"};
constexpr std::array<std::string_view, 8> cover_keys{"name",
                                                     "protocol",
                                                     "limit_usd",
                                                     "premium_per_year",
                                                     "deductible_usd",
                                                     "claim_chance",
                                                     "fails_with_event_chance",
                                                     "provider"};

int decimals_in(TomlTable& table, std::string_view key) {
  return table.whole(
      key, {.unit = "decimals of the token, 0 to 36", .sign = Sign::not_negative, .most = 36});
}

book::TickRange ticks_in(TomlTable& table) {
  book::TickRange range{
      .lower = Tick{table.whole("tick_lower", ticks)},
      .upper = Tick{table.whole("tick_upper", ticks)},
      .spacing = TickSpacing{table.whole(
          "tick_spacing",
          {.unit = "ticks, 10 for a 0.05 % pool", .sign = Sign::positive, .most = 16384})},
      .quoting = {.base_decimals = decimals_in(table, "base_decimals"),
                  .quote_decimals = decimals_in(table, "quote_decimals"),
                  .base_is_token0 = false}};
  const std::string_view about = "false for USDC-WETH on Ethereum: the dollar is token0";
  if (!table.has("base_is_token0")) {
    table.refuse("base_is_token0", fmt::format("is missing ({})", about));
  }
  range.quoting.base_is_token0 = table.flag_if("base_is_token0", about).value_or(false);
  return range;
}

book::PercentRange percents_in(TomlTable& table) {
  const double below = table.number("range_below_pct", {.unit = "per cent of the entry price, "
                                                                "below 100",
                                                        .sign = Sign::positive,
                                                        .most = 100});
  const double above = table.number(
      "range_above_pct", {.unit = "per cent of the entry price", .sign = Sign::positive});
  if (below >= 100) table.refuse("range_below_pct", "reaches price 0 (say full_range = true)");
  return {.below = Share{below / 100}, .above = Share{above / 100}};
}

// Keys that would say nothing here are mistakes, and decimals are for raw numbers alone.
void refuse_idle_keys(TomlTable& table, bool in_ticks) {
  if (in_ticks) return;
  for (const std::string_view key : {"tick_spacing", "base_is_token0"}) {
    if (table.has(key)) table.refuse(key, "belongs to tick_lower and tick_upper (remove it)");
  }
  for (const std::string_view key : {"base_decimals", "quote_decimals"}) {
    if (!table.has(key) || table.is_text("liquidity")) continue;
    table.refuse(key, "belongs to ticks or raw liquidity (remove it)");
  }
}

void read_range(TomlTable& table, book::LpDraft& draft) {
  const bool prices = table.has("price_lower") || table.has("price_upper");
  const bool in_ticks = table.has("tick_lower") || table.has("tick_upper");
  const bool percents = table.has("range_below_pct") || table.has("range_above_pct");
  const bool full = table.flag_if("full_range", "true for a full range").value_or(false);
  const auto ways = {prices, in_ticks, percents, full};
  if (std::count(ways.begin(), ways.end(), true) != 1) {
    return table.refuse(draft.name,
                        "must say its range once (price_lower and price_upper, tick_lower and "
                        "tick_upper, range_below_pct and range_above_pct, or full_range = true)");
  }
  refuse_idle_keys(table, in_ticks);
  if (prices) {
    const double lower = table.number("price_lower", price);
    draft.range =
        book::PriceRange{.lower = Price{lower}, .upper = Price{table.number("price_upper", price)}};
  } else if (in_ticks) {
    draft.range = ticks_in(table);
  } else if (percents) {
    draft.range = percents_in(table);
  } else {
    draft.range = book::FullRange{};
  }
}

// HumanLiquidity in quotes is the pool's raw integer, too long for a TOML number; a number is
// human.
amm::HumanLiquidity liquidity_in(TomlTable& table) {
  if (!table.is_text("liquidity")) {
    return amm::HumanLiquidity{table.number(
        "liquidity", {.unit = "human liquidity, sqrt(base * quote)", .sign = Sign::positive})};
  }
  const auto raw =
      number_from(table.text("liquidity", "the pool's raw integer"),
                  {.unit = "raw liquidity, a uint128", .sign = Sign::positive, .most = 0x1p128});
  if (!raw) {
    table.refuse("liquidity", raw.error().message);
    return {};
  }
  const amm::Quoting quoting{.base_decimals = decimals_in(table, "base_decimals"),
                             .quote_decimals = decimals_in(table, "quote_decimals")};
  return amm::human_liquidity(*raw, quoting);
}

void read_entry(TomlTable& table, book::LpDraft& draft) {
  const auto entry = table.text_if("entry", "\"market\"");
  const bool priced = table.has("entry_price_usd") || table.has("entry_time");
  if (entry && *entry != "market") {
    table.refuse("entry", fmt::format("{} is not an entry (say \"market\", or leave it out and "
                                      "give entry_price_usd and entry_time)",
                                      shown(*entry)));
  } else if (entry.has_value() == priced) {
    table.refuse(draft.name,
                 "must say its entry once (entry = \"market\", or entry_price_usd and entry_time)");
  }
  if (!priced) return;
  draft.entry_price = Price{table.number("entry_price_usd", price)};
  if (!table.has("entry_time")) table.refuse("entry_time", "is missing (a moment, UTC)");
  draft.entry_at = table.moment_if("entry_time");
}

book::LpDraft position_in(TomlTable& table, std::size_t count) {
  table.only(position_keys);
  book::LpDraft draft;
  draft.name = table.text_if("name", "what messages and reports call the position")
                   .value_or(fmt::format("position {}", count + 1));
  draft.protocol = table.text_if("protocol", "whose contracts hold it").value_or("");
  draft.stands_on = table.texts_if("stands_on", "issuers, a bridge, an oracle")
                        .value_or(std::vector<std::string>{});
  draft.place = table.place();
  read_range(table, draft);
  if (table.has("deposit_usd") == table.has("liquidity")) {
    table.refuse(draft.name, "must say its size once (deposit_usd or liquidity)");
  }
  if (table.has("liquidity")) {
    draft.size = liquidity_in(table);
  } else {
    draft.size = Usd{table.number("deposit_usd", usd_positive)};
  }
  read_entry(table, draft);
  draft.fees_earned = Usd{table.number_if("fees_earned_usd", usd_not_negative).value_or(0)};
  return draft;
}

// What was paid and when, both or neither; with them what has been rolled since.
std::optional<book::Bought> bought_in(TomlTable& table) {
  const auto paid = table.number_if("paid_usd_per_contract", usd_positive);
  const auto at = table.moment_if("bought_time");
  const double share =
      table.number_if("extrinsic_share", {.unit = "of what was paid", .most = 1}).value_or(1);
  const double rolls =
      table.number_if("rolls_done", {.unit = "in this episode", .most = 1000}).value_or(0);
  const auto rolled = table.moment_if("rolled_time");
  if (paid.has_value() != at.has_value()) {
    table.refuse("bought_time", "and paid_usd_per_contract go together (give both, or neither)");
  }
  if (share < 0) table.refuse("extrinsic_share", "is below 0 (a share of what was paid)");
  for (const std::string_view key : {"extrinsic_share", "rolls_done", "rolled_time"}) {
    if (!paid && !at && table.has(key)) {
      table.refuse(key, "without paid_usd_per_contract and bought_time (give those too, or none)");
    }
  }
  if (rolls < 0 || rolls != std::floor(rolls)) table.refuse("rolls_done", "is no count");
  if (!paid || !at) return std::nullopt;
  return book::Bought{.paid = Usd{*paid},
                      .extrinsic = Usd{share * *paid},
                      .at = *at,
                      .rolls = static_cast<int>(rolls),
                      .rolled_at = rolled};
}

book::Lot option_in(TomlTable& table, const std::string& base) {
  table.only(option_keys);
  const auto name = table.text("instrument", "ETH-27FEB26-2500-P");
  const double quantity = table.number(
      "quantity_contracts", {.unit = "contracts, negative is short", .most = most_tokens});
  if (quantity == 0) table.refuse("quantity_contracts", "is zero (remove the option)");
  const auto option = option_from(name);
  if (!option) {
    table.refuse("instrument", option.error().message);
    return {};
  }
  return {.name = name,
          .instrument = option->contract,
          .quantity = Tokens{quantity},
          .asset = option->currency == base ? "" : std::string(option->currency),
          .venue = table.text_if("venue", "who owes what it pays").value_or(""),
          .bought = bought_in(table)};
}

// A number in [0, 1), or (0, 1) where it must not be 0.
double share_in(TomlTable& table, std::string_view key, Sign sign, double otherwise) {
  const double given =
      table
          .number_if(key,
                     {.unit = "share in decimals: 0.05 is 5 %, below 1", .sign = sign, .most = 1})
          .value_or(otherwise);
  if (given == 1) table.refuse(key, "is the whole of it (must be below 1)");
  return given;
}

std::optional<book::Margin> margin_in(TomlTable& table) {
  if (!table.has("collateral_usd")) {
    for (const std::string_view key : {"maintenance_share", "liquidation_fee_share"}) {
      if (table.has(key)) table.refuse(key, "belongs to collateral_usd (give it, or remove this)");
    }
    return std::nullopt;
  }
  book::Margin margin;
  margin.collateral = Usd{table.number("collateral_usd", usd_positive)};
  margin.maintenance =
      Share{share_in(table, "maintenance_share", Sign::not_negative, margin.maintenance.value())};
  margin.fee =
      Share{share_in(table, "liquidation_fee_share", Sign::not_negative, margin.fee.value())};
  return margin;
}

book::Lot perp_in(TomlTable& table, const std::string& base) {
  table.only(perp_keys);
  const double quantity = table.number("quantity_tokens", tokens_any);
  if (quantity == 0) table.refuse("quantity_tokens", "is zero (remove the perp)");
  const auto asset = table.text_if("asset", "what the perp is on, \"BTC\"").value_or(base);
  return {.name = asset + "-PERP",
          .instrument = book::Perp{},
          .quantity = Tokens{quantity},
          .asset = asset == base ? "" : asset,
          .margin = margin_in(table),
          .venue = table.text_if("venue", "who owes what it pays").value_or("")};
}

std::optional<book::Pledge> pledge_in(TomlTable& table) {
  if (!table.has("collateral_usd") && !table.has("collateral_tokens")) {
    for (const std::string_view key : {"liquidation_threshold", "liquidation_bonus"}) {
      if (!table.has(key)) continue;
      table.refuse(key,
                   "belongs to collateral_usd or collateral_tokens (give one, or remove this)");
    }
    return std::nullopt;
  }
  book::Pledge pledge;
  pledge.quote = Usd{table.number_if("collateral_usd", usd_not_negative).value_or(0)};
  pledge.base = Tokens{table.number_if("collateral_tokens", tokens_not_negative).value_or(0)};
  if (pledge.quote.value() == 0 && pledge.base.value() == 0) {
    table.refuse(table.has("collateral_usd") ? "collateral_usd" : "collateral_tokens",
                 "is zero (remove it, or say what is pledged)");
  }
  if (!table.has("liquidation_threshold")) {
    table.refuse("liquidation_threshold",
                 "is missing (share of the collateral that a debt may reach: 0.83)");
  }
  pledge.threshold = Share{share_in(table, "liquidation_threshold", Sign::positive, 0.5)};
  pledge.bonus =
      Share{share_in(table, "liquidation_bonus", Sign::not_negative, pledge.bonus.value())};
  return pledge;
}

book::Loan loan_in(TomlTable& table, std::size_t count) {
  table.only(loan_keys);
  book::Loan loan{
      .name = table.text_if("name", "a name").value_or(fmt::format("loan {}", count + 1)),
      .quote_owed = Usd{table.number_if("owed_usd", usd_not_negative).value_or(0)},
      .base_owed = Tokens{table.number_if("owed_tokens", tokens_not_negative).value_or(0)},
      .rate = Rate{table.number("rate_per_year", rate)},
      .pledge = pledge_in(table),
      .protocol = table.text_if("protocol", "who holds what is pledged").value_or("")};
  if (loan.quote_owed.value() == 0 && loan.base_owed.value() == 0) {
    table.refuse(loan.name, "owes nothing (give owed_usd or owed_tokens)");
  }
  return loan;
}

book::Cover cover_in(TomlTable& table, std::size_t count) {
  table.only(cover_keys);
  return {.name = table.text_if("name", "a name").value_or(fmt::format("cover {}", count + 1)),
          .protocol = table.text("protocol", "whose failure it pays for"),
          .limit = Usd{table.number("limit_usd", usd_positive)},
          .premium = Rate{table.number("premium_per_year", rate)},
          .deductible = Usd{table.number_if("deductible_usd", usd_not_negative).value_or(0)},
          .claim = table.chance("claim_chance", Probability{1}),
          .fails_with = table.chance("fails_with_event_chance", Probability{0}),
          .provider = table.text_if("provider", "who pays").value_or("")};
}

void refuse_twice(TomlTable& table, const std::vector<book::LpDraft>& drafts,
                  const std::string& name) {
  const bool again = std::any_of(drafts.begin(), drafts.end(),
                                 [&](const book::LpDraft& other) { return other.name == name; });
  if (again) table.refuse("name", fmt::format("{} stands twice", shown(name)));
}

book::Draft draft_in(TomlTable& root) {
  book::Draft draft;
  auto book = root.table_if("book");
  if (!book) {
    root.refuse("[book]", "is missing (it names base and quote)");
    return draft;
  }
  book->only(book_keys);
  draft.base = book->text("base", "the asset, ETH");
  draft.quote = book->text("quote", "the dollar token, USDC");
  draft.rest.idle_cash = Usd{book->number_if("idle_cash_usd", usd_not_negative).value_or(0)};
  draft.rest.wallet = Tokens{book->number_if("wallet_tokens", tokens_not_negative).value_or(0)};
  for (TomlTable& table : root.tables("position")) {
    auto position = position_in(table, draft.positions.size());
    refuse_twice(table, draft.positions, position.name);
    draft.positions.push_back(std::move(position));
  }
  for (TomlTable& table : root.tables("option")) {
    draft.rest.lots.push_back(option_in(table, draft.base));
  }
  for (TomlTable& table : root.tables("perp")) {
    draft.rest.lots.push_back(perp_in(table, draft.base));
  }
  for (TomlTable& table : root.tables("loan")) {
    draft.rest.loans.push_back(loan_in(table, draft.rest.loans.size()));
  }
  for (TomlTable& table : root.tables("cover")) {
    draft.rest.covers.push_back(cover_in(table, draft.rest.covers.size()));
  }
  return draft;
}

// Reads whatever fields the policy describes, so that a new one needs no edit here.
void read_policy(TomlTable& table, hedge::Policy& policy) {
  std::vector<std::string_view> known;
  for_fields(policy,
             [&](std::string_view name, auto&, std::string_view) { known.push_back(name); });
  table.only(known);
  for_fields(policy, [&](std::string_view name, auto& field, std::string_view about) {
    using Field = std::remove_reference_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, std::string>) {
      field = table.text_if(name, about).value_or(field);
    } else if constexpr (std::is_same_v<Field, std::vector<double>>) {
      field = table.numbers_if(name, {.unit = about}).value_or(field);
    } else if constexpr (std::is_same_v<Field, std::vector<std::string>>) {
      field = table.texts_if(name, about).value_or(field);
    } else if constexpr (std::is_same_v<Field, std::optional<double>>) {
      const auto value = table.number_if(name, {.unit = about});
      if (value) field = value;
    } else {
      field = table.number_if(name, {.unit = about}).value_or(field);
    }
  });
}

// The policy's own check, with the line of the field its message begins with.
Result<Done> checked(const hedge::Policy& policy, TomlTable* table) {
  auto fine = hedge::check(policy);
  if (fine || table == nullptr) return fine;
  std::string_view message = fine.error().message;
  if (message.starts_with("policy: ")) message.remove_prefix(8);
  const std::size_t end = message.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
  const std::string_view field = message.substr(0, end);
  std::string_view problem = message.substr(field.size());
  if (problem.starts_with(' ')) problem.remove_prefix(1);
  table->refuse(field, problem, fine.error().reason);
  return *table->fault();
}

}  // namespace

Result<BookFile> read_book(const std::string& path) {
  auto document = read_toml(path);
  if (!document) return document.error();
  TomlTable root = root_of(**document);
  root.only(root_keys);
  BookFile file{.draft = draft_in(root), .policy = {}};
  auto policy = root.table_if("policy");
  if (policy) read_policy(*policy, file.policy);
  if (root.fault()) return *root.fault();
  if (file.draft.positions.empty()) {
    return fail(Reason::missing_data, fmt::format("{}: no [[position]] table (there is nothing to "
                                                  "value)",
                                                  path));
  }
  const auto fine = checked(file.policy, policy ? &*policy : nullptr);
  if (!fine) return fine.error();
  return file;
}

}  // namespace levee::feed
