#include "levee/hazard/incident.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/core.h>

namespace levee::hazard {
namespace {

constexpr std::array<std::string_view, sectors> sector_names{
    "lending",     "dex",      "yield",  "bridge", "stablecoin",
    "derivatives", "exchange", "wallet", "other"};
constexpr std::array<std::string_view, modes> mode_names{
    "code",     "oracle", "governance", "keys", "bridge",
    "economic", "depeg",  "insolvency", "rug",  "unknown"};
constexpr std::array<std::string_view, 4> target_names{"protocol", "exchange", "person", "issuer"};
constexpr std::array<std::string_view, 4> audit_names{"none", "stale", "fresh", "unknown"};

template <class Word, std::size_t Count>
std::optional<Word> named(const std::array<std::string_view, Count>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Word>(found - names.begin());
}

bool is_near(const Incident& one, const Incident& other) {
  const auto away = [](UnixSeconds a, UnixSeconds b) { return std::abs((a - b).value()); };
  const std::int64_t most = days(5).value();
  // Some files date an event by its disclosure.
  return std::min({away(one.exploited, other.exploited), away(one.disclosed, other.disclosed),
                   away(one.exploited, other.disclosed), away(one.disclosed, other.exploited)}) <=
         most;
}

void note_conflicts(const Incident& held, const Incident& other, std::vector<Conflict>& into) {
  const auto note = [&](std::string what) {
    into.push_back({held.protocol, held.id, other.id, std::move(what)});
  };
  if (std::abs((held.exploited - other.exploited).value()) > days(1).value()) {
    note(fmt::format("exploited {} against {}", text_of(held.exploited), text_of(other.exploited)));
  }
  if (held.loss && other.loss) {
    const double one = held.loss->value(), two = other.loss->value();
    if (std::max(one, two) > 1.25 * std::min(one, two)) {
      note(fmt::format("loss {:.0f} against {:.0f} USD", one, two));
    }
  }
  if (held.sector != other.sector && held.sector != Sector::other &&
      other.sector != Sector::other) {
    note(fmt::format("sector {} against {}", name_of(held.sector), name_of(other.sector)));
  }
}

void fill(Incident& held, const Incident& from) {
  const auto take = [](auto& own, const auto& other) {
    if (!own) own = other;
  };
  // Money comes back of a loss: figures of two files need not fit together.
  const auto fit = [](const auto& back, const auto& loss) {
    return !back || !loss || *back <= *loss;
  };
  if (fit(held.recovered, from.loss)) take(held.loss, from.loss);
  if (fit(from.recovered, held.loss)) take(held.recovered, from.recovered);
  take(held.refilled, from.refilled);
  take(held.value_before, from.value_before);
  if (held.sector == Sector::other) held.sector = from.sector;
  if (held.mode == Mode::unknown) held.mode = from.mode;
  if (held.audit == Audit::unknown) held.audit = from.audit;
  if (held.universe_id.empty()) held.universe_id = from.universe_id;
  if (held.token.empty()) held.token = from.token;
}

// How unlike two rows of one event are: by days, then by loss.
double distance(const Incident& one, const Incident& other) {
  double far = std::abs(static_cast<double>((one.exploited - other.exploited).value())) / 86'400;
  if (one.loss && other.loss && one.loss->value() > 0 && other.loss->value() > 0) {
    far += std::abs(std::log(one.loss->value() / other.loss->value()));
  }
  return far;
}

}  // namespace

std::string_view name_of(Sector sector) {
  return sector_names.at(static_cast<std::size_t>(sector));
}
std::string_view name_of(Mode mode) { return mode_names.at(static_cast<std::size_t>(mode)); }
std::string_view name_of(Target target) {
  return target_names.at(static_cast<std::size_t>(target));
}
std::string_view name_of(Audit audit) { return audit_names.at(static_cast<std::size_t>(audit)); }

std::optional<Sector> sector_named(std::string_view name) {
  return named<Sector>(sector_names, name);
}
std::optional<Mode> mode_named(std::string_view name) { return named<Mode>(mode_names, name); }
std::optional<Target> target_named(std::string_view name) {
  return named<Target>(target_names, name);
}
std::optional<Audit> audit_named(std::string_view name) { return named<Audit>(audit_names, name); }

std::string name_key(std::string_view name) {
  constexpr std::array<std::string_view, 18> said_of_many{
      "finance", "protocol", "network", "dao",   "defi", "exchange", "swap", "the", "rekt",
      "bridge",  "fi",       "labs",    "token", "dex",  "v1",       "v2",   "v3",  "v4"};
  std::string all, kept, word;
  const auto close = [&] {
    all += word;
    if (std::ranges::find(said_of_many, word) == said_of_many.end()) kept += word;
    word.clear();
  };
  for (const char c : name) {
    const auto u = static_cast<unsigned char>(c);
    if (std::isalnum(u) != 0) {
      word += static_cast<char>(std::tolower(u));
    } else {
      close();
    }
  }
  close();
  return kept.empty() ? all : kept;
}

bool is_same_name(std::string_view one, std::string_view other) {
  const std::string a = name_key(one), b = name_key(other);
  if (a.empty() || b.empty()) return false;
  constexpr std::size_t telling = 4;
  if (std::min(a.size(), b.size()) < telling) return a == b;
  return a.starts_with(b) || b.starts_with(a);
}

Merged merged(std::span<const Incidents> files) {
  Merged all;
  std::vector<std::size_t> last_file;  // that a held event has a row of
  for (std::size_t file = 0; file < files.size(); ++file) {
    for (const Incident& row : files[file].used) {
      std::optional<std::size_t> nearest;
      for (std::size_t i = 0; i < all.used.size(); ++i) {
        const Incident& held = all.used[i];
        if (last_file[i] == file || !is_near(held, row)) continue;
        if (!is_same_name(held.protocol, row.protocol)) continue;
        if (!nearest || distance(held, row) < distance(all.used[*nearest], row)) nearest = i;
      }
      if (!nearest) {
        all.used.push_back(row);
        last_file.push_back(file);
        continue;
      }
      Incident& held = all.used[*nearest];
      note_conflicts(held, row, all.conflicts);
      fill(held, row);
      last_file[*nearest] = file;
      all.duplicates.push_back({row.id, row.protocol, "is " + held.id});
    }
  }
  std::ranges::stable_sort(all.used, {}, &Incident::disclosed);
  return all;
}

}  // namespace levee::hazard
