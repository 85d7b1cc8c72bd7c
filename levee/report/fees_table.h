// levee/report/fees_table.h — fees kept with the hedge, by where the price ends.
#pragma once
#include "levee/hedge/fees_kept_told.h"
#include "levee/report/table.h"

namespace levee::report {

/// A line an ending: fees, the positions' own change, the hedge, and what of fees is kept.
Table fees_kept_table(const hedge::FeesKeptTold& told);

}  // namespace levee::report
