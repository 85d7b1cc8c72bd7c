// bench/option/surface_bench.cpp — chain to surface, and a surface read path by path.
//
// The recorded ETH chain of 20 January 2026: 714 quotes, 11 expiries.
#include "levee/feed/chain_file.h"
#include "levee/feed/index_expiries.h"

#include <cmath>
#include <vector>

#include <benchmark/benchmark.h>

namespace levee::option {
namespace {

struct Recorded {
  UnixSeconds at{};
  std::vector<ChainQuote> quotes;
};

const Recorded& recorded() {
  static const Recorded held = [] {
    const auto at = moment_from("2026-01-20", DayEdge::last_second);
    const auto chain = feed::read_chain(
        std::string(LEVEE_SHARED) + "/data/options/deribit_chain_daily_2026-01.csv.gz",
        {.base = "ETH", .at = *at});
    return chain ? Recorded{chain->at, market::surface_quotes(chain->quotes)} : Recorded{};
  }();
  return held;
}

bool is_free(const Surface& surface) {
  const FittedExpiry* before = nullptr;
  for (const FittedExpiry& one : surface.expiries()) {
    if (least_butterfly(one.svi).value < -1e-9) return false;
    if (before && worst_crossing(before->svi, one.svi).depth > 0) return false;
    before = &one;
  }
  return surface.expiries().size() == 11;
}

void chain_to_surface(benchmark::State& state) {
  const Recorded& chain = recorded();
  if (chain.quotes.empty()) return state.SkipWithError("no recorded chains beside the checkout");
  const auto first = Surface::from(chain.quotes, {chain.at});
  if (!first || !is_free(*first)) return state.SkipWithError("the surface allows arbitrage");
  for (auto _ : state) {
    auto surface = Surface::from(chain.quotes, {chain.at});
    benchmark::DoNotOptimize(surface);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(chain.quotes.size()));
}

BENCHMARK(chain_to_surface)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace levee::option
