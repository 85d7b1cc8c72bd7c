// levee/api/kind/verify_plan.cpp — a plan held against its own record: unchanged, and made again.
#include "levee/api/record.h"
#include "levee/api/verb.h"
#include "levee/base/json.h"
#include "levee/feed/text_file.h"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace levee::api::kind {
namespace {

constexpr std::size_t shown_most = 5;

struct Ask {
  std::vector<std::string> file;
  bool unchanged_only = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("file", self.file, "a plan, as plan-hedge --json printed it");
    visit("unchanged_only", self.unchanged_only, "hold digests alone; work nothing out again");
  }
};

struct Step {
  std::string name, finding;
  bool holds = false;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "what was looked at");
    visit("holds", self.holds, "whether it is as it was");
    visit("finding", self.finding, "what was found");
  }
};

struct Answer {
  bool verified = true;
  std::vector<Step> steps;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("verified", self.verified, "every step holds");
    visit("steps", self.steps, "one by one");
  }

  void add(std::string name, bool holds, std::string finding) {
    verified = verified && holds;
    steps.push_back({std::move(name), std::move(finding), holds});
  }
};

void look_at_document(const std::string& text, const Record& record, Answer& answer) {
  const auto digest = document_digest(text);
  const bool same = digest && *digest == record.keccak256;
  answer.add("document", same,
             same ? "as it was written" : "changed since it was written: its digest is another");
}

void look_at_files(const Record& record, Answer& answer) {
  for (const feed::FileSeen& one : record.files) {
    const auto now = feed::file_seen(one.path);
    const bool same = now && now->keccak256 == one.keccak256;
    answer.add(one.path, same,
               same  ? "as it was"
               : now ? "another file than the plan was made from"
                     : "not there (verify where the plan was made, paths are as they were given)");
  }
  for (const GivenTold& one : record.given) {
    for (const std::string& path : feed::files_named(one.value)) {
      if (std::ranges::find(record.files, path, &feed::FileSeen::path) != record.files.end()) {
        continue;
      }
      answer.add(path, false,
                 fmt::format("not there when the plan was made ({} names it)", one.name));
    }
  }
}

Result<Done> work_out_again(const std::string& text, const Record& record, const Wish& wish,
                            Progress& progress, Answer& answer) {
  const auto verb = std::ranges::find(shelf(), record.verb, &Entry::name);
  if (verb == shelf().end() || record.verb != "plan-hedge") {
    return fail(Reason::bad_input, fmt::format("the record names {}, which is no verb that "
                                               "gives plans",
                                               quoted(record.verb)));
  }
  std::vector<Given> given;
  for (const GivenTold& one : record.given) given.push_back({one.name, one.value});
  const auto again = verb->run(given, wish, progress);
  if (!again) {
    answer.add("answer", false, "cannot be worked out again: " + again.error().message);
    return Done{};
  }
  const auto found = differences(text, again->json, shown_most);
  if (!found) return found.error();
  answer.add("answer", found->empty(),
             found->empty() ? "worked out again, the same to the last digit"
                            : fmt::format("comes out otherwise: {}", fmt::join(*found, "; ")));
  return Done{};
}

std::string text_of(const Answer& answer) {
  std::string text = answer.verified ? "Verified.\n" : "NOT verified.\n";
  for (const Step& one : answer.steps) {
    text += fmt::format("  {} {}: {}\n", one.holds ? "ok  " : "FAIL", one.name, one.finding);
  }
  return text;
}

Result<Reply> run(std::span<const Given> given, const Wish& wish, Progress& progress) {
  const auto ask = ask_from<Ask>(given);
  if (!ask) return ask.error();
  if (ask->file.size() != 1) {
    return fail(Reason::bad_input, "file (give one plan, as plan-hedge --json printed it)");
  }
  const auto text = feed::read_text(ask->file[0], {.line_bytes = std::size_t{64} << 20});
  if (!text) return text.error();
  const auto record = record_in(text->text);
  if (!record) return Error{record.error().reason, ask->file[0] + ": " + record.error().message};
  Answer answer;
  look_at_document(text->text, *record, answer);
  look_at_files(*record, answer);
  if (answer.verified && !ask->unchanged_only) {
    const auto done = work_out_again(text->text, *record, wish, progress, answer);
    if (!done) return Error{done.error().reason, ask->file[0] + ": " + done.error().message};
  }
  return Reply{
      .json = json_of(answer), .text = text_of(answer), .files = {}, .passed = answer.verified};
}

}  // namespace

Entry verify_plan() {
  return {.name = "verify-plan",
          .about = "Hold a plan against its own record: unchanged, its files too, and made again.",
          .fields = fields_of<Ask>,
          .run = run,
          .assumes =
              "The plan is held against its own record and against this build of levee; whether it "
              "was good advice is not asked."};
}

}  // namespace levee::api::kind
