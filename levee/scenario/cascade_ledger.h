// levee/scenario/cascade_ledger.h — whose every unit is, price feeds, and tills that pay in order.
#pragma once
#include "levee/scenario/cascade_event.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace levee::scenario {

enum class Asset { coin, quote, backing };
inline constexpr std::size_t asset_count = 3;

enum class Holder {
  attacker,
  pool,
  others,
  us,
  borrowers,
  liquidators,
  arbitrageurs,
  bridge,
  first_lender,
  second_lender,
  outside,
  burnt
};
inline constexpr std::size_t holder_count = 12;

/// Every unit of every asset, and whose it is.
class Ledger {
 public:
  /// Before the first block. in: amount >= 0
  void issue(Holder to, Asset asset, Units amount);
  struct Move {
    Holder from = Holder::outside, to = Holder::outside;
    Asset asset = Asset::coin;
    Units amount = 0;
  };
  /// in: 0 <= amount <= what `from` has
  void move(const Move& ask);
  Units of(Holder holder, Asset asset) const;
  Units issued(Asset asset) const { return issued_[static_cast<std::size_t>(asset)]; }
  Units held(Asset asset) const;  ///< By all together.

 private:
  std::array<std::array<Units, asset_count>, holder_count> units_{};
  std::array<Units, asset_count> issued_{};
};

/// A price feed: written to when, and only when, the price stands off by the deviation or more, or
/// the heartbeat has passed.
class PushFeed {
 public:
  PushFeed(const OracleTerms& terms, double price) : terms_(terms), price_(price) {}
  /// out: whether it was written to. in: blocks never fall, price >= 0
  bool see(std::int64_t block, double price);
  double price() const { return price_; }
  std::int64_t written() const { return written_; }
  std::int64_t due() const { return written_ + terms_.heartbeat; }

 private:
  OracleTerms terms_;
  double price_;
  std::int64_t written_ = 0;
};

/// A till that pays first come, first served, while there is something in it.
struct Till {
  Units waiting = 0, served = 0;
  double allowance = 0;  ///< Units that a daily limit leaves to pay.

  /// Pays those who wait. in: most: what is in it; allowed: what a limit adds, negative: no limit
  Units pay(Units most, double allowed);
  /// The place in the queue of one who asks now.
  Units ticket() const { return served + waiting; }
};

}  // namespace levee::scenario
