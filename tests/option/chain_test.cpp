// tests/option/chain_test.cpp — chains in columns: every engine, every edge, every refusal.
#include "levee/option/chain.h"

#include "tests/option/chain_cases.h"

#include <cmath>
#include <limits>

namespace levee::option {

using levee::test::for_cases;
using num::Engine;
using test::Chain;
using test::Gen;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::nan("");

std::vector<Engine> engines() {
  std::vector<Engine> there;
  for (const Engine engine : {Engine::plain, Engine::avx2, Engine::avx512}) {
    if (num::has_engine(engine)) there.push_back(engine);
  }
  return there;
}

// One ordinary option, often enough to fill lanes around whatever stands at `place`.
Chain ordinary(std::size_t count) {
  Chain chain;
  for (std::size_t i = 0; i < count; ++i) {
    chain.push(Type::call, Price{2200}, {Price{2000}, Years{0.1}, Vol{0.6}, 0.99});
  }
  return chain;
}

struct Quote {
  Type type;
  double strike, forward, years, price;
};

test::Vols vols_of(const std::vector<Quote>& quotes, Engine engine) {
  std::vector<Type> type;
  std::vector<Price> strike, forward;
  std::vector<Years> expiry;
  std::vector<Usd> price;
  for (const Quote& quote : quotes) {
    type.push_back(quote.type);
    strike.emplace_back(quote.strike);
    forward.emplace_back(quote.forward);
    expiry.emplace_back(quote.years);
    price.emplace_back(quote.price);
  }
  return test::vols({type, strike, forward, expiry}, price, engine);
}

}  // namespace

TEST(BlackChain, OfNothingIsNothing) {
  for (const Engine engine : engines()) {
    EXPECT_EQ(test::answers(Chain{}, engine).batch.in_lanes, 0);
    EXPECT_TRUE(vols_of({}, engine).vol.empty());
  }
}

TEST(BlackChain, IsBlacksFormulaForOneStrike) {
  const Chain chain = ordinary(1);
  const Greeks want = black_greeks(Type::call, Price{2200}, chain.inputs(0));
  for (const Engine engine : engines()) {
    const auto got = test::answers(chain, engine);
    EXPECT_CLOSE(got.price[0].value(), want.price.value(), 1e-13);
    EXPECT_CLOSE(got.delta[0].value(), want.delta.value(), 1e-13);
    EXPECT_CLOSE(got.gamma[0].value(), want.gamma.value(), 1e-13);
    EXPECT_CLOSE(got.vega[0].value(), want.vega.value(), 1e-13);
    EXPECT_CLOSE(got.theta[0].value(), want.theta.value(), 1e-13);
    EXPECT_CLOSE(got.vanna[0], want.vanna, 1e-13);
    EXPECT_CLOSE(got.volga[0], want.volga, 1e-13);
  }
}

TEST(BlackChain, WithoutTimeOrVolatilityGivesIntrinsicValue) {
  for (const Engine engine : engines()) {
    Chain chain = ordinary(19);
    chain.expiry[3] = chain.expiry[17] = Years{0};
    chain.vol[5] = Vol{0};
    for (const std::size_t i : {3, 5, 17}) chain.strike[i] = Price{1500};
    const auto got = test::answers(chain, engine);
    for (const std::size_t i : {3, 5, 17}) {
      EXPECT_DOUBLE_EQ(got.price[i].value(), 0.99 * 500);
      EXPECT_EQ(got.delta[i].value(), 0.99);
      EXPECT_EQ(got.gamma[i].value(), 0);
      EXPECT_EQ(got.theta[i].value(), 0);
    }
    EXPECT_EQ(got.batch.one_by_one, engine == Engine::plain ? 19 : 3);
    EXPECT_EQ(got.batch.in_lanes, engine == Engine::plain ? 0 : 16);
  }
}

TEST(BlackChain, RefusesWhatIsNoOptionWhereverItStands) {
  const auto expect_refused = [](auto spoil) {
    for (const Engine engine : engines()) {
      for (const std::size_t place : {0, 7, 15, 16, 18}) {
        Chain chain = ordinary(19);
        spoil(chain, place);
        EXPECT_THROW(test::answers(chain, engine), ContractBroken);
      }
    }
  };
  for (const double bad : {0.0, -1.0, nan, infinity, -infinity}) {
    SCOPED_TRACE(bad);
    expect_refused([=](Chain& chain, std::size_t i) { chain.forward[i] = Price{bad}; });
    expect_refused([=](Chain& chain, std::size_t i) { chain.strike[i] = Price{bad}; });
    expect_refused([=](Chain& chain, std::size_t i) { chain.discount[i] = bad; });
    if (bad == 0) continue;
    expect_refused([=](Chain& chain, std::size_t i) { chain.expiry[i] = Years{bad}; });
    expect_refused([=](Chain& chain, std::size_t i) { chain.vol[i] = Vol{bad}; });
  }
  expect_refused([](Chain& chain, std::size_t i) { chain.discount[i] = 1.0000001; });
  // Two wrongs that a product would hide.
  expect_refused([](Chain& chain, std::size_t i) {
    chain.forward[i] = Price{-2000};
    chain.strike[i] = Price{-2200};
  });
}

TEST(BlackChain, RefusesColumnsOfDifferentLengths) {
  Chain chain = ordinary(4);
  chain.vol.pop_back();
  EXPECT_THROW(test::answers(chain, Engine::plain), ContractBroken);
  EXPECT_THROW(test::vols(ordinary(4).options(), {Usd{1}}, Engine::plain), ContractBroken);
}

TEST(BlackChainLaw, TenThousandRandomContractsAreRightOnEveryEngine) {
  Gen gen(3, 1);
  const Chain chain = test::usual_chain(gen, 10'000);
  for (const Engine engine : engines()) test::expect_right(chain, test::answers(chain, engine));
}

TEST(BlackChainLaw, WildOptionsComeOutAsOneByOne) {
  for_cases(200, [](Gen& gen) {
    const Chain chain = test::wild_chain(gen, gen.size(1, 100));
    const auto want = test::answers(chain, Engine::plain);
    for (const Engine engine : engines()) {
      const auto got = test::answers(chain, engine);
      for (std::size_t i = 0; i < chain.size(); ++i) {
        EXPECT_CLOSE(got.price[i].value(), want.price[i].value(), 1e-12) << "option " << i;
        EXPECT_CLOSE(got.delta[i].value(), want.delta[i].value(), 1e-12) << "option " << i;
        EXPECT_CLOSE(got.gamma[i].value(), want.gamma[i].value(), 1e-12) << "option " << i;
        EXPECT_CLOSE(got.theta[i].value(), want.theta[i].value(), 1e-12) << "option " << i;
      }
    }
  });
}

TEST(BlackChainLaw, FourAndEightSideBySideGiveTheSameBitsWhereverAnOptionStands) {
  if (!num::has_engine(Engine::avx512)) GTEST_SKIP() << "this processor or build has no avx512";
  for_cases(100, [](Gen& gen) {
    const Chain chain = test::wild_chain(gen, gen.size(1, 700));
    const auto all = test::answers(chain, Engine::avx512);
    EXPECT_EQ(all, test::answers(chain, Engine::avx2));
    const std::size_t i = gen.size(0, chain.size() - 1);
    Chain alone;
    alone.push(chain.type[i], chain.strike[i], chain.inputs(i));
    EXPECT_EQ(test::answers(alone, Engine::avx512).price[0], all.price[i]);
  });
}

TEST(ImpliedVols, SaysOfEveryPriceWhyItHasNone) {
  const std::vector<Quote> quotes = {
      {Type::call, 80, 100, .1, 19.99},    {Type::call, 120, 100, .1, -.01},
      {Type::call, 120, 100, .1, 100},     {Type::put, 80, 100, .1, 80.5},
      {Type::put, 80, 100, .1, nan},       {Type::put, 80, 100, .1, infinity},
      {Type::call, 0, 100, .1, 5},         {Type::call, 100, -1, .1, 5},
      {Type::call, 100, 100, 0, 5},        {Type::call, nan, 100, .1, 5},
      {Type::call, 100, infinity, .1, 5},  {Type::call, -100, -100, .1, 5},
      {Type::call, 80, 100, .1, 20},       {Type::put, 80, 100, .1, 0},
      {Type::call, 100, 100, .1, 7.5},     {Type::put, 100, 100, .1, 7.5},
      {Type::call, 120, 100, .1, -1e-300}, {Type::put, 80, 100, nan, 5}};
  using V = VolVerdict;
  const std::vector<V> want = {
      V::below_intrinsic, V::below_intrinsic, V::above_bound, V::above_bound, V::below_intrinsic,
      V::above_bound,     V::unsound,         V::unsound,     V::unsound,     V::unsound,
      V::unsound,         V::unsound,         V::found,       V::found,       V::found,
      V::found,           V::below_intrinsic, V::unsound};
  for (const Engine engine : engines()) {
    const auto got = vols_of(quotes, engine);
    EXPECT_EQ(got.verdict, want);
    for (std::size_t i = 0; i < quotes.size(); ++i) {
      EXPECT_EQ(std::isnan(got.vol[i].value()), want[i] != V::found) << "quote " << i;
    }
    EXPECT_EQ(got.vol[12].value(), 0);
    EXPECT_EQ(got.vol[13].value(), 0);
    EXPECT_CLOSE(got.vol[14].value(), got.vol[15].value(), 1e-14);
  }
}

TEST(ImpliedVolsLaw, WildPricesComeOutAsOneByOne) {
  for_cases(300, [](Gen& gen) {
    const Chain chain = test::wild_chain(gen, gen.size(1, 100));
    std::vector<Usd> price;
    std::vector<double> worth;  // of an ulp of the price, as a fraction of the volatility
    for (std::size_t i = 0; i < chain.size(); ++i) {
      BlackInputs in = chain.inputs(i);
      in.discount = 1;
      const Greeks greeks = black_greeks(chain.type[i], chain.strike[i], in);
      price.push_back(greeks.price);
      worth.push_back(4e-16 * (in.forward.value() + chain.strike[i].value()) /
                      (greeks.vega.value() * in.vol.value()));
    }
    const auto want = test::vols(chain.options(), price, Engine::plain);
    for (const Engine engine : engines()) {
      const auto got = test::vols(chain.options(), price, engine);
      EXPECT_EQ(got.verdict, want.verdict);
      for (std::size_t i = 0; i < chain.size(); ++i) {
        if (want.verdict[i] != VolVerdict::found || !(worth[i] < 1e-3)) continue;
        EXPECT_CLOSE(got.vol[i].value(), want.vol[i].value(), 1e-12 + worth[i]) << "option " << i;
      }
    }
  });
}

TEST(ImpliedVolsLaw, FourAndEightSideBySideGiveTheSameBits) {
  if (!num::has_engine(Engine::avx512)) GTEST_SKIP() << "this processor or build has no avx512";
  for_cases(100, [](Gen& gen) {
    const Chain chain = test::usual_chain(gen, gen.size(1, 700));
    const auto price = test::answers(chain, Engine::plain).price;
    const auto wide = test::vols(chain.options(), price, Engine::avx512);
    const auto narrow = test::vols(chain.options(), price, Engine::avx2);
    EXPECT_EQ(wide.verdict, narrow.verdict);
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const bool neither = std::isnan(wide.vol[i].value()) && std::isnan(narrow.vol[i].value());
      EXPECT_TRUE(neither || wide.vol[i] == narrow.vol[i]) << "option " << i;
    }
  });
}

}  // namespace levee::option
