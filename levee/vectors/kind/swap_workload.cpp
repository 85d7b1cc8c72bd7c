// levee/vectors/kind/swap_workload.cpp — the workload of the benchmarks: swaps across many ticks.
#include "levee/amm/pool.h"
#include "levee/vectors/compare.h"

#include <fmt/core.h>

namespace levee::vectors::kind {
namespace {

using amm::Direction;
using amm::Pool;
using amm::SqrtPriceX96;

// The book of positions is told in words; a file that tells it in others needs another judge.
constexpr std::string_view book = "120: k = -60..59, [60k, 60k+60), liquidity 10^18 + (k+60)*10^15";

struct Workload {
  Pool pool;
  I256 amount;
};

Result<Done> deposit_book(Pool& pool) {
  constexpr std::uint64_t unit = 1'000'000'000'000'000;
  for (int k = -60; k < 60; ++k) {
    const u128 liquidity = u128{1000 + static_cast<unsigned>(k + 60)} * unit;
    const auto minted = pool.mint({Address{}, {60 * k, 60 * k + 60}, liquidity}, 1);
    if (!minted) return minted.error();
  }
  return Done{};
}

std::optional<Workload> workload_in(Value& document) {
  const Value fee = document.take("fee"), spacing = document.take("tickSpacing");
  const SqrtPriceX96 start{document.take("initialSqrtPriceX96").natural(160)};
  const Value positions = document.take("positions");
  if (positions.text() != book) positions.complain("is not the book known here");
  const auto amount = document.take("amountSpecified").number<I256>();
  const amm::PoolTerms terms{.fee = FeePips{fee.number<std::uint32_t>(24)},
                             .spacing = TickSpacing{spacing.number<std::int32_t>(24)}};
  if (terms.fee.value() >= 1'000'000) fee.complain("is the whole amount or more");
  if (terms.spacing.value() <= 0) spacing.complain("is no tick spacing");
  if (!document.sound()) return std::nullopt;
  Workload workload{Pool(terms), amount};
  if (!workload.pool.initialise(start, 1) || !deposit_book(workload.pool)) {
    document.complain("describes a pool that the contract refuses");
    return std::nullopt;
  }
  return workload;
}

void expect_state(Trial& trial, Value state, const Pool& pool) {
  const amm::PoolNumbers& now = pool.numbers();
  expect_number(trial, state.take("sqrtPriceX96"), now.price.value());
  expect_number(trial, state.take("tick"), now.tick);
  expect_number(trial, state.take("liquidity"), now.liquidity);
  expect_number(trial, state.take("feeGrowthGlobal0X128"), now.fees.token0);
  expect_number(trial, state.take("feeGrowthGlobal1X128"), now.fees.token1);
  state.finish();
}

// What a run of swaps shares.
struct Bounds {
  SqrtPriceX96 down, up;
  int crossed = 0;
};

void play_swap(Value& swap, const Bounds& bounds, Workload& workload, Trial& trial) {
  const bool down = swap.take("zeroForOne").flag();
  if (!swap.sound()) return;
  trial.begin(1, swap.name());
  const amm::SwapAsk ask{.direction = down ? Direction::zero_for_one : Direction::one_for_zero,
                         .amount = workload.amount,
                         .limit = down ? bounds.down : bounds.up,
                         .fee = {}};
  const auto quote = workload.pool.quote(ask);
  const auto flows = workload.pool.swap(ask, 1);
  if (!quote || !flows) {
    const Error& error = quote ? flows.error() : quote.error();
    return trial.expect("outcome", "reverts \"" + error.message + "\"", "succeeds");
  }
  trial.expect("ticksCrossed", std::to_string(quote->crossed), std::to_string(bounds.crossed));
  trial.expect("quote", quote->flows == *flows, true);
  expect_number(trial, swap.take("amount0"), flows->token0);
  expect_number(trial, swap.take("amount1"), flows->token1);
  expect_state(trial, swap.take("after"), workload.pool);
  swap.finish();
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  Reading reading(file.path, 1);
  Value document(file.text, reading);
  auto workload = workload_in(document);
  if (!workload) return reading.outcome();
  trial.begin(1, "start", 0);
  expect_state(trial, document.take("start"), workload->pool);
  for (Value& run : document.take("runs").items()) {
    const Bounds bounds{SqrtPriceX96{run.take("sqrtPriceLimitDownX96").natural(160)},
                        SqrtPriceX96{run.take("sqrtPriceLimitUpX96").natural(160)},
                        run.take("ticksCrossed").number<std::int32_t>()};
    for (Value& swap : run.take("swaps").items()) play_swap(swap, bounds, *workload, trial);
    run.finish();
  }
  document.finish();
  return reading.outcome();
}

bool knows(std::string_view first_line) {
  return first_line.find(R"("positions")") != std::string_view::npos &&
         first_line.find(R"("amountSpecified")") != std::string_view::npos &&
         first_line.find(R"("runs")") != std::string_view::npos;
}

}  // namespace

Entry swap_workload() {
  return {.name = "swap_workload",
          .about = "The benchmark's swaps up and down a book of 120 positions.",
          .knows = knows,
          .judge = judge};
}

}  // namespace levee::vectors::kind
