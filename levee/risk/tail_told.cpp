#include "levee/risk/tail_told.h"

#include "levee/risk/evt.h"
#include "levee/scenario/sampling.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::risk {
namespace {

using scenario::Measure;

constexpr double far_level = 0.999;
// Of even points: enough for an error that is itself known to a fifth, few enough to stay even.
constexpr std::size_t even_sets = 16;
constexpr double infinity = std::numeric_limits<double>::infinity();

std::optional<double> number(const std::optional<Usd>& amount) {
  return amount ? std::optional(amount->value()) : std::nullopt;
}

LossBins bins_of(std::span<const double> losses, const Drawn& drawn) {
  constexpr std::size_t bins = 60;
  const double low = tail_of(losses, drawn, 0.001)->var.value();
  const double high = std::max(tail_of(losses, drawn, 0.999)->var.value(), low + 1);
  LossBins told{{}, std::vector<double>(bins, 0.0)};
  for (std::size_t i = 0; i <= bins; ++i) {
    told.edge_usd.push_back(low + (high - low) * static_cast<double>(i) / bins);
  }
  double sum = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double mass = drawn.weight.empty() ? 1 : drawn.weight[i];
    const double at = std::clamp((losses[i] - low) / (high - low) * bins, 0.0, bins - 1.0);
    told.share[static_cast<std::size_t>(at)] += mass;
    sum += mass;
  }
  for (double& share : told.share) share /= sum;
  return told;
}

FallTold fall_told(std::span<const double> falls, const Drawn& drawn) {
  const auto tail = tail_of(falls, drawn, 0.95);
  const num::Estimate mean = mean_of(falls, drawn);
  return {.paths = static_cast<double>(falls.size()),
          .mean_usd = mean.value,
          .mean_usd_se = mean.standard_error,
          .var95_usd = tail->var.value(),
          .var95_usd_se = tail->var_error.value(),
          .cvar95_usd = tail->cvar.value(),
          .cvar95_usd_se = tail->cvar_error.value()};
}

FarDrawn far_drawn(std::span<const double> losses, const Drawn& drawn) {
  const auto tail = tail_of(losses, drawn, far_level);
  return {.level = far_level,
          .var_usd = tail->var.value(),
          .var_usd_se = tail->var_error.value(),
          .cvar_usd = tail->cvar.value(),
          .cvar_usd_se = tail->cvar_error.value()};
}

std::vector<PartTold> parts_told(const LossTable& table, const Drawn& drawn) {
  const auto at95 = parts_of(table, drawn, 0.95), at99 = parts_of(table, drawn, 0.99);
  std::vector<PartTold> told;
  for (std::size_t i = 0; i < at95->size(); ++i) {
    const Part &near = (*at95)[i], &far = (*at99)[i];
    told.push_back({near.name, near.mean.value, near.mean.standard_error, near.cvar.value,
                    near.cvar.standard_error, far.cvar.value, far.cvar.standard_error});
  }
  return told;
}

// How paths are shared out over sets: random ones are one, and independent one by one.
struct Sets {
  std::size_t count = 0, paths = 0, falls = 0;  // 0 sets: none; paths and falls of all together

  Drawn drawn(std::span<const double> weight) const { return {weight, count}; }
};

Sets sets_of(const scenario::Recipe& recipe, std::size_t falls) {
  if (recipe.sampling.points == scenario::Sampling::Points::random) {
    return {0, recipe.paths, std::min(recipe.paths, falls)};
  }
  const std::size_t each = std::bit_ceil((recipe.paths + even_sets - 1) / even_sets);
  const std::size_t fall = std::bit_floor(std::max<std::size_t>(1, falls / even_sets));
  return {even_sets, even_sets * each, even_sets * std::min(each, fall)};
}

// One kind under one measure.
struct Run {
  const TailAsk& ask;
  const parallel::Team& team;
  Progress& progress;

  Result<Measured> measured_of(std::string_view kind, const scenario::Recipe& recipe,
                               Split split) const {
    const Sets sets = sets_of(recipe, ask.fall_paths);
    std::vector<scenario::Generator> generators;
    for (std::size_t set = 0; set < std::max<std::size_t>(1, sets.count); ++set) {
      scenario::Recipe one = recipe;
      if (sets.count > 0) one.seed = scenario::seed_of_set(recipe.seed, set);
      auto generator = scenario::Generator::of(kind, one);
      if (!generator) return generator.error();
      generators.push_back(*std::move(generator));
    }
    const bool full = split == Split::factors_too;
    return measured(
        {.book = ask.book,
         .fees = ask.fees,
         .sets = generators,
         .pricing = ask.pricing,
         .paths = sets.paths,
         .split = split,
         .fall_paths = full ? sets.falls : 0,
         .stage = full ? "losses" : fmt::format("{}, {}", kind, name_of(recipe.measure)),
         .ranks = ask.ranks},
        team, progress);
  }

  // Losses alone, told.
  Result<LossTold> told_of(std::string_view kind, const scenario::Recipe& recipe) const {
    const auto found = measured_of(kind, recipe, Split::holdings);
    if (!found) return found.error();
    const Sets sets = sets_of(recipe, ask.fall_paths);
    auto told = loss_told(found->holdings.total, sets.drawn(found->weight));
    if (!told) return told.error();
    told->scenarios = kind;
    told->measure = name_of(recipe.measure);
    return told;
  }
};

KindTold kind_told(const Run& run, std::string_view kind, Measure measure) {
  scenario::Recipe recipe = run.ask.recipe;
  recipe.measure = measure;
  recipe.paths = std::min(recipe.paths, run.ask.kinds_paths);
  recipe.sampling = {};
  KindTold told{std::string(kind), std::string(name_of(measure)), {}, {}};
  auto loss = run.told_of(kind, recipe);
  if (loss) {
    told.loss = *std::move(loss);
  } else {
    told.why = loss.error().message;
  }
  return told;
}

void add_ruin(const TailAsk& ask, std::span<const double> losses, const Drawn& drawn,
              TailTold& told) {
  const auto worth = worth_of(ask.book, ask.pricing);
  auto ruin = worth ? ruin_told(losses, drawn, *worth, ask.ruin) : Result<RuinTold>(worth.error());
  if (ruin) {
    told.ruin = *std::move(ruin);
  } else {
    told.ruin_unknown = ruin.error().message;
  }
}

}  // namespace

Result<LossTold> loss_told(std::span<const double> losses_usd, const Drawn& drawn) {
  const auto at95 = tail_of(losses_usd, drawn, 0.95);
  if (!at95) return at95.error();
  const auto at99 = tail_of(losses_usd, drawn, 0.99);
  const num::Estimate mean = mean_of(losses_usd, drawn);
  return LossTold{.scenarios = {},
                  .measure = {},
                  .paths = static_cast<double>(losses_usd.size()),
                  .mean_usd = mean.value,
                  .mean_usd_se = mean.standard_error,
                  .var95_usd = at95->var.value(),
                  .var95_usd_se = at95->var_error.value(),
                  .cvar95_usd = at95->cvar.value(),
                  .cvar95_usd_se = at95->cvar_error.value(),
                  .var99_usd = at99->var.value(),
                  .var99_usd_se = at99->var_error.value(),
                  .cvar99_usd = at99->cvar.value(),
                  .cvar99_usd_se = at99->cvar_error.value(),
                  .worst_usd = *std::max_element(losses_usd.begin(), losses_usd.end())};
}

Result<FarTold> far_told(std::span<const double> losses_usd, const Drawn& drawn, double level) {
  if (!drawn.weight.empty() || drawn.sets > 0) {
    return fail(Reason::no_solution,
                fmt::format("far tail (its law is fitted to independent, equally likely losses, "
                            "and these are {}) draw random paths",
                            drawn.weight.empty() ? "evenly spread" : "weighted"));
  }
  const auto tail = tail_of(losses_usd, level);
  if (!tail) return tail.error();
  const std::vector<Usd> thresholds = usual_thresholds(losses_usd);
  const auto rows = threshold_table(losses_usd, thresholds);
  if (!rows) return rows.error();
  // Of the steady row alone: a tail measure costs a hundred fits.
  const PeaksFit& fit = (*rows)[steady_row(*rows)].fit;
  const auto var = var_beyond(fit, level);
  if (!var) return var.error();
  FarTold told{.level = level,
               .threshold_usd = fit.threshold.value(),
               .beyond = static_cast<double>(fit.beyond),
               .shape = fit.law.shape,
               .shape_low = fit.shape_within.lower,
               .shape_high = fit.shape_within.upper,
               .var_usd = var->value.value(),
               .var_low_usd = number(var->lower),
               .var_high_usd = number(var->upper),
               .cvar_usd = {},
               .cvar_low_usd = {},
               .cvar_high_usd = {},
               .warning = var->warning};
  // Losses of two kinds, failures beside prices, are of no one law however many there are.
  const double seen = tail->var.value(), doubt = 2 * tail->var_error.value();
  if (seen + doubt < told.var_low_usd.value_or(-infinity) ||
      seen - doubt > told.var_high_usd.value_or(infinity)) {
    told.warning = "What was drawn lies outside what the law says: trust what was drawn.";
  }
  if (const auto mean = shortfall_beyond(fit, level)) {
    told.cvar_usd = mean->value.value();
    told.cvar_low_usd = number(mean->lower);
    told.cvar_high_usd = number(mean->upper);
    if (told.warning.empty()) told.warning = mean->warning;
  }
  return told;
}

Result<TailTold> tail_told(const TailAsk& ask, const parallel::Team& team, Progress& progress) {
  LEVEE_EXPECT(ask.recipe.paths > 0 && ask.kinds_paths > 0 && ask.fall_paths > 0);
  const Run run{ask, team, progress};
  const Measure measure = ask.recipe.measure;
  const auto found = run.measured_of(ask.kind, ask.recipe, Split::factors_too);
  if (!found) return found.error();
  const std::vector<double>& losses = found->holdings.total;
  const Sets sets = sets_of(ask.recipe, ask.fall_paths);
  const Drawn drawn = sets.drawn(found->weight);

  TailTold told;
  auto loss = loss_told(losses, drawn);
  if (!loss) return loss.error();
  told.loss = *std::move(loss);
  told.loss.scenarios = ask.kind;
  told.loss.measure = name_of(measure);
  told.sampling = {std::string(scenario::name_of(ask.recipe.sampling)),
                   static_cast<double>(sets.count), tail_of(losses, drawn, 0.99)->random_paths};
  told.bins = bins_of(losses, drawn);
  told.holdings = parts_told(found->holdings, drawn);
  told.factors = parts_told(found->factors, drawn);
  told.fall = fall_told(found->fall, sets.drawn(found->fall_weight));
  told.far_drawn = far_drawn(losses, drawn);
  add_ruin(ask, losses, drawn, told);
  progress.enter("far tail");
  auto far = far_told(losses, drawn, far_level);
  if (far) {
    told.far = *std::move(far);
  } else {
    told.far_unknown = far.error().message;
  }
  scenario::Recipe other = ask.recipe;
  other.measure = measure == Measure::real_world ? Measure::market_implied : Measure::real_world;
  auto beside = run.told_of(ask.kind, other);
  if (!beside) return beside.error();
  told.other_measure = *std::move(beside);
  for (const scenario::Entry& entry : scenario::shelf()) {
    for (const Measure each : {Measure::real_world, Measure::market_implied}) {
      told.kinds.push_back(kind_told(run, entry.name, each));
    }
  }
  return told;
}

}  // namespace levee::risk
