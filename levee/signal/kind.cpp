#include "levee/signal/kind.h"

#include <fmt/core.h>

namespace levee::signal {

Result<Signal> read(std::string_view kind, const History& history, const SignalPolicy& policy) {
  if (const auto sound = check(policy); !sound) return sound.error();
  std::string names;
  for (const Entry& entry : shelf()) {
    if (entry.name == kind) return entry.read(history, policy);
    names += (names.empty() ? "" : ", ") + std::string(entry.name);
  }
  return fail(Reason::not_supported, fmt::format("no signal '{}' (there are {})", kind, names));
}

}  // namespace levee::signal
