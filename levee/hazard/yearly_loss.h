// levee/hazard/yearly_loss.h — years drawn: how many events, how large each, and their sum.
//
// Year number n is a function of seed and n alone. Its random words are Philox4x32-10's at
// (0, stream, n): the first counts its events, the other three and those of (1, stream, n), ... are
// their sizes. A size has the 32 bits of its word: it is never beyond the quantile 1 - 2^-33.
// src: Salmon, Moraes, Dror & Shaw (2011), SC'11 (Philox); Klugman, Panjer & Willmot (2012), Loss
//      Models, 4th ed., section 9 (compound models), section 5.2.6 (spliced laws)
#pragma once
#include "levee/base/units.h"
#include "levee/hazard/aggregate.h"
#include "levee/hazard/severity.h"
#include "levee/hazard/yearly_loss_wide.h"
#include "levee/num/lanes.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace levee::hazard {

/// What becomes of a loss beyond the most that there is.
enum class Beyond {
  stops,  ///< It is the most.
  is_cut  ///< There is none: the law is cut off there, as in Severity.
};

/// A year's events and their sizes.
struct YearlyLaw {
  EventCount count;
  Severity tail;
  double tail_chance = 1;      ///< Of an event to be beyond the threshold.
  std::vector<double> body{};  ///< USD: one of these, each as likely, where it is not.
  std::optional<Usd> most{};   ///< Of one event.
  Beyond beyond = Beyond::stops;
};

/// Draws a law's years.
class YearlyLosses {
 public:
  /// in: mean count at most 10,000; tail_chance in [0, 1], and 1 without a body; losses of the body
  ///     finite and >= 0; most above the threshold; the tail's shape in [-0.5, 5], its scale > 0
  YearlyLosses(const YearlyLaw& law, std::uint64_t seed);

  /// Sums of the years first, first + 1, ..., USD.
  ///
  /// in:   num::has_engine(engine)
  /// out:  avx2 and avx512 agree to the last bit, plain with them to 1e-9 of the tail's scale
  /// cost: five to six nanoseconds an event on the widest engine
  void draw(std::uint64_t first, std::span<double> usd,
            num::Engine engine = num::Engine::fastest) const;

 private:
  std::vector<double> more_, body_;
  std::vector<std::uint64_t> keys_;
  YearWords words_{};  // without what points into the vectors above
};

}  // namespace levee::hazard
