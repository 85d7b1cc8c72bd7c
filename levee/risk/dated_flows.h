// levee/risk/dated_flows.h — what money earned between its dates, and what it earns if it survives.
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/base/units.h"

#include <span>
#include <vector>

namespace levee::risk {

/// Money that changes hands on a date: paid in negative, got back positive.
struct DatedFlow {
  UnixSeconds at{};
  Usd amount;
};

/// Sum of flows, each over (1 + rate)^(days since the first over 365).
/// in: at least one flow, ascending; rate > -1
Usd present_value(std::span<const DatedFlow> flows, double rate);

/// Every yearly rate at which flows are worth nothing.
struct InternalRates {
  std::vector<double> rates;  ///< Ascending; of several none says what the money earned.
  int sign_changes = 0;       ///< Of the flows: there are at most so many rates above -1.

  bool is_unique() const { return rates.size() == 1; }
};

/// Rates in (-0.9999, 1e6), by a scan in the logarithm and Brent's method.
///
/// in:   ascending; several on one date are one
/// err:  missing_data where flows do not both come and go
/// src:  day count as in spreadsheets' XIRR; Descartes (1637) for the number of roots
Result<InternalRates> internal_rates(std::span<const DatedFlow> flows);

/// The rate at which outlays, financed at `finance`, grow into receipts reinvested at `reinvest`.
///
/// in:  ascending, over more than a day
/// err: missing_data where flows do not both come and go
/// src: Lin (1976), The Engineering Economist 21, 237-247
struct MirrTerms {
  double finance = 0, reinvest = 0;  ///< A year, > -1.
};
Result<double> modified_rate(std::span<const DatedFlow> flows, const MirrTerms& terms);

/// One way to fail, of those that compete: how often, and what is then left of the value.
struct FailureMode {
  Intensity rate;   ///< A year.
  Share recovered;  ///< Of the value on that date.
};

/// A position's flows as they are to be expected where it may fail.
struct SurvivalAsk {
  std::span<const DatedFlow> flows;  ///< The last one brings the value back.
  std::span<const Usd> value;        ///< [flows] of the position after each date's flow; 0 at last.
  std::span<const FailureMode> modes;
};

/// Each flow times the chance to be alive, and what failures since the date before leave of the
/// value then.
///
/// in:   value before the last flow: that of the date before
/// src:  competing risks: survival exp(-sum of rates), shares of failures by rate
std::vector<DatedFlow> survived_flows(const SurvivalAsk& ask);

}  // namespace levee::risk
