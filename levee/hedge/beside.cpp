#include "levee/hedge/beside.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

// Why a gate forbids an act; empty: none does.
std::string forbidden(const signal::Regime& regime, signal::NewRisk act) {
  for (const signal::Restriction& one : regime.restrictions) {
    if (one.act == act) return fmt::format("{} ({} gate)", one.why, one.gate);
  }
  return {};
}

std::optional<double> daily_range(const signal::Outlook& outlook) {
  for (const signal::Gauge& gauge : outlook.gauges) {
    if (gauge.name == "daily_range" && gauge.fresh()) return gauge.fresh()->value;
  }
  return std::nullopt;
}

void add_ranges(const Ground& g, Beside& beside) {
  const auto range = daily_range(g.outlook);
  if (!range) {
    beside.unknown.push_back({"beside.ranges", std::string(name_of(Reason::missing_data)),
                              "the expected daily range is not known: no range is moved"});
    return;
  }
  const signal::Regime& regime = g.outlook.regime;
  for (const book::LpPosition& position : g.book.positions) {
    const RerangeAsk ask{.position = position,
                         .price = g.snapshot.spot,
                         .edr = *range,
                         .edr_median = {},
                         .veq = g.outlook.facts.veq,
                         .vol = g.calibration.lead().forecast,
                         .fees = g.snapshot.pool ? g.snapshot.pool->fees : std::nullopt,
                         .gas = Usd{2 * g.policy.leave_gas_usd},
                         .swap_cost = Share{g.policy.swap_share},
                         .nav = Usd{g.position.total.value_usd},
                         .forbidden = forbidden(regime, signal::NewRisk::move_range),
                         .forbidden_tight = forbidden(regime, signal::NewRisk::recentre_tighter)};
    const auto move = rerange_of(ask, {});
    if (move) {
      beside.ranges.push_back({position.name, *move});
    } else {
      beside.unknown.push_back({"beside.ranges." + position.name,
                                std::string(name_of(move.error().reason)), move.error().message});
    }
  }
}

// The first loan with something pledged.
const book::Loan* lending_line(const book::Book& book) {
  const auto found = std::ranges::find_if(
      book.loans, [](const book::Loan& one) { return one.pledge.has_value(); });
  return found == book.loans.end() ? nullptr : &*found;
}

// What the programme would make of so much more cash, a dollar of it, and how much it would use.
struct Use {
  double used_usd = 0, per_usd = 0;
};

Use use_of(const Ground& g, Program& program, const Choice& choice, double more) {
  const auto row = std::ranges::find(program.rows, "cash", &solve::Row::name);
  if (row == program.rows.end() || choice.status != solve::Status::optimal) return {};
  const auto spent = [&](const std::vector<double>& x) {
    double sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j) sum += row->coefficient[j] * x[j];
    return sum;
  };
  const std::vector<solve::Row> rows = program.rows;
  const std::vector<RowNote> notes = program.notes;
  row->upper += more;
  const Choice with = choose(program, g.policy);
  const double used = std::max(
      0.0, spent(with.x) - rows[static_cast<std::size_t>(row - program.rows.begin())].upper);
  program.rows = rows;
  program.notes = notes;
  if (with.status == solve::Status::infeasible || used < 1) return {};
  return {used, (choice.objective - with.objective) / used};
}

void add_sleeve(const Ground& g, Program& program, const Choice& choice, Beside& beside) {
  const book::Loan* loan = lending_line(g.book);
  if (!loan) return;
  const SleeveRule rule{.horizon_days = g.policy.horizon_days};
  SleeveAsk ask{.line = {.pledge = *loan->pledge, .owed = loan->quote_owed, .rate = loan->rate},
                .price = g.snapshot.spot,
                .vol = g.calibration.lead().forecast,
                .stress = g.outlook.facts.stress.stands,
                .forbidden = forbidden(g.outlook.regime, signal::NewRisk::draw_loan),
                .wanted = Usd{0},
                .gas = Usd{2 * g.policy.leave_gas_usd},
                .cash = g.book.idle_cash};
  if (ask.stress == signal::Switch::on && ask.forbidden.empty()) {
    const double room = owed_most(ask, rule).value() - loan->quote_owed.value();
    const Use use = room > 0 ? use_of(g, program, choice, room) : Use{};
    ask.wanted = Usd{use.used_usd};
    ask.benefit_per_usd = num::Estimate{use.per_usd, 0};
  }
  const auto act = sleeve_act({}, ask, rule);
  if (act) {
    beside.sleeve = *act;
  } else {
    beside.unknown.push_back(
        {"beside.sleeve", std::string(name_of(act.error().reason)), act.error().message});
  }
}

}  // namespace

Beside beside_of(const Ground& ground, Program& program, const Choice& choice) {
  Beside beside;
  add_ranges(ground, beside);
  add_sleeve(ground, program, choice, beside);
  return beside;
}

}  // namespace levee::hedge
