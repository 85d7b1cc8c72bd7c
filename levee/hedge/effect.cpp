#include "levee/hedge/effect.h"

#include "levee/hedge/dollars.h"
#include "levee/hedge/proxy.h"
#include "levee/num/estimate.h"
#include "levee/risk/tail.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

struct Figures {
  double mean = 0, cvar = 0, carry = 0;
};

double carry_of(const Program& p, std::span<const double> x) {
  double carry = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    carry += p.columns[j].sign * x[j] * p.candidates[p.candidate_of[j]].carry_per_year.value();
  }
  return carry;
}

double mean_of(const Program& p, std::span<const double> x) {
  double mean = num::mean_of(p.base_loss).value;
  for (std::size_t j = 0; j < x.size(); ++j) {
    mean += x[j] * (p.columns[j].cost - p.columns[j].sign * p.value_mean[p.candidate_of[j]]);
  }
  return mean;
}

Figures figures_of(const EffectAsk& ask, std::span<const double> x) {
  return {mean_of(ask.program, x), cvar_of(ask.program, ask.policy, x), carry_of(ask.program, x)};
}

bool is_carry(const solve::Row& row) { return row.name == "carry"; }

// Rows of what the hedge earns, its costs included.
bool is_profit(const solve::Row& row) { return row.name == "calm" || row.name == "floor"; }

bool nothing(std::span<const double> x) {
  return std::ranges::all_of(x, [](double one) { return one <= 0; });
}

// The nearest that every other limit allows.
std::string missed_in_words(const Choice& choice) {
  const double asked = choice.best_reach + choice.shortfall;
  const std::string reach =
      fmt::format("the nearest reaches {:.3g} % of what {} asks",
                  asked > 0 ? 100 * std::max(0.0, choice.best_reach) / asked : 0, choice.missed);
  return choice.missed == "floor" ? fmt::format("{}, {} short", reach, dollars(choice.shortfall))
                                  : reach;
}

// What would be asked instead: a change in words, and the plan's programme or policy with it.
struct Question {
  std::string change;
  Program program;
  Policy policy;
};

class Questions {
 public:
  Questions(const EffectAsk& ask, const ProfileAsk& profile, const Choice& base)
      : ask_(ask), base_(base), figures_(figures_of(ask, base.x)) {
    if (ask.policy.tail_limit_usd) {
      limit_times(0.9), limit_times(1.1);
    } else {
      price_times(0.5), price_times(2);
    }
    dearer(1.2);
    no_funding(traded_market(profile.setting).spot);
    larger_budget(1.5);
    calm_fees_free();
    floor_at_two_sigma(profile);
  }

  std::vector<WhatIf> answers(const parallel::Team& team) {
    std::vector<WhatIf> told(list_.size());
    team.for_blocks(
        list_.size(),
        [&](std::size_t begin, std::size_t end) {
          for (std::size_t i = begin; i < end; ++i) told[i] = answer(list_[i]);
        },
        1);
    return told;
  }

 private:
  Question& add(std::string change) {
    list_.push_back({std::move(change), ask_.program, ask_.policy});
    return list_.back();
  }

  void price_times(double factor) {
    const double price = factor * ask_.policy.price_of_tail;
    add(fmt::format("a price of tail of {:.3g} instead of {:.3g}", price,
                    ask_.policy.price_of_tail))
        .policy.price_of_tail = price;
  }

  void limit_times(double factor) {
    const double limit = factor * *ask_.policy.tail_limit_usd;
    add(fmt::format("a tail limit of {}", dollars(limit))).policy.tail_limit_usd = limit;
  }

  // What is bought costs more and what is sold brings no more: what stays in the plan is robust.
  void dearer(double factor) {
    Program& other = add(fmt::format("options {:.0f} % dearer to buy", 100 * (factor - 1))).program;
    std::vector<double> more;
    for (solve::Column& column : other.columns) {
      const Candidate& c = other.candidates[column.instrument];
      const bool bought = column.sign > 0 && std::holds_alternative<option::Contract>(c.instrument);
      more.push_back(bought ? (factor - 1) * c.ask->value() : 0);
      column.cost += more.back();
    }
    for (solve::Row& row : other.rows) {
      const double by = row.name == "cash" ? 1 : is_profit(row) ? -1 : 0;
      for (std::size_t j = 0; j < more.size(); ++j) row.coefficient[j] += by * more[j];
    }
  }

  // Funding is a forecast: what of the plan stands without it?
  void no_funding(Price spot) {
    for (std::size_t j = 0; j < base_.x.size(); ++j) {
      const Candidate& perp = ask_.program.candidates[ask_.program.candidate_of[j]];
      if (base_.x[j] <= 0 || !std::holds_alternative<book::Perp>(perp.instrument)) continue;
      const double rate = perp.carry_per_year.value() / spot.value();
      if (rate == 0) return;
      return without_funding(
          add(fmt::format("no funding instead of {:.3g} % a year", 100 * rate)).program);
    }
  }

  // What a perpetual pays beyond its price's move is what funding comes to.
  static void without_funding(Program& other) {
    for (std::size_t j = 0; j < other.columns.size(); ++j) {
      const std::size_t i = other.candidate_of[j];
      if (!std::holds_alternative<book::Perp>(other.candidates[i].instrument)) continue;
      if (other.gain.empty()) continue;
      const double paid = num::mean_of(other.gain[i]).value - other.value_mean[i];
      other.columns[j].cost -= other.columns[j].sign * paid;
      other.candidates[i].carry_per_year = Usd{0};
      for (solve::Row& row : other.rows) {
        if (is_carry(row) || row.name == "budget_perp_delta") row.coefficient[j] = 0;
        if (is_profit(row)) row.coefficient[j] += other.columns[j].sign * paid;
      }
    }
  }

  void larger_budget(double factor) {
    const auto carry = std::ranges::find_if(ask_.program.rows, is_carry);
    if (carry == ask_.program.rows.end() || figures_.carry <= 0.99 * carry->upper) return;
    Program& other = add(fmt::format("a carry budget {:.0f} % larger", 100 * (factor - 1))).program;
    std::ranges::find_if(other.rows, is_carry)->upper *= factor;
  }

  // What it costs that fees of calm times are kept.
  void calm_fees_free() {
    const auto is_calm = [](const solve::Row& row) { return row.name == "calm"; };
    const auto calm = std::ranges::find_if(ask_.program.rows, is_calm);
    const auto r = static_cast<std::size_t>(calm - ask_.program.rows.begin());
    const bool binds = r < base_.row_price.size() && base_.row_price[r] < 0;
    if (calm == ask_.program.rows.end() || !binds) return;
    Program& other = add("any share of the fees of calm times for the hedge").program;
    other.rows[r].lower = -std::numeric_limits<double>::infinity();
  }

  void floor_at_two_sigma(const ProfileAsk& profile) {
    if (ask_.policy.floor_z) return;
    const double loss = ask_.policy.floor_loss_usd;
    const std::string floor = loss > 0 ? "no loss over " + dollars(loss) : "no loss";
    add_floor(profile, {.z = 2, .loss_usd = loss},
              add(floor + " within two sigma of the price").program);
  }

  // Figures are of the programme as asked: of dearer options they hold the dearer price.
  WhatIf answer(Question& question) const {
    const Choice choice = choose(question.program, question.policy, start_at(base_));
    WhatIf told{.change = question.change,
                .answer = {},
                .mean_usd = {},
                .cvar_usd = {},
                .carry_usd_per_year = {}};
    if (choice.status == solve::Status::infeasible) {
      told.answer = fmt::format("no plan within every limit: {}", missed_in_words(choice));
      return told;
    }
    const EffectAsk ask{question.program, question.policy, ask_.lots, ask_.stances, ask_.orders};
    const Figures then = figures_of(ask, choice.x);
    told.mean_usd = then.mean, told.cvar_usd = then.cvar, told.carry_usd_per_year = then.carry;
    told.answer = nothing(choice.x) ? std::string("no hedge") : compared(then);
    return told;
  }

  std::string compared(const Figures& then) const {
    const double cvar = then.cvar - figures_.cvar, mean = then.mean - figures_.mean;
    if (std::abs(cvar) < 0.5 && std::abs(mean) < 0.5) return "the same plan";
    return fmt::format("CVaR {} ({}), expected loss {} ({})", dollars(then.cvar),
                       signed_dollars(cvar), dollars(then.mean), signed_dollars(mean));
  }

  const EffectAsk& ask_;
  const Choice& base_;
  Figures figures_;
  std::vector<Question> list_;
};

}  // namespace

std::vector<LayerTold> layers_told(const EffectAsk& ask) {
  const Figures with = figures_of(ask, ask.lots);
  std::vector<LayerTold> told;
  for (const LayerStance& one : ask.stances) {
    LayerTold layer{.layer = std::string(one.name),
                    .about = std::string(one.about),
                    .state = one.stance.stands ? "stands" : "closed",
                    .why = one.stance.why};
    std::vector<double> without = ask.lots;
    for (std::size_t j = 0; j < without.size(); ++j) {
      const Candidate& c = ask.program.candidates[ask.program.candidate_of[j]];
      const double sign = ask.program.columns[j].sign;
      if (without[j] <= 0 || layer_in(ask.orders, c.instrument, sign) != one.name) continue;
      ++layer.trades;
      layer.cost_usd += without[j] * ask.program.columns[j].cost;
      layer.carry_usd_per_year += sign * without[j] * c.carry_per_year.value();
      without[j] = 0;
    }
    if (layer.trades > 0) {
      const Figures less = figures_of(ask, without);
      layer.state = "trades";
      layer.mean_cost_usd = with.mean - less.mean;
      layer.cvar_removed_usd = less.cvar - with.cvar;
    } else if (one.stance.stands) {
      layer.why += "; nothing it offers earns its cost today";
    }
    told.push_back(std::move(layer));
  }
  return told;
}

void add_effects(const EffectAsk& ask, std::vector<Trade>& trades) {
  const Program& p = ask.program;
  std::vector<double> with = p.base_loss;
  const auto add = [&](std::size_t j, double units, std::vector<double>& loss) {
    const auto value = p.value->row(p.candidate_of[j]);
    const double sign = p.columns[j].sign, cost = p.columns[j].cost;
    for (std::size_t s = 0; s < loss.size(); ++s) loss[s] += units * (cost - sign * value[s]);
  };
  for (std::size_t j = 0; j < ask.lots.size(); ++j) {
    if (ask.lots[j] > 0) add(j, ask.lots[j], with);
  }
  const auto tail = [&](const std::vector<double>& loss) {
    return risk::tail_of(loss, ask.policy.confidence)->cvar.value();
  };
  const double mean = num::mean_of(with).value, cvar = tail(with);
  for (Trade& trade : trades) {
    std::vector<double> without = with;
    for (std::size_t j = 0; j < ask.lots.size(); ++j) {
      const std::string& name = p.candidates[p.candidate_of[j]].name;
      const bool its_side = (p.columns[j].sign > 0) == (trade.side == "buy");
      if (ask.lots[j] > 0 && its_side && name == trade.instrument) add(j, -ask.lots[j], without);
    }
    trade.mean_cost_usd = mean - num::mean_of(without).value;
    trade.cvar_removed_usd = tail(without) - cvar;
  }
}

std::vector<WhatIf> what_ifs(const EffectAsk& ask, const ProfileAsk& profile, const Choice& base,
                             const parallel::Team& team) {
  if (base.status == solve::Status::infeasible) return {};
  return Questions(ask, profile, base).answers(team);
}

std::vector<FrontierPoint> frontier_of(const EffectAsk& ask, const Choice& base,
                                       const parallel::Team& team) {
  const auto& rows = ask.program.rows;
  const auto carry = std::ranges::find_if(rows, is_carry);
  const auto count = static_cast<std::size_t>(ask.policy.frontier_points);
  if (count == 0 || carry == rows.end() || base.status == solve::Status::infeasible) return {};
  const auto r = static_cast<std::size_t>(carry - rows.begin());
  const double step = 2 * ask.program.budget.per_year.value() / static_cast<double>(count);
  std::vector<std::optional<FrontierPoint>> found(count);
  const auto walk = [&](bool up) {  // away from the plan's own budget
    Program program = ask.program;
    Choice last = base;
    const std::size_t half = count / 2;
    for (std::size_t i = 0; i < (up ? count - half : half); ++i) {
      const std::size_t k = up ? half + i : half - 1 - i;
      const double budget = step * static_cast<double>(k + 1);
      program.rows[r].upper = budget;
      const Choice choice = choose(program, ask.policy, start_at(last));
      if (choice.status == solve::Status::infeasible) continue;
      const EffectAsk here{program, ask.policy, ask.lots, ask.stances, ask.orders};
      const Figures then = figures_of(here, choice.x);
      found[k] = {budget,           then.carry,   then.mean,          then.cvar,
                  choice.objective, choice.bound, choice.row_price[r]};
      last = choice;
    }
  };
  team.for_blocks(
      2,
      [&](std::size_t begin, std::size_t end) {
        for (std::size_t way = begin; way < end; ++way) walk(way == 1);
      },
      1);
  std::vector<FrontierPoint> points;
  for (const auto& point : found) {
    if (point) points.push_back(*point);
  }
  return points;
}

}  // namespace levee::hedge
