// levee/report/axis.h — where a picture's numbers fall: ranges, round ticks, labels apart.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace levee::report {

struct Range {
  double low = 0;
  double high = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

/// Whether a picture can show every one of the numbers: finite, and at most 1e15 in size.
bool can_be_drawn(const std::vector<double>& values);

/// The smallest range that holds every value; {0, 0} if there is none.
///
/// in:   values can be drawn
Range range_of(const std::vector<double>& values);
Range hull(const Range& a, const Range& b);

/// What an axis measures, and so how its ticks are written.
enum class Measure { usd, percent };

/// An axis with ticks at round numbers (1, 2, 2.5 or 5 times a power of ten).
struct Axis {
  Range range;
  std::vector<double> ticks;
  std::vector<std::string> labels;
};

enum class Ends { as_given, at_ticks };

/// in:   count: ticks wanted, about; ends at_ticks: the range grows to the next tick outside
/// out:  an empty range is widened
Axis axis_of(Range range, int count, Measure measure, Ends ends);

/// A straight map from numbers to places on a picture.
struct Scale {
  Range from;  ///< Not empty.
  Range to;    ///< High may be below low: vertical axes grow upwards.
  double operator()(double x) const {
    return to.low + (x - from.low) / (from.high - from.low) * (to.high - to.low);
  }
};

/// A label's stretch along an axis.
struct Stretch {
  double centre = 0;
  double length = 0;
};

/// Rows, from 0, such that no two labels of a row touch: each takes the first row that is free.
std::vector<std::size_t> rows_apart(const std::vector<Stretch>& labels);

}  // namespace levee::report
