// levee/api/record.h — what an answer was worked out from, so that it can be worked out again.
#pragma once
#include "levee/api/verb.h"
#include "levee/feed/file_seen.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace levee::api {

/// Something that was asked for, as text.
struct GivenTold {
  std::string name, value;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "what was given");
    visit("value", self.value, "as text");
  }
};

/// Everything that an answer is a function of.
struct Record {
  std::string verb;
  std::vector<GivenTold> given;
  std::vector<feed::FileSeen> files;
  std::string keccak256;  ///< Of the answer itself, without the record, as document_digest has it.

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("verb", self.verb, "what was asked");
    visit("given", self.given, "with what");
    visit("files", self.files, "every file that was named, and all in folders that were");
    visit("keccak256", self.keccak256, "digest of the answer without this record");
  }
};

/// Digest of a JSON document without its member "record", however it is laid out.
///
/// err: bad_input if it is no JSON object
Result<std::string> document_digest(std::string_view json);

/// The record of an answer; flags that only say where to write are not part of it.
///
/// in:  json: of the answer, without a record
/// err: as feed::file_seen and document_digest
Result<Record> record_of(std::string_view verb, std::span<const Given> given,
                         std::string_view json);

/// Puts the record at the end of the answer's JSON object.
std::string with_record(std::string_view json, const Record& record);

/// The record in a document.
///
/// err: bad_input if it is no JSON object or its record is not one; missing_data if it has none
Result<Record> record_in(std::string_view json);

/// Where two documents differ, by path, the first few: `plan.trades.3.quantity: 5 is 6 now`.
///
/// err: bad_input if one of them is no JSON
Result<std::vector<std::string>> differences(std::string_view was, std::string_view now,
                                             std::size_t most);

}  // namespace levee::api
