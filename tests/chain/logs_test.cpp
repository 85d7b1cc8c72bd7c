#include "levee/chain/logs.h"

#include "tests/chain/model_node.h"
#include "tests/support/cases.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;
using levee::test::Clock;
using levee::test::Json;
using levee::test::ModelChain;
using levee::test::ModelNode;

namespace {

// What a scan said of itself.
class Listener final : public Progress {
 public:
  void enter(std::string_view stage) override { stages.emplace_back(stage); }
  std::vector<std::string> stages;
};

struct Bench {
  explicit Bench(std::uint64_t height = 1000) : chain(height) {}

  Result<Scanned> scan(const ScanOptions& options) {
    return scan_logs(node, ask, options, listener);
  }
  std::string truth() const {
    std::string all;
    for (std::uint64_t number = ask.from; number <= ask.to; ++number) {
      for (const Log& log : chain.logs(number)) all += json_of(log);
    }
    return all;
  }
  std::size_t asked_for_logs() const {
    return static_cast<std::size_t>(std::ranges::count_if(wire.requests, [](const Json& request) {
      return request.is_object() && request["method"] == "eth_getLogs";
    }));
  }

  ModelChain chain;
  ModelNode wire{chain};
  Clock clock;
  Node node{wire, clock, {.tries = 2}};
  LogAsk ask{.addresses = {}, .topics = {}, .from = 10, .to = 990};
  Listener listener;
};

std::string text_of(const std::vector<Log>& logs) {
  std::string all;
  for (const Log& log : logs) all += json_of(log);
  return all;
}

void expect_whole(const Bench& bench, const Result<Scanned>& scanned) {
  ASSERT_TRUE(scanned) << scanned.error().message;
  EXPECT_EQ(text_of(scanned->logs), bench.truth());
  EXPECT_EQ(scanned->last.number, bench.ask.to);
  EXPECT_EQ(scanned->last.hash, bench.chain.hash(bench.ask.to));
}

void expect_error(const Result<Scanned>& scanned, Reason reason, std::string_view part) {
  ASSERT_FALSE(scanned);
  EXPECT_EQ(scanned.error().reason, reason) << scanned.error().message;
  EXPECT_NE(scanned.error().message.find(part), std::string::npos) << scanned.error().message;
}

std::string file_named(const std::string& name) {
  auto path = (std::filesystem::path(::testing::TempDir()) / ("levee_scan_" + name)).string();
  std::filesystem::remove(path);
  return path;
}
std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void put(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

// Reorganises the chain when the n-th request for logs comes, before or after its answer.
enum class When { before, after };
void reorganise_at(Bench& bench, int nth, When when, std::uint64_t from) {
  auto seen = std::make_shared<int>(0);
  bench.wire.before = [&bench, seen, nth, when,
                       from](const Json& request) -> std::optional<Result<HttpAnswer>> {
    if (!request.is_object() || request["method"] != "eth_getLogs" || ++*seen != nth) {
      return std::nullopt;
    }
    if (when == When::before) bench.chain.reorganise(from);
    HttpAnswer answer{.status = 200,
                      .body = bench.wire.answer(request).dump(),
                      .retry_after_seconds = std::nullopt};
    if (when == When::after) bench.chain.reorganise(from);
    return answer;
  };
}

}  // namespace

TEST(Logs, AreReadStepByStep) {
  Bench bench;
  expect_whole(bench, bench.scan({.first_step = 100, .longest_step = 100}));
  EXPECT_EQ(bench.asked_for_logs(), 10U);
  ASSERT_EQ(bench.listener.stages.size(), 10U);
  EXPECT_EQ(bench.listener.stages[1], "logs of blocks 110 to 209 (10 % of 10 to 990, 28 logs)");
}

TEST(Logs, StepsGrowWhileTheyAreGranted) {
  Bench bench;
  expect_whole(bench, bench.scan({.first_step = 10}));
  EXPECT_LE(bench.asked_for_logs(), 7U) << "10, 20, 40, ...";
}

TEST(Logs, OneBlockIsARangeToo) {
  Bench bench;
  bench.ask.from = bench.ask.to = 14;
  expect_whole(bench, bench.scan({}));
}

TEST(Logs, TheRangeIsSplitWhereTheNodeRefusesItsWidth) {
  Bench bench;
  bench.wire.range_max = 60;
  expect_whole(bench, bench.scan({.first_step = 500}));
  EXPECT_LE(bench.asked_for_logs(), 30U) << "at most as many again as 981 / 60";
}

TEST(Logs, TheRangeIsSplitWhereTheNodeRefusesItsResults) {
  Bench bench;
  bench.wire.logs_max = 11;
  expect_whole(bench, bench.scan({}));
  EXPECT_LE(bench.asked_for_logs(), 60U);
}

TEST(Logs, ABlockThatIsTooMuchOnItsOwnIsRefused) {
  Bench bench;
  bench.wire.logs_max = 2;
  expect_error(bench.scan({}), Reason::refused, "even one block (14)");
}

TEST(Logs, ABlockThatTheChainDoesNotHaveYetIsMissing) {
  Bench bench;
  bench.ask.to = 1001;
  expect_error(bench.scan({}), Reason::missing_data, "block 1001");
}

TEST(Logs, AnErrorOfTheNodeEndsTheScan) {
  Bench bench;
  bench.wire.before_call = [](const Json& call) -> std::optional<Json> {
    if (call["method"] != "eth_getLogs") return std::nullopt;
    return Json{{"error", ModelNode::error(4444, "pruned history unavailable")}};
  };
  expect_error(bench.scan({}), Reason::missing_data, "archive node");
}

TEST(Logs, AReorgWithinAStepIsReadAgain) {
  for (const When when : {When::before, When::after}) {
    Bench bench;
    reorganise_at(bench, 10, when, 985);
    expect_whole(bench, bench.scan({.first_step = 100, .longest_step = 100}));
    EXPECT_EQ(bench.asked_for_logs(), 11U);
  }
}

TEST(Logs, AReorgThatReachesBackIntoEarlierStepsIsReadAgainFromThere) {
  for (const When when : {When::before, When::after}) {
    Bench bench;
    reorganise_at(bench, 6, when, 350);
    expect_whole(bench, bench.scan({.first_step = 100, .longest_step = 100}));
    EXPECT_EQ(bench.asked_for_logs(), 13U) << "steps 4, 5 and 6 twice";
  }
}

TEST(Logs, AChainThatNeverRestsIsGivenUp) {
  Bench bench;
  bench.wire.before_call = [&](const Json& call) -> std::optional<Json> {
    if (call["method"] == "eth_getLogs") bench.chain.reorganise(900);
    return std::nullopt;
  };
  expect_error(bench.scan({.reorgs_max = 3}), Reason::stale_data, "reorganised 4 times");
  EXPECT_EQ(bench.asked_for_logs(), 4U);
}

TEST(Logs, LogsOfABranchThatIsNotTheChainsAreNoticedNearItsEnd) {
  Bench bench;
  ModelChain fork(1000);
  fork.reorganise(960);
  ModelNode late(fork);
  int asked = 0;
  bench.wire.before = [&](const Json& request) -> std::optional<Result<HttpAnswer>> {
    if (!request.is_object() || request["method"] != "eth_getLogs" || ++asked > 1) {
      return std::nullopt;
    }
    return late.post(request.dump());
  };
  expect_whole(bench, bench.scan({}));
  EXPECT_EQ(asked, 2);
}

TEST(Logs, AScanGoesOnWhereAnotherWasCutOff) {
  const std::string path = file_named("resumed");
  const ScanOptions options{.first_step = 100, .longest_step = 100, .checkpoint = path};
  Bench cut;
  int seen = 0;
  cut.wire.before = [&](const Json& request) -> std::optional<Result<HttpAnswer>> {
    if (request.is_object() && request["method"] == "eth_getLogs" && ++seen > 6) {
      return Result<HttpAnswer>(fail(Reason::bad_input, "cut"));
    }
    return std::nullopt;
  };
  expect_error(cut.scan(options), Reason::bad_input, "cut");
  Bench bench;
  expect_whole(bench, bench.scan(options));
  EXPECT_EQ(bench.asked_for_logs(), 4U);
  Bench again;
  expect_whole(again, again.scan(options));
  EXPECT_EQ(again.asked_for_logs(), 0U);
}

TEST(Logs, ALaterScanGoesOnFromAnEarlierOnesEnd) {
  const std::string path = file_named("longer");
  const ScanOptions options{.first_step = 100, .longest_step = 100, .checkpoint = path};
  Bench bench;
  bench.ask.to = 509;
  expect_whole(bench, bench.scan(options));
  bench.ask.to = 990;
  expect_whole(bench, bench.scan(options));
  EXPECT_EQ(bench.asked_for_logs(), 10U);
  bench.ask.to = 250;
  expect_whole(bench, bench.scan(options));
}

TEST(Logs, AScanThatGoesOnAfterAReorgDropsWhatItChanged) {
  const std::string path = file_named("reorganised");
  const ScanOptions options{.first_step = 100, .longest_step = 100, .checkpoint = path};
  Bench bench;
  expect_whole(bench, bench.scan(options));
  bench.chain.reorganise(650);
  expect_whole(bench, bench.scan(options));
  EXPECT_EQ(bench.asked_for_logs(), 10U + 4U);
  expect_whole(bench, bench.scan(options));
  EXPECT_EQ(bench.asked_for_logs(), 10U + 4U);
}

TEST(Logs, AScanKilledAtAnyRequestLosesNothingAndInventsNothing) {
  for (const int killed_at : {1, 2, 3, 8, 9, 15, 20}) {
    const std::string path = file_named("killed");
    const ScanOptions options{.first_step = 100, .longest_step = 100, .checkpoint = path};
    const pid_t child = fork();
    if (child == 0) {
      Bench bench;
      int seen = 0;
      bench.wire.before = [&](const Json&) -> std::optional<Result<HttpAnswer>> {
        if (++seen == killed_at) kill(getpid(), SIGKILL);
        return std::nullopt;
      };
      static_cast<void>(bench.scan(options));
      _exit(0);
    }
    int ended = 0;
    ASSERT_EQ(waitpid(child, &ended, 0), child);
    ASSERT_TRUE(WIFSIGNALED(ended));
    Bench bench;
    expect_whole(bench, bench.scan(options));
    EXPECT_LE(bench.asked_for_logs(), 10U);
  }
}

TEST(LogsLaw, ACheckpointCutAnywhereIsGoneOnFromOrRefused) {
  const std::string path = file_named("cut");
  const ScanOptions options{.first_step = 100, .longest_step = 100, .checkpoint = path};
  Bench first(300);
  first.ask.to = 300;
  expect_whole(first, first.scan(options));
  const std::string whole = content(path);
  const std::size_t header = whole.find('\n') + 1;
  for (std::size_t size = 0; size <= whole.size(); size += size < header + 2 ? 7 : 397) {
    put(path, whole.substr(0, size));
    Bench bench(300);
    bench.ask.to = 300;
    const auto scanned = bench.scan(options);
    if (size < header) {
      EXPECT_EQ(scanned.error().reason, Reason::bad_input) << size;
    } else {
      ASSERT_TRUE(scanned) << size << scanned.error().message;
      ASSERT_EQ(text_of(scanned->logs), bench.truth()) << size;
      ASSERT_EQ(content(path), whole) << size;
    }
  }
}

TEST(LogsLaw, AnyLimitAnyReorgGivesEveryLogOnce) {
  test::for_cases(150, [](test::Gen& gen) {
    Bench bench(300);
    bench.ask.from = gen.size(0, 100);
    bench.ask.to = gen.size(bench.ask.from, 300);
    bench.chain.every = gen.size(1, 9);
    bench.wire.range_max = gen.size(1, 400);
    bench.wire.logs_max = gen.size(3, 300);
    int reorgs = gen.integer(0, 3);
    bench.wire.before_call = [&](const Json&) -> std::optional<Json> {
      if (reorgs > 0 && gen.integer(0, 9) == 0) {
        --reorgs;
        bench.chain.reorganise(gen.size(1, 300));
      }
      return std::nullopt;
    };
    const auto scanned = bench.scan({.first_step = gen.size(1, 200), .longest_step = 400});
    expect_whole(bench, scanned);
  });
}
