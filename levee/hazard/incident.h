// levee/hazard/incident.h — what broke, when, and what it cost: facts, and where they are from.
//
// src: the words' meanings are those of docs/incidents.md
#pragma once
#include "levee/base/time.h"
#include "levee/base/units.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::hazard {

/// What a protocol does.
enum class Sector {
  lending,
  dex,
  yield,
  bridge,
  stablecoin,
  derivatives,
  exchange,  ///< Custodial venues.
  wallet,
  other
};
inline constexpr std::size_t sectors = 9;

/// What failed first.
enum class Mode {
  code,
  oracle,
  governance,
  keys,
  bridge,
  economic,
  depeg,
  insolvency,
  rug,
  unknown
};
inline constexpr std::size_t modes = 10;

/// Whom it happened to.
enum class Target { protocol, exchange, person, issuer };

/// How the code that failed had been looked at.
enum class Audit { none, stale, fresh, unknown };

std::string_view name_of(Sector sector);
std::string_view name_of(Mode mode);
std::string_view name_of(Target target);
std::string_view name_of(Audit audit);
/// The one of that name, if there is one.
std::optional<Sector> sector_named(std::string_view name);
std::optional<Mode> mode_named(std::string_view name);
std::optional<Target> target_named(std::string_view name);
std::optional<Audit> audit_named(std::string_view name);

/// One event.
struct Incident {
  std::string id;  ///< Of its own file; else file and line.
  std::string protocol;
  UnixSeconds exploited{};  ///< When money left.
  UnixSeconds disclosed{};  ///< When the public could know, not before.
  Sector sector = Sector::other;
  Target target = Target::protocol;
  Mode mode = Mode::unknown;
  Audit audit = Audit::unknown;
  std::optional<Usd> loss{};          ///< Gross, of the day.
  std::optional<Usd> recovered{};     ///< Returned or seized; at most the loss.
  std::optional<Usd> refilled{};      ///< Made good by a sponsor.
  std::optional<Usd> value_before{};  ///< In the protocol.
  bool market_wide = false;           ///< The market as a whole fell with it.
  std::string token{};                ///< The protocol's own.
  std::string universe_id{};          ///< Of the protocol in a universe's file.
  std::string source{};
};

/// A row that is not used, and why.
struct LeftOut {
  std::string place;  ///< file:line
  std::string protocol;
  std::string why;  ///< The same words for the same reason.
};

/// What a file held: rows = used + left_out.
struct Incidents {
  std::string source;  ///< Its path.
  std::size_t rows = 0;
  std::vector<Incident> used{};  ///< By disclosure.
  std::vector<LeftOut> left_out{};
  /// Cells that were set aside, the row being used: "recovered above lost".
  std::vector<LeftOut> set_aside{};
};

/// Two files' figures of one event that differ.
struct Conflict {
  std::string protocol, one, other;  ///< Events by id.
  std::string what;                  ///< "loss 600000000 against 624000000 USD".
};

/// Events of several files, each once.
struct Merged {
  std::vector<Incident> used;  ///< By disclosure.
  std::vector<LeftOut> duplicates;
  std::vector<Conflict> conflicts;
};

/// Takes each event once: two rows of different files are one event where names agree and days are
/// within five. What the earlier file does not say is taken from the later one; where both speak
/// the earlier one counts, and what differs (days by more than one, losses by more than a quarter,
/// sectors) is listed. Rows of one file are never merged.
///
/// in:  files in the order in which they are believed
/// out: sum of files' used = used + duplicates
Merged merged(std::span<const Incidents> files);

/// A name without case, blanks, dots, versions and words that many share (finance, protocol, ...).
std::string name_key(std::string_view name);

/// Whether two names are one: keys equal, or one (of four letters at least) the other's beginning.
bool is_same_name(std::string_view one, std::string_view other);

}  // namespace levee::hazard
