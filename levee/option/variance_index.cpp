#include "levee/option/variance_index.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include <fmt/core.h>

namespace levee::option {
namespace {

// Both options of a strike.
struct Pair {
  std::optional<IndexQuote> call, put;
};
using Strikes = std::map<double, Pair>;

bool is_quoted(const std::optional<IndexQuote>& quote) {
  return quote && quote->bid > 0 && quote->ask > 0;
}
double mid(const std::optional<IndexQuote>& quote) { return (quote->bid + quote->ask) / 2; }

Result<Strikes> strikes_of(const IndexExpiry& expiry) {
  const auto positive = [](double x) { return std::isfinite(x) && x > 0; };
  if (!positive(expiry.tenor.value()) || !positive(expiry.forward.value())) {
    return fail(Reason::bad_input,
                "expiry of a variance index (tenor and forward must be positive)");
  }
  Strikes strikes;
  for (const IndexQuote& quote : expiry.quotes) {
    const double strike = quote.strike.value();
    const bool sane = positive(strike) && std::isfinite(quote.bid) && quote.bid >= 0 &&
                      std::isfinite(quote.ask) && quote.ask >= 0 &&
                      (quote.bid == 0 || quote.ask == 0 || quote.bid <= quote.ask);
    if (!sane) {
      return fail(Reason::bad_input,
                  fmt::format("quote {} / {} at strike {} (must be numbers, the ask not below the "
                              "bid)",
                              quote.bid, quote.ask, strike));
    }
    Pair& pair = strikes[strike];
    auto& place = quote.type == Type::call ? pair.call : pair.put;
    if (place) return fail(Reason::bad_input, fmt::format("strike {} (is quoted twice)", strike));
    place = quote;
  }
  return strikes;
}

// Prices of the strip, by strike.
using Strip = std::map<double, double>;

// Walks outwards from the middle; `side` gives the option that counts there.
template <class From, class To, class Side>
void add_wing(From from, const To& to, Side side, Strip& strip) {
  int missing = 0;
  for (; from != to && missing < 2; ++from) {
    const auto& quote = side(from->second);
    if (is_quoted(quote)) {
      strip[from->first] = mid(quote);
      missing = 0;
    } else {
      ++missing;
    }
  }
}

}  // namespace

Result<IndexPart> strip_variance(const IndexExpiry& expiry) {
  const auto strikes = strikes_of(expiry);
  if (!strikes) return strikes.error();
  const double forward = expiry.forward.value(), t = expiry.tenor.value();
  auto above = strikes->upper_bound(forward);
  // The middle: the last strike at or below the forward that has both options.
  auto middle = above;
  while (middle != strikes->begin()) {
    --middle;
    if (is_quoted(middle->second.call) && is_quoted(middle->second.put)) break;
  }
  const bool found = middle != strikes->end() && middle->first <= forward &&
                     is_quoted(middle->second.call) && is_quoted(middle->second.put);
  if (!found) {
    return fail(Reason::missing_data,
                "variance index (no strike below the forward has a call and a "
                "put quoted)");
  }
  Strip strip;
  strip[middle->first] = (mid(middle->second.call) + mid(middle->second.put)) / 2;
  add_wing(std::next(middle), strikes->end(), [](const Pair& p) -> auto& { return p.call; }, strip);
  add_wing(
      std::make_reverse_iterator(middle), strikes->rend(),
      [](const Pair& p) -> auto& { return p.put; }, strip);
  if (strip.size() < 3) {
    return fail(
        Reason::missing_data,
        fmt::format("variance index ({} quoted strikes; three are the least)", strip.size()));
  }

  double sum = 0;
  for (auto at = strip.begin(); at != strip.end(); ++at) {
    const bool first = at == strip.begin(), last = std::next(at) == strip.end();
    const double below = first ? at->first : std::prev(at)->first;
    const double beyond = last ? at->first : std::next(at)->first;
    const double width = first || last ? beyond - below : (beyond - below) / 2;
    sum += width / (at->first * at->first) * at->second;
  }
  const double step = forward / middle->first - 1;
  const double variance = (2 * sum - step * step) / t;
  if (!(variance > 0)) {
    return fail(Reason::no_solution, fmt::format("variance index (the strip gives {})", variance));
  }
  return IndexPart{expiry.tenor, variance, static_cast<int>(strip.size()),
                   Price{strip.begin()->first}, Price{strip.rbegin()->first}};
}

Result<VarianceIndex> variance_index(std::span<const IndexExpiry> expiries, Years horizon) {
  const double h = horizon.value();
  if (!std::isfinite(h) || !(h > 0)) {
    return fail(Reason::bad_input, fmt::format("horizon {} years (must be positive)", h));
  }
  std::optional<IndexPart> near, next;
  std::optional<Error> why;
  for (const IndexExpiry& expiry : expiries) {
    const auto part = strip_variance(expiry);
    if (!part) {
      if (part.error().reason == Reason::bad_input) return part.error();
      why = part.error();
      continue;
    }
    const double t = part->tenor.value();
    if (t <= h && (!near || t > near->tenor.value())) near = *part;
    if (t >= h && (!next || t < next->tenor.value())) next = *part;
  }
  if (!near || !next) {
    return fail(Reason::missing_data,
                fmt::format("variance index at {:.4g} days (no usable expiry {} it{}{})", h * 365,
                            near ? "after" : "before", why ? "; " : "", why ? why->message : ""));
  }
  const double t0 = near->tenor.value(), t1 = next->tenor.value();
  const double w0 = near->variance * t0, w1 = next->variance * t1;
  const double total = t0 == t1 ? w0 : w0 + (w1 - w0) * (h - t0) / (t1 - t0);
  return VarianceIndex{Vol{std::sqrt(total / h)}, *near, *next};
}

}  // namespace levee::option
