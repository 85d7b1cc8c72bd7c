// levee/hedge/kind/collar.cpp — calls sold against wallet tokens, where premium is rich.
#include "levee/hedge/layer.h"

#include <fmt/core.h>

namespace levee::hedge::kind {
namespace {

Stance stand(const LayerAsk& ask, Offer& offer) {
  offer.orders.wallet_covers = false;
  const double wallet = ask.setting.book.wallet.value();
  if (wallet <= 0) return {.stands = false, .why = "the wallet holds no tokens to sell calls on"};
  if (ask.setting.proxy != nullptr) {
    return {.stands = false,
            .why = fmt::format("wallet tokens are {}: they cover no call on a proxy",
                               ask.setting.snapshot.base)};
  }
  for (const signal::Restriction& one : ask.regime.restrictions) {
    if (one.act != signal::NewRisk::sell_call) continue;
    return {
        .stands = false,
        .why = fmt::format("no call is sold on wallet tokens: {} ({} gate)", one.why, one.gate)};
  }
  offer.orders.wallet_covers = true;
  return {.stands = true,
          .why = fmt::format("calls on up to {:.6g} wallet tokens, of the first expiry past the "
                             "horizon",
                             wallet)};
}

}  // namespace

Entry collar() {
  return {.name = "collar",
          .about = "calls sold on wallet tokens, never on tokens that the position may have sold",
          .stand = stand};
}

}  // namespace levee::hedge::kind
