#include "levee/hedge/score.h"

#include "levee/num/estimate.h"

namespace levee::hedge {

Result<Score> score_of(const book::Book& book, const std::vector<std::optional<double>>& fees,
                       const std::vector<Held>& held, const risk::Repricing& with,
                       const parallel::Team& team) {
  auto table = risk::loss_table(book, fees, with, team);
  if (!table) return table.error();
  std::vector<book::Instrument> instruments;
  double cost = 0;
  for (const Held& one : held) {
    instruments.push_back(one.instrument);
    cost += one.cost_usd;
  }
  const auto values = risk::horizon_values(instruments, with, team);
  if (!values) return values.error();

  Score score;
  score.unhedged = std::move(table->total);
  score.hedged = score.unhedged;
  for (double& loss : score.hedged) loss += cost;
  for (std::size_t i = 0; i < held.size(); ++i) {
    const auto value = values->row(i);
    for (std::size_t s = 0; s < value.size(); ++s) score.hedged[s] -= held[i].quantity * value[s];
  }
  const auto before = risk::report_of(score.unhedged), after = risk::report_of(score.hedged);
  if (!before) return before.error();
  if (!after) return after.error();
  score.unhedged_tail = *before;
  score.hedged_tail = *after;
  score.hedge_mean_usd = before->mean_usd - after->mean_usd;
  return score;
}

}  // namespace levee::hedge
