#include "levee/hazard/kept_fit.h"

#include <algorithm>
#include <cctype>
#include <numeric>

#include <fmt/core.h>

namespace levee::hazard {
namespace {

constexpr std::size_t draws_kept = 500;

// Every so many-th draw of a table.
template <class Unit>
num::Matrix<Unit> thinned(const num::Matrix<Unit>& from) {
  const std::size_t kept = std::min(draws_kept, from.columns());
  num::Matrix<Unit> to(from.rows(), kept);
  for (std::size_t r = 0; r < from.rows(); ++r) {
    for (std::size_t i = 0; i < kept; ++i) to.row(r)[i] = from.row(r)[i * from.columns() / kept];
  }
  return to;
}

// Letters and digits alone, so that uniswap_v3 is Uniswap V3; versions stay.
std::string plain(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isalnum(letter)) text += static_cast<char>(std::tolower(letter));
  }
  return text;
}

// Names that share a beginning with one that was not found.
std::string near_to(const Universe& universe, std::string_view name) {
  const std::string key = plain(name).substr(0, 4);
  std::string list;
  int told = 0;
  for (const Protocol& one : universe.protocols) {
    if (key.empty() || !plain(one.name).starts_with(key)) continue;
    list += fmt::format("{}{}", list.empty() ? "; there are " : ", ", one.name);
    if (++told == 5) break;
  }
  return list;
}

Result<std::size_t> protocol_of(const KeptFit& fit, const std::string& name) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < fit.universe.protocols.size(); ++i) {
    const Protocol& one = fit.universe.protocols[i];
    if (one.id == name) return i;
    if (plain(one.name) == plain(name)) found.push_back(i);
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return fail(Reason::missing_data,
                fmt::format("\"{}\" (the fit's universe has no such protocol{}) give a table of "
                            "that name in the --protocol file, with listed_as, sector or a rate",
                            name, near_to(fit.universe, name)));
  }
  return fail(Reason::missing_data,
              fmt::format("\"{}\" (stands {} times in the fit's universe) give listed_as with the "
                          "id of the one that is meant",
                          name, found.size()));
}

std::vector<Intensity> sector_draws(const KeptFit& fit, Sector sector) {
  const EventRate& rate = fit.sector[static_cast<std::size_t>(sector)];
  const std::size_t count = fit.frequency.sector.columns();
  // In an order of their own: what is not known of a sector alone goes with nothing else.
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  num::Draws draws(0x5ec7, static_cast<std::uint32_t>(sector), 0);
  for (std::size_t i = count; i > 1; --i) {
    std::swap(order[i - 1],
              order[static_cast<std::size_t>(draws.uniform() * static_cast<double>(i))]);
  }
  std::vector<Intensity> rates;
  for (const std::size_t i : order) {
    rates.push_back(rate.quantile((static_cast<double>(i) + 0.5) / static_cast<double>(count)));
  }
  return rates;
}

}  // namespace

KeptFit kept_from(const HazardFit& fit, const Universe& universe) {
  KeptFit kept{.window = fit.window,
               .universe = universe,
               .frequency = {},
               .pooled = fit.pooled,
               .lost = fit.lost};
  kept.frequency.beta = thinned(fit.frequency.beta);
  kept.frequency.sector = thinned(fit.frequency.sector);
  kept.frequency.effective_draws = fit.frequency.effective_draws;
  kept.sector.assign(sectors, fit.prior_rate);
  kept.recovered.assign(sectors, fit.recovered);
  for (const SectorFit& one : fit.sectors) {
    kept.sector[static_cast<std::size_t>(one.sector)] = one.rate;
    kept.recovered[static_cast<std::size_t>(one.sector)] = one.recovered;
  }
  return kept;
}

Result<FailureModel> fitted_model(const KeptFit& fit, const NodeAsk& ask) {
  if (ask.at < fit.window.until) {
    return fail(Reason::bad_input,
                fmt::format("the fit of failures (it knows what was disclosed until {}, the market "
                            "is of {}) fit it until an earlier day",
                            text_of(fit.window.until), text_of(ask.at)));
  }
  FailureModel model{
      .protocol = ask.name, .intensity = {}, .loss_low = {}, .loss_high = {}, .source = {}};
  Sector sector{};
  const std::string until = text_of(fit.window.until).substr(0, 10);
  if (ask.sector) {
    sector = *ask.sector;
    model.drawn = sector_draws(fit, sector);
    model.source = fmt::format("incidents until {}, sector {}", until, name_of(sector));
  } else {
    const auto number = protocol_of(fit, ask.listed_as.empty() ? ask.name : ask.listed_as);
    if (!number) return number.error();
    const Protocol& protocol = fit.universe.protocols[*number];
    sector = protocol.sector;
    const UnixSeconds at = std::min(ask.at, fit.window.until + trend_carried);
    const auto x = covariates_at(protocol, at);
    for (const double rate : fit.frequency.rates(static_cast<std::size_t>(sector), x)) {
      model.drawn.push_back(Intensity{rate});
    }
    model.source =
        fmt::format("incidents until {}, {} of sector {}", until, protocol.name, name_of(sector));
  }
  double sum = 0;
  for (const Intensity rate : model.drawn) sum += rate.value();
  model.intensity = Intensity{sum / static_cast<double>(model.drawn.size())};
  model.fitted = FittedLoss{fit.lost, fit.recovered[static_cast<std::size_t>(sector)]};
  return model;
}

}  // namespace levee::hazard
