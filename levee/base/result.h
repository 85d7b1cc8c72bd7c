// levee/base/result.h — Result<T>: a value, or an Error that says why there is none.
#pragma once
#include "levee/base/check.h"

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace levee {

/// Why an expected failure failed. The list is closed; faces map it to exit codes in one table.
enum class Reason {
  bad_input,      ///< What was given cannot be read as what was asked for.
  out_of_range,   ///< A number lies outside the range in which the question makes sense.
  missing_data,   ///< Something needed was not given or is empty.
  stale_data,     ///< The newest that is known is too old to answer with.
  no_solution,    ///< The mathematics has no answer for these inputs.
  not_converged,  ///< An answer exists but was not reached to the stated accuracy.
  not_supported,  ///< A fair question that levee does not answer.
  refused,        ///< The contract or venue itself would say no.
  unreachable,    ///< The outside world did not answer.
  corrupt,        ///< Data is damaged: truncated, or failing its own checks.
};

/// The reason's name as it stands in JSON and messages.
std::string_view name_of(Reason reason);

/// An expected failure: its kind, and one line `problem (why it is one) what to do`.
struct Error {
  Reason reason;
  std::string message;
  friend bool operator==(const Error&, const Error&) = default;
};

/// `return fail(Reason::bad_input, "...")` from a function that returns any Result.
inline Error fail(Reason reason, std::string message) { return {reason, std::move(message)}; }

/// A value, or an Error. Reading the wrong one is a bug.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  explicit operator bool() const { return held_.index() == 0; }
  const T& operator*() const& { return value(); }
  T& operator*() & { return const_cast<T&>(value()); }
  T operator*() && { return std::move(const_cast<T&>(value())); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &const_cast<T&>(value()); }
  const Error& error() const {
    LEVEE_EXPECT(held_.index() == 1);
    return std::get<1>(held_);
  }

 private:
  const T& value() const {
    LEVEE_EXPECT(held_.index() == 0);
    return std::get<0>(held_);
  }

  std::variant<T, Error> held_;
};

/// A Result of a function that gives nothing but may fail.
struct Done {
  friend bool operator==(Done, Done) = default;
};

}  // namespace levee
