// levee/report/curves.h — curves and histograms as figures one can point at.
#pragma once
#include "levee/report/frame.h"

#include <string>
#include <vector>

namespace levee::report {

/// One line of a figure.
struct Curve {
  std::string name;
  std::string look;  ///< Class in page.css: lp, hedge, sum, before or after.
  std::string view;  ///< Shown in this view of the figure only; empty: always.
  std::vector<double> y;
};

/// A figure of one or two views: a picture for wide and one for narrow screens, a legend, and the
/// numbers for page.js to read out.
struct Curves {
  std::string title;
  Plot plot;              ///< Its ranges are those of the numbers.
  std::vector<double> x;  ///< As many as a curve has, or one more: edges of bins.
  std::vector<Curve> curves;
  std::string x_word;  ///< Before a value read out: "Price", "Loss".
  Markup controls;     ///< What switches views; may be empty.
  std::string note;    ///< Below; may be empty.
};

/// Lines through points, or filled steps over bins.
///
/// in:   every number can be drawn; at least two x
Markup figure_of(const Curves& curves);

}  // namespace levee::report
