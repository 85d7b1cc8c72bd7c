#include "levee/vectors/value.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/core.h>

namespace levee::vectors {
namespace {

using Json = nlohmann::json;

constexpr std::size_t shown = 80;

std::string joined(const std::string& name, std::string_view key) {
  return name.empty() ? std::string(key) : fmt::format("{}.{}", name, key);
}

// The parser keeps the last of two fields of one name; a record that has two is not one to trust.
class Twice {
 public:
  bool operator()(int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key) {
      auto& keys = open_.back();
      const auto& key = parsed.get_ref<const std::string&>();
      if (std::ranges::find(keys, key) != keys.end() && !found_) found_ = key;
      keys.push_back(key);
    }
    return true;
  }
  const std::optional<std::string>& found() const { return found_; }

 private:
  std::vector<std::vector<std::string>> open_;
  std::optional<std::string> found_;
};

std::optional<U256> natural_from(std::string_view text) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return std::nullopt;
  if (!std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  const auto read = u256_from(text);
  return read ? std::optional(*read) : std::nullopt;
}

// In two's complement of so many bits; -2^(bits - 1) alone has a magnitude as wide as the sign.
std::optional<I256> whole_from(std::string_view text, unsigned bits) {
  const bool minus = text.starts_with("-");
  const auto magnitude = natural_from(text.substr(minus ? 1 : 0));
  if (!magnitude || (minus && magnitude->is_zero())) return std::nullopt;
  if (minus && *magnitude <= U256::power_of_two(bits - 1)) return I256::negative(*magnitude);
  if (!minus && magnitude->fits(bits - 1)) return I256::positive(*magnitude);
  return std::nullopt;
}

}  // namespace

void Reading::complain(std::string_view problem) {
  if (!fault_) fault_ = problem;
}

Result<Done> Reading::outcome() const {
  if (!fault_) return Done{};
  return fail(Reason::corrupt, fmt::format("{}:{}: {}", path_, line_, *fault_));
}

Value::Value(std::string_view text, Reading& reading)
    : held_(std::make_unique<Json>()), reading_(&reading) {
  Twice twice;
  *held_ = Json::parse(text, std::ref(twice), false);
  if (held_->is_discarded()) {
    complain("is not JSON (cut short or damaged?)");
    *held_ = nullptr;
  } else if (twice.found()) {
    complain(fmt::format("holds field {} twice", *twice.found()));
  }
}

Value::Value(std::unique_ptr<Json> held, std::string name, Reading& reading)
    : held_(std::move(held)), name_(std::move(name)), reading_(&reading) {}

Value::~Value() = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(Value&&) noexcept = default;

void Value::complain(std::string_view problem) const {
  reading_->complain(name_.empty() ? std::string(problem) : fmt::format("{} {}", name_, problem));
}

bool Value::has(std::string_view key) const { return held_->is_object() && held_->contains(key); }

Value Value::take(std::string_view key) {
  auto taken = std::make_unique<Json>();
  if (!held_->is_object()) {
    complain(fmt::format("is not an object with a field {}", key));
  } else if (const auto found = held_->find(key); found == held_->end()) {
    complain(fmt::format("lacks field {}", key));
  } else {
    *taken = std::move(*found);
    held_->erase(found);
  }
  return {std::move(taken), joined(name_, key), *reading_};
}

std::vector<Value> Value::take_all() {
  std::vector<Value> all;
  if (!held_->is_object()) complain("is not an object");
  while (held_->is_object() && !held_->empty()) all.push_back(take(held_->begin().key()));
  return all;
}

void Value::finish() const {
  if (!held_->is_object()) return complain("is not an object");
  if (held_->empty()) return;
  complain(fmt::format("holds a field that nobody judges: {}", held_->begin().key()));
}

std::vector<Value> Value::items() {
  std::vector<Value> list;
  if (!held_->is_array()) {
    complain("is not a list");
    return list;
  }
  for (std::size_t i = 0; i < held_->size(); ++i) {
    list.push_back(Value{std::make_unique<Json>(std::move((*held_)[i])),
                         fmt::format("{}[{}]", name_, i), *reading_});
  }
  return list;
}

bool Value::is_null() const { return held_->is_null(); }
bool Value::is_flag() const { return held_->is_boolean(); }

bool Value::flag() const {
  if (held_->is_boolean()) return held_->get<bool>();
  complain("is neither true nor false");
  return false;
}

std::string Value::text() const {
  if (held_->is_string()) return held_->get<std::string>();
  complain("is not text");
  return {};
}

U256 Value::natural(unsigned bits) const {
  const std::string digits = text();
  const auto read = natural_from(digits);
  if (read && read->fits(bits)) return *read;
  complain(fmt::format("= \"{}\" (is not a natural number below 2^{} in decimal digits)",
                       digits.substr(0, shown), bits));
  return {};
}

I256 Value::whole(unsigned bits) const {
  const std::string digits = text();
  if (const auto read = whole_from(digits, bits)) return *read;
  complain(fmt::format("= \"{}\" (is not an integer of {} bits in decimal digits)",
                       digits.substr(0, shown), bits));
  return {};
}

Address Value::address() const {
  const auto read = address_from(text());
  if (read) return *read;
  complain(read.error().message);
  return {};
}

}  // namespace levee::vectors
