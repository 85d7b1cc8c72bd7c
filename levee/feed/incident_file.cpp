#include "levee/feed/incident_file.h"

#include "levee/feed/csv.h"
#include "levee/feed/shown.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::feed {
namespace {

using hazard::Incident, hazard::Incidents, hazard::Mode, hazard::Sector, hazard::Target;

constexpr Measure dollars{.unit = "USD", .sign = Sign::not_negative};
constexpr Measure any_dollars{.unit = "USD"};

// A word of a text, in lower case, and what it says.
template <class Meaning>
struct Said {
  std::string_view part;
  Meaning meaning;
};

// The first that is found counts: what tells most stands first.
constexpr std::array<Said<Mode>, 40> mode_words{{{"rug", Mode::rug},
                                                 {"exit scam", Mode::rug},
                                                 {"honeypot", Mode::rug},
                                                 {"abandoned", Mode::rug},
                                                 {"scam", Mode::rug},
                                                 {"insider", Mode::rug},
                                                 {"oracle", Mode::oracle},
                                                 {"price manip", Mode::oracle},
                                                 {"governance", Mode::governance},
                                                 {"vote", Mode::governance},
                                                 {"private key", Mode::keys},
                                                 {"key compromis", Mode::keys},
                                                 {"key leak", Mode::keys},
                                                 {"wallet stolen", Mode::keys},
                                                 {"phishing", Mode::keys},
                                                 {"dns", Mode::keys},
                                                 {"frontend", Mode::keys},
                                                 {"front-end", Mode::keys},
                                                 {"multisig", Mode::keys},
                                                 {"hot wallet", Mode::keys},
                                                 {"social eng", Mode::keys},
                                                 {"infrastructure", Mode::keys},
                                                 {"bridge", Mode::bridge},
                                                 {"merkle", Mode::bridge},
                                                 {"signature", Mode::bridge},
                                                 {"depeg", Mode::depeg},
                                                 {"insolven", Mode::insolvency},
                                                 {"reentran", Mode::code},
                                                 {"overflow", Mode::code},
                                                 {"rounding", Mode::code},
                                                 {"access control", Mode::code},
                                                 {"contract vuln", Mode::code},
                                                 {"logic", Mode::code},
                                                 {"validation", Mode::code},
                                                 {"initializ", Mode::code},
                                                 {"math", Mode::code},
                                                 {"exploit/", Mode::code},
                                                 {"flash", Mode::economic},
                                                 {"arbitrage", Mode::economic},
                                                 {"manipulation", Mode::economic}}};

constexpr std::array<Said<Sector>, 30> sector_words{{{"indexes", Sector::yield},  // and no "dex"
                                                     {"dex", Sector::dex},
                                                     {"liquidity manager", Sector::dex},
                                                     {"lending", Sector::lending},
                                                     {"cdp", Sector::lending},
                                                     {"yield", Sector::yield},
                                                     {"farm", Sector::yield},
                                                     {"vault", Sector::yield},
                                                     {"liquid staking", Sector::yield},
                                                     {"staking pool", Sector::yield},
                                                     {"bridge", Sector::bridge},
                                                     {"cross chain", Sector::bridge},
                                                     {"stable", Sector::stablecoin},
                                                     {"reserve currency", Sector::stablecoin},
                                                     {"derivativ", Sector::derivatives},
                                                     {"option", Sector::derivatives},
                                                     {"synthetic", Sector::derivatives},
                                                     {"perp", Sector::derivatives},
                                                     {"prediction", Sector::derivatives},
                                                     {"insurance", Sector::derivatives},
                                                     {"borrow", Sector::lending},
                                                     {"cex", Sector::exchange},
                                                     {"cefi", Sector::exchange},
                                                     {"exchange", Sector::exchange},
                                                     {"wallet", Sector::wallet},
                                                     {"rwa", Sector::other},
                                                     {"nft", Sector::other},
                                                     {"gaming", Sector::other},
                                                     {"token", Sector::other},
                                                     {"service", Sector::other}}};

std::string lower(std::string_view text) {
  std::string low(text);
  std::ranges::transform(low, low.begin(), [](unsigned char c) { return std::tolower(c); });
  return low;
}

template <class Meaning, std::size_t Count>
Meaning said_in(std::string_view text, const std::array<Said<Meaning>, Count>& words,
                Meaning otherwise) {
  const std::string low = lower(text);
  const auto found = std::ranges::find_if(
      words, [&](const auto& word) { return low.find(word.part) != std::string::npos; });
  return found == words.end() ? otherwise : found->meaning;
}

// Where a tracker keeps what; an empty name: nowhere.
struct Shape {
  std::string_view told_by;  // a column that no other file has
  std::string_view date, name, loss, recovered;
  std::array<std::string_view, 2> sector, mode;
  std::string_view target, universe_id, audit, unit;
};

constexpr std::array<Shape, 7> shapes{{
    {"target_type",
     "date_utc",
     "name",
     "amount_usd",
     "returned_usd",
     {"llama_category", ""},
     {"technique", "classification"},
     "target_type",
     "defillama_id",
     "",
     ""},
    {"basel2_category",
     "date_utc",
     "name",
     "loss_usd",
     "recovered_usd",
     {"sector", ""},
     {"technique", "classification"},
     "",
     "",
     "",
     ""},
    {"funds_lost_usd",
     "date_utc",
     "name",
     "funds_lost_usd",
     "funds_returned_usd",
     {"category", ""},
     {"scam_parent", "scam_type"},
     "category",
     "",
     "",
     ""},
    {"attack_method",
     "date_utc",
     "name",
     "loss_usd",
     "",
     {"", ""},
     {"attack_method", ""},
     "",
     "",
     "",
     ""},
    {"rescued_usd",
     "date_utc",
     "project",
     "loss_usd",
     "rescued_usd",
     {"", ""},
     {"root_cause", ""},
     "",
     "",
     "",
     ""},
    {"audit_class",
     "date_utc",
     "title",
     "amount_usd",
     "",
     {"", ""},
     {"", ""},
     "",
     "",
     "audit_class",
     ""},
    {"lost_unit",
     "date_utc",
     "name",
     "lost_amount",
     "",
     {"", ""},
     {"attack_type", ""},
     "",
     "",
     "",
     "lost_unit"},
}};

// A row of a tracker, read cell by cell; what is wrong with it says why it is left out.
class TrackerRow {
 public:
  TrackerRow(const Csv& csv, const Shape& shape, const Csv::Row& row)
      : csv_(csv), shape_(shape), reader_(csv) {
    reader_.load(row);
  }

  std::string_view text(std::string_view column) const {
    if (column.empty() || reader_.fault()) return {};
    const auto found = csv_.find(column);
    return found ? reader_.text(*found) : std::string_view{};
  }
  bool is_broken() const { return reader_.fault().has_value(); }

  std::optional<UnixSeconds> day() const {
    const auto moment = moment_from(text(shape_.date));
    return moment ? std::optional(*moment) : std::nullopt;
  }
  // Nothing for an empty cell and one that is no number.
  std::optional<double> amount(std::string_view column) const {
    const auto value = number_from(text(column), any_dollars);
    return value ? std::optional(*value) : std::nullopt;
  }
  bool is_no_number(std::string_view column) const {
    return !text(column).empty() && !number_from(text(column), any_dollars);
  }
  bool is_in_dollars() const {
    const std::string unit = lower(text(shape_.unit));
    return shape_.unit.empty() || unit == "usd" || unit == "usdt" || unit == "usdc" ||
           unit == "dai" || unit == "busd";
  }

 private:
  const Csv& csv_;
  const Shape& shape_;
  RowReader reader_;
};

Target target_of(const TrackerRow& row, const Shape& shape, Sector sector) {
  const std::string said = lower(row.text(shape.target));
  if (said == "cex" || said == "cefi" || sector == Sector::exchange) return Target::exchange;
  // "Other" is whatever has no contract: miners, marketplaces, persons.
  return said == "wallet" || said == "other" ? Target::person : Target::protocol;
}

// What stands before a leaderboard's " - rekt".
std::string name_from(std::string_view title) {
  const std::string low = lower(title);
  const auto end = low.find(" - rekt");
  return std::string(title.substr(0, end));
}

void take_tracker_row(const TrackerRow& row, const Shape& shape, const std::string& place,
                      Incidents& into, UnixSeconds until) {
  Incident one{.id = place, .protocol = name_from(row.text(shape.name))};
  const auto leave = [&](std::string why) {
    into.left_out.push_back({place, one.protocol, std::move(why)});
  };
  const auto day = row.day();
  if (row.is_broken()) return leave("cells do not fit the header");
  if (!day) return leave("no date");
  if (one.protocol.empty()) return leave("no name");
  one.exploited = *day;
  one.disclosed = *day + days(1);
  if (until < one.disclosed) return leave("disclosed later");
  const auto lost = row.amount(shape.loss), back = row.amount(shape.recovered);
  if ((lost && *lost < 0) || (back && *back < 0)) return leave("negative amount");
  const auto set_aside = [&](std::string why) {
    into.set_aside.push_back({place, one.protocol, std::move(why)});
  };
  if (row.is_no_number(shape.loss) || row.is_no_number(shape.recovered)) {
    set_aside("an amount that is no number");
  }
  // Trackers write 0 for a loss that nobody knows, and for nothing that came back.
  const bool is_known = lost && *lost > 0;
  if (is_known && row.is_in_dollars()) one.loss = Usd{*lost};
  if (is_known && !one.loss) set_aside("lost in another unit than dollars");
  if (one.loss && back && *back <= *lost) one.recovered = Usd{*back};
  if (back && *back > 0 && !one.recovered) set_aside("recovered above lost");
  const auto joined = [&](const std::array<std::string_view, 2>& columns) {
    return fmt::format("{} {}", row.text(columns[0]), row.text(columns[1]));
  };
  one.sector = sector_of(joined(shape.sector));
  one.mode = said_in(joined(shape.mode), mode_words, Mode::unknown);
  one.target = target_of(row, shape, one.sector);
  if (one.target == Target::exchange) one.sector = Sector::exchange;
  one.universe_id = row.text(shape.universe_id);
  if (const auto audit = row.text(shape.audit); audit == "unaudited") {
    one.audit = hazard::Audit::none;
  }
  one.source = place;
  into.used.push_back(std::move(one));
}

// levee's own file: whatever is wrong with it is an error.
class OwnFile {
 public:
  explicit OwnFile(Csv& csv)
      : csv_(csv),
        id_(csv.need("id")),
        exploited_(csv.need("exploited")),
        disclosed_(csv.need("disclosed")),
        protocol_(csv.need("protocol")),
        sector_(csv.need("sector")),
        target_(csv.need("target")),
        mode_(csv.need("mode")),
        loss_(csv.need("loss_usd", dollars)),
        recovered_(csv.need("recovered_usd", dollars)),
        refilled_(csv.need("refilled_usd", dollars)),
        before_(csv.need("tvl_before_usd", dollars)),
        audit_(csv.need("audit")),
        wide_(csv.need("market_wide")),
        token_(csv.need("token")),
        source_(csv.need("source")) {}

  Result<Incidents> read(UnixSeconds until) {
    if (csv_.fault()) return *csv_.fault();
    Incidents all{.source = csv_.path(), .rows = csv_.rows().size()};
    RowReader reader(csv_);
    std::set<std::string> seen;
    for (const Csv::Row& row : csv_.rows()) {
      reader.load(row);
      Incident one = incident(reader);
      if (!reader.fault() && !seen.insert(one.id).second) {
        reader.refuse(Reason::bad_input, fmt::format("id {} stands twice", shown(one.id)));
      }
      if (reader.fault()) return *reader.fault();
      if (until < one.disclosed) {
        const std::string place = fmt::format("{}:{}", csv_.path(), reader.line());
        all.left_out.push_back({place, one.protocol, "disclosed later"});
      } else {
        all.used.push_back(std::move(one));
      }
    }
    return all;
  }

 private:
  template <class Word>
  Word word(RowReader& reader, const Column& column, std::optional<Word> (*named)(std::string_view),
            std::string_view words) const {
    const auto found = named(reader.text(column));
    if (!found) {
      reader.refuse(Reason::bad_input, fmt::format("{} {} (must be {})", column.name,
                                                   shown(reader.text(column)), words));
    }
    return found.value_or(Word{});
  }

  // A bare date is its last second: who fits at noon does not know the evening's news.
  static UnixSeconds end_of(RowReader& reader, const Column& column) {
    const auto moment = moment_from(reader.text(column), DayEdge::last_second);
    if (!moment) {
      reader.refuse(Reason::bad_input, fmt::format("{} {}", column.name, moment.error().message));
    }
    return moment ? *moment : UnixSeconds{};
  }

  static std::optional<Usd> money(RowReader& reader, const Column& column) {
    const auto value = reader.number_if(column);
    return value ? std::optional(Usd{*value}) : std::nullopt;
  }

  Incident incident(RowReader& reader) const {
    Incident one{.id = std::string(reader.text(id_)),
                 .protocol = std::string(reader.text(protocol_)),
                 .exploited = reader.moment(exploited_),
                 .disclosed = end_of(reader, disclosed_)};
    one.sector = word(reader, sector_, hazard::sector_named,
                      "lending, dex, yield, bridge, stablecoin, derivatives, exchange, wallet or "
                      "other");
    one.target =
        word(reader, target_, hazard::target_named, "protocol, exchange, person or issuer");
    one.mode = word(reader, mode_, hazard::mode_named,
                    "code, oracle, governance, keys, bridge, economic, depeg, insolvency, rug or "
                    "unknown");
    one.audit = word(reader, audit_, hazard::audit_named, "none, stale, fresh or unknown");
    one.loss = money(reader, loss_);
    one.recovered = money(reader, recovered_);
    one.refilled = money(reader, refilled_);
    one.value_before = money(reader, before_);
    const std::string_view wide = reader.text(wide_);
    one.market_wide = wide == "yes";
    one.token = reader.text(token_);
    one.source = reader.text(source_);
    const auto refuse = [&](std::string_view problem) {
      reader.refuse(Reason::bad_input, std::string(problem));
    };
    if (one.id.empty() || one.protocol.empty()) refuse("id or protocol is empty");
    if (one.source.empty()) refuse("source is empty (a fact says where it is from)");
    if (wide != "yes" && wide != "no") refuse("market_wide must be yes or no");
    if (one.disclosed < one.exploited) refuse("disclosed before it was exploited");
    if (one.recovered && one.loss.value_or(Usd{0}) < *one.recovered) {
      refuse("recovered_usd is above loss_usd");
    }
    return one;
  }

  Csv& csv_;
  Column id_, exploited_, disclosed_, protocol_, sector_, target_, mode_, loss_, recovered_,
      refilled_, before_, audit_, wide_, token_, source_;
};

// The line that names the file's version is no row; its line end stays, for the count of lines.
Result<TextFile> without_version(TextFile file) {
  if (!file.text.starts_with('#')) return file;
  constexpr std::string_view known = "# levee incidents, version 1";
  const auto end = std::min(file.text.find_first_of("\r\n"), file.text.size());
  const auto line = std::string_view(file.text).substr(0, end);
  if (!line.starts_with(known) || line.substr(known.size()).find_first_of("0123456789.") == 0) {
    return fail(Reason::bad_input,
                fmt::format("{}:1: {} (must begin with {})", file.path, shown(line), shown(known)));
  }
  file.text.erase(0, end);
  return file;
}

}  // namespace

Sector sector_of(std::string_view category) {
  return said_in(category, sector_words, Sector::other);
}

Result<hazard::Incidents> read_incidents(const std::string& path, UnixSeconds until) {
  auto text = read_text(path);
  if (!text) return text.error();
  text = without_version(*std::move(text));
  if (!text) return text.error();
  auto csv = Csv::from(*std::move(text));
  if (!csv) return csv.error();
  const auto nothing_left = [&](const Incidents& all) {
    return fail(Reason::missing_data,
                fmt::format("{}: none of {} incidents can be used by {} (the first: {})", path,
                            all.rows, text_of(until), all.left_out.front().why));
  };
  if (csv->find("exploited") && csv->find("disclosed")) {
    auto all = OwnFile(*csv).read(until);
    if (!all) return all;
    std::ranges::stable_sort(all->used, {}, &Incident::disclosed);
    if (all->used.empty()) return nothing_left(*all);
    return all;
  }
  const auto shape = std::ranges::find_if(shapes, [&](const Shape& one) {
    return csv->find(one.told_by) && csv->find(one.date) && csv->find(one.name) &&
           csv->find(one.loss);
  });
  if (shape == shapes.end()) {
    return fail(Reason::bad_input,
                fmt::format("{}: no file of incidents that is known (the header names {}; levee's "
                            "own has exploited, disclosed, protocol, ...)",
                            csv->header_place(), fmt::join(csv->header(), ", ")));
  }
  Incidents all{.source = path, .rows = csv->rows().size()};
  for (const Csv::Row& row : csv->rows()) {
    take_tracker_row(TrackerRow(*csv, *shape, row), *shape, fmt::format("{}:{}", path, row.line),
                     all, until);
  }
  std::ranges::stable_sort(all.used, {}, &Incident::disclosed);
  if (all.used.empty()) return nothing_left(all);
  return all;
}

}  // namespace levee::feed
