// levee/api/kind/check_vectors.cpp — recorded answers of contracts, replayed and compared.
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/parallel/team.h"
#include "levee/vectors/gather.h"
#include "levee/vectors/kind.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::api::kind {
namespace {

using vectors::Candidate;
using vectors::Wanted;

struct Ask {
  std::vector<std::string> files;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("files", self.files, "files of recorded cases, and folders that hold such files");
  }
};

struct FileTold {
  std::string path, judge;
  std::size_t cases = 0, mismatches = 0;
  std::optional<std::string> fault;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("path", self.path, "as named or found");
    visit("judge", self.judge, "who judged it; empty if nobody could");
    visit("cases", self.cases, "operations, calls and views computed and compared");
    visit("mismatches", self.mismatches, "cases in which at least one thing differs");
    visit("fault", self.fault, "why it could not be judged");
  }
};

struct LeftTold {
  std::string path, why;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("path", self.path, "a file in a folder that was not judged");
    visit("why", self.why, "and need not be");
  }
};

struct Answer {
  bool passed = true;
  std::size_t cases = 0, mismatches = 0, faults = 0;
  std::vector<FileTold> files;
  std::vector<LeftTold> not_judged;
  std::optional<std::string> first_mismatch;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("passed", self.passed, "no mismatch and no fault");
    visit("cases", self.cases, "of all files");
    visit("mismatches", self.mismatches, "of all files");
    visit("faults", self.faults, "files that should have been judged and could not be");
    visit("files", self.files, "one by one");
    visit("not_judged", self.not_judged, "files in folders that hold no cases");
    visit("first_mismatch", self.first_mismatch, "the first case that differs, in full");
  }
};

// Files in batches, so that progress is told between them; each on one thread.
std::vector<Result<vectors::Verdict>> verdicts_on(std::span<const Candidate> files, int threads,
                                                  Progress& progress) {
  std::vector<Result<vectors::Verdict>> verdicts(files.size(), fail(Reason::missing_data, ""));
  const parallel::Team team(threads);
  const std::size_t batch = 2 * static_cast<std::size_t>(threads);
  for (std::size_t from = 0; from < files.size(); from += batch) {
    const std::size_t count = std::min(batch, files.size() - from);
    progress.enter(fmt::format("checking {} of {}: {}", from + 1, files.size(), files[from].path));
    const auto judge = [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = from + begin; i < from + end; ++i) {
        const Candidate& file = files[i];
        if (file.fault) {
          verdicts[i] = *file.fault;
        } else if (file.wanted != Wanted::never) {
          verdicts[i] = vectors::verdict_on(file.path);
        }
      }
    };
    team.for_blocks(count, judge, 1);
  }
  return verdicts;
}

void add_verdict(Answer& answer, const Candidate& file, const Result<vectors::Verdict>& verdict) {
  if (verdict) {
    answer.files.push_back(
        {file.path, verdict->judge, verdict->cases, verdict->mismatches, std::nullopt});
    answer.cases += verdict->cases;
    answer.mismatches += verdict->mismatches;
    if (!answer.first_mismatch && verdict->mismatches > 0) {
      answer.first_mismatch = file.path + ":\n" + verdict->first;
    }
  } else if (file.wanted == Wanted::never) {
    answer.not_judged.push_back({file.path, "its name is not *.jsonl.gz"});
  } else if (file.wanted == Wanted::if_known && verdict.error().reason == Reason::not_supported) {
    answer.not_judged.push_back({file.path, "no judge knows this document"});
  } else {
    answer.files.push_back({file.path, "", 0, 0, verdict.error().message});
    ++answer.faults;
  }
  answer.passed = answer.mismatches == 0 && answer.faults == 0;
}

std::string text_of(const Answer& answer) {
  std::string text = fmt::format("{:<14} {:>9} {:>10}  file\n", "judge", "cases", "mismatches");
  for (const FileTold& file : answer.files) {
    text += file.fault ? fmt::format("{:<14} {:>9} {:>10}  {}\n", "NOT JUDGED", "-", "-", file.path)
                       : fmt::format("{:<14} {:>9} {:>10}  {}\n", file.judge, file.cases,
                                     file.mismatches, file.path);
  }
  text += fmt::format("{:<14} {:>9} {:>10}  {} files\n", "total", answer.cases, answer.mismatches,
                      answer.files.size());
  for (const LeftTold& left : answer.not_judged) {
    text += fmt::format("left aside: {} ({})\n", left.path, left.why);
  }
  for (const FileTold& file : answer.files) {
    if (file.fault) text += "not judged: " + *file.fault + "\n";
  }
  if (answer.first_mismatch) text += "first mismatch: " + *answer.first_mismatch + "\n";
  return text;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (ask->files.empty()) {
    return fail(Reason::bad_input, "files (none is named; name files or folders of cases)");
  }
  const std::vector<Candidate> files = vectors::gathered(ask->files);
  const auto verdicts = verdicts_on(files, wish.threads, progress);
  Answer answer;
  for (std::size_t i = 0; i < files.size(); ++i) add_verdict(answer, files[i], verdicts[i]);
  return Reply{json_of(answer), text_of(answer), {}, answer.passed};
}

}  // namespace

Entry check_vectors() {
  return {.name = "check-vectors",
          .about = "Replay recorded answers of real contracts and count what differs.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "The vectors are taken to be right: where levee differs, levee is held to be wrong."};
}

}  // namespace levee::api::kind
