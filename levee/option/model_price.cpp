// levee/option/model_price.cpp — the cosine series first, the contour where it falls short.
#include "levee/option/model_price.h"

#include "levee/option/contour.h"
#include "levee/option/cosine.h"
#include "levee/option/implied_vol.h"

namespace levee::option {
namespace {

// Out-of-the-money prices below this part of the forward would keep fewer than four digits.
constexpr double faint = 1e-8;

Type outer(const Term& term, Price strike) {
  return strike.value() >= term.forward.value() ? Type::call : Type::put;
}

Usd of(const Pair& pair, Type type) { return type == Type::call ? pair.call : pair.put; }

// Both sides from the one that is worth its digits.
Pair paired(Type type, Usd price, Usd ahead) {
  return type == Type::call ? Pair{.call = price, .put = price - ahead}
                            : Pair{.call = price + ahead, .put = price};
}

}  // namespace

Result<std::vector<Pair>> prices_of(const Model& model, const Term& term,
                                    std::span<const Price> strikes) {
  const auto series = cosine_puts(model, term, strikes);
  if (!series && series.error().reason != Reason::not_converged) return series.error();
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    const Usd ahead{term.forward.value() - strikes[i].value()};
    const Type type = outer(term, strikes[i]);
    if (series) {
      const Pair pair = paired(Type::put, series->put[i], ahead);
      if (of(pair, type).value() > faint * term.forward.value()) {
        pairs.push_back(pair);
        continue;
      }
    }
    const auto price = contour_price(model, term, type, strikes[i]);
    if (!price) return price.error();
    pairs.push_back(paired(type, *price, ahead));
  }
  return pairs;
}

Result<std::vector<Vol>> vols_of(const Model& model, const Term& term,
                                 std::span<const Price> strikes) {
  const auto pairs = prices_of(model, term, strikes);
  if (!pairs) return pairs.error();
  std::vector<Vol> vols;
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    const Type type = outer(term, strikes[i]);
    const auto vol =
        implied_vol(type, strikes[i], term.forward, term.expiry, of((*pairs)[i], type));
    if (!vol) return vol.error();
    vols.push_back(*vol);
  }
  return vols;
}

}  // namespace levee::option
