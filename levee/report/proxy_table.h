// levee/report/proxy_table.h — the asset that hedges for another: how well, and what it leaves.
#pragma once
#include "levee/hedge/proxy_told.h"
#include "levee/report/table.h"

namespace levee::report {

/// Beta, correlation and basis with their errors, and the tails that price, beta and basis make.
Table proxy_table(const hedge::ProxyTold& proxy);

}  // namespace levee::report
