#include "levee/feed/pool_pair.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include <fmt/core.h>

namespace levee::feed {
namespace {

constexpr std::array<std::string_view, 3> dollar_tokens{"USDC", "USDT", "DAI"};
constexpr std::array<PoolToken, 9> known_tokens{{{"USDC", 6},
                                                 {"USDT", 6},
                                                 {"DAI", 18},
                                                 {"WETH", 18},
                                                 {"ETH", 18},
                                                 {"WBTC", 8},
                                                 {"AAVE", 18},
                                                 {"UNI", 18},
                                                 {"LINK", 18}}};

bool is_dollar(std::string_view symbol) {
  return std::find(dollar_tokens.begin(), dollar_tokens.end(), symbol) != dollar_tokens.end();
}

std::string_view unwrapped(std::string_view symbol) {
  return symbol == "WETH" || symbol == "WBTC" ? symbol.substr(1) : symbol;
}

// The parts of a file's name between underscores, folders left out.
std::vector<std::string_view> parts_of(std::string_view path) {
  if (const auto slash = path.rfind('/'); slash != std::string_view::npos)
    path.remove_prefix(slash + 1);
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('_', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

using Symbols = std::array<std::string, 2>;

// Two symbols joined by a dash; a date has dashes too, but digits between them.
std::optional<Symbols> symbols_in(std::string_view path) {
  for (const std::string_view part : parts_of(path)) {
    const std::size_t dash = part.find('-');
    if (dash == 0 || dash == std::string_view::npos || dash + 1 == part.size()) continue;
    const bool letters = std::all_of(part.begin(), part.end(), [](char c) {
      return c == '-' || std::isalpha(static_cast<unsigned char>(c)) != 0;
    });
    if (letters)
      return Symbols{std::string(part.substr(0, dash)), std::string(part.substr(dash + 1))};
  }
  return std::nullopt;
}

// `close_usdc_per_weth`: USDC, WETH.
std::optional<Symbols> symbols_of_column(std::string_view name) {
  const auto parts = parts_of(name);
  if (parts.size() != 4 || parts[2] != "per") return std::nullopt;
  Symbols symbols{std::string(parts[1]), std::string(parts[3])};
  for (std::string& symbol : symbols) {
    for (char& c : symbol) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return symbols;
}

const PoolToken* token_called(std::string_view symbol) {
  const auto found = std::find_if(known_tokens.begin(), known_tokens.end(),
                                  [&](const PoolToken& token) { return token.symbol == symbol; });
  return found == known_tokens.end() ? nullptr : &*found;
}

}  // namespace

Result<PoolPair> pair_of(const PoolToken& token0, const PoolToken& token1, const PoolAsk& ask) {
  if (is_dollar(token0.symbol) == is_dollar(token1.symbol)) {
    return fail(Reason::not_supported,
                fmt::format("a pool of {} and {} (one of the two must be a dollar token: USDC, "
                            "USDT or DAI)",
                            token0.symbol, token1.symbol));
  }
  const bool base_is_token0 = is_dollar(token1.symbol);
  const PoolToken& base = base_is_token0 ? token0 : token1;
  const PoolToken& quote = base_is_token0 ? token1 : token0;
  if (!ask.base.empty() && unwrapped(base.symbol) != unwrapped(ask.base)) {
    return fail(Reason::bad_input, fmt::format("a pool of {} (the book is about {}; give its pool)",
                                               base.symbol, ask.base));
  }
  return PoolPair{.quoting = {.base_decimals = base.decimals,
                              .quote_decimals = quote.decimals,
                              .base_is_token0 = base_is_token0},
                  .note = {}};
}

Result<PoolPair> pair_of_names(std::string_view path, std::string_view price_column,
                               const PoolAsk& ask) {
  std::string note;
  auto symbols = symbols_in(path);
  if (!symbols && ask.quoting) return PoolPair{.quoting = *ask.quoting, .note = {}};
  if (!symbols) {
    symbols = symbols_of_column(price_column).value_or(Symbols{"USDC", "WETH"});
    note = fmt::format(" (tokens assumed: token0 {}, token1 {})", (*symbols)[0], (*symbols)[1]);
  }
  const auto& [first, second] = *symbols;
  const PoolToken* token0 = token_called(first);
  const PoolToken* token1 = token_called(second);
  if (token0 != nullptr && token1 != nullptr) {
    auto pair = pair_of(*token0, *token1, ask);
    if (pair) pair->note = note;
    return pair;
  }
  if (ask.quoting) return PoolPair{.quoting = *ask.quoting, .note = {}};
  return fail(Reason::not_supported,
              fmt::format("the decimals of {} are not known (give base_decimals and quote_decimals "
                          "in the book)",
                          token0 == nullptr ? first : second));
}

std::optional<double> fee_share_of_name(std::string_view path) {
  for (const std::string_view part : parts_of(path)) {
    if (part == "100") return 0.0001;
    if (part == "500") return 0.0005;
    if (part == "3000") return 0.003;
    if (part == "10000") return 0.01;
  }
  return std::nullopt;
}

}  // namespace levee::feed
