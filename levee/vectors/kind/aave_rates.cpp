// levee/vectors/kind/aave_rates.cpp — single answers of Aave v3's interest rate strategy.
#include "levee/lend/interest.h"
#include "levee/vectors/kind.h"
#include "levee/vectors/value.h"

#include <optional>
#include <utility>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

constexpr std::string_view schema = "levee-aave-rates/1";

lend::RateCurve curve_of(Value fields) {
  const auto rate = [&](std::string_view name) { return fields.take(name).natural(256); };
  lend::RateCurve curve;
  curve.optimal_usage = rate("optimalUsageRatio");
  curve.base = rate("baseVariableBorrowRate");
  curve.slope1 = rate("variableRateSlope1");
  curve.slope2 = rate("variableRateSlope2");
  curve.stable_slope1 = rate("stableRateSlope1");
  curve.stable_slope2 = rate("stableRateSlope2");
  curve.stable_offset = rate("baseStableRateOffset");
  curve.stable_excess_offset = rate("stableRateExcessOffset");
  curve.optimal_stable_share = rate("optimalStableToTotalDebtRatio");
  fields.finish();
  return curve;
}

lend::RateAsk ask_of(Value in) {
  const auto number = [&](std::string_view name) { return in.take(name).natural(256); };
  lend::RateAsk ask;
  ask.available = number("availableBefore");
  ask.added = number("liquidityAdded");
  ask.taken = number("liquidityTaken");
  ask.variable_debt = number("totalVariableDebt");
  ask.stable_debt = number("totalStableDebt");
  ask.average_stable_rate = number("averageStableBorrowRate");
  ask.unbacked = number("unbacked");
  ask.reserve_factor = number("reserveFactor");
  in.finish();
  return ask;
}

std::vector<lend::RateCurve> curves_of(Value header) {
  header.take("kind");
  header.take("note");
  if (header.take("schema").text() != schema) header.complain("is of another schema");
  std::vector<lend::RateCurve> curves;
  for (Value& strategy : header.take("strategies").items()) {
    curves.push_back(curve_of(std::move(strategy)));
  }
  header.finish();
  return curves;
}

std::string shown(const std::optional<lend::Rates>& rates) {
  if (!rates) return "refused \"\"";
  return fmt::format("{} {} {}", decimal_text(rates->liquidity), decimal_text(rates->stable),
                     decimal_text(rates->variable));
}

std::string recorded(Value& line) {
  if (line.has("err")) return fmt::format("refused \"{}\"", line.take("err").text());
  std::string text;
  for (const Value& rate : line.take("out").items()) {
    text += (text.empty() ? "" : " ") + decimal_text(rate.natural(256));
  }
  return text;
}

void judge_line(std::span<const lend::RateCurve> curves, Value& line, Trial& trial) {
  if (line.take("f").text() != "calculateInterestRates") line.complain("asks what nobody judges");
  const auto strategy = line.take("strategy").number<std::uint8_t>();
  if (strategy >= curves.size()) return line.complain("names a strategy the header lacks");
  const auto rates = lend::rates_of(curves[strategy], ask_of(line.take("in")));
  trial.expect("rates", shown(rates), recorded(line));
  line.finish();
}

bool knows(std::string_view first_line) {
  return first_line.find(schema) != std::string_view::npos;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  std::vector<lend::RateCurve> curves;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    Reading reading(file.path, i + 1);
    Value line(file.lines[i], reading);
    if (i == 0) {
      curves = curves_of(std::move(line));
    } else {
      trial.begin(i + 1, file.lines[i]);
      judge_line(curves, line, trial);
    }
    if (!reading.sound()) return reading.outcome();
  }
  return Done{};
}

}  // namespace

namespace kind {
Entry aave_rates() {
  return {"aave_rates", "Aave v3 interest rate strategy: single calls", knows, judge};
}
}  // namespace kind

}  // namespace levee::vectors
