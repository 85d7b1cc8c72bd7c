#include "levee/hedge/profile.h"

#include "levee/hedge/proxy.h"
#include "levee/num/root.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// What taking a position out, its tokens kept, gains at a price: no fees, no loss to arbitrage.
double withdrawn_at(const ProfileAsk& ask, const Withdrawal& left, double price) {
  const amm::Range& range = ask.setting.book.positions[left.position].range;
  const amm::Exposure now = amm::exposure_at(range, ask.setting.snapshot.spot);
  const double held = now.base.value() * price + now.quote.value();
  const double fees = ask.setting.position.fees_usd_per_day[left.position].value_or(0) *
                      in_days(ask.calibration.horizon);
  return held - amm::exposure_at(range, Price{price}).value.value() - fees;
}

// Worth of the trades at one price at the horizon, costs included.
double hedge_at(const ProfileAsk& ask, const std::vector<Held>& held, double price) {
  double sum = 0;
  for (const Held& one : held) {
    sum += one.quantity * unit_at(ask, one.instrument, price) - one.cost_usd;
  }
  return sum;
}

double hedge_at_expiry(const ProfileAsk& ask, const std::vector<Held>& held, double price) {
  double sum = 0;
  for (const Held& one : held) {
    const auto* contract = std::get_if<option::Contract>(&one.instrument);
    const Price there = in_traded(ask.setting, Price{price});
    const double value = contract ? option::payoff_of(*contract, there).value()
                                  : unit_at(ask, one.instrument, price);
    sum += one.quantity * value - one.cost_usd;
  }
  return sum;
}

double reach_of(const ProfileAsk& ask) {
  const double sigma = sigma_of(ask);
  double reach = 4 * sigma;
  for (const book::LpPosition& position : ask.setting.book.positions) {
    for (const Price edge : {position.range.bounds.lower, position.range.bounds.upper}) {
      if (edge.value() > 0 && edge.value() < infinity) {
        const double far = std::abs(std::log(edge.value() / ask.setting.snapshot.spot.value()));
        reach = std::max(reach, std::min(1.3 * far, 6 * sigma));
      }
    }
  }
  return std::min(reach, 2.0);
}

}  // namespace

double lp_change(const ProfileAsk& ask, double price) {
  double sum = 0;
  for (const book::LpPosition& position : ask.setting.book.positions) {
    sum += amm::exposure_at(position.range, Price{price}).value.value() -
           amm::exposure_at(position.range, ask.setting.snapshot.spot).value.value();
  }
  return sum;
}

double unit_at(const ProfileAsk& ask, const Tradable& what, double price) {
  if (const auto* left = std::get_if<Withdrawal>(&what)) return withdrawn_at(ask, *left, price);
  if (const auto* future = std::get_if<VolFuture>(&what)) return future->rolled.value();
  const auto instrument = instrument_of(what);
  if (!instrument) return 0;
  const risk::Repricing with = traded_repricing(ask.setting.proxy, ask.with);
  return risk::frozen_value(*instrument, in_traded(ask.setting, Price{price}),
                            ask.calibration.horizon, with)
      .value();
}

double expected_fees(const ProfileAsk& ask) {
  return ask.setting.position.total.fees_usd_per_day.value_or(0) * in_days(ask.calibration.horizon);
}

double sigma_of(const ProfileAsk& ask) {
  return ask.calibration.lead().implied.value() * std::sqrt(years(ask.calibration.horizon).value());
}

Profile profile_of(const ProfileAsk& ask, const std::vector<Held>& held) {
  Profile profile;
  constexpr int half = 60;
  const double spot = ask.setting.snapshot.spot.value(), reach = reach_of(ask);
  for (int i = -half; i <= half; ++i) {
    const double price = spot * std::exp(reach * i / half);
    const double lp = lp_change(ask, price), hedge = hedge_at(ask, held, price);
    const double expiry = hedge_at_expiry(ask, held, price);
    profile.price.push_back(price);
    profile.lp_usd.push_back(lp);
    profile.hedge_usd.push_back(hedge);
    profile.sum_usd.push_back(lp + hedge);
    profile.hedge_expiry_usd.push_back(expiry);
    profile.sum_expiry_usd.push_back(lp + expiry);
  }
  return profile;
}

BreakEvens break_evens_of(const ProfileAsk& ask, const std::vector<Held>& held) {
  BreakEvens found;
  const double spot = ask.setting.snapshot.spot.value(), fees = expected_fees(ask);
  const double sigma = sigma_of(ask);
  const auto profit = [&](double log_price) {
    const double price = spot * std::exp(log_price);
    return lp_change(ask, price) + hedge_at(ask, held, price) + fees;
  };
  constexpr double aside = 1e-6;  // a profit that stays zero crosses it nowhere
  for (const double root : num::roots_between(profit, -3.0, 3.0, 600)) {
    if (profit(root - aside) * profit(root + aside) >= 0) continue;
    found.price.push_back(spot * std::exp(root));
    found.z.push_back(root / sigma);
  }
  return found;
}

void add_floor(const ProfileAsk& ask, const Floor& floor, Program& program) {
  const double spot = ask.setting.snapshot.spot.value(), fees = expected_fees(ask);
  const auto steps = static_cast<int>(std::ceil(floor.z / 0.25));
  for (int i = -steps; i <= steps; ++i) {
    const double z = floor.z * i / steps;
    const double price = spot * std::exp(z * sigma_of(ask));
    const double needed = -floor.loss_usd - fees - lp_change(ask, price);
    solve::Row row{"floor", {}, needed, infinity};
    std::vector<double> unit;  // [candidates]
    for (const Candidate& one : program.candidates) {
      unit.push_back(unit_at(ask, one.instrument, price));
    }
    for (const solve::Column& column : program.columns) {
      row.coefficient.push_back(column.sign * unit[column.instrument] - column.cost);
    }
    program.rows.push_back(std::move(row));
    program.notes.push_back(
        {fmt::format("profit of the hedge at a price within {:.3g} sigma, USD; the rest is what "
                     "positions lose there less expected fees",
                     floor.z),
         false});
  }
}

}  // namespace levee::hedge
