#include "levee/risk/loss.h"

#include "levee/hazard/stack.h"
#include "levee/risk/cover.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

// Where the paths of one set end, and how long they take.
struct Ends {
  const Repricing& with;
  double now;                    // spot
  std::span<const double> then;  // [paths] spot at the horizon
  double span;                   // years

  double peg(std::size_t date, std::size_t path) const {
    return with.set.peg.rows() == 0 ? 1 : with.set.peg.row(date)[path];
  }
  double peg(std::size_t path) const { return peg(with.set.dates.size() - 1, path); }
};

Ends ends_of(const Repricing& with) {
  return {with, with.snapshot.spot.value(),
          with.set.assets[with.asset].spot.row(with.set.dates.size() - 1),
          years(with.set.dates.back()).value()};
}

// Numbers of the failures that take a holding along.
std::vector<std::size_t> under(const std::vector<std::string>& names, const Repricing& with) {
  return hazard::stack_of(with.snapshot.protocols, names);
}

std::vector<std::size_t> under(const std::string& name, const Repricing& with) {
  return name.empty() ? std::vector<std::size_t>{} : under(std::vector<std::string>{name}, with);
}

// Share of what is owed to us that failures leave on a path.
double kept_on(const std::vector<std::size_t>& nodes, const Repricing& with, std::size_t path) {
  double kept = 1;
  for (const std::size_t node : nodes) kept *= 1 - with.set.protocol_loss.row(node)[path];
  return kept;
}

// Share of the time to the horizon that a path is within bounds, from where it stands today and on
// the set's dates: between two of them, half of the time belongs to each. A pool's price is in
// quote tokens: it rises where they fall.
double share_in_range(const amm::Bounds& bounds, const Ends& ends, std::size_t path) {
  const auto inside = [&](double price) {
    return bounds.lower.value() <= price && price <= bounds.upper.value() ? 0.5 : 0.0;
  };
  const auto& dates = ends.with.set.dates;
  double before = inside(ends.now), in_range = 0, elapsed = 0;
  for (std::size_t date = 0; date < dates.size(); ++date) {
    const double after = inside(ends.with.set.lead().spot.row(date)[path] / ends.peg(date, path));
    const double until = in_days(dates[date]);
    in_range += (before + after) * (until - elapsed);
    before = after, elapsed = until;
  }
  return in_range / elapsed;
}

// Fees of a share of the pool's liquidity follow its volume over its depth.
double fee_ratio(const scenario::ScenarioSet& set, std::size_t path) {
  const double volume = set.volume.empty() ? 1 : set.volume[path];
  return set.depth.empty() ? volume : volume / set.depth[path];
}

// What a position loses on every path, and how much of that each failure took.
struct PositionLoss {
  std::vector<double> loss;                // [paths]
  std::vector<std::size_t> nodes;          // it stands on
  std::vector<std::vector<double>> taken;  // [nodes][paths]
};

PositionLoss position_loss(const book::LpPosition& position, std::optional<double> fees_per_day,
                           const Ends& ends, const parallel::Team& team) {
  const double value_now = amm::exposure_at(position.range, Price{ends.now}).value.value();
  const double fees = fees_per_day.value_or(0) * in_days(ends.with.set.dates.back());
  const std::size_t paths = ends.then.size();
  PositionLoss found{std::vector<double>(paths), under(position.nodes(), ends.with), {}};
  found.taken.assign(found.nodes.size(), std::vector<double>(paths));
  team.for_blocks(paths, [&](std::size_t begin, std::size_t end) {
    for (std::size_t path = begin; path < end; ++path) {
      const double peg = ends.peg(path);
      double worth =
          peg * amm::exposure_at(position.range, Price{ends.then[path] / peg}).value.value();
      if (fees != 0) {
        worth += fees * share_in_range(position.range.bounds, ends, path) *
                 fee_ratio(ends.with.set, path);
      }
      // Where two fail on one path the second takes its share of what the first left.
      for (std::size_t n = 0; n < found.nodes.size(); ++n) {
        const double taken = ends.with.set.protocol_loss.row(found.nodes[n])[path] * worth;
        found.taken[n][path] = taken;
        worth -= taken;
      }
      found.loss[path] = value_now - worth;
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

  std::vector<double>& taken_by(const std::string& node) {
    for (auto& [name, sums] : table_.taken) {
      if (name == node) return sums;
    }
    return table_.taken.emplace_back(node, std::vector<double>(table_.total.size())).second;
  }

  LossTable done() && {
    LEVEE_ENSURE(table_.names.size() == table_.loss.rows());
    return std::move(table_);
  }

 private:
  LossTable table_;
};

void add_positions(const book::Book& book, const FeeForecast& fees, const Ends& ends,
                   const parallel::Team& team, Table& table) {
  for (std::size_t i = 0; i < book.positions.size(); ++i) {
    const book::LpPosition& position = book.positions[i];
    const PositionLoss found = position_loss(position, fees[i], ends, team);
    for (std::size_t n = 0; n < found.nodes.size(); ++n) {
      auto& sums = table.taken_by(ends.with.snapshot.protocols[found.nodes[n]].protocol);
      for (std::size_t path = 0; path < sums.size(); ++path) sums[path] += found.taken[n][path];
    }
    table.add(position.name, [&](std::size_t path) { return found.loss[path]; });
  }
}

// The market that a lot is repriced in.
Result<Repricing> market_of(const book::Lot& lot, const Repricing& with) {
  if (lot.asset.empty() || lot.asset == with.snapshot.base) return with;
  const auto in_set = with.set.find(lot.asset);
  const auto beside = std::find_if(with.beside.begin(), with.beside.end(), [&](const Beside& one) {
    return one.snapshot.base == lot.asset;
  });
  if (!in_set || beside == with.beside.end()) {
    return fail(Reason::missing_data,
                fmt::format("{} (is on {}, of which no market was given) give one, or remove it",
                            lot.name, lot.asset));
  }
  LEVEE_EXPECT(beside->snapshot.at == with.snapshot.at);
  return Repricing{beside->snapshot, beside->surface, with.set, beside->funding, *in_set, {}};
}

// A perp that stands alone: profit and collateral in quote tokens that the venue counts as dollars.
double margined_loss(const book::Lot& lot, const Ends& ends, double kept, std::size_t path) {
  const scenario::ScenarioSet& set = ends.with.set;
  const book::Margin& margin = *lot.margin;
  const double quantity = lot.quantity.value(), collateral = margin.collateral.value();
  const bool drawn = !set.funding.empty() && ends.with.asset == 0;
  const double funding = drawn ? set.funding[path] : ends.with.funding.value();
  const double peg = ends.peg(path);
  double profit = 0;
  for (std::size_t date = 0; date < set.dates.size(); ++date) {
    const double spot = set.assets[ends.with.asset].spot.row(date)[path];
    const double notional = std::abs(quantity) * spot;
    const double paid = funding * years(set.dates[date]).value() * (ends.now + spot) / 2;
    profit = quantity * (spot - ends.now - paid);
    if (collateral + profit < margin.maintenance.value() * notional) {
      const double left = collateral + profit - margin.fee.value() * notional;
      return collateral - kept * peg * std::max(0.0, left);
    }
  }
  return collateral * (1 - peg) - peg * profit + (1 - kept) * peg * (collateral + profit);
}

Result<Done> add_lots(const book::Book& book, const Repricing& with, const parallel::Team& team,
                      Table& table) {
  for (std::size_t first = 0; first < book.lots.size();) {
    const auto market = market_of(book.lots[first], with);
    if (!market) return market.error();
    // Lots of one asset that stand together are priced together.
    std::vector<book::Instrument> instruments;
    std::size_t last = first;
    for (; last < book.lots.size() && book.lots[last].asset == book.lots[first].asset; ++last) {
      instruments.push_back(book.lots[last].instrument);
    }
    const auto values = horizon_values(instruments, *market, team);
    if (!values) return values.error();
    const Ends ends = ends_of(*market);
    for (std::size_t i = first; i < last; ++i) {
      const book::Lot& lot = book.lots[i];
      const auto venue = under(lot.venue, with);
      if (lot.margin) {
        table.add(lot.name, [&](std::size_t path) {
          return margined_loss(lot, ends, kept_on(venue, with, path), path);
        });
        continue;
      }
      // The mark of the surface: priced as at the horizon, so that no loss is a change of model.
      const Usd now = frozen_value(lot.instrument, market->snapshot.spot, Seconds{0}, *market);
      const auto then = values->row(i - first);
      const double quantity = lot.quantity.value();
      table.add(lot.name, [&](std::size_t path) {
        const double owed = std::max(0.0, quantity * then[path]);
        const double lost = owed > 0 && !venue.empty() ? 1 - kept_on(venue, with, path) : 0;
        return quantity * (now.value() - then[path]) + lost * owed;
      });
    }
    first = last;
  }
  return Done{};
}

// What is pledged is taken on the first date that finds the debt above its share of it.
double pledged_loss(const book::Loan& loan, const Ends& ends, double safe, std::size_t path) {
  const scenario::ScenarioSet& set = ends.with.set;
  const book::Pledge& pledge = *loan.pledge;
  const auto pledged = [&](double spot, double peg) {
    return pledge.base.value() * spot + pledge.quote.value() * peg;
  };
  const auto owed = [&](double spot, double peg) {
    return loan.base_owed.value() * spot + loan.quote_owed.value() * peg;
  };
  const double equity = pledged(ends.now, 1) - owed(ends.now, 1);
  double left = 0;
  for (std::size_t date = 0; date < set.dates.size(); ++date) {
    const double spot = set.lead().spot.row(date)[path], peg = ends.peg(date, path);
    const double debt =
        owed(spot, peg) * std::exp(loan.rate.value() * years(set.dates[date]).value());
    const double worth = pledged(spot, peg);
    if (debt > pledge.threshold.value() * worth) {
      const double taken = debt * (1 + pledge.bonus.value());
      const double kept = taken < worth ? 1 - taken / worth : 0;
      return equity - safe * kept * pledged(ends.then[path], ends.peg(path));
    }
    left = safe == 1 ? worth - debt : std::max(0.0, safe * worth - debt);
  }
  return equity - left;
}

void add_loans(const book::Book& book, const Ends& ends, Table& table) {
  for (const book::Loan& loan : book.loans) {
    if (loan.pledge) {
      const auto lender = under(loan.protocol, ends.with);
      table.add(loan.name, [&](std::size_t path) {
        return pledged_loss(loan, ends, kept_on(lender, ends.with, path), path);
      });
      continue;
    }
    const double base = loan.base_owed.value(), quote = loan.quote_owed.value();
    const double accrued = loan.rate.value() * ends.span;
    table.add(loan.name, [&](std::size_t path) {
      // Interest in tokens is paid as it accrues, at prices between now and then.
      const double mean_spot = (ends.now + ends.then[path]) / 2, peg = ends.peg(path);
      return base * (ends.then[path] - ends.now) + quote * (peg - 1) +
             accrued * (quote * ((1 + peg) / 2) + base * mean_spot);
    });
  }
}

// Covers of one protocol pay in book order and never more than was lost.
void add_covers(const book::Book& book, const Ends& ends, Table& table) {
  for (const book::Cover& cover : book.covers) {
    auto& lost = table.taken_by(cover.protocol);
    const Payer payer(cover, ends.with);
    const double premium = cover.premium.value() * ends.span * cover.limit.value();
    table.add(cover.name, [&](std::size_t path) {
      const double owed =
          std::clamp(lost[path] - cover.deductible.value(), 0.0, cover.limit.value());
      const double paid = owed > 0 ? owed * payer.share_paid(path) : 0;
      lost[path] -= paid;
      return premium - paid;
    });
  }
}

}  // namespace

Result<LossTable> loss_table(const book::Book& book, const FeeForecast& fees, const Repricing& with,
                             const parallel::Team& team) {
  LEVEE_EXPECT(fees.size() == book.positions.size());
  LEVEE_EXPECT(!with.set.dates.empty() && with.snapshot.spot.value() > 0 && with.asset == 0);
  LEVEE_EXPECT(with.set.protocol_loss.rows() == with.snapshot.protocols.size());
  const Ends ends = ends_of(with);
  const bool wallet = book.wallet.value() != 0;
  const bool cash = book.idle_cash.value() != 0 && with.set.peg.rows() > 0;
  Table table(book.positions.size() + book.lots.size() + book.loans.size() + book.covers.size() +
                  (wallet ? 1 : 0) + (cash ? 1 : 0),
              with.set.paths());
  add_positions(book, fees, ends, team, table);
  if (const auto lots = add_lots(book, with, team, table); !lots) return lots.error();
  add_loans(book, ends, table);
  add_covers(book, ends, table);
  if (wallet) {
    table.add("wallet",
              [&](std::size_t path) { return book.wallet.value() * (ends.now - ends.then[path]); });
  }
  if (cash) {
    table.add("cash",
              [&](std::size_t path) { return book.idle_cash.value() * (1 - ends.peg(path)); });
  }
  return std::move(table).done();
}

}  // namespace levee::risk
