#include "levee/feed/fee_flow.h"

#include <array>
#include <cmath>
#include <vector>

namespace levee::feed {
namespace {

constexpr std::size_t days_most = 30;
constexpr std::size_t days_least = 3;

struct Block {
  double usd = 0;
  double days = 0;
};

}  // namespace

std::optional<market::FeeFlow> fee_flow(std::span<const FeeStep> steps) {
  if (steps.empty()) return std::nullopt;
  std::array<Block, days_most> blocks{};
  double observed = 0;
  for (const FeeStep& step : steps) {
    const auto back = (steps.back().end - step.end).value() / days(1).value();
    if (back >= static_cast<std::int64_t>(days_most)) continue;
    Block& block = blocks[static_cast<std::size_t>(back)];
    block.usd += step.usd_per_liquidity.value();
    block.days += in_days(step.span);
  }
  std::vector<double> daily;
  double mean = 0;
  for (const Block& block : blocks) {
    if (block.days < 0.5) continue;
    observed += block.days;
    daily.push_back(block.usd / block.days);
    mean += daily.back();
  }
  if (daily.size() < days_least) return std::nullopt;
  const auto count = static_cast<double>(daily.size());
  mean /= count;
  double square = 0;
  for (const double day : daily) square += (day - mean) * (day - mean);
  return market::FeeFlow{.usd_per_liquidity_day = Usd{mean},
                         .standard_error = Usd{std::sqrt(square / (count - 1) / count)},
                         .days = observed,
                         .source = {}};
}

}  // namespace levee::feed
