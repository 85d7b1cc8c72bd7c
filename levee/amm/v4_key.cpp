#include "levee/amm/v4_key.h"

#include "levee/base/i256.h"
#include "levee/base/keccak.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include <fmt/core.h>

namespace levee::amm {
namespace {

constexpr std::array<std::string_view, 14> permissions{"beforeInitialize",
                                                       "afterInitialize",
                                                       "beforeAddLiquidity",
                                                       "afterAddLiquidity",
                                                       "beforeRemoveLiquidity",
                                                       "afterRemoveLiquidity",
                                                       "beforeSwap",
                                                       "afterSwap",
                                                       "beforeDonate",
                                                       "afterDonate",
                                                       "beforeSwapReturnsDelta",
                                                       "afterSwapReturnsDelta",
                                                       "afterAddLiquidityReturnsDelta",
                                                       "afterRemoveLiquidityReturnsDelta"};
constexpr std::size_t first_delta = 10;  // From here on, what the hooks return changes amounts.
constexpr std::size_t tick_bytes = 3;

bool may(const Address& hooks, std::size_t permission) {
  const auto flags = static_cast<unsigned>(hooks.bytes[18] << 8 | hooks.bytes[19]);
  return (flags >> (permissions.size() - 1 - permission) & 1U) != 0;
}

using Text = std::vector<std::uint8_t>;

void append(Text& text, std::span<const std::uint8_t> bytes) {
  text.insert(text.end(), bytes.begin(), bytes.end());
}

void append_word(Text& text, const Address& address) {
  text.resize(text.size() + 12);
  append(text, address.bytes);
}

void append_word(Text& text, const I256& number) { append(text, bytes_of(number.bits()).bytes); }

}  // namespace

Bytes32 id_of(const V4Key& key) {
  Text text;
  append_word(text, key.currency0);
  append_word(text, key.currency1);
  append_word(text, I256{key.fee});
  append_word(text, I256{key.spacing});
  append_word(text, key.hooks);
  return keccak256(text);
}

Bytes32 v4_position_id(const PositionKey& position) {
  Text text;
  append(text, position.owner.bytes);
  for (const std::int32_t tick : {position.range.lower, position.range.upper}) {
    const Bytes32 word = bytes_of(I256{tick}.bits());
    append(text, std::span(word.bytes).last(tick_bytes));
  }
  append(text, position.salt.bytes);
  return keccak256(text);
}

std::vector<std::string> hook_permissions(const Address& hooks) {
  std::vector<std::string> held;
  for (std::size_t i = 0; i < permissions.size(); ++i) {
    if (may(hooks, i)) held.emplace_back(permissions.at(i));
  }
  return held;
}

std::string not_valued(const V4Key& key) {
  std::string list;
  for (std::size_t i = first_delta; i < permissions.size(); ++i) {
    if (may(key.hooks, i)) list += (list.empty() ? "" : ", ") + std::string(permissions.at(i));
  }
  if (list.empty()) return {};
  return fmt::format(
      "its hooks may change what is paid ({}): the pool's own numbers do not say "
      "what a position is worth",
      list);
}

}  // namespace levee::amm
