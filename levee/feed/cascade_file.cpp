#include "levee/feed/cascade_file.h"

#include "feed_embedded.h"
#include "levee/feed/shown.h"
#include "levee/feed/toml_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::feed {
namespace {

using scenario::CascadeEvent;
using Keys = std::span<const std::string_view>;

constexpr Measure dollars{.unit = "USD", .sign = Sign::positive, .most = 1e12};
constexpr Measure coins{.unit = "whole coins", .sign = Sign::not_negative, .most = 1e11};
constexpr Measure share{.unit = "share, 0 to 1", .sign = Sign::not_negative, .most = 1};
constexpr Measure a_day{.unit = "rate a day", .sign = Sign::not_negative, .most = 1000};
constexpr Measure crowd{.unit = "users", .sign = Sign::not_negative, .most = 1e8};
constexpr Measure gwei{.unit = "gwei", .sign = Sign::positive, .most = 1e6};
constexpr Measure anything{.unit = "number", .sign = Sign::positive, .most = 1e12};

template <class Kind>
struct Word {
  std::string_view word;
  Kind kind;
};

template <class Kind, std::size_t count>
Kind one_of(TomlTable& table, std::string_view key, const std::array<Word<Kind>, count>& words) {
  std::string list;
  for (const auto& one : words) list += fmt::format("{}{}", list.empty() ? "" : ", ", one.word);
  const std::string said = table.text(key, list);
  for (const auto& one : words) {
    if (one.word == said) return one.kind;
  }
  table.refuse(key, fmt::format("{} is not known (known are {})", shown(said), list));
  return words.front().kind;
}

constexpr std::array curves{Word{"product", scenario::Curve::product},
                            Word{"range", scenario::Curve::range},
                            Word{"stable", scenario::Curve::stable}};
constexpr std::array ways{Word{"sell_to_pool", scenario::Way::sell_to_pool},
                          Word{"hand_in", scenario::Way::hand_in}};
constexpr std::array sides{Word{"coin", scenario::Side::coin},
                           Word{"quote", scenario::Side::quote}};
constexpr std::array places{Word{"bridge", scenario::Place::bridge},
                            Word{"pool", scenario::Place::pool},
                            Word{"lender", scenario::Place::lender}};
constexpr std::array strikes{Word{"take_backing", scenario::Strike::Kind::take_backing},
                             Word{"steal_pool", scenario::Strike::Kind::steal_pool},
                             Word{"pull_liquidity", scenario::Strike::Kind::pull_liquidity},
                             Word{"sell", scenario::Strike::Kind::sell}};

// Moments as blocks of one event.
class Clock {
 public:
  Clock(UnixSeconds began, double block_seconds) : began_(began), block_seconds_(block_seconds) {}

  std::optional<std::int64_t> block_if(TomlTable& table, std::string_view key) const {
    const auto moment = table.moment_if(key);
    if (!moment || table.fault()) return std::nullopt;
    const double block = static_cast<double>((*moment - began_).value()) / block_seconds_;
    if (!(block >= 0 && block <= 1e9)) {
      table.refuse(key, "lies before the event (began)");
      return std::nullopt;
    }
    return static_cast<std::int64_t>(block);
  }

  std::int64_t block(TomlTable& table, std::string_view key) const {
    if (!table.has(key)) table.refuse(key, "is missing (a moment, UTC)");
    return block_if(table, key).value_or(0);
  }

 private:
  UnixSeconds began_;
  double block_seconds_;
};

scenario::RunTerms run_in(TomlTable& table) {
  return {.quiet = table.number_if("run_quiet_per_day", a_day).value_or(0),
          .alarm = table.number_if("run_alarm_per_day", a_day).value_or(0),
          .per_loss = table.number_if("run_per_loss_per_day", a_day).value_or(0),
          .per_shortfall = table.number_if("run_per_shortfall_per_day", a_day).value_or(0)};
}

void read_pool(TomlTable& table, CascadeEvent& event) {
  constexpr Measure fee{
      .unit = "share of a swap, below 0.5", .sign = Sign::not_negative, .most = 0.499};
  constexpr Measure whole{
      .unit = "A as the contract stores it, whole", .sign = Sign::positive, .most = 1e6};
  constexpr Measure part{
      .unit = "share, above 0 and below 1", .sign = Sign::positive, .most = 0.999999};
  constexpr std::array<std::string_view, 12> keys{"curve",
                                                  "worth_usd",
                                                  "fee_share",
                                                  "coin_share",
                                                  "amplification",
                                                  "lower",
                                                  "upper",
                                                  "users",
                                                  "run_quiet_per_day",
                                                  "run_alarm_per_day",
                                                  "run_per_loss_per_day",
                                                  "run_per_shortfall_per_day"};
  table.only(keys);
  scenario::PoolTerms& pool = event.pool;
  pool.curve = one_of(table, "curve", curves);
  pool.worth_usd = table.number("worth_usd", dollars);
  pool.fee = table.number("fee_share", fee);
  pool.coin_share = table.number_if("coin_share", part).value_or(0.5);
  event.pool_users = table.number_if("users", crowd).value_or(0);
  event.pool_run = run_in(table);
  if (pool.curve == scenario::Curve::stable) {
    pool.amplification = table.whole("amplification", whole);
  } else if (table.has("amplification") || table.has("coin_share")) {
    table.refuse("curve", "knows no amplification and no coin_share (only stable does)");
  }
  if (pool.curve != scenario::Curve::range) return;
  pool.lower = table.number("lower", anything), pool.upper = table.number("upper", anything);
  if (!(pool.lower < 1 && pool.upper > 1)) {
    table.refuse("lower", "and upper must lie on both sides of 1 (shares of par)");
  }
}

scenario::BridgeTerms bridge_in(TomlTable& table) {
  constexpr std::array<std::string_view, 9> keys{"backing",
                                                 "minted",
                                                 "day_limit",
                                                 "due_share",
                                                 "users",
                                                 "run_quiet_per_day",
                                                 "run_alarm_per_day",
                                                 "run_per_loss_per_day",
                                                 "run_per_shortfall_per_day"};
  table.only(keys);
  return {.backing = table.number("backing", coins),
          .minted = table.number("minted", coins),
          .day_limit = table.number_if("day_limit", coins).value_or(0),
          .due_share = table.number_if("due_share", share).value_or(1),
          .users = table.number_if("users", crowd).value_or(0),
          .run = run_in(table)};
}

scenario::LenderTerms lender_in(TomlTable& table) {
  constexpr std::array<std::string_view, 18> keys{"name",
                                                  "asset",
                                                  "supplied",
                                                  "lent",
                                                  "day_limit",
                                                  "due_share",
                                                  "users",
                                                  "run_quiet_per_day",
                                                  "run_alarm_per_day",
                                                  "run_per_loss_per_day",
                                                  "run_per_shortfall_per_day",
                                                  "ltv_low",
                                                  "ltv_high",
                                                  "threshold",
                                                  "bonus",
                                                  "kink",
                                                  "slope1",
                                                  "slope2"};
  constexpr Measure rate{.unit = "a year", .sign = Sign::not_negative, .most = 100};
  table.only(keys);
  scenario::LenderTerms lender{.name = table.text("name", "of the lender"),
                               .asset = one_of(table, "asset", sides),
                               .supplied = table.number("supplied", coins),
                               .lent = table.number("lent", coins),
                               .day_limit = table.number_if("day_limit", coins).value_or(0),
                               .due_share = table.number_if("due_share", share).value_or(0.5),
                               .users = table.number_if("users", crowd).value_or(0),
                               .run = run_in(table)};
  lender.ltv_low = table.number_if("ltv_low", share).value_or(0);
  lender.ltv_high = table.number_if("ltv_high", share).value_or(0);
  lender.threshold = table.number_if("threshold", share).value_or(0);
  lender.bonus = table.number_if("bonus", share).value_or(0);
  lender.kink = table.number_if("kink", share).value_or(lender.kink);
  lender.slope1 = table.number_if("slope1", rate).value_or(lender.slope1);
  lender.slope2 = table.number_if("slope2", rate).value_or(lender.slope2);
  return lender;
}

void read_path(TomlTable& root, const Clock& clock, CascadeEvent& event) {
  constexpr std::array<std::string_view, 3> keys{"at", "price_usd", "gas_gwei"};
  for (TomlTable& table : root.tables("path")) {
    table.only(keys);
    const double price = table.number("price_usd", dollars);
    event.path.push_back({.block = clock.block(table, "at"),
                          .share_of_par = price / event.par,
                          .gas_gwei = table.number_if("gas_gwei", gwei).value_or(0)});
    if (root.fault()) return;
  }
}

void read_strikes(TomlTable& root, const Clock& clock, CascadeEvent& event) {
  constexpr std::array<std::string_view, 4> keys{"at", "kind", "amount", "about"};
  using Kind = scenario::Strike::Kind;
  for (TomlTable& table : root.tables("strike")) {
    table.only(keys);
    scenario::Strike strike{.block = clock.block(table, "at"),
                            .kind = one_of(table, "kind", strikes),
                            .about = table.text("about", "what happens, in words")};
    const bool is_share = strike.kind == Kind::steal_pool || strike.kind == Kind::pull_liquidity;
    strike.amount = table.number("amount", is_share ? share : coins);
    event.strikes.push_back(std::move(strike));
  }
  constexpr std::array<std::string_view, 3> pause_keys{"place", "from", "to"};
  for (TomlTable& table : root.tables("pause")) {
    table.only(pause_keys);
    const std::int64_t from = clock.block(table, "from");
    event.pauses.push_back({.place = one_of(table, "place", places),
                            .from = from,
                            .to = clock.block_if(table, "to").value_or(2'000'000'000)});
  }
}

void read_words(TomlTable& root, CascadeEvent& event) {
  constexpr std::array<std::string_view, 3> keys{"at", "what", "source"};
  for (TomlTable& table : root.tables("chronicle")) {
    table.only(keys);
    const auto at = table.moment_if("at");
    if (!at) table.refuse("at", "is missing (a moment, UTC)");
    event.chronicle.push_back({at.value_or(UnixSeconds{}), table.text("what", "happened"),
                               table.text("source", "where to look it up")});
  }
  constexpr std::array<std::string_view, 1> stylised_keys{"what"};
  for (TomlTable& table : root.tables("stylised")) {
    table.only(stylised_keys);
    event.stylised.push_back(table.text("what", "was assumed"));
  }
}

void read_markets(TomlTable& root, CascadeEvent& event) {
  constexpr Measure hours{.unit = "hours", .sign = Sign::positive, .most = 10'000};
  constexpr Measure off{.unit = "share of the price", .sign = Sign::positive, .most = 1};
  constexpr std::array<std::string_view, 2> oracle_keys{"deviation_share", "heartbeat_hours"};
  constexpr std::array<std::string_view, 4> gas_keys{"quiet_gwei", "coin_usd", "exit_gas",
                                                     "rival_gwei"};
  if (auto table = root.table_if("oracle")) {
    table->only(oracle_keys);
    event.oracle.deviation = table->number("deviation_share", off);
    event.oracle.heartbeat = std::max<std::int64_t>(
        1, std::llround(table->number("heartbeat_hours", hours) * 3600 / event.block_seconds));
  }
  if (auto table = root.table_if("gas")) {
    constexpr Measure units{.unit = "gas of leaving", .sign = Sign::positive, .most = 30e6};
    constexpr Measure tip{.unit = "gwei", .sign = Sign::not_negative, .most = 1e6};
    table->only(gas_keys);
    event.gas.quiet_gwei = table->number("quiet_gwei", gwei);
    event.gas.coin_usd = table->number("coin_usd", dollars);
    event.gas.exit_gas = table->whole("exit_gas", units);
    event.gas.rival_gwei = table->number_if("rival_gwei", tip).value_or(event.gas.rival_gwei);
  }
}

Keys root_keys() {
  static constexpr std::array<std::string_view, 25> keys{
      "version",         "name",    "title",     "about",         "source",  "coin", "began",
      "noticed",         "reacted", "until",     "block_seconds", "par_usd", "way",  "step_blocks",
      "depth_deviation", "pool",    "bridge",    "lender",        "oracle",  "gas",  "path",
      "strike",          "pause",   "chronicle", "stylised"};
  return keys;
}

void read_head(TomlTable& root, CascadeEvent& event) {
  constexpr Measure first{
      .unit = "version of the file's shape: 1", .sign = Sign::positive, .most = 1};
  constexpr Measure seconds{.unit = "seconds of a block", .sign = Sign::positive, .most = 3600};
  constexpr Measure spread{
      .unit = "deviation of a logarithm", .sign = Sign::not_negative, .most = 1};
  constexpr Measure step{.unit = "blocks between two looks", .sign = Sign::positive, .most = 1e6};
  root.only(root_keys());
  root.whole("version", first);
  event.name = root.text("name", "of the event");
  event.title = root.text("title", "one line");
  event.about = root.text("about", "what happened");
  event.source = root.text("source", "where to look it up");
  event.coin = root.text("coin", "what breaks");
  event.block_seconds = root.number("block_seconds", seconds);
  event.par = root.number("par_usd", dollars);
  event.way = one_of(root, "way", ways);
  event.depth_deviation = root.number_if("depth_deviation", spread).value_or(0);
  if (root.has("step_blocks")) event.step = root.whole("step_blocks", step);
  const auto began = root.moment_if("began");
  if (!began) root.refuse("began", "is missing (a moment, UTC)");
  event.began = began.value_or(UnixSeconds{});
}

Result<CascadeEvent> event_in(TomlDocument& document) {
  TomlTable root = root_of(document);
  CascadeEvent event;
  read_head(root, event);
  if (root.fault()) return *root.fault();
  const Clock clock(event.began, event.block_seconds);
  event.noticed = clock.block(root, "noticed");
  event.own_lag = clock.block(root, "reacted");
  event.blocks = clock.block(root, "until");
  if (auto table = root.table_if("pool")) {
    read_pool(*table, event);
  } else {
    root.refuse("pool", "is missing (a table [pool])");
  }
  if (auto table = root.table_if("bridge")) event.bridge = bridge_in(*table);
  for (TomlTable& table : root.tables("lender")) event.lenders.push_back(lender_in(table));
  read_markets(root, event);
  read_path(root, clock, event);
  read_strikes(root, clock, event);
  read_words(root, event);
  if (root.fault()) return *root.fault();
  if (const auto fit = scenario::fit_to_play(event); !fit) {
    return fail(fit.error().reason, fmt::format("{}: {}", document.path, fit.error().message));
  }
  return event;
}

struct BuiltIn {
  std::string_view name, text;
};
constexpr std::array built_in{BuiltIn{"ronin-2022", embedded::ronin_2022_toml},
                              BuiltIn{"ust-2022", embedded::ust_2022_toml}};

}  // namespace

Result<CascadeEvent> read_cascade(const std::string& path) {
  auto document = read_toml(path);
  if (!document) return document.error();
  return event_in(**document);
}

std::vector<std::string_view> cascades_known() {
  std::vector<std::string_view> names;
  for (const BuiltIn& one : built_in) names.push_back(one.name);
  return names;
}

Result<CascadeEvent> cascade_named(std::string_view name) {
  for (const BuiltIn& one : built_in) {
    if (one.name != name) continue;
    auto document = toml_from(fmt::format("{}.toml", name), one.text);
    if (!document) return document.error();
    return event_in(**document);
  }
  return fail(Reason::missing_data,
              fmt::format("event {} (known are {}; --event-file plays one of your own)",
                          shown(std::string(name)), fmt::join(cascades_known(), ", ")));
}

}  // namespace levee::feed
