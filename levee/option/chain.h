// levee/option/chain.h — a whole chain at once: prices with Greeks, and implied volatilities.
//
// Columns, not rows: entry i of every span belongs to option i.
// src: levee/option/chain_lanes.h
#pragma once
#include "levee/num/lanes.h"
#include "levee/option/implied_vol.h"

#include <cstddef>
#include <span>

namespace levee::option {

/// Options side by side.
struct ChainColumns {
  std::span<const Type> type;
  std::span<const Price> strike, forward;
  std::span<const Years> expiry;
};

/// What Black's formula needs for each.
struct BlackColumns {
  ChainColumns options;
  std::span<const Vol> vol;
  std::span<const double> discount;
};

/// Where prices and Greeks go; as in Greeks.
struct GreekColumns {
  std::span<Usd> price;
  std::span<Tokens> delta;
  std::span<Gamma> gamma;
  std::span<Usd> vega, theta;
  std::span<double> vanna, volga;
};

/// How much of a batch its engine answered itself; black_greeks or found_vol did the rest.
struct Batch {
  std::size_t in_lanes = 0, one_by_one = 0;
};

/// Price and six Greeks of every option.
///
/// in:   columns of one length; each option as for black_greeks (a broken one is a bug);
///       has_engine(engine)
/// out:  1e-12 relative (vanna and volga: of their size without the cancellation in d1 and d2);
///       avx2 and avx512 agree to the last bit, wherever the option stands
/// cost: on a Zen 4 core at 3.65 GHz, columns in cache and on 64-byte lines, 6 ns an option with
///       avx512 and 9 ns with avx2; 130 ns with plain, and for the options that lanes leave to it:
///       with s = vol sqrt(expiry), those beyond ten s, or with s above 2 or below about 0.003
///       (0.01 where the strike is five s away)
Batch black_chain(const BlackColumns& in, const GreekColumns& out,
                  num::Engine engine = num::Engine::fastest);

/// Undiscounted prices of options.
struct QuoteColumns {
  ChainColumns options;
  std::span<const Usd> price;
};

/// Where volatilities and what is to be said of them go.
struct VolColumns {
  std::span<Vol> vol;  ///< NaN where there is none.
  std::span<VolVerdict> verdict;
};

/// The implied volatility of every option.
///
/// in:   columns of one length; any numbers; has_engine(engine)
/// out:  as found_vol; found ones agree with it to 1e-12 relative wherever an ulp of the
///       out-of-the-money price is worth no more
/// cost: there, 18 ns an option with avx512 and 29 ns with avx2, 500 ns with plain and for what
///       lanes leave to it
Batch implied_vols(const QuoteColumns& in, const VolColumns& out,
                   num::Engine engine = num::Engine::fastest);

}  // namespace levee::option
