#include "levee/feed/log_words.h"

#include "levee/base/keccak.h"
#include "levee/feed/shown.h"

#include <array>
#include <cstddef>
#include <optional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace levee::feed {
namespace {

using What = std::variant<replay::SwapSeen, replay::ChangeSeen, replay::CollectSeen>;

struct Shape {
  std::string_view name, signature;
  std::size_t topics, words;
};
constexpr std::array<Shape, 4> shapes{{
    {"Swap", "Swap(address,address,int256,int256,uint160,uint128,int24)", 3, 5},
    {"Mint", "Mint(address,address,int24,int24,uint128,uint256,uint256)", 4, 4},
    {"Burn", "Burn(address,int24,int24,uint128,uint256,uint256)", 4, 3},
    {"Collect", "Collect(address,address,int24,int24,uint128,uint128)", 4, 3},
}};

I256 signed_whole(const Bytes32& word) { return I256::from_bits(number_of(word)); }

// Words as typed numbers; the first that does not fit is remembered.
class Words {
 public:
  U256 whole(const Bytes32& word, unsigned bits) {
    const U256 value = number_of(word);
    if (!value.fits(bits)) note(word, fmt::format("a number below 2^{}", bits));
    return value;
  }
  std::int32_t tick(const Bytes32& word) {
    const I256 value = signed_whole(word);
    const std::int32_t most = amm::tick_max.value();
    if (value > I256{most} || value < I256{-most}) {
      note(word, "a tick");
      return 0;
    }
    return static_cast<std::int32_t>(value.bits().low64());
  }
  Address address(const Bytes32& word) {
    if (!number_of(word).fits(160)) note(word, "an address");
    Address address;
    for (std::size_t i = 0; i < address.bytes.size(); ++i) {
      address.bytes[i] = word.bytes[word.bytes.size() - address.bytes.size() + i];
    }
    return address;
  }
  const std::optional<Error>& fault() const { return fault_; }

 private:
  void note(const Bytes32& word, std::string_view wanted) {
    if (!fault_) {
      fault_ = fail(Reason::bad_input, fmt::format("word {} is not {}", text_of(word), wanted));
    }
  }
  std::optional<Error> fault_;
};

What swap_of(const Log& log, Words& words) {
  words.address(log.topics[1]);
  words.address(log.topics[2]);
  replay::SwapSeen seen;
  seen.flows = {signed_whole(log.words[0]), signed_whole(log.words[1])};
  seen.price = amm::SqrtPriceX96{words.whole(log.words[2], 160)};
  seen.liquidity = words.whole(log.words[3], 128).low128();
  seen.tick = words.tick(log.words[4]);
  return seen;
}

// A mint's words begin with the payer, a collect's with the receiver: whose position it is stands
// in the topics.
What range_event_of(const Log& log, std::string_view name, Words& words) {
  const Address owner = words.address(log.topics[1]);
  const amm::TickRange range{words.tick(log.topics[2]), words.tick(log.topics[3])};
  if (name != "Burn") words.address(log.words[0]);
  if (name == "Collect") {
    return replay::CollectSeen{
        owner, range, {words.whole(log.words[1], 128), words.whole(log.words[2], 128)}};
  }
  const std::size_t first = name == "Mint" ? 1 : 0;
  return replay::ChangeSeen{
      name == "Mint" ? replay::Change::mint : replay::Change::burn,
      owner,
      range,
      words.whole(log.words[first], 128).low128(),
      {words.whole(log.words[first + 1], 256), words.whole(log.words[first + 2], 256)}};
}

const std::array<Bytes32, 4>& names() {
  static const std::array<Bytes32, 4> hashes{
      keccak256(shapes[0].signature), keccak256(shapes[1].signature),
      keccak256(shapes[2].signature), keccak256(shapes[3].signature)};
  return hashes;
}

}  // namespace

Result<Log> log_from(std::string_view topics, std::string_view words) {
  Log log;
  const auto list = nlohmann::json::parse(topics, nullptr, false);
  if (!list.is_array() || list.empty()) {
    return fail(Reason::bad_input, fmt::format("topics {} (is not a list)", shown(topics)));
  }
  for (const auto& entry : list) {
    const auto topic = entry.is_string() ? bytes32_from(entry.get_ref<const std::string&>())
                                         : Result<Bytes32>(fail(Reason::bad_input, ""));
    if (!topic) {
      return fail(Reason::bad_input,
                  fmt::format("topics {} (holds something that is not 32 bytes)", shown(topics)));
    }
    log.topics.push_back(*topic);
  }
  constexpr std::size_t digits = 64;
  const bool whole = words.starts_with("0x") && (words.size() - 2) % digits == 0;
  for (std::size_t at = 2; whole && at < words.size(); at += digits) {
    const auto word = bytes32_from("0x" + std::string(words.substr(at, digits)));
    if (!word) break;
    log.words.push_back(*word);
  }
  if (!whole || 2 + digits * log.words.size() != words.size()) {
    return fail(
        Reason::bad_input,
        fmt::format("log words {} (are not 0x and 64 hexadecimal digits each)", shown(words)));
  }
  return log;
}

Result<What> told_by(const Log& log) {
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const Shape& shape = shapes[i];
    if (log.topics.empty() || log.topics[0] != names()[i]) continue;
    if (log.topics.size() != shape.topics || log.words.size() != shape.words) {
      return fail(Reason::bad_input,
                  fmt::format("{} with {} topics and {} words (has {} and {})", shape.name,
                              log.topics.size(), log.words.size(), shape.topics, shape.words));
    }
    Words words;
    What what = i == 0 ? swap_of(log, words) : range_event_of(log, shape.name, words);
    if (words.fault()) return *words.fault();
    return what;
  }
  return fail(Reason::not_supported,
              fmt::format("event {} (is not a pool's Swap, Mint, Burn or Collect)",
                          log.topics.empty() ? "without a name" : text_of(log.topics[0])));
}

}  // namespace levee::feed
