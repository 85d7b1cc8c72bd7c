// tests/story/real_chain_test.cpp — three real days: our optimum against a general LP code's.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <random>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "levee/hedge/decide.h"
#include "levee/num/estimate.h"
#include "tests/story/instance.h"
#include "tests/story/row_judge.h"
#include "tests/support/clp_judge.h"

namespace levee::story {
namespace {

struct Day {
  const char* name;
  const char* at;
  const char* chain;
};

// A quiet day, the night the price fell by a third, and a day ten weeks later.
constexpr Day quiet{"quiet", "2026-01-20", "deribit_chain_daily_2026-01.csv.gz"};
constexpr Day crash{"crash", "2026-02-06", "deribit_chain_6h_crash_2026-01-26_2026-02-10.csv.gz"};
constexpr Day spring{"spring", "2026-04-15", "deribit_chain_daily_2026-04.csv.gz"};

class Clock {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - since_).count();
  }

 private:
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

// Coverage, written down by hand: payoff over the mark at most what the position loses on a path,
// times coverage_max, plus the tolerance; the worst forty paths a round.
Outside coverage_rows(const hedge::Program& program, const hedge::Policy& policy) {
  return [&](const std::vector<double>& x) {
    const double tolerance = policy.coverage_tolerance * program.scale;
    const auto gain = [&](std::size_t j, std::size_t s) {
      const std::size_t i = program.candidate_of[j];
      return program.columns[j].sign *
             (program.value->row(i)[s] - program.candidates[i].mid.value());
    };
    std::vector<std::pair<double, std::size_t>> broken;
    for (std::size_t s = 0; s < program.paths(); ++s) {
      if (program.lp_loss[s] <= 0) continue;
      double payoff = 0;
      for (std::size_t j = 0; j < x.size(); ++j) {
        if (x[j] != 0) payoff += x[j] * gain(j, s);
      }
      const double excess = payoff - policy.coverage_max * program.lp_loss[s] - tolerance;
      if (excess > 1e-7 * program.scale) broken.emplace_back(-excess, s);
    }
    std::sort(broken.begin(), broken.end());
    if (broken.size() > 40) broken.resize(40);
    std::vector<solve::Row> rows;
    for (const auto& [excess, s] : broken) {
      solve::Row row{"coverage",
                     {},
                     -std::numeric_limits<double>::infinity(),
                     policy.coverage_max * program.lp_loss[s] + tolerance};
      for (std::size_t j = 0; j < x.size(); ++j) row.coefficient.push_back(gain(j, s));
      rows.push_back(std::move(row));
    }
    return rows;
  };
}

class RealChain : public ::testing::TestWithParam<Day> {
 protected:
  void SetUp() override {
    const std::string chain = std::string(LEVEE_SHARED) + "/data/options/" + GetParam().chain;
    if (!std::filesystem::exists(chain)) {
      GTEST_SKIP() << "no recorded chains beside this checkout: " << GetParam().chain;
    }
    feed::MarketFiles files;
    files.chain = chain;
    auto read = stage_from(LEVEE_SOURCE "/examples/eth-usdc.toml", files, GetParam().at);
    ASSERT_TRUE(read) << read.error().message;
    stage_ = std::make_unique<Stage>(std::move(*read));
  }

  // Ours, and everything about it that can be checked without a judge.
  void choose_and_check() {
    auto built = programme_on(*stage_);
    ASSERT_TRUE(built) << built.error().message;
    program_ = std::make_unique<hedge::Program>(std::move(*built));
    bare_rows_ = program_->rows;
    const Clock clock;
    choice_ = hedge::choose(*program_, stage_->policy);
    seconds_ = clock.seconds();
    const double small = 1e-6 * program_->scale;
    EXPECT_EQ(choice_.status, solve::Status::optimal);
    EXPECT_LE(choice_.objective - choice_.bound, small);
    EXPECT_GE(choice_.objective, choice_.bound - 1e-9 * program_->scale);
    EXPECT_LE(solve::violation_at(tail(), choice_.x), 1e-7);
    EXPECT_LE(worst_coverage_excess(*program_, stage_->policy, choice_.x), 2e-7 * program_->scale);
    const Sorted sorted = by_sorting(*program_, stage_->policy.confidence, choice_.x);
    EXPECT_NEAR(choice_.objective, sorted.mean + stage_->policy.price_of_tail * sorted.cvar,
                1e-9 * program_->scale);
  }

  solve::TailProgram tail() const {
    return hedge::tail_program(*program_, {1, stage_->policy.price_of_tail},
                               stage_->policy.confidence);
  }

  void agree_with(double judge, std::string_view how, double judge_seconds) const {
    const double ours = solve::objective_at(tail(), choice_.x);
    fmt::print(
        "{} {} ({}): ours {:.6f}, judge {:.6f}, ours - judge {:.6f} USD, certified gap {:.6f}, "
        "book {:.0f}; {} columns, {} rows, {} paths; ours {:.2f} s, judge {:.1f} s\n",
        GetParam().name, text_of(stage_->snapshot.at), how, ours, judge, ours - judge,
        choice_.objective - choice_.bound, program_->scale, program_->columns.size(),
        program_->rows.size(), program_->paths(), seconds_, judge_seconds);
    EXPECT_NEAR(ours, judge, 1e-6 * program_->scale);
  }

  std::unique_ptr<Stage> stage_;
  std::unique_ptr<hedge::Program> program_;
  std::vector<solve::Row> bare_rows_;  ///< Without the coverage rows that `choose` found.
  hedge::Choice choice_;
  double seconds_ = 0;
};

TEST_P(RealChain, HasTheOptimumThatTheWholeLinearProgrammeHas) {
  stage_->policy.paths_choose = 2000;
  choose_and_check();
  const Clock clock;
  const test::Judgement judge = test::judged(tail());
  ASSERT_TRUE(judge.sound);
  EXPECT_NEAR(judge.reported, judge.objective, 1e-6 * program_->scale);
  agree_with(judge.objective, "all scenario rows", clock.seconds());
}

TEST_P(RealChain, IsTheInstanceThatDecideSolves) {
  stage_->policy.paths_choose = stage_->policy.paths_score = 2000;
  choose_and_check();
  Silence silence;
  const auto plan =
      hedge::decide({stage_->snapshot, stage_->book, stage_->policy}, parallel::Team(2), silence);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->plan.optimum_usd, choice_.objective);
  EXPECT_EQ(plan->plan.bound_usd, choice_.bound);
  EXPECT_GE(plan->plan.objective_usd, choice_.bound);
  EXPECT_LE(plan->plan.objective_usd, plan->plan.objective_unhedged_usd);
}

TEST_P(RealChain, HasTheJudgesOptimumOnEveryPathAndInstrumentAtFullSize) {
  choose_and_check();
  solve::TailProgram whole = tail();
  whole.rows = bare_rows_;
  const Clock clock;
  const Verdict judge = judged_by_rows(whole, coverage_rows(*program_, stage_->policy));
  ASSERT_TRUE(judge.sound);
  fmt::print("{}: judge took {} rounds, {} scenario rows, {} coverage rows; it reports {:.6f}\n",
             GetParam().name, judge.rounds, judge.scenario_rows, judge.outside_rows,
             judge.reported);
  EXPECT_LE(worst_coverage_excess(*program_, stage_->policy, judge.x), 2e-7 * program_->scale);
  agree_with(judge.objective, "rows by violation", clock.seconds());
}

INSTANTIATE_TEST_SUITE_P(Days, RealChain, ::testing::Values(quiet, crash, spring),
                         [](const auto& day) { return std::string(day.param.name); });

// A plan chosen on one draw of the future and scored on the next one, a hundred times: what it
// promises of itself, and what it keeps.
TEST_P(RealChain, KeepsOnFreshDrawsWhatItPromisesOnItsOwnAtFullSize) {
  const hedge::Policy& policy = stage_->policy;
  const auto objective = [&](const hedge::Program& program, const std::vector<double>& at) {
    return hedge::objective_of(program, policy, at);
  };
  std::unique_ptr<hedge::Program> before;
  std::vector<double> x, promised, kept, lost;
  for (int draw = 0; draw <= 100; ++draw) {
    stage_->policy.seed = 1000 + draw;
    auto built = programme_on(*stage_);
    ASSERT_TRUE(built) << built.error().message;
    const std::vector<double> none(built->columns.size(), 0.0);
    if (before) {
      ASSERT_EQ(before->columns.size(), built->columns.size());
      promised.push_back(objective(*before, none) - objective(*before, x));
      kept.push_back(objective(*built, none) - objective(*built, x));
      lost.push_back(promised.back() - kept.back());
      EXPECT_LE(hedge::cvar_of(*before, policy, x), hedge::cvar_of(*before, policy, none))
          << "draw " << draw;
      EXPECT_GT(kept.back(), 0) << "draw " << draw;
    }
    const hedge::Choice choice = hedge::choose(*built, policy);
    ASSERT_EQ(choice.status, solve::Status::optimal) << "draw " << draw;
    x = choice.x;
    before = std::make_unique<hedge::Program>(std::move(*built));
  }
  const num::Estimate promise = num::mean_of(promised), rest = num::mean_of(kept);
  const num::Estimate gone = num::mean_of(lost);
  fmt::print(
      "{}: gains {:.0f} +- {:.0f} USD on its own draw and {:.0f} +- {:.0f} on a fresh one: "
      "{:.0f} +- {:.0f} less, {:.1f} %\n",
      GetParam().name, promise.value, promise.standard_error, rest.value, rest.standard_error,
      gone.value, gone.standard_error, 100 * gone.value / promise.value);
  EXPECT_GT(gone.value, -3 * gone.standard_error);  // nobody does better on what he has not seen
  EXPECT_LT(gone.value, 0.05 * promise.value);
}

// A recorded day, a book and a policy by chance, and some of the day's instruments.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  Result<Stage> stage() {
    const int month = 1 + whole(5), day = 1 + whole(27);
    feed::MarketFiles files;
    files.chain =
        fmt::format("{}/data/options/deribit_chain_daily_2026-{:02d}.csv.gz", LEVEE_SHARED, month);
    auto stage = stage_from(LEVEE_SOURCE "/examples/eth-usdc.toml", files,
                            fmt::format("2026-{:02d}-{:02d}", month, day));
    if (!stage) return stage;
    const double spot = stage->snapshot.spot.value(), deposit = 1e5 * std::pow(100, real());
    stage->book = book_of(deposit, spot * (0.5 + 0.45 * real()), spot * (1.05 + real()), spot,
                          deposit * (0.02 + 0.2 * real()));
    hedge::Policy& policy = stage->policy;
    policy.paths_choose = 10'000;
    policy.seed = 1 + whole(1000);
    policy.price_of_tail = 0.03 * std::pow(50, real());
    policy.confidence = one_of<double>({0.9, 0.95, 0.95, 0.99});
    policy.mode = one_of<std::string>(
        {"scenario_match", "scenario_match", "gamma_match", "contracts_442", "budget_40_40_20"});
    policy.coverage_max = one_of<double>({0.6, 1, 1.5});
    policy.net_delta_share_max = 0.3 + real();
    policy.tenor_days_new_min = 0;  // all that is listed: hundreds of columns
    policy.strike_z_out_max = policy.strike_z_in_max = 100;
    if (whole(3) == 0) policy.turnover_usd_max = 0.3 * deposit * real();
    if (whole(3) == 0) {
      policy.layer_budgets = {fmt::format("put_shield {:.0f}", 0.05 * deposit * real())};
    }
    return stage;
  }

  // Leaves so many of the instruments, at most.
  void thin(hedge::Program& program) {
    std::vector<std::size_t> order(program.candidates.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), engine_);
    const auto keep = static_cast<std::size_t>(100 + whole(501));
    std::vector<char> kept(order.size(), 0);
    for (std::size_t i = 0; i < std::min(keep, order.size()); ++i) kept[order[i]] = 1;
    for (solve::Column& column : program.columns) {
      if (kept[column.instrument] == 0) column.upper = 0;
    }
  }

 private:
  double real() { return std::uniform_real_distribution<double>(0, 1)(engine_); }
  int whole(int below) { return std::uniform_int_distribution<int>(0, below - 1)(engine_); }
  template <class T>
  T one_of(const std::vector<T>& list) {
    return list[static_cast<std::size_t>(whole(static_cast<int>(list.size())))];
  }

  std::mt19937_64 engine_;
};

TEST(RandomRealChain, HasTheJudgesOptimumOnFiftyInstancesAtFullSize) {
  if (!std::filesystem::exists(std::string(LEVEE_SHARED) + "/data/options")) {
    GTEST_SKIP() << "no recorded chains beside this checkout";
  }
  int judged = 0, contradicted = 0;
  double worst = 0, ours_seconds = 0, judge_seconds = 0;
  for (std::uint64_t seed = 1; judged < 50; ++seed) {
    ASSERT_LT(seed, 200u);
    Chance chance(seed);
    const auto stage = chance.stage();
    if (!stage) continue;  // a day that was not recorded
    auto program = programme_on(*stage);
    if (!program) continue;  // a mode that this day has no tenors for
    chance.thin(*program);
    const std::vector<solve::Row> bare = program->rows;
    const Clock clock;
    const hedge::Choice choice = hedge::choose(*program, stage->policy);
    ours_seconds += clock.seconds();
    solve::TailProgram whole =
        hedge::tail_program(*program, {1, stage->policy.price_of_tail}, stage->policy.confidence);
    if (choice.status == solve::Status::infeasible) {
      EXPECT_GT(solve::contradiction_from(whole, choice.relaxation.multiplier), 0) << seed;
      ++contradicted;
      continue;
    }
    ASSERT_EQ(choice.status, solve::Status::optimal) << "seed " << seed;
    EXPECT_LE(solve::violation_at(whole, choice.x), 1e-8) << "seed " << seed;
    whole.rows = bare;
    const Clock other;
    const Verdict judge = judged_by_rows(whole, coverage_rows(*program, stage->policy));
    judge_seconds += other.seconds();
    ASSERT_TRUE(judge.sound) << "seed " << seed;
    const double ours = solve::objective_at(whole, choice.x);
    worst = std::max(worst, std::abs(ours - judge.objective) / program->scale);
    EXPECT_NEAR(ours, judge.objective, 1e-6 * program->scale)
        << "seed " << seed << " " << stage->policy.mode;
    ++judged;
  }
  fmt::print(
      "{} instances agree to {:.1e} of the book, {} more are proved contradictory; ours "
      "{:.1f} s, judge {:.1f} s\n",
      judged, worst, contradicted, ours_seconds, judge_seconds);
}

}  // namespace
}  // namespace levee::story
