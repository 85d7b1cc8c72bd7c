#include "levee/solve/interior_point.h"

#include "levee/base/check.h"
#include "levee/solve/central_start.h"
#include "levee/solve/dense.h"
#include "levee/solve/sparse_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace levee::solve {
namespace {

using Vector = std::vector<double>;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int iterations_max = 150;

// A direction; letters as in Mehrotra. What belongs to scenarios is in ScenarioRun.
struct Step {
  Vector x, low, high;
  double zeta = 0;
  Vector over, under, up, down, price;
};

class Method {
 public:
  explicit Method(const BandProgram& program)
      : p_(program),
        n_(program.columns),
        m_(program.scenarios),
        k_(program.rows),
        tailed_(m_ > 0 ? 1 : 0),
        loops_(kernels_on()),
        payoff_(m_, program.instruments + 1),
        rows_(program.row, n_),
        at_(program) {
    LEVEE_EXPECT(p_.share.size() == n_ && p_.payoff.size() == m_ * p_.instruments);
    LEVEE_EXPECT(p_.row.size() == n_ * k_);
    for (std::size_t s = 0; s < m_; ++s) {
      std::copy_n(&p_.payoff[s * p_.instruments], p_.instruments, payoff_.row(s));
      payoff_.row(s)[p_.instruments] = 1;
    }
    take_rows();
    for (LinedReals* all : {&D_, &root_, &e1_, &rest_, &dq_, &dt_, &dz_, &moved_}) all->resize(m_);
    instruments_.resize(payoff_.width);
    size_ = n_ + tailed_;
    width_ = padded(size_);
    H_.resize(width_ * width_);
    factor_.resize(width_ * width_);
    gram_.resize(payoff_.width * payoff_.width);
    packed_.resize(gram_depth * std::max(width_, payoff_.width));
  }

  // Rows with many cells also as a block, for their part of H.
  void take_rows() {
    for (std::size_t r = 0; r < k_; ++r) {
      if (equation(r)) equations_.push_back(r);
      if (4 * row(r).size() > n_) full_rows_.push_back(r);
    }
    full_ = Block(full_rows_.size(), n_);
    for (std::size_t i = 0; i < full_rows_.size(); ++i) {
      for (const Cell& cell : row(full_rows_[i])) full_.row(i)[cell.column] = cell.value;
    }
  }

  BandPoint run(double tolerance) {
    at_ = central_start(p_);
    set_scenarios();
    int iteration = 0;
    CentralPoint best_point = at_;
    double best = infinity;
    for (; iteration < iterations_max; ++iteration) {
      measure();
      const double merit = gap_ + 10 * residual_;
      if (!std::isfinite(merit)) break;
      if (merit < best) {
        best = merit;
        best_point = at_;
      }
      if (gap_ < tolerance && residual_ < std::min(1e-8, tolerance) && missed_ < 1e-9) break;
      if (iteration > 15 && merit > 1e3 * best) break;  // rounding has taken over: keep the best
      if (!factorise()) break;
      advance();
    }
    at_ = std::move(best_point);
    set_scenarios();
    measure();
    return result(iteration);
  }

 private:
  using Cell = SparseRows::Cell;
  std::span<const Cell> row(std::size_t r) const { return rows_.row(r); }
  bool equation(std::size_t r) const { return p_.lower[r] == p_.upper[r]; }

  void set_scenarios() {
    s_.count = m_;
    s_.cap = p_.cap.data();
    s_.q = at_.q.data(), s_.t = at_.t.data(), s_.v = at_.v.data(), s_.z = at_.z.data();
    s_.weight = D_.data(), s_.root = root_.data(), s_.pull = e1_.data(), s_.rest = rest_.data();
    s_.dq = dq_.data(), s_.dt = dt_.data(), s_.dz = dz_.data();
    s_.moved = moved_.data();
  }

  // Payoff of a change of x and threshold, on every scenario.
  void pay(const Vector& x, double zeta) {
    std::fill(instruments_.begin(), instruments_.end(), 0.0);
    for (std::size_t j = 0; j < n_; ++j) {
      instruments_[p_.share[j].instrument] += p_.share[j].factor * x[j];
    }
    instruments_[p_.instruments] = zeta;
    loops_.times({payoff_.cells.data(), m_, payoff_.width, instruments_.data(), moved_.data()});
  }

  // Worth of each column under prices of scenarios; returns the prices' sum.
  double worth(const LinedReals& price, Vector& out) {
    loops_.combine({payoff_.cells.data(), m_, payoff_.width, price.data(), instruments_.data()});
    for (std::size_t j = 0; j < n_; ++j) {
      out[j] = p_.share[j].factor * instruments_[p_.share[j].instrument];
    }
    return instruments_[p_.instruments];
  }

  Vector row_price() const {
    Vector price(k_);
    for (std::size_t r = 0; r < k_; ++r) price[r] = at_.up[r] - at_.down[r] + at_.free_price[r];
    return price;
  }

  // Residuals of the optimality conditions, and the complementarity left.
  void measure() {
    dual_residual_.assign(n_, 0.0);
    mass_residual_ = 0;
    residual_ = 0;
    if (tailed_) {
      mass_residual_ = p_.mass - worth(at_.q, dual_residual_);
      residual_ = std::abs(mass_residual_);
    }
    const Vector rows = rows_.combined(row_price());
    for (std::size_t j = 0; j < n_; ++j) {
      dual_residual_[j] += at_.low[j] - at_.high[j] - p_.cost[j] - rows[j];
      residual_ = std::max(residual_, std::abs(dual_residual_[j]));
    }
    const Vector value = rows_.times(at_.x);
    missed_ = 0;
    over_residual_.assign(k_, 0.0), under_residual_ = equal_residual_ = over_residual_;
    for (std::size_t r = 0; r < k_; ++r) {
      const double upper = p_.upper[r], lower = p_.lower[r];
      if (equation(r)) {
        equal_residual_[r] = upper - value[r];
      } else {
        if (upper < infinity) over_residual_[r] = upper - value[r] - at_.over[r];
        if (lower > -infinity) under_residual_[r] = value[r] - lower - at_.under[r];
      }
      missed_ = std::max({missed_, std::abs(equal_residual_[r]), std::abs(over_residual_[r]),
                          std::abs(under_residual_[r])});
    }
    residual_ = std::max(residual_, missed_);
    s_.primal = s_.dual = 0;
    loops_.after(s_);
    gap_ = s_.sum + bound_products(0, 0, nullptr);
  }

  // Complementarity of bounds and rows after a step.
  double bound_products(double primal, double dual, const Step* s) const {
    double sum = 0;
    for (std::size_t j = 0; j < n_; ++j) {
      const double dx = s ? primal * s->x[j] : 0;
      const double low = at_.low[j] + (s ? dual * s->low[j] : 0);
      const double high = at_.high[j] + (s ? dual * s->high[j] : 0);
      sum += low * (at_.x[j] + dx) + high * (1 - at_.x[j] - dx);
    }
    for (std::size_t r = 0; r < k_; ++r) {
      const double up = at_.up[r] + (s ? dual * s->up[r] : 0);
      const double down = at_.down[r] + (s ? dual * s->down[r] : 0);
      sum += up * (at_.over[r] + (s ? primal * s->over[r] : 0)) +
             down * (at_.under[r] + (s ? primal * s->under[r] : 0));
    }
    return sum;
  }

  bool factorise() {
    std::fill(H_.begin(), H_.end(), 0.0);
    if (tailed_) add_scenarios();
    theta_.resize(n_);
    for (std::size_t j = 0; j < n_; ++j) {
      theta_[j] = at_.low[j] / at_.x[j] + at_.high[j] / (1 - at_.x[j]);
      H_[j * width_ + j] += theta_[j];
    }
    add_rows();
    // A whisper on the diagonal keeps the factor definite where a solution is not unique;
    // refinement against the true matrix takes it out of the answer again.
    factor_ = H_;
    for (std::size_t j = 0; j < size_; ++j) factor_[j * width_ + j] *= 1 + 1e-12;
    return loops_.factor({factor_.data(), size_, width_, packed_.data()}) && factorise_equations();
  }

  // P^T D P by instruments, then by columns.
  void add_scenarios() {
    loops_.weigh(s_);
    const double keep = 1e-15 * s_.sum;  // rows whose weight is lost in rounding are left out
    kept_.clear();
    for (std::size_t s = 0; s < m_; ++s) {
      if (D_[s] > keep) kept_.push_back(static_cast<std::uint32_t>(s));
    }
    std::fill(gram_.begin(), gram_.end(), 0.0);
    const std::size_t w = payoff_.width;
    loops_.gram({payoff_.cells.data(), kept_.data(), root_.data(), kept_.size(), w, packed_.data(),
                 gram_.data()});
    for (std::size_t j = 0; j < n_; ++j) {
      const auto [a, mine] = p_.share[j];
      double* column = &H_[j * width_];
      for (std::size_t i = j; i < n_; ++i) {
        const auto [b, factor] = p_.share[i];
        column[i] = mine * factor * gram_[std::min(a, b) * w + std::max(a, b)];
      }
      column[n_] = mine * gram_[a * w + p_.instruments];
    }
    H_[n_ * width_ + n_] = gram_[p_.instruments * w + p_.instruments];
  }

  // Inequalities enter H by the weight of their slack; equations by a penalty that is exact, since
  // its right-hand side enters too. Without it H is singular where only a row pins a direction.
  void add_rows() {
    row_weight_.resize(k_);
    constexpr double penalty = 1;  // rows are scaled to the order of 1
    for (std::size_t r = 0; r < k_; ++r) {
      const double weight =
          equation(r) ? penalty : at_.up[r] / at_.over[r] + at_.down[r] / at_.under[r];
      row_weight_[r] = weight;
      if (4 * row(r).size() > n_) continue;
      const auto cells = row(r);
      for (std::size_t a = 0; a < cells.size(); ++a) {
        double* column = &H_[cells[a].column * width_];
        const double here = weight * cells[a].value;
        for (std::size_t b = a; b < cells.size(); ++b) {
          column[cells[b].column] += here * cells[b].value;
        }
      }
    }
    if (full_rows_.empty()) return;
    Vector root(full_rows_.size());
    kept_.clear();
    for (std::size_t i = 0; i < root.size(); ++i) {
      root[i] = std::sqrt(row_weight_[full_rows_[i]]);
      kept_.push_back(static_cast<std::uint32_t>(i));
    }
    LinedReals apart(full_.width * full_.width, 0.0);  // H may be an octet wider
    loops_.gram({full_.cells.data(), kept_.data(), root.data(), kept_.size(), full_.width,
                 packed_.data(), apart.data()});
    for (std::size_t j = 0; j < n_; ++j) {
      for (std::size_t i = j; i < n_; ++i) H_[j * width_ + i] += apart[j * full_.width + i];
    }
  }

  bool factorise_equations() {
    const std::size_t count = equations_.size();
    if (count == 0) return true;
    const std::size_t width = padded(count);
    solved_.assign(count, LinedReals(width_, 0.0));
    schur_.assign(width * width, 0.0);
    double size = 1e-12;
    for (std::size_t c = 0; c < count; ++c) {
      for (const Cell& cell : row(equations_[c])) solved_[c][cell.column] = cell.value;
      loops_.solve({factor_.data(), size_, width_, nullptr}, solved_[c].data());
      for (std::size_t i = c; i < count; ++i) schur_[c * width + i] = along(i, solved_[c]);
      size = std::max(size, schur_[c * width + c]);
    }
    for (std::size_t c = 0; c < count; ++c) {  // one over no column here must not matter
      double& pivot = schur_[c * width + c];
      pivot += pivot > 1e-12 * size ? 1e-14 * size : size;
    }
    return loops_.factor({schur_.data(), count, width, packed_.data()});
  }

  // The i-th equation's left side.
  double along(std::size_t i, const LinedReals& y) const {
    double sum = 0;
    for (const Cell& cell : row(equations_[i])) sum += cell.value * y[cell.column];
    return sum;
  }

  // H y = rhs, refined while that helps.
  LinedReals solve_H(const LinedReals& rhs) {
    const Triangle factor{factor_.data(), size_, width_, nullptr};
    LinedReals y = rhs, left(width_);
    loops_.solve(factor, y.data());
    double before = infinity;
    for (int round = 0; round < 3; ++round) {
      loops_.symmetric({H_.data(), size_, width_, nullptr}, y.data(), left.data());
      double size = 0;
      for (std::size_t i = 0; i < width_; ++i) {
        left[i] = i < size_ ? rhs[i] - left[i] : 0;
        size += left[i] * left[i];
      }
      if (!(size < 0.25 * before) || size == 0) break;
      before = size;
      loops_.solve(factor, left.data());
      for (std::size_t i = 0; i < size_; ++i) y[i] += left[i];
    }
    return y;
  }

  // What is left of the complementarity of bounds and rows once the target mu is reached.
  struct Errors {
    Vector low, high, up, down;
  };
  Errors errors(double mu, const Step* predictor) const {
    Errors e{Vector(n_), Vector(n_), Vector(k_), Vector(k_)};
    const double bound = mu * at_.weight_bound, row = mu * at_.weight_row;
    for (std::size_t j = 0; j < n_; ++j) {
      e.low[j] = bound - at_.low[j] * at_.x[j];
      e.high[j] = bound - at_.high[j] * (1 - at_.x[j]);
      if (!predictor) continue;
      e.low[j] -= predictor->low[j] * predictor->x[j];
      e.high[j] += predictor->high[j] * predictor->x[j];
    }
    for (std::size_t r = 0; r < k_; ++r) {  // a side that is not there pulls nothing
      if (equation(r)) continue;
      if (p_.upper[r] < infinity) {
        e.up[r] = row - at_.up[r] * at_.over[r];
        if (predictor) e.up[r] -= predictor->up[r] * predictor->over[r];
      }
      if (p_.lower[r] > -infinity) {
        e.down[r] = row - at_.down[r] * at_.under[r];
        if (predictor) e.down[r] -= predictor->down[r] * predictor->under[r];
      }
    }
    return e;
  }

  // Newton direction towards complementarity `mu` times the group weights; `predictor` adds its
  // second-order terms. Afterwards s_ says how far scenarios let it go.
  Step direction(double mu, const Step* predictor) {
    const Errors e = errors(mu, predictor);
    LinedReals rhs(width_, 0.0);
    Vector pulled(n_);
    if (tailed_) {
      s_.mu = mu * at_.weight_scenario;
      s_.corrects = predictor ? 1 : 0;
      loops_.errors(s_);
      rhs[n_] = worth(e1_, pulled) - mass_residual_;
    }
    Vector pull(k_);  // of the rows' multipliers, apart from what x does to them
    for (std::size_t r = 0; r < k_; ++r) {
      pull[r] = equation(r) ? -row_weight_[r] * equal_residual_[r]
                            : (e.up[r] - at_.up[r] * over_residual_[r]) / at_.over[r] -
                                  (e.down[r] - at_.down[r] * under_residual_[r]) / at_.under[r];
    }
    const Vector rows = rows_.combined(pull);
    for (std::size_t j = 0; j < n_; ++j) {
      rhs[j] = dual_residual_[j] + pulled[j] + e.low[j] / at_.x[j] - e.high[j] / (1 - at_.x[j]) -
               rows[j];
    }
    Step step;
    step.price.assign(k_, 0.0);
    const LinedReals y = solve_with_equations(std::move(rhs), step);
    step.x.assign(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(n_));
    step.zeta = tailed_ ? y[n_] : 0;
    if (tailed_) {
      pay(step.x, step.zeta);
      loops_.step(s_);
    }
    step.low.resize(n_), step.high.resize(n_);
    for (std::size_t j = 0; j < n_; ++j) {
      step.low[j] = (e.low[j] - at_.low[j] * step.x[j]) / at_.x[j];
      step.high[j] = (e.high[j] + at_.high[j] * step.x[j]) / (1 - at_.x[j]);
    }
    finish_rows(step, e);
    return step;
  }

  LinedReals solve_with_equations(LinedReals rhs, Step& step) {
    LinedReals y = solve_H(rhs);
    const std::size_t count = equations_.size();
    if (count == 0) return y;
    LinedReals price(padded(count), 0.0);
    for (std::size_t i = 0; i < count; ++i) price[i] = along(i, y) - equal_residual_[equations_[i]];
    loops_.solve({schur_.data(), count, padded(count), nullptr}, price.data());
    for (std::size_t i = 0; i < count; ++i) {
      for (const Cell& cell : row(equations_[i])) rhs[cell.column] -= price[i] * cell.value;
    }
    y = solve_H(rhs);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t r = equations_[i];
      step.price[r] = price[i] + row_weight_[r] * (along(i, y) - equal_residual_[r]);
    }
    return y;
  }

  void finish_rows(Step& step, const Errors& e) {
    const Vector moved = rows_.times(step.x);
    for (Vector* part : {&step.over, &step.under, &step.up, &step.down}) part->assign(k_, 0.0);
    for (std::size_t r = 0; r < k_; ++r) {
      if (equation(r)) continue;
      if (p_.upper[r] < infinity) {
        step.over[r] = over_residual_[r] - moved[r];
        step.up[r] = (e.up[r] - at_.up[r] * step.over[r]) / at_.over[r];
      }
      if (p_.lower[r] > -infinity) {
        step.under[r] = under_residual_[r] + moved[r];
        step.down[r] = (e.down[r] - at_.down[r] * step.under[r]) / at_.under[r];
      }
    }
  }

  // One over the longest primal and dual steps that keep everything positive, at least 1.
  std::pair<double, double> limits(const Step& s) const {
    double primal = std::max(1.0, tailed_ ? s_.sum : 0),
           dual = std::max(1.0, tailed_ ? s_.second : 0);
    for (std::size_t j = 0; j < n_; ++j) {
      primal = std::max({primal, -s.x[j] / at_.x[j], s.x[j] / (1 - at_.x[j])});
      dual = std::max({dual, -s.low[j] / at_.low[j], -s.high[j] / at_.high[j]});
    }
    for (std::size_t r = 0; r < k_; ++r) {
      primal = std::max({primal, -s.over[r] / at_.over[r], -s.under[r] / at_.under[r]});
      if (at_.up[r] > 0) dual = std::max(dual, -s.up[r] / at_.up[r]);
      if (at_.down[r] > 0) dual = std::max(dual, -s.down[r] / at_.down[r]);
    }
    return {primal, dual};
  }

  void advance() {
    const Step predictor = direction(0, nullptr);
    const auto [slow_primal, slow_dual] = limits(predictor);
    s_.primal = 1 / slow_primal, s_.dual = 1 / slow_dual;
    loops_.after(s_);
    const double after = s_.sum + bound_products(s_.primal, s_.dual, &predictor);
    double centring = std::pow(std::clamp(after / gap_, 1e-4, 1.0), 2.5);
    if (std::min(s_.primal, s_.dual) < 0.1) centring = std::max(centring, 0.3);
    const Step step = direction(centring * gap_ / at_.weight_total, &predictor);
    const auto [primal, dual] = limits(step);
    const double caution = std::clamp(1 - 0.1 * centring, 0.99, 0.9995);
    move(step, std::min(1.0, caution / primal), std::min(1.0, caution / dual));
  }

  void move(const Step& s, double primal, double dual) {
    s_.primal = primal, s_.dual = dual;
    loops_.move(s_);
    at_.zeta += primal * s.zeta;
    for (std::size_t j = 0; j < n_; ++j) {
      at_.x[j] += primal * s.x[j];
      at_.low[j] += dual * s.low[j];
      at_.high[j] += dual * s.high[j];
    }
    for (std::size_t r = 0; r < k_; ++r) {
      at_.over[r] += primal * s.over[r];
      at_.under[r] += primal * s.under[r];
      at_.up[r] += dual * s.up[r];
      at_.down[r] += dual * s.down[r];
      if (equation(r)) at_.free_price[r] += dual * s.price[r];
    }
  }

  BandPoint result(int iterations) {
    BandPoint point;
    point.x = at_.x;
    point.price.assign(at_.q.begin(), at_.q.end());
    point.row_price = row_price();
    point.threshold = at_.zeta;
    point.complementarity = gap_;
    const Vector value = rows_.times(at_.x);
    for (std::size_t r = 0; r < k_; ++r) {
      point.row_residual =
          std::max({point.row_residual, value[r] - p_.upper[r], p_.lower[r] - value[r]});
    }
    point.iterations = iterations;
    return point;
  }

  const BandProgram& p_;
  std::size_t n_, m_, k_, tailed_;
  const Kernels& loops_;
  Block payoff_, full_;
  SparseRows rows_;
  std::vector<std::size_t> full_rows_;
  std::size_t size_ = 0, width_ = 0;  // of H

  CentralPoint at_;
  ScenarioRun s_;
  Vector dual_residual_, over_residual_, under_residual_, equal_residual_;
  double mass_residual_ = 0, residual_ = 0, missed_ = 0, gap_ = 0;
  Vector theta_, row_weight_;
  LinedReals D_, root_, e1_, rest_, dq_, dt_, dz_, moved_, instruments_;
  LinedReals H_, factor_, gram_, packed_, schur_;
  std::vector<LinedReals> solved_;
  std::vector<std::uint32_t> kept_;
  std::vector<std::size_t> equations_;
};

}  // namespace

BandPoint interior_point(const BandProgram& program, double tolerance) {
  return Method(program).run(tolerance);
}

}  // namespace levee::solve
