// tests/option/chain_cases.h — chains to price, and what an engine has to make of them.
#pragma once
#include "levee/option/chain.h"

#include "tests/option/black_reference.h"
#include "tests/support/cases.h"

#include <algorithm>
#include <vector>

namespace levee::option::test {

using levee::test::Gen;

/// A chain that owns its columns, and its answers.
struct Chain {
  std::vector<Type> type;
  std::vector<Price> strike, forward;
  std::vector<Years> expiry;
  std::vector<Vol> vol;
  std::vector<double> discount;

  void push(Type a_type, Price a_strike, const BlackInputs& in) {
    type.push_back(a_type);
    strike.push_back(a_strike);
    forward.push_back(in.forward);
    expiry.push_back(in.expiry);
    vol.push_back(in.vol);
    discount.push_back(in.discount);
  }
  std::size_t size() const { return type.size(); }
  BlackInputs inputs(std::size_t i) const { return {forward[i], expiry[i], vol[i], discount[i]}; }
  ChainColumns options() const { return {type, strike, forward, expiry}; }
  BlackColumns columns() const { return {options(), vol, discount}; }
};

struct Answers {
  std::vector<Usd> price, vega, theta;
  std::vector<Tokens> delta;
  std::vector<Gamma> gamma;
  std::vector<double> vanna, volga;
  Batch batch;
  friend bool operator==(const Answers& a, const Answers& b) {
    return a.price == b.price && a.vega == b.vega && a.theta == b.theta && a.delta == b.delta &&
           a.gamma == b.gamma && a.vanna == b.vanna && a.volga == b.volga;
  }
};

inline Answers answers(const Chain& chain, num::Engine engine) {
  Answers made;
  const std::size_t n = chain.size();
  made.price.resize(n), made.vega.resize(n), made.theta.resize(n);
  made.delta.resize(n), made.gamma.resize(n), made.vanna.resize(n), made.volga.resize(n);
  const GreekColumns out{made.price, made.delta, made.gamma, made.vega,
                         made.theta, made.vanna, made.volga};
  made.batch = black_chain(chain.columns(), out, engine);
  return made;
}

struct Vols {
  std::vector<Vol> vol;
  std::vector<VolVerdict> verdict;
  Batch batch;
};

inline Vols vols(const ChainColumns& options, const std::vector<Usd>& price, num::Engine engine) {
  Vols made;
  made.vol.resize(price.size());
  made.verdict.resize(price.size());
  made.batch = implied_vols({options, price}, {made.vol, made.verdict}, engine);
  return made;
}

/// As benchmark B2 draws them: a day to a year, vols 0.3 to 1.2, 3.5 standard deviations each way.
inline Chain usual_chain(Gen& gen, std::size_t count) {
  Chain chain;
  for (std::size_t i = 0; i < count; ++i) {
    const double forward = 3000 * gen.real(0.8, 1.2), vol = gen.real(0.3, 1.2);
    const double time = gen.scale(1.0 / 365, 1);
    const double strike = forward * std::exp(gen.real(-3.5, 3.5) * vol * std::sqrt(time));
    chain.push(gen.coin() ? Type::call : Type::put, Price{strike},
               {Price{forward}, Years{time}, Vol{vol}, gen.real(0.9, 1)});
  }
  return chain;
}

/// Minutes to decades, calm to absurd, at the money to hopeless: much of it is not for lanes.
inline Chain wild_chain(Gen& gen, std::size_t count) {
  Chain chain;
  for (std::size_t i = 0; i < count; ++i) {
    const double forward = gen.scale(1e-6, 1e9), vol = gen.scale(0.005, 6);
    const double time = gen.scale(1e-6, 20), s = vol * std::sqrt(time);
    const double far = gen.integer(0, 3) == 0 ? 0 : gen.real(-12, 12);
    chain.push(gen.coin() ? Type::call : Type::put, Price{forward * std::exp(far * s)},
               {Price{forward}, Years{time}, Vol{vol}, gen.real(0.5, 1)});
  }
  return chain;
}

/// Every answer against long double.
inline void expect_right(const Chain& chain, const Answers& got) {
  constexpr double told = 1e-12;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const BlackInputs in = chain.inputs(i);
    const Reference want = black_reference(chain.type[i], chain.strike[i], in);
    const double f = in.forward.value(), vol = in.vol.value(), time = in.expiry.value();
    const double d1 =
        std::log(f / chain.strike[i].value()) / (vol * std::sqrt(time)) + vol * std::sqrt(time) / 2;
    const double d2 = d1 - vol * std::sqrt(time),
                 bend = in.discount * static_cast<double>(pdf(d1)) / vol;
    const auto near = [&](double have, long double wanted, double size, const char* name) {
      EXPECT_NEAR(have, static_cast<double>(wanted), told * std::abs(size))
          << name << " of option " << i << ": strike " << chain.strike[i].value() << ", forward "
          << f << ", " << time << " years, vol " << vol;
    };
    const auto price = static_cast<double>(want.price), vega = static_cast<double>(want.vega);
    near(got.price[i].value(), want.price, price, "price");
    near(got.delta[i].value(), want.delta, static_cast<double>(want.delta), "delta");
    near(got.gamma[i].value(), want.gamma, static_cast<double>(want.gamma), "gamma");
    near(got.vega[i].value(), want.vega, vega, "vega");
    near(got.theta[i].value(), want.theta, static_cast<double>(want.theta), "theta");
    // d1 and d2 are differences themselves.
    const double wide = std::abs(d1) + std::abs(d2);
    near(got.vanna[i], want.vanna, bend * wide, "vanna");
    near(got.volga[i], want.volga, vega * wide * wide / vol, "volga");
    if (::testing::Test::HasFailure()) return;
  }
}

/// Out-of-the-money prices of a usual chain, inverted.
inline void expect_vols_back(Gen& gen, num::Engine engine) {
  Chain chain = usual_chain(gen, gen.size(1, 400));
  std::vector<Usd> price(chain.size());
  for (std::size_t i = 0; i < chain.size(); ++i) {
    chain.type[i] = chain.strike[i] < chain.forward[i] ? Type::put : Type::call;
    price[i] = Usd{static_cast<double>(
        price_reference(chain.type[i], chain.strike[i].value(), chain.forward[i].value(),
                        chain.expiry[i].value(), chain.vol[i].value()))};
  }
  const Vols got = vols(chain.options(), price, engine);
  // Near the ends of its range the start may be too poor for three steps: one in thousands.
  EXPECT_LE(got.batch.one_by_one, 2 + chain.size() / 100);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    EXPECT_EQ(got.verdict[i], VolVerdict::found);
    EXPECT_CLOSE(got.vol[i].value(), chain.vol[i].value(), 2e-13) << "option " << i;
  }
}

}  // namespace levee::option::test
