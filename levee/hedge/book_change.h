// levee/hedge/book_change.h — what changes the book itself: cover bought, liquidity taken out.
//
// They stand in the programme beside options and perps, in the same dollars.
#pragma once
#include "levee/hedge/score.h"

#include <span>
#include <string>
#include <vector>

namespace levee::hedge {

/// Candidates and what a unit of each is worth on every path; empty where nothing may change.
struct BookChanges {
  std::vector<Candidate> list;
  num::Matrix<Usd> value;                 ///< [candidates x paths]
  std::vector<std::vector<double>> gain;  ///< [candidates][paths] what counts against coverage.
  std::vector<std::string> left_out;
};

/// What changes are made from, beside the setting.
struct ChangeAsk {
  const risk::LossTable& losses;     ///< Of the book as it stands.
  const risk::LossTable& of_market;  ///< Of its positions alone, without fees and failures.
  const risk::Repricing& with;
};

/// Every cover on offer in layers, one after the other, each a dollar of limit a unit; and every
/// position's liquidity as a share from nothing to policy.leave_share_max, its tokens kept.
///
/// out:  a cover's layers are as wide as an eighth of the most that a path loses: the first pay
///       first, so that the programme buys from the bottom up. A position whose fees are not known
///       is not left: leaving would seem to cost nothing
/// src:  methodology 4.37 and amendment 1
BookChanges changes_of(const Setting& setting, const ChangeAsk& ask);

/// The book after what of these changes it, with fees a day to match. Layers of one offer become
/// one cover.
struct ChangedBook {
  book::Book book;
  std::vector<std::optional<double>> fees;
  double cost_usd = 0;  ///< At once, beyond the covers' premiums, which the book now pays: gas.
};
ChangedBook changed(const book::Book& book, const market::Snapshot& snapshot,
                    std::span<const std::optional<double>> fees, std::span<const Held> held);

/// The cover that an offer becomes for a limit.
book::Cover cover_from(const market::CoverOffer& offer, Usd limit);

}  // namespace levee::hedge
