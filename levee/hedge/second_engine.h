// levee/hedge/second_engine.h — a second engine beside the positions: is it one, and what it holds.
//
// Two readings of the essays' term. As a structure: another source of income that does not fail
// when the positions do; measured on the past of both. As an instrument: perpetuals against the
// positions' delta, within a band.
// src: methodology 4.7 as amendment 13 corrects it; intervals of correlations: Fisher (1921),
//      Metron 1, 3-32
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// What makes engines independent; every default may be changed.
struct EngineRule {
  double correlation_max = 0.25;
  double downside_max = 0;
  double downside_share = 0.05;
  double income_share_max = 0.60;
  double risk_share_max = 0.60;
  double confidence = 0.95;
  double days_min = 60;
  double downside_days_min = 10;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("correlation_max", self.correlation_max, "of an engine's daily gain with the positions'");
    visit("downside_max", self.downside_max, "the same on the positions' worst days");
    visit("downside_share", self.downside_share, "of days that are the worst");
    visit("income_share_max", self.income_share_max, "of expected income from one engine");
    visit("risk_share_max", self.risk_share_max, "of the variance of all from one engine");
    visit("confidence", self.confidence, "of the intervals, two-sided");
    visit("days_min", self.days_min, "fewest days that a correlation is read from");
    visit("downside_days_min", self.downside_days_min, "fewest worst days that one is read from");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const EngineRule& rule);

/// A correlation and its interval; all three empty with too few days or none that differ.
struct Correlation {
  double days = 0;
  std::optional<double> value, lower, upper;
};

/// Two series of the same days.
struct PairedGains {
  std::span<const double> one, other;
};

/// in:   as many days of both; confidence in (0, 1)
/// out:  interval tanh(atanh r -+ z / sqrt(n - 3)), which takes days to be independent
/// src:  Fisher (1921)
struct CorrelationAsk {
  PairedGains gains;
  double confidence = 0.95;
  double days_min = 4;
};
Correlation correlation_of(const CorrelationAsk& ask);

/// An engine: what it gained each day, and what it is expected to bring in a year.
struct Engine {
  std::string name;
  std::span<const double> gains;  ///< [days] USD
  std::optional<Usd> income{};    ///< None: not known.
};

/// One constraint, judged: broken by the figure itself, kept where its whole interval is below the
/// limit, unproved between the two or where it is not known.
struct EngineCheck {
  std::string name;
  std::string verdict;  ///< kept, unproved or broken.
  std::optional<double> value, lower, upper;
  double limit = 0;
  std::string sentence;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "what is looked at, and of which engine");
    visit("verdict", self.verdict, "kept, unproved or broken");
    visit("value", self.value, "as measured; null: not known");
    visit("lower", self.lower, "lower end of its interval; null: it has none");
    visit("upper", self.upper, "upper end");
    visit("limit", self.limit, "largest allowed");
    visit("sentence", self.sentence, "why");
  }
};

/// Whether engines are independent of the first one, the positions.
struct Independence {
  bool holds = false;      ///< Nothing is broken.
  bool is_proved = false;  ///< Everything is kept.
  std::vector<EngineCheck> checks;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("holds", self.holds, "no constraint is broken");
    visit("is_proved", self.is_proved, "every one is kept, intervals included");
    visit("checks", self.checks, "one by one");
  }
};

/// Correlation of every other engine with the first, over all days and over the first one's worst;
/// shares of expected income and of risk of all.
///
/// in:   at least two engines of as many days each; rule passes check()
/// out:  share of risk: covariance with the sum over its variance (Euler), so that shares add up to
///       1, with the interval of a slope whose residuals vary, and none below days_min; share of
///       income: of what is expected of those above 0, which nothing measures
/// err:  bad_input where a gain is not finite or days differ
/// src:  White (1980), Econometrica 48, 817-838, errors of the slope
Result<Independence> independence_of(std::span<const Engine> engines, const EngineRule& rule);

/// How much of the positions' delta perpetuals take; every default may be changed.
struct PerpRule {
  double ratio = 0.60;
  bool rises = false;  ///< With volatility, instead of the constant ratio.
  double veq_from = 15, veq_to = 25;
  double ratio_most = 0.80;
  double band = 0.05;
  double lot = 0.001;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("ratio", self.ratio, "of the positions' delta, held short");
    visit("rises", self.rises, "ratio by volatility instead: sells after falls, off by default");
    visit("veq_from", self.veq_from, "VIX-equivalent at which that begins");
    visit("veq_to", self.veq_to, "at which it is most");
    visit("ratio_most", self.ratio_most, "then");
    visit("band", self.band, "of value: a smaller error of delta is left alone");
    visit("lot", self.lot, "smallest trade, tokens");
  }
};

/// err: out_of_range naming the first field outside its range
Result<Done> check(const PerpRule& rule);

/// Share of the positions' delta to be held short; none where it is to follow a volatility that is
/// not known.
std::optional<double> ratio_at(const PerpRule& rule, std::optional<double> veq);

/// Perpetuals as they stand before a step.
struct PerpAsk {
  Tokens held;      ///< Signed: short below 0.
  Tokens lp_delta;  ///< Of all positions.
  Price price;
  Usd value;  ///< Of all positions.
  std::optional<double> veq{};
  Rate funding;    ///< A year of notional, paid by longs, since the step before.
  Years elapsed;   ///< Since then.
  Share fee;       ///< Of what is traded.
  Share spread{};  ///< Half of it, of what is traded.
};

/// A step: funding booked, and a trade to the target where the error is beyond the band.
struct PerpStep {
  double ratio = 0;  ///< Aimed at.
  double target_tokens = 0, traded_tokens = 0, held_tokens = 0;
  double error_share = 0;      ///< |held - target| times price over value, before the trade.
  double net_delta_share = 0;  ///< Positions and perps, over the positions' own delta, after it.
  double cost_usd = 0;
  double funding_usd = 0;  ///< Received over the time before; below 0: paid.
  std::string why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("ratio", self.ratio, "of the positions' delta to be held short");
    visit("target_tokens", self.target_tokens, "perpetuals aimed at, below 0: short");
    visit("traded_tokens", self.traded_tokens, "bought; below 0: sold");
    visit("held_tokens", self.held_tokens, "after it");
    visit("error_share", self.error_share, "distance from the target before it, share of value");
    visit("net_delta_share", self.net_delta_share, "net delta over the positions' own, after it");
    visit("cost_usd", self.cost_usd, "fee and half spread");
    visit("funding_usd", self.funding_usd, "received since the step before; below 0: paid");
    visit("why", self.why, "why, or why nothing is traded");
  }
};

/// in:   rule passes check(); price and value > 0
/// out:  after a trade the error is at most half a lot; without one, at most the band
PerpStep perp_step(const PerpAsk& ask, const PerpRule& rule);

}  // namespace levee::hedge
