// levee/risk/reprice.cpp — what one unit of every instrument is worth at the horizon.
#include "levee/num/lanes.h"
#include "levee/option/chain.h"
#include "levee/risk/loss.h"
#include "levee/scenario/vol_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/core.h>

namespace levee::risk {
namespace {

// Standardised moneyness beyond which a move of the skew lifts the wings no further.
constexpr double skew_reach = 1;
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

// A strike at one tenor, and what of it every path needs.
struct Strike {
  Price price;
  double log = 0;
};

// What call and put of a strike are worth beyond intrinsic value, in dollars at expiry's forward.
struct Moved {
  double forward, log_forward;
  double vol_factor, skew;
};

// Time values of one strike on a block of paths, side by side.
class TimeValues {
 public:
  explicit TimeValues(std::size_t paths)
      : bend_(paths),
        type_(paths),
        strike_(paths),
        forward_(paths),
        expiry_(paths),
        vol_(paths),
        discount_(paths, 1.0),
        nothing_(paths),
        usd_(paths),
        ignored_(paths),
        delta_(paths),
        gamma_(paths) {}

  /// in: as many paths as there is room for
  std::span<const Usd> of(const Strike& strike, const Tenor& tenor, std::span<const Moved> to) {
    read_vols(strike, tenor, to);
    for (std::size_t i = 0; i < to.size(); ++i) {
      const double k = strike.log - to[i].log_forward, spread = vol_[i].value() * tenor.root;
      // Eight deviations out it is below 1e-15 of the forward: less than what counts as nothing.
      nothing_[i] = std::abs(k) > (8 + spread / 2) * spread ? 1 : 0;
      type_[i] = k < 0 ? option::Type::put : option::Type::call;
      strike_[i] = strike.price;
      forward_[i] = nothing_[i] != 0 ? strike.price : Price{to[i].forward};
      expiry_[i] = tenor.left;
      if (nothing_[i] != 0) vol_[i] = Vol{0.5 / tenor.root};  // priced all the same, and dropped
    }
    option::black_chain({{type_, strike_, forward_, expiry_}, vol_, discount_},
                        {usd_, delta_, gamma_, ignored_, ignored_, bend_, bend_});
    for (std::size_t i = 0; i < to.size(); ++i) {
      if (nothing_[i] != 0) usd_[i] = Usd{0};
    }
    return usd_;
  }

 private:
  void read_vols(const Strike& strike, const Tenor& tenor, std::span<const Moved> to) {
    LEVEE_EXPECT(to.size() == vol_.size());
    bool bends = false;
    std::size_t hint = 0;
    for (std::size_t i = 0; i < to.size(); ++i) {
      const double x = (strike.log - to[i].log_forward) / tenor.root;
      vol_[i] = Vol{tenor.slice(x, hint) * to[i].vol_factor};
      bend_[i] = to[i].skew * std::clamp(x, -skew_reach, skew_reach);
      bends = bends || to[i].skew != 0;
    }
    if (!bends) return;
    num::exp_each(bend_, bend_);
    for (std::size_t i = 0; i < to.size(); ++i) vol_[i] = Vol{vol_[i].value() * bend_[i]};
  }

  std::vector<double> bend_;
  std::vector<option::Type> type_;
  std::vector<Price> strike_, forward_;
  std::vector<Years> expiry_;
  std::vector<Vol> vol_;
  std::vector<double> discount_;
  std::vector<char> nothing_;
  std::vector<Usd> usd_, ignored_;
  std::vector<Tokens> delta_;
  std::vector<Gamma> gamma_;
};

// Settled in coins, an option is worth its Black price in coins of the forward; those coins are
// marked at spot.
double option_usd(const option::Contract& contract, double forward, double beyond,
                  const Tenor& tenor) {
  return kept((payoff_of(contract, Price{forward}).value() + beyond) / tenor.ratio);
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
std::vector<Moved> moved(const Tenor& tenor, const Repricing& with, std::size_t begin,
                         std::size_t end) {
  const scenario::AssetPaths& futures = with.set.assets[with.asset];
  const auto spot = futures.spot.row(with.set.dates.size() - 1);
  const bool shape = !futures.slope.empty();
  std::vector<Moved> to;
  to.reserve(end - begin);
  for (std::size_t path = begin; path < end; ++path) {
    const double forward = spot[path] * tenor.ratio;
    const double sloped = shape ? futures.slope[path] * tenor.log_months : 0;
    to.push_back({forward, std::log(forward), std::exp(futures.level[path] * tenor.move + sloped),
                  shape ? futures.skew[path] : 0});
  }
  return to;
}

// Prices the options of one expiry on a block of paths: what they share is worked out once a path,
// and time value once for the call and the put of a strike.
void price_expiry(std::span<const book::Instrument> instruments, const Rows& rows,
                  const Tenor& tenor, const Repricing& with, std::size_t begin, std::size_t end,
                  num::Matrix<Usd>& values) {
  const std::vector<Moved> to = moved(tenor, with, begin, end);
  TimeValues times(to.size());
  std::span<const Usd> time;
  Price timed{};  // the strike that `time` is of
  for (const std::size_t row : rows) {
    const option::Contract& contract = contract_of(instruments[row]);
    if (contract.strike != timed) {
      time = times.of({contract.strike, std::log(contract.strike.value())}, tenor, to);
      timed = contract.strike;
    }
    const auto cells = values.row(row).subspan(begin, to.size());
    const double sign = contract.type == option::Type::call ? 1 : -1;
    const double struck = contract.strike.value();
    for (std::size_t i = 0; i < to.size(); ++i) {
      const double inside = std::max(sign * (to[i].forward - struck), 0.0);
      cells[i] = kept((inside + time[i].value()) / tenor.ratio);
    }
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
  const double forward = spot.value() * tenor.ratio;
  const std::array to{Moved{forward, std::log(forward), 1, 0}};
  TimeValues times(1);
  const Usd time = times.of({contract->strike, std::log(contract->strike.value())}, tenor, to)[0];
  return Usd{option_usd(*contract, forward, time.value(), tenor)};
}

}  // namespace levee::risk
