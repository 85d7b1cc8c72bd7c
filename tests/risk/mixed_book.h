// tests/risk/mixed_book.h — one book of everything, on drawn futures of two assets.
#pragma once
#include "levee/risk/loss.h"
#include "tests/scenario/world.h"

namespace levee::test {

struct MixedBook {
  scenario::Calibration calibration = joint_calibration();
  market::Snapshot snapshot = bare_snapshot();
  market::Snapshot other = bare_snapshot();
  option::Surface surface = *market::surface_of(snapshot);
  option::Surface other_surface;
  std::vector<risk::Beside> beside;
  book::Book book;
  risk::FeeForecast fees{400.0};
  scenario::ScenarioSet set;

  static option::Surface surface_at(market::Snapshot& snapshot) {
    snapshot.base = "BTC";
    snapshot.spot = Price{60'000};
    snapshot.chain = chain_of(snapshot.at, snapshot.spot, 0.05,
                              [](double x) { return 0.5 - 0.04 * x + 0.1 * x * x; });
    return *market::surface_of(snapshot);
  }

  scenario::Recipe asked(std::size_t paths) {
    scenario::Recipe recipe = test::recipe(calibration, paths);
    recipe.protocols = {{"vault", Intensity{1}, Share{0.2}, Share{0.8}, "by hand"}};
    snapshot.protocols = recipe.protocols;
    return recipe;
  }

  explicit MixedBook(std::size_t paths) : other_surface(surface_at(other)) {
    beside.push_back({other, other_surface, Rate{0.05}});
    using option::Contract;
    book.positions = {{.name = "lp",
                       .protocol = "vault",
                       .range = {{Price{1600}, Price{2400}}, amm::HumanLiquidity{50'000}},
                       .entry_price = Price{2000},
                       .entry_at = {},
                       .fees_earned = {}}};
    book.lots = {
        {"put", Contract{option::Type::put, Price{1800}, snapshot.at + days(60)}, Tokens{100}},
        {"gone", Contract{option::Type::call, Price{2200}, snapshot.at + days(7)}, Tokens{-20}},
        {"btc put", Contract{option::Type::put, Price{55'000}, snapshot.at + days(60)}, Tokens{2},
         "BTC"},
        {"short", book::Perp{}, Tokens{-150}, "", book::Margin{.collateral = Usd{40'000}}},
        {"btc perp", book::Perp{}, Tokens{1}, "BTC"}};
    book.loans = {{"aave", Usd{100'000}, Tokens{0}, Rate{0.06},
                   book::Pledge{.base = Tokens{65}, .quote = {}, .threshold = Share{0.83}}}};
    book.covers = {{"cover", "vault", Usd{200'000}, Rate{0.03}, Usd{10'000}}};
    book.idle_cash = Usd{150'000};
    book.wallet = Tokens{10};
    set = *scenario::generate("jump", asked(paths), parallel::Team(2));
  }

  risk::Repricing repricing() const { return {snapshot, surface, set, Rate{0.1}, 0, beside}; }
};

}  // namespace levee::test
