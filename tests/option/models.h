// tests/option/models.h — models of every kind with seeded numbers.
#pragma once
#include "levee/option/kind.h"
#include "tests/support/cases.h"

#include <string_view>
#include <vector>

namespace levee::option::test {

/// Numbers as a crypto chain may ask for them, calm to wild, well inside every box.
inline std::vector<double> any_numbers(std::string_view kind, levee::test::Gen& gen) {
  const auto jumps = [&](std::vector<double> before) {
    before.insert(before.end(), {gen.real(0, 20), gen.real(-.3, .2), gen.real(.01, .4)});
    return before;
  };
  const auto variance = [&] {
    return std::vector{gen.scale(.01, 2), gen.scale(.01, 2), gen.real(.2, 15), gen.scale(.05, 5),
                       gen.real(-.9, .9)};
  };
  if (kind == "black") return {gen.scale(.1, 2)};
  if (kind == "merton") return jumps({gen.scale(.1, 2)});
  if (kind == "heston") return variance();
  if (kind == "bates") return jumps(variance());
  return {gen.scale(.1, 2), gen.real(0, 20), gen.real(0, 1), gen.real(3, 50), gen.real(2, 50)};
}

inline Model any_model(const Entry& kind, levee::test::Gen& gen) {
  return *model_of(kind.name, any_numbers(kind.name, gen));
}

/// A day to two years out.
inline Term any_term(levee::test::Gen& gen) {
  return {.forward = Price{gen.scale(1, 1e5)}, .expiry = Years{gen.scale(1 / 365.0, 2)}};
}

/// Strikes out to `wide` of the model's own deviations, ascending, the forward among them.
inline std::vector<Price> strikes_around(const Model& model, const Term& term, double wide) {
  const double deviation = std::sqrt(cumulants_of(model, term.expiry).variance);
  std::vector<Price> strikes;
  for (int i = -4; i <= 4; ++i) {
    strikes.push_back(Price{term.forward.value() * std::exp(wide * deviation * i / 4)});
  }
  return strikes;
}

}  // namespace levee::option::test
