#include "levee/hedge/book_change.h"

#include "levee/risk/cover.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace levee::hedge {
namespace {

constexpr std::size_t layers = 8;
constexpr double cover_lot_usd = 1;
constexpr double leave_lot = 0.01;

// What failures of a protocol take on every path, or nothing where none does.
std::span<const double> taken_of(const risk::LossTable& table, const std::string& protocol) {
  for (const auto& [name, sums] : table.taken) {
    if (name == protocol) return sums;
  }
  return {};
}

// Rows that grow one by one; a matrix once they all stand.
class Growing {
 public:
  explicit Growing(BookChanges& into, std::size_t paths) : into_(into), paths_(paths) {}

  void add(Candidate candidate, std::vector<double> value, std::vector<double> gain) {
    into_.list.push_back(std::move(candidate));
    rows_.push_back(std::move(value));
    into_.gain.push_back(std::move(gain));
  }

  void done() {
    into_.value = {rows_.size(), paths_};
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      std::ranges::copy(rows_[r], into_.value.row(r).begin());
    }
  }

 private:
  BookChanges& into_;
  std::size_t paths_;
  std::vector<std::vector<double>> rows_;
};

void add_layers(const Setting& setting, const ChangeAsk& ask, std::size_t number, Growing& out,
                std::vector<std::string>& left_out) {
  const market::CoverOffer& offer = setting.snapshot.covers[number];
  const auto taken = taken_of(ask.losses, offer.protocol);
  const double most = taken.empty() ? 0 : *std::ranges::max_element(taken);
  const double reach = std::min(most - offer.deductible.value(), offer.capacity.value());
  if (!(reach > cover_lot_usd)) {
    left_out.push_back(fmt::format("{}: no scenario has {} take more than its deductible",
                                   offer.name, offer.protocol));
    return;
  }
  const double span = years(ask.with.set.dates.back()).value();
  const book::Cover cover = cover_from(offer, offer.capacity);
  const risk::Payer payer(cover, ask.with);
  const double width = reach / layers;
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const double from = width * static_cast<double>(layer);
    std::vector<double> value(taken.size());
    for (std::size_t path = 0; path < taken.size(); ++path) {
      const double above = taken[path] - offer.deductible.value() - from;
      if (above > 0) value[path] = std::min(above, width) / width * payer.share_paid(path);
    }
    Candidate candidate;
    candidate.name = offer.name;
    candidate.instrument = CoverLayer{number, Usd{from}, Usd{from + width}};
    candidate.ask = Usd{offer.premium.value() * span};
    candidate.depth_buy = Tokens{std::floor(width / cover_lot_usd) * cover_lot_usd};
    candidate.lot = Tokens{cover_lot_usd};
    candidate.carry_per_year = Usd{offer.premium.value()};
    out.add(std::move(candidate), std::move(value), std::vector<double>(taken.size()));
  }
}

void add_withdrawal(const Setting& setting, const ChangeAsk& ask, std::size_t number, Growing& out,
                    std::vector<std::string>& left_out) {
  const book::LpPosition& position = setting.book.positions[number];
  const book::PositionReport& report = setting.position.each[number];
  if (!setting.position.fees_usd_per_day[number]) {
    left_out.push_back(fmt::format(
        "leaving {}: its fees are not known, so that leaving would seem to cost nothing",
        position.name));
    return;
  }
  const double spot = setting.snapshot.spot.value();
  const auto then = ask.with.set.lead().spot.row(ask.with.set.dates.size() - 1);
  const auto lost = ask.losses.loss.row(number), of_market = ask.of_market.loss.row(number);
  std::vector<double> value(then.size()), gain(then.size());
  for (std::size_t path = 0; path < then.size(); ++path) {
    // What is taken out is held as the tokens it is.
    const double peg = ask.with.set.peg.rows() == 0
                           ? 1
                           : ask.with.set.peg.row(ask.with.set.dates.size() - 1)[path];
    const double held = report.base_tokens * (spot - then[path]) + report.quote_usd * (1 - peg);
    value[path] = lost[path] - held;
    gain[path] = setting.policy.coverage_max * of_market[path];
  }
  Candidate candidate;
  candidate.name = "leave " + position.name;
  candidate.instrument = Withdrawal{number};
  candidate.ask = Usd{setting.policy.leave_gas_usd};
  candidate.depth_buy =
      Tokens{std::floor(setting.policy.leave_share_max / leave_lot + 1e-9) * leave_lot};
  candidate.lot = Tokens{leave_lot};
  candidate.delta = report.base_tokens - report.delta;
  out.add(std::move(candidate), std::move(value), std::move(gain));
}

}  // namespace

book::Cover cover_from(const market::CoverOffer& offer, Usd limit) {
  return {.name = offer.name,
          .protocol = offer.protocol,
          .limit = limit,
          .premium = offer.premium,
          .deductible = offer.deductible,
          .claim = offer.claim,
          .fails_with = offer.fails_with,
          .provider = offer.provider};
}

BookChanges changes_of(const Setting& setting, const ChangeAsk& ask) {
  BookChanges found;
  Growing growing(found, ask.losses.total.size());
  for (std::size_t offer = 0; offer < setting.snapshot.covers.size(); ++offer) {
    if (setting.orders.covers) add_layers(setting, ask, offer, growing, found.left_out);
  }
  if (setting.policy.leave_share_max > 0 && setting.orders.leaves) {
    for (std::size_t i = 0; i < setting.book.positions.size(); ++i) {
      add_withdrawal(setting, ask, i, growing, found.left_out);
    }
  }
  growing.done();
  return found;
}

ChangedBook changed(const book::Book& book, const market::Snapshot& snapshot,
                    std::span<const std::optional<double>> fees, std::span<const Held> held) {
  ChangedBook out{book, {fees.begin(), fees.end()}, 0};
  std::vector<double> limit(snapshot.covers.size());
  for (const Held& one : held) {
    if (const auto* layer = std::get_if<CoverLayer>(&one.instrument)) {
      limit[layer->offer] += one.quantity;
    } else if (const auto* left = std::get_if<Withdrawal>(&one.instrument)) {
      book::LpPosition& position = out.book.positions[left->position];
      const amm::Exposure now = amm::exposure_at(position.range, snapshot.spot);
      const double staying = 1 - one.quantity;
      out.book.wallet = out.book.wallet + Tokens{one.quantity * now.base.value()};
      out.book.idle_cash = out.book.idle_cash + Usd{one.quantity * now.quote.value()};
      position.range.liquidity = amm::HumanLiquidity{staying * position.range.liquidity.value()};
      auto& earned = out.fees[left->position];
      if (earned) *earned *= staying;
      out.cost_usd += one.cost_usd;
    }
  }
  for (std::size_t i = 0; i < limit.size(); ++i) {
    if (limit[i] > 0) out.book.covers.push_back(cover_from(snapshot.covers[i], Usd{limit[i]}));
  }
  return out;
}

}  // namespace levee::hedge
