// tests/risk/event_days.h — made-up prices and volatility indices for events.
#pragma once
#include "levee/risk/event_reading.h"

#include <cmath>

namespace levee::test {

inline const UnixSeconds start = *moment_from("2022-01-01");

inline std::size_t at(risk::Reading reading) { return static_cast<std::size_t>(reading); }

/// 100 at the start and every hour, times e^move(hour).
template <class Move>
market::Series hourly_prices(int days_long, Move move) {
  market::Series series;
  series.step = hours(1), series.source = "made up";
  double log = 0;
  for (int hour = 0; hour <= 24 * days_long; ++hour) {
    if (hour > 0) log += move(static_cast<double>(hour));
    series.at.push_back(start + hours(hour));
    series.value.push_back(100 * std::exp(log));
  }
  return series;
}

/// vol(day) is known when that day is over.
template <class Vol>
market::Series daily_vols(int days_long, Vol vol) {
  market::Series series;
  series.step = days(1), series.source = "made up";
  for (int day = 0; day < days_long; ++day) {
    series.at.push_back(start + days(day + 1));
    series.value.push_back(vol(day));
  }
  return series;
}

}  // namespace levee::test
