// levee/risk/loss.cpp — book times scenarios, holding by holding.
#include "levee/risk/loss.h"

#include <algorithm>
#include <cmath>

namespace levee::risk {
namespace {

// Where the paths of one set end, and how long they take.
struct Ends {
  const Repricing& with;
  double now;                    // spot
  std::span<const double> then;  // [paths] spot at the horizon
  double span;                   // years
};

// Row of a protocol's failures, or nothing where no model of it is known.
std::optional<std::span<const double>> failures_of(const std::string& protocol,
                                                   const Repricing& with) {
  const auto& known = with.snapshot.protocols;
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const auto& model) { return model.protocol == protocol; });
  if (found == known.end()) return std::nullopt;
  return with.set.protocol_loss.row(static_cast<std::size_t>(found - known.begin()));
}

// Share of the time to the horizon that a path is within bounds, from where it stands today and on
// the set's dates: between two of them, half of the time belongs to each.
double share_in_range(const amm::Bounds& bounds, const Ends& ends, std::size_t path) {
  const auto inside = [&](double spot) {
    return bounds.lower.value() <= spot && spot <= bounds.upper.value() ? 0.5 : 0.0;
  };
  const auto& dates = ends.with.set.dates;
  double before = inside(ends.now), in_range = 0, elapsed = 0;
  for (std::size_t date = 0; date < dates.size(); ++date) {
    const double after = inside(ends.with.set.lead().spot.row(date)[path]);
    const double until = in_days(dates[date]);
    in_range += (before + after) * (until - elapsed);
    before = after, elapsed = until;
  }
  return in_range / elapsed;
}

// What a position loses on every path, and how much of that its protocol's failure took.
struct PositionLoss {
  std::vector<double> loss, taken;  // [paths]
};

PositionLoss position_loss(const book::LpPosition& position, std::optional<double> fees_per_day,
                           const Ends& ends, const parallel::Team& team) {
  const double value_now = amm::exposure_at(position.range, Price{ends.now}).value.value();
  const double fees = fees_per_day.value_or(0) * in_days(ends.with.set.dates.back());
  const auto failures = failures_of(position.protocol, ends.with);
  const std::size_t paths = ends.then.size();
  PositionLoss found{std::vector<double>(paths), std::vector<double>(paths)};
  team.for_blocks(paths, [&](std::size_t begin, std::size_t end) {
    for (std::size_t path = begin; path < end; ++path) {
      double worth = amm::exposure_at(position.range, Price{ends.then[path]}).value.value();
      if (fees != 0) worth += fees * share_in_range(position.range.bounds, ends, path);
      found.taken[path] = failures ? (*failures)[path] * worth : 0;
      found.loss[path] = value_now - (worth - found.taken[path]);
    }
  });
  return found;
}

// Rows of the table in holding order, filled one after another.
class Table {
 public:
  Table(std::size_t holdings, std::size_t paths) {
    table_.names.reserve(holdings);
    table_.loss = {holdings, paths};
    table_.total.resize(paths);
  }

  template <class LossAt>
  void add(std::string name, LossAt loss_at) {
    const auto row = table_.loss.row(table_.names.size());
    table_.names.push_back(std::move(name));
    for (std::size_t path = 0; path < row.size(); ++path) {
      row[path] = loss_at(path);
      table_.total[path] += row[path];
    }
  }

  LossTable done() && {
    LEVEE_ENSURE(table_.names.size() == table_.loss.rows());
    return std::move(table_);
  }

 private:
  LossTable table_;
};

// What failures took per protocol; covers of one protocol pay in book order and never more than
// was lost.
using Taken = std::vector<std::pair<std::string, std::vector<double>>>;

std::vector<double>& taken_from(Taken& taken, const std::string& protocol, std::size_t paths) {
  for (auto& [name, sums] : taken) {
    if (name == protocol) return sums;
  }
  return taken.emplace_back(protocol, std::vector<double>(paths)).second;
}

void add_positions(const book::Book& book, const FeeForecast& fees, const Ends& ends,
                   const parallel::Team& team, Taken& taken, Table& table) {
  for (std::size_t i = 0; i < book.positions.size(); ++i) {
    const book::LpPosition& position = book.positions[i];
    const PositionLoss found = position_loss(position, fees[i], ends, team);
    auto& sums = taken_from(taken, position.protocol, ends.then.size());
    for (std::size_t path = 0; path < sums.size(); ++path) sums[path] += found.taken[path];
    table.add(position.name, [&](std::size_t path) { return found.loss[path]; });
  }
}

Result<Done> add_lots(const book::Book& book, const Repricing& with, const parallel::Team& team,
                      Table& table) {
  std::vector<book::Instrument> instruments;
  for (const book::Lot& lot : book.lots) instruments.push_back(lot.instrument);
  const auto values = horizon_values(instruments, with, team);
  if (!values) return values.error();
  for (std::size_t i = 0; i < book.lots.size(); ++i) {
    // The mark of the surface: priced as at the horizon, so that no loss is a change of model.
    const Usd now = frozen_value(instruments[i], with.snapshot.spot, Seconds{0}, with);
    const auto then = values->row(i);
    const double quantity = book.lots[i].quantity.value();
    table.add(book.lots[i].name,
              [&](std::size_t path) { return quantity * (now.value() - then[path]); });
  }
  return Done{};
}

void add_loans(const book::Book& book, const Ends& ends, Table& table) {
  for (const book::Loan& loan : book.loans) {
    const double base = loan.base_owed.value(), accrued = loan.rate.value() * ends.span;
    table.add(loan.name, [&](std::size_t path) {
      // Interest in tokens is paid as it accrues, at prices between now and then.
      const double mean_spot = (ends.now + ends.then[path]) / 2;
      return base * (ends.then[path] - ends.now) +
             accrued * (loan.quote_owed.value() + base * mean_spot);
    });
  }
}

void add_covers(const book::Book& book, const Ends& ends, Taken& taken, Table& table) {
  for (const book::Cover& cover : book.covers) {
    auto& lost = taken_from(taken, cover.protocol, ends.then.size());
    const double premium = cover.premium.value() * ends.span * cover.limit.value();
    table.add(cover.name, [&](std::size_t path) {
      const double paid = std::min(cover.limit.value(), lost[path]);
      lost[path] -= paid;
      return premium - paid;
    });
  }
}

}  // namespace

Result<LossTable> loss_table(const book::Book& book, const FeeForecast& fees, const Repricing& with,
                             const parallel::Team& team) {
  LEVEE_EXPECT(fees.size() == book.positions.size());
  LEVEE_EXPECT(!with.set.dates.empty() && with.snapshot.spot.value() > 0);
  LEVEE_EXPECT(with.set.protocol_loss.rows() == with.snapshot.protocols.size());
  const Ends ends{with, with.snapshot.spot.value(),
                  with.set.lead().spot.row(with.set.dates.size() - 1),
                  years(with.set.dates.back()).value()};
  const bool wallet = book.wallet.value() != 0;
  Table table(book.positions.size() + book.lots.size() + book.loans.size() + book.covers.size() +
                  (wallet ? 1 : 0),
              with.set.paths());
  Taken taken;
  add_positions(book, fees, ends, team, taken, table);
  if (const auto lots = add_lots(book, with, team, table); !lots) return lots.error();
  add_loans(book, ends, table);
  add_covers(book, ends, taken, table);
  if (wallet) {
    table.add("wallet",
              [&](std::size_t path) { return book.wallet.value() * (ends.now - ends.then[path]); });
  }
  return std::move(table).done();
}

}  // namespace levee::risk
