#include "levee/risk/cover.h"

#include "levee/hazard/stack.h"
#include "levee/scenario/draw.h"

#include <algorithm>
#include <cmath>

namespace levee::risk {
namespace {

// Fowler, Noll & Vo's 1a hash: covers of different names draw apart from one another.
std::uint64_t key_of(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// Draws of a loss's law over which its mean payment is taken.
constexpr int loss_draws = 400;

}  // namespace

Payer::Payer(const book::Cover& cover, const Repricing& with)
    : cover_(cover), set_(with.set), key_(key_of(cover.name)) {
  const std::vector<std::string> names{cover.provider};
  if (!cover.provider.empty()) provider_ = hazard::stack_of(with.snapshot.protocols, names);
}

double Payer::share_paid(std::size_t path) const {
  num::Draws draws(set_.seed ^ key_, scenario::stream::claim, set_.first + path);
  if (draws.uniform() >= cover_.claim.value()) return 0;
  if (draws.uniform() < cover_.fails_with.value()) return 0;
  double kept = 1;
  for (const std::size_t node : provider_) kept *= 1 - set_.protocol_loss.row(node)[path];
  return kept;
}

FairCover fair_cover(const book::Cover& cover, const hazard::FailureModel& model, Usd exposed) {
  LEVEE_EXPECT(cover.limit.value() > 0 && exposed.value() >= 0);
  double paid = 0;
  for (int how = 0; how < loss_draws; ++how) {
    // A lattice of rank one spreads the two draws evenly over the square.
    const double first = (how + 0.5) / loss_draws;
    const double second = std::fmod(0.5 + how * 0.6180339887498949, 1.0);
    const double share = hazard::share_lost(model, {first, std::max(second, 1e-9)}).value();
    paid +=
        std::clamp(share * exposed.value() - cover.deductible.value(), 0.0, cover.limit.value()) /
        loss_draws;
  }
  const double share =
      paid / cover.limit.value() * cover.claim.value() * (1 - cover.fails_with.value());
  const hazard::Known rate = hazard::intensity_band(model);
  return {rate.mean * share, rate.low * share, rate.high * share};
}

}  // namespace levee::risk
