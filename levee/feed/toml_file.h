// levee/feed/toml_file.h — a TOML file as tables that remember their lines.
#pragma once
#include "levee/base/result.h"
#include "levee/base/time.h"
#include "levee/base/units.h"
#include "levee/feed/number.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace levee::feed {

/// A value of the file; moments are kept as their text.
struct TomlNode {
  struct Array {
    std::vector<TomlNode> items;
  };
  struct Table {
    std::vector<TomlNode> entries;
  };
  std::string key;  ///< Empty in an array.
  int line = 0;
  std::variant<bool, std::int64_t, double, std::string, Array, Table> value;
};

/// The file's tree, and the first thing found wrong with it.
struct TomlDocument {
  std::string path;
  TomlNode root;
  std::optional<Error> fault;
};

/// A view of one table. Reading never fails on the spot: the first thing wrong is kept in the
/// document's fault, which must be looked at before anything read is used.
class TomlTable {
 public:
  /// in: document and node outlive the view; heading: as messages call the table, "[book]"
  TomlTable(TomlDocument& document, const TomlNode& node, std::string heading)
      : document_(&document), node_(&node), heading_(std::move(heading)) {}

  int line() const { return node_->line; }
  std::string place() const;  ///< `path:line`
  bool has(std::string_view key) const { return find(key) != nullptr; }

  /// Refuses every key that is not among these, naming the one most like it.
  void only(std::span<const std::string_view> known);

  double number(std::string_view key, const Measure& measure);
  std::optional<double> number_if(std::string_view key, const Measure& measure);
  std::optional<std::vector<double>> numbers_if(std::string_view key, const Measure& measure);
  std::optional<std::vector<std::string>> texts_if(std::string_view key, std::string_view about);
  /// in: otherwise: where the key is not there
  Probability chance(std::string_view key, Probability otherwise);
  std::int32_t whole(std::string_view key, const Measure& measure);
  std::string text(std::string_view key, std::string_view about);
  std::optional<std::string> text_if(std::string_view key, std::string_view about);
  std::optional<bool> flag_if(std::string_view key, std::string_view about);
  std::optional<UnixSeconds> moment_if(std::string_view key);
  bool is_text(std::string_view key) const;

  std::optional<TomlTable> table_if(std::string_view key);
  /// The tables of `[[key]]`, headed "[[key]] 1" and so on.
  std::vector<TomlTable> tables(std::string_view key);

  /// Notes that the table, or the value of one of its keys, is wrong.
  void refuse(std::string_view key, std::string_view problem, Reason reason = Reason::bad_input);
  const std::optional<Error>& fault() const { return document_->fault; }

 private:
  const TomlNode* find(std::string_view key) const;
  const TomlNode* need(std::string_view key, std::string_view about);

  TomlDocument* document_;
  const TomlNode* node_;
  std::string heading_;
};

/// err: bad_input with file and line where the text is not TOML; and as read_text says
Result<std::unique_ptr<TomlDocument>> read_toml(const std::string& path);

/// The same of a text that is already here. in: path: what messages call it
/// err: bad_input, as read_toml
Result<std::unique_ptr<TomlDocument>> toml_from(const std::string& path, std::string_view text);

/// The root of a document.
TomlTable root_of(TomlDocument& document);

}  // namespace levee::feed
