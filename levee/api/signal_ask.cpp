#include "levee/api/signal_ask.h"

#include "levee/feed/signal_files.h"
#include "levee/signal/market_history.h"

namespace levee::api {

Result<signal::OutlookRules> rules_from(const SignalFlags& flags) {
  if (flags.signal_rules.empty()) return signal::rules_from({});
  const auto policy = feed::read_signal_policy(flags.signal_rules);
  if (!policy) return policy.error();
  return signal::rules_from(*policy);
}

Result<signal::History> history_from(const market::Snapshot& snapshot, const SignalFlags& flags,
                                     const signal::OutlookRules& rules) {
  signal::History history = signal::history_from(snapshot, rules.policy);
  const auto added = feed::add_signal_files({.closes = flags.breadth_closes,
                                             .volumes = flags.breadth_volumes,
                                             .supplies = flags.breadth_supplies,
                                             .tvl = flags.tvl,
                                             .tvl_total = flags.tvl_total,
                                             .lending = flags.lending,
                                             .utilisation = flags.utilisation,
                                             .benchmark = flags.benchmark,
                                             .mev = flags.mev,
                                             .depth = flags.depth,
                                             .peg = flags.peg,
                                             .oracle = flags.oracle,
                                             .second_oracle = flags.second_oracle,
                                             .pool_average = flags.pool_average,
                                             .iv_long = flags.iv_long,
                                             .iv_base = flags.iv_base,
                                             .iv_quote = flags.iv_quote,
                                             .trades_base = flags.trades_base,
                                             .trades_quote = flags.trades_quote,
                                             .governance = flags.governance,
                                             .votes = flags.votes,
                                             .eligible = flags.eligible_tokens,
                                             .calendar = flags.calendar},
                                            history);
  if (!added) return added.error();
  return history;
}

}  // namespace levee::api
