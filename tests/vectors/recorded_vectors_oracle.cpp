// tests/vectors/recorded_vectors_oracle.cpp — the contracts' own answers: nothing differs, nothing
// is left out, and a digit turned in any kind of field is noticed.
#include "levee/vectors/gather.h"
#include "tests/vectors/traces.h"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

#include <gmock/gmock.h>

namespace levee::vectors {
namespace {

using Json = nlohmann::ordered_json;
using testing::StartsWith;

// What goes in, or tells of the recording itself: turning it need not make an answer wrong.
const std::set<std::string> not_answers{"f",
                                        "in",
                                        "i",
                                        "t",
                                        "op",
                                        "who",
                                        "args",
                                        "pay",
                                        "reenter",
                                        "kind",
                                        "what",
                                        "scenario",
                                        "amountSpecified"};

std::vector<Json> lines_in(const std::string& path) {
  const auto read = feed::read_text(path, {.line_bytes = std::size_t{1} << 20});
  EXPECT_TRUE(read) << read.error().message;
  std::vector<Json> lines;
  if (!read) return lines;
  std::size_t from = 0;
  while (from < read->text.size()) {
    const std::size_t end = std::min(read->text.find('\n', from), read->text.size());
    lines.push_back(Json::parse(read->text.substr(from, end - from)));
    from = end + 1;
  }
  return lines;
}

std::string text_of(const std::vector<Json>& lines) {
  std::string text;
  for (const Json& line : lines) text += line.dump() + "\n";
  return text;
}

// A field of a line: its kind (places in lists left out) and where it is.
struct Field {
  std::string kind;
  Json::json_pointer at;
};

// A tick or position that holds nothing is the same wherever it is.
bool holds_nothing(const Json& value) {
  const auto zero = [&](const char* key) { return value.contains(key) && value[key] == "0"; };
  return value.is_object() &&
         (zero("liquidityGross") || (value.contains("tickUpper") && zero("liquidity")));
}

void add_fields(const Json& value, const Field& here, std::vector<Field>& fields) {
  if (!value.is_structured()) fields.push_back(here);
  if (!value.is_structured() || holds_nothing(value)) return;
  for (const auto& [key, inner] : value.items()) {
    if (here.kind.empty() && not_answers.contains(key)) continue;
    if (value.is_array()) {
      add_fields(inner, {here.kind + "[]", here.at / std::stoul(key)}, fields);
    } else {
      add_fields(inner, {here.kind + "/" + key, here.at / key}, fields);
    }
  }
}

std::vector<Field> fields_of(const Json& line) {
  std::vector<Field> fields;
  add_fields(line, {"", Json::json_pointer("")}, fields);
  return fields;
}

// The smallest fault: one digit, one letter, the other truth.
void turn(Json& value) {
  if (value.is_boolean()) {
    value = !value.get<bool>();
    return;
  }
  if (value.is_null()) {
    value = "0";
    return;
  }
  auto text = value.get<std::string>();
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.back())) == 0) {
    text += "x";
  } else {
    text.back() = text.back() == '9' ? '8' : static_cast<char>(text.back() + 1);
  }
  value = text;
}

// Turns one field of each kind in a trace, one at a time; gives how many kinds there were.
std::size_t plant_in(const std::string& path, std::size_t first_line) {
  const std::vector<Json> lines = lines_in(path);
  std::set<std::string> planted;
  for (std::size_t i = first_line; i < lines.size(); ++i) {
    const std::string op = lines[i].value("op", lines[i].value("kind", ""));
    for (const auto& [kind, at] : fields_of(lines[i])) {
      // Answers differ from call to call, the state after them does not.
      const bool own = kind.starts_with("/ret") || kind.starts_with("/quote") || op == "final";
      if (!planted.insert(own ? op + kind : kind).second) continue;
      std::vector<Json> faulty = lines;
      turn(faulty[i][at]);
      const auto verdict = test::judged(text_of(faulty));
      if (!verdict) continue;  // refused: noticed
      EXPECT_GE(verdict->mismatches, 1U) << path << ": " << op << " " << at.to_string();
      EXPECT_THAT(verdict->first, StartsWith("line " + std::to_string(i + 1) + ": "))
          << op << " " << at.to_string();
    }
  }
  return planted.size();
}

}  // namespace

TEST(RecordedVectors, DifferInNothing) {
  LEVEE_NEEDS_RECORDED_VECTORS();
  std::map<std::string, std::size_t> cases;
  const std::vector<std::string> named{test::recorded_vectors()};
  for (const Candidate& file : gathered(named)) {
    if (file.wanted == Wanted::never) continue;
    const auto verdict = verdict_on(file.path);
    EXPECT_TRUE(verdict) << verdict.error().message;
    if (!verdict) continue;
    EXPECT_EQ(verdict->mismatches, 0U) << file.path << "\n" << verdict->first;
    cases[verdict->judge] += verdict->cases;
  }
  // As many as the recording's own account says: a judge that skips some says fewer. Curve's and
  // Balancer's are 450 and 600 operations and the 2,494 views between them; a transcript's are its
  // 390 exchanges and what the readers make of them, twice.
  const std::map<std::string, std::size_t> told{
      {"aave", 150},           {"aave_rates", 1'500}, {"balancer", 600 + 1'200},
      {"curve", 450 + 1'294},  {"lib", 50'732},       {"npm_trace", 250},
      {"rpc_transcript", 862}, {"swap_workload", 16}, {"tick_digest", 1'774'545},
      {"v2_library", 6'000},   {"v2_trace", 2'400},   {"v3_trace", 8'050}};
  EXPECT_EQ(cases, told);
}

TEST(PlantedFaults, AreNoticedInEveryLibraryFunction) {
  LEVEE_NEEDS_RECORDED_VECTORS();
  std::set<std::string> planted;
  for (const char* name : {"liquidityamounts", "misc", "sqrtpricemath", "swapmath", "tickmath"}) {
    for (const Json& line : lines_in(test::recorded_vectors() + "/lib/" + name + ".jsonl.gz")) {
      const auto function = line["f"].get<std::string>();
      for (const auto& [kind, at] : fields_of(line)) {
        if (!planted.insert(function + at.to_string()).second) continue;
        Json faulty = line;
        turn(faulty[at]);
        const auto verdict = test::judged(faulty.dump());
        EXPECT_TRUE(!verdict || verdict->mismatches == 1) << faulty.dump();
      }
    }
  }
  EXPECT_GE(planted.size(), 28U + 20U);
}

TEST(PlantedFaults, AreNoticedInPoolTraces) {
  LEVEE_NEEDS_RECORDED_VECTORS();
  const std::string folder = test::recorded_vectors() + "/v3/";
  EXPECT_GE(plant_in(folder + "v3-oracle-0.jsonl.gz", 1), 70U);
  std::vector<Json> lines = lines_in(folder + "v3-real-500-0.jsonl.gz");
  turn(lines[0]["maxLiquidityPerTick"]);
  const auto verdict = test::judged(text_of(lines));
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_EQ(verdict->mismatches, 1U);
}

TEST(PlantedFaults, AreNoticedInThePositionContractsTrace) {
  LEVEE_NEEDS_RECORDED_VECTORS();
  EXPECT_GE(plant_in(test::recorded_vectors() + "/npm/npm-trace.jsonl.gz", 1), 50U);
}

TEST(PlantedFaults, AreNoticedInTheTracesOfOtherProtocols) {
  LEVEE_NEEDS_RECORDED_VECTORS();
  for (const char* name : {"v2/v2-feeto-0", "v2/v2-flash-0", "defi/curve-stableswap4-a200",
                           "defi/balancer-w80-20", "defi/balancer-stable200", "defi/aave-v3"}) {
    EXPECT_GE(plant_in(test::recorded_vectors() + "/" + name + ".jsonl.gz", 1), 10U) << name;
  }
}

TEST(PlantedFaults, AreNoticedInDigestAndWorkload) {
  LEVEE_NEEDS_RECORDED_VECTORS();
  for (const char* name : {"/bench-workload.json", "/lib/tickmath-exhaustive.json"}) {
    const auto read = feed::read_text(test::recorded_vectors() + name);
    ASSERT_TRUE(read);
    const Json document = Json::parse(read->text);
    std::set<std::string> planted;
    for (const auto& [kind, at] : fields_of(document)) {
      if (!planted.insert(kind).second) continue;
      Json faulty = document;
      turn(faulty[at]);
      const auto verdict = verdict_of({"hand.json", faulty.dump(1)});
      EXPECT_TRUE(!verdict || verdict->mismatches >= 1) << name << " " << at.to_string();
    }
    EXPECT_GE(planted.size(), 2U);
  }
}

}  // namespace levee::vectors
