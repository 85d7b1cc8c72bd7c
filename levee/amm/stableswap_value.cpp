#include "levee/amm/stableswap_value.h"

#include "levee/num/root.h"

#include <cmath>

namespace levee::amm {
namespace {

double product_of(const StableCurve& curve, double d) {
  const auto n = static_cast<double>(curve.balances.size());
  double product = d;
  for (const double balance : curve.balances) product *= d / (n * balance);
  return product;
}

double ann_of(const StableCurve& curve) {
  return curve.amplification * static_cast<double>(curve.balances.size());
}

// The positive root of y^2 + slope y = c, without cancellation.
double positive_root(double slope, double c) {
  const double reach = std::sqrt(slope * slope + 4 * c);
  return slope > 0 ? 2 * c / (slope + reach) : (reach - slope) / 2;
}

// The balance of one coin that keeps D when the others sum up to `sum`.
// in: rest = D^n / (n^(n-1) product of the others)
struct Others {
  double sum = 0, rest = 0;
};
double last_balance(double d, double ann, double n, const Others& others) {
  return positive_root(others.sum + d / ann - d, others.rest * d / (ann * n));
}

}  // namespace

double curve_invariant(const StableCurve& curve) {
  LEVEE_EXPECT(curve.amplification > 0 && curve.balances.size() >= 2);
  const auto n = static_cast<double>(curve.balances.size());
  const double ann = ann_of(curve);
  double sum = 0;
  for (const double balance : curve.balances) {
    LEVEE_EXPECT(balance > 0);
    sum += balance;
  }
  // From above Newton only falls, until it has arrived.
  double d = sum;
  while (true) {
    const double product = product_of(curve, d);
    const double next = (ann * sum + n * product) * d / ((ann - 1) * d + (n + 1) * product);
    if (!(next < d)) return d;
    d = next;
  }
}

Price marginal_price(const StableCurve& curve, const Pair& pair) {
  const double product = product_of(curve, curve_invariant(curve)), ann = ann_of(curve);
  return Price{(ann + product / curve.balances[pair.in]) /
               (ann + product / curve.balances[pair.out])};
}

Tokens bought_for(const StableCurve& curve, const Pair& pair, Tokens sold) {
  LEVEE_EXPECT(sold.value() >= 0 && pair.in != pair.out);
  const auto n = static_cast<double>(curve.balances.size());
  const double d = curve_invariant(curve);
  Others others{0, d};
  for (std::size_t k = 0; k < curve.balances.size(); ++k) {
    if (k == pair.out) continue;
    const double balance = curve.balances[k] + (k == pair.in ? sold.value() : 0);
    others.sum += balance;
    others.rest *= d / (n * balance);
  }
  return Tokens{curve.balances[pair.out] - last_balance(d, ann_of(curve), n, others)};
}

Depeg depegged(double amplification, Price price) {
  const double p = price.value();
  LEVEE_EXPECT(amplification > 0 && p >= 1e-6 && p <= 1e6);
  constexpr double d = 2, n = 2;
  const double ann = amplification * n;
  const auto second_at = [&](double first) {
    return last_balance(d, ann, n, {first, d * d / (n * first)});
  };
  // Beyond these both coins trade at more than a million to one, whatever the amplification.
  constexpr double edge = 40;
  const auto off = [&](double log_first) {
    const double first = std::exp(log_first), second = second_at(first);
    const double product = d * d * d / (n * n * first * second);
    return std::log((ann + product / first) / (ann + product / second)) - std::log(p);
  };
  const auto root = num::root_between(off, -edge, edge);
  LEVEE_ENSURE(root.has_value());
  const double first = std::exp(*root), second = second_at(first);
  const double value = p * first + second;
  return {Tokens{first}, Tokens{second}, Usd{value}, Share{value / (p + 1) - 1}};
}

}  // namespace levee::amm
