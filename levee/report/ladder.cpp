#include "levee/report/ladder.h"

#include "levee/report/sentences.h"
#include "levee/report/words.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace levee::report {
namespace {

struct Rung {
  std::string layer;
  double bucket_days = 0;
  std::vector<const hedge::Trade*> trades;
};

int layer_order(std::string_view layer) {
  constexpr std::array<std::string_view, 8> order{"put_shield",     "put_spread", "call_wing",
                                                  "call_spread",    "perp_delta", "vol_future",
                                                  "protocol_cover", "leave"};
  const auto at = std::find(order.begin(), order.end(), layer);
  return static_cast<int>(at - order.begin());
}

// Trades by layer, then tenor bucket; within one, by time to expiry.
std::vector<Rung> rungs_of(const std::vector<hedge::Trade>& trades) {
  std::vector<Rung> rungs;
  for (const hedge::Trade& trade : trades) {
    auto at = std::find_if(rungs.begin(), rungs.end(), [&](const Rung& r) {
      return r.layer == trade.layer && r.bucket_days == trade.bucket_days;
    });
    if (at == rungs.end()) {
      rungs.push_back({trade.layer, trade.bucket_days, {}});
      at = rungs.end() - 1;
    }
    at->trades.push_back(&trade);
  }
  std::stable_sort(rungs.begin(), rungs.end(), [](const Rung& a, const Rung& b) {
    const int first = layer_order(a.layer), second = layer_order(b.layer);
    return first != second      ? first < second
           : a.layer != b.layer ? a.layer < b.layer
                                : a.bucket_days < b.bucket_days;
  });
  for (Rung& rung : rungs) {
    std::stable_sort(rung.trades.begin(), rung.trades.end(),
                     [](const auto* a, const auto* b) { return a->tenor_days < b->tenor_days; });
  }
  return rungs;
}

struct TradeDecimals {
  int price = 2, fee = 2, cost = 2, carry = 2, margin = 2;
};

hedge::Trade sum_of(const std::vector<hedge::Trade>& trades) {
  hedge::Trade sum;
  for (const hedge::Trade& t : trades) {
    sum.fee_usd += t.fee_usd;
    sum.cost_usd += t.cost_usd;
    sum.carry_usd_per_year += t.carry_usd_per_year;
    sum.margin_usd += t.margin_usd;
  }
  return sum;
}

// The sum is a figure of its column too.
TradeDecimals decimals_of(std::vector<hedge::Trade> trades) {
  trades.push_back(sum_of(trades));
  const auto column = [&](double hedge::Trade::* field) {
    std::vector<double> values;
    for (const hedge::Trade& t : trades) values.push_back(t.*field);
    return usd_decimals(values);
  };
  return {column(&hedge::Trade::price), column(&hedge::Trade::fee_usd),
          column(&hedge::Trade::cost_usd), column(&hedge::Trade::carry_usd_per_year),
          column(&hedge::Trade::margin_usd)};
}

Row trade_row(const hedge::Trade& t, const TradeDecimals& decimals) {
  return {{t.instrument, t.side, number(t.quantity, 8), tenor_label(t.tenor_days),
           usd_at(t.price, decimals.price),
           t.price_coin > 0 ? number(t.price_coin, 4) : std::string(nothing),
           usd_at(t.fee_usd, decimals.fee), usd_at(t.cost_usd, decimals.cost),
           usd_at(t.carry_usd_per_year, decimals.carry), usd_at(t.margin_usd, decimals.margin),
           t.mean_cost_usd ? usd(*t.mean_cost_usd) : std::string(nothing),
           t.cvar_removed_usd ? usd(*t.cvar_removed_usd) : std::string(nothing),
           t.depth_binds ? "limit" : "", t.rule}};
}

Row sum_row(const hedge::Trade& sum, const TradeDecimals& decimals) {
  return {{"All trades", "", "", "", "", "", usd_at(sum.fee_usd, decimals.fee),
           usd_at(sum.cost_usd, decimals.cost), usd_at(sum.carry_usd_per_year, decimals.carry),
           usd_at(sum.margin_usd, decimals.margin), "", "", "", ""},
          RowKind::total};
}

// Who asked for how many of the trades.
std::string asked_by(const std::vector<hedge::Trade>& trades) {
  std::vector<std::pair<std::string, int>> rules;
  for (const hedge::Trade& trade : trades) {
    const auto same = std::ranges::find(rules, trade.rule, &std::pair<std::string, int>::first);
    if (trade.rule.empty()) continue;
    if (same == rules.end()) {
      rules.emplace_back(trade.rule, 1);
    } else {
      ++same->second;
    }
  }
  if (rules.empty()) return "";
  std::string text;
  for (const auto& [rule, count] : rules) {
    text += fmt::format("{}{}{}", text.empty() ? "" : "; ", rule,
                        rules.size() > 1 ? fmt::format(" ({})", count) : "");
  }
  return " What asked for them: " + text + ".";
}

// A future on a volatility index is not the index: how much of a move of it each has.
std::string betas_of(const std::vector<hedge::Trade>& trades) {
  std::string text;
  for (const hedge::Trade& t : trades) {
    if (!t.term_beta) continue;
    text += fmt::format(
        " {} is margined, its price is not paid; it moves {:.2f} of a point where its index moves "
        "one.",
        t.instrument, *t.term_beta);
  }
  return text;
}

}  // namespace

Table trade_table(const hedge::PlanTold& plan) {
  Table table{"Trades",
              {{"Instrument", Kind::name},
               {"Side", Kind::name},
               {"Quantity"},
               {"Expiry"},
               {"Price"},
               {"In coin", Kind::figure, Place::page_only},
               {"Fee", Kind::figure, Place::page_only},
               {"Cost"},
               {"Carry a year"},
               {"Margin", Kind::figure, Place::page_only},
               {"Expected cost", Kind::figure, Place::page_only},
               {"CVaR off"},
               {"Depth", Kind::name},
               {"Asked for by", Kind::words, Place::page_only}},
              {},
              ""};
  if (plan.trades.empty()) {
    table.columns.clear();
    table.note = "No trades.";
    return table;
  }
  const TradeDecimals decimals = decimals_of(plan.trades);
  for (const Rung& rung : rungs_of(plan.trades)) {
    const std::string layer = label_of(rung.layer);
    const std::string tenor = rung.bucket_days > 0 ? bucket_label(rung.bucket_days) + " tenor"
                              : rung.layer == "perp_delta" ? "perpetual"
                                                           : "";
    table.rows.push_back(
        {{tenor.empty() ? layer : fmt::format("{}, {}", layer, tenor)}, RowKind::group});
    for (const hedge::Trade* trade : rung.trades) table.rows.push_back(trade_row(*trade, decimals));
  }
  table.rows.push_back(sum_row(sum_of(plan.trades), decimals));
  table.note =
      "Price: USD for one, the ask of a buy and the bid of a sale. Cost: paid, or received where "
      "negative, fee included. CVaR off: against the plan without that one trade, all else as it "
      "is. "
      "Depth \"limit\": no more may be traded under the assumed depth." +
      asked_by(plan.trades) + betas_of(plan.trades);
  return table;
}

std::vector<BucketCost> bucket_costs(const hedge::PlanTold& plan) {
  std::map<double, double> premium;
  for (const hedge::Trade& trade : plan.trades) {
    if (trade.bucket_days > 0) premium[trade.bucket_days] += trade.cost_usd - trade.fee_usd;
  }
  std::vector<BucketCost> costs;
  for (const auto& [days, usd_paid] : premium) costs.push_back({days, usd_paid});
  return costs;
}

}  // namespace levee::report
