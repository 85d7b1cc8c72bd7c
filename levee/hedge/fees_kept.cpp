#include "levee/hedge/fees_kept.h"

#include "levee/hedge/vol_future.h"
#include "levee/num/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr double far_sigmas = 2;

bool something_fails(const scenario::ScenarioSet& set, std::size_t path) {
  for (std::size_t node = 0; node < set.protocol_loss.rows(); ++node) {
    if (set.protocol_loss.row(node)[path] > 0) return true;
  }
  return false;
}

// Paths that end in one place, ascending.
std::vector<std::size_t> paths_in(const FeesSeen& seen, Ending where) {
  std::vector<std::size_t> paths;
  for (std::size_t s = 0; s < seen.ending.size(); ++s) {
    if (seen.ending[s] == where) paths.push_back(s);
  }
  return paths;
}

template <class At>
num::Estimate mean_over(const std::vector<std::size_t>& paths, At at) {
  std::vector<double> values;
  values.reserve(paths.size());
  for (const std::size_t s : paths) values.push_back(at(s));
  return num::mean_of(values);
}

// How far ln volatility moves on the mean of calm paths, as drawn.
double drawn_change(const CalmAsk& ask, const std::vector<std::size_t>& calm) {
  const auto& level = ask.traded.set.assets[ask.traded.asset].level;
  return mean_over(calm, [&](std::size_t s) { return level[s]; }).value;
}

std::vector<double> some_of(const std::vector<double>& all, const std::vector<std::size_t>& paths) {
  std::vector<double> some;
  if (all.empty()) return some;
  some.reserve(paths.size());
  for (const std::size_t s : paths) some.push_back(all[s]);
  return some;
}

num::Matrix<Price> some_of(const num::Matrix<Price>& all, const std::vector<std::size_t>& paths) {
  if (all.rows() == 0) return {};
  num::Matrix<Price> some(all.rows(), paths.size());
  for (std::size_t r = 0; r < all.rows(); ++r) {
    const auto from = all.row(r);
    const auto to = some.row(r);
    for (std::size_t i = 0; i < paths.size(); ++i) to[i] = from[paths[i]];
  }
  return some;
}

// What prices options and perpetuals, on some of the paths; nothing fails on them.
scenario::ScenarioSet some_of(const scenario::ScenarioSet& all,
                              const std::vector<std::size_t>& paths) {
  scenario::ScenarioSet some;
  some.kind = all.kind;
  some.measure = all.measure;
  some.calibrated_at = all.calibrated_at;
  some.dates = all.dates;
  some.assets = {};
  for (const scenario::AssetPaths& one : all.assets) {
    some.assets.push_back({one.name, some_of(one.spot, paths), some_of(one.level, paths),
                           some_of(one.slope, paths), some_of(one.skew, paths), one.tenor_power});
  }
  some.funding = some_of(all.funding, paths);
  some.peg = some_of(all.peg, paths);
  return some;
}

// Values at the horizon on calm paths, volatility having moved on their mean as recorded.
// out: [trades x calm paths]
Result<num::Matrix<Usd>> as_recorded(const CalmAsk& ask, const std::vector<std::size_t>& calm,
                                     std::span<const Tradable> trades) {
  scenario::ScenarioSet moved = some_of(ask.traded.set, calm);
  const double by = ask.vol->change - drawn_change(ask, calm);
  for (double& level : moved.assets[ask.traded.asset].level) level += by;
  const risk::Repricing& with = ask.traded;
  return unit_values(trades, ask.quotes,
                     {with.snapshot, with.surface, moved, with.funding, with.asset, with.beside},
                     ask.team);
}

// Mean worth of a unit of every candidate on calm paths.
Result<std::vector<double>> worth_when_calm(const CalmAsk& ask,
                                            const std::vector<std::size_t>& calm,
                                            const Program& program) {
  std::vector<Tradable> trades;
  for (const Candidate& one : program.candidates) {
    if (!changes_book(one.instrument)) trades.push_back(one.instrument);
  }
  num::Matrix<Usd> moved;
  if (ask.vol) {
    auto values = as_recorded(ask, calm, trades);
    if (!values) return values.error();
    moved = *std::move(values);
  }
  std::vector<double> worth;
  std::size_t row = 0;  // of those that a market prices
  for (std::size_t i = 0; i < program.candidates.size(); ++i) {
    if (ask.vol && !changes_book(program.candidates[i].instrument)) {
      worth.push_back(num::mean_of(std::as_const(moved).row(row++)).value);
    } else {
      const auto value = program.value->row(i);
      worth.push_back(mean_over(calm, [&](std::size_t s) { return value[s]; }).value);
    }
  }
  return worth;
}

// What the plan earns on every path, and the fees of what stays.
struct Earned {
  std::vector<double> hedge, fees;
  Tokens delta;
};

// Fees of what leaves are taken in by nobody: they are neither kept nor lost.
Earned earned_by(const FeesSeen& seen, const Score& score, const std::vector<Held>& held,
                 Tokens delta) {
  Earned earned{score.unhedged, seen.fees_usd, delta};
  for (std::size_t s = 0; s < earned.hedge.size(); ++s) earned.hedge[s] -= score.hedged[s];
  for (const Held& one : held) {
    const auto* left = std::get_if<Withdrawal>(&one.instrument);
    if (!left) continue;
    const auto own = seen.fees_each.row(left->position);
    for (std::size_t s = 0; s < earned.hedge.size(); ++s) {
      earned.hedge[s] += one.quantity * own[s];
      earned.fees[s] -= one.quantity * own[s];
    }
  }
  return earned;
}

FeesKeptRow row_of(const FeesSeen& seen, std::string where, const std::vector<std::size_t>& paths,
                   const Earned& earned) {
  FeesKeptRow row;
  row.where = std::move(where);
  row.share_of_paths = static_cast<double>(paths.size()) / static_cast<double>(seen.ending.size());
  if (paths.empty()) return row;
  const auto mean = [&](const std::vector<double>& values) {
    return mean_over(paths, [&](std::size_t s) { return values[s]; }).value;
  };
  const auto beside = [&](std::size_t s) {
    return earned.hedge[s] - earned.delta.value() * seen.moved_usd[s];
  };
  row.fees_usd = mean(earned.fees);
  row.liquidity_usd = mean(seen.change_usd);
  row.hedge_usd = mean(earned.hedge);
  row.beside_move_usd = mean_over(paths, beside).value;
  if (!(row.fees_usd > 0)) return row;
  const double ratio = row.beside_move_usd / row.fees_usd;
  row.kept = 1 + ratio;
  if (paths.size() < 2) return row;
  const num::Estimate off =
      mean_over(paths, [&](std::size_t s) { return beside(s) - ratio * earned.fees[s]; });
  row.kept_se = off.standard_error / row.fees_usd;
  return row;
}

// Adds what trades gain by volatility as recorded instead of as drawn.
Result<Done> move_volatility(const CalmAsk& ask, const std::vector<std::size_t>& calm,
                             const std::vector<Held>& held, std::vector<double>& hedge) {
  std::vector<Tradable> trades;
  for (const Held& one : held) {
    if (!changes_book(one.instrument)) trades.push_back(one.instrument);
  }
  const auto drawn = unit_values(trades, ask.quotes, ask.traded, ask.team);
  if (!drawn) return drawn.error();
  const auto moved = as_recorded(ask, calm, trades);
  if (!moved) return moved.error();
  std::size_t row = 0;
  for (const Held& one : held) {
    if (changes_book(one.instrument)) continue;
    const auto before = drawn->row(row), after = moved->row(row);
    for (std::size_t i = 0; i < calm.size(); ++i) {
      hedge[calm[i]] += one.quantity * (after[i] - before[calm[i]]);
    }
    ++row;
  }
  return Done{};
}

}  // namespace

CalmReach calm_reach(const Policy& policy, Vol forecast) {
  return {.sigma = forecast.value() * std::sqrt(policy.horizon_days / 365),
          .calm_sigmas = policy.calm_sigma};
}

std::vector<Ending> endings_of(const scenario::ScenarioSet& set, Price spot,
                               const CalmReach& reach) {
  const auto then = set.lead().spot.row(set.dates.size() - 1);
  std::vector<Ending> endings(then.size());
  for (std::size_t s = 0; s < then.size(); ++s) {
    const double moved = std::log(then[s] / spot.value());
    endings[s] = something_fails(set, s)                              ? Ending::failure
                 : std::abs(moved) <= reach.calm_sigmas * reach.sigma ? Ending::calm
                 : std::abs(moved) <= far_sigmas * reach.sigma        ? Ending::usual
                 : moved < 0                                          ? Ending::far_down
                                                                      : Ending::far_up;
  }
  return endings;
}

bool fees_are_known(const risk::FeeForecast& fees) {
  return std::ranges::all_of(fees, [](const auto& one) { return one.has_value(); });
}

Result<FeesSeen> fees_seen(const book::Book& book, const risk::FeeForecast& fees,
                           const CalmReach& reach, const risk::Repricing& with,
                           const parallel::Team& team) {
  LEVEE_EXPECT(fees_are_known(fees));
  book::Book alone;
  alone.positions = book.positions;
  for (book::LpPosition& position : alone.positions) {
    position.protocol.clear();
    position.stands_on.clear();
  }
  const auto without = risk::loss_table(alone, risk::FeeForecast(fees.size()), with, team);
  if (!without) return without.error();
  const auto paid = risk::loss_table(alone, fees, with, team);
  if (!paid) return paid.error();
  FeesSeen seen{.reach = reach,
                .ending = endings_of(with.set, with.snapshot.spot, reach),
                .fees_usd = without->total,
                .fees_each = {fees.size(), without->total.size()},
                .change_usd = without->total,
                .moved_usd = {}};
  const auto then = with.set.lead().spot.row(with.set.dates.size() - 1);
  for (std::size_t s = 0; s < then.size(); ++s) {
    seen.fees_usd[s] -= paid->total[s];
    seen.change_usd[s] = -seen.change_usd[s];
    seen.moved_usd.push_back(then[s] - with.snapshot.spot.value());
  }
  for (std::size_t i = 0; i < fees.size(); ++i) {
    const auto before = without->loss.row(i), after = paid->loss.row(i);
    for (std::size_t s = 0; s < then.size(); ++s) seen.fees_each.row(i)[s] = before[s] - after[s];
  }
  return seen;
}

Result<std::string> add_calm_row(const CalmAsk& ask, Program& program) {
  const Policy& policy = ask.policy;
  const FeesSeen& seen = ask.seen;
  LEVEE_EXPECT(seen.ending.size() == program.paths());
  if (policy.fees_kept_calm_min == 0) return std::string("policy fees_kept_calm_min is 0");
  const std::vector<std::size_t> calm = paths_in(seen, Ending::calm);
  if (calm.size() < calm_paths_min) {
    return fmt::format("{} of {} scenarios are calm, too few (policy calm_sigma, paths_choose)",
                       calm.size(), seen.ending.size());
  }
  const double fees = mean_over(calm, [&](std::size_t s) { return seen.fees_usd[s]; }).value;
  if (!(fees > 0)) return std::string("no fees are taken in on calm paths");
  const auto worth = worth_when_calm(ask, calm, program);
  if (!worth) return worth.error();
  const double given = 1 - policy.fees_kept_calm_min;
  solve::Row row{"calm", {}, -given * fees, std::numeric_limits<double>::infinity()};
  const double moved = mean_over(calm, [&](std::size_t s) { return seen.moved_usd[s]; }).value;
  for (const solve::Column& column : program.columns) {
    const Candidate& candidate = program.candidates[column.instrument];
    double gained = (*worth)[column.instrument] - candidate.delta * moved;
    if (const auto* left = std::get_if<Withdrawal>(&candidate.instrument)) {
      // Its worth is less its fees; they are no loss, but what stays has so much less to give.
      const auto own = seen.fees_each.row(left->position);
      gained +=
          policy.fees_kept_calm_min * mean_over(calm, [&](std::size_t s) { return own[s]; }).value;
    }
    row.coefficient.push_back(column.sign * gained - column.cost);
  }
  program.rows.push_back(std::move(row));
  program.notes.push_back(
      {fmt::format(
           "mean profit of the hedge where the price ends within {:.3g} sigma{}, USD, its "
           "delta times the move left out; at most {:.3g} % of the {:.6g} USD of fees there "
           "may go",
           seen.reach.calm_sigmas, ask.vol ? " and volatility moves as it did in such times" : "",
           100 * given, fees),
       false});
  return std::string();
}

Result<FeesKeptTold> fees_kept_told(const CalmAsk& ask, const Score& score,
                                    const std::vector<Held>& held, Tokens delta) {
  const FeesSeen& seen = ask.seen;
  LEVEE_EXPECT(score.hedged.size() == seen.ending.size());
  FeesKeptTold told;
  told.calm_within = seen.reach.calm_sigmas * seen.reach.sigma;
  Earned earned = earned_by(seen, score, held, delta);
  constexpr std::array places{std::pair{"calm", Ending::calm}, std::pair{"usual", Ending::usual},
                              std::pair{"far down", Ending::far_down},
                              std::pair{"far up", Ending::far_up}};
  for (const auto& [name, where] : places) {
    told.rows.push_back(row_of(seen, name, paths_in(seen, where), earned));
  }
  const std::vector<std::size_t> calm = paths_in(seen, Ending::calm);
  if (!ask.vol || calm.empty()) return told;
  told.vol_change = ask.vol->change;
  told.vol_change_se = ask.vol->change_se;
  told.vol_spans = ask.vol->spans;
  told.vol_change_drawn = drawn_change(ask, calm);
  if (const auto done = move_volatility(ask, calm, held, earned.hedge); !done) return done.error();
  told.rows.insert(told.rows.begin() + 1, row_of(seen, "calm, vol as recorded", calm, earned));
  return told;
}

}  // namespace levee::hedge
