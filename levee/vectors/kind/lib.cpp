// levee/vectors/kind/lib.cpp — single calls of the contracts' libraries: arguments in, answers out.
#include "levee/amm/liquidity_amounts.h"
#include "levee/amm/pool_run.h"
#include "levee/amm/tick_quote.h"
#include "levee/vectors/kind.h"
#include "levee/vectors/value.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/core.h>

namespace levee::vectors::kind {
namespace {

using amm::FeeGrowth;
using amm::SqrtPriceX96;

// What a call gave: answers as text, or the revert's reason.
using Answers = Result<std::vector<std::string>>;

Error reverted(std::string reason = {}) { return fail(Reason::refused, std::move(reason)); }

std::string text_of(const U256& n) { return decimal_text(n); }
std::string text_of(const I256& n) { return decimal_text(n); }
std::string text_of(const SqrtPriceX96& price) { return decimal_text(price.value()); }
std::string text_of(Tick tick) { return std::to_string(tick.value()); }
std::string text_of(u128 n) { return decimal_text(U256{n}); }

template <class... Parts>
Answers answers(const Parts&... parts) {
  return std::vector<std::string>{text_of(parts)...};
}

template <class T>
Answers answer(const std::optional<T>& one) {
  if (!one) return reverted();
  return answers(*one);
}

template <class T>
Answers answer(const Result<T>& one) {
  if (!one) return one.error();
  return answers(*one);
}

// An argument as wide as the contract declares it.
template <class T>
struct As {
  static T read(const Value& value) { return value.number<T>(); }
};
template <>
struct As<bool> {
  static bool read(const Value& value) { return value.flag(); }
};
template <>
struct As<SqrtPriceX96> {
  static SqrtPriceX96 read(const Value& value) { return SqrtPriceX96{value.natural(160)}; }
};
template <>
struct As<Tick> {
  static Tick read(const Value& value) { return Tick{value.number<std::int32_t>(24)}; }
};
template <>
struct As<TickSpacing> {
  static TickSpacing read(const Value& value) {
    const TickSpacing spacing{value.number<std::int32_t>(24)};
    if (spacing.value() <= 0) value.complain("is no tick spacing (must be positive)");
    return spacing;
  }
};
template <>
struct As<FeePips> {
  static FeePips read(const Value& value) { return FeePips{value.number<std::uint32_t>(24)}; }
};
template <>
struct As<Address> {
  static Address read(const Value& value) { return value.address(); }
};

template <class... Args, std::size_t... at>
Answers applied(Answers (*call)(Args...), const std::vector<Value>& items,
                std::index_sequence<at...>) {
  const std::tuple<std::remove_cvref_t<Args>...> read{
      As<std::remove_cvref_t<Args>>::read(items[at])...};
  return std::ranges::all_of(items, &Value::sound) ? std::apply(call, read) : reverted();
}

template <class... Args>
Answers applied(Answers (*call)(Args...), Value in) {
  const std::vector<Value> items = in.items();
  if (items.size() == sizeof...(Args)) {
    return applied(call, items, std::index_sequence_for<Args...>{});
  }
  in.complain(fmt::format("has {} arguments (takes {})", items.size(), sizeof...(Args)));
  return reverted();
}

template <auto call>
Answers through(Value in) {
  return applied(call, std::move(in));
}

Answers mul_div_down(const U256& a, const U256& b, const U256& divisor) {
  return answer(mul_div(a, b, divisor, Round::down));
}
Answers mul_div_up(const U256& a, const U256& b, const U256& divisor) {
  return answer(mul_div(a, b, divisor, Round::up));
}

Answers highest_bit(const U256& n) {
  return n.is_zero() ? reverted() : answers(U256{n.bit_length() - 1});
}
Answers lowest_bit(const U256& n) {
  const U256 alone = n & wrapping_sub(U256{}, n);
  return n.is_zero() ? reverted() : answers(U256{alone.bit_length() - 1});
}

Answers add_delta(u128 liquidity, i128 change) {
  return answer(amm::liquidity_after(liquidity, change));
}

Answers most_liquidity(TickSpacing spacing) {
  return answers(amm::liquidity_per_tick_max(spacing));
}

Answers growth_inside(Tick lower, Tick upper, Tick current, const U256& global0,
                      const U256& global1, const U256& lower0, const U256& lower1,
                      const U256& upper0, const U256& upper1) {
  amm::TickState below, above;
  below.fees_outside = {lower0, lower1};
  above.fees_outside = {upper0, upper1};
  const FeeGrowth inside = amm::fees_inside(
      {{lower.value(), &below}, {upper.value(), &above}, current.value(), {global0, global1}});
  return answers(inside.token0, inside.token1);
}

Answers cross(Tick, i128 net, const U256& outside0, const U256& outside1, const U256& global0,
              const U256& global1) {
  amm::TickState state;
  state.liquidity_net = net;
  state.fees_outside = {outside0, outside1};
  amm::turn_over(state, {global0, global1}, {});
  return answers(I256{state.liquidity_net}, state.fees_outside.token0, state.fees_outside.token1);
}

Answers next_tick(Tick tick, TickSpacing spacing, bool down, std::int16_t index, const U256& word) {
  amm::TickTable table(spacing);
  for (unsigned bit = 0; bit < 256; ++bit) {
    const std::int64_t place = (std::int64_t{256} * index + bit) * spacing.value();
    // No tick that this search could reach lies beyond 32 bits.
    if (word.bit(bit) && std::in_range<std::int32_t>(place)) {
      table.flip(static_cast<std::int32_t>(place));
    }
  }
  const amm::NextTick next =
      table.next(tick.value(), down ? amm::Direction::zero_for_one : amm::Direction::one_for_zero);
  return std::vector<std::string>{std::to_string(next.tick), next.initialised ? "true" : "false"};
}

Answers update_position(u128 liquidity, const U256& last0, const U256& last1, u128 owed0,
                        u128 owed1, i128 change, const U256& inside0, const U256& inside1) {
  const auto after =
      amm::reckoned({liquidity, {last0, last1}, owed0, owed1}, change, {inside0, inside1});
  if (!after) return after.error();
  return answers(after->liquidity, after->fees_inside_last.token0, after->fees_inside_last.token1,
                 after->owed0, after->owed1);
}

Answers quote_at_tick(Tick tick, u128 amount, const Address& base, const Address& quote) {
  return answer(amm::quote_at(tick, amount, base < quote ? amm::Side::token0 : amm::Side::token1));
}

Answers ratio_at_tick(Tick tick) { return answer(amm::sqrt_price_at(tick)); }
Answers tick_at_ratio(const SqrtPriceX96& price) { return answer(amm::tick_at(price)); }

amm::Flow flow_of(bool add) { return add ? amm::Flow::in : amm::Flow::out; }
amm::Direction direction_of(bool zero_for_one) {
  return zero_for_one ? amm::Direction::zero_for_one : amm::Direction::one_for_zero;
}

Answers price_by_amount0(const SqrtPriceX96& price, u128 liquidity, const U256& amount, bool add) {
  return answer(amm::price_after_amount0(price, liquidity, amount, flow_of(add)));
}
Answers price_by_amount1(const SqrtPriceX96& price, u128 liquidity, const U256& amount, bool add) {
  return answer(amm::price_after_amount1(price, liquidity, amount, flow_of(add)));
}
Answers price_by_input(const SqrtPriceX96& price, u128 liquidity, const U256& amount, bool down) {
  return answer(amm::price_after_input(price, liquidity, amount, direction_of(down)));
}
Answers price_by_output(const SqrtPriceX96& price, u128 liquidity, const U256& amount, bool down) {
  return answer(amm::price_after_output(price, liquidity, amount, direction_of(down)));
}

Answers amount0_delta(const SqrtPriceX96& a, const SqrtPriceX96& b, u128 liquidity, bool up) {
  return answer(amm::amount0_between({a, b}, liquidity, up ? Round::up : Round::down));
}
Answers amount1_delta(const SqrtPriceX96& a, const SqrtPriceX96& b, u128 liquidity, bool up) {
  return answer(amm::amount1_between({a, b}, liquidity, up ? Round::up : Round::down));
}
Answers amount0_signed(const SqrtPriceX96& a, const SqrtPriceX96& b, i128 change) {
  return answer(amm::amount0_of_change({a, b}, change));
}
Answers amount1_signed(const SqrtPriceX96& a, const SqrtPriceX96& b, i128 change) {
  return answer(amm::amount1_of_change({a, b}, change));
}

Answers step(const SqrtPriceX96& price, const SqrtPriceX96& target, u128 liquidity,
             const I256& remaining, FeePips fee) {
  const auto made = amm::swap_step({price, target, liquidity, remaining, fee});
  if (!made) return reverted();
  return answers(made->price, made->amount_in, made->amount_out, made->fee);
}

Answers liquidity_by0(const SqrtPriceX96& a, const SqrtPriceX96& b, const U256& amount) {
  return answer(amm::liquidity_for_amount0({a, b}, amount));
}
Answers liquidity_by1(const SqrtPriceX96& a, const SqrtPriceX96& b, const U256& amount) {
  return answer(amm::liquidity_for_amount1({a, b}, amount));
}
Answers liquidity_by_both(const SqrtPriceX96& now, const SqrtPriceX96& a, const SqrtPriceX96& b,
                          const U256& amount0, const U256& amount1) {
  return answer(amm::liquidity_for_amounts(now, {a, b}, {amount0, amount1}));
}
Answers amount0_of(const SqrtPriceX96& a, const SqrtPriceX96& b, u128 liquidity) {
  return answer(amm::amount0_for_liquidity({a, b}, liquidity));
}
Answers amount1_of(const SqrtPriceX96& a, const SqrtPriceX96& b, u128 liquidity) {
  return answer(amm::amount1_for_liquidity({a, b}, liquidity));
}
Answers amounts_of(const SqrtPriceX96& now, const SqrtPriceX96& a, const SqrtPriceX96& b,
                   u128 liquidity) {
  const auto both = amm::amounts_for_liquidity(now, {a, b}, liquidity);
  if (!both) return reverted();
  return answers(both->token0, both->token1);
}

struct Function {
  std::string_view name;
  Answers (*run)(Value in);
};

constexpr std::array functions{
    Function{"BitMath.leastSignificantBit", through<lowest_bit>},
    Function{"BitMath.mostSignificantBit", through<highest_bit>},
    Function{"FullMath.mulDiv", through<mul_div_down>},
    Function{"FullMath.mulDivRoundingUp", through<mul_div_up>},
    Function{"LiquidityAmounts.getAmount0ForLiquidity", through<amount0_of>},
    Function{"LiquidityAmounts.getAmount1ForLiquidity", through<amount1_of>},
    Function{"LiquidityAmounts.getAmountsForLiquidity", through<amounts_of>},
    Function{"LiquidityAmounts.getLiquidityForAmount0", through<liquidity_by0>},
    Function{"LiquidityAmounts.getLiquidityForAmount1", through<liquidity_by1>},
    Function{"LiquidityAmounts.getLiquidityForAmounts", through<liquidity_by_both>},
    Function{"LiquidityMath.addDelta", through<add_delta>},
    Function{"OracleLibrary.getQuoteAtTick", through<quote_at_tick>},
    Function{"Position.update", through<update_position>},
    Function{"SqrtPriceMath.getAmount0Delta", through<amount0_delta>},
    Function{"SqrtPriceMath.getAmount0DeltaSigned", through<amount0_signed>},
    Function{"SqrtPriceMath.getAmount1Delta", through<amount1_delta>},
    Function{"SqrtPriceMath.getAmount1DeltaSigned", through<amount1_signed>},
    Function{"SqrtPriceMath.getNextSqrtPriceFromAmount0RoundingUp", through<price_by_amount0>},
    Function{"SqrtPriceMath.getNextSqrtPriceFromAmount1RoundingDown", through<price_by_amount1>},
    Function{"SqrtPriceMath.getNextSqrtPriceFromInput", through<price_by_input>},
    Function{"SqrtPriceMath.getNextSqrtPriceFromOutput", through<price_by_output>},
    Function{"SwapMath.computeSwapStep", through<step>},
    Function{"Tick.cross", through<cross>},
    Function{"Tick.getFeeGrowthInside", through<growth_inside>},
    Function{"Tick.tickSpacingToMaxLiquidityPerTick", through<most_liquidity>},
    Function{"TickBitmap.nextInitializedTickWithinOneWord", through<next_tick>},
    Function{"TickMath.getSqrtRatioAtTick", through<ratio_at_tick>},
    Function{"TickMath.getTickAtSqrtRatio", through<tick_at_ratio>},
};

const Function* function_named(std::string_view name) {
  const auto found = std::ranges::find(functions, name, &Function::name);
  return found == functions.end() ? nullptr : &*found;
}

std::string shown(const Answers& answers) {
  if (!answers) return fmt::format("revert \"{}\"", answers.error().message);
  std::string text;
  for (const std::string& part : *answers) text += (text.empty() ? "" : ", ") + part;
  return text;
}

Answers recorded_of(Value& call) {
  if (call.has("err")) return reverted(call.take("err").text());
  std::vector<std::string> list;
  for (const Value& item : call.take("out").items()) {
    if (item.is_flag()) {
      list.emplace_back(item.flag() ? "true" : "false");
    } else {
      const std::string digits = item.text();
      list.push_back(digits.starts_with("-") ? decimal_text(item.whole(256))
                                             : decimal_text(item.natural(256)));
    }
  }
  return list;
}

Result<Done> judge(const VectorFile& file, Trial& trial) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    Reading reading(file.path, i + 1);
    Value call(file.lines[i], reading);
    const std::string name = call.take("f").text();
    const Function* function = function_named(name);
    if (function == nullptr)
      reading.complain(fmt::format("{:.80} is no function known here", name));
    if (!reading.sound()) return reading.outcome();
    const Answers got = function->run(call.take("in"));
    const Answers recorded = recorded_of(call);
    call.finish();
    if (!reading.sound()) return reading.outcome();
    trial.begin(i + 1, file.lines[i]);
    trial.expect(name, shown(got), shown(recorded));
  }
  return Done{};
}

bool knows(std::string_view first_line) {
  constexpr std::string_view opening = R"({"f":")";
  if (!first_line.starts_with(opening)) return false;
  const std::string_view name = first_line.substr(opening.size());
  return function_named(name.substr(0, name.find('"'))) != nullptr;
}

}  // namespace

Entry lib() {
  return {.name = "lib",
          .about = "Calls of Uniswap v3's libraries, core and periphery.",
          .knows = knows,
          .judge = judge};
}

}  // namespace levee::vectors::kind
