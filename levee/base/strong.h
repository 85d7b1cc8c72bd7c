// levee/base/strong.h — a number that remembers what it measures.
#pragma once
#include <compare>

namespace levee {

/// A `Rep` that converts to nothing else. `Tag::adds` says whether values of this kind may be
/// summed (dollars may, prices may not); anything cleverer goes through `value()` and a name.
template <class Tag, class Rep>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }

  friend constexpr auto operator<=>(Strong, Strong) = default;
  friend constexpr Strong operator+(Strong a, Strong b)
    requires(Tag::adds)
  {
    return Strong{a.value_ + b.value_};
  }
  friend constexpr Strong operator-(Strong a, Strong b)
    requires(Tag::adds)
  {
    return Strong{a.value_ - b.value_};
  }
  friend constexpr Strong operator-(Strong a)
    requires(Tag::adds)
  {
    return Strong{-a.value_};
  }

 private:
  Rep value_{};
};

}  // namespace levee
