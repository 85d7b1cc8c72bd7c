// levee/risk/reverse_stress.cpp — rays from the centre, and a fan that closes in on the nearest.
#include "levee/risk/reverse_stress.h"

#include "levee/num/normal.h"
#include "levee/scenario/draw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace levee::risk {
namespace {

// Points on rays: every angle of the fan times every radius.
struct Fan {
  double side = 1;  // of the first factor
  std::array<double, 2> middle{};
  double half_width = 0;
  int angles = 1;  // to either side of the middle, one axis
  double first = 0, step = 0;
  int radii = 1;
};

struct Hit {
  std::array<double, 2> angle{};
  double radius = 0, loss = 0;
};

std::vector<double> point_at(const Fan& fan, const std::array<double, 2>& angle, double radius,
                             std::size_t factors) {
  const double out = radius * std::cos(angle[1]);
  const std::array<double, 3> all{fan.side * out * std::cos(angle[0]), out * std::sin(angle[0]),
                                  radius * std::sin(angle[1])};
  return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(factors)};
}

std::vector<std::array<double, 2>> angles_of(const Fan& fan, std::size_t factors) {
  const int across = factors > 1 ? fan.angles : 0, along = factors > 2 ? fan.angles : 0;
  constexpr double quarter = std::numbers::pi / 2;
  const auto angle = [&](double middle, int i) {
    const double offset = fan.half_width * i / std::max(fan.angles, 1);
    return std::clamp(middle + offset, -quarter, quarter);
  };
  std::vector<std::array<double, 2>> list;
  for (int j = -along; j <= along; ++j) {
    for (int i = -across; i <= across; ++i) {
      list.push_back({angle(fan.middle[0], i), angle(fan.middle[1], j)});
    }
  }
  return list;
}

// Walks the rays of a fan outwards.
class Search {
 public:
  Search(const void* callee, detail::LossesAt losses, const ReverseAsk& ask)
      : callee_(callee), losses_(losses), ask_(ask) {}

  // The nearest point of the fan that costs enough; of several as near, the dearest.
  Result<std::optional<Hit>> walked(const Fan& fan, ReverseStress& found) const {
    const auto angles = angles_of(fan, ask_.factors);
    const auto radii = static_cast<std::size_t>(fan.radii);
    const auto radius = [&](std::size_t r) {
      return std::max(0.0, fan.first + fan.step * static_cast<double>(r));
    };
    num::Matrix<double> points(angles.size() * radii, ask_.factors);
    for (std::size_t i = 0; i < points.rows(); ++i) {
      const auto point = point_at(fan, angles[i / radii], radius(i % radii), ask_.factors);
      std::copy(point.begin(), point.end(), points.row(i).begin());
    }
    const auto losses = losses_(callee_, points);
    if (!losses) return losses.error();
    LEVEE_EXPECT(losses->size() == points.rows());
    std::optional<Hit> best;
    for (std::size_t i = 0; i < points.rows(); ++i) {
      const double loss = (*losses)[i];
      if (found.worst_at.empty() || loss > found.worst.value()) {
        const auto row = points.row(i);
        found.worst = Usd{loss};
        found.worst_at.assign(row.begin(), row.end());
      }
      if (!(loss >= ask_.loss.value())) continue;
      const Hit hit{angles[i / radii], radius(i % radii), loss};
      const bool nearer = !best || hit.radius < best->radius ||
                          (hit.radius == best->radius && hit.loss > best->loss);
      if (nearer) best = hit;
    }
    return best;
  }

  Result<std::optional<NearestMove>> to_side(double side, ReverseStress& found) const {
    const bool fine = ask_.factors < 3;
    constexpr int turns = 16;
    Fan fan{.side = side,
            .half_width = std::numbers::pi / 2,
            .angles = fine ? 90 : 18,
            .first = 0,
            .step = fine ? 0.05 : 0.1,
            .radii = 1 + static_cast<int>(std::lround(ask_.reach / (fine ? 0.05 : 0.1)))};
    auto hit = walked(fan, found);
    if (!hit) return hit.error();
    if (!*hit) return std::optional<NearestMove>{};
    Hit best = **hit;
    // Rays next to each other first hit at one radius: the nearest point is somewhere among them.
    const double ray = fan.half_width / fan.angles;
    fan.angles = fine ? 20 : 8;
    fan.half_width = ray * (fine ? 10 : 4);
    fan.radii = 11;
    for (int turn = 0; turn < turns; ++turn) {
      // The edge may bend inwards between two rays: two steps back. What an angle is off costs its
      // square, so radii close in more slowly than that.
      fan.middle = best.angle;
      fan.first = best.radius - 2 * fan.step;
      fan.step /= 5;
      hit = walked(fan, found);
      if (!hit) return hit.error();
      if (*hit && (*hit)->radius <= best.radius) best = **hit;
      fan.half_width /= 2;
    }
    return std::optional<NearestMove>{
        NearestMove{.deviations = point_at(fan, best.angle, best.radius, ask_.factors),
                    .distance = best.radius,
                    .loss = Usd{best.loss},
                    .beyond = Probability{num::normal_cdf(-best.radius)},
                    .as_far = as_far_as(best.radius, ask_.factors)}};
  }

 private:
  const void* callee_;
  detail::LossesAt losses_;
  const ReverseAsk& ask_;
};

double along(const std::vector<double>& loads, std::span<const double> deviations) {
  double sum = 0;
  for (std::size_t i = 0; i < loads.size(); ++i) sum += loads[i] * deviations[i];
  return sum;
}

}  // namespace

Shock MoveLaw::at(std::span<const double> deviations) const {
  LEVEE_EXPECT(deviations.size() == factors);
  Shock shock;
  for (const Asset& asset : assets) {
    const Move move{std::exp(along(asset.spot, deviations)),
                    std::exp(along(asset.vol, deviations))};
    if (&asset == &assets.front()) {
      shock.lead = move;
    } else {
      shock.others.push_back(move);
    }
  }
  return shock;
}

MoveLaw move_law(const scenario::Calibration& calibration) {
  const double root = std::sqrt(years(calibration.horizon).value());
  const auto& correlation = calibration.dependence.correlation;
  MoveLaw law{.factors = std::min<std::size_t>(1 + calibration.assets.size(), 3),
              .assets = {},
              .tenor_power = calibration.lead().moves.tenor_power};
  for (std::size_t i = 0; i < calibration.assets.size(); ++i) {
    const scenario::AssetLaw& from = calibration.assets[i];
    const double deviation = from.forecast.value() * root;
    MoveLaw::Asset asset{from.name, std::vector<double>(law.factors), {}};
    asset.spot[0] = deviation;
    if (i > 0) {
      const double with_lead = correlation.row(0)[i];
      asset.spot[0] = deviation * with_lead;
      // What the first other asset does beside the lead; further ones share of it what they must.
      const double first = correlation.row(0)[1], own = std::sqrt(1 - first * first);
      if (own > 0) asset.spot[2] = deviation * (correlation.row(1)[i] - first * with_lead) / own;
    }
    for (const double load : asset.spot) asset.vol.push_back(from.moves.beta * load);
    if (i == 0) {
      asset.vol[1] = scenario::horizon_noise(from.moves.daily_residual,
                                             from.moves.daily_persistence, calibration.horizon);
    }
    law.assets.push_back(std::move(asset));
  }
  return law;
}

Probability as_far_as(double distance, std::size_t factors) {
  LEVEE_EXPECT(distance >= 0 && 1 <= factors && factors <= 3);
  const double bell = std::exp(-distance * distance / 2), tails = 2 * num::normal_cdf(-distance);
  if (factors == 1) return Probability{tails};
  if (factors == 2) return Probability{bell};
  return Probability{std::min(1.0, tails + std::sqrt(2 / std::numbers::pi) * distance * bell)};
}

Result<ReverseStress> detail::nearest(const void* callee, LossesAt losses, const ReverseAsk& ask) {
  LEVEE_EXPECT(1 <= ask.factors && ask.factors <= 3 && ask.reach > 0 && ask.loss.value() > 0);
  const Search search(callee, losses, ask);
  ReverseStress found;
  auto down = search.to_side(-1, found);
  if (!down) return down.error();
  auto up = search.to_side(1, found);
  if (!up) return up.error();
  found.down = *std::move(down);
  found.up = *std::move(up);
  return found;
}

Result<ReverseStress> reverse_stressed(const BookInMarket& held, const MoveLaw& law,
                                       const ReverseAsk& ask, const parallel::Team& team) {
  LEVEE_EXPECT(law.factors == ask.factors && law.assets.size() == 1 + held.beside.size());
  const auto losses = [&](const num::Matrix<double>& points) -> Result<std::vector<double>> {
    std::vector<Shock> shocks;
    shocks.reserve(points.rows());
    for (std::size_t i = 0; i < points.rows(); ++i) shocks.push_back(law.at(points.row(i)));
    auto table = shocked(held, {.shocks = shocks, .tenor_power = law.tenor_power}, team);
    if (!table) return table.error();
    return std::move(table->total);
  };
  return nearest_moves(losses, ask);
}

}  // namespace levee::risk
