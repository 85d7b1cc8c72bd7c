// tests/chain/transcript.h — recorded exchanges with two nodes, and what they were known to mean.
#pragma once
#include <zlib.h>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace levee::test {

/// One exchange, as text.
struct Exchange {
  std::string note;
  std::string request;
  std::string response;
};

/// All exchanges with one node.
struct Transcript {
  nlohmann::json manifest;
  std::vector<Exchange> exchanges;
};

inline std::string transcript_path(const std::string& engine) {
  return std::string(LEVEE_SHARED) + "/vectors/rpc/rpc-transcript-" + engine + ".jsonl.gz";
}

/// in: engine "anvil" or "hardhat"; the caller skips where there is no file
inline Transcript transcript_of(const std::string& engine) {
  Transcript transcript;
  gzFile file = gzopen(transcript_path(engine).c_str(), "rb");
  std::string text;
  std::array<char, 65536> chunk{};
  for (int read = 0; (read = gzread(file, chunk.data(), chunk.size())) > 0;) {
    text.append(chunk.data(), static_cast<std::size_t>(read));
  }
  gzclose(file);
  for (std::string_view rest = text; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    const auto row = nlohmann::json::parse(line);
    if (row.contains("manifest")) {
      transcript.manifest = row["manifest"];
    } else {
      transcript.exchanges.push_back({row["note"], row["request"], row["response"]});
    }
  }
  return transcript;
}

}  // namespace levee::test

/// Skips a test that reads recorded exchanges where there are none.
#define LEVEE_NEEDS_TRANSCRIPTS()                                                 \
  if (!std::filesystem::exists(::levee::test::transcript_path("anvil"))) {        \
    GTEST_SKIP() << "no recorded exchanges beside this checkout: nothing to ask"; \
  }                                                                               \
  static_assert(true)
