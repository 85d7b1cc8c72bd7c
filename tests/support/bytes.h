// tests/support/bytes.h — bytes as a supply of choices and of numbers; zeros when they run out.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace levee::test {

class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : left_(bytes) {}

  bool is_empty() const { return left_.empty(); }
  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const std::uint8_t first = left_.front();
    left_ = left_.subspan(1);
    return first;
  }
  /// A choice in [0, count), count <= 256.
  int below(int count) { return byte() % count; }
  /// One time in `count`.
  bool one_in(int count) { return below(count) == count - 1; }
  /// In [-128, 127]: what stands beside an interesting number.
  int offset() { return static_cast<std::int8_t>(byte()); }
  std::uint64_t bytes(int count) {
    std::uint64_t n = 0;
    for (int i = 0; i < count; ++i) n = n << 8 | byte();
    return n;
  }

 private:
  std::span<const std::uint8_t> left_;
};

/// A number below 2^256 of any shape: small, dense, sparse, beside a power of two or a limb's edge.
/// in: Big is a signed integer of more than 320 bits
template <class Big>
Big number_below_256_bits(Bytes& from) {
  const int kind = from.below(7);
  if (kind == 0) return from.byte();
  const Big edge = Big(1) << 256;
  Big dense = 0;
  if (kind == 1) {
    for (int i = 0; i < 4; ++i) dense = (dense << 64) + from.bytes(8);
    return dense;
  }
  if (kind == 2) {
    for (int i = 0; i < 4; ++i) dense = (dense << 64) + (~std::uint64_t{0} >> from.below(64));
    return dense - from.byte();
  }
  const Big power = Big(1) << from.byte();
  Big near = power;
  if (kind == 3) near += from.offset();
  if (kind == 4) near -= from.bytes(4);
  if (kind == 5) near *= from.bytes(3);
  if (kind == 6) near = near * from.byte() / 255;
  return near < 0 ? Big(0) : std::min(near, Big(edge - 1));
}

}  // namespace levee::test
