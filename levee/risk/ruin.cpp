#include "levee/risk/ruin.h"

#include "levee/amm/exposure.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

double options_worth(const book::Lot& lot, const Repricing& market) {
  if (!std::holds_alternative<option::Contract>(lot.instrument)) return 0;
  return lot.quantity.value() *
         frozen_value(lot.instrument, market.snapshot.spot, Seconds{0}, market).value();
}

double loan_worth(const book::Loan& loan, double spot) {
  const double owed = loan.base_owed.value() * spot + loan.quote_owed.value();
  return (loan.pledge ? loan.pledge->base.value() * spot + loan.pledge->quote.value() : 0) - owed;
}

}  // namespace

Result<Usd> worth_of(const book::Book& book, const Pricing& pricing) {
  const double spot = pricing.snapshot.spot.value();
  double worth = book.idle_cash.value() + book.wallet.value() * spot;
  for (const book::LpPosition& one : book.positions) {
    worth += amm::exposure_at(one.range, pricing.snapshot.spot).value.value();
  }
  const scenario::ScenarioSet today;  // frozen values look at no path
  for (const book::Lot& lot : book.lots) {
    if (lot.margin) worth += lot.margin->collateral.value();
    if (lot.asset.empty() || lot.asset == pricing.snapshot.base) {
      worth += options_worth(lot, {pricing.snapshot, pricing.surface, today, pricing.funding});
      continue;
    }
    const auto beside = std::ranges::find(pricing.beside, lot.asset,
                                          [](const Beside& one) { return one.snapshot.base; });
    if (beside == pricing.beside.end()) {
      return fail(Reason::missing_data,
                  fmt::format("{} (is on {}, of which no market was given) give one, or remove it",
                              lot.name, lot.asset));
    }
    worth += options_worth(lot, {beside->snapshot, beside->surface, today, beside->funding});
  }
  for (const book::Loan& loan : book.loans) worth += loan_worth(loan, spot);
  return Usd{worth};
}

num::Estimate chance_of_loss(std::span<const double> losses_usd, const Drawn& drawn, Usd limit) {
  std::vector<double> beyond;
  beyond.reserve(losses_usd.size());
  for (const double loss : losses_usd) beyond.push_back(loss >= limit.value() ? 1.0 : 0.0);
  return mean_of(beyond, drawn);
}

Result<RuinTold> ruin_told(std::span<const double> losses_usd, const Drawn& drawn, Usd worth,
                           Share share) {
  if (!(worth.value() > 0)) {
    return fail(Reason::no_solution,
                fmt::format("chance of ruin (the book is worth {:.2f} USD today: more is owed than "
                            "there is) look at the losses themselves",
                            worth.value()));
  }
  const Usd limit{share.value() * worth.value()};
  const num::Estimate chance = chance_of_loss(losses_usd, drawn, limit);
  RuinTold told{.share = share.value(),
                .worth_usd = worth.value(),
                .loss_usd = limit.value(),
                .chance = chance.value,
                .chance_se = chance.standard_error};
  if (chance.value == 0 && drawn.weight.empty() && drawn.sets == 0) {
    told.chance_most = -std::expm1(std::log(0.05) / static_cast<double>(losses_usd.size()));
  }
  return told;
}

}  // namespace levee::risk
