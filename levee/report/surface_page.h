// levee/report/surface_page.h — the smiles of one moment as a self-contained page.
#pragma once
#include "levee/option/surface.h"

#include <string>

namespace levee::report {

/// What the page says of where its numbers are from.
struct SurfaceTold {
  std::string base, at, source;
};

/// One HTML document: a picture an expiry, the smile through the bars from bid to ask, nothing
/// fetched.
std::string surface_page(const option::Surface& surface, const SurfaceTold& told);

}  // namespace levee::report
