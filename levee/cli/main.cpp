// levee/cli/main.cpp — verbs as commands; translates, never decides.
#include "levee/api/answer.h"
#include "levee/api/verb.h"
#include "levee/parallel/ranks.h"
#include "levee/parallel/team.h"

#include <unistd.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

namespace {

using levee::api::Entry;
using levee::api::Given;
using levee::parallel::Ranks;

constexpr std::string_view version = "0.1.0";

// One table: how each kind of failure leaves the program. (A check that fails leaves with 1.)
int exit_code(levee::Reason reason) {
  switch (reason) {
    case levee::Reason::bad_input:
      return 2;
    case levee::Reason::out_of_range:
      return 3;
    case levee::Reason::missing_data:
      return 4;
    case levee::Reason::stale_data:
      return 5;
    case levee::Reason::no_solution:
      return 6;
    case levee::Reason::not_converged:
      return 7;
    case levee::Reason::not_supported:
      return 8;
    case levee::Reason::refused:
      return 9;
    case levee::Reason::unreachable:
      return 10;
    case levee::Reason::corrupt:
      return 11;
  }
  return 70;
}

int complain(const levee::Error& error) {
  std::cerr << "levee: " << levee::name_of(error.reason) << ": " << error.message << "\n";
  return exit_code(error.reason);
}

// Names the running stage on one line of a terminal, or the time of each stage with --timings.
class Watch final : public levee::Progress {
 public:
  Watch(bool live, bool timings) : live_(live), timings_(timings) {}
  ~Watch() override { finish(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void enter(std::string_view stage) override {
    finish();
    stage_ = stage;
    since_ = std::chrono::steady_clock::now();
    if (live_) std::cerr << "\r\033[K" << stage_ << " ..." << std::flush;
  }

  void finish() {
    if (stage_.empty()) return;
    const auto spent = std::chrono::steady_clock::now() - since_;
    if (live_) std::cerr << "\r\033[K" << std::flush;
    if (timings_) {
      std::cerr << "stage " << stage_ << ": " << std::chrono::duration<double>(spent).count()
                << " s\n";
    }
    stage_.clear();
  }

 private:
  bool live_, timings_;
  std::string stage_;
  std::chrono::steady_clock::time_point since_;
};

struct Options {
  bool json = false, help = false, timings = false, quiet = false;
  int threads = levee::parallel::threads_here();
  std::vector<Given> given;
};

void print_overview(std::ostream& out) {
  out << "levee " << version
      << " - liquidity positions, their tails, and the hedge worth having\n\n"
      << "usage: levee VERB [--flag VALUE ...]\n\nverbs:\n";
  for (const Entry& entry : levee::api::shelf()) {
    out << "  " << entry.name << std::string(20 - std::min<std::size_t>(18, entry.name.size()), ' ')
        << entry.about << "\n";
  }
  out << "\nlevee VERB --help lists a verb's flags.\n";
}

std::string flag_of(std::string name) {
  for (char& c : name) c = c == '_' ? '-' : c;
  return "--" + name;
}

// The field that words without a flag are meant for; empty if the verb has none, or several.
std::string list_of(const Entry& entry) {
  std::string list;
  for (const auto& field : entry.fields()) {
    if (!field.is_list) continue;
    if (!list.empty()) return {};
    list = field.name;
  }
  return list;
}

void print_help(const Entry& entry) {
  std::cout << "levee " << entry.name << " - " << entry.about << "\n\n";
  std::size_t longest = 20;
  for (const auto& field : entry.fields()) {
    longest = std::max(longest, flag_of(field.name).size() + (field.is_switch ? 0 : 6));
  }
  const auto line = [&](const std::string& flag, const std::string& about) {
    std::cout << "  " << flag << std::string(longest + 2 - flag.size(), ' ') << about << "\n";
  };
  const std::string list = list_of(entry);
  for (const auto& field : entry.fields()) {
    const std::string preset = field.preset.empty() ? "" : " [" + field.preset + "]";
    if (field.name == list) {
      line(field.name + " ...", field.about);
    } else {
      line(flag_of(field.name) + (field.is_switch ? "" : " VALUE"), field.about + preset);
    }
  }
  line("--json", "one JSON document on standard output, nothing else there");
  line("--threads VALUE", "worker threads; the answer does not depend on it [all]");
  line("--timings", "tell the time of each stage on standard error");
  line("--quiet", "no progress");
}

bool is_switch(const Entry& entry, std::string_view name) {
  for (const auto& field : entry.fields()) {
    if (field.name == name) return field.is_switch;
  }
  return false;
}

levee::Result<Options> options_from(const Entry& entry, const std::vector<std::string>& words) {
  Options options;
  const std::string list = list_of(entry);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--") && !list.empty()) {
      options.given.push_back({list, words[i]});
      continue;
    }
    if (!words[i].starts_with("--")) {
      return levee::fail(levee::Reason::bad_input,
                         "\"" + words[i].substr(0, 60) + "\" (is not a flag; flags begin with --)");
    }
    std::string name = words[i].substr(2), value;
    const auto equals = name.find('=');
    const bool joined = equals != std::string::npos;
    if (joined) value = name.substr(equals + 1), name = name.substr(0, equals);
    for (char& c : name) c = c == '-' ? '_' : c;
    if (name == "json" || name == "help" || name == "timings" || name == "quiet") {
      (name == "json"      ? options.json
       : name == "help"    ? options.help
       : name == "timings" ? options.timings
                           : options.quiet) = true;
      continue;
    }
    if (!joined && is_switch(entry, name))
      value = "true";
    else if (!joined) {
      if (i + 1 == words.size()) {
        return levee::fail(levee::Reason::bad_input, words[i] + " (needs a value)");
      }
      value = words[++i];
    }
    if (name == "threads") {
      const auto read = levee::api::detail::read_into(options.threads, value, "threads");
      if (!read) return read.error();
      if (options.threads < 1 || options.threads > 1024) {
        return levee::fail(levee::Reason::out_of_range, "threads (must lie in [1, 1024])");
      }
    } else {
      options.given.push_back({name, value});
    }
  }
  return options;
}

// Written beside its place and moved there: a reader sees the old file or the new one, whole.
levee::Result<levee::Done> write_whole(const levee::api::FileOut& file) {
  const std::filesystem::path path = file.path;
  std::filesystem::path part = path;
  part += ".part-" + std::to_string(getpid());
  std::error_code error;
  {
    std::ofstream out(part, std::ios::binary);
    out << file.content;
    for (std::string next; out && file.parts && file.parts->next(next);) out << next;
    out << std::flush;
    if (!out) {
      std::filesystem::remove(part, error);
      return levee::fail(levee::Reason::unreachable,
                         file.path + " (cannot be written; is the folder there and writable?)");
    }
  }
  std::filesystem::rename(part, path, error);
  if (error) {
    const std::string why = error.message();
    std::filesystem::remove(part, error);
    return levee::fail(levee::Reason::unreachable,
                       file.path + " (cannot be replaced: " + why + ")");
  }
  return levee::Done{};
}

int answer(const Entry& entry, const Options& options, const Ranks& ranks) {
  if (!ranks.speaks() && !entry.is_shared) return 0;
  // One thread runs here yet: nobody changes the environment meanwhile.
  const bool plain = std::getenv("NO_COLOR") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  // mpirun gives its processes a terminal wherever its own output goes.
  const bool colour = !options.json && isatty(STDOUT_FILENO) != 0 && !plain && ranks.size() == 1;
  Watch watch(isatty(STDERR_FILENO) != 0 && !options.quiet, options.timings);
  const auto reply =
      levee::api::answered(entry, options.given, {colour, options.threads, ranks}, watch);
  watch.finish();
  if (!reply) return complain(reply.error());
  if (!ranks.speaks()) return 0;
  for (const auto& file : reply->files) {
    if (const auto written = write_whole(file); !written) return complain(written.error());
  }
  std::cout << (options.json ? reply->json : reply->text);
  if (options.json) std::cout << "\n";
  for (const auto& file : reply->files) std::cerr << "written: " << file.path << "\n";
  std::cout.flush();
  if (std::cout) return reply->passed ? 0 : 1;
  return complain(levee::fail(levee::Reason::unreachable,
                              "standard output (cannot be written; is the disk full?)"));
}

int run(const std::vector<std::string>& words, const Ranks& ranks) {
  if (words.empty() || words[0] == "--help" || words[0] == "help") {
    print_overview(words.empty() ? std::cerr : std::cout);
    return words.empty() ? 2 : 0;
  }
  if (words[0] == "--version") {
    std::cout << "levee " << version << "\n";
    return 0;
  }
  for (const Entry& entry : levee::api::shelf()) {
    if (entry.name != words[0]) continue;
    const auto options = options_from(entry, {words.begin() + 1, words.end()});
    if (!options) return complain(options.error());
    if (options->help) {
      print_help(entry);
      return 0;
    }
    return answer(entry, *options, ranks);
  }
  return complain(levee::fail(levee::Reason::bad_input,
                              words[0].substr(0, 60) + " (is not a verb; see levee --help)"));
}

// Where words go that another rank says.
class Nowhere final : public std::streambuf {
  int_type overflow(int_type sign) override { return traits_type::not_eof(sign); }
};

// Nobody but the rank that speaks is heard, as long as this lives.
class Hush {
 public:
  explicit Hush(const Ranks& ranks) {
    if (!ranks.speaks()) std::cout.rdbuf(&nowhere_), std::cerr.rdbuf(&nowhere_);
  }
  ~Hush() { std::cout.rdbuf(out_), std::cerr.rdbuf(err_); }
  Hush(const Hush&) = delete;
  Hush& operator=(const Hush&) = delete;

 private:
  Nowhere nowhere_;
  std::streambuf *const out_ = std::cout.rdbuf(), *const err_ = std::cerr.rdbuf();
};

// All leave with what the first rank leaves with, and after it.
int run_among(const Ranks& ranks, const std::vector<std::string>& words) {
  const Hush hush(ranks);
  const double own = run(words, ranks);
  return static_cast<int>(ranks.gathered(std::span(&own, 1)).front());
}

}  // namespace

// A bug is told by whichever rank met it; it takes the others along.
int main(int count, char** words) {
  const levee::parallel::Transport transport;
  try {
    return run_among(transport.ranks(), {words + 1, words + count});
  } catch (const levee::ContractBroken& bug) {
    std::cerr << "levee: this is a bug, please report it: " << bug.what() << "\n";
    return transport.end_all(70);
  } catch (const std::bad_alloc&) {
    std::cerr << "levee: out of memory (fewer --paths need less)\n";
    return transport.end_all(71);
  } catch (const std::exception& flaw) {
    std::cerr << "levee: " << flaw.what() << "\n";
    return transport.end_all(70);
  }
}
