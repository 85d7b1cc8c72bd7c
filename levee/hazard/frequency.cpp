#include "levee/hazard/frequency.h"

#include "levee/num/lanes.h"
#include "levee/num/philox.h"
#include "levee/num/student.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

namespace levee::hazard {
namespace {

using Vector = Eigen::VectorXd;

constexpr std::uint32_t beta_stream = 0x68617a31, sector_stream = 0x68617a32;
// Of the law that betas are proposed from: heavier in its tails than any posterior here.
constexpr double degrees = 6;

// The posterior of beta, sectors summed out.
class Posterior {
 public:
  explicit Posterior(const FrequencyAsk& ask)
      : ask_(&ask),
        size_(ask.exposed.size()),
        weight_(size_),
        sum_(ask.sectors),
        events_(ask.sectors) {
    pull_ = Vector::Zero(covariates());
    for (std::size_t i = 0; i < size_; ++i) {
      const Exposed& one = ask.exposed[i];
      LEVEE_EXPECT(one.sector < ask.sectors && one.years >= 0 && one.events >= 0);
      events_[one.sector] += one.events;
      for (Eigen::Index c = 0; c < covariates(); ++c) pull_[c] += one.events * x(c)[i];
    }
  }

  Eigen::Index covariates() const { return static_cast<Eigen::Index>(ask_->covariates.rows()); }
  double events(std::size_t sector) const { return events_[sector]; }

  /// Years of every sector, each stretch counted with its exp(beta x).
  std::span<const double> weighted_years(const Vector& beta) {
    std::ranges::fill(weight_, 0.0);
    for (Eigen::Index c = 0; c < covariates(); ++c) {
      const auto row = x(c);
      for (std::size_t i = 0; i < size_; ++i) weight_[i] += beta[c] * row[i];
    }
    for (double& log : weight_) log = std::clamp(log, -700.0, 700.0);
    num::exp_each(weight_, weight_);
    std::ranges::fill(sum_, 0.0);
    for (std::size_t i = 0; i < size_; ++i) {
      weight_[i] *= ask_->exposed[i].years;
      sum_[ask_->exposed[i].sector] += weight_[i];
    }
    return sum_;
  }

  /// Up to a constant.
  double log_density(const Vector& beta) {
    const auto years = weighted_years(beta);
    const FrequencyPrior& prior = ask_->prior;
    double log = pull_.dot(beta) - beta.squaredNorm() / (2 * square(prior.beta_deviation));
    for (std::size_t j = 0; j < ask_->sectors; ++j) {
      log -= (prior.sector.events + events_[j]) * std::log1p(years[j] / prior.sector.years);
    }
    return log;
  }

  /// Slope, and minus the curvature, at the beta that log_density was last asked for.
  void shape(const Vector& beta, Vector& slope, Eigen::MatrixXd& curve) const {
    const Eigen::Index p = covariates();
    const FrequencyPrior& prior = ask_->prior;
    const double over = 1 / square(prior.beta_deviation);
    slope = pull_ - over * beta;
    curve = over * Eigen::MatrixXd::Identity(p, p);
    Eigen::MatrixXd first = Eigen::MatrixXd::Zero(p, static_cast<Eigen::Index>(ask_->sectors));
    std::vector<Eigen::MatrixXd> second(ask_->sectors, Eigen::MatrixXd::Zero(p, p));
    Vector at(p);
    for (std::size_t i = 0; i < size_; ++i) {
      const std::size_t j = ask_->exposed[i].sector;
      for (Eigen::Index c = 0; c < p; ++c) at[c] = x(c)[i];
      first.col(static_cast<Eigen::Index>(j)) += weight_[i] * at;
      second[j].selfadjointView<Eigen::Lower>().rankUpdate(at, weight_[i]);
    }
    for (std::size_t j = 0; j < ask_->sectors; ++j) {
      const double all = prior.sector.years + sum_[j], events = prior.sector.events + events_[j];
      const Vector mean = first.col(static_cast<Eigen::Index>(j)) / all;
      slope -= events * mean;
      const Eigen::MatrixXd whole = second[j].selfadjointView<Eigen::Lower>();
      curve += events * (whole / all - mean * mean.transpose());
    }
  }

 private:
  static double square(double value) { return value * value; }
  std::span<const double> x(Eigen::Index c) const {
    return ask_->covariates.row(static_cast<std::size_t>(c));
  }

  const FrequencyAsk* ask_;
  std::size_t size_;
  std::vector<double> weight_, sum_, events_;
  Vector pull_;
};

// The summit of the density and the shape of its top.
struct Summit {
  Vector at;
  Eigen::LLT<Eigen::MatrixXd> curve;
  double log_density = 0;
};

Summit summit_of(Posterior& posterior) {
  Vector beta = Vector::Zero(posterior.covariates()), slope;
  Eigen::MatrixXd curve;
  double log = posterior.log_density(beta);
  posterior.shape(beta, slope, curve);
  for (int round = 0; round < 100 && beta.size() > 0; ++round) {
    Vector step = curve.llt().solve(slope);
    double next = posterior.log_density(beta + step);
    for (int half = 0; half < 50 && !(next >= log - 1e-12 * std::abs(log)); ++half) {
      step /= 2;
      next = posterior.log_density(beta + step);
    }
    beta += step, log = next;
    posterior.shape(beta, slope, curve);
    if (step.norm() < 1e-10 * (1 + beta.norm())) break;
  }
  return {beta, curve.llt(), log};
}

// Student's law about the summit: proposals, and how likely they were.
class Proposal {
 public:
  Proposal(const Summit& summit, std::uint64_t seed) : summit_(&summit), seed_(seed) {}

  struct Drawn {
    Vector beta;
    double log_density = 0;  // relative to the law's own summit
  };
  Drawn draw(std::size_t i) const {
    const Eigen::Index p = summit_->at.size();
    num::Draws draws(seed_, beta_stream, i);
    Vector z(p);
    for (double& one : z) one = draws.normal();
    const double spread =
        2 * boost::math::gamma_p_inv(degrees / 2, draws.uniform()) / degrees;  // chi-square
    const double size = z.squaredNorm() / spread;
    const Vector away = summit_->curve.matrixU().solve(z / std::sqrt(spread));
    return {summit_->at + away,
            -(degrees + static_cast<double>(p)) / 2 * std::log1p(size / degrees)};
  }
  /// ln of the density at the summit.
  double log_height() const {
    const auto p = static_cast<double>(summit_->at.size());
    double log_root = 0;  // of the curvature's determinant
    for (Eigen::Index i = 0; i < summit_->at.size(); ++i) {
      log_root += std::log(summit_->curve.matrixLLT()(i, i));
    }
    return num::log_gamma((degrees + p) / 2) - num::log_gamma(degrees / 2) -
           p / 2 * std::log(degrees * std::numbers::pi) + log_root;
  }

 private:
  const Summit* summit_;
  std::uint64_t seed_;
};

// What of the evidence does not depend on beta: priors' constants, and counts' own.
double log_constant(const FrequencyAsk& ask, const Posterior& posterior) {
  const EventRate& prior = ask.prior.sector;
  double log = 0;
  for (std::size_t j = 0; j < ask.sectors; ++j) {
    log += num::log_gamma(prior.events + posterior.events(j)) - num::log_gamma(prior.events) -
           posterior.events(j) * std::log(prior.years);
  }
  for (const Exposed& one : ask.exposed) {
    if (one.events > 0) log += one.events * std::log(one.years) - num::log_gamma(one.events + 1);
  }
  const double normal = std::log(ask.prior.beta_deviation * std::sqrt(2 * std::numbers::pi));
  return log - static_cast<double>(posterior.covariates()) * normal;
}

// Systematic resampling: as many equally likely draws as there were weighted ones.
// src: Carpenter, Clifford & Fearnhead (1999), IEE Proc. Radar, Sonar and Navigation 146, 2-7
std::vector<std::size_t> resampled(std::span<const double> weight, double all, double start) {
  std::vector<std::size_t> chosen;
  const auto count = static_cast<double>(weight.size());
  double below = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    below += weight[i] / all * count;
    while (static_cast<double>(chosen.size()) + start < below && chosen.size() < weight.size()) {
      chosen.push_back(i);
    }
  }
  while (chosen.size() < weight.size()) chosen.push_back(weight.size() - 1);
  return chosen;
}

}  // namespace

std::vector<double> Frequency::rates(std::size_t of_sector, std::span<const double> x) const {
  LEVEE_EXPECT(x.size() == beta.rows());
  std::vector<double> rates(sector.columns());
  for (std::size_t c = 0; c < x.size(); ++c) {
    const auto row = beta.row(c);
    for (std::size_t i = 0; i < rates.size(); ++i) rates[i] += row[i] * x[c];
  }
  const auto base = sector.row(of_sector);
  for (std::size_t i = 0; i < rates.size(); ++i) rates[i] = base[i] * std::exp(rates[i]);
  return rates;
}

Result<Frequency> frequency_of(const FrequencyAsk& ask) {
  LEVEE_EXPECT(ask.draws > 0 && ask.sectors > 0 && ask.prior.beta_deviation > 0);
  LEVEE_EXPECT(ask.covariates.rows() == 0 || ask.covariates.columns() == ask.exposed.size());
  double years = 0;
  for (const Exposed& one : ask.exposed) {
    LEVEE_EXPECT(one.events == 0 || one.years > 0);
    years += one.years;
  }
  if (!(years > 0)) {
    return fail(Reason::missing_data,
                "no protocol was exposed for any time (rates are per protocol and year)");
  }
  Posterior posterior(ask);
  const Summit summit = summit_of(posterior);
  const Proposal proposal(summit, ask.seed);
  num::Matrix<double> proposed(ask.covariates.rows(), ask.draws);
  num::Matrix<double> exposure(ask.sectors, ask.draws);
  std::vector<double> weight(ask.draws);
  for (std::size_t i = 0; i < ask.draws; ++i) {
    const auto drawn = proposal.draw(i);
    const double log = posterior.log_density(drawn.beta) - summit.log_density;
    weight[i] = std::exp(log - drawn.log_density);
    const auto sums = posterior.weighted_years(drawn.beta);
    for (std::size_t j = 0; j < ask.sectors; ++j) exposure.row(j)[i] = sums[j];
    for (std::size_t c = 0; c < proposed.rows(); ++c) {
      proposed.row(c)[i] = drawn.beta[static_cast<Eigen::Index>(c)];
    }
  }
  const double all = std::accumulate(weight.begin(), weight.end(), 0.0);
  const double squares = std::inner_product(weight.begin(), weight.end(), weight.begin(), 0.0);
  Frequency found{.beta = {ask.covariates.rows(), ask.draws}, .sector = {ask.sectors, ask.draws}};
  const auto count = static_cast<double>(ask.draws);
  found.effective_draws = all * all / squares;
  found.log_evidence = std::log(all / count) + summit.log_density - proposal.log_height() +
                       log_constant(ask, posterior);
  if (!(found.effective_draws >= 0.1 * count)) {
    return fail(Reason::no_solution,
                fmt::format("{:.0f} of {} draws stand for the posterior (a tenth must; covariates "
                            "far from 0, or nearly the same?)",
                            found.effective_draws, ask.draws));
  }
  num::Draws start(ask.seed, sector_stream, 0);
  const auto chosen = resampled(weight, all, start.uniform());
  for (std::size_t i = 0; i < ask.draws; ++i) {
    num::Draws draws(ask.seed, sector_stream, 1 + i);
    for (std::size_t c = 0; c < proposed.rows(); ++c) {
      found.beta.row(c)[i] = proposed.row(c)[chosen[i]];
    }
    for (std::size_t j = 0; j < ask.sectors; ++j) {
      const EventRate rate =
          updated(ask.prior.sector, posterior.events(j), Years{exposure.row(j)[chosen[i]]});
      found.sector.row(j)[i] = rate.quantile(draws.uniform()).value();
    }
  }
  return found;
}

Known known_from(std::vector<double> draws) {
  LEVEE_EXPECT(!draws.empty());
  std::ranges::sort(draws);
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(draws.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const double rest = place - static_cast<double>(low);
    return draws[low] + rest * (draws[std::min(low + 1, draws.size() - 1)] - draws[low]);
  };
  const double mean =
      std::accumulate(draws.begin(), draws.end(), 0.0) / static_cast<double>(draws.size());
  return {mean, at(0.05), at(0.95)};
}

}  // namespace levee::hazard
