// tests/scenario/jump_lanes_avx2_test.cpp — the walk of this engine against the plain one.
#include "tests/scenario/jump_cases.h"

namespace levee::scenario {

TEST(Avx2JumpLanes, WalkAsThePlainEngineDoes) {
  if (!num::has_engine(num::Engine::avx2)) GTEST_SKIP() << "this processor or build has no avx2";
  test::expect_as_plain(num::Engine::avx2);
}

}  // namespace levee::scenario
