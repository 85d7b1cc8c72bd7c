#include "levee/solve/band.h"

#include "levee/base/check.h"

#include <algorithm>
#include <numeric>

namespace levee::solve {
namespace {

// The first `count` of `order`, by loss, ties by number.
void put_worst_first(Indices& order, std::size_t count, std::span<const double> loss) {
  const auto worse = [&](std::size_t a, std::size_t b) {
    return loss[a] != loss[b] ? loss[a] > loss[b] : a < b;
  };
  if (count >= order.size()) return;
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                   worse);
}

}  // namespace

Band::Band(std::size_t count, std::size_t tail_count)
    : tail_count_(tail_count), place_(count, Place::slack), pinned_(count, 0) {
  LEVEE_EXPECT(count >= tail_count && tail_count > 0);
}

Indices Band::in(Place place) const {
  Indices found;
  for (std::size_t k = 0; k < place_.size(); ++k) {
    if (place_[k] == place) found.push_back(k);
  }
  return found;
}

void Band::take_all() { std::fill(place_.begin(), place_.end(), Place::band); }

void Band::take_ranks(std::span<const double> loss, std::size_t above, std::size_t below) {
  Indices order(loss.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::size_t sure = tail_count_ > above ? tail_count_ - above : 0;
  const std::size_t end = std::min(order.size(), tail_count_ + below);
  put_worst_first(order, end, loss);
  order.resize(end);
  put_worst_first(order, sure, loss);
  std::fill(place_.begin(), place_.end(), Place::slack);
  for (std::size_t i = 0; i < end; ++i) place_[order[i]] = i < sure ? Place::tail : Place::band;
}

std::size_t Band::take_tail(std::span<const double> loss, double threshold) {
  std::size_t taken = 0;
  for (std::size_t k = 0; k < place_.size(); ++k) {
    if (place_[k] != Place::slack || loss[k] <= threshold) continue;
    place_[k] = Place::band;
    ++taken;
  }
  return taken;
}

std::vector<Band::Guest> Band::guests(std::span<const double> loss, std::size_t near,
                                      std::size_t far) const {
  Indices slack = in(Place::slack);
  const std::size_t edge = std::min(slack.size(), 9 * (place_.size() - slack.size()));
  put_worst_first(slack, edge, loss);
  std::vector<Guest> found;
  const auto invite = [&](std::size_t begin, std::size_t end, std::size_t count) {
    std::sort(slack.begin() + static_cast<std::ptrdiff_t>(begin),
              slack.begin() + static_cast<std::ptrdiff_t>(end));
    const std::size_t all = end - begin;
    count = std::min(count, all);
    for (std::size_t i = 0; i < count; ++i) {
      found.push_back({slack[begin + (2 * i + 1) * all / (2 * count)],
                       static_cast<double>(all) / static_cast<double>(count)});
    }
  };
  invite(0, edge, near);
  invite(edge, slack.size(), far);
  return found;
}

std::size_t Band::reclassify(const Solution& solution) {
  const std::size_t wrong = join(solution);
  settle(solution);
  keep_edge(solution.loss);
  return wrong;
}

std::size_t Band::join(const Solution& s) {
  std::size_t wrong = 0;
  Indices above;
  for (std::size_t k = 0; k < place_.size(); ++k) {
    if (place_[k] == Place::slack && s.loss[k] > s.threshold - s.near) above.push_back(k);
    if (place_[k] == Place::tail && s.loss[k] < s.threshold + s.near) {
      place_[k] = Place::band;
      if (s.loss[k] >= s.threshold - s.edge) continue;
      pinned_[k] = 1;
      ++wrong;
    }
  }
  put_worst_first(above, s.most, s.loss);  // one bad round must not pull everything in
  above.resize(std::min(above.size(), s.most));
  for (const std::size_t k : above) {
    place_[k] = Place::band;
    if (s.loss[k] <= s.threshold + s.edge) continue;
    pinned_[k] = 1;
    ++wrong;
  }
  return wrong;
}

void Band::settle(const Solution& s) {
  for (std::size_t k = 0; k < place_.size(); ++k) {
    if (place_[k] != Place::band || pinned_[k]) continue;
    if (s.loss[k] > s.threshold + s.far && s.price[k] > 0.99 * s.cap) {
      place_[k] = Place::tail;
    } else if (s.loss[k] < s.threshold - s.far && s.price[k] < 0.01 * s.cap) {
      place_[k] = Place::slack;
    }
  }
}

// The band must hold the tail's edge: fewer sure-tail scenarios than the tail has, and enough
// band beside them to carry the rest of the mass.
void Band::keep_edge(std::span<const double> loss) {
  const std::size_t spare = std::min<std::size_t>(20, loss.size());
  const auto ranked = [&](Place place, bool worst_first) {
    Indices found = in(place);
    std::sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) {
      return loss[a] != loss[b] ? (loss[a] > loss[b]) == worst_first : a < b;
    });
    return found;
  };
  auto sure = static_cast<std::size_t>(std::count(place_.begin(), place_.end(), Place::tail));
  if (sure + std::min(spare, tail_count_) > tail_count_) {
    for (const std::size_t k : ranked(Place::tail, false)) {
      if (sure + std::min(spare, tail_count_) <= tail_count_) break;
      place_[k] = Place::band;
      --sure;
    }
  }
  auto held = place_.size() -
              static_cast<std::size_t>(std::count(place_.begin(), place_.end(), Place::slack));
  if (held >= tail_count_ + spare) return;
  for (const std::size_t k : ranked(Place::slack, true)) {
    if (held++ >= tail_count_ + spare) break;
    place_[k] = Place::band;
  }
}

}  // namespace levee::solve
