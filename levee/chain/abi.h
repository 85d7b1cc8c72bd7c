// levee/chain/abi.h — how calls, answers, logs and reverts of contracts are written in bytes.
//
// src: Solidity documentation, Contract ABI Specification; ERC-20; EIP-838 (Error(string)).
#pragma once
#include "levee/base/address.h"
#include "levee/base/i256.h"
#include "levee/base/result.h"
#include "levee/chain/hex.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace levee::chain {

/// The first four bytes of the hash of `name(type,type)`; the same for calls and custom errors.
std::array<std::uint8_t, 4> selector_of(std::string_view signature);
/// The first topic of an event `Name(type,type)`.
Bytes32 topic_of(std::string_view signature);

/// One word of a topic or an argument.
Bytes32 word_of(const Address& address);

/// An argument of a call: a word, or bytes, a list of words or a list of byte strings, which stand
/// behind the words and are pointed to. Fewer than 32 bytes in place (`bytes25`) are a Bytes32 that
/// ends in zeros.
using Argument = std::variant<U256, I256, Address, Bytes32, Bytes, std::vector<U256>,
                              std::vector<Bytes32>, std::vector<Bytes>>;

/// A call's input. Structs of words are written flat: `f((address,uint24),bool)` takes three
/// arguments; a bool is a U256 of 0 or 1.
///
/// in:   arguments as many as the signature's types, of their kind and in their range: anything
///       else is a bug, not an input
Bytes call_of(std::string_view signature, const std::vector<Argument>& arguments);

/// Reads what a call returned or a log holds, from front to back. Every length, offset and range
/// is checked; the first fault sticks, what is read after it is zero, and finish() tells it.
///
/// in:   bytes outlive the reader; `what` names them in errors
class AbiReader {
 public:
  AbiReader(std::span<const std::uint8_t> bytes, std::string_view what);

  /// A number below 2^bits. in: 0 < bits <= 256
  U256 number(unsigned bits = 256);
  /// A number in [-2^(bits-1), 2^(bits-1)).
  I256 integer(unsigned bits = 256);
  /// The same for what a machine word holds. in: bits <= 64 (and <= 32)
  std::uint64_t count(unsigned bits);
  std::int32_t small(unsigned bits);
  Address address();
  bool flag();
  Bytes32 word();
  /// Bytes, text or a list that stands further behind and is pointed to from here.
  Bytes bytes();
  std::string text();
  std::vector<U256> numbers(unsigned bits = 256);
  std::vector<Address> addresses();
  std::vector<Bytes32> words();
  std::vector<Bytes> byte_strings();
  /// A list of structs of `words` words each: as many structs as list_size says, read one after
  /// another from the reader that list gives (which shares this one's fault).
  struct List;
  List list(std::size_t words);
  /// A struct that holds bytes or lists itself, and so stands behind.
  AbiReader record();

  /// err: corrupt at the first fault, or where bytes follow that nothing read
  Result<Done> finish() const;

 private:
  struct Shared;
  AbiReader(std::span<const std::uint8_t> bytes, std::shared_ptr<Shared> shared);
  std::span<const std::uint8_t> next_word();
  std::optional<AbiReader> behind();
  std::size_t length(std::size_t bytes_each);
  void fault(std::string_view why);

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  std::shared_ptr<Shared> shared_;
};

struct AbiReader::List {
  std::size_t size = 0;
  AbiReader items;
};

/// A token's symbol or name: a string, or the 32 bytes of older tokens.
/// err: corrupt unless one of the two, printable, valid UTF-8 and at most 64 bytes
Result<std::string> token_text(std::span<const std::uint8_t> returned);

/// The text of Error(string) in a revert's bytes; none where they hold anything else.
std::optional<std::string> revert_text(std::span<const std::uint8_t> returned);
/// The code of Panic(uint256) in a revert's bytes: 0x11 overflow, 0x12 division by zero.
std::optional<U256> panic_code(std::span<const std::uint8_t> returned);

}  // namespace levee::chain
