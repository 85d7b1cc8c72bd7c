// levee/vectors/kind/aave.cpp — traces of an Aave v3 market.
#include "levee/lend/market.h"
#include "levee/vectors/kind.h"
#include "levee/vectors/value.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

using lend::Market;

constexpr std::string_view schema = "levee-aave-trace/1";

Address actor(std::uint8_t index) { return {{index}}; }

lend::RateCurve curve_of(Value fields) {
  const auto rate = [&](std::string_view name) { return fields.take(name).natural(128); };
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

lend::ReserveTerms terms_of(Value& reserve) {
  const auto points = [&](std::string_view name) {
    return reserve.take(name).number<std::uint32_t>(16);
  };
  lend::ReserveTerms terms;
  terms.name = reserve.take("name").text();
  terms.decimals = reserve.take("decimals").number<std::uint8_t>();
  terms.ltv = points("ltv");
  terms.threshold = points("liquidationThreshold");
  terms.bonus = points("liquidationBonus");
  terms.reserve_factor = points("reserveFactor");
  terms.curve = curve_of(reserve.take("strategy"));
  if (terms.decimals > 38 || terms.reserve_factor > lend::whole_percentage ||
      (terms.threshold != 0 && terms.bonus <= lend::whole_percentage)) {
    reserve.complain("has terms no market would take");
  }
  reserve.finish();
  return terms;
}

std::optional<Market> market_of(Value header) {
  header.take("kind");
  if (header.take("schema").text() != schema) header.complain("is of another schema");
  lend::FlashTerms flash;
  flash.premium = header.take("flashPremiumTotal").number<std::uint32_t>(16);
  flash.to_treasury = header.take("flashPremiumToProtocol").number<std::uint32_t>(16);
  Market market(flash, {{0xff}});
  Value prices = header.take("price");
  for (Value& reserve : header.take("reserves").items()) {
    const lend::ReserveTerms terms = terms_of(reserve);
    const U256 price = prices.take(terms.name).natural(256);
    if (!reserve.sound()) return std::nullopt;
    market.add(terms, price);
  }
  prices.finish();
  header.finish();
  if (!header.sound()) return std::nullopt;
  return market;
}

std::string shown(const U256& n) { return decimal_text(n); }
std::string shown(const Result<U256>& answer) {
  return answer ? shown(*answer) : fmt::format("refused \"{}\"", answer.error().message);
}
std::string shown(const Result<Done>& answer) {
  return answer ? "" : fmt::format("refused \"{}\"", answer.error().message);
}

std::string recorded_answer(Value& line) {
  if (!line.take("ok").flag()) return fmt::format("refused \"{}\"", line.take("err").text());
  std::string text;
  for (const Value& one : line.take("ret").items()) {
    text += (text.empty() ? "" : " ") + shown(one.natural(256));
  }
  return text;
}

std::string answer_of(Market& market, Value& line) {
  const std::string op = line.take("op").text();
  const Address who = actor(line.take("who").number<std::uint8_t>());
  Value args = line.take("args");
  const std::string asset = args.take("asset").text();
  const auto reserves = market.reserves();
  const auto found = std::ranges::find(
      reserves, asset, [](const lend::Reserve& reserve) { return reserve.terms.name; });
  if (found == reserves.end()) {
    args.complain(fmt::format("names the asset \"{}\", which the header lacks", asset));
    return {};
  }
  const auto id = static_cast<lend::ReserveId>(found - reserves.begin());
  const U256 amount = args.take("amount").natural(256);
  if (op == "borrow" && args.take("rateMode").text() != "variable") {
    args.complain("borrows at a stable rate, which nobody judges");
  }
  args.finish();
  if (!line.sound()) return {};
  if (op == "supply") return shown(market.supply({who, id, amount}));
  if (op == "withdraw") return shown(market.withdraw({who, id, amount}));
  if (op == "borrow") return shown(market.borrow({who, id, amount}));
  if (op == "repay") return shown(market.repay({who, who, id, amount}));
  if (op == "flashLoanSimple") return shown(market.flash(id, amount));
  line.complain(fmt::format("has operation \"{}\", which nobody judges", op));
  return {};
}

/// Compares one object's fields with what levee has under the same names.
class Fields {
 public:
  Fields(Value& fields, Trial& trial) : fields_(&fields), trial_(&trial) {}
  void expect(std::string_view name, const Result<U256>& got) {
    const Value recorded = fields_->take(name);
    trial_->expect(recorded.name(), shown(got), shown(recorded.natural(256)));
  }

 private:
  Value* fields_;
  Trial* trial_;
};

void judge_reserve(const Market& market, lend::ReserveId id, Value fields, Trial& trial) {
  const lend::Reserve& reserve = market.reserves()[id];
  trial.expect("name", reserve.terms.name, fields.take("name").text());
  Fields same(fields, trial);
  same.expect("liquidityIndex", reserve.liquidity_index);
  same.expect("currentLiquidityRate", reserve.rates.liquidity);
  same.expect("variableBorrowIndex", reserve.borrow_index);
  same.expect("currentVariableBorrowRate", reserve.rates.variable);
  same.expect("currentStableBorrowRate", reserve.rates.stable);
  same.expect("lastUpdateTimestamp", U256{reserve.updated});
  same.expect("accruedToTreasury", reserve.accrued_to_treasury);
  same.expect("aTokenSupply", market.total_supply(id));
  same.expect("variableDebtSupply", market.total_debt(id));
  same.expect("available", reserve.available);
  fields.finish();
}

void judge_user(const Market& market, const Address& user, Value fields, Trial& trial) {
  const auto value = market.value(user);
  const auto part = [&](const U256 lend::AccountValue::* field) {
    return value ? Result<U256>((*value).*field) : Result<U256>(value.error());
  };
  Fields same(fields, trial);
  same.expect("totalCollateralBase", part(&lend::AccountValue::collateral));
  same.expect("totalDebtBase", part(&lend::AccountValue::debt));
  same.expect("availableBorrowsBase", market.available_to(user));
  same.expect("currentLiquidationThreshold", part(&lend::AccountValue::threshold));
  same.expect("ltv", part(&lend::AccountValue::ltv));
  same.expect("healthFactor", part(&lend::AccountValue::health));
  const auto each = [&](std::string_view name, auto amount_of) {
    lend::ReserveId id = 0;
    for (const Value& one : fields.take(name).items()) {
      if (id == market.reserves().size()) return one.complain("is of no reserve");
      trial.expect(one.name(), shown(amount_of(id++)), shown(one.natural(256)));
    }
    trial.expect(name, id == market.reserves().size(), true);
  };
  each("aToken", [&](lend::ReserveId id) { return market.supply_of(user, id); });
  each("variableDebt", [&](lend::ReserveId id) { return market.debt_of(user, id); });
  fields.finish();
}

void judge_line(Market& market, Value& line, Trial& trial) {
  line.take("i");
  const auto time = line.take("t").number<std::uint64_t>(40);
  if (time < market.time()) line.complain("goes back in time");
  if (!line.sound()) return;
  market.advance_to(time);
  const std::string answer = answer_of(market, line);
  if (!line.sound()) return;
  trial.expect("answer", answer, recorded_answer(line));
  auto reserves = line.take("reserves").items();
  if (reserves.size() != market.reserves().size()) line.complain("lacks a reserve");
  if (!line.sound()) return;
  for (lend::ReserveId id = 0; id < reserves.size(); ++id) {
    judge_reserve(market, id, std::move(reserves[id]), trial);
  }
  std::uint8_t index = 0;
  for (Value& user : line.take("users").items()) {
    judge_user(market, actor(index++), std::move(user), trial);
  }
  line.finish();
}

bool knows(std::string_view first_line) {
  return first_line.find(schema) != std::string_view::npos;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  std::optional<Market> market;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    Reading reading(file.path, i + 1);
    Value line(file.lines[i], reading);
    if (!market) {
      market = market_of(std::move(line));
    } else {
      trial.begin(i + 1, file.lines[i]);
      judge_line(*market, line, trial);
    }
    if (!reading.sound()) return reading.outcome();
  }
  return Done{};
}

}  // namespace

namespace kind {
Entry aave() { return {"aave", "Aave v3 market: operations, reserves, users", knows, judge}; }
}  // namespace kind

}  // namespace levee::vectors
