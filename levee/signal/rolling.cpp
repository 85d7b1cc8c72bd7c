#include "levee/signal/rolling.h"

#include "levee/base/check.h"

#include <algorithm>
#include <cmath>

namespace levee::signal {
namespace {

constexpr double nothing = 1e-12;  // of values of the order of one: what rounding leaves
constexpr Seconds hole = days(4);

}  // namespace

double mean_of(std::span<const double> values) {
  LEVEE_EXPECT(!values.empty());
  double sum = 0;
  for (const double x : values) sum += x - values.front();
  return values.front() + sum / static_cast<double>(values.size());
}

double deviation_of(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double mean = mean_of(values);
  double squares = 0;
  for (const double x : values) squares += (x - mean) * (x - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double quantile_of(std::span<const double> ascending, double probability) {
  LEVEE_EXPECT(!ascending.empty() && probability >= 0 && probability <= 1);
  const auto count = static_cast<double>(ascending.size());
  const double place = std::clamp(probability * count - 0.5, 0.0, count - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 == ascending.size()) return ascending.back();
  const double part = place - static_cast<double>(below);
  return ascending[below] + part * (ascending[below + 1] - ascending[below]);
}

double rank_of(std::span<const double> ascending, double x) {
  LEVEE_EXPECT(!ascending.empty());
  const auto [from, to] = std::equal_range(ascending.begin(), ascending.end(), x);
  const auto below = static_cast<double>(from - ascending.begin());
  const auto count = static_cast<double>(ascending.size());
  if (from != to) return (below + static_cast<double>(to - from) / 2) / count;
  if (from == ascending.begin()) return 0;
  if (from == ascending.end()) return 1;
  const double part = (x - from[-1]) / (*from - from[-1]);
  return (below - 0.5 + part) / count;
}

std::span<const double> last(std::span<const double> values, std::size_t index, std::size_t count) {
  LEVEE_EXPECT(index < values.size());
  const std::size_t taken = std::min(count, index + 1);
  return values.subspan(index + 1 - taken, taken);
}

double z_of_last(std::span<const double> window) {
  LEVEE_EXPECT(!window.empty());
  return ratio_or_zero(window.back() - mean_of(window), deviation_of(window));
}

double ratio_or_zero(double a, double b) { return std::abs(b) > nothing ? a / b : 0; }

std::vector<double> exponential_mean(std::span<const double> values, std::size_t bars) {
  LEVEE_EXPECT(bars >= 1);
  if (values.size() < bars) return {};
  const double alpha = 2 / (static_cast<double>(bars) + 1);
  std::vector<double> means{mean_of(values.first(bars))};
  means.reserve(values.size() - bars + 1);
  for (const double x : values.subspan(bars)) {
    means.push_back(means.back() + alpha * (x - means.back()));
  }
  return means;
}

std::vector<double> relative_strength(std::span<const double> values, std::size_t bars) {
  LEVEE_EXPECT(bars >= 1);
  std::vector<double> strengths;
  double gain = 0, loss = 0;
  const auto count = static_cast<double>(bars);
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double up = std::max(0.0, values[i] - values[i - 1]);
    const double down = std::max(0.0, values[i - 1] - values[i]);
    if (i <= bars) {
      gain += up / count;
      loss += down / count;
    } else {
      gain += (up - gain) / count;
      loss += (down - loss) / count;
    }
    if (i >= bars) strengths.push_back(gain + loss > 0 ? 100 * gain / (gain + loss) : 50);
  }
  return strengths;
}

std::vector<Run> runs_of(const market::Series& days) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < days.at.size(); ++i) {
    if (i == 0 || days.at[i] - days.at[i - 1] > hole) runs.push_back({i, 0});
    ++runs.back().count;
  }
  return runs;
}

std::optional<double> value_on(const market::Series& days, UnixSeconds at) {
  const auto found = std::lower_bound(days.at.begin(), days.at.end(), at);
  if (found == days.at.end() || *found != at) return {};
  return days.value[static_cast<std::size_t>(found - days.at.begin())];
}

market::Series realised_days(const market::Series& prices, std::size_t bars) {
  LEVEE_EXPECT(bars >= 1);
  market::Series vols{.at = {}, .value = {}, .step = days(1), .source = prices.source};
  for (const Run& run : runs_of(prices)) {
    std::vector<double> squares;
    for (std::size_t i = run.first + 1; i < run.first + run.count; ++i) {
      // A day or two left out make one longer return, of its share a day.
      const double move = std::log(prices.value[i] / prices.value[i - 1]);
      squares.push_back(move * move / in_days(prices.at[i] - prices.at[i - 1]));
      if (squares.size() < bars) continue;
      vols.at.push_back(prices.at[i]);
      vols.value.push_back(std::sqrt(mean_of(last(squares, squares.size() - 1, bars)) * 365));
    }
  }
  return vols;
}

market::Series strength_days(const market::Series& prices, std::size_t bars) {
  market::Series strengths{.at = {}, .value = {}, .step = days(1), .source = prices.source};
  std::vector<double> logs;
  for (const double price : prices.value) logs.push_back(std::log(price));
  for (const Run& run : runs_of(prices)) {
    const auto found = relative_strength(std::span(logs).subspan(run.first, run.count), bars);
    for (std::size_t i = 0; i < found.size(); ++i) {
      strengths.at.push_back(prices.at[run.first + bars + i]);
      strengths.value.push_back(found[i]);
    }
  }
  return strengths;
}

PairedDays paired(const market::Series& first, const market::Series& second) {
  PairedDays pairs;
  for (std::size_t i = 0, j = 0; i < first.at.size() && j < second.at.size();) {
    if (first.at[i] < second.at[j]) {
      ++i;
    } else if (second.at[j] < first.at[i]) {
      ++j;
    } else {
      pairs.at.push_back(first.at[i]);
      pairs.first.push_back(first.value[i++]);
      pairs.second.push_back(second.value[j++]);
    }
  }
  return pairs;
}

}  // namespace levee::signal
