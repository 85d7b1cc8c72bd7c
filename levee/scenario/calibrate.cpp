// levee/scenario/calibrate.cpp — several assets and their surroundings, put together.
#include "levee/scenario/calibrate.h"

#include "levee/scenario/calibrate_asset.h"
#include "levee/scenario/draw.h"

#include <fmt/core.h>

namespace levee::scenario {
namespace {

Explain number(std::string name, double value, std::string unit, std::string formula,
               std::string source) {
  return {std::move(name), value, std::move(unit), std::move(formula), std::move(source), {}};
}

// Steps that all assets have; none where an asset has no prices.
History history_of(std::span<const View> views, const Window& window) {
  std::vector<Recorded> recorded;
  for (const View& view : views) {
    if (!view.snapshot.history) return {};
    recorded.push_back(
        {&*view.snapshot.history, view.snapshot.iv_index ? &*view.snapshot.iv_index : nullptr});
  }
  return joined(recorded, window, bootstrap_least);
}

Result<Done> find_dependence(std::span<const View> views, const Window& window,
                             Calibration& found) {
  std::vector<Recorded> recorded;
  for (const View& view : views) {
    if (!view.snapshot.history) {
      return fail(Reason::missing_data,
                  fmt::format("{}: no price history (how assets move together is unknown) give one",
                              view.snapshot.base));
    }
    recorded.push_back({&*view.snapshot.history});
  }
  auto dependence = dependence_of(joined(recorded, window, Seconds{0}));
  if (!dependence) return dependence.error();
  found.dependence = *std::move(dependence);
  for (std::size_t i = 1; i < views.size(); ++i) {
    const market::Snapshot& snapshot = views[i].snapshot;
    Explain told = number("correlation." + snapshot.base, found.dependence.correlation.row(0)[i],
                          "", "sin(pi / 2 * Kendall's tau) with the lead", found.dependence.source);
    told.inputs.push_back(number(told.name + ".standard_error", found.dependence.error.row(0)[i],
                                 "", "one standard error of the estimate",
                                 found.dependence.source));
    found.explain.inputs.push_back(std::move(told));
    found.explain.inputs.push_back(
        number("joins_jump." + snapshot.base, found.dependence.joins[i], "",
               fmt::format("share of the lead's {} jumps", found.dependence.jump_rows),
               found.dependence.source));
  }
  return Done{};
}

void find_linked(const market::Snapshot& snapshot, const CalibrationAsk& ask, Calibration& found) {
  const auto fit = [&](const std::optional<market::Series>& quantity, std::string_view name,
                       Seconds memory, Linked::Form form, std::optional<Linked>& into) {
    if (!quantity || !snapshot.history) return;
    auto linked = linked_fit({*quantity, *snapshot.history, snapshot.at - ask.history, snapshot.at,
                              ask.horizon, memory, form});
    if (!linked) {
      found.unknown.push_back(
          fail(linked.error().reason,
               fmt::format("{}: {}; it stays as it is", name, linked.error().message)));
      return;
    }
    auto& told = found.explain.inputs;
    const auto say = [&](std::string_view what, double value, double error) {
      told.push_back(number(fmt::format("{}.{}", name, what), value, "",
                            "mean over the horizon less now's, by regression", linked->source));
      told.back().inputs.push_back(number(told.back().name + ".standard_error", error, "",
                                          "windows side by side", linked->source));
    };
    say("on_return", linked->on_return, linked->on_return_error);
    say("on_size", linked->on_size, linked->on_size_error);
    say("reversion", linked->reversion, linked->reversion_error);
    into = *std::move(linked);
  };
  Surroundings& around = found.around;
  fit(snapshot.funding, "funding", days(3), Linked::Form::plain, around.funding);
  fit(snapshot.volume, "volume", days(7), Linked::Form::logarithmic, around.volume);
  fit(snapshot.depth, "depth", days(1), Linked::Form::logarithmic, around.depth);
  fit(snapshot.gas, "gas", days(3), Linked::Form::logarithmic, around.gas);
}

}  // namespace

Result<Calibration> calibrate(std::span<const View> views, const CalibrationAsk& ask) {
  LEVEE_EXPECT(!views.empty());
  Calibration found;
  found.at = views.front().snapshot.at;
  found.horizon = ask.horizon;
  found.explain.name = "calibration";
  found.explain.formula = "what the scenarios are drawn from";
  const Window window{found.at - ask.history, found.at};
  for (const View& view : views) {
    const bool is_lead = &view == &views.front();
    LEVEE_EXPECT(view.snapshot.at <= found.at);
    Explain aside;
    aside.name = view.snapshot.base;
    aside.formula = "an asset beside the lead";
    Told told{is_lead ? found.explain : aside, found.unknown,
              is_lead ? "" : view.snapshot.base + ": "};
    auto law = calibrate_asset(view, ask, found.at, told);
    if (!law) return law.error();
    found.assets.push_back(*std::move(law));
    if (!is_lead) found.explain.inputs.push_back(std::move(aside));
  }
  found.history = history_of(views, window);
  if (views.size() == 1) {
    found.dependence = *dependence_of(
        {.step = {}, .at = {}, .run_starts = {}, .assets = {{}}, .knows_vol = {false}});
  } else if (const auto done = find_dependence(views, window, found); !done) {
    return done.error();
  }
  find_linked(views.front().snapshot, ask, found);
  found.around.peg = views.front().snapshot.depeg;
  found.around.reaction = views.front().snapshot.reaction;
  return found;
}

Result<Calibration> calibrate(const market::Snapshot& snapshot, const option::Surface& surface,
                              const CalibrationAsk& ask) {
  const View view{snapshot, &surface};
  return calibrate({&view, 1}, ask);
}

std::string_view name_of(Measure measure) {
  switch (measure) {
    case Measure::real_world:
      return "real_world";
    case Measure::market_implied:
      return "market_implied";
    case Measure::replayed:
      return "replayed";
  }
  return "";
}

double variance_share(const AssetLaw& asset, Seconds horizon, Seconds at) {
  Seconds before{0};
  double share = 0;
  for (const ClockKnot& knot : asset.clock) {
    if (at <= knot.at) {
      const double part = years(at - before).value() / years(knot.at - before).value();
      return share + part * (knot.share - share);
    }
    before = knot.at, share = knot.share;
  }
  return years(at).value() / years(horizon).value();
}

}  // namespace levee::scenario
