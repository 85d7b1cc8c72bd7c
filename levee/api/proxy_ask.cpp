#include "levee/api/proxy_ask.h"

#include <fmt/core.h>

namespace levee::api {
namespace {

Result<Done> check_unnamed(const ProxyFlags& flags) {
  for (const std::string* file : {&flags.proxy_market, &flags.proxy_chain, &flags.proxy_history,
                                  &flags.proxy_funding, &flags.proxy_iv_index}) {
    if (file->empty()) continue;
    return fail(Reason::bad_input,
                fmt::format("{}: a proxy's file (which asset it is of is not known) name it with "
                            "--proxy",
                            *file));
  }
  return Done{};
}

// As the proxy's flags would be of a market of its own.
MarketFlags flags_of(const MarketFlags& lead, const ProxyFlags& proxy) {
  MarketFlags flags;
  flags.market = proxy.proxy_market;
  flags.chain = proxy.proxy_chain;
  flags.history = proxy.proxy_history;
  flags.funding = proxy.proxy_funding;
  flags.iv_index = proxy.proxy_iv_index;
  flags.at = lead.at;
  flags.stale_ok = lead.stale_ok;
  return flags;
}

}  // namespace

Result<ProxyStanding> proxy_standing_from(const MarketFlags& flags, const ProxyFlags& proxy) {
  if (proxy.proxy.empty()) {
    if (const auto done = check_unnamed(proxy); !done) return done.error();
    auto standing = standing_from(flags);
    if (!standing) return standing.error();
    return ProxyStanding{*std::move(standing), std::nullopt};
  }
  if (proxy.proxy_market.empty() && proxy.proxy_chain.empty()) {
    return fail(Reason::missing_data,
                fmt::format("proxy {} (has no options to hedge with) give --proxy-chain or "
                            "--proxy-market",
                            proxy.proxy));
  }
  auto other = market_from(flags_of(flags, proxy), {proxy.proxy, ""});
  if (!other) return fail(other.error().reason, "proxy: " + other.error().message);
  auto standing = standing_from(flags, other->at);
  if (!standing) return standing.error();
  other->quote = standing->snapshot.quote;
  // Quotes beside the proxy's chain are what one would buy; a flag of one's own goes before.
  if (standing->snapshot.vol_futures.empty()) standing->snapshot.vol_futures = other->vol_futures;
  standing->snapshot.source += fmt::format("; proxy {}: {}", other->base, other->source);
  standing->snapshot.model_made = standing->snapshot.model_made || other->model_made;
  return ProxyStanding{*std::move(standing), *std::move(other)};
}

}  // namespace levee::api
