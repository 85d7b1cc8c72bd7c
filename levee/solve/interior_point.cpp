#include "levee/solve/interior_point.h"

#include "levee/base/check.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Dense>

namespace levee::solve {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int iterations_max = 150;

// A point of the primal-dual iteration; names as in interior_point.h, letters as in Mehrotra.
struct Point {
  Vector x, low, high;  // x, multipliers of x >= 0 and x <= 1
  Vector z, t, q, v;    // excess, slack, their multipliers v and q (q + v = cap)
  double zeta = 0;
  Vector over, under, up, down;  // row slacks to upper and lower, their multipliers
  Vector free_price;             // multipliers of equations
};

struct Step {
  Vector x, low, high, z, t, q;
  double zeta = 0;
  Vector over, under, up, down, price;
};

class Method {
 public:
  explicit Method(const BandProgram& program)
      : n_(static_cast<Eigen::Index>(program.columns)),
        m_(static_cast<Eigen::Index>(program.scenarios)),
        k_(static_cast<Eigen::Index>(program.rows)),
        cost_(Eigen::Map<const Vector>(program.cost.data(), n_)),
        P_(program.payoff.data(), m_, n_),
        target_(Eigen::Map<const Vector>(program.target.data(), m_)),
        cap_(Eigen::Map<const Vector>(program.cap.data(), m_)),
        mass_(program.mass),
        A_(program.row.data(), k_, n_),
        lower_(Eigen::Map<const Vector>(program.lower.data(), k_)),
        upper_(Eigen::Map<const Vector>(program.upper.data(), k_)),
        tailed_(m_ > 0 ? 1 : 0),
        weight_scenario_(m_ > 0 ? 1.0 / static_cast<double>(m_) : 0),
        weight_bound_(0.5 / static_cast<double>(n_)),
        weight_row_(k_ > 0 ? 0.5 / static_cast<double>(k_) : 0) {
    LEVEE_EXPECT(program.payoff.size() == program.columns * program.scenarios);
    LEVEE_EXPECT(program.row.size() == program.columns * program.rows);
    LEVEE_EXPECT(m_ == 0 || (mass_ > 0 && mass_ < cap_.sum()));
    for (Eigen::Index r = 0; r < k_; ++r) {
      if (equation(r)) equations_.push_back(r);
    }
  }

  BandPoint run(double tolerance) {
    start();
    int iteration = 0;
    Point best_point = at_;
    double best = infinity;
    for (; iteration < iterations_max; ++iteration) {
      measure();
      const double merit = gap_ + 10 * residual_;
      if (!std::isfinite(merit)) break;
      if (merit < best) {
        best = merit;
        best_point = at_;
      }
      if (gap_ < tolerance && residual_ < std::min(1e-8, tolerance)) break;
      if (iteration > 15 && merit > 1e3 * best) break;  // rounding has taken over: keep the best
      if (!factorise()) break;
      advance();
    }
    at_ = best_point;
    measure();
    return result(iteration);
  }

 private:
  bool equation(Eigen::Index r) const { return lower_[r] == upper_[r]; }

  // Starts each bounded variable near the central path of its own reduced cost, pulled towards 0
  // until no row that allows 0 is overdrawn; multipliers are dual feasible from the first step.
  void start() {
    at_.q = m_ > 0 ? Vector(cap_ * (mass_ / cap_.sum())) : Vector(0);
    at_.v = cap_ - at_.q;
    const Vector reduced = cost_ - P_.transpose() * at_.q;
    const double mu = 0.05 * std::max(mass_, 0.01) * weight_bound_;
    at_.x.resize(n_);
    for (Eigen::Index j = 0; j < n_; ++j) {  // minimiser of d x - mu (ln x + ln(1 - x))
      const double d = std::abs(reduced[j]), b = 2 * mu + d;
      const double near = 2 * mu / (b + std::sqrt(b * b - 4 * d * mu));
      at_.x[j] = std::clamp(reduced[j] >= 0 ? near : 1 - near, 1e-6, 1 - 1e-6);
    }
    at_.x *= share_within_rows(A_ * at_.x);
    at_.low.resize(n_), at_.high.resize(n_);
    for (Eigen::Index j = 0; j < n_; ++j) {
      const double d = reduced[j];
      at_.high[j] = d >= 0 ? mu / (1 - at_.x[j]) : mu / at_.x[j] - d;
      at_.low[j] = d + at_.high[j];
    }
    const Vector loss = target_ - P_ * at_.x;
    if (m_ > 0) {
      Vector sorted = loss;
      const auto rank =
          std::min(m_ - 1, static_cast<Eigen::Index>(static_cast<double>(m_) * mass_ / cap_.sum()));
      std::nth_element(sorted.begin(), sorted.begin() + rank, sorted.end(), std::greater<>());
      at_.zeta = sorted[rank];
    }
    const Vector excess = loss.array() - at_.zeta;
    const double lift = std::max(1e-3, 0.1 * excess.cwiseAbs().sum() * weight_scenario_);
    at_.z = excess.cwiseMax(0.0).array() + lift;
    at_.t = at_.z - excess;
    start_rows();
  }

  double share_within_rows(const Vector& value) const {
    double share = 1;
    for (Eigen::Index r = 0; r < k_; ++r) {
      if (equation(r)) continue;
      if (upper_[r] > 0 && value[r] > 0.7 * upper_[r]) {
        share = std::min(share, 0.7 * upper_[r] / value[r]);
      }
      if (lower_[r] < 0 && value[r] < 0.7 * lower_[r]) {
        share = std::min(share, 0.7 * lower_[r] / value[r]);
      }
    }
    return std::max(share, 1e-4);
  }

  void start_rows() {
    const Vector value = A_ * at_.x;
    at_.over = at_.under = Vector::Ones(k_);
    at_.up = at_.down = at_.free_price = Vector::Zero(k_);
    const double mu = 0.05 * std::max(mass_, 0.01) * weight_row_;
    for (Eigen::Index r = 0; r < k_; ++r) {
      if (equation(r)) continue;
      if (upper_[r] < infinity) {
        at_.over[r] = std::max(upper_[r] - value[r], 0.1 * std::max(1e-2, std::abs(upper_[r])));
        at_.up[r] = mu / at_.over[r];
      }
      if (lower_[r] > -infinity) {
        at_.under[r] = std::max(value[r] - lower_[r], 0.1 * std::max(1e-2, std::abs(lower_[r])));
        at_.down[r] = mu / at_.under[r];
      }
    }
  }

  Vector row_price() const { return at_.up - at_.down + at_.free_price; }

  // Residuals of the optimality conditions, and the complementarity left.
  void measure() {
    dual_residual_ =
        -(cost_ - P_.transpose() * at_.q + A_.transpose() * row_price() - at_.low + at_.high);
    mass_residual_ = tailed_ ? mass_ - at_.q.sum() : 0;
    const Vector value = A_ * at_.x;
    over_residual_ = under_residual_ = equal_residual_ = Vector::Zero(k_);
    residual_ = std::max(dual_residual_.size() ? dual_residual_.cwiseAbs().maxCoeff() : 0,
                         std::abs(mass_residual_));
    for (Eigen::Index r = 0; r < k_; ++r) {
      if (equation(r)) {
        equal_residual_[r] = upper_[r] - value[r];
      } else {
        if (upper_[r] < infinity) over_residual_[r] = upper_[r] - value[r] - at_.over[r];
        if (lower_[r] > -infinity) under_residual_[r] = value[r] - lower_[r] - at_.under[r];
      }
      residual_ = std::max({residual_, std::abs(equal_residual_[r]), std::abs(over_residual_[r]),
                            std::abs(under_residual_[r])});
    }
    gap_ = complementarity(at_);
  }

  static double complementarity(const Point& p) {
    return p.q.dot(p.t) + p.v.dot(p.z) + p.low.dot(p.x) + p.high.dot((1 - p.x.array()).matrix()) +
           p.up.dot(p.over) + p.down.dot(p.under);
  }

  double weight_total() const {
    double total = tailed_ ? 3 : 1;
    for (Eigen::Index r = 0; r < k_; ++r) {
      if (equation(r)) continue;
      if (upper_[r] < infinity) total += weight_row_;
      if (lower_[r] > -infinity) total += weight_row_;
    }
    return total;
  }

  bool factorise() {
    D_ = (at_.t.array() / at_.q.array() + at_.z.array() / at_.v.array()).inverse();
    theta_ = at_.low.array() / at_.x.array() + at_.high.array() / (1 - at_.x.array());
    const Eigen::Index size = n_ + tailed_;
    H_ = Matrix::Zero(size, size);
    if (tailed_) {
      const double keep = 1e-15 * D_.maxCoeff();
      scaled_.resize(m_, n_ + 1);
      Eigen::Index used = 0;  // rows whose weight is lost in rounding are left out
      kept_.clear();
      for (Eigen::Index s = 0; s < m_; ++s) {
        if (D_[s] > keep) kept_.push_back(s);
      }
      used = static_cast<Eigen::Index>(kept_.size());
      scaled_.resize(used, n_ + 1);
      for (Eigen::Index j = 0; j < n_; ++j) {
        for (Eigen::Index i = 0; i < used; ++i) {
          const Eigen::Index s = kept_[static_cast<std::size_t>(i)];
          scaled_(i, j) = std::sqrt(D_[s]) * P_(s, j);
        }
      }
      for (Eigen::Index i = 0; i < used; ++i) {
        scaled_(i, n_) = std::sqrt(D_[kept_[static_cast<std::size_t>(i)]]);
      }
      H_.selfadjointView<Eigen::Lower>().rankUpdate(scaled_.transpose());
    }
    H_.diagonal().head(n_) += theta_;
    weigh_rows();
    // A whisper on the diagonal keeps the factor definite where a solution is not unique;
    // refinement against the true matrix takes it out of the answer again.
    Matrix lifted = H_;
    lifted.diagonal() *= 1 + 1e-12;
    factor_.compute(lifted.selfadjointView<Eigen::Lower>());
    return factor_.info() == Eigen::Success && factorise_equations();
  }

  // Inequalities enter H by the weight of their slack; equations by a penalty that is exact, since
  // its right-hand side enters too. Without it H is singular where only a row pins a direction.
  void weigh_rows() {
    if (k_ == 0) return;
    row_weight_.resize(k_);
    constexpr double penalty = 1;  // rows are scaled to the order of 1
    for (Eigen::Index r = 0; r < k_; ++r) {
      row_weight_[r] = equation(r) ? penalty : at_.up[r] / at_.over[r] + at_.down[r] / at_.under[r];
    }
    const Matrix scaled = row_weight_.cwiseSqrt().asDiagonal() * A_;
    H_.topLeftCorner(n_, n_).selfadjointView<Eigen::Lower>().rankUpdate(scaled.transpose());
  }

  bool factorise_equations() {
    const auto count = static_cast<Eigen::Index>(equations_.size());
    if (count == 0) return true;
    E_.resize(count, n_ + tailed_);
    E_.setZero();
    for (Eigen::Index i = 0; i < count; ++i) {
      E_.row(i).head(n_) = A_.row(equations_[static_cast<std::size_t>(i)]);
    }
    Matrix schur = E_ * factor_.solve(E_.transpose());
    const double size = std::max(schur.diagonal().maxCoeff(), 1e-12);
    for (Eigen::Index i = 0; i < count; ++i) {  // an equation over no column here must not matter
      schur(i, i) += schur(i, i) > 1e-12 * size ? 1e-14 * size : size;
    }
    schur_factor_.compute(schur);
    return schur_factor_.info() == Eigen::Success;
  }

  // H y = rhs, refined while that helps.
  Vector solve_H(const Vector& rhs) const {
    Vector y = factor_.solve(rhs);
    double before = infinity;
    for (int round = 0; round < 3; ++round) {
      const Vector left = rhs - H_.selfadjointView<Eigen::Lower>() * y;
      const double size = left.squaredNorm();
      if (!(size < 0.25 * before) || size == 0) break;
      before = size;
      y += factor_.solve(left);
    }
    return y;
  }

  // Newton direction towards complementarity `mu` times the group weights; `corrector` adds the
  // predictor's second-order terms.
  Step direction(double mu, const Step* predictor) const {
    Vector r1 = mu * weight_scenario_ - (at_.q.array() * at_.t.array());
    Vector r2 = mu * weight_scenario_ - (at_.v.array() * at_.z.array());
    Vector r3 = mu * weight_bound_ - at_.low.array() * at_.x.array();
    Vector r4 = mu * weight_bound_ - at_.high.array() * (1 - at_.x.array());
    Vector r5 = mu * weight_row_ - at_.up.array() * at_.over.array();
    Vector r6 = mu * weight_row_ - at_.down.array() * at_.under.array();
    if (predictor) {
      r1.array() -= predictor->q.array() * predictor->t.array();
      r2.array() += predictor->q.array() * predictor->z.array();
      r3.array() -= predictor->low.array() * predictor->x.array();
      r4.array() += predictor->high.array() * predictor->x.array();
      r5.array() -= predictor->up.array() * predictor->over.array();
      r6.array() -= predictor->down.array() * predictor->under.array();
    }
    for (Eigen::Index r = 0; r < k_; ++r) {  // a side that is not there pulls nothing
      if (equation(r) || upper_[r] == infinity) r5[r] = 0;
      if (equation(r) || lower_[r] == -infinity) r6[r] = 0;
    }
    const Vector e1 = D_.array() * (r1.array() / at_.q.array() - r2.array() / at_.v.array());
    Vector rhs(n_ + tailed_);
    rhs.head(n_) = dual_residual_ + P_.transpose() * e1 +
                   (r3.array() / at_.x.array() - r4.array() / (1 - at_.x.array())).matrix();
    if (tailed_) rhs[n_] = e1.sum() - mass_residual_;

    const Vector pull = row_pull(r5, r6);
    if (k_ > 0) rhs.head(n_) -= A_.transpose() * pull;

    Step step;
    Vector y = solve_H(rhs);
    step.price = Vector::Zero(k_);
    if (!equations_.empty()) {
      const Vector price = schur_factor_.solve(E_ * y - equation_residual());
      y = solve_H(rhs - E_.transpose() * price);
      for (std::size_t i = 0; i < equations_.size(); ++i) {
        const Eigen::Index r = equations_[i];
        step.price[r] = price[static_cast<Eigen::Index>(i)] +
                        row_weight_[r] * (A_.row(r).dot(y.head(n_)) - equal_residual_[r]);
      }
    }
    step.x = y.head(n_);
    step.zeta = tailed_ ? y[n_] : 0;
    const Vector moved = (P_ * step.x).array() + step.zeta;
    step.q = e1 - D_.cwiseProduct(moved);
    step.z = (r2.array() + at_.z.array() * step.q.array()) / at_.v.array();
    step.t = step.z + moved;
    step.low = (r3.array() - at_.low.array() * step.x.array()) / at_.x.array();
    step.high = (r4.array() + at_.high.array() * step.x.array()) / (1 - at_.x.array());
    finish_rows(step, r5, r6);
    return step;
  }

  // The part of the rows' multiplier step that does not depend on x.
  Vector row_pull(const Vector& r5, const Vector& r6) const {
    Vector pull(k_);
    for (Eigen::Index r = 0; r < k_; ++r) {
      pull[r] = equation(r) ? -row_weight_[r] * equal_residual_[r]
                            : (r5[r] - at_.up[r] * over_residual_[r]) / at_.over[r] -
                                  (r6[r] - at_.down[r] * under_residual_[r]) / at_.under[r];
    }
    return pull;
  }

  Vector equation_residual() const {
    Vector residual(static_cast<Eigen::Index>(equations_.size()));
    for (std::size_t i = 0; i < equations_.size(); ++i) {
      residual[static_cast<Eigen::Index>(i)] = equal_residual_[equations_[i]];
    }
    return residual;
  }

  void finish_rows(Step& step, const Vector& r5, const Vector& r6) const {
    const Vector moved = A_ * step.x;
    step.over = step.under = step.up = step.down = Vector::Zero(k_);
    for (Eigen::Index r = 0; r < k_; ++r) {
      if (equation(r)) continue;
      if (upper_[r] < infinity) {
        step.over[r] = over_residual_[r] - moved[r];
        step.up[r] = (r5[r] - at_.up[r] * step.over[r]) / at_.over[r];
      }
      if (lower_[r] > -infinity) {
        step.under[r] = under_residual_[r] + moved[r];
        step.down[r] = (r6[r] - at_.down[r] * step.under[r]) / at_.under[r];
      }
    }
  }

  static double reach(const Vector& value, const Vector& change, double sign = 1) {
    double longest = 1;
    for (Eigen::Index i = 0; i < value.size(); ++i) {
      const double d = sign * change[i];
      if (d < 0) longest = std::min(longest, -value[i] / d);
    }
    return longest;
  }

  // Longest primal and dual steps that keep everything positive.
  std::pair<double, double> reaches(const Step& s) const {
    const Vector left = 1 - at_.x.array();
    const double primal =
        std::min({reach(at_.z, s.z), reach(at_.t, s.t), reach(at_.x, s.x), reach(left, s.x, -1),
                  reach(at_.over, s.over), reach(at_.under, s.under)});
    const double dual =
        std::min({reach(at_.q, s.q), reach(at_.v, s.q, -1), reach(at_.low, s.low),
                  reach(at_.high, s.high), reach(at_.up, s.up), reach(at_.down, s.down)});
    return {primal, dual};
  }

  Point moved(const Step& s, double primal, double dual) const {
    Point p = at_;
    p.x += primal * s.x;
    p.z += primal * s.z;
    p.t += primal * s.t;
    p.zeta += primal * s.zeta;
    p.over += primal * s.over;
    p.under += primal * s.under;
    p.q += dual * s.q;
    p.v = (cap_ - p.q).cwiseMax(1e-18);
    p.low += dual * s.low;
    p.high += dual * s.high;
    p.up += dual * s.up;
    p.down += dual * s.down;
    for (Eigen::Index r = 0; r < k_; ++r) {
      if (equation(r)) p.free_price[r] += dual * s.price[r];
    }
    return p;
  }

  void advance() {
    const Step predictor = direction(0, nullptr);
    const auto [primal, dual] = reaches(predictor);
    const double after = complementarity(moved(predictor, primal, dual));
    double centring = std::pow(std::clamp(after / gap_, 1e-4, 1.0), 2.5);
    if (std::min(primal, dual) < 0.1) centring = std::max(centring, 0.3);
    const Step step = direction(centring * gap_ / weight_total(), &predictor);
    const auto [far_primal, far_dual] = reaches(step);
    const double caution = std::clamp(1 - 0.1 * centring, 0.99, 0.9995);
    at_ = moved(step, std::min(1.0, caution * far_primal), std::min(1.0, caution * far_dual));
  }

  BandPoint result(int iterations) const {
    BandPoint point;
    point.x.assign(at_.x.begin(), at_.x.end());
    point.price.assign(at_.q.begin(), at_.q.end());
    const Vector prices = row_price();
    point.row_price.assign(prices.begin(), prices.end());
    point.threshold = at_.zeta;
    point.complementarity = gap_;
    const Vector value = A_ * at_.x;
    for (Eigen::Index r = 0; r < k_; ++r) {
      point.row_residual =
          std::max({point.row_residual, value[r] - upper_[r], lower_[r] - value[r]});
    }
    point.iterations = iterations;
    return point;
  }

  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Index n_, m_, k_;
  Eigen::Map<const Vector> cost_;
  Eigen::Map<const Matrix> P_;
  Eigen::Map<const Vector> target_, cap_;
  double mass_;
  Eigen::Map<const RowMajor> A_;
  Eigen::Map<const Vector> lower_, upper_;
  Eigen::Index tailed_;
  double weight_scenario_, weight_bound_, weight_row_;

  Point at_;
  Vector dual_residual_, over_residual_, under_residual_, equal_residual_;
  double mass_residual_ = 0, residual_ = 0, gap_ = 0;
  Vector D_, theta_, row_weight_;
  std::vector<Eigen::Index> kept_, equations_;
  Matrix H_, scaled_, E_;
  Eigen::LLT<Matrix> factor_, schur_factor_;
};

}  // namespace

BandPoint interior_point(const BandProgram& program, double tolerance) {
  return Method(program).run(tolerance);
}

}  // namespace levee::solve
