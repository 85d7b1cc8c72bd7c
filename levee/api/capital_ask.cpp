#include "levee/api/capital_ask.h"

#include "levee/api/verb.h"
#include "levee/feed/series_file.h"
#include "levee/hazard/stack.h"
#include "levee/hedge/candidate.h"
#include "levee/num/control.h"
#include "levee/report/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <fmt/format.h>

namespace levee::api {
namespace {

constexpr double ninety = 2 * 1.6448536269514722;  // standard deviations in a band of 90 %

Seconds span_of(double length_days) {
  return Seconds{static_cast<std::int64_t>(std::llround(length_days * 86400))};
}

Result<Done> apply(const CapitalFlags& flags, hedge::Policy& policy) {
  policy.scenarios = flags.scenarios.value_or(policy.scenarios);
  policy.paths_score = flags.paths.value_or(policy.paths_score);
  policy.seed = flags.seed.value_or(policy.seed);
  policy.horizon_days = flags.horizon_days.value_or(policy.horizon_days);
  const auto within = [](double value, double low, double high) {
    return low <= value && value <= high;
  };
  if (!within(policy.paths_score, 1000, 1e6)) {
    return fail(Reason::out_of_range,
                fmt::format("paths = {} (must lie in [1000, 1 million])", policy.paths_score));
  }
  if (!within(flags.half_life_days, 1, 3650)) {
    return fail(Reason::out_of_range,
                fmt::format("half_life_days = {} (must lie in [1, 3650])", flags.half_life_days));
  }
  if (!within(flags.riskless_rate, -0.5, 1)) {
    return fail(Reason::out_of_range,
                fmt::format("riskless_rate = {} (must lie in [-0.5, 1])", flags.riskless_rate));
  }
  if (flags.fees_usd_per_day && !(*flags.fees_usd_per_day >= 0)) {
    return fail(Reason::out_of_range, fmt::format("fees_usd_per_day = {} (must not be negative)",
                                                  *flags.fees_usd_per_day));
  }
  hedge::Policy rest = policy;
  rest.scenarios = hedge::Policy{}.scenarios;  // the shelf has more kinds than a plan chooses on
  return hedge::check(rest);
}

Result<scenario::Calibration> calibrated(const Standing& standing, const option::Surface& surface) {
  const hedge::Policy& policy = standing.policy;
  return scenario::calibrate(standing.snapshot, surface,
                             {.horizon = span_of(policy.horizon_days),
                              .variance_weight_implied = policy.variance_weight_implied,
                              .history = span_of(policy.history_days),
                              .realised = span_of(policy.realised_days),
                              .iv_beta_assumed = policy.iv_beta_assumed,
                              .iv_residual_assumed = policy.iv_residual_assumed,
                              .iv_tenor_power = policy.iv_tenor_power,
                              .model = policy.scenarios == "bates" ? "bates" : ""});
}

double value_of(const CapitalGround& ground, const book::LpPosition& position) {
  return amm::exposure_at(position.range, ground.standing.snapshot.spot).value.value();
}

// What a lot is worth now, as risk reprices it; what is posted behind a perp counts.
double worth_of(const CapitalGround& ground, const book::Lot& lot, const risk::Repricing& with) {
  const double mark =
      risk::frozen_value(lot.instrument, ground.standing.snapshot.spot, Seconds{0}, with).value();
  return lot.quantity.value() * mark + (lot.margin ? lot.margin->collateral.value() : 0);
}

void set_fees(const CapitalFlags& flags, CapitalGround& ground) {
  ground.fees = ground.position.fees_usd_per_day;
  if (!flags.fees_usd_per_day) {
    if (const auto error = ground.position.total.fees_usd_per_day_se) {
      ground.fees_error_usd = *error * ground.horizon_days();
    }
    return;
  }
  for (std::size_t i = 0; i < ground.fees.size(); ++i) {
    const double share =
        value_of(ground, ground.held.positions[i]) / ground.position.total.value_usd;
    ground.fees[i] = share * *flags.fees_usd_per_day;
  }
}

std::vector<std::string> assumptions_of(const CapitalGround& ground, const CapitalFlags& flags) {
  const auto& [snapshot, book, policy] = ground.standing;
  std::vector<std::string> list;
  if (snapshot.model_made) list.emplace_back("The market shown is made by a model, not observed.");
  list.push_back(fmt::format(
      "{} scenarios of kind {} over {:.3g} days, zero drift; real-world variance {:.3g} % "
      "implied, the rest realised. Calibrated on nothing after {}.",
      report::grouped(policy.paths_score, 0), policy.scenarios, policy.horizon_days,
      100 * policy.variance_weight_implied, text_of(ground.calibration.at)));
  list.emplace_back(
      "Positions and what is held against them stand unchanged to the horizon; idle "
      "cash and wallet are left out.");
  if (flags.fees_usd_per_day) {
    list.push_back(fmt::format("Fees of ${:.2f} a day in range are as given, without an error.",
                               *flags.fees_usd_per_day));
  }
  if (snapshot.protocols.empty()) {
    list.emplace_back(
        "Protocol failure is in no scenario: no failure model was given (--protocol, "
        "--hazard).");
  }
  if (!snapshot.depeg) list.push_back(fmt::format("{} is worth one dollar.", snapshot.quote));
  return list;
}

// The positions as nothing but the market moves them.
book::Book alone(const book::Book& held) {
  book::Book book;
  book.positions = held.positions;
  for (book::LpPosition& position : book.positions) {
    position.protocol.clear(), position.stands_on.clear();
  }
  return book;
}

std::vector<double> sum_of_rows(const risk::LossTable& table, std::size_t first,
                                std::size_t count) {
  std::vector<double> sum(table.total.size());
  for (std::size_t row = first; row < first + count; ++row) {
    const auto one = table.loss.row(row);
    for (std::size_t path = 0; path < sum.size(); ++path) sum[path] += one[path];
  }
  return sum;
}

bool failed(const scenario::ScenarioSet& set, std::size_t path) {
  for (std::size_t node = 0; node < set.protocol_loss.rows(); ++node) {
    if (set.protocol_loss.row(node)[path] > 0) return true;
  }
  return false;
}

Result<double> number_in(const std::string& text, std::string_view name) {
  double value = 0;
  if (const auto read = detail::read_into(value, text, name); !read) return read.error();
  if (!(value > 0)) {
    return fail(Reason::out_of_range, fmt::format("{} = {} (must be above 0)", name, value));
  }
  return value;
}

}  // namespace

bool CapitalGround::fees_known() const {
  return std::ranges::all_of(fees, [](const auto& one) { return one.has_value(); });
}

Result<CapitalGround> ground_from(const MarketFlags& market, const CapitalFlags& flags) {
  auto standing = standing_from(market);
  if (!standing) return standing.error();
  if (const auto done = apply(flags, standing->policy); !done) return done.error();
  auto surface = market::surface_of(standing->snapshot);
  if (!surface) return surface.error();
  auto calibration = calibrated(*standing, *surface);
  if (!calibration) return calibration.error();
  auto position = book::value_positions(
      standing->book, standing->snapshot, *surface,
      {span_of(standing->policy.horizon_days), span_of(standing->policy.realised_days)});
  if (!position) return position.error();
  if (!(position->total.value_usd > 0)) {
    return fail(Reason::out_of_range, "positions worth nothing (there is nothing to size)");
  }
  book::Book held = standing->book;
  held.idle_cash = Usd{0}, held.wallet = Tokens{0};
  CapitalGround ground{*std::move(standing),
                       std::move(held),
                       *std::move(surface),
                       *std::move(calibration),
                       *std::move(position),
                       {},
                       {},
                       {}};
  set_fees(flags, ground);
  ground.assumptions = assumptions_of(ground, flags);
  return ground;
}

num::Estimate BookLosses::mean(std::span<const double> losses) const {
  const std::span<const double> control = spot_moved;
  return num::controlled_mean(losses, {&control, 1}, {});
}

Result<BookLosses> losses_of(const CapitalGround& ground, const scenario::Calibration& calibration,
                             const parallel::Team& team) {
  const auto& [snapshot, book, policy] = ground.standing;
  std::vector<book::Instrument> instruments;
  for (const book::Lot& lot : ground.held.lots) instruments.push_back(lot.instrument);
  const scenario::Recipe recipe{
      .calibration = calibration,
      .measure = scenario::Measure::real_world,
      .dates = risk::dates_for(instruments, snapshot.at, calibration.horizon),
      .protocols = snapshot.protocols,
      .paths = static_cast<std::size_t>(policy.paths_score),
      .seed = static_cast<std::uint64_t>(policy.seed),
      .block = span_of(policy.block_days)};
  const auto set = scenario::generate(policy.scenarios, recipe, team);
  if (!set) return set.error();
  const Rate funding = hedge::expected_funding(snapshot).value_or(Rate{0});
  const risk::Repricing with{snapshot, ground.surface, *set, funding};
  auto table = risk::loss_table(ground.held, ground.fees, with, team);
  if (!table) return table.error();
  const book::Book plain = alone(ground.held);
  auto of_market = risk::loss_table(plain, risk::FeeForecast(ground.fees.size()), with, team);
  if (!of_market) return of_market.error();
  auto with_fees = risk::loss_table(plain, ground.fees, with, team);
  if (!with_fees) return with_fees.error();
  const std::size_t positions = ground.held.positions.size(), lots = ground.held.lots.size();
  const std::vector<double> held = sum_of_rows(*table, positions, lots);
  std::vector<double> hedge = sum_of_rows(*table, positions, lots + ground.held.loans.size());
  BookLosses losses{.total = std::move(table->total),
                    .bare = {},
                    .of_market = std::move(of_market->total),
                    .with_fees = std::move(with_fees->total),
                    .hedge = std::move(hedge),
                    .spot_moved = {}};
  losses.bare = losses.total;
  const auto then = set->lead().spot.row(set->dates.size() - 1);
  for (std::size_t path = 0; path < held.size(); ++path) {
    losses.bare[path] -= held[path];
    // A failure may move the market: without it prices have no drift.
    losses.spot_moved.push_back(failed(*set, path) ? 0 : then[path] - snapshot.spot.value());
  }
  return losses;
}

std::optional<scenario::Calibration> raised(const CapitalGround& ground) {
  const auto& realised = ground.calibration.lead().realised;
  if (!realised) return std::nullopt;
  scenario::Calibration moved = ground.calibration;
  scenario::AssetLaw& lead = moved.lead();
  const double weight = 1 - ground.standing.policy.variance_weight_implied;
  const double before = realised->vol.value(), error = realised->standard_error.value();
  const double now = lead.forecast.value();
  lead.forecast =
      Vol{std::sqrt(now * now + weight * ((before + error) * (before + error) - before * before))};
  return moved;
}

HazardMet hazard_met(const CapitalGround& ground) {
  const auto& models = ground.standing.snapshot.protocols;
  const Years horizon = years(ground.calibration.horizon);
  HazardMet met;
  double lost_a_year = 0;
  for (const book::LpPosition& position : ground.held.positions) {
    const std::vector<std::string> names = position.nodes();
    const auto stack = hazard::stack_of(models, names);
    if (stack.empty()) continue;
    const auto year = hazard::stack_risk(models, stack, Years{1});
    const auto span = hazard::stack_risk(models, stack, horizon);
    const double value = value_of(ground, position), share = value / ground.value_usd();
    const auto rate = [](double survival) { return -std::log(survival); };
    const double mean = rate(year.survival.mean), high = rate(year.survival.low);
    const double low = rate(year.survival.high);
    if (met.worst.empty() || mean > met.rate) {
      met.rate = mean, met.rate_low = low, met.rate_high = high;
      std::vector<std::string> under;
      for (const std::size_t node : stack) under.push_back(models[node].protocol);
      met.worst = fmt::format("{}", fmt::join(under, " + "));
    }
    met.mean_rate += share * mean, met.mean_low += share * low, met.mean_high += share * high;
    lost_a_year += share * year.lost.mean;
    met.loss_usd += value * span.lost.mean;
    // Rates of one fit err together.
    met.loss_error_usd += value * (span.lost.high - span.lost.low) / ninety;
  }
  const double fails = -std::expm1(-met.mean_rate);
  if (fails > 0) met.share_lost = std::min(1.0, lost_a_year / fails);
  for (const hedge::NodeExposure& node : exposures(ground)) {
    const auto model = std::ranges::find(models, node.node, &hazard::FailureModel::protocol);
    if (model == models.end()) continue;
    const double paid = (node.lost - hedge::net_of_cover(node, node.lost)).value();
    met.cover_pays_usd += hazard::failure_within(*model, horizon).value() * paid;
  }
  for (const book::Cover& cover : ground.held.covers) {
    met.premium_usd += cover.premium.value() * cover.limit.value() * horizon.value();
  }
  return met;
}

std::vector<hedge::NodeExposure> exposures(const CapitalGround& ground) {
  const auto& models = ground.standing.snapshot.protocols;
  std::vector<hedge::NodeExposure> nodes;
  const auto stand = [&](double value, const std::vector<std::string>& names) {
    const auto add = [&](const std::string& name, double share, hedge::Modelled known) {
      auto found = std::ranges::find(nodes, name, &hedge::NodeExposure::node);
      if (found == nodes.end()) {
        nodes.push_back({.node = name, .lost = Usd{0}, .modelled = known, .covers = {}});
        found = nodes.end() - 1;
      }
      found->lost = found->lost + Usd{std::max(value, 0.0) * share};
    };
    for (const std::size_t node : hazard::stack_of(models, names)) {
      add(models[node].protocol, hazard::mean_share_lost(models[node]).value(),
          hedge::Modelled::yes);
    }
    for (const std::string& name : names) {
      const bool known =
          std::ranges::count(models, name, &hazard::FailureModel::protocol) > 0 || name.empty();
      if (!known) add(name, 1, hedge::Modelled::no);
    }
  };
  for (const book::LpPosition& position : ground.held.positions) {
    stand(value_of(ground, position), position.nodes());
  }
  const scenario::ScenarioSet none;
  const risk::Repricing with{ground.standing.snapshot, ground.surface, none, Rate{0}};
  const double spot = ground.standing.snapshot.spot.value();
  for (const book::Lot& lot : ground.held.lots) {
    stand(worth_of(ground, lot, with), {lot.venue});
  }
  for (const book::Loan& loan : ground.held.loans) {
    if (!loan.pledge) continue;
    const double pledged = loan.pledge->base.value() * spot + loan.pledge->quote.value();
    stand(pledged - loan.base_owed.value() * spot - loan.quote_owed.value(), {loan.protocol});
  }
  for (const book::Cover& cover : ground.held.covers) {
    const auto node = std::ranges::find(nodes, cover.protocol, &hedge::NodeExposure::node);
    if (node == nodes.end()) continue;
    const double paid = cover.claim.value() * (1 - cover.fails_with.value());
    node->covers.push_back({cover.limit, cover.deductible, paid});
  }
  return nodes;
}

Result<Usd> exit_within(const CapitalGround& ground, double slippage) {
  LEVEE_EXPECT(0 < slippage && slippage < 1);
  const market::Snapshot& snapshot = ground.standing.snapshot;
  const double price = snapshot.spot.value(), value = ground.value_usd();
  double liquidity = 0;
  if (snapshot.pool && snapshot.pool->active_liquidity) {
    liquidity = snapshot.pool->active_liquidity->value();
    // What stands in the pool already leaves with us; what is entered now is not in its record.
    for (const book::LpPosition& position : ground.held.positions) {
      const bool inside = position.range.bounds.lower < snapshot.spot &&
                          snapshot.spot < position.range.bounds.upper;
      if (position.entry_at && inside) liquidity -= position.range.liquidity.value();
    }
  } else if (snapshot.depth && !snapshot.depth->empty()) {
    // As if it were spread over all prices: less than there is about the price.
    liquidity = snapshot.depth->value.back() / (2 * std::sqrt(price));
  } else {
    return fail(Reason::missing_data,
                "not known (neither the pool's liquidity nor its value locked is) give --pool or "
                "--pool-days");
  }
  const double tokens = std::max(0.0, liquidity) * slippage / ((1 - slippage) * std::sqrt(price));
  const double held = ground.position.total.base_tokens;
  if (!(held > 0)) return Usd{1e18};  // dollars already
  return Usd{tokens / held * value};
}

Result<market::Series> index_from(const MarketFlags& market, const CapitalFlags& flags,
                                  UnixSeconds at) {
  if (flags.index.empty()) {
    return fail(
        Reason::missing_data,
        "not known (no index to measure it against was given) give --index FILE of BTC's prices");
  }
  const bool capped = !flags.index_cap_usd.empty() || flags.index.size() > 1;
  if (capped && flags.index_cap_usd.size() != flags.index.size()) {
    return fail(Reason::bad_input, fmt::format("{} index_cap_usd for {} index (they go in pairs)",
                                               flags.index_cap_usd.size(), flags.index.size()));
  }
  const auto stale = market.stale_ok ? market::Stale::allow : market::Stale::refuse;
  std::vector<market::Series> read;
  for (const std::string& path : flags.index) {
    auto series = feed::read_history(path, {at, stale});
    if (!series) return series.error();
    read.push_back(*std::move(series));
  }
  if (!capped) return read.front();
  std::vector<risk::Capped> assets;
  for (std::size_t i = 0; i < read.size(); ++i) {
    const auto cap = number_in(flags.index_cap_usd[i], "index_cap_usd");
    if (!cap) return cap.error();
    assets.push_back({read[i], Usd{*cap}});
  }
  return risk::capped_index(assets);
}

Result<risk::BetaFit> base_beta(const CapitalGround& ground, const MarketFlags& market,
                                const CapitalFlags& flags) {
  const market::Snapshot& snapshot = ground.standing.snapshot;
  const auto index = index_from(market, flags, snapshot.at);
  if (!index) return index.error();
  if (!snapshot.history) {
    return fail(Reason::missing_data,
                "not known (no price history of the base was given) give --history");
  }
  return risk::beta_of(risk::paired_days(*snapshot.history, *index, snapshot.at),
                       {.half_life_days = flags.half_life_days});
}

double base_share(const CapitalGround& ground) {
  return ground.position.total.base_tokens * ground.standing.snapshot.spot.value() /
         ground.value_usd();
}

}  // namespace levee::api
