// levee/base/explain.h — a tree of named numbers: how a result was worked out.
#pragma once
#include <optional>
#include <string>
#include <vector>

namespace levee {

/// One number and its working: what it is, by which formula, from which inputs, on whose word.
struct Explain {
  std::string name;             ///< As it stands in the output, e.g. "position.delta".
  std::optional<double> value;  ///< Absent for a heading or where it is unknown.
  std::string unit;             ///< "USD", "tokens", "per year", ...; empty for a pure number.
  std::string formula;          ///< In words and symbols a reader can check.
  std::string source;           ///< Paper and equation, file and line, or "policy".
  std::vector<Explain> inputs;  ///< The numbers it was made from.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "what the number is");
    visit("value", self.value, "the number; null for a heading or where it is unknown");
    visit("unit", self.unit, "unit, empty for a pure number");
    visit("formula", self.formula, "how it is computed");
    visit("source", self.source, "who says so");
    visit("inputs", self.inputs, "the numbers it was made from");
  }
};

}  // namespace levee
