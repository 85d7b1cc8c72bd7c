#include "levee/book/position.h"

#include "levee/num/root.h"
#include "levee/option/straddle.h"

#include <cmath>

#include <fmt/core.h>

namespace levee::book {
namespace {

// What every position's report is worked out with.
struct Sight {
  const market::Snapshot& snapshot;
  Seconds horizon;
  Vol implied;
  std::optional<market::Measured> realised;
};

struct FeeIncome {
  double usd_per_day = 0;
  std::optional<double> standard_error;
  std::string source;
};

bool inside(const amm::Bounds& bounds, Price price) {
  return bounds.lower < price && price < bounds.upper;
}

double entry_value(const LpPosition& position) {
  return amm::exposure_at(position.range, position.entry_price).value.value();
}

// The pool's own record first; a position's own record where it is at least a day long.
Result<FeeIncome> fee_income(const LpPosition& position, const market::Snapshot& snapshot) {
  if (snapshot.pool && snapshot.pool->fees) {
    const auto& flow = *snapshot.pool->fees;
    const double liquidity = position.range.liquidity.value();
    return FeeIncome{
        flow.usd_per_liquidity_day.value() * liquidity, flow.standard_error.value() * liquidity,
        fmt::format("{} over {:.0f} days times the position's liquidity", flow.source, flow.days)};
  }
  if (position.entry_at) {
    const double age = in_days(snapshot.at - *position.entry_at);
    if (age >= 1) {
      return FeeIncome{position.fees_earned.value() / age, std::nullopt,
                       fmt::format("the position's own fees over {:.1f} days", age)};
    }
  }
  return fail(Reason::missing_data,
              "no pool record with fees was given and the position has no day of its own behind "
              "it (give --pool, or entry_time and fees_earned_usd)");
}

// Break-even prices of the borrowed loss of all positions together against an income.
void add_break_even(const std::vector<LpPosition>& positions, double income, const Sight& sight,
                    PositionReport& report) {
  const double spot = sight.snapshot.spot.value();
  const auto surplus = [&](double log_ratio) {
    double sum = income;
    for (const LpPosition& position : positions) {
      const Price then{spot * std::exp(log_ratio)};
      sum += amm::impermanent_loss(position.range, position.entry_price, then).borrowed.value() *
             entry_value(position);
    }
    return sum;
  };
  const double unit = sight.implied.value() * std::sqrt(years(sight.horizon).value());
  const auto root = [&](double far, std::optional<double>& price, std::optional<double>& z) {
    if (surplus(0) < 0) return;  // already past it
    if (const auto found = num::root_between(surplus, 0, far)) {
      price = spot * std::exp(*found);
      z = *found / unit;
    }
  };
  root(-12, report.break_even_low, report.break_even_low_z);
  root(12, report.break_even_high, report.break_even_high_z);
}

// Numbers that follow from positions, spot and volatilities, for one or several positions.
PositionReport report_of(std::string name, const std::vector<LpPosition>& positions,
                         const Sight& sight) {
  PositionReport report;
  report.name = std::move(name);
  const Price spot = sight.snapshot.spot;
  double hold = 0, entry = 0, full_range_gamma = 0;
  for (const LpPosition& position : positions) {
    const amm::Exposure now = amm::exposure_at(position.range, spot);
    const auto loss = amm::impermanent_loss(position.range, position.entry_price, spot);
    const double value_at_entry = entry_value(position);
    report.value_usd += now.value.value();
    report.base_tokens += now.base.value();
    report.quote_usd += now.quote.value();
    report.delta += now.delta.value();
    report.gamma += now.gamma.value();
    report.lvr_usd_per_day += amm::lvr_per_day(position.range, spot, sight.implied).value();
    report.il_borrowed += loss.borrowed.value() * value_at_entry;
    report.il_funded += loss.funded.value() * value_at_entry;
    entry += value_at_entry;
    hold += now.value.value() - loss.borrowed.value() * value_at_entry;
    full_range_gamma += now.value.value() / (4 * spot.value() * spot.value());
  }
  report.il_relative = report.il_borrowed / hold;
  report.il_borrowed /= entry;
  report.il_funded /= entry;
  report.concentration = -report.gamma / full_range_gamma;
  report.break_even_fee_rate = 365 * report.lvr_usd_per_day / report.value_usd;
  report.market_implied_vol = sight.implied.value();
  report.straddles =
      option::straddles_sold(Gamma{report.gamma}, {spot, years(sight.horizon), sight.implied});
  if (sight.realised) {
    report.realised_vol = sight.realised->vol.value();
    report.realised_vol_se = sight.realised->standard_error.value();
  }
  return report;
}

// Fees against LVR: the volatility at which they break even, and the prices at which they do.
void add_income(const std::vector<LpPosition>& positions, double per_day,
                std::optional<double> error, const Sight& sight, PositionReport& report) {
  report.fees_usd_per_day = per_day;
  report.fees_usd_per_day_se = error;
  if (report.lvr_usd_per_day > 0) {
    report.fee_implied_vol =
        report.market_implied_vol * std::sqrt(per_day / report.lvr_usd_per_day);
  }
  double income = per_day * in_days(sight.horizon);
  for (const LpPosition& position : positions) income += position.fees_earned.value();
  add_break_even(positions, income, sight, report);
}

Explain number(std::string name, std::optional<double> value, std::string unit, std::string formula,
               std::string source, std::vector<Explain> inputs = {}) {
  return {std::move(name),  value, std::move(unit), std::move(formula), std::move(source),
          std::move(inputs)};
}

Explain explained(const PositionReport& r, const Sight& sight, const std::string& fee_source) {
  const auto spot = number("spot", sight.snapshot.spot.value(), "USD", "median index of the chain",
                           sight.snapshot.source);
  const auto implied = number("market_implied_vol", r.market_implied_vol, "per sqrt(year)",
                              "2/T * integral of out-of-the-money prices over K^2, square root",
                              "Demeterfi, Derman, Kamal & Zou (1999), on the chain's marks");
  const auto lvr = number("lvr_usd_per_day", r.lvr_usd_per_day, "USD per day",
                          "sigma^2 P^2 |gamma| / 2 / 365", "Milionis et al. (2022)",
                          {implied, number("gamma", r.gamma, "tokens per USD",
                                           "-L / (2 P^1.5) inside the range", "Uniswap v3")});
  const auto fees = number("fees_usd_per_day", r.fees_usd_per_day, "USD per day",
                           "fees per unit of liquidity in range, times L", fee_source);
  Explain tree = number("position", std::nullopt, "", "", "");
  tree.inputs = {
      number("value_usd", r.value_usd, "USD", "L (2 sqrt P - sqrt Pa - P / sqrt Pb) in the range",
             "Uniswap v3 whitepaper, section 6", {spot}),
      number("delta", r.delta, "tokens", "L (1 / sqrt P - 1 / sqrt Pb), the base tokens held",
             "derivative of the value", {spot}),
      number("il_borrowed", r.il_borrowed, "of entry value", "(V_LP - V_hold) / V_0",
             "names: Lipton, Lucic & Sepp (2024)"),
      number("il_funded", r.il_funded, "of entry value", "(V_LP - V_0) / V_0",
             "names: Lipton, Lucic & Sepp (2024)"),
      number("il_relative", r.il_relative, "of hold value", "(V_LP - V_hold) / V_hold", ""),
      lvr,
      number("fee_implied_vol", r.fee_implied_vol, "per sqrt(year)",
             "implied vol * sqrt(fees per day / LVR per day)", "fees equal LVR", {fees, lvr}),
      number("break_even_fee_rate", r.break_even_fee_rate, "of value per year",
             "365 * LVR per day / value", "", {lvr}),
      number("realised_vol", r.realised_vol, "per sqrt(year)",
             "sqrt(mean square log return / step)", "price history"),
      number("break_even_low", r.break_even_low, "USD",
             "borrowed loss = fees earned + fees expected to the horizon", "root of the two",
             {fees}),
      number("break_even_high", r.break_even_high, "USD",
             "borrowed loss = fees earned + fees expected to the horizon", "root of the two",
             {fees})};
  return tree;
}

// What stays empty although its inputs are known, and why.
void add_gaps(PositionReport& report, const Result<Years>& in_range, std::vector<Error>& unknown) {
  const auto say = [&](std::string_view fields, std::string_view why) {
    unknown.emplace_back(
        fail(Reason::no_solution, fmt::format("position.{} of {}: {}", fields, report.name, why)));
  };
  if (in_range) {
    report.days_in_range = in_range->value() * 365;
  } else {
    say("days_in_range", in_range.error().message);
  }
  if (!report.fees_usd_per_day) return;  // told as unknown fees
  if (!report.fee_implied_vol) say("fee_implied_vol", "out of range there is no LVR to pay for");
  if (!report.break_even_high) {
    say("break_even_low, break_even_high", "the loss already exceeds fees earned and expected");
  } else if (!report.break_even_low) {
    say("break_even_low", "the fees pay for the loss at any lower price");
  }
}

Result<Sight> sight_of(const market::Snapshot& snapshot, Vol implied, const PositionAsk& ask,
                       std::vector<Error>& unknown) {
  Sight sight{snapshot, ask.horizon, implied, std::nullopt};
  if (!snapshot.history) {
    unknown.emplace_back(
        fail(Reason::missing_data,
             "position.realised_vol: no price history was given (give --history)"));
    return sight;
  }
  const auto realised =
      market::realised_vol(*snapshot.history, snapshot.at, ask.realised, snapshot.stale);
  if (realised) {
    sight.realised = *realised;
  } else if (realised.error().reason == Reason::stale_data) {
    return realised.error();
  } else {
    unknown.emplace_back(
        fail(realised.error().reason, "position.realised_vol: " + realised.error().message));
  }
  return sight;
}

}  // namespace

Result<PositionAnswer> value_positions(const Book& book, const market::Snapshot& snapshot,
                                       const option::Surface& surface, const PositionAsk& ask) {
  return value_positions(book, snapshot, market::fair_vol(surface, years(ask.horizon)), ask);
}

Result<PositionAnswer> value_positions(const Book& book, const market::Snapshot& snapshot,
                                       Vol implied, const PositionAsk& ask) {
  if (book.positions.empty()) {
    return fail(Reason::missing_data, "the book holds no liquidity position (add a [[position]])");
  }
  PositionAnswer answer;
  const auto seen = sight_of(snapshot, implied, ask, answer.unknown);
  if (!seen) return seen.error();
  const Sight& sight = *seen;

  double per_day = 0, error = 0;
  bool all_known = true, all_errors = true;
  std::string fee_source;
  for (const LpPosition& position : book.positions) {
    PositionReport report = report_of(position.name, {position}, sight);
    auto fees = fee_income(position, snapshot);
    if (fees) {
      answer.fees_usd_per_day.push_back(fees->usd_per_day);
      if (!inside(position.range.bounds, snapshot.spot)) {
        fees->usd_per_day = 0;
        if (fees->standard_error) fees->standard_error = 0;
      }
      add_income({position}, fees->usd_per_day, fees->standard_error, sight, report);
      per_day += fees->usd_per_day;
      error += fees->standard_error.value_or(0);  // one pool record: they err together
      all_errors = all_errors && fees->standard_error.has_value();
      fee_source = fees->source;
      if (!fees->standard_error) {
        answer.unknown.emplace_back(
            fail(Reason::missing_data,
                 fmt::format("position.fees_usd_per_day_se of {}: its own fees are one sum, which "
                             "shows no scatter (a pool's record does: --pool)",
                             position.name)));
      }
    } else {
      all_known = false;
      answer.fees_usd_per_day.push_back(std::nullopt);
      answer.unknown.emplace_back(
          fail(fees.error().reason, fmt::format("position.fees_usd_per_day, fee_implied_vol, "
                                                "break_even_low, break_even_high of {}: {}",
                                                position.name, fees.error().message)));
    }
    add_gaps(report,
             amm::expected_time_in_range(position.range.bounds, snapshot.spot, sight.implied),
             answer.unknown);
    answer.each.push_back(std::move(report));
  }
  answer.total = answer.each.front();
  if (book.positions.size() > 1) {
    answer.total = report_of("all positions", book.positions, sight);
    if (all_known) {
      add_income(book.positions, per_day, all_errors ? std::optional{error} : std::nullopt, sight,
                 answer.total);
    }
    add_gaps(answer.total, fail(Reason::no_solution, "each position leaves its own range"),
             answer.unknown);
  }
  answer.explain = explained(answer.total, sight, fee_source);
  for (const LpPosition& position : book.positions) {
    const amm::Bounds& bounds = position.range.bounds;
    if (!(bounds.lower.value() > 0 && std::isfinite(bounds.upper.value()))) continue;
    auto& inputs = answer.explain.inputs.front().inputs;
    inputs.push_back(number("range_lower", bounds.lower.value(), "USD", "lower edge of the range",
                            position.name));
    inputs.push_back(number("range_upper", bounds.upper.value(), "USD", "upper edge of the range",
                            position.name));
  }
  return answer;
}

}  // namespace levee::book
