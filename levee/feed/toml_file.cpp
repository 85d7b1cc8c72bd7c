#include "levee/feed/toml_file.h"

#include "levee/feed/shown.h"
#include "levee/feed/text_file.h"

namespace levee::feed {
namespace {

// toml++ 3.3 asserts where a table header has no name ("[ = 1"), instead of refusing the file;
// and without assertions it takes them for granted. Both end here.
struct ParserBroke {};
constexpr void hold(bool promise) {
  if (!promise) throw ParserBroke{};
}

}  // namespace
}  // namespace levee::feed

#undef NDEBUG
#define TOML_ASSERT(promise) ::levee::feed::hold(static_cast<bool>(promise))
#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <numeric>

#include <fmt/core.h>

namespace levee::feed {
namespace {

// Letters to insert, delete or replace to turn one word into the other.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string_view kind_of(const TomlNode& node) {
  constexpr std::array<std::string_view, 6> kinds{"true or false", "a number", "a number",
                                                  "text",          "a list",   "a table"};
  return kinds.at(node.value.index());
}

std::optional<double> as_number(const TomlNode& node) {
  if (const auto* whole = std::get_if<std::int64_t>(&node.value)) {
    return static_cast<double>(*whole);
  }
  if (const auto* real = std::get_if<double>(&node.value)) return *real;
  return std::nullopt;
}

// A moment as ISO text; what cannot be UTC keeps its offset, and moment_from() refuses it.
std::string text_of(const toml::date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string text_of(const toml::date_time& moment) {
  std::string text = fmt::format("{}T{:02}:{:02}:{:02}", text_of(moment.date), moment.time.hour,
                                 moment.time.minute, moment.time.second);
  if (moment.offset && moment.offset->minutes != 0) {
    const int minutes = moment.offset->minutes;
    text += fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60,
                        std::abs(minutes) % 60);
  }
  return text;
}

std::string text_of(const toml::time& time) {
  return fmt::format("{:02}:{:02}:{:02}", time.hour, time.minute, time.second);
}

TomlNode node_of(std::string_view key, const toml::node& node) {
  TomlNode out{
      .key = std::string(key), .line = static_cast<int>(node.source().begin.line), .value = {}};
  if (const auto* table = node.as_table()) {
    TomlNode::Table entries;
    for (const auto& [name, entry] : *table) entries.entries.push_back(node_of(name.str(), entry));
    out.value = std::move(entries);
  } else if (const auto* array = node.as_array()) {
    TomlNode::Array items;
    for (const auto& item : *array) items.items.push_back(node_of({}, item));
    out.value = std::move(items);
  } else if (const auto* flag = node.as_boolean()) {
    out.value = flag->get();
  } else if (const auto* whole = node.as_integer()) {
    out.value = whole->get();
  } else if (const auto* real = node.as_floating_point()) {
    out.value = real->get();
  } else if (const auto* text = node.as_string()) {
    out.value = text->get();
  } else if (const auto* date = node.as_date()) {
    out.value = text_of(date->get());
  } else if (const auto* moment = node.as_date_time()) {
    out.value = text_of(moment->get());
  } else if (const auto* time = node.as_time()) {
    out.value = text_of(time->get());
  }
  return out;
}

// The line of the first table header whose name begins with no letter, digit or quote; else 1.
int nameless_header(std::string_view text) {
  int line = 1;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view row = text.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t bracket = row.find_first_not_of(" \t");
    if (bracket == std::string_view::npos || row[bracket] != '[') continue;
    const std::size_t name = row.find_first_not_of("[ \t", bracket);
    if (name == std::string_view::npos) return line;
    const auto byte = static_cast<unsigned char>(row[name]);
    if (std::isalnum(byte) == 0 &&
        std::string_view("-_\"'").find(row[name]) == std::string_view::npos) {
      return line;
    }
  }
  return 1;
}

}  // namespace

Result<std::unique_ptr<TomlDocument>> toml_from(const std::string& path, std::string_view text) {
  auto document = std::make_unique<TomlDocument>();
  document->path = path;
  try {
    document->root = node_of({}, toml::parse(text));
  } catch (const toml::parse_error& error) {
    return fail(Reason::bad_input,
                fmt::format("{}:{}: not TOML ({})", path, error.source().begin.line,
                            on_one_line(error.description())));
  } catch (const ParserBroke&) {
    return fail(Reason::bad_input, fmt::format("{}:{}: not TOML (a table without a name)", path,
                                               nameless_header(text)));
  }
  document->root.line = 1;
  return document;
}

Result<std::unique_ptr<TomlDocument>> read_toml(const std::string& path) {
  const auto file = read_text(path);
  if (!file) return file.error();
  return toml_from(path, file->text);
}

TomlTable root_of(TomlDocument& document) { return {document, document.root, "the file"}; }

std::string TomlTable::place() const { return fmt::format("{}:{}", document_->path, line()); }

const TomlNode* TomlTable::find(std::string_view key) const {
  const auto& entries = std::get<TomlNode::Table>(node_->value).entries;
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const TomlNode& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

void TomlTable::refuse(std::string_view key, std::string_view problem, Reason reason) {
  if (document_->fault) return;
  const TomlNode* node = find(key);
  document_->fault =
      fail(reason, fmt::format("{}:{}: {} {} in {}", document_->path,
                               node == nullptr ? line() : node->line, key, problem, heading_));
}

const TomlNode* TomlTable::need(std::string_view key, std::string_view about) {
  const TomlNode* node = find(key);
  if (node == nullptr) refuse(key, fmt::format("is missing ({})", about));
  return node;
}

void TomlTable::only(std::span<const std::string_view> known) {
  for (const TomlNode& entry : std::get<TomlNode::Table>(node_->value).entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    const auto nearest = std::min_element(known.begin(), known.end(), [&](auto a, auto b) {
      return edits_between(a, entry.key) < edits_between(b, entry.key);
    });
    return refuse(entry.key, fmt::format("is not a known key (the nearest is {})", *nearest));
  }
}

double TomlTable::number(std::string_view key, const Measure& measure) {
  if (need(key, measure.unit) == nullptr) return 0;
  return number_if(key, measure).value_or(0);
}

std::optional<double> TomlTable::number_if(std::string_view key, const Measure& measure) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto value = as_number(*node);
  if (!value) {
    refuse(key, fmt::format("is {} (a number is wanted: {})", kind_of(*node), measure.unit));
  } else if (const auto fault = fault_of(*value, measure)) {
    refuse(key, fmt::format("{} {}", *value, *fault));
  }
  return value;
}

std::optional<std::vector<double>> TomlTable::numbers_if(std::string_view key,
                                                         const Measure& measure) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  std::vector<double> values;
  const auto* array = std::get_if<TomlNode::Array>(&node->value);
  if (array == nullptr) {
    refuse(key,
           fmt::format("is {} (a list of numbers is wanted: {})", kind_of(*node), measure.unit));
    return values;
  }
  for (const TomlNode& item : array->items) {
    const auto value = as_number(item);
    if (!value) {
      refuse(key, fmt::format("holds {} (numbers are wanted: {})", kind_of(item), measure.unit));
    } else if (const auto fault = fault_of(*value, measure)) {
      refuse(key, fmt::format("{} {}", *value, *fault));
    }
    values.push_back(value.value_or(0));
  }
  return values;
}

std::optional<std::vector<std::string>> TomlTable::texts_if(std::string_view key,
                                                            std::string_view about) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  std::vector<std::string> values;
  const auto* array = std::get_if<TomlNode::Array>(&node->value);
  if (array == nullptr) {
    refuse(key, fmt::format("is {} (a list of names is wanted: {})", kind_of(*node), about));
    return values;
  }
  for (const TomlNode& item : array->items) {
    const auto* value = std::get_if<std::string>(&item.value);
    if (value == nullptr || value->empty()) {
      refuse(key, fmt::format("holds {} (names are wanted: {})",
                              value == nullptr ? kind_of(item) : "an empty one", about));
      continue;
    }
    values.push_back(*value);
  }
  return values;
}

Probability TomlTable::chance(std::string_view key, Probability otherwise) {
  constexpr Measure measure{.unit = "chance, 0 to 1", .sign = Sign::not_negative, .most = 1};
  const auto given = number_if(key, measure);
  if (!given) return otherwise;
  return Probability{fault_of(*given, measure) ? 0 : *given};
}

std::int32_t TomlTable::whole(std::string_view key, const Measure& measure) {
  const double value = number(key, measure);
  if (fault()) return 0;
  if (value != std::floor(value) || std::abs(value) > 2e9) {
    refuse(key, fmt::format("{} is not a whole number ({})", value, measure.unit));
    return 0;
  }
  return static_cast<std::int32_t>(value);
}

std::string TomlTable::text(std::string_view key, std::string_view about) {
  if (need(key, about) == nullptr) return {};
  return text_if(key, about).value_or("");
}

std::optional<std::string> TomlTable::text_if(std::string_view key, std::string_view about) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = std::get_if<std::string>(&node->value);
  if (value == nullptr) {
    refuse(key, fmt::format("is {} (text in quotes is wanted: {})", kind_of(*node), about));
  } else if (value->empty()) {
    refuse(key, fmt::format("is empty ({})", about));
  } else if (holds_control(*value)) {
    refuse(key, fmt::format("{} holds a control character ({})", shown(*value), about));
  } else {
    return *value;
  }
  return std::nullopt;
}

std::optional<bool> TomlTable::flag_if(std::string_view key, std::string_view about) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = std::get_if<bool>(&node->value);
  if (value == nullptr) {
    refuse(key, fmt::format("is {} (true or false is wanted: {})", kind_of(*node), about));
    return std::nullopt;
  }
  return *value;
}

std::optional<UnixSeconds> TomlTable::moment_if(std::string_view key) {
  const auto text = text_if(key, "a moment, UTC");
  if (!text) return std::nullopt;
  const auto moment = moment_from(*text);
  if (moment) return *moment;
  refuse(key, moment.error().message);
  return std::nullopt;
}

bool TomlTable::is_text(std::string_view key) const {
  const TomlNode* node = find(key);
  return node != nullptr && std::holds_alternative<std::string>(node->value);
}

std::optional<TomlTable> TomlTable::table_if(std::string_view key) {
  const TomlNode* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!std::holds_alternative<TomlNode::Table>(node->value)) {
    refuse(key, fmt::format("is {} (a table [{}] is wanted)", kind_of(*node), key));
    return std::nullopt;
  }
  return TomlTable(*document_, *node, fmt::format("[{}]", key));
}

std::vector<TomlTable> TomlTable::tables(std::string_view key) {
  std::vector<TomlTable> found;
  const TomlNode* node = find(key);
  if (node == nullptr) return found;
  const auto* array = std::get_if<TomlNode::Array>(&node->value);
  for (std::size_t i = 0; array != nullptr && i < array->items.size(); ++i) {
    const TomlNode& item = array->items[i];
    if (!std::holds_alternative<TomlNode::Table>(item.value)) break;
    found.emplace_back(*document_, item, fmt::format("[[{}]] {}", key, i + 1));
  }
  if (array == nullptr || found.size() != array->items.size()) {
    refuse(key, fmt::format("is {} (tables [[{}]] are wanted)", kind_of(*node), key));
  }
  return found;
}

}  // namespace levee::feed
