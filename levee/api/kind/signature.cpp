// levee/api/kind/signature.cpp — one hash over a fixed tour: it moves only when results do.
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/hedge/decide.h"
#include "levee/option/black.h"
#include "levee/risk/loss.h"

#include <bit>
#include <cmath>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  double paths = 20000;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("paths", self.paths, "scenarios of the tour; the published hash is for the default");
  }
};

struct Answer {
  std::string signature;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("signature", self.signature, "16 hexadecimal digits");
  }
};

// FNV-1a over the bytes of what it is fed.
class Hash {
 public:
  void add(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int byte = 0; byte < 8; ++byte) add_byte(static_cast<unsigned char>(bits >> (8 * byte)));
  }
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
  }
  std::uint64_t value() const { return state_; }

 private:
  void add_byte(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001b3; }
  std::uint64_t state_ = 0xcbf29ce484222325;
};

// A small market made of one formula: four expiries, a skewed smile, 300 days of history.
market::Snapshot tour_market() {
  market::Snapshot snapshot;
  snapshot.at = UnixSeconds{1'767'225'600};  // 2026-01-01
  snapshot.base = "ETH";
  snapshot.quote = "USDC";
  snapshot.spot = Price{2500};
  snapshot.source = "signature tour";
  snapshot.model_made = true;
  for (const int tenor : {9, 30, 110, 220}) {
    for (int step = -6; step <= 6; ++step) {
      const double x = 0.35 * step, root = std::sqrt(tenor / 365.0);
      const double vol = 0.60 - 0.02 * x + 0.015 * x * x;
      const double strike = 10 * std::round(250 * std::exp(0.6 * x * root));
      const option::Type type = step < 0 ? option::Type::put : option::Type::call;
      const double forward = 2500 * std::exp(0.03 * tenor / 365);
      const double mark =
          option::black_price(type, Price{strike}, {Price{forward}, Years{tenor / 365.0}, Vol{vol}})
              .value() /
          forward;
      market::Quote quote;
      quote.instrument = fmt::format("TOUR-{}-{}", tenor, strike);
      quote.contract = {type, Price{strike}, snapshot.at + days(tenor)};
      quote.bid = Tokens{0.97 * mark};
      quote.ask = Tokens{1.03 * mark};
      quote.mark = Tokens{mark};
      quote.mark_vol = Vol{vol};
      quote.forward = Price{forward};
      quote.index = snapshot.spot;
      quote.open_interest = Tokens{2000.0 + 100 * step};
      snapshot.chain.push_back(quote);
    }
  }
  market::Series history;
  history.step = days(1);
  history.source = "signature tour";
  for (int day = 0; day <= 300; ++day) {
    history.at.push_back(snapshot.at - days(300 - day));
    history.value.push_back(2500 *
                            std::exp(0.1 * std::sin(0.7 * day) + 0.05 * std::sin(2.9 * day)));
  }
  snapshot.history = history;
  snapshot.protocols = {{"tour", Intensity{0.01}, Share{0.5}, Share{1}, "signature tour"}};
  return snapshot;
}

book::Book tour_book() {
  book::Book book;
  book::LpPosition position;
  position.name = "tour";
  position.protocol = "tour";
  position.range = {{Price{1900}, Price{3200}}, amm::HumanLiquidity{60000}};
  position.entry_price = Price{2400};
  book.positions = {position};
  book.idle_cash = Usd{150000};
  return book;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  hedge::Policy policy;
  policy.paths_choose = policy.paths_score = ask->paths;
  const parallel::Team team(wish.threads);
  const market::Snapshot snapshot = tour_market();
  const book::Book book = tour_book();
  Hash hash;
  for (const std::string_view kind : {"jump", "bootstrap"}) {
    policy.scenarios = kind;
    const auto plan = hedge::decide({snapshot, book, policy}, team, progress);
    if (!plan) return plan.error();
    hash.add(json_of(*plan));  // numbers in it read back as the same bits
    hash.add(plan->plan.objective_usd);
  }
  const Answer answer{fmt::format("{:016x}", hash.value())};
  return Reply{json_of(answer), answer.signature + "\n", {}};
}

}  // namespace

Entry signature() {
  return {.name = "signature",
          .about = "Run a fixed tour and print one hash; it moves only when results move.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "A fixed tour on this machine: it tells that nothing changed, not that anything is "
              "right."};
}

}  // namespace levee::api::kind
