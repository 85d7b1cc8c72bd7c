#include "levee/amm/stable_newton.h"

namespace levee::amm {
namespace {

constexpr int rounds_max = 255;

bool within_one(const U256& a, const U256& b) { return a > b ? a - b <= 1 : b - a <= 1; }

}  // namespace

std::optional<U256> invariant_of(const Coins& balances, const U256& amplification) {
  Checked sum;
  for (const U256& balance : balances) sum += balance;
  if (!sum.sound()) return std::nullopt;
  if (sum.value().is_zero()) return U256{};

  const Checked n = balances.size();
  const Checked ann = Checked{amplification} * n;
  const Checked pull = ann * sum / amplification_precision;
  Checked d = sum;
  for (int round = 0; round < rounds_max && d.sound(); ++round) {
    Checked product = d;
    for (const U256& balance : balances) product = product * d / (Checked{balance} * n);
    const U256 before = d.bits();
    d = (pull + product * n) * d /
        ((ann - amplification_precision) * d / amplification_precision + (n + 1) * product);
    if (d.sound() && within_one(d.bits(), before)) return d.bits();
  }
  return std::nullopt;
}

std::optional<U256> balance_of(const LastBalance& ask) {
  const Checked n = ask.balances.size();
  const Checked d = ask.invariant;
  const Checked ann = Checked{ask.amplification} * n;
  Checked sum;
  Checked c = d;
  for (std::size_t k = 0; k < ask.balances.size(); ++k) {
    if (k == ask.coin) continue;
    sum += ask.balances[k];
    c = c * d / (Checked{ask.balances[k]} * n);
  }
  c = c * d * amplification_precision / (ann * n);
  const Checked b = sum + d * amplification_precision / ann;
  Checked y = d;
  for (int round = 0; round < rounds_max && y.sound(); ++round) {
    const U256 before = y.bits();
    y = (y * y + c) / (Checked{2} * y + b - d);
    if (y.sound() && within_one(y.bits(), before)) return y.bits();
  }
  return std::nullopt;
}

}  // namespace levee::amm
