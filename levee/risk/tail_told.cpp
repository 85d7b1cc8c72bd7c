#include "levee/risk/tail_told.h"

#include "levee/risk/evt.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace levee::risk {
namespace {

using scenario::Measure;

constexpr double far_level = 0.999;
constexpr double infinity = std::numeric_limits<double>::infinity();

std::optional<double> number(const std::optional<Usd>& amount) {
  return amount ? std::optional(amount->value()) : std::nullopt;
}

LossBins bins_of(std::span<const double> losses, std::span<const double> weight) {
  constexpr std::size_t bins = 60;
  const double low = tail_of(losses, weight, 0.001)->var.value();
  const double high = std::max(tail_of(losses, weight, 0.999)->var.value(), low + 1);
  LossBins told{{}, std::vector<double>(bins, 0.0)};
  for (std::size_t i = 0; i <= bins; ++i) {
    told.edge_usd.push_back(low + (high - low) * static_cast<double>(i) / bins);
  }
  double sum = 0;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const double mass = weight.empty() ? 1 : weight[i];
    const double at = std::clamp((losses[i] - low) / (high - low) * bins, 0.0, bins - 1.0);
    told.share[static_cast<std::size_t>(at)] += mass;
    sum += mass;
  }
  for (double& share : told.share) share /= sum;
  return told;
}

FallTold fall_told(std::span<const double> falls, std::span<const double> weight) {
  if (!weight.empty()) weight = weight.first(falls.size());
  const auto tail = tail_of(falls, weight, 0.95);
  const num::Estimate mean = mean_of(falls, weight);
  return {.paths = static_cast<double>(falls.size()),
          .mean_usd = mean.value,
          .mean_usd_se = mean.standard_error,
          .var95_usd = tail->var.value(),
          .var95_usd_se = tail->var_error.value(),
          .cvar95_usd = tail->cvar.value(),
          .cvar95_usd_se = tail->cvar_error.value()};
}

std::vector<PartTold> parts_told(const LossTable& table, std::span<const double> weight) {
  const auto at95 = parts_of(table, weight, 0.95), at99 = parts_of(table, weight, 0.99);
  std::vector<PartTold> told;
  for (std::size_t i = 0; i < at95->size(); ++i) {
    const Part &near = (*at95)[i], &far = (*at99)[i];
    told.push_back({near.name, near.mean.value, near.mean.standard_error, near.cvar.value,
                    near.cvar.standard_error, far.cvar.value, far.cvar.standard_error});
  }
  return told;
}

// One kind under one measure.
struct Run {
  const TailAsk& ask;
  const parallel::Team& team;
  Progress& progress;

  Result<Measured> measured_of(std::string_view kind, Measure measure, std::size_t paths,
                               Split split) const {
    scenario::Recipe recipe = ask.recipe;
    recipe.measure = measure;
    recipe.paths = paths;
    const auto generator = scenario::Generator::of(kind, recipe);
    if (!generator) return generator.error();
    const bool full = split == Split::factors_too;
    return measured({.book = ask.book,
                     .fees = ask.fees,
                     .generator = *generator,
                     .pricing = ask.pricing,
                     .paths = paths,
                     .split = split,
                     .fall_paths = full ? std::min(paths, ask.fall_paths) : 0,
                     .stage = full ? "losses" : fmt::format("{}, {}", kind, name_of(measure))},
                    team, progress);
  }

  // Losses alone, told.
  Result<LossTold> told_of(std::string_view kind, Measure measure, std::size_t paths) const {
    const auto found = measured_of(kind, measure, paths, Split::holdings);
    if (!found) return found.error();
    auto told = loss_told(found->holdings.total, found->weight);
    if (!told) return told.error();
    told->scenarios = kind;
    told->measure = name_of(measure);
    return told;
  }
};

KindTold kind_told(const Run& run, std::string_view kind, Measure measure) {
  const std::size_t paths = std::min(run.ask.recipe.paths, run.ask.kinds_paths);
  KindTold told{std::string(kind), std::string(name_of(measure)), {}, {}};
  auto loss = run.told_of(kind, measure, paths);
  if (loss) {
    told.loss = *std::move(loss);
  } else {
    told.why = loss.error().message;
  }
  return told;
}

}  // namespace

Result<LossTold> loss_told(std::span<const double> losses_usd, std::span<const double> weight) {
  const auto at95 = tail_of(losses_usd, weight, 0.95);
  if (!at95) return at95.error();
  const auto at99 = tail_of(losses_usd, weight, 0.99);
  const num::Estimate mean = mean_of(losses_usd, weight);
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

Result<FarTold> far_told(std::span<const double> losses_usd, std::span<const double> weight,
                         double level) {
  if (!weight.empty()) {
    return fail(Reason::no_solution,
                "far tail (these scenarios are weighted, the law is fitted to losses equally "
                "likely) draw another kind");
  }
  const auto drawn = tail_of(losses_usd, level);
  if (!drawn) return drawn.error();
  const std::vector<Usd> thresholds = usual_thresholds(losses_usd);
  const auto rows = threshold_table(losses_usd, thresholds, level);
  if (!rows) return rows.error();
  const ThresholdRow& row = (*rows)[steady_row(*rows)];
  FarTold told{.level = level,
               .threshold_usd = row.fit.threshold.value(),
               .beyond = static_cast<double>(row.fit.beyond),
               .shape = row.fit.law.shape,
               .shape_low = row.fit.shape_within.lower,
               .shape_high = row.fit.shape_within.upper,
               .var_usd = row.var.value.value(),
               .var_low_usd = number(row.var.lower),
               .var_high_usd = number(row.var.upper),
               .cvar_usd = {},
               .cvar_low_usd = {},
               .cvar_high_usd = {},
               .drawn_var_usd = drawn->var.value(),
               .drawn_cvar_usd = drawn->cvar.value(),
               .warning = row.var.warning};
  // Losses of two kinds, failures beside prices, are of no one law however many there are.
  const double doubt = 2 * drawn->var_error.value();
  if (told.drawn_var_usd + doubt < told.var_low_usd.value_or(-infinity) ||
      told.drawn_var_usd - doubt > told.var_high_usd.value_or(infinity)) {
    told.warning = "What was drawn lies outside what the law says: trust what was drawn.";
  }
  if (row.shortfall) {
    told.cvar_usd = row.shortfall->value.value();
    told.cvar_low_usd = number(row.shortfall->lower);
    told.cvar_high_usd = number(row.shortfall->upper);
    if (told.warning.empty()) told.warning = row.shortfall->warning;
  }
  return told;
}

Result<TailTold> tail_told(const TailAsk& ask, const parallel::Team& team, Progress& progress) {
  LEVEE_EXPECT(ask.recipe.paths > 0 && ask.kinds_paths > 0 && ask.fall_paths > 0);
  const Run run{ask, team, progress};
  const Measure measure = ask.recipe.measure;
  const Measure other =
      measure == Measure::real_world ? Measure::market_implied : Measure::real_world;
  const auto found = run.measured_of(ask.kind, measure, ask.recipe.paths, Split::factors_too);
  if (!found) return found.error();
  const std::vector<double>& losses = found->holdings.total;

  TailTold told;
  auto loss = loss_told(losses, found->weight);
  if (!loss) return loss.error();
  told.loss = *std::move(loss);
  told.loss.scenarios = ask.kind;
  told.loss.measure = name_of(measure);
  told.bins = bins_of(losses, found->weight);
  told.holdings = parts_told(found->holdings, found->weight);
  told.factors = parts_told(found->factors, found->weight);
  told.fall = fall_told(found->falls, found->weight);
  progress.enter("far tail");
  auto far = far_told(losses, found->weight, far_level);
  if (far) {
    told.far = *std::move(far);
  } else {
    told.far_unknown = far.error().message;
  }
  auto beside = run.told_of(ask.kind, other, ask.recipe.paths);
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
