// levee/base/address.h — who and what on a chain: accounts, contracts, hashes.
#pragma once
#include "levee/base/result.h"
#include "levee/base/u256.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace levee {

/// An account or contract: 20 bytes.
struct Address {
  std::array<std::uint8_t, 20> bytes{};
  constexpr bool is_zero() const { return *this == Address{}; }
  friend constexpr auto operator<=>(const Address&, const Address&) = default;
};

/// A hash or an identifier: 32 bytes.
struct Bytes32 {
  std::array<std::uint8_t, 32> bytes{};
  friend constexpr auto operator<=>(const Bytes32&, const Bytes32&) = default;
};

/// 0x and 40 lower-case hexadecimal digits.
std::string text_of(const Address& address);
/// 0x and 64 lower-case hexadecimal digits.
std::string text_of(const Bytes32& bytes);

/// err: bad_input unless 0x and 40 hexadecimal digits, either case; a mixed-case address whose
///      EIP-55 checksum is wrong
Result<Address> address_from(std::string_view text);
/// err: bad_input unless 0x and 64 hexadecimal digits
Result<Bytes32> bytes32_from(std::string_view text);

/// The number whose 32 big-endian bytes these are, and back.
U256 number_of(const Bytes32& bytes);
Bytes32 bytes_of(const U256& number);

}  // namespace levee
