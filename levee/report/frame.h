// levee/report/frame.h — the frame of a picture: axes, grid, and marks with labels kept apart.
#pragma once
#include "levee/report/axis.h"
#include "levee/report/markup.h"

#include <string>
#include <vector>

namespace levee::report {

/// A place on the horizontal axis that has a name: a line down to the axis and a label above.
struct Mark {
  double at = 0;
  std::string label;
  std::string look;  ///< Class in page.css: spot, edge, even, before or after.
};

/// What a picture shows, apart from the numbers themselves.
struct Plot {
  std::string about;  ///< The picture in words, for those who do not see it.
  std::string x_title, y_title;
  Measure y_measure = Measure::usd;
  Range x, y;
  std::vector<Mark> marks;
};

/// Outside of a picture. Heights follow the width: a phone gets its own, less wide picture.
struct Size {
  std::string_view name;  ///< Class in page.css: wide or narrow.
  double width = 0;
  double height = 0;  ///< Of the plot itself, without titles and labels.
};
inline constexpr Size wide{"wide", 860, 300};
inline constexpr Size narrow{"narrow", 360, 230};

/// Text the size that page.css sets it in pictures: a generous guess at its length.
double text_length(std::string_view text);

/// Places numbers of a plot on an SVG picture and draws everything around them.
class Frame {
 public:
  Frame(Plot plot, const Size& size);

  double x(double value) const { return x_(value); }
  double y(double value) const { return y_(value); }

  /// The finished picture: grid and axes, `inside`, marks above it.
  Markup picture(const Markup& inside) const;

 private:
  void place_marks();
  double bottom() const;
  double height() const;
  Markup grid() const;
  Markup titles() const;
  Markup marks() const;

  struct Placed {
    Mark mark;
    double label_x = 0, label_y = 0;
  };

  Plot plot_;
  Size size_;
  Axis x_axis_, y_axis_;
  Scale x_, y_;
  double left_ = 0, right_ = 0, top_ = 0;
  std::vector<Placed> placed_;
};

/// Attributes of a straight line.
Attributes line_from(double x1, double y1, double x2, double y2);

/// A coordinate as SVG text, to a tenth of a pixel.
std::string place_text(double place);

}  // namespace levee::report
