#include "levee/scenario/pool.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace levee::scenario {
namespace {

std::size_t paths_in(std::span<const Part> parts) {
  std::size_t sum = 0;
  for (const Part& part : parts) sum += part.paths;
  return sum;
}

// Rows of every part side by side; `of` names the table of a set.
template <class Unit, class Of>
num::Matrix<Unit> tables(std::span<const Part> parts, Of of) {
  const num::Matrix<Unit>& first = of(parts.front().set);
  if (first.rows() == 0) return {};
  num::Matrix<Unit> whole(first.rows(), paths_in(parts));
  for (std::size_t r = 0; r < whole.rows(); ++r) {
    auto cell = whole.row(r).begin();
    for (const Part& part : parts) {
      cell = std::ranges::copy(of(part.set).row(r).first(part.paths), cell).out;
    }
  }
  return whole;
}

enum class Missing { is_zero, drops_all };

template <class Of>
std::vector<double> columns(std::span<const Part> parts, Missing missing, Of of) {
  std::size_t known = 0;
  for (const Part& part : parts) known += of(part.set).empty() ? 0 : 1;
  if (known == 0 || (missing == Missing::drops_all && known < parts.size())) return {};
  std::vector<double> whole;
  for (const Part& part : parts) {
    const std::vector<double>& own = of(part.set);
    if (own.empty()) {
      whole.resize(whole.size() + part.paths, 0.0);
    } else {
      whole.insert(whole.end(), own.begin(), own.begin() + static_cast<std::ptrdiff_t>(part.paths));
    }
  }
  return whole;
}

AssetPaths asset_of(std::span<const Part> parts, std::size_t a) {
  AssetPaths paths;
  const AssetPaths& first = parts.front().set.assets[a];
  paths.name = first.name;
  paths.tenor_power = first.tenor_power;
  paths.spot = tables<Price>(
      parts, [a](const ScenarioSet& s) -> const num::Matrix<Price>& { return s.assets[a].spot; });
  const auto column = [&](std::vector<double> AssetPaths::* field) {
    return columns(parts, Missing::is_zero,
                   [a, field](const ScenarioSet& s) -> const auto& { return s.assets[a].*field; });
  };
  paths.level = column(&AssetPaths::level);
  paths.slope = column(&AssetPaths::slope);
  paths.skew = column(&AssetPaths::skew);
  return paths;
}

}  // namespace

ScenarioSet pool_of(std::span<const Part> parts) {
  LEVEE_EXPECT(!parts.empty() && paths_in(parts) > 0);
  const ScenarioSet& first = parts.front().set;
  for (const Part& part : parts) {
    const ScenarioSet& set = part.set;
    LEVEE_EXPECT(set.dates == first.dates && set.assets.size() == first.assets.size());
    LEVEE_EXPECT(set.weight.empty() && part.paths <= set.paths());
    LEVEE_EXPECT(set.protocol_loss.rows() == first.protocol_loss.rows());
    LEVEE_EXPECT(set.peg.rows() == first.peg.rows());
  }
  ScenarioSet pool;
  pool.kind = "pool";
  pool.measure = first.measure;
  pool.calibrated_at = first.calibrated_at;
  pool.seed = first.seed;
  pool.dates = first.dates;
  pool.assets.clear();
  for (std::size_t a = 0; a < first.assets.size(); ++a) pool.assets.push_back(asset_of(parts, a));
  const auto table = [&](auto field) {
    using Table = std::remove_cvref_t<decltype(first.*field)>;
    using Unit = decltype(std::declval<Table>().at(0, 0));
    return tables<Unit>(parts, [field](const ScenarioSet& s) -> const Table& { return s.*field; });
  };
  pool.protocol_loss = table(&ScenarioSet::protocol_loss);
  pool.protocol_at = table(&ScenarioSet::protocol_at);
  pool.peg = table(&ScenarioSet::peg);
  const auto column = [&](std::vector<double> ScenarioSet::* field) {
    return columns(parts, Missing::drops_all,
                   [field](const ScenarioSet& s) -> const auto& { return s.*field; });
  };
  pool.funding = column(&ScenarioSet::funding);
  pool.volume = column(&ScenarioSet::volume);
  pool.depth = column(&ScenarioSet::depth);
  pool.gas = column(&ScenarioSet::gas);
  return pool;
}

}  // namespace levee::scenario
