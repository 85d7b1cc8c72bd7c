#include "levee/hedge/assumed.h"

#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::hedge {
namespace {

// What the book or the policy stands on and no failure model is of; all of it where there is none.
std::string without_model(const Ground& ground) {
  std::set<std::string> names{ground.policy.venue};
  for (const book::LpPosition& one : ground.book.positions) {
    for (const std::string& node : one.nodes()) names.insert(node);
  }
  for (const book::Lot& one : ground.book.lots) names.insert(one.venue);
  for (const book::Loan& one : ground.book.loans) names.insert(one.protocol);
  for (const book::Cover& one : ground.book.covers)
    names.insert(one.protocol), names.insert(one.provider);
  names.erase("");
  for (const hazard::FailureModel& model : ground.snapshot.protocols) names.erase(model.protocol);
  return ground.snapshot.protocols.empty() ? "" : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

MarketTold market_of(const Ground& ground) {
  MarketTold market;
  market.underlying_usd = ground.snapshot.spot.value();
  market.at = text_of(ground.snapshot.at);
  market.source = ground.snapshot.source;
  market.base = ground.snapshot.base;
  market.quote = ground.snapshot.quote;
  market.model_made = ground.snapshot.model_made;
  market.implied_vol = ground.calibration.lead().implied.value();
  market.forecast_vol = ground.calibration.lead().forecast.value();
  if (ground.calibration.lead().realised)
    market.realised_vol = ground.calibration.lead().realised->vol.value();
  return market;
}

std::vector<std::string> assumptions_of(const Ground& ground) {
  std::vector<std::string> list;
  if (ground.snapshot.model_made)
    list.push_back("The market shown is made by a model, not observed.");
  list.push_back(fmt::format(
      "One may trade {:.3g} % of an option's open interest at the quoted price: recorded chains "
      "carry no size, so this depth is assumed.",
      100 * ground.policy.depth_share_of_open_interest));
  list.push_back(fmt::format("{} is worth one dollar.", ground.snapshot.quote));
  if (ground.outlook.gauges.empty()) {
    list.emplace_back(
        "No signal is heeded: none was read, or the policy ignores the day (regime).");
  }
  if (ground.proxy != nullptr) {
    const std::string& token = ground.snapshot.base;
    const std::string& other = ground.proxy->snapshot.base;
    list.push_back(fmt::format(
        "{0} has no options: what they would price is taken as {1}'s implied volatility by the "
        "beta "
        "of the newest 90 days, {2:.2f}, and what that leaves, {3:.0f} % a year. Both are drawn "
        "together; funding of {1} stays at its mean.",
        token, other, ground.proxy->recent.beta.value, 100 * ground.proxy->recent.residual_vol));
    list.push_back(fmt::format(
        "Profile, break-evens, floor, coverage and the Greeks of trades take {0} along its beta to "
        "{1}, its residual at zero; vega is {1}'s. Costs, margins, tails and scores are of both as "
        "they move.",
        token, other));
  }
  if (ground.snapshot.pool) {
    const double gap = ground.snapshot.pool->price.value() / ground.snapshot.spot.value() - 1;
    list.push_back(fmt::format(
        "Positions are valued at the chain's index; the pool itself stood {:+.3f} % from it.",
        100 * gap));
  }
  list.push_back(
      fmt::format("Real-world variance: {:.3g} % implied, {:.3g} % realised; zero drift; "
                  "jumps from {}; volatility moves from {}.",
                  100 * ground.policy.variance_weight_implied,
                  100 - 100 * ground.policy.variance_weight_implied,
                  ground.calibration.lead().jumps_source, ground.calibration.lead().moves_source));
  list.push_back(
      ground.calibration.lead().moves.skew.daily_residual > 0
          ? "Options keep their smile by moneyness; its level, slope and skew move."
          : "Options keep their smile by moneyness; its level moves, its shape does not.");
  list.push_back(
      "Positions and hedge stand unchanged to the horizon; margin is posted in dollars.");
  list.push_back(
      "What lives past the horizon counts there at its model's worth: what selling it costs, half "
      "a spread and a fee, is in no figure.");
  if (!ground.snapshot.vol_futures.empty()) {
    list.emplace_back(
        "A future on a volatility index is worth the volatility that options price from its expiry "
        "on, moved from today's by its share of what a path's index does, times what its mid is to "
        "it today: the gap of convexity stays that ratio. Margin called on the way is in no row.");
  }
  list.push_back(ground.position.total.fees_usd_per_day
                     ? "Losses are net of the fees expected while in range."
                     : "Losses count no fees of the positions: they are not known.");
  list.push_back(market::failure_sentence(ground.snapshot));
  if (const std::string names = without_model(ground); !names.empty()) {
    list.push_back(fmt::format("No failure model is known of {}: taken not to fail.", names));
  }
  return list;
}

void add_unknown(const std::vector<Error>& errors, std::vector<Unknown>& unknown) {
  for (const Error& error : errors) {
    const auto colon = error.message.find(": ");
    const bool named = colon != std::string::npos;
    unknown.push_back({named ? error.message.substr(0, colon) : "calibration",
                       std::string(name_of(error.reason)),
                       named ? error.message.substr(colon + 2) : error.message});
  }
}

}  // namespace levee::hedge
