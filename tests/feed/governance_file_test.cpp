// tests/feed/governance_file_test.cpp — proposals and votes, none known too soon.
#include "levee/feed/governance_file.h"

#include "tests/feed/scratch.h"

#include <fmt/core.h>
#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using test::edited;
using test::written;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string proposals =
    "protocol,proposal_id,created_utc,votes_for,votes_against,votes_abstain,largest_vote,"
    "last_vote_utc,executed_utc,canceled_utc,quorum,emergency\n"
    "lake,2,2026-01-10T00:00:00Z,600,100,50,300,2026-01-12T00:00:00Z,2026-01-15T00:00:00Z,,400,1\n"
    "sea,9,2026-01-01,1,0,0,1,,,,,\n"
    "lake,1,2026-01-05T00:00:00Z,10,0,0,,2026-01-06T00:00:00Z,,2026-01-07T00:00:00Z,,0\n";

const std::string votes =
    "protocol,date_utc,n_votes,n_voters,voting_power\n"
    "lake,2026-01-10,3,3,700\n"
    "sea,2026-01-10,1,1,5\n"
    "lake,2026-01-12,1,1,50.5\n";

std::string refusal(std::string_view part, std::string_view by) {
  const auto read = read_proposals(written("p.csv", edited(proposals, part, by)), "lake");
  EXPECT_FALSE(read) << by;
  return read ? "" : read.error().message;
}

}  // namespace

TEST(GovernanceFile, ReadsOneProtocolsProposalsByCreation) {
  const auto read = read_proposals(written("p.csv", proposals), "lake");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_THAT(*read, SizeIs(2));
  const signal::Proposal &first = read->at(0), &second = read->at(1);
  EXPECT_EQ(first.name, "1");
  EXPECT_EQ(first.counted, *moment_from("2026-01-16")) << "ten days after its last vote";
  EXPECT_EQ(first.canceled, *moment_from("2026-01-07"));
  EXPECT_FALSE(first.quorum);
  EXPECT_FALSE(first.emergency);
  EXPECT_EQ(second.votes, 750);
  EXPECT_EQ(second.votes_for, 600);
  EXPECT_EQ(second.largest_vote, 300);
  EXPECT_EQ(second.counted, *moment_from("2026-01-15")) << "known when executed";
  EXPECT_EQ(second.quorum, 400);
  EXPECT_TRUE(second.emergency);
}

TEST(GovernanceFile, CountIsKnownWhenTheFileSaysSo) {
  const auto read =
      read_proposals(written("p.csv",
                             "created_utc,votes_for,votes_against,votes_abstain,counted_utc\n"
                             "2026-01-01,5,5,5,2026-01-04\n"),
                     "");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->front().counted, *moment_from("2026-01-04"));
  EXPECT_FALSE(read->front().eligible);
}

TEST(GovernanceFile, ReadsDaysWhenTheyAreOver) {
  const auto read = read_vote_days(written("v.csv", votes), "lake");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_THAT(*read, SizeIs(2));
  EXPECT_EQ(read->at(0).at, *moment_from("2026-01-11"));
  EXPECT_EQ(read->at(1).votes, 50.5);
  EXPECT_EQ(read->at(0).voters, 3);
}

TEST(GovernanceFile, SaysWhatIsWrong) {
  EXPECT_THAT(refusal("600", "-600"), HasSubstr(":2: votes_for \"-600\" is negative"));
  EXPECT_THAT(refusal("2026-01-15T", "2026-01-09T"), HasSubstr(":2: executed_utc"));
  EXPECT_THAT(refusal("2026-01-12T", "2026-01-02T"), HasSubstr(":2: last_vote_utc"));
  EXPECT_THAT(refusal("300", "900"), HasSubstr(":2: largest_vote 900 exceeds all votes, 750"));
  EXPECT_THAT(refusal("votes_for", "for"), HasSubstr("no column votes_for"));
  EXPECT_THAT(refusal(",400,1", ",400,2"), HasSubstr(":2: emergency"));
  EXPECT_EQ(read_proposals(written("p.csv", proposals), "pond").error().reason,
            Reason::missing_data);
  EXPECT_EQ(read_vote_days(written("v.csv", votes), "pond").error().reason, Reason::missing_data);
  EXPECT_THAT(read_proposals(written("p.csv", proposals), "").error().message,
              HasSubstr("holds several (it holds lake, sea) say which"));
  EXPECT_FALSE(read_vote_days(written("v.csv", votes), ""));
  EXPECT_THAT(refusal("protocol,", "dao,"), HasSubstr("no column protocol to find \"lake\" in"));
  const auto twice =
      read_vote_days(written("v.csv", edited(votes, "2026-01-12", "2026-01-10")), "lake");
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr(":4: date_utc"));
}

TEST(GovernanceRecords, EveryRecordedProposalAndDayIsRead) {
  LEVEE_NEEDS_RECORDED_FILES();
  std::size_t proposed = 0, voted = 0;
  for (const std::string_view protocol :
       {"compound_alpha", "compound_bravo", "aave_v2", "uniswap_alpha", "uniswap_alpha_v2"}) {
    const auto found =
        read_vote_days(test::recorded("governance/onchain_votes_daily.csv"), protocol);
    ASSERT_TRUE(found) << found.error().message;
    voted += found->size();
    const auto all = read_proposals(test::recorded("governance/onchain_proposals.csv"), protocol);
    ASSERT_TRUE(all) << all.error().message;
    proposed += all->size();
  }
  EXPECT_EQ(proposed, 278U);
  EXPECT_EQ(voted, 757U);
  fmt::print("governance: {} proposals, {} days of votes\n", proposed, voted);
}

}  // namespace levee::feed
