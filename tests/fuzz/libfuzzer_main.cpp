// One target under libFuzzer: an exception that leaves it is a finding.
#include "tests/fuzz/target.h"

#include <cstddef>
#include <exception>
#include <iostream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    levee::fuzz::play({bytes, size});
  } catch (const std::exception& found) {
    std::cerr << "FOUND: " << found.what() << '\n';
    throw;
  }
  return 0;
}
