#include "levee/hedge/call_token.h"

#include "levee/signal/vol_rank.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr std::string_view at_one_dollar = "taken at one dollar";

// What the quote token's own index said last, if that is not old.
std::optional<Vol> implied_of_quote(const CallTokenAsk& ask) {
  if (ask.past == nullptr) return {};
  const auto found = ask.past->series.find("iv_quote");
  if (found == ask.past->series.end() || found->second.empty()) return {};
  if (ask.snapshot.at - found->second.at.back() > days(4)) return {};
  return Vol{found->second.value.back()};
}

// Of its daily closes in dollars, where the universe of tokens has them.
std::optional<Vol> realised_of_quote(const CallTokenAsk& ask) {
  if (ask.past == nullptr) return {};
  const auto found = ask.past->panels.find("close");
  if (found == ask.past->panels.end()) return {};
  const signal::Panel& panel = found->second;
  const auto column = std::ranges::find(panel.token, ask.snapshot.quote) - panel.token.begin();
  market::Series closes{.at = {}, .value = {}, .step = days(1), .source = panel.source};
  for (std::size_t row = 0; row < panel.at.size(); ++row) {
    if (column == std::ssize(panel.token)) return {};
    const double close = panel.value(row, static_cast<std::size_t>(column));
    if (!(close > 0)) continue;
    closes.at.push_back(panel.at[row]);
    closes.value.push_back(close);
  }
  const auto found_vol =
      market::realised_vol(closes, ask.snapshot.at, ask.window, market::Stale::refuse);
  if (!found_vol) return {};
  return found_vol->vol;
}

std::string sentence_of(const std::vector<TokenVolTold>& tokens, const std::string& base) {
  const TokenVolTold &first = tokens[0], &second = tokens[1];
  const std::string ranked = fmt::format(
      "{} is the more volatile of the pair ({:.3g} % {} against {:.3g} % of {}, {})", first.token,
      100 * first.vol, first.source, 100 * second.vol, second.token, second.source);
  if (first.has_options) return fmt::format("{}: calls on it are what the wing buys", ranked);
  return fmt::format(
      "{} and has no options here: calls on {} answer the pair's price, not {} in dollars", ranked,
      base, first.token);
}

}  // namespace

CallToken call_token_of(const CallTokenAsk& ask) {
  const market::Snapshot& snapshot = ask.snapshot;
  const signal::TokenVol base{snapshot.base, ask.implied, ask.realised};
  signal::TokenVol quote{snapshot.quote, implied_of_quote(ask), realised_of_quote(ask)};
  const bool moves = quote.implied || quote.realised;
  if (!moves) quote.implied = quote.realised = Vol{0};
  const auto ranked = signal::by_volatility(std::array{base, quote});
  if (!ranked)
    return {{}, "which token is the more volatile is not known: " + ranked.error().message};
  CallToken told;
  for (const signal::RankedVol& one : *ranked) {
    const bool is_base = one.token == snapshot.base;
    told.tokens.push_back({.token = one.token,
                           .vol = one.vol.value(),
                           .source = std::string(is_base || moves ? one.source : at_one_dollar),
                           .has_options = is_base && !snapshot.chain.empty()});
  }
  told.why = sentence_of(told.tokens, snapshot.base);
  return told;
}

}  // namespace levee::hedge
