// tests/api/scenario_rows_test.cpp — a set of two assets as text, cell by cell.
#include "levee/api/scenario_rows.h"

#include "levee/base/json.h"
#include "tests/scenario/world.h"

#include <sstream>

#include <gmock/gmock.h>

namespace levee::api {
namespace {

std::shared_ptr<const PathSource> source_of(std::size_t paths) {
  auto source = std::make_shared<PathSource>();
  source->calibration = test::joint_calibration();
  source->paths = paths;
  scenario::Recipe recipe = test::recipe(source->calibration, paths);
  recipe.protocols = {{"a, b", Intensity{5}, Share{0.2}, Share{0.8}, "by hand"}};
  source->protocols = recipe.protocols;
  source->generator = *scenario::Generator::of("jump", recipe);
  return source;
}

std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells(line + ",");
    auto& row = rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
  }
  return rows;
}

}  // namespace

TEST(ScenarioRows, AreTheSetCellByCell) {
  const auto source = source_of(20);
  ScenarioRows rows(source, 1);
  std::string text, none;
  ASSERT_TRUE(rows.next(text));
  EXPECT_FALSE(rows.next(none));
  EXPECT_EQ(none, "");
  const auto table = rows_of(text);
  const scenario::ScenarioSet set = source->generator->draw(0, 20, parallel::Team(1));
  ASSERT_EQ(table.size(), 1 + 20 * 2 * 4U);
  EXPECT_EQ(table[0].back(), "lost_a_ b");
  std::size_t row = 1;
  for (std::size_t path = 0; path < 20; ++path) {
    for (std::size_t a = 0; a < 2; ++a) {
      for (std::size_t date = 0; date < 4; ++date, ++row) {
        const auto& cells = table[row];
        const scenario::AssetPaths& asset = set.assets[a];
        ASSERT_EQ(cells.size(), 13U);
        EXPECT_EQ(cells[0], std::to_string(path));
        EXPECT_EQ(cells[1], asset.name);
        EXPECT_EQ(cells[2], text_of(test::midnight + set.dates[date]));
        EXPECT_EQ(cells[3], number_text(asset.spot.row(date)[path]));
        EXPECT_EQ(cells[4], date == 3 ? number_text(asset.level[path]) : "");
        EXPECT_EQ(cells[6], date == 3 ? number_text(asset.skew[path]) : "");
        const bool all = a == 0 && date == 3;
        EXPECT_EQ(cells[7], all ? number_text(set.funding[path]) : "");
        EXPECT_EQ(cells[10], all ? number_text(set.gas[path]) : "");
        EXPECT_EQ(cells[11], a == 0 ? number_text(set.peg.row(date)[path]) : "");
        EXPECT_EQ(cells[12], all ? number_text(set.protocol_loss.row(0)[path]) : "");
      }
    }
  }
}

TEST(ScenarioRows, GoOnFromPartToPart) {
  ScenarioRows rows(source_of(paths_at_once + 3), 2);
  std::string part, text;
  int parts = 0;
  for (; rows.next(part); ++parts) text += part;
  EXPECT_EQ(parts, 2);
  const auto table = rows_of(text);
  ASSERT_EQ(table.size(), 1 + (paths_at_once + 3) * 8);
  EXPECT_EQ(table.back()[0], std::to_string(paths_at_once + 2));
  EXPECT_EQ(table[1 + 8 * paths_at_once][0], std::to_string(paths_at_once));
}

}  // namespace levee::api
