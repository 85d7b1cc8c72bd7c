// Every function of the wide integers against Boost.Multiprecision, over operands of all shapes.
#include "tests/support/bytes.h"
#include "tests/support/cases.h"
#include "tests/support/number_judge.h"

#include <array>
#include <vector>

namespace levee::test {
namespace {

void expect_boost_agrees(const Operands& on) {
  try {
    NumberJudge(on).judge();
  } catch (const std::exception& found) {
    ADD_FAILURE() << found.what();
  }
}

TEST(U256Oracle, BoostAgreesOnOperandsOfAllShapes) {
  for_cases(20'000, [](Gen& gen) {
    std::array<std::uint8_t, 100> drawn{};
    for (std::uint8_t& byte : drawn) byte = static_cast<std::uint8_t>(gen.bits());
    Bytes from(drawn);
    Operands on;
    on.a = number_below_256_bits<Wide>(from);
    on.b = number_below_256_bits<Wide>(from);
    on.c = number_below_256_bits<Wide>(from);
    expect_boost_agrees(on);
  });
}

// The numbers at which carries, limbs, signs and roundings turn.
std::vector<Wide> edges() {
  std::vector<Wide> numbers{0, 1, 2, 3, 10};
  for (const unsigned bit :
       {32U, 53U, 54U, 63U, 64U, 65U, 127U, 128U, 129U, 160U, 191U, 192U, 193U, 254U, 255U}) {
    for (const int beside : {-1, 0, 1}) numbers.push_back((Wide(1) << bit) + beside);
  }
  const Wide end = Wide(1) << 256;
  for (const unsigned zeros : {0U, 1U, 64U, 128U, 192U})
    numbers.push_back(end - (Wide(1) << zeros));
  return numbers;
}

TEST(U256Oracle, BoostAgreesAtEveryPairOfEdges) {
  const std::vector<Wide> numbers = edges();
  std::size_t third = 0;
  for (const Wide& a : numbers) {
    for (const Wide& b : numbers) {
      expect_boost_agrees({a, b, numbers[third++ % numbers.size()]});
      if (HasFailure()) return;
    }
  }
}

// Quotient digits that are guessed one too large: Knuth, The Art of Computer Programming 2, 4.3.1.
TEST(U256Oracle, BoostAgreesWhereAQuotientDigitIsGuessedTooLarge) {
  for_cases(20'000, [](Gen& gen) {
    const auto limb = [&] {
      return gen.pick<std::uint64_t>({0, 1, ~0ULL, ~0ULL - 1, 1ULL << 63, (1ULL << 63) - 1});
    };
    const auto number = [&] {
      Wide n = 0;
      for (int i = 0; i < 4; ++i) n = (n << 64) + limb();
      return n;
    };
    expect_boost_agrees({number(), number(), number()});
  });
}

}  // namespace
}  // namespace levee::test
