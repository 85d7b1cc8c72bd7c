// levee/solve/band.h — which scenarios have rows of their own, are taken as tail, or as slack.
#pragma once
#include "levee/solve/tail_value.h"

namespace levee::solve {

/// The classes of scenarios at one threshold, and how they change from round to round.
///
/// src: Portnoy & Koenker (1997), Statistical Science 12, 279-300 (globs above and below a
/// quantile,
///      checked afterwards)
class Band {
 public:
  enum class Place : unsigned char { slack, band, tail };

  /// in: count > tail_count > 0
  Band(std::size_t count, std::size_t tail_count);

  Place at(std::size_t k) const { return place_[k]; }
  Indices in(Place place) const;

  /// Everything in the band, or ranks by loss around the tail's edge.
  void take_all();
  void take_ranks(std::span<const double> loss, std::size_t above, std::size_t below);

  /// Puts slack ones that lose more than the threshold into the band; returns how many.
  std::size_t take_tail(std::span<const double> loss, double threshold);

  /// Some of the slack ones and how many each stands for: `near` of the next nine times as many
  /// ranks as the band has, `far` of the rest.
  struct Guest {
    std::size_t scenario = 0;
    double weight = 1;
  };
  std::vector<Guest> guests(std::span<const double> loss, std::size_t near, std::size_t far) const;

  /// What a solution says of every scenario.
  struct Solution {
    std::span<const double> loss;   ///< [count]
    std::span<const double> price;  ///< [count]
    double threshold = 0, cap = 0;
    double edge = 0;       ///< Closer to the threshold than this is not on the wrong side.
    double near = 0;       ///< Slack ones this close below join before they are missed.
    double far = 0;        ///< Further away than this may leave the band; infinite: none leaves.
    std::size_t most = 0;  ///< That join from below in one round.
  };
  /// Scenarios on the wrong side join the band; clear cases leave it. Returns how many were on the
  /// wrong side.
  std::size_t reclassify(const Solution& solution);

 private:
  std::size_t join(const Solution& solution);
  void settle(const Solution& solution);
  void keep_edge(std::span<const double> loss);

  std::size_t tail_count_;
  std::vector<Place> place_;
  std::vector<char> pinned_;  // came back once: stays, so that rounds end
};

}  // namespace levee::solve
