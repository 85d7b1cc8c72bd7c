// levee/report/signal_page.h — gauges over time with the states they were in, as one page.
#pragma once
#include "levee/report/signal_told.h"

#include <string>

namespace levee::report {

/// One document: the answer, bands of every gate and curves of every gauge over the span, the
/// tables, the working.
///
/// in: told: of that view
std::string signal_page(const SignalView& view, const SignalsTold& told);

}  // namespace levee::report
