// One target without a fuzzer: plays every file of the folders named, and fails at what it finds.
#include "tests/fuzz/target.h"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

bool plays_well(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(in), {});
  try {
    levee::fuzz::play(bytes);
    return true;
  } catch (const std::exception& found) {
    std::cerr << "FOUND in " << file.filename() << ": " << found.what() << '\n';
    return false;
  }
}

}  // namespace

int main(int count, char** arguments) {
  int played = 0, found = 0;
  for (int i = 1; i < count; ++i) {
    for (const fs::path& file : files_of(arguments[i])) {
      ++played;
      found += plays_well(file) ? 0 : 1;
    }
  }
  std::cout << played << " files played, " << found << " findings\n";
  return played == 0 || found > 0 ? 1 : 0;
}
