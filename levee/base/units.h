// levee/base/units.h — what levee's numbers measure.
#pragma once
#include "levee/base/check.h"
#include "levee/base/strong.h"

#include <cstdint>

namespace levee {

namespace unit {
struct Adds {
  static constexpr bool adds = true;
};
struct Stands {
  static constexpr bool adds = false;
};
struct UsdTag : Adds {};
struct TokensTag : Adds {};
struct GammaTag : Adds {};
struct YearsTag : Adds {};
struct LogReturnTag : Adds {};
struct TotalVarianceTag : Adds {};
struct RateTag : Adds {};
struct IntensityTag : Adds {};
struct ShareTag : Adds {};
struct PriceTag : Stands {};
struct VolTag : Stands {};
struct TickTag : Stands {};
struct TickSpacingTag : Stands {};
struct FeePipsTag : Stands {};
}  // namespace unit

using Usd = Strong<unit::UsdTag, double>;        ///< Money on a path.
using Tokens = Strong<unit::TokensTag, double>;  ///< Whole tokens of the base asset; also delta.
using Gamma = Strong<unit::GammaTag, double>;    ///< Tokens of delta per dollar of price.
using Years = Strong<unit::YearsTag, double>;    ///< Year fraction, ACT/365F.
using Price = Strong<unit::PriceTag, double>;    ///< Quote per base, human units, > 0.
using Vol = Strong<unit::VolTag, double>;        ///< Per square root of a year, >= 0.
using LogReturn = Strong<unit::LogReturnTag, double>;          ///< ln of a price ratio.
using TotalVariance = Strong<unit::TotalVarianceTag, double>;  ///< Vol squared times years, >= 0.
using Rate = Strong<unit::RateTag, double>;            ///< Per year, continuously compounded.
using Intensity = Strong<unit::IntensityTag, double>;  ///< Events per year, >= 0.
using Share = Strong<unit::ShareTag, double>;          ///< A fraction of a stated whole.
using Tick = Strong<unit::TickTag, std::int32_t>;  ///< log_1.0001 of raw price; -887272 ... 887272.
using TickSpacing = Strong<unit::TickSpacingTag, std::int32_t>;  ///< > 0.
using FeePips = Strong<unit::FeePipsTag, std::uint32_t>;         ///< Millionths.

/// A probability, checked to lie in [0, 1] when it is made.
class Probability {
 public:
  constexpr Probability() = default;
  constexpr explicit Probability(double value) : value_(value) {
    LEVEE_EXPECT(value >= 0 && value <= 1);
  }
  constexpr double value() const { return value_; }
  friend constexpr auto operator<=>(Probability, Probability) = default;

 private:
  double value_ = 0;
};

static_assert(sizeof(Usd) == sizeof(double) && sizeof(Tick) == sizeof(std::int32_t));
static_assert(sizeof(Probability) == sizeof(double));

namespace literals {
constexpr Vol operator""_vol(long double x) { return Vol{static_cast<double>(x)}; }
constexpr Usd operator""_usd(unsigned long long x) { return Usd{static_cast<double>(x)}; }
constexpr Usd operator""_usd(long double x) { return Usd{static_cast<double>(x)}; }
constexpr Price operator""_price(unsigned long long x) { return Price{static_cast<double>(x)}; }
constexpr Price operator""_price(long double x) { return Price{static_cast<double>(x)}; }
constexpr Years operator""_years(long double x) { return Years{static_cast<double>(x)}; }
}  // namespace literals

}  // namespace levee
