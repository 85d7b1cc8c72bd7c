// tests/hedge/beside_day.h — a chosen plan on the small market, and a day to look beside it.
#pragma once
#include "levee/hedge/beside.h"

#include "tests/hedge/desk.h"

namespace levee::test {

/// Nothing is traded until `trade` says so.
struct BesideDay {
  Desk desk;
  signal::Outlook outlook{};
  signal::History past{};
  Silence progress{};
  hedge::Program program{};
  hedge::Choice choice{};
  std::vector<double> lots{};

  explicit BesideDay(const book::Book& book = small_book(),
                     const market::Snapshot& snapshot = small_market())
      : desk(snapshot, book, {}, 500) {
    program = desk.program();
    choice.status = solve::Status::infeasible;
    lots.resize(program.columns.size());
    outlook.gauges = {{.name = "daily_range", .reading = signal::Reading{midnight, 0.03, "wide"}}};
    past.at = midnight;
  }

  /// Buys so many, or sells.
  void trade(const std::string& name, double units) {
    lots[column_of(program, name, units > 0 ? 1 : -1)] = std::abs(units);
  }
  hedge::Ground ground() {
    return {desk.snapshot, desk.book,     desk.policy, outlook,  alone, desk.surface,
            desk.from,     desk.position, Rate{0.05},  progress, &past};
  }
  /// in: ground and setting outlive it
  hedge::BesideAsk ask(const hedge::Ground& on, const hedge::Setting& setting) {
    return {on, setting, program, choice, lots};
  }
};

/// A loan in dollars against ether, the book's first.
inline book::Book with_loan(double owed, double pledged, double cash = 0) {
  book::Book book = small_book();
  book.idle_cash = Usd{cash};
  book.loans.resize(1);
  book.loans[0].name = "line";
  book.loans[0].rate = Rate{0.04};
  book.loans[0].quote_owed = Usd{owed};
  book.loans[0].pledge =
      book::Pledge{.base = Tokens{pledged}, .quote = Usd{0}, .threshold = Share{0.8}};
  return book;
}

}  // namespace levee::test
