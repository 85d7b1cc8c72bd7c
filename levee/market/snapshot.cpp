// levee/market/snapshot.cpp — a surface through the quotes, and its fair volatility.
#include "levee/market/snapshot.h"

#include "levee/option/black.h"
#include "levee/option/fair_variance.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::market {
namespace {

constexpr double mark_half_spread = 0.02;  // Of the mark.

option::ChainQuote marked(const Quote& quote, UnixSeconds at) {
  const Years left = years(quote.contract.expiry - at);
  if (!(left.value() > 0 && quote.mark_vol.value() > 0)) {
    return {quote.contract, 0, 0, quote.forward};
  }
  const double mark = option::black_price(quote.contract.type, quote.contract.strike,
                                          {quote.forward, left, quote.mark_vol})
                          .value() /
                      quote.forward.value();
  return {quote.contract, mark * (1 - mark_half_spread), mark * (1 + mark_half_spread),
          quote.forward};
}

}  // namespace

std::string failure_sentence(const Snapshot& snapshot) {
  if (snapshot.protocols.empty()) {
    return "Protocol failure is not modelled: no failure model was given (--protocol, --hazard).";
  }
  const bool fitted = std::ranges::any_of(snapshot.protocols,
                                          [](const auto& model) { return !model.drawn.empty(); });
  return fmt::format(
      "Protocol failure has {} intensity and severity, {}. Options and perps do not pay for it; "
      "what "
      "comes back of a loss counts at once.",
      fitted ? "fitted" : "configured, not fitted,",
      snapshot.reaction ? "and moves the market as recorded failures of its reach did"
                        : "and is independent of prices");
}

std::vector<option::ChainQuote> surface_quotes(std::span<const Quote> chain) {
  const auto coins = [](const std::optional<Tokens>& side) { return side ? side->value() : 0; };
  std::vector<option::ChainQuote> quotes;
  quotes.reserve(chain.size());
  for (const Quote& quote : chain) {
    quotes.push_back({quote.contract, coins(quote.bid), coins(quote.ask), quote.forward});
  }
  return quotes;
}

bool is_quoted(std::span<const Quote> chain) {
  constexpr std::ptrdiff_t fewest = 5;
  return std::count_if(chain.begin(), chain.end(), [](const Quote& quote) {
           const bool above = quote.contract.strike >= quote.forward;
           const bool outside = above == (quote.contract.type == option::Type::call);
           return outside && quote.bid && quote.ask && Tokens{0} < *quote.bid &&
                  *quote.bid < *quote.ask;
         }) >= fewest;
}

Result<option::Surface> surface_of(const Snapshot& snapshot) {
  const option::FitTerms terms{.at = snapshot.at};
  if (is_quoted(snapshot.chain)) {
    return option::Surface::from(surface_quotes(snapshot.chain), terms);
  }
  std::vector<option::ChainQuote> marks;
  for (const Quote& quote : snapshot.chain) marks.push_back(marked(quote, snapshot.at));
  return option::Surface::from(marks, terms);
}

Vol fair_vol(const option::Surface& surface, Years tenor) {
  LEVEE_EXPECT(tenor.value() > 0);
  return Vol{std::sqrt(option::fair_variance(surface.slice(tenor)) / tenor.value())};
}

}  // namespace levee::market
