#include "levee/feed/reaction_file.h"

#include "levee/base/json.h"
#include "levee/feed/csv.h"
#include "levee/feed/text_file.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

#include <fmt/core.h>

namespace levee::feed {
namespace {

using Json = nlohmann::json;

constexpr int version = 1;

struct StrengthRow {
  double mean = 0, deviation = 0, events = 0, clusters = 0;
  std::optional<double> error, usual, p_value;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("mean", self.mean, "");
    visit("deviation", self.deviation, "of one event");
    visit("error", self.error, "of the mean");
    visit("events", self.events, "");
    visit("clusters", self.clusters, "of events whose weeks touch");
    visit("usual", self.usual, "on other dates");
    visit("p_value", self.p_value, "");
  }
};

struct AssetRow {
  std::string asset;
  StrengthRow market, vol;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("asset", self.asset, "");
    visit("market", self.market, "log return of seven days");
    visit("vol", self.vol, "ln of what implied volatility was multiplied by");
  }
};

struct ReachRow {
  std::vector<AssetRow> assets;
  StrengthRow token, share_lost;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("assets", self.assets, "");
    visit("token", self.token, "log return less the first asset's");
    visit("share_lost", self.share_lost, "of the value before");
  }
};

struct FileRow {
  int levee_reaction = version;
  std::int64_t until = 0;
  ReachRow market_wide, idiosyncratic;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("levee_reaction", self.levee_reaction, "version of this file");
    visit("until", self.until, "seconds since 1970: nothing known later was read");
    visit("market_wide", self.market_wide, "");
    visit("idiosyncratic", self.idiosyncratic, "");
  }
};

StrengthRow row_of(const hazard::Strength& one) {
  return {.mean = one.mean,
          .deviation = one.deviation,
          .events = static_cast<double>(one.events),
          .clusters = static_cast<double>(one.clusters),
          .error = one.error,
          .usual = one.usual,
          .p_value = one.p_value};
}

ReachRow row_of(const hazard::ReachReaction& one) {
  ReachRow row{.assets = {}, .token = row_of(one.token), .share_lost = row_of(one.share_lost)};
  for (const hazard::AssetReaction& asset : one.assets) {
    row.assets.push_back({asset.asset, row_of(asset.market), row_of(asset.vol)});
  }
  return row;
}

std::optional<double> number_if(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

// What makes no sense is an error of the file, thrown as those of its form are.
struct Unfit {};

hazard::Strength strength_from(const Json& row) {
  hazard::Strength one{.mean = row.at("mean"),
                       .deviation = row.at("deviation"),
                       .error = number_if(row.at("error")),
                       .events = row.at("events").get<std::size_t>(),
                       .clusters = row.at("clusters").get<std::size_t>(),
                       .usual = number_if(row.at("usual")),
                       .p_value = number_if(row.at("p_value"))};
  const double p = one.p_value.value_or(1);
  const bool fits = std::isfinite(one.mean) && one.deviation >= 0 && one.error.value_or(0) >= 0 &&
                    one.clusters <= one.events && (one.events == 0 || one.clusters > 0) && p >= 0 &&
                    p <= 1 && (one.events > 0 || one.mean == 0);
  if (!fits) throw Unfit{};
  return one;
}

hazard::ReachReaction reach_from(const Json& row) {
  hazard::ReachReaction one{.assets = {},
                            .token = strength_from(row.at("token")),
                            .share_lost = strength_from(row.at("share_lost"))};
  std::set<std::string> names;
  for (const Json& asset : row.at("assets")) {
    one.assets.push_back({asset.at("asset").get<std::string>(), strength_from(asset.at("market")),
                          strength_from(asset.at("vol"))});
    if (!names.insert(one.assets.back().asset).second) throw Unfit{};
  }
  return one;
}

constexpr Measure price{.unit = "price, USD per token", .sign = Sign::positive};

}  // namespace

std::string text_of(const hazard::Reaction& reaction) {
  return json_of(FileRow{.until = reaction.until.value(),
                         .market_wide = row_of(reaction.market_wide),
                         .idiosyncratic = row_of(reaction.idiosyncratic)}) +
         "\n";
}

Result<hazard::Reaction> read_reaction(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return text.error();
  const auto refuse = [&](std::string_view why) {
    return fail(
        Reason::bad_input,
        fmt::format("{}: {} (not a reaction of this version; levee study-events writes one)", path,
                    why));
  };
  const Json file = Json::parse(text->text, nullptr, false);
  if (file.is_discarded()) return refuse("is not JSON");
  try {
    if (file.at("levee_reaction") != version) return refuse("is of another version");
    return hazard::Reaction{.market_wide = reach_from(file.at("market_wide")),
                            .idiosyncratic = reach_from(file.at("idiosyncratic")),
                            .until = UnixSeconds{file.at("until").get<std::int64_t>()}};
  } catch (const nlohmann::json::exception& flaw) {
    return refuse(flaw.what());
  } catch (const Unfit&) {
    return refuse("its parts do not go together");
  }
}

Result<std::vector<risk::WatchedToken>> read_token_moves(const std::string& path) {
  auto text = read_text(path);
  if (!text) return text.error();
  auto csv = Csv::from(*std::move(text));
  if (!csv) return csv.error();
  const Column event = csv->need("event"), token = csv->need("token");
  const Column opened = csv->need("open_time_utc");
  const Column close = csv->need("close_usdt", price), lead = csv->need("eth_close_usdt", price);
  if (csv->fault()) return *csv->fault();
  constexpr Seconds step = hours(1);
  std::vector<risk::WatchedToken> all;
  RowReader reader(*csv);
  for (const Csv::Row& row : csv->rows()) {
    reader.load(row);
    const std::string_view name = reader.text(event), ticker = reader.text(token);
    const UnixSeconds known = reader.moment(opened) + step;
    const auto own = reader.number_if(close), beside = reader.number_if(lead);
    if (!reader.fault() && (name.empty() || ticker.empty())) {
      reader.refuse(Reason::bad_input, "event or token is empty");
    }
    if (reader.fault()) return *reader.fault();
    if (all.empty() || all.back().event != name || all.back().token != ticker) {
      all.push_back({.event = std::string(name), .token = std::string(ticker), .prices = {}});
      all.back().prices.step = all.back().lead.step = step;
      all.back().prices.source = all.back().lead.source = path;
    }
    risk::WatchedToken& last = all.back();
    for (const auto& [series, value] : {std::pair{&last.prices, own}, {&last.lead, beside}}) {
      if (!value) continue;
      if (!series->empty() && !(series->at.back() < known)) {
        reader.refuse(Reason::bad_input, "open_time_utc is not after the row before (rows ascend)");
        return *reader.fault();
      }
      series->at.push_back(known);
      series->value.push_back(*value);
    }
  }
  for (const risk::WatchedToken& one : all) {
    if (one.prices.at.size() < 2 || one.lead.at.size() < 2) {
      return fail(Reason::missing_data,
                  fmt::format("{}: {} has fewer than two prices", path, one.event));
    }
  }
  return all;
}

}  // namespace levee::feed
