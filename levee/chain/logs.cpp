#include "levee/chain/logs.h"

#include "levee/base/check.h"
#include "levee/chain/checkpoint.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/core.h>

namespace levee::chain {
namespace {

// Within so many blocks of the end, the block of every single log is checked: there chains fork.
constexpr std::uint64_t unsettled = 64;

// How many blocks to ask for: doubles while that is granted, and once refused settles below what
// was. The refusal is forgotten after a while, since where logs are sparse more are granted.
class Pace {
 public:
  explicit Pace(const ScanOptions& options)
      : blocks_(options.first_step), longest_(options.longest_step) {
    LEVEE_EXPECT(options.first_step > 0 && options.longest_step >= options.first_step);
  }

  std::uint64_t blocks() const { return blocks_; }

  void granted(std::uint64_t asked) {
    if (asked < blocks_) return;  // The end of the range: it says nothing about the node.
    granted_ = asked;
    if (++in_a_row_ == forget_after) refused_ = 0;
    if (refused_ == 0) {
      blocks_ = std::min(2 * asked, longest_);
    } else if (refused_ - asked > asked / 8) {
      blocks_ = (asked + refused_) / 2;
    }
  }

  // in: asked > 1
  void refused(std::uint64_t asked) {
    in_a_row_ = 0;
    refused_ = asked;
    blocks_ = granted_ > 0 && granted_ < asked ? granted_ : asked / 2;
    granted_ = 0;
  }

 private:
  static constexpr int forget_after = 32;
  std::uint64_t blocks_, longest_;
  std::uint64_t granted_ = 0, refused_ = 0;  // The last sizes of which; 0: none.
  int in_a_row_ = 0;
};

class Scan {
 public:
  Scan(Node& node, const LogAsk& ask, const ScanOptions& options, Progress& progress)
      : node_(node), ask_(ask), options_(options), progress_(progress), pace_(options) {}

  Result<Scanned> run() {
    if (auto resumed = resume(); !resumed) return resumed.error();
    while (next() <= ask_.to) {
      if (auto stepped = step(); !stepped) return stepped.error();
    }
    Scanned scanned{.logs = {}, .last = stretches_.back().last};
    for (Stretch& stretch : stretches_) {
      scanned.logs.insert(scanned.logs.end(), std::make_move_iterator(stretch.logs.begin()),
                          std::make_move_iterator(stretch.logs.end()));
    }
    return scanned;
  }

 private:
  std::uint64_t next() const {
    return stretches_.empty() ? ask_.from : stretches_.back().last.number + 1;
  }

  // Takes up what an earlier scan left, as far as the chain still is what it was.
  Result<Done> resume() {
    if (options_.checkpoint.empty()) return Done{};
    const auto chain = node_.chain_id();
    if (!chain) return chain.error();
    auto opened = Checkpoint::open(options_.checkpoint, ask_, *chain);
    if (!opened) return opened.error();
    checkpoint_ = std::move(opened->checkpoint);
    stretches_ = std::move(opened->stretches);
    return drop_stale();
  }

  // Forgets stretches from the end until one ends in a block of the range that the chain still has.
  Result<Done> drop_stale() {
    ahead_.reset();
    const std::size_t held = stretches_.size();
    while (!stretches_.empty()) {
      const Block& last = stretches_.back().last;
      if (last.number <= ask_.to) {
        const auto now = node_.block(last.number);
        if (now && now->hash == last.hash) break;
        if (!now && now.error().reason != Reason::missing_data) return now.error();
      }
      stretches_.pop_back();
    }
    if (!checkpoint_ || stretches_.size() == held) return Done{};
    return checkpoint_->rewrite(stretches_);
  }

  Result<Done> reorganised() {
    if (++reorgs_ > options_.reorgs_max) {
      return fail(Reason::stale_data,
                  fmt::format("the chain was reorganised {} times while blocks {} to {} were read "
                              "(ask up to an older block)",
                              reorgs_, ask_.from, ask_.to));
    }
    return drop_stale();
  }

  Result<Done> step() {
    LogAsk part = ask_;
    part.from = next();
    part.to = std::min(part.from + pace_.blocks() - 1, ask_.to);
    tell(part);
    const auto before = edge(part.to);
    if (!before) return before.error();
    auto logs = node_.logs(part);
    if (!logs && logs.error().reason == Reason::out_of_range) return narrower(part, logs.error());
    if (!logs && logs.error().reason == Reason::stale_data) return reorganised();
    if (!logs) return logs.error();
    pace_.granted(part.to - part.from + 1);
    const auto after = blocks_after(part, *logs);
    if (!after && after.error().reason == Reason::missing_data) return reorganised();
    if (!after) return after.error();
    if (!holds(part, *before, *logs, *after)) return reorganised();
    return keep({.from = part.from, .last = *before, .logs = *std::move(logs)});
  }

  void tell(const LogAsk& part) {
    std::size_t logs = 0;
    for (const Stretch& stretch : stretches_) logs += stretch.logs.size();
    const double done =
        static_cast<double>(part.from - ask_.from) / (static_cast<double>(ask_.to - ask_.from) + 1);
    progress_.enter(fmt::format("logs of blocks {} to {} ({:.0f} % of {} to {}, {} logs)",
                                part.from, part.to, 100 * done, ask_.from, ask_.to, logs));
  }

  Result<Done> narrower(const LogAsk& part, const Error& error) {
    const std::uint64_t asked = part.to - part.from + 1;
    if (asked == 1) {
      return fail(Reason::refused,
                  fmt::format("even one block ({}) is too much: {}", part.from, error.message));
    }
    pace_.refused(asked);
    return Done{};
  }

  // A block before its logs are read; the step before may have seen it already.
  Result<Block> edge(std::uint64_t number) {
    if (ahead_ && ahead_->number == number) return *ahead_;
    return node_.block(number);
  }

  // The blocks that have to be what they were, and the next step's last, in one request.
  Result<std::map<std::uint64_t, Block>> blocks_after(const LogAsk& part,
                                                      const std::vector<Log>& logs) {
    std::vector<std::uint64_t> numbers{part.from, part.to};
    for (const Log& log : logs) {
      if (ask_.to - log.block < unsettled) numbers.push_back(log.block);
    }
    const std::uint64_t ahead = std::min(part.to + pace_.blocks(), ask_.to);
    if (part.to < ask_.to) numbers.push_back(ahead);
    std::ranges::sort(numbers);
    numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
    const auto blocks = node_.blocks(numbers);
    if (!blocks) return blocks.error();
    std::map<std::uint64_t, Block> by_number;
    for (const Block& block : *blocks) by_number.emplace(block.number, block);
    ahead_.reset();
    if (part.to < ask_.to) ahead_ = by_number.at(ahead);
    return by_number;
  }

  // Whether a step was read from one chain, and from the chain of the steps before.
  bool holds(const LogAsk& part, const Block& before, const std::vector<Log>& logs,
             const std::map<std::uint64_t, Block>& after) const {
    if (after.at(part.to).hash != before.hash) return false;
    if (!stretches_.empty() && after.at(part.from).parent != stretches_.back().last.hash) {
      return false;
    }
    return std::ranges::all_of(logs, [&](const Log& log) {
      const auto block = after.find(log.block);
      return block == after.end() || block->second.hash == log.block_hash;
    });
  }

  Result<Done> keep(Stretch stretch) {
    if (checkpoint_) {
      if (auto kept = checkpoint_->append(stretch); !kept) return kept.error();
    }
    stretches_.push_back(std::move(stretch));
    return Done{};
  }

  Node& node_;
  const LogAsk& ask_;
  const ScanOptions& options_;
  Progress& progress_;
  Pace pace_;
  std::optional<Checkpoint> checkpoint_;
  std::vector<Stretch> stretches_;
  std::optional<Block> ahead_;  // The last block of the next step, seen after this one.
  int reorgs_ = 0;
};

}  // namespace

Result<Scanned> scan_logs(Node& node, const LogAsk& ask, const ScanOptions& options,
                          Progress& progress) {
  LEVEE_EXPECT(ask.from <= ask.to);
  return Scan(node, ask, options, progress).run();
}

}  // namespace levee::chain
