#include "levee/scenario/block_gas.h"

#include "levee/base/check.h"
#include "levee/base/u256.h"

#include <algorithm>
#include <cmath>

namespace levee::scenario {
namespace {

std::int64_t wei(double gwei) { return std::llround(gwei * 1e9); }

}  // namespace

std::int64_t next_base_fee(std::int64_t base_wei, const BlockUse& use) {
  LEVEE_EXPECT(base_wei >= 0 && use.target > 0 && use.used >= 0);
  LEVEE_EXPECT(use.used <= 2 * use.target);
  const auto change = [&](std::int64_t off) {
    const u128 product = static_cast<u128>(base_wei) * static_cast<u128>(off);
    return static_cast<std::int64_t>(product / static_cast<u128>(use.target) / 8);
  };
  if (use.used == use.target) return base_wei;
  if (use.used < use.target) return base_wei - change(use.target - use.used);
  return base_wei + std::max<std::int64_t>(change(use.used - use.target), 1);
}

BlockGas::BlockGas(const GasTerms& terms) : terms_(terms), base_wei_(wei(terms.quiet_gwei)) {
  LEVEE_EXPECT(terms.quiet_gwei > 0 && terms.quiet_gwei <= 1e6 && terms.target > 0);
}

void BlockGas::calm_at(double quiet_gwei) {
  LEVEE_EXPECT(quiet_gwei > 0 && quiet_gwei <= 1e6);
  terms_.quiet_gwei = quiet_gwei;
}

void BlockGas::pass(std::int64_t blocks, double crowd_gas) {
  const auto target = static_cast<double>(terms_.target);
  const double quiet = terms_.quiet_gwei * 1e9;
  // Far beyond any fee ever paid; also keeps products within reach.
  constexpr std::int64_t highest = 1'000'000'000'000'000;
  crowd_ = crowd_gas / target;
  // By then the fee stands still, or stands at what nobody pays.
  constexpr std::int64_t enough = 300;
  for (std::int64_t i = std::min(blocks, enough); i > 0; --i) {
    const double wanted =
        target * quiet / static_cast<double>(std::max<std::int64_t>(base_wei_, 1));
    const double used = std::min(wanted + crowd_gas, 2 * target);
    const std::int64_t next = next_base_fee(base_wei_, {std::llround(used), terms_.target});
    if (next == base_wei_) return;
    base_wei_ = std::min(next, highest);
  }
}

Probability BlockGas::chance(double bid_gwei) const {
  const double tip = bid_gwei - base_gwei();
  if (!(tip >= 0)) return Probability{};
  const double rivals = terms_.rival_gwei * (1 + crowd_);
  return Probability{rivals > 0 ? tip / (tip + rivals) : 1.0};
}

}  // namespace levee::scenario
