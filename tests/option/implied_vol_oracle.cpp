// tests/option/implied_vol_oracle.cpp — every row printed in mathematics 3.2.
#include "tests/option/chain_cases.h"

namespace levee::option {

TEST(ImpliedVolOracle, RecoversEveryRowOf3_2) {
  struct Row {
    double strike, vol, years, price;
  };
  for (const Row& row :
       {Row{1, .6, .02, 0.033841222341735433302},
        Row{1.5, .8, 1.0 / 365, 9.2372817642398382316e-25},
        Row{.5, 1.2, .25, 0.025303158686420740842}, Row{2, .4, .25, 1.8862181761500372973e-5},
        Row{1, 1e-4, 1, 3.9894228023520672784e-5}, Row{1, 3, 5, 0.99920376984240918847},
        Row{10, .5, 1, 6.3400895081251024599e-7}}) {
    SCOPED_TRACE(row.strike);
    const Type type = row.strike >= 1 ? Type::call : Type::put;
    const auto vol =
        implied_vol(type, Price{row.strike}, Price{1}, Years{row.years}, Usd{row.price});
    ASSERT_TRUE(vol);
    EXPECT_CLOSE(vol->value(), row.vol, 1e-13);
    for (const auto engine : {num::Engine::plain, num::Engine::avx2, num::Engine::avx512}) {
      if (!num::has_engine(engine)) continue;
      test::Chain chain;
      chain.push(type, Price{row.strike}, {Price{1}, Years{row.years}, Vol{row.vol}});
      const auto got = test::vols(chain.options(), {Usd{row.price}}, engine);
      EXPECT_EQ(got.verdict[0], VolVerdict::found);
      EXPECT_CLOSE(got.vol[0].value(), row.vol, 1e-13);
    }
    // And the price itself, on the way there.
    const BlackInputs in{Price{1}, Years{row.years}, Vol{row.vol}};
    EXPECT_CLOSE(black_price(type, Price{row.strike}, in).value(), row.price, 2e-14);
  }
}

}  // namespace levee::option
