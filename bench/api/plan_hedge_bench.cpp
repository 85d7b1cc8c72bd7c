// bench/api/plan_hedge_bench.cpp — the main job end to end, with each stage's share and the peak.
#include "levee/api/verb.h"
#include "levee/parallel/team.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

namespace levee {
namespace {

using Clock = std::chrono::steady_clock;

// Seconds spent in each stage.
class Stages final : public Progress {
 public:
  void enter(std::string_view stage) override {
    close();
    stage_ = stage;
    since_ = Clock::now();
  }
  const std::map<std::string, double>& close() {
    if (!stage_.empty()) {
      seconds_[stage_] += std::chrono::duration<double>(Clock::now() - since_).count();
    }
    stage_.clear();
    return seconds_;
  }

 private:
  std::string stage_;
  Clock::time_point since_;
  std::map<std::string, double> seconds_;
};

const api::Entry* plan_hedge() {
  for (const api::Entry& entry : api::shelf()) {
    if (entry.name == "plan-hedge") return &entry;
  }
  return nullptr;
}

// Peak resident memory of this process, MiB (Linux).
double peak_mib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word == "VmHWM:") {
      double kib = 0;
      status >> kib;
      return kib / 1024;
    }
  }
  return 0;
}

// What comes before a decision and after it.
constexpr std::array<std::string_view, 3> around{"reading", "signals", "report"};

void plan(benchmark::State& state, std::vector<api::Given> given) {
  given.push_back({"book", std::string(LEVEE_SOURCE) + "/examples/eth-usdc.toml"});
  std::map<std::string, double> seconds;
  double whole = 0;
  for (auto _ : state) {
    Stages stages;
    const auto begin = Clock::now();
    const auto reply =
        plan_hedge()->run(given, {.threads = static_cast<int>(state.range(0))}, stages);
    whole += std::chrono::duration<double>(Clock::now() - begin).count();
    if (!reply) {
      state.SkipWithError(reply.error().message.c_str());
      return;
    }
    if (reply->json.find("\"status\": \"optimal\"") == std::string::npos) {
      state.SkipWithError("the plan is not optimal");
      return;
    }
    for (const auto& [stage, spent] : stages.close()) seconds[stage] += spent;
  }
  double deciding = 0;
  for (const auto& [stage, spent] : seconds) {
    state.counters["% " + stage] = 100 * spent / whole;
    if (std::ranges::find(around, stage) == around.end()) deciding += spent;
  }
  state.counters["decide ms"] = 1000 * deciding / static_cast<double>(state.iterations());
  state.counters["peak MiB"] = peak_mib();
}

void example_market(benchmark::State& state) {
  plan(state, {{"market", std::string(LEVEE_SOURCE) + "/examples/market"}});
}
BENCHMARK(example_market)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// A day of January 2026 with its full chain, or nothing where there is no record.
std::vector<api::Given> recorded(const std::string& day) {
  const std::string shared = LEVEE_SHARED;
  const std::string chain = shared + "/data/options/deribit_chain_daily_2026-01.csv.gz";
  if (!std::filesystem::exists(chain)) return {};
  return {{"chain", chain},
          {"at", day},
          {"history", shared + "/data/prices/binance_perp_ETHUSDT_1h.csv.gz"},
          {"funding", shared + "/data/perps/binance_funding_8h_ETHUSDT.csv"},
          {"iv_index", shared + "/data/options/deribit_dvol_ETH_1d.csv"}};
}

void real_chain_2026_01_20(benchmark::State& state) {
  const auto given = recorded("2026-01-20");
  if (given.empty()) {
    state.SkipWithError("recorded chains are not here");
    return;
  }
  plan(state, given);
}
BENCHMARK(real_chain_2026_01_20)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Figure of a plan by the name that only it has.
double figure_of(const std::string& json, const std::string& name) {
  const auto at = json.find("\"" + name + "\": ");
  return at == std::string::npos ? std::numeric_limits<double>::quiet_NaN()
                                 : std::stod(json.substr(at + name.size() + 4));
}

// The same a day later, from the plan of the day before; first held against one made anew.
void real_chain_2026_01_21_again(benchmark::State& state) {
  auto before = recorded("2026-01-20"), given = recorded("2026-01-21");
  if (given.empty()) {
    state.SkipWithError("recorded chains are not here");
    return;
  }
  const api::Given book{"book", std::string(LEVEE_SOURCE) + "/examples/eth-usdc.toml"};
  const auto file = std::filesystem::temp_directory_path() / "levee_bench_last_plan.json";
  const auto asked = [&](std::vector<api::Given> all) {
    all.push_back(book);
    Stages stages;
    const auto reply = plan_hedge()->run(all, {.threads = 2}, stages);
    return reply ? reply->json : std::string();
  };
  std::ofstream(file) << asked(before);
  const std::string anew = asked(given);
  given.push_back({"last_plan", file.string()});
  const double apart = figure_of(asked(given), "optimum_usd") - figure_of(anew, "optimum_usd");
  if (!(std::abs(apart) <= 2e-6 * figure_of(anew, "value_usd"))) {
    state.SkipWithError("begun from another plan it comes to another optimum");
    return;
  }
  plan(state, given);
  std::filesystem::remove(file);
}
BENCHMARK(real_chain_2026_01_21_again)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace levee
