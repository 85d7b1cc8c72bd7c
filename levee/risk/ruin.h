// levee/risk/ruin.h — the chance of losing all that a book is worth, or a share of it.
//
// src: the mass of the loss distribution at and beyond a limit; Asmussen & Albrecher (2010), Ruin
//      Probabilities, 2nd ed., chapter I, of one period
#pragma once
#include "levee/risk/measure.h"
#include "levee/risk/tail.h"

#include <optional>
#include <span>

namespace levee::risk {

/// What a book is worth today: positions, cash, wallet, options at the surface's price, margins of
/// perps, what is pledged, less what is owed. Covers and perps without margin count as nothing.
///
/// err: missing_data for a lot on an asset of which no market is given
Result<Usd> worth_of(const book::Book& book, const Pricing& pricing);

/// Share of the mass whose loss is at least the limit, with its standard error.
///
/// in: as tail_of, not empty
num::Estimate chance_of_loss(std::span<const double> losses_usd, const Drawn& drawn, Usd limit);

/// A loss that counts as ruin, and how likely it is to the horizon.
struct RuinTold {
  double share = 1, worth_usd = 0, loss_usd = 0, chance = 0, chance_se = 0;
  std::optional<double>
      chance_most{};  ///< At 95 %, where none was drawn; none: it was, or unknown.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("share", self.share, "of what the book is worth, whose loss counts as ruin");
    visit("worth_usd", self.worth_usd, "of the book today");
    visit("loss_usd", self.loss_usd, "that share of it");
    visit("chance", self.chance, "that as much or more is lost by the horizon");
    visit("chance_se", self.chance_se, "its standard error");
    visit("chance_most", self.chance_most,
          "where none was drawn: the most it can be, with 95 %; null: some were, or paths are not "
          "independent");
  }
};

/// out: where no path of independent, equally likely ones loses as much, the chance that would
/// leave
///      5 % for that (Hanley & Lippman-Hand 1983, JAMA 249, 1743-1745)
/// err: no_solution where the book is worth nothing today (nothing can be lost of it)
Result<RuinTold> ruin_told(std::span<const double> losses_usd, const Drawn& drawn, Usd worth,
                           Share share);

}  // namespace levee::risk
