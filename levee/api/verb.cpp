#include "levee/api/verb.h"

#include "levee/base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/core.h>

namespace levee::api::detail {
namespace {

template <class Number>
Result<Done> read_number(Number& field, std::string_view text, std::string_view name) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return fail(Reason::bad_input,
                fmt::format("{} = \"{}\" (is not a number)", name, text.substr(0, 40)));
  }
  field = value;
  return Done{};
}

// Edits between two words: what a slip of the finger costs.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] != b[j - 1] ? 1 : 0);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

Result<Done> read_into(std::string& field, std::string_view text, std::string_view) {
  field = text;
  return Done{};
}

Result<Done> read_into(double& field, std::string_view text, std::string_view name) {
  auto done = read_number(field, text, name);
  if (done && !std::isfinite(field)) {
    return fail(Reason::bad_input, fmt::format("{} = {} (must be finite)", name, text));
  }
  return done;
}

Result<Done> read_into(int& field, std::string_view text, std::string_view name) {
  return read_number(field, text, name);
}

Result<Done> read_into(bool& field, std::string_view text, std::string_view name) {
  if (text != "true" && text != "false") {
    return fail(Reason::bad_input,
                fmt::format("{} = \"{}\" (is a switch: true or false)", name, text.substr(0, 40)));
  }
  field = text == "true";
  return Done{};
}

Result<Done> read_into(std::vector<std::string>& field, std::string_view text, std::string_view) {
  field.emplace_back(text);
  return Done{};
}

std::string preset_of(const std::string& field) { return field; }
std::string preset_of(double field) { return number_text(field); }
std::string preset_of(int field) { return std::to_string(field); }
std::string preset_of(bool) { return {}; }
std::string preset_of(const std::vector<std::string>&) { return {}; }

Result<Done> given_once(std::span<const Given> given, std::span<const Field> known) {
  for (auto one = given.begin(); one != given.end(); ++one) {
    const auto field = std::ranges::find(known, one->name, &Field::name);
    const bool repeats = field != known.end() && field->is_list;
    if (!repeats && std::ranges::count(given.begin(), one, one->name, &Given::name) > 0) {
      return fail(Reason::bad_input, one->name + " (is given twice; give it once)");
    }
  }
  return Done{};
}

Error unknown_field(std::string_view name, std::span<const Field> known) {
  const auto nearest =
      std::min_element(known.begin(), known.end(), [&](const Field& a, const Field& b) {
        return distance(a.name, name) < distance(b.name, name);
      });
  std::string hint;
  if (nearest != known.end() && distance(nearest->name, name) <= 3) {
    hint = fmt::format("; did you mean {}?", nearest->name);
  }
  return fail(Reason::bad_input,
              fmt::format("{} (is not something this verb asks for{})", name.substr(0, 60), hint));
}

}  // namespace levee::api::detail
