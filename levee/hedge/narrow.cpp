#include "levee/hedge/narrow.h"

#include "levee/hedge/proxy.h"
#include "levee/hedge/roll_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

enum class Shut { no, near, far_out, deep_in };

Shut shut(const option::Contract& contract, double tenor_days, double moneyness,
          const Policy& policy) {
  const auto rule = roll_rule_of(policy);
  const std::size_t bucket = bucket_of(tenor_days, policy.tenors_days);
  const bool due = rule && bucket > 0 && tenor_days < rule->due_days[bucket] + rule->cooldown_days;
  if (due || tenor_days < policy.tenor_days_new_min) return Shut::near;
  const double out = contract.type == option::Type::call ? moneyness : -moneyness;
  if (out > policy.strike_z_out_max) return Shut::far_out;
  return -out > policy.strike_z_in_max ? Shut::deep_in : Shut::no;
}

double held_of(const Setting& setting, const option::Contract& contract) {
  double held = 0;
  for (const book::Lot& lot : setting.book.lots) {
    const auto* own = std::get_if<option::Contract>(&lot.instrument);
    if (own && *own == contract && is_on_traded(setting, lot)) held += lot.quantity.value();
  }
  return held;
}

// Only what takes the book nearer to none of it.
void to_close(double held, Candidate& one) {
  const double units = std::abs(held);
  if (held > 0) {
    one.ask.reset(), one.ask_coin.reset();
    one.depth_buy = Tokens{0};
    one.depth_sell = Tokens{std::min(one.depth_sell.value(), units)};
  } else {
    one.bid.reset(), one.bid_coin.reset();
    one.depth_sell = Tokens{0};
    one.depth_buy = Tokens{std::min(one.depth_buy.value(), units)};
  }
}

}  // namespace

void narrow(const Setting& setting, const option::Surface& surface, Candidates& all) {
  const Policy& policy = setting.policy;
  const Price spot = traded_market(setting).spot;
  std::array<int, 4> count{};
  std::erase_if(all.list, [&](Candidate& one) {
    const auto* contract = std::get_if<option::Contract>(&one.instrument);
    if (!contract) return false;
    const Shut why =
        shut(*contract, one.tenor_days, moneyness_of(*contract, surface, spot), policy);
    if (why == Shut::no) return false;
    const double held = held_of(setting, *contract);
    if (held != 0) to_close(held, one);
    const bool closes = held > 0   ? one.depth_sell.value() > 0
                        : held < 0 ? one.depth_buy.value() > 0
                                   : false;
    if (!closes) ++count[static_cast<std::size_t>(why)];
    return !closes;
  });
  const auto say = [&](Shut why, std::string text) {
    const int left_out = count[static_cast<std::size_t>(why)];
    if (left_out > 0) all.left_out.push_back(fmt::format("{} options: {}", left_out, text));
  };
  say(Shut::near, fmt::format("so near to expiry that a ladder would roll them within days (policy "
                              "tenor_days_new_min, {:.3g})",
                              policy.tenor_days_new_min));
  say(Shut::far_out, fmt::format("more than {:.3g} sigma sqrt T out of the money (policy "
                                 "strike_z_out_max)",
                                 policy.strike_z_out_max));
  say(Shut::deep_in, fmt::format("more than {:.3g} sigma sqrt T in the money (policy "
                                 "strike_z_in_max)",
                                 policy.strike_z_in_max));
}

}  // namespace levee::hedge
