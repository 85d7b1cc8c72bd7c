// levee/base/json.h — writing what fields.h describes as JSON.
#pragma once
#include "levee/base/fields.h"
#include "levee/base/strong.h"
#include "levee/base/units.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace levee {

/// The shortest text that reads back as the same double.
///
/// in:   value finite (NaN and infinity never cross a module boundary)
std::string number_text(double value);

/// Text as a JSON string, quotes included; control characters escaped, UTF-8 passed through.
std::string quoted(std::string_view text);

namespace detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsStrong : std::false_type {};
template <class Tag, class Rep>
struct IsStrong<Strong<Tag, Rep>> : std::true_type {};
template <>
struct IsStrong<Probability> : std::true_type {};

}  // namespace detail

/// A value as JSON text: described structs as objects in field order, vectors as arrays, an empty
/// optional as null, strong types as their number.
///
/// in:   indent: spaces by which this value's inner lines are set in
template <class T>
std::string json_of(const T& value, int indent = 0) {
  const std::string pad(static_cast<std::size_t>(indent) + 2, ' ');
  const std::string close = "\n" + std::string(static_cast<std::size_t>(indent), ' ');
  if constexpr (detail::IsOptional<T>::value) {
    return value ? json_of(*value, indent) : "null";
  } else if constexpr (detail::IsStrong<T>::value) {
    return json_of(value.value(), indent);
  } else if constexpr (detail::IsVector<T>::value) {
    using Item = typename T::value_type;
    constexpr bool flat = std::is_arithmetic_v<Item> || detail::IsStrong<Item>::value;
    std::string text;
    for (const auto& item : value) {
      if (!text.empty()) text += flat ? ", " : ",";
      if (!flat) text += "\n" + pad;
      text += json_of(item, indent + 2);
    }
    return text.empty() || flat ? "[" + text + "]" : "[" + text + close + "]";
  } else if constexpr (Described<const T>) {
    std::string text;
    for_fields(value, [&](std::string_view name, const auto& field, std::string_view) {
      text += (text.empty() ? "\n" : ",\n") + pad + quoted(name) + ": ";
      text += json_of(field, indent + 2);
    });
    return text.empty() ? "{}" : "{" + text + close + "}";
  } else if constexpr (std::is_same_v<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return number_text(value);
  } else {
    return quoted(std::string_view(value));
  }
}

}  // namespace levee
