// tests/feed/scratch.h — small files written for one test, and the recorded ones where they are.
#pragma once
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace levee::test {

/// A folder of the running test's own, empty when the test first asks for it.
inline std::string scratch() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  static std::string last;
  auto folder = std::filesystem::path(::testing::TempDir()) / "levee_feed" /
                (std::string(test->test_suite_name()) + "." + test->name());
  if (last != folder.string()) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    last = folder.string();
  }
  return last;
}

/// Writes a file into scratch() and gives its path.
inline std::string written(const std::string& name, std::string_view text) {
  auto path = scratch() + "/" + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

inline std::string text_in(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Text as gzip.
inline std::string gzipped(std::string_view text) {
  const std::string path = scratch() + "/gzipped.gz";
  gzFile out = gzopen(path.c_str(), "wb");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  return text_in(path);
}

/// Text with the first occurrence of a part replaced; fails the test if there is none.
inline std::string edited(std::string text, std::string_view part, std::string_view by) {
  const auto at = text.find(part);
  EXPECT_NE(at, std::string::npos) << "the good text has no " << part;
  return at == std::string::npos ? text : text.replace(at, part.size(), by);
}

/// Path of a recorded file; the caller skips where `recorded_here()` is false.
inline std::string recorded(const std::string& name) {
  return std::string(LEVEE_SHARED) + "/data/" + name;
}
inline bool recorded_here() { return std::filesystem::exists(recorded("MANIFEST.md")); }

}  // namespace levee::test

/// Skips a test that reads recorded files where there are none.
#define LEVEE_NEEDS_RECORDED_FILES()                                              \
  if (!::levee::test::recorded_here()) {                                          \
    GTEST_SKIP() << "no recorded files beside this checkout: nothing to compare"; \
  }                                                                               \
  static_assert(true)
