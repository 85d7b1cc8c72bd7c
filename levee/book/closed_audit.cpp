#include "levee/book/closed_audit.h"

#include "levee/base/wide.h"
#include "levee/book/token_sale.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/core.h>

namespace levee::book {
namespace {

using amm::Amounts;
using Rows = std::span<const ClosedRow>;

// How far a figure is off.
struct Miss {
  U256 units;  ///< The worse of both tokens'.
  double relative = 0;
};

U256 distance(const U256& a, const U256& b) { return a > b ? a - b : b - a; }

Miss miss_of(const Amounts& ours, const Amounts& record) {
  const U256 off0 = distance(ours.token0, record.token0);
  const U256 off1 = distance(ours.token1, record.token1);
  const auto relative = [](const U256& off, const U256& whole) {
    return to_double(off) / std::max(1.0, to_double(whole));
  };
  return {std::max(off0, off1),
          std::max(relative(off0, record.token0), relative(off1, record.token1))};
}

class Tally {
 public:
  explicit Tally(std::string figure) { table_.figure = std::move(figure); }
  void add(const Miss& miss) {
    ++table_.rows;
    ++(miss.units.is_zero()    ? table_.exact
       : miss.units == U256{1} ? table_.within_1
       : miss.relative <= 1e-9 ? table_.to_1e9
       : miss.relative <= 1e-6 ? table_.to_1e6
                               : table_.beyond);
    misses_.push_back(miss.relative);
  }
  ErrorTable table() {
    std::ranges::sort(misses_);
    for (const double miss : misses_) table_.mean += miss / static_cast<double>(misses_.size());
    if (!misses_.empty()) {
      const auto rank = std::ceil(0.95 * static_cast<double>(misses_.size()));
      table_.p95 = misses_[static_cast<std::size_t>(rank) - 1];
      table_.most = misses_.back();
    }
    return table_;
  }

 private:
  ErrorTable table_;
  std::vector<double> misses_;
};

struct Tallies {
  Tally in_alone{"amounts in, each row by itself"};
  Tally in{"amounts in, action by action"};
  Tally out_alone{"amounts out, each row by itself"};
  Tally out{"amounts out, action by action"};
};

Result<Amounts> principal(const ClosedRow& row, const ClosedEnd& end, i128 change) {
  const auto flows = amm::principal_of({end.price, end.tick, row.range, change});
  if (!flows) return flows.error();
  return Amounts{flows->token0.magnitude(), flows->token1.magnitude()};
}

// One position's rows, taken through the books.
class Kept {
 public:
  Kept(Rows rows, LpAccount account) : rows_(rows), account_(std::move(account)) {}

  Result<Done> keep(Tallies& tallies, std::vector<RowNote>& unexplained);
  Result<I256> profit() const {
    const auto standing = account_.standing(moment(rows_.back().out));
    if (!standing) return standing.error();
    return standing->realised;
  }

 private:
  Result<Amounts> leave(std::size_t i);
  Result<Done> book(const Result<LpLine>& line);
  LpMoment moment(const ClosedEnd& end) const { return {end.price, end.tick, growth_}; }

  Rows rows_;
  LpAccount account_;
  amm::FeeGrowth growth_;
  Amounts deposits_;  // Less withdrawals, as the record keeps them.
};

Result<Done> Kept::book(const Result<LpLine>& line) {
  if (!line) return line.error();
  const auto net = [](const U256& held, const U256& in, const U256& out) {
    return held + in - std::min(held + in, out);
  };
  deposits_ = {net(deposits_.token0, line->paid.token0, line->freed.token0),
               net(deposits_.token1, line->paid.token1, line->freed.token1)};
  return Done{};
}

// Ends a stretch: fees are credited and the next action happens. What the stretch's liquidity
// comes to is paid out in two parts if that action takes one of them, each rounded down.
Result<Amounts> Kept::leave(std::size_t i) {
  const ClosedRow& row = rows_[i];
  const amm::FeeGrowth more = growth_paying(row.fees, row.liquidity);
  growth_ = {wrapping_add(growth_.token0, more.token0), wrapping_add(growth_.token1, more.token1)};
  const u128 next = i + 1 < rows_.size() ? rows_[i + 1].liquidity : 0;
  const LpMoment now = moment(row.out);
  if (next > row.liquidity) {
    const auto held = account_.standing(now);
    if (!held) return held.error();
    if (auto done = book(account_.add(next - row.liquidity, now)); !done) return done.error();
    return held->principal;
  }
  const auto line = account_.remove(row.liquidity - next, now);
  if (auto done = book(line); !done) return done.error();
  const auto rest = account_.standing(now);
  if (!rest) return rest.error();
  return Amounts{line->freed.token0 + rest->principal.token0,
                 line->freed.token1 + rest->principal.token1};
}

// The record's own sums: gains and profit are differences of its other columns.
bool adds_up(const ClosedRow& row) {
  const auto gain = [](const U256& out, const U256& fee, const U256& in) {
    return wrapping_sub(I256::positive(out + fee), I256::positive(in));
  };
  return row.gain0 == gain(row.out.amounts.token0, row.fees.token0, row.in.amounts.token0) &&
         row.gain1 == gain(row.out.amounts.token1, row.fees.token1, row.in.amounts.token1) &&
         row.profit == gain(row.out.value, {}, row.in.value);
}

Result<Done> Kept::keep(Tallies& tallies, std::vector<RowNote>& unexplained) {
  if (auto done = book(account_.add(rows_[0].liquidity, moment(rows_[0].in))); !done) {
    return done.error();
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const ClosedRow& row = rows_[i];
    const auto all = static_cast<i128>(row.liquidity);
    const auto in_alone = principal(row, row.in, all), out_alone = principal(row, row.out, -all);
    if (!in_alone || !out_alone) return in_alone ? out_alone.error() : in_alone.error();
    const Miss in = miss_of(deposits_, row.in.amounts);
    const auto left = leave(i);
    if (!left) return left.error();
    const Miss out = miss_of(*left, row.out.amounts);
    tallies.in_alone.add(miss_of(*in_alone, row.in.amounts));
    tallies.out_alone.add(miss_of(*out_alone, row.out.amounts));
    tallies.in.add(in);
    tallies.out.add(out);
    if (!in.units.is_zero() || !out.units.is_zero() || !adds_up(row)) {
      unexplained.push_back(
          {row.line, fmt::format("amounts in are off by {} units, amounts out by {}; its own sums "
                                 "{}",
                                 decimal_text(in.units), decimal_text(out.units),
                                 adds_up(row) ? "add up" : "do not add up")});
    }
  }
  return Done{};
}

TokenSale sale_of(const ClosedEnd& end, const U256& fees0, FeePips fee) {
  return {end.amounts.token0 + fees0, end.price, fee};
}

// The liquidity that the record's value at one end was worked out with.
std::optional<u128> liquidity_of(const ClosedEnd& end, const Amounts& fees, FeePips fee) {
  const U256 kept = end.amounts.token1 + fees.token1;
  if (end.value <= kept) return std::nullopt;
  return liquidity_behind(sale_of(end, fees.token0, fee), end.value - kept);
}

// Profit of a row with token0 valued by `value`.
template <class Value>
I256 profit_by(const ClosedRow& row, FeePips fee, Value value) {
  const U256 in = row.in.amounts.token1 + value(sale_of(row.in, {}, fee));
  const U256 out =
      row.out.amounts.token1 + row.fees.token1 + value(sale_of(row.out, row.fees.token0, fee));
  return wrapping_sub(I256::positive(out), I256::positive(in));
}

Miss profit_miss(const I256& ours, const ClosedRow& row) {
  const U256 off = wrapping_sub(ours, row.profit).magnitude();
  return {off, to_double(off) / std::max(1.0, to_double(row.in.value))};
}

u128 median_liquidity(Rows rows, FeePips fee) {
  std::vector<u128> seen;
  for (const ClosedRow& row : rows) {
    if (const auto in = liquidity_of(row.in, {}, fee)) seen.push_back(*in);
    if (const auto out = liquidity_of(row.out, row.fees, fee)) seen.push_back(*out);
  }
  if (seen.empty()) return 0;
  const auto middle = seen.begin() + static_cast<std::ptrdiff_t>(seen.size() / 2);
  std::ranges::nth_element(seen, middle);
  return *middle;
}

// A row's end and the next row's beginning are one moment of one pool: the liquidity behind one
// value must give the other.
ErrorTable paired_values(Rows rows, FeePips fee) {
  Tally tally("value at the beginning, from the value at the same moment before it");
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const ClosedRow &before = rows[i - 1], &row = rows[i];
    if (row.position != before.position) continue;
    const auto liquidity = liquidity_of(before.out, before.fees, fee);
    if (!liquidity) continue;
    const U256 ours = row.in.amounts.token1 + sale_into(sale_of(row.in, {}, fee), *liquidity);
    tally.add(miss_of({{}, ours}, {{}, row.in.value}));
  }
  return tally.table();
}

void compare_profits(ClosedAudit& audit, Rows rows, FeePips fee) {
  constexpr double far = 1e-4;
  const u128 liquidity = median_liquidity(rows, fee);
  audit.pool_liquidity = U256{liquidity};
  Tally at_price("profit, tokens at the pool's price");
  Tally less_fee("profit, tokens sold at the pool's price less its fee");
  Tally sold("profit, tokens sold into one liquidity for all rows");
  for (const ClosedRow& row : rows) {
    at_price.add(profit_miss(profit_by(row, FeePips{0}, sale_at_price), row));
    less_fee.add(profit_miss(profit_by(row, fee, sale_at_price), row));
    const Miss miss = profit_miss(
        profit_by(row, fee, [&](const TokenSale& sale) { return sale_into(sale, liquidity); }),
        row);
    sold.add(miss);
    if (miss.relative > far) {
      audit.furthest.push_back(
          {row.line,
           fmt::format("profit off by {:.2g} of what went in: valued by a sale of {:.3g} tokens at "
                       "the beginning and {:.3g} at the end, into a liquidity it does not tell",
                       miss.relative, to_double(row.in.amounts.token0) / 1e18,
                       to_double(row.out.amounts.token0 + row.fees.token0) / 1e18)});
    }
  }
  for (Tally* tally : {&at_price, &less_fee, &sold}) audit.tables.push_back(tally->table());
  audit.tables.push_back(paired_values(rows, fee));
}

Error broken(const ClosedRow& row, std::string_view why) {
  return fail(Reason::corrupt, fmt::format("line {}: position {} row {} ({})", row.line,
                                           row.position, row.index, why));
}

Result<Done> follows(const ClosedRow& before, const ClosedRow& row) {
  if (row.index != before.index + 1) return broken(row, "does not follow its position's last row");
  if (row.range != before.range) return broken(row, "changes the position's range");
  if (row.in.price != before.out.price || row.in.tick != before.out.tick) {
    return broken(row, "begins at another price than the row before ends");
  }
  const bool grows = row.liquidity > before.liquidity;
  if (row.liquidity == before.liquidity || grows != (row.action == ClosedAction::increase)) {
    return broken(row, "its liquidity is not what its action makes of the row before");
  }
  return Done{};
}

// The rows of the position that begins at `first`, held to follow each other.
Result<Rows> position_from(Rows rows, std::size_t first) {
  if (rows[first].index != 0 || rows[first].action != ClosedAction::open) {
    return broken(rows[first], "is not an opening");
  }
  std::size_t end = first + 1;
  for (; end < rows.size() && rows[end].position == rows[first].position; ++end) {
    if (const auto fine = follows(rows[end - 1], rows[end]); !fine) return fine.error();
  }
  for (std::size_t i = first; i < end; ++i) {
    if (rows[i].liquidity == 0 || rows[i].liquidity > ~static_cast<u128>(0) >> 1) {
      return broken(rows[i], "has no liquidity, or more than a pool allows");
    }
  }
  return rows.subspan(first, end - first);
}

}  // namespace

amm::FeeGrowth growth_paying(const Amounts& fees, u128 liquidity) {
  // Rounded up: what that pays, rounded down, is the fee again, since L < 2^128.
  const auto growth = [&](const U256& fee) {
    return *mul_div(fee, U256::power_of_two(128), U256{liquidity}, Round::up);
  };
  return {growth(fees.token0), growth(fees.token1)};
}

Result<ClosedAudit> audit_closed(Rows rows, FeePips fee) {
  if (rows.empty()) return fail(Reason::missing_data, "no rows (nothing to compare)");
  ClosedAudit audit;
  Tallies tallies;
  for (std::size_t i = 0; i < rows.size();) {
    const auto own = position_from(rows, i);
    if (!own) return own.error();
    auto account = LpAccount::open(rows[i].range, Worth::in_token1);
    if (!account) return account.error();
    Kept kept(*own, *account);
    if (auto done = kept.keep(tallies, audit.unexplained); !done) return done.error();
    const auto profit = kept.profit();
    if (!profit) return profit.error();
    ProfitSums& sums = own->size() == 1 ? audit.single : audit.several;
    ++sums.positions;
    sums.ours += to_double(*profit);
    for (const ClosedRow& row : *own) {
      sums.record += to_double(row.profit);
      ++audit.actions.at(static_cast<std::size_t>(row.action));
    }
    ++audit.positions;
    i += own->size();
  }
  audit.rows = rows.size();
  audit.tables = {tallies.in_alone.table(), tallies.in.table(), tallies.out_alone.table(),
                  tallies.out.table()};
  compare_profits(audit, rows, fee);
  return audit;
}

}  // namespace levee::book
