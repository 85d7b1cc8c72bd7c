#include "levee/solve/working_set.h"

#include "levee/num/estimate.h"
#include "levee/solve/active_set.h"
#include "levee/solve/band.h"
#include "levee/solve/interior_point.h"
#include "levee/solve/nested_rows.h"
#include "levee/solve/relaxation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Extremes stand in for what a sample misses, at this share of an ordinary scenario's weight.
constexpr double extreme_weight = 0.02;

// One working set and the loop that grows and shrinks it until the certificate holds.
class Rounds {
 public:
  Rounds(const WorkingSet& set, const Search& search)
      : set_(set),
        p_(set.program()),
        search_(search),
        tolerance_(search.tolerance * p_.scale),
        whole_(search.scenarios.size() == p_.base_loss.size()),
        cap_(p_.tail_weight / ((1 - search.level) * static_cast<double>(search.scenarios.size()))),
        band_(search.scenarios.size(), tail_count()),
        pinned_column_(p_.columns.size(), 0) {}

  void sketch(Outcome& out, Trail& trail) {
    ++out.rounds;
    Centre centre;
    if (trail.x.empty()) {
      band_.take_all();
    } else {
      centre = centre_at(trail.x);
      place(centre.loss, trail.active.size());
      const std::size_t band = band_.in(Band::Place::band).size();
      const std::size_t few = std::max(band / 3, 3 * trail.active.size());
      for (const auto [k, weight] : band_.guests(centre.loss, few, few)) {
        guests_.push_back({search_.scenarios[k], weight});
      }
    }
    for (const std::size_t s : search_.extremes) guests_.push_back({s, extreme_weight});
    const Priced priced = from_middle(search_.tolerance, trail, out);
    approach(centre, centre_at(priced.x));
    trail.x = centre.x;
    reprice(priced, trail);
    guests_.clear();
  }

  // Improves `out` from the trail; returns when the gap is reached or rounds run out.
  void run(Outcome& out, Trail& trail) {
    const bool corners = trail.settled && !trail.price.empty();
    Centre centre;
    if (trail.x.empty()) {
      band_.take_all();
    } else {
      centre = centre_at(trail.x);
      const std::size_t columns = trail.active.size(), tail = tail_count();
      // Exchanges walk as far as they gain: what is beyond the band has to be far.
      const std::size_t near =
          corners ? std::max(tail, 4 * columns) : std::max(tail / 2, 4 * columns);
      place(centre.loss, columns);
      if (trail.settled) band_.take_ranks(centre.loss, corners ? tail : near, near);
    }
    double inner = std::max(search_.tolerance * 0.2, std::min(0.03 * trail.gap, 3e-3));
    for (int round = 0; round < search_.rounds_max; ++round) {
      ++out.rounds;
      const std::optional<Priced> solved =
          corners ? from_corner(trail, out) : from_middle(inner, trail, out);
      if (!solved) return;
      const Priced& priced = *solved;
      const Centre found = centre_at(swept(priced));
      approach(centre, found);
      certify(priced, out);
      keep_if_better(centre, out);
      if (out.gap() <= tolerance_) {
        out.status = Status::optimal;
        return;
      }
      trail.gap = std::min(1.0, out.gap() / p_.scale);
      const std::size_t moved =
          reclassify(found.loss, priced, trail) +
          (found.x == centre.x ? 0 : band_.take_tail(centre.loss, centre.threshold));
      const bool grown = reprice(priced, trail);
      if (moved == 0 && !grown) {
        if (corners || inner <= 1e-12) return;
        inner = std::max(1e-12, std::min(0.03 * inner, 0.3 * search_.tolerance));
      } else {
        inner = std::clamp(0.02 * trail.gap, 0.2 * search_.tolerance, 3e-3);
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
    double bound = -infinity;
  };

  std::size_t tail_count() const {
    return static_cast<std::size_t>(
        std::ceil((1 - search_.level) * static_cast<double>(search_.scenarios.size())));
  }

  std::vector<double> losses_here(std::span<const double> x) const {
    return whole_ ? losses_at(p_, x) : losses_at(p_, x, search_.scenarios);
  }

  // A point, what it loses on every scenario of the level, and what it is worth there.
  struct Centre {
    std::vector<double> x, loss;
    double objective = infinity, threshold = 0;
    bool meets_rows = false;
  };

  Centre centre_at(const std::vector<double>& x) const {
    Centre centre{x, losses_here(x), 0, 0, within_rows(x)};
    weigh(centre);
    return centre;
  }

  void weigh(Centre& centre) const {
    centre.objective = linear_cost(p_, centre.x) +
                       tail_term(centre.loss, search_.level, p_.tail_weight, centre.threshold);
  }

  // A relaxation's best point may lie far out, where it heeds too few scenarios: only as much of
  // the way there is gone as pays on all of them.
  void approach(Centre& centre, const Centre& found) const {
    if (!centre.meets_rows || (found.meets_rows && found.objective <= centre.objective)) {
      centre = found;
      return;
    }
    if (!found.meets_rows) return;
    const Centre from = centre;
    for (const double share : {0.5, 0.2, 0.05}) {
      Centre between = from;
      for (std::size_t j = 0; j < from.x.size(); ++j) {
        between.x[j] += share * (found.x[j] - from.x[j]);
      }
      for (std::size_t k = 0; k < from.loss.size(); ++k) {
        between.loss[k] += share * (found.loss[k] - from.loss[k]);
      }
      weigh(between);
      if (between.objective < centre.objective) centre = between;
    }
  }

  // Ranks around the tail's edge are the band.
  void place(std::span<const double> loss, std::size_t columns) {
    const std::size_t tail = tail_count();
    band_.take_ranks(loss, tail, tail / 2 + 4 * std::min<std::size_t>(columns, 100));
  }

  // The programme over the band and the active columns, in units of scale and upper bounds.
  Priced from_middle(double inner, Trail& trail, Outcome& out) {
    const BandProgram small = band_program(trail.active);
    return told(small, interior_point(small, inner), trail, out);
  }

  // From corner to corner, where the trail's point is nearly right.
  std::optional<Priced> from_corner(Trail& trail, Outcome& out) {
    const BandProgram small = band_program(trail.active);
    const std::optional<BandPoint> point = active_set(small, corner_of(trail));
    return point ? std::optional(told(small, *point, trail, out)) : std::nullopt;
  }

  BandStart corner_of(const Trail& trail) const {
    BandStart start;
    for (const std::size_t j : trail.active) start.x.push_back(trail.x[j] / p_.columns[j].upper);
    for (const std::size_t k : edge_) start.price.push_back(trail.price[search_.scenarios[k]]);
    for (const std::size_t r : rows_) {
      start.row_price.push_back(trail.row_price[r] * set_.row_scale(r) / p_.scale);
    }
    return start;
  }

  Priced told(const BandProgram& small, const BandPoint& point, Trail& trail, Outcome& out) const {
    out.iterations += point.iterations;
    out.band = edge_.size();
    Priced priced;
    priced.x.assign(p_.columns.size(), 0.0);
    for (std::size_t i = 0; i < trail.active.size(); ++i) {
      priced.x[trail.active[i]] = point.x[i] * p_.columns[trail.active[i]].upper;
    }
    priced.threshold = point.threshold * p_.scale;
    priced.price.assign(search_.scenarios.size(), 0.0);
    for (const std::size_t k : tail_) priced.price[k] = cap_;
    const std::vector<double> balanced = balance(point.price, small);
    for (std::size_t i = 0; i < edge_.size(); ++i) priced.price[edge_[i]] = balanced[i];
    priced.row_price.assign(p_.rows.size(), 0.0);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      priced.row_price[rows_[i]] = signed_price(rows_[i], point.row_price[i]);
    }
    finish(priced, balanced);
    trail.x = priced.x;
    trail.row_price = priced.row_price;
    if (whole_) trail.price = priced.price;
    return priced;
  }

  // Multipliers must sum to the mass exactly for the bound to hold.
  static std::vector<double> balance(std::vector<double> price, const BandProgram& small) {
    const double sum = num::sum_of(price);
    double room = 0;
    for (std::size_t s = 0; s < price.size(); ++s) {
      price[s] = std::clamp(price[s] * (sum > 0 ? small.mass / sum : 0), 0.0, small.cap[s]);
      room += small.cap[s] - price[s];
    }
    const double left = small.mass - num::sum_of(price);
    for (std::size_t s = 0; s < price.size(); ++s) {
      price[s] += room > 0 ? left * (small.cap[s] - price[s]) / room : 0;
    }
    return price;
  }

  double signed_price(std::size_t r, double scaled) const {
    const double price = scaled * p_.scale / set_.row_scale(r);
    const bool sided = p_.rows[r].lower != p_.rows[r].upper;
    if (sided && p_.rows[r].upper == infinity) return std::min(price, 0.0);
    if (sided && p_.rows[r].lower == -infinity) return std::max(price, 0.0);
    return price;
  }

  // Reduced costs and bound; `balanced` also holds the guests' prices.
  void finish(Priced& priced, const std::vector<double>& balanced) const {
    Indices used;
    std::vector<double> price;
    for (std::size_t k = 0; k < priced.price.size(); ++k) {
      if (priced.price[k] == 0) continue;
      used.push_back(search_.scenarios[k]);
      price.push_back(priced.price[k]);
    }
    for (std::size_t i = edge_.size(); i < balanced.size(); ++i) {
      used.push_back(guests_[i - edge_.size()].scenario);
      price.push_back(balanced[i]);
    }
    const std::vector<double> worth = worth_of(p_, used, price);
    priced.reduced = reduced_costs(p_, worth, priced.row_price);
    set_.nested().price(priced.reduced, priced.row_price);
    if (guests_.empty()) {
      priced.bound = bound_of(p_, priced.price, priced.row_price, priced.reduced);
    }
  }

  // Rows that the active columns could break; the others hold whatever is chosen.
  void find_rows(const Indices& active) {
    rows_.clear();
    for (std::size_t r = 0; r < p_.rows.size(); ++r) {
      const Row& row = p_.rows[r];
      double least = 0, most = 0;
      for (const std::size_t j : active) {
        const double reach = row.coefficient[j] * p_.columns[j].upper;
        (reach > 0 ? most : least) += reach;
      }
      if (least < row.lower || most > row.upper || row.lower == row.upper) rows_.push_back(r);
    }
  }

  BandProgram band_program(const Indices& active) {
    find_rows(active);
    tail_ = band_.in(Band::Place::tail), edge_ = band_.in(Band::Place::band);
    BandProgram small;
    small.columns = active.size(), small.rows = rows_.size();
    small.mass = p_.tail_weight - cap_ * static_cast<double>(tail_.size());
    small.cap.assign(edge_.size(), cap_);
    Indices scenarios;
    for (const std::size_t k : edge_) scenarios.push_back(search_.scenarios[k]);
    for (const auto& [s, weight] : guests_) {
      scenarios.push_back(s);
      small.cap.push_back(weight * cap_);
    }
    small.scenarios = scenarios.size();
    for (const std::size_t s : scenarios) small.target.push_back(p_.base_loss[s] / p_.scale);

    Indices instruments;  // each once, however many columns trade it
    std::vector<std::size_t> slot(p_.value->rows(), p_.value->rows());
    for (const std::size_t j : active) {
      std::size_t& at = slot[p_.columns[j].instrument];
      if (at < p_.value->rows()) continue;
      at = instruments.size();
      instruments.push_back(p_.columns[j].instrument);
    }
    small.instruments = instruments.size();
    gather(instruments, scenarios, small.payoff);
    const std::vector<double> folded = folded_worth(instruments);
    for (const std::size_t j : active) {
      const Column& column = p_.columns[j];
      const std::size_t at = slot[column.instrument];
      small.share.push_back({at, column.sign * column.upper});
      small.cost.push_back(column.upper * (column.cost / p_.scale - column.sign * folded[at]));
    }
    for (const std::size_t r : rows_) {
      for (const std::size_t j : active) {
        small.row.push_back(p_.rows[r].coefficient[j] * p_.columns[j].upper / set_.row_scale(r));
      }
      small.lower.push_back(p_.rows[r].lower / set_.row_scale(r));
      small.upper.push_back(p_.rows[r].upper / set_.row_scale(r));
    }
    return small;
  }

  // Values of the instruments on the scenarios over the scale, a scenario contiguous.
  void gather(const Indices& instruments, const Indices& scenarios,
              std::vector<double>& payoff) const {
    const std::size_t width = instruments.size(), block = 32;
    payoff.resize(width * scenarios.size());
    const double over = 1 / p_.scale;
    for (std::size_t first = 0; first < scenarios.size(); first += block) {
      const std::size_t end = std::min(scenarios.size(), first + block);
      for (std::size_t i = 0; i < width; ++i) {
        const double* value = p_.value->row(instruments[i]).data();
        for (std::size_t k = first; k < end; ++k) {
          payoff[k * width + i] = over * value[scenarios[k]];
        }
      }
    }
  }

  std::vector<double> folded_worth(const Indices& instruments) const {
    std::vector<double> folded;
    for (const std::size_t i : instruments) {
      const double* value = p_.value->row(i).data();
      double sum = 0;
      for (const std::size_t k : tail_) sum += value[search_.scenarios[k]];
      folded.push_back(cap_ * sum / p_.scale);
    }
    return folded;
  }

  // Keeps the best bound seen.
  static void certify(const Priced& priced, Outcome& out) {
    if (priced.bound <= out.bound) return;
    out.bound = priced.bound;
    out.price = priced.price;
    out.row_price = priced.row_price;
  }

  // The point without the dust that the barrier leaves on what is not held, unless a row needs it.
  std::vector<double> swept(const Priced& priced) const {
    std::vector<double> x = priced.x;
    for (std::size_t j = 0; j < x.size(); ++j) {
      if (x[j] > 0 && !used(priced, j)) x[j] = 0;
    }
    return within_rows(x) ? x : priced.x;
  }

  bool within_rows(const std::vector<double>& x) const { return violation_at(p_, x) <= 2e-9; }

  static void keep_if_better(const Centre& centre, Outcome& out) {
    if (!(centre.objective < out.objective) || !centre.meets_rows) return;
    out.objective = centre.objective;
    out.threshold = centre.threshold;
    out.x = centre.x;
  }

  std::size_t reclassify(std::span<const double> loss, const Priced& priced, const Trail& trail) {
    double sum = 0;
    std::size_t count = 0;
    for (const double one : loss) {
      if (one <= priced.threshold) continue;
      sum += one - priced.threshold;
      ++count;
    }
    const double spread = count > 0 ? sum / static_cast<double>(count) : 0;
    Band::Solution solution;
    solution.loss = loss;
    solution.price = priced.price;
    solution.threshold = priced.threshold;
    solution.cap = cap_;
    solution.edge = 1e-7 * p_.scale;
    solution.near = std::min(0.02 * spread, 0.5 * trail.gap * p_.scale);
    solution.far = trail.gap > 0.5 ? infinity : 0.4 * spread;
    solution.most = tail_count() + 2 * trail.active.size();
    return band_.reclassify(solution);
  }

  // Near the central path a column that will be held is further from its bound than its reduced
  // cost is from 0, on the scales of the band programme.
  bool used(const Priced& priced, std::size_t j) const {
    const double upper = p_.columns[j].upper;
    return priced.x[j] / upper > 3 * priced.reduced[j] * upper / p_.scale;
  }

  // Columns held or worth holding stay, and those that come to nothing at these prices: they are
  // what a sale is covered with. Returns whether any new one came in that would gain.
  bool reprice(const Priced& priced, Trail& trail) {
    std::vector<char> in(p_.columns.size(), 0);
    for (const std::size_t j : trail.active) in[j] = 1;
    std::size_t held = 0;
    std::vector<std::pair<double, std::size_t>> ranked;  // most objective to gain first
    for (std::size_t j = 0; j < in.size(); ++j) {
      if (p_.columns[j].upper == 0) continue;
      held += used(priced, j) ? 1 : 0;
      ranked.emplace_back(priced.reduced[j] * p_.columns[j].upper, j);
    }
    std::sort(ranked.begin(), ranked.end());
    const std::size_t keep = std::max<std::size_t>(40, held);
    const double nothing = 1e-9 * p_.scale;
    // Among rows that tie sales to purchases many would come at once and stay for nothing: prices
    // change with the first of them.
    std::size_t room =
        set_.nested().chained() ? std::max<std::size_t>(20, held / 4) : ranked.size();
    bool grown = false;
    Indices next;
    for (std::size_t i = 0; i < ranked.size(); ++i) {
      const auto [gain, j] = ranked[i];
      if (in[j] != 0) {
        if (i < keep || gain < nothing || pinned_column_[j] != 0 || used(priced, j)) {
          next.push_back(j);
        }
      } else if (gain < nothing ? room > 0 : i < 40) {
        if (gain < nothing) --room;
        if (gain < -nothing) pinned_column_[j] = 1, grown = true;
        next.push_back(j);
      }
    }
    std::sort(next.begin(), next.end());
    trail.active = std::move(next);
    return grown;
  }

  const WorkingSet& set_;
  const TailProgram& p_;
  const Search& search_;
  double tolerance_;
  bool whole_;
  double cap_;
  Band band_;
  Indices tail_, edge_;              // places in the last programme: folded in, standing alone
  std::vector<Band::Guest> guests_;  // by number in the programme
  Indices rows_;                     // of the programme that are in the band programme
  std::vector<char> pinned_column_;
};

}  // namespace

WorkingSet::WorkingSet(const TailProgram& program) : p_(program), nested_(program) {
  for (const Row& row : p_.rows) row_scale_.push_back(scale_of(row, p_.columns));
}

void WorkingSet::choose_columns(Trail& trail) const {
  std::vector<double> reduced = reduced_costs(p_, worth_at(trail), trail.row_price);
  nested_.price(reduced, trail.row_price);
  Indices held;
  std::vector<std::pair<double, std::size_t>> rest;  // most objective to gain first
  for (std::size_t j = 0; j < reduced.size(); ++j) {
    const double upper = p_.columns[j].upper;
    if (trail.x[j] > 0) held.push_back(j);
    if (trail.x[j] <= 0 && upper > 0) rest.emplace_back(reduced[j] * upper, j);
  }
  std::sort(rest.begin(), rest.end());
  const std::size_t more = std::max<std::size_t>(60, 2 * held.size());
  // From the middle, where nothing ties sales to purchases, few columns run far out and their
  // multipliers with them: some of every kind hold them in place.
  const bool spread = trail.price.empty() && !nested_.chained();
  const std::size_t step = p_.columns.size() / 60 + 1;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const std::size_t j = rest[i].second;
    if (i < more || (spread && p_.columns[j].instrument % step == 0)) held.push_back(j);
  }
  std::sort(held.begin(), held.end());
  trail.active = std::move(held);
}

// Of each instrument under the trail's multipliers; where it has none the tail at its point stands
// for them.
std::vector<double> WorkingSet::worth_at(const Trail& trail) const {
  if (!trail.price.empty()) return worth_of(p_, trail.price);
  const std::vector<double> loss = losses_at(p_, trail.x);
  double threshold = 0;
  tail_term(p_, loss, threshold);
  std::vector<double> alike(loss.size());
  for (std::size_t s = 0; s < loss.size(); ++s) alike[s] = loss[s] >= threshold ? 1 : 0;
  const double each = p_.tail_weight / num::sum_of(alike);
  for (double& price : alike) price *= each;
  return worth_of(p_, alike);
}

void WorkingSet::sketch(const Search& search, Outcome& out, Trail& trail) const {
  Rounds(*this, search).sketch(out, trail);
}

void WorkingSet::improve(const Search& search, Outcome& out, Trail& trail) const {
  Rounds(*this, search).run(out, trail);
}

}  // namespace levee::solve
