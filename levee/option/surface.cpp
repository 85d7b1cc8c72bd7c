#include "levee/option/surface.h"

#include "levee/option/smile_fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/core.h>

namespace levee::option {
namespace {

using Expiries = std::vector<FittedExpiry>;

Result<Done> check(std::span<const ChainQuote> quotes) {
  std::vector<Contract> seen;
  for (const ChainQuote& quote : quotes) {
    const double strike = quote.contract.strike.value(), forward = quote.forward.value();
    const bool sane = std::isfinite(strike) && strike > 0 && std::isfinite(forward) &&
                      forward >= 0 && std::isfinite(quote.bid) && std::isfinite(quote.ask);
    if (!sane) {
      return fail(Reason::bad_input,
                  fmt::format("quote {} / {} at strike {} on {} (must be numbers, the strike "
                              "positive)",
                              quote.bid, quote.ask, strike, forward));
    }
    seen.push_back(quote.contract);
  }
  std::ranges::sort(seen);
  const auto twice = std::ranges::adjacent_find(seen);
  if (twice == seen.end()) return Done{};
  return fail(Reason::bad_input, fmt::format("strike {} of {} (is quoted twice)",
                                             twice->strike.value(), text_of(twice->expiry)));
}

// Forward and points of one expiry; nothing where there is no forward.
std::optional<FittedExpiry> read_expiry(std::span<const ChainQuote> quotes, const FitTerms& terms) {
  FittedExpiry one;
  one.expiry = quotes.front().contract.expiry;
  one.tenor = years(one.expiry - terms.at);
  one.venue_forward = quotes.front().forward;
  constexpr double widest = 0.01;
  const auto parity = parity_forward(quotes);
  if (parity && parity->half_width <= widest) {
    one.forward = parity->forward;
    one.forward_half_width = parity->half_width;
  } else {
    if (!(one.venue_forward.value() > 0)) return std::nullopt;
    one.forward = one.venue_forward;
    one.forward_from = ForwardFrom::venue;
  }
  SmilePoints found = smile_points(quotes, {one.forward, one.tenor, terms.tick});
  one.points = std::move(found.points);
  one.count = found.count;
  return one;
}

// Total variance at the money from the points on both sides of it, else from the nearest one.
double near_the_money(std::span<const SmilePoint> points) {
  const auto above = std::ranges::lower_bound(points, 0.0, {}, &SmilePoint::k);
  if (above == points.begin()) return points.front().variance;
  if (above == points.end()) return points.back().variance;
  const SmilePoint& below = *std::prev(above);
  const double width = above->k - below.k;
  const double share = width > 0 ? -below.k / width : 0;
  return (1 - share) * below.variance + share * above->variance;
}

// Every expiry's level at the money, growing in time, and the shape that fits them all.
struct Shared {
  std::vector<double> theta;
  Ssvi ssvi;
};

Result<Shared> shared_shape(std::span<const FittedExpiry> expiries) {
  Shared shared;
  std::vector<SsviExpiry> asked;
  double before = 0;
  for (const FittedExpiry& expiry : expiries) {
    const double theta = std::max(near_the_money(expiry.points), before * 1.0001);
    before = theta;
    shared.theta.push_back(theta);
    SsviExpiry one{theta, {}};
    // A shape of three numbers is as well seen through ten strikes of an expiry as through sixty.
    const std::size_t step = expiry.points.size() / 10 + 1;
    for (std::size_t i = 0; i < expiry.points.size(); i += step) {
      const SmilePoint& point = expiry.points[i];
      // Relative to the level, as the fit counts; no quote is trusted to better than 2 %.
      const double width = std::max(point.half_width / theta, 0.02);
      one.points.push_back({point.k, point.variance, 1 / (width * width)});
    }
    asked.push_back(std::move(one));
  }
  const auto fit = fit_ssvi(asked);
  if (!fit) return fit.error();
  shared.ssvi = fit->ssvi;
  return shared;
}

// The shared shape at the level that fits a few points best: golden sections on its logarithm.
Svi shape_at_own_level(const Ssvi& ssvi, double theta, std::span<const SmilePoint> points) {
  constexpr double golden = 0.6180339887498949;
  double low = std::log(theta / 4), high = std::log(theta * 4);
  const auto at = [&](double log_theta) { return ssvi.slice(std::exp(log_theta)); };
  for (int i = 0; i < 60; ++i) {
    const double a = high - golden * (high - low), b = low + golden * (high - low);
    if (misfit_of(at(a), points) < misfit_of(at(b), points)) {
      high = b;
    } else {
      low = a;
    }
  }
  return at((low + high) / 2);
}

// c w(k / sqrt c): the same volatilities at c times the tenor, strikes in deviations.
Svi scaled(const Svi& svi, double c) {
  const double root = std::sqrt(c);
  return {c * svi.a, root * svi.b, svi.rho, root * svi.m, root * svi.s};
}

Neighbour neighbour(const FittedExpiry& expiry) {
  return {expiry.svi, expiry.points.front().k, expiry.points.back().k};
}

bool is_crossed(const FittedExpiry& earlier, const FittedExpiry& later) {
  return worst_crossing(earlier.svi, later.svi).depth > 0;
}

double most_moved(const FittedExpiry& expiry, const Svi& from) {
  double most = 0;
  const double t = expiry.tenor.value();
  for (const SmilePoint& point : expiry.points) {
    const double is = std::sqrt(expiry.svi.variance(point.k) / t);
    const double was = std::sqrt(from.variance(point.k) / t);
    most = std::max(most, 100 * std::abs(is - was));
  }
  return most;
}

class Fitting {
 public:
  Fitting(Expiries& expiries, const Shared& shared) : expiries_(expiries), shared_(shared) {}

  void run() {
    for (std::size_t i = 0; i < expiries_.size(); ++i) fit_alone(i);
    for (const FittedExpiry& expiry : expiries_) alone_.push_back(expiry.svi);
    // Where a wing without quotes crosses the next expiry, that wing gives way.
    for (std::size_t i = expiries_.size(); i-- > 1;) {
      if (is_crossed(expiries_[i - 1], expiries_[i])) refit(i - 1, Beside::later);
    }
    for (std::size_t i = 0; i < expiries_.size(); ++i) settle(i);
  }

 private:
  enum class Beside { earlier, later };

  Svi prior(std::size_t i) const { return shared_.ssvi.slice(shared_.theta[i]); }

  void fit_alone(std::size_t i) {
    FittedExpiry& one = expiries_[i];
    SmileAsk ask{.points = one.points, .prior = prior(i), .starts = {prior(i)}};
    if (one.points.size() >= 5) {
      one.svi = fit_smile(ask);
      if (misfit_of(one.svi, one.points) > 0.5) {
        ask.starts = {one.svi, smile_guess(one.points)};
        one.svi = fit_smile(ask);
      }
      return;
    }
    one.smile_from = SmileFrom::ssvi;
    one.svi = shape_at_own_level(shared_.ssvi, shared_.theta[i], one.points);
  }

  // Again, from where it is and from a smile that crosses nothing: the neighbour's.
  void refit(std::size_t i, Beside beside, double margin = 1) {
    FittedExpiry& one = expiries_[i];
    if (one.smile_from != SmileFrom::svi) return;
    SmileAsk ask{.points = one.points, .prior = prior(i), .starts = {one.svi}, .margin = margin};
    if (beside == Beside::later) {
      ask.later = neighbour(expiries_[i + 1]);
      ask.starts.push_back(
          scaled(ask.later->svi, one.tenor.value() / expiries_[i + 1].tenor.value()));
    } else if (i > 0) {
      ask.earlier = neighbour(expiries_[i - 1]);
      Svi above = ask.earlier->svi;
      above.a += std::max(0.0, near_the_money(one.points) - above.variance(0));
      ask.starts.push_back(above);
    }
    one.svi = fit_smile(ask);
    one.repair.refitted = true;
  }

  // The last word on an expiry, those before it having theirs.
  void settle(std::size_t i) {
    FittedExpiry& one = expiries_[i];
    const auto earlier = i > 0 ? std::optional(expiries_[i - 1].svi) : std::nullopt;
    auto free = lifted_free(one.svi, earlier);
    for (double margin = 1; margin < 100; margin *= 4) {
      // What a lift costs everywhere, a fit that keeps its distance costs in a wing.
      const double lift = free ? free->a - one.svi.a : one.svi.variance(0);
      if (lift <= 1e-3 * one.svi.variance(0)) break;
      const Svi before = one.svi;
      refit(i, Beside::earlier, margin);
      const auto again = lifted_free(one.svi, earlier);
      if (again && (!free || misfit_of(*again, one.points) < misfit_of(*free, one.points))) {
        free = again;
      } else {
        one.svi = before;
      }
    }
    if (!free && earlier) {
      one.smile_from = SmileFrom::earlier;
      Svi above = *earlier;
      above.a += std::max(0.0, shared_.theta[i] - above.variance(0));
      one.svi = above;
      free = lifted_free(above, earlier).value_or(*earlier);
    } else if (!free) {
      one.smile_from = SmileFrom::ssvi;
      free = shape_at_own_level(shared_.ssvi, shared_.theta[i], one.points);
    }
    one.repair.lifted = !(*free == one.svi);
    one.svi = *free;
    one.repair.points = most_moved(one, alone_[i]);
    one.least_g = least_butterfly(one.svi).value;
    one.crossing = earlier ? worst_crossing(*earlier, one.svi).depth : 0;
  }

  Expiries& expiries_;
  const Shared& shared_;
  std::vector<Svi> alone_;
};

SmileError error_of(const FittedExpiry& expiry) {
  SmileError error;
  double squares = 0, spreads = 0, inside = 0;
  for (const SmilePoint& point : expiry.points) {
    const double vol = std::sqrt(expiry.svi.variance(point.k) / expiry.tenor.value());
    const double off = 100 * (vol - point.mid.value());
    const double half = 50 * (point.ask.value() - point.bid.value());
    squares += off * off;
    spreads += half * half;
    error.worst = std::max(error.worst, std::abs(off));
    if (point.bid.value() <= vol && vol <= point.ask.value()) ++inside;
  }
  const auto count = static_cast<double>(expiry.points.size());
  error.root_mean_square = std::sqrt(squares / count);
  error.half_spread = std::sqrt(spreads / count);
  error.inside = inside / count;
  return error;
}

}  // namespace

Result<Surface> Surface::from(std::span<const ChainQuote> quotes, const FitTerms& terms) {
  LEVEE_EXPECT(terms.tick > 0);
  if (const auto sane = check(quotes); !sane) return sane.error();
  std::map<UnixSeconds, std::vector<ChainQuote>> listed;
  for (const ChainQuote& quote : quotes) listed[quote.contract.expiry].push_back(quote);
  Surface surface;
  surface.at_ = terms.at;
  std::size_t used = 0;
  for (const auto& [expiry, its] : listed) {
    const auto skip = [&](const char* why) {
      surface.skipped_.push_back({expiry, its.size(), why});
    };
    if (expiry <= terms.at) {
      skip("it has expired");
      continue;
    }
    auto one = read_expiry(its, terms);
    if (!one) {
      skip("it has no forward");
    } else if (one->points.empty()) {
      skip("no quote out of the money is bid and asked");
    } else {
      used += one->points.size();
      surface.expiries_.push_back(*std::move(one));
    }
  }
  if (used < 5) {
    return fail(Reason::missing_data,
                fmt::format("{} of {} quotes can be used for a surface (out of the money, bid and "
                            "asked; five are the least)",
                            used, quotes.size()));
  }
  const auto shared = shared_shape(surface.expiries_);
  if (!shared) return shared.error();
  surface.ssvi_ = shared->ssvi;
  Fitting(surface.expiries_, *shared).run();
  for (FittedExpiry& expiry : surface.expiries_) expiry.error = error_of(expiry);
  return surface;
}

double Surface::Slice::variance(double k) const {
  // Log-moneyness needs no hypot, and paths read this by the million.
  const auto of = [k](const Svi& svi) {
    const double x = k - svi.m;
    return svi.a + svi.b * (svi.rho * x + std::sqrt(x * x + svi.s * svi.s));
  };
  const double first = near_weight * of(near) + more;
  return far_weight == 0 ? first : first + far_weight * of(far);
}

double Surface::Slice::vol(double k) const { return std::sqrt(variance(k) / tenor); }

double Surface::Slice::butterfly(double k) const {
  const SviShape first = shape_of(near, k), second = shape_of(far, k);
  const double w = near_weight * first.value + far_weight * second.value + more;
  const double slope = near_weight * first.slope + far_weight * second.slope;
  const double curvature = near_weight * first.curvature + far_weight * second.curvature;
  const double pull = 1 - k * slope / (2 * w);
  return pull * pull - slope * slope / 4 * (1 / w + 0.25) + curvature / 2;
}

Surface::Slice Surface::slice(Years tenor) const {
  LEVEE_EXPECT(tenor.value() > 0 && !expiries_.empty());
  const double t = tenor.value();
  Slice slice{.near = {}, .far = {}, .tenor = t, .root = std::sqrt(t)};
  const auto far = std::ranges::upper_bound(expiries_, tenor, {}, &FittedExpiry::tenor);
  if (far == expiries_.begin()) {
    slice.near = slice.far = scaled(far->svi, t / far->tenor.value());
    return slice;
  }
  const FittedExpiry& near = *std::prev(far);
  slice.near = slice.far = near.svi;
  if (far == expiries_.end()) {
    slice.more = (t / near.tenor.value() - 1) * near.svi.variance(0);
    return slice;
  }
  slice.far = far->svi;
  slice.far_weight = (t - near.tenor.value()) / (far->tenor.value() - near.tenor.value());
  slice.near_weight = 1 - slice.far_weight;
  return slice;
}

Vol Surface::vol(double x, Years tenor) const {
  const Slice at = slice(tenor);
  return Vol{at.vol(x * at.root)};
}

double Surface::forward_ratio(Price spot, Years tenor) const {
  LEVEE_EXPECT(spot.value() > 0 && tenor.value() >= 0 && !expiries_.empty());
  const double t = tenor.value();
  double begin = 0, carried = 0;  // ln(forward / spot) so far
  for (const FittedExpiry& expiry : expiries_) {
    const double end = expiry.tenor.value();
    const double growth = std::log(expiry.forward.value() / spot.value());
    if (t <= end) return std::exp(carried + (growth - carried) * (t - begin) / (end - begin));
    begin = end, carried = growth;
  }
  return std::exp(carried * t / begin);
}

}  // namespace levee::option
