#include "levee/solve/working_set.h"

#include "levee/num/estimate.h"
#include "levee/solve/interior_point.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Which scenarios need rows of their own, which are taken as tail, which as slack.
enum class Place : unsigned char { slack, band, tail };

// One working set and the loop that grows and shrinks it until the certificate holds.
class Search {
 public:
  Search(const TailProgram& program, Indices scenarios, double tolerance)
      : p_(program),
        scenarios_(std::move(scenarios)),
        tolerance_(tolerance * program.scale),
        whole_(scenarios_.size() == program.base_loss.size()),
        cap_(program.tail_weight / ((1 - program.level) * static_cast<double>(scenarios_.size()))) {
  }

  // Improves `out` from its x; returns when the gap is reached or rounds run out.
  void improve(Outcome& out, Indices& active, int rounds_max) {
    place_around(out.x);
    double inner = 1e-4;
    for (int round = 0; round < rounds_max; ++round) {
      ++out.rounds;
      const Priced priced = solve_band(active, inner, out);
      const std::vector<double> loss = losses_here(priced.x);
      if (whole_) {
        certify(priced, out);
        if (out.gap() <= tolerance_) {
          out.status = Status::optimal;
          return;
        }
      } else {
        out.x = priced.x;
      }
      const bool moved = reclassify(loss, priced);
      const bool grown = reprice(priced, active);
      if (!moved && !grown) {
        if (!whole_ || inner < 1e-11) return;
        inner *= 0.03;  // the working set is right: what is left is the inner tolerance
      } else if (whole_) {
        const double relative = out.gap() / p_.scale;
        inner = std::clamp(0.03 * relative, 0.1 * tolerance_ / p_.scale, 1e-4);
      }
    }
  }

 private:
  struct Priced {
    std::vector<double> x;          // [columns]
    std::vector<double> price;      // [scenarios of the level]
    std::vector<double> row_price;  // [rows]
    double threshold = 0;           // USD
    std::vector<double> reduced;    // [columns]
    double bound = 0;
  };

  std::vector<double> losses_here(std::span<const double> x) const {
    std::vector<double> all = losses_at(p_, x);
    if (whole_) return all;
    std::vector<double> loss(scenarios_.size());
    for (std::size_t k = 0; k < loss.size(); ++k) loss[k] = all[scenarios_[k]];
    return loss;
  }

  std::size_t tail_count() const {
    return static_cast<std::size_t>(
        std::ceil((1 - p_.level) * static_cast<double>(scenarios_.size())));
  }

  // The band at first: ranks around the tail's edge, by loss at the starting point.
  void place_around(std::span<const double> x) {
    const std::vector<double> loss = losses_here(x);
    const std::size_t tail = tail_count();
    Indices order(loss.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return loss[a] != loss[b] ? loss[a] > loss[b] : a < b;
    });
    const std::size_t end = std::min(order.size(), tail + tail / 2 + 200);
    const std::size_t begin = tail > 600 ? tail / 4 : 0;
    place_.assign(loss.size(), Place::slack);
    pinned_.assign(loss.size(), 0);
    pinned_column_.assign(p_.columns.size(), 0);
    for (std::size_t i = 0; i < begin; ++i) place_[order[i]] = Place::tail;
    for (std::size_t i = begin; i < end; ++i) place_[order[i]] = Place::band;
  }

  // Solves the programme over the band and the active columns, in units of scale and upper bounds.
  Priced solve_band(const Indices& active, double inner, Outcome& out) const {
    Indices band, tail;
    for (std::size_t k = 0; k < place_.size(); ++k) {
      if (place_[k] == Place::band) band.push_back(k);
      if (place_[k] == Place::tail) tail.push_back(k);
    }
    const BandProgram small = band_program(active, band, tail);
    const BandPoint point = interior_point(small, inner);
    out.iterations += point.iterations;
    out.band = band.size();

    Priced priced;
    priced.x.assign(p_.columns.size(), 0.0);
    for (std::size_t i = 0; i < active.size(); ++i) {
      priced.x[active[i]] = point.x[i] * p_.columns[active[i]].upper;
    }
    priced.threshold = point.threshold * p_.scale;
    priced.price.assign(scenarios_.size(), 0.0);
    for (const std::size_t k : tail) priced.price[k] = cap_;
    const std::vector<double> balanced = balance(point.price, small.mass);
    for (std::size_t i = 0; i < band.size(); ++i) priced.price[band[i]] = balanced[i];
    priced.row_price = unscaled_rows(point.row_price);
    finish(priced);
    return priced;
  }

  // Multipliers must sum to the mass exactly for the bound to hold.
  std::vector<double> balance(std::vector<double> price, double mass) const {
    const double sum = num::sum_of(price);
    double room = 0;
    for (double& q : price) {
      q = std::clamp(q * (sum > 0 ? mass / sum : 0), 0.0, cap_);
      room += cap_ - q;
    }
    const double left = mass - num::sum_of(price);
    for (double& q : price) q += room > 0 ? left * (cap_ - q) / room : 0;
    return price;
  }

  std::vector<double> unscaled_rows(const std::vector<double>& scaled) const {
    std::vector<double> price(scaled.size());
    for (std::size_t r = 0; r < price.size(); ++r) {
      price[r] = scaled[r] * p_.scale / row_scale(r);
      const bool sided = p_.rows[r].lower != p_.rows[r].upper;
      if (sided && p_.rows[r].upper == infinity) price[r] = std::min(price[r], 0.0);
      if (sided && p_.rows[r].lower == -infinity) price[r] = std::max(price[r], 0.0);
    }
    return price;
  }

  void finish(Priced& priced) const {
    std::vector<double> whole_price = priced.price;
    if (!whole_) {
      whole_price.assign(p_.base_loss.size(), 0.0);
      for (std::size_t k = 0; k < scenarios_.size(); ++k) {
        whole_price[scenarios_[k]] = priced.price[k];
      }
    }
    const std::vector<double> worth = worth_of(p_, whole_price);
    priced.reduced = reduced_costs(p_, worth, priced.row_price);
    priced.bound = bound_of(p_, whole_price, priced.row_price, priced.reduced);
  }

  double row_scale(std::size_t r) const {
    double largest = 0;
    for (std::size_t j = 0; j < p_.columns.size(); ++j) {
      largest = std::max(largest, std::abs(p_.rows[r].coefficient[j]) * p_.columns[j].upper);
    }
    double size = largest;
    for (const double bound : {p_.rows[r].lower, p_.rows[r].upper}) {
      if (!std::isfinite(bound) || bound == 0) continue;
      size = std::min(size, std::max(std::abs(bound), 1e-3 * largest));
    }
    return size > 0 ? size : 1;
  }

  BandProgram band_program(const Indices& active, const Indices& band, const Indices& tail) const {
    BandProgram small;
    small.columns = small.instruments = active.size(), small.scenarios = band.size(),
    small.rows = p_.rows.size();
    small.mass = p_.tail_weight - cap_ * static_cast<double>(tail.size());
    small.cap.assign(band.size(), cap_);
    for (const std::size_t k : band) {
      small.target.push_back(p_.base_loss[scenarios_[k]] / p_.scale);
    }
    small.payoff.resize(active.size() * band.size());
    for (std::size_t i = 0; i < active.size(); ++i) {
      const Column& column = p_.columns[active[i]];
      const auto value = p_.value->row(column.instrument);
      const double unit = column.sign * column.upper / p_.scale;
      small.share.push_back({i, 1});
      for (std::size_t k = 0; k < band.size(); ++k) {
        small.payoff[k * active.size() + i] = unit * value[scenarios_[band[k]]];
      }
      double folded = 0;
      for (const std::size_t k : tail) folded += value[scenarios_[k]];
      small.cost.push_back(column.cost * column.upper / p_.scale - cap_ * unit * folded);
    }
    for (std::size_t r = 0; r < p_.rows.size(); ++r) {
      const double size = row_scale(r);
      for (const std::size_t j : active) {
        small.row.push_back(p_.rows[r].coefficient[j] * p_.columns[j].upper / size);
      }
      small.lower.push_back(p_.rows[r].lower / size);
      small.upper.push_back(p_.rows[r].upper / size);
    }
    return small;
  }

  // Keeps the best feasible point and the best bound seen.
  void certify(const Priced& priced, Outcome& out) {
    if (priced.bound > out.bound) {
      out.bound = priced.bound;
      out.price = priced.price;
      out.row_price = priced.row_price;
    }
    // Dust is swept from quantities that should be zero, unless that leaves a row short by dust.
    std::vector<double> swept = priced.x;
    for (std::size_t j = 0; j < swept.size(); ++j) {
      if (swept[j] < 1e-7 * p_.columns[j].upper && priced.reduced[j] > 0) swept[j] = 0;
    }
    if (!keep_if_better(std::move(swept), out)) keep_if_better(priced.x, out);
  }

  // Whether the point meets every row; it is kept if it also beats the best so far.
  bool keep_if_better(std::vector<double> x, Outcome& out) const {
    if (violation_at(p_, x) > 1e-8) return false;
    double threshold = 0;
    const double objective = objective_at(p_, x, &threshold);
    if (objective < out.objective) {
      out.objective = objective;
      out.threshold = threshold;
      out.x = std::move(x);
    }
    return true;
  }

  // Scenarios on the wrong side of the threshold join the band; clear cases leave it.
  bool reclassify(std::span<const double> loss, const Priced& priced) {
    const double zeta = priced.threshold, edge = 1e-7 * p_.scale;
    bool moved = false;
    std::vector<std::pair<double, std::size_t>> above;
    for (std::size_t k = 0; k < loss.size(); ++k) {
      if (place_[k] == Place::slack && loss[k] > zeta + edge) above.emplace_back(-loss[k], k);
      if (place_[k] == Place::tail && loss[k] < zeta - edge) {
        place_[k] = Place::band;
        pinned_[k] = 1;
        moved = true;
      }
    }
    const std::size_t most = tail_count() + 400;  // one bad round must not pull everything in
    if (above.size() > most) {
      std::nth_element(above.begin(), above.begin() + static_cast<std::ptrdiff_t>(most),
                       above.end());
      above.resize(most);
    }
    for (const auto& [minus_loss, k] : above) {
      place_[k] = Place::band;
      pinned_[k] = 1;
    }
    settle_clear_cases(loss, priced);
    keep_edge_in_band(loss);
    return moved || !above.empty();
  }

  // The band must hold the tail's edge: fewer sure-tail scenarios than the tail has, and enough
  // band beside them to carry the rest of the mass.
  void keep_edge_in_band(std::span<const double> loss) {
    const std::size_t tail = tail_count(), spare = std::min<std::size_t>(20, loss.size());
    const auto worst_first = [&](Place place, bool descending) {
      Indices found;
      for (std::size_t k = 0; k < place_.size(); ++k) {
        if (place_[k] == place) found.push_back(k);
      }
      std::sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) {
        return loss[a] != loss[b] ? (loss[a] > loss[b]) == descending : a < b;
      });
      return found;
    };
    const Indices sure = worst_first(Place::tail, false);
    std::size_t count = sure.size();
    for (std::size_t i = 0; i < sure.size() && count + std::min(spare, tail) > tail; ++i, --count) {
      place_[sure[i]] = Place::band;
    }
    const auto held = static_cast<std::size_t>(
        std::count_if(place_.begin(), place_.end(), [](Place p) { return p != Place::slack; }));
    if (held >= tail + spare) return;
    const Indices slack = worst_first(Place::slack, true);
    for (std::size_t i = 0; i < slack.size() && i < tail + spare - held; ++i) {
      place_[slack[i]] = Place::band;
    }
  }

  void settle_clear_cases(std::span<const double> loss, const Priced& priced) {
    const double far = 0.01 * p_.scale;
    for (std::size_t k = 0; k < loss.size(); ++k) {
      if (place_[k] != Place::band || pinned_[k]) continue;
      if (loss[k] > priced.threshold + far && priced.price[k] > 0.99 * cap_) {
        place_[k] = Place::tail;
      } else if (loss[k] < priced.threshold - far && priced.price[k] < 0.01 * cap_) {
        place_[k] = Place::slack;
      }
    }
  }

  // Columns held or worth holding stay; returns whether any new one came in.
  bool reprice(const Priced& priced, Indices& active) {
    std::vector<char> in(p_.columns.size(), 0);
    for (const std::size_t j : active) in[j] = 1;
    std::vector<std::pair<double, std::size_t>> best;  // most objective to gain first
    for (std::size_t j = 0; j < in.size(); ++j) {
      if (!in[j] && priced.reduced[j] * p_.columns[j].upper < -1e-9 * p_.scale) {
        best.emplace_back(priced.reduced[j] * p_.columns[j].upper, j);
      }
    }
    std::sort(best.begin(), best.end());
    if (best.size() > 60) best.resize(60);
    Indices next;
    for (const std::size_t j : active) {
      const bool held = priced.x[j] > 1e-6 * p_.columns[j].upper;
      const bool close = priced.reduced[j] * p_.columns[j].upper < 1e-3 * p_.scale;
      if (held || close || pinned_column_[j]) next.push_back(j);
    }
    for (const auto& [gain, j] : best) {
      next.push_back(j);
      pinned_column_[j] = 1;
    }
    if (next.empty()) return false;
    std::sort(next.begin(), next.end());
    active = std::move(next);
    return !best.empty();
  }

  const TailProgram& p_;
  Indices scenarios_;
  double tolerance_;
  bool whole_;
  double cap_;
  std::vector<Place> place_;
  std::vector<char> pinned_, pinned_column_;  // came back once: stay, so that rounds end
};

}  // namespace

void improve(const TailProgram& program, Indices scenarios, double tolerance, int rounds_max,
             Outcome& out, Indices& active) {
  Search(program, std::move(scenarios), tolerance).improve(out, active, rounds_max);
}

}  // namespace levee::solve
