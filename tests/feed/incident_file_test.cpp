#include "levee/feed/incident_file.h"

#include "tests/feed/scratch.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using hazard::Audit, hazard::Incident, hazard::Incidents, hazard::LeftOut, hazard::Mode,
    hazard::Sector, hazard::Target;
using test::edited;
using test::written;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const UnixSeconds far = *moment_from("2100-01-01");

const std::string version = "# levee incidents, version 1: facts from public record\n";
const std::string columns =
    "id,exploited,disclosed,protocol,sector,target,mode,loss_usd,recovered_usd,refilled_usd,"
    "tvl_before_usd,audit,market_wide,token,source,note\n";
const std::string sluice =
    "sluice-2021,2021-03-04T10:30Z,2021-03-05,Sluice,lending,protocol,oracle,600,200,300,9000,"
    "stale,yes,SLC,Sluice blog: what happened,\"a note, quoted\"\n";
const std::string weir =
    "weir-2020,2020-01-02,2020-01-02,Weir,bridge,exchange,keys,,,,,unknown,no,,Weir blog,\n";
const std::string good = version + columns + sluice + weir;

Result<Incidents> read(std::string_view text, UnixSeconds until = far) {
  return read_incidents(written("incidents.csv", text), until);
}

Incidents incidents_in(std::string_view text, UnixSeconds until = far) {
  auto all = read(text, until);
  EXPECT_TRUE(all) << all.error().message;
  if (!all) return {};
  EXPECT_EQ(all->rows, all->used.size() + all->left_out.size());
  EXPECT_TRUE(std::ranges::is_sorted(all->used, {}, &Incident::disclosed));
  return *all;
}

// Of the good file with one part replaced.
std::string refusal(std::string_view part, std::string_view by) {
  const auto all = read(edited(good, part, by));
  EXPECT_FALSE(all) << by << " was read";
  if (all) return "";
  EXPECT_EQ(all.error().reason, Reason::bad_input);
  EXPECT_THAT(all.error().message, Not(HasSubstr("\n")));
  return all.error().message;
}

// By what they say of which protocol.
std::vector<std::string> reasons(const std::vector<LeftOut>& rows) {
  std::vector<std::string> all;
  for (const LeftOut& one : rows) {
    const auto line = one.place.substr(one.place.rfind(':') + 1);
    all.push_back(line + " " + one.protocol + ": " + one.why);
  }
  return all;
}

TEST(OwnIncidents, AreReadColumnByColumn) {
  const auto all = incidents_in(good);
  ASSERT_THAT(all.used, SizeIs(2));
  EXPECT_THAT(all.source, EndsWith("incidents.csv"));
  const Incident& one = all.used[1];
  EXPECT_EQ(one.id, "sluice-2021");
  EXPECT_EQ(one.protocol, "Sluice");
  EXPECT_EQ(text_of(one.exploited), "2021-03-04T10:30:00Z");
  EXPECT_EQ(one.sector, Sector::lending);
  EXPECT_EQ(one.target, Target::protocol);
  EXPECT_EQ(one.mode, Mode::oracle);
  EXPECT_EQ(one.audit, Audit::stale);
  EXPECT_EQ(one.loss, Usd{600});
  EXPECT_EQ(one.recovered, Usd{200});
  EXPECT_EQ(one.refilled, Usd{300});
  EXPECT_EQ(one.value_before, Usd{9000});
  EXPECT_TRUE(one.market_wide);
  EXPECT_EQ(one.token, "SLC");
  EXPECT_EQ(one.source, "Sluice blog: what happened");
}

TEST(OwnIncidents, SayNothingWhereACellIsEmpty) {
  const Incident one = incidents_in(good).used.at(0);
  EXPECT_EQ(one.id, "weir-2020");
  EXPECT_EQ(one.target, Target::exchange);
  EXPECT_FALSE(one.loss || one.recovered || one.refilled || one.value_before);
  EXPECT_FALSE(one.market_wide);
  EXPECT_EQ(one.audit, Audit::unknown);
  EXPECT_EQ(one.token, "");
}

TEST(OwnIncidents, TellNothingFromNobodyKnows) {
  const auto all = incidents_in(edited(good, "600,200", "600,0"));
  EXPECT_EQ(all.used.at(1).recovered, Usd{0});
}

TEST(OwnIncidents, AreKnownAtTheEndOfABareDay) {
  const auto all = incidents_in(good);
  EXPECT_EQ(text_of(all.used.at(0).exploited), "2020-01-02T00:00:00Z");
  EXPECT_EQ(text_of(all.used.at(0).disclosed), "2020-01-02T23:59:59Z");
  const auto hour = incidents_in(edited(good, "2021-03-05", "2021-03-05T08:00Z"));
  EXPECT_EQ(text_of(hour.used.at(1).disclosed), "2021-03-05T08:00:00Z");
}

TEST(OwnIncidents, OfLaterDisclosureAreLeftOut) {
  const UnixSeconds evening = *moment_from("2021-03-05T23:59:59Z");
  EXPECT_THAT(incidents_in(good, evening).used, SizeIs(2));
  const auto all = incidents_in(good, evening - Seconds{1});
  EXPECT_EQ(all.rows, 2U);
  ASSERT_THAT(all.used, SizeIs(1));
  EXPECT_EQ(all.used[0].id, "weir-2020");
  EXPECT_THAT(reasons(all.left_out), ElementsAre("3 Sluice: disclosed later"));
}

TEST(OwnIncidents, NeedOneThatIsLeft) {
  const auto none = read(good, *moment_from("2019-01-01"));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().reason, Reason::missing_data);
  EXPECT_THAT(none.error().message, HasSubstr("incidents.csv: none of 2 incidents can be used by "
                                              "2019-01-01T00:00:00Z (the first: disclosed later)"));
  EXPECT_EQ(read(version + columns).error().reason, Reason::missing_data);
  EXPECT_EQ(read("# levee incidents, version 1").error().reason, Reason::missing_data);
}

TEST(OwnIncidents, AreRefusedInAnotherVersion) {
  const std::string must = "(must begin with \"# levee incidents, version 1\")";
  EXPECT_THAT(refusal("version 1", "version 2"), HasSubstr("incidents.csv:1: \"# levee incidents, "
                                                           "version 2"));
  EXPECT_THAT(refusal("version 1", "version 2"), HasSubstr(must));
  EXPECT_THAT(refusal("version 1:", "version 10:"), HasSubstr(must));
  EXPECT_THAT(refusal("version 1:", "version 1.5:"), HasSubstr(must));
  EXPECT_THAT(refusal("# levee incidents", "# incidents"), HasSubstr(must));
}

TEST(OwnIncidents, MayHaveWindowsLineEnds) {
  EXPECT_THAT(incidents_in("# levee incidents, version 1\r\n" + columns + sluice).used, SizeIs(1));
}

TEST(OwnIncidents, SayWhichWordIsNoneOfItsColumn) {
  EXPECT_THAT(refusal("lending", "lend"), HasSubstr(":3: sector \"lend\" (must be lending, dex,"));
  EXPECT_THAT(refusal(",protocol,oracle", ",dao,oracle"),
              HasSubstr(":3: target \"dao\" (must be protocol, exchange, person or issuer)"));
  EXPECT_THAT(refusal("oracle", "Oracle"), HasSubstr(":3: mode \"Oracle\" (must be code, oracle,"));
  EXPECT_THAT(refusal("unknown,no", "old,no"),
              HasSubstr(":4: audit \"old\" (must be none, stale, fresh or unknown)"));
  EXPECT_THAT(refusal("unknown,no", "unknown,"), HasSubstr(":4: market_wide must be yes or no"));
}

TEST(OwnIncidents, SayWhichNumberIsNone) {
  EXPECT_THAT(refusal("600", "6oo"), HasSubstr(":3: loss_usd \"6oo\" is not a number (USD)"));
  EXPECT_THAT(refusal("600", "-600"), HasSubstr(":3: loss_usd \"-600\" is negative (USD)"));
  EXPECT_THAT(refusal("300", "-1"), HasSubstr(":3: refilled_usd \"-1\" is negative (USD)"));
  EXPECT_THAT(refusal("9000", "nan"), HasSubstr(":3: tvl_before_usd"));
}

TEST(OwnIncidents, SayWhichMomentIsNone) {
  EXPECT_THAT(refusal("2021-03-05", "2021-02-29"),
              HasSubstr(":3: disclosed \"2021-02-29\" is not a moment"));
  EXPECT_THAT(refusal("2021-03-04T10:30Z", ""), HasSubstr(":3: exploited \"\" is not a moment"));
}

TEST(OwnIncidents, HoldWhatCannotBe) {
  EXPECT_THAT(refusal("2021-03-05", "2021-03-03"),
              HasSubstr(":3: disclosed before it was exploited"));
  EXPECT_THAT(incidents_in(edited(good, "2021-03-05", "2021-03-04")).used, SizeIs(2))
      << "the same day, at no hour";
  EXPECT_THAT(refusal("600,200", "600,601"), HasSubstr(":3: recovered_usd is above loss_usd"));
  EXPECT_THAT(incidents_in(edited(good, "600,200", "600,600")).used, SizeIs(2));
  EXPECT_THAT(refusal("weir-2020", "sluice-2021"),
              HasSubstr(":4: id \"sluice-2021\" stands twice"));
  EXPECT_THAT(refusal("weir-2020", ""), HasSubstr(":4: id or protocol is empty"));
  EXPECT_THAT(refusal("Weir,", ","), HasSubstr(":4: id or protocol is empty"));
  EXPECT_THAT(refusal("Weir blog", ""), HasSubstr(":4: source is empty"));
  EXPECT_THAT(refusal("9000,", ""), HasSubstr(":3: 15 cells where the header names 16 columns"));
}

TEST(OwnIncidents, NeedTheirColumns) {
  EXPECT_THAT(refusal("market_wide", "wide"), HasSubstr(":2: no column market_wide"));
  EXPECT_THAT(refusal("tvl_before_usd", "tvl"), HasSubstr(":2: no column tvl_before_usd"));
  EXPECT_THAT(refusal("mode", "loss_usd"), HasSubstr(":2: column 8 of the header"));
}

TEST(Incidents, OfNoKnownHeaderAreRefused) {
  const auto all = read("day,who,lost\n2021-01-01,Sluice,5\n");
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().reason, Reason::bad_input);
  EXPECT_THAT(all.error().message, HasSubstr("incidents.csv:1: no file of incidents that is known "
                                             "(the header names day, who, lost;"));
}

TEST(Incidents, ThatAreNotThereAreUnreachable) {
  EXPECT_EQ(read_incidents(test::scratch() + "/none.csv", far).error().reason, Reason::unreachable);
}

const std::string llama_header =
    "date_utc,name,classification,technique,amount_usd,returned_usd,chains,bridge_hack,"
    "target_type,defillama_id,language,source_url,audit_code,llama_category,"
    "llama_listed_at_unix,llama_name_2023\n";

TEST(TrackerIncidents, OfDefiLlamaAreRead) {
  const auto all = incidents_in(
      llama_header +
      "2022-05-06,Sluice,Protocol Logic,Reentrancy,500.0,20.5,Ethereum,False,DeFi Protocol,77,"
      "Solidity,,2,Lending,1600000000,Sluice\n"
      "2021-01-01,Custody,Infrastructure,Private Key Compromised,40,,Bitcoin,False,CEX,,,,,,,\n"
      "2022-07-01,A holder,Other,Phishing,7,0,Ethereum,False,Wallet,,,,,,,\n");
  ASSERT_THAT(all.used, SizeIs(3));
  const Incident& one = all.used[1];
  EXPECT_EQ(one.protocol, "Sluice");
  EXPECT_THAT(one.id, EndsWith("incidents.csv:2"));
  EXPECT_EQ(one.source, one.id);
  EXPECT_EQ(text_of(one.exploited), "2022-05-06T00:00:00Z");
  EXPECT_EQ(text_of(one.disclosed), "2022-05-07T00:00:00Z") << "the day after";
  EXPECT_EQ(one.loss, Usd{500});
  EXPECT_EQ(one.recovered, Usd{20.5});
  EXPECT_EQ(one.universe_id, "77");
  EXPECT_EQ(one.sector, Sector::lending);
  EXPECT_EQ(one.mode, Mode::code);
  EXPECT_EQ(one.target, Target::protocol);
  EXPECT_EQ(all.used[0].target, Target::exchange);
  EXPECT_EQ(all.used[0].sector, Sector::exchange);
  EXPECT_EQ(all.used[0].mode, Mode::keys);
  EXPECT_FALSE(all.used[0].recovered);
  EXPECT_EQ(all.used[2].target, Target::person);
}

TEST(TrackerIncidents, OfAMergedListAreRead) {
  const auto all = incidents_in(
      "date_utc,name,loss_usd,recovered_usd,net_usd,chain,sector,basel2_category,soa_category,"
      "classification,technique,description,sources,n_sources\n"
      "2020-09-10,Weir,100,30,70,Ethereum,Bridge,EF,SC-Technical,,Price oracle attack,"
      "\"It was bent, they say: \"\"oops\"\"\",\"one,two\",2\n");
  const Incident one = all.used.at(0);
  EXPECT_EQ(one.protocol, "Weir");
  EXPECT_EQ(one.loss, Usd{100});
  EXPECT_EQ(one.recovered, Usd{30});
  EXPECT_EQ(one.sector, Sector::bridge);
  EXPECT_EQ(one.mode, Mode::oracle);
}

TEST(TrackerIncidents, OfDeFiAreRead) {
  const auto all = incidents_in(
      "id,date_utc,name,category,chain,funds_lost_usd,funds_recovered_usd,funds_returned_usd,"
      "scam_type,scam_parent,auditors\n"
      "1,2020-09-10,Weir,Yield Aggregator,,100,0,30,Flash Loan Attack,Exploit/Flash Loan Attack,\n"
      "2,2020-09-11,Custody,CeFi,,100,0,0,Phishing,Exploit/Phishing,\n"
      "3,2020-09-12,Coin,Token,,5,0,0,Rugpull,Exit Scam/Rugpull,\n");
  ASSERT_THAT(all.used, SizeIs(3));
  EXPECT_EQ(all.used[0].sector, Sector::yield);
  EXPECT_EQ(all.used[0].recovered, Usd{30});
  EXPECT_EQ(all.used[1].target, Target::exchange);
  EXPECT_EQ(all.used[1].sector, Sector::exchange);
  EXPECT_EQ(all.used[1].mode, Mode::keys);
  EXPECT_EQ(all.used[2].sector, Sector::other);
  EXPECT_EQ(all.used[2].mode, Mode::rug);
}

TEST(TrackerIncidents, OfSlowMistAreRead) {
  const auto all = incidents_in(
      "date_utc,name,description,loss_usd,attack_method\n"
      "2020-09-10,Weir,\"Money, gone\",12.5,Private Key Leakage\n"
      "2020-09-11,Sluice,Nobody knows,0.0,Rug Pull\n");
  ASSERT_THAT(all.used, SizeIs(2));
  EXPECT_EQ(all.used[0].loss, Usd{12.5});
  EXPECT_EQ(all.used[0].mode, Mode::keys);
  EXPECT_EQ(all.used[0].sector, Sector::other);
  EXPECT_EQ(all.used[1].loss, std::nullopt) << "a tracker's zero is a loss that nobody knows";
  EXPECT_EQ(all.used[1].mode, Mode::rug);
  EXPECT_THAT(all.set_aside, IsEmpty());
}

TEST(TrackerIncidents, OfBlockSecAreRead) {
  const auto all = incidents_in(
      "date_utc,project,loss_usd,rescued_usd,chain_ids,root_cause,n_transactions\n"
      "2023-09-10,Weir,100,40,1|56,Precision rounding,3\n");
  const Incident one = all.used.at(0);
  EXPECT_EQ(one.protocol, "Weir");
  EXPECT_EQ(one.loss, Usd{100});
  EXPECT_EQ(one.recovered, Usd{40});
  EXPECT_EQ(one.mode, Mode::code);
}

TEST(TrackerIncidents, OfALeaderboardAreRead) {
  const auto all = incidents_in(
      "date_utc,title,amount_usd,audit,audit_class,slug\n"
      "2023-09-10,Weir Finance - REKT,100,Unaudited,unaudited,weir\n"
      "2023-09-11,Sluice - Rekt II,100,\"One, Two\",audited,sluice\n"
      "2023-09-12,Dyke,100,Out of scope,out_of_scope,dyke\n");
  ASSERT_THAT(all.used, SizeIs(3));
  EXPECT_EQ(all.used[0].protocol, "Weir Finance");
  EXPECT_EQ(all.used[0].audit, Audit::none);
  EXPECT_EQ(all.used[1].protocol, "Sluice");
  EXPECT_EQ(all.used[1].audit, Audit::unknown) << "whether it was stale is not said";
  EXPECT_EQ(all.used[2].protocol, "Dyke");
  EXPECT_EQ(all.used[2].audit, Audit::unknown);
}

TEST(TrackerIncidents, OfDeFiHackLabsAreRead) {
  const auto all = incidents_in(
      "date_utc,name,attack_type,lost_amount,lost_unit,chain\n"
      "2023-09-10,Weir,Access Control,100,USD,Ethereum\n"
      "2023-09-11,Sluice,Price Manipulation,7,ETH,Ethereum\n"
      "2023-09-12,Dyke,Flashloan,8,DAI,Ethereum\n");
  ASSERT_THAT(all.used, SizeIs(3));
  EXPECT_EQ(all.used[0].loss, Usd{100});
  EXPECT_EQ(all.used[0].mode, Mode::code);
  EXPECT_EQ(all.used[1].loss, std::nullopt) << "ether are no dollars";
  EXPECT_EQ(all.used[1].mode, Mode::oracle);
  EXPECT_EQ(all.used[2].loss, Usd{8});
  EXPECT_EQ(all.used[2].mode, Mode::economic);
  EXPECT_THAT(reasons(all.set_aside), ElementsAre("3 Sluice: lost in another unit than dollars"));
}

const std::string rescued = "date_utc,project,loss_usd,rescued_usd,root_cause\n";

TEST(TrackerIncidents, ThatCannotBeUsedAreLeftOutWithTheirReason) {
  const auto all = incidents_in(rescued +
                                    "2023-01-01,Weir,1,0,x\n"
                                    "soon,Undated,1,0,x\n"
                                    ",Blank,1,0,x\n"
                                    "2023-01-02,,1,0,x\n"
                                    "2023-01-03,Minus,-1,0,x\n"
                                    "2023-01-03,Taken,1,-1,x\n"
                                    "2023-01-04,Short,1,0\n"
                                    "2023-02-30,Never,1,0,x\n"
                                    "\n"
                                    "2024-01-01,Later,1,0,x\n",
                                *moment_from("2023-12-31"));
  EXPECT_EQ(all.rows, 9U);
  ASSERT_THAT(all.used, SizeIs(1));
  EXPECT_EQ(all.used[0].protocol, "Weir");
  EXPECT_THAT(reasons(all.left_out),
              ElementsAre("3 Undated: no date", "4 Blank: no date", "5 : no name",
                          "6 Minus: negative amount", "7 Taken: negative amount",
                          "8 : cells do not fit the header", "9 Never: no date",
                          "11 Later: disclosed later"));
}

TEST(TrackerIncidents, AreKnownTheDayAfter) {
  const std::string one = rescued + "2023-01-01,Weir,1,0,x\n";
  EXPECT_THAT(incidents_in(one, *moment_from("2023-01-02")).used, SizeIs(1));
  EXPECT_EQ(read(one, *moment_from("2023-01-01T23:59:59Z")).error().reason, Reason::missing_data);
}

TEST(TrackerIncidents, WithMoreBackThanLostAreUsedWithoutIt) {
  const auto all = incidents_in(rescued +
                                "2023-01-01,Weir,100,101,x\n"
                                "2023-01-02,Sluice,100,100,x\n"
                                "2023-01-03,Dyke,,5,x\n"
                                "2023-01-04,Dam,,0,x\n"
                                "2023-01-05,Lock,9,0,x\n");
  ASSERT_THAT(all.used, SizeIs(5));
  EXPECT_EQ(all.used[0].loss, Usd{100});
  EXPECT_EQ(all.used[0].recovered, std::nullopt);
  EXPECT_EQ(all.used[1].recovered, Usd{100});
  EXPECT_EQ(all.used[2].recovered, std::nullopt);
  EXPECT_EQ(all.used[4].recovered, Usd{0});
  EXPECT_THAT(reasons(all.set_aside),
              ElementsAre("2 Weir: recovered above lost", "4 Dyke: recovered above lost"));
}

TEST(TrackerIncidents, NoteAnAmountThatIsNoNumber) {
  const auto all = incidents_in(rescued +
                                "2023-01-01,Weir,\"1,000\",0,x\n"
                                "2023-01-02,Sluice,100,all,x\n");
  EXPECT_EQ(all.used.at(0).loss, std::nullopt);
  EXPECT_EQ(all.used.at(1).loss, Usd{100});
  EXPECT_EQ(all.used.at(1).recovered, std::nullopt);
  EXPECT_THAT(reasons(all.set_aside), ElementsAre("2 Weir: an amount that is no number",
                                                  "3 Sluice: an amount that is no number"));
}

TEST(TrackerIncidents, NeedTheirDatesNamesAndAmounts) {
  for (const char* column : {"date_utc", "project", "loss_usd"}) {
    const auto all = read(edited(rescued, column, "renamed") + "2023-01-01,Weir,1,0,x\n");
    ASSERT_FALSE(all) << column;
    EXPECT_EQ(all.error().reason, Reason::bad_input);
    EXPECT_THAT(all.error().message, HasSubstr("no file of incidents that is known"));
  }
}

TEST(SectorOf, KnowsTheWordsOfTheLists) {
  const std::map<std::string, Sector> means{{"Lending", Sector::lending},
                                            {"CDP", Sector::lending},
                                            {"NFT Lending", Sector::lending},
                                            {"Borrowing and Lending", Sector::lending},
                                            {"Dexes", Sector::dex},
                                            {"Exchange (DEX)", Sector::dex},
                                            {"Yield Aggregator", Sector::yield},
                                            {"Leveraged Farming", Sector::yield},
                                            {"Liquid Staking", Sector::yield},
                                            {"Indexes", Sector::yield},
                                            {"Bridge", Sector::bridge},
                                            {"Cross Chain", Sector::bridge},
                                            {"Algo-Stables", Sector::stablecoin},
                                            {"Decentralized Stablecoin", Sector::stablecoin},
                                            {"Reserve Currency", Sector::stablecoin},
                                            {"Derivatives", Sector::derivatives},
                                            {"Options", Sector::derivatives},
                                            {"Synthetics", Sector::derivatives},
                                            {"Prediction Market", Sector::derivatives},
                                            {"Insurance", Sector::derivatives},
                                            {"CEX", Sector::exchange},
                                            {"CeFi", Sector::exchange},
                                            {"Wallet", Sector::wallet},
                                            {"Gaming", Sector::other},
                                            {"", Sector::other},
                                            {"never heard of", Sector::other}};
  for (const auto& [category, sector] : means) EXPECT_EQ(sector_of(category), sector) << category;
}

TEST(Facts, AreReadWhole) {
  const auto all = read_incidents(std::string(LEVEE_SOURCE) + "/facts/incidents.csv", far);
  ASSERT_TRUE(all) << all.error().message;
  const std::string text = test::text_in(all->source);
  const auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  EXPECT_EQ(all->rows, lines - 2) << "all but the version and the header";
  EXPECT_EQ(all->used.size(), all->rows);
  EXPECT_THAT(all->left_out, IsEmpty());
  const auto ronin = std::ranges::find(all->used, "ronin-2022", &Incident::id);
  ASSERT_NE(ronin, all->used.end());
  EXPECT_EQ(ronin->loss, Usd{624e6});
  EXPECT_EQ(text_of(ronin->exploited).substr(0, 10), "2022-03-23");
  EXPECT_EQ(text_of(ronin->disclosed).substr(0, 10), "2022-03-29") << "six days unseen";
  EXPECT_EQ(ronin->mode, Mode::keys);
}

TEST(RecordedTrackers, LoseNoRow) {
  LEVEE_NEEDS_RECORDED_FILES();
  const std::map<std::string, std::size_t> rows{
      {"defillama_hacks_pre2025.csv", 351},        {"events_consolidated_pre2025.csv.gz", 1314},
      {"slowmist_hacked_pre2025.csv.gz", 1788},    {"defi_rekt_database_pre2025.csv.gz", 2904},
      {"blocksec_incidents_pre2025.csv", 155},     {"rekt_news_leaderboard_pre2025.csv", 231},
      {"defihacklabs_incidents_pre2025.csv", 590},
  };
  for (const auto& [name, count] : rows) {
    SCOPED_TRACE(name);
    const auto all = read_incidents(test::recorded("exploits/" + name), far);
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(all->rows, count);
    EXPECT_EQ(all->used.size() + all->left_out.size(), count);
    EXPECT_GT(all->used.size(), count * 95 / 100);
    for (const Incident& one : all->used) {
      EXPECT_FALSE(one.protocol.empty()) << one.id;
      EXPECT_EQ(one.disclosed, one.exploited + days(1)) << one.id;
      EXPECT_TRUE(!one.recovered || *one.recovered <= *one.loss) << one.id;
    }
  }
}

}  // namespace
}  // namespace levee::feed
