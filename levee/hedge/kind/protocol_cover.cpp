// levee/hedge/kind/protocol_cover.cpp — cover: the one instrument that pays where contracts fail.
#include "levee/hedge/layer.h"

#include <fmt/core.h>

namespace levee::hedge::kind {
namespace {

Stance stand(const LayerAsk& ask, Offer& offer) {
  const std::size_t count = ask.setting.snapshot.covers.size();
  if (count == 0) {
    return {.stands = false, .why = "no cover is on offer (give --covers)"};
  }
  offer.orders.covers = true;
  return {.stands = true,
          .why = fmt::format("{} on offer; options do not pay for exploits, this does",
                             count == 1 ? "one cover" : fmt::format("{} covers", count))};
}

}  // namespace

Entry protocol_cover() {
  return {.name = "protocol_cover",
          .about = "cover against the failure of what the book stands on",
          .stand = stand};
}

}  // namespace levee::hedge::kind
