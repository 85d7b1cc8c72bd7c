// levee/base/check.h — promises, checked: before, after, and where checking is dear.
#pragma once
#include <stdexcept>
#include <string>

namespace levee {

/// A bug: a promise made in a header was broken. Nothing below a face catches it.
class ContractBroken : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Throws ContractBroken naming the promise and the place.
[[noreturn]] void broken(const char* promise, const char* file, int line);

}  // namespace levee

/// What the caller promised. Always on.
#define LEVEE_EXPECT(promise) \
  ((promise) ? static_cast<void>(0) : ::levee::broken(#promise, __FILE__, __LINE__))
/// What this function promises. Always on.
#define LEVEE_ENSURE(promise) LEVEE_EXPECT(promise)
/// A promise that is dear to check: only in the `dev` and sanitizer builds.
#ifdef LEVEE_AUDITS
#define LEVEE_AUDIT(promise) LEVEE_EXPECT(promise)
#else
#define LEVEE_AUDIT(promise) static_cast<void>(0)
#endif
