// levee/api/beside_ask.cpp — NAME=PLACE read as the market of NAME.
#include "levee/api/beside_ask.h"

#include "levee/feed/series_file.h"
#include "levee/hedge/candidate.h"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

namespace levee::api {
namespace {

struct Wanted {
  std::string name, place, history, iv_index;
};

Result<std::vector<Wanted>> wanted_by(const BesideFlags& flags, const market::Snapshot& lead) {
  if (std::max(flags.beside_history.size(), flags.beside_iv_index.size()) > flags.beside.size()) {
    return fail(Reason::bad_input,
                "more beside_history or beside_iv_index than beside (they go in pairs)");
  }
  std::vector<Wanted> list;
  for (std::size_t i = 0; i < flags.beside.size(); ++i) {
    const std::string& given = flags.beside[i];
    const auto equals = given.find('=');
    Wanted one{.name = given.substr(0, equals), .place = {}, .history = {}, .iv_index = {}};
    if (equals != std::string::npos) one.place = given.substr(equals + 1);
    if (i < flags.beside_history.size()) one.history = flags.beside_history[i];
    if (i < flags.beside_iv_index.size()) one.iv_index = flags.beside_iv_index[i];
    if (one.name.empty() || (equals != std::string::npos && one.place.empty())) {
      return fail(Reason::bad_input,
                  fmt::format("beside = \"{}\" (must be NAME=FOLDER, NAME=FILE or NAME)", given));
    }
    const bool again =
        one.name == lead.base || std::ranges::count(list, one.name, &Wanted::name) > 0;
    if (again)
      return fail(Reason::bad_input, fmt::format("beside = \"{}\" (is there twice)", given));
    list.push_back(std::move(one));
  }
  return list;
}

Result<Done> check_moment(const Wanted& wanted, UnixSeconds at, Seconds most, market::Stale stale,
                          const market::Snapshot& lead) {
  if (stale == market::Stale::allow || lead.at - at <= most) return Done{};
  return fail(
      Reason::stale_data,
      fmt::format("{}: newest of {} ({} is of {}; both must be of one moment) give what was "
                  "known then, or --stale-ok",
                  wanted.name, text_of(at), lead.base, text_of(lead.at)));
}

Result<market::Snapshot> prices_alone(const Wanted& wanted, market::Stale stale,
                                      const market::Snapshot& lead) {
  if (wanted.history.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{} (has neither chain nor prices) say {}=FILE, or give "
                            "--beside-history",
                            wanted.name, wanted.name));
  }
  const feed::SeriesAsk ask{lead.at, stale};
  auto history = feed::read_history(wanted.history, ask);
  if (!history) return history.error();
  const Seconds most = std::max(hours(1), history->step);
  if (const auto fine = check_moment(wanted, history->at.back(), most, stale, lead); !fine) {
    return fine.error();
  }
  market::Snapshot snapshot;
  snapshot.base = wanted.name;
  snapshot.quote = lead.quote;
  snapshot.spot = Price{history->value.back()};
  snapshot.source = history->source;
  snapshot.history = *std::move(history);
  snapshot.stale = stale;
  if (!wanted.iv_index.empty()) {
    auto index = feed::read_iv_index(wanted.iv_index, ask);
    if (!index) return index.error();
    snapshot.source += "; " + index->source;
    snapshot.iv_index = *std::move(index);
  }
  return snapshot;
}

Result<market::Snapshot> with_chain(const Wanted& wanted, market::Stale stale,
                                    const market::Snapshot& lead) {
  feed::MarketAsk ask{.base = wanted.name, .quote = lead.quote, .at = lead.at, .stale = stale};
  std::error_code ignored;
  const bool is_folder = std::filesystem::is_directory(wanted.place, ignored);
  (is_folder ? ask.files.market : ask.files.chain) = wanted.place;
  ask.files.history = wanted.history;
  ask.files.iv_index = wanted.iv_index;
  auto snapshot = feed::read_market(ask);
  if (!snapshot) return snapshot.error();
  if (const auto fine = check_moment(wanted, snapshot->at, hours(1), stale, lead); !fine) {
    return fine.error();
  }
  return snapshot;
}

}  // namespace

Result<BesideMarkets> beside_from(const BesideFlags& flags, market::Stale stale,
                                  const market::Snapshot& lead) {
  const auto list = wanted_by(flags, lead);
  if (!list) return list.error();
  BesideMarkets found;
  for (const Wanted& wanted : *list) {
    auto snapshot =
        wanted.place.empty() ? prices_alone(wanted, stale, lead) : with_chain(wanted, stale, lead);
    if (!snapshot) return snapshot.error();
    // What was quoted shortly before is taken to stand at the lead's moment.
    snapshot->at = lead.at;
    std::optional<option::Surface> surface;
    if (!snapshot->chain.empty()) {
      auto fitted = market::surface_of(*snapshot);
      if (!fitted) return fitted.error();
      surface = *std::move(fitted);
    }
    found.snapshots.push_back(*std::move(snapshot));
    found.surfaces.push_back(std::move(surface));
  }
  return found;
}

Result<std::vector<risk::Beside>> priced_beside(const BesideMarkets& markets) {
  std::vector<risk::Beside> list;
  for (std::size_t i = 0; i < markets.snapshots.size(); ++i) {
    const market::Snapshot& snapshot = markets.snapshots[i];
    if (!markets.surfaces[i]) {
      return fail(Reason::missing_data,
                  fmt::format("{} (of prices alone; lots on it cannot be priced) give its chain: "
                              "--beside {}=FILE",
                              snapshot.base, snapshot.base));
    }
    list.push_back(
        {snapshot, *markets.surfaces[i], hedge::expected_funding(snapshot).value_or(Rate{0})});
  }
  return list;
}

}  // namespace levee::api
