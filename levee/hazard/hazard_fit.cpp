#include "levee/hazard/hazard_fit.h"

#include <algorithm>
#include <cmath>

namespace levee::hazard {
namespace {

// A failure of contracts: what severity, recovery and clustering are about.
bool is_of_contracts(const Incident& one) {
  const bool target = one.target == Target::protocol || one.target == Target::issuer;
  return target && one.mode != Mode::rug && one.mode != Mode::depeg &&
         one.mode != Mode::insolvency && one.sector != Sector::exchange;
}

std::vector<const Incident*> of_contracts(const HazardAsk& ask) {
  std::vector<const Incident*> chosen;
  for (const Incident& one : ask.incidents) {
    LEVEE_EXPECT(!(ask.window.until < one.disclosed));
    if (is_of_contracts(one)) chosen.push_back(&one);
  }
  return chosen;
}

// Of one sector, or of all.
bool is_in(const Incident& one, std::optional<Sector> sector) {
  return !sector || one.sector == *sector;
}

std::vector<SizedLoss> losses_of(std::span<const Incident* const> incidents,
                                 std::optional<Sector> sector) {
  std::vector<SizedLoss> losses;
  for (const Incident* one : incidents) {
    if (is_in(*one, sector) && one->loss) losses.push_back({*one->loss, one->value_before});
  }
  return losses;
}

std::vector<double> recovered_shares(std::span<const Incident* const> incidents,
                                     std::optional<Sector> sector, UnixSeconds until) {
  std::vector<double> shares;
  for (const Incident* one : incidents) {
    const bool is_told = one->loss && one->recovered && one->loss->value() > 0;
    if (!is_told || !is_in(*one, sector) || until < one->disclosed + recovery_wait) continue;
    shares.push_back(one->recovered->value() / one->loss->value());
  }
  return shares;
}

std::vector<double> lost_shares(std::span<const Incident* const> incidents) {
  std::vector<double> shares;
  for (const Incident* one : incidents) {
    if (!one->loss || !one->value_before || !(one->value_before->value() > 0)) continue;
    shares.push_back(std::min(1.0, one->loss->value() / one->value_before->value()));
  }
  return shares;
}

Clustering clustering_of(std::span<const Incident* const> incidents, const Window& window,
                         Usd beyond) {
  std::vector<double> when;
  for (const Incident* one : incidents) {
    const bool inside = !(one->exploited < window.from) && one->exploited < window.until;
    if (!inside || (beyond.value() > 0 && !(one->loss && *one->loss > beyond))) continue;
    when.push_back(std::floor(in_days(one->exploited - window.from)));
  }
  std::ranges::sort(when);
  const double horizon = in_days(window.until - window.from);
  Clustering found{.events = when.size(), .monthly = {}};
  std::vector<double> counts(static_cast<std::size_t>(std::max(1.0, horizon / 30)));
  for (const double day : when) {
    const auto month = static_cast<std::size_t>(day / horizon * static_cast<double>(counts.size()));
    ++counts[std::min(month, counts.size() - 1)];
  }
  if (!when.empty()) {
    const double mean = static_cast<double>(when.size()) / static_cast<double>(counts.size());
    found.monthly = dispersion_of(counts, std::vector<double>(counts.size(), mean));
  }
  auto spread = spread_evenly(when, 1);
  for (double& day : spread) day = std::min(day, horizon);
  if (auto fit = hawkes_fit(spread, horizon)) found.fit = *fit;
  return found;
}

std::optional<SeverityFit> severity_in(std::span<const SizedLoss> losses, Usd threshold) {
  auto fit = severity_fit(losses, threshold);
  return fit ? std::optional(*fit) : std::nullopt;
}

// As many events as a sector's own outweigh soon.
constexpr double share_weight = 5;

// Covariates that tell protocols apart: one that is the same for all is part of their sectors'
// rates, and drawing its beta from the prior would only blur them.
std::vector<std::size_t> telling_rows(const num::Matrix<double>& x) {
  std::vector<std::size_t> rows;
  for (std::size_t c = 0; c < x.rows(); ++c) {
    const auto row = x.row(c);
    const double first = row.front();
    if (std::ranges::any_of(row, [&](double one) { return one != first; })) rows.push_back(c);
  }
  return rows;
}

num::Matrix<double> rows_of(const num::Matrix<double>& x, std::span<const std::size_t> rows) {
  num::Matrix<double> part(rows.size(), x.columns());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::ranges::copy(x.row(rows[r]), part.row(r).begin());
  }
  return part;
}

// Every covariate's beta again; those that tell nothing are 0.
num::Matrix<double> spread(const num::Matrix<double>& part, std::span<const std::size_t> rows) {
  num::Matrix<double> whole(covariates.size(), part.columns());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::ranges::copy(part.row(r), whole.row(rows[r]).begin());
  }
  return whole;
}

}  // namespace

Result<HazardFit> fit_hazard(const HazardAsk& ask) {
  const auto contracts = of_contracts(ask);
  HazardFit fit;
  fit.window = ask.window;
  fit.prior_rate = ask.prior.sector;
  auto exposure = exposure_of(ask.universe, ask.incidents, ask.window);
  if (!exposure) return exposure.error();
  fit.exposure = *std::move(exposure);
  const auto telling = telling_rows(fit.exposure.x);
  const num::Matrix<double> x = rows_of(fit.exposure.x, telling);
  auto frequency = frequency_of({.exposed = fit.exposure.exposed,
                                 .covariates = x,
                                 .sectors = sectors,
                                 .prior = ask.prior,
                                 .draws = ask.draws,
                                 .seed = ask.seed});
  if (!frequency) return frequency.error();
  fit.frequency = *std::move(frequency);
  const num::Matrix<double> none;
  const auto plain = frequency_of({.exposed = fit.exposure.exposed,
                                   .covariates = none,
                                   .sectors = sectors,
                                   .prior = ask.prior,
                                   .draws = 1,
                                   .seed = ask.seed});
  if (!plain) return plain.error();
  fit.log_evidence_gain = fit.frequency.log_evidence - plain->log_evidence;
  fit.frequency.beta = spread(fit.frequency.beta, telling);
  for (const std::size_t c : telling) {
    const auto row = fit.frequency.beta.row(c);
    std::vector<double> ratio(row.begin(), row.end());
    for (double& one : ratio) one = std::exp(one);
    fit.effects.push_back({std::string(covariates.at(c)), known_from({row.begin(), row.end()}),
                           known_from(std::move(ratio))});
  }

  const auto every = losses_of(contracts, std::nullopt);
  fit.severity = severity_in(every, ask.threshold);
  const auto back = recovered_shares(contracts, std::nullopt, ask.window.until);
  fit.recovered = updated(pooled_prior({}, 1), back);
  fit.recoveries = back.size();
  const auto lost = lost_shares(contracts);
  fit.lost = updated(pooled_prior({}, 1), lost);
  fit.lost_events = lost.size();
  fit.all = clustering_of(contracts, ask.window, Usd{0});
  fit.material = clustering_of(contracts, ask.window, ask.threshold);

  double years_in_all = 0, events_in_all = 0;
  for (std::size_t s = 0; s < sectors; ++s) {
    const double years_of = fit.exposure.years.at(s), events = fit.exposure.events.at(s);
    years_in_all += years_of, events_in_all += events;
    if (!(years_of > 0)) continue;
    const auto sector = static_cast<Sector>(s);
    const auto own = losses_of(contracts, sector);
    const auto own_back = recovered_shares(contracts, sector, ask.window.until);
    fit.sectors.push_back({.sector = sector,
                           .years = years_of,
                           .events = events,
                           .rate = updated(ask.prior.sector, events, Years{years_of}),
                           .sized = own.size(),
                           .severity = severity_in(own, ask.threshold),
                           .recovered = updated(pooled_prior(back, share_weight), own_back),
                           .recoveries = own_back.size()});
  }
  fit.pooled = updated(ask.prior.sector, events_in_all, Years{years_in_all});
  return fit;
}

}  // namespace levee::hazard
