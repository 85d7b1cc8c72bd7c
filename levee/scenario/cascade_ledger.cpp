#include "levee/scenario/cascade_ledger.h"

#include <algorithm>
#include <cmath>

namespace levee::scenario {
namespace {

std::size_t at(Holder holder) { return static_cast<std::size_t>(holder); }
std::size_t at(Asset asset) { return static_cast<std::size_t>(asset); }

}  // namespace

void Ledger::issue(Holder to, Asset asset, Units amount) {
  LEVEE_EXPECT(amount >= 0);
  units_[at(to)][at(asset)] += amount;
  issued_[at(asset)] += amount;
}

void Ledger::move(const Move& ask) {
  Units& from = units_[at(ask.from)][at(ask.asset)];
  LEVEE_EXPECT(ask.amount >= 0 && ask.amount <= from);
  from -= ask.amount;
  units_[at(ask.to)][at(ask.asset)] += ask.amount;
}

Units Ledger::of(Holder holder, Asset asset) const { return units_[at(holder)][at(asset)]; }

Units Ledger::held(Asset asset) const {
  Units sum = 0;
  for (const auto& row : units_) sum += row[at(asset)];
  return sum;
}

bool PushFeed::see(std::int64_t block, double price) {
  LEVEE_EXPECT(block >= written_ && price >= 0);
  const bool is_off =
      price_ > 0 ? std::abs(price - price_) >= terms_.deviation * price_ : price > 0;
  if (!is_off && block < due()) return false;
  price_ = price;
  written_ = block;
  return true;
}

Units Till::pay(Units most, double allowed) {
  Units paid = std::min(waiting, most);
  if (allowed >= 0) {
    allowance += allowed;
    paid = std::min(paid, static_cast<Units>(allowance));
    // What is not used today is no right to more tomorrow.
    allowance = paid < waiting ? allowance - static_cast<double>(paid) : 0;
  }
  waiting -= paid, served += paid;
  return paid;
}

}  // namespace levee::scenario
