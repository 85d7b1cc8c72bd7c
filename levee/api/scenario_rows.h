// levee/api/scenario_rows.h — drawn paths as the rows of a CSV file, a part at a time.
#pragma once
#include "levee/api/verb.h"
#include "levee/parallel/team.h"
#include "levee/scenario/kind.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace levee::api {

/// Everything that paths are drawn from; it stays where it is while they are.
struct PathSource {
  scenario::Calibration calibration;
  std::optional<scenario::Generator> generator{};  ///< Of this calibration.
  std::vector<hazard::FailureModel> protocols{};
  std::size_t paths = 0;
};

/// Paths that stand in memory at once.
inline constexpr std::size_t paths_at_once = 8192;

/// A header, then a row for each path, asset and date, in that order. What is known of the horizon
/// alone stands in its rows; what is of the whole market (funding, pool, gas, peg, failures) in
/// those of the lead; the rest is empty.
class ScenarioRows final : public Parts {
 public:
  ScenarioRows(std::shared_ptr<const PathSource> source, int threads)
      : source_(std::move(source)), team_(threads) {}

  bool next(std::string& part) override;

 private:
  void write_path(std::size_t path, std::string& part) const;
  void write_lead(std::size_t path, std::size_t date, std::string& part) const;

  std::shared_ptr<const PathSource> source_;
  parallel::Team team_;
  scenario::ScenarioSet set_;
  std::vector<std::string> dates_;
  std::size_t written_ = 0;
};

}  // namespace levee::api
