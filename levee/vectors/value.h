// levee/vectors/value.h — recorded JSON read strictly: the first thing wrong is kept and named.
//
// Nothing may be passed over in silence: an object's fields are taken one by one, and what is left
// when its reader is done is a complaint like a missing field or a digit too many.
#pragma once
#include "levee/base/address.h"
#include "levee/base/i256.h"
#include "levee/base/result.h"
#include "levee/base/u256.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace levee::vectors {

/// Where one document stands, and the first thing found wrong with it.
class Reading {
 public:
  Reading(std::string_view path, std::size_t line) : path_(path), line_(line) {}

  void complain(std::string_view problem);
  bool sound() const { return !fault_; }
  /// Done, or corrupt with path and line.
  Result<Done> outcome() const;

 private:
  std::string_view path_;
  std::size_t line_;
  std::optional<std::string> fault_;
};

/// A piece of a document, with the name it has in complaints (args.tickLower).
///
/// After a complaint every answer is a zero, without meaning but harmless to make.
class Value {
 public:
  /// The whole text as one document.
  Value(std::string_view text, Reading& reading);
  ~Value();
  Value(Value&& other) noexcept;
  Value& operator=(Value&& other) noexcept;
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  const std::string& name() const { return name_; }
  bool sound() const { return reading_->sound(); }
  void complain(std::string_view problem) const;

  bool has(std::string_view key) const;
  /// Takes a field out of an object; it must be there.
  Value take(std::string_view key);
  /// Takes all fields out of an object, in name order.
  std::vector<Value> take_all();
  /// Complains about fields nobody took.
  void finish() const;
  /// The items of an array.
  std::vector<Value> items();

  bool is_null() const;
  bool is_flag() const;
  bool flag() const;
  std::string text() const;
  /// Digits in text, without sign, leading zeros or blanks, below 2^bits.
  U256 natural(unsigned bits) const;
  /// The same with a minus where negative, in bits of two's complement.
  I256 whole(unsigned bits) const;
  Address address() const;
  /// An integer as wide as the type; `bits` where the contract's is narrower.
  template <class T>
  T number(unsigned bits = 8 * sizeof(T)) const {
    if constexpr (std::is_same_v<T, U256>) {
      return natural(bits);
    } else if constexpr (std::is_same_v<T, I256>) {
      return whole(bits);
    } else if constexpr (static_cast<T>(-1) < T{}) {
      return static_cast<T>(static_cast<i128>(whole(bits).bits().low128()));
    } else {
      return static_cast<T>(natural(bits).low128());
    }
  }

 private:
  Value(std::unique_ptr<nlohmann::json> held, std::string name, Reading& reading);

  std::unique_ptr<nlohmann::json> held_;
  std::string name_;
  Reading* reading_;
};

}  // namespace levee::vectors
