// tests/support/sample_plan.h — hand-made plans to look at: one to trade, none to, none possible.
#pragma once
#include "levee/base/fields.h"
#include "levee/hedge/plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace levee::test {

/// A position of one million dollars on ETH between 2,600 and 4,000.
struct SamplePool {
  double lower = 2600, upper = 4000, spot = 3214.5, liquidity = 86'378;

  double value(double price) const {
    const double p = std::clamp(price, lower, upper);
    const double base = liquidity * (1 / std::sqrt(p) - 1 / std::sqrt(upper));
    return base * price + liquidity * (std::sqrt(p) - std::sqrt(lower));
  }
};

inline Explain explained(std::string name, std::optional<double> value, std::string unit,
                         std::string formula, std::string source,
                         std::vector<Explain> inputs = {}) {
  return {std::move(name),  value, std::move(unit), std::move(formula), std::move(source),
          std::move(inputs)};
}

inline book::PositionReport sample_position(std::string name) {
  book::PositionReport p;
  p.name = std::move(name);
  p.value_usd = 1'000'012.4;
  p.base_tokens = 157.83;
  p.quote_usd = 492'667;
  p.delta = 157.83;
  p.gamma = -0.236974;
  p.il_borrowed = -0.01213;
  p.il_funded = 0.02871;
  p.il_relative = -0.01165;
  p.concentration = 9.795;
  p.lvr_usd_per_day = 1014.72;
  p.fees_usd_per_day = 772.9;
  p.fees_usd_per_day_se = 61.4;
  p.fee_implied_vol = 0.48;
  p.break_even_fee_rate = 0.37037;
  p.market_implied_vol = 0.55;
  p.realised_vol = 0.512;
  p.realised_vol_se = 0.0315;
  p.break_even_low = 2812.4;
  p.break_even_high = 3870.9;
  p.break_even_low_z = -0.847;
  p.break_even_high_z = 1.178;
  p.days_in_range = 23.4;
  return p;
}

inline risk::TailReport sample_tail(double cvar95, double paths) {
  risk::TailReport t;
  t.mean_usd = 9'400 - 0.02 * cvar95;
  t.mean_usd_se = 1.9 * cvar95 / std::sqrt(paths);
  t.var95_usd = 0.72 * cvar95;
  t.var95_usd_se = 2.1 * cvar95 / std::sqrt(paths);
  t.cvar95_usd = cvar95;
  t.cvar95_usd_se = 2.6 * cvar95 / std::sqrt(paths);
  t.cvar99_usd = 1.44 * cvar95;
  t.cvar99_usd_se = 6 * cvar95 / std::sqrt(paths);
  t.worst_usd = 2.9 * cvar95;
  t.paths = paths;
  return t;
}

inline hedge::Trade sample_trade(std::string instrument, std::string layer, double tenor,
                                 double bucket, double quantity, double price) {
  hedge::Trade t;
  t.instrument = std::move(instrument);
  t.layer = std::move(layer);
  t.tenor_days = tenor;
  t.bucket_days = bucket;
  t.side = quantity > 0 ? "buy" : "sell";
  t.quantity = std::abs(quantity);
  t.price = price;
  t.price_coin = bucket > 0 ? price / 3214.5 : 0;
  t.fee_usd = t.quantity * (bucket > 0 ? std::min(0.0003 * 3214.5, 0.125 * price) : 1.607);
  t.cost_usd = (bucket > 0 ? quantity * price : t.quantity * 0.643) + t.fee_usd;
  t.carry_usd_per_year = bucket > 0 ? quantity * price * 365 / tenor * 0.21 : -310.4;
  t.margin_usd = quantity > 0 ? 0 : t.quantity * 321.45;
  t.depth = 60;
  t.delta = 0.3 * quantity;
  t.gamma = 0.0004 * quantity;
  t.vega = 2.9 * quantity * std::sqrt(tenor);
  t.theta_usd_per_day = -t.carry_usd_per_year / 365;
  return t;
}

inline std::vector<hedge::Trade> sample_trades() {
  std::vector<hedge::Trade> trades{
      sample_trade("ETH-20FEB26-2800-P", "put_shield", 31, 30, 44, 61.22),
      sample_trade("ETH-20FEB26-2600-P", "put_shield", 31, 30, 60, 31.54),
      sample_trade("ETH-24APR26-2400-P", "put_shield", 94, 110, 37, 98.76),
      sample_trade("ETH-26JUN26-2000-P", "put_shield", 157, 220, 22, 80.31),
      sample_trade("ETH-20FEB26-3800-C", "call_wing", 31, 30, 51, 48.1),
      sample_trade("ETH-24APR26-4200-C", "call_wing", 94, 110, 30, 119.4),
      sample_trade("ETH-20FEB26-2200-P", "put_spread", 31, 30, -25, 7.42),
      sample_trade("ETH-PERP", "perp_delta", 0, 0, -41.25, 3214.5)};
  trades[1].depth_binds = true;
  return trades;
}

// What an option or perp of the sample earns when the price is `price`; softened by time left.
inline double sample_gain(const hedge::Trade& trade, double price, double softness) {
  const double sign = trade.side == "buy" ? 1 : -1;
  if (trade.bucket_days == 0) return sign * trade.quantity * (price - trade.price) - trade.cost_usd;
  const auto dash = trade.instrument.rfind('-');
  const double strike =
      std::stod(trade.instrument.substr(trade.instrument.rfind('-', dash - 1) + 1));
  const double inside = trade.instrument.back() == 'P' ? strike - price : price - strike;
  const double width = softness * std::sqrt(std::max(trade.tenor_days - 20, 1.0)) * 14;
  const double worth = width > 0 ? width * std::log1p(std::exp(std::min(inside / width, 500.0)))
                                 : std::max(inside, 0.0);
  return sign * trade.quantity * worth - trade.cost_usd;
}

inline hedge::Profile sample_profile(const std::vector<hedge::Trade>& trades) {
  const SamplePool pool;
  hedge::Profile f;
  for (double price = 1500; price <= 5500; price += 25) {
    double now = 0, late = 0;
    for (const hedge::Trade& trade : trades) {
      now += sample_gain(trade, price, 1);
      late += sample_gain(trade, price, 0);
    }
    const double lp = pool.value(price) - pool.value(pool.spot);
    f.price.push_back(price);
    f.lp_usd.push_back(lp);
    f.hedge_usd.push_back(now);
    f.sum_usd.push_back(lp + now);
    f.hedge_expiry_usd.push_back(late);
    f.sum_expiry_usd.push_back(lp + late);
  }
  return f;
}

inline hedge::Histogram sample_histogram() {
  hedge::Histogram h;
  const auto shape = [](double x, double at, double left, double right) {
    return std::exp(-std::abs(x - at) / (x < at ? left : right));
  };
  double sum_before = 0, sum_after = 0;
  for (double edge = -120'000; edge <= 480'000; edge += 12'000) h.edge_usd.push_back(edge);
  for (std::size_t i = 0; i + 1 < h.edge_usd.size(); ++i) {
    const double middle = (h.edge_usd[i] + h.edge_usd[i + 1]) / 2;
    h.unhedged.push_back(shape(middle, -18'000, 40'000, 75'000));
    h.hedged.push_back(shape(middle, 6'000, 30'000, 41'000));
    sum_before += h.unhedged.back();
    sum_after += h.hedged.back();
  }
  for (double& x : h.unhedged) x /= sum_before;
  for (double& x : h.hedged) x /= sum_after;
  return h;
}

inline std::vector<hedge::Constraint> sample_constraints() {
  const auto row = [](std::string name, std::string about, double value,
                      std::optional<double> lower, std::optional<double> upper, double price) {
    hedge::Constraint c;
    c.name = std::move(name);
    c.about = std::move(about);
    c.value = value;
    c.lower = lower;
    c.upper = upper;
    c.price_usd = price;
    c.binds = price > 0;
    return c;
  };
  return {
      row("carry", "time decay and funding, USD a year", 23'399, {}, 25'000, 0),
      row("cash", "net outlay with fees plus margin, USD, from idle cash", 33'011, {}, 120'000, 0),
      row("margin", "initial margin, USD", 21'296, {}, 21'300, 0.182),
      row("net_delta",
          "hedge delta, tokens; LP delta, at least that of a full range of equal "
          "value",
          -61.2, -157.83, 157.83, 0),
      row("put_cover_2026-02-20",
          "net puts living to that day or longer, contracts; shorts only as spreads", 138, 0, {},
          0),
      row("coverage", "hedge payoff over LP loss, in any scenario with a loss", 0.994, {}, 1,
          412.5)};
}

inline Explain sample_explain() {
  const Explain spot = explained("spot", 3214.5, "USD", "median index of the chain", "chain file");
  const Explain vol = explained("market_implied_vol", 0.55, "per sqrt(year)",
                                "2/T * integral of out-of-the-money prices over K^2, square root",
                                "Demeterfi, Derman, Kamal & Zou (1999)", {spot});
  const Explain lvr = explained("lvr_usd_per_day", 1014.72, "USD per day",
                                "sigma^2 P^2 |gamma| / 2 / 365", "Milionis et al. (2022)",
                                {vol, explained("gamma", -0.236974, "tokens per USD",
                                                "-L / (2 P^1.5) inside the range", "Uniswap v3")});
  return explained(
      "plan", {}, "", "", "",
      {explained(
           "position", {}, "", "", "",
           {explained("value_usd", 1'000'012.4, "USD",
                      "L (2 sqrt P - sqrt Pa - P / sqrt Pb) in the range",
                      "Uniswap v3 whitepaper, section 6",
                      {spot, explained("range_lower", 2600, "USD", "", "book file, line 7"),
                       explained("range_upper", 4000, "USD", "", "book file, line 8")}),
            lvr,
            explained("fee_implied_vol", 0.48, "per sqrt(year)",
                      "implied vol * sqrt(fees per day / LVR per day)", "fees equal LVR", {lvr})}),
       explained("tail.hedged.cvar95_usd", 76'112, "USD", "mean of the worst 5 % of losses",
                 "Rockafellar & Uryasev (2002), prop. 8",
                 {explained("horizon_days", 30, "days", "", "policy"),
                  explained("failure_loss", std::nullopt, "USD", "", "not given")}),
       explained("plan.carry_usd_per_year", 23'399, "USD per year",
                 "sum of quantity times time decay, plus funding", "policy")});
}

inline hedge::MarketTold sample_market() {
  hedge::MarketTold m;
  m.underlying_usd = 3214.5;
  m.at = "2026-01-20T08:00:00Z";
  m.source = "chain.csv, pool.json, history.csv, funding.csv";
  m.base = "ETH";
  m.quote = "USDC";
  m.model_made = true;
  m.implied_vol = 0.55;
  m.forecast_vol = 0.535;
  m.realised_vol = 0.512;
  return m;
}

inline hedge::TailsTold sample_tails(double before, double after) {
  hedge::TailsTold tails;
  tails.unhedged = {sample_tail(0.985 * before, 20'000), sample_tail(before, 100'000)};
  tails.hedged = {sample_tail(0.97 * after, 20'000), sample_tail(after, 100'000)};
  tails.also = {{"jump", "market_implied", sample_tail(1.08 * before, 100'000),
                 sample_tail(1.11 * after, 100'000)},
                {"bootstrap", "real_world", sample_tail(0.93 * before, 100'000),
                 sample_tail(0.96 * after, 100'000)}};
  return tails;
}

inline hedge::DayTold sample_day() {
  hedge::DayTold day;
  day.hedge = "full_target";
  day.hedge_by = "2026-01-21T19:00:00Z";
  day.size_share = 0.8;
  day.restrictions = {{"open_liquidity", "calendar", "fomc at 2026-01-22T19:00:00Z"},
                      {"tight_range", "calendar", "fomc at 2026-01-22T19:00:00Z"},
                      {"draw_loan", "stress", "the lending sleeve draws under stress alone"}};
  day.rules = {
      {"full target", "fomc: options buy back at least 35 % of the short gamma", "calendar gate"}};
  day.rules_cost_usd = 812.4;
  day.gauges = {{"vol_equivalent", 16.4, "", "normal", "2026-01-12T00:00:00Z", ""},
                {"peg", {}, "", "", {}, "no file was given"}};
  day.reviews = {"the feed strays (oracle gate)"};
  return day;
}

inline std::vector<hedge::LayerTold> sample_layers() {
  const auto layer = [](std::string name, std::string state, std::string why) {
    hedge::LayerTold told;
    told.layer = std::move(name);
    told.about = "what it is for";
    told.state = std::move(state);
    told.why = std::move(why);
    return told;
  };
  std::vector<hedge::LayerTold> layers{
      layer("call_spread", "stands", "finances; nothing it offers earns its cost today"),
      layer("collar", "closed", "the wallet holds no tokens to sell calls on"),
      layer("put_shield", "trades", "never paused")};
  layers[2].trades = 4;
  layers[2].cost_usd = 9'812;
  layers[2].carry_usd_per_year = 14'020;
  layers[2].mean_cost_usd = 1'204;
  layers[2].cvar_removed_usd = 48'300;
  return layers;
}

/// A full answer: eight trades that are worth their price.
inline hedge::Plan sample_plan() {
  hedge::Plan plan;
  plan.position = sample_position("eth-usdc-30bps");
  plan.positions = {plan.position};
  plan.tail = sample_tails(141'230, 76'112);
  hedge::PlanTold& told = plan.plan;
  told.status = "optimal";
  told.sentence = "8 trades lower the objective by 6719.5 USD to 20114.2 USD.";
  told.mode = "scenario_match";
  told.scenarios = "jump";
  told.objective_usd = 20'114.2;
  told.objective_unhedged_usd = 26'833.7;
  told.optimum_usd = 20'101.9;
  told.bound_usd = 20'101.4;
  told.duality_gap_usd = 0.5;
  told.rounding_cost_usd = 12.3;
  told.trades = sample_trades();
  for (const hedge::Trade& trade : told.trades) {
    told.fees_usd += trade.fee_usd;
    if (trade.bucket_days > 0) told.premium_usd += trade.cost_usd - trade.fee_usd;
    told.margin_usd += trade.margin_usd;
    told.carry_usd_per_year += trade.carry_usd_per_year;
  }
  told.budget_usd_per_year = 25'000;
  told.budget_rule = "policy carry_usd_per_year";
  told.coverage = 0.994;
  told.coverage_gamma = 0.341;
  told.break_even_usd = {2411.6, 2755.1, 3790.4};
  told.z_break_even = {-1.823, -0.978, 1.045};
  told.variance_premium_usd = 1'412.6;
  told.constraints = sample_constraints();
  told.profile = sample_profile(told.trades);
  told.histogram = sample_histogram();
  told.greeks = {{"LP", 157.83, -0.236974, 0, -1014.72},
                 {"held lots", 0, 0, 0, 0},
                 {"hedge", -61.2, 0.0808, 6'113.4, -212.71},
                 {"total", 96.63, -0.156174, 6'113.4, -1227.43}};
  told.candidates = 412;
  told.left_out = {"118 options: neither bid nor ask",
                   "3 options: 2 % of open interest is less than one lot (assumed depth)"};
  plan.day = sample_day();
  plan.layers = sample_layers();
  plan.what_if = {
      {"options 20 % dearer", "CVaR $88,100 (+$11,988)", 11'020.0, 88'100.0, 21'300.0},
      {"no loss within two sigma of the price", "no plan within every limit", {}, {}, {}}};
  plan.market = sample_market();
  plan.unknown = {
      {"tail.failure_loss_usd", "missing_data",
       "no protocol file was given (give --protocol); contract failure is not counted"}};
  plan.assumptions = {"USDC is taken at one dollar.",
                      "Depth is 2 % of open interest: recorded chains carry no quote sizes.",
                      "Volatilities move with the price by a fixed beta of -0.60, not measured."};
  plan.explain = sample_explain();
  return plan;
}

/// Two positions, and trades that are not worth their price.
inline hedge::Plan no_hedge_plan() {
  hedge::Plan plan = sample_plan();
  plan.positions = {sample_position("eth-usdc-narrow"), sample_position("eth-usdc-wide")};
  plan.positions[1].fees_usd_per_day_se.reset();
  plan.positions[1].days_in_range.reset();
  plan.position.name = "all positions";
  plan.tail = sample_tails(41'230, 41'230);
  plan.plan = {};
  plan.plan.status = "no_hedge";
  plan.plan.sentence =
      "No hedge is better: the cheapest trade removes $0.04 of CVaR95 a dollar, and the price of "
      "tail is $0.10.";
  plan.plan.objective_usd = plan.plan.objective_unhedged_usd = plan.plan.optimum_usd = 6'120;
  plan.plan.bound_usd = 6'120;
  plan.plan.budget_usd_per_year = 15'000;
  plan.plan.break_even_usd = {2812.4, 3870.9};
  plan.plan.z_break_even = {-0.847, 1.178};
  plan.plan.profile = sample_profile({});
  plan.plan.histogram = sample_histogram();
  plan.plan.histogram.hedged = plan.plan.histogram.unhedged;
  plan.plan.greeks = {{"LP", 157.83, -0.236974, 0, -1014.72},
                      {"total", 157.83, -0.236974, 0, -1014.72}};
  plan.market.model_made = false;
  plan.unknown.clear();
  return plan;
}

/// A limit no set of trades meets: nothing is hedged, and the limit is named.
inline hedge::Plan infeasible_plan() {
  hedge::Plan plan = sample_plan();
  plan.tail.hedged = {};
  plan.tail.also.clear();
  plan.plan = {};
  plan.plan.status = "infeasible";
  plan.plan.sentence =
      "Infeasible: tail_limit asks for a CVaR95 of at most $1,000; the least that is possible "
      "within the carry budget is $61,004.";
  hedge::Constraint limit;
  limit.name = "tail_limit";
  limit.about = "CVaR 95 % at the horizon, USD";
  limit.value = 61'004;
  limit.upper = 1'000;
  limit.binds = true;
  limit.price_usd = 0.4;
  plan.plan.constraints = {limit};
  plan.plan.budget_usd_per_year = 84'632;
  return plan;
}

/// Everything that may be empty, empty.
inline hedge::Plan empty_plan() { return {}; }

/// Names as a stranger might choose them.
inline hedge::Plan hostile_plan() {
  hedge::Plan plan = sample_plan();
  const std::string evil = "<script>alert(\"1\")</script>&'`\x1b[31m\x01\xff\u202Ereversed";
  plan.position.name = plan.positions[0].name = evil;
  plan.plan.sentence = "Hedge " + evil;
  plan.plan.trades[0].instrument = evil;
  plan.plan.trades[0].layer = evil;
  plan.plan.trades[0].side = evil;
  plan.plan.constraints[0].name = plan.plan.constraints[0].about = evil;
  plan.plan.greeks[0].of = evil;
  plan.plan.budget_rule = plan.plan.mode = plan.plan.scenarios = evil;
  plan.plan.left_out = {evil};
  plan.market.base = plan.market.quote = plan.market.source = plan.market.at = evil;
  plan.tail.also[0].scenarios = plan.tail.also[0].measure = evil;
  plan.unknown[0] = {evil, evil, evil};
  plan.assumptions = {evil};
  plan.explain.name = plan.explain.unit = plan.explain.formula = plan.explain.source = evil;
  return plan;
}

/// Numbers that have no business in a plan: the page says "unknown" and stays whole.
inline hedge::Plan broken_numbers_plan() {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  hedge::Plan plan = sample_plan();
  for_fields(plan.position, [&](std::string_view, auto& field, std::string_view) {
    if constexpr (std::is_same_v<std::decay_t<decltype(field)>, double>) field = nan;
    if constexpr (std::is_same_v<std::decay_t<decltype(field)>, std::optional<double>>) field = inf;
  });
  for_fields(plan.plan.trades[0], [&](std::string_view, auto& field, std::string_view) {
    if constexpr (std::is_same_v<std::decay_t<decltype(field)>, double>) field = -inf;
  });
  plan.plan.profile.lp_usd[3] = nan;
  plan.plan.profile.price[5] = inf;
  plan.plan.histogram.edge_usd[0] = -inf;
  plan.plan.break_even_usd[0] = nan;
  plan.plan.z_break_even.pop_back();
  plan.plan.carry_usd_per_year = inf;
  plan.tail.unhedged.out_of_sample.cvar95_usd = nan;
  plan.tail.hedged.out_of_sample.cvar95_usd_se = inf;
  plan.market.underlying_usd = nan;
  plan.explain.inputs[0].value = nan;
  return plan;
}

/// Numbers so large that tables have to give way.
inline hedge::Plan huge_plan() {
  hedge::Plan plan = sample_plan();
  constexpr double factor = 3.3e11;
  plan.tail = sample_tails(factor, 0.5 * factor);
  for (hedge::Trade& trade : plan.plan.trades) {
    for (double* x : {&trade.quantity, &trade.price, &trade.fee_usd, &trade.cost_usd,
                      &trade.carry_usd_per_year, &trade.margin_usd}) {
      *x *= factor;
    }
  }
  for (hedge::Constraint& c : plan.plan.constraints) c.value *= -factor * factor;
  plan.positions.push_back(plan.position);
  plan.positions.back().value_usd *= factor;
  plan.position.value_usd *= factor;
  plan.position.name = std::string(300, 'n');
  plan.unknown[0].why = std::string(250, 'w') + " and more";
  return plan;
}

}  // namespace levee::test
