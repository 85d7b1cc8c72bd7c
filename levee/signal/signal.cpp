#include "levee/signal/signal.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::signal {
namespace {

// Ratios and squares of numbers beyond these leave a double; none that is no slip comes near.
constexpr double least = 1e-60, most = 1e60;

bool within_reach(double x) { return least < x && x < most; }

Result<Done> sound_moments(std::string_view name, const std::vector<UnixSeconds>& at,
                           UnixSeconds known) {
  for (std::size_t i = 1; i < at.size(); ++i) {
    if (at[i - 1] < at[i]) continue;
    return fail(Reason::bad_input, fmt::format("{}: {} follows {} (moments have to ascend)", name,
                                               text_of(at[i]), text_of(at[i - 1])));
  }
  if (!at.empty() && at.back() > known) {
    return fail(Reason::bad_input, fmt::format("{}: {} is later than {} (nobody knew it then)",
                                               name, text_of(at.back()), text_of(known)));
  }
  return Done{};
}

Error no_such_input(std::string_view name) {
  return fail(Reason::missing_data, fmt::format("the history has no {} (the signal reads it) give "
                                                "it, or leave the signal out",
                                                name));
}

// The midnight that ends the day a moment lies in; a midnight ends its own.
UnixSeconds day_end(UnixSeconds at) {
  const std::int64_t day = days(1).value();
  const std::int64_t whole = at.value() / day * day;
  return UnixSeconds{whole < at.value() ? whole + day : whole};
}

}  // namespace

std::vector<Input> inputs() {
  return {
      {"price", "quote per base", "the pair's price"},
      {"volume", "USD a day", "what was traded of the pair on chain, daily"},
      {"depth", "USD", "what may be traded within 2 per cent of the price"},
      {"pool_value", "USD", "value locked in the pool"},
      {"protocol_value", "USD", "value locked in the protocol"},
      {"secured_value", "USD", "total value secured, the sector's output"},
      {"iv", "per root of a year", "implied volatility of the pair, 30 days"},
      {"iv_short", "per root of a year", "the same, 7 to 9 days"},
      {"iv_long", "per root of a year", "the same, 90 days"},
      {"iv_base", "per root of a year", "implied volatility of the base token in dollars"},
      {"iv_quote", "per root of a year", "implied volatility of the quote token in dollars"},
      {"trades_base", "USD", "prices of the base token, at its trades"},
      {"trades_quote", "USD", "prices of the quote token, at its trades"},
      {"funding", "per year", "paid by longs, at settlements"},
      {"oracle_price", "quote per base", "what the protocol's feed says, at its updates"},
      {"pool_average", "quote per base", "time-weighted price of a pool"},
      {"second_oracle", "quote per base", "what another feed says"},
      {"borrow_rate", "per year", "of stablecoins on chain"},
      {"benchmark_rate", "per year", "of dollars off chain; the last known holds for a week"},
      {"utilisation", "share", "of what the lending market holds that is lent out"},
      {"mev_share", "share", "extracted, of what was traded"},
      {"proposals", "", "governance: what was proposed, and how the votes went"},
      {"peg", "USD per coin", "a stablecoin's price"},
      {"close", "USD", "panel: closing prices of a universe of tokens"},
      {"token_volume", "USD a day", "panel: what was traded of each"},
      {"supply", "tokens", "panel: circulating supply of each"},
  };
}

History known_at(const History& history, UnixSeconds at) {
  History part{.at = std::min(at, history.at),
               .base = history.base,
               .quote = history.quote,
               .series = {},
               .panels = {},
               .governance = known_at(history.governance, at)};
  for (const auto& [name, series] : history.series) {
    part.series.emplace(name, market::known_at(series, at));
  }
  for (const auto& [name, panel] : history.panels) {
    Panel& known = part.panels.emplace(name, panel).first->second;
    const auto rows = std::upper_bound(known.at.begin(), known.at.end(), at) - known.at.begin();
    known.at.resize(static_cast<std::size_t>(rows));
    known.cell.resize(known.at.size() * known.token.size());
  }
  return part;
}

Result<const market::Series*> series_of(const History& history, std::string_view name, Sign sign) {
  const auto found = history.series.find(name);
  if (found == history.series.end() || found->second.empty()) return no_such_input(name);
  const market::Series& series = found->second;
  if (series.at.size() != series.value.size()) {
    return fail(Reason::bad_input, fmt::format("{}: {} moments and {} values (one each)", name,
                                               series.at.size(), series.value.size()));
  }
  if (const auto sound = sound_moments(name, series.at, history.at); !sound) return sound.error();
  for (std::size_t i = 0; i < series.value.size(); ++i) {
    const double x = series.value[i];
    if (sign == Sign::any ? std::abs(x) < most : within_reach(x)) continue;
    return fail(Reason::bad_input,
                fmt::format("{}: {} at {} (must lie between {:g} and {:g})", name, x,
                            text_of(series.at[i]), sign == Sign::any ? -most : least, most));
  }
  return &series;
}

Result<const Panel*> panel_of(const History& history, std::string_view name) {
  const auto found = history.panels.find(name);
  if (found == history.panels.end() || found->second.at.empty()) return no_such_input(name);
  const Panel& panel = found->second;
  if (panel.cell.size() != panel.at.size() * panel.token.size()) {
    return fail(Reason::bad_input,
                fmt::format("{}: {} cells for {} days of {} tokens", name, panel.cell.size(),
                            panel.at.size(), panel.token.size()));
  }
  if (const auto sound = sound_moments(name, panel.at, history.at); !sound) return sound.error();
  for (std::size_t i = 0; i < panel.cell.size(); ++i) {
    const double x = panel.cell[i];
    if (std::isnan(x) || within_reach(x)) continue;
    const std::size_t row = i / panel.token.size();
    return fail(
        Reason::bad_input,
        fmt::format("{}: {} of {} at {} (must lie between {:g} and {:g}, or be none)", name, x,
                    panel.token[i % panel.token.size()], text_of(panel.at[row]), least, most));
  }
  return &panel;
}

Result<market::Series> days_of(const History& history, std::string_view name, Sign sign) {
  const auto series = series_of(history, name, sign);
  if (!series) return series.error();
  market::Series ends{.at = {}, .value = {}, .step = days(1), .source = (*series)->source};
  for (std::size_t i = 0; i < (*series)->at.size(); ++i) {
    const UnixSeconds end = day_end((*series)->at[i]);
    if (end > history.at) break;
    if (ends.at.empty() || ends.at.back() < end) {
      ends.at.push_back(end);
      ends.value.push_back((*series)->value[i]);
    } else {
      ends.value.back() = (*series)->value[i];
    }
  }
  if (!ends.empty()) return ends;
  return fail(
      Reason::missing_data,
      fmt::format("{}: no day is over by {} (signals read whole days)", name, text_of(history.at)));
}

}  // namespace levee::signal
