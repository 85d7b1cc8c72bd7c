#include "levee/risk/measure.h"

#include "levee/risk/drawdown.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::risk {
namespace {

// The first rows of a table of dates.
template <class Unit>
num::Matrix<Unit> first_rows(const num::Matrix<Unit>& from, std::size_t rows) {
  if (from.rows() == 0) return {};
  num::Matrix<Unit> to(rows, from.columns());
  for (std::size_t row = 0; row < rows; ++row)
    std::ranges::copy(from.row(row), to.row(row).begin());
  return to;
}

void scale(std::vector<double>& moves, double by) {
  for (double& move : moves) move *= by;
}

// The set as if its horizon were an earlier date.
scenario::ScenarioSet until(const scenario::ScenarioSet& set, std::size_t date) {
  scenario::ScenarioSet cut;
  cut.seed = set.seed, cut.first = set.first;
  cut.dates.assign(set.dates.begin(), set.dates.begin() + static_cast<std::ptrdiff_t>(date) + 1);
  const double share = in_days(set.dates[date]) / in_days(set.dates.back());
  cut.assets.clear();
  for (const scenario::AssetPaths& asset : set.assets) {
    cut.assets.push_back({asset.name, first_rows(asset.spot, date + 1), asset.level, asset.slope,
                          asset.skew, asset.tenor_power});
    scale(cut.assets.back().level, share);
    scale(cut.assets.back().slope, share);
    scale(cut.assets.back().skew, share);
  }
  cut.protocol_loss = set.protocol_loss;
  for (std::size_t p = 0; p < set.protocol_at.rows(); ++p) {
    const auto lost = cut.protocol_loss.row(p);
    const auto when = set.protocol_at.row(p);
    for (std::size_t path = 0; path < lost.size(); ++path) {
      if (when[path] > static_cast<double>(set.dates[date].value())) lost[path] = 0;
    }
  }
  cut.funding = set.funding, cut.volume = set.volume, cut.depth = set.depth;
  cut.peg = first_rows(set.peg, date + 1);
  return cut;
}

// Puts the columns of a part where they belong; the first part makes room for all.
void add_columns(const LossTable& part, std::size_t first, std::size_t paths, LossTable& all) {
  if (first == 0) {
    all.names = part.names;
    all.loss = {part.names.size(), paths};
    all.total.resize(paths);
  }
  for (std::size_t row = 0; row < part.names.size(); ++row) {
    std::ranges::copy(part.loss.row(row), all.loss.row(row).subspan(first).begin());
  }
  std::ranges::copy(part.total, all.total.begin() + static_cast<std::ptrdiff_t>(first));
}

Result<Done> add_part(const MeasureAsk& ask, const scenario::ScenarioSet& set,
                      const parallel::Team& team, Measured& all) {
  const auto& [snapshot, surface, funding, beside] = ask.pricing;
  const Repricing with{snapshot, surface, set, funding, 0, beside};
  const auto table = loss_table(ask.book, ask.fees, with, team);
  if (!table) return table.error();
  add_columns(*table, set.first, ask.paths, all.holdings);
  if (ask.split == Split::factors_too) {
    const auto split = factor_losses(ask.book, ask.fees, with, team);
    if (!split) return split.error();
    add_columns(*split, set.first, ask.paths, all.factors);
  }
  if (set.first < ask.fall_paths) {
    const auto gains = gains_along(ask.book, ask.fees, with, team);
    if (!gains) return gains.error();
    const auto falls = worst_falls(*gains, team);
    const std::size_t wanted = std::min(falls.size(), ask.fall_paths - set.first);
    all.falls.insert(all.falls.end(), falls.begin(),
                     falls.begin() + static_cast<std::ptrdiff_t>(wanted));
  }
  all.weight.insert(all.weight.end(), set.weight.begin(), set.weight.end());
  return Done{};
}

}  // namespace

Result<num::Matrix<Usd>> gains_along(const book::Book& book, const FeeForecast& fees,
                                     const Repricing& with, const parallel::Team& team) {
  num::Matrix<Usd> gains(1 + with.set.dates.size(), with.set.paths());
  for (std::size_t date = 0; date < with.set.dates.size(); ++date) {
    const scenario::ScenarioSet set = until(with.set, date);
    const Repricing then{with.snapshot, with.surface, set, with.funding, with.asset, with.beside};
    const auto table = loss_table(book, fees, then, team);
    if (!table) return table.error();
    const auto row = gains.row(1 + date);
    for (std::size_t path = 0; path < row.size(); ++path) row[path] = -table->total[path];
  }
  return gains;
}

Result<Measured> measured(const MeasureAsk& ask, const parallel::Team& team, Progress& progress) {
  LEVEE_EXPECT(ask.paths > 0 && ask.part > 0 && ask.fall_paths <= ask.paths);
  Measured all;
  scenario::ScenarioSet set;
  progress.enter(ask.stage);
  std::size_t told = 0;
  for (std::size_t first = 0; first < ask.paths; first += ask.part) {
    const std::size_t tenth = 10 * first / ask.paths;
    if (tenth > told) {
      progress.enter(fmt::format("{}, {} % of {} paths", ask.stage, 10 * tenth, ask.paths));
      told = tenth;
    }
    ask.generator.draw(first, std::min(ask.part, ask.paths - first), team, set);
    if (const auto added = add_part(ask, set, team, all); !added) return added.error();
  }
  return all;
}

}  // namespace levee::risk
