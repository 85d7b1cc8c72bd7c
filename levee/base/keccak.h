// levee/base/keccak.h — Keccak-256, the hash Ethereum names things by.
#pragma once
#include "levee/base/address.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace levee {

/// Keccak-256 with the original padding (not the later SHA-3 standard's).
/// src: Bertoni, Daemen, Peeters & Van Assche (2011), The Keccak reference, version 3.0
Bytes32 keccak256(std::span<const std::uint8_t> message);
Bytes32 keccak256(std::string_view message);

}  // namespace levee
