#include "levee/feed/hazard_file.h"

#include "levee/base/json.h"
#include "levee/feed/text_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::feed {
namespace {

using Json = nlohmann::json;

constexpr int version = 2;

// One protocol as it stands in the file.
struct ProtocolRow {
  std::string id, name, sector;
  std::int64_t listed = 0;
  double chains = 1, audited = 0;
  bool listing_known = false, has_token = false, is_fork = false, has_oracle = false;
  std::optional<double> value_usd{}, audited_at{}, upgradeable{}, concentration{};

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("id", self.id, "of the universe");
    visit("name", self.name, "");
    visit("sector", self.sector, "");
    visit("listed", self.listed, "seconds since 1970");
    visit("listing_known", self.listing_known, "");
    visit("chains", self.chains, "");
    visit("audited", self.audited, "");
    visit("has_token", self.has_token, "");
    visit("is_fork", self.is_fork, "");
    visit("has_oracle", self.has_oracle, "");
    visit("value_usd", self.value_usd, "");
    visit("audited_at", self.audited_at, "seconds since 1970");
    visit("upgradeable", self.upgradeable, "1: yes");
    visit("concentration", self.concentration, "of deposits");
  }
};

// A law of shares: events and their mean share by bin.
struct ShareRow {
  std::vector<double> events, at;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("events", self.events, "as if so many had been seen in each bin");
    visit("at", self.at, "their mean share");
  }
};

struct FileRow {
  int levee_hazard = version;
  std::int64_t from = 0, until = 0;
  std::string universe;
  std::vector<std::string> covariates, sectors;
  std::vector<double> sector_events, sector_years;
  double pooled_events = 0, pooled_years = 0, effective_draws = 0;
  std::vector<std::vector<double>> beta, sector_rate;
  ShareRow lost;
  std::vector<ShareRow> recovered;
  std::vector<ProtocolRow> protocols;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("levee_hazard", self.levee_hazard, "version of this file");
    visit("from", self.from, "seconds since 1970");
    visit("until", self.until, "nothing disclosed later was used");
    visit("universe", self.universe, "its file");
    visit("covariates", self.covariates, "in order");
    visit("sectors", self.sectors, "in order");
    visit("sector_events", self.sector_events, "of gamma laws without covariates");
    visit("sector_years", self.sector_years, "");
    visit("pooled_events", self.pooled_events, "");
    visit("pooled_years", self.pooled_years, "");
    visit("effective_draws", self.effective_draws, "");
    visit("beta", self.beta, "by covariate and draw");
    visit("sector_rate", self.sector_rate, "by sector and draw, a year");
    visit("lost", self.lost, "share of what was there that an event takes");
    visit("recovered", self.recovered, "share of a loss that comes back, by sector");
    visit("protocols", self.protocols, "");
  }
};

template <class Unit>
std::vector<std::vector<double>> rows_of(const num::Matrix<Unit>& table) {
  std::vector<std::vector<double>> rows;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    rows.emplace_back(table.row(r).begin(), table.row(r).end());
  }
  return rows;
}

ShareRow row_of(const hazard::ShareLaw& law) {
  return {{law.events.begin(), law.events.end()}, {law.at.begin(), law.at.end()}};
}

// Counts above 0 and shares within 0 and 1, one a bin.
bool fill(const Json& row, hazard::ShareLaw& law) {
  const auto events = row.at("events").get<std::vector<double>>();
  const auto at = row.at("at").get<std::vector<double>>();
  if (events.size() != hazard::share_bins || at.size() != hazard::share_bins) return false;
  std::ranges::copy(events, law.events.begin());
  std::ranges::copy(at, law.at.begin());
  return std::ranges::all_of(events, [](double count) { return count > 0; }) &&
         std::ranges::all_of(at, [](double share) { return 0 <= share && share <= 1; });
}

// Rows of one length, numbers throughout.
template <class Unit>
bool fill(const Json& rows, std::size_t count, std::size_t draws, num::Matrix<Unit>& into) {
  if (rows.size() != count) return false;
  into = {count, draws};
  for (std::size_t r = 0; r < count; ++r) {
    const auto row = rows.at(r).get<std::vector<double>>();
    if (row.size() != draws) return false;
    std::ranges::copy(row, into.row(r).begin());
  }
  return true;
}

std::vector<std::string> names_of_sectors() {
  std::vector<std::string> names;
  for (std::size_t s = 0; s < hazard::sectors; ++s) {
    names.emplace_back(hazard::name_of(static_cast<hazard::Sector>(s)));
  }
  return names;
}

std::vector<std::string> names_of_covariates() {
  return {hazard::covariates.begin(), hazard::covariates.end()};
}

ProtocolRow row_of(const hazard::Protocol& one) {
  ProtocolRow row{.id = one.id,
                  .name = one.name,
                  .sector = std::string(hazard::name_of(one.sector)),
                  .listed = one.listed.value(),
                  .chains = one.chains,
                  .audited = one.audited,
                  .listing_known = one.listing_known,
                  .has_token = one.has_token,
                  .is_fork = one.is_fork,
                  .has_oracle = one.has_oracle};
  if (one.value_usd) row.value_usd = one.value_usd->value();
  if (one.audited_at) row.audited_at = static_cast<double>(one.audited_at->value());
  if (one.is_upgradeable) row.upgradeable = *one.is_upgradeable ? 1 : 0;
  if (one.largest_depositors) row.concentration = one.largest_depositors->value();
  return row;
}

hazard::Protocol protocol_from(const Json& row) {
  hazard::Protocol one{.id = row.at("id"), .name = row.at("name")};
  one.sector = hazard::sector_named(row.at("sector").get<std::string>()).value();
  one.listed = UnixSeconds{row.at("listed").get<std::int64_t>()};
  one.listing_known = row.at("listing_known");
  one.chains = row.at("chains");
  one.audited = row.at("audited");
  one.has_token = row.at("has_token");
  one.is_fork = row.at("is_fork");
  one.has_oracle = row.at("has_oracle");
  const auto known = [&](const char* key) -> std::optional<double> {
    return row.at(key).is_null() ? std::nullopt : std::optional(row.at(key).get<double>());
  };
  if (const auto usd = known("value_usd")) one.value_usd = Usd{*usd};
  if (const auto at = known("audited_at")) {
    one.audited_at = UnixSeconds{static_cast<std::int64_t>(*at)};
  }
  if (const auto is = known("upgradeable")) one.is_upgradeable = *is > 0.5;
  if (const auto share = known("concentration")) one.largest_depositors = Share{*share};
  return one;
}

// Covariates of it are numbers.
bool is_sound(const hazard::Protocol& one) {
  const double share = one.largest_depositors.value_or(Share{0}).value();
  return one.chains >= 1 && 0 <= one.audited && one.audited <= 1 && 0 <= share && share <= 1 &&
         (!one.value_usd || one.value_usd->value() > 0);
}

// Throws where a field is missing or of another type; false where fields do not go together.
bool read(const Json& file, hazard::KeptFit& kept) {
  if (file.at("levee_hazard") != version) return false;
  if (file.at("covariates") != names_of_covariates()) return false;
  if (file.at("sectors") != names_of_sectors()) return false;
  kept.window = {UnixSeconds{file.at("from").get<std::int64_t>()},
                 UnixSeconds{file.at("until").get<std::int64_t>()}};
  kept.universe.source = file.at("universe");
  const std::size_t draws = file.at("sector_rate").at(0).size();
  if (draws == 0) return false;
  if (!fill(file.at("beta"), hazard::covariates.size(), draws, kept.frequency.beta)) return false;
  if (!fill(file.at("sector_rate"), hazard::sectors, draws, kept.frequency.sector)) return false;
  kept.frequency.effective_draws = file.at("effective_draws");
  const auto events = file.at("sector_events").get<std::vector<double>>();
  const auto years = file.at("sector_years").get<std::vector<double>>();
  if (events.size() != hazard::sectors || years.size() != hazard::sectors) return false;
  for (std::size_t s = 0; s < hazard::sectors; ++s) kept.sector.push_back({events[s], years[s]});
  kept.pooled = {file.at("pooled_events"), file.at("pooled_years")};
  if (!fill(file.at("lost"), kept.lost)) return false;
  kept.recovered.resize(hazard::sectors);
  const Json& recovered = file.at("recovered");
  if (recovered.size() != hazard::sectors) return false;
  for (std::size_t s = 0; s < hazard::sectors; ++s) {
    if (!fill(recovered.at(s), kept.recovered[s])) return false;
  }
  for (const Json& row : file.at("protocols"))
    kept.universe.protocols.push_back(protocol_from(row));
  for (std::size_t s = 0; s < hazard::sectors; ++s) {
    const auto row = kept.frequency.sector.row(s);
    if (!std::ranges::all_of(row, [](double rate) { return rate > 0; })) return false;
  }
  if (!std::ranges::all_of(kept.universe.protocols, is_sound)) return false;
  const auto is_rate = [](const hazard::EventRate& one) { return one.events > 0 && one.years > 0; };
  return std::ranges::all_of(kept.sector, is_rate) && is_rate(kept.pooled) &&
         kept.window.from < kept.window.until;
}

}  // namespace

std::string text_of(const hazard::KeptFit& kept) {
  FileRow file{.from = kept.window.from.value(),
               .until = kept.window.until.value(),
               .universe = kept.universe.source,
               .covariates = names_of_covariates(),
               .sectors = names_of_sectors(),
               .sector_events = {},
               .sector_years = {},
               .pooled_events = kept.pooled.events,
               .pooled_years = kept.pooled.years,
               .effective_draws = kept.frequency.effective_draws,
               .beta = rows_of(kept.frequency.beta),
               .sector_rate = rows_of(kept.frequency.sector),
               .lost = row_of(kept.lost),
               .recovered = {},
               .protocols = {}};
  for (const hazard::ShareLaw& law : kept.recovered) file.recovered.push_back(row_of(law));
  for (const hazard::EventRate& one : kept.sector) {
    file.sector_events.push_back(one.events);
    file.sector_years.push_back(one.years);
  }
  for (const hazard::Protocol& one : kept.universe.protocols) {
    file.protocols.push_back(row_of(one));
  }
  return json_of(file) + "\n";
}

Result<hazard::KeptFit> read_hazard(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return text.error();
  const auto refuse = [&](std::string_view why) {
    return fail(
        Reason::bad_input,
        fmt::format("{}: {} (not a fit of this version; levee fit-hazard writes one)", path, why));
  };
  const Json file = Json::parse(text->text, nullptr, false);
  if (file.is_discarded()) return refuse("is not JSON");
  hazard::KeptFit kept;
  try {
    if (!read(file, kept)) return refuse("its parts do not go together");
  } catch (const nlohmann::json::exception& flaw) {
    return refuse(flaw.what());
  } catch (const std::bad_optional_access&) {
    return refuse("a protocol's sector is none");
  }
  return kept;
}

}  // namespace levee::feed
