// tests/option/chain_avx512_test.cpp — whole chains on this engine against long double.
#include "tests/option/chain_cases.h"

namespace levee::option {

using levee::test::for_cases;
using test::Gen;

TEST(Avx512ChainLaw, PricesAndGreeksAreThoseOfLongDouble) {
  if (!num::has_engine(num::Engine::avx512))
    GTEST_SKIP() << "this processor or build has no avx512";
  for_cases(50, [](Gen& gen) {
    const test::Chain chain = test::usual_chain(gen, gen.size(1, 400));
    const test::Answers got = test::answers(chain, num::Engine::avx512);
    EXPECT_EQ(got.batch.one_by_one, 0);
    test::expect_right(chain, got);
  });
}

TEST(Avx512ChainLaw, VolatilitiesComeBack) {
  if (!num::has_engine(num::Engine::avx512))
    GTEST_SKIP() << "this processor or build has no avx512";
  for_cases(50, [](Gen& gen) { test::expect_vols_back(gen, num::Engine::avx512); });
}

}  // namespace levee::option
