// levee/risk/stress.cpp — shocks laid out as futures, so that scenarios' own code reprices them.
#include "levee/risk/stress.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

bool is_sound(const Move& move) {
  return 0 < move.spot && std::isfinite(move.spot) && 0 < move.vol && std::isfinite(move.vol);
}

Result<Done> check(const BookInMarket& held, const ShockAsk& ask) {
  LEVEE_EXPECT(!ask.shocks.empty());
  if (ask.elapsed < Seconds{0}) {
    return fail(Reason::out_of_range,
                fmt::format("elapsed {:.3g} days (a shock cannot end before it begins)",
                            in_days(ask.elapsed)));
  }
  for (const Shock& shock : ask.shocks) {
    LEVEE_EXPECT(shock.others.empty() || shock.others.size() == held.beside.size());
    if (is_sound(shock.lead) && std::all_of(shock.others.begin(), shock.others.end(), is_sound)) {
      continue;
    }
    return fail(Reason::out_of_range,
                fmt::format("shock of spot times {}, volatility times {} (both must be positive "
                            "and finite)",
                            shock.lead.spot, shock.lead.vol));
  }
  return Done{};
}

std::vector<Seconds> dates_of(const BookInMarket& held, Seconds elapsed) {
  if (elapsed == Seconds{0}) return {elapsed};
  std::vector<book::Instrument> instruments;
  for (const book::Lot& lot : held.book.lots) instruments.push_back(lot.instrument);
  return dates_for(instruments, held.snapshot.at, elapsed);
}

Repricing repricing_in(const BookInMarket& held, const scenario::ScenarioSet& set) {
  return {held.snapshot, held.surface, set, held.funding, 0, held.beside};
}

// Of cells that lose alike the one whose volatility is nearest to now's tells more.
struct Told {
  Usd change;
  double vol = 0;
};

bool is_worse(const Told& a, const Told& b) {
  if (a.change != b.change) return a.change < b.change;
  return std::abs(std::log(a.vol)) < std::abs(std::log(b.vol));
}

Result<double> worth_of_lot(const book::Lot& lot, const Repricing& lead) {
  if (lot.margin) return lot.margin->collateral.value();
  if (std::holds_alternative<book::Perp>(lot.instrument)) return 0.0;
  const auto worth = [&](const Repricing& with) {
    return lot.quantity.value() *
           frozen_value(lot.instrument, with.snapshot.spot, Seconds{0}, with).value();
  };
  if (lot.asset.empty() || lot.asset == lead.snapshot.base) return worth(lead);
  for (std::size_t i = 0; i < lead.beside.size(); ++i) {
    const Beside& beside = lead.beside[i];
    if (beside.snapshot.base != lot.asset) continue;
    return worth({beside.snapshot, beside.surface, lead.set, beside.funding, i + 1, {}});
  }
  return fail(Reason::missing_data,
              fmt::format("{} (is on {}, of which no market was given) give one, or remove it",
                          lot.name, lot.asset));
}

}  // namespace

Result<Usd> worth_of(const BookInMarket& held) {
  const Shock none;
  const scenario::ScenarioSet set = set_of(held, {.shocks = {&none, 1}});
  const Repricing lead = repricing_in(held, set);
  const book::Book& book = held.book;
  const double spot = held.snapshot.spot.value();
  double worth = book.idle_cash.value() + book.wallet.value() * spot;
  for (const book::LpPosition& position : book.positions) {
    worth += amm::exposure_at(position.range, held.snapshot.spot).value.value();
  }
  for (const book::Lot& lot : book.lots) {
    const auto one = worth_of_lot(lot, lead);
    if (!one) return one.error();
    worth += *one;
  }
  for (const book::Loan& loan : book.loans) {
    worth -= loan.quote_owed.value() + loan.base_owed.value() * spot;
    if (loan.pledge) worth += loan.pledge->quote.value() + loan.pledge->base.value() * spot;
  }
  return Usd{worth};
}

scenario::ScenarioSet set_of(const BookInMarket& held, const ShockAsk& ask) {
  const std::size_t paths = ask.shocks.size();
  scenario::ScenarioSet set;
  set.kind = "shock";
  set.measure = scenario::Measure::replayed;
  set.source = "shocks by hand";
  set.calibrated_at = held.snapshot.at;
  set.dates = dates_of(held, ask.elapsed);
  set.protocol_loss = {held.snapshot.protocols.size(), paths};
  set.protocol_at = {held.snapshot.protocols.size(), paths};
  set.assets.resize(1 + held.beside.size());
  for (std::size_t i = 0; i < set.assets.size(); ++i) {
    const market::Snapshot& snapshot = i == 0 ? held.snapshot : held.beside[i - 1].snapshot;
    scenario::AssetPaths& asset = set.assets[i];
    asset.name = snapshot.base;
    asset.tenor_power = ask.tenor_power;
    asset.spot = {set.dates.size(), paths};
    asset.level.resize(paths);
    for (std::size_t path = 0; path < paths; ++path) {
      const Shock& shock = ask.shocks[path];
      const Move move = i == 0 ? shock.lead : shock.others.empty() ? Move{} : shock.others[i - 1];
      asset.level[path] = std::log(move.vol);
      for (std::size_t date = 0; date < set.dates.size(); ++date) {
        asset.spot.row(date)[path] = snapshot.spot.value() * move.spot;
      }
    }
  }
  return set;
}

Result<LossTable> shocked(const BookInMarket& held, const ShockAsk& ask,
                          const parallel::Team& team) {
  if (const auto sound = check(held, ask); !sound) return sound.error();
  const scenario::ScenarioSet set = set_of(held, ask);
  return loss_table(held.book, held.fees, repricing_in(held, set), team);
}

Result<StressTable> stressed(const BookInMarket& held, const StressGrid& grid,
                             const parallel::Team& team) {
  LEVEE_EXPECT(!grid.spot.empty() && !grid.vol.empty() && !grid.elapsed.empty());
  const auto worth = worth_of(held);
  if (!worth) return worth.error();
  StressTable table{.grid = grid, .worth = *worth, .change = {}, .worst = {}, .by_holding = {}};
  std::vector<Shock> shocks;
  for (const double vol : grid.vol) {
    for (const double spot : grid.spot) shocks.push_back({.lead = {spot, vol}});
  }
  for (std::size_t e = 0; e < grid.elapsed.size(); ++e) {
    const auto losses = shocked(held, {.shocks = shocks, .elapsed = grid.elapsed[e]}, team);
    if (!losses) return losses.error();
    num::Matrix<Usd> change(grid.vol.size(), grid.spot.size());
    for (std::size_t i = 0; i < shocks.size(); ++i) {
      const std::size_t vol = i / grid.spot.size(), spot = i % grid.spot.size();
      const Usd gain{0 - losses->total[i]};  // never minus nothing
      change.row(vol)[spot] = gain.value();
      const bool first = e == 0 && i == 0;
      if (!first &&
          !is_worse({gain, grid.vol[vol]}, {table.worst.change, grid.vol[table.worst.vol]}))
        continue;
      table.worst = {e, vol, spot, gain};
      table.by_holding.clear();
      for (std::size_t h = 0; h < losses->names.size(); ++h) {
        table.by_holding.emplace_back(losses->names[h], 0 - losses->loss.row(h)[i]);
      }
    }
    table.change.push_back(std::move(change));
  }
  return table;
}

}  // namespace levee::risk
