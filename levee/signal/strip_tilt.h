// levee/signal/strip_tilt.h — how far a strip leans to one of its halves, and when it may.
//
// src: methodology 4.17 (at most 20 % to the side that is breached) and 4.19 (by the pair's rates,
//      at scheduled rolls alone); how fast it leans within that is ours
#pragma once
#include <optional>
#include <string>

namespace levee::signal {

/// What is known of the pair today.
struct TiltFacts {
  std::optional<double> rsi;                    ///< In [0, 100], of the pair's price.
  std::optional<double> reer_base, reer_quote;  ///< Deviations above their trends.
};

struct TiltRule {
  double most = 0.2;  ///< Share of a half that may move to the other.
  double rsi_high = 70, rsi_low = 30;
  double per_deviation = 0.05;  ///< Of the base's rate over the quote's.
};

/// A share of the strip, and why: above 0 towards calls, below towards puts.
struct Tilt {
  double share = 0;
  std::string why;
};

/// Towards the side that the RSI breaches, away from the token that is dear.
///
/// out: within [-most, most]; none where nothing is known or nothing is out of the way
Tilt tilt_of(const TiltFacts& facts, const TiltRule& rule = {});

/// Whether today a strip rolls by its schedule.
enum class RollDay { no, yes };

/// The tilt that stands: that of the last roll until the next, so that no signal trades by itself.
double tilt_standing(double held, const Tilt& wanted, RollDay today);

/// Contracts of both halves under a tilt: as many together as before where they were alike.
struct Halves {
  double puts = 0, calls = 0;
};
Halves tilted(const Halves& strip, double share);

}  // namespace levee::signal
