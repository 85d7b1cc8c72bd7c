#include "levee/hedge/robust.h"

#include "levee/hedge/target.h"
#include "levee/hedge/tell.h"
#include "levee/num/estimate.h"
#include "levee/risk/tail.h"
#include "levee/scenario/pool.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr int rounds = 6;

// The ground with a world's volatility; the calibration is a copy that has to outlive it.
struct Place {
  scenario::Calibration calibration;
  Ground ground;

  Place(const Ground& on, const World& world)
      : calibration(scaled(on.calibration, world.vol_factor)),
        ground{on.snapshot, on.book,    on.policy,   on.outlook, on.team,  on.surface, calibration,
               on.position, on.funding, on.progress, on.past,    on.proxy, on.beside} {}

  static scenario::Calibration scaled(scenario::Calibration from, double factor) {
    for (scenario::AssetLaw& law : from.assets) law.forecast = Vol{factor * law.forecast.value()};
    return from;
  }
};

Result<scenario::ScenarioSet> drawn_in(const Ground& ground, const World& world, std::uint64_t seed,
                                       const std::vector<book::Instrument>& instruments) {
  const Place place(ground, world);
  auto set = drawn(place.ground,
                   {.kind = world.kind,
                    .paths = ground.policy.paths_choose,
                    .seed = seed,
                    .sampling = even_points(world.kind)},
                   instruments);
  if (!set) {
    return fail(set.error().reason, fmt::format("world {} (policy robust_worlds): {}", world.name,
                                                set.error().message));
  }
  return set;
}

// Objective of losses, and its slope in a world's share at the mixture's own quantile.
struct Weighed {
  double mean = 0, cvar = 0, objective = 0;
};

Weighed weighed(const std::vector<double>& losses, const Policy& policy) {
  Weighed w;
  w.mean = num::mean_of(losses).value;
  w.cvar = risk::tail_of(losses, policy.confidence)->cvar.value();
  w.objective = w.mean + policy.price_of_tail * w.cvar;
  return w;
}

double slope_of(const std::vector<double>& losses, double quantile, const Policy& policy) {
  double beyond = 0;
  for (const double loss : losses) beyond += std::max(0.0, loss - quantile);
  beyond /= static_cast<double>(losses.size()) * (1 - policy.confidence);
  return num::mean_of(losses).value + policy.price_of_tail * (quantile + beyond);
}

// The least that a share 1 - confidence of the mixture's losses exceeds.
double quantile_of(const std::vector<std::vector<double>>& losses, const std::vector<double>& share,
                   double confidence) {
  std::vector<std::pair<double, double>> weighed;  // loss, weight
  for (std::size_t k = 0; k < losses.size(); ++k) {
    const double weight = share[k] / static_cast<double>(losses[k].size());
    for (const double loss : losses[k]) weighed.emplace_back(loss, weight);
  }
  std::ranges::sort(weighed, std::greater<>());
  double left = 1 - confidence;
  for (const auto& [loss, weight] : weighed) {
    left -= weight;
    if (left <= 0) return loss;
  }
  return weighed.back().first;
}

class Mixing {
 public:
  Mixing(const Ground& ground, const Setting& setting, const Offer& offer,
         const std::vector<RuleTold>& rules)
      : g_(ground), setting_(setting), offer_(offer), rules_(rules) {}

  Result<Mixture> found() {
    best_.worlds = worlds_of(g_.policy);
    for (const World& world : best_.worlds) {
      auto set = drawn_in(g_, world, static_cast<std::uint64_t>(g_.policy.seed),
                          instruments_of(offer_.list));
      if (!set) return set.error();
      sets_.push_back(*std::move(set));
    }
    const std::size_t count = sets_.size();
    std::vector<double> share(count, 1.0 / static_cast<double>(count));
    best_.worst_usd = std::numeric_limits<double>::infinity();
    best_.bound_usd = -std::numeric_limits<double>::infinity();
    for (int round = 0; round < rounds; ++round) {
      const auto worse = tried(share);
      if (!worse) return worse.error();
      const double step = 2.0 / (round + 3.0);
      for (double& one : share) one *= 1 - step;
      share[*worse] += step;
    }
    return std::move(best_);
  }

 private:
  scenario::ScenarioSet pool(const std::vector<double>& share) const {
    std::vector<scenario::Part> parts;
    for (std::size_t k = 0; k < sets_.size(); ++k) {
      const double paths = share[k] * static_cast<double>(sets_[k].paths());
      parts.push_back({sets_[k], static_cast<std::size_t>(std::llround(paths))});
    }
    return scenario::pool_of(parts);
  }

  // Chooses against a mixture; the world of which there should be more.
  Result<std::size_t> tried(const std::vector<double>& share) {
    scenario::ScenarioSet set = pool(share);
    Setting setting = setting_;
    Offer offer = offer_;
    std::vector<RuleTold> rules = rules_;
    auto built = program_on(g_, setting, repricing_on(g_, set), offer);
    if (!built) return built.error();
    const Choice choice = choose_under(built->program, g_.policy, setting, rules).choice;
    if (choice.status == solve::Status::infeasible) {
      if (best_.share.empty()) best_.pool = std::move(set), best_.share = share;
      return std::size_t{0};
    }
    const auto losses = losses_of(held_of(built->program, choice.x));
    if (!losses) return losses.error();
    const double quantile = quantile_of(*losses, share, g_.policy.confidence);
    std::vector<double> slope;
    double worst = -std::numeric_limits<double>::infinity();
    for (const auto& own : *losses) {
      slope.push_back(slope_of(own, quantile, g_.policy));
      worst = std::max(worst, weighed(own, g_.policy).objective);
    }
    best_.bound_usd = std::max(best_.bound_usd, choice.bound);
    if (worst < best_.worst_usd) {
      best_.worst_usd = worst, best_.share = share, best_.pool = std::move(set);
    }
    return static_cast<std::size_t>(std::ranges::max_element(slope) - slope.begin());
  }

  Result<std::vector<std::vector<double>>> losses_of(const std::vector<Held>& held) const {
    std::vector<std::vector<double>> losses;
    for (const scenario::ScenarioSet& set : sets_) {
      auto score =
          score_of({g_.book, g_.position.fees_usd_per_day, held, g_.policy.venue, g_.proxy},
                   repricing_on(g_, set), g_.team);
      if (!score) return score.error();
      losses.push_back(std::move(score->hedged));
    }
    return losses;
  }

  const Ground& g_;
  const Setting& setting_;
  const Offer& offer_;
  const std::vector<RuleTold>& rules_;
  std::vector<scenario::ScenarioSet> sets_;
  Mixture best_;
};

}  // namespace

std::vector<World> worlds_of(const Policy& policy) {
  std::vector<World> worlds{{policy.scenarios, policy.scenarios}};
  for (const std::string& kind : policy.robust_worlds) {
    if (kind != policy.scenarios) worlds.push_back({kind, kind});
  }
  const double band = policy.robust_vol_band;
  for (const double factor : {1 - band, 1 + band}) {
    if (band == 0) break;
    worlds.push_back({fmt::format("{}, volatility {:+.3g} %", policy.scenarios, 100 * (factor - 1)),
                      policy.scenarios, factor});
  }
  return worlds;
}

Result<Mixture> worst_mixture(const Ground& ground, const Setting& setting, const Offer& offer,
                              const std::vector<RuleTold>& rules) {
  return Mixing(ground, setting, offer, rules).found();
}

Result<RobustTold> robust_told(const Ground& ground, const Mixture& mixture,
                               const std::vector<Held>& held, std::uint64_t seed) {
  RobustTold told{.bound_usd = mixture.bound_usd, .worlds = {}};
  for (std::size_t k = 0; k < mixture.worlds.size(); ++k) {
    const World& world = mixture.worlds[k];
    const auto set = drawn_in(ground, world, seed, instruments_of(held));
    if (!set) return set.error();
    const auto score = score_of(
        {ground.book, ground.position.fees_usd_per_day, held, ground.policy.venue, ground.proxy},
        repricing_on(ground, *set), ground.team);
    if (!score) return score.error();
    const Weighed before = weighed(score->unhedged, ground.policy);
    const Weighed after = weighed(score->hedged, ground.policy);
    told.worlds.push_back({.world = world.name,
                           .share = mixture.share[k],
                           .objective_before_usd = before.objective,
                           .objective_usd = after.objective,
                           .cvar_before_usd = before.cvar,
                           .cvar_usd = after.cvar});
  }
  return told;
}

}  // namespace levee::hedge
