#include "levee/report/position_tables.h"

#include "levee/report/sentences.h"
#include "levee/report/words.h"

#include <fmt/core.h>

namespace levee::report {
namespace {

std::string token_name(const hedge::MarketTold& market) {
  return market.base.empty() ? "tokens" : market.base;
}

std::vector<Row> worth_rows(const book::PositionReport& p, const hedge::MarketTold& market) {
  const std::string token = token_name(market);
  const std::string quote = market.quote.empty() ? "dollars" : market.quote;
  return {
      {{"Value", usd(p.value_usd),
        fmt::format("{} {} and {} in {}", number(p.base_tokens, 6), token, usd(p.quote_usd),
                    quote)}},
      {{"Delta", fmt::format("{} {}", number(p.delta, 6), token),
        fmt::format("dollars gained for every $1 that {} rises", token)}},
      {{"Gamma", fmt::format("{} per $1", number(p.gamma)),
        fmt::format("change of delta; {} times that of a full range of equal value",
                    number(p.concentration, 3))}},
      {{"Straddles sold", number(p.straddles, 3),
        "at the money and to the horizon, of the same gamma"}},
      {{"IL, borrowed", percent(p.il_borrowed), "(LP − hold) / entry value: convexity alone"}},
      {{"IL, funded", percent(p.il_funded), "(LP − entry value) / entry value: with the tokens"}},
      {{"IL, relative", percent(p.il_relative), "(LP − hold) / hold value"}}};
}

std::vector<Row> income_rows(const book::PositionReport& p) {
  const std::string days = known(p.days_in_range, [](double d) { return number(d, 3) + " days"; });
  const auto edge = [](const std::optional<double>& price, const std::optional<double>& z) {
    return known(price, [&](double x) { return price_and_distance(x, z); });
  };
  const std::string fees = fees_text(p.fees_usd_per_day, p.fees_usd_per_day_se);
  return {
      {{"LVR", usd(p.lvr_usd_per_day) + " a day", "loss versus rebalancing at implied volatility"}},
      {{"Fees", fees + (p.fees_usd_per_day ? " a day" : ""),
        fmt::format("expected while in range; {} of value a year would pay for LVR",
                    percent(p.break_even_fee_rate))}},
      {{"In range", days, "expected until the price first leaves the range"}},
      {{"Fees pay down to", edge(p.break_even_low, p.break_even_low_z),
        "below, they no longer pay the loss against holding"}},
      {{"Fees pay up to", edge(p.break_even_high, p.break_even_high_z),
        "above, they no longer pay the loss against holding"}}};
}

}  // namespace

std::string fees_text(const std::optional<double>& fees, const std::optional<double>& error) {
  if (!fees) return std::string(unknown);
  return error ? usd(Uncertain{*fees, *error}) : usd(*fees);
}

Table position_table(const book::PositionReport& position, const hedge::MarketTold& market) {
  Table table;
  table.title = position.name.empty() ? "Position" : "Position: " + position.name;
  table.columns = {{"", Kind::name}, {"", Kind::figure}, {"", Kind::words}};
  table.rows = worth_rows(position, market);
  for (Row& row : income_rows(position)) table.rows.push_back(std::move(row));
  return table;
}

Table positions_table(const std::vector<book::PositionReport>& positions) {
  Table table{"Positions one by one",
              {{"Position", Kind::name},
               {"Value"},
               {"Delta"},
               {"Gamma"},
               {"IL borrowed"},
               {"IL funded", Kind::figure, Place::page_only},
               {"IL relative", Kind::figure, Place::page_only},
               {"LVR a day"},
               {"Fees a day"},
               {"In range", Kind::figure, Place::page_only}},
              {},
              ""};
  for (const book::PositionReport& p : positions) {
    table.rows.push_back(
        {{p.name, usd(p.value_usd), number(p.delta), number(p.gamma, 3), percent(p.il_borrowed),
          percent(p.il_funded), percent(p.il_relative), usd(p.lvr_usd_per_day),
          fees_text(p.fees_usd_per_day, p.fees_usd_per_day_se),
          known(p.days_in_range, [](double d) { return number(d, 3) + " d"; })}});
  }
  return table;
}

}  // namespace levee::report
