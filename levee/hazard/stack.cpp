#include "levee/hazard/stack.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace levee::hazard {
namespace {

std::optional<std::size_t> number_of(std::span<const FailureModel> models,
                                     const std::string& name) {
  const auto found = std::ranges::find(models, name, &FailureModel::protocol);
  if (found == models.end()) return std::nullopt;
  return static_cast<std::size_t>(found - models.begin());
}

// Fitted rates come in worlds; a configured one is the same in all of them.
constexpr std::size_t worlds = 500;

double world_at(std::size_t number) {
  return (static_cast<double>(number) + 0.5) / static_cast<double>(worlds);
}

// That nothing of a stack fails in a world.
double survival_in(std::span<const FailureModel> models, std::span<const std::size_t> stack,
                   double world, Years span) {
  double rate = 0;
  for (const std::size_t node : stack) rate += intensity_at(models[node], world).value();
  return std::exp(-rate * span.value());
}

std::vector<std::size_t> shared_by(std::span<const std::size_t> one,
                                   std::span<const std::size_t> other) {
  std::vector<std::size_t> shared;
  std::ranges::set_intersection(one, other, std::back_inserter(shared));
  return shared;
}

}  // namespace

std::vector<std::size_t> stack_of(std::span<const FailureModel> models,
                                  std::span<const std::string> names) {
  std::vector<bool> in(models.size());
  std::vector<std::string> open(names.begin(), names.end());
  while (!open.empty()) {
    const auto node = number_of(models, open.back());
    open.pop_back();
    if (!node || in[*node]) continue;
    in[*node] = true;
    open.insert(open.end(), models[*node].needs.begin(), models[*node].needs.end());
  }
  std::vector<std::size_t> stack;
  for (std::size_t node = 0; node < in.size(); ++node) {
    if (in[node]) stack.push_back(node);
  }
  return stack;
}

StackRisk stack_risk(std::span<const FailureModel> models, std::span<const std::size_t> stack,
                     Years span) {
  std::vector<double> survival, lost;
  for (std::size_t number = 0; number < worlds; ++number) {
    const double world = world_at(number);
    survival.push_back(survival_in(models, stack, world, span));
    double kept = 1;
    for (const std::size_t node : stack) {
      const double fails = failure_within(intensity_at(models[node], world), span).value();
      kept *= 1 - fails * mean_share_lost(models[node]).value();
    }
    lost.push_back(1 - kept);
  }
  return {known_from(std::move(survival)), known_from(std::move(lost))};
}

FailTogether fail_together(std::span<const FailureModel> models, std::span<const std::size_t> one,
                           std::span<const std::size_t> other, Years span) {
  const std::vector<std::size_t> shared = shared_by(one, other);
  double first = 0, second = 0, neither = 0;
  for (std::size_t number = 0; number < worlds; ++number) {
    const double world = world_at(number);
    const double a = survival_in(models, one, world, span);
    const double b = survival_in(models, other, world, span);
    const double shared_alive = survival_in(models, shared, world, span);
    first += a, second += b;
    neither += shared_alive > 0 ? a * b / shared_alive : 0;
  }
  const auto size = static_cast<double>(worlds);
  const double a = 1 - first / size, b = 1 - second / size;
  const double both = std::max(0.0, a + b - 1 + neither / size);
  const double spread = std::sqrt(a * (1 - a) * b * (1 - b));
  return {Probability{a}, Probability{b}, Probability{both},
          spread > 0 ? (both - a * b) / spread : 0};
}

}  // namespace levee::hazard
