// levee/api/kind/price_option.cpp — one option: its price and all Greeks, or what its price
// implies.
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/chain_file.h"
#include "levee/feed/index_expiries.h"
#include "levee/option/black.h"
#include "levee/option/implied_vol.h"
#include "levee/option/model_price.h"
#include "levee/report/sheet.h"
#include "levee/report/words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::string type = "call", settlement = "linear", base = "ETH";
  std::string expiry, at, chain, model;
  std::optional<double> spot, forward, strike, vol, price;
  double rate = 0;
  std::vector<std::string> parameter;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("type", self.type, "call or put");
    visit("strike", self.strike, "strike, USD");
    visit("forward", self.forward, "forward to expiry, USD");
    visit("spot", self.spot, "spot, USD: the forward is spot e^(rate x time)");
    visit("expiry", self.expiry, "days left (30), or a date, 08:00 UTC (2026-03-27; needs --at)");
    visit("at", self.at, "moment of pricing, UTC; with --chain the newest snapshot not after it");
    visit("rate", self.rate, "rate a year that discounts and carries spot, decimals");
    visit("settlement", self.settlement, "linear (dollars) or coin (premium and payoff in coins)");
    visit("vol", self.vol, "volatility, decimals: 0.6 is 60 %");
    visit("price", self.price, "instead: the premium whose volatility is asked, in its settlement");
    visit("chain", self.chain, "instead: the surface fitted to this chain, which has the forward");
    visit("base", self.base, "base asset of the chain's rows");
    visit("model", self.model, "instead: bates, black, heston, kou or merton");
    visit("parameter", self.parameter, "one of the model's, NAME=VALUE; the others at their start");
  }
};

struct GreeksTold {
  double price = 0, delta = 0, gamma = 0, vega = 0, theta = 0, rho = 0, vanna = 0, volga = 0,
         charm = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("price", self.price, "premium a contract on one token");
    visit("delta", self.delta, "to the forward; of the coin account: net delta");
    visit("gamma", self.gamma, "of that delta, per dollar");
    visit("vega", self.vega, "per 1.00 of volatility");
    visit("theta", self.theta, "per year of calendar time passing");
    visit("rho", self.rho, "per 1.00 of rate, at the same forward");
    visit("vanna", self.vanna, "of delta, per 1.00 of volatility");
    visit("volga", self.volga, "of vega, per 1.00 of volatility");
    visit("charm", self.charm, "of delta, per year of calendar time passing");
  }
};

struct ModelTold {
  std::string name;
  std::vector<std::string> parameters;
  double delta = 0, gamma = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "kind of model");
    visit("parameters", self.parameters, "NAME=VALUE");
    visit("delta", self.delta, "the model's own, its parameters held: the smile moves with F");
    visit("gamma", self.gamma, "of that delta, per dollar");
  }
};

struct Answer {
  std::string type, settlement, vol_from, source;
  double strike_usd = 0, forward_usd = 0, tenor_days = 0, discount = 1, vol = 0;
  GreeksTold dollars;
  std::optional<GreeksTold> coins;
  std::optional<ModelTold> model;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("type", self.type, "call or put");
    visit("settlement", self.settlement, "linear or coin");
    visit("strike_usd", self.strike_usd, "strike");
    visit("forward_usd", self.forward_usd, "forward to expiry");
    visit("tenor_days", self.tenor_days, "time left");
    visit("discount", self.discount, "of dollars at expiry");
    visit("vol", self.vol, "Black's volatility");
    visit("vol_from", self.vol_from, "given, price, surface or model");
    visit("source", self.source, "of the surface");
    visit("dollars", self.dollars, "price and Greeks in dollars, at that volatility");
    visit("coins", self.coins, "of a coin-settled option, in coins; null where linear");
    visit("model", self.model, "null without one");
  }
};

Error outside(std::string_view name, double value, std::string_view range) {
  return fail(Reason::out_of_range, fmt::format("{} {} (must lie in {})", name, value, range));
}

// What is asked, checked: everything but the volatility.
struct Priced {
  option::Type type = option::Type::call;
  Price strike, forward;
  Years tenor;
  double discount = 1;
};

constexpr double highest_usd = 1e12, lowest_usd = 1e-12, longest_years = 50, highest_vol = 10;

Result<Price> price_in(const std::optional<double>& value, std::string_view name) {
  if (!value) {
    return fail(Reason::missing_data, fmt::format("no {} (give --{} DOLLARS)", name, name));
  }
  if (!(*value >= lowest_usd) || *value > highest_usd) {
    return outside(name, *value, "[1e-12, 1e12] dollars");
  }
  return Price{*value};
}

Result<std::optional<UnixSeconds>> moment_of(const Ask& ask) {
  if (ask.at.empty()) return std::optional<UnixSeconds>{};
  const auto at = moment_from(ask.at, DayEdge::last_second);
  if (!at) return fail(at.error().reason, "--at: " + at.error().message);
  return std::optional(*at);
}

// Days, or a date of which 08:00 UTC is meant, counted from `at`.
Result<Years> tenor_of(const Ask& ask, const std::optional<UnixSeconds>& at) {
  if (ask.expiry.empty()) {
    return fail(Reason::missing_data, "no expiry (give --expiry DAYS or --expiry DATE)");
  }
  double days_left = 0;
  if (api::detail::read_into(days_left, ask.expiry, "expiry")) {
    const double years_left = days_left / 365;
    if (!(days_left > 0) || years_left > longest_years) {
      return outside("expiry", days_left, "(0, 18250] days");
    }
    return Years{years_left};
  }
  auto moment = moment_from(ask.expiry);
  if (moment && ask.expiry.size() == 10) moment = *moment + hours(8);
  if (!moment) moment = expiry_from(ask.expiry);
  if (!moment) {
    return fail(Reason::bad_input,
                fmt::format("expiry \"{}\" (days left, 30, or a date, 2026-03-27)", ask.expiry));
  }
  if (!at) {
    return fail(Reason::missing_data, "an expiry on a date needs a moment of pricing (give --at)");
  }
  const double left = years(*moment - *at).value();
  if (!(left > 0) || left > longest_years) {
    return fail(Reason::out_of_range, fmt::format("expiry {} (must be after {}, within 50 years)",
                                                  levee::text_of(*moment), levee::text_of(*at)));
  }
  return Years{left};
}

Result<Done> one_volatility(const Ask& ask) {
  const int given = (ask.vol ? 1 : 0) + (ask.price ? 1 : 0) + (ask.chain.empty() ? 0 : 1) +
                    (ask.model.empty() ? 0 : 1);
  if (given == 1) return Done{};
  return fail(given == 0 ? Reason::missing_data : Reason::bad_input,
              fmt::format("{} volatilities (give one of --vol, --price, --chain and --model)",
                          given == 0 ? "no" : "several"));
}

Result<Priced> priced_of(const Ask& ask, const std::optional<UnixSeconds>& at) {
  Priced priced;
  if (ask.type != "call" && ask.type != "put") {
    return fail(Reason::bad_input, fmt::format("type \"{}\" (call or put)", ask.type));
  }
  priced.type = ask.type == "call" ? option::Type::call : option::Type::put;
  if (ask.settlement != "linear" && ask.settlement != "coin") {
    return fail(Reason::bad_input,
                fmt::format("settlement \"{}\" (linear or coin)", ask.settlement));
  }
  if (!(std::abs(ask.rate) <= 1)) return outside("rate", ask.rate, "[-1, 1]");
  const auto strike = price_in(ask.strike, "strike");
  if (!strike) return strike.error();
  priced.strike = *strike;
  const auto tenor = tenor_of(ask, at);
  if (!tenor) return tenor.error();
  priced.tenor = *tenor;
  priced.discount = std::exp(-ask.rate * tenor->value());
  if (!ask.chain.empty()) return priced;
  if (ask.forward && ask.spot) {
    return fail(Reason::bad_input, "both a forward and a spot (give one of them)");
  }
  const auto forward = price_in(ask.spot ? ask.spot : ask.forward, ask.spot ? "spot" : "forward");
  if (!forward) return forward.error();
  priced.forward = ask.spot ? Price{forward->value() / priced.discount} : *forward;
  return priced;
}

// The volatility given, or the one that the given premium implies.
Result<Vol> vol_given(const Ask& ask, const Priced& priced) {
  if (ask.vol) {
    if (!(*ask.vol > 0) || *ask.vol > highest_vol) {
      return outside("vol", *ask.vol, "(0, 10]: decimals, 0.6 is 60 %");
    }
    return Vol{*ask.vol};
  }
  const double per_premium = ask.settlement == "coin" ? priced.forward.value() : 1;
  auto vol = option::implied_vol(priced.type, priced.strike, priced.forward, priced.tenor,
                                 Usd{*ask.price * per_premium / priced.discount});
  if (vol && !(vol->value() > 0)) {
    return fail(
        Reason::no_solution,
        fmt::format("price {} (is intrinsic value: any volatility near 0 gives it)", *ask.price));
  }
  return vol;
}

Result<option::Model> model_from(const Ask& ask) {
  const auto kind = std::ranges::find(option::shelf(), ask.model, &option::Entry::name);
  if (kind == option::shelf().end()) {
    return fail(Reason::not_supported,
                fmt::format("model \"{}\" (bates, black, heston, kou or merton)", ask.model));
  }
  std::vector<std::string_view> names;
  std::vector<double> values;
  for (const option::Parameter& one : kind->parameters) {
    names.push_back(one.name);
    values.push_back(one.start);
  }
  for (const std::string& text : ask.parameter) {
    const auto cut = std::min(text.find('='), text.size());
    const auto at = std::ranges::find(names, text.substr(0, cut));
    if (at == names.end()) {
      return fail(Reason::bad_input, fmt::format("parameter \"{}\" (model {} has {})", text,
                                                 ask.model, fmt::join(names, ", ")));
    }
    const auto value = text.substr(std::min(cut + 1, text.size()));
    const auto read =
        api::detail::read_into(values[static_cast<std::size_t>(at - names.begin())], value, *at);
    if (!read) return read.error();
  }
  return option::model_of(ask.model, values);
}

// By differences of five points: the series is good to 1e-12 of the forward.
Result<ModelTold> model_told(const option::Model& model, const Priced& priced, Vol vol) {
  ModelTold told{.name = std::string(model.kind->name), .parameters = {}};
  for (std::size_t i = 0; i < model.parameters.size(); ++i) {
    told.parameters.push_back(
        fmt::format("{}={}", model.kind->parameters[i].name, number_text(model.parameters[i])));
  }
  const double f = priced.forward.value();
  const double step =
      f * std::clamp(0.1 * vol.value() * std::sqrt(priced.tenor.value()), 1e-4, 0.02);
  std::array<double, 5> at{};
  double forward = f - 2 * step;
  for (double& price : at) {
    const auto pair =
        option::prices_of(model, {Price{forward}, priced.tenor}, std::array{priced.strike});
    if (!pair) return pair.error();
    price = (priced.type == option::Type::call ? pair->front().call : pair->front().put).value();
    forward += step;
  }
  const auto [a, b, c, d, e] = at;
  told.delta = priced.discount * (a - 8 * b + 8 * d - e) / (12 * step);
  told.gamma = priced.discount * (-a + 16 * b - 30 * c + 16 * d - e) / (12 * step * step);
  return told;
}

Answer answer_of(const Ask& ask, const Priced& priced, Vol vol) {
  const option::Greeks g = option::black_greeks(
      priced.type, priced.strike, {priced.forward, priced.tenor, vol, priced.discount});
  Answer answer{.type = ask.type,
                .settlement = ask.settlement,
                .vol_from = {},
                .source = {},
                .strike_usd = priced.strike.value(),
                .forward_usd = priced.forward.value(),
                .tenor_days = priced.tenor.value() * 365,
                .discount = priced.discount,
                .vol = vol.value(),
                .dollars = {g.price.value(), g.delta.value(), g.gamma.value(), g.vega.value(),
                            g.theta.value(), g.rho.value(), g.vanna, g.volga, g.charm},
                .coins = {},
                .model = {}};
  if (ask.settlement == "coin") {
    const option::CoinGreeks c = option::coin_greeks(g, priced.forward);
    answer.coins = {c.price.value(), c.net_delta.value(), c.gamma, c.vega.value(),
                    c.theta.value(), c.rho.value(),       c.vanna, c.volga,
                    c.charm};
  }
  return answer;
}

Result<Answer> by_surface(const Ask& ask, const std::optional<UnixSeconds>& at) {
  if (ask.forward || ask.spot) {
    return fail(Reason::bad_input, "a forward or spot beside --chain (the chain has its own)");
  }
  const auto chain = feed::read_chain(ask.chain, {.base = ask.base, .at = at});
  if (!chain) return chain.error();
  auto priced = priced_of(ask, chain->at);
  if (!priced) return priced.error();
  const auto quotes = market::surface_quotes(chain->quotes);
  const auto surface = option::Surface::from(quotes, {chain->at});
  if (!surface) return surface.error();
  priced->forward = Price{chain->spot.value() * surface->forward_ratio(chain->spot, priced->tenor)};
  const double k = std::log(priced->strike.value() / priced->forward.value());
  Answer answer = answer_of(ask, *priced, Vol{surface->slice(priced->tenor).vol(k)});
  answer.vol_from = "surface";
  answer.source = fmt::format("{}, {}", levee::text_of(chain->at), chain->source);
  return answer;
}

Result<Answer> by_model(const Ask& ask, const Priced& priced) {
  const auto model = model_from(ask);
  if (!model) return model.error();
  const auto vols =
      option::vols_of(*model, {priced.forward, priced.tenor}, std::array{priced.strike});
  if (!vols) return vols.error();
  const auto told = model_told(*model, priced, vols->front());
  if (!told) return told.error();
  Answer answer = answer_of(ask, priced, vols->front());
  answer.vol_from = "model";
  answer.model = *told;
  return answer;
}

Result<Answer> answered(const Ask& ask) {
  if (const auto one = one_volatility(ask); !one) return one.error();
  if (ask.model.empty() && !ask.parameter.empty()) {
    return fail(Reason::bad_input, "a parameter without a model (give --model)");
  }
  const auto at = moment_of(ask);
  if (!at) return at.error();
  if (!ask.chain.empty()) return by_surface(ask, *at);
  const auto priced = priced_of(ask, *at);
  if (!priced) return priced.error();
  if (!ask.model.empty()) return by_model(ask, *priced);
  const auto vol = vol_given(ask, *priced);
  if (!vol) return vol.error();
  Answer answer = answer_of(ask, *priced, *vol);
  answer.vol_from = ask.vol ? "given" : "price";
  return answer;
}

std::string text_of(const Answer& answer, const Wish& wish) {
  report::Sheet sheet(wish.colour ? report::Colour::on : report::Colour::off);
  const GreeksTold& g = answer.dollars;
  const std::string premium =
      answer.coins ? fmt::format("{} coins, {}", report::number(answer.coins->price, 6),
                                 report::usd(g.price))
                   : report::usd(g.price);
  sheet.paragraph(fmt::format("{} at {} costs {}: volatility {}", answer.type,
                              report::usd(answer.strike_usd), premium, report::percent(answer.vol)),
                  report::Ink::bold);
  sheet.paragraph(
      fmt::format("forward {}, {} days, volatility from {}{}", report::usd(answer.forward_usd),
                  report::number(answer.tenor_days),
                  answer.vol_from == "given" ? "what was given" : "the " + answer.vol_from,
                  answer.source.empty() ? "" : " (" + answer.source + ")"),
      report::Ink::dim);
  report::Table table{
      "A contract on one token",
      {{"", report::Kind::name}, {"Dollars"}},
      {},
      "Greeks are Black's at that volatility, to the forward. Vega, vanna and volga "
      "per vol point (volga per point squared), theta and charm per day, rho per "
      "1 % of rate."};
  if (answer.coins) {
    table.columns.push_back({"Coins"});
    table.note += " Coins: what the coin account sees; its delta is the net delta.";
  }
  const auto add = [&](const char* name, double GreeksTold::* value, double unit) {
    report::Row row{{name, report::number(unit * (g.*value), 6)}};
    if (answer.coins) row.cells.push_back(report::number(unit * ((*answer.coins).*value), 6));
    table.rows.push_back(std::move(row));
  };
  add("Price", &GreeksTold::price, 1);
  add("Delta", &GreeksTold::delta, 1);
  add("Gamma", &GreeksTold::gamma, 1);
  add("Vega", &GreeksTold::vega, 0.01);
  add("Theta", &GreeksTold::theta, 1 / 365.0);
  add("Rho", &GreeksTold::rho, 0.01);
  add("Vanna", &GreeksTold::vanna, 0.01);
  add("Volga", &GreeksTold::volga, 1e-4);
  add("Charm", &GreeksTold::charm, 1 / 365.0);
  sheet.table(table);
  if (answer.model) {
    sheet.paragraph("");
    sheet.paragraph(fmt::format("{} ({}): its own delta {}, gamma {}", answer.model->name,
                                fmt::join(answer.model->parameters, ", "),
                                report::number(answer.model->delta, 6),
                                report::number(answer.model->gamma, 6)));
  }
  return sheet.text();
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  progress.enter("pricing");
  const auto answer = answered(*ask);
  if (!answer) return answer.error();
  return Reply{.json = json_of(*answer), .text = text_of(*answer, wish), .files = {}};
}

}  // namespace

Entry price_option() {
  return {.name = "price-option",
          .about = "Price one option with all its Greeks, or find the volatility a price implies.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "A price is the model's for European exercise, not a quote: spreads, fees, margin "
              "and what the venue may owe are not in it."};
}

}  // namespace levee::api::kind
