#include "levee/market/parity_market.h"

#include "tests/support/small_market.h"

#include <gtest/gtest.h>

namespace levee::market {

TEST(ParityChain, HoldsStrikesQuotedOnBothSidesAndCountsTheOthers) {
  Snapshot snapshot = test::small_market({.tenors = {30, 60}, .strikes = {1800, 2000, 2200}});
  snapshot.chain.push_back(snapshot.chain[0]);
  snapshot.chain.back().contract.expiry = snapshot.at;  // expired
  const auto all = parity_chain(snapshot);
  EXPECT_EQ(all.strikes, 6u);
  EXPECT_EQ(all.one_sided, 0u);
  ASSERT_EQ(all.expiries.size(), 2u);

  Quote& gone = snapshot.chain[2];  // a put at 2000, 30 days
  ASSERT_EQ(gone.instrument, "ETH-30-2000-P");
  gone.bid.reset();
  const auto chain = parity_chain(snapshot);
  EXPECT_EQ(chain.strikes, 5u);
  EXPECT_EQ(chain.one_sided, 1u);
  const ParityListed& first = chain.expiries.begin()->second;
  ASSERT_EQ(first.quotes.size(), 2u);
  EXPECT_EQ(first.quotes[1].strike, Price{2200});
  EXPECT_EQ(first.calls[1], "ETH-30-2200-C");
  EXPECT_EQ(first.puts[1], "ETH-30-2200-P");
  EXPECT_EQ(first.quotes[1].put_ask, snapshot.chain[4].ask->value());
}

TEST(ParityLegs, StandAtTheForwardAndAtTheIndexWithItsFunding) {
  Snapshot snapshot = test::small_market();
  EXPECT_EQ(perpetual_leg(snapshot, years(days(10))).error().reason, Reason::missing_data)
      << "twenty days do not make a mean of thirty";
  snapshot.funding =
      test::series_until(snapshot.at, hours(8), std::vector<double>(120, std::log(0.05)));
  const auto perpetual = perpetual_leg(snapshot, years(days(10)));
  ASSERT_TRUE(perpetual);
  EXPECT_EQ(perpetual->bid, snapshot.spot);
  EXPECT_NEAR(perpetual->carry, 0.05 * 10 / 365, 1e-12);
  const auto wide = with_half_spread(future_leg(Price{2100}), 0.001);
  EXPECT_NEAR(wide.bid.value(), 2097.9, 1e-9);
  EXPECT_NEAR(wide.ask.value(), 2102.1, 1e-9);
  snapshot.funding.reset();
  EXPECT_EQ(perpetual_leg(snapshot, years(days(10))).error().reason, Reason::missing_data);
}

}  // namespace levee::market
