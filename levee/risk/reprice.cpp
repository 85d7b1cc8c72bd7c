// levee/risk/reprice.cpp — what one unit of every instrument is worth at the horizon.
#include "levee/num/lanes.h"
#include "levee/option/moved_smile.h"
#include "levee/risk/loss.h"
#include "levee/scenario/vol_fit.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/core.h>

namespace levee::risk {
namespace {

// Below this a value is rounding; exact zeros keep the hedge programme's matrix sparse.
constexpr double negligible_usd = 1e-8;
// Small enough that a block's prices and volatilities stay in cache, large enough to share out.
constexpr std::size_t path_block = 1024;

double kept(double usd) { return std::abs(usd) < negligible_usd ? 0 : usd; }

// Everything that options of one expiry share at the horizon.
struct Tenor {
  Years left;
  double root;        // sqrt(left)
  double ratio;       // forward over spot then
  double move;        // share of the 30-day vol move that reaches this tenor
  double log_months;  // ln(left / 30 days): how much of a move of the slope does
  option::Surface::Slice slice;
};

Tenor tenor_at(Seconds until_expiry, Seconds horizon, const Repricing& with) {
  const double whole = years(until_expiry).value();
  const Years left = years(until_expiry - horizon);
  const scenario::AssetPaths& futures = with.set.assets[with.asset];
  // The carry that is priced today, for the part of the tenor that remains.
  const double today = with.surface.forward_ratio(with.snapshot.spot, Years{whole});
  const double months = left.value() * 365 / 30;
  return {.left = left,
          .root = std::sqrt(left.value()),
          .ratio = std::pow(today, left.value() / whole),
          .move = scenario::level_share(futures.tenor_power, left),
          .log_months = std::log(months),
          .slice = with.surface.slice(left)};
}

double perp_usd(double spot_now, double spot_then, Seconds horizon, Rate funding) {
  const double paid = funding.value() * years(horizon).value() * (spot_now + spot_then) / 2;
  return spot_then - spot_now - paid;
}

const option::Contract& contract_of(const book::Instrument& instrument) {
  return std::get<option::Contract>(instrument);
}

// Rows of the options of one expiry; those of a strike stand together.
using Rows = std::vector<std::size_t>;

// Where the paths of a block leave an expiry.
class Moved {
 public:
  Moved(const Tenor& tenor, const Repricing& with, std::size_t begin, std::size_t end)
      : tenor_(tenor), forward_(end - begin), log_forward_(end - begin), vol_factor_(end - begin) {
    const scenario::AssetPaths& futures = with.set.assets[with.asset];
    const auto spot = futures.spot.row(with.set.dates.size() - 1);
    const bool shape = !futures.slope.empty();
    for (std::size_t i = 0; i < forward_.size(); ++i) {
      const std::size_t path = begin + i;
      const double sloped = shape ? futures.slope[path] * tenor.log_months : 0;
      forward_[i] = spot[path] * tenor.ratio;
      vol_factor_[i] = futures.level[path] * tenor.move + sloped;
    }
    num::log_each(forward_, log_forward_);
    num::exp_each(vol_factor_, vol_factor_);
    if (shape) skew_ = std::span(futures.skew).subspan(begin, end - begin);
  }

  // Settled in coins, an option is worth its Black price in coins of the forward; those coins are
  // marked at spot.
  option::MovedSmile smile() const {
    return {.slice = tenor_.slice,
            .forward = forward_,
            .log_forward = log_forward_,
            .vol_factor = vol_factor_,
            .skew = skew_,
            .unit = 1 / tenor_.ratio,
            .nothing = negligible_usd};
  }

 private:
  const Tenor& tenor_;
  std::vector<double> forward_, log_forward_, vol_factor_;
  std::span<const double> skew_;
};

// Prices the options of one expiry on a block of paths: what they share is worked out once a path,
// and time value once for the call and the put of a strike.
void price_expiry(std::span<const book::Instrument> instruments, const Rows& rows,
                  const Tenor& tenor, const Repricing& with, std::size_t begin, std::size_t end,
                  num::Matrix<Usd>& values) {
  const Moved moved(tenor, with, begin, end);
  for (std::size_t i = 0; i < rows.size();) {
    const Price strike = contract_of(instruments[rows[i]]).strike;
    option::Worths worths;
    for (; i < rows.size(); ++i) {
      const option::Contract& contract = contract_of(instruments[rows[i]]);
      auto& cells = contract.type == option::Type::call ? worths.call : worths.put;
      if (contract.strike != strike || !cells.empty()) break;  // a contract asked for twice
      cells = values.row(rows[i]).subspan(begin, end - begin);
    }
    option::worths(moved.smile(), strike, worths);
  }
}

std::size_t date_row(const scenario::ScenarioSet& set, Seconds date) {
  const auto found = std::lower_bound(set.dates.begin(), set.dates.end(), date);
  const bool instruments_expire_on_dates_of_the_set = found != set.dates.end() && *found == date;
  LEVEE_EXPECT(instruments_expire_on_dates_of_the_set);
  return static_cast<std::size_t>(found - set.dates.begin());
}

void settle(const option::Contract& contract, std::span<const double> spot,
            std::span<double> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = kept(payoff_of(contract, Price{spot[i]}).value());
  }
}

}  // namespace

Result<num::Matrix<Usd>> horizon_values(std::span<const book::Instrument> instruments,
                                        const Repricing& with, const parallel::Team& team) {
  const scenario::ScenarioSet& set = with.set;
  LEVEE_EXPECT(!set.dates.empty() && with.surface.at() == with.snapshot.at);
  const Seconds horizon = set.dates.back();
  const scenario::AssetPaths& futures = set.assets[with.asset];
  num::Matrix<Usd> values(instruments.size(), set.paths());
  std::map<UnixSeconds, Rows> alive;
  for (std::size_t row = 0; row < instruments.size(); ++row) {
    if (std::holds_alternative<book::Perp>(instruments[row])) {
      const auto then = futures.spot.row(set.dates.size() - 1);
      const auto cells = values.row(row);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const Rate funding =
            set.funding.empty() || with.asset != 0 ? with.funding : Rate{set.funding[i]};
        const double peg = set.peg.rows() == 0 ? 1 : set.peg.row(set.dates.size() - 1)[i];
        cells[i] = kept(peg * perp_usd(with.snapshot.spot.value(), then[i], horizon, funding));
      }
      continue;
    }
    const option::Contract& contract = contract_of(instruments[row]);
    const Seconds left = contract.expiry - with.snapshot.at;
    if (left <= Seconds{0}) {
      return fail(Reason::out_of_range,
                  fmt::format("option at strike {} expired {} (the snapshot is of {}) remove it",
                              contract.strike.value(), text_of(contract.expiry),
                              text_of(with.snapshot.at)));
    }
    if (left <= horizon) {
      settle(contract, futures.spot.row(date_row(set, left)), values.row(row));
    } else {
      alive[contract.expiry].push_back(row);
    }
  }
  std::vector<std::pair<const Rows*, Tenor>> expiries;
  for (auto& [expiry, rows] : alive) {
    std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
      return contract_of(instruments[a]).strike < contract_of(instruments[b]).strike;
    });
    expiries.emplace_back(&rows, tenor_at(expiry - with.snapshot.at, horizon, with));
  }
  team.for_blocks(
      set.paths(),
      [&](std::size_t begin, std::size_t end) {
        for (const auto& [rows, tenor] : expiries) {
          price_expiry(instruments, *rows, tenor, with, begin, end, values);
        }
      },
      path_block);
  return values;
}

std::vector<Seconds> dates_for(std::span<const book::Instrument> instruments, UnixSeconds at,
                               Seconds horizon) {
  LEVEE_EXPECT(horizon > Seconds{0});
  std::vector<Seconds> dates{horizon};
  for (Seconds day = days(1); day < horizon; day = day + days(1)) dates.push_back(day);
  for (const book::Instrument& instrument : instruments) {
    const auto* contract = std::get_if<option::Contract>(&instrument);
    if (!contract) continue;
    const Seconds left = contract->expiry - at;
    if (Seconds{0} < left && left < horizon) dates.push_back(left);
  }
  std::sort(dates.begin(), dates.end());
  dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
  return dates;
}

Usd frozen_value(const book::Instrument& instrument, Price spot, Seconds horizon,
                 const Repricing& with) {
  LEVEE_EXPECT(spot.value() > 0 && horizon >= Seconds{0});
  const auto* contract = std::get_if<option::Contract>(&instrument);
  if (!contract) {
    return Usd{kept(perp_usd(with.snapshot.spot.value(), spot.value(), horizon, with.funding))};
  }
  const Seconds left = contract->expiry - with.snapshot.at;
  if (left <= horizon) return Usd{kept(payoff_of(*contract, spot).value())};
  const Tenor tenor = tenor_at(left, horizon, with);
  const double forward = spot.value() * tenor.ratio, log_forward = std::log(forward), still = 1;
  double worth = 0;
  const std::span cell(&worth, 1);
  const bool is_call = contract->type == option::Type::call;
  option::worths(
      {.slice = tenor.slice,
       .forward = {&forward, 1},
       .log_forward = {&log_forward, 1},
       .vol_factor = {&still, 1},
       .unit = 1 / tenor.ratio,
       .nothing = negligible_usd},
      contract->strike,
      {.call = is_call ? cell : std::span<double>{}, .put = is_call ? std::span<double>{} : cell});
  return Usd{worth};
}

}  // namespace levee::risk
