// tests/scenario/jump_lanes_avx512_test.cpp — the walk of this engine against the plain one.
#include "tests/scenario/jump_cases.h"

namespace levee::scenario {

TEST(Avx512JumpLanes, WalkAsThePlainEngineDoes) {
  if (!num::has_engine(num::Engine::avx512))
    GTEST_SKIP() << "this processor or build has no avx512";
  test::expect_as_plain(num::Engine::avx512);
}

}  // namespace levee::scenario
