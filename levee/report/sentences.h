// levee/report/sentences.h — what terminal and page say alike, in whole sentences.
#pragma once
#include "levee/hedge/plan.h"

#include <string>
#include <string_view>

namespace levee::report {

inline constexpr std::string_view model_made_badge = "MODEL-MADE MARKET";
inline constexpr std::string_view model_made_notice =
    "The prices below were made by a model, not observed. They show how levee works and say "
    "nothing about any real market.";
inline constexpr std::string_view disclaimer =
    "For education and information only; not investment, legal or tax advice. levee sends no "
    "orders and holds no keys. Every number is a model's under the assumptions above; options and "
    "liquidity positions can lose all that was put in, and losses can exceed every figure shown.";

/// The answer in one sentence: of a hedge its tail before and after and its price, else the plan's
/// own sentence.
std::string headline(const hedge::Plan& plan);

/// The plan's own sentence where the headline is another; may be empty.
std::string second_line(const hedge::Plan& plan);

/// "ETH at $3,214.50 on 2026-01-20T08:00:00Z, ..."
std::string market_sentence(const hedge::MarketTold& market);

/// "You sell volatility at 48.0 %; buying it back costs 55.0 %; realised 51.2 % ± 3.1 %."
std::string volatility_sentence(const book::PositionReport& position);

/// Between which prices the whole profit is a gain, in dollars and in sigma sqrt(horizon); empty
/// where no profit was worked out.
std::string break_even_sentence(const hedge::PlanTold& plan);

/// "put_shield" as "put shield", and as "Put shield"; "mev_share" as "MEV share".
std::string spaced(std::string_view name);
std::string label_of(std::string_view name);

/// "30-day", or "perpetual" for bucket 0.
std::string bucket_label(double bucket_days);

/// "12 d" of time to expiry, nothing for a perp.
std::string tenor_label(double tenor_days);

/// "$2,812 (−1.02 σ√T)"; the distance only where it is known. Its space does not break.
std::string price_and_distance(double price, std::optional<double> z);

}  // namespace levee::report
