#include "levee/risk/attribution.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace levee::risk {
namespace {

// Paths whose total is nearest to VaR in rank: enough to tell a row's mean there, few enough to be
// there.
std::vector<std::size_t> paths_at(double var, std::span<const double> total, double level) {
  std::vector<std::size_t> order(total.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return total[a] != total[b] ? total[a] < total[b] : a < b;
  });
  const auto paths = static_cast<double>(total.size());
  const double half = std::clamp(std::sqrt(paths) / 2, 1.0, std::max(1.0, paths * (1 - level) / 2));
  const auto first = std::lower_bound(order.begin(), order.end(), var,
                                      [&](std::size_t a, double x) { return total[a] < x; });
  const auto last = std::upper_bound(first, order.end(), var,
                                     [&](double x, std::size_t a) { return x < total[a]; });
  const auto reach = static_cast<std::ptrdiff_t>(half);
  return {first - std::min(reach, first - order.begin()),
          last + std::min(reach, order.end() - last)};
}

double mean_at(std::span<const std::size_t> paths, std::span<const double> row,
               std::span<const double> weight) {
  double sum = 0, mass = 0;
  for (const std::size_t path : paths) {
    const double w = weight.empty() ? 1 : weight[path];
    sum += w * row[path], mass += w;
  }
  return mass > 0 ? sum / mass : 0;
}

// Of a row that is the same on every path nothing but rounding is left of its error.
num::Estimate without_rounding(num::Estimate part) {
  if (part.standard_error < 1e-12 * std::abs(part.value)) part.standard_error = 0;
  return part;
}

// Every asset whose market is known stays at today's price; no lot is on any other.
void freeze_spots(const Repricing& with, scenario::ScenarioSet& set) {
  const auto fill = [&](scenario::AssetPaths& asset, Price spot) {
    for (std::size_t date = 0; date < set.dates.size(); ++date) {
      std::ranges::fill(asset.spot.row(date), spot.value());
    }
  };
  fill(set.lead(), with.snapshot.spot);
  for (const Beside& one : with.beside) {
    if (const auto asset = set.find(one.snapshot.base)) fill(set.assets[*asset], one.snapshot.spot);
  }
}

// Everything unmoved but the factors given; `set` keeps the memory it has.
void keep_moves(std::span<const Factor> moving, const Repricing& with, scenario::ScenarioSet& set) {
  set = with.set;
  const auto moves = [&](Factor factor) { return std::ranges::count(moving, factor) > 0; };
  if (!moves(Factor::spot)) freeze_spots(with, set);
  if (!moves(Factor::surface)) {
    for (scenario::AssetPaths& asset : set.assets) {
      std::ranges::fill(asset.level, 0);
      asset.slope.clear(), asset.skew.clear();
    }
  }
  if (!moves(Factor::income)) set.funding.clear(), set.volume.clear(), set.depth.clear();
  if (!moves(Factor::peg)) set.peg = {};
  if (!moves(Factor::protocol)) {
    for (std::size_t p = 0; p < set.protocol_loss.rows(); ++p) {
      std::ranges::fill(set.protocol_loss.row(p), 0);
    }
  }
}

// Share of all orders of `all` factors in which one comes right after `before` given others.
double share_of_orders(std::size_t before, std::size_t all) {
  double share = 1 / static_cast<double>(all);
  for (std::size_t i = 0; i < before; ++i) {
    share *= static_cast<double>(i + 1) / static_cast<double>(all - 1 - i);
  }
  return share;
}

// What moves with everything else, and all of it but failures.
struct Failures {
  std::vector<std::pair<std::string, std::vector<double>>> taken;  // by node
  std::vector<double> without;                                     // [paths] losses
};

// A row for every node that positions stand on, where there are several: code, an oracle, those
// who govern. What failures brought beside that, of venues and lenders, stays in the last row.
LossTable by_node(LossTable split, const Failures& failures) {
  const std::size_t nodes = failures.taken.size(), last = split.names.size() - 1;
  if (nodes < 2) return split;
  LossTable all{
      .names = split.names, .loss = {split.names.size() + nodes, split.total.size()}, .total = {}};
  for (std::size_t r = 0; r < last; ++r)
    std::ranges::copy(split.loss.row(r), all.loss.row(r).begin());
  const auto rest = all.loss.row(last + nodes);
  std::ranges::copy(split.loss.row(last), rest.begin());
  all.names.pop_back();
  for (std::size_t n = 0; n < nodes; ++n) {
    all.names.push_back("failure of " + failures.taken[n].first);
    const auto row = all.loss.row(last + n);
    for (std::size_t i = 0; i < row.size(); ++i) {
      // Of what failures bring last in line, the share that the split gives them.
      const double brought = split.total[i] - failures.without[i];
      const double share = brought == 0 ? 0 : split.loss.row(last)[i] / brought;
      row[i] = share * failures.taken[n].second[i];
      rest[i] -= row[i];
    }
  }
  all.names.push_back(split.names.back());
  all.total = std::move(split.total);
  return all;
}

}  // namespace

Result<std::vector<Part>> parts_of(const LossTable& table, const Drawn& drawn, double level) {
  const auto shares = tail_shares(table.total, drawn, level);
  if (!shares) return shares.error();
  const std::span<const double> weight = drawn.weight;
  const auto at_var = paths_at(shares->var.value(), table.total, level);
  const std::size_t paths = table.total.size();
  const double sum = weight.empty() ? static_cast<double>(paths) : num::sum_of(weight);
  std::vector<Part> parts;
  std::vector<double> weighted(paths), off(paths);
  for (std::size_t r = 0; r < table.names.size(); ++r) {
    const auto row = table.loss.row(r);
    for (std::size_t i = 0; i < paths; ++i) weighted[i] = shares->share[i] * row[i];
    const double cvar = num::sum_of(weighted), there = mean_at(at_var, row, weight);
    for (std::size_t i = 0; i < paths; ++i) {
      const double mass = (weight.empty() ? 1 : weight[i]) / sum;
      off[i] = shares->share[i] * (row[i] - there) - mass * (cvar - there);
    }
    parts.push_back({table.names[r], without_rounding(mean_of(row, drawn)),
                     without_rounding({cvar, error_of_sum(off, drawn.sets), paths})});
  }
  return parts;
}

std::vector<Factor> factors_of(const book::Book& book, const scenario::ScenarioSet& set) {
  const bool options = std::ranges::any_of(book.lots, [](const book::Lot& lot) {
    return std::holds_alternative<option::Contract>(lot.instrument);
  });
  const bool income = !set.funding.empty() || !set.volume.empty() || !set.depth.empty();
  std::vector<Factor> factors{Factor::spot};
  if (options) factors.push_back(Factor::surface);
  if (income) factors.push_back(Factor::income);
  if (set.peg.rows() > 0) factors.push_back(Factor::peg);
  if (set.protocol_loss.rows() > 0) factors.push_back(Factor::protocol);
  return factors;
}

std::string_view name_of(Factor factor) {
  switch (factor) {
    case Factor::spot:
      return "prices";
    case Factor::surface:
      return "implied volatility";
    case Factor::income:
      return "funding and fees";
    case Factor::peg:
      return "peg";
    case Factor::protocol:
      return "protocol failure";
  }
  return "";
}

Result<LossTable> factor_losses(const book::Book& book, const FeeForecast& fees,
                                const Repricing& with, const parallel::Team& team) {
  const std::vector<Factor> factors = factors_of(book, with.set);
  const std::size_t count = factors.size(), paths = with.set.paths();
  LossTable split;
  split.names = {"time"};
  for (const Factor factor : factors) split.names.emplace_back(name_of(factor));
  split.loss = {1 + count, paths};
  scenario::ScenarioSet set;
  Failures failures;
  for (std::size_t subset = 0; subset < std::size_t{1} << count; ++subset) {
    std::vector<Factor> moving;
    for (std::size_t f = 0; f < count; ++f) {
      if (subset >> f & 1) moving.push_back(factors[f]);
    }
    keep_moves(moving, with, set);
    const Repricing moved{with.snapshot, with.surface, set, with.funding, with.asset, with.beside};
    auto table = loss_table(book, fees, moved, team);
    if (!table) return table.error();
    for (std::size_t f = 0; f < count; ++f) {
      // A factor gains what stands after it moved and gives what stood before.
      const bool after = (subset >> f & 1) != 0;
      const double share = after ? share_of_orders(moving.size() - 1, count)
                                 : -share_of_orders(moving.size(), count);
      const auto row = split.loss.row(1 + f);
      for (std::size_t i = 0; i < paths; ++i) row[i] += share * table->total[i];
    }
    if (moving.empty()) std::ranges::copy(table->total, split.loss.row(0).begin());
    const bool fails = std::ranges::count(moving, Factor::protocol) > 0;
    if (moving.size() + 1 == count && !fails) failures.without = table->total;
    if (moving.size() == count) {
      if (fails) failures.taken = std::move(table->taken);
      split.total = std::move(table->total);
    }
  }
  return by_node(std::move(split), failures);
}

}  // namespace levee::risk
