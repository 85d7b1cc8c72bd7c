// levee/api/verb.h — one use-case: a name, what it asks, what it answers.
//
// `api` answers: what can be asked of levee? Main types: Entry, Field, Reply. It reads files
// through `feed`; it never writes one: a reply carries what a face should write.
#pragma once
#include "levee/base/fields.h"
#include "levee/base/progress.h"
#include "levee/base/result.h"
#include "levee/parallel/ranks.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::api {

/// One thing a verb can be asked for, as help shows it.
struct Field {
  std::string name;  ///< snake_case; a command line flag reads it with dashes.
  std::string about;
  std::string preset;      ///< Value it has when not given; empty if none.
  bool is_switch = false;  ///< Given or not, without a value.
  bool is_list = false;    ///< May be given often; words that follow no flag are meant for it.
};

/// A value for a field, as text.
struct Given {
  std::string name, value;
};

/// Content that is made part by part, where the whole of it should not stand in memory.
class Parts {
 public:
  Parts() = default;
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  virtual ~Parts() = default;
  /// The next part, or false where there is none.
  virtual bool next(std::string& part) = 0;
};

/// A file a face should write, whole or not at all.
struct FileOut {
  std::string path, content;
  std::shared_ptr<Parts> parts{};  ///< Follow the content; none: that is all.
};

/// What a verb answers.
struct Reply {
  std::string json;  ///< One document.
  std::string text;  ///< For a person; may hold colour.
  std::vector<FileOut> files;
  bool passed = true;  ///< False where something was checked and failed: a command leaves with 1.
};

/// How a reply is wanted.
struct Wish {
  bool colour = false;
  int threads = 1;
  parallel::Ranks ranks{};  ///< Who else was asked the same.
};

/// One verb on the shelf.
struct Entry {
  std::string_view name;   ///< As commanded: plan-hedge.
  std::string_view about;  ///< One sentence.
  std::vector<Field> (*fields)();
  /// out: where ranks share the work, the same on every one of them
  Result<Reply> (*run)(std::span<const Given> given, const Wish& wish, Progress& progress);
  /// Whether ranks share its work; of any other verb all of it is for the one that speaks.
  bool is_shared = false;
  /// What its answer takes for granted, in whole sentences; empty where the answer itself says so,
  /// under "assumptions".
  std::string_view assumes{};
};

/// Every verb, in name order.
std::span<const Entry> shelf();

namespace detail {
Result<Done> read_into(std::string& field, std::string_view text, std::string_view name);
Result<Done> read_into(double& field, std::string_view text, std::string_view name);
Result<Done> read_into(int& field, std::string_view text, std::string_view name);
Result<Done> read_into(bool& field, std::string_view text, std::string_view name);
Result<Done> read_into(std::vector<std::string>& field, std::string_view text,
                       std::string_view name);
template <class T>
Result<Done> read_into(std::optional<T>& field, std::string_view text, std::string_view name) {
  T value{};
  auto done = read_into(value, text, name);
  if (done) field = value;
  return done;
}
std::string preset_of(const std::string& field);
std::string preset_of(double field);
std::string preset_of(int field);
std::string preset_of(bool field);
std::string preset_of(const std::vector<std::string>& field);
template <class T>
std::string preset_of(const std::optional<T>&) {
  return {};
}
Error unknown_field(std::string_view name, std::span<const Field> known);
/// err: bad_input naming a field that is given twice and is no list
Result<Done> given_once(std::span<const Given> given, std::span<const Field> known);
}  // namespace detail

/// The fields of an ask, from its own list.
template <class Ask>
std::vector<Field> fields_of() {
  std::vector<Field> list;
  Ask ask;
  for_fields(ask, [&](std::string_view name, auto& field, std::string_view about) {
    using Held = std::remove_reference_t<decltype(field)>;
    list.push_back({std::string(name), std::string(about), detail::preset_of(field),
                    std::is_same_v<Held, bool>, std::is_same_v<Held, std::vector<std::string>>});
  });
  return list;
}

/// An ask filled from what was given.
///
/// err: bad_input naming a field that is unknown, given twice, or cannot be read
template <class Ask>
Result<Ask> ask_from(std::span<const Given> given) {
  Ask ask;
  const std::vector<Field> known = fields_of<Ask>();
  if (const auto once = detail::given_once(given, known); !once) return once.error();
  for (const Given& one : given) {
    std::optional<Result<Done>> read;
    for_fields(ask, [&](std::string_view name, auto& field, std::string_view) {
      if (name == one.name) read = detail::read_into(field, one.value, name);
    });
    if (!read) return detail::unknown_field(one.name, known);
    if (!*read) return read->error();
  }
  return ask;
}

}  // namespace levee::api
