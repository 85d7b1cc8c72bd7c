// levee/market/snapshot.cpp — a surface through the marks, and its fair volatility.
#include "levee/market/snapshot.h"

#include "levee/option/black.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace levee::market {
namespace {

// Gauss-Legendre, 8 points: half of the symmetric nodes and weights.
// src: Abramowitz & Stegun (1964), table 25.4
constexpr std::array<double, 4> node{0.183434642495649805, 0.525532409916328986,
                                     0.796666477413626740, 0.960289856497536232};
constexpr std::array<double, 4> weight{0.362683783378361983, 0.313706645877887287,
                                       0.222381034453374471, 0.101228536290376259};

template <class Function>
double integral(Function f, double from, double to, double widest) {
  const int panels = std::max(1, static_cast<int>(std::ceil((to - from) / widest)));
  const double half = (to - from) / panels / 2;
  double sum = 0;
  for (int panel = 0; panel < panels; ++panel) {
    const double middle = from + (2 * panel + 1) * half;
    for (std::size_t i = 0; i < node.size(); ++i) {
      sum += weight[i] * (f(middle - half * node[i]) + f(middle + half * node[i]));
    }
  }
  return sum * half;
}

}  // namespace

Result<option::Surface> surface_of(const Snapshot& snapshot) {
  std::vector<option::Mark> marks;
  for (const Quote& quote : snapshot.chain) {
    if (!(quote.mark_vol.value() > 0)) continue;
    marks.push_back({quote.contract.expiry, quote.forward, quote.contract.strike, quote.mark_vol});
  }
  return option::Surface::from(marks, snapshot.at);
}

Vol fair_vol(const option::Surface& surface, Years tenor) {
  LEVEE_EXPECT(tenor.value() > 0);
  const option::Surface::Slice slice = surface.slice(tenor);
  const double root = std::sqrt(tenor.value());
  std::size_t hint = 0;
  // Out-of-the-money price over strike, on a forward of 1, at k = x sqrt T: with dK / K^2 = dk / K
  // this is the integrand of the log contract.
  const auto over_strike = [&](double x) {
    const double strike = std::exp(x * root);
    const option::BlackInputs on{Price{1}, tenor, Vol{slice(x, hint)}};
    const auto type = x < 0 ? option::Type::put : option::Type::call;
    return option::black_price(type, Price{strike}, on).value() / strike;
  };
  // The vol is straight between knots and flat beyond them, and the option changes sides at 0: a
  // panel that crosses none of these sees an analytic function. Nine deviations out nothing is
  // left.
  const double left_vol = slice(-1e9, hint), right_vol = slice(1e9, hint);
  const double least = *std::min_element(slice.vol.begin(), slice.vol.end());
  std::vector<double> cuts{-(9 * left_vol + left_vol * left_vol * root / 2), 0,
                           9 * right_vol + right_vol * right_vol * root / 2};
  const double first = cuts.front(), last = cuts.back();
  for (const double x : slice.x) {
    if (first < x && x < last) cuts.push_back(x);
  }
  std::sort(cuts.begin(), cuts.end());
  double sum = 0;
  for (std::size_t i = 1; i < cuts.size(); ++i) {
    sum += integral(over_strike, cuts[i - 1], cuts[i], least);
  }
  return Vol{std::sqrt(2 * sum * root / tenor.value())};
}

}  // namespace levee::market
