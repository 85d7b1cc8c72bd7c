// levee/base/fields.h — describe a struct's fields once; JSON, command line and help follow.
#pragma once
#include <string_view>

namespace levee {

namespace detail {
struct AnyVisit {
  template <class Field>
  void operator()(std::string_view, Field&, std::string_view) const {}
};
}  // namespace detail

/// A struct that lists its fields: `static void fields(Self& self, Visit visit)` calls
/// `visit(name, field, about)` once per field, in the order people should read them.
template <class T>
concept Described = requires(T& t) { T::fields(t, detail::AnyVisit{}); };

/// Calls visit(name, field, about) for each field of a described struct, const or not.
template <class T, class Visit>
  requires Described<T>
void for_fields(T& t, Visit visit) {
  T::fields(t, visit);
}

}  // namespace levee
