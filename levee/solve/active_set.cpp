#include "levee/solve/active_set.h"

#include "levee/base/check.h"
#include "levee/solve/corner.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace levee::solve {
namespace {

using Vector = std::vector<double>;
using Side = Corner::Side;
using Stand = Corner::Stand;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t none = Corner::none;
constexpr double at_rest = 1e-9;    // slower than this is rounding
constexpr double no_pivot = 1e-11;  // nothing to divide by
constexpr double dearest = 1e4;     // charge at which what is broken cannot be met
constexpr double together = 1e-11;  // walls closer than this stand at one place
constexpr double no_slope = 1e-10;  // of the objective, over a column's whole range

// What is let go of: a holder, or a column that was at rest; and the objective's slope along it.
struct Release {
  std::size_t holder = none, column = none;
  double sign = 1, slope = 0;
};

// Something met on the way: the slope rises by `jump`; infinite: no further.
struct Event {
  enum class What : signed char { scenario, row, column, itself };
  double at = infinity, jump = infinity;
  What what = What::itself;
  std::size_t index = 0;
  int bound = 0;  // of a row or column: +1 the upper one
};

// A bound that cannot be crossed, and how fast it comes near.
struct Wall {
  double room, size;
  Event::What what;
  std::size_t index;
  int bound;
};

// A quantity on its way between two bounds; `out` as Corner::out().
struct Way {
  double at, lower, upper, rate;
  int out;
};

class Exchange {
 public:
  explicit Exchange(const BandProgram& program)
      : p_(program), n_(program.columns), m_(program.scenarios), at_(program) {}

  std::optional<BandPoint> run(const BandStart& start) {
    for (const double y : start.row_price) charge_ = std::max(charge_, 10 * std::abs(y));
    if (!at_.begin(start)) return std::nullopt;
    const int most = 300 + 20 * static_cast<int>(at_.basic.size());
    for (int done = 0; done < most; ++done) {
      if (changes_ >= 50 && !settle()) return std::nullopt;
      price();
      const Release release = chosen();
      if (release.slope < 0) {
        if (!exchange(release)) return std::nullopt;
      } else if (changes_ > 0) {  // said once more from fresh figures
        if (!settle()) return std::nullopt;
      } else if (!at_.broken() || charge_ > dearest) {
        return result(done);
      } else {
        charge_ *= 30;
      }
    }
    return std::nullopt;
  }

 private:
  bool settle() {
    changes_ = 0;
    return at_.settle();
  }

  // Objective slopes of columns apart from what holds the corner.
  Vector free_slopes() const {
    Vector slope(n_);
    for (std::size_t j = 0; j < n_; ++j) {
      slope[j] = p_.cost[j] - p_.share[j].factor * at_.tail_worth[p_.share[j].instrument];
    }
    for (std::size_t r = 0; r < p_.rows; ++r) {
      if (at_.stand[r] != Stand::above && at_.stand[r] != Stand::below) continue;
      const double sign = at_.stand[r] == Stand::above ? charge_ : -charge_;
      for (const auto& one : at_.rows.row(r)) slope[one.column] += sign * one.value;
    }
    return slope;
  }

  // The holders' multipliers, which make basic columns neither gain nor lose; then the slopes of
  // columns at rest along the corner.
  void price() {
    reduced_ = free_slopes();
    Vector basic;
    for (const std::size_t j : at_.basic) {
      basic.push_back(j == n_ ? p_.mass - at_.tail_worth[p_.instruments]
                              : reduced_[j] + at_.out(j) * charge_);
    }
    multiplier_.resize(basic.size());
    at_.inverse.left_times(basic, multiplier_);
    std::fill(at_.worth.begin(), at_.worth.end(), 0.0);
    for (std::size_t i = 0; i < multiplier_.size(); ++i) {
      const auto [scenario, k] = at_.holders[i];
      const double by = multiplier_[i];
      if (scenario) {
        const double* row = at_.payoff.row(k);
        for (std::size_t w = 0; w < at_.payoff.width; ++w) at_.worth[w] += by * row[w];
      } else {
        for (const auto& one : at_.rows.row(k)) reduced_[one.column] -= by * one.value;
      }
    }
    for (std::size_t j = 0; j < n_; ++j) {
      reduced_[j] -= p_.share[j].factor * at_.worth[p_.share[j].instrument];
    }
  }

  // The steepest way down; slope 0: there is none.
  Release chosen() const {
    Release best;
    double most = 0;
    for (std::size_t j = 0; j < n_; ++j) {
      const double d = reduced_[j];
      if (at_.place[j] != none || std::abs(d) <= std::max(most, no_slope)) continue;
      if (d < 0 ? at_.x[j] >= 1 : at_.x[j] <= 0) continue;
      most = std::abs(d);
      best = {none, j, d < 0 ? 1.0 : -1.0, -most};
    }
    for (std::size_t i = 0; i < multiplier_.size(); ++i) {
      const auto [sign, wrong] = wrong_by(i);
      if (wrong <= 0) continue;
      double squares = 0;  // of the way, over all basic columns
      for (std::size_t c = 0; c < multiplier_.size(); ++c) {
        squares += at_.inverse.row(c)[i] * at_.inverse.row(c)[i];
      }
      if (wrong / std::sqrt(squares) <= most) continue;
      most = wrong / std::sqrt(squares);
      best = {i, none, sign, -wrong};
    }
    return best;
  }

  // The way a holder is let go, and how far its multiplier is from where it may be.
  std::pair<double, double> wrong_by(std::size_t i) const {
    const auto [scenario, k] = at_.holders[i];
    const double by = multiplier_[i];
    if (scenario) {
      const double cap = p_.cap[k], small = 1e-8 * cap;
      if (by < -small) return {1, -by};
      if (by > cap + small) return {-1, by - cap};
    } else if (p_.lower[k] != p_.upper[k]) {
      if (at_.stand[k] == Stand::at_upper && by > no_slope) return {-1, by};
      if (at_.stand[k] == Stand::at_lower && by < -no_slope) return {1, -by};
    }
    return {0, 0};
  }

  bool exchange(const Release& release) {
    const Vector answer = take_direction(release);
    if (release.holder != none) {
      const auto [scenario, k] = at_.holders[release.holder];
      if (scenario) {
        at_.set_side(k, release.sign > 0 ? Side::slack : Side::tail);
      } else {
        at_.stand[k] = Stand::within;
      }
    }
    const Event stop = search(release);
    if (stop.at == infinity) return false;
    move(release, stop.at);
    ++changes_;
    if (stop.what == Event::What::itself) {
      at_.x[stop.index] = stop.bound > 0 ? 1 : 0;
      return true;
    }
    return stop.what == Event::What::column ? rests(release, stop, answer)
                                            : holds(release, stop, answer);
  }

  // Rates of everything; returns the answer to the column that comes in, if one does.
  Vector take_direction(const Release& release) {
    Vector answer;
    toward_.assign(at_.basic.size(), 0.0);
    Vector whole(n_, 0.0);
    if (release.holder != none) {
      at_.inverse.column(release.holder, toward_);
      for (double& one : toward_) one *= release.sign;
    } else {
      answer = at_.answer_to(release.column);
      for (std::size_t c = 0; c < toward_.size(); ++c) toward_[c] = -release.sign * answer[c];
      whole[release.column] = release.sign;
    }
    double threshold = 0;
    for (std::size_t c = 0; c < toward_.size(); ++c) {
      (at_.basic[c] == n_ ? threshold : whole[at_.basic[c]]) = toward_[c];
    }
    at_.pay(whole, threshold);
    row_rate_ = at_.rows.times(whole);
    return answer;
  }

  // Where the objective stops falling; what is walked past changes sides.
  Event search(const Release& release) {
    Event stop;
    events_.clear(), walls_.clear();
    meet_columns(release, stop);
    meet_rows();
    meet_walls(stop);
    meet_scenarios(stop);
    const auto later = [](const Event& a, const Event& b) {
      if (a.at != b.at) return a.at > b.at;
      return a.what != b.what ? a.what > b.what : a.index > b.index;
    };
    std::make_heap(events_.begin(), events_.end(), later);
    double slope = release.slope;
    while (!events_.empty() && events_.front().at < stop.at) {
      std::pop_heap(events_.begin(), events_.end(), later);
      const Event event = events_.back();
      events_.pop_back();
      slope += event.jump;
      if (slope >= 0) return event;
      if (event.what == Event::What::row) at_.stand[event.index] = Stand::within;
      if (event.what != Event::What::scenario) continue;
      const bool slack = at_.side[event.index] == Side::slack;
      at_.set_side(event.index, slack ? Side::tail : Side::slack);
    }
    return stop;
  }

  void meet_columns(const Release& release, Event& stop) {
    if (release.column != none) {
      const double x = at_.x[release.column];
      stop = {release.sign > 0 ? 1 - x : x, infinity, Event::What::itself, release.column,
              release.sign > 0 ? 1 : -1};
    }
    for (std::size_t c = 0; c < toward_.size(); ++c) {
      const std::size_t j = at_.basic[c];
      if (j != n_) meet({at_.x[j], 0, 1, toward_[c], at_.out(j)}, Event::What::column, c);
    }
  }

  void meet_rows() {
    for (std::size_t r = 0; r < p_.rows; ++r) {
      if (at_.held(r)) continue;
      const int out = at_.stand[r] == Stand::above ? 1 : at_.stand[r] == Stand::below ? -1 : 0;
      meet({at_.value[r], p_.lower[r], p_.upper[r], row_rate_[r], out}, Event::What::row, r);
    }
  }

  // What is inside never leaves, what is outside is charged for until it comes in.
  void meet(const Way& way, Event::What what, std::size_t index) {
    const double size = std::abs(way.rate);
    const bool up = way.rate > 0;
    if (size < at_rest || (way.out != 0 && (way.out > 0) == up)) return;
    if (way.out != 0) {
      const double room = std::abs((up ? way.lower : way.upper) - way.at);
      events_.push_back({room / size, charge_ * size, what, index, up ? -1 : 1});
    }
    const double room = up ? way.upper - way.at : way.at - way.lower;
    if (room < infinity) walls_.push_back({std::max(0.0, room), size, what, index, up ? 1 : -1});
  }

  // Of walls that stand together the one met most squarely: a small pivot spoils the inverse.
  void meet_walls(Event& stop) const {
    double reach = infinity;
    for (const Wall& wall : walls_) reach = std::min(reach, (wall.room + together) / wall.size);
    const Wall* square = nullptr;
    for (const Wall& wall : walls_) {
      if (wall.room / wall.size > reach || (square && wall.size <= square->size)) continue;
      square = &wall;
    }
    if (!square || square->room / square->size >= stop.at) return;
    stop = {square->room / square->size, infinity, square->what, square->index, square->bound};
  }

  void meet_scenarios(const Event& stop) {
    for (std::size_t s = 0; s < m_; ++s) {
      const double falls = at_.rate[s];  // of the excess
      const bool tail = at_.side[s] == Side::tail;
      if (at_.side[s] == Side::edge || std::abs(falls) < at_rest || tail != (falls > 0)) continue;
      const double size = std::abs(falls);
      const double at = std::max(0.0, tail ? at_.excess[s] : -at_.excess[s]) / size;
      if (at < stop.at) events_.push_back({at, p_.cap[s] * size, Event::What::scenario, s, 0});
    }
  }

  void move(const Release& release, double by) {
    for (std::size_t c = 0; c < toward_.size(); ++c) {
      (at_.basic[c] == n_ ? at_.threshold : at_.x[at_.basic[c]]) += by * toward_[c];
    }
    if (release.column != none) at_.x[release.column] += by * release.sign;
    for (std::size_t s = 0; s < m_; ++s) at_.excess[s] -= by * at_.rate[s];
    for (std::size_t r = 0; r < p_.rows; ++r) at_.value[r] += by * row_rate_[r];
  }

  // What was met holds the corner in the place of what was let go.
  bool holds(const Release& release, const Event& stop, const Vector& answer) {
    const Holder holder{stop.what == Event::What::scenario, stop.index};
    if (holder.scenario) {
      at_.set_side(holder.index, Side::edge);
    } else {
      at_.stand[holder.index] = stop.bound > 0 ? Stand::at_upper : Stand::at_lower;
    }
    const Vector row = at_.cells_of(holder);
    Vector row_a(row.size());
    at_.inverse.left_times(row, row_a);
    if (release.holder != none) {
      if (std::abs(row_a[release.holder]) < no_pivot) return false;
      at_.inverse.replace_row(release.holder, row_a);
      at_.holders[release.holder] = holder;
      return true;
    }
    double pivot = at_.cell(holder, release.column);
    for (std::size_t c = 0; c < row.size(); ++c) pivot -= row[c] * answer[c];
    if (std::abs(pivot) < no_pivot) return false;
    at_.hold(release.column, holder, answer, row_a, pivot);
    return true;
  }

  // A column has come to a bound.
  bool rests(const Release& release, const Event& stop, const Vector& answer) {
    const std::size_t c = stop.index, j = at_.basic[c];
    at_.x[j] = stop.bound > 0 ? 1 : 0;
    at_.place[j] = none;
    if (release.holder == none) {
      at_.inverse.replace_column(c, answer);
      at_.basic[c] = release.column;
      at_.place[release.column] = c;
      return true;
    }
    at_.inverse.remove(release.holder, c);
    at_.holders[release.holder] = at_.holders.back();
    at_.holders.pop_back();
    at_.basic[c] = at_.basic.back();
    at_.basic.pop_back();
    if (c < at_.basic.size()) at_.place[at_.basic[c]] = c;
    return true;
  }

  BandPoint result(int exchanges) const {
    BandPoint point;
    point.x = at_.x;
    for (double& x : point.x) x = std::clamp(x, 0.0, 1.0);
    point.price.assign(m_, 0.0);
    point.row_price.assign(p_.rows, 0.0);
    for (std::size_t s = 0; s < m_; ++s) {
      if (at_.side[s] == Side::tail) point.price[s] = p_.cap[s];
    }
    for (std::size_t r = 0; r < p_.rows; ++r) {
      if (at_.stand[r] == Stand::above) point.row_price[r] = charge_;
      if (at_.stand[r] == Stand::below) point.row_price[r] = -charge_;
    }
    for (std::size_t i = 0; i < multiplier_.size(); ++i) {
      const auto [scenario, k] = at_.holders[i];
      if (scenario) {
        point.price[k] = std::clamp(multiplier_[i], 0.0, p_.cap[k]);
      } else {
        point.row_price[k] = -multiplier_[i];
      }
    }
    point.threshold = at_.threshold;
    const Vector value = at_.rows.times(point.x);
    for (std::size_t r = 0; r < p_.rows; ++r) {
      point.row_residual =
          std::max({point.row_residual, value[r] - p_.upper[r], p_.lower[r] - value[r]});
    }
    point.iterations = exchanges;
    return point;
  }

  const BandProgram& p_;
  std::size_t n_, m_;
  Corner at_;
  double charge_ = 1;          // for a unit beyond a bound
  Vector toward_, row_rate_;   // of basic columns, of rows
  Vector multiplier_;          // of holders
  Vector reduced_;             // [columns]
  std::vector<Event> events_;  // on the way
  std::vector<Wall> walls_;
  int changes_ = 0;  // since settling
};

}  // namespace

std::optional<BandPoint> active_set(const BandProgram& program, const BandStart& start) {
  LEVEE_EXPECT(start.x.size() == program.columns && program.scenarios > 0);
  LEVEE_EXPECT(start.price.empty() || start.price.size() == program.scenarios);
  LEVEE_EXPECT(start.row_price.empty() || start.row_price.size() == program.rows);
  return Exchange(program).run(start);
}

}  // namespace levee::solve
