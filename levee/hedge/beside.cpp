#include "levee/hedge/beside.h"

#include "levee/hedge/beside_collar.h"
#include "levee/hedge/beside_past.h"
#include "levee/hedge/beside_trades.h"
#include "levee/hedge/dollars.h"
#include "levee/hedge/proxy.h"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::hedge {
namespace {

// Why a gate forbids an act; empty: none does.
std::string forbidden(const signal::Regime& regime, signal::NewRisk act) {
  for (const signal::Restriction& one : regime.restrictions) {
    if (one.act == act) return fmt::format("{} ({} gate)", one.why, one.gate);
  }
  return {};
}

std::optional<double> daily_range(const signal::Outlook& outlook) {
  for (const signal::Gauge& gauge : outlook.gauges) {
    if (gauge.name == "daily_range" && gauge.fresh()) return gauge.fresh()->value;
  }
  return std::nullopt;
}

void add_ranges(const Ground& g, Beside& beside) {
  const auto range = daily_range(g.outlook);
  if (!range) {
    beside.unknown.push_back({"beside.ranges", std::string(name_of(Reason::missing_data)),
                              "the expected daily range is not known: no range is moved"});
    return;
  }
  const signal::Regime& regime = g.outlook.regime;
  for (const book::LpPosition& position : g.book.positions) {
    const RerangeAsk ask{.position = position,
                         .price = g.snapshot.spot,
                         .edr = *range,
                         .edr_median = {},
                         .veq = g.outlook.facts.veq,
                         .vol = g.calibration.lead().forecast,
                         .fees = g.snapshot.pool ? g.snapshot.pool->fees : std::nullopt,
                         .gas = Usd{2 * g.policy.leave_gas_usd},
                         .swap_cost = Share{g.policy.swap_share},
                         .nav = Usd{g.position.total.value_usd},
                         .forbidden = forbidden(regime, signal::NewRisk::move_range),
                         .forbidden_tight = forbidden(regime, signal::NewRisk::recentre_tighter)};
    const auto move = rerange_of(ask, {});
    if (move) {
      beside.ranges.push_back({position.name, *move});
    } else {
      beside.unknown.push_back({"beside.ranges." + position.name,
                                std::string(name_of(move.error().reason)), move.error().message});
    }
  }
}

// The first loan with something pledged.
const book::Loan* lending_line(const book::Book& book) {
  const auto found = std::ranges::find_if(
      book.loans, [](const book::Loan& one) { return one.pledge.has_value(); });
  return found == book.loans.end() ? nullptr : &*found;
}

// What the programme would make of so much more cash, a dollar of it, and how much it would use.
struct Use {
  double used_usd = 0, per_usd = 0;
};

Use use_of(const Ground& g, Program& program, const Choice& choice, double more) {
  const auto row = std::ranges::find(program.rows, "cash", &solve::Row::name);
  if (row == program.rows.end() || choice.status != solve::Status::optimal) return {};
  const auto spent = [&](const std::vector<double>& x) {
    double sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j) sum += row->coefficient[j] * x[j];
    return sum;
  };
  const std::vector<solve::Row> rows = program.rows;
  const std::vector<RowNote> notes = program.notes;
  row->upper += more;
  const Choice with = choose(program, g.policy);
  const double used = std::max(
      0.0, spent(with.x) - rows[static_cast<std::size_t>(row - program.rows.begin())].upper);
  program.rows = rows;
  program.notes = notes;
  if (with.status == solve::Status::infeasible || used < 1) return {};
  return {used, (choice.objective - with.objective) / used};
}

void add_sleeve(const Ground& g, Program& program, const Choice& choice, Beside& beside) {
  const book::Loan* loan = lending_line(g.book);
  if (!loan) return;
  const SleeveRule rule{.horizon_days = g.policy.horizon_days};
  SleeveAsk ask{.line = {.pledge = *loan->pledge, .owed = loan->quote_owed, .rate = loan->rate},
                .price = g.snapshot.spot,
                .vol = g.calibration.lead().forecast,
                .stress = g.outlook.facts.stress.stands,
                .forbidden = forbidden(g.outlook.regime, signal::NewRisk::draw_loan),
                .wanted = Usd{0},
                .gas = Usd{2 * g.policy.leave_gas_usd},
                .cash = g.book.idle_cash};
  if (ask.stress == signal::Switch::on && ask.forbidden.empty()) {
    const double room = owed_most(ask, rule).value() - loan->quote_owed.value();
    const Use use = room > 0 ? use_of(g, program, choice, room) : Use{};
    ask.wanted = Usd{use.used_usd};
    ask.benefit_per_usd = num::Estimate{use.per_usd, 0};
  }
  const auto act = sleeve_act({}, ask, rule);
  if (act) {
    beside.sleeve = *act;
    if (!g.outlook.stress.score && ask.stress == signal::Switch::off) {
      beside.sleeve->why +=
          fmt::format(" (whether the day is one of stress is not known: {} of its parts are)",
                      g.outlook.stress.parts);
    }
  } else {
    beside.unknown.push_back(
        {"beside.sleeve", std::string(name_of(act.error().reason)), act.error().message});
  }
}

// What a bundle is put together from, and what it is to do.
struct Restructuring {
  const Ground& g;
  std::vector<amm::Range> ranges{};     // [positions] as the plan leaves them
  double cash = 0;                      // that the plan leaves, with what it takes out of positions
  double tokens = 0;                    // the same
  double repaid = 0;                    // debt
  double out = 0;                       // share of every position's liquidity that pays for that
  double unpledged = 0;                 // tokens that pay for the rest, on a flash loan
  std::vector<const Rerange*> moves{};  // [positions], none: it stays
  double gas = 0;
  double flash_fee = FlashBorrow{}.fee;

  double price() const { return g.snapshot.spot.value(); }
  double kept() const { return 1 - g.policy.swap_share; }
  const std::string& base() const { return g.snapshot.base; }
  const std::string& quote() const { return g.snapshot.quote; }
};

// Debt beyond what the pledge carries after a bad day, by the sleeve's own rule.
double unhealthy_debt(const Ground& g, const book::Loan& line) {
  const SleeveRule rule;
  const Price down = price_down(g.snapshot.spot, g.calibration.lead().forecast, rule.deviations);
  const double pledged = line.pledge->base.value() * down.value() + line.pledge->quote.value();
  return line.quote_owed.value() - line.pledge->threshold.value() * pledged / rule.health_min;
}

// Who pays for what has to be repaid: cash, then liquidity, then the pledge itself.
void pay_for(double due, const book::Loan& line, Restructuring& r) {
  double needed = due - r.cash, freed = 0;
  for (const amm::Range& one : r.ranges) {
    const amm::Exposure now = amm::exposure_at(one, r.g.snapshot.spot);
    freed += now.quote.value() + now.base.value() * r.price() * r.kept();
  }
  r.repaid = due;
  if (needed <= 0) return;
  r.out = std::min(1.0, needed / freed);
  needed -= freed;
  if (needed <= 0) return;
  // A token out of pledge brings `each`, and carries debt no more.
  const SleeveRule rule;
  const Price down =
      price_down(r.g.snapshot.spot, r.g.calibration.lead().forecast, rule.deviations);
  const double carried = line.pledge->threshold.value() * down.value() / rule.health_min;
  const double each = r.price() * r.kept() / (1 + r.flash_fee);
  r.unpledged = needed / (each - carried);
  r.repaid = due + r.unpledged * carried;
}

void swap(const std::string& from, const std::string& to, double given, double received,
          std::vector<BundleStep>& steps) {
  if (given > 0) steps.emplace_back(Swapped{from, to, given, received});
}

Amounts amounts(const Restructuring& r, double base, double quote) {
  Amounts of;
  if (base > 0) of[r.base()] = base;
  if (quote > 0) of[r.quote()] = quote;
  return of;
}

// Takes a position's part out, or all of it where it moves; what moves is placed by `later`.
Result<Done> add_position(std::size_t i, Restructuring& r, std::vector<BundleStep>& steps,
                          std::vector<BundleStep>& later) {
  const book::LpPosition& position = r.g.book.positions[i];
  const amm::Exposure now = amm::exposure_at(r.ranges[i], r.g.snapshot.spot);
  const double base = now.base.value(), quote = now.quote.value();
  const double taken = r.moves[i] ? 1 : r.out;
  if (taken == 0) return Done{};
  r.gas += r.g.policy.leave_gas_usd;
  steps.emplace_back(RemoveLiquidity{position.name, amounts(r, taken * base, taken * quote)});
  swap(r.base(), r.quote(), r.out * base, r.out * base * r.price() * r.kept(), steps);
  if (!r.moves[i] || r.out == 1) return Done{};
  amm::Range rest = r.ranges[i];
  rest.liquidity = amm::HumanLiquidity{rest.liquidity.value() * (1 - r.out)};
  const Usd gas{2 * r.g.policy.leave_gas_usd};
  const auto to = moved({.range = rest,
                         .price = r.g.snapshot.spot,
                         .to = r.moves[i]->move->range.bounds,
                         .gas = gas,
                         .swap_cost = Share{r.g.policy.swap_share}});
  if (!to) return to.error();
  r.gas += gas.value() - r.g.policy.leave_gas_usd;
  const double traded = to->base_traded.value(), cost = to->swap_cost.value();
  traded > 0 ? swap(r.quote(), r.base(), traded * r.price() + cost, traded, steps)
             : swap(r.base(), r.quote(), -traded, -traded * r.price() - cost, steps);
  const amm::Exposure placed = amm::exposure_at(to->range, r.g.snapshot.spot);
  later.emplace_back(AddLiquidity{position.name + " moved",
                                  amounts(r, placed.base.value(), placed.quote.value())});
  return Done{};
}

// What is lent within the transaction beyond the pledge's part, and what it would buy.
struct OnLoan {
  double premium = 0;
};

Result<std::vector<BundleStep>> steps_of(Restructuring& r, const OnLoan& hedge) {
  std::vector<BundleStep> steps, later;
  const double sold = r.unpledged * r.price() * r.kept();
  const double lent = sold / (1 + r.flash_fee) + hedge.premium;
  r.gas = 0;
  if (lent > 0) steps.emplace_back(FlashBorrow{r.quote(), lent, r.flash_fee});
  for (std::size_t i = 0; i < r.moves.size(); ++i) {
    if (const auto added = add_position(i, r, steps, later); !added) return added.error();
  }
  if (r.repaid > 0) steps.emplace_back(RepayDebt{r.quote(), r.repaid});
  if (r.unpledged > 0) {
    steps.emplace_back(Unpledged{r.base(), r.unpledged});
    swap(r.base(), r.quote(), r.unpledged, sold, steps);
  }
  std::ranges::move(later, std::back_inserter(steps));
  if (hedge.premium > 0) {
    steps.emplace_back(
        BuyHedge{"the plan's options", r.quote(), 1, hedge.premium, Settles::elsewhere});
  }
  if (lent > 0) steps.emplace_back(FlashRepay{r.quote(), lent * (1 + r.flash_fee)});
  return steps;
}

Standing standing_of(const Restructuring& r) {
  Standing now;
  now.wallet = {{r.base(), r.tokens}, {r.quote(), r.cash}};
  for (const book::Loan& loan : r.g.book.loans) {
    now.owed[r.quote()] += loan.quote_owed.value();
    now.owed[r.base()] += loan.base_owed.value();
    if (!loan.pledge) continue;
    now.pledged[r.base()] += loan.pledge->base.value();
    now.pledged[r.quote()] += loan.pledge->quote.value();
  }
  for (std::size_t i = 0; i < r.ranges.size(); ++i) {
    const amm::Exposure at = amm::exposure_at(r.ranges[i], r.g.snapshot.spot);
    now.placed[r.g.book.positions[i].name] = {{r.base(), at.base.value()},
                                              {r.quote(), at.quote.value()}};
  }
  return now;
}

double premium_of(const BesideAsk& ask) {
  double sum = 0;
  for (const Planned& one : planned_trades(ask)) {
    const bool is_option = std::holds_alternative<option::Contract>(one.what.instrument);
    if (is_option && one.units > 0) sum += one.cost_usd;
  }
  return sum;
}

// Plays the bundle, and then once more with the plan's premium on a flash loan: that is refused.
BundleTold played(const BesideAsk& ask, Restructuring& r, const book::Loan* line) {
  BundleTold told{.repaid_usd = r.repaid, .why = {}};
  const BundleTerms terms{.price = {{r.base(), r.price()}, {r.quote(), 1}},
                          .mark = {{"the plan's options", premium_of(ask)}},
                          .threshold = line ? Amounts{{r.base(), line->pledge->threshold.value()},
                                                      {r.quote(), line->pledge->threshold.value()}}
                                            : Amounts{}};
  const Standing before = standing_of(r);
  const auto steps = steps_of(r, {});
  if (!steps) return {.why = "none: " + steps.error().message};
  const auto bundle = bundled(*steps, before, terms);
  if (!bundle) return {.why = "none goes through: " + bundle.error().message};
  told.gas_usd = r.gas;
  told.bundle = *bundle;
  const std::string asked = r.repaid > 0
                                ? fmt::format(
                                      "{} repaid keep a health factor of 2 after a day of three "
                                      "deviations: ",
                                      dollars(r.repaid))
                                : std::string{};
  told.why = fmt::format("{}{}; worth {} before, {} after, {} of gas beside", asked,
                         fmt::join(bundle->steps, ", "), dollars(bundle->worth_before_usd),
                         dollars(bundle->worth_after_usd), dollars(r.gas));
  if (const double premium = premium_of(ask); premium > 0) {
    const auto with = steps_of(r, {premium});
    const auto refused = with ? bundled(*with, before, terms) : Result<Bundled>(with.error());
    if (!refused) told.hedge_refused = refused.error().message;
    told.why += fmt::format(
        "; the hedge's premium of {} is paid from cash beside it: a loan that is "
        "back within the transaction cannot",
        dollars(premium));
  }
  return told;
}

BundleTold bundle_told(const BesideAsk& ask, const std::vector<RangeTold>& ranges) {
  const Ground& g = ask.ground;
  const book::Loan* line = lending_line(g.book);
  Restructuring r{.g = g,
                  .ranges = ranges_of(ask),
                  .cash = room_left(ask, "cash"),
                  .tokens = g.book.wallet.value()};
  bool moves = false;
  for (std::size_t i = 0; i < r.ranges.size(); ++i) {
    const book::LpPosition& one = g.book.positions[i];
    const amm::Exposure held = amm::exposure_at(one.range, g.snapshot.spot);
    const amm::Exposure left = amm::exposure_at(r.ranges[i], g.snapshot.spot);
    r.cash += held.quote.value() - left.quote.value();
    r.tokens += held.base.value() - left.base.value();
    const auto told = std::ranges::find(ranges, one.name, &RangeTold::position);
    const bool does = told != ranges.end() && told->move.done && told->move.move;
    r.moves.push_back(does ? &told->move : nullptr);
    moves |= does;
  }
  const double due = line ? unhealthy_debt(g, *line) : 0;
  if (g.book.loans.empty() || !(moves || due > 0)) {
    return {.why = g.book.loans.empty() ? "none: nothing is owed"
                                        : "none: no range moves, and the loan stays healthy"};
  }
  if (!moves && due <= r.cash) {
    return {.repaid_usd = due,
            .why = fmt::format("none: {} repaid from cash keep a health factor of 2 after a day of "
                               "three deviations",
                               dollars(due))};
  }
  if (due > 0) pay_for(due, *line, r);
  return played(ask, r, line);
}

}  // namespace

Beside beside_of(const BesideAsk& ask) {
  Beside beside;
  add_ranges(ask.ground, beside);
  add_sleeve(ask.ground, ask.program, ask.choice, beside);
  const market::ParityChain chain = market::parity_chain(traded_market(ask.setting));
  beside.legs = legs_told(ask, chain);
  beside.financing = financing_told(ask, chain);
  beside.collar = collar_told(ask);
  if (ask.setting.proxy == nullptr) {
    beside.upside = upside_told(ask);
  } else {
    beside.unknown.push_back(
        {"beside.upside", std::string(name_of(Reason::not_supported)),
         fmt::format("what {} may lose above a price of {} has no bound: they may part",
                     ask.setting.proxy->snapshot.base, ask.setting.snapshot.base)});
  }
  beside.bundle = bundle_told(ask, beside.ranges);
  const PastDays past = past_days(ask.ground);
  beside.rate_swap = rate_swap_told(ask.ground, past);
  beside.engines = engines_told(ask.ground, past);
  const bool on_proxy = std::ranges::any_of(ask.ground.book.lots, [&](const book::Lot& lot) {
    return ask.setting.proxy != nullptr && is_on_traded(ask.setting, lot);
  });
  if (on_proxy) {
    beside.engines = {.why = "not judged: lots on a proxy are a hedge, no second engine"};
  }
  return beside;
}

}  // namespace levee::hedge
