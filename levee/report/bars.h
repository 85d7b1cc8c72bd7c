// levee/report/bars.h — a few amounts as bars, each with its name and figure above it.
#pragma once
#include "levee/report/markup.h"

#include <string>
#include <vector>

namespace levee::report {

struct Bar {
  std::string name;
  double amount = 0;
  std::string figure;  ///< The amount as people read it.
  std::string look;    ///< Class in page.css: income, cost or limit.
};

/// Horizontal bars from a shared zero.
///
/// in:   what cannot be drawn keeps its name and figure and has no bar
Markup bars_figure(const std::string& title, const std::vector<Bar>& bars);

}  // namespace levee::report
