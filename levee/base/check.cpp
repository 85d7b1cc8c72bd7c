#include "levee/base/check.h"

namespace levee {

void broken(const char* promise, const char* file, int line) {
  throw ContractBroken(std::string(file) + ":" + std::to_string(line) + ": broken: " + promise);
}

}  // namespace levee
