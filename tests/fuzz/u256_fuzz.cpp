// Bytes are three numbers; every function of levee's wide integers answers as Boost's do.
#include "tests/fuzz/target.h"
#include "tests/support/bytes.h"
#include "tests/support/number_judge.h"

void levee::fuzz::play(std::span<const std::uint8_t> bytes) {
  test::Bytes from(bytes);
  test::Operands on;
  on.a = test::number_below_256_bits<test::Wide>(from);
  on.b = test::number_below_256_bits<test::Wide>(from);
  on.c = test::number_below_256_bits<test::Wide>(from);
  test::NumberJudge(on).judge();
}
