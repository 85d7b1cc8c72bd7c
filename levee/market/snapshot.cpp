// levee/market/snapshot.cpp — a surface through the quotes, and its fair volatility.
#include "levee/market/snapshot.h"

#include "levee/option/black.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::market {
namespace {

// Gauss-Legendre, 8 points: half of the symmetric nodes and weights.
// src: Abramowitz & Stegun (1964), table 25.4
constexpr std::array<double, 4> node{0.183434642495649805, 0.525532409916328986,
                                     0.796666477413626740, 0.960289856497536232};
constexpr std::array<double, 4> weight{0.362683783378361983, 0.313706645877887287,
                                       0.222381034453374471, 0.101228536290376259};

template <class Function>
double integral(Function f, double from, double to) {
  const double middle = (from + to) / 2, half = (to - from) / 2;
  double sum = 0;
  for (std::size_t i = 0; i < node.size(); ++i) {
    sum += weight[i] * (f(middle - half * node[i]) + f(middle + half * node[i]));
  }
  return sum * half;
}

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
  const option::Surface::Slice slice = surface.slice(tenor);
  const double spread = std::sqrt(slice.variance(0));
  // Out-of-the-money price over strike, on a forward of 1, at k = ln(K/F): with dK / K^2 = dk / K
  // this is the integrand of the log contract.
  const auto over_strike = [&](double k) {
    const option::BlackInputs on{Price{1}, tenor, Vol{slice.vol(k)}};
    const auto type = k < 0 ? option::Type::put : option::Type::call;
    return option::black_price(type, Price{std::exp(k)}, on).value() / std::exp(k);
  };
  // Panels from the forward outwards, each a little wider, until two add nothing. A smile bends on
  // the scale of its deviation or of its own s, whichever is smaller.
  double sum = 0;
  const double first = std::min({spread, slice.near.s, slice.far.s}) / 4;
  for (const double side : {-1.0, 1.0}) {
    double at = 0, width = first;
    for (int quiet = 0, panel = 0; quiet < 2 && panel < 1000; ++panel) {
      const double part =
          integral(over_strike, std::min(at, at + side * width), std::max(at, at + side * width));
      sum += part;
      quiet = part < 1e-10 * sum ? quiet + 1 : 0;
      at += side * width;
      width = std::min(width * 1.05, spread);
    }
  }
  return Vol{std::sqrt(2 * sum / tenor.value())};
}

}  // namespace levee::market
