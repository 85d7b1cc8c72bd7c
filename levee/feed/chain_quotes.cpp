#include "levee/feed/chain_quotes.h"

#include "levee/option/implied_vol.h"
#include "levee/option/mark_surface.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/core.h>

namespace levee::feed {
namespace {

// in: values not empty
double median_of(std::vector<double> values) {
  const std::size_t half = values.size() / 2;
  std::sort(values.begin(), values.end());
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

template <class Row>
std::size_t expiry_end(std::span<const Row> rows, std::size_t begin) {
  std::size_t end = begin;
  while (end < rows.size() && rows[end].contract.expiry == rows[begin].contract.expiry) ++end;
  return end;
}

// The forward at which marks of one strike agree; the five pairs nearest the money are asked,
// because there rounded marks bend it least.
std::optional<double> parity_forward(std::span<const ChainRow> expiry) {
  std::vector<std::pair<double, double>> found;  // |c - p|, forward
  for (std::size_t i = 0; i + 1 < expiry.size(); ++i) {
    const ChainRow &call = expiry[i], &put = expiry[i + 1];
    if (call.contract.strike != put.contract.strike || call.mark <= 0 || put.mark <= 0) continue;
    const double gap = call.mark - put.mark;
    if (gap < 0.5) found.emplace_back(std::abs(gap), call.contract.strike.value() / (1 - gap));
  }
  if (found.empty()) return std::nullopt;
  std::sort(found.begin(), found.end());
  found.resize(std::min<std::size_t>(found.size(), 5));
  std::vector<double> forwards;
  for (const auto& [gap, forward] : found) forwards.push_back(forward);
  return median_of(std::move(forwards));
}

std::optional<double> forward_of(std::span<const ChainRow> expiry) {
  std::vector<double> futures;
  for (const ChainRow& row : expiry) {
    if (row.future) futures.push_back(*row.future);
  }
  if (!futures.empty()) return median_of(std::move(futures));
  return parity_forward(expiry);
}

// A call is worth at most one coin and a put at most K/F coins; what is far above was in dollars.
// Asks get ten times the room: in a crash, makers do ask a dozen coins only to be left alone.
std::optional<Error> dollars_in(const std::string& path, const ChainRow& row, double forward) {
  const bool call = row.contract.type == option::Type::call;
  const double most = call ? 10 : row.contract.strike.value() / forward * 1.5 + 1;
  const auto fault = [&](std::string_view column, double premium) {
    return fail(Reason::bad_input,
                fmt::format("{}:{}: {} {} is more than {} can be worth (coins per contract; were "
                            "dollars given?)",
                            path, row.line, column, premium, row.instrument));
  };
  if (row.mark > most) return fault("mark_coin", row.mark);
  if (row.bid.value_or(0) > most) return fault("bid_coin", *row.bid);
  if (row.ask.value_or(0) > 10 * most) return fault("ask_coin", *row.ask);
  return std::nullopt;
}

// The vol of a strike from its out-of-the-money mark: the other one's time value is lost in
// rounding.
double vol_from_marks(std::span<const ChainRow> expiry, std::size_t i, double forward, Years left) {
  const Price strike = expiry[i].contract.strike;
  const auto wanted = strike.value() < forward ? option::Type::put : option::Type::call;
  const ChainRow* row = &expiry[i];
  for (const std::size_t twin : {i - 1, i + 1}) {
    if (row->contract.type == wanted || twin >= expiry.size()) continue;
    if (expiry[twin].contract.strike == strike) row = &expiry[twin];
  }
  const auto vol = option::implied_vol(row->contract.type, strike, Price{forward}, left,
                                       Usd{row->mark * forward});
  return vol ? vol->value() : 0;
}

struct Filled {
  std::size_t without_forward = 0;
  std::size_t by_parity = 0;
  std::size_t vols = 0;
};

std::optional<Error> add_expiry(const std::string& path, std::span<const ChainRow> expiry,
                                UnixSeconds at, ChainQuotes& out, Filled& filled) {
  const auto forward = forward_of(expiry);
  if (!forward) {
    filled.without_forward += expiry.size();
    return std::nullopt;
  }
  const bool recorded =
      std::any_of(expiry.begin(), expiry.end(), [](const ChainRow& row) { return row.future; });
  if (!recorded) filled.by_parity += expiry.size();
  const Years left = years(expiry.front().contract.expiry - at);
  const auto tokens = [](std::optional<double> coins) {
    return coins ? std::optional{Tokens{*coins}} : std::nullopt;
  };
  for (std::size_t i = 0; i < expiry.size(); ++i) {
    const ChainRow& row = expiry[i];
    if (auto error = dollars_in(path, row, *forward)) return error;
    if (!row.mark_vol) ++filled.vols;
    const double vol = row.mark_vol ? *row.mark_vol : vol_from_marks(expiry, i, *forward, left);
    out.quotes.push_back({.instrument = row.instrument,
                          .contract = row.contract,
                          .bid = tokens(row.bid),
                          .ask = tokens(row.ask),
                          .mark = Tokens{row.mark},
                          .mark_vol = Vol{vol},
                          .forward = Price{*forward},
                          .index = Price{row.index.value_or(0)},
                          .open_interest = Tokens{row.open_interest}});
  }
  return std::nullopt;
}

void note(ChainQuotes& out, const Filled& filled, bool index_recorded) {
  if (!index_recorded) out.notes += " (spot: the nearest expiry's forward, no index_usd recorded)";
  if (filled.by_parity > 0) {
    out.notes += fmt::format(" (forward of {} quotes from put-call parity, no future_usd recorded)",
                             filled.by_parity);
  }
  if (filled.without_forward > 0) {
    out.notes += fmt::format(" ({} quotes left out: no future_usd and no call-put pair)",
                             filled.without_forward);
  }
  if (filled.vols > 0) {
    out.notes += fmt::format(" (mark_iv of {} quotes worked out from the mark)", filled.vols);
  }
}

// Vol at the forward, linear in ln K between the strikes on both sides of it.
std::optional<double> at_the_money(std::span<const market::Quote> expiry) {
  const market::Quote *below = nullptr, *above = nullptr;
  for (const market::Quote& quote : expiry) {
    if (quote.mark_vol.value() <= 0) continue;
    if (quote.contract.strike <= quote.forward) below = &quote;
    if (quote.contract.strike >= quote.forward && above == nullptr) above = &quote;
  }
  if (below == nullptr || above == nullptr) return std::nullopt;
  const double low = std::log(below->contract.strike.value());
  const double width = std::log(above->contract.strike.value()) - low;
  const double weight = width > 0 ? (std::log(below->forward.value()) - low) / width : 0;
  return (1 - weight) * below->mark_vol.value() + weight * above->mark_vol.value();
}

}  // namespace

Result<ChainQuotes> chain_quotes(const std::string& path, std::span<const ChainRow> rows,
                                 UnixSeconds at) {
  ChainQuotes out;
  Filled filled;
  std::vector<double> indices;
  for (std::size_t begin = 0; begin < rows.size();) {
    const auto expiry = rows.subspan(begin, expiry_end(rows, begin) - begin);
    begin += expiry.size();
    // Quoted minutes before it expired, while the snapshot's last quotes came minutes after.
    if (expiry.front().contract.expiry <= at) continue;
    if (const auto error = add_expiry(path, expiry, at, out, filled)) return *error;
  }
  for (const ChainRow& row : rows) {
    if (row.index) indices.push_back(*row.index);
  }
  if (out.quotes.empty()) {
    return fail(Reason::missing_data,
                fmt::format("{}: no expiry of {} has a forward (give future_usd, or marks of a "
                            "call and a put at one strike)",
                            path, text_of(at)));
  }
  const bool index_recorded = !indices.empty();
  out.spot = index_recorded ? Price{median_of(std::move(indices))} : out.quotes.front().forward;
  for (market::Quote& quote : out.quotes) {
    if (quote.index.value() == 0) quote.index = out.spot;
  }
  note(out, filled, index_recorded);
  return out;
}

namespace {

// Slope and skew, where the expiries reach far enough on both sides.
void add_shape(std::span<const market::Quote> quotes, market::Glimpse& glimpse) {
  std::vector<option::Mark> marks;
  for (const market::Quote& quote : quotes) {
    if (!(quote.mark_vol.value() > 0)) continue;
    marks.push_back({quote.contract.expiry, quote.forward, quote.contract.strike, quote.mark_vol});
  }
  const auto surface = option::MarkSurface::from(marks, glimpse.at);
  if (!surface) return;
  constexpr Years short_tenor = years(days(14)), middle = years(days(30)),
                  long_tenor = years(days(90));
  const double first = surface->smiles().front().expiry.value();
  const double last = surface->smiles().back().expiry.value();
  if (first > middle.value() || last < middle.value()) return;
  // Half a deviation to either side: where quotes are dense and the smile is nearly straight.
  const double aside = surface->at_the_money(middle).value() / 2;
  glimpse.skew =
      std::log(surface->vol(aside, middle).value() / surface->vol(-aside, middle).value()) /
      (2 * aside);
  if (first > short_tenor.value() || last < long_tenor.value()) return;
  glimpse.slope = std::log(surface->at_the_money(long_tenor).value() /
                           surface->at_the_money(short_tenor).value()) /
                  std::log(long_tenor.value() / short_tenor.value());
}

}  // namespace

std::optional<market::Glimpse> glimpse_of(const ChainQuotes& chain, UnixSeconds at) {
  const std::span<const market::Quote> quotes = chain.quotes;
  constexpr Years tenor = years(days(30));
  std::pair<double, double> before{0, 0};  // years, total variance
  for (std::size_t begin = 0; begin < quotes.size();) {
    const std::size_t end = expiry_end(quotes, begin);
    const double left = years(quotes[begin].contract.expiry - at).value();
    const auto vol = at_the_money(quotes.subspan(begin, end - begin));
    begin = end;
    if (!vol) continue;
    const double variance = *vol * *vol * left;
    if (left < tenor.value()) {
      before = {left, variance};
      continue;
    }
    if (before.first <= 0 && left > tenor.value()) return std::nullopt;
    const double weight = (tenor.value() - before.first) / (left - before.first);
    const double at_tenor = (1 - weight) * before.second + weight * variance;
    market::Glimpse glimpse{
        .at = at, .spot = chain.spot, .vol = Vol{std::sqrt(at_tenor / tenor.value())}};
    add_shape(quotes, glimpse);
    return glimpse;
  }
  return std::nullopt;
}

}  // namespace levee::feed
