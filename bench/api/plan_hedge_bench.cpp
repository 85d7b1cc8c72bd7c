// bench/api/plan_hedge_bench.cpp — the main job end to end, with each stage's share and the peak.
#include "levee/api/verb.h"
#include "levee/parallel/team.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

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
  for (const auto& [stage, spent] : seconds) state.counters["% " + stage] = 100 * spent / whole;
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

void real_chain_2026_01_20(benchmark::State& state) {
  const std::string shared = LEVEE_SHARED;
  const std::string chain = shared + "/data/options/deribit_chain_daily_2026-01.csv.gz";
  if (!std::filesystem::exists(chain)) {
    state.SkipWithError("recorded chains are not here");
    return;
  }
  plan(state, {{"chain", chain},
               {"at", "2026-01-20"},
               {"history", shared + "/data/prices/binance_perp_ETHUSDT_1h.csv.gz"},
               {"funding", shared + "/data/perps/binance_funding_8h_ETHUSDT.csv"},
               {"iv_index", shared + "/data/options/deribit_dvol_ETH_1d.csv"}});
}
BENCHMARK(real_chain_2026_01_20)
    ->Arg(1)
    ->Arg(2)
    ->ArgName("threads")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace levee
