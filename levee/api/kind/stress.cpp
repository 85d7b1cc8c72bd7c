// levee/api/kind/stress.cpp — a book under moves by hand, the nearest dear moves, past crises.
#include "levee/api/beside_ask.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/book/position.h"
#include "levee/feed/series_file.h"
#include "levee/hedge/candidate.h"
#include "levee/report/stress_page.h"
#include "levee/risk/reverse_stress.h"
#include "levee/scenario/crisis.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

constexpr double reach = 6;

struct Ask {
  std::vector<std::string> crisis;
  MarketFlags market;
  BesideFlags beside;
  std::string spot_percent = "-60,-40,-20,-10,0,10,20,50,100";
  std::string vol_factor = "0.5,0.75,1,1.5,2";
  std::string days = "0,7";
  std::string crisis_from, crisis_to;
  std::vector<std::string> crisis_history, crisis_iv_index;
  double cost_percent = 10;
  std::optional<double> horizon_days;
  std::string report;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("crisis", self.crisis, "past crisis to lay onto today; all that the history holds");
    MarketFlags::fields(self.market, visit);
    BesideFlags::fields(self.beside, visit);
    visit("spot_percent", self.spot_percent, "changes of the base asset's price");
    visit("vol_factor", self.vol_factor, "implied volatilities over now's");
    visit("days", self.days, "after the move; the horizon is added");
    visit("crisis_from", self.crisis_from, "first moment of a window of your own, UTC");
    visit("crisis_to", self.crisis_to, "its last");
    visit("crisis_history", self.crisis_history,
          "prices that crises are taken from, the base's first; the market's history");
    visit("crisis_iv_index", self.crisis_iv_index, "their volatility indices; the market's");
    visit("cost_percent", self.cost_percent, "of the book's worth: find the nearest move");
    visit("horizon_days", self.horizon_days, "of crises and of the law of moves (the policy's)");
    visit("report", self.report, "write it as a self-contained web page to this file");
  }
};

Seconds span_of(double length_days) {
  return Seconds{static_cast<std::int64_t>(std::llround(length_days * 86400))};
}

// What an axis accepts.
struct Axis {
  std::string_view name;
  double above, most;
};

// "1,2,3" as numbers, ascending, each once.
Result<std::vector<double>> axis_from(const std::string& text, const Axis& axis) {
  std::vector<double> values;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    double value = 0;
    const auto read = detail::read_into(value, text.substr(begin, end - begin), axis.name);
    if (!read) return read.error();
    if (!(value > axis.above && value <= axis.most)) {
      return fail(Reason::out_of_range, fmt::format("{} {} (must lie in ({}, {}])", axis.name,
                                                    value, axis.above, axis.most));
    }
    values.push_back(value);
    begin = end + 1;
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (values.size() <= 200) return values;
  return fail(Reason::out_of_range,
              fmt::format("{} of {} values (at most 200)", axis.name, values.size()));
}

struct Axes {
  std::vector<double> percent, vol, days;
};

risk::StressGrid grid_of(const Axes& axes) {
  risk::StressGrid made{.spot = {}, .vol = axes.vol, .elapsed = {}};
  for (const double change : axes.percent) made.spot.push_back(1 + change / 100);
  for (const double length : axes.days) made.elapsed.push_back(span_of(length));
  return made;
}

Result<Axes> axes_of(const Ask& ask, double horizon_days) {
  if (!(ask.cost_percent > 0 && ask.cost_percent <= 1e6)) {
    return fail(Reason::out_of_range, "cost_percent (must lie in (0, 1000000])");
  }
  auto percent = axis_from(ask.spot_percent, {"spot_percent", -100, 1e6});
  if (!percent) return percent.error();
  auto vol = axis_from(ask.vol_factor, {"vol_factor", 0, 100});
  if (!vol) return vol.error();
  auto length = axis_from(ask.days, {"days", -1e-9, 3650});
  if (!length) return length.error();
  if (std::ranges::count(*length, horizon_days) == 0) length->push_back(horizon_days);
  std::sort(length->begin(), length->end());
  return Axes{*std::move(percent), *std::move(vol), *std::move(length)};
}

// Everything that the parts of the answer are worked out from.
struct Work {
  const Ask& ask;
  const Standing& standing;
  const risk::BookInMarket& held;
  const scenario::Calibration& calibration;
  const BesideMarkets& beside;
  const parallel::Team& team;

  std::vector<Seconds> dates() const {
    std::vector<book::Instrument> instruments;
    for (const book::Lot& lot : held.book.lots) instruments.push_back(lot.instrument);
    return risk::dates_for(instruments, held.snapshot.at, calibration.horizon);
  }
  Result<std::vector<double>> losses(const scenario::ScenarioSet& set) const {
    auto table =
        risk::loss_table(held.book, held.fees,
                         {held.snapshot, held.surface, set, held.funding, 0, held.beside}, team);
    if (!table) return table.error();
    return std::move(table->total);
  }
};

Result<Done> add_grid(const Work& w, const Axes& axes, report::StressTold& told) {
  const auto table = risk::stressed(w.held, grid_of(axes), w.team);
  if (!table) return table.error();
  told.worth_usd = table->worth.value();
  for (const double change : axes.percent) told.spot_change.push_back(change / 100);
  for (std::size_t e = 0; e < axes.days.size(); ++e) {
    report::StressDay day{axes.days[e], {}};
    for (std::size_t v = 0; v < axes.vol.size(); ++v) {
      const auto row = table->change[e].row(v);
      day.rows.push_back({axes.vol[v], {row.begin(), row.end()}});
    }
    told.grid.push_back(std::move(day));
  }
  const auto& worst = table->worst;
  told.worst = {axes.days[worst.elapsed],
                axes.vol[worst.vol],
                told.spot_change[worst.spot],
                worst.change.value(),
                {}};
  for (const auto& [name, change] : table->by_holding)
    told.worst.holdings.push_back({name, change});
  return Done{};
}

std::vector<report::MoveTold> moves_told(const risk::MoveLaw& law,
                                         const std::vector<double>& deviations) {
  const risk::Shock shock = law.at(deviations);
  std::vector<report::MoveTold> told{{law.assets[0].name, shock.lead.spot - 1, shock.lead.vol}};
  for (std::size_t i = 1; i < law.assets.size(); ++i) {
    told.push_back({law.assets[i].name, shock.others[i - 1].spot - 1, shock.others[i - 1].vol});
  }
  return told;
}

std::optional<report::NearestTold> nearest_told(const risk::MoveLaw& law,
                                                const std::optional<risk::NearestMove>& found) {
  if (!found) return std::nullopt;
  return report::NearestTold{found->distance, -found->loss.value(), found->beyond.value(),
                             found->as_far.value(), moves_told(law, found->deviations)};
}

// How many drawn paths lose as much: what the normal law leaves out shows here.
Result<Done> add_drawn(const Work& w, report::ReverseTold& told) {
  const hedge::Policy& policy = w.standing.policy;
  const scenario::Recipe recipe{.calibration = w.calibration,
                                .measure = scenario::Measure::real_world,
                                .dates = w.dates(),
                                .protocols = w.held.snapshot.protocols,
                                .paths = static_cast<std::size_t>(policy.paths_choose),
                                .seed = static_cast<std::uint64_t>(policy.seed),
                                .block = span_of(policy.block_days)};
  const auto set = scenario::generate(policy.scenarios, recipe, w.team);
  if (!set) return set.error();
  const auto losses = w.losses(*set);
  if (!losses) return losses.error();
  const auto count = static_cast<double>(losses->size());
  const auto beyond = std::ranges::count_if(*losses, [&](double x) { return x >= told.cost_usd; });
  const double share = static_cast<double>(beyond) / count;
  told.drawn_kind = set->kind;
  told.drawn_paths = count;
  told.drawn_share = share;
  told.drawn_share_se = std::sqrt(share * (1 - share) / count);
  return Done{};
}

Result<Done> add_reverse(const Work& w, report::StressTold& told) {
  if (!(told.worth_usd > 0)) {
    told.unknown.push_back({"the smallest move that costs a share of the book", "out_of_range",
                            "the book is worth nothing, or less (there is no share of it)"});
    return Done{};
  }
  report::ReverseTold reverse;
  reverse.cost_usd = w.ask.cost_percent / 100 * told.worth_usd;
  reverse.reach = reach;
  const risk::MoveLaw law = risk::move_law(w.calibration);
  const auto found = risk::reverse_stressed(
      w.held, law, {.factors = law.factors, .loss = Usd{reverse.cost_usd}, .reach = reach}, w.team);
  if (!found) return found.error();
  reverse.down = nearest_told(law, found->down);
  reverse.up = nearest_told(law, found->up);
  reverse.worst_usd = -found->worst.value();
  reverse.worst_moves = moves_told(law, found->worst_at);
  if (const auto drawn = add_drawn(w, reverse); !drawn) {
    told.unknown.push_back({"drawn paths that lose as much",
                            std::string(name_of(drawn.error().reason)), drawn.error().message});
  }
  told.reverse = std::move(reverse);
  return Done{};
}

// What past crises are read off.
struct Records {
  std::deque<market::Series> held{};
  std::vector<scenario::Recorded> each{};  // [assets]
};

Result<Records> records_of(const Work& w) {
  Records records;
  const std::size_t assets = w.calibration.assets.size();
  if (std::max(w.ask.crisis_history.size(), w.ask.crisis_iv_index.size()) > assets) {
    return fail(Reason::bad_input, "more crisis_history or crisis_iv_index than assets");
  }
  const feed::SeriesAsk whole{w.held.snapshot.at, market::Stale::allow};
  for (std::size_t i = 0; i < assets; ++i) {
    const market::Snapshot& snapshot = i == 0 ? w.held.snapshot : w.beside.snapshots[i - 1];
    scenario::Recorded one{nullptr, nullptr};
    if (i < w.ask.crisis_history.size()) {
      auto prices = feed::read_history(w.ask.crisis_history[i], whole);
      if (!prices) return prices.error();
      one.prices = &records.held.emplace_back(*std::move(prices));
    } else if (snapshot.model_made) {
      return fail(Reason::missing_data,
                  "the market's prices were made by a model (no crisis is in them) give real ones: "
                  "--crisis-history FILE");
    } else if (snapshot.history) {
      one.prices = &*snapshot.history;
    } else {
      return fail(Reason::missing_data,
                  fmt::format("no prices of {} (give --crisis-history FILE)", snapshot.base));
    }
    if (i < w.ask.crisis_iv_index.size()) {
      auto index = feed::read_iv_index(w.ask.crisis_iv_index[i], whole);
      if (!index) return index.error();
      one.iv_index = &records.held.emplace_back(*std::move(index));
    } else if (snapshot.iv_index) {
      one.iv_index = &*snapshot.iv_index;
    }
    records.each.push_back(one);
  }
  return records;
}

Result<report::CrisisTold> crisis_told(const Work& w, const Records& records,
                                       const scenario::Crisis& crisis, scenario::Scale scale) {
  const auto replay = scenario::replayed({.calibration = w.calibration,
                                          .record = records.each,
                                          .crisis = crisis,
                                          .dates = w.dates(),
                                          .protocols = w.held.snapshot.protocols.size(),
                                          .scale = scale});
  if (!replay) return replay.error();
  auto losses = w.losses(replay->set);
  if (!losses) return losses.error();
  const auto worst = static_cast<std::size_t>(std::ranges::max_element(*losses) - losses->begin());
  const scenario::AssetPaths& lead = replay->set.lead();
  double lowest = 1;
  const double now = w.held.snapshot.spot.value();
  for (std::size_t date = 0; date < replay->set.dates.size(); ++date) {
    lowest = std::min(lowest, lead.spot.row(date)[worst] / now);
  }
  report::CrisisTold told{
      .name = crisis.name,
      .about = crisis.about,
      .from = text_of(crisis.window.from),
      .to = text_of(crisis.window.to),
      .scale = scale == scenario::Scale::as_it_was ? "as_it_was" : "to_today",
      .factor = replay->factor[0],
      .paths = static_cast<double>(replay->set.paths()),
      .worst_usd = -(*losses)[worst],
      .median_usd = 0,
      .worst_start = text_of(replay->start[worst]),
      .spot_change = lead.spot.row(replay->set.dates.size() - 1)[worst] / now - 1,
      .lowest_spot = lowest,
      .vol_factor = std::exp(lead.level[worst]),
      .vol_recorded = replay->vol_recorded[0][worst]};
  const auto middle = losses->begin() + static_cast<std::ptrdiff_t>(losses->size() / 2);
  std::nth_element(losses->begin(), middle, losses->end());
  told.median_usd = 0 - *middle;
  return told;
}

Result<std::vector<scenario::Crisis>> asked_for(const Ask& ask) {
  std::vector<scenario::Crisis> list;
  for (const std::string& name : ask.crisis) {
    auto crisis = scenario::crisis_named(name);
    if (!crisis) return crisis.error();
    list.push_back(*std::move(crisis));
  }
  if (ask.crisis_from.empty() != ask.crisis_to.empty()) {
    return fail(Reason::bad_input, "crisis_from and crisis_to go together (give both, or neither)");
  }
  if (ask.crisis_from.empty()) return list;
  const auto from = moment_from(ask.crisis_from);
  if (!from) return fail(from.error().reason, "--crisis-from: " + from.error().message);
  const auto to = moment_from(ask.crisis_to, DayEdge::last_second);
  if (!to) return fail(to.error().reason, "--crisis-to: " + to.error().message);
  list.push_back({"your window", "A window of your own.", {*from, *to}});
  return list;
}

// Crises that were asked for must be there; of all others, those that the record holds are told.
Result<Done> add_crises(const Work& w, report::StressTold& told) {
  const auto asked = asked_for(w.ask);
  if (!asked) return asked.error();
  const bool by_name = !asked->empty();
  const auto records = records_of(w);
  if (!records && (by_name || !w.ask.crisis_history.empty())) return records.error();
  if (!records) {
    told.unknown.push_back(
        {"past crises", std::string(name_of(records.error().reason)), records.error().message});
    return Done{};
  }
  const auto known = scenario::known_crises();
  const std::vector<scenario::Crisis> list =
      by_name ? *asked : std::vector<scenario::Crisis>(known.begin(), known.end());
  std::string missed;
  for (const scenario::Crisis& crisis : list) {
    for (const auto scale : {scenario::Scale::as_it_was, scenario::Scale::to_today}) {
      auto one = crisis_told(w, *records, crisis, scale);
      if (one) {
        told.crises.push_back(*std::move(one));
        continue;
      }
      if (by_name) return one.error();
      if (scale == scenario::Scale::as_it_was) missed += (missed.empty() ? "" : ", ") + crisis.name;
    }
  }
  if (!missed.empty()) {
    told.unknown.push_back(
        {missed, std::string(name_of(Reason::missing_data)),
         fmt::format("{} does not hold them whole (--crisis-history takes a longer one)",
                     records->each.front().prices->source)});
  }
  return Done{};
}

std::vector<std::string> assumptions_of(const Work& w, bool fees_known) {
  const auto& snapshot = w.held.snapshot;
  std::vector<std::string> list;
  list.emplace_back(
      "Every holding is priced anew, nothing by Greeks. In the grid the price jumps at once and "
      "stays, every volatility is multiplied alike, and other assets stay where they are.");
  list.push_back(fees_known
                     ? "Positions earn fees at today's rate while in range, also in a crisis."
                     : "No fees are counted: none are known.");
  list.emplace_back(
      "Nothing is traded on the way. No protocol fails and no peg breaks in the grid "
      "and in past crises; drawn paths have both as configured.");
  list.push_back(fmt::format(
      "The law of moves: volatility forecast {:.1f} % (of {}), moves of volatility from {}.",
      100 * w.calibration.lead().forecast.value(), snapshot.base,
      w.calibration.lead().moves_source));
  return list;
}

struct Read {
  Standing standing;
  BesideMarkets beside;
  option::Surface surface;
  risk::FeeForecast fees;
  std::vector<risk::Beside> others;
};

Result<Done> read_others(const Ask& ask, Read& read) {
  auto beside =
      beside_from(ask.beside, ask.market.stale_ok ? market::Stale::allow : market::Stale::refuse,
                  read.standing.snapshot);
  if (!beside) return beside.error();
  read.beside = *std::move(beside);
  auto others = priced_beside(read.beside);
  if (!others) return others.error();
  read.others = *std::move(others);
  return Done{};
}

Result<Done> read_fees(Read& read) {
  const auto& [snapshot, book, policy] = read.standing;
  if (book.positions.empty()) return Done{};
  auto position = book::value_positions(
      book, snapshot, read.surface, {span_of(policy.horizon_days), span_of(policy.realised_days)});
  if (!position) return position.error();
  read.fees = std::move(position->fees_usd_per_day);
  return Done{};
}

Result<scenario::Calibration> calibrated(const Read& read) {
  const hedge::Policy& policy = read.standing.policy;
  std::vector<scenario::View> views{{read.standing.snapshot, &read.surface}};
  for (const risk::Beside& one : read.others) views.push_back({one.snapshot, &one.surface});
  return scenario::calibrate(views, {.horizon = span_of(policy.horizon_days),
                                     .variance_weight_implied = policy.variance_weight_implied,
                                     .history = span_of(policy.history_days),
                                     .realised = span_of(policy.realised_days),
                                     .iv_beta_assumed = policy.iv_beta_assumed,
                                     .iv_residual_assumed = policy.iv_residual_assumed,
                                     .iv_tenor_power = policy.iv_tenor_power});
}

Result<report::StressTold> told_of(const Work& w, const Axes& axes, Progress& progress) {
  const market::Snapshot& snapshot = w.held.snapshot;
  report::StressTold told;
  told.at = text_of(snapshot.at);
  told.base = snapshot.base;
  told.quote = snapshot.quote;
  told.source = snapshot.source;
  told.model_made = snapshot.model_made;
  told.spot_usd = snapshot.spot.value();
  told.horizon_days = w.standing.policy.horizon_days;
  told.seed = w.standing.policy.seed;
  progress.enter("grid");
  if (const auto done = add_grid(w, axes, told); !done) return done.error();
  progress.enter("nearest moves");
  if (const auto done = add_reverse(w, told); !done) return done.error();
  progress.enter("crises");
  if (const auto done = add_crises(w, told); !done) return done.error();
  for (const Error& error : w.calibration.unknown) {
    told.unknown.push_back({"calibration", std::string(name_of(error.reason)), error.message});
  }
  const bool fees_known = std::ranges::any_of(w.held.fees, [](const auto& fee) { return fee > 0; });
  told.assumptions = assumptions_of(w, fees_known);
  return told;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (const auto asked = asked_for(*ask); !asked) return asked.error();
  progress.enter("reading");
  auto standing = standing_from(ask->market);
  if (!standing) return standing.error();
  standing->policy.horizon_days = ask->horizon_days.value_or(standing->policy.horizon_days);
  if (const auto sound = hedge::check(standing->policy); !sound) return sound.error();
  const auto axes = axes_of(*ask, standing->policy.horizon_days);
  if (!axes) return axes.error();
  auto surface = market::surface_of(standing->snapshot);
  if (!surface) return surface.error();
  Read read{*std::move(standing), {}, *std::move(surface), {}, {}};
  if (const auto done = read_others(*ask, read); !done) return done.error();
  if (const auto done = read_fees(read); !done) return done.error();
  progress.enter("calibration");
  const auto calibration = calibrated(read);
  if (!calibration) return calibration.error();
  const market::Snapshot& snapshot = read.standing.snapshot;
  const risk::BookInMarket held{read.standing.book,
                                read.fees,
                                snapshot,
                                read.surface,
                                hedge::expected_funding(snapshot).value_or(Rate{0}),
                                read.others};
  const parallel::Team team(wish.threads);
  const auto told =
      told_of({*ask, read.standing, held, *calibration, read.beside, team}, *axes, progress);
  if (!told) return told.error();
  Reply reply{
      .json = json_of(*told),
      .text = report::stress_text(*told, wish.colour ? report::Colour::on : report::Colour::off),
      .files = {}};
  if (!ask->report.empty()) reply.files.push_back({ask->report, report::stress_page(*told)});
  return reply;
}

}  // namespace

Entry stress() {
  return {.name = "stress",
          .about = "Revalue a book under moves of your choice, the nearest dear ones, past crises.",
          .fields = fields_of<Ask>,
          .run = run};
}

}  // namespace levee::api::kind
