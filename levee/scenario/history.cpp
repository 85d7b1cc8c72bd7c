// levee/scenario/history.cpp — returns of several series, brought to spacing steps.
#include "levee/scenario/history.h"

#include "levee/scenario/vol_fit.h"

#include <algorithm>

namespace levee::scenario {
namespace {

using Returns = std::vector<market::Return>;

Returns moves_of(const market::Series& series, const Window& window, Seconds step) {
  return series.step == step ? market::returns_of(series, window.from, window.to)
                             : daily_returns(series, window.from, window.to);
}

// Keeps of `kept` the moments at which `moves` has a return too.
void keep_shared(std::vector<UnixSeconds>& kept, const Returns& moves) {
  auto move = moves.begin();
  std::erase_if(kept, [&](UnixSeconds at) {
    while (move != moves.end() && move->at < at) ++move;
    return move == moves.end() || move->at != at;
  });
}

std::vector<LogReturn> at_moments(const std::vector<UnixSeconds>& at, const Returns& moves) {
  std::vector<LogReturn> found;
  auto move = moves.begin();
  for (const UnixSeconds moment : at) {
    while (move->at < moment) ++move;
    found.push_back(move->value);
  }
  return found;
}

enum class Index { used, left_aside };

History joined_by(std::span<const Recorded> assets, const Window& window, Seconds step,
                  Index index) {
  History history;
  history.step = step;
  std::vector<Returns> prices, vols;
  for (const Recorded& asset : assets) {
    const bool knows = asset.iv_index != nullptr && index == Index::used;
    prices.push_back(moves_of(*asset.prices, window, step));
    vols.push_back(knows ? moves_of(*asset.iv_index, window, step) : Returns{});
    history.knows_vol.push_back(!vols.back().empty());
  }
  for (const market::Return& r : prices.front()) history.at.push_back(r.at);
  for (std::size_t i = 0; i < assets.size(); ++i) {
    keep_shared(history.at, prices[i]);
    if (history.knows_vol[i]) keep_shared(history.at, vols[i]);
  }
  for (std::size_t row = 0; row < history.rows(); ++row) {
    const bool follows = row > 0 && history.at[row] - history.at[row - 1] == step;
    if (!follows) history.run_starts.push_back(row);
  }
  for (std::size_t i = 0; i < assets.size(); ++i) {
    const auto price = at_moments(history.at, prices[i]);
    const auto vol = history.knows_vol[i] ? at_moments(history.at, vols[i])
                                          : std::vector<LogReturn>(history.rows(), LogReturn{0});
    auto& rows = history.assets.emplace_back();
    for (std::size_t row = 0; row < history.rows(); ++row) rows.push_back({price[row], vol[row]});
  }
  return history;
}

}  // namespace

History joined(std::span<const Recorded> assets, const Window& window, Seconds least) {
  LEVEE_EXPECT(!assets.empty());
  const Seconds step = assets.front().prices->step;
  const bool one_spacing = std::all_of(assets.begin(), assets.end(), [&](const Recorded& asset) {
    return asset.prices->step == step;
  });
  const bool index_too = std::all_of(assets.begin(), assets.end(), [&](const Recorded& asset) {
    return !asset.iv_index || asset.iv_index->step == step;
  });
  const Seconds spacing = one_spacing ? step : days(1);
  const Seconds with_index = one_spacing && index_too ? step : days(1);
  const History with = joined_by(assets, window, with_index, Index::used);
  const History without = joined_by(assets, window, spacing, Index::left_aside);
  const double covered = static_cast<double>(with.rows()) * in_days(with_index);
  const double whole = static_cast<double>(without.rows()) * in_days(spacing);
  return covered >= in_days(least) && 2 * covered >= whole ? with : without;
}

History by_days(const History& history) {
  const std::int64_t day = days(1).value(), step = history.step.value();
  if (step == day || history.rows() == 0) return history;
  LEVEE_EXPECT(0 < step && day % step == 0);
  History daily{days(1),
                {},
                {},
                std::vector<std::vector<HistoryStep>>(history.assets.size()),
                history.knows_vol};
  const auto parts = static_cast<std::size_t>(day / step);
  for (std::size_t row = 0; row < history.rows(); ++row) {
    const bool ends_a_day = history.at[row].value() % day == 0;
    if (!ends_a_day || row + 1 < parts) continue;
    const std::size_t begin = row + 1 - parts;
    if (history.at[row] - history.at[begin] != Seconds{day - step}) continue;
    const bool follows = !daily.at.empty() && history.at[row] - daily.at.back() == days(1);
    if (!follows) daily.run_starts.push_back(daily.at.size());
    daily.at.push_back(history.at[row]);
    for (std::size_t i = 0; i < history.assets.size(); ++i) {
      HistoryStep sum{LogReturn{0}, LogReturn{0}};
      for (std::size_t part = begin; part <= row; ++part) {
        const HistoryStep& one = history.assets[i][part];
        sum = {sum.price + one.price, sum.vol + one.vol};
      }
      daily.assets[i].push_back(sum);
    }
  }
  return daily;
}

}  // namespace levee::scenario
