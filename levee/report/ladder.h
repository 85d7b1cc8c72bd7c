// levee/report/ladder.h — the trades as a ladder: by layer, then by tenor.
#pragma once
#include "levee/hedge/plan.h"
#include "levee/report/table.h"

#include <vector>

namespace levee::report {

/// Trades grouped by layer and tenor bucket, and their sum.
Table trade_table(const hedge::PlanTold& plan);

/// What the options of one tenor bucket cost together.
struct BucketCost {
  double bucket_days = 0;
  double premium_usd = 0;  ///< Paid less received, fees excluded.
};

/// Buckets in which options are traded, shortest first.
std::vector<BucketCost> bucket_costs(const hedge::PlanTold& plan);

}  // namespace levee::report
