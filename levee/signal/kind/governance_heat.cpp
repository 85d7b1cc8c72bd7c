// levee/signal/kind/governance_heat.cpp — how hot a DAO runs: proposals, turnout, who holds the
// votes.
#include "levee/signal/governance.h"
#include "levee/signal/kind.h"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

namespace levee::signal::kind {
namespace {

constexpr std::string_view needs[] = {"proposals"};
constexpr std::string_view states[] = {"cool", "hot", "emergency"};

Explain part(std::string name, std::optional<double> value, std::string formula) {
  return {.name = std::move(name),
          .value = value,
          .unit = "",
          .formula = std::move(formula),
          .source = "proposals and votes",
          .inputs = {}};
}

Explain working_of(const Heat& heat, const SignalPolicy& policy) {
  Explain working = part("governance heat", heat.z,
                         fmt::format("sum of the known z over the root of their number, at least "
                                     "{} in an emergency; hot above {}",
                                     policy.heat_emergency, policy.heat_hot));
  working.unit = "deviations";
  working.inputs = {
      part("velocity", heat.velocity, "proposals of the short window / mean of the windows"),
      part("velocity.z", heat.velocity_z, "binomial, mid-p"),
      part("turnout", heat.turnout, "votes / eligible, last counted proposal"),
      part("turnout.median", heat.turnout_median, "of those counted in the long window before"),
      part("turnout.z", heat.turnout_z, "of -ln turnout, by median and median deviation"),
      part("quorum_margin", heat.quorum_margin, "votes in favour / quorum - 1"),
      part("top10_share", heat.top10_share, "of the votes"),
      part("largest_share", heat.largest_share, "of the votes, one voter"),
      part("voted", heat.voted, "votes of the short window / eligible")};
  return working;
}

Result<Signal> read(const History& history, const SignalPolicy& policy) {
  const HeatRule rule = heat_rule(policy);
  if (rule.windows < 2 || !(Seconds{0} < rule.window)) {
    return fail(Reason::out_of_range,
                fmt::format("heat_windows {} (must be at least 2)", policy.heat_windows));
  }
  const auto& proposals = history.governance.proposals;
  if (proposals.empty()) {
    return fail(Reason::missing_data,
                "the history has no proposals (the signal reads them) give "
                "them, or leave the signal out");
  }
  const std::int64_t day = days(1).value();
  const std::int64_t from =
      proposals.front().created.value() + rule.window.value() * rule.windows + day - 1;
  Signal found;
  Heat newest;
  for (UnixSeconds at{from / day * day}; !(history.at < at); at = at + days(1)) {
    const Heat heat = heat_of(history.governance, rule, at);
    if (!heat.z) continue;
    const int state = heat.emergency ? 2 : *heat.z > policy.heat_hot ? 1 : 0;
    found.readings.push_back({.at = at, .value = *heat.z, .state = states[state]});
    newest = heat;
  }
  if (found.readings.empty()) {
    return fail(
        Reason::missing_data,
        fmt::format("proposals: the first is of {} (the mean takes {} days)",
                    text_of(proposals.front().created), policy.heat_days * policy.heat_windows));
  }
  found.working = working_of(newest, policy);
  return found;
}

}  // namespace

Entry governance_heat() {
  return {"governance_heat", "proposal velocity, turnout, quorum and concentration of a DAO", needs,
          states, read};
}

}  // namespace levee::signal::kind
