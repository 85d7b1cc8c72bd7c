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
constexpr std::array<std::string_view, 9> keys{
    "name",   "intensity_per_year", "loss_share_low", "loss_share_high",
    "source", "listed_as",          "sector",         "needs",
    "token"};
constexpr std::array<std::string_view, 8> cover_keys{
    "name",           "protocol",     "premium_per_year",        "capacity_usd",
    "deductible_usd", "claim_chance", "fails_with_event_chance", "provider"};

hazard::FailureModel configured_in(TomlTable& table) {
  constexpr Measure intensity{.unit = "failures per year", .sign = Sign::not_negative};
  constexpr Measure share{
      .unit = "share of the position lost, 0 to 1", .sign = Sign::not_negative, .most = 1};
  for (const std::string_view key : {"listed_as", "sector"}) {
    if (table.has(key)) table.refuse(key, "belongs to a fitted rate (remove intensity_per_year)");
  }
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

std::string known_sectors() {
  std::string list;
  for (std::size_t s = 0; s < hazard::sectors; ++s) {
    list +=
        fmt::format("{}{}", s == 0 ? "" : ", ", hazard::name_of(static_cast<hazard::Sector>(s)));
  }
  return list;
}

hazard::FailureModel fitted_in(TomlTable& table, const FailureAsk& ask) {
  hazard::NodeAsk node{.name = table.text("name", "as positions name it"), .at = ask.at};
  for (const std::string_view key : {"loss_share_low", "loss_share_high", "source"}) {
    if (table.has(key)) table.refuse(key, "belongs to a rate that is given, not fitted");
  }
  node.listed_as = table.text_if("listed_as", "name or id in the fit's universe").value_or("");
  if (const auto sector = table.text_if("sector", known_sectors())) {
    node.sector = hazard::sector_named(*sector);
    if (!node.sector) {
      table.refuse("sector",
                   fmt::format("{} is none (choose one of {})", shown(*sector), known_sectors()));
    }
    if (table.has("listed_as")) table.refuse("sector", "stands beside listed_as (remove one)");
  }
  if (table.fault()) return {};
  auto model = hazard::fitted_model(*ask.fit, node);
  if (model) return *std::move(model);
  table.refuse("name", model.error().message, model.error().reason);
  return {};
}

hazard::FailureModel model_in(TomlTable& table, const FailureAsk& ask) {
  table.only(keys);
  const bool fitted = ask.fit != nullptr && !table.has("intensity_per_year");
  hazard::FailureModel model = fitted ? fitted_in(table, ask) : configured_in(table);
  model.needs = table.texts_if("needs", "what else must hold").value_or(std::vector<std::string>{});
  model.token = table.text_if("token", "its own, as markets name it").value_or("");
  return model;
}

hazard::Depeg depeg_in(TomlTable& table, std::string_view quote) {
  constexpr std::array<std::string_view, 7> depeg_keys{"token",
                                                       "intensity_per_year",
                                                       "depth_share_low",
                                                       "depth_share_high",
                                                       "half_life_days",
                                                       "source",
                                                       "with"};
  constexpr Measure intensity{.unit = "breaks per year", .sign = Sign::not_negative};
  constexpr Measure share{
      .unit = "share of a dollar that it falls, 0 to 1", .sign = Sign::not_negative, .most = 1};
  constexpr Measure half{.unit = "days", .sign = Sign::positive, .most = 36'500};
  table.only(depeg_keys);
  const auto with = table.text_if("with", "the protocol whose failure breaks it");
  if (with && table.has("intensity_per_year")) {
    table.refuse("with", "stands beside intensity_per_year (remove one)");
  }
  hazard::Depeg depeg{
      .token = table.text("token", "the book's quote"),
      .intensity = Intensity{with ? 0 : table.number("intensity_per_year", intensity)},
      .depth_low = Share{table.number("depth_share_low", share)},
      .depth_high = Share{table.number("depth_share_high", share)},
      .half_life = {},
      .source = table.text("source", "who says so"),
      .with = with.value_or("")};
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

Result<Failures> read_failures(const std::string& path, const FailureAsk& ask) {
  auto document = read_toml(path);
  if (!document) return document.error();
  TomlTable root = root_of(**document);
  std::vector<TomlTable> tables{root};
  Failures failures;
  if (root.has("protocol") || root.has("depeg")) {
    root.only(root_keys);
    tables = root.tables("protocol");
    if (auto table = root.table_if("depeg")) failures.depeg = depeg_in(*table, ask.quote);
  }
  std::vector<hazard::FailureModel>& models = failures.protocols;
  for (TomlTable& table : tables) {
    auto model = model_in(table, ask);
    const bool again = std::any_of(models.begin(), models.end(), [&](const auto& other) {
      return other.protocol == model.protocol;
    });
    if (again) table.refuse("name", fmt::format("{} stands twice", shown(model.protocol)));
    models.push_back(std::move(model));
  }
  if (root.fault()) return *root.fault();
  return failures;
}

Result<Done> add_missing(std::span<const std::string> names, const FailureAsk& ask,
                         std::vector<hazard::FailureModel>& models) {
  std::vector<std::string> open(names.begin(), names.end());
  for (const hazard::FailureModel& model : models) {
    open.insert(open.end(), model.needs.begin(), model.needs.end());
  }
  for (const std::string& name : open) {
    const bool known = std::ranges::any_of(
        models, [&](const hazard::FailureModel& model) { return model.protocol == name; });
    if (known) continue;
    if (ask.fit == nullptr) {
      return fail(Reason::bad_input,
                  fmt::format("{} is needed, but is no [[protocol]] of the file (add its table, or "
                              "give --hazard)",
                              shown(name)));
    }
    auto model = hazard::fitted_model(*ask.fit, {.name = name, .at = ask.at});
    if (!model) return model.error();
    models.push_back(*std::move(model));
  }
  return Done{};
}

Result<std::vector<market::CoverOffer>> read_covers(const std::string& path) {
  constexpr Measure usd{.unit = "USD", .sign = Sign::positive, .most = 1e18};
  constexpr Measure usd_or_none{.unit = "USD", .sign = Sign::not_negative, .most = 1e18};
  constexpr Measure rate{
      .unit = "share per year in decimals: 0.026 is 2.6 %", .sign = Sign::not_negative, .most = 1};
  constexpr std::array<std::string_view, 1> only{"cover"};
  auto document = read_toml(path);
  if (!document) return document.error();
  TomlTable root = root_of(**document);
  root.only(only);
  std::vector<market::CoverOffer> offers;
  for (TomlTable& table : root.tables("cover")) {
    table.only(cover_keys);
    offers.push_back({.name = table.text("name", "as reports call it"),
                      .protocol = table.text("protocol", "whose failure it pays for"),
                      .premium = Rate{table.number("premium_per_year", rate)},
                      .capacity = Usd{table.number("capacity_usd", usd)},
                      .deductible = Usd{table.number_if("deductible_usd", usd_or_none).value_or(0)},
                      .claim = table.chance("claim_chance", Probability{1}),
                      .fails_with = table.chance("fails_with_event_chance", Probability{0}),
                      .provider = table.text_if("provider", "who pays").value_or("")});
    const bool again =
        std::ranges::any_of(std::span(offers).first(offers.size() - 1),
                            [&](const auto& o) { return o.name == offers.back().name; });
    if (again) table.refuse("name", fmt::format("{} stands twice", shown(offers.back().name)));
  }
  if (root.fault()) return *root.fault();
  if (offers.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{}: no [[cover]] table (nothing is on offer)", path));
  }
  return offers;
}

}  // namespace levee::feed
