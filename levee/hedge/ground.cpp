#include "levee/hedge/ground.h"

#include "levee/hedge/book_change.h"
#include "levee/hedge/fees_kept.h"
#include "levee/hedge/narrow.h"
#include "levee/hedge/vol_future.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace levee::hedge {
namespace {

// Losses of the positions alone, from the market: what coverage is measured against.
Result<risk::LossTable> losses_on(const Ground& ground, const scenario::ScenarioSet& set) {
  book::Book alone;
  alone.positions = ground.book.positions;
  for (book::LpPosition& position : alone.positions) {
    position.protocol.clear();
    position.stands_on.clear();
  }
  const std::vector<std::optional<double>> no_fees(alone.positions.size());
  return risk::loss_table(alone, no_fees, repricing_on(ground, set), ground.team);
}

// What a proxy's payoff could cover at most is what the token loses along its beta: measured
// against the token's own path, every path on which they part would be a breach.
Result<risk::LossTable> position_losses(const Ground& ground, const scenario::ScenarioSet& set) {
  if (ground.proxy == nullptr) return losses_on(ground, set);
  return losses_on(ground, along_beta(*ground.proxy, set));
}

// Everything that could be done, and what a unit of it is worth on every path.
struct Offered {
  std::vector<Candidate> list;
  num::Matrix<Usd> value;
  std::vector<std::vector<double>> gain;  // [list], empty ones: value less mid
};

// Funding is income and no payoff: of a perpetual, the price's move alone covers a loss.
std::vector<std::vector<double>> gains_of(const std::vector<Candidate>& list,
                                          const risk::Repricing& with) {
  const auto then = with.set.assets[with.asset].spot.row(with.set.dates.size() - 1);
  std::vector<std::vector<double>> gain(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!std::holds_alternative<book::Perp>(list[i].instrument)) continue;
    gain[i].assign(then.begin(), then.end());
    const auto peg = with.set.peg.rows() == 0 ? std::span<const double>()
                                              : with.set.peg.row(with.set.dates.size() - 1);
    for (std::size_t s = 0; s < then.size(); ++s) {
      gain[i][s] = (peg.empty() ? 1 : peg[s]) * (then[s] - with.snapshot.spot.value());
    }
  }
  return gain;
}

// What is owed is kept in part, by whoever fails; what one owes is not.
void keep(std::span<const double> kept, bool bought, std::span<double> cells) {
  for (std::size_t s = 0; s < cells.size(); ++s) {
    const bool owed = bought ? cells[s] > 0 : cells[s] < 0;
    if (owed) cells[s] *= kept[s];
  }
}

// A venue that may fail owes what is bought from it and keeps what it was sold: the two sides of an
// instrument are no longer worth the same.
Offered with_venue(const std::vector<double>& kept, Offered from) {
  if (kept.empty()) return from;
  Offered to;
  std::vector<std::pair<std::size_t, bool>> rows;  // of `from`, bought or sold
  for (std::size_t i = 0; i < from.list.size(); ++i) {
    for (const bool bought : {true, false}) {
      Candidate side = from.list[i];
      (bought ? side.bid : side.ask).reset();
      if (!side.ask && !side.bid) continue;
      to.list.push_back(std::move(side));
      rows.emplace_back(i, bought);
    }
  }
  to.value = {rows.size(), kept.size()};
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& [i, bought] = rows[r];
    std::ranges::copy(from.value.row(i), to.value.row(r).begin());
    keep(kept, bought, to.value.row(r));
    to.gain.push_back(from.gain[i]);
    keep(std::span(kept).first(to.gain.back().size()), bought, to.gain.back());
  }
  return to;
}

Offered joined(Offered market, BookChanges changes) {
  if (changes.list.empty()) return market;
  const std::size_t first = market.list.size();
  Offered all{std::move(market.list),
              {first + changes.list.size(), changes.value.columns()},
              std::move(market.gain)};
  for (std::size_t r = 0; r < first; ++r) {
    std::ranges::copy(market.value.row(r), all.value.row(r).begin());
  }
  for (std::size_t r = 0; r < changes.list.size(); ++r) {
    std::ranges::copy(changes.value.row(r), all.value.row(first + r).begin());
    all.list.push_back(std::move(changes.list[r]));
    all.gain.push_back(std::move(changes.gain[r]));
  }
  return all;
}

// What a hedge may take of the fees of calm times; why it is under no such limit.
Result<std::string> limit_calm(const Ground& ground, const risk::Repricing& with,
                               Program& program) {
  const risk::FeeForecast& fees = ground.position.fees_usd_per_day;
  if (!fees_are_known(fees)) return std::string("fees are not known");
  const auto seen =
      fees_seen(ground.book, fees, calm_reach(ground.policy, ground.calibration.lead().forecast),
                with, ground.team);
  if (!seen) return seen.error();
  return add_calm_row({ground.policy, *seen, traded_repricing(ground.proxy, with),
                       ground.snapshot.vol_futures, calm_vol_on(ground), ground.team},
                      program);
}

}  // namespace

risk::Repricing repricing_on(const Ground& ground, const scenario::ScenarioSet& set) {
  return {ground.snapshot, ground.surface, set, ground.funding.value_or(Rate{0}), 0, ground.beside};
}

std::optional<CalmVol> calm_vol_on(const Ground& ground) {
  const market::Snapshot& traded = ground.proxy ? ground.proxy->snapshot : ground.snapshot;
  return calm_vol_of(traded, ground.calibration.horizon, ground.policy.calm_sigma);
}

Seconds span_of(double length_days) {
  return Seconds{static_cast<std::int64_t>(std::llround(length_days * 86400))};
}

scenario::CalibrationAsk calibration_ask(const Policy& policy) {
  return {.horizon = span_of(policy.horizon_days),
          .variance_weight_implied = policy.variance_weight_implied,
          .history = span_of(policy.history_days),
          .realised = span_of(policy.realised_days),
          .iv_beta_assumed = policy.iv_beta_assumed,
          .iv_residual_assumed = policy.iv_residual_assumed,
          .iv_tenor_power = policy.iv_tenor_power};
}

scenario::Sampling even_points(std::string_view kind) {
  if (kind != "jump" && kind != "diffusion") return {};
  return {.points = scenario::Sampling::Points::sobol};
}

Result<scenario::ScenarioSet> drawn(const Ground& ground, const Wanted& wanted,
                                    const std::vector<book::Instrument>& instruments) {
  std::vector<book::Instrument> all = instruments;
  for (const book::Lot& lot : ground.book.lots) all.push_back(lot.instrument);
  const scenario::Recipe recipe{
      .calibration = ground.calibration,
      .measure = wanted.measure,
      .dates = risk::dates_for(all, ground.snapshot.at, ground.calibration.horizon),
      .protocols = ground.snapshot.protocols,
      .paths = static_cast<std::size_t>(wanted.paths),
      .seed = wanted.seed,
      .block = span_of(ground.policy.block_days),
      .sampling = wanted.sampling};
  return scenario::generate(wanted.kind, recipe, ground.team);
}

std::vector<book::Instrument> instruments_of(const std::vector<Candidate>& candidates) {
  std::vector<book::Instrument> instruments;
  for (const Candidate& candidate : candidates) {
    if (const auto instrument = instrument_of(candidate.instrument)) {
      instruments.push_back(*instrument);
    }
  }
  return instruments;
}

Candidates tradable(const Setting& setting, const option::Surface& surface,
                    std::optional<Rate> funding) {
  const Policy& policy = setting.policy;
  const Tokens delta = Tokens{setting.position.total.delta} + setting.book.wallet;
  const market::Snapshot& market = traded_market(setting);
  Candidates all = candidates_of(market, policy, in_traded(setting, delta), funding);
  narrow(setting, surface, all);
  if (setting.proxy != nullptr) {
    for (Candidate& one : all.list) into_tokens(*setting.proxy, one);
  }
  if (policy.mode == "contracts_442" || policy.mode == "budget_40_40_20") {
    Price lower{0}, upper{1e300};
    for (const book::LpPosition& lp : setting.book.positions) {
      lower = std::max(lower, lp.range.bounds.lower);
      upper = std::min(upper, lp.range.bounds.upper);
    }
    all = ladder_of(all, market, surface, policy, in_traded(setting, lower),
                    in_traded(setting, upper));
  }
  Candidates futures = vol_futures_of(setting, surface);
  std::ranges::move(futures.list, std::back_inserter(all.list));
  std::ranges::move(futures.left_out, std::back_inserter(all.left_out));
  return all;
}

Result<Built> program_on(const Ground& ground, Setting& setting, const risk::Repricing& with,
                         Offer& offer) {
  const book::PositionAnswer& position = setting.position;
  ground.progress.enter("losses");
  auto table = risk::loss_table(ground.book, position.fees_usd_per_day, with, ground.team);
  if (!table) return table.error();
  auto of_market = position_losses(ground, with.set);
  if (!of_market) return of_market.error();
  ground.progress.enter("option values");
  const risk::Repricing traded = traded_repricing(ground.proxy, with);
  std::vector<Tradable> trades;
  for (const Candidate& one : offer.list) trades.push_back(one.instrument);
  auto value = unit_values(trades, ground.snapshot.vol_futures, traded, ground.team);
  if (!value) return value.error();

  ground.progress.enter("programme");
  BookChanges changes = changes_of(setting, {*table, *of_market, with});
  std::ranges::move(changes.left_out, std::back_inserter(offer.left_out));
  Offered all = joined(with_venue(venue_kept(ground.policy.venue, with),
                                  {offer.list, std::move(*value), gains_of(offer.list, traded)}),
                       std::move(changes));
  Rolls rolls;
  if (const auto rule = roll_rule_of(setting.policy)) {
    const RollSeat seat{setting, ground.surface, ground.outlook, *rule};
    rolls = rolls_of(seat, rollables_of(seat), {all.list, all.value, table->total});
    setting.orders.committed = rolls.legs;
  } else {
    offer.left_out.push_back(rule.error().message);
  }
  auto program = program_of(setting, std::move(all.list), std::move(all.value),
                            std::move(table->total), std::move(of_market->total));
  if (!program) return program.error();
  program->gain = std::move(all.gain);
  auto no_limit = limit_calm(ground, with, *program);
  if (!no_limit) return no_limit.error();
  return Built{*std::move(program), std::move(rolls.told), *std::move(no_limit)};
}

}  // namespace levee::hedge
