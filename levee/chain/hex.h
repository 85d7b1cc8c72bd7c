// levee/chain/hex.h — the two ways in which JSON-RPC writes bytes and numbers.
#pragma once
#include "levee/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::chain {

using Bytes = std::vector<std::uint8_t>;

/// 0x and two lower-case digits a byte: 0x, 0x00ff.
std::string hex_bytes(std::span<const std::uint8_t> bytes);
/// 0x and no leading zeros: 0x0, 0xff.
std::string hex_number(std::uint64_t number);

/// err: corrupt unless 0x and an even number of hexadecimal digits, either case
Result<Bytes> bytes_in_hex(std::string_view text);
/// err: corrupt unless 0x and hexadecimal digits without leading zeros, below 2^64
Result<std::uint64_t> number_in_hex(std::string_view text);

}  // namespace levee::chain
