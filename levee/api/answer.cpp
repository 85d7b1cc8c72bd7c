#include "levee/api/answer.h"

#include "levee/base/check.h"
#include "levee/base/json.h"
#include "levee/report/sentences.h"
#include "levee/report/sheet.h"

namespace levee::api {
namespace {

// Before the brace that closes the document, on lines of their own as json_of sets them.
std::string with_assumptions(std::string json, std::string_view assumes) {
  const auto close = json.find_last_of('}');
  LEVEE_EXPECT(close != std::string::npos);
  const auto last = json.find_last_not_of(" \n", close - 1);
  const bool empty = json[last] == '{';
  const std::string field = (empty ? "\n" : ",\n") + std::string("  \"assumptions\": [\n    ") +
                            quoted(assumes) + "\n  ]\n";
  json.replace(last + 1, close - last - 1, field);
  return json;
}

}  // namespace

Reply completed(const Entry& entry, Reply reply, const Wish& wish) {
  // A document of its own says so itself, at its end.
  const bool says_so = reply.text.find(report::disclaimer.substr(0, 40)) != std::string::npos;
  if (!entry.assumes.empty()) reply.json = with_assumptions(std::move(reply.json), entry.assumes);
  if (!reply.text.empty() && reply.text.find(' ') == std::string::npos) return reply;
  report::Sheet sheet(wish.colour ? report::Colour::on : report::Colour::off);
  if (!entry.assumes.empty()) {
    sheet.paragraph("");
    sheet.paragraph("Taken for granted: " + std::string(entry.assumes), report::Ink::dim);
  }
  if (!says_so) {
    sheet.paragraph("");
    sheet.paragraph(report::disclaimer, report::Ink::dim);
  }
  if (!reply.text.empty() && !reply.text.ends_with('\n')) reply.text += '\n';
  reply.text += sheet.text();
  return reply;
}

Result<Reply> answered(const Entry& entry, std::span<const Given> given, const Wish& wish,
                       Progress& progress) {
  auto reply = entry.run(given, wish, progress);
  if (!reply) return reply;
  return completed(entry, *std::move(reply), wish);
}

}  // namespace levee::api
