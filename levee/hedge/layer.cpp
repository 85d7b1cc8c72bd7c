#include "levee/hedge/layer.h"

#include "levee/hedge/proxy.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

bool is_off(const Policy& policy, std::string_view layer) {
  return std::ranges::find(policy.layers_off, layer) != policy.layers_off.end();
}

}  // namespace

std::string_view layer_of(const Tradable& what, double sign) {
  if (std::holds_alternative<CoverLayer>(what)) return "protocol_cover";
  if (std::holds_alternative<Withdrawal>(what)) return "leave";
  if (std::holds_alternative<VolFuture>(what)) return "vol_future";
  const auto* contract = std::get_if<option::Contract>(&what);
  if (!contract) return "perp_delta";
  const bool call = contract->type == option::Type::call;
  if (sign > 0) return call ? "call_wing" : "put_shield";
  return call ? "call_spread" : "put_spread";
}

std::string_view layer_in(const Orders& orders, const Tradable& what, double sign) {
  const auto* contract = std::get_if<option::Contract>(&what);
  for (const Commitment& one : orders.committed) {
    if (contract && sign < 0 && one.sign < 0 && one.contract == *contract) return "roll";
  }
  return layer_of(what, sign);
}

void close(std::string_view layer, std::vector<Candidate>& list) {
  for (Candidate& one : list) {
    if (layer_of(one.instrument, 1) == layer) one.ask.reset();
    if (layer_of(one.instrument, -1) == layer) one.bid.reset();
  }
  std::erase_if(list, [](const Candidate& one) { return !one.ask && !one.bid; });
}

bool offers(const std::vector<Candidate>& list, std::string_view layer) {
  return std::ranges::any_of(list, [&](const Candidate& one) {
    return (one.ask && one.depth_buy.value() > 0 && layer_of(one.instrument, 1) == layer) ||
           (one.bid && one.depth_sell.value() > 0 && layer_of(one.instrument, -1) == layer);
  });
}

Stance offered(const Offer& offer, std::string_view layer, const Words& words) {
  const bool stands = offers(offer.list, layer);
  return {.stands = stands, .why = std::string(stands ? words.stands : words.not_offered)};
}

std::vector<LayerStance> arrange(const LayerAsk& ask, Offer& offer) {
  std::vector<LayerStance> stances;
  offer.orders.wallet_covers = offer.orders.covers = offer.orders.leaves = false;
  for (const Entry& entry : shelf()) {
    Stance stance;
    if (is_off(ask.setting.policy, entry.name)) {
      close(entry.name, offer.list);
      stance = {.stands = false, .why = "switched off by the policy (layers_off)"};
    } else {
      stance = entry.stand(ask, offer);
      if (const Proxy* proxy = ask.setting.proxy; proxy && offers(offer.list, entry.name)) {
        stance.why += fmt::format("; on {} for {}, by a beta of {:.2f}", proxy->snapshot.base,
                                  ask.setting.snapshot.base, proxy->basis.beta.value);
      }
    }
    stances.push_back({entry.name, entry.about, std::move(stance)});
  }
  return stances;
}

std::optional<LayerBudget> layer_budget_of(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view amount = text.substr(space + 1);
  double usd = 0;
  const auto [end, error] = std::from_chars(amount.data(), amount.data() + amount.size(), usd);
  const bool whole = error == std::errc{} && end == amount.data() + amount.size();
  if (!whole || !std::isfinite(usd) || usd < 0) return std::nullopt;
  return LayerBudget{std::string(text.substr(0, space)), Usd{usd}};
}

}  // namespace levee::hedge
