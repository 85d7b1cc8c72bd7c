// levee/risk/quick_ratio.h — can those who want out be paid: what is at hand over what is due.
//
// Of a plain pool everyone's share can be withdrawn at any time: the ratio tells something of
// lenders, bridges, vaults, and of a position's own debts. What is shut is not liquid, whatever
// its mark.
// src: Diamond & Dybvig (1983), J. Political Economy 91, 401-419 (runs); quick ratio as accountants
// use it
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/base/units.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace levee::risk {

/// What a ratio asks for.
enum class Band {
  sound,   ///< 1.5 and more, or nothing is due.
  watch,   ///< 1.2 to 1.5.
  reduce,  ///< 1.0 to 1.2: take 25 % off.
  leave,   ///< Below 1: take 40 % off, or leave.
  shut     ///< It cannot be left at all now.
};
std::string_view name_of(Band band);
/// What to do, in words.
std::string_view action_of(Band band);

enum class Door { open, shut };  ///< Shut: paused, or every unit is lent out.

struct QuickRatio {
  std::optional<double> ratio;  ///< Nothing where nothing is due.
  Usd at_hand, due;
  Band band = Band::sound;
  bool is_liquid() const { return band != Band::shut; }
};

/// in:  band edges belong to the better band
Band band_of(double ratio);

/// Something that can be turned into money within the horizon.
struct AtHand {
  Usd amount;
  Share haircut;
};

/// What is at hand over what is due.
/// err: out_of_range for an amount that is negative or no number, a haircut outside [0, 1]
Result<QuickRatio> quick_ratio(std::span<const AtHand> at_hand, Usd due, Door door = Door::open);

/// An AMM position: quote currency that it gives after its other coin is sold within 1 %, over the
/// owner's debts and the margin call of three deviations.
struct PositionClaims {
  Usd obtainable, debt, margin_call;
  Door door = Door::open;
};
Result<QuickRatio> quick_ratio_of(const PositionClaims& position);

/// A lender: cash over what depositors may want, the larger of the outflow of a bad day and the
/// largest five. Everything lent out: shut.
struct LenderClaims {
  Usd cash, supplied;
  Share bad_day, largest_five;  ///< Of what was supplied.
  Door door = Door::open;
};
Result<QuickRatio> quick_ratio_of(const LenderClaims& lender);

/// A bridge: collateral that can be verified, over the claims that were minted on it.
struct BridgeClaims {
  Usd collateral, minted;
  Share haircut{0};
  Door door = Door::open;
};
Result<QuickRatio> quick_ratio_of(const BridgeClaims& bridge);

/// A vault: what lies in it, what comes back from where it is invested within the horizon (after a
/// haircut), over the shares that may be handed in.
struct VaultClaims {
  Usd idle, coming_back, due;
  Share haircut{0};
  Door door = Door::open;
};
Result<QuickRatio> quick_ratio_of(const VaultClaims& vault);

/// A run that has happened: what a stress asks for.
struct DatedRun {
  std::string_view name, from;
  Share outflow;
  Seconds within;
  std::string_view source;
};
/// In order of time.
std::span<const DatedRun> dated_runs();

/// A lender under a run of the past. err: as quick_ratio
Result<QuickRatio> quick_ratio_in(const DatedRun& run, const LenderClaims& lender);

}  // namespace levee::risk
