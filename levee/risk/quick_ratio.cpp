#include "levee/risk/quick_ratio.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

bool is_amount(Usd amount) { return amount >= Usd{0} && std::isfinite(amount.value()); }
bool is_share(Share share) { return share >= Share{0} && share <= Share{1}; }

Error no_amount(std::string_view what, double value) {
  return fail(Reason::out_of_range,
              fmt::format("{} {} (must be a number of USD, not negative)", what, value));
}

Result<Usd> due_of(const LenderClaims& lender, Share outflow) {
  if (!is_amount(lender.supplied)) return no_amount("supplied", lender.supplied.value());
  if (!is_share(outflow)) {
    return fail(Reason::out_of_range,
                fmt::format("outflow {} (must be a share, 0 to 1)", outflow.value()));
  }
  return Usd{lender.supplied.value() * outflow.value()};
}

// Deposits whose every unit is lent out cannot be taken back, whoever is due.
Door door_of(const LenderClaims& lender) {
  return lender.supplied > Usd{0} && lender.cash == Usd{0} ? Door::shut : lender.door;
}

}  // namespace

std::string_view name_of(Band band) {
  constexpr std::array<std::string_view, 5> names{"sound", "watch", "reduce", "leave", "shut"};
  return names.at(static_cast<std::size_t>(band));
}

std::string_view action_of(Band band) {
  constexpr std::array<std::string_view, 5> actions{
      "nothing to do", "watch it", "take 25 % off", "take 40 % off, or leave",
      "not liquid, whatever its mark: wait, or sell the claim"};
  return actions.at(static_cast<std::size_t>(band));
}

Band band_of(double ratio) {
  if (ratio >= 1.5) return Band::sound;
  if (ratio >= 1.2) return Band::watch;
  return ratio >= 1.0 ? Band::reduce : Band::leave;
}

Result<QuickRatio> quick_ratio(std::span<const AtHand> at_hand, Usd due, Door door) {
  if (!is_amount(due)) return no_amount("due", due.value());
  QuickRatio told{.ratio = {}, .at_hand = Usd{0}, .due = due};
  for (const AtHand& one : at_hand) {
    if (!is_amount(one.amount)) return no_amount("at hand", one.amount.value());
    if (!is_share(one.haircut)) {
      return fail(Reason::out_of_range,
                  fmt::format("haircut {} (must be a share, 0 to 1)", one.haircut.value()));
    }
    if (door == Door::open) {
      told.at_hand = told.at_hand + Usd{one.amount.value() * (1 - one.haircut.value())};
    }
  }
  if (due > Usd{0}) told.ratio = told.at_hand.value() / due.value();
  told.band = door == Door::shut ? Band::shut : told.ratio ? band_of(*told.ratio) : Band::sound;
  return told;
}

Result<QuickRatio> quick_ratio_of(const PositionClaims& position) {
  if (!is_amount(position.debt)) return no_amount("debt", position.debt.value());
  if (!is_amount(position.margin_call))
    return no_amount("margin call", position.margin_call.value());
  const std::array at_hand{AtHand{position.obtainable, Share{0}}};
  return quick_ratio(at_hand, position.debt + position.margin_call, position.door);
}

Result<QuickRatio> quick_ratio_of(const LenderClaims& lender) {
  if (!is_share(lender.bad_day) || !is_share(lender.largest_five)) {
    return fail(Reason::out_of_range,
                "outflow of a bad day, largest five (must be shares, 0 to 1)");
  }
  const auto due = due_of(lender, std::max(lender.bad_day, lender.largest_five));
  if (!due) return due.error();
  const std::array at_hand{AtHand{lender.cash, Share{0}}};
  return quick_ratio(at_hand, *due, door_of(lender));
}

Result<QuickRatio> quick_ratio_of(const BridgeClaims& bridge) {
  const std::array at_hand{AtHand{bridge.collateral, bridge.haircut}};
  return quick_ratio(at_hand, bridge.minted, bridge.door);
}

Result<QuickRatio> quick_ratio_of(const VaultClaims& vault) {
  const std::array at_hand{AtHand{vault.idle, Share{0}}, AtHand{vault.coming_back, vault.haircut}};
  return quick_ratio(at_hand, vault.due, vault.door);
}

std::span<const DatedRun> dated_runs() {
  static constexpr std::array runs{
      DatedRun{"Anchor", "2022-05-09", Share{0.67}, days(3),
               "daily deposits as published: 18bn to 6bn"},
      DatedRun{"Balancer", "2025-11-03", Share{0.46}, days(1), "DefiLlama TVL: 626m to 338m"},
      DatedRun{"Aave, ETH", "2026-04-18", Share{1}, days(1),
               "all that was not lent out was withdrawn: utilisation 100 %"}};
  return runs;
}

Result<QuickRatio> quick_ratio_in(const DatedRun& run, const LenderClaims& lender) {
  const auto due = due_of(lender, run.outflow);
  if (!due) return due.error();
  const std::array at_hand{AtHand{lender.cash, Share{0}}};
  return quick_ratio(at_hand, *due, door_of(lender));
}

}  // namespace levee::risk
