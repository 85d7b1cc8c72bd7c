// levee/hedge/layer.h — the shelf of layers: what each is for, and how it stands today.
//
// A layer is one way of changing what a book can lose. It owns sides of candidates (a put bought
// is the put shield's), may close them for a day, and says why. No layer sells what protects.
#pragma once
#include "levee/hedge/program.h"
#include "levee/signal/regime.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::hedge {

/// What a layer looks at.
struct LayerAsk {
  const Setting& setting;
  const signal::Regime& regime;
  std::optional<double> veq{};  ///< VIX-equivalent; none: not known.
  std::string calls_on{};       ///< Which token is the more volatile, in words; empty: not asked.
};

/// What layers leave to the programme.
struct Offer {
  std::vector<Candidate> list;
  Orders orders{};
  std::vector<std::string> left_out;
};

/// How a layer stands.
struct Stance {
  bool stands = true;
  std::string why;  ///< A sentence.
};

/// One layer.
struct Entry {
  std::string_view name;  ///< As in Trade::layer.
  std::string_view about;
  /// Opens or closes what the layer owns; of candidates it closes sides, of orders it sets its own.
  Stance (*stand)(const LayerAsk& ask, Offer& offer);
};

/// Every layer, in name order.
std::span<const Entry> shelf();

/// The layer that a candidate's side belongs to; sign +1 for a purchase, -1 for a sale.
std::string_view layer_of(const Tradable& what, double sign);

/// The layer that a column of a plan belongs to: "roll" where it sells what a roll lets go.
std::string_view layer_in(const Orders& orders, const Tradable& what, double sign);

/// Takes a layer's sides off the list.
void close(std::string_view layer, std::vector<Candidate>& list);

/// Whether any side on the list is the layer's.
bool offers(const std::vector<Candidate>& list, std::string_view layer);

/// What a layer says where its sides are on the list, and where none is.
struct Words {
  std::string_view stands, not_offered;
};
Stance offered(const Offer& offer, std::string_view layer, const Words& words);

/// How one layer stands, with its name.
struct LayerStance {
  std::string_view name, about;
  Stance stance;
};

/// Asks every layer in turn; those of policy.layers_off are closed unasked.
///
/// out: stances in the shelf's order; what is left of the offer is what may be traded
/// src: methodology 4.1 and 6, amendment 8
std::vector<LayerStance> arrange(const LayerAsk& ask, Offer& offer);

/// "put_shield 20000" as a layer and its yearly carry, or nothing where it is not written so.
struct LayerBudget {
  std::string layer;
  Usd carry_per_year;
};
std::optional<LayerBudget> layer_budget_of(std::string_view text);

}  // namespace levee::hedge
