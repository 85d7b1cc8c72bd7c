// levee/num/lanes.cpp — functions of many numbers at once.
#include "levee/num/lanes.h"

#include "levee/base/check.h"
#include "levee/num/lanes_wide.h"
#include "levee/num/normal.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace levee::num {
namespace {

double plain(Elementary function, double x) {
  switch (function) {
    case Elementary::exp:
      return std::exp(x);
    case Elementary::log:
      return std::log(x);
    case Elementary::mills:
      return normal_cdf(-x) / normal_pdf(x);
    case Elementary::quantile:
      return normal_quantile(x);
  }
  return 0;
}

void each(Elementary function, std::span<const double> x, std::span<double> out, Engine engine) {
  LEVEE_EXPECT(x.size() == out.size());
  engine = resolved(engine);
  if (engine == Engine::plain) {
    std::transform(x.begin(), x.end(), out.begin(),
                   [&](double value) { return plain(function, value); });
    return;
  }
  const auto wide = engine == Engine::avx512 ? avx512::each : avx2::each;
  const std::size_t whole = x.size() / 16 * 16, rest = x.size() - whole;
  wide(function, {x.data(), out.data(), whole});
  if (rest == 0) return;
  std::array<double, 16> last{}, answers{};
  last.fill(0.5);
  std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(whole), rest, last.begin());
  wide(function, {last.data(), answers.data(), 16});
  std::copy_n(answers.begin(), rest, out.begin() + static_cast<std::ptrdiff_t>(whole));
}

}  // namespace

bool has_engine(Engine engine) {
  if (engine == Engine::avx2) return avx2::available();
  if (engine == Engine::avx512) return avx512::available();
  return true;
}

Engine resolved(Engine engine) {
  LEVEE_EXPECT(has_engine(engine));
  if (engine != Engine::fastest) return engine;
  if (has_engine(Engine::avx512)) return Engine::avx512;
  return has_engine(Engine::avx2) ? Engine::avx2 : Engine::plain;
}

void exp_each(std::span<const double> x, std::span<double> out, Engine engine) {
  each(Elementary::exp, x, out, engine);
}

void log_each(std::span<const double> x, std::span<double> out, Engine engine) {
  each(Elementary::log, x, out, engine);
}

void mills_each(std::span<const double> x, std::span<double> out, Engine engine) {
  each(Elementary::mills, x, out, engine);
}

void quantile_each(std::span<const double> p, std::span<double> out, Engine engine) {
  each(Elementary::quantile, p, out, engine);
}

}  // namespace levee::num
