#include "levee/scenario/cascade_ledger.h"

#include "tests/support/cases.h"

#include <cmath>

namespace levee::scenario {

TEST(Ledger, MovesWhatIsThereAndNothingElse) {
  Ledger ledger;
  ledger.issue(Holder::us, Asset::coin, 100);
  ledger.move({Holder::us, Holder::pool, Asset::coin, 60});
  EXPECT_EQ(ledger.of(Holder::us, Asset::coin), 40);
  EXPECT_EQ(ledger.held(Asset::coin), ledger.issued(Asset::coin));
  EXPECT_THROW(ledger.move({Holder::us, Holder::pool, Asset::coin, 41}), ContractBroken);
  EXPECT_THROW(ledger.move({Holder::us, Holder::pool, Asset::coin, -1}), ContractBroken);
  EXPECT_THROW(ledger.move({Holder::us, Holder::pool, Asset::quote, 1}), ContractBroken);
}

TEST(PushFeed, IsWrittenAtTheDeviationAndNotBelow) {
  PushFeed feed({.deviation = 0.01, .heartbeat = 300}, 1000);
  EXPECT_FALSE(feed.see(1, 1009.999));
  EXPECT_FALSE(feed.see(2, 990.001));
  EXPECT_EQ(feed.price(), 1000);
  EXPECT_TRUE(feed.see(3, 1010));
  EXPECT_EQ(feed.price(), 1010);
  EXPECT_EQ(feed.written(), 3);
  // From 1,010 now, not from 1,000.
  EXPECT_FALSE(feed.see(4, 1000));
  EXPECT_TRUE(feed.see(5, 999.9));
}

TEST(PushFeed, IsWrittenAtTheHeartbeatAndNotBefore) {
  PushFeed feed({.deviation = 0.01, .heartbeat = 300}, 1000);
  EXPECT_FALSE(feed.see(299, 1001));
  EXPECT_TRUE(feed.see(300, 1001));
  EXPECT_EQ(feed.price(), 1001);
  EXPECT_FALSE(feed.see(599, 1001));
  EXPECT_TRUE(feed.see(600, 1001));
  EXPECT_EQ(feed.due(), 900);
}

TEST(PushFeed, AWriteByDeviationStartsTheHeartbeatAnew) {
  PushFeed feed({.deviation = 0.01, .heartbeat = 300}, 1000);
  EXPECT_TRUE(feed.see(200, 900));
  EXPECT_FALSE(feed.see(400, 900));
  EXPECT_TRUE(feed.see(500, 900));
  EXPECT_TRUE(feed.see(501, 0));
  EXPECT_TRUE(feed.see(502, 1));
}

TEST(PushFeedLaw, IsNeverOlderThanItsHeartbeatNorFurtherOffThanItsDeviation) {
  test::for_cases(500, [](test::Gen& gen) {
    const OracleTerms terms{.deviation = gen.scale(0.001, 0.1), .heartbeat = gen.integer(1, 400)};
    double price = 1000;
    PushFeed feed(terms, price);
    for (int block = 1; block < 200; ++block) {
      price *= std::exp(gen.real(-0.01, 0.01));
      const double before = feed.price();
      const std::int64_t written = feed.written();
      const bool off = std::abs(price - before) >= terms.deviation * before;
      const bool wrote = feed.see(block, price);
      EXPECT_EQ(wrote, off || block - written >= terms.heartbeat);
      EXPECT_EQ(feed.price(), wrote ? price : before);
      EXPECT_LT(block - feed.written(), terms.heartbeat);
    }
  });
}

TEST(Till, PaysInOrderWhileThereIsSomethingInIt) {
  Till till;
  till.waiting = 100;
  EXPECT_EQ(till.ticket(), 100);
  EXPECT_EQ(till.pay(30, -1), 30);
  EXPECT_EQ(till.waiting, 70);
  EXPECT_EQ(till.served, 30);
  // Who asks now stands behind the seventy, wherever the thirty went.
  EXPECT_EQ(till.ticket(), 100);
  EXPECT_EQ(till.pay(1000, -1), 70);
  EXPECT_EQ(till.pay(1000, -1), 0);
}

TEST(Till, ALimitAddsUpWhileSomebodyWaitsAndIsNotSavedUpOtherwise) {
  Till till;
  EXPECT_EQ(till.pay(1000, 50), 0);
  till.waiting = 100;
  EXPECT_EQ(till.pay(1000, 10.5), 10);
  EXPECT_EQ(till.pay(1000, 10.5), 11);
  EXPECT_EQ(till.pay(5, 10), 5);
  EXPECT_EQ(till.pay(1000, 0), 5);
}

}  // namespace levee::scenario
