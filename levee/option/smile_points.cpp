#include "levee/option/smile_points.h"

#include "levee/option/black.h"
#include "levee/option/implied_vol.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include <fmt/core.h>

namespace levee::option {
namespace {

bool is_two_sided(const ChainQuote& quote) { return quote.bid > 0 && quote.ask >= quote.bid; }

// One strike's forward, K / (1 - (c - p)): what its mids say, and how far bid and ask leave it
// free.
struct StrikeForward {
  double low = 0, middle = 0, high = 0;
  double half() const { return (high - low) / 2; }
};

std::vector<StrikeForward> forwards_of(std::span<const ChainQuote> quotes) {
  struct Sides {
    const ChainQuote *call = nullptr, *put = nullptr;
  };
  std::map<Price, Sides> strikes;
  for (const ChainQuote& quote : quotes) {
    if (!is_two_sided(quote)) continue;
    Sides& sides = strikes[quote.contract.strike];
    (quote.contract.type == Type::call ? sides.call : sides.put) = &quote;
  }
  std::vector<StrikeForward> forwards;
  for (const auto& [strike, sides] : strikes) {
    if (!sides.call || !sides.put) continue;
    const double least = sides.call->bid - sides.put->ask, most = sides.call->ask - sides.put->bid;
    // A pair that allows a forward beyond all bounds says nothing of it.
    if (!(most < 1)) continue;
    const auto at = [k = strike.value()](double gap) { return k / (1 - gap); };
    forwards.push_back({at(least), at((least + most) / 2), at(most)});
  }
  return forwards;
}

}  // namespace

Result<ParityForward> parity_forward(std::span<const ChainQuote> quotes) {
  std::vector<StrikeForward> forwards = forwards_of(quotes);
  if (forwards.size() < 3) {
    return fail(Reason::missing_data,
                fmt::format("{} strikes with call and put bid and asked (three are the least)",
                            forwards.size()));
  }
  std::ranges::sort(forwards, {}, &StrikeForward::middle);
  const auto weight = [](const StrikeForward& one) {
    return 1 / std::max(one.half(), 1e-9 * one.middle);
  };
  double all = 0, passed = 0;
  for (const StrikeForward& one : forwards) all += weight(one);
  double median = forwards.back().middle;
  for (const StrikeForward& one : forwards) {
    passed += weight(one);
    if (passed >= all / 2) {
      median = one.middle;
      break;
    }
  }
  double sum = 0, weights = 0;
  for (const StrikeForward& one : forwards) {
    if (median < one.low || median > one.high) continue;
    sum += weight(one) * weight(one) * one.middle;
    weights += weight(one) * weight(one);
  }
  const double forward = sum / weights;
  ParityForward found{.forward = Price{forward}, .pairs = forwards.size()};
  double low = 0, high = std::numeric_limits<double>::infinity(), agreeing = 0;
  for (const StrikeForward& one : forwards) {
    if (forward < one.low || forward > one.high) continue;
    low = std::max(low, one.low);
    high = std::min(high, one.high);
    ++agreeing;
  }
  found.agreeing = agreeing / static_cast<double>(forwards.size());
  found.half_width = agreeing > 0 ? (high - low) / 2 / forward : 0;
  return found;
}

namespace {

// Volatilities of bid, mid and ask, where there are any.
std::optional<SmilePoint> point_of(const ChainQuote& quote, const PointAsk& ask) {
  const auto vol = [&](double price) {
    return found_vol({.type = quote.contract.type,
                      .strike = quote.contract.strike,
                      .forward = ask.forward,
                      .expiry = ask.tenor,
                      .price = Usd{price * ask.forward.value()}});
  };
  const VolFound bid = vol(quote.bid), mid = vol((quote.bid + quote.ask) / 2), top = vol(quote.ask);
  for (const VolFound* one : {&bid, &mid, &top}) {
    if (one->verdict != VolVerdict::found) return std::nullopt;
  }
  const double t = ask.tenor.value(), sigma = mid.vol.value();
  SmilePoint point{.type = quote.contract.type,
                   .strike = quote.contract.strike,
                   .k = std::log(quote.contract.strike.value() / ask.forward.value()),
                   .bid = bid.vol,
                   .mid = mid.vol,
                   .ask = top.vol,
                   .variance = sigma * sigma * t};
  const auto total = [t](Vol v) { return v.value() * v.value() * t; };
  // A spread of nothing, or of less than a step, knows no better than half a step.
  const Greeks greeks = black_greeks(quote.contract.type, quote.contract.strike,
                                     {.forward = ask.forward, .expiry = ask.tenor, .vol = mid.vol});
  const double step = ask.tick / 2 * ask.forward.value() / greeks.vega.value() * 2 * sigma * t;
  point.half_width = std::max((total(top.vol) - total(bid.vol)) / 2, step);
  return point;
}

}  // namespace

SmilePoints smile_points(std::span<const ChainQuote> quotes, const PointAsk& ask) {
  LEVEE_EXPECT(ask.forward.value() > 0 && ask.tenor.value() > 0 && ask.tick > 0);
  SmilePoints found;
  QuoteCount& count = found.count;
  for (const ChainQuote& quote : quotes) {
    const bool above = quote.contract.strike >= ask.forward;
    if ((quote.contract.type == Type::call) != above) {
      ++count.in_the_money;
    } else if (!(quote.bid > 0)) {
      ++count.no_bid;
    } else if (!(quote.ask > 0)) {
      ++count.no_ask;
    } else if (quote.ask < quote.bid) {
      ++count.crossed;
    } else if (const auto point = point_of(quote, ask); !point) {
      ++count.no_vol;
    } else if (point->ask.value() > 2 * point->bid.value()) {
      ++count.too_wide;
    } else {
      ++count.used;
      found.points.push_back(*point);
    }
  }
  std::ranges::sort(found.points, {}, &SmilePoint::strike);
  return found;
}

}  // namespace levee::option
