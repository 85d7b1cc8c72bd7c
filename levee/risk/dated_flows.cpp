#include "levee/risk/dated_flows.h"

#include "levee/num/root.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::risk {
namespace {

double years_since(UnixSeconds first, UnixSeconds at) {
  return static_cast<double>((at - first).value()) / static_cast<double>(days(365).value());
}

// In the logarithm of 1 + rate nothing is steep at either end.
double value_at(std::span<const DatedFlow> flows, double log_growth) {
  double sum = 0;
  for (const DatedFlow& one : flows) {
    sum += one.amount.value() * std::exp(-log_growth * years_since(flows.front().at, one.at));
  }
  return sum;
}

std::vector<DatedFlow> by_date(std::span<const DatedFlow> flows) {
  std::vector<DatedFlow> merged;
  for (const DatedFlow& one : flows) {
    LEVEE_EXPECT(std::isfinite(one.amount.value()));
    LEVEE_EXPECT(merged.empty() || !(one.at < merged.back().at));
    if (!merged.empty() && merged.back().at == one.at) {
      merged.back().amount = merged.back().amount + one.amount;
    } else {
      merged.push_back(one);
    }
  }
  return merged;
}

int sign_changes(std::span<const DatedFlow> flows) {
  int changes = 0;
  double before = 0;
  for (const DatedFlow& one : flows) {
    const double now = one.amount.value();
    if (now == 0) continue;
    changes += before * now < 0 ? 1 : 0;
    before = now;
  }
  return changes;
}

Error one_way(std::size_t flows) {
  return fail(
      Reason::missing_data,
      fmt::format("{} flows of one direction (a rate needs money paid and money got back)", flows));
}

}  // namespace

Usd present_value(std::span<const DatedFlow> flows, double rate) {
  LEVEE_EXPECT(!flows.empty() && rate > -1);
  return Usd{value_at(flows, std::log1p(rate))};
}

Result<InternalRates> internal_rates(std::span<const DatedFlow> flows) {
  const std::vector<DatedFlow> merged = by_date(flows);
  InternalRates found{.rates = {}, .sign_changes = sign_changes(merged)};
  if (found.sign_changes == 0) return one_way(flows.size());
  // Steps of a hundredth in the logarithm: two roots nearer than a percent are one to everybody.
  const double low = std::log(1e-4), high = std::log1p(1e6);
  const auto steps = static_cast<int>((high - low) / 0.01);
  for (const double root :
       num::roots_between([&](double at) { return value_at(merged, at); }, low, high, steps)) {
    found.rates.push_back(std::expm1(root));
  }
  return found;
}

Result<double> modified_rate(std::span<const DatedFlow> flows, const MirrTerms& terms) {
  LEVEE_EXPECT(terms.finance > -1 && terms.reinvest > -1);
  const std::vector<DatedFlow> merged = by_date(flows);
  if (sign_changes(merged) == 0) return one_way(flows.size());
  const double span = years_since(merged.front().at, merged.back().at);
  double paid = 0, got = 0;
  for (const DatedFlow& one : merged) {
    const double since = years_since(merged.front().at, one.at), amount = one.amount.value();
    if (amount < 0) paid -= amount * std::pow(1 + terms.finance, -since);
    if (amount > 0) got += amount * std::pow(1 + terms.reinvest, span - since);
  }
  return std::pow(got / paid, 1 / span) - 1;
}

std::vector<DatedFlow> survived_flows(const SurvivalAsk& ask) {
  LEVEE_EXPECT(!ask.flows.empty() && ask.value.size() == ask.flows.size());
  double rate = 0, recovered = 0;
  for (const FailureMode& mode : ask.modes) {
    LEVEE_EXPECT(mode.rate.value() >= 0 && mode.recovered >= Share{0} &&
                 mode.recovered <= Share{1});
    rate += mode.rate.value(), recovered += mode.rate.value() * mode.recovered.value();
  }
  const double share = rate > 0 ? recovered / rate : 0;  // of the value, whichever mode it was
  std::vector<DatedFlow> expected;
  double alive = 1;
  for (std::size_t i = 0; i < ask.flows.size(); ++i) {
    LEVEE_EXPECT(i == 0 || !(ask.flows[i].at < ask.flows[i - 1].at));
    double amount = ask.flows[i].amount.value();
    if (i > 0) {
      const double before = alive;
      alive = std::exp(-rate * years_since(ask.flows.front().at, ask.flows[i].at));
      amount = alive * amount + (before - alive) * share * ask.value[i - 1].value();
    }
    expected.push_back({ask.flows[i].at, Usd{amount}});
  }
  return expected;
}

}  // namespace levee::risk
