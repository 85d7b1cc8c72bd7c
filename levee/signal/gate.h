// levee/signal/gate.h — switches with hysteresis: what noise about a level cannot flap.
#pragma once
#include "levee/base/result.h"
#include "levee/signal/policy.h"

#include <array>
#include <optional>
#include <string_view>

namespace levee::signal {

/// Whether a close on the level itself counts towards on.
enum class Touch { does_not_count, counts };

/// On after `on_closes` closes in a row above `on`, off after `off_closes` in a row below `off`.
/// The defaults are the stress gate's.
struct GateRule {
  double on = 1.0;
  int on_closes = 2;
  double off = 0.5;
  int off_closes = 5;
  Touch touch = Touch::does_not_count;
};

/// err: bad_input if a level is not finite, `off` lies above `on` or a count is below 1
Result<Done> check(const GateRule& rule);

enum class Switch { off, on };

/// Where a gate stands: all it remembers, so that a decision can be replayed from it.
struct GateState {
  Switch stands = Switch::off;
  int closes = 0;  ///< In a row so far towards switching.
  friend bool operator==(const GateState&, const GateState&) = default;
};

/// A gate after one more close. A close without a reading switches nothing: it breaks a row towards
/// off, and lets one towards on stand, so that missing data never calls an alarm off.
///
/// in: the rule passes check()
GateState after(const GateRule& rule, GateState state, std::optional<double> close);

/// How volatile it is, by the VIX-equivalent.
enum class VolRegime { calm, normal, hold, crisis };

std::string_view name_of(VolRegime regime);

/// Levels from which it is normal, hold and crisis. Upwards at once; downwards only after `closes`
/// closes in a row more than `margin` under a level.
/// src: methodology 4.2 and 8, defaults to be set by the policy
struct VeqRule {
  std::array<double, 3> levels{15, 20, 25};
  double margin = 1;
  int closes = 3;
  double full_size_to = 28;  ///< Above it new positions shrink in proportion.
};

/// One level of it as a gate.
GateRule gate_at(const VeqRule& rule, double level);

/// As the policy sets it.
VeqRule veq_rule(const SignalPolicy& policy);

/// err: bad_input if levels do not ascend, margin is negative, a count is below 1 or a figure is
///      not finite
Result<Done> check(const VeqRule& rule);

/// One gate a level; no regime is known before the first reading.
struct VeqState {
  std::array<GateState, 3> gates{};
  bool read = false;
  friend bool operator==(const VeqState&, const VeqState&) = default;
};

/// The gates after one more close.
///
/// in: the rule passes check(); veq > 0 where there
VeqState after(const VeqRule& rule, VeqState state, std::optional<double> veq);

/// Nothing before the first reading.
std::optional<VolRegime> regime_of(const VeqState& state);

/// Size of a new position as a share of what it would be in quiet times: min(1, 28 / VEQ).
///
/// in: veq > 0
double size_share(const VeqRule& rule, double veq);

}  // namespace levee::signal
