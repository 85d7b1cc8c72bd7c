#include "levee/hazard/universe.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::hazard {
namespace {

// Years of age at which a stretch of life ends and the next begins.
constexpr std::array age_cuts{1.0, 2.0, 4.0};

// Calendar years are counted from here; any day would do.
constexpr UnixSeconds epoch{1'640'995'200};  // 2022-01-01

double years_between(UnixSeconds from, UnixSeconds to) { return years(to - from).value(); }

// The stretches of a protocol's life within a window.
struct Stretch {
  UnixSeconds from, until;
};

std::vector<Stretch> stretches_of(const Protocol& protocol, const Window& window) {
  std::vector<Stretch> found;
  // Where a birthday, or a year of the window, begins a new stretch.
  std::vector<UnixSeconds> cuts{window.until};
  for (const double age : age_cuts) {
    cuts.push_back(protocol.listed + Seconds{static_cast<std::int64_t>(age * days(365).value())});
  }
  for (UnixSeconds at = window.until - days(365); window.from < at; at = at - days(365)) {
    cuts.push_back(at);
  }
  if (protocol.audited_at) {
    cuts.push_back(*protocol.audited_at);
    cuts.push_back(*protocol.audited_at + audit_stale_after);
  }
  std::ranges::sort(cuts);
  UnixSeconds from = std::max(protocol.listed, window.from);
  for (const UnixSeconds cut : cuts) {
    if (from < cut && !(window.until < cut)) found.push_back({from, cut}), from = cut;
  }
  return found;
}

}  // namespace

ProtocolIndex::ProtocolIndex(const Universe& universe) {
  for (std::size_t i = 0; i < universe.protocols.size(); ++i) {
    by_id_.try_emplace(universe.protocols[i].id, i);
    by_name_.try_emplace(name_key(universe.protocols[i].name), i);
  }
}

std::optional<std::size_t> ProtocolIndex::find(const Incident& incident) const {
  const auto of_id = by_id_.find(incident.universe_id);
  if (of_id != by_id_.end() && !incident.universe_id.empty()) return of_id->second;
  const std::string key = name_key(incident.protocol);
  const auto found = key.empty() ? by_name_.end() : by_name_.find(key);
  return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

std::array<double, covariates.size()> covariates_at(const Protocol& protocol, UnixSeconds at) {
  const auto one_if = [](bool is) { return is ? 1.0 : 0.0; };
  const double age = std::max(years_between(protocol.listed, at), 1.0 / 12);
  const bool is_audited = !protocol.audited_at || !(at < *protocol.audited_at);
  const bool is_stale = protocol.audited_at && !(at < *protocol.audited_at + audit_stale_after);
  constexpr double usual_value = 1e7;
  return {std::log(protocol.chains),
          one_if(protocol.has_token),
          is_audited ? protocol.audited : 0,
          one_if(protocol.is_fork),
          one_if(protocol.has_oracle),
          std::log(age),
          years_between(epoch, at),
          protocol.value_usd ? std::log10(protocol.value_usd->value() / usual_value) : 0,
          one_if(is_stale && protocol.audited > 0),
          one_if(protocol.is_upgradeable.value_or(false)),
          protocol.largest_depositors.value_or(Share{0}).value()};
}

Result<Exposure> exposure_of(const Universe& universe, std::span<const Incident> incidents,
                             const Window& window) {
  Exposure all;
  const ProtocolIndex index(universe);
  std::vector<Stretch> when;
  std::vector<std::size_t> first(universe.protocols.size());  // of a protocol's stretches
  for (std::size_t i = 0; i < universe.protocols.size(); ++i) {
    first[i] = when.size();
    for (const Stretch& one : stretches_of(universe.protocols[i], window)) {
      when.push_back(one);
      all.of.push_back(i);
      const auto sector = static_cast<std::size_t>(universe.protocols[i].sector);
      all.exposed.push_back({sector, years_between(one.from, one.until), 0});
      all.years.at(sector) += all.exposed.back().years;
    }
  }
  if (when.empty()) {
    return fail(
        Reason::missing_data,
        fmt::format("{}: no protocol is exposed from {} to {} ({} are listed)", universe.source,
                    text_of(window.from), text_of(window.until), universe.protocols.size()));
  }
  all.x = {covariates.size(), when.size()};
  for (std::size_t i = 0; i < when.size(); ++i) {
    const Seconds half{(when[i].until - when[i].from).value() / 2};
    const auto x = covariates_at(universe.protocols[all.of[i]], when[i].from + half);
    for (std::size_t c = 0; c < x.size(); ++c) all.x.row(c)[i] = x.at(c);
  }
  for (const Incident& incident : incidents) {
    const auto leave = [&](const char* why) {
      all.left_out.push_back({incident.id, incident.protocol, why});
    };
    if (incident.exploited < window.from) {
      leave("before the window");
    } else if (!(incident.exploited < window.until)) {
      leave("after the window");
    } else if (incident.mode == Mode::rug) {
      leave("a rug pull");
    } else if (const auto protocol = index.find(incident); !protocol) {
      leave("no protocol of the universe");
    } else {
      std::size_t i = first[*protocol];
      while (i < when.size() && all.of[i] == *protocol && !(incident.exploited < when[i].until))
        ++i;
      if (i == when.size() || all.of[i] != *protocol || incident.exploited < when[i].from) {
        leave("before the protocol was listed");
        continue;
      }
      ++all.exposed[i].events;
      ++all.events.at(all.exposed[i].sector);
      all.counted.push_back(&incident);
    }
  }
  return all;
}

}  // namespace levee::hazard
