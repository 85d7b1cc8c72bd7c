// tests/option/quantlib_oracle.cpp — ten thousand random contracts, priced by QuantLib beside us.
#include "levee/option/contour.h"
#include "levee/option/model_price.h"
#include "tests/option/models.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

#include <sys/wait.h>

#include <fmt/format.h>

namespace levee::option {
namespace {

using levee::test::Gen;

struct Contracts {
  std::vector<Model> models;
  std::vector<Term> terms;
  std::vector<Price> strikes;
};

Contracts drawn(std::string_view kind, int count) {
  Contracts contracts;
  Gen gen(Gen(7, 1).bits(), 1);
  for (int i = 0; i < count; ++i) {
    contracts.models.push_back(*model_of(kind, test::any_numbers(kind, gen)));
    const Term term{Price{gen.scale(1, 1e5)}, Years{gen.integer(1, 730) / 365.0}};
    const double deviation = std::sqrt(cumulants_of(contracts.models.back(), term.expiry).variance);
    contracts.terms.push_back(term);
    contracts.strikes.push_back(
        Price{term.forward.value() * std::exp(gen.real(-2, 2) * std::min(deviation, 1.0))});
  }
  return contracts;
}

std::string written(const Contracts& contracts) {
  std::string path = testing::TempDir() + "levee_quantlib_contracts.txt";
  std::ofstream file(path);
  for (std::size_t i = 0; i < contracts.models.size(); ++i) {
    const Model& model = contracts.models[i];
    file << fmt::format("{} {} {} {} {}\n", model.kind->name,
                        std::lround(contracts.terms[i].expiry.value() * 365),
                        contracts.terms[i].forward.value(), contracts.strikes[i].value(),
                        fmt::join(model.parameters, " "));
  }
  return path;
}

// Nothing where QuantLib is not installed. Debian's package belongs to Debian's own Python.
std::optional<std::vector<double>> judged(const Contracts& contracts) {
  const std::string command =
      "/usr/bin/python3 -B " LEVEE_SOURCE "/tests/option/quantlib_judge.py " + written(contracts);
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::vector<double> prices;
  std::array<char, 64> line{};
  while (std::fgets(line.data(), line.size(), pipe) != nullptr) {
    prices.push_back(std::strtod(line.data(), nullptr));
  }
  const int status = pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return prices;
}

class QuantLib : public testing::TestWithParam<const char*> {};

TEST_P(QuantLib, AgreesToTenDigitsOfTheForward) {
  const Contracts contracts = drawn(GetParam(), 2500);
  const auto judge = judged(contracts);
  if (!judge) GTEST_SKIP() << "QuantLib's Python package is not installed (quantlib-python)";
  ASSERT_EQ(judge->size(), contracts.models.size());
  int apart = 0;
  double worst = 0;
  for (std::size_t i = 0; i < judge->size(); ++i) {
    const Term& term = contracts.terms[i];
    const Price strike = contracts.strikes[i];
    const double forward = term.forward.value();
    const auto pairs = prices_of(contracts.models[i], term, std::span(&strike, 1));
    ASSERT_TRUE(pairs) << pairs.error().message;
    const double ours = (*pairs)[0].call.value();
    const double off = std::abs(ours - (*judge)[i]) / forward;
    if (off <= 1e-10) {
      worst = std::max(worst, off);
      continue;
    }
    // Its adaptive integral stops at 1e-12 of its own guess; our second road has the last word.
    ++apart;
    EXPECT_LT(off, 1e-8);
    const auto second = contour_price(contracts.models[i], term, Type::call, strike);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_NEAR(second->value(), ours, 1e-11 * forward);
  }
  EXPECT_LE(apart, 3);
  fmt::print("{}: {} contracts, {} further apart than 1e-10 of the forward, else {:.1e}\n",
             GetParam(), judge->size(), apart, worst);
}

INSTANTIATE_TEST_SUITE_P(Models, QuantLib, testing::Values("black", "merton", "heston", "bates"),
                         [](const auto& kind) { return std::string(kind.param); });

}  // namespace
}  // namespace levee::option
