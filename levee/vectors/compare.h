// levee/vectors/compare.h — what the model got, held against what was recorded.
#pragma once
#include "levee/vectors/kind.h"
#include "levee/vectors/value.h"

#include <string>
#include <type_traits>

namespace levee::vectors {

/// Any integer in decimal digits.
template <class T>
std::string digits_of(const T& number) {
  if constexpr (std::is_same_v<T, U256> || std::is_same_v<T, I256>) {
    return decimal_text(number);
  } else if constexpr (static_cast<T>(-1) < T{}) {
    return decimal_text(I256{number});
  } else {
    return decimal_text(U256{number});
  }
}

/// One number, recorded as the digits of an integer of `got`'s type.
template <class T>
void expect_number(Trial& trial, const Value& recorded, const T& got) {
  const auto read = recorded.number<T>();
  if (read != got) trial.expect(recorded.name(), digits_of(got), digits_of(read));
}

/// One number of something that has a name, both sides already numbers.
struct Part {
  std::string_view whose, what;
};
template <class T>
void expect_part(Trial& trial, const Part& part, const T& got, const T& recorded) {
  if (got == recorded) return;
  trial.expect(std::string(part.whose).append(" ").append(part.what), digits_of(got),
               digits_of(recorded));
}

/// How a transaction ended: `ok` with `ret`, or `err` with the revert's text. `compare(ret, got)`
/// holds the answers of a success against each other; a call that answers nothing may have no
/// `ret`.
template <class T, class Compare>
void expect_outcome(Trial& trial, Value& line, const Result<T>& got, Compare compare) {
  const bool ok = line.take("ok").flag();
  const std::string reason = ok ? std::string() : line.take("err").text();
  if (ok && (!std::is_same_v<T, Done> || line.has("ret"))) {
    if (got) return compare(line.take("ret"), *got);
    line.take("ret");
  } else if (ok && got) {
    return;
  }
  if (!ok && !got) return trial.expect("err", got.error().message, reason);
  const auto ended = [](bool success, const std::string& why) {
    return success ? std::string("succeeds") : "reverts \"" + why + "\"";
  };
  trial.expect("outcome", ended(bool(got), got ? std::string() : got.error().message),
               ended(ok, reason));
}

}  // namespace levee::vectors
