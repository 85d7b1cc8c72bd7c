#include "levee/feed/protocol_file.h"

#include "levee/feed/shown.h"
#include "levee/feed/toml_file.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::feed {
namespace {

constexpr std::array<std::string_view, 2> root_keys{"protocol", "depeg"};
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

hazard::Depeg depeg_in(TomlTable& table, std::string_view quote) {
  constexpr std::array<std::string_view, 6> depeg_keys{"token",           "intensity_per_year",
                                                       "depth_share_low", "depth_share_high",
                                                       "half_life_days",  "source"};
  constexpr Measure intensity{.unit = "breaks per year", .sign = Sign::not_negative};
  constexpr Measure share{
      .unit = "share of a dollar that it falls, 0 to 1", .sign = Sign::not_negative, .most = 1};
  constexpr Measure half{.unit = "days", .sign = Sign::positive, .most = 36'500};
  table.only(depeg_keys);
  hazard::Depeg depeg{.token = table.text("token", "the book's quote"),
                      .intensity = Intensity{table.number("intensity_per_year", intensity)},
                      .depth_low = Share{table.number("depth_share_low", share)},
                      .depth_high = Share{table.number("depth_share_high", share)},
                      .half_life = {},
                      .source = table.text("source", "who says so")};
  if (const auto length = table.number_if("half_life_days", half)) {
    depeg.half_life = Seconds{std::max<std::int64_t>(1, std::llround(*length * 86400))};
  }
  if (depeg.depth_high < depeg.depth_low) {
    table.refuse("depth_share_high", "is below depth_share_low (swap the two)");
  }
  if (!(depeg.depth_high < Share{1})) {
    table.refuse("depth_share_high", "leaves nothing (must be below 1)");
  }
  if (!quote.empty() && depeg.token != quote) {
    table.refuse("token", fmt::format("{} is not the quote token, {}", shown(depeg.token),
                                      shown(std::string(quote))));
  }
  return depeg;
}

}  // namespace

Result<Failures> read_failures(const std::string& path, std::string_view quote) {
  auto document = read_toml(path);
  if (!document) return document.error();
  TomlTable root = root_of(**document);
  std::vector<TomlTable> tables{root};
  Failures failures;
  if (root.has("protocol") || root.has("depeg")) {
    root.only(root_keys);
    tables = root.tables("protocol");
    if (auto table = root.table_if("depeg")) failures.depeg = depeg_in(*table, quote);
  }
  std::vector<hazard::FailureModel>& models = failures.protocols;
  for (TomlTable& table : tables) {
    auto model = model_in(table);
    const bool again = std::any_of(models.begin(), models.end(), [&](const auto& other) {
      return other.protocol == model.protocol;
    });
    if (again) table.refuse("name", fmt::format("{} stands twice", shown(model.protocol)));
    models.push_back(std::move(model));
  }
  if (root.fault()) return *root.fault();
  return failures;
}

}  // namespace levee::feed
