#include "levee/api/record.h"

#include "levee/api/document.h"
#include "levee/base/json.h"
#include "levee/base/keccak.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/core.h>

namespace levee::api {
namespace {

using Json = Document;

constexpr std::array<std::string_view, 3> not_asked{"report", "page", "out"};

std::string shown(const Json& value) {
  std::string text = value.dump();
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

void compare(const Json& was, const Json& now, const std::string& path, std::size_t most,
             std::vector<std::string>& out) {
  if (out.size() >= most || was == now) return;
  const bool objects = was.is_object() && now.is_object();
  const bool arrays = was.is_array() && now.is_array() && was.size() == now.size();
  if (!objects && !arrays) {
    out.push_back(fmt::format("{}: {} is {} now", path, shown(was), shown(now)));
    return;
  }
  if (arrays) {
    for (std::size_t i = 0; i < was.size(); ++i) {
      compare(was[i], now[i], fmt::format("{}.{}", path, i), most, out);
    }
    return;
  }
  const auto under = [&](const std::string& name) {
    return path.empty() ? name : fmt::format("{}.{}", path, name);
  };
  for (const auto& [name, value] : was.items()) {
    const std::string inner = under(name);
    if (now.contains(name)) {
      compare(value, now[name], inner, most, out);
    } else if (out.size() < most) {
      out.push_back(inner + " is not there now");
    }
  }
  for (const auto& [name, value] : now.items()) {
    if (!was.contains(name) && out.size() < most) {
      out.push_back(under(name) + " is new");
    }
  }
}

bool is_record(const Json& json) {
  const auto texts = [](const Json& one, std::initializer_list<const char*> names) {
    return one.is_object() && std::ranges::all_of(names, [&](const char* name) {
             return one.contains(name) && one[name].is_string();
           });
  };
  const auto every = [&](const char* list, auto sound) {
    return json.contains(list) && json[list].is_array() && std::ranges::all_of(json[list], sound);
  };
  return texts(json, {"verb", "keccak256"}) &&
         every("given", [&](const Json& one) { return texts(one, {"name", "value"}); }) &&
         every("files", [&](const Json& one) { return texts(one, {"path", "keccak256"}); });
}

}  // namespace

Result<std::string> document_digest(std::string_view json) {
  auto document = document_in(json);
  if (!document) return document.error();
  document->erase("record");
  return text_of(keccak256(document->dump()));
}

Result<Record> record_of(std::string_view verb, std::span<const Given> given,
                         std::string_view json) {
  Record record{.verb = std::string(verb), .given = {}, .files = {}, .keccak256 = {}};
  for (const Given& one : given) {
    if (std::ranges::find(not_asked, one.name) != not_asked.end()) continue;
    record.given.push_back({one.name, one.value});
    for (const std::string& path : feed::files_named(one.value)) {
      const auto told = feed::file_seen(path);
      if (!told) return told.error();
      record.files.push_back(*told);
    }
  }
  const auto digest = document_digest(json);
  if (!digest) return digest.error();
  record.keccak256 = *digest;
  return record;
}

std::string with_record(std::string_view json, const Record& record) {
  const auto end = json.find_last_of('}');
  LEVEE_EXPECT(end != std::string_view::npos);
  std::string text(json.substr(0, end));
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text + ",\n  \"record\": " + json_of(record, 2) + "\n}";
}

Result<Record> record_in(std::string_view json) {
  const auto document = document_in(json);
  if (!document) return document.error();
  if (!document->contains("record")) {
    return fail(Reason::missing_data,
                "the document holds no record of what it was made from (plan-hedge --json writes "
                "one)");
  }
  const Json& told = (*document)["record"];
  if (!is_record(told)) return fail(Reason::bad_input, "the document's record is damaged");
  Record record{.verb = told["verb"], .given = {}, .files = {}, .keccak256 = told["keccak256"]};
  for (const Json& one : told["given"]) record.given.push_back({one["name"], one["value"]});
  for (const Json& one : told["files"]) {
    record.files.push_back({one["path"], 0, one["keccak256"]});
  }
  return record;
}

Result<std::vector<std::string>> differences(std::string_view was, std::string_view now,
                                             std::size_t most) {
  auto first = document_in(was), second = document_in(now);
  if (!first) return first.error();
  if (!second) return second.error();
  first->erase("record"), second->erase("record");
  std::vector<std::string> found;
  compare(*first, *second, "", most, found);
  return found;
}

}  // namespace levee::api
