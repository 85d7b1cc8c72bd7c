// levee/risk/tail_told.h — a book's tail as it is told: how bad, how sure, made of what.
#pragma once
#include "levee/risk/measure.h"
#include "levee/risk/ruin.h"
#include "levee/risk/tail.h"

#include <optional>
#include <string>
#include <vector>

namespace levee::risk {

/// A distribution of losses to the horizon, USD, gains negative.
struct LossTold {
  std::string scenarios, measure;
  double paths = 0;
  double mean_usd = 0, mean_usd_se = 0;
  double var95_usd = 0, var95_usd_se = 0, cvar95_usd = 0, cvar95_usd_se = 0;
  double var99_usd = 0, var99_usd_se = 0, cvar99_usd = 0, cvar99_usd_se = 0;
  double worst_usd = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("scenarios", self.scenarios, "kind");
    visit("measure", self.measure, "real_world or market_implied");
    visit("paths", self.paths, "scenarios drawn");
    visit("mean_usd", self.mean_usd, "mean loss, gains negative");
    visit("mean_usd_se", self.mean_usd_se, "its standard error");
    visit("var95_usd", self.var95_usd, "loss not exceeded with probability 95 %");
    visit("var95_usd_se", self.var95_usd_se, "its standard error");
    visit("cvar95_usd", self.cvar95_usd, "mean of the worst 5 %");
    visit("cvar95_usd_se", self.cvar95_usd_se, "its standard error");
    visit("var99_usd", self.var99_usd, "loss not exceeded with probability 99 %");
    visit("var99_usd_se", self.var99_usd_se, "its standard error");
    visit("cvar99_usd", self.cvar99_usd, "mean of the worst 1 %");
    visit("cvar99_usd_se", self.cvar99_usd_se, "its standard error");
    visit("worst_usd", self.worst_usd, "worst loss drawn");
  }
};

/// A kind of scenario under a measure, or why it cannot be drawn.
struct KindTold {
  std::string scenarios, measure;
  std::optional<LossTold> loss;
  std::string why;  ///< Empty where it was drawn.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("scenarios", self.scenarios, "kind");
    visit("measure", self.measure, "real_world or market_implied");
    visit("loss", self.loss, "its tail; null where it cannot be drawn");
    visit("why", self.why, "why not");
  }
};

/// What a holding or a factor brings to mean and tails; the column adds up to the total's.
struct PartTold {
  std::string name;
  double mean_usd = 0, mean_usd_se = 0;
  double cvar95_usd = 0, cvar95_usd_se = 0, cvar99_usd = 0, cvar99_usd_se = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "holding, or what moved");
    visit("mean_usd", self.mean_usd, "part of the mean loss");
    visit("mean_usd_se", self.mean_usd_se, "its standard error");
    visit("cvar95_usd", self.cvar95_usd, "part of CVaR 95 %");
    visit("cvar95_usd_se", self.cvar95_usd_se, "its standard error");
    visit("cvar99_usd", self.cvar99_usd, "part of CVaR 99 %");
    visit("cvar99_usd_se", self.cvar99_usd_se, "its standard error");
  }
};

/// The tail beyond what was drawn often: a generalised Pareto law over a threshold.
struct FarTold {
  double level = 0.999;
  double threshold_usd = 0, beyond = 0, shape = 0;
  std::optional<double> shape_low, shape_high;
  double var_usd = 0;
  std::optional<double> var_low_usd, var_high_usd;
  std::optional<double> cvar_usd, cvar_low_usd, cvar_high_usd;
  std::string warning;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("level", self.level, "probability that var_usd is not exceeded");
    visit("threshold_usd", self.threshold_usd, "where the law begins");
    visit("beyond", self.beyond, "losses beyond it");
    visit("shape", self.shape, "above 0 a power tail, below 0 one that ends");
    visit("shape_low", self.shape_low, "95 % by profile likelihood");
    visit("shape_high", self.shape_high, "");
    visit("var_usd", self.var_usd, "loss not exceeded");
    visit("var_low_usd", self.var_low_usd, "95 % by profile likelihood");
    visit("var_high_usd", self.var_high_usd, "null: the likelihood never closes it");
    visit("cvar_usd", self.cvar_usd, "mean beyond; null where such a tail has no mean");
    visit("cvar_low_usd", self.cvar_low_usd, "95 % by profile likelihood");
    visit("cvar_high_usd", self.cvar_high_usd, "null: the likelihood never closes it");
    visit("warning", self.warning, "what to beware of");
  }
};

/// The same tail of the losses as they were drawn, without a law.
struct FarDrawn {
  double level = 0.999;
  double var_usd = 0, var_usd_se = 0, cvar_usd = 0, cvar_usd_se = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("level", self.level, "probability that var_usd is not exceeded");
    visit("var_usd", self.var_usd, "loss not exceeded");
    visit("var_usd_se", self.var_usd_se, "its standard error");
    visit("cvar_usd", self.cvar_usd, "mean beyond");
    visit("cvar_usd_se", self.cvar_usd_se, "its standard error");
  }
};

/// How paths were placed, and what that was worth.
struct SamplingTold {
  std::string name = "random";
  double sets = 0, random_paths = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "random, sobol, importance or sobol_importance");
    visit("sets", self.sets, "independent sets whose scatter errors are; 0: paths are independent");
    visit("random_paths", self.random_paths, "random ones that CVaR 99 % would err as much with");
  }
};

/// The deepest falls on the way, from the highest value so far.
struct FallTold {
  double paths = 0, mean_usd = 0, mean_usd_se = 0;
  double var95_usd = 0, var95_usd_se = 0, cvar95_usd = 0, cvar95_usd_se = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("paths", self.paths, "scenarios followed from date to date");
    visit("mean_usd", self.mean_usd, "mean deepest fall");
    visit("mean_usd_se", self.mean_usd_se, "its standard error");
    visit("var95_usd", self.var95_usd, "fall not exceeded with probability 95 %");
    visit("var95_usd_se", self.var95_usd_se, "its standard error");
    visit("cvar95_usd", self.cvar95_usd, "mean of the deepest 5 %");
    visit("cvar95_usd_se", self.cvar95_usd_se, "its standard error");
  }
};

/// Shares of losses between edges; the outermost bins hold all beyond them.
struct LossBins {
  std::vector<double> edge_usd, share;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("edge_usd", self.edge_usd, "edges of the bins, loss");
    visit("share", self.share, "share of scenarios");
  }
};

/// Everything.
struct TailTold {
  SamplingTold sampling;        ///< Of loss and other_measure; kinds are drawn at random.
  LossTold loss;                ///< Of the kind and measure asked for.
  LossTold other_measure;       ///< The same kind under the other.
  std::vector<KindTold> kinds;  ///< All of the shelf under both measures, on fewer paths.
  std::optional<FarTold> far;
  std::string far_unknown;  ///< Why it is null.
  FarDrawn far_drawn;
  FallTold fall;
  std::optional<RuinTold> ruin;
  std::string ruin_unknown;  ///< Why it is null.
  std::vector<PartTold> holdings, factors;
  LossBins bins;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("sampling", self.sampling, "how paths were placed");
    visit("loss", self.loss, "losses to the horizon");
    visit("other_measure", self.other_measure, "the same kind under the other measure");
    visit("kinds", self.kinds, "every kind under both measures, on fewer paths");
    visit("far", self.far, "beyond what was drawn often");
    visit("far_unknown", self.far_unknown, "why it is null");
    visit("far_drawn", self.far_drawn, "the far tail of the losses as drawn");
    visit("fall", self.fall, "drawdown on the way");
    visit("ruin", self.ruin, "chance of losing all that the book is worth, or a share of it");
    visit("ruin_unknown", self.ruin_unknown, "why it is null");
    visit("holdings", self.holdings, "what each holding brings");
    visit("factors", self.factors, "what each risk brings");
    visit("bins", self.bins, "the distribution");
  }
};

/// What is told of.
struct TailAsk {
  const book::Book& book;
  const FeeForecast& fees;
  Pricing pricing;
  scenario::Recipe recipe;  ///< Measure, sampling and paths of the headline.
  std::string kind;
  Share ruin{1};                     ///< Of the book's worth: losing as much counts as ruin.
  std::size_t kinds_paths = 20'000;  ///< Of each line of the table of kinds, at most.
  std::size_t fall_paths = 20'000;   ///< At most.
  parallel::Ranks ranks{};           ///< As MeasureAsk's.
};

/// Draws, measures and tells.
///
/// in:  a sampling that has a name
/// out: with Sobol' points 16 independent sets of a power of two of them, at least as many paths as
///      asked for together; the same on every rank
/// err: as loss_table and scenario::generate of the kind asked for
Result<TailTold> tail_told(const TailAsk& ask, const parallel::Team& team, Progress& progress);

/// err: as tail_of
Result<LossTold> loss_told(std::span<const double> losses_usd, const Drawn& drawn);

/// The law beyond the steady threshold.
/// err: as threshold_table; no_solution where paths are not all as likely and independent
/// src: evt.h
Result<FarTold> far_told(std::span<const double> losses_usd, const Drawn& drawn, double level);

}  // namespace levee::risk
