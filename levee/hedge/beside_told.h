// levee/hedge/beside_told.h — ranges moved or not, money borrowed or not.
#pragma once
#include "levee/hedge/advice.h"
#include "levee/hedge/rerange.h"
#include "levee/hedge/sleeve.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::hedge {

/// A position's range: moved or not, and why.
struct RangeTold {
  std::string position;
  Rerange move;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("position", self.position, "name");
    Rerange::fields(self.move, visit);
  }
};

/// Everything beside the programme.
struct Beside {
  std::vector<RangeTold> ranges;
  std::optional<SleeveAct> sleeve;  ///< None: no loan of the book has something pledged.
  std::vector<Unknown> unknown;     ///< What could not be judged.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("ranges", self.ranges, "every position's range: moved or not");
    visit("sleeve", self.sleeve,
          "what is borrowed for the hedge, or why not; null: no lending line");
  }
};

}  // namespace levee::hedge
