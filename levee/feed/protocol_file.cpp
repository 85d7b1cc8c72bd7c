#include "levee/feed/protocol_file.h"

#include "levee/feed/shown.h"
#include "levee/feed/toml_file.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace levee::feed {
namespace {

constexpr std::array<std::string_view, 1> root_keys{"protocol"};
constexpr std::array<std::string_view, 5> keys{"name", "intensity_per_year", "loss_share_low",
                                               "loss_share_high", "source"};

hazard::FailureModel model_in(TomlTable& table) {
  constexpr Measure intensity{.unit = "failures per year", .sign = Sign::not_negative};
  constexpr Measure share{
      .unit = "share of the position lost, 0 to 1", .sign = Sign::not_negative, .most = 1};
  table.only(keys);
  hazard::FailureModel model{.protocol = table.text("name", "as positions name it"),
                             .intensity = Intensity{table.number("intensity_per_year", intensity)},
                             .loss_low = Share{table.number("loss_share_low", share)},
                             .loss_high = Share{table.number("loss_share_high", share)},
                             .source = table.text("source", "who says so")};
  if (model.loss_high < model.loss_low) {
    table.refuse("loss_share_high", "is below loss_share_low (swap the two)");
  }
  return model;
}

}  // namespace

Result<std::vector<hazard::FailureModel>> read_protocols(const std::string& path) {
  auto document = read_toml(path);
  if (!document) return document.error();
  TomlTable root = root_of(**document);
  std::vector<TomlTable> tables{root};
  if (root.has("protocol")) {
    root.only(root_keys);
    tables = root.tables("protocol");
  }
  std::vector<hazard::FailureModel> models;
  for (TomlTable& table : tables) {
    auto model = model_in(table);
    const bool again = std::any_of(models.begin(), models.end(), [&](const auto& other) {
      return other.protocol == model.protocol;
    });
    if (again) table.refuse("name", fmt::format("{} stands twice", shown(model.protocol)));
    models.push_back(std::move(model));
  }
  if (root.fault()) return *root.fault();
  return models;
}

}  // namespace levee::feed
