#include "levee/hedge/score.h"

#include "levee/hazard/stack.h"
#include "levee/hedge/book_change.h"
#include "levee/hedge/vol_future.h"
#include "levee/num/estimate.h"

#include <algorithm>

namespace levee::hedge {
namespace {

bool is_change(const Held& one) { return changes_book(one.instrument); }

std::vector<Tradable> traded(const std::vector<Held>& held) {
  std::vector<Tradable> trades;
  for (const Held& one : held) {
    if (!is_change(one)) trades.push_back(one.instrument);
  }
  return trades;
}

// Takes what market trades are worth, and cost, off the losses.
void add_trades(const std::vector<Held>& held, const num::Matrix<Usd>& values,
                const std::vector<double>& kept, std::vector<double>& loss) {
  std::size_t row = 0;
  for (const Held& one : held) {
    if (is_change(one)) continue;
    const auto value = values.row(row++);
    for (std::size_t s = 0; s < loss.size(); ++s) {
      const double owed = one.quantity * value[s];
      loss[s] += one.cost_usd - (owed > 0 && !kept.empty() ? kept[s] * owed : owed);
    }
  }
}

}  // namespace

std::vector<book::Instrument> instruments_of(const std::vector<Held>& held) {
  std::vector<book::Instrument> instruments;
  for (const Held& one : held) {
    if (const auto instrument = instrument_of(one.instrument)) instruments.push_back(*instrument);
  }
  return instruments;
}

std::vector<double> venue_kept(const std::string& venue, const risk::Repricing& with) {
  const std::vector<std::string> names{venue};
  const auto nodes = hazard::stack_of(with.snapshot.protocols, names);
  if (nodes.empty()) return {};
  std::vector<double> kept(with.set.paths(), 1.0);
  for (const std::size_t node : nodes) {
    const auto lost = with.set.protocol_loss.row(node);
    for (std::size_t s = 0; s < kept.size(); ++s) kept[s] *= 1 - lost[s];
  }
  return kept;
}

Result<Score> score_of(const ScoreAsk& ask, const risk::Repricing& with,
                       const parallel::Team& team) {
  auto table = risk::loss_table(ask.book, ask.fees, with, team);
  if (!table) return table.error();
  const auto values = unit_values(traded(ask.held), with.snapshot.vol_futures,
                                  traded_repricing(ask.proxy, with), team);
  if (!values) return values.error();

  Score score;
  score.unhedged = std::move(table->total);
  if (std::ranges::any_of(ask.held, is_change)) {
    const ChangedBook after = changed(ask.book, with.snapshot, ask.fees, ask.held);
    auto of_changed = risk::loss_table(after.book, after.fees, with, team);
    if (!of_changed) return of_changed.error();
    score.hedged = std::move(of_changed->total);
    for (double& loss : score.hedged) loss += after.cost_usd;
  } else {
    score.hedged = score.unhedged;
  }
  add_trades(ask.held, *values, venue_kept(ask.venue, with), score.hedged);
  const auto before = risk::report_of(score.unhedged), after = risk::report_of(score.hedged);
  if (!before) return before.error();
  if (!after) return after.error();
  score.unhedged_tail = *before;
  score.hedged_tail = *after;
  score.hedge_mean_usd = before->mean_usd - after->mean_usd;
  return score;
}

}  // namespace levee::hedge
