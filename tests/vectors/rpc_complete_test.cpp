// What completes a recording must not hide a fault: what it adds answers, the rest still does not.
#include "levee/chain/abi.h"
#include "levee/vectors/rpc_manifest.h"

#include <gtest/gtest.h>

namespace levee::vectors {
namespace {

constexpr std::string_view header = R"({"manifest":{
  "contracts":{"factory":"0x0000000000000000000000000000000000000001",
               "npm":"0x0000000000000000000000000000000000000002",
               "ticklens":"0x0000000000000000000000000000000000000003"},
  "pools":[{"name":"p","address":"0x0000000000000000000000000000000000000009"}],
  "expected":{"chainId":"31337","block":{"number":"200","timestamp":"5",
    "hash":"0x1111111111111111111111111111111111111111111111111111111111111111"},
    "tokens":{},"positions":[],"pairs":[],"quotes":[],
    "pools":[{"address":"0x0000000000000000000000000000000000000009","fee":"3000",
      "token0":"0x0000000000000000000000000000000000000004",
      "token1":"0x0000000000000000000000000000000000000005","tickSpacing":"60","liquidity":"0",
      "slot0":{"sqrtPriceX96":"79228162514264337593543950336","tick":"0","feeProtocol":"0"},
      "feeGrowthGlobal0X128":"0","feeGrowthGlobal1X128":"0","protocolFees0":"0",
      "protocolFees1":"0","ticks":[{"tick":"60","liquidityGross":"5","liquidityNet":"5",
        "feeGrowthOutside0X128":"0","feeGrowthOutside1X128":"0"}]}]}}})";

TEST(RpcComplete, AddsTheBitmapOfThePoolsTicksAndNothingElse) {
  const auto manifest = Manifest::from(header);
  ASSERT_TRUE(manifest) << manifest.error().message;
  chain::Recording recording(manifest->where().block);
  manifest->complete(recording);
  chain::NoPause pause;
  chain::Patience patience;
  patience.tries = 1;
  chain::Node node(recording, pause, patience);
  const Address pool = manifest->pools().front();
  const chain::Call word{pool, chain::call_of("tickBitmap(int16)", {I256{0}})};
  const auto bits = node.calls({&word, 1}, manifest->where().block);
  ASSERT_TRUE(bits) << bits.error().message;
  chain::AbiReader reader(bits->front().output, "word");
  EXPECT_EQ(reader.number(), U256{2});
  const chain::Call price{pool, chain::call_of("slot0()", {})};
  EXPECT_FALSE(node.calls({&price, 1}, manifest->where().block));
}

}  // namespace
}  // namespace levee::vectors
