// levee/option/moved_smile.cpp — blocks of paths through the lanes, the rest one by one.
#include "levee/option/moved_smile.h"

#include "levee/option/chain_wide.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace levee::option {
namespace {

constexpr std::size_t step = 16, block = 512;
// Eight deviations out the worth is below 1e-15 of the forward.
constexpr double farthest = 8;

WorthRun run_of(const MovedSmile& to, double strike) {
  const auto wings = [](const Svi& svi, double weight) {
    return WorthRun::Wings{weight * svi.b, svi.rho, svi.m, svi.s * svi.s};
  };
  const Surface::Slice& slice = to.slice;
  WorthRun run;
  run.level = slice.near_weight * slice.near.a + slice.far_weight * slice.far.a + slice.more;
  run.near = wings(slice.near, slice.near_weight);
  run.far = wings(slice.far, slice.far_weight);
  run.over_root = 1 / slice.root;
  run.strike = strike, run.log_strike = std::log(strike);
  run.unit = to.unit, run.nothing = to.nothing;
  return run;
}

// Paths first, first + 1, ...
struct Stretch {
  std::size_t first = 0, count = 0;
};

WorthRun at(WorthRun run, const MovedSmile& to, const Worths& out, Stretch stretch) {
  const std::size_t first = stretch.first;
  run.forward = &to.forward[first], run.log_forward = &to.log_forward[first];
  run.vol_factor = &to.vol_factor[first];
  run.skew = to.skew.empty() ? nullptr : &to.skew[first];
  run.call = out.call.empty() ? nullptr : &out.call[first];
  run.put = out.put.empty() ? nullptr : &out.put[first];
  run.count = stretch.count;
  return run;
}

void one(const MovedSmile& to, Price strike, const Worths& out, std::size_t path) {
  const double forward = to.forward[path], k = std::log(strike.value()) - to.log_forward[path];
  double s = std::sqrt(to.slice.variance(k)) * to.vol_factor[path];
  if (!to.skew.empty()) {
    s *= std::exp(to.skew[path] * std::clamp(k / to.slice.root, -skew_reach, skew_reach));
  }
  LEVEE_EXPECT(s > 0 && std::isfinite(k));
  const double gap = forward - strike.value();
  double time = 0;
  if (std::abs(k) < (farthest + s / 2) * s) {
    time = black_price(gap > 0 ? Type::put : Type::call, strike,
                       {Price{forward}, Years{to.slice.tenor}, Vol{s / to.slice.root}})
               .value();
  }
  const auto kept = [&](double inside) {
    const double worth = (std::max(inside, 0.0) + time) * to.unit;
    return worth < to.nothing ? 0 : worth;
  };
  if (!out.call.empty()) out.call[path] = kept(gap);
  if (!out.put.empty()) out.put[path] = kept(-gap);
}

using Kernel = void (*)(const WorthRun&);

// The last few paths, copied out to make sixteen of them.
std::uint16_t run_rest(Kernel kernel, const WorthRun& run) {
  std::array<std::array<double, step>, 4> in{};
  std::array<std::array<double, step>, 2> out{};
  WorthRun padded = run;
  const auto copied = [&](const double*& column, std::array<double, step>& to) {
    if (column == nullptr) return;
    std::copy_n(column, run.count, to.begin());
    column = to.data();
  };
  copied(padded.forward, in[0]);
  copied(padded.log_forward, in[1]);
  copied(padded.vol_factor, in[2]);
  copied(padded.skew, in[3]);
  if (run.call != nullptr) padded.call = out[0].data();
  if (run.put != nullptr) padded.put = out[1].data();
  std::uint16_t sound = 0;
  padded.sound = &sound;
  padded.count = step;
  kernel(padded);
  if (run.call != nullptr) std::copy_n(out[0].begin(), run.count, run.call);
  if (run.put != nullptr) std::copy_n(out[1].begin(), run.count, run.put);
  return sound;
}

}  // namespace

Batch worths(const MovedSmile& to, Price strike, const Worths& out, num::Engine engine) {
  const std::size_t count = to.forward.size();
  LEVEE_EXPECT(to.log_forward.size() == count && to.vol_factor.size() == count);
  LEVEE_EXPECT(to.skew.empty() || to.skew.size() == count);
  LEVEE_EXPECT(out.call.empty() || out.call.size() == count);
  LEVEE_EXPECT(out.put.empty() || out.put.size() == count);
  LEVEE_EXPECT(strike.value() > 0 && to.slice.tenor > 0);
  engine = num::resolved(engine);
  Batch batch;
  const auto alone = [&](std::size_t path) {
    one(to, strike, out, path);
    ++batch.one_by_one;
  };
  if (engine == num::Engine::plain) {
    for (std::size_t path = 0; path < count; ++path) alone(path);
    return batch;
  }
  const Kernel kernel = engine == num::Engine::avx512 ? avx512::worths : avx2::worths;
  const WorthRun all = run_of(to, strike.value());
  for (std::size_t first = 0; first < count;) {
    const std::size_t left = count - first,
                      here = left < step ? left : std::min(block, left / step * step);
    std::array<std::uint16_t, block / step> sound{};
    WorthRun run = at(all, to, out, {first, here});
    run.sound = sound.data();
    if (here < step) {
      sound[0] = run_rest(kernel, run);
    } else {
      kernel(run);
    }
    for (std::size_t i = 0; i < here; i += step) {
      auto unsaid = static_cast<std::uint32_t>(~sound[i / step]) & 0xffff;
      if (here - i < step) unsaid &= (1U << (here - i)) - 1;
      for (; unsaid != 0; unsaid &= unsaid - 1) {
        alone(first + i + static_cast<std::size_t>(std::countr_zero(unsaid)));
      }
    }
    first += here;
  }
  batch.in_lanes = count - batch.one_by_one;
  return batch;
}

}  // namespace levee::option
