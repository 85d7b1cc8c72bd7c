// bench/peers/quantlib_peer.cpp — QuantLib on peers.md W2, a program of its own: levee never links
// it.
//
// Prints a line {"name", "per_second", "value"} a workload, items per second of CPU time. Values at
// a spot of 2000 are held against their golden ones before anything is timed.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include <ql/exercise.hpp>
#include <ql/instruments/europeanoption.hpp>
#include <ql/math/randomnumbers/rngtraits.hpp>
#include <ql/methods/montecarlo/multipathgenerator.hpp>
#include <ql/models/equity/batesmodel.hpp>
#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>
#include <ql/pricingengines/vanilla/analyticeuropeanengine.hpp>
#include <ql/pricingengines/vanilla/analytichestonengine.hpp>
#include <ql/pricingengines/vanilla/batesengine.hpp>
#include <ql/pricingengines/vanilla/coshestonengine.hpp>
#include <ql/pricingengines/vanilla/jumpdiffusionengine.hpp>
#include <ql/processes/merton76process.hpp>
#include <ql/processes/stochasticprocessarray.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/settings.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>

namespace {

using namespace QuantLib;

constexpr double strike = 1800, rate = 0.03, vol = 0.65;
const Date today(1, January, 2026);
const Actual365Fixed act365;
volatile double sink;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

struct Golden {
  const char* name;
  double value, tolerance;
};

// `at(spot)` is one item; `items` is how many it counts for.
template <class Work>
void timed(const Golden& golden, Work at, double items = 1) {
  const double value = at(2000);
  if (!(std::abs(value / golden.value - 1) < golden.tolerance)) {
    std::fprintf(stderr, "%s: %.12g, golden is %.12g\n", golden.name, value, golden.value);
    std::exit(1);
  }
  long calls = 0;
  const double start = cpu_seconds();
  double spent = 0;
  do {
    for (int i = 0; i < 100; ++i) sink = at(1500 + static_cast<double>(calls++ % 1000));
    spent = cpu_seconds() - start;
  } while (spent < 0.25);
  std::printf("{\"name\": \"%s\", \"per_second\": %.6g, \"value\": %.12g}\n", golden.name,
              items * static_cast<double>(calls) / spent, value);
  std::fflush(stdout);
}

Handle<YieldTermStructure> flat(double at) {
  return Handle<YieldTermStructure>(ext::make_shared<FlatForward>(today, at, act365));
}
Handle<BlackVolTermStructure> flat_vol(double at) {
  return Handle<BlackVolTermStructure>(
      ext::make_shared<BlackConstantVol>(today, NullCalendar(), at, act365));
}

const double years = 30.0 / 365, root = std::sqrt(years), discount = std::exp(-rate * years);
constexpr double put_at_2000 = 61.5194197360;

void time_formulas() {
  timed({"W2b_black_calculator", put_at_2000, 1e-11}, [](double spot) {
    BlackCalculator c(Option::Put, strike, spot / discount, vol * root, discount);
    return c.value() + 1e-300 * (c.delta(spot) + c.gamma(spot) + c.vega(years) +
                                 c.theta(spot, years) + c.rho(years));
  });
  timed({"W2c_black_formula", put_at_2000, 1e-11}, [](double spot) {
    return blackFormula(Option::Put, strike, spot / discount, vol * root, discount);
  });
  std::vector<double> prices;
  for (int i = 0; i < 1000; ++i) {
    prices.push_back(
        blackFormula(Option::Put, strike, 1500.0 + i, (0.3 + 0.001 * (i % 900)) * root));
  }
  const auto at = [&](double spot) { return prices[static_cast<std::size_t>(spot - 1500)]; };
  timed({"W2d_implied", 0.8, 1e-9}, [&](double spot) {
    return blackFormulaImpliedStdDev(Option::Put, strike, spot, at(spot), 1.0, 0.0, Null<Real>(),
                                     1e-12) /
           root;
  });
  timed({"W2d_implied_lirs", 0.8, 1e-9}, [&](double spot) {
    return blackFormulaImpliedStdDevLiRS(Option::Put, strike, spot, at(spot), 1.0, 0.0,
                                         Null<Real>(), 1.0, 1e-12) /
           root;
  });
}

struct Market {
  ext::shared_ptr<SimpleQuote> spot = ext::make_shared<SimpleQuote>(2000.0);
  Handle<Quote> quote{spot};
  EuropeanOption option{ext::make_shared<PlainVanillaPayoff>(Option::Put, strike),
                        ext::make_shared<EuropeanExercise>(today + 30)};
};

void time_engine(const Golden& golden, Market& market, ext::shared_ptr<PricingEngine> engine) {
  market.option.setPricingEngine(std::move(engine));
  timed(golden, [&](double spot) {
    market.spot->setValue(spot);
    return market.option.NPV();
  });
}

void time_engines() {
  Market m;
  const auto process =
      ext::make_shared<BlackScholesMertonProcess>(m.quote, flat(0), flat(rate), flat_vol(vol));
  m.option.setPricingEngine(ext::make_shared<AnalyticEuropeanEngine>(process));
  timed({"W2a_engine", put_at_2000, 1e-11}, [&](double spot) {
    m.spot->setValue(spot);
    return m.option.NPV() + 1e-300 * (m.option.delta() + m.option.gamma() + m.option.vega() +
                                      m.option.theta() + m.option.rho());
  });
  const auto number = [](double x) { return Handle<Quote>(ext::make_shared<SimpleQuote>(x)); };
  // The engine's sum ends at 1e-4 of itself unless it is asked for more.
  const auto merton = ext::make_shared<Merton76Process>(m.quote, flat(0), flat(rate), flat_vol(vol),
                                                        number(1), number(-.3), number(.25));
  time_engine({"W2i_merton", 76.5906100494, 1e-11}, m,
              ext::make_shared<JumpDiffusionEngine>(merton));
  time_engine({"W2i_merton_exact", 76.5906471011, 1e-11}, m,
              ext::make_shared<JumpDiffusionEngine>(merton, 1e-12, 1000));
  const auto variance =
      ext::make_shared<HestonProcess>(flat(rate), flat(0), m.quote, .4, 2., .45, .8, -.3);
  const auto heston = ext::make_shared<HestonModel>(variance);
  constexpr double golden = 59.9815168822;
  time_engine({"W2h_heston_laguerre", golden, 1e-9}, m,
              ext::make_shared<AnalyticHestonEngine>(heston, 144));
  time_engine({"W2h_heston_cos", golden, 1e-8}, m, ext::make_shared<COSHestonEngine>(heston));
  const auto jumps = ext::make_shared<BatesModel>(ext::make_shared<BatesProcess>(
      flat(rate), flat(0), m.quote, .4, 2., .45, .8, -.3, 4., -.05, .1));
  time_engine({"bates", 66.7961946397, 1e-9}, m, ext::make_shared<BatesEngine>(jumps, 144));
}

// B3's diffusion: two assets, thirty days, correlation 0.8. A step moves both.
void time_paths() {
  std::vector<ext::shared_ptr<StochasticProcess1D>> assets;
  for (const double sigma : {0.65, 0.5}) {
    assets.push_back(ext::make_shared<BlackScholesMertonProcess>(
        Handle<Quote>(ext::make_shared<SimpleQuote>(2000.0)), flat(0), flat(0), flat_vol(sigma)));
  }
  Matrix correlation(2, 2, 1.0);
  correlation[0][1] = correlation[1][0] = 0.8;
  const auto both = ext::make_shared<StochasticProcessArray>(assets, correlation);
  const TimeGrid grid(years, 30);
  MultiPathGenerator<PseudoRandom::rsg_type> generator(
      both, grid, PseudoRandom::make_sequence_generator(60, 7), false);
  timed({"B3_paths", 2000, 1}, [&](double) { return generator.next().value[0].back(); }, 30);
}

}  // namespace

int main() {
  Settings::instance().evaluationDate() = today;
  time_formulas();
  time_engines();
  time_paths();
}
