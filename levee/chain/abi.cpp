#include "levee/chain/abi.h"

#include "levee/base/check.h"
#include "levee/base/keccak.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include <fmt/core.h>

namespace levee::chain {
namespace {

constexpr std::size_t word_bytes = 32;
constexpr std::size_t token_text_max = 64;

// The types of a signature, with the brackets of structs left out: f((address,int24),bytes) has
// address, int24, bytes.
std::vector<std::string> types_of(std::string_view signature) {
  const auto open = signature.find('(');
  LEVEE_EXPECT(open != std::string_view::npos && signature.ends_with(')'));
  std::vector<std::string> types(1);
  for (const char letter : signature.substr(open)) {
    if (letter == ',') types.emplace_back();
    if (letter != ',' && letter != '(' && letter != ')') types.back() += letter;
  }
  if (types.size() == 1 && types.front().empty()) types.clear();
  return types;
}

// uint24 -> 24 for the prefix "uint"; uint -> 256; 0 where the type is another one.
unsigned bits_of(std::string_view type, std::string_view prefix) {
  if (!type.starts_with(prefix)) return 0;
  const std::string_view digits = type.substr(prefix.size());
  unsigned bits = 256;
  if (!digits.empty()) {
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return 0;
  }
  return bits;
}

// bytes25 -> 25; 0 where the type is another one, `bytes` among them.
unsigned bytes_in_place(std::string_view type) {
  if (type == "bytes") return 0;
  const unsigned size = bits_of(type, "bytes");
  return size <= word_bytes ? size : 0;
}

bool fits_signed(const I256& number, unsigned bits) {
  const U256 half = U256::power_of_two(bits - 1);
  return number.is_negative() ? number.magnitude() <= half : number.magnitude() < half;
}

bool admits(std::string_view type, const U256& value) {
  if (type == "bool") return value <= U256{1};
  const unsigned bits = bits_of(type, "uint");
  return bits != 0 && value.fits(bits);
}
bool admits(std::string_view type, const I256& value) {
  const unsigned bits = bits_of(type, "int");
  return bits != 0 && fits_signed(value, bits);
}
bool admits(std::string_view type, const Address& /*value*/) { return type == "address"; }
bool admits(std::string_view type, const Bytes32& value) {
  const unsigned size = bytes_in_place(type);
  return size != 0 && std::all_of(value.bytes.begin() + size, value.bytes.end(),
                                  [](std::uint8_t byte) { return byte == 0; });
}
bool admits(std::string_view type, const Bytes& /*value*/) {
  return type == "bytes" || type == "string";
}
template <class Word>
bool admits(std::string_view type, const std::vector<Word>& values) {
  if (!type.ends_with("[]")) return false;
  type.remove_suffix(2);
  return std::ranges::all_of(values, [&](const Word& value) { return admits(type, value); });
}
bool admits(std::string_view type, const std::vector<Bytes>& /*values*/) {
  return type == "bytes[]" || type == "string[]";
}

void append(Bytes& to, std::span<const std::uint8_t> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}
void append_word(Bytes& to, const U256& value) { append(to, bytes_of(value).bytes); }
void append_padded(Bytes& to, const Bytes& bytes) {
  append_word(to, U256{bytes.size()});
  append(to, bytes);
  to.resize(to.size() + (word_bytes - bytes.size() % word_bytes) % word_bytes);
}

// What stands in place (a word, or the offset to the rest), and what stands behind.
struct Coded {
  Bytes behind;
  std::optional<U256> word;
};

Coded coded(const U256& value) { return {.behind = {}, .word = value}; }
Coded coded(const I256& value) { return {.behind = {}, .word = value.bits()}; }
Coded coded(const Address& value) { return {.behind = {}, .word = number_of(word_of(value))}; }
Coded coded(const Bytes32& value) { return {.behind = {}, .word = number_of(value)}; }
Coded coded(const Bytes& value) {
  Coded made;
  append_padded(made.behind, value);
  return made;
}
Coded coded(const std::vector<U256>& values) {
  Coded made;
  append_word(made.behind, U256{values.size()});
  for (const U256& value : values) append_word(made.behind, value);
  return made;
}
Coded coded(const std::vector<Bytes32>& values) {
  Coded made;
  append_word(made.behind, U256{values.size()});
  for (const Bytes32& value : values) append(made.behind, value.bytes);
  return made;
}
Coded coded(const std::vector<Bytes>& values) {
  Coded made;
  append_word(made.behind, U256{values.size()});
  Bytes strings;
  for (const Bytes& value : values) {
    append_word(made.behind, U256{word_bytes * values.size() + strings.size()});
    append_padded(strings, value);
  }
  append(made.behind, strings);
  return made;
}

}  // namespace

std::array<std::uint8_t, 4> selector_of(std::string_view signature) {
  const Bytes32 hash = keccak256(signature);
  return {hash.bytes[0], hash.bytes[1], hash.bytes[2], hash.bytes[3]};
}

Bytes32 topic_of(std::string_view signature) { return keccak256(signature); }

Bytes32 word_of(const Address& address) {
  Bytes32 word;
  std::ranges::copy(address.bytes, word.bytes.begin() + 12);
  return word;
}

Bytes call_of(std::string_view signature, const std::vector<Argument>& arguments) {
  const std::vector<std::string> types = types_of(signature);
  LEVEE_EXPECT(types.size() == arguments.size());
  const auto selector = selector_of(signature);
  Bytes input(selector.begin(), selector.end()), behind;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const bool admitted =
        std::visit([&](const auto& value) { return admits(types[i], value); }, arguments[i]);
    LEVEE_EXPECT(admitted);
    const Coded argument = std::visit([](const auto& value) { return coded(value); }, arguments[i]);
    append_word(input, argument.word.value_or(U256{word_bytes * types.size() + behind.size()}));
    append(behind, argument.behind);
  }
  append(input, behind);
  return input;
}

// What a reader and the readers of its lists hold together.
struct AbiReader::Shared {
  std::string what;
  const std::uint8_t* begin = nullptr;
  std::size_t size = 0;
  std::size_t furthest = 0;  // Bytes from the begin that were read or are padding of what was.
  std::size_t taken = 0;     // Bytes that lists and byte strings hold together.
  std::optional<Error> fault;
};

AbiReader::AbiReader(std::span<const std::uint8_t> bytes, std::string_view what)
    : bytes_(bytes), shared_(std::make_shared<Shared>()) {
  shared_->what = what;
  shared_->begin = bytes.data();
  shared_->size = bytes.size();
}

AbiReader::AbiReader(std::span<const std::uint8_t> bytes, std::shared_ptr<Shared> shared)
    : bytes_(bytes), shared_(std::move(shared)) {}

void AbiReader::fault(std::string_view why) {
  if (shared_->fault) return;
  const auto at = static_cast<std::size_t>(bytes_.data() - shared_->begin) + at_;
  shared_->fault = fail(
      Reason::corrupt, fmt::format("{}, byte {} of {}: {}", shared_->what, at, shared_->size, why));
}

std::span<const std::uint8_t> AbiReader::next_word() {
  static constexpr std::array<std::uint8_t, word_bytes> zero{};
  if (shared_->fault) return zero;
  if (bytes_.size() - at_ < word_bytes) {
    fault("ends where 32 bytes are due (is it this kind of contract?)");
    return zero;
  }
  const auto word = bytes_.subspan(at_, word_bytes);
  at_ += word_bytes;
  const auto read = static_cast<std::size_t>(bytes_.data() - shared_->begin) + at_;
  shared_->furthest = std::max(shared_->furthest, read);
  return word;
}

Bytes32 AbiReader::word() {
  Bytes32 word;
  std::ranges::copy(next_word(), word.bytes.begin());
  return word;
}

U256 AbiReader::number(unsigned bits) {
  LEVEE_EXPECT(bits > 0 && bits <= 256);
  const U256 value = number_of(word());
  if (value.fits(bits)) return value;
  at_ -= word_bytes;
  fault(fmt::format("{} does not fit {} bits", hex_text(value), bits));
  return {};
}

I256 AbiReader::integer(unsigned bits) {
  LEVEE_EXPECT(bits > 0 && bits <= 256);
  const I256 value = I256::from_bits(number_of(word()));
  if (fits_signed(value, bits)) return value;
  at_ -= word_bytes;
  fault(fmt::format("{} does not fit {} bits with a sign", decimal_text(value), bits));
  return {};
}

std::uint64_t AbiReader::count(unsigned bits) {
  LEVEE_EXPECT(bits <= 64);
  return number(bits).low64();
}

std::int32_t AbiReader::small(unsigned bits) {
  LEVEE_EXPECT(bits <= 32);
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(integer(bits).bits().low64()));
}

Address AbiReader::address() {
  const Bytes32 word = bytes_of(number(160));
  Address address;
  std::copy(word.bytes.begin() + 12, word.bytes.end(), address.bytes.begin());
  return address;
}

bool AbiReader::flag() { return !number(1).is_zero(); }

// A reader of what the next word points to; none after a fault.
std::optional<AbiReader> AbiReader::behind() {
  const U256 offset = number();
  if (shared_->fault) return std::nullopt;
  if (offset > U256{bytes_.size()}) {
    at_ -= word_bytes;
    fault(fmt::format("points to byte {}, which is outside", decimal_text(offset)));
    return std::nullopt;
  }
  return AbiReader(bytes_.subspan(static_cast<std::size_t>(offset.low64())), shared_);
}

// A length that the bytes left can hold, so that nothing is reserved on a liar's word.
std::size_t AbiReader::length(std::size_t bytes_each) {
  const U256 size = number();
  const std::size_t most = (bytes_.size() - at_) / bytes_each;
  if (size <= U256{most}) {
    // Offsets may all point to one place: a small answer must not unfold into a huge one.
    shared_->taken += static_cast<std::size_t>(size.low64()) * bytes_each;
    if (shared_->taken <= shared_->size) return static_cast<std::size_t>(size.low64());
  }
  at_ -= word_bytes;
  fault(fmt::format("a length of {}, more than the bytes hold", decimal_text(size)));
  return 0;
}

Bytes AbiReader::bytes() {
  auto there = behind();
  if (!there) return {};
  const std::size_t size = there->length(1);
  if (shared_->fault) return {};
  const auto held = there->bytes_.subspan(there->at_, size);
  const std::size_t padded = size + (word_bytes - size % word_bytes) % word_bytes;
  const auto start = static_cast<std::size_t>(held.data() - shared_->begin);
  // Older compilers left the padding of the last byte string out.
  shared_->furthest = std::max(shared_->furthest, std::min(start + padded, shared_->size));
  return {held.begin(), held.end()};
}

std::string AbiReader::text() {
  const Bytes held = bytes();
  return {held.begin(), held.end()};
}

AbiReader::List AbiReader::list(std::size_t words) {
  LEVEE_EXPECT(words > 0);
  auto there = behind();
  if (!there) return {.size = 0, .items = *this};
  const std::size_t size = there->length(words * word_bytes);
  return {.size = size, .items = AbiReader(there->bytes_.subspan(there->at_), shared_)};
}

AbiReader AbiReader::record() { return behind().value_or(*this); }

std::vector<U256> AbiReader::numbers(unsigned bits) {
  auto [size, items] = list(1);
  std::vector<U256> read(size);
  for (U256& value : read) value = items.number(bits);
  return read;
}

std::vector<Address> AbiReader::addresses() {
  auto [size, items] = list(1);
  std::vector<Address> read(size);
  for (Address& value : read) value = items.address();
  return read;
}

std::vector<Bytes32> AbiReader::words() {
  auto [size, items] = list(1);
  std::vector<Bytes32> read(size);
  for (Bytes32& value : read) value = items.word();
  return read;
}

// Offsets of a list's members count from behind its length.
std::vector<Bytes> AbiReader::byte_strings() {
  auto [size, items] = list(1);
  std::vector<Bytes> read(size);
  for (Bytes& value : read) value = items.bytes();
  return read;
}

Result<Done> AbiReader::finish() const {
  if (shared_->fault) return *shared_->fault;
  if (shared_->furthest != shared_->size) {
    return fail(Reason::corrupt,
                fmt::format("{}: {} bytes where {} were due (is it this kind of contract?)",
                            shared_->what, shared_->size, shared_->furthest));
  }
  return Done{};
}

namespace {

// One character of UTF-8 and how many bytes it takes; 0 bytes where there is none.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;
};

Character character_at(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {.code = first, .bytes = 1};
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return {};
  std::uint32_t code = first & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80U) return {};
    code = code << 6 | (next & 0x3fU);
  }
  static constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xd800 && code <= 0xdfff;
  return code < smallest.at(bytes) || code > 0x10ffff || surrogate ? Character{}
                                                                   : Character{code, bytes};
}

// Anybody can make a token: its symbol may not steer a terminal, nor turn the text around it.
bool steers(std::uint32_t code) {
  const auto within = [&](std::uint32_t from, std::uint32_t to) {
    return code >= from && code <= to;
  };
  return code < 0x20 || within(0x7f, 0x9f) || within(0x200b, 0x200f) || within(0x2028, 0x202e) ||
         within(0x2060, 0x206f) || code == 0xfeff;
}

bool is_shown(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text.substr(at));
    if (character.bytes == 0 || steers(character.code)) return false;
    at += character.bytes;
  }
  return true;
}

std::optional<std::span<const std::uint8_t>> behind_selector(std::span<const std::uint8_t> returned,
                                                             std::string_view signature) {
  const auto selector = selector_of(signature);
  const bool named = returned.size() >= selector.size() &&
                     std::ranges::equal(returned.first(selector.size()), selector);
  return named ? std::optional(returned.subspan(selector.size())) : std::nullopt;
}

}  // namespace

Result<std::string> token_text(std::span<const std::uint8_t> returned) {
  std::string text;
  if (returned.size() == word_bytes) {
    const auto end = std::ranges::find(returned, std::uint8_t{0});
    text.assign(returned.begin(), end);
    if (std::any_of(end, returned.end(), [](std::uint8_t byte) { return byte != 0; })) {
      return fail(Reason::corrupt, "a token's text of 32 bytes that goes on behind its end");
    }
  } else {
    AbiReader reader(returned, "a token's text");
    text = reader.text();
    if (const auto whole = reader.finish(); !whole) return whole.error();
  }
  if (text.size() > token_text_max) {
    return fail(Reason::corrupt, fmt::format("a token's text of {} bytes (at most {} are taken)",
                                             text.size(), token_text_max));
  }
  if (!is_shown(text)) {
    return fail(Reason::corrupt, "a token's text that is not printable UTF-8");
  }
  return text;
}

std::optional<std::string> revert_text(std::span<const std::uint8_t> returned) {
  const auto coded = behind_selector(returned, "Error(string)");
  if (!coded) return std::nullopt;
  AbiReader reader(*coded, "Error(string)");
  std::string text = reader.text();
  return reader.finish() ? std::optional(text) : std::nullopt;
}

std::optional<U256> panic_code(std::span<const std::uint8_t> returned) {
  const auto coded = behind_selector(returned, "Panic(uint256)");
  if (!coded) return std::nullopt;
  AbiReader reader(*coded, "Panic(uint256)");
  const U256 code = reader.number();
  return reader.finish() ? std::optional(code) : std::nullopt;
}

}  // namespace levee::chain
