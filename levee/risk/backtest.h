// levee/risk/backtest.h — whether a forecast tail held.
#pragma once
#include "levee/base/result.h"
#include "levee/base/units.h"
#include "levee/num/student.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::risk {

/// How a forecast did in one test.
struct Verdict {
  double statistic = 0;
  double p_value = 1;
  bool holds = true;  ///< p_value >= the significance asked for.
  std::string told;   ///< One line; a model that fails is named as failing.
};

/// Who is judged, and at which p-value it fails.
struct Trial {
  std::string_view model;
  double significance = 0.05;
};

/// Days beyond VaR among days forecast, and the chance that each was given.
struct Exceedances {
  std::size_t beyond = 0, days = 0;
  double chance = 0.01;
};

/// Unconditional coverage: are there as many days beyond VaR as forecast?
///
/// in:   beyond <= days
/// out:  likelihood ratio against chi-square with one degree; too few fails as too many does
/// err:  missing_data without days; out_of_range if the chance or significance is outside (0, 1)
/// src:  Kupiec (1995), J. Derivatives 3(2), 73-84, with 0 ln 0 = 0
Result<Verdict> kupiec(const Exceedances& counted, const Trial& trial);

/// Days (0) and days beyond VaR (1), in order of time; periods must not overlap.
using Hits = std::span<const std::uint8_t>;

/// Which day followed which: [yesterday][today].
using Transitions = std::array<std::array<std::size_t, 2>, 2>;
Transitions transitions_of(Hits hits);

/// Independence: do days beyond VaR come alone?
///
/// in:   overlapping periods are dependent whatever the model and would fail it unfairly
/// out:  likelihood ratio of a first-order Markov chain, chi-square with one degree
/// err:  missing_data below two days; out_of_range if the significance is outside (0, 1)
/// src:  Christoffersen (1998), International Economic Review 39, 841-862, eq. 9
Result<Verdict> independence(Hits hits, const Trial& trial);

/// Conditional coverage: as many as forecast, and alone.
///
/// out:  sum of kupiec over all days and independence, chi-square with two degrees
/// err:  as both
/// src:  Christoffersen (1998), eq. 13; coverage counts all days, so the sum is the statistic
Result<Verdict> conditional_coverage(Hits hits, double chance, const Trial& trial);

/// One day: what was lost, and what had been forecast.
struct TailDay {
  Usd loss;
  Usd var;
  Usd shortfall;  ///< Forecast mean loss beyond VaR, > 0.
};

/// What Acerbi and Szekely measure; each is 0 in expectation if the forecast is right, negative if
/// it was too mild.
///
/// out:  z1: mean size of losses beyond VaR against forecast; nothing without such a day.
///       z2: size and number together
/// src:  Acerbi & Szekely (2014), Risk 27(11), eqs. 4 and 6
struct AcerbiSzekely {
  std::optional<double> z1;
  double z2 = 0;
};
AcerbiSzekely acerbi_szekely(std::span<const TailDay> days, double chance);

/// The law of losses beyond VaR that the null hypothesis draws from: normal, or Student's with some
/// freedom above 1; of any scale.
struct NullLaw {
  std::optional<num::Freedom> freedom;  ///< None: normal.
};

/// How the null distribution of z1 and z2 is simulated.
struct Rehearsal {
  std::size_t days = 250;
  double chance = 0.025;
  NullLaw law{};
  std::size_t runs = 20'000;
  std::uint64_t seed = 1;
};

/// Simulated z under the null, ascending.
///
/// out:  z2 [runs]; z1 [runs that had a day beyond VaR]
/// err:  out_of_range where a field is outside its range
/// cost: days * chance draws a run
/// src:  Acerbi & Szekely (2014), section "testing"; gaps between exceedances are geometric
struct NullSample {
  std::vector<double> z1, z2;
};
Result<NullSample> null_sample(const Rehearsal& rehearsal);

/// The statistic below which a share of the null lies, by order statistic; sample ascending.
double critical_value(std::span<const double> sample, double share);

/// Z1: given that a day is beyond VaR, is the loss as large as forecast?
///
/// out:  one-sided: p is the share of the null at or below the statistic; only too mild a forecast
///       fails
/// err:  missing_data without days or without one beyond VaR; bad_input where a shortfall is not
///       above 0; out_of_range as null_sample (whose days are taken from the sample)
/// src:  Acerbi & Szekely (2014), test 1
Result<Verdict> shortfall_size(std::span<const TailDay> days, Rehearsal rehearsal,
                               const Trial& trial);

/// Z2: are losses beyond VaR as many and as large as forecast?
/// err: as shortfall_size, but no day beyond VaR is an answer
/// src: Acerbi & Szekely (2014), test 2
Result<Verdict> shortfall_total(std::span<const TailDay> days, Rehearsal rehearsal,
                                const Trial& trial);

}  // namespace levee::risk
