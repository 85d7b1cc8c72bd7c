#include "levee/base/keccak.h"

#include <cryptopp/keccak.h>

#include "tests/support/cases.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using levee::Bytes32;
using levee::keccak256;
using levee::text_of;

namespace {

Bytes32 judged(const std::vector<std::uint8_t>& message) {
  CryptoPP::Keccak_256 judge;
  judge.Update(message.data(), message.size());
  Bytes32 hash;
  judge.Final(hash.bytes.data());
  return hash;
}

}  // namespace

TEST(Keccak, HashesTheEmptyMessageAsEveryAccountWithoutCodeShows) {
  EXPECT_EQ(text_of(keccak256("")),
            "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
}

TEST(Keccak, HashesTheReferencesShortMessages) {
  EXPECT_EQ(text_of(keccak256("abc")),
            "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  EXPECT_EQ(text_of(keccak256("The quick brown fox jumps over the lazy dog")),
            "0x4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15");
}

TEST(Keccak, NamesTheTransferEventAsErc20LogsDo) {
  EXPECT_EQ(text_of(keccak256("Transfer(address,address,uint256)")),
            "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

TEST(Keccak, IsNotTheLaterStandardsHash) {
  EXPECT_NE(text_of(keccak256("")),
            "0xa7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
}

TEST(Keccak, TakesTextAndBytesAlike) {
  const std::string text("a\0b", 3);
  const std::vector<std::uint8_t> bytes{'a', 0, 'b'};
  EXPECT_EQ(keccak256(text), keccak256(std::span<const std::uint8_t>(bytes)));
}

TEST(KeccakLaw, AgreesWithCryptoPlusPlusOnEveryLengthUpToAThousand) {
  levee::test::Gen gen(20110113, 1);
  std::vector<std::uint8_t> message;
  for (int length = 0; length <= 1000; ++length) {
    ASSERT_EQ(keccak256(std::span<const std::uint8_t>(message)), judged(message)) << length;
    message.push_back(static_cast<std::uint8_t>(gen.bits()));
  }
}

TEST(KeccakLaw, AgreesOnFullBytesAroundTheRate) {
  for (const std::size_t length : {135, 136, 137, 271, 272, 273, 4096}) {
    const std::vector<std::uint8_t> message(length, 0xff);
    EXPECT_EQ(keccak256(std::span<const std::uint8_t>(message)), judged(message)) << length;
  }
}

TEST(KeccakLaw, AgreesOnLongRandomMessages) {
  levee::test::for_cases(200, [](levee::test::Gen& gen) {
    std::vector<std::uint8_t> message(gen.size(0, 20'000));
    std::ranges::generate(message, [&] { return static_cast<std::uint8_t>(gen.bits()); });
    EXPECT_EQ(keccak256(std::span<const std::uint8_t>(message)), judged(message));
  });
}
