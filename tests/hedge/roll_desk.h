// tests/hedge/roll_desk.h — options that are due, a shop to roll them in, and what a roll is worth.
#pragma once
#include "levee/hedge/roll.h"

#include "tests/hedge/desk.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace levee::test {

inline constexpr double roll_spot = 2000, roll_vol = 0.6;
inline constexpr double nowhere = std::numeric_limits<double>::infinity();

inline option::Contract put_in(double days_ahead, double strike = 1800,
                               UnixSeconds from = midnight) {
  return {option::Type::put, Price{strike},
          from + Seconds{static_cast<std::int64_t>(days_ahead * 86400)}};
}

// Ten front puts with `left` days to go, bought with 30.
inline hedge::HeldOption front(double left, double paid = 50, double quantity = 10) {
  const option::Contract contract = put_in(left);
  return {"front", contract, Tokens{quantity}, Usd{paid}, Usd{paid}, contract.expiry - days(30)};
}

inline hedge::DueAsk quiet(double mark = 50) {
  return {
      .at = midnight, .forward = Price{roll_spot}, .mark = Usd{mark}, .bid = Usd{mark}, .veq = 15.};
}

// The small market's options, priced at a flat volatility.
struct Shop {
  explicit Shop(Shape shape = {.vol = roll_vol, .tenors = {14, 21, 30, 45, 70, 110, 160, 220}})
      : snapshot(small_market(shape)),
        surface(*market::surface_of(snapshot)),
        listed(hedge::candidates_of(snapshot, {}, Tokens{1}, std::nullopt).list) {}

  const hedge::Candidate& named(const std::string& name) const {
    for (const hedge::Candidate& one : listed) {
      if (one.name == name) return one;
    }
    ADD_FAILURE() << "no " << name;
    return listed[0];
  }
  hedge::HeldOption held(const std::string& name, double quantity, double bought_with = 30) const {
    const hedge::Candidate& one = named(name);
    const auto contract = std::get<option::Contract>(one.instrument);
    return {name,
            contract,
            Tokens{quantity},
            one.mid,
            one.mid,
            contract.expiry - Seconds{static_cast<std::int64_t>(bought_with * 86400)}};
  }
  hedge::RollAsk ask(const hedge::HeldOption& of) const {
    return {.held = of,
            .now = named(of.name),
            .listed = listed,
            .surface = surface,
            .spot = Price{roll_spot},
            .range = {Price{1600}, Price{2500}}};
  }

  market::Snapshot snapshot;
  option::Surface surface;
  std::vector<hedge::Candidate> listed;
};

inline hedge::Due asked_by(hedge::RollTrigger trigger, std::size_t layer = 0) {
  hedge::Due due;
  due.layer = layer;
  due.first = trigger;
  due.readings[static_cast<std::size_t>(trigger)] = {trigger, true, "asked"};
  return due;
}

inline hedge::Roll cheap(hedge::RollTrigger trigger = hedge::RollTrigger::extrinsic) {
  hedge::Roll roll;
  roll.trigger = trigger;
  roll.units_sold = 5;
  roll.cost = Usd{40};
  roll.what_kept = "kept";
  return roll;
}

// A benefit of 100 dollars, known to 10, against the costs above.
inline hedge::RollBenefit worth(double gross = 100, double error = 10) {
  return {.mean = {}, .tail = {}, .gross = Usd{gross}, .cost = Usd{44}, .error = Usd{error}};
}

}  // namespace levee::test
