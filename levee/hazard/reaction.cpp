#include "levee/hazard/reaction.h"

#include "levee/base/check.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace levee::hazard {
namespace {

// What a cluster adds to the sums of which an estimate is the ratio.
struct Part {
  double over = 0, under = 0;
};

// The estimate without each part in turn: few clusters of unequal size show their whole doubt.
std::optional<double> jackknife_error(std::span<const Part> parts, const Part& all) {
  if (parts.size() < 2) return std::nullopt;
  const auto clusters = static_cast<double>(parts.size());
  double squares = 0;
  for (const Part& one : parts) {
    const double under = all.under - one.under;
    if (!(under > 0)) return std::nullopt;
    const double moved = (all.over - one.over) / under - all.over / all.under;
    squares += moved * moved;
  }
  return std::sqrt(squares * (clusters - 1) / clusters);
}

}  // namespace

std::string_view name_of(Reach reach) {
  return reach == Reach::market_wide ? "market-wide" : "idiosyncratic";
}

std::optional<Reach> reach_named(std::string_view name) {
  const auto found = std::ranges::find(reaches, name, [](Reach one) { return name_of(one); });
  return found == reaches.end() ? std::nullopt : std::optional(*found);
}

Strength strength_of(std::span<const Seen> seen) {
  return ratio_of(seen, std::vector(seen.size(), 1.0));
}

Strength ratio_of(std::span<const Seen> over, std::span<const double> under) {
  LEVEE_EXPECT(over.size() == under.size());
  if (over.empty()) return {};
  std::map<std::size_t, Part> by_cluster;
  std::vector<Part> events, clusters;
  Part all;
  for (std::size_t i = 0; i < over.size(); ++i) {
    LEVEE_EXPECT(std::isfinite(over[i].value) && under[i] >= 0);
    Part& part = by_cluster[over[i].cluster];
    part.over += over[i].value, part.under += under[i];
    all.over += over[i].value, all.under += under[i];
    events.push_back({over[i].value, under[i]});
  }
  LEVEE_EXPECT(std::isfinite(all.under) && all.under > 0);
  for (const auto& [cluster, part] : by_cluster) clusters.push_back(part);
  Strength made{.mean = all.over / all.under, .events = over.size(), .clusters = clusters.size()};
  // Clusters may agree by chance where the events inside them do not.
  made.error = jackknife_error(clusters, all);
  if (made.error) made.error = std::max(*made.error, jackknife_error(events, all).value_or(0));
  double squares = 0;
  for (const Part& one : events) {
    const double left = one.over - made.mean * one.under;
    squares += left * left;
  }
  const auto count = static_cast<double>(events.size());
  if (events.size() > 1) made.deviation = std::sqrt(squares / (count - 1)) * count / all.under;
  return made;
}

const AssetReaction* ReachReaction::asset(std::string_view name) const {
  const auto found = std::ranges::find(assets, name, &AssetReaction::asset);
  return found == assets.end() ? nullptr : &*found;
}

}  // namespace levee::hazard
