// levee/api/kind/fit_surface.cpp — a chain's quotes become a surface without arbitrage.
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/index_expiries.h"
#include "levee/feed/market_files.h"
#include "levee/report/sheet.h"
#include "levee/report/surface_page.h"
#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::string market, chain, at;
  std::string base = "ETH";
  double tick_coin = 1e-4;
  double index_days = 30;
  std::string report;
  bool stale_ok = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("market", self.market, "market folder with a chain");
    visit("chain", self.chain, "option chain, CSV or CSV.gz, coin-settled (replaces the folder's)");
    visit("base", self.base, "base asset of the chain's rows");
    visit("at", self.at, "newest snapshot not after this moment, UTC; a date is its last second");
    visit("tick_coin", self.tick_coin, "least price step, coins: no quote is trusted beyond half");
    visit("index_days", self.index_days, "horizon of the model-free variance index");
    visit("report", self.report, "write the smiles as a self-contained web page to this file");
    visit("stale_ok", self.stale_ok, "accept a chain older than 36 hours");
  }
};

struct SviTold {
  double a = 0, b = 0, rho = 0, m = 0, s = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("a", self.a, "level");
    visit("b", self.b, "slope of the wings");
    visit("rho", self.rho, "their difference");
    visit("m", self.m, "where the smile is bent most");
    visit("s", self.s, "how gently");
  }
};

struct LeftOut {
  std::size_t in_the_money = 0, no_bid = 0, no_ask = 0, crossed = 0, no_vol = 0, too_wide = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("in_the_money", self.in_the_money, "the other option of the strike says the same");
    visit("no_bid", self.no_bid, "nobody bids");
    visit("no_ask", self.no_ask, "nobody asks");
    visit("crossed", self.crossed, "ask below bid");
    visit("no_vol", self.no_vol, "ask above what the option can be worth");
    visit("too_wide", self.too_wide, "the ask's volatility is above twice the bid's");
  }
};

struct ExpiryTold {
  std::string expiry;
  double tenor_days = 0, forward_usd = 0, venue_forward_usd = 0;
  std::string forward_from;
  double forward_half_width = 0;
  std::string smile_from;
  SviTold svi;
  double at_the_money_vol = 0, skew = 0, put_wing = 0, call_wing = 0, least_vol = 0;
  std::size_t quotes = 0, used = 0;
  LeftOut left_out;
  double error_points = 0, worst_points = 0, half_spread_points = 0, inside = 0;
  double repaired_points = 0;
  bool refitted = false, lifted = false;
  double least_butterfly = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("expiry", self.expiry, "settlement, UTC");
    visit("tenor_days", self.tenor_days, "time left");
    visit("forward_usd", self.forward_usd, "forward that the smile stands on");
    visit("venue_forward_usd", self.venue_forward_usd, "the venue's own");
    visit("forward_from", self.forward_from, "parity or venue");
    visit("forward_half_width", self.forward_half_width, "of the band parity leaves, relative");
    visit("smile_from", self.smile_from, "svi, ssvi (too few quotes) or earlier");
    visit("svi", self.svi, "raw SVI of total variance over ln(K/F)");
    visit("at_the_money_vol", self.at_the_money_vol, "volatility at the forward");
    visit("skew", self.skew, "of volatility at the forward, jump wings' psi");
    visit("put_wing", self.put_wing, "slope of the left wing, jump wings' p");
    visit("call_wing", self.call_wing, "slope of the right wing, jump wings' c");
    visit("least_vol", self.least_vol, "least volatility at any strike");
    visit("quotes", self.quotes, "options listed");
    visit("used", self.used, "out of the money, bid and asked");
    visit("left_out", self.left_out, "the others, by reason");
    visit("error_points", self.error_points, "fit error, RMS, vol points");
    visit("worst_points", self.worst_points, "the worst");
    visit("half_spread_points", self.half_spread_points, "half of bid to ask, RMS, vol points");
    visit("inside", self.inside, "share of quotes that the smile goes between");
    visit("repaired_points", self.repaired_points, "the most that a repair moved a quoted strike");
    visit("refitted", self.refitted, "it crossed a neighbour and was fitted again");
    visit("lifted", self.lifted, "and then lifted as a whole");
    visit("least_butterfly", self.least_butterfly, "Durrleman's g at its least, >= 0");
  }
};

struct Answer {
  std::string at, base, source;
  bool model_made = false;
  double spot_usd = 0;
  std::optional<double> index_vol;
  double index_days = 30;
  std::string index_unknown;
  double ssvi_rho = 0, ssvi_eta = 0, ssvi_gamma = 0;
  std::vector<ExpiryTold> expiries;
  std::vector<std::string> skipped;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("at", self.at, "moment of the snapshot");
    visit("base", self.base, "base asset");
    visit("source", self.source, "the file, and what was filled in");
    visit("model_made", self.model_made, "made by a model, not observed");
    visit("spot_usd", self.spot_usd, "the index");
    visit("index_vol", self.index_vol, "model-free volatility of the strip; null where unknown");
    visit("index_days", self.index_days, "its horizon");
    visit("index_unknown", self.index_unknown, "why it is null");
    visit("ssvi_rho", self.ssvi_rho, "the shape all expiries share");
    visit("ssvi_eta", self.ssvi_eta, "");
    visit("ssvi_gamma", self.ssvi_gamma, "");
    visit("expiries", self.expiries, "one by one");
    visit("skipped", self.skipped, "expiries without a smile, and why");
  }
};

ExpiryTold told(const option::FittedExpiry& one) {
  const option::JumpWings wings = option::wings_of(one.svi, one.tenor);
  const option::QuoteCount& n = one.count;
  constexpr std::array<const char*, 3> smiles{"svi", "ssvi", "earlier"};
  return {.expiry = text_of(one.expiry),
          .tenor_days = one.tenor.value() * 365,
          .forward_usd = one.forward.value(),
          .venue_forward_usd = one.venue_forward.value(),
          .forward_from = one.forward_from == option::ForwardFrom::parity ? "parity" : "venue",
          .forward_half_width = one.forward_half_width,
          .smile_from = smiles.at(static_cast<std::size_t>(one.smile_from)),
          .svi = {one.svi.a, one.svi.b, one.svi.rho, one.svi.m, one.svi.s},
          .at_the_money_vol = std::sqrt(wings.variance),
          .skew = wings.skew,
          .put_wing = wings.put_wing,
          .call_wing = wings.call_wing,
          .least_vol = std::sqrt(wings.least_variance),
          .quotes = n.all(),
          .used = n.used,
          .left_out = {n.in_the_money, n.no_bid, n.no_ask, n.crossed, n.no_vol, n.too_wide},
          .error_points = one.error.root_mean_square,
          .worst_points = one.error.worst,
          .half_spread_points = one.error.half_spread,
          .inside = one.error.inside,
          .repaired_points = one.repair.points,
          .refitted = one.repair.refitted,
          .lifted = one.repair.lifted,
          .least_butterfly = one.least_g};
}

Result<market::Snapshot> snapshot_of(const Ask& ask) {
  if (ask.market.empty() && ask.chain.empty()) {
    return fail(Reason::missing_data, "no chain (give --chain FILE or --market FOLDER)");
  }
  if (!(ask.tick_coin > 0) || ask.tick_coin > 0.1) {
    return fail(Reason::out_of_range,
                fmt::format("tick_coin {} (must lie in (0, 0.1])", ask.tick_coin));
  }
  if (!(ask.index_days > 0) || ask.index_days > 3650) {
    return fail(Reason::out_of_range,
                fmt::format("index_days {} (must lie in (0, 3650])", ask.index_days));
  }
  feed::MarketAsk wanted{.base = ask.base, .quote = "USDC"};
  wanted.files.market = ask.market;
  wanted.files.chain = ask.chain;
  if (ask.stale_ok) wanted.stale = market::Stale::allow;
  if (!ask.at.empty()) {
    const auto at = moment_from(ask.at, DayEdge::last_second);
    if (!at) return fail(at.error().reason, "--at: " + at.error().message);
    wanted.at = *at;
  }
  return feed::read_market(wanted);
}

std::string day_of(const std::string& moment) { return moment.substr(0, 10); }

report::Table smile_table(const Answer& answer) {
  report::Table table{"Smiles",
                      {{"Expiry", report::Kind::name},
                       {"Days"},
                       {"Forward"},
                       {"to venue's"},
                       {"Vol at F"},
                       {"Skew"},
                       {"Put wing"},
                       {"Call wing"},
                       {"Least vol"}},
                      {},
                      "Forwards are from put-call parity; v: the venue's own, parity being silent. "
                      "Skew and wings are the jump wings of raw SVI."};
  for (const ExpiryTold& one : answer.expiries) {
    const bool venue = one.forward_from == "venue";
    const double gap = 1e4 * (one.forward_usd / one.venue_forward_usd - 1);
    const bool known = one.venue_forward_usd > 0;
    table.rows.push_back(
        {{day_of(one.expiry), report::number(one.tenor_days, 4), report::usd(one.forward_usd),
          venue   ? "v"
          : known ? report::grouped(gap, 1) + " bp"
                  : std::string(report::unknown),
          report::percent(one.at_the_money_vol), report::number(one.skew, 2),
          report::number(one.put_wing, 2), report::number(one.call_wing, 2),
          report::percent(one.least_vol)}});
  }
  return table;
}

std::string repair_text(const ExpiryTold& one) {
  const std::string moved =
      one.repaired_points < 0.005 ? "" : report::grouped(one.repaired_points, 2);
  if (one.smile_from == "ssvi") return moved.empty() ? "few quotes" : "few quotes, " + moved;
  if (one.smile_from == "earlier") return "as earlier, " + moved;
  return moved.empty() ? std::string(report::nothing) : moved;
}

report::Table fit_table(const Answer& answer) {
  report::Table table{
      "Fit, in vol points",
      {{"Expiry", report::Kind::name},
       {"Used"},
       {"Listed"},
       {"No bid"},
       {"Other"},
       {"RMS error"},
       {"Worst"},
       {"Half spread"},
       {"Inside"},
       {"Repair"}},
      {},
      "Used: out of the money, bid and asked. Inside: share of them that the smile goes between "
      "bid "
      "and ask. Repair: the most that a quoted strike was moved so that no smile crosses another."};
  for (const ExpiryTold& one : answer.expiries) {
    const LeftOut& out = one.left_out;
    table.rows.push_back(
        {{day_of(one.expiry), std::to_string(one.used), std::to_string(one.quotes),
          std::to_string(out.no_bid),
          std::to_string(out.no_ask + out.crossed + out.no_vol + out.too_wide),
          report::grouped(one.error_points, 2), report::grouped(one.worst_points, 2),
          report::grouped(one.half_spread_points, 2), report::percent(one.inside),
          repair_text(one)}});
  }
  return table;
}

std::string text_of(const Answer& answer, const Wish& wish) {
  report::Sheet sheet(wish.colour ? report::Colour::on : report::Colour::off);
  const std::string index = answer.index_vol
                                ? report::percent(*answer.index_vol)
                                : std::string(report::unknown) + ": " + answer.index_unknown;
  sheet.paragraph(
      fmt::format("{} at {} on {}: {} expiries, no butterfly, no crossing.", answer.base,
                  report::usd(answer.spot_usd), answer.at, answer.expiries.size()),
      report::Ink::bold);
  sheet.paragraph(
      fmt::format("{}-day variance index: {}", report::number(answer.index_days), index));
  if (answer.model_made) {
    sheet.paragraph("The chain was made by a model, not observed.", report::Ink::notice);
  }
  sheet.paragraph("Worked out from " + answer.source, report::Ink::dim);
  sheet.table(smile_table(answer));
  sheet.table(fit_table(answer));
  for (const std::string& one : answer.skipped) sheet.point("Skipped: " + one);
  return sheet.text();
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  progress.enter("reading");
  const auto snapshot = snapshot_of(*ask);
  if (!snapshot) return snapshot.error();
  progress.enter("fitting");
  const auto quotes = market::surface_quotes(snapshot->chain);
  const auto surface = option::Surface::from(quotes, {snapshot->at, ask->tick_coin});
  if (!surface) return surface.error();

  Answer answer{.at = levee::text_of(snapshot->at),
                .base = snapshot->base,
                .source = snapshot->source,
                .model_made = snapshot->model_made,
                .spot_usd = snapshot->spot.value(),
                .index_vol = {},
                .index_days = ask->index_days,
                .index_unknown = {},
                .ssvi_rho = surface->ssvi().rho,
                .ssvi_eta = surface->ssvi().eta,
                .ssvi_gamma = surface->ssvi().gamma,
                .expiries = {},
                .skipped = {}};
  const auto index = option::variance_index(feed::index_expiries(snapshot->chain, snapshot->at),
                                            Years{ask->index_days / 365});
  if (index) answer.index_vol = index->level.value();
  if (!index) answer.index_unknown = index.error().message;
  for (const auto& one : surface->expiries()) answer.expiries.push_back(told(one));
  for (const auto& one : surface->skipped()) {
    answer.skipped.push_back(
        fmt::format("{}, {} quotes: {}", day_of(levee::text_of(one.expiry)), one.quotes, one.why));
  }
  Reply reply{.json = json_of(answer), .text = text_of(answer, wish), .files = {}};
  if (!ask->report.empty()) {
    reply.files.push_back(
        {ask->report, report::surface_page(*surface, {answer.base, answer.at, answer.source})});
  }
  return reply;
}

}  // namespace

Entry fit_surface() {
  return {
      .name = "fit-surface",
      .about = "Fit a volatility surface without arbitrage to a chain, its error beside bid-ask.",
      .fields = fields_of<Ask>,
      .run = run,
      .assumes =
          "All quotes are taken to be of one moment. Where fewer than five options are bid and "
          "asked, marks stand in, taken to be known to two per cent."};
}

}  // namespace levee::api::kind
