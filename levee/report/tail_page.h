// levee/report/tail_page.h — a book's tail for a terminal and as a self-contained page.
#pragma once
#include "levee/report/terminal.h"
#include "levee/risk/tail_told.h"

#include <string>
#include <vector>

namespace levee::report {

/// Where the numbers are from.
struct TailSetting {
  std::string base, at, source;
  double spot_usd = 0, horizon_days = 0;
  bool model_made = false;
  std::vector<std::string> assumptions;
};

/// Tables of at most 100 columns.
std::string tail_text(const risk::TailTold& tail, const TailSetting& setting, Colour colour);

/// One HTML document: the same tables, a histogram and bars of what the tail is made of; nothing
/// fetched.
std::string tail_page(const risk::TailTold& tail, const TailSetting& setting);

}  // namespace levee::report
