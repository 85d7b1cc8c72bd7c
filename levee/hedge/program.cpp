#include "levee/hedge/program.h"

#include "levee/hedge/layer.h"
#include "levee/hedge/proxy.h"
#include "levee/num/estimate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

const option::Contract* contract_of(const Candidate& candidate) {
  return std::get_if<option::Contract>(&candidate.instrument);
}

bool covers(const option::Contract& held, const option::Contract& sold) {
  return held.type == sold.type && held.expiry == sold.expiry &&
         (sold.type == option::Type::call ? held.strike <= sold.strike
                                          : held.strike >= sold.strike);
}

// The expiry whose calls wallet tokens cover: one only, so that no token stands for two calls.
UnixSeconds wallet_expiry(const Setting& setting) {
  const double horizon = setting.policy.horizon_days;
  UnixSeconds first{std::numeric_limits<std::int64_t>::max()};
  for (const market::Quote& quote : traded_market(setting).chain) {
    const UnixSeconds expiry = quote.contract.expiry;
    if (in_days(expiry - setting.snapshot.at) >= horizon) first = std::min(first, expiry);
  }
  return first;
}

// Net contracts of the book that cover one sold; negative where it is short of them.
double net_held(const Setting& setting, const option::Contract& sold) {
  double held = 0;
  for (const book::Lot& lot : setting.book.lots) {
    const auto* contract = std::get_if<option::Contract>(&lot.instrument);
    if (contract && is_on_traded(setting, lot) && covers(*contract, sold))
      held += lot.quantity.value();
  }
  return held;
}

// Wallet tokens that no call held short at another expiry leans on already.
double free_wallet(const Setting& setting, UnixSeconds expiry) {
  std::map<UnixSeconds, double> short_of;  // the most that an expiry's calls lack
  for (const book::Lot& lot : setting.book.lots) {
    const auto* held = std::get_if<option::Contract>(&lot.instrument);
    if (!held || held->type != option::Type::call || held->expiry == expiry) continue;
    double& lacks = short_of[held->expiry];
    lacks = std::max(lacks, -net_held(setting, *held));
  }
  double left = setting.book.wallet.value();
  for (const auto& [when, lacks] : short_of) left -= lacks;
  return std::max(left, 0.0);
}

// Contracts held that a roll sells and that would cover one sold.
double released_for(const Setting& setting, const option::Contract& sold) {
  double sum = 0;
  for (const Commitment& one : setting.orders.committed) {
    if (one.sign < 0 && covers(one.contract, sold)) sum += one.units;
  }
  return sum;
}

// The most of a contract that may be sold: of one that is held long, what a roll sells.
double sale_limit(const Setting& setting, const Candidate& candidate) {
  const auto* contract = contract_of(candidate);
  const double depth = candidate.depth_sell.value();
  if (!contract) return depth;
  const bool is_held = std::ranges::any_of(setting.book.lots, [&](const book::Lot& lot) {
    const auto* held = std::get_if<option::Contract>(&lot.instrument);
    return held && is_on_traded(setting, lot) && *held == *contract && lot.quantity.value() > 0;
  });
  if (!is_held) return depth;
  double sold = 0;
  for (const Commitment& one : setting.orders.committed) {
    if (one.sign < 0 && one.contract == *contract) sold += one.units;
  }
  return std::min(depth, sold);
}

// Contracts of cover that the book already has for one sold. What is held long covers what is held
// short; beyond that nothing new is sold against it, or protection would be sold, unless a rule
// lets it go.
double held_cover(const Setting& setting, const option::Contract& sold) {
  const bool by_wallet = setting.orders.wallet_covers && sold.type == option::Type::call &&
                         sold.expiry == wallet_expiry(setting);
  const double wallet = by_wallet ? free_wallet(setting, sold.expiry) : 0;
  const double held = net_held(setting, sold);
  const double usable = held > 0 ? std::min(held, released_for(setting, sold)) : held;
  return std::max(wallet + usable, 0.0);
}

// Whether anything held or for sale could cover a sale.
bool coverable(const Candidate& candidate, const std::vector<Candidate>& all,
               const Setting& setting) {
  const auto* sold = contract_of(candidate);
  if (!sold || held_cover(setting, *sold) > 0) return true;
  return std::any_of(all.begin(), all.end(), [&](const Candidate& other) {
    const auto* contract = contract_of(other);
    return contract && other.ask && other.depth_buy.value() > 0 && covers(*contract, *sold);
  });
}

// Adds rows to a programme whose columns stand.
class Rows {
 public:
  Rows(Program& program, const Setting& setting) : p_(program), s_(setting) {}

  template <class Coefficient>
  void add(std::string name, std::string about, double lower, double upper,
           Coefficient coefficient) {
    solve::Row row{std::move(name), {}, lower, upper};
    for (std::size_t j = 0; j < p_.columns.size(); ++j) {
      row.coefficient.push_back(
          coefficient(p_.candidates[p_.candidate_of[j]], p_.columns[j].sign, p_.columns[j].cost));
    }
    p_.rows.push_back(std::move(row));
    p_.notes.push_back({std::move(about), lower == upper});
  }

  void money() {
    const double cash = s_.book.idle_cash.value();
    add("carry", "decay to the horizon at unchanged price and volatility, and funding, USD a year",
        -infinity, p_.budget.per_year.value(),
        [](const Candidate& c, double sign, double) { return sign * c.carry_per_year.value(); });
    add("cash", "net outlay with fees plus margin, USD, from idle cash", -infinity, cash,
        [](const Candidate& c, double sign, double cost) {
          return cost + (sign > 0 ? c.margin_buy : c.margin_sell).value();
        });
    add("margin", "initial margin, USD", -infinity, s_.policy.margin_share_of_cash * cash,
        [](const Candidate& c, double sign, double) {
          return (sign > 0 ? c.margin_buy : c.margin_sell).value();
        });
  }

  void net_delta() {
    const auto& total = s_.position.total;
    const double own = std::abs(total.delta + s_.book.wallet.value());
    const double full_range = 0.5 * total.value_usd / s_.snapshot.spot.value();
    const double limit = s_.policy.net_delta_share_max * std::max(own, full_range);
    add("net_delta", "hedge delta, tokens; LP delta, at least that of a full range of equal value",
        -limit, limit, [](const Candidate& c, double sign, double) { return sign * c.delta; });
  }

  // A hedge must not sell the volatility its position is short of; the day may ask for more.
  void gamma() {
    const double own =
        s_.policy.mode == "gamma_match" ? s_.policy.coverage_target : s_.policy.gamma_share_min;
    const bool is_short = s_.position.total.gamma < 0;
    const double unit = gamma_unit(s_.position.total);
    const double share = is_short ? 100 * std::max(own, s_.orders.gamma_share_min) : 0;
    add("gamma",
        is_short ? "hedge gamma, % of the LP's short gamma" : "hedge gamma, tokens per dollar",
        share + std::min(0.0, rolled_gamma() / unit), infinity,
        [&](const Candidate& c, double sign, double) { return sign * c.gamma / unit; });
    if (s_.orders.far_share_min <= 0) return;
    add("far_gamma", "the same of options beyond the first tenor",
        is_short ? 100 * s_.orders.far_share_min : 0, infinity,
        [&](const Candidate& c, double sign, double) {
          return contract_of(c) && c.bucket > 0 ? sign * c.gamma / unit : 0.0;
        });
  }

  // Legs of rolls that pay: so much at least.
  void commitments() {
    for (const Commitment& one : s_.orders.committed) {
      add("roll", "legs of rolls that pay, contracts", one.units, infinity,
          [&](const Candidate& c, double sign, double) {
            const auto* contract = contract_of(c);
            return contract && *contract == one.contract && sign == one.sign ? 1.0 : 0.0;
          });
    }
  }

  // A roll onward keeps vega and gives gamma up: what is traded beside it has to answer for itself.
  double rolled_gamma() const {
    double gamma = 0;
    for (const Commitment& one : s_.orders.committed) {
      const auto found = std::ranges::find_if(p_.candidates, [&](const Candidate& c) {
        const auto* contract = contract_of(c);
        return contract && *contract == one.contract;
      });
      if (found != p_.candidates.end()) gamma += one.sign * one.units * found->gamma;
    }
    return gamma;
  }

  void layer_budgets() {
    for (const std::string& text : s_.policy.layer_budgets) {
      const LayerBudget budget = *layer_budget_of(text);  // the policy's check has read it
      add("budget_" + budget.layer, "carry of one layer, USD a year", -infinity,
          budget.carry_per_year.value(), [&](const Candidate& c, double sign, double) {
            return layer_of(c.instrument, sign) == budget.layer ? sign * c.carry_per_year.value()
                                                                : 0.0;
          });
    }
  }

  void turnover() {
    if (!s_.policy.turnover_usd_max) return;
    add("turnover", "what is bought and sold at its prices, perps at the index, USD", -infinity,
        *s_.policy.turnover_usd_max, [](const Candidate& c, double sign, double) {
          return std::abs(((sign > 0 ? *c.ask : *c.bid) + c.notional).value());
        });
  }

  // What has left a pool needs no cover: of each offer no more than what stays could lose.
  void cover_of_what_stays() {
    for (std::size_t offer = 0; offer < s_.snapshot.covers.size(); ++offer) {
      double most = 0;
      for (const Candidate& c : p_.candidates) {
        const auto* layer = std::get_if<CoverLayer>(&c.instrument);
        if (layer && layer->offer == offer) most = std::max(most, layer->to.value());
      }
      if (most == 0) continue;
      const double all = s_.position.total.value_usd;
      add("cover_stays", "limit of a cover and its part of what leaves, USD", -infinity, most,
          [&](const Candidate& c, double, double) {
            if (const auto* layer = std::get_if<CoverLayer>(&c.instrument)) {
              return layer->offer == offer ? 1.0 : 0.0;
            }
            const auto* left = std::get_if<Withdrawal>(&c.instrument);
            return left ? most * s_.position.each[left->position].value_usd / all : 0.0;
          });
    }
  }

  // A short option needs a long one of its type and expiry that pays at least as much: a call of no
  // higher, a put of no lower strike. Within one expiry these rows are exact: whatever is sold, or
  // held short already, can be matched one for one, so what still lives pays nothing negative at
  // any price.
  void cover(option::Type type) {
    const bool call = type == option::Type::call;
    std::set<option::Contract> shorts;
    for (const solve::Column& column : p_.columns) {
      const auto* sold = contract_of(p_.candidates[column.instrument]);
      if (column.sign < 0 && sold && sold->type == type) shorts.insert(*sold);
    }
    for (const book::Lot& lot : s_.book.lots) {
      const auto* held = std::get_if<option::Contract>(&lot.instrument);
      const bool is_short = lot.quantity < Tokens{0} && is_on_traded(s_, lot);
      if (is_short && held && held->type == type) shorts.insert(*held);
    }
    for (const option::Contract& sold : shorts) {
      add(call ? "call_cover" : "put_cover",
          fmt::format("net {} of one expiry that pay no less than one sold, contracts{}",
                      call ? "calls" : "puts",
                      call && s_.proxy == nullptr
                          ? "; wallet tokens count for the first expiry past the horizon"
                          : ""),
          -held_cover(s_, sold), infinity, [&](const Candidate& c, double sign, double) {
            const auto* contract = contract_of(c);
            return contract && covers(*contract, sold) ? sign : 0.0;
          });
    }
  }

  // Neighbouring tenors tied by a ratio of contracts or of premium.
  void tie(std::string_view what, double front, double next, std::size_t bucket, bool premium) {
    add(fmt::format("{}_{:.0f}_{:.0f}", what, s_.policy.tenors_days[bucket],
                    s_.policy.tenors_days[bucket + 1]),
        premium ? "premium of one tenor against the next, USD"
                : "contracts of one tenor against the next",
        0, 0, [&](const Candidate& c, double sign, double) {
          if (!contract_of(c) || sign < 0) return 0.0;
          const double unit = premium ? c.ask->value() : 1;
          return c.bucket == bucket ? unit / front : c.bucket == bucket + 1 ? -unit / next : 0.0;
        });
  }

  Result<Done> mode() {
    const std::string& mode = s_.policy.mode;
    if (mode == "scenario_match" || mode == "gamma_match") return Done{};
    if (s_.policy.tenors_days.size() != 3) {
      return fail(Reason::not_supported,
                  fmt::format("mode {} (it is defined for three tenors; tenors_days has {})", mode,
                              s_.policy.tenors_days.size()));
    }
    const bool premium = mode == "budget_40_40_20";
    const std::vector<double> share =
        premium ? std::vector<double>{40, 40, 20} : std::vector<double>{4, 4, 2};
    for (std::size_t b = 0; b < 2; ++b) {
      tie(premium ? "premium_ratio" : "contract_ratio", share[b], share[b + 1], b, premium);
    }
    return Done{};
  }

 private:
  Program& p_;
  const Setting& s_;
};

void add_columns(const Setting& setting, Program& program) {
  for (std::size_t i = 0; i < program.candidates.size(); ++i) {
    const Candidate& c = program.candidates[i];
    if (c.ask && c.depth_buy.value() > 0) {
      program.columns.push_back({i, 1, (*c.ask + c.fee_buy).value(), c.depth_buy.value()});
      program.candidate_of.push_back(i);
    }
    const double most = c.bid ? sale_limit(setting, c) : 0;
    if (most > 0 && coverable(c, program.candidates, setting)) {
      program.columns.push_back({i, -1, (c.fee_sell - *c.bid).value(), most});
      program.candidate_of.push_back(i);
    }
  }
}

}  // namespace

Budget budget_of(const Setting& setting) {
  const Policy& policy = setting.policy;
  if (policy.carry_usd_per_year) {
    return {Usd{*policy.carry_usd_per_year}, "policy carry_usd_per_year"};
  }
  const auto& total = setting.position.total;
  const double nav = total.value_usd;
  Budget budget{Usd{policy.carry_share_of_nav_max * nav},
                fmt::format("{:.3g} % of LP value", 100 * policy.carry_share_of_nav_max)};
  const double scaled = policy.carry_share_of_nav * nav * std::max(1.0, total.concentration);
  if (scaled < budget.per_year.value()) {
    budget = {Usd{scaled},
              fmt::format("{:.3g} % of LP value times concentration {:.2f}",
                          100 * policy.carry_share_of_nav, std::max(1.0, total.concentration))};
  }
  if (total.fees_usd_per_day && *total.fees_usd_per_day > 0) {
    const double fees = policy.carry_share_of_fees * 365 * *total.fees_usd_per_day;
    if (fees < budget.per_year.value()) {
      budget = {Usd{fees},
                fmt::format("{:.3g} % of expected fees", 100 * policy.carry_share_of_fees)};
    }
  }
  return budget;
}

double gamma_unit(const book::PositionReport& position) {
  return position.gamma < 0 ? -position.gamma / 100 : 1;
}

Result<Program> program_of(const Setting& setting, std::vector<Candidate> candidates,
                           num::Matrix<Usd> value, std::vector<double> base_loss,
                           std::vector<double> lp_loss) {
  LEVEE_EXPECT(value.rows() == candidates.size() && lp_loss.size() == base_loss.size());
  Program program;
  program.candidates = std::move(candidates);
  program.value = std::make_shared<const num::Matrix<Usd>>(std::move(value));
  program.base_loss = std::move(base_loss);
  program.lp_loss = std::move(lp_loss);
  program.budget = budget_of(setting);
  program.scale = setting.position.total.value_usd;
  for (std::size_t i = 0; i < program.candidates.size(); ++i) {
    program.value_mean.push_back(num::mean_of(program.value->row(i)).value);
  }
  add_columns(setting, program);
  Rows rows(program, setting);
  rows.money();
  rows.net_delta();
  rows.gamma();
  rows.commitments();
  rows.layer_budgets();
  rows.turnover();
  if (setting.policy.leave_share_max > 0 && setting.orders.leaves) rows.cover_of_what_stays();
  rows.cover(option::Type::call);
  rows.cover(option::Type::put);
  if (const auto tied = rows.mode(); !tied) return tied.error();
  return program;
}

solve::TailProgram tail_program(const Program& program, const Weights& weights, double level) {
  solve::TailProgram tail;
  tail.value = program.value.get();
  tail.base_loss = program.base_loss;
  tail.level = level;
  tail.tail_weight = weights.tail;
  tail.columns = program.columns;
  for (solve::Column& column : tail.columns) {
    column.cost = column.cost * (weights.mean + weights.tail) -
                  weights.mean * column.sign * program.value_mean[column.instrument];
  }
  tail.rows = program.rows;
  tail.scale = program.scale;
  return tail;
}

double gain_at(const Program& program, std::size_t column, std::size_t path) {
  const std::size_t i = program.candidate_of[column];
  const double sign = program.columns[column].sign;
  if (!program.gain.empty() && !program.gain[i].empty()) return sign * program.gain[i][path];
  return sign * (program.value->row(i)[path] - program.candidates[i].mid.value());
}

void add_gain(const Program& program, std::size_t candidate, double units, std::span<double> gain) {
  if (!program.gain.empty() && !program.gain[candidate].empty()) {
    const auto& own = program.gain[candidate];
    for (std::size_t s = 0; s < gain.size(); ++s) gain[s] += units * own[s];
    return;
  }
  const auto value = program.value->row(candidate);
  const double mid = program.candidates[candidate].mid.value();
  for (std::size_t s = 0; s < gain.size(); ++s) gain[s] += units * (value[s] - mid);
}

double coverage_limit(const Program& program, const Policy& policy, double lp_value_usd,
                      std::size_t path) {
  return policy.coverage_max * program.lp_loss[path] + policy.coverage_tolerance * lp_value_usd;
}

}  // namespace levee::hedge
