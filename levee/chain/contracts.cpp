#include "levee/chain/contracts.h"

#include <algorithm>
#include <array>

namespace levee::chain {
namespace {

consteval std::uint8_t nibble(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  throw "lower-case hexadecimal digits only";
}

consteval Address at(std::string_view digits) {
  if (digits.size() != 40) throw "an address has 40 digits";
  Address address;
  for (std::size_t i = 0; i < 20; ++i) {
    address.bytes[i] =
        static_cast<std::uint8_t>(nibble(digits[2 * i]) << 4 | nibble(digits[2 * i + 1]));
  }
  return address;
}

struct Chain {
  std::uint64_t id;
  std::string_view name, coin;
};
constexpr std::array<Chain, 9> chains{{{1, "Ethereum", "ETH"},
                                       {10, "Optimism", "ETH"},
                                       {56, "BNB Smart Chain", "BNB"},
                                       {130, "Unichain", "ETH"},
                                       {137, "Polygon", "POL"},
                                       {8453, "Base", "ETH"},
                                       {31337, "a local test chain", "ETH"},
                                       {42161, "Arbitrum One", "ETH"},
                                       {43114, "Avalanche C-Chain", "AVAX"}}};

constexpr std::string_view v3_page = "Uniswap's deployment page of the chain, version 3";
constexpr std::string_view v4_page = "Uniswap's deployment page, version 4";
constexpr std::string_view pancake_page = "PancakeSwap's deployment record, version 3";

constexpr Address v3_factory = at("1f98431c8ad98523631ae4a59f267346ea31f984");
constexpr Address v3_positions = at("c36442b4a4522e871399cd717abdd847ab11fe88");

constexpr std::array<Deployment, 17> known{
    {{1, Family::uniswap_v3, v3_factory, v3_positions, v3_page},
     {1, Family::uniswap_v4, at("000000000004444c5dc75cb358380d2e3de08a90"),
      at("bd216513d74c8cf14cf4747e6aaa6420ff64ee9e"), v4_page},
     {10, Family::uniswap_v3, v3_factory, v3_positions, v3_page},
     {10, Family::uniswap_v4, at("9a13f98cb987694c9f086b1f5eb990eea8264ec3"),
      at("3c3ea4b57a46241e54610e5f022e5c45859a1017"), v4_page},
     {56, Family::uniswap_v3, at("db1d10011ad0ff90774d0c6bb92e5c5c8b4461f7"),
      at("7b8a01b39d58278b5de7e48c8449c9f4f5170613"), v3_page},
     {56, Family::pancake_v3, at("0bfbcf9fa4f9c56b0f40a671ad40e0805a091865"),
      at("46a15b0b27311cedf172ab29e4f4766fbe7f4364"), pancake_page},
     {56, Family::uniswap_v4, at("28e2ea090877bf75740558f6bfb36a5ffee9e9df"),
      at("7a4a5c919ae2541aed11041a1aeee68f1287f95b"), v4_page},
     {130, Family::uniswap_v3, at("1f98400000000000000000000000000000000003"),
      at("943e6e07a7e8e791dafc44083e54041d743c46e9"), v3_page},
     {130, Family::uniswap_v4, at("1f98400000000000000000000000000000000004"),
      at("4529a01c7a0410167c5740c487a8de60232617bf"), v4_page},
     {137, Family::uniswap_v3, v3_factory, v3_positions, v3_page},
     {137, Family::uniswap_v4, at("67366782805870060151383f4bbff9dab53e5cd6"),
      at("1ec2ebf4f37e7363fdfe3551602425af0b3ceef9"), v4_page},
     {8453, Family::uniswap_v3, at("33128a8fc17869897dce68ed026d694621f6fdfd"),
      at("03a520b32c04bf3beef7beb72e919cf822ed34f1"), v3_page},
     {8453, Family::uniswap_v4, at("498581ff718922c3f8e6a244956af099b2652b2b"),
      at("7c5f5a4bbd8fd63184577525326123b519429bdc"), v4_page},
     {42161, Family::uniswap_v3, v3_factory, v3_positions, v3_page},
     {42161, Family::uniswap_v4, at("360e68faccca8ca495c1b759fd9eee466db9fb32"),
      at("d88f38f930b7952f2db2432cb002e7abbf3dd869"), v4_page},
     {43114, Family::uniswap_v3, at("740b1c1de25031c31ff4fc9a62f554a55cdc1bad"),
      at("655c406ebfa14ee2006250925e54ec43ad184f8b"), v3_page},
     {43114, Family::uniswap_v4, at("06380c0e0912312b5150364b9dc4542ba0dbbc85"),
      at("b74b1f14d2754acfcbbe1a221023a5cf50ab8acd"), v4_page}}};

const Chain* chain_called(std::uint64_t id) {
  const auto* const found = std::find_if(chains.begin(), chains.end(),
                                         [&](const Chain& chain) { return chain.id == id; });
  return found == chains.end() ? nullptr : found;
}

}  // namespace

std::string_view name_of(Family family) {
  switch (family) {
    case Family::uniswap_v3:
      return "uniswap-v3";
    case Family::pancake_v3:
      return "pancakeswap-v3";
    case Family::uniswap_v4:
      return "uniswap-v4";
  }
  return {};
}

std::span<const Deployment> deployments() { return known; }

std::optional<Deployment> deployment_on(std::uint64_t chain, Family family) {
  for (const Deployment& one : known) {
    if (one.chain == chain && one.family == family) return one;
  }
  return std::nullopt;
}

std::string name_of_chain(std::uint64_t chain) {
  const Chain* found = chain_called(chain);
  return found != nullptr ? std::string(found->name) : "chain " + std::to_string(chain);
}

std::string_view coin_of_chain(std::uint64_t chain) {
  const Chain* found = chain_called(chain);
  return found != nullptr ? found->coin : std::string_view{};
}

}  // namespace levee::chain
