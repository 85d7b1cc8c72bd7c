// levee/option/strip.cpp — a static hedge of the loss on listed strikes.
#include "levee/option/range_claim.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::option {
namespace {

// The loss drawn straight from strike to strike, and on along its own slope beyond the outer two.
struct Polyline {
  const RangeClaim& claim;
  double notional;
  std::span<const Price> strikes;

  double loss(std::size_t i) const { return notional * borrowed_loss(claim, strikes[i]); }
  double slope_after(std::size_t i) const {
    if (i + 1 == strikes.size()) return notional * borrowed_loss_slope(claim, strikes[i]);
    return (loss(i + 1) - loss(i)) / (strikes[i + 1].value() - strikes[i].value());
  }
  double slope_before(std::size_t i) const {
    return i == 0 ? notional * borrowed_loss_slope(claim, strikes[0]) : slope_after(i - 1);
  }
};

}  // namespace

Result<std::vector<StripLeg>> strip_of(const RangeClaim& claim, Usd notional,
                                       std::span<const Price> strikes, UnixSeconds expiry) {
  LEVEE_EXPECT(notional.value() > 0 && std::isfinite(notional.value()));
  const auto first_wrong =
      std::adjacent_find(strikes.begin(), strikes.end(), [](Price a, Price b) { return !(a < b); });
  if (strikes.size() < 2 || first_wrong != strikes.end() || !(strikes[0] > Price{0}) ||
      !std::isfinite(strikes.back().value())) {
    return fail(Reason::bad_input,
                fmt::format("{} strikes (at least two, positive and ascending)", strikes.size()));
  }
  const auto meeting = std::find(strikes.begin(), strikes.end(), claim.entry);
  if (meeting == strikes.end()) {
    return fail(
        Reason::bad_input,
        fmt::format("no strike at entry {} (puts and calls must meet there)", claim.entry.value()));
  }
  const auto entry = static_cast<std::size_t>(meeting - strikes.begin());
  const Polyline line{claim, notional.value(), strikes};

  std::vector<StripLeg> legs;
  const auto add = [&](Type type, std::size_t i, double quantity) {
    if (quantity > 0) legs.push_back({{type, strikes[i], expiry}, Tokens{quantity}});
  };
  for (std::size_t i = 0; i < entry; ++i) {
    // Where the loss is straight the change of slope is nothing but rounding.
    if (strikes[i + 1] <= claim.lower) continue;
    add(Type::put, i, line.slope_after(i) - line.slope_before(i));
  }
  add(Type::put, entry, -line.slope_before(entry));
  add(Type::call, entry, line.slope_after(entry));
  for (std::size_t i = entry + 1; i < strikes.size(); ++i) {
    if (strikes[i - 1] >= claim.upper) continue;
    add(Type::call, i, line.slope_after(i) - line.slope_before(i));
  }
  return legs;
}

}  // namespace levee::option
