// levee/book/position.h — what a liquidity position is worth, risks and earns today.
#pragma once
#include "levee/base/explain.h"
#include "levee/base/result.h"
#include "levee/book/holding.h"
#include "levee/market/snapshot.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::book {

/// Value, losses, Greeks and break-evens of one position or of several together.
/// What is not known is empty, and `unknown` of the answer says why.
struct PositionReport {
  std::string name;
  double value_usd = 0;
  double base_tokens = 0, quote_usd = 0;
  double delta = 0;                                        ///< Tokens.
  double gamma = 0;                                        ///< Tokens per dollar.
  double il_borrowed = 0, il_funded = 0, il_relative = 0;  ///< Fractions, gains positive.
  double concentration = 0;
  double lvr_usd_per_day = 0;  ///< At market-implied volatility.
  std::optional<double> fees_usd_per_day;
  std::optional<double> fees_usd_per_day_se;
  std::optional<double> fee_implied_vol;
  double break_even_fee_rate = 0;  ///< Fees per year over value that would pay for LVR.
  double market_implied_vol = 0;
  std::optional<double> realised_vol;
  std::optional<double> realised_vol_se;
  std::optional<double> break_even_low, break_even_high;      ///< Prices; hold is the benchmark.
  std::optional<double> break_even_low_z, break_even_high_z;  ///< In sigma sqrt horizon.
  double straddles = 0;                 ///< At the money to the horizon, at implied volatility.
  std::optional<double> days_in_range;  ///< Expected until first exit, driftless.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "position, or all of them together");
    visit("value_usd", self.value_usd, "worth now");
    visit("base_tokens", self.base_tokens, "base tokens held");
    visit("quote_usd", self.quote_usd, "quote held");
    visit("delta", self.delta, "tokens");
    visit("gamma", self.gamma, "tokens per dollar");
    visit("il_borrowed", self.il_borrowed, "(LP - hold) / entry value: convexity alone");
    visit("il_funded", self.il_funded, "(LP - entry value) / entry value: with delta");
    visit("il_relative", self.il_relative, "(LP - hold) / hold");
    visit("concentration", self.concentration, "gamma over that of a full range of equal value");
    visit("lvr_usd_per_day", self.lvr_usd_per_day, "loss versus rebalancing at implied vol");
    visit("fees_usd_per_day", self.fees_usd_per_day, "expected fee income while in range");
    visit("fees_usd_per_day_se", self.fees_usd_per_day_se, "its standard error");
    visit("fee_implied_vol", self.fee_implied_vol, "volatility at which fees pay for LVR");
    visit("break_even_fee_rate", self.break_even_fee_rate, "fees a year over value that pay LVR");
    visit("market_implied_vol", self.market_implied_vol, "smile-integrated, at the horizon");
    visit("realised_vol", self.realised_vol, "close to close over the policy's window");
    visit("realised_vol_se", self.realised_vol_se, "its standard error");
    visit("break_even_low", self.break_even_low, "price below which fees no longer pay the loss");
    visit("break_even_high", self.break_even_high, "price above which they no longer do");
    visit("break_even_low_z", self.break_even_low_z, "in sigma sqrt(horizon)");
    visit("break_even_high_z", self.break_even_high_z, "in sigma sqrt(horizon)");
    visit("straddles", self.straddles,
          "straddles at the money, to the horizon, that it has in effect sold: of the same gamma");
    visit("days_in_range", self.days_in_range, "expected days until the price leaves the range");
  }
};

/// What the report needs beside position and snapshot.
struct PositionAsk {
  Seconds horizon;
  Seconds realised;  ///< Window of the realised volatility.
};

/// One position's report, the fee forecast included, and what could not be known.
struct PositionAnswer {
  PositionReport total;
  std::vector<PositionReport> each;
  std::vector<std::optional<double>> fees_usd_per_day;  ///< [positions]
  std::vector<Error> unknown;
  Explain explain;
};

/// Values every position of the book in a snapshot.
///
/// in:   the book holds at least one position
/// out:  fee forecast: the pool's recent fees per unit of liquidity times the position's, else the
///       position's own fees over its age; break-evens count fees earned and expected to the
///       horizon against the borrowed loss
/// err:  missing_data without positions or surface; stale_data for old history unless allowed
Result<PositionAnswer> value_positions(const Book& book, const market::Snapshot& snapshot,
                                       const option::Surface& surface, const PositionAsk& ask);

/// The same where the asset has no options: implied, per root of a year to the horizon, stands for
/// what they would say.
Result<PositionAnswer> value_positions(const Book& book, const market::Snapshot& snapshot,
                                       Vol implied, const PositionAsk& ask);

}  // namespace levee::book
