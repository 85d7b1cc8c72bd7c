#include "levee/report/sentences.h"

#include "levee/report/words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::report {
namespace {

constexpr std::array<std::string_view, 5> acronyms{"macd", "mev", "reer", "rsi", "tvl"};

std::string cvar95(const hedge::TailTold& tail) {
  return usd(Uncertain{tail.out_of_sample.cvar95_usd, tail.out_of_sample.cvar95_usd_se});
}

std::string hedge_sentence(const hedge::Plan& plan) {
  const std::size_t count = plan.plan.trades.size();
  const double carry = plan.plan.carry_usd_per_year;
  const std::string price =
      carry < 0 ? fmt::format("and carry earns {} a year at today's rates", usd(-carry))
                : fmt::format("for {} of carry a year", usd(carry));
  return fmt::format("Hedge with {} trade{}: CVaR95 goes from {} to {}, {}.", count,
                     count == 1 ? "" : "s", cvar95(plan.tail.unhedged), cvar95(plan.tail.hedged),
                     price);
}

// Whether the whole profit rises through a break-even: fees move it up and down, not its slope.
bool rises_at(const hedge::Profile& profile, double price) {
  const auto& grid = profile.price;
  if (grid.size() < 2) return false;
  const auto above = static_cast<std::size_t>(std::ranges::upper_bound(grid, price) - grid.begin());
  const std::size_t i = std::clamp<std::size_t>(above, 1, grid.size() - 1);
  return profile.sum_usd[i] > profile.sum_usd[i - 1];
}

std::string volatility(const std::optional<double>& vol, const std::optional<double>& error) {
  if (!vol) return std::string(unknown);
  return error ? percent(Uncertain{*vol, *error}) : percent(*vol);
}

}  // namespace

std::string headline(const hedge::Plan& plan) {
  const hedge::PlanTold& told = plan.plan;
  if (told.status == "optimal") return hedge_sentence(plan);
  if (told.status == "not_converged") {
    return "Not converged: the plan below keeps every limit but is not proven the best.";
  }
  if (!told.sentence.empty()) return told.sentence;
  if (told.status == "no_hedge") {
    return "No hedge is better: no trade that is offered removes more tail than it costs.";
  }
  if (told.status == "infeasible") {
    return "Infeasible: no set of trades meets every limit; the constraints below say which.";
  }
  return "No plan was worked out.";
}

std::string second_line(const hedge::Plan& plan) {
  return headline(plan) == plan.plan.sentence ? "" : plan.plan.sentence;
}

std::string market_sentence(const hedge::MarketTold& market) {
  std::string text = fmt::format("{} at {}", market.base.empty() ? "Underlying" : market.base,
                                 usd_at(market.underlying_usd, 2));
  if (!market.at.empty()) text += fmt::format(", {}", market.at);
  text += fmt::format(". Volatility a year: implied {}, forecast {}, realised {}.",
                      percent(market.implied_vol), percent(market.forecast_vol),
                      volatility(market.realised_vol, std::nullopt));
  if (!market.quote.empty()) {
    text += fmt::format(" {} is taken at one dollar.", market.quote);
  }
  return text;
}

std::string volatility_sentence(const book::PositionReport& position) {
  const std::string sold =
      position.fee_implied_vol
          ? fmt::format("You sell volatility at {}", percent(*position.fee_implied_vol))
          : std::string("What you are paid for volatility is unknown");
  return fmt::format("{}; buying it back costs {}; realised {}.", sold,
                     percent(position.market_implied_vol),
                     volatility(position.realised_vol, position.realised_vol_se));
}

std::string price_and_distance(double price, std::optional<double> z) {
  if (!z) return usd(price);
  return fmt::format("{} ({}{}\u00A0σ√T)", usd(price), *z > 0 ? "+" : "", grouped(*z, 2));
}

std::string break_even_sentence(const hedge::PlanTold& plan) {
  if (plan.break_even_usd.empty()) {
    if (plan.profile.price.empty()) return "";
    return "At the horizon the whole profit crosses zero at no price that was looked at.";
  }
  const std::size_t count = plan.break_even_usd.size();
  bool gains = !rises_at(plan.profile, plan.break_even_usd.front());
  constexpr double far = 4;  // nobody reckons with a price further away
  const auto& z = plan.z_break_even;
  if (z.size() == count && std::ranges::all_of(z, [](double x) { return std::abs(x) > far; })) {
    const bool here = std::ranges::count_if(z, [](double x) { return x < 0; }) % 2 == 1;
    return fmt::format(
        "At the horizon the whole profit, with the hedge and with expected fees where known, is a "
        "{} at every price within {:.0f} σ√T of today's.",
        here != gains ? "gain" : "loss", far);
  }
  std::string list = gains ? "a gain" : "a loss", edge;
  for (std::size_t i = 0; i < count; ++i, gains = !gains) {
    const bool has_distance = i < plan.z_break_even.size();
    edge = price_and_distance(plan.break_even_usd[i],
                              has_distance ? std::optional(plan.z_break_even[i]) : std::nullopt);
    list += fmt::format(" {} {}, {}", i == 0 ? "below" : "from there to", edge,
                        gains ? "a loss" : "a gain");
  }
  return fmt::format(
      "At the horizon the whole profit, with the hedge and with expected fees where known, is {} "
      "above.",
      list);
}

std::string spaced(std::string_view name) {
  std::string words;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('_', begin), name.size());
    std::string word(name.substr(begin, end - begin));
    if (std::ranges::find(acronyms, word) != acronyms.end()) {
      std::ranges::transform(word, word.begin(),
                             [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    }
    words += (begin > 0 ? " " : "") + word;
    begin = end + 1;
  }
  return words;
}

std::string label_of(std::string_view name) {
  std::string label = spaced(name);
  if (!label.empty() && 'a' <= label[0] && label[0] <= 'z') {
    label[0] = static_cast<char>(label[0] - 'a' + 'A');
  }
  return label;
}

std::string bucket_label(double bucket_days) {
  return bucket_days > 0 ? number(bucket_days, 4) + "-day" : std::string("perpetual");
}

std::string tenor_label(double tenor_days) {
  return tenor_days > 0 ? grouped(tenor_days, tenor_days < 10 ? 1 : 0) + " d"
                        : std::string(nothing);
}

}  // namespace levee::report
