// levee/api/kind/replay_pool.cpp — a pool's recorded events replayed, every number compared.
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/pool_events.h"
#include "levee/replay/reconstruct.h"
#include "levee/replay/sandwich.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

struct Ask {
  std::string events, also;
  int fee_pips = 500, tick_spacing = 10, rounds = 20;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("events", self.events, "CSV of a pool's events or raw logs, plain or gzip");
    visit("also", self.also, "another recording of the same events, to compare with");
    visit("fee_pips", self.fee_pips, "the pool's fee in millionths");
    visit("tick_spacing", self.tick_spacing, "the pool's tick spacing");
    visit("rounds", self.rounds, "times the events are replayed for the clock; 0 for none");
  }
};

struct DifferenceTold {
  std::size_t event = 0;
  std::uint64_t block = 0, log = 0;
  std::string what;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("event", self.event, "from 0, in the file's order");
    visit("block", self.block, "block number");
    visit("log", self.log, "log index");
    visit("what", self.what, "computed, and recorded");
  }
};

struct GapTold {
  std::int32_t tick_lower = 0, tick_upper = 0;
  std::size_t passed = 0;
  int unknowns = 0;
  bool is_solved = false;
  std::string undetermined;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("tick_lower", self.tick_lower, "where it begins");
    visit("tick_upper", self.tick_upper, "where it ends");
    visit("passed", self.passed, "swaps that pass it; none ends in it");
    visit("unknowns", self.unknowns, "liquidities solved for");
    visit("is_solved", self.is_solved, "whether all of them come out");
    visit("undetermined", self.undetermined, "how far its liquidity could move all the same");
  }
};

struct Answer {
  std::size_t swaps = 0, mints = 0, burns = 0, collects = 0, not_judged = 0;
  std::size_t exact_in = 0, exact_out = 0, to_limit = 0, ambiguous = 0, ticks_crossed = 0;
  std::size_t collects_all_owed = 0, collects_part = 0, collects_too_old = 0;
  bool is_price_solved = false;
  std::size_t bands = 0, ticks_inferred = 0, old_positions = 0;
  std::int32_t tick_lowest = 0, tick_highest = 0;
  std::vector<GapTold> gaps;
  std::size_t compared = 0, given = 0, inferred = 0, independent = 0;
  std::size_t owners_inferred = 0;
  std::optional<std::size_t> told_differently;
  std::size_t sandwiches = 0;
  double sandwiched_share = 0;
  std::optional<double> events_per_second;
  std::vector<DifferenceTold> differences;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("swaps", self.swaps, "swap events");
    visit("mints", self.mints, "mint events");
    visit("burns", self.burns, "burn events");
    visit("collects", self.collects, "collect events");
    visit("not_judged", self.not_judged, "events before the replay could begin");
    visit("exact_in", self.exact_in, "swaps that sell exactly what came in");
    visit("exact_out", self.exact_out, "swaps that buy exactly what went out");
    visit("to_limit", self.to_limit, "swaps that only a price limit explains");
    visit("ambiguous", self.ambiguous, "swaps that are both of the first two");
    visit("ticks_crossed", self.ticks_crossed, "initialised ticks crossed");
    visit("collects_all_owed", self.collects_all_owed, "collects equal to all that is owed");
    visit("collects_part", self.collects_part, "collects of less than that");
    visit("collects_too_old", self.collects_too_old, "collects of positions that are older");
    visit("is_price_solved", self.is_price_solved, "whether the first swap told the price before");
    visit("bands", self.bands, "tick spacings whose liquidity a swap told");
    visit("ticks_inferred", self.ticks_inferred, "ticks with net liquidity, inferred");
    visit("old_positions", self.old_positions, "positions that must have been there before");
    visit("tick_lowest", self.tick_lowest, "the book is known from here");
    visit("tick_highest", self.tick_highest, "to here");
    visit("gaps", self.gaps, "tick spacings that swaps only pass");
    visit("compared", self.compared, "numbers of swaps compared");
    visit("given", self.given, "of them given to the calls");
    visit("inferred", self.inferred, "unknowns inferred from them");
    visit("independent", self.independent, "numbers that could have come out wrong");
    visit("owners_inferred", self.owners_inferred, "mints given to who burns their range next");
    visit("told_differently", self.told_differently, "events that `also` tells differently");
    visit("sandwiches", self.sandwiches, "pairs of trades put around others within a block");
    visit("sandwiched_share", self.sandwiched_share, "what they took, of what was traded");
    visit("events_per_second", self.events_per_second, "one thread");
    visit("differences", self.differences, "what was not reproduced");
  }
};

Answer told(const replay::Reconstruction& made, const replay::Replay& replay) {
  Answer answer;
  answer.swaps = replay.swaps;
  answer.mints = replay.mints;
  answer.burns = replay.burns;
  answer.collects = replay.collects;
  answer.not_judged = made.first;
  answer.exact_in = replay.by_call[0];
  answer.exact_out = replay.by_call[1];
  answer.to_limit = replay.by_call[2];
  answer.ambiguous = replay.ambiguous;
  answer.ticks_crossed = replay.ticks_crossed;
  answer.collects_all_owed = replay.collects_judged.all_owed;
  answer.collects_part = replay.collects_judged.part;
  answer.collects_too_old = replay.collects_judged.too_old;
  answer.is_price_solved = made.is_price_solved;
  answer.bands = made.bands;
  answer.ticks_inferred = made.nets.size();
  answer.old_positions = made.old.size();
  answer.tick_lowest = made.reached.lower;
  answer.tick_highest = made.reached.upper;
  for (const replay::Gap& gap : made.gaps) {
    answer.gaps.push_back({gap.range.lower, gap.range.upper, gap.passed, gap.unknowns,
                           gap.is_solved, decimal_text(gap.undetermined)});
  }
  const replay::Evidence evidence = evidence_of(made, replay);
  answer.compared = evidence.compared;
  answer.given = evidence.given;
  answer.inferred = evidence.inferred;
  answer.independent = evidence.independent;
  return answer;
}

std::string text_of(const Answer& answer) {
  std::string text = fmt::format(
      "events            {} swaps, {} mints, {} burns, {} collects; not judged: {}\n"
      "differences       {}\n"
      "swaps read as     {} exact in, {} exact out, {} to a price limit; both of the first two: "
      "{}\n"
      "ticks crossed     {}\n"
      "collects          {} equal all that is owed, fees included; {} less; {} of older positions, "
      "not judged\n",
      answer.swaps, answer.mints, answer.burns, answer.collects, answer.not_judged,
      answer.differences.size(), answer.exact_in, answer.exact_out, answer.to_limit,
      answer.ambiguous, answer.ticks_crossed, answer.collects_all_owed, answer.collects_part,
      answer.collects_too_old);
  text += fmt::format(
      "inferred          price before the first swap: {}; liquidity of {} tick spacings between "
      "ticks {} and {}, {} ticks; {} positions older than the events\n",
      answer.is_price_solved ? "worked back" : "taken from it", answer.bands, answer.tick_lowest,
      answer.tick_highest, answer.ticks_inferred, answer.old_positions);
  for (const GapTold& gap : answer.gaps) {
    text += fmt::format(
        "                  ticks {} ... {}: passed {} times, never stopped in; {} unknown{} {}, "
        "known to {}\n",
        gap.tick_lower, gap.tick_upper, gap.passed, gap.unknowns, gap.unknowns == 1 ? "" : "s",
        gap.is_solved ? "solved" : "NOT SOLVED",
        gap.undetermined == "0" ? "the unit" : "about " + gap.undetermined + " units");
  }
  text += fmt::format(
      "evidence          {} numbers of swaps compared, {} given to the calls, {} used to infer: {} "
      "could have come out wrong\n",
      answer.compared, answer.given, answer.inferred, answer.independent);
  if (answer.owners_inferred > 0) {
    text += fmt::format("owners            of {} mints inferred: the file names who paid\n",
                        answer.owners_inferred);
  }
  text += fmt::format(
      "sandwiches        {}, {:.3g} of what was traded taken (gas and builders not counted)\n",
      answer.sandwiches, answer.sandwiched_share);
  if (answer.told_differently) {
    text += fmt::format("both recordings   {} events told differently\n", *answer.told_differently);
  }
  if (answer.events_per_second) {
    text += fmt::format("speed             {:.3g} events a second, one thread\n",
                        *answer.events_per_second);
  }
  constexpr std::size_t shown = 10;
  for (std::size_t i = 0; i < std::min(shown, answer.differences.size()); ++i) {
    const DifferenceTold& each = answer.differences[i];
    text += fmt::format("event {} (block {}, log {}): {}\n", each.event, each.block, each.log,
                        each.what);
  }
  return text;
}

double events_per_second(const amm::Pool& start, std::span<const replay::PoolEvent> events,
                         const replay::Replay& replay, int rounds) {
  using Clock = std::chrono::steady_clock;
  Clock::duration spent{};
  for (int round = 0; round < rounds; ++round) {
    amm::Pool pool = start;
    const auto begin = Clock::now();
    play(pool, events, replay.calls);
    spent += Clock::now() - begin;
  }
  return rounds * static_cast<double>(events.size()) / std::chrono::duration<double>(spent).count();
}

Result<amm::PoolTerms> terms_of(const Ask& ask) {
  if (ask.fee_pips < 0 || ask.fee_pips >= 1'000'000) {
    return fail(Reason::out_of_range, "fee_pips (must lie in [0, 1000000))");
  }
  if (ask.tick_spacing < 1 || ask.tick_spacing > 16383) {
    return fail(Reason::out_of_range, "tick_spacing (must lie in [1, 16383])");
  }
  if (ask.rounds < 0 || ask.rounds > 10'000) {
    return fail(Reason::out_of_range, "rounds (must lie in [0, 10000])");
  }
  amm::PoolTerms terms;
  terms.fee = FeePips{static_cast<std::uint32_t>(ask.fee_pips)};
  terms.spacing = TickSpacing{ask.tick_spacing};
  return terms;
}

Result<Reply> replayed(const Ask& ask, const feed::PoolEvents& read, Progress& progress) {
  const auto terms = terms_of(ask);
  if (!terms) return terms.error();
  progress.enter("reconstructing");
  const auto made = replay::reconstruct(read.events, *terms);
  if (!made) return fail(made.error().reason, ask.events + ": " + made.error().message);
  const auto start = amm::Pool::from(made->found);
  if (!start) return fail(start.error().reason, ask.events + ": " + start.error().message);
  progress.enter("replaying");
  const auto events = std::span(read.events).subspan(made->first);
  amm::Pool pool = *start;
  const replay::Replay replayed = replay::judge_events(pool, events, made->old);
  Answer answer = told(*made, replayed);
  answer.owners_inferred = read.owners_inferred;
  const replay::Extraction extraction = replay::extraction_of(read.events);
  answer.sandwiches = extraction.found.size();
  answer.sandwiched_share = extraction.share();
  for (const replay::Difference& each : replayed.differences) {
    const replay::PoolEvent& event = events[each.event];
    answer.differences.push_back({made->first + each.event, event.block, event.log, each.what});
  }
  if (!ask.also.empty()) {
    const auto also = feed::read_pool_events(ask.also);
    if (!also) return also.error();
    const auto different = told_differently(read, *also);
    if (!different) return different.error();
    answer.told_differently = different->size();
  }
  progress.enter("timing");
  if (ask.rounds > 0 && answer.differences.empty()) {
    answer.events_per_second = events_per_second(*start, events, replayed, ask.rounds);
  }
  return Reply{.json = json_of(answer),
               .text = text_of(answer),
               .files = {},
               .passed = answer.differences.empty() && answer.told_differently.value_or(0) == 0};
}

Result<Reply> run(std::span<const Given> given, const Wish&, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (ask->events.empty()) {
    return fail(Reason::bad_input, "events (give the recording: --events CSV)");
  }
  progress.enter("reading");
  const auto read = feed::read_pool_events(ask->events);
  if (!read) return read.error();
  return replayed(*ask, *read, progress);
}

}  // namespace

Entry replay_pool() {
  return {.name = "replay-pool",
          .about = "Replay a pool's recorded events exactly and compare every number.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "The recording is taken to be complete and in chain order. What stood in the pool "
              "before it is inferred; who traded is not recorded."};
}

}  // namespace levee::api::kind
