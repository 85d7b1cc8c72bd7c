// levee/book/resolve.cpp — drafts become positions once the price is known.
#include "levee/book/holding.h"

#include <cmath>

#include <fmt/core.h>

namespace levee::book {
namespace {

template <class... Case>
struct Cases : Case... {
  using Case::operator()...;
};

Error at_place(const LpDraft& draft, std::string_view problem) {
  return fail(Reason::bad_input, fmt::format("{}: {}", draft.place, problem));
}

Result<amm::Bounds> bounds_of(const LpDraft& draft, Price entry) {
  const auto from_prices = [&](const PriceRange& range) -> Result<amm::Bounds> {
    if (0 < range.lower.value() && range.lower < range.upper) {
      return amm::Bounds{range.lower, range.upper};
    }
    return at_place(draft, fmt::format("range {} to {} (the lower price must be positive and below "
                                       "the upper)",
                                       range.lower.value(), range.upper.value()));
  };
  const auto from_ticks = [&](const TickRange& range) -> Result<amm::Bounds> {
    auto bounds = amm::bounds_at(range.lower, range.upper, range.spacing, range.quoting);
    if (!bounds) return at_place(draft, bounds.error().message);
    return bounds;
  };
  const auto from_percent = [&](const PercentRange& range) -> Result<amm::Bounds> {
    const double below = range.below.value(), above = range.above.value();
    if (0 < below && below < 1 && above > 0) {
      return amm::Bounds{Price{entry.value() * (1 - below)}, Price{entry.value() * (1 + above)}};
    }
    return at_place(draft, fmt::format("range of {} % below and {} % above the entry (below must "
                                       "lie in (0, 100), above must be positive)",
                                       100 * below, 100 * above));
  };
  const auto from_full = [](FullRange) -> Result<amm::Bounds> { return amm::full_range(); };
  return std::visit(Cases{from_prices, from_ticks, from_percent, from_full}, draft.range);
}

Result<amm::HumanLiquidity> liquidity_in(const LpDraft& draft, Price entry,
                                         const amm::Bounds& bounds) {
  if (const auto* given = std::get_if<amm::HumanLiquidity>(&draft.size)) {
    if (given->value() > 0) return *given;
    return at_place(draft, fmt::format("liquidity {} (must be positive)", given->value()));
  }
  const Usd deposit = std::get<Usd>(draft.size);
  if (!(deposit.value() > 0)) {
    return at_place(draft, fmt::format("deposit of {} USD (must be positive)", deposit.value()));
  }
  auto liquidity = amm::liquidity_of(deposit, entry, bounds);
  if (!liquidity) return at_place(draft, liquidity.error().message);
  return liquidity;
}

// Numbers beyond these are slips of decimals or units, and squares of them leave a double.
constexpr double least_usd = 1e-40, most_usd = 1e40;

Result<Done> check_worth(const LpDraft& draft, const amm::Range& range, Price price) {
  const double worth = amm::exposure_at(range, price).value.value();
  if (least_usd <= worth && worth <= most_usd) return Done{};
  return at_place(draft, fmt::format("is worth {} USD at a price of {} (beyond what is reckoned "
                                     "with, {} to {}) check its size, decimals and entry price",
                                     worth, price.value(), least_usd, most_usd));
}

Result<LpPosition> position_of(const LpDraft& draft, Price spot, UnixSeconds at) {
  if (draft.entry_at && *draft.entry_at > at) {
    return at_place(draft, fmt::format("entry at {} (the snapshot is of {}, before it)",
                                       text_of(*draft.entry_at), text_of(at)));
  }
  // Taking today's price for an entry in the past would invent a position without any loss.
  if (draft.entry_at && *draft.entry_at < at && !draft.entry_price) {
    return at_place(draft, fmt::format("entry at {} without its price (only an entry now is at "
                                       "market) give the entry price",
                                       text_of(*draft.entry_at)));
  }
  const Price entry = draft.entry_price.value_or(spot);
  if (!(entry.value() > 0)) {
    return at_place(draft, fmt::format("entry price {} (must be positive)", entry.value()));
  }
  const auto bounds = bounds_of(draft, entry);
  if (!bounds) return bounds.error();
  const auto liquidity = liquidity_in(draft, entry, *bounds);
  if (!liquidity) return liquidity.error();
  for (const Price price : {entry, spot}) {
    const auto sound = check_worth(draft, {*bounds, *liquidity}, price);
    if (!sound) return sound.error();
  }
  return LpPosition{.name = draft.name,
                    .protocol = draft.protocol,
                    .range = {*bounds, *liquidity},
                    .entry_price = entry,
                    .entry_at = draft.entry_at,
                    .fees_earned = draft.fees_earned,
                    .stands_on = draft.stands_on};
}

// What would be liquidated at once is a slip of the pen, not a holding.
Result<Done> check_margins(const Book& book, double spot) {
  for (const Lot& lot : book.lots) {
    if (!lot.margin || !lot.asset.empty()) continue;
    const double least = lot.margin->maintenance.value() * std::abs(lot.quantity.value()) * spot;
    if (lot.margin->collateral.value() >= least) continue;
    return fail(Reason::bad_input,
                fmt::format("{}: collateral of {} USD (the venue closes it below {:.6g} USD, now) "
                            "post more or hold less",
                            lot.name, lot.margin->collateral.value(), least));
  }
  for (const Loan& loan : book.loans) {
    if (!loan.pledge) continue;
    const Pledge& pledge = *loan.pledge;
    const double debt = loan.quote_owed.value() + loan.base_owed.value() * spot;
    const double worth = pledge.quote.value() + pledge.base.value() * spot;
    if (debt <= pledge.threshold.value() * worth) continue;
    return fail(Reason::bad_input,
                fmt::format("{}: debt of {:.6g} USD (is above {} of its collateral's {:.6g} USD, "
                            "liquidated now) pledge more or owe less",
                            loan.name, debt, pledge.threshold.value(), worth));
  }
  return Done{};
}

Result<Done> check_bought(const Book& book, UnixSeconds at) {
  for (const Lot& lot : book.lots) {
    if (!lot.bought) continue;
    const UnixSeconds last = std::max(lot.bought->at, lot.bought->rolled_at.value_or(at));
    if (last <= at) continue;
    return fail(Reason::bad_input,
                fmt::format("{}: bought or rolled at {} (the snapshot is of {}, before it)",
                            lot.name, text_of(last), text_of(at)));
  }
  return Done{};
}

}  // namespace

std::vector<std::string> LpPosition::nodes() const {
  std::vector<std::string> names;
  if (!protocol.empty()) names.push_back(protocol);
  names.insert(names.end(), stands_on.begin(), stands_on.end());
  return names;
}

Result<Book> resolve(const Draft& draft, Price spot, UnixSeconds at) {
  LEVEE_EXPECT(spot.value() > 0);
  Book book = draft.rest;
  book.positions.clear();
  for (const LpDraft& written : draft.positions) {
    auto position = position_of(written, spot, at);
    if (!position) return position.error();
    book.positions.push_back(*position);
  }
  if (const auto fine = check_margins(book, spot.value()); !fine) return fine.error();
  if (const auto fine = check_bought(book, at); !fine) return fine.error();
  return book;
}

}  // namespace levee::book
