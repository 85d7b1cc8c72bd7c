// levee/api/kind/scan_parity.cpp — what conversions, reversals and boxes of a chain would lock in.
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/market_files.h"
#include "levee/market/parity_market.h"
#include "levee/option/parity.h"
#include "levee/report/sheet.h"
#include "levee/report/words.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::string market, chain, funding, base, at;
  bool stale_ok = false;
  double half_spread = 0.0002;
  int shown = 20;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("market", self.market, "market folder: chain, funding");
    visit("chain", self.chain, "option chain, CSV or CSV.gz, coin-settled (replaces the folder's)");
    visit("funding", self.funding, "funding settlements: a perpetual is tried as a leg too");
    visit("base", self.base, "currency of the options, ETH (a market folder may say it)");
    visit("at", self.at, "newest snapshot not after this moment, UTC; a date is its last second");
    visit("stale_ok", self.stale_ok, "accept a snapshot older than 36 hours");
    visit("half_spread", self.half_spread,
          "of futures and perpetuals over their price (assumed: chains carry no book of them)");
    visit("shown", self.shown, "trades listed for a person at most; JSON has all");
  }
};

struct LegTold {
  std::string side, instrument;
  std::optional<double> price_coin;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("side", self.side, "buy or sell");
    visit("instrument", self.instrument, "name on the venue, or future or perpetual");
    visit("price_coin", self.price_coin, "quote that is crossed; null for the underlying");
  }
};

struct TradeTold {
  std::string combination, expiry, underlying;
  double tenor_days = 0, strike_usd = 0, strike_upper_usd = 0;
  double edge_at_mids_usd = 0, spread_usd = 0, fees_usd = 0;
  std::optional<double> funding_sd_usd;
  double net_usd = 0, capital_usd = 0, net_per_year = 0;
  std::optional<double> open_interest_contracts;
  std::vector<LegTold> legs;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("combination", self.combination, "conversion, reversal, long box or short box");
    visit("expiry", self.expiry, "settlement of its options");
    visit("underlying", self.underlying, "future (the expiry's own forward) or perpetual");
    visit("tenor_days", self.tenor_days, "days to it");
    visit("strike_usd", self.strike_usd, "the lower one of a box");
    visit("strike_upper_usd", self.strike_upper_usd, "the same unless a box");
    visit("edge_at_mids_usd", self.edge_at_mids_usd, "locked in at mids, per contract");
    visit("spread_usd", self.spread_usd, "given up by crossing every quote");
    visit("fees_usd", self.fees_usd, "the venue's, now and at expiry");
    visit("funding_sd_usd", self.funding_sd_usd, "one deviation of funding; null if not known");
    visit("net_usd", self.net_usd, "edge less spread and fees");
    visit("capital_usd", self.capital_usd, "premium paid and standard margin, nothing netted");
    visit("net_per_year", self.net_per_year, "net over capital, simple");
    visit("open_interest_contracts", self.open_interest_contracts, "the lesser of its options'");
    visit("legs", self.legs, "what is traded per contract");
  }
};

struct CountsTold {
  std::string underlying;
  std::size_t looked_at = 0, at_mids = 0, at_quotes = 0, after_costs = 0, beyond_twice = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("underlying", self.underlying, "the leg beside the options");
    visit("looked_at", self.looked_at, "combinations");
    visit("at_mids", self.at_mids, "gain before any cost");
    visit("at_quotes", self.at_quotes, "gain once every quote is crossed");
    visit("after_costs", self.after_costs, "gain after fees too");
    visit("beyond_twice", self.beyond_twice, "gain beyond twice spread, fees and funding's sd");
  }
};

struct Answer {
  std::string at, base, source, fees_as_of;
  bool model_made = false;
  double spot_usd = 0;
  std::size_t expiries = 0, strikes = 0, strikes_one_sided = 0;
  std::optional<double> funding_per_year;
  std::vector<CountsTold> counts;
  std::vector<TradeTold> trades;
  std::vector<std::string> notes;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "moment of the snapshot");
    visit("base", self.base, "currency of the options");
    visit("source", self.source, "files it was read from");
    visit("model_made", self.model_made, "made by a model: nobody ever quoted these prices");
    visit("spot_usd", self.spot_usd, "index");
    visit("fees_as_of", self.fees_as_of, "date of the fee schedule");
    visit("expiries", self.expiries, "with a strike to look at");
    visit("strikes", self.strikes, "whose call and put have bid and ask");
    visit("strikes_one_sided", self.strikes_one_sided, "left out: a quote is missing");
    visit("funding_per_year", self.funding_per_year, "mean of the last thirty days, paid by longs");
    visit("counts", self.counts, "how many combinations stood each test");
    visit("trades", self.trades, "those beyond twice their costs, best net first");
    visit("notes", self.notes, "what to know before believing any of it");
  }
};

using market::ParityChain;
using market::ParityListed;

enum class Underlying { future, perpetual };

std::vector<LegTold> legs_of(const option::ParityTrade& trade, const ParityListed& listed,
                             std::string_view underlying) {
  using option::Combination;
  std::vector<LegTold> legs;
  const auto sold_at = [&](std::size_t i) {
    legs.push_back({"sell", listed.calls[i], listed.quotes[i].call_bid});
    legs.push_back({"buy", listed.puts[i], listed.quotes[i].put_ask});
  };
  const auto bought_at = [&](std::size_t i) {
    legs.push_back({"buy", listed.calls[i], listed.quotes[i].call_ask});
    legs.push_back({"sell", listed.puts[i], listed.quotes[i].put_bid});
  };
  const bool box = trade.lower != trade.upper;
  const bool sold_first =
      trade.combination == Combination::conversion || trade.combination == Combination::short_box;
  sold_first ? sold_at(trade.lower) : bought_at(trade.lower);
  if (box) sold_first ? bought_at(trade.upper) : sold_at(trade.upper);
  // A box of coins is dollars to come: the width is bought when it is held, sold when it is owed.
  const bool buys =
      trade.combination == Combination::conversion || trade.combination == Combination::long_box;
  const double width = listed.quotes[trade.upper].strike.value() -
                       (box ? listed.quotes[trade.lower].strike.value() : 0);
  legs.push_back({buys ? "buy" : "sell", fmt::format("{} of {:g} USD", underlying, width), {}});
  return legs;
}

TradeTold told(const option::ParityTrade& trade, const ParityListed& listed,
               std::string_view underlying) {
  TradeTold row;
  row.combination = name_of(trade.combination);
  row.underlying = underlying;
  row.strike_usd = listed.quotes[trade.lower].strike.value();
  row.strike_upper_usd = listed.quotes[trade.upper].strike.value();
  row.edge_at_mids_usd = trade.at_mids.value();
  row.spread_usd = trade.spread.value();
  row.fees_usd = trade.fees.value();
  if (trade.carry_sd) row.funding_sd_usd = trade.carry_sd->value();
  row.net_usd = trade.net().value();
  row.capital_usd = trade.capital.value();
  row.net_per_year = trade.net_per_year;
  if (trade.depth) row.open_interest_contracts = trade.depth->value();
  row.legs = legs_of(trade, listed, underlying);
  return row;
}

// One underlying leg tried on every expiry.
Result<Done> scan_with(const market::Snapshot& snapshot, const ParityChain& chain,
                       Underlying underlying, double half_spread, Answer& answer) {
  const bool perpetual = underlying == Underlying::perpetual;
  CountsTold counts;
  counts.underlying = perpetual ? "perpetual" : "future";
  for (const auto& [expiry, listed] : chain.expiries) {
    option::ParityExpiry each;
    each.spot = snapshot.spot;
    each.tenor = years(expiry - snapshot.at);
    each.leg = market::future_leg(listed.forward);
    if (perpetual) {
      const auto leg = market::perpetual_leg(snapshot, each.tenor);
      if (!leg) return leg.error();
      each.leg = *leg;
    }
    each.leg = market::with_half_spread(each.leg, half_spread);
    each.quotes = listed.quotes;
    const auto scan = option::scan_parity(each, {});
    if (!scan)
      return fail(scan.error().reason, levee::text_of(expiry) + ": " + scan.error().message);
    counts.looked_at += scan->counts.looked_at;
    counts.at_mids += scan->counts.at_mids;
    counts.at_quotes += scan->counts.at_quotes;
    counts.after_costs += scan->counts.after_costs;
    counts.beyond_twice += scan->counts.beyond_twice;
    for (const option::ParityTrade& trade : scan->trades) {
      answer.trades.push_back(told(trade, listed, counts.underlying));
      answer.trades.back().expiry = levee::text_of(expiry);
      answer.trades.back().tenor_days = in_days(expiry - snapshot.at);
    }
  }
  answer.counts.push_back(counts);
  return Done{};
}

std::vector<std::string> notes_of(const Answer& answer, double half_spread) {
  std::vector<std::string> notes;
  if (answer.model_made) notes.push_back("Made by a model: nobody ever quoted these prices.");
  notes.push_back(fmt::format(
      "Futures and perpetuals are taken {} from their mark on either side, which is assumed: the "
      "chain holds no book of them. Where no future is listed for an expiry its mark is synthetic "
      "and there is nothing to trade at it.",
      report::percent(half_spread)));
  notes.push_back(
      "Sizes at the quotes are not recorded; open interest bounds them loosely. Quotes of one "
      "snapshot may be minutes apart, and a stale one looks like an edge.");
  notes.push_back(
      "Coin-settled trades lock in coins; the dollars are those of now. Capital is the venue's "
      "standard margin with nothing netted.");
  const bool perpetual = std::ranges::any_of(
      answer.counts, [](const CountsTold& counts) { return counts.underlying == "perpetual"; });
  if (perpetual) {
    notes.push_back(
        "A perpetual's funding is expected to stay at its mean of thirty days. How far that "
        "forecast was off in the past counts as a cost; for an expiry that the history does not "
        "cover twice it is not known, and nothing is listed.");
  }
  notes.push_back(fmt::format("Fees as described in {}; check them.", answer.fees_as_of));
  return notes;
}

report::Table counts_table(const Answer& answer) {
  report::Table table{"Combinations", {{"Underlying", report::Kind::name}}, {}, {}};
  for (const char* title :
       {"Looked at", "Edge at mids", "Crossing quotes", "After fees", "Beyond twice costs"}) {
    table.columns.push_back({title});
  }
  for (const CountsTold& row : answer.counts) {
    const auto count = [](std::size_t n) { return report::grouped(static_cast<double>(n), 0); };
    table.rows.push_back({{row.underlying, count(row.looked_at), count(row.at_mids),
                           count(row.at_quotes), count(row.after_costs), count(row.beyond_twice)}});
  }
  return table;
}

report::Table trades_table(const Answer& answer, std::size_t shown) {
  report::Table table{
      "Beyond twice their costs, per contract",
      {{"Trade", report::Kind::name}, {"With", report::Kind::name}},
      {},
      "Costs are spread, fees and one deviation of funding; net is without the last."};
  for (const char* title : {"Edge", "Costs", "Net", "Capital", "A year", "Open int."}) {
    table.columns.push_back({title});
  }
  const std::span rows = std::span(answer.trades).first(std::min(shown, answer.trades.size()));
  for (const TradeTold& row : rows) {
    std::string strikes = fmt::format("{:g}", row.strike_usd);
    if (row.strike_upper_usd != row.strike_usd)
      strikes += fmt::format("/{:g}", row.strike_upper_usd);
    const double costs = row.spread_usd + row.fees_usd + row.funding_sd_usd.value_or(0);
    table.rows.push_back(
        {{fmt::format("{} {} {}", row.combination, row.expiry.substr(2, 8), strikes),
          row.underlying, report::usd(row.edge_at_mids_usd), report::usd(costs),
          report::usd(row.net_usd), report::usd(row.capital_usd), report::percent(row.net_per_year),
          report::known(row.open_interest_contracts,
                        [](double value) { return report::number(value); })}});
  }
  return table;
}

std::string text_of(const Answer& answer, int shown, report::Colour colour) {
  report::Sheet sheet(colour);
  sheet.heading(fmt::format("Parity of {} options at {}", answer.base, answer.at));
  sheet.paragraph(fmt::format(
      "Index {}; {} strikes of {} expiries have both options quoted on both sides, {} have not.",
      report::usd(answer.spot_usd), answer.strikes, answer.expiries, answer.strikes_one_sided));
  sheet.table(counts_table(answer));
  if (answer.trades.empty()) {
    sheet.paragraph("Nothing pays twice its costs, which is the usual answer.");
  } else {
    sheet.table(trades_table(answer, static_cast<std::size_t>(shown)));
    if (answer.trades.size() > static_cast<std::size_t>(shown)) {
      sheet.paragraph(fmt::format("{} more: --shown, or --json for all with their legs.",
                                  answer.trades.size() - static_cast<std::size_t>(shown)));
    }
    sheet.paragraph("Distrust every one of these: look for a stale quote first.",
                    report::Ink::notice);
  }
  for (const std::string& note : answer.notes) sheet.point(note);
  return sheet.text();
}

Result<market::Snapshot> snapshot_from(const Ask& ask) {
  if (!(ask.half_spread >= 0 && ask.half_spread < 1)) {
    return fail(Reason::out_of_range, "half_spread (must lie in [0, 1))");
  }
  if (ask.shown < 0) return fail(Reason::out_of_range, "shown (must not be negative)");
  if (ask.market.empty() && ask.chain.empty()) {
    return fail(Reason::missing_data, "no chain (give --market FOLDER or --chain FILE)");
  }
  if (ask.market.empty() && ask.base.empty()) {
    return fail(Reason::missing_data, "no base (say whose options are meant: --base ETH)");
  }
  feed::MarketAsk wanted;
  wanted.files.market = ask.market;
  wanted.files.chain = ask.chain;
  wanted.files.funding = ask.funding;
  wanted.base = ask.base;
  wanted.stale = ask.stale_ok ? market::Stale::allow : market::Stale::refuse;
  if (!ask.at.empty()) {
    const auto at = moment_from(ask.at, DayEdge::last_second);
    if (!at) return fail(at.error().reason, "--at: " + at.error().message);
    wanted.at = *at;
  }
  return feed::read_market(wanted);
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  progress.enter("reading");
  const auto snapshot = snapshot_from(*ask);
  if (!snapshot) return snapshot.error();
  progress.enter("scanning");
  const ParityChain chain = market::parity_chain(*snapshot);
  Answer answer;
  answer.at = levee::text_of(snapshot->at);
  answer.base = snapshot->base;
  answer.source = snapshot->source;
  answer.fees_as_of = option::VenueFees{}.as_of;
  answer.model_made = snapshot->model_made;
  answer.spot_usd = snapshot->spot.value();
  answer.expiries = chain.expiries.size();
  answer.strikes = chain.strikes;
  answer.strikes_one_sided = chain.one_sided;
  const auto future = scan_with(*snapshot, chain, Underlying::future, ask->half_spread, answer);
  if (!future) return future.error();
  if (snapshot->funding && !snapshot->funding->empty()) {
    const Years step = years(snapshot->funding->step);
    const auto next = market::perpetual_leg(*snapshot, step);
    if (next) {
      answer.funding_per_year = next->carry / step.value();
      const auto perpetual =
          scan_with(*snapshot, chain, Underlying::perpetual, ask->half_spread, answer);
      if (!perpetual) return perpetual.error();
    } else {
      answer.notes.push_back("No perpetual is tried: " + next.error().message + ".");
    }
  }
  std::ranges::stable_sort(
      answer.trades, [](const TradeTold& a, const TradeTold& b) { return a.net_usd > b.net_usd; });
  for (const std::string& note : notes_of(answer, ask->half_spread)) answer.notes.push_back(note);
  const auto colour = wish.colour ? report::Colour::on : report::Colour::off;
  return Reply{json_of(answer), text_of(answer, ask->shown, colour), {}};
}

}  // namespace

Entry scan_parity() {
  return {
      .name = "scan-parity",
      .about = "Look for conversions, reversals and boxes that pay twice their costs.",
      .fields = fields_of<Ask>,
      .run = run,
      .assumes =
          "All quotes are taken to be of one moment and to be had as they stand. Half the future's "
          "spread and funding yet to come are assumed; what the venue may owe is in no figure."};
}

}  // namespace levee::api::kind
