#include "levee/hedge/second_engine.h"

#include "levee/hedge/dollars.h"
#include "levee/num/normal.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

double mean(std::span<const double> values) {
  double sum = 0;
  for (const double one : values) sum += one;
  return sum / static_cast<double>(values.size());
}

double covariance(const PairedGains& gains) {
  const double one = mean(gains.one), other = mean(gains.other);
  double sum = 0;
  for (std::size_t i = 0; i < gains.one.size(); ++i) {
    sum += (gains.one[i] - one) * (gains.other[i] - other);
  }
  return sum / static_cast<double>(gains.one.size());
}

bool varies(std::span<const double> values) {
  const auto [least, most] = std::ranges::minmax(values);
  return least < most;
}

// Gains of both on the worst days of the first: a share of all, rounded down but at least one.
struct WorstDays {
  std::vector<double> one, other;
};
WorstDays worst_days(const PairedGains& gains, double share) {
  std::vector<std::size_t> days(gains.one.size());
  std::iota(days.begin(), days.end(), std::size_t{0});
  std::ranges::stable_sort(days, {}, [&](std::size_t day) { return gains.one[day]; });
  const auto count = static_cast<std::size_t>(share * static_cast<double>(days.size()) + 1e-9);
  days.resize(std::max<std::size_t>(1, count));
  WorstDays worst;
  for (const std::size_t day : days) {
    worst.one.push_back(gains.one[day]), worst.other.push_back(gains.other[day]);
  }
  return worst;
}

EngineCheck correlation_check(std::string name, const Correlation& found, double limit) {
  EngineCheck told{.name = std::move(name),
                   .verdict = "unproved",
                   .value = found.value,
                   .lower = found.lower,
                   .upper = found.upper,
                   .limit = limit,
                   .sentence = {}};
  if (!found.value) {
    told.sentence = fmt::format("{:g} days say nothing of it", found.days);
    return told;
  }
  if (*found.value > limit) told.verdict = "broken";
  if (*found.upper <= limit) told.verdict = "kept";
  told.sentence = fmt::format("{:.2f}, between {:.2f} and {:.2f} by {:g} days; at most {:.3g}",
                              *found.value, *found.lower, *found.upper, found.days, limit);
  return told;
}

// A share and, where it was measured, its interval.
struct MeasuredShare {
  std::optional<double> value, lower, upper;
};

EngineCheck share_check(std::string name, const MeasuredShare& share, double limit) {
  EngineCheck told{.name = std::move(name),
                   .verdict = "unproved",
                   .value = share.value,
                   .lower = share.lower,
                   .upper = share.upper,
                   .limit = limit,
                   .sentence = "not known"};
  if (!share.value) return told;
  if (*share.value > limit) told.verdict = "broken";
  if (share.upper.value_or(*share.value) <= limit) told.verdict = "kept";
  const std::string between = share.lower ? fmt::format(", between {:.0f} % and {:.0f} %",
                                                        100 * *share.lower, 100 * *share.upper)
                                          : std::string{};
  told.sentence =
      fmt::format("{:.0f} %{}; at most {:.0f} %", 100 * *share.value, between, 100 * limit);
  return told;
}

// The slope of an engine's gain on that of all, and an interval that lets its residuals vary.
MeasuredShare risk_share(const Engine& of, std::span<const double> all, const EngineRule& rule) {
  if (static_cast<double>(all.size()) < rule.days_min || !varies(all)) return {};
  const double variance = covariance({all, all});
  const double slope = covariance({of.gains, all}) / variance;
  const double one = mean(of.gains), sum = mean(all);
  double squares = 0;
  for (std::size_t day = 0; day < all.size(); ++day) {
    const double away = all[day] - sum;
    const double term = away * (of.gains[day] - one - slope * away);
    squares += term * term;
  }
  const double error = std::sqrt(squares) / (variance * static_cast<double>(all.size()));
  const double reach = num::normal_quantile(0.5 + rule.confidence / 2) * error;
  return {slope, slope - reach, slope + reach};
}

std::optional<double> income_share(std::span<const Engine> engines, const Engine& of) {
  double sum = 0;
  for (const Engine& one : engines) {
    if (!one.income) return std::nullopt;
    sum += std::max(0.0, one.income->value());
  }
  if (!(sum > 0)) return std::nullopt;
  return std::max(0.0, of.income->value()) / sum;
}

Result<Done> checked(std::span<const Engine> engines) {
  LEVEE_EXPECT(engines.size() >= 2);
  for (const Engine& one : engines) {
    if (one.gains.size() != engines[0].gains.size()) {
      return fail(Reason::bad_input, fmt::format("{} has {} days, {} has {} (they are compared day "
                                                 "by day) give the same days",
                                                 one.name, one.gains.size(), engines[0].name,
                                                 engines[0].gains.size()));
    }
    if (!std::ranges::all_of(one.gains, [](double x) { return std::isfinite(x); })) {
      return fail(Reason::bad_input, fmt::format("a gain of {} is not finite", one.name));
    }
  }
  return Done{};
}

}  // namespace

Result<Done> check(const EngineRule& rule) {
  const auto bad = [](std::string_view field, std::string_view why) {
    return fail(Reason::out_of_range, fmt::format("{} ({})", field, why));
  };
  for (const auto& [name, value] : {std::pair{"correlation_max", rule.correlation_max},
                                    std::pair{"downside_max", rule.downside_max}}) {
    if (!(value >= -1 && value <= 1)) return bad(name, "must lie in [-1, 1]");
  }
  for (const auto& [name, value] : {std::pair{"downside_share", rule.downside_share},
                                    std::pair{"income_share_max", rule.income_share_max},
                                    std::pair{"risk_share_max", rule.risk_share_max}}) {
    if (!(value > 0 && value <= 1)) return bad(name, "must lie in (0, 1]");
  }
  if (!(rule.confidence > 0 && rule.confidence < 1)) return bad("confidence", "must lie in (0, 1)");
  if (!(rule.days_min >= 4)) return bad("days_min", "must be at least 4");
  if (!(rule.downside_days_min >= 4)) return bad("downside_days_min", "must be at least 4");
  return Done{};
}

Correlation correlation_of(const CorrelationAsk& ask) {
  const PairedGains& gains = ask.gains;
  LEVEE_EXPECT(gains.one.size() == gains.other.size());
  Correlation told;
  told.days = static_cast<double>(gains.one.size());
  if (told.days < std::max(4.0, ask.days_min)) return told;
  if (!varies(gains.one) || !varies(gains.other)) return told;
  const double own = covariance({gains.one, gains.one});
  const double others = covariance({gains.other, gains.other});
  // Where one is a multiple of the other rounding may leave a little more than 1.
  told.value = std::clamp(covariance(gains) / std::sqrt(own * others), -1.0, 1.0);
  const double reach = num::normal_quantile(0.5 + ask.confidence / 2) / std::sqrt(told.days - 3);
  const bool certain = std::abs(*told.value) == 1;
  told.lower = certain ? *told.value : std::tanh(std::atanh(*told.value) - reach);
  told.upper = certain ? *told.value : std::tanh(std::atanh(*told.value) + reach);
  return told;
}

Result<Independence> independence_of(std::span<const Engine> engines, const EngineRule& rule) {
  if (const auto fine = checked(engines); !fine) return fine.error();
  Independence told;
  const Engine& first = engines[0];
  for (const Engine& one : engines.subspan(1)) {
    const PairedGains gains{first.gains, one.gains};
    told.checks.push_back(correlation_check(one.name + ": correlation",
                                            correlation_of({gains, rule.confidence, rule.days_min}),
                                            rule.correlation_max));
    WorstDays worst;
    if (!gains.one.empty()) worst = worst_days(gains, rule.downside_share);
    told.checks.push_back(correlation_check(
        one.name + ": correlation on the worst days",
        correlation_of({{worst.one, worst.other}, rule.confidence, rule.downside_days_min}),
        rule.downside_max));
  }
  std::vector<double> sum(first.gains.size(), 0.0);
  for (const Engine& one : engines) {
    for (std::size_t day = 0; day < sum.size(); ++day) sum[day] += one.gains[day];
  }
  for (const Engine& one : engines) {
    told.checks.push_back(share_check(one.name + ": share of income",
                                      {income_share(engines, one), {}, {}}, rule.income_share_max));
    told.checks.push_back(
        share_check(one.name + ": share of risk", risk_share(one, sum, rule), rule.risk_share_max));
  }
  told.holds = std::ranges::none_of(told.checks,
                                    [](const EngineCheck& one) { return one.verdict == "broken"; });
  told.is_proved = std::ranges::all_of(
      told.checks, [](const EngineCheck& one) { return one.verdict == "kept"; });
  return told;
}

Result<Done> check(const PerpRule& rule) {
  const auto bad = [](std::string_view field, std::string_view why) {
    return fail(Reason::out_of_range, fmt::format("{} ({})", field, why));
  };
  if (!(rule.ratio >= 0 && rule.ratio <= 1)) return bad("ratio", "must lie in [0, 1]");
  if (!(rule.ratio_most >= 0 && rule.ratio_most <= 1))
    return bad("ratio_most", "must lie in [0, 1]");
  if (!(rule.veq_from >= 0 && rule.veq_from < rule.veq_to)) {
    return bad("veq_from", "must lie in [0, veq_to)");
  }
  if (!(rule.band >= 0)) return bad("band", "must not be negative");
  if (!(rule.lot >= 0)) return bad("lot", "must not be negative");
  return Done{};
}

std::optional<double> ratio_at(const PerpRule& rule, std::optional<double> veq) {
  if (!rule.rises) return rule.ratio;
  if (!veq) return std::nullopt;
  const double way = (*veq - rule.veq_from) / (rule.veq_to - rule.veq_from);
  return rule.ratio_most * std::clamp(way, 0.0, 1.0);
}

PerpStep perp_step(const PerpAsk& ask, const PerpRule& rule) {
  const double price = ask.price.value(), value = ask.value.value(), held = ask.held.value();
  const double lp = ask.lp_delta.value();
  LEVEE_EXPECT(price > 0 && value > 0);
  PerpStep step;
  step.funding_usd = -held * price * ask.funding.value() * ask.elapsed.value();
  step.held_tokens = held;
  step.target_tokens = held;
  const auto net_of = [&] { return lp != 0 ? (lp + step.held_tokens) / lp : 0; };
  const auto ratio = ratio_at(rule, ask.veq);
  if (!ratio) {
    step.ratio = lp != 0 ? -held / lp : 0;
    step.net_delta_share = net_of();
    step.why = "left as it is: volatility is not known, and the ratio is to follow it";
    return step;
  }
  step.ratio = *ratio;
  step.target_tokens = -*ratio * lp;
  step.error_share = std::abs(held - step.target_tokens) * price / value;
  if (step.error_share > rule.band) {
    const double wanted = step.target_tokens - held;
    step.traded_tokens = rule.lot > 0 ? std::round(wanted / rule.lot) * rule.lot : wanted;
    step.held_tokens = held + step.traded_tokens;
    step.cost_usd = std::abs(step.traded_tokens) * price * (ask.fee.value() + ask.spread.value());
    step.why = fmt::format(
        "{} {:.4g} tokens for {}: delta was {:.1f} % of value from the {:.0f} % "
        "of the positions' that is aimed at (band {:.1f} %)",
        step.traded_tokens < 0 ? "sells" : "buys", std::abs(step.traded_tokens),
        dollars(step.cost_usd), 100 * step.error_share, 100 * *ratio, 100 * rule.band);
  } else {
    step.why = fmt::format(
        "left as it is: delta is {:.1f} % of value from the target (band {:.1f} "
        "%)",
        100 * step.error_share, 100 * rule.band);
  }
  if (rule.rises) step.why += "; the ratio rises with volatility: it sells after falls";
  step.net_delta_share = net_of();
  return step;
}

}  // namespace levee::hedge
