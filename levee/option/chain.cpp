// levee/option/chain.cpp — a whole chain at once: blocks through the lanes, the rest one by one.
#include "levee/option/chain.h"

#include "levee/option/chain_wide.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace levee::option {
namespace {

constexpr std::size_t step = 16, block = 512;
using Kernel = void (*)(const ChainRun&);

// A strong number is its double, and nothing else. The lanes may read either by either name.
template <class T>
const double* doubles(std::span<const T> column) {
  static_assert(sizeof(T) == sizeof(double));
  // NOLINTNEXTLINE(bugprone-casting-through-void): see above
  return static_cast<const double*>(static_cast<const void*>(column.data()));
}
template <class T>
double* doubles(std::span<T> column) {
  static_assert(sizeof(T) == sizeof(double));
  // NOLINTNEXTLINE(bugprone-casting-through-void): see above
  return static_cast<double*>(static_cast<void*>(column.data()));
}

ChainRun from(ChainRun run, std::size_t first) {
  run.type = static_cast<const char*>(run.type) + first * sizeof(Type);
  for (const double*& column : run.in) column = column == nullptr ? nullptr : column + first;
  for (double*& column : run.out) column = column == nullptr ? nullptr : column + first;
  return run;
}

// The last few options, copied out to make sixteen of them.
std::uint16_t run_rest(Kernel kernel, const ChainRun& run) {
  std::array<Type, step> types{};
  std::array<std::array<double, step>, input::columns> in{};
  std::array<std::array<double, step>, output::columns> out{};
  ChainRun padded = run;
  std::copy_n(static_cast<const Type*>(run.type), run.count, types.begin());
  padded.type = types.data();
  for (std::size_t c = 0; c < in.size(); ++c) {
    if (run.in[c] != nullptr) std::copy_n(run.in[c], run.count, in[c].begin());
    padded.in[c] = in[c].data();
  }
  for (std::size_t c = 0; c < out.size(); ++c) padded.out[c] = out[c].data();
  std::uint16_t sound = 0;
  padded.sound = &sound;
  padded.count = step;
  kernel(padded);
  for (std::size_t c = 0; c < out.size(); ++c) {
    if (run.out[c] != nullptr) std::copy_n(out[c].begin(), run.count, run.out[c]);
  }
  return sound;
}

// Calls one(i) for each of the sixteen (or of the last few) that the lanes say nothing about.
template <class One>
void each_unsound(std::uint16_t sound, std::size_t count, One one) {
  auto left = static_cast<std::uint32_t>(~sound) & ((1U << count) - 1);
  for (; left != 0; left &= left - 1) one(static_cast<std::size_t>(std::countr_zero(left)));
}

template <class One>
Batch through(Kernel kernel, const ChainRun& all, One one) {
  Batch batch;
  const auto alone = [&](std::size_t i) {
    one(i);
    ++batch.one_by_one;
  };
  const std::size_t whole = all.count / step * step;
  for (std::size_t first = 0; first < whole; first += block) {
    std::array<std::uint16_t, block / step> sound{};
    ChainRun run = from(all, first);
    run.sound = sound.data();
    run.count = std::min(block, whole - first);
    kernel(run);
    for (std::size_t i = 0; i < run.count; i += step) {
      if (sound[i / step] == 0xffff) continue;
      each_unsound(sound[i / step], step, [&](std::size_t lane) { alone(first + i + lane); });
    }
  }
  if (whole < all.count) {
    ChainRun run = from(all, whole);
    run.count = all.count - whole;
    each_unsound(run_rest(kernel, run), run.count, [&](std::size_t lane) { alone(whole + lane); });
  }
  batch.in_lanes = all.count - batch.one_by_one;
  return batch;
}

ChainRun run_of(const ChainColumns& options) {
  ChainRun run;
  run.count = options.type.size();
  LEVEE_EXPECT(options.strike.size() == run.count && options.forward.size() == run.count);
  LEVEE_EXPECT(options.expiry.size() == run.count);
  static_assert(sizeof(Type) == 4 && Type::call == Type{});
  run.type = options.type.data();
  run.in[input::strike] = doubles(options.strike);
  run.in[input::forward] = doubles(options.forward);
  run.in[input::years] = doubles(options.expiry);
  return run;
}

template <class One>
Batch one_by_one(std::size_t count, One one) {
  for (std::size_t i = 0; i < count; ++i) one(i);
  return {.one_by_one = count};
}

ChainRun run_of(const BlackColumns& in, const GreekColumns& out) {
  ChainRun run = run_of(in.options);
  const std::size_t n = run.count;
  LEVEE_EXPECT(in.vol.size() == n && in.discount.size() == n);
  LEVEE_EXPECT(out.price.size() == n && out.delta.size() == n && out.gamma.size() == n);
  LEVEE_EXPECT(out.vega.size() == n && out.theta.size() == n);
  LEVEE_EXPECT(out.vanna.size() == n && out.volga.size() == n);
  run.in[input::vol] = doubles(in.vol);
  run.in[input::discount] = in.discount.data();
  run.out[output::value] = doubles(out.price);
  run.out[output::delta] = doubles(out.delta);
  run.out[output::gamma] = doubles(out.gamma);
  run.out[output::vega] = doubles(out.vega);
  run.out[output::theta] = doubles(out.theta);
  run.out[output::vanna] = out.vanna.data();
  run.out[output::volga] = out.volga.data();
  return run;
}

}  // namespace

Batch black_chain(const BlackColumns& in, const GreekColumns& out, num::Engine engine) {
  const ChainRun run = run_of(in, out);
  const auto one = [&](std::size_t i) {
    const ChainColumns& o = in.options;
    const Greeks greeks = black_greeks(o.type[i], o.strike[i],
                                       {o.forward[i], o.expiry[i], in.vol[i], in.discount[i]});
    out.price[i] = greeks.price;
    out.delta[i] = greeks.delta;
    out.gamma[i] = greeks.gamma;
    out.vega[i] = greeks.vega;
    out.theta[i] = greeks.theta;
    out.vanna[i] = greeks.vanna;
    out.volga[i] = greeks.volga;
  };
  const num::Engine chosen = num::resolved(engine);
  if (chosen == num::Engine::plain) return one_by_one(run.count, one);
  return through(chosen == num::Engine::avx512 ? avx512::black : avx2::black, run, one);
}

Batch implied_vols(const QuoteColumns& in, const VolColumns& out, num::Engine engine) {
  ChainRun run = run_of(in.options);
  LEVEE_EXPECT(in.price.size() == run.count);
  LEVEE_EXPECT(out.vol.size() == run.count && out.verdict.size() == run.count);
  run.in[input::price] = doubles(in.price);
  run.out[output::vol] = doubles(out.vol);
  const auto one = [&](std::size_t i) {
    const ChainColumns& o = in.options;
    const VolFound found =
        found_vol({o.type[i], o.strike[i], o.forward[i], o.expiry[i], in.price[i]});
    out.verdict[i] = found.verdict;
    out.vol[i] = found.vol;
  };
  const num::Engine chosen = num::resolved(engine);
  if (chosen == num::Engine::plain) return one_by_one(run.count, one);
  std::fill(out.verdict.begin(), out.verdict.end(), VolVerdict::found);
  return through(chosen == num::Engine::avx512 ? avx512::vols : avx2::vols, run, one);
}

}  // namespace levee::option
