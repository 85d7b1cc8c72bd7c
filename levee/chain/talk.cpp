#include "levee/chain/talk.h"

#include "levee/base/check.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/core.h>

namespace levee::chain {

struct Talk::Round {
  enum class Fate {
    answered,  ///< With replies, which may be refusals.
    again,     ///< Nothing came; the same may work later.
    smaller,   ///< Too much was asked at once.
    lost,      ///< No use to go on.
  };
  Fate fate = Fate::lost;
  std::vector<Reply> replies;
  Error why{.reason = Reason::corrupt, .message = ""};
  std::optional<int> retry_after_seconds;
  std::size_t next_batch = 0;  ///< Of `smaller` and `again`: no more calls than this; 0: as many.
};

namespace {

bool may_pass(int status) { return status == 429 || status == 408 || status >= 500; }

// Refusals of whole requests come as JSON-RPC errors with any status, or as HTTP alone.
Error refused_by_http(int status) {
  if (status >= 300 && status < 400) {
    return fail(Reason::refused, fmt::format("the node answers HTTP {} (redirects are not "
                                             "followed) ask at the address it moved to",
                                             status));
  }
  if (status == 401 || status == 403) {
    return fail(Reason::refused,
                fmt::format("the node answers HTTP {} (does its address lack a key?)", status));
  }
  return fail(Reason::refused,
              fmt::format("the node answers HTTP {} (is the path of its address right?)", status));
}

}  // namespace

Talk::Talk(Transport& transport, Pause& pause, const Patience& patience)
    : transport_(transport),
      pause_(pause),
      patience_(patience),
      backoff_(patience),
      batch_(patience.batch_max),
      batch_limit_(patience.batch_max) {
  LEVEE_EXPECT(patience.tries > 0 && patience.batch_max > 0 && patience.first_wait_ms > 0 &&
               patience.longest_wait_ms >= patience.first_wait_ms);
}

Talk::Round Talk::judged(const HttpAnswer& answer, const Ids& ids) {
  using Fate = Round::Fate;
  Round round;
  if (may_pass(answer.status)) {
    round.fate = Fate::again;
    round.why = fail(Reason::unreachable, fmt::format("HTTP {}", answer.status));
    round.retry_after_seconds = answer.retry_after_seconds;
    return round;
  }
  auto answers = answers_in(answer.body, ids);
  if (!answers && answer.status == 413) {
    round.fate = ids.count > 1 ? Fate::smaller : Fate::lost;
    round.why = fail(Reason::out_of_range, "the node answers HTTP 413 (too much at once)");
    round.next_batch = ids.count / 2;
    return round;
  }
  if (!answers) {
    round.why = answer.status < 300 ? answers.error() : refused_by_http(answer.status);
    return round;
  }
  if (!answers->of_all) {
    round.fate = Fate::answered;
    round.replies = std::move(answers->replies);
    return round;
  }
  const Meaning meaning = meaning_of(*answers->of_all, "");
  if (ids.count == 1) {
    round.fate = Fate::answered;
    round.replies = {Reply{.result = nullptr, .refusal = *std::move(answers->of_all)}};
  } else if (meaning == Meaning::busy) {
    round.fate = Fate::again;
    round.why = fail(Reason::unreachable, shown_words(*answers->of_all));
  } else {
    // What is not known to be about size is most likely about batches as such.
    round.fate = Fate::smaller;
    round.next_batch = meaning == Meaning::large_batch ? ids.count / 2 : 1;
  }
  return round;
}

Talk::Round Talk::post(std::span<const Request> requests) {
  // A try has ids of its own, so that what is left of an earlier one cannot be taken for its
  // answer.
  const Ids ids{.first = next_id_, .count = requests.size()};
  next_id_ += requests.size();
  const auto answer = transport_.post(document_of(requests, ids));
  if (answer) return judged(*answer, ids);
  Round round;
  round.why = answer.error();
  round.next_batch = requests.size() / 2;
  if (round.why.reason == Reason::unreachable) round.fate = Round::Fate::again;
  if (round.why.reason == Reason::out_of_range && requests.size() > 1) {
    round.fate = Round::Fate::smaller;
  }
  return round;
}

// Waits, or says why there is no next try.
std::optional<Error> Talk::before_next_try(const Round& failed) {
  ++tries_;
  const int asked_s = failed.retry_after_seconds.value_or(0);
  if (asked_s > patience_.retry_after_max_s) {
    return fail(Reason::unreachable,
                fmt::format("the node asks for a pause of {} s ({}) try again then, or ask another "
                            "node",
                            asked_s, failed.why.message));
  }
  if (tries_ >= patience_.tries) {
    return fail(Reason::unreachable,
                fmt::format("the node gave no answer in {} tries (the last: {}) try again later, "
                            "or ask another node",
                            tries_, failed.why.message));
  }
  pause_.wait(std::max(backoff_.next(), asked_s * 1000));
  return std::nullopt;
}

void Talk::shrink(std::size_t to) { batch_ = batch_limit_ = std::max<std::size_t>(to, 1); }

// Puts the replies of a round where they belong; what has to be asked again stays open.
Talk::Settled Talk::settle(Round& round, Work& work) {
  Settled settled;
  std::vector<std::size_t> left;
  const std::size_t size = round.replies.size();
  for (std::size_t i = 0; i < size; ++i) {
    Reply& reply = round.replies[i];
    const std::size_t place = work.open[i];
    const Meaning meaning =
        reply.result ? Meaning::other : meaning_of(reply.refusal, work.requests[place].method);
    if (meaning == Meaning::busy) {
      settled.busy = true;
      round.why = fail(Reason::unreachable, shown_words(reply.refusal));
      left.push_back(place);
    } else if (meaning == Meaning::large_batch && size > 1) {
      shrink(size / 2);
      left.push_back(place);
    } else {
      settled.any = true;
      work.replies[place] = std::move(reply);
    }
  }
  work.open.erase(work.open.begin(), work.open.begin() + static_cast<std::ptrdiff_t>(size));
  work.open.insert(work.open.begin(), left.begin(), left.end());
  return settled;
}

Result<std::vector<Reply>> Talk::ask(std::span<const Request> requests) {
  Work work{.requests = requests, .open = {}, .replies = std::vector<Reply>(requests.size())};
  work.open.resize(requests.size());
  std::iota(work.open.begin(), work.open.end(), std::size_t{0});
  tries_ = 0;
  backoff_.calm();
  while (!work.open.empty()) {
    std::vector<Request> asked;
    for (const std::size_t place : std::span(work.open).first(std::min(batch_, work.open.size()))) {
      asked.push_back(requests[place]);
    }
    Round round = post(asked);
    if (round.fate == Round::Fate::lost) return round.why;
    if (round.fate == Round::Fate::smaller) {
      shrink(round.next_batch);
      continue;
    }
    const Settled settled = settle(round, work);
    if (settled.any) {
      tries_ = 0;
      backoff_.calm();
      batch_ = std::min(2 * batch_, batch_limit_);
      if (settled.busy) pause_.wait(backoff_.next());
    } else if (settled.busy || round.fate == Round::Fate::again) {
      if (round.next_batch > 0) batch_ = round.next_batch;
      if (auto given_up = before_next_try(round)) return *std::move(given_up);
    }
  }
  return std::move(work.replies);
}

}  // namespace levee::chain
