// tests/hazard/yearly_cases.h — laws of a year's loss, drawn by each engine.
#pragma once
#include "levee/hazard/yearly_loss.h"

#include "tests/support/cases.h"

#include <cmath>

namespace levee::test {

/// Three events a year of shape 0.62, the most of each a billion.
inline hazard::YearlyLaw three_a_year() {
  return {.count = {.mean = 3},
          .tail = {.threshold = Usd{0}, .shape = 0.62, .scale = Usd{5e6}},
          .most = Usd{1e9}};
}

/// Thirty events a year, a fifth of them of the tail, the others one of so many.
inline hazard::YearlyLaw thirty_a_year() {
  hazard::YearlyLaw law{
      .count = {.mean = 30.4},
      .tail = {.threshold = Usd{8.88e6}, .shape = 0.9245429, .scale = Usd{13096689}},
      .tail_chance = 39.0 / 192};
  for (int i = 0; i < 153; ++i) law.body.push_back(8.88e6 * std::exp(-0.03 * i));
  return law;
}

inline std::vector<hazard::YearlyLaw> yearly_laws() {
  hazard::YearlyLaw scattered = three_a_year(), cut = thirty_a_year(), straight = three_a_year();
  scattered.count.alpha = 0.7;
  cut.most = Usd{5e7}, cut.beyond = hazard::Beyond::is_cut;
  straight.tail.shape = 1e-9;
  hazard::YearlyLaw ends = three_a_year(), none = three_a_year();
  ends.tail.shape = -0.4, none.count.mean = 0;
  return {three_a_year(), thirty_a_year(), scattered, cut, straight, ends, none};
}

inline std::vector<double> drawn_by(const hazard::YearlyLaw& law, num::Engine engine,
                                    std::uint64_t first, std::size_t years) {
  std::vector<double> usd(years);
  hazard::YearlyLosses(law, 77).draw(first, usd, engine);
  return usd;
}

/// Every law, across the border of the lower word of a year's number too.
inline void expect_years_as_plain(num::Engine engine) {
  for (const hazard::YearlyLaw& law : yearly_laws()) {
    for (const std::uint64_t first : {0ULL, (1ULL << 32) - 1000, 5ULL << 32}) {
      const auto plain = drawn_by(law, num::Engine::plain, first, 3001);
      const auto own = drawn_by(law, engine, first, 3001);
      for (std::size_t i = 0; i < plain.size(); ++i) {
        ASSERT_NEAR(own[i], plain[i], 1e-12 * plain[i] + 1e-9 * law.tail.scale.value())
            << law.tail.shape << " year " << i;
      }
    }
  }
}

}  // namespace levee::test
