// levee/base/progress.h — long work tells how far it is, without knowing who listens.
#pragma once
#include <string_view>

namespace levee {

/// Told by pure code, heard above the waterline (a terminal's bar, a benchmark's stage clock).
class Progress {
 public:
  virtual ~Progress() = default;
  /// A new stage has begun; the one before it is over.
  virtual void enter(std::string_view stage) = 0;
};

/// Hears nothing.
class Silence final : public Progress {
 public:
  void enter(std::string_view) override {}
};

}  // namespace levee
