// levee/api/kind/value_position.cpp — what the liquidity positions are worth, risk and earn today.
#include "levee/api/market_ask.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/hedge/plan.h"
#include "levee/report/terminal.h"

#include <cmath>

namespace levee::api::kind {
namespace {

struct Ask {
  MarketFlags market;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    MarketFlags::fields(self.market, visit);
  }
};

struct Answer {
  book::PositionReport position;
  std::vector<book::PositionReport> positions;
  hedge::MarketTold market;
  std::vector<hedge::Unknown> unknown;
  Explain explain;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("position", self.position, "all positions together");
    visit("positions", self.positions, "one by one");
    visit("market", self.market, "what it was worked out on");
    visit("unknown", self.unknown, "what is null, and why");
    visit("explain", self.explain, "the working of every number");
  }
};

hedge::MarketTold told(const market::Snapshot& snapshot, const book::PositionReport& position) {
  hedge::MarketTold market;
  market.underlying_usd = snapshot.spot.value();
  market.at = text_of(snapshot.at);
  market.source = snapshot.source;
  market.base = snapshot.base;
  market.quote = snapshot.quote;
  market.model_made = snapshot.model_made;
  market.implied_vol = market.forecast_vol = position.market_implied_vol;
  market.realised_vol = position.realised_vol;
  return market;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  progress.enter("reading");
  const auto standing = standing_from(ask->market);
  if (!standing) return standing.error();
  const auto surface = market::surface_of(standing->snapshot);
  if (!surface) return surface.error();
  progress.enter("position");
  const auto span = [](double length_days) {
    return Seconds{static_cast<std::int64_t>(std::llround(length_days * 86400))};
  };
  const auto position = book::value_positions(
      standing->book, standing->snapshot, *surface,
      {span(standing->policy.horizon_days), span(standing->policy.realised_days)});
  if (!position) return position.error();

  Answer answer{position->total,
                position->each,
                told(standing->snapshot, position->total),
                {},
                position->explain};
  for (const Error& error : position->unknown) {
    answer.unknown.push_back({"position", std::string(name_of(error.reason)), error.message});
  }
  return Reply{json_of(answer),
               report::terminal_text(*position, answer.market,
                                     wish.colour ? report::Colour::on : report::Colour::off),
               {}};
}

}  // namespace

Entry value_position() {
  return {.name = "value-position",
          .about = "Value liquidity positions: amounts, losses, Greeks, fees against volatility.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "Book and quotes are taken as they stand, and the quote token as worth one dollar. "
              "What a failure of contracts would take is not in the value."};
}

}  // namespace levee::api::kind
