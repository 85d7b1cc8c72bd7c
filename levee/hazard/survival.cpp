#include "levee/hazard/survival.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace levee::hazard {
namespace {

// Lifetimes by the age of their end, and by that of their beginning.
struct Ages {
  std::vector<std::size_t> by_end, by_begin;
};

Ages sorted(std::span<const Lifetime> lifetimes) {
  Ages ages;
  ages.by_end.resize(lifetimes.size());
  std::iota(ages.by_end.begin(), ages.by_end.end(), std::size_t{0});
  ages.by_begin = ages.by_end;
  std::ranges::stable_sort(ages.by_end, {}, [&](std::size_t i) { return lifetimes[i].years; });
  std::ranges::stable_sort(ages.by_begin, {}, [&](std::size_t i) { return lifetimes[i].since; });
  for (const Lifetime& one : lifetimes) {
    LEVEE_EXPECT(one.since >= 0 && one.since < one.years && std::isfinite(one.years));
  }
  return ages;
}

// Partial likelihood with its first two derivatives.
struct Partial {
  double log = 0;
  Eigen::VectorXd slope;
  Eigen::MatrixXd curve;  // minus the second derivative
};

// Sums over whoever is at risk.
struct AtRisk {
  double all = 0;
  Eigen::VectorXd first;
  Eigen::MatrixXd second;

  explicit AtRisk(Eigen::Index p)
      : first(Eigen::VectorXd::Zero(p)), second(Eigen::MatrixXd::Zero(p, p)) {}
  void add(const Eigen::VectorXd& x, double weight) {
    all += weight;
    first += weight * x;
    second += weight * x * x.transpose();
  }
};

// Failures at one age against those at risk then, `gone` of the failures' own weight taken out.
void count(const AtRisk& risk, const AtRisk& tied, double gone, Partial& into) {
  const double all = risk.all - gone * tied.all;
  const Eigen::VectorXd mean = (risk.first - gone * tied.first) / all;
  into.log -= std::log(all);
  into.slope -= mean;
  into.curve += (risk.second - gone * tied.second) / all - mean * mean.transpose();
}

class Cox {
 public:
  Cox(std::span<const Lifetime> lifetimes, Ties ties)
      : lifetimes_(lifetimes), ties_(ties), ages_(sorted(lifetimes)) {
    const auto p = static_cast<Eigen::Index>(lifetimes.front().covariates.size());
    for (const Lifetime& one : lifetimes) {
      LEVEE_EXPECT(static_cast<Eigen::Index>(one.covariates.size()) == p);
      x_.emplace_back(Eigen::Map<const Eigen::VectorXd>(one.covariates.data(), p));
    }
  }

  Eigen::Index covariates() const { return x_.front().size(); }

  // From the last age back: whoever ends later is at risk, unless not yet watched.
  Partial at(const Eigen::VectorXd& beta) const {
    const Eigen::Index p = covariates();
    Partial partial{0, Eigen::VectorXd::Zero(p), Eigen::MatrixXd::Zero(p, p)};
    AtRisk risk(p);
    auto late = ages_.by_begin.rbegin();
    for (auto end = ages_.by_end.rbegin(); end != ages_.by_end.rend();) {
      const double age = lifetimes_[*end].years;
      AtRisk tied(p);
      double failures = 0;
      for (; end != ages_.by_end.rend() && lifetimes_[*end].years == age; ++end) {
        const Eigen::VectorXd& x = x_[*end];
        const double weight = std::exp(beta.dot(x));
        risk.add(x, weight);
        if (!lifetimes_[*end].failed) continue;
        tied.add(x, weight);
        partial.log += beta.dot(x);
        partial.slope += x;
        ++failures;
      }
      for (; late != ages_.by_begin.rend() && lifetimes_[*late].since >= age; ++late) {
        risk.add(x_[*late], -std::exp(beta.dot(x_[*late])));
      }
      for (double i = 0; i < failures; ++i) {
        count(risk, tied, ties_ == Ties::efron ? i / failures : 0, partial);
      }
    }
    return partial;
  }

 private:
  std::span<const Lifetime> lifetimes_;
  Ties ties_;
  Ages ages_;
  std::vector<Eigen::VectorXd> x_;
};

Error no_ratio() {
  return fail(Reason::no_solution,
              "a covariate parts those that failed from those that did not, or two say the same "
              "(leave one out)");
}

}  // namespace

std::vector<Standing> kaplan_meier(std::span<const Lifetime> lifetimes) {
  const Ages ages = sorted(lifetimes);
  std::vector<Standing> steps;
  double share = 1, at_risk = 0;
  auto begin = ages.by_begin.begin();
  for (auto end = ages.by_end.begin(); end != ages.by_end.end();) {
    const double age = lifetimes[*end].years;
    for (; begin != ages.by_begin.end() && lifetimes[*begin].since < age; ++begin) ++at_risk;
    double failed = 0, ended = 0;
    for (; end != ages.by_end.end() && lifetimes[*end].years == age; ++end) {
      failed += lifetimes[*end].failed ? 1 : 0;
      ++ended;
    }
    if (failed > 0) {
      share *= 1 - failed / at_risk;
      steps.push_back({age, share});
    }
    at_risk -= ended;
  }
  return steps;
}

Result<CoxFit> cox_fit(std::span<const Lifetime> lifetimes, Ties ties) {
  if (std::ranges::none_of(lifetimes, &Lifetime::failed)) {
    return fail(Reason::missing_data,
                "no failure among the lifetimes (a hazard ratio compares failures)");
  }
  const Cox cox(lifetimes, ties);
  LEVEE_EXPECT(cox.covariates() > 0);
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(cox.covariates());
  Partial here = cox.at(beta);
  CoxFit fit;
  fit.null_log_likelihood = here.log;
  for (int round = 0; round < 50; ++round) {
    const Eigen::LLT<Eigen::MatrixXd> curve(here.curve);
    if (curve.info() != Eigen::Success || curve.rcond() < 1e-12) return no_ratio();
    Eigen::VectorXd step = curve.solve(here.slope);
    // The partial likelihood is concave: half a step is uphill in the end, up to rounding.
    const double rounding = 1e-13 * std::abs(here.log);
    Partial next = cox.at(beta + step);
    for (int half = 0; half < 30 && !(next.log >= here.log - rounding); ++half) {
      step /= 2;
      next = cox.at(beta + step);
    }
    beta += step;
    here = std::move(next);
    if (beta.cwiseAbs().maxCoeff() > 30) return no_ratio();
    if (step.cwiseAbs().maxCoeff() < 1e-12 * (1 + beta.cwiseAbs().maxCoeff())) break;
  }
  const Eigen::LLT<Eigen::MatrixXd> curve(here.curve);
  if (curve.info() != Eigen::Success) return no_ratio();
  const Eigen::MatrixXd spread =
      curve.solve(Eigen::MatrixXd::Identity(cox.covariates(), cox.covariates()));
  fit.log_likelihood = here.log;
  for (Eigen::Index i = 0; i < beta.size(); ++i) {
    fit.beta.push_back(beta[i]);
    fit.error.push_back(std::sqrt(spread(i, i)));
  }
  return fit;
}

Probability Ageing::alive(Years age) const {
  LEVEE_EXPECT(age.value() >= 0 && shape > 0 && scale.value() > 0);
  return Probability{std::exp(-std::pow(age.value() / scale.value(), shape))};
}

Probability Ageing::alive_further(Years age, Years more) const {
  LEVEE_EXPECT(age.value() >= 0 && more.value() >= 0 && shape > 0 && scale.value() > 0);
  const auto used = [&](double years) { return std::pow(years / scale.value(), shape); };
  return Probability{std::exp(used(age.value()) - used(age.value() + more.value()))};
}

}  // namespace levee::hazard
