// levee/signal/policy.h — how signals are read: every default is a default, none is in the code.
#pragma once
#include "levee/base/result.h"

namespace levee::signal {

/// Windows in bars are counts of observations; in days, of days.
struct SignalPolicy {
  // Moving averages that converge and diverge.
  double macd_fast_bars = 12;
  double macd_slow_bars = 26;
  double macd_signal_bars = 9;
  double macd_scale_bars = 63;       ///< Over which the MACD line's deviation is taken.
  double macd_confirm_bars = 2;      ///< That the histogram keeps its new sign before it counts.
  double macd_histogram_min = 0.25;  ///< Deviations of the MACD line.

  // Relative strength.
  double rsi_bars = 14;
  double rsi_high = 70;
  double rsi_low = 30;
  double rsi_high_rearm = 60;  ///< No second crossing of high before this was seen again.
  double rsi_low_rearm = 40;
  double rsi_ask_hours = 48;  ///< Before an event of the calendar it is asked once more.

  // Breadth of a universe of tokens.
  double breadth_tokens = 100;
  double breadth_volume_days = 30;  ///< Membership is by mean volume over these.
  double breadth_mean_bars = 21;
  double breadth_high_bars = 20;
  double breadth_near_ranges = 0.85;  ///< Daily ranges that the index may lie below its high.
  double breadth_range_bars = 20;     ///< Over which the index's own daily range is measured.

  // Real effective exchange rate of a token.
  double reer_weight_days = 30;
  double reer_trend_days = 180;
  double reer_high = 2;     ///< z above the trend.
  double reer_flight = -2;  ///< Deviations that it moved over reer_flight_days.
  double reer_flight_days = 10;

  // Value locked against value secured.
  double tvl_days = 90;
  double tvl_low = -1.5;
  double tvl_high = 2;
  double tvl_gate = 2;  ///< Times tvl_low for a gate: the trigger itself is beyond on 3 days in 10.

  // Implied volatility carried over to the scale of the VIX.
  double veq_days = 1095;
  double veq_days_min = 365;
  double veq_calm = 15;
  double veq_hold = 20;
  double veq_crisis = 25;

  // Expected daily range.
  double edr_weight_implied = 0.6;
  double edr_realised_bars = 20;
  double edr_calm = 0.8;  ///< Multipliers by regime of the VIX-equivalent.
  double edr_normal = 1.0;
  double edr_hold = 1.4;
  double edr_crisis = 2.0;
  double edr_event = 1.20;        ///< Times this on the day of an event.
  double edr_wide_ratio = 0.857;  ///< Of its own median over veq_days.

  // Carry regime.
  double carry_premium_min = 0.18;  ///< IV30 / RV30 - 1.
  double carry_slope_min = 0.12;    ///< IV90 / IV30 - 1.
  double slope_flat_max = 0.03;     ///< The same; a slope of no more is flat.
  double carry_rsi_min = 68;
  double carry_mean_bars = 200;
  double carry_realised_bars = 30;
  double carry_percentile_max = 25;  ///< Of IV, within the past year.
  double carry_percentile_bars = 365;

  // Implied correlation and funding.
  double correlation_days = 90;
  double trade_correlation_days = 7;  ///< Of trades that one reading is made of.
  double funding_days = 90;
  double funding_high = 2;  ///< |z|.

  // A price feed against what others say; its own deviation and heartbeat are the measure.
  double oracle_deviation = 0.005;
  double oracle_heartbeat_hours = 1;
  double oracle_warn = 1;
  double oracle_freeze = 2;
  double oracle_exit = 4;
  double oracle_stale = 1.5;

  // Lending rate over the benchmark.
  double rate_gap_days = 90;
  double rate_gap_high = 2;  ///< z.
  double rate_gap_utilisation = 0.95;

  // What is extracted, what may be traded, and the peg.
  double mev_days = 30;
  double mev_ratio = 3;  ///< Of the median.
  double depth_days = 30;
  double depth_thin = 0.5;  ///< Of the median.
  double peg_bars = 3;      ///< Whose median is held against 1.
  double peg_strained = 0.005;
  double peg_broken = 0.02;

  // Heat of a DAO.
  double heat_days = 30;
  double heat_windows = 6;
  double heat_votes_bars = 5;   ///< Counted proposals that make a median.
  double heat_wait_hours = 24;  ///< Executed sooner after the count is an emergency.
  double heat_hot = 2;          ///< z.
  double heat_emergency = 3;

  // Gates and parts of stress.
  double veq_margin = 1;      ///< Points under a level that count towards leaving it.
  double veq_off_bars = 3;    ///< Closes in a row that do.
  double veq_full_size = 28;  ///< Above it new positions shrink in proportion.
  double stress_on = 1;
  double stress_on_bars = 2;
  double stress_off = 0.5;
  double stress_off_bars = 5;
  double stress_clip = 3;    ///< No single part says more, either way.
  double stress_parts = 3;   ///< Fewer say nothing.
  double stress_days = 365;  ///< A part without a scale of its own is held against these.
  double stress_days_min = 90;
  double watch_on_bars = 2;  ///< Closes beyond its level that make any other gauge's gate stand.
  double watch_off_bars = 5;
  double watch_off_share = 0.5;  ///< Of the level: a close below counts towards leaving.
  double stale_days = 4;         ///< An older reading counts as none.
  double look_hours = 24;        ///< Between two looks: what happened within is new.
  double window_before_hours = 48;
  double window_after_hours = 6;
  double window_full_hours = 24;  ///< Before the event the hedge is full.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("macd_fast_bars", self.macd_fast_bars, "bars of the fast mean");
    visit("macd_slow_bars", self.macd_slow_bars, "bars of the slow mean");
    visit("macd_signal_bars", self.macd_signal_bars, "bars of the signal line");
    visit("macd_scale_bars", self.macd_scale_bars, "bars of the MACD line's deviation");
    visit("macd_confirm_bars", self.macd_confirm_bars, "bars that a cross has to last");
    visit("macd_histogram_min", self.macd_histogram_min, "least histogram, deviations");
    visit("rsi_bars", self.rsi_bars, "bars of Wilder's mean");
    visit("rsi_high", self.rsi_high, "overbought above");
    visit("rsi_low", self.rsi_low, "oversold below");
    visit("rsi_high_rearm", self.rsi_high_rearm, "overbought may come again after this");
    visit("rsi_low_rearm", self.rsi_low_rearm, "oversold may come again after this");
    visit("rsi_ask_hours", self.rsi_ask_hours, "hours before an event that it is asked again");
    visit("breadth_tokens", self.breadth_tokens, "tokens of the universe, by volume");
    visit("breadth_volume_days", self.breadth_volume_days, "days whose volume makes a member");
    visit("breadth_mean_bars", self.breadth_mean_bars, "bars of the line's mean");
    visit("breadth_high_bars", self.breadth_high_bars, "bars of the index's high");
    visit("breadth_near_ranges", self.breadth_near_ranges, "daily ranges that count as near it");
    visit("breadth_range_bars", self.breadth_range_bars, "bars of the index's daily range");
    visit("reer_weight_days", self.reer_weight_days, "days of volume that make the weights");
    visit("reer_trend_days", self.reer_trend_days, "span of the one-sided trend, days");
    visit("reer_high", self.reer_high, "overvalued above, deviations from the trend");
    visit("reer_flight", self.reer_flight, "flight below, deviations of the move");
    visit("reer_flight_days", self.reer_flight_days, "days of the move");
    visit("tvl_days", self.tvl_days, "days of the rolling regression");
    visit("tvl_low", self.tvl_low, "leaving below, deviations");
    visit("tvl_high", self.tvl_high, "mercenary inflow above, deviations");
    visit("tvl_gate", self.tvl_gate, "times tvl_low: an outflow's gate");
    visit("veq_days", self.veq_days, "days of volatility that ranks today's");
    visit("veq_days_min", self.veq_days_min, "fewest of them");
    visit("veq_calm", self.veq_calm, "calm below");
    visit("veq_hold", self.veq_hold, "no new risk from here");
    visit("veq_crisis", self.veq_crisis, "crisis from here");
    visit("edr_weight_implied", self.edr_weight_implied, "weight of implied volatility");
    visit("edr_realised_bars", self.edr_realised_bars, "bars of realised volatility");
    visit("edr_calm", self.edr_calm, "multiplier, calm");
    visit("edr_normal", self.edr_normal, "multiplier, normal");
    visit("edr_hold", self.edr_hold, "multiplier, hold");
    visit("edr_crisis", self.edr_crisis, "multiplier, crisis");
    visit("edr_event", self.edr_event, "times this on the day of an event");
    visit("edr_wide_ratio", self.edr_wide_ratio, "wide above this share of its own median");
    visit("carry_premium_min", self.carry_premium_min, "rich from this variance premium");
    visit("carry_slope_min", self.carry_slope_min, "steep from this term slope");
    visit("slope_flat_max", self.slope_flat_max, "flat up to this term slope");
    visit("carry_rsi_min", self.carry_rsi_min, "strong above this RSI");
    visit("carry_mean_bars", self.carry_mean_bars, "bars of the volatility's mean");
    visit("carry_realised_bars", self.carry_realised_bars, "bars of realised volatility");
    visit("carry_percentile_max", self.carry_percentile_max, "cheap up to this percentile");
    visit("carry_percentile_bars", self.carry_percentile_bars, "bars that it is ranked among");
    visit("correlation_days", self.correlation_days, "days of the correlation's z");
    visit("trade_correlation_days", self.trade_correlation_days,
          "days of trades that one correlation is made of");
    visit("funding_days", self.funding_days, "days of the funding's z");
    visit("funding_high", self.funding_high, "crowded beyond this |z|");
    protocol_fields(self, visit);
  }

  template <class Self, class Visit>
  static void protocol_fields(Self& self, Visit visit) {
    visit("oracle_deviation", self.oracle_deviation, "move at which the feed updates");
    visit("oracle_heartbeat_hours", self.oracle_heartbeat_hours, "and at least this often");
    visit("oracle_warn", self.oracle_warn, "times the deviation");
    visit("oracle_freeze", self.oracle_freeze, "times the deviation");
    visit("oracle_exit", self.oracle_exit, "times the deviation");
    visit("oracle_stale", self.oracle_stale, "times the heartbeat");
    visit("rate_gap_days", self.rate_gap_days, "days of the gap's z");
    visit("rate_gap_high", self.rate_gap_high, "spike above, deviations");
    visit("rate_gap_utilisation", self.rate_gap_utilisation, "spike above, share lent out");
    visit("mev_days", self.mev_days, "days of the median");
    visit("mev_ratio", self.mev_ratio, "alert from, times the median");
    visit("depth_days", self.depth_days, "days of the median");
    visit("depth_thin", self.depth_thin, "thin up to, times the median");
    visit("peg_bars", self.peg_bars, "bars whose median is held against 1");
    visit("peg_strained", self.peg_strained, "strained from this far off");
    visit("peg_broken", self.peg_broken, "broken from this far off");
    visit("heat_days", self.heat_days, "days of the short window");
    visit("heat_windows", self.heat_windows, "short windows in the long one");
    visit("heat_votes_bars", self.heat_votes_bars, "counted proposals that make a median");
    visit("heat_wait_hours", self.heat_wait_hours, "executed sooner is an emergency");
    visit("heat_hot", self.heat_hot, "hot above, deviations");
    visit("heat_emergency", self.heat_emergency, "least z in an emergency");
    gate_fields(self, visit);
  }

  template <class Self, class Visit>
  static void gate_fields(Self& self, Visit visit) {
    visit("veq_margin", self.veq_margin, "points under a level that count towards leaving it");
    visit("veq_off_bars", self.veq_off_bars, "closes in a row that leave a level");
    visit("veq_full_size", self.veq_full_size, "new positions shrink above");
    visit("stress_on", self.stress_on, "stress stands above");
    visit("stress_on_bars", self.stress_on_bars, "closes in a row");
    visit("stress_off", self.stress_off, "stress ends below");
    visit("stress_off_bars", self.stress_off_bars, "closes in a row");
    visit("stress_clip", self.stress_clip, "most that one part says, deviations");
    visit("stress_parts", self.stress_parts, "fewest parts that make a score");
    visit("stress_days", self.stress_days, "days a part is held against");
    visit("stress_days_min", self.stress_days_min, "fewest of them");
    visit("watch_on_bars", self.watch_on_bars, "closes beyond its level that raise a gauge's gate");
    visit("watch_off_bars", self.watch_off_bars, "closes that lower it");
    visit("watch_off_share", self.watch_off_share, "of the level: below it counts to lower it");
    visit("stale_days", self.stale_days, "a reading older counts as none");
    visit("look_hours", self.look_hours, "hours since the last look: what is newer is news");
    visit("window_before_hours", self.window_before_hours, "hours an event is felt before");
    visit("window_after_hours", self.window_after_hours, "and after");
    visit("window_full_hours", self.window_full_hours, "the hedge is full so long before");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const SignalPolicy& policy);

}  // namespace levee::signal
