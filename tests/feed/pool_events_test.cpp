#include "levee/feed/pool_events.h"

#include "levee/book/lp_account.h"
#include "levee/replay/reconstruct.h"
#include "tests/feed/scratch.h"

#include <map>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::recorded;
using test::written;
using ::testing::HasSubstr;

const std::string header =
    "block_number,block_timestamp,tx_type,pool_log_index,sender,amount0,amount1,total_liquidity,"
    "sqrtPriceX96,current_tick,tick_lower,tick_upper,liquidity\n";
const std::string me = "0x000000000000000000000000000000000000000a";
const std::string other = "0x000000000000000000000000000000000000000b";

std::string decoded() {
  return header + "5,2024-01-05 00:00:23,SWAP,1," + me + ",-10,20,30,4295128740,-887272.0,,,\n" +
         "5,2024-01-05 00:00:23,MINT,2," + me + ",11,12,,,,-20.0,30.0,13\n" +
         "6,2024-01-05 00:00:35,BURN,1," + other + ",11,12,,,,-20,30,13\n" +
         "6,2024-01-05 00:00:35,COLLECT,2," + other + ",14,15,,,,-20,30,\n";
}

TEST(PoolEvents, ReadDecodedRows) {
  const auto read = read_pool_events(written("events.csv", decoded()));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->events.size(), 4U);
  EXPECT_EQ(read->mint_owner, MintOwner::payer);
  const auto& swap = std::get<replay::SwapSeen>(read->events[0].what);
  EXPECT_EQ(swap.flows.token0, I256{-10});
  EXPECT_EQ(swap.tick, -887272);
  EXPECT_EQ(read->events[0].time, 1704412823U);
  const auto& mint = std::get<replay::ChangeSeen>(read->events[1].what);
  EXPECT_EQ(mint.range, (amm::TickRange{-20, 30}));
  EXPECT_EQ(mint.liquidity, 13U);
  EXPECT_EQ(std::get<replay::CollectSeen>(read->events[3].what).paid.token1, U256{15});
}

TEST(PoolEvents, GiveAMintToWhoeverBurnsItsRangeNext) {
  const auto read = read_pool_events(written("events.csv", decoded()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->owners_inferred, 1U);
  EXPECT_EQ(std::get<replay::ChangeSeen>(read->events[1].what).owner.bytes[19], 0xb);
  const auto own =
      read_pool_events(written("own.csv", edited(decoded(), "MINT,2," + me, "MINT,2," + other)));
  ASSERT_TRUE(own);
  EXPECT_EQ(own->owners_inferred, 0U);
}

TEST(PoolEvents, RefuseWhatIsNotWhatItSays) {
  const auto refused = [](std::string_view part, std::string_view by) {
    const auto read = read_pool_events(written("bad.csv", edited(decoded(), part, by)));
    EXPECT_FALSE(read);
    return read ? std::string() : read.error().message;
  };
  EXPECT_THAT(refused("tx_type", "type"), HasSubstr("no column tx_type"));
  EXPECT_THAT(refused("SWAP", "FLASH"), HasSubstr(":2: tx_type \"FLASH\" (is not SWAP"));
  EXPECT_THAT(refused(",-10,20,", ",-10.5,20,"), HasSubstr(":2: amount0 \"-10.5\""));
  EXPECT_THAT(refused("-887272.0", "-887273.0"), HasSubstr(":2: current_tick"));
  EXPECT_THAT(refused("MINT,2,", "MINT,1,"), HasSubstr(":3: block 5 log 1 is not after block 5"));
  EXPECT_THAT(refused("BURN,1," + other, "BURN,1,0xb"), HasSubstr(":4: sender"));
  EXPECT_THAT(refused("2024-01-05 00:00:35", "noon"), HasSubstr(":4: block_timestamp"));
}

TEST(PoolEvents, AreHeldAgainstAnotherRecording) {
  const auto a = read_pool_events(written("a.csv", decoded()));
  const auto b = read_pool_events(written("b.csv", edited(decoded(), ",14,15,", ",14,16,")));
  ASSERT_TRUE(a && b);
  EXPECT_TRUE(told_differently(*a, *a)->empty());
  EXPECT_EQ(*told_differently(*a, *b), (std::vector<std::size_t>{3}));
  PoolEvents shorter = *b;
  shorter.events.pop_back();
  EXPECT_EQ(told_differently(*a, shorter).error().reason, Reason::corrupt);
}

const std::string day = "uniswap_v3/events/ethereum_USDC-WETH_500_0x88e6_2024-01-05_";

amm::PoolTerms terms() {
  amm::PoolTerms terms;
  terms.fee = FeePips{500};
  terms.spacing = TickSpacing{10};
  return terms;
}

struct Day {
  replay::Reconstruction made;
  replay::Replay told;
  amm::Pool pool;
};

Day replayed(const std::vector<replay::PoolEvent>& events) {
  const auto made = replay::reconstruct(events, terms());
  EXPECT_TRUE(made) << made.error().message;
  auto pool = amm::Pool::from(made->found);
  EXPECT_TRUE(pool) << pool.error().message;
  auto told = replay::judge_events(*pool, std::span(events).subspan(made->first), made->old);
  return {*made, std::move(told), *pool};
}

TEST(RecordedDay, ReplaysToTheLastUnitFromEitherForm) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto raw = read_pool_events(recorded(day + "rawlogs.csv.gz"));
  const auto rows = read_pool_events(recorded(day + "events.csv.gz"));
  ASSERT_TRUE(raw) << raw.error().message;
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_TRUE(told_differently(*raw, *rows)->empty());
  EXPECT_EQ(rows->owners_inferred, 8U);
  EXPECT_EQ(rows->events, raw->events) << "owners inferred are the owners in the logs";

  const auto [made, told, pool] = replayed(raw->events);
  for (const auto& each : told.differences) ADD_FAILURE() << each.event << ": " << each.what;
  EXPECT_EQ(told.swaps, 6046U);
  EXPECT_EQ(told.mints, 54U);
  EXPECT_EQ(told.burns, 69U);
  EXPECT_EQ(told.collects, 65U);
  EXPECT_EQ(told.by_call, (std::array<std::size_t, 3>{5239, 616, 191}));
  EXPECT_EQ(told.ambiguous, 0U);
  EXPECT_EQ(told.collects_judged.all_owed, 36U) << "fees included, to the unit";
  EXPECT_EQ(told.collects_judged.too_old, 29U);
}

TEST(RecordedDay, IsMostlyNotWhatWasInferredFromIt) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto raw = read_pool_events(recorded(day + "rawlogs.csv.gz"));
  ASSERT_TRUE(raw);
  const auto [made, told, pool] = replayed(raw->events);
  EXPECT_TRUE(made.is_price_solved);
  EXPECT_EQ(made.bands, 39U);
  ASSERT_EQ(made.gaps.size(), 2U);
  EXPECT_EQ(made.gaps[0].range, (amm::TickRange{198980, 198990}));
  EXPECT_TRUE(made.gaps[0].undetermined.is_zero()) << "one liquidity alone gives four swaps";
  EXPECT_EQ(made.gaps[1].range, (amm::TickRange{199320, 199340}));
  const replay::Evidence evidence = evidence_of(made, told);
  EXPECT_EQ(evidence.compared, 30230U);
  EXPECT_EQ(evidence.independent, 24141U);
}

TEST(RecordedDay, ShowsTicksThatStayInitialisedTooLong) {
  LEVEE_NEEDS_RECORDED_FILES();
  auto raw = read_pool_events(recorded(day + "rawlogs.csv.gz"));
  ASSERT_TRUE(raw);
  // Mints of other owners leave their edges initialised when the liquidity is burned: swaps are
  // split there and round once more, though liquidity is right everywhere.
  for (replay::PoolEvent& event : raw->events) {
    auto* seen = std::get_if<replay::ChangeSeen>(&event.what);
    if (seen == nullptr || seen->change != replay::Change::mint) continue;
    seen->owner.bytes[0] ^= 1;
  }
  EXPECT_FALSE(replayed(raw->events).told.differences.empty());
}

// Positions minted and collected within the day, accounted from fee growth alone, are paid what
// the chain paid.
TEST(RecordedDay, PaysWhatOurBooksSayIsOwed) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto raw = read_pool_events(recorded(day + "rawlogs.csv.gz"));
  ASSERT_TRUE(raw);
  const auto made = replay::reconstruct(raw->events, terms());
  ASSERT_TRUE(made);
  auto pool = amm::Pool::from(made->found);
  ASSERT_TRUE(pool);
  std::map<amm::PositionKey, book::LpAccount> accounts;
  std::size_t collects = 0;
  I256 earned;
  for (const replay::PoolEvent& event : raw->events) {
    const std::span<const replay::PoolEvent> one(&event, 1);
    const auto moment = [&](const amm::TickRange& range) {
      const auto& ticks = pool->ticks();
      const amm::RangeAsk ask{{range.lower, &ticks.at(range.lower)},
                              {range.upper, &ticks.at(range.upper)},
                              pool->numbers().tick,
                              pool->numbers().fees};
      return book::LpMoment{pool->numbers().price, pool->numbers().tick, amm::fees_inside(ask)};
    };
    if (const auto* seen = std::get_if<replay::ChangeSeen>(&event.what)) {
      const amm::PositionKey key{seen->owner, seen->range, {}};
      const bool is_mint = seen->change == replay::Change::mint;
      if (is_mint && pool->position(key).liquidity == 0) {
        accounts.emplace(key, *book::LpAccount::open(seen->range, book::Worth::in_token1));
      }
      const book::LpMoment before = moment(seen->range);
      EXPECT_TRUE(replay::judge_events(*pool, one, made->old).differences.empty());
      const auto found = accounts.find(key);
      if (found == accounts.end()) continue;
      // A mint's ticks count from when they are there, a burn's until they go.
      const auto line = is_mint ? found->second.add(seen->liquidity, moment(seen->range))
                                : found->second.remove(seen->liquidity, before);
      ASSERT_TRUE(line);
      EXPECT_EQ(is_mint ? line->paid : line->freed, seen->amounts);
      earned = wrapping_add(earned, I256::positive(line->fees_worth));
      continue;
    }
    EXPECT_TRUE(replay::judge_events(*pool, one, made->old).differences.empty());
    const auto* collect = std::get_if<replay::CollectSeen>(&event.what);
    if (collect == nullptr) continue;
    const auto found = accounts.find({collect->owner, collect->range, {}});
    if (found == accounts.end()) continue;
    const auto line = found->second.collect(collect->paid);
    ASSERT_TRUE(line);
    EXPECT_EQ(line->collected, collect->paid);
    ++collects;
  }
  EXPECT_EQ(collects, 36U);
  EXPECT_GT(earned, I256{});
}

}  // namespace
}  // namespace levee::feed
