#include "levee/chain/refusal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include <fmt/core.h>

namespace levee::chain {
namespace {

constexpr std::size_t shown_max = 200;

bool has_any(std::string_view words, std::span<const std::string_view> parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return words.find(part) != std::string_view::npos; });
}

std::string lower(std::string_view words) {
  std::string made(words);
  std::ranges::transform(made, made.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

// Code 3 is geth's and what followed it; hardhat has -32603, besu and older geth -32000, ganache
// its own, all of them with "revert" in their words; nethermind and parity say "VM execution error"
// and put the rest beside it. Bad instructions are how old compilers' assertions fail.
bool is_revert(const Refusal& refusal, std::string_view words) {
  static constexpr std::array<std::string_view, 4> said{"revert", "invalid opcode",
                                                        "bad instruction", "invalid jump"};
  return refusal.code == 3 || has_any(words, said) || has_any(lower(refusal.attached), said);
}

bool is_no_state(const Refusal& refusal, std::string_view words) {
  static constexpr std::array<std::string_view, 10> said{"missing trie node",
                                                         "pruned",
                                                         "pruning",
                                                         "historical state",
                                                         "state unavailable",
                                                         "no state available",
                                                         "state is not available",
                                                         "state not available",
                                                         "proof window",
                                                         "archive"};
  return refusal.code == 4444 || has_any(words, said);
}

bool is_no_block(const Refusal& refusal, std::string_view words) {
  static constexpr std::array<std::string_view, 12> said{
      "header not found",      "header for hash not found", "block not found",
      "unknown block",         "blockoutofrange",           "block tag",
      "beyond current head",   "not currently canonical",   "could not find block",
      "hash is not canonical", "block hash not found",      "resource not found"};
  return refusal.code == -32001 || has_any(words, said);
}

bool is_rate(const Refusal& refusal, std::string_view words) {
  static constexpr std::array<std::string_view, 12> said{
      "rate limit",    "ratelimit",    "rate-limit",    "too many requests",
      "request limit", "requests per", "per second",    "compute unit",
      "throughput",    "capacity",     "request count", "rate exceeded"};
  return refusal.code == 429 || refusal.code == -32029 || has_any(words, said);
}

bool is_too_much(const Refusal& refusal, std::string_view words) {
  static constexpr std::array<std::string_view, 14> said{
      "range",      "too wide",  "too large", "too big",      "too many",
      "limited to", "exceed",    "more than", "narrow",       "max results",
      "time out",   "timed out", "timeout",   "response size"};
  return refusal.code == -32005 || has_any(words, said);
}

bool is_large_batch(const Refusal& refusal, std::string_view words) {
  static constexpr std::array<std::string_view, 2> said{"batch", "response too large"};
  return refusal.code == -32010 || has_any(words, said);
}

bool is_busy(const Refusal& refusal, std::string_view words) {
  static constexpr std::array<std::string_view, 9> said{
      "limit exceeded", "timeout",  "timed out", "time out",          "try again",
      "temporarily",    "overload", "busy",      "exceeded the limit"};
  return refusal.code == -32005 || is_rate(refusal, words) || has_any(words, said);
}

// A word of letters and digits mixed, as keys are; hashes and addresses begin with 0x.
bool looks_secret(std::string_view word) {
  const auto any = [&](auto test) {
    return std::ranges::any_of(word, [&](unsigned char c) { return test(c) != 0; });
  };
  return word.size() >= 16 && !word.starts_with("0x") &&
         any([](int c) { return std::isdigit(c); }) && any([](int c) { return std::isalpha(c); });
}

bool in_word(unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; }

}  // namespace

// A contract chooses the words of its own revert, so a revert is recognised before anything else.
Meaning meaning_of(const Refusal& refusal, std::string_view method) {
  const std::string words = lower(refusal.words);
  if (method == "eth_call" && is_revert(refusal, words)) return Meaning::revert;
  if (is_rate(refusal, words)) return Meaning::busy;
  if (is_no_block(refusal, words) && !(refusal.code == -32001 && is_too_much(refusal, words))) {
    return Meaning::no_block;
  }
  if (is_no_state(refusal, words)) return Meaning::no_state;
  if (is_large_batch(refusal, words)) return Meaning::large_batch;
  if (method == "eth_getLogs" && is_too_much(refusal, words)) return Meaning::too_much;
  if (is_busy(refusal, words)) return Meaning::busy;
  return Meaning::other;
}

// Parity and older nethermind write "Reverted 0x..." where others write 0x... alone.
Result<Bytes> output_of(const Refusal& revert) {
  const auto at = revert.attached.find("0x");
  if (at == std::string::npos) return Bytes{};
  return bytes_in_hex(std::string_view(revert.attached).substr(at));
}

std::string shown_words(const Refusal& refusal) {
  std::string shown;
  const std::string& words = refusal.words;
  for (std::size_t at = 0; at < words.size() && shown.size() < shown_max;) {
    const auto c = static_cast<unsigned char>(words[at]);
    if (!in_word(c)) {
      shown += c >= ' ' && c != 0x7f && c < 0x80 ? words[at] : ' ';
      ++at;
      continue;
    }
    const auto end =
        std::find_if_not(words.begin() + static_cast<std::ptrdiff_t>(at), words.end(),
                         [](char letter) { return in_word(static_cast<unsigned char>(letter)); });
    const std::string word(words.begin() + static_cast<std::ptrdiff_t>(at), end);
    shown += looks_secret(word) ? "(...)" : word;
    at += word.size();
  }
  if (shown.size() > shown_max) shown = shown.substr(0, shown_max) + "...";
  return fmt::format("\"{}\" (code {})", shown, refusal.code);
}

}  // namespace levee::chain
