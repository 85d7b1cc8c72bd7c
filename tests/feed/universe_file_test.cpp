#include "levee/feed/universe_file.h"

#include "tests/feed/scratch.h"

#include <algorithm>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using hazard::Protocol, hazard::Sector, hazard::Universe;
using test::edited;
using test::written;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr UnixSeconds from{1'577'836'800};  // 2020-01-01T00:00:00Z

const std::string header =
    "id,name,symbol,category,chains,audit_code,oracles,forked_from,listed_at_unix\n";
const std::string good =
    header +
    "7,Sluice,SLC,Lending,Ethereum|Polygon|Fantom,2,Chainlink,Aave,1600000000\n"
    "8,Weir,-,Dexes,Ethereum,0,,,\n";

Result<Universe> read(std::string_view text) {
  return read_universe(written("universe.csv", text), from);
}

Universe universe_in(std::string_view text) {
  auto universe = read(text);
  EXPECT_TRUE(universe) << universe.error().message;
  return universe ? *universe : Universe{};
}

std::string refusal(std::string_view part, std::string_view by) {
  const auto universe = read(edited(good, part, by));
  EXPECT_FALSE(universe) << by << " was read";
  if (universe) return "";
  EXPECT_EQ(universe.error().reason, Reason::bad_input);
  EXPECT_THAT(universe.error().message, Not(HasSubstr("\n")));
  return universe.error().message;
}

TEST(UniverseFile, IsReadColumnByColumn) {
  const Universe all = universe_in(good);
  EXPECT_THAT(all.source, EndsWith("universe.csv"));
  EXPECT_THAT(all.left_out, IsEmpty());
  ASSERT_THAT(all.protocols, SizeIs(2));
  const Protocol& one = all.protocols[0];
  EXPECT_EQ(one.id, "7");
  EXPECT_EQ(one.name, "Sluice");
  EXPECT_EQ(one.sector, Sector::lending);
  EXPECT_EQ(one.listed, UnixSeconds{1'600'000'000});
  EXPECT_TRUE(one.listing_known);
  EXPECT_EQ(one.chains, 3);
  EXPECT_EQ(one.audited, 1);
  EXPECT_TRUE(one.has_token);
  EXPECT_TRUE(one.is_fork);
  EXPECT_TRUE(one.has_oracle);
  EXPECT_FALSE(one.value_usd);
}

TEST(UniverseFile, HasAnAnswerWhereACellIsEmpty) {
  const Protocol one = universe_in(good).protocols.at(1);
  EXPECT_EQ(one.sector, Sector::dex);
  EXPECT_EQ(one.listed, from) << "where it is not known";
  EXPECT_FALSE(one.listing_known);
  EXPECT_EQ(one.chains, 1);
  EXPECT_EQ(one.audited, 0);
  EXPECT_FALSE(one.has_token) << "a dash is no ticker";
  EXPECT_FALSE(one.is_fork);
  EXPECT_FALSE(one.has_oracle);
  const Protocol bare = universe_in(header + "9,Dyke,,,,,Chainlink,,\n").protocols.at(0);
  EXPECT_EQ(bare.sector, Sector::other);
  EXPECT_EQ(bare.chains, 1);
  EXPECT_EQ(bare.audited, 0);
  EXPECT_FALSE(bare.has_token);
  EXPECT_FALSE(bare.is_fork);
  EXPECT_TRUE(bare.has_oracle);
}

TEST(UniverseFile, KnowsFourCodesOfAnAudit) {
  const auto audited = [](const std::string& code) {
    return universe_in(edited(good, ",2,Chain", "," + code + ",Chain")).protocols.at(0).audited;
  };
  EXPECT_EQ(audited("0"), 0);
  EXPECT_EQ(audited("1"), 0.5) << "in part";
  EXPECT_EQ(audited("2"), 1);
  EXPECT_EQ(audited("3"), 0.5) << "a fork of what was";
}

TEST(UniverseFile, MayNameItsIdsAfterTheirSource) {
  EXPECT_EQ(universe_in(edited(good, "id,", "defillama_id,")).protocols.at(1).id, "8");
}

TEST(UniverseFile, MaySayWhatAProtocolHolds) {
  const Universe all = universe_in(
      edited(header, "\n", ",value_usd\n") + "7,Sluice,SLC,Lending,Ethereum,2,,,,12.5\n" +
      "8,Weir,SLC,Lending,Ethereum,2,,,,\n" + "9,Dyke,SLC,Lending,Ethereum,2,,,,0\n");
  EXPECT_EQ(all.protocols.at(0).value_usd, Usd{12.5});
  EXPECT_EQ(all.protocols.at(1).value_usd, std::nullopt);
  EXPECT_EQ(all.protocols.at(2).value_usd, std::nullopt) << "nothing in it";
}

TEST(UniverseFile, LeavesOutVenuesAndChains) {
  const Universe all = universe_in(good +
                                   "9,Custody,,CEX,Bitcoin,0,,,\n10,Polder,,Chain,,,,,\n"
                                   "11,Lock,,Cross Chain,,,,,\n");
  EXPECT_THAT(all.protocols, SizeIs(3));
  ASSERT_THAT(all.left_out, SizeIs(2));
  EXPECT_THAT(all.left_out[0].place, EndsWith("universe.csv:4"));
  EXPECT_EQ(all.left_out[0].protocol, "Custody");
  EXPECT_EQ(all.left_out[0].why, "a custodial venue");
  EXPECT_THAT(all.left_out[1].place, EndsWith("universe.csv:5"));
  EXPECT_EQ(all.left_out[1].protocol, "Polder");
  EXPECT_EQ(all.left_out[1].why, "a chain");
}

TEST(UniverseFile, ReadsQuotedCells) {
  const Universe all = universe_in(edited(good, "Sluice", "\"Sluice, \"\"the\"\" gate\""));
  EXPECT_EQ(all.protocols.at(0).name, "Sluice, \"the\" gate");
}

TEST(UniverseFile, NeedsItsColumns) {
  for (const char* column : {"name", "symbol", "category", "chains", "audit_code", "oracles",
                             "forked_from", "listed_at_unix"}) {
    EXPECT_THAT(refusal(column, "renamed"), HasSubstr(std::string(":1: no column ") + column));
  }
  EXPECT_THAT(refusal("id,", "key,"), HasSubstr(":1: no column defillama_id or id"));
}

TEST(UniverseFile, SaysWhatIsWrong) {
  EXPECT_THAT(refusal("8,Weir", "7,Weir"), HasSubstr(":3: id \"7\" stands twice"));
  EXPECT_THAT(refusal("8,Weir", ",Weir"), HasSubstr(":3: id or name is empty"));
  EXPECT_THAT(refusal("8,Weir", "8,"), HasSubstr(":3: id or name is empty"));
  EXPECT_THAT(refusal("8,Weir,", "8,"), HasSubstr(":3: 8 cells where the header names 9 columns"));
  EXPECT_THAT(refusal("1600000000", "2020-09-13"),
              HasSubstr(":2: listed_at_unix \"2020-09-13\" is not a number"));
  EXPECT_THAT(refusal("1600000000", "0"), HasSubstr(":2: listed_at_unix \"0\" is zero"));
  EXPECT_THAT(refusal("1600000000", "-1"), HasSubstr(":2: listed_at_unix \"-1\" is negative"));
  EXPECT_THAT(refusal("1600000000", "1600000000000"), HasSubstr(":2: listed_at_unix"))
      << "milliseconds";
  EXPECT_THAT(refusal("1600000000", "1e300"), HasSubstr(":2: listed_at_unix"));
}

TEST(UniverseFile, SaysWhichAuditCodeIsNone) {
  EXPECT_THAT(refusal(",2,Chain", ",4,Chain"), HasSubstr(":2: audit_code \"4\" is beyond"));
  EXPECT_THAT(refusal(",2,Chain", ",-1,Chain"), HasSubstr(":2: audit_code \"-1\" is negative"));
  EXPECT_THAT(refusal(",2,Chain", ",yes,Chain"),
              HasSubstr(":2: audit_code \"yes\" is not a number"));
  EXPECT_THAT(refusal(",2,Chain", ",1.5,Chain"),
              HasSubstr(":2: audit_code \"1.5\" (must be 0 none, 1 in part, 2 yes, 3"));
}

TEST(UniverseFile, HoldsLeftOutRowsToTheSameRules) {
  EXPECT_FALSE(read(good + "8,Custody,,CEX,,0,,,\n")) << "an id twice";
  EXPECT_FALSE(read(good + "9,Custody,,CEX,,9,,,\n")) << "a code that is none";
}

TEST(UniverseFile, MustHoldProtocols) {
  EXPECT_EQ(read(header).error().reason, Reason::missing_data);
  EXPECT_EQ(read_universe(test::scratch() + "/none.csv", from).error().reason, Reason::unreachable);
}

TEST(RecordedUniverse, LosesNoRow) {
  LEVEE_NEEDS_RECORDED_FILES();
  const auto all =
      read_universe(test::recorded("exploits/defillama_protocol_universe_2023-10-16.csv.gz"), from);
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->protocols.size() + all->left_out.size(), 3409U);
  EXPECT_EQ(all->left_out.size(), 52U) << "36 custodial venues and 16 chains";
  const auto in = [&](Sector sector) {
    return std::ranges::count(all->protocols, sector, &Protocol::sector);
  };
  EXPECT_EQ(in(Sector::exchange), 0);
  EXPECT_EQ(in(Sector::bridge), 46 + 26) << "Bridge and Cross Chain";
  EXPECT_EQ(in(Sector::dex), 1041 + 27) << "Dexes and Liquidity manager";
  const auto known = std::ranges::count(all->protocols, true, &Protocol::listing_known);
  EXPECT_NEAR(static_cast<double>(known), 2784, 52) << "but those that are left out";
}

TEST(UniverseFile, MayTellMoreThanItsModel) {
  const std::string more =
      edited(header, "\n", ",audited_at_unix,upgradeable,deposit_concentration\n");
  const Universe all = universe_in(more +
                                   "7,Sluice,SLC,Lending,Ethereum,2,,,,1600000000,1,0.25\n"
                                   "8,Weir,-,Dexes,Ethereum,0,,,,,0,\n"
                                   "9,Lock,-,Dexes,Ethereum,0,,,,,,\n");
  const Protocol& one = all.protocols.at(0);
  EXPECT_EQ(one.audited_at, UnixSeconds{1'600'000'000});
  EXPECT_EQ(one.is_upgradeable, true);
  EXPECT_EQ(one.largest_depositors, Share{0.25});
  EXPECT_EQ(all.protocols.at(1).is_upgradeable, false);
  EXPECT_EQ(all.protocols.at(2).is_upgradeable, std::nullopt);
  EXPECT_EQ(all.protocols.at(2).audited_at, std::nullopt);
  EXPECT_FALSE(read(more + "7,Sluice,SLC,Lending,Ethereum,2,,,,,2,0.25\n"));
  EXPECT_FALSE(read(more + "7,Sluice,SLC,Lending,Ethereum,2,,,,,1,1.25\n"));
}

TEST(UniverseFile, ReckonsHowDepositsAreSpread) {
  const std::string more = edited(header, "\n", ",deposits_usd\n");
  const Universe all = universe_in(more +
                                   "7,Sluice,SLC,Lending,Ethereum,2,,,,10|60|30\n"
                                   "8,Weir,-,Dexes,Ethereum,0,,,,\n");
  EXPECT_NEAR(all.protocols.at(0).largest_depositors->value(), 0.46, 1e-12);
  EXPECT_EQ(all.protocols.at(0).largest_deposit, Share{0.6});
  EXPECT_FALSE(all.protocols.at(1).largest_deposit);
  for (const char* cell : {"10|x", "-1|2", "0|0", "10||2"}) {
    const auto found = read(more + "7,Sluice,SLC,Lending,Ethereum,2,,,," + cell + "\n");
    ASSERT_FALSE(found) << cell;
    EXPECT_THAT(found.error().message, ::testing::HasSubstr("deposits_usd")) << cell;
  }
}

}  // namespace
}  // namespace levee::feed
