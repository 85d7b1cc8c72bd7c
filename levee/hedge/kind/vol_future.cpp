// levee/hedge/kind/vol_future.cpp — futures on a volatility index, bought; far ones move little.
#include "levee/hedge/layer.h"

#include <fmt/core.h>

namespace levee::hedge::kind {
namespace {

// A future of three months is no holding of today's index: how much of its moves each would have.
std::string betas_of(const Setting& setting, const std::vector<Candidate>& list) {
  std::string told;
  for (const Candidate& one : list) {
    const auto* future = std::get_if<VolFuture>(&one.instrument);
    if (!future || !one.ask) continue;
    const double span = in_days(setting.snapshot.vol_futures[future->quote].span);
    told += fmt::format("; {} moves {:.2f} of a point where the {:.3g}-day index moves one",
                        one.name, *one.term_beta, span);
  }
  return told;
}

Stance stand(const LayerAsk& ask, Offer& offer) {
  if (ask.setting.snapshot.vol_futures.empty()) {
    return {.stands = false, .why = "no future on a volatility index is given (--vol-futures)"};
  }
  Stance stance = offered(
      offer, "vol_future",
      {.stands = "bought only: one sold would sell what protects",
       .not_offered = "no future given can be bought or valued (the reasons are with what was left "
                      "out)"});
  if (stance.stands) stance.why += betas_of(ask.setting, offer.list);
  return stance;
}

}  // namespace

Entry vol_future() {
  return {.name = "vol_future",
          .about = "futures on a volatility index: pay where options grow dear, whichever way",
          .stand = stand};
}

}  // namespace levee::hedge::kind
