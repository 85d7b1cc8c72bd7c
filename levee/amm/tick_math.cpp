#include "levee/amm/tick_math.h"

#include "levee/base/divisor.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>

namespace levee::amm {
namespace {

constexpr u128 hex128(std::uint64_t high, std::uint64_t low) {
  return static_cast<u128>(high) << 64 | low;
}

// 2^128 / 1.0001^(2^i / 2), to the nearest integer; a binary digit i of |tick| multiplies by it.
constexpr std::array<u128, 20> factor{
    hex128(0xfffcb933bd6fad37, 0xaa2d162d1a594001), hex128(0xfff97272373d4132, 0x59a46990580e213a),
    hex128(0xfff2e50f5f656932, 0xef12357cf3c7fdcc), hex128(0xffe5caca7e10e4e6, 0x1c3624eaa0941cd0),
    hex128(0xffcb9843d60f6159, 0xc9db58835c926644), hex128(0xff973b41fa98c081, 0x472e6896dfb254c0),
    hex128(0xff2ea16466c96a38, 0x43ec78b326b52861), hex128(0xfe5dee046a99a2a8, 0x11c461f1969c3053),
    hex128(0xfcbe86c7900a88ae, 0xdcffc83b479aa3a4), hex128(0xf987a7253ac41317, 0x6f2b074cf7815e54),
    hex128(0xf3392b0822b70005, 0x940c7a398e4b70f3), hex128(0xe7159475a2c29b74, 0x43b29c7fa6e889d9),
    hex128(0xd097f3bdfd2022b8, 0x845ad8f792aa5825), hex128(0xa9f746462d870fdf, 0x8a65dc1f90e061e5),
    hex128(0x70d869a156d2a1b8, 0x90bb3df62baf32f7), hex128(0x31be135f97d08fd9, 0x81231505542fcfa6),
    hex128(0x09aa508b5b7a84e1, 0xc677de54f3e99bc9), hex128(0x005d6af8dedb8119, 0x6699c329225ee604),
    hex128(0x00002216e584f5fa, 0x1ea926041bedfe98), hex128(0x00000000048a1703, 0x91f7dc42444e8fa2)};

// a * b / 2^128, floor.
constexpr u128 scaled(u128 a, u128 b) {
  const auto a0 = static_cast<std::uint64_t>(a), a1 = static_cast<std::uint64_t>(a >> 64);
  const auto b0 = static_cast<std::uint64_t>(b), b1 = static_cast<std::uint64_t>(b >> 64);
  const u128 low = static_cast<u128>(a0) * b0;
  const u128 cross = static_cast<u128>(a1) * b0 + static_cast<std::uint64_t>(low >> 64);
  const u128 other = static_cast<u128>(a0) * b1 + static_cast<std::uint64_t>(cross);
  return static_cast<u128>(a1) * b1 + (cross >> 64) + (other >> 64);
}

// The contract multiplies from the lowest digit up and cuts after every factor, so the products of
// the low digits can be kept. Entry 0 stands for 2^128, which does not fit, and is not read.
constexpr unsigned kept_digits = 10;
constexpr auto low_products = [] {
  std::array<u128, 1U << kept_digits> product{};
  for (unsigned n = 1; n < product.size(); ++n) {
    const unsigned top = std::bit_width(n) - 1;
    const unsigned rest = n ^ (1U << top);
    product[n] = rest == 0 ? factor[top] : scaled(product[rest], factor[top]);
  }
  return product;
}();

// 2^128 / 1.0001^(distance / 2) as the contract cuts it. in: 0 < distance <= 887272
u128 ratio_at(std::uint32_t distance) {
  constexpr std::uint32_t kept = low_products.size() - 1;
  u128 ratio = low_products[distance & kept];
  std::uint32_t rest = distance & ~kept;
  if ((distance & kept) == 0) {
    ratio = factor[static_cast<std::size_t>(std::countr_zero(rest))];
    rest &= rest - 1;
  }
  for (; rest != 0; rest &= rest - 1) {
    ratio = scaled(ratio, factor[static_cast<std::size_t>(std::countr_zero(rest))]);
  }
  return ratio;
}

// An integer below 2^192 as a double, within a few ulps.
double approximate(const U256& n) {
  return static_cast<double>(n.limbs()[0]) + 0x1p64 * static_cast<double>(n.limbs()[1]) +
         0x1p128 * static_cast<double>(n.limbs()[2]);
}

}  // namespace

SqrtPriceX96 sqrt_price_at_valid(Tick tick) {
  const std::int32_t t = tick.value();
  LEVEE_EXPECT(t >= tick_min.value() && t <= tick_max.value());
  if (t == 0) return SqrtPriceX96{U256::power_of_two(96)};
  const u128 ratio = ratio_at(static_cast<std::uint32_t>(t < 0 ? -t : t));
  constexpr std::uint32_t lost = 0xffffffff;
  if (t < 0) {
    return SqrtPriceX96{U256{(ratio >> 32) + ((ratio & lost) != 0 ? 1 : 0)}};
  }
  const U256 inverse = Divisor128(ratio).quotient(U256::max());
  return SqrtPriceX96{wrapping_add(inverse >> 32, U256{(inverse.low64() & lost) != 0 ? 1U : 0U})};
}

Result<SqrtPriceX96> sqrt_price_at(Tick tick) {
  if (tick < tick_min || tick > tick_max) return fail(Reason::refused, "T");
  return sqrt_price_at_valid(tick);
}

Tick tick_at_valid(const SqrtPriceX96& price) {
  LEVEE_EXPECT(price >= sqrt_price_min && price < sqrt_price_max);
  // Two things blur the estimate: rounding of the logarithm, below 1e-8 ticks, and rounding of the
  // sqrt price at a tick itself, 2.4e-10 relative or 5e-6 ticks at the lowest. Within `doubt` of a
  // whole tick the exact sqrt price decides.
  constexpr double doubt = 2e-5;
  constexpr double ticks_per_log = 20000.999983334166;  // 2 / ln 1.0001
  const double estimate = std::log(approximate(price.value()) * 0x1p-96) * ticks_per_log;
  const double floor = std::floor(estimate);
  const auto below = static_cast<std::int32_t>(floor);
  const double part = estimate - floor;
  if (part > doubt && part < 1 - doubt) return Tick{below};
  const std::int32_t candidate = part <= doubt ? below : below + 1;
  if (candidate > tick_max.value()) return Tick{candidate - 1};
  if (candidate < tick_min.value()) return tick_min;
  return sqrt_price_at_valid(Tick{candidate}) <= price ? Tick{candidate} : Tick{candidate - 1};
}

Result<Tick> tick_at(const SqrtPriceX96& price) {
  if (price < sqrt_price_min || price >= sqrt_price_max) return fail(Reason::refused, "R");
  return tick_at_valid(price);
}

}  // namespace levee::amm
