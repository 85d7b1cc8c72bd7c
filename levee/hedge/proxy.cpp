#include "levee/hedge/proxy.h"

#include "levee/hedge/dollars.h"
#include "levee/num/estimate.h"
#include "levee/risk/tail.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

// Of the assets of a set, the lead is the token.
constexpr std::size_t proxy_asset = 1;

market::Series since(const market::Series& series, UnixSeconds from) {
  market::Series part{.at = {}, .value = {}, .step = series.step, .source = series.source};
  for (std::size_t i = 0; i < series.at.size(); ++i) {
    if (series.at[i] < from) continue;
    part.at.push_back(series.at[i]), part.value.push_back(series.value[i]);
  }
  return part;
}

Result<Done> check_markets(const book::Book& book, const market::Snapshot& token,
                           const market::Snapshot& proxy) {
  if (token.base == proxy.base) {
    return fail(Reason::out_of_range,
                fmt::format("proxy {} (is the book's own asset) leave the proxy out", proxy.base));
  }
  for (const market::Snapshot* one : {&token, &proxy}) {
    if (one->history) continue;
    return fail(Reason::missing_data,
                fmt::format("no prices of {} (beta and basis of a proxy are measured on both) give "
                            "{}",
                            one->base, one == &token ? "--history" : "--proxy-history"));
  }
  for (const book::Lot& lot : book.lots) {
    const bool own = lot.asset.empty() || lot.asset == token.base;
    if (!own || !std::holds_alternative<option::Contract>(lot.instrument)) continue;
    return fail(Reason::missing_data,
                fmt::format("{} (is an option on {}, of which no chain is known) say what asset "
                            "it is on, or remove it",
                            lot.name, token.base));
  }
  return Done{};
}

// Losses of positions and wallet by the price alone: no fees, nothing fails.
Result<std::vector<double>> price_losses(const Setting& setting, const risk::Repricing& with,
                                         const parallel::Team& team) {
  book::Book alone;
  alone.positions = setting.book.positions;
  alone.wallet = setting.book.wallet;
  for (book::LpPosition& position : alone.positions) {
    position.protocol.clear();
    position.stands_on.clear();
  }
  const std::vector<std::optional<double>> no_fees(alone.positions.size());
  auto table = risk::loss_table(alone, no_fees, with, team);
  if (!table) return table.error();
  return std::move(table->total);
}

risk::PairedReturns drawn_returns(const Proxy& proxy, const scenario::ScenarioSet& set) {
  const std::size_t last = set.dates.size() - 1;
  const auto of = [&](std::size_t asset, Price now) {
    std::vector<double> returns;
    for (const double then : set.assets[asset].spot.row(last)) {
      returns.push_back(std::log(then / now.value()));
    }
    return returns;
  };
  return {of(0, proxy.token), of(proxy_asset, proxy.snapshot.spot)};
}

std::string sentence_of(const ProxyTold& told, double confidence) {
  return fmt::format(
      "{} has no options here: its hedge stands on {}. {} moves {:.2f} ± {:.2f} times as much as "
      "{} ({:.2f} ± {:.2f} where {} falls), correlation {:.2f}, so that {} explains {:.0f} % of "
      "its variance. The rest, {:.0f} % a year, no trade of this plan hedges: did {} pay exactly "
      "what the book loses along that beta, a CVaR at {:.3g} of {} would be left, of {} that the "
      "price of {} alone makes.",
      told.token, told.asset, told.token, told.beta, told.beta_se, told.asset, told.beta_down,
      told.beta_down_se, told.asset, told.correlation, told.asset, 100 * told.r_squared,
      100 * told.basis_vol, told.asset, confidence, dollars(told.cvar_basis_usd),
      dollars(told.cvar_price_usd), told.token);
}

// In the jump kind not all jumps are joined: there the two part more than the record has them.
std::string drawn_otherwise(const ProxyTold& told, std::string_view kind) {
  constexpr double near = 0.05;
  if (!told.drawn_correlation) return {};
  const double drawn = *told.drawn_correlation;
  if (std::abs(drawn - told.correlation) <= near) return {};
  return fmt::format(
      " Scenarios of kind {} are drawn with a correlation of {:.2f}: the plan leans on {} {} than "
      "the record would let it (bootstrap draws days as they were).",
      kind, drawn, told.asset, drawn < told.correlation ? "less" : "more");
}

}  // namespace

Price Proxy::proxy_at(Price token_then) const {
  const double ratio = token_then.value() / token.value();
  return Price{snapshot.spot.value() * std::pow(ratio, 1 / basis.beta.value)};
}

Price Proxy::token_at(Price proxy_then) const {
  const double ratio = proxy_then.value() / snapshot.spot.value();
  return Price{token.value() * std::pow(ratio, basis.beta.value)};
}

double Proxy::tokens_per_unit() const {
  return snapshot.spot.value() / (basis.beta.value * token.value());
}

Result<Proxy> proxy_of(const book::Book& book, const market::Snapshot& token,
                       const market::Snapshot& proxy, const option::Surface& surface,
                       const Policy& policy) {
  if (const auto sound = check_markets(book, token, proxy); !sound) return sound.error();
  const auto over = [&](double length_days) {
    const UnixSeconds from =
        token.at - Seconds{static_cast<std::int64_t>(std::llround(length_days * 86400))};
    return risk::paired_days(since(*token.history, from), since(*proxy.history, from), token.at);
  };
  const auto returns = over(policy.history_days);
  const std::size_t count = returns.asset.size();
  if (!(static_cast<double>(count) >= policy.proxy_days_min)) {
    return fail(Reason::missing_data,
                fmt::format("proxy {}: {} days in common with {} (policy proxy_days_min asks for "
                            "{:g}) give longer histories, or another proxy",
                            proxy.base, count, token.base, policy.proxy_days_min));
  }
  const auto basis = risk::basis_of(returns);
  if (!basis)
    return fail(basis.error().reason, "proxy " + proxy.base + ": " + basis.error().message);
  if (!(basis->correlation.value >= policy.proxy_correlation_min)) {
    const double left = std::sqrt(1 - basis->r_squared);
    return fail(
        Reason::out_of_range,
        fmt::format("proxy {}: correlation {:.2f} with {} over {} days (policy "
                    "proxy_correlation_min asks for {:g}: the best hedge would leave {:.0f} "
                    "% of the volatility) take another proxy, or hedge by size, cover and "
                    "range",
                    proxy.base, basis->correlation.value, token.base, basis->days,
                    policy.proxy_correlation_min, 100 * left));
  }
  constexpr double recent_days = 90;
  const auto recent = risk::basis_of(over(recent_days));
  return Proxy{proxy,     surface, expected_funding(proxy), *basis, recent ? *recent : *basis,
               token.spot};
}

Vol implied_of(const Proxy& proxy, Vol implied) {
  const risk::Basis& recent = proxy.recent;
  return Vol{std::hypot(recent.beta.value * implied.value(), recent.residual_vol)};
}

const market::Snapshot& traded_market(const Setting& setting) {
  return setting.proxy != nullptr ? setting.proxy->snapshot : setting.snapshot;
}

bool is_on_traded(const Setting& setting, const book::Lot& lot) {
  const bool own = lot.asset.empty() || lot.asset == setting.snapshot.base;
  return setting.proxy != nullptr ? lot.asset == setting.proxy->snapshot.base : own;
}

Tokens in_traded(const Setting& setting, Tokens tokens) {
  if (setting.proxy == nullptr) return tokens;
  return Tokens{tokens.value() / setting.proxy->tokens_per_unit()};
}

Price in_traded(const Setting& setting, Price token) {
  return setting.proxy != nullptr ? setting.proxy->proxy_at(token) : token;
}

amm::Bounds in_traded(const Setting& setting, const amm::Bounds& bounds) {
  return {in_traded(setting, bounds.lower), in_traded(setting, bounds.upper)};
}

void into_tokens(const Proxy& proxy, Candidate& candidate) {
  const double each = proxy.tokens_per_unit();
  candidate.delta *= each;
  candidate.gamma *= each * each;
}

risk::Repricing traded_repricing(const Proxy* proxy, const risk::Repricing& with) {
  if (proxy == nullptr) return with;
  LEVEE_EXPECT(with.set.assets.size() > proxy_asset);
  const risk::Beside market = proxy->market();
  return {market.snapshot, market.surface, with.set, market.funding, proxy_asset, {}};
}

scenario::ScenarioSet along_beta(const Proxy& proxy, const scenario::ScenarioSet& set) {
  LEVEE_EXPECT(set.assets.size() > proxy_asset);
  scenario::ScenarioSet along = set;
  for (std::size_t date = 0; date < set.dates.size(); ++date) {
    const auto from = set.assets[proxy_asset].spot.row(date);
    const auto to = along.lead().spot.row(date);
    for (std::size_t path = 0; path < to.size(); ++path) {
      to[path] = proxy.token_at(Price{from[path]}).value();
    }
  }
  return along;
}

Result<ProxyTold> told(const Proxy& proxy, const Setting& setting, const risk::Repricing& with,
                       const parallel::Team& team) {
  const scenario::ScenarioSet line = along_beta(proxy, with.set);
  const auto price = price_losses(setting, with, team);
  if (!price) return price.error();
  const auto along = price_losses(
      setting, {with.snapshot, with.surface, line, with.funding, 0, with.beside}, team);
  if (!along) return along.error();
  std::vector<double> left = *price;
  for (std::size_t path = 0; path < left.size(); ++path) left[path] -= (*along)[path];
  const double level = setting.policy.confidence;
  const auto cvar = [&](const std::vector<double>& losses) {
    return risk::tail_of(losses, level)->cvar.value();
  };
  const risk::Basis& basis = proxy.basis;
  ProxyTold told{
      .asset = proxy.snapshot.base,
      .token = setting.snapshot.base,
      .asset_usd = proxy.snapshot.spot.value(),
      .token_usd = proxy.token.value(),
      .beta = basis.beta.value,
      .beta_se = basis.beta.error,
      .beta_down = basis.beta_down.value,
      .beta_down_se = basis.beta_down.error,
      .correlation = basis.correlation.value,
      .correlation_se = basis.correlation.error,
      .r_squared = basis.r_squared,
      .basis_vol = basis.residual_vol,
      .days = static_cast<double>(basis.days),
      .cvar_price_usd = cvar(*price),
      .cvar_along_usd = cvar(*along),
      .cvar_basis_usd = cvar(left),
      .mean_basis_usd = num::mean_of(left).value,
      .source = fmt::format("{} common days to {}", basis.days, text_of(setting.snapshot.at)),
      .sentence = {}};
  // Scenarios are drawn from rank correlations and forecast volatilities: nearly, not exactly this.
  if (const auto drawn = risk::basis_of(drawn_returns(proxy, with.set))) {
    told.drawn_beta = drawn->beta.value, told.drawn_correlation = drawn->correlation.value;
  }
  told.sentence = sentence_of(told, level) + drawn_otherwise(told, with.set.kind);
  return told;
}

Explain explained(const ProxyTold& told) {
  const auto node = [&](std::string name, double value, std::string unit, std::string formula) {
    return Explain{std::move(name), value, std::move(unit), std::move(formula), told.source, {}};
  };
  Explain tree{
      "proxy", std::nullopt, "", told.sentence, fmt::format("{} for {}", told.asset, told.token),
      {}};
  tree.inputs = {
      node("proxy.beta", told.beta, "", "least squares of daily log returns, token on proxy"),
      node("proxy.correlation", told.correlation, "", "of the same returns"),
      node("proxy.basis_vol", told.basis_vol, "per sqrt year", "of what beta leaves, n - 2"),
      node("proxy.tokens_per_unit", told.asset_usd / (told.beta * told.token_usd), told.token,
           "S_proxy / (beta S_token): a unit's delta in tokens; its square for gamma"),
      node("proxy.cvar_basis_usd", told.cvar_basis_usd, "USD",
           "CVaR of loss by price less loss had the token moved along beta, path by path")};
  tree.inputs.front().inputs = {
      node("proxy.beta.standard_error", told.beta_se, "", "White (1980)"),
      {"proxy.drawn_beta", told.drawn_beta, "", "the same slope to the horizon", "scenarios", {}}};
  return tree;
}

}  // namespace levee::hedge
