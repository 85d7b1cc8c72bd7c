#include "levee/amm/v4_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace levee::amm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Hooks that run on mainnets, with the permissions Uniswap's own list of hooks gives them.
const Address bunni = *address_from("0x000052423c1db6b7ff8641b85a7eefc7b2791888");
const Address deli = *address_from("0x00c9da9abc5303219ead3cf0307b5a8a7644bac8");
const Address advanced_fee = *address_from("0x03d2434d5a9ab7fb46bd3c7956a7c62e0cd46044");
const Address usdc = *address_from("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");

Address hooks_with(unsigned flags) {
  Address hooks;
  hooks.bytes[18] = static_cast<std::uint8_t>(flags >> 8);
  hooks.bytes[19] = static_cast<std::uint8_t>(flags);
  return hooks;
}

// src: two pools of Ethereum by their keys, as explorers name them: ETH-USDC of 0.05 %, and
// Bunni's USDC-USDT
TEST(V4Key, APoolIsNamedByTheHashOfItsKey) {
  EXPECT_EQ(text_of(id_of({{}, usdc, 500, 10, {}})),
            "0x21c67e77068de97969ba93d4aab21826d33ca12bb9f565d8496e8fda8a82ca27");
  const Address usdt = *address_from("0xdac17f958d2ee523a2206206994597c13d831ec7");
  EXPECT_EQ(text_of(id_of({usdc, usdt, 0, 1, bunni})),
            "0xd9f673912e1da331c9e56c5f0dbc7273c0eb684617939a375ec5e227c62d6707");
}

TEST(V4Key, EveryPartOfAKeyMakesAnotherPool) {
  const V4Key key{{}, usdc, 500, 10, {}};
  const auto changed = [&](auto change) {
    V4Key other = key;
    change(other);
    return id_of(other);
  };
  for (const Bytes32& other :
       {changed([](V4Key& k) { k.currency0 = bunni; }),
        changed([](V4Key& k) { k.currency1 = bunni; }), changed([](V4Key& k) { k.fee = 501; }),
        changed([](V4Key& k) { k.spacing = 11; }), changed([](V4Key& k) { k.spacing = -10; }),
        changed([](V4Key& k) { k.hooks = bunni; })}) {
    EXPECT_NE(other, id_of(key));
  }
}

TEST(V4Key, APositionIsNamedByOwnerRangeAndSalt) {
  const PositionKey key{usdc, {-887220, 60}, bytes_of(U256{7})};
  // src: ethereum-cryptography, of the 58 bytes
  EXPECT_EQ(text_of(v4_position_id(key)),
            "0x8867efd73e124eb8a4e3e26e23bfe196b8e9b28aba12460a7f029d143558084b");
  EXPECT_NE(v4_position_id({usdc, {-887220, 60}, {}}), v4_position_id(key));
  EXPECT_NE(v4_position_id({usdc, {-887220, 61}, key.salt}), v4_position_id(key));
  EXPECT_NE(v4_position_id({bunni, {-887220, 60}, key.salt}), v4_position_id(key));
}

TEST(V4Key, PermissionsAreTheLastBitsOfTheHooksAddress) {
  EXPECT_TRUE(hook_permissions(Address{}).empty());
  EXPECT_THAT(hook_permissions(hooks_with(1U << 13 | 1U << 7)),
              ElementsAre("beforeInitialize", "beforeSwap"));
  EXPECT_EQ(hook_permissions(hooks_with(0xC000)).size(), 0U);
  EXPECT_EQ(hook_permissions(hooks_with(0xFFFF)).size(), 14U);
}

TEST(V4Key, PermissionsOfKnownHooksAreThoseTheyArePublishedWith) {
  EXPECT_THAT(hook_permissions(bunni), ElementsAre("afterInitialize", "beforeAddLiquidity",
                                                   "beforeSwap", "beforeSwapReturnsDelta"));
  EXPECT_THAT(
      hook_permissions(deli),
      ElementsAre("beforeInitialize", "afterInitialize", "beforeAddLiquidity",
                  "beforeRemoveLiquidity", "beforeSwap", "afterSwap", "beforeSwapReturnsDelta"));
  EXPECT_THAT(hook_permissions(advanced_fee),
              ElementsAre("beforeInitialize", "afterSwap", "afterSwapReturnsDelta"));
  // The example of the contract's own text.
  EXPECT_THAT(hook_permissions(hooks_with(0x2400)),
              ElementsAre("beforeInitialize", "afterAddLiquidity"));
}

TEST(V4Key, HooksThatReturnDeltasMakeAPoolOneThatIsNotValued) {
  const auto why = [](const Address& hooks) { return not_valued({{}, usdc, 500, 10, hooks}); };
  EXPECT_EQ(why({}), "");
  EXPECT_EQ(why(hooks_with(0x3FF0)), "") << "acting alone changes no amounts";
  EXPECT_THAT(why(bunni), HasSubstr("(beforeSwapReturnsDelta)"));
  EXPECT_THAT(why(hooks_with(1U << 8 | 1U)), HasSubstr("(afterRemoveLiquidityReturnsDelta)"));
  EXPECT_THAT(why(hooks_with(3U)),
              HasSubstr("(afterAddLiquidityReturnsDelta, afterRemoveLiquidityReturnsDelta)"));
}

}  // namespace
}  // namespace levee::amm
