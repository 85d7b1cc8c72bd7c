#include "levee/vectors/rpc_manifest.h"

#include "levee/chain/abi.h"
#include "levee/vectors/kind.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace levee::vectors {
namespace {

constexpr std::string_view header = R"({"kind":"header","manifest":{
  "contracts":{"factory":"0x0000000000000000000000000000000000000001",
               "npm":"0x0000000000000000000000000000000000000002",
               "ticklens":"0x0000000000000000000000000000000000000003"},
  "pools":[],
  "expected":{"chainId":"31337","block":{"number":"200","timestamp":"5",
    "hash":"0x1111111111111111111111111111111111111111111111111111111111111111"},
    "tokens":{"USDC":{"address":"0x0000000000000000000000000000000000000004","symbol":"USDC",
                      "decimals":"6","balances":{}}},
    "pools":[],"positions":[],"pairs":[],"quotes":[]}}})";

TEST(RpcManifest, ReadsChainBlockAndContracts) {
  const auto manifest = Manifest::from(header);
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->where().id, 31337U);
  EXPECT_EQ(manifest->where().block.number, 200U);
  EXPECT_TRUE(manifest->pools().empty());
}

TEST(RpcManifest, KnowsTheTruthOfACallOrSaysThatItDoesNot) {
  const auto manifest = Manifest::from(header);
  ASSERT_TRUE(manifest);
  const Address token = *address_from("0x0000000000000000000000000000000000000004");
  const auto decimals = manifest->truth_of({token, chain::call_of("decimals()", {})});
  ASSERT_TRUE(decimals);
  EXPECT_EQ(decimals->fields, std::vector<std::string>{"6"});
  EXPECT_FALSE(manifest->truth_of({token, chain::call_of("slot0()", {})}));
}

TEST(RpcManifest, AHeaderWithoutItsPartsIsCorrupt) {
  EXPECT_EQ(Manifest::from("{}").error().reason, Reason::corrupt);
  EXPECT_EQ(Manifest::from(R"({"manifest":{}})").error().reason, Reason::corrupt);
  EXPECT_EQ(Manifest::from("[").error().reason, Reason::corrupt);
}

TEST(RpcManifest, BothRecordedNodesAreReadWithoutAMismatch) {
  for (const char* engine : {"anvil", "hardhat"}) {
    const std::string path =
        std::string(LEVEE_SHARED) + "/vectors/rpc/rpc-transcript-" + engine + ".jsonl.gz";
    if (!std::filesystem::exists(path))
      GTEST_SKIP() << "no recorded exchanges beside this checkout";
    const auto verdict = verdict_on(path);
    ASSERT_TRUE(verdict) << verdict.error().message;
    EXPECT_EQ(verdict->judge, "rpc_transcript");
    EXPECT_EQ(verdict->cases, 431U);
    EXPECT_EQ(verdict->mismatches, 0U) << verdict->first;
  }
}

}  // namespace
}  // namespace levee::vectors
