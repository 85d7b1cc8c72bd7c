// levee/signal/oracle.h — how far a price feed strays from what others say, in its own measure.
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/signal/policy.h"

#include <optional>
#include <span>
#include <string_view>

namespace levee::signal {

enum class OracleBand { fine, warn, freeze, exit_review };

std::string_view name_of(OracleBand band);
std::optional<OracleBand> oracle_band_named(std::string_view name);

/// What a feed promises of itself, and how much worse than that is too bad.
/// src: methodology 1, amendment 16: fixed levels would freeze every slow feed on a quiet day
struct OracleRule {
  double deviation = 0.005;      ///< It updates when the price moved this much.
  Seconds heartbeat = hours(1);  ///< And at least this often.
  double warn = 1;               ///< Times its own deviation.
  double freeze = 2;
  double exit_review = 4;
  double stale = 1.5;  ///< Times its own heartbeat.
};

/// As the policy sets it.
OracleRule oracle_rule(const SignalPolicy& policy);

/// err: bad_input if a figure is not positive or the bands do not ascend
Result<Done> check(const OracleRule& rule);

/// What a feed said, how old that is, and what was said elsewhere: exchanges, a pool's average,
/// another feed.
struct OracleView {
  double price = 0;
  Seconds age{};
  std::span<const double> others;
};

/// How far it strays.
struct OracleGap {
  std::optional<double> gap{};  ///< |price - median of others| / median; nothing without others.
  OracleBand band = OracleBand::fine;
};

/// A feed's band: each from its level on, and exit_review if stale. A feed with nothing to hold it
/// against is never better than warn. With three others or more one that lies moves nothing.
///
/// in: rule passes check(); prices positive and finite; age not negative
OracleGap oracle_gap(const OracleRule& rule, const OracleView& view);

}  // namespace levee::signal
