// levee/hazard/universe.h — the protocols that could have failed: what incidents are divided by.
//
// src: exposure in person-years, Breslow & Day (1987), Statistical Methods in Cancer Research II,
//      chapter 2
#pragma once
#include "levee/hazard/frequency.h"
#include "levee/hazard/incident.h"

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::hazard {

/// A protocol of the universe, as it was when the universe was written down.
struct Protocol {
  std::string id, name;
  Sector sector = Sector::other;
  UnixSeconds listed{};  ///< Not before the window where it is not known.
  bool listing_known = false;
  double chains = 1;   ///< It runs on.
  double audited = 0;  ///< 1: yes; 0.5: in part, or a fork of what was; 0: no.
  bool has_token = false, is_fork = false, has_oracle = false;
  // Where the file says so.
  std::optional<Usd> value_usd{};             ///< In it, > 0.
  std::optional<UnixSeconds> audited_at{};    ///< Last; before it counts as not audited.
  std::optional<bool> is_upgradeable{};       ///< Somebody may replace its code.
  std::optional<Share> largest_deposit{};     ///< The largest one's share of deposits.
  std::optional<Share> largest_depositors{};  ///< Herfindahl's index of deposits, in [0, 1].
};

/// Protocols of one moment.
struct Universe {
  std::string source;
  std::vector<Protocol> protocols{};
  std::vector<LeftOut> left_out{};
};

/// Which protocol an incident befell.
class ProtocolIndex {
 public:
  /// in: outlives the index
  explicit ProtocolIndex(const Universe& universe);
  /// Of the same id, else the first of the same name; nothing where neither is there.
  std::optional<std::size_t> find(const Incident& incident) const;

 private:
  std::map<std::string, std::size_t> by_id_, by_name_;
};

/// What goes with failing more or less, in the order of `covariates`.
///
/// Size comes first: larger protocols are attacked more and audited more, so that without it an
/// audit would seem to do harm.
///
/// Of the last four a protocol of which the file says nothing stands at 0: that of one with ten
/// million dollars in it, a fresh audit, fixed code, and deposits that are spread.
inline constexpr std::array<std::string_view, 11> covariates{
    "chains (log, size)", "has a token (size)",       "audited",
    "is a fork",          "reads an oracle",          "age (log years)",
    "calendar year",      "value (log 10, size)",     "audit is stale",
    "is upgradeable",     "concentration of deposits"};

/// An audit that is older says less.
inline constexpr Seconds audit_stale_after = days(180);

/// When a protocol is exposed, and how old it then is.
struct Window {
  UnixSeconds from{}, until{};
};

/// A universe's stretches of life in a window, cut at one, two and four years of age, at whole
/// years before the window's end, and where an audit comes and goes stale, with the incidents that
/// befell them.
struct Exposure {
  std::vector<Exposed> exposed;
  num::Matrix<double> x;        ///< [covariates x exposed]
  std::vector<std::size_t> of;  ///< [exposed] protocol
  std::array<double, sectors> years{}, events{};
  std::vector<const Incident*> counted;  ///< Incidents that are in `exposed`.
  std::vector<LeftOut> left_out;         ///< The others, and why.
};

/// Divides incidents by protocol-years.
///
/// in:   incidents outlive the exposure
/// out:  incidents = counted + left_out: before or after the window, no protocol of the universe,
///       before the protocol was listed, a rug pull (its own protocol's choice, not its failure)
/// err:  missing_data where no protocol is exposed in the window
Result<Exposure> exposure_of(const Universe& universe, std::span<const Incident> incidents,
                             const Window& window);

/// Covariates of a protocol at a moment, as in Exposure::x.
std::array<double, covariates.size()> covariates_at(const Protocol& protocol, UnixSeconds at);

}  // namespace levee::hazard
