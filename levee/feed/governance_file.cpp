#include "levee/feed/governance_file.h"

#include "levee/feed/csv.h"
#include "levee/feed/shown.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::feed {
namespace {

using signal::Proposal, signal::VoteDay;

constexpr Measure tokens{.unit = "tokens", .sign = Sign::not_negative, .most = 1e30};
constexpr Measure some_tokens{.unit = "tokens", .sign = Sign::positive, .most = 1e30};
constexpr Measure share{.unit = "share of the votes", .sign = Sign::not_negative, .most = 1};
constexpr Measure flag{.unit = "0 or 1", .sign = Sign::not_negative, .most = 1};
constexpr Measure voters{.unit = "voters", .sign = Sign::not_negative, .most = 1e9};
constexpr Seconds longest_vote = days(10);

Result<Csv> csv_of(const std::string& path) {
  auto text = read_text(path);
  if (!text) return text.error();
  return Csv::from(*std::move(text));
}

std::optional<UnixSeconds> moment_if(RowReader& reader, const std::optional<Column>& column) {
  if (!column || reader.text(*column).empty()) return {};
  return reader.moment(*column);
}

bool other(const RowReader& reader, const std::optional<Column>& column, std::string_view wanted) {
  return column && !wanted.empty() && reader.text(*column) != wanted;
}

struct ProposalColumns {
  Column created, votes_for, against, abstain;
  std::optional<Column> protocol, id, largest, last_vote, executed, canceled, counted;
  std::optional<Column> eligible, quorum, top10, emergency;
};

ProposalColumns columns_of(Csv& csv) {
  return {.created = csv.need("created_utc"),
          .votes_for = csv.need("votes_for", tokens),
          .against = csv.need("votes_against", tokens),
          .abstain = csv.need("votes_abstain", tokens),
          .protocol = csv.find("protocol"),
          .id = csv.find("proposal_id"),
          .largest = csv.find("largest_vote", tokens),
          .last_vote = csv.find("last_vote_utc"),
          .executed = csv.find("executed_utc"),
          .canceled = csv.find("canceled_utc"),
          .counted = csv.find("counted_utc"),
          .eligible = csv.find("eligible", some_tokens),
          .quorum = csv.find("quorum", some_tokens),
          .top10 = csv.find("top10_share", share),
          .emergency = csv.find("emergency", flag)};
}

void check_order(RowReader& reader, const Proposal& proposal,
                 const std::optional<UnixSeconds>& last_vote) {
  const auto before = [&](const std::optional<UnixSeconds>& moment, std::string_view column) {
    if (reader.fault() || !moment || !(*moment < proposal.created)) return;
    reader.refuse(Reason::bad_input,
                  fmt::format("{} {} is before the proposal was made", column, text_of(*moment)));
  };
  before(last_vote, "last_vote_utc");
  before(proposal.executed, "executed_utc");
  before(proposal.canceled, "canceled_utc");
  before(proposal.counted, "counted_utc");
  // Both are rounded to cents of a token.
  if (!reader.fault() && proposal.largest_vote > proposal.votes + .02) {
    reader.refuse(Reason::bad_input, fmt::format("largest_vote {} exceeds all votes, {}",
                                                 proposal.largest_vote, proposal.votes));
  }
}

Proposal proposal_from(RowReader& reader, const ProposalColumns& in) {
  Proposal proposal;
  proposal.created = reader.moment(in.created);
  if (in.id) proposal.name = std::string(reader.text(*in.id));
  proposal.votes_for = reader.number(in.votes_for);
  proposal.votes = proposal.votes_for + reader.number(in.against) + reader.number(in.abstain);
  proposal.largest_vote = reader.number_if(in.largest).value_or(0);
  proposal.eligible = reader.number_if(in.eligible);
  proposal.quorum = reader.number_if(in.quorum);
  proposal.top10_share = reader.number_if(in.top10);
  proposal.executed = moment_if(reader, in.executed);
  proposal.canceled = moment_if(reader, in.canceled);
  proposal.emergency = reader.number_if(in.emergency).value_or(0) == 1;
  const auto last_vote = moment_if(reader, in.last_vote), counted = moment_if(reader, in.counted);
  proposal.counted = last_vote.value_or(proposal.created) + longest_vote;
  if (proposal.executed) proposal.counted = *proposal.executed;
  if (counted) proposal.counted = *counted;
  check_order(reader, proposal, last_vote);
  return proposal;
}

// Two DAOs read as one would have neither's votes.
Result<Done> one_protocol(const Csv& csv, const std::optional<Column>& column,
                          std::string_view wanted) {
  if (!column && !wanted.empty()) {
    return fail(Reason::bad_input, fmt::format("{}: no column protocol to find {} in (leave the "
                                               "name out)",
                                               csv.header_place(), shown(wanted)));
  }
  if (!column || !wanted.empty()) return Done{};
  std::set<std::string> names;
  RowReader reader(csv);
  for (const Csv::Row& row : csv.rows()) {
    reader.load(row);
    names.emplace(reader.text(*column));
  }
  if (reader.fault()) return *reader.fault();
  if (names.size() < 2) return Done{};
  return fail(Reason::bad_input, fmt::format("{}: holds several (it holds {}) say which: {}:NAME",
                                             csv.path(), fmt::join(names, ", "), csv.path()));
}

Error none_of(const Csv& csv, std::string_view protocol) {
  return fail(Reason::missing_data, fmt::format("{}: no row of protocol {} (another name?)",
                                                csv.path(), shown(protocol)));
}

}  // namespace

Result<std::vector<Proposal>> read_proposals(const std::string& path, std::string_view protocol) {
  auto csv = csv_of(path);
  if (!csv) return csv.error();
  const ProposalColumns columns = columns_of(*csv);
  if (csv->fault()) return *csv->fault();
  if (const auto one = one_protocol(*csv, columns.protocol, protocol); !one) return one.error();
  std::vector<Proposal> proposals;
  RowReader reader(*csv);
  for (const Csv::Row& row : csv->rows()) {
    reader.load(row);
    if (!reader.fault() && other(reader, columns.protocol, protocol)) continue;
    Proposal proposal = proposal_from(reader, columns);
    if (reader.fault()) return *reader.fault();
    proposals.push_back(std::move(proposal));
  }
  if (proposals.empty()) return none_of(*csv, protocol);
  std::ranges::stable_sort(proposals, {}, &Proposal::created);
  return proposals;
}

Result<std::vector<VoteDay>> read_vote_days(const std::string& path, std::string_view protocol) {
  auto csv = csv_of(path);
  if (!csv) return csv.error();
  const Column date = csv->need("date_utc"), power = csv->need("voting_power", tokens);
  const Column count = csv->need("n_voters", voters);
  const auto of = csv->find("protocol");
  if (csv->fault()) return *csv->fault();
  if (const auto one = one_protocol(*csv, of, protocol); !one) return one.error();
  std::vector<VoteDay> known;
  RowReader reader(*csv);
  for (const Csv::Row& row : csv->rows()) {
    reader.load(row);
    if (!reader.fault() && other(reader, of, protocol)) continue;
    const VoteDay day{.at = reader.moment(date) + days(1),
                      .votes = reader.number(power),
                      .voters = static_cast<int>(reader.number(count))};
    if (!reader.fault() && !known.empty() && !(known.back().at < day.at)) {
      reader.refuse(Reason::bad_input,
                    "date_utc is not after the row before (one row a day and "
                    "protocol)");
    }
    if (reader.fault()) return *reader.fault();
    known.push_back(day);
  }
  if (known.empty()) return none_of(*csv, protocol);
  return known;
}

}  // namespace levee::feed
