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
void add_columns(const LossTable& part, std::size_t at, std::size_t paths, LossTable& all) {
  if (at == 0) {
    all.names = part.names;
    all.loss = {part.names.size(), paths};
    all.total.resize(paths);
  }
  for (std::size_t row = 0; row < part.names.size(); ++row) {
    std::ranges::copy(part.loss.row(row), all.loss.row(row).subspan(at).begin());
  }
  std::ranges::copy(part.total, all.total.begin() + static_cast<std::ptrdiff_t>(at));
}

Repricing repricing_of(const Pricing& pricing, const scenario::ScenarioSet& set) {
  const auto& [snapshot, surface, funding, beside] = pricing;
  return {snapshot, surface, set, funding, 0, beside};
}

// Tells every tenth of a stage.
class Tenths {
 public:
  Tenths(const std::string& stage, std::size_t paths, Progress& progress)
      : stage_(stage), paths_(paths), progress_(progress) {
    progress_.enter(stage_);
  }
  void reach(std::size_t done, std::size_t all) {
    const std::size_t tenth = 10 * done / all;
    if (tenth > told_) {
      progress_.enter(fmt::format("{}, {} % of {} paths", stage_, 10 * tenth, paths_));
    }
    told_ = tenth;
  }

 private:
  const std::string& stage_;
  std::size_t paths_, told_ = 0;
  Progress& progress_;
};

// What is done with a part of a share: `at` is where in the share it stands.
template <class Work>
Result<Done> for_parts(const MeasureAsk& ask, std::size_t paths, const parallel::Team& team,
                       const Work& work) {
  const parallel::Stretch share = ask.ranks.share(paths, 1);
  const std::size_t each = paths / ask.sets.size();
  scenario::ScenarioSet set;
  for (std::size_t at = 0; at < share.count; at += set.paths()) {
    const std::size_t own = (share.first + at) % each;  // number of the path in its own set
    const std::size_t count = std::min({ask.part, share.count - at, each - own});
    ask.sets[(share.first + at) / each].draw(own, count, team, set);
    if (const auto done = work(set, at, share.count); !done) return done.error();
  }
  return Done{};
}

Result<Done> add_losses(const MeasureAsk& ask, const parallel::Team& team, Progress& progress,
                        Measured& mine) {
  Tenths tenths(ask.stage, ask.paths, progress);
  return for_parts(
      ask, ask.paths, team,
      [&](const scenario::ScenarioSet& set, std::size_t at, std::size_t all) -> Result<Done> {
        tenths.reach(at, all);
        const Repricing with = repricing_of(ask.pricing, set);
        const auto table = loss_table(ask.book, ask.fees, with, team);
        if (!table) return table.error();
        add_columns(*table, at, all, mine.holdings);
        mine.weight.insert(mine.weight.end(), set.weight.begin(), set.weight.end());
        if (ask.split != Split::factors_too) return Done{};
        const auto split = factor_losses(ask.book, ask.fees, with, team);
        if (!split) return split.error();
        add_columns(*split, at, all, mine.factors);
        return Done{};
      });
}

Result<Done> add_falls(const MeasureAsk& ask, const parallel::Team& team, Progress& progress,
                       Measured& mine) {
  if (ask.fall_paths == 0) return Done{};
  progress.enter("drawdowns");
  return for_parts(
      ask, ask.fall_paths, team,
      [&](const scenario::ScenarioSet& set, std::size_t, std::size_t) -> Result<Done> {
        const auto gains = gains_along(ask.book, ask.fees, repricing_of(ask.pricing, set), team);
        if (!gains) return gains.error();
        const auto falls = worst_falls(*gains, team);
        mine.fall.insert(mine.fall.end(), falls.begin(), falls.end());
        mine.fall_weight.insert(mine.fall_weight.end(), set.weight.begin(), set.weight.end());
        return Done{};
      });
}

// Row by row, so that no more than a row is there three times.
LossTable gathered(const parallel::Ranks& ranks, const LossTable& mine) {
  LossTable all{mine.names, {}, ranks.gathered(mine.total)};
  all.loss = {mine.names.size(), all.total.size()};
  for (std::size_t row = 0; row < mine.names.size(); ++row) {
    std::ranges::copy(ranks.gathered(mine.loss.row(row)), all.loss.row(row).begin());
  }
  return all;
}

Measured gathered(const parallel::Ranks& ranks, Measured mine) {
  if (ranks.size() == 1) return mine;
  return {.holdings = gathered(ranks, mine.holdings),
          .factors = gathered(ranks, mine.factors),
          .weight = ranks.gathered(mine.weight),
          .fall = ranks.gathered(mine.fall),
          .fall_weight = ranks.gathered(mine.fall_weight)};
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
  LEVEE_EXPECT(!ask.sets.empty() && ask.paths % ask.sets.size() == 0);
  LEVEE_EXPECT(ask.fall_paths % ask.sets.size() == 0 && ask.ranks.size() <= ask.paths);
  Measured mine;
  Result<Done> done = add_losses(ask, team, progress, mine);
  if (done) done = add_falls(ask, team, progress, mine);
  if (const auto all = ask.ranks.agreed(done); !all) return all.error();
  return gathered(ask.ranks, std::move(mine));
}

}  // namespace levee::risk
