#include "levee/hedge/restructure.h"

#include "levee/hedge/dollars.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

// What doubles leave of an amount that is paid back exactly.
constexpr double rounding = 1e-9;

double at(const Amounts& amounts, std::string_view name) {
  const auto found = amounts.find(name);
  return found == amounts.end() ? 0 : found->second;
}

double worth(const Amounts& amounts, const Amounts& price) {
  double sum = 0;
  for (const auto& [name, amount] : amounts) sum += amount * at(price, name);
  return sum;
}

std::string text(const Amounts& amounts) {
  std::string told;
  for (const auto& [token, amount] : amounts) {
    told += fmt::format("{}{:g} {}", told.empty() ? "" : " and ", amount, token);
  }
  return told;
}

std::string words(const BundleStep& step) {
  struct {
    std::string operator()(const FlashBorrow& s) const {
      return fmt::format("borrow {:g} {} for this transaction, fee {:g}", s.amount, s.token,
                         s.amount * s.fee);
    }
    std::string operator()(const FlashRepay& s) const {
      return fmt::format("pay the loan back with {:g} {}", s.amount, s.token);
    }
    std::string operator()(const RemoveLiquidity& s) const {
      return fmt::format("take {} out of {}", text(s.freed), s.position);
    }
    std::string operator()(const AddLiquidity& s) const {
      return fmt::format("place {} in {}", text(s.placed), s.position);
    }
    std::string operator()(const RepayDebt& s) const {
      return fmt::format("repay {:g} {}", s.amount, s.token);
    }
    std::string operator()(const Pledged& s) const {
      return fmt::format("pledge {:g} {}", s.amount, s.token);
    }
    std::string operator()(const Unpledged& s) const {
      return fmt::format("take {:g} {} out of pledge", s.amount, s.token);
    }
    std::string operator()(const Swapped& s) const {
      return fmt::format("swap {:g} {} for {:g} {}", s.given, s.from, s.received, s.to);
    }
    std::string operator()(const BuyHedge& s) const {
      return fmt::format("buy {:g} {} for {:g} {}", s.units, s.instrument, s.premium, s.token);
    }
    std::string operator()(const SellHedge& s) const {
      return fmt::format("sell {:g} {} for {:g} {}", s.units, s.instrument, s.proceeds, s.token);
    }
  } const said;
  return std::visit(said, step);
}

// Whether every amount is positive and finite and every name has its price.
class Sound {
 public:
  explicit Sound(const BundleTerms& terms) : terms_(terms) {}

  bool operator()(const FlashBorrow& s) const {
    return token(s.token) && s.amount > 0 && std::isfinite(s.amount) && s.fee >= 0 && s.fee < 1;
  }
  bool operator()(const FlashRepay& s) const { return one(s.token, s.amount); }
  bool operator()(const RemoveLiquidity& s) const { return all(s.freed); }
  bool operator()(const AddLiquidity& s) const { return all(s.placed); }
  bool operator()(const RepayDebt& s) const { return one(s.token, s.amount); }
  bool operator()(const Pledged& s) const { return one(s.token, s.amount); }
  bool operator()(const Unpledged& s) const { return one(s.token, s.amount); }
  bool operator()(const Swapped& s) const { return one(s.from, s.given) && one(s.to, s.received); }
  bool operator()(const BuyHedge& s) const {
    return one(s.token, s.premium) && s.units > 0 && terms_.mark.contains(s.instrument);
  }
  bool operator()(const SellHedge& s) const {
    return one(s.token, s.proceeds) && s.units > 0 && terms_.mark.contains(s.instrument);
  }

 private:
  bool token(std::string_view name) const { return at(terms_.price, name) > 0; }
  bool one(std::string_view name, double amount) const {
    return token(name) && amount > 0 && std::isfinite(amount);
  }
  bool all(const Amounts& amounts) const {
    return !amounts.empty() && std::ranges::all_of(amounts, [&](const auto& each) {
      return one(each.first, each.second);
    });
  }
  const BundleTerms& terms_;
};

// A transaction under way: each step changes it or says why it cannot.
class Transaction {
 public:
  Transaction(const Standing& before, const BundleTerms& terms) : terms_(terms) {
    told_.after = before;
  }

  std::string operator()(const FlashBorrow& s) {
    lent_[s.token] += s.amount * (1 + s.fee);
    told_.flash_fee_usd += s.amount * s.fee * price(s.token);
    told_.after.wallet[s.token] += s.amount;
    return {};
  }
  std::string operator()(const FlashRepay& s) {
    const double due = at(lent_, s.token);
    if (std::abs(s.amount - due) > rounding * s.amount) {
      return fmt::format("{:g} {} are due, fee included, in that token", due, s.token);
    }
    lent_.erase(s.token);
    return take(told_.after.wallet, s.token, s.amount);
  }
  std::string operator()(const RemoveLiquidity& s) {
    for (const auto& [token, amount] : s.freed) {
      if (auto why = take(told_.after.placed[s.position], token, amount); !why.empty()) return why;
      told_.after.wallet[token] += amount;
    }
    return {};
  }
  std::string operator()(const AddLiquidity& s) {
    for (const auto& [token, amount] : s.placed) {
      if (auto why = take(told_.after.wallet, token, amount); !why.empty()) return why;
      told_.after.placed[s.position][token] += amount;
    }
    return {};
  }
  std::string operator()(const RepayDebt& s) {
    if (auto why = take(told_.after.owed, s.token, s.amount); !why.empty()) return why;
    return take(told_.after.wallet, s.token, s.amount);
  }
  std::string operator()(const Pledged& s) {
    told_.after.pledged[s.token] += s.amount;
    return take(told_.after.wallet, s.token, s.amount);
  }
  std::string operator()(const Unpledged& s) {
    if (auto why = take(told_.after.pledged, s.token, s.amount); !why.empty()) return why;
    told_.after.wallet[s.token] += s.amount;
    double held = 0;
    for (const auto& [token, amount] : told_.after.pledged) {
      held += amount * price(token) * at(terms_.threshold, token);
    }
    const double owed = worth(told_.after.owed, terms_.price);
    if (held >= owed * (1 - rounding)) return {};
    return fmt::format("what is left in pledge holds {} of debt, {} is owed", dollars(held),
                       dollars(owed));
  }
  std::string operator()(const Swapped& s) {
    told_.swap_cost_usd += s.given * price(s.from) - s.received * price(s.to);
    told_.after.wallet[s.to] += s.received;
    return take(told_.after.wallet, s.from, s.given);
  }
  std::string operator()(const BuyHedge& s) {
    if (s.settles == Settles::elsewhere) return off_chain(s.instrument);
    told_.hedge_cost_usd += s.premium * price(s.token) - s.units * at(terms_.mark, s.instrument);
    told_.after.held[s.instrument] += s.units;
    return take(told_.after.wallet, s.token, s.premium);
  }
  std::string operator()(const SellHedge& s) {
    if (s.settles == Settles::elsewhere) return off_chain(s.instrument);
    told_.hedge_cost_usd += s.units * at(terms_.mark, s.instrument) - s.proceeds * price(s.token);
    told_.after.wallet[s.token] += s.proceeds;
    return take(told_.after.held, s.instrument, s.units);
  }

  const Amounts& lent() const { return lent_; }
  Bundled& told() { return told_; }

 private:
  double price(std::string_view token) const { return at(terms_.price, token); }

  static std::string off_chain(const std::string& instrument) {
    return fmt::format("{} does not settle on the chain: it cannot be part of a transaction",
                       instrument);
  }

  static std::string take(Amounts& from, const std::string& name, double amount) {
    double& there = from[name];
    if (amount > there * (1 + rounding)) {
      return fmt::format("only {:g} {} are there", there, name);
    }
    there = std::max(0.0, there - amount);
    return {};
  }

  const BundleTerms& terms_;
  Bundled told_;
  Amounts lent_;
};

Result<BundlePurpose> purpose_of(const std::vector<BundleStep>& steps) {
  bool unwinds = false, settles = false;
  Amounts in, out;
  for (const BundleStep& step : steps) {
    unwinds |= std::holds_alternative<RemoveLiquidity>(step);
    settles |=
        std::holds_alternative<RepayDebt>(step) || std::holds_alternative<AddLiquidity>(step);
    if (const auto* one = std::get_if<Pledged>(&step)) in[one->token] += one->amount;
    if (const auto* one = std::get_if<Unpledged>(&step)) out[one->token] += one->amount;
  }
  if (unwinds && settles) return BundlePurpose::restructure;
  for (const auto& [token, amount] : out) {
    for (const auto& [other, more] : in) {
      if (token != other && amount > 0 && more > 0) return BundlePurpose::collateral_swap;
    }
  }
  return fail(Reason::refused,
              "a flash loan is for taking liquidity out to repay or to place it anew, or for "
              "exchanging what is pledged (this bundle does neither) pay from what is there");
}

// What the bundle leaves of each token, the loan neither lent nor repaid; premiums of what it still
// holds beyond what it held are kept apart.
struct Own {
  Amounts left, premiums;
};

Own own_of(const std::vector<BundleStep>& steps, const Standing& before) {
  Own own;
  own.left = before.wallet;
  Amounts bought = before.held;
  for (const BundleStep& step : steps) {
    if (const auto* s = std::get_if<FlashBorrow>(&step)) own.left[s->token] -= s->amount * s->fee;
    if (const auto* s = std::get_if<RemoveLiquidity>(&step)) {
      for (const auto& [token, amount] : s->freed) own.left[token] += amount;
    }
    if (const auto* s = std::get_if<AddLiquidity>(&step)) {
      for (const auto& [token, amount] : s->placed) own.left[token] -= amount;
    }
    if (const auto* s = std::get_if<RepayDebt>(&step)) own.left[s->token] -= s->amount;
    if (const auto* s = std::get_if<Pledged>(&step)) own.left[s->token] -= s->amount;
    if (const auto* s = std::get_if<Unpledged>(&step)) own.left[s->token] += s->amount;
    if (const auto* s = std::get_if<Swapped>(&step)) {
      own.left[s->from] -= s->given, own.left[s->to] += s->received;
    }
    if (const auto* s = std::get_if<BuyHedge>(&step)) {
      own.left[s->token] -= s->premium, bought[s->instrument] += s->units;
    }
    if (const auto* s = std::get_if<SellHedge>(&step)) {
      own.left[s->token] += s->proceeds, bought[s->instrument] -= s->units;
    }
  }
  for (const BundleStep& step : steps) {
    const auto* s = std::get_if<BuyHedge>(&step);
    if (s == nullptr || bought[s->instrument] <= at(before.held, s->instrument)) continue;
    own.premiums[s->token] += s->premium;
  }
  return own;
}

// Refuses the loan that a premium would live on.
Result<Done> checked_premium(const std::vector<BundleStep>& steps, const Standing& before) {
  const Own own = own_of(steps, before);
  for (const auto& [token, premium] : own.premiums) {
    const double there = at(own.left, token) + premium;
    if (premium <= there * (1 + rounding)) continue;
    return fail(Reason::refused,
                fmt::format("a premium of {0:g} {1} is held beyond the transaction, and without "
                            "the loan there are {2:g} {1} to pay it with (a flash loan is back "
                            "within the transaction: it cannot finance what outlives it) free or "
                            "bring {3:g} {1} more, or hedge less",
                            premium, token, std::max(0.0, there), premium - there));
  }
  return Done{};
}

}  // namespace

std::string_view name_of(BundlePurpose purpose) {
  constexpr std::array<std::string_view, 2> names{"restructure", "collateral_swap"};
  return names[static_cast<std::size_t>(purpose)];
}

Usd worth_of(const Standing& standing, const BundleTerms& terms) {
  double sum = worth(standing.wallet, terms.price) + worth(standing.pledged, terms.price) +
               worth(standing.held, terms.mark) - worth(standing.owed, terms.price);
  for (const auto& [name, tokens] : standing.placed) sum += worth(tokens, terms.price);
  return Usd{sum};
}

Result<Bundled> bundled(const std::vector<BundleStep>& steps, const Standing& before,
                        const BundleTerms& terms) {
  const auto step_fail = [&](Reason reason, std::size_t i, const std::string& why) {
    return fail(reason, fmt::format("step {}, {}: {} (all of it or nothing) leave all as it is",
                                    i + 1, words(steps[i]), why));
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (std::visit(Sound(terms), steps[i])) continue;
    return step_fail(Reason::bad_input, i, "amounts must be positive and names have a price");
  }
  const auto purpose = purpose_of(steps);
  if (!purpose) return purpose.error();
  if (const auto fine = checked_premium(steps, before); !fine) return fine.error();

  Transaction transaction(before, terms);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (const std::string why = std::visit(transaction, steps[i]); !why.empty()) {
      return step_fail(Reason::refused, i, why);
    }
    transaction.told().steps.push_back(words(steps[i]));
  }
  for (const auto& [token, due] : transaction.lent()) {
    return fail(Reason::refused,
                fmt::format("{:g} {} of the loan are not paid back (it has to be, within the "
                            "transaction) leave all as it is",
                            due, token));
  }
  Bundled told = std::move(transaction.told());
  told.purpose = *purpose;
  told.worth_before_usd = worth_of(before, terms).value();
  told.worth_after_usd = worth_of(told.after, terms).value();
  told.why = *purpose == BundlePurpose::restructure
                 ? fmt::format(
                       "liquidity is taken out and put to use again in one transaction, for "
                       "{} in all; own assets pay for all that is held after it",
                       dollars(told.cost_usd()))
                 : fmt::format("what is pledged is exchanged in one transaction, for {} in all",
                               dollars(told.cost_usd()));
  return told;
}

}  // namespace levee::hedge
