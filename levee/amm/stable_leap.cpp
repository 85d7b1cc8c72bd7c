#include "levee/amm/stable_leap.h"

#include "levee/base/divisor.h"
#include "levee/base/wide.h"

#include <cmath>

namespace levee::amm {
namespace {

constexpr unsigned balance_bits = 97;  // (A n) D and all sums stay below 2^128.
constexpr u128 amplification_most = 1ULL << 27;
constexpr double overflow_guard = 0x1p240;  // The contract reverts at 2^256.
constexpr double uneven_most = 1024;        // P / D: beyond, a loop could need all its rounds.
constexpr int walk_most = 100;
constexpr double near_enough = 1e-8;  // Relative; one more round squares it.

double real(u128 n) {
  return static_cast<double>(static_cast<std::uint64_t>(n >> 64)) * 0x1p64 +
         static_cast<double>(static_cast<std::uint64_t>(n));
}

double real(const U256& n) { return real(n.high128()) * 0x1p128 + real(n.low128()); }

u128 gap(u128 a, u128 b) { return a > b ? a - b : b - a; }

// Whether a balance, and n times it as a divisor, are neither too large nor too small.
bool suits(const U256& balance, std::size_t n) {
  return balance.fits(balance_bits) && (balance.low128() * n) >> 64 != 0;
}

// The pool's curve in doubles: g(D) = P(D) + alpha D - pull, P = D^(n+1) / (n^n product of x).
struct Curve {
  double n = 0, alpha = 0, pull = 0;
  std::array<double, Coins::most> inverse{};  // 1 / (n x)
  std::size_t count = 0;

  double product_at(double d) const {
    double product = d;
    for (std::size_t k = 0; k < count; ++k) product *= d * inverse[k];
    return product;
  }
  double root_from(double d) const {
    for (int round = 0; round < walk_most; ++round) {
      const double product = product_at(d);
      const double next = (pull + n * product) * d / (alpha * d + (n + 1) * product);
      if (std::abs(next - d) <= near_enough * next) return next;
      d = next;
    }
    return 0;
  }
  // The first round has the largest products: every later one begins lower.
  bool may_overflow_at(double d) const {
    double product = d;
    for (std::size_t k = 0; k < count; ++k) {
      if (!(product * d < overflow_guard)) return true;
      product *= d * inverse[k];
    }
    return !((pull + (n + 1) * product) * d < overflow_guard);
  }
  // How far below the real product the chain of floors may end.
  double lost_at(double d) const {
    double lost = 0;
    for (std::size_t k = 0; k < count; ++k) lost = lost * d * inverse[k] + 1;
    return lost;
  }
};

// One round of the contract beside the root.
struct Landing {
  u128 from = 0, to = 0;
  u128 divisor = 0, remainder = 0;
  double product = 0;
};

bool proves(const Curve& curve, const Landing& at) {
  const double d = real(at.from), divisor = real(at.divisor);
  const double reach = (curve.n + 1) * (real(gap(at.from, at.to)) + 8);
  const double floors = 1.02 * (curve.lost_at(d) + 1) * d;
  const double bend = curve.n * (curve.n + 1) * at.product / d;
  const double margin = 1.02 * (floors + bend * reach * reach);
  return reach < d * 0x1p-24 && at.product < uneven_most * d && real(at.remainder) > margin &&
         real(at.divisor - at.remainder) > margin && margin < divisor;
}

}  // namespace

std::optional<U256> leap_to_invariant(const Coins& balances, const U256& amplification) {
  const std::size_t n = balances.size();
  if (amplification > amplification_most || amplification < amplification_precision) {
    return std::nullopt;
  }
  std::array<Divisor128, Coins::most> divisors;
  Curve curve;
  curve.n = static_cast<double>(n);
  curve.count = n;
  u128 sum = 0;
  for (std::size_t k = 0; k < n; ++k) {
    if (!suits(balances[k], n)) return std::nullopt;
    divisors[k] = Divisor128(balances[k].low128() * n);
    sum += balances[k].low128();
    curve.inverse[k] = 1 / (curve.n * real(balances[k].low128()));
  }
  if (sum >> balance_bits != 0) return std::nullopt;
  const u128 ann = amplification.low128() * n;
  const u128 pull = ann * sum / amplification_precision;
  curve.alpha = real(ann - amplification_precision) / amplification_precision;
  curve.pull = real(pull);
  if (curve.may_overflow_at(real(sum))) return std::nullopt;

  Landing at;
  at.from = static_cast<u128>(curve.root_from(real(sum)));
  if (at.from == 0) return std::nullopt;
  u128 product = at.from;
  for (std::size_t k = 0; k < n; ++k) {
    const auto next = divisors[k].divide(product_of(product, at.from));
    if (!next.fits) return std::nullopt;
    product = next.quotient;
  }
  at.product = real(product);
  if (!(at.product < uneven_most * real(at.from))) return std::nullopt;
  at.divisor =
      (ann - amplification_precision) * at.from / amplification_precision + product * (n + 1);
  if (at.divisor >> 64 == 0) return std::nullopt;
  const auto landed = Divisor128(at.divisor).divide(product_of(pull + product * n, at.from));
  if (!landed.fits) return std::nullopt;
  at.to = landed.quotient;
  at.remainder = landed.remainder;
  if (!proves(curve, at)) return std::nullopt;
  return U256{at.to};
}

std::optional<U256> leap_to_balance(const LastBalance& ask) {
  const std::size_t n = ask.balances.size();
  if (!ask.invariant.fits(balance_bits) || ask.amplification > amplification_most ||
      ask.amplification < amplification_precision) {
    return std::nullopt;
  }
  const u128 d = ask.invariant.low128(), ann = ask.amplification.low128() * n;
  u128 sum = 0, product = d;
  for (std::size_t k = 0; k < n; ++k) {
    if (k == ask.coin) continue;
    if (!suits(ask.balances[k], n)) return std::nullopt;
    const Divisor128 divisor(ask.balances[k].low128() * n);
    const auto next = divisor.divide(product_of(product, d));
    if (!next.fits) return std::nullopt;
    product = next.quotient;
    sum += ask.balances[k].low128();
  }
  if (product >> balance_bits != 0 || sum >> balance_bits != 0) return std::nullopt;
  const U256 c = Divisor128(ann * n).quotient(product_of(product, d * amplification_precision));
  const u128 b = sum + d * amplification_precision / ann;
  const double c_real = real(c), slope = b > d ? real(b - d) : -real(d - b);

  double y = ask.balances[ask.coin].is_zero() ? real(d) : real(ask.balances[ask.coin]);
  for (int round = 0;; ++round) {
    const double next = (y * y + c_real) / (2 * y + slope);
    if (round == walk_most || !(next > 0x1p32) || !(next < 0x1p100)) return std::nullopt;
    const bool there = std::abs(next - y) <= near_enough * next;
    y = next;
    if (there) break;
  }
  const auto from = static_cast<u128>(y);
  const u128 above = 2 * from + b;
  if (above <= d || (above - d) >> 64 == 0) return std::nullopt;
  const u128 divisor = above - d;
  const auto landed = Divisor128(divisor).divide(product_of(from, from) + c);
  if (!landed.fits) return std::nullopt;
  const u128 reach = 2 * (gap(from, landed.quotient) + 1);
  // F(y) - r is (y - r)^2 / divisor without a floor but the last: whole numbers do.
  if (reach >> 60 != 0 || (reach + 16) << 20 > divisor) return std::nullopt;
  const bool proven = landed.remainder > reach * reach && divisor - landed.remainder > 512;
  return proven ? std::optional(U256{landed.quotient}) : std::nullopt;
}

}  // namespace levee::amm
