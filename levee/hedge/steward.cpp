#include "levee/hedge/steward.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr std::size_t fewest_changes = 8;
constexpr double one_sided = 1.6448536269514722;  // 5 % of a normal lie beyond

double clipped(double share) { return std::clamp(share, 0.0, 1.0); }

// As much as is asked for, or more.
double reached(const Against& one) { return one.limit > 0 ? clipped(one.value / one.limit) : 1; }

// As little as is allowed, or less.
double kept(const Against& one) { return one.value > 0 ? clipped(one.limit / one.value) : 1; }

template <class Share>
StewardPart part_of(std::string name, double weight, const std::optional<Against>& given,
                    Share share, std::string_view about) {
  StewardPart part{.name = std::move(name), .weight = weight, .share = {}, .about = {}};
  if (given) {
    part.share = share(*given);
    part.about = fmt::format("{}: {:.3g} against {:.3g}", about, given->value, given->limit);
  } else {
    part.about = fmt::format("{}: not known", about);
  }
  return part;
}

// Two figures under one weight: the worse one counts.
StewardPart worse_of(StewardPart one, const StewardPart& other) {
  if (other.share) {
    one.share = one.share ? std::min(*one.share, *other.share) : *other.share;
  }
  one.about = fmt::format("{}; {}", one.about, other.about);
  return one;
}

// How much more than by chance changes of the allocation go with the yield that was shown before
// them, in standard errors of Fisher's transform; none with too few of them.
std::optional<double> chasing(std::span<const ReviewNote> notes) {
  std::vector<double> change, yield;
  const ReviewNote* before = nullptr;
  for (const ReviewNote& note : notes) {
    if (!note.allocation_usd || !note.headline_yield) continue;
    if (before) {
      change.push_back(*note.allocation_usd - *before->allocation_usd);
      yield.push_back(*note.headline_yield);
    }
    before = &note;
  }
  if (change.size() < fewest_changes) return std::nullopt;
  const auto count = static_cast<double>(change.size());
  double mean_change = 0, mean_yield = 0, both = 0, own = 0, other = 0;
  for (std::size_t i = 0; i < change.size(); ++i) {
    mean_change += change[i] / count, mean_yield += yield[i] / count;
  }
  for (std::size_t i = 0; i < change.size(); ++i) {
    const double x = change[i] - mean_change, y = yield[i] - mean_yield;
    both += x * y, own += x * x, other += y * y;
  }
  if (!(own > 0 && other > 0)) return 0;
  return std::atanh(std::clamp(both / std::sqrt(own * other), -0.999, 0.999)) *
         std::sqrt(count - 3);
}

void judge_promoter(const StewardAsk& ask, Steward& told) {
  const auto chases = chasing(ask.notes);
  const bool under = ask.coverage && ask.coverage->value < ask.coverage->limit;
  if (ask.emissions_share && *ask.emissions_share > 0.5) {
    told.promoter = true;
    told.promoter_why =
        fmt::format("{:.3g} % of the yield are emissions", 100 * *ask.emissions_share);
  } else if (chases && *chases > one_sided && under) {
    told.promoter = true;
    told.promoter_why = fmt::format(
        "money moves with headline yields ({:.1f} standard errors) while coverage is below its "
        "target",
        *chases);
  } else if (chases || ask.emissions_share) {
    told.promoter = false;
    told.promoter_why =
        chases ? fmt::format("money and headline yields: {:.1f} standard errors", *chases)
               : "at most half of the yield are emissions";
  } else {
    told.promoter_why = fmt::format(
        "needs {} changes of the allocation with the yield shown then (--reviews), or the share of "
        "emissions",
        fewest_changes);
  }
}

}  // namespace

Steward steward_of(const StewardAsk& ask) {
  Steward told;
  told.parts = {
      part_of("coverage", 25, ask.coverage, reached, "gamma bought back, and its target"),
      part_of("loss cap", 20, ask.tail, kept, "CVaR 95 % over capital, and its limit"),
      part_of("calendar", 15, ask.calendar, reached, "events looked at, of all"),
      part_of("cost", 15, ask.cost, kept, "carry of the hedge a year, and its budget, USD"),
      worse_of(part_of("leverage and concentration", 15, ask.concentration, kept,
                       "share of capital nearest its limit"),
               part_of("", 0, ask.health, reached, "health factor of the worst loan")),
      worse_of(part_of("evidence", 10, ask.review_days, kept, "days since the last review"),
               part_of("", 0, ask.market_hours, kept, "hours since the oldest part of the market")),
  };
  double points = 0;
  for (const StewardPart& part : told.parts) {
    if (!part.share) continue;
    points += part.weight * *part.share, told.known_weight += part.weight;
  }
  if (told.known_weight > 0) told.score = 100 * points / told.known_weight;
  judge_promoter(ask, told);
  told.may_add = told.score && *told.score >= steward_gate && !told.promoter.value_or(false);
  return told;
}

}  // namespace levee::hedge
