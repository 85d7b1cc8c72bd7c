#include "levee/signal/governance.h"

#include "levee/num/normal.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace levee::signal {
namespace {

// Make the median and the mean absolute deviation of a normal its standard deviation: 1 /
// Phi^-1(3/4) and sqrt(pi / 2). Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers.
constexpr double normal_per_median_deviation = 1.4826022185056018;
constexpr double normal_per_mean_deviation = 1.2533141373155003;

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return .5 * (*middle + *std::ranges::max_element(values.begin(), middle));
}

// How far a value lies above its peers; 0 where they are all alike, as a constant series has no
// scale to measure by.
std::optional<double> robust_z(const std::vector<double>& peers, double value, int least) {
  if (std::ssize(peers) < least) return {};
  const double middle = median_of(peers);
  std::vector<double> off;
  double sum = 0;
  for (const double peer : peers) {
    off.push_back(std::abs(peer - middle));
    sum += off.back();
  }
  const double mean = sum / static_cast<double>(off.size());
  double scale = normal_per_median_deviation * median_of(std::move(off));
  // Where more than half are alike, the others alone measure.
  if (!(scale > 0)) scale = normal_per_mean_deviation * mean;
  return scale > 0 ? (value - middle) / scale : 0;
}

// The normal deviate of how many of `all` events fell into one of `windows` equal windows.
double binomial_z(int inside, int all, int windows) {
  double log_mass = all * std::log1p(-1.0 / windows);  // Of k, from none on.
  double below = 0;                                    // P(X < inside) + P(X = inside) / 2
  for (int k = 0; k <= inside; ++k) {
    const double mass = std::exp(log_mass);
    below += k < inside ? mass : .5 * mass;
    log_mass += std::log((all - k) / ((k + 1.0) * (windows - 1)));
  }
  constexpr double nearest = 0x1p-52;
  return num::normal_quantile(std::clamp(below, nearest, 1 - nearest));
}

std::optional<double> turnout_of(const Proposal& proposal, const Governance& governance) {
  const auto eligible = proposal.eligible ? proposal.eligible : governance.eligible;
  if (!eligible || !(*eligible > 0) || proposal.canceled) return {};
  return proposal.votes / *eligible;
}

std::optional<double> margin_of(const Proposal& proposal) {
  if (!proposal.quorum || !(*proposal.quorum > 0) || proposal.canceled) return {};
  return proposal.votes_for / *proposal.quorum - 1;
}

// A worrying figure of the newest counted proposal against those counted in the window before.
struct Latest {
  std::optional<double> value{};
  std::vector<double> peers{};
};

template <class Figure>
Latest latest_of(const std::vector<Proposal>& counted, UnixSeconds from, Figure figure) {
  Latest latest;
  for (const Proposal& proposal : counted) {
    const std::optional<double> value = figure(proposal);
    if (!value) continue;
    if (latest.value) latest.peers.push_back(*latest.value);
    latest.value = value;
    if (proposal.counted < from) latest = {};
  }
  return latest;
}

bool emergency(const Proposal& proposal, const HeatRule& rule) {
  return proposal.emergency || (proposal.executed && proposal.counted < *proposal.executed &&
                                *proposal.executed - proposal.counted < rule.short_wait);
}

void add_velocity(Heat& heat, const Governance& governance, const HeatRule& rule, UnixSeconds at) {
  int all = 0;
  for (const Proposal& proposal : governance.proposals) {
    const Seconds age = at - proposal.created;
    if (age < rule.window) ++heat.proposals;
    if (age < Seconds{rule.window.value() * rule.windows}) ++all;
    if (age < rule.window && emergency(proposal, rule)) heat.emergency = true;
  }
  if (all == 0) return;
  heat.velocity = heat.proposals * static_cast<double>(rule.windows) / all;
  heat.velocity_z = binomial_z(heat.proposals, all, rule.windows);
}

std::vector<Proposal> counted_at(const Governance& governance, UnixSeconds at) {
  std::vector<Proposal> counted;
  std::ranges::copy_if(governance.proposals, std::back_inserter(counted),
                       [&](const Proposal& p) { return !(at < p.counted) && !p.canceled; });
  std::ranges::stable_sort(
      counted, [](const Proposal& a, const Proposal& b) { return a.counted < b.counted; });
  return counted;
}

void add_votes(Heat& heat, const Governance& governance, const HeatRule& rule, UnixSeconds at) {
  const UnixSeconds from = at - Seconds{rule.window.value() * rule.windows};
  const auto counted = counted_at(governance, at);
  const auto turnout =
      latest_of(counted, from, [&](const Proposal& p) { return turnout_of(p, governance); });
  heat.turnout = turnout.value;
  if (std::ssize(turnout.peers) >= rule.least_votes) heat.turnout_median = median_of(turnout.peers);
  const auto absent = latest_of(counted, from, [&](const Proposal& p) -> std::optional<double> {
    const auto share = turnout_of(p, governance);
    if (!share || !(*share > 0)) return {};
    return -std::log(*share);
  });
  if (absent.value) heat.turnout_z = robust_z(absent.peers, *absent.value, rule.least_votes);
  const auto top10 = latest_of(counted, from, [](const Proposal& p) { return p.top10_share; });
  heat.top10_share = top10.value;
  if (top10.value) heat.top10_z = robust_z(top10.peers, *top10.value, rule.least_votes);
  const auto margin = latest_of(counted, from, margin_of);
  heat.quorum_margin = margin.value;
  const auto short_of = latest_of(counted, from, [](const Proposal& p) -> std::optional<double> {
    const auto over = margin_of(p);
    if (!over) return {};
    return -*over;
  });
  if (short_of.value) heat.quorum_z = robust_z(short_of.peers, *short_of.value, rule.least_votes);
  heat.largest_share = latest_of(counted, from, [](const Proposal& p) -> std::optional<double> {
                         if (!(p.votes > 0)) return {};
                         return p.largest_vote / p.votes;
                       }).value;
}

void add_days(Heat& heat, const Governance& governance, const HeatRule& rule, UnixSeconds at) {
  if (governance.days.empty() || !governance.eligible || !(*governance.eligible > 0)) return;
  double votes = 0;
  for (const VoteDay& day : governance.days) {
    if (!(at < day.at) && at - day.at < rule.window) votes += day.votes;
  }
  heat.voted = votes / *governance.eligible;
}

}  // namespace

Governance known_at(const Governance& governance, UnixSeconds at) {
  Governance known;
  known.eligible = governance.eligible;
  for (const Event& event : governance.events) {
    if (!(at < event.announced)) known.events.push_back(event);
  }
  for (Proposal proposal : governance.proposals) {
    if (at < proposal.created) continue;
    if (proposal.executed && at < *proposal.executed) proposal.executed.reset();
    if (proposal.canceled && at < *proposal.canceled) proposal.canceled.reset();
    if (at < proposal.counted) {
      proposal.votes = proposal.votes_for = proposal.largest_vote = 0;
      proposal.top10_share.reset();
    }
    known.proposals.push_back(std::move(proposal));
  }
  std::ranges::copy_if(governance.days, std::back_inserter(known.days),
                       [&](const VoteDay& day) { return !(at < day.at); });
  return known;
}

HeatRule heat_rule(const SignalPolicy& policy) {
  return {.window = Seconds{static_cast<std::int64_t>(policy.heat_days * 86400)},
          .windows = static_cast<int>(policy.heat_windows),
          .short_wait = Seconds{static_cast<std::int64_t>(policy.heat_wait_hours * 3600)},
          .least_votes = static_cast<int>(policy.heat_votes_bars),
          .emergency_z = policy.heat_emergency};
}

Heat heat_of(const Governance& governance, const HeatRule& rule, UnixSeconds at) {
  LEVEE_EXPECT(rule.windows >= 2 && Seconds{0} < rule.window && rule.least_votes >= 1);
  const Governance known = known_at(governance, at);
  Heat heat;
  const Seconds lived = known.proposals.empty() ? Seconds{0} : at - known.proposals.front().created;
  if (lived < Seconds{rule.window.value() * rule.windows}) return heat;
  add_velocity(heat, known, rule, at);
  add_votes(heat, known, rule, at);
  add_days(heat, known, rule, at);
  double sum = 0;
  int parts = 0;
  for (const auto& part : {heat.velocity_z, heat.turnout_z, heat.top10_z, heat.quorum_z}) {
    if (!part) continue;
    sum += *part;
    ++parts;
  }
  if (parts > 0) heat.z = sum / std::sqrt(parts);
  if (heat.emergency) heat.z = std::max(heat.z.value_or(rule.emergency_z), rule.emergency_z);
  return heat;
}

double failure_factor(const Heat& heat, double per_z) {
  LEVEE_EXPECT(per_z >= 0);
  return std::exp(per_z * std::max(0.0, heat.z.value_or(0)));
}

}  // namespace levee::signal
