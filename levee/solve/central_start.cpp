#include "levee/solve/central_start.h"

#include "levee/base/check.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

namespace levee::solve {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using Vector = std::vector<double>;

class Starting {
 public:
  explicit Starting(const BandProgram& program) : p_(program), at_(program) {}

  CentralPoint cold() {
    const double whole = std::accumulate(p_.cap.begin(), p_.cap.end(), 0.0);
    for (std::size_t s = 0; s < p_.scenarios; ++s) at_.q[s] = p_.cap[s] * (p_.mass / whole);
    for (std::size_t s = 0; s < p_.scenarios; ++s) at_.v[s] = p_.cap[s] - at_.q[s];
    const Vector reduced = reduced_costs();
    const double mu = 0.05 * std::max(p_.mass, 0.01);
    for (std::size_t j = 0; j < p_.columns; ++j) {
      at_.x[j] = centre(reduced[j], mu * at_.weight_bound);
    }
    const double share = share_within_rows();
    for (double& x : at_.x) x *= share;
    balance_bounds(reduced, mu * at_.weight_bound);
    const Vector loss = losses();
    if (p_.scenarios > 0) at_.zeta = quantile(loss, whole);
    const double lift = std::max(1e-3, 0.1 * spread_of(loss, whole));
    for (std::size_t s = 0; s < loss.size(); ++s) {
      const double excess = loss[s] - at_.zeta;
      at_.z[s] = std::max(excess, 0.0) + lift;
      at_.t[s] = at_.z[s] - excess;
    }
    start_rows(mu * at_.weight_row);
    return std::move(at_);
  }

 private:
  // The minimiser of d x - mu (ln x + ln(1 - x)).
  static double centre(double d, double mu) {
    const double size = std::abs(d), b = 2 * mu + size;
    const double near = 2 * mu / (b + std::sqrt(std::max(0.0, b * b - 4 * size * mu)));
    return std::clamp(d >= 0 ? near : 1 - near, 1e-6, 1 - 1e-6);
  }

  void balance_bounds(const Vector& reduced, double mu) {
    for (std::size_t j = 0; j < p_.columns; ++j) {
      const double d = reduced[j];
      at_.high[j] = d >= 0 ? mu / (1 - at_.x[j]) : mu / at_.x[j] - d;
      at_.low[j] = d + at_.high[j];
    }
  }

  Vector reduced_costs() const {
    Vector worth(p_.instruments, 0.0), reduced = p_.cost;
    for (std::size_t s = 0; s < p_.scenarios; ++s) {
      const double* row = &p_.payoff[s * p_.instruments];
      for (std::size_t i = 0; i < worth.size(); ++i) worth[i] += at_.q[s] * row[i];
    }
    for (std::size_t j = 0; j < p_.columns; ++j) {
      if (p_.scenarios > 0) reduced[j] -= p_.share[j].factor * worth[p_.share[j].instrument];
    }
    return reduced;
  }

  Vector losses() const {
    Vector held(p_.instruments, 0.0), loss = p_.target;
    for (std::size_t j = 0; j < p_.columns && p_.scenarios > 0; ++j) {
      held[p_.share[j].instrument] += p_.share[j].factor * at_.x[j];
    }
    for (std::size_t s = 0; s < loss.size(); ++s) {
      const double* row = &p_.payoff[s * p_.instruments];
      for (std::size_t i = 0; i < held.size(); ++i) loss[s] -= held[i] * row[i];
    }
    return loss;
  }

  // Mean distance of losses from the threshold of x = 0.
  double spread_of(const Vector& loss, double whole) const {
    if (loss.empty()) return 0;
    const double zeta = quantile(loss, whole);
    double sum = 0;
    for (const double one : loss) sum += std::abs(one - zeta);
    return sum / static_cast<double>(loss.size());
  }

  double quantile(Vector loss, double whole) const {
    const auto rank =
        std::min(loss.size() - 1,
                 static_cast<std::size_t>(static_cast<double>(loss.size()) * p_.mass / whole));
    std::nth_element(loss.begin(), loss.begin() + static_cast<std::ptrdiff_t>(rank), loss.end(),
                     std::greater<>());
    return loss[rank];
  }

  Vector row_values() const {
    Vector value(p_.rows, 0.0);
    for (std::size_t r = 0; r < p_.rows; ++r) {
      for (std::size_t j = 0; j < p_.columns; ++j) {
        value[r] += p_.row[r * p_.columns + j] * at_.x[j];
      }
    }
    return value;
  }

  double share_within_rows() const {
    double share = 1;
    const Vector value = row_values();
    for (std::size_t r = 0; r < p_.rows; ++r) {
      const double upper = p_.upper[r], lower = p_.lower[r];
      if (lower == upper) continue;
      if (upper > 0 && value[r] > 0.7 * upper) share = std::min(share, 0.7 * upper / value[r]);
      if (lower < 0 && value[r] < 0.7 * lower) share = std::min(share, 0.7 * lower / value[r]);
    }
    return std::max(share, 1e-4);
  }

  static double slack_for(double room, double bound) {
    return std::max(room, 0.1 * std::max(1e-2, std::abs(bound)));
  }

  void start_rows(double mu) {
    const Vector value = row_values();
    for (std::size_t r = 0; r < p_.rows; ++r) {
      const double upper = p_.upper[r], lower = p_.lower[r];
      if (lower == upper) continue;
      if (upper < infinity) {
        at_.over[r] = slack_for(upper - value[r], upper);
        at_.up[r] = mu / at_.over[r];
      }
      if (lower > -infinity) {
        at_.under[r] = slack_for(value[r] - lower, lower);
        at_.down[r] = mu / at_.under[r];
      }
    }
  }

  const BandProgram& p_;
  CentralPoint at_;
};

}  // namespace

CentralPoint::CentralPoint(const BandProgram& program)
    : x(program.columns),
      low(program.columns),
      high(program.columns),
      z(program.scenarios),
      t(program.scenarios),
      q(program.scenarios),
      v(program.scenarios),
      over(program.rows, 1.0),
      under(program.rows, 1.0),
      up(program.rows),
      down(program.rows),
      free_price(program.rows),
      weight_scenario(program.scenarios > 0 ? 1.0 / static_cast<double>(program.scenarios) : 0),
      weight_bound(0.5 / static_cast<double>(program.columns)),
      weight_row(program.rows > 0 ? 0.5 / static_cast<double>(program.rows) : 0),
      weight_total(program.scenarios > 0 ? 3 : 1) {
  for (std::size_t r = 0; r < program.rows; ++r) {
    if (program.lower[r] == program.upper[r]) continue;
    if (program.upper[r] < infinity) weight_total += weight_row;
    if (program.lower[r] > -infinity) weight_total += weight_row;
  }
}

CentralPoint central_start(const BandProgram& program) {
  const double whole = std::accumulate(program.cap.begin(), program.cap.end(), 0.0);
  LEVEE_EXPECT(program.scenarios == 0 || (program.mass > 0 && program.mass < whole));
  return Starting(program).cold();
}

}  // namespace levee::solve
