// levee/scenario/kind.h — the shelf of scenario kinds.
#pragma once
#include "levee/parallel/team.h"
#include "levee/scenario/set.h"

#include <memory>
#include <span>
#include <string_view>

namespace levee::scenario {

/// Where a law writes the paths of a block: rows [dates] of every asset, cells [paths].
struct Block {
  std::size_t first = 0;  ///< Number of the first path.
  std::size_t paths = 0;
  std::vector<std::vector<std::span<double>>> log_return;  ///< [assets][dates]: ln S(date) / S now.
  std::vector<std::span<double>> level;                    ///< [assets] as AssetPaths::level.
  std::span<double> weight{};  ///< As ScenarioSet::weight; empty where the law does not weigh.
};

/// A kind with everything that its paths have in common worked out.
class Law {
 public:
  Law() = default;
  Law(const Law&) = delete;
  Law& operator=(const Law&) = delete;
  virtual ~Law() = default;

  /// Writes the block's returns and, for assets that know_level(), how far volatility moved.
  ///
  /// out: a path's numbers are a function of seed and number alone
  virtual void draw(const Block& block) const = 0;
  /// Whether the law itself says how an asset's volatility moves; else it follows the price as
  /// calibrated.
  virtual bool knows_level(std::size_t asset) const;
  /// How it places paths; only where a share of them is nominal does it write weights.
  virtual Sampling sampling() const;
};

/// One way of imagining; funding, pool, gas, peg and protocols are drawn alike for every kind.
struct Entry {
  std::string_view name;
  std::string_view about;
  /// in:  the recipe outlives the law
  /// err: missing_data where the calibration lacks what the kind needs
  Result<std::unique_ptr<Law>> (*prepare)(const Recipe& recipe);
};

/// Every kind, in name order.
std::span<const Entry> shelf();

/// A kind made ready to draw any of its paths: a million of them need the memory of a part.
class Generator {
 public:
  /// in:  the recipe's calibration outlives the generator
  /// err: as generate
  static Result<Generator> of(std::string_view kind, const Recipe& recipe);

  /// Paths first, first + 1, ...; `set` is filled anew, in the memory it has.
  void draw(std::size_t first, std::size_t paths, const parallel::Team& team,
            ScenarioSet& set) const;
  ScenarioSet draw(std::size_t first, std::size_t paths, const parallel::Team& team) const;

 private:
  Generator(std::string_view kind, const Recipe& recipe);

  std::string kind_;
  std::unique_ptr<Recipe> recipe_;
  std::unique_ptr<Law> law_;
};

/// A scenario set of the named kind.
///
/// out:  same bits on any number of threads; E[spot at each date] = spot now (zero drift), but for
///       what reactions to failures move
/// err:  not_supported for an unknown kind and for a sampling that it has not; missing_data where
/// the kind lacks what it needs
Result<ScenarioSet> generate(std::string_view kind, const Recipe& recipe,
                             const parallel::Team& team);

}  // namespace levee::scenario
