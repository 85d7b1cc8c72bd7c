// levee/report/html.h — a plan as one self-contained page that opens offline.
#pragma once
#include "levee/hedge/plan.h"

#include <string>

namespace levee::report {

/// One HTML document: styles, pictures (SVG) and script inside, nothing fetched.
std::string html_page(const hedge::Plan& plan);

}  // namespace levee::report
