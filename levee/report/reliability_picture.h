// levee/report/reliability_picture.h — chances that were told beside how often it came, as a file.
#pragma once
#include <string>
#include <vector>

namespace levee::report {

/// Forecasts of nearly one chance.
struct ReliabilityPoint {
  double told = 0;           ///< Mean chance, a share.
  double came = 0;           ///< Share to which it came.
  double low = 0, high = 0;  ///< 5 % and 95 % of that share if the forecast is right.
};

/// One way of telling chances.
struct ReliabilityPanel {
  std::string title, note;
  std::vector<ReliabilityPoint> points;
};

/// Panels side by side on the same axes (roots of shares, so that rare things show), each with the
/// line on which what was told came. A point that leaves its band is drawn as a cross.
///
/// in:  at least one point; shares in [0, 1]
/// out: SVG that stands alone, on its own ground, for light and for dark screens
std::string reliability_picture(const std::vector<ReliabilityPanel>& panels);

}  // namespace levee::report
