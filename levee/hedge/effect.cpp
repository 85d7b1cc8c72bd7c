#include "levee/hedge/effect.h"

#include "levee/hedge/dollars.h"
#include "levee/num/estimate.h"

#include <algorithm>
#include <cmath>

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

bool nothing(std::span<const double> x) {
  return std::ranges::all_of(x, [](double one) { return one <= 0; });
}

// The programme as it was, whatever a question did to it.
class Restored {
 public:
  explicit Restored(Program& program)
      : program_(program), rows_(program.rows), notes_(program.notes), columns_(program.columns) {}
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;
  ~Restored() {
    program_.rows = std::move(rows_);
    program_.notes = std::move(notes_);
    program_.columns = std::move(columns_);
  }

 private:
  Program& program_;
  std::vector<solve::Row> rows_;
  std::vector<RowNote> notes_;
  std::vector<solve::Column> columns_;
};

class Questions {
 public:
  Questions(const EffectAsk& ask, const ProfileAsk& profile, const Choice& base)
      : ask_(ask), profile_(profile), start_(start_at(base)), base_(figures_of(ask, base.x)) {}

  std::vector<WhatIf> answers() {
    if (ask_.policy.tail_limit_usd) {
      limit_times(0.9), limit_times(1.1);
    } else {
      price_times(0.5), price_times(2);
    }
    dearer(1.2);
    larger_budget(1.5);
    floor_at_two_sigma();
    return std::move(list_);
  }

 private:
  void price_times(double factor) {
    Policy other = ask_.policy;
    other.price_of_tail *= factor;
    const Restored restored(ask_.program);
    add(fmt::format("a price of tail of {:.3g} instead of {:.3g}", other.price_of_tail,
                    ask_.policy.price_of_tail),
        choose(ask_.program, other, start_));
  }

  void limit_times(double factor) {
    Policy other = ask_.policy;
    *other.tail_limit_usd *= factor;
    const Restored restored(ask_.program);
    add(fmt::format("a tail limit of {}", dollars(*other.tail_limit_usd)),
        choose(ask_.program, other, start_));
  }

  // Every option bought and sold at so many times its price: what stays in the plan is robust.
  void dearer(double factor) {
    const Restored restored(ask_.program);
    for (solve::Column& column : ask_.program.columns) {
      const Candidate& c = ask_.program.candidates[column.instrument];
      if (!std::holds_alternative<option::Contract>(c.instrument)) continue;
      column.cost += (factor - 1) * column.sign * (column.sign > 0 ? *c.ask : *c.bid).value();
    }
    for (solve::Row& row : ask_.program.rows) {
      if (row.name != "cash") continue;
      for (std::size_t j = 0; j < row.coefficient.size(); ++j) {
        const solve::Column& column = ask_.program.columns[j];
        const Candidate& c = ask_.program.candidates[column.instrument];
        row.coefficient[j] = column.cost + (column.sign > 0 ? c.margin_buy : c.margin_sell).value();
      }
    }
    add(fmt::format("options {:.0f} % dearer", 100 * (factor - 1)),
        choose(ask_.program, ask_.policy, start_));
  }

  void larger_budget(double factor) {
    const Restored restored(ask_.program);
    bool was_binding = false;
    for (solve::Row& row : ask_.program.rows) {
      if (row.name != "carry") continue;
      was_binding = base_.carry > 0.99 * row.upper;
      row.upper *= factor;
    }
    if (!was_binding) return;
    add(fmt::format("a carry budget {:.0f} % larger", 100 * (factor - 1)),
        choose(ask_.program, ask_.policy, start_));
  }

  void floor_at_two_sigma() {
    if (ask_.policy.floor_z) return;
    const Restored restored(ask_.program);
    add_floor(profile_, {.z = 2, .loss_usd = ask_.policy.floor_loss_usd}, ask_.program);
    add("no loss within two sigma of the price", choose(ask_.program, ask_.policy, start_));
  }

  // Figures are of the programme as asked: of dearer options they hold the dearer price.
  void add(std::string change, const Choice& choice) {
    WhatIf told{.change = std::move(change),
                .answer = {},
                .mean_usd = {},
                .cvar_usd = {},
                .carry_usd_per_year = {}};
    if (choice.status == solve::Status::infeasible) {
      told.answer = fmt::format("no plan within every limit: {} is short by {}", choice.missed,
                                dollars(choice.shortfall));
    } else {
      const Figures then = figures_of(ask_, choice.x);
      told.mean_usd = then.mean, told.cvar_usd = then.cvar, told.carry_usd_per_year = then.carry;
      told.answer =
          nothing(choice.x)
              ? std::string("no hedge")
              : fmt::format("CVaR {} ({}{}), expected loss {} ({}{})", dollars(then.cvar),
                            then.cvar >= base_.cvar ? "+" : "", dollars(then.cvar - base_.cvar),
                            dollars(then.mean), then.mean >= base_.mean ? "+" : "",
                            dollars(then.mean - base_.mean));
    }
    list_.push_back(std::move(told));
  }

  const EffectAsk& ask_;
  const ProfileAsk& profile_;
  solve::Start start_;
  Figures base_;
  std::vector<WhatIf> list_;
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

std::vector<WhatIf> what_ifs(const EffectAsk& ask, const ProfileAsk& profile, const Choice& base) {
  if (base.status == solve::Status::infeasible) return {};
  return Questions(ask, profile, base).answers();
}

}  // namespace levee::hedge
