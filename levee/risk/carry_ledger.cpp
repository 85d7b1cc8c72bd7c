#include "levee/risk/carry_ledger.h"

#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

// A day of the path: its prices, and how far from today it begins.
struct Step {
  double from = 0, to = 0;
  Seconds begun;
  double move() const { return to - from; }
  static double length() { return 1.0 / 365; }
};

Result<Done> checked(const LedgerAsk& ask) {
  if (ask.price.size() < 2) return fail(Reason::bad_input, "one price (a day has two ends)");
  for (const double price : ask.price) {
    if (!(price > 0) || !std::isfinite(price)) {
      return fail(Reason::bad_input, fmt::format("price {} (must be positive)", price));
    }
  }
  if (ask.fees_usd_per_day.size() != ask.book.positions.size()) {
    return fail(Reason::bad_input,
                fmt::format("fees of {} positions, the book has {}", ask.fees_usd_per_day.size(),
                            ask.book.positions.size()));
  }
  for (const book::Lot& lot : ask.book.lots) {
    if (lot.asset.empty() || lot.asset == ask.with.snapshot.base) continue;
    return fail(Reason::not_supported, fmt::format("{}: a lot on {} (the path is of {})", lot.name,
                                                   lot.asset, ask.with.snapshot.base));
  }
  return Done{};
}

void add_position(const amm::Range& range, std::optional<double> fees, const Step& step,
                  LedgerDay& day) {
  const amm::Exposure before = amm::exposure_at(range, Price{step.from});
  const amm::Exposure after = amm::exposure_at(range, Price{step.to});
  const double direction = before.delta.value() * step.move();
  day.direction += direction;
  day.lvr += after.value.value() - before.value.value() - direction;
  const bool in_range =
      range.bounds.lower.value() < step.from && step.from < range.bounds.upper.value();
  if (in_range) day.fees += fees.value_or(0);
}

void add_option(const book::Lot& lot, const LedgerAsk& ask, const Step& step, LedgerDay& day) {
  const auto worth = [&](double price, Seconds after) {
    return frozen_value(lot.instrument, Price{price}, after, ask.with).value();
  };
  const auto& contract = std::get<option::Contract>(lot.instrument);
  const Seconds left = contract.expiry - ask.with.snapshot.at;
  if (left <= step.begun) return;  // Settled: what it paid is booked.
  const Seconds end = step.begun + days(1);
  const double bump = 1e-4 * step.from, held = lot.quantity.value();
  const double delta =
      (worth(step.from + bump, step.begun) - worth(step.from - bump, step.begun)) / (2 * bump);
  const double now = worth(step.from, step.begun), aged = worth(step.from, end);
  day.option_theta += held * (aged - now);
  day.direction += held * delta * step.move();
  day.option_gamma += held * (worth(step.to, end) - aged - delta * step.move());
}

void add_perp(const book::Lot& lot, const LedgerAsk& ask, const Step& step, LedgerDay& day) {
  const double held = lot.quantity.value();
  day.direction += held * step.move();
  day.funding -= held * ask.with.funding.value() * Step::length() * (step.from + step.to) / 2;
}

void add_loan(const book::Loan& loan, const Step& step, LedgerDay& day) {
  const double owed = loan.quote_owed.value() + loan.base_owed.value() * step.from;
  day.borrowing -= owed * loan.rate.value() * Step::length();
  day.direction -= loan.base_owed.value() * step.move();
}

LedgerDay booked(const LedgerAsk& ask, const Step& step) {
  LedgerDay day;
  for (std::size_t i = 0; i < ask.book.positions.size(); ++i) {
    add_position(ask.book.positions[i].range, ask.fees_usd_per_day[i], step, day);
  }
  for (const book::Lot& lot : ask.book.lots) {
    const bool perp = std::holds_alternative<book::Perp>(lot.instrument);
    perp ? add_perp(lot, ask, step, day) : add_option(lot, ask, step, day);
  }
  for (const book::Loan& loan : ask.book.loans) add_loan(loan, step, day);
  day.direction += ask.book.wallet.value() * step.move();
  day.gas -= ask.gas_per_day.value();
  return day;
}

void add(const LedgerDay& day, LedgerDay& sum) {
  for (const auto line :
       {&LedgerDay::fees, &LedgerDay::lvr, &LedgerDay::option_gamma, &LedgerDay::option_theta,
        &LedgerDay::funding, &LedgerDay::borrowing, &LedgerDay::gas, &LedgerDay::direction}) {
    sum.*line += day.*line;
  }
}

}  // namespace

Result<Ledger> carry_ledger(const LedgerAsk& ask) {
  if (const auto fine = checked(ask); !fine) return fine.error();
  Ledger ledger;
  for (std::size_t i = 0; i + 1 < ask.price.size(); ++i) {
    const Step step{ask.price[i], ask.price[i + 1], days(static_cast<std::int64_t>(i))};
    ledger.days.push_back(booked(ask, step));
    add(ledger.days.back(), ledger.sum);
  }
  return ledger;
}

}  // namespace levee::risk
