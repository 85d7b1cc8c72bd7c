// levee/option/black.h — Black-76: price and Greeks on a forward.
#pragma once
#include "levee/option/contract.h"

namespace levee::option {

/// What Black's formula needs beside the contract's type and strike.
struct BlackInputs {
  Price forward;
  Years expiry;         ///< >= 0; 0 gives intrinsic value.
  Vol vol;              ///< >= 0; 0 gives intrinsic value.
  double discount = 1;  ///< Discount factor to expiry, in (0, 1].
};

/// Undiscounted-forward Greeks times the discount; per contract on one token.
struct Greeks {
  Usd price;
  Tokens delta;  ///< dPrice/dF.
  Gamma gamma;   ///< d2Price/dF2.
  Usd vega;      ///< Per 1.00 of volatility.
  Usd theta;     ///< Per year of calendar time passing (negative for a long option); r = 0 part.
  double vanna = 0;  ///< d delta / d vol, tokens per 1.00.
  double volga = 0;  ///< d vega / d vol, USD per 1.00 squared.
  Usd rho;           ///< Per 1.00 of the rate behind the discount, at the same forward.
  double charm = 0;  ///< d delta / d calendar time, tokens per year; r = 0 part.
};

/// Price of a European option on a forward.
///
/// out:  relative accuracy 1e-12 for prices above 1e-14 of the forward, also far out of the money
/// cost: two erfc, one log, one sqrt; far out of the money an exp and 24 divisions more
/// src:  Black (1976), J. Financial Economics 3, 167-179
Usd black_price(Type type, Price strike, const BlackInputs& in);

/// Price and Greeks.
///
/// in:   forward and strike positive; nothing infinite or NaN (a bug, as for black_price)
/// out:  without time or volatility the Greeks of intrinsic value, delta half-way at its kink
/// src:  Haug (2007), The Complete Guide to Option Pricing Formulas, chapter 2
Greeks black_greeks(Type type, Price strike, const BlackInputs& in);

/// A coin-settled option's premium in coins and its delta in the coin account.
struct CoinPremium {
  Tokens premium;    ///< Black price over the forward.
  Tokens net_delta;  ///< Black delta minus premium: the coin account's own exposure removed.
};
CoinPremium coin_premium(const Greeks& greeks, Price forward);

/// Greeks of a coin-settled option's price in coins, c = V / F: a coin account's own numbers.
struct CoinGreeks {
  Tokens price;
  Tokens net_delta;  ///< F dc/dF: what the account is long; for a call (K/F) Phi(d2).
  double gamma = 0;  ///< d net_delta / dF, coins per dollar.
  Tokens vega;       ///< Per 1.00 of volatility, as vanna and volga.
  Tokens theta;      ///< Per year of calendar time passing, as charm.
  Tokens rho;        ///< Per 1.00 of rate.
  double vanna = 0;  ///< d net_delta / d vol.
  double volga = 0;  ///< d vega / d vol.
  double charm = 0;  ///< d net_delta / d calendar time.
};

/// in:   greeks as black_greeks gives them for this forward, a finite price above 0
CoinGreeks coin_greeks(const Greeks& greeks, Price forward);

}  // namespace levee::option
