#include "levee/chain/envelope.h"

#include "levee/base/check.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace levee::chain {
namespace {

using Json = nlohmann::json;

Error corrupt(std::string message) { return fail(Reason::corrupt, std::move(message)); }

// The parser keeps the last of two members with one name, in silence: whoever says a thing twice
// has not said it.
class TwiceSaid {
 public:
  bool operator()(int /*depth*/, Json::parse_event_t event, const Json& parsed) {
    if (event == Json::parse_event_t::object_start) names_.emplace_back();
    if (event == Json::parse_event_t::object_end) names_.pop_back();
    if (event == Json::parse_event_t::key) {
      auto& names = names_.back();
      const auto& name = parsed.get_ref<const std::string&>();
      if (std::ranges::find(names, name) != names.end()) found_ = name;
      names.push_back(name);
    }
    return true;
  }
  const std::optional<std::string>& found() const { return found_; }

 private:
  std::vector<std::vector<std::string>> names_;
  std::optional<std::string> found_;
};

Result<std::shared_ptr<const Json>> parsed(std::string_view body) {
  TwiceSaid twice;
  const auto hear = [&](int depth, Json::parse_event_t event, const Json& json) {
    return twice(depth, event, json);
  };
  auto document = std::make_shared<const Json>(Json::parse(body, hear, false));
  if (document->is_discarded()) {
    const bool page = body.substr(0, 200).find('<') != std::string_view::npos;
    return corrupt(fmt::format("the node's answer is not JSON ({}; is this the address of a node?)",
                               body.empty() ? "it is empty"
                               : page       ? "a page for people"
                                            : fmt::format("{} bytes, cut short?", body.size())));
  }
  if (twice.found()) {
    return corrupt("the node's answer names one member twice (which of the two is true?)");
  }
  return document;
}

// The text of a revert's bytes stands in `data` itself (geth, anvil), in its member `data`
// (hardhat), or in an object inside it (wallets, ganache).
std::string attached_to(const Json& json, int depth) {
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_object() || depth == 0) return {};
  for (const char* name : {"data", "originalError", "result", "return"}) {
    if (const auto member = json.find(name); member != json.end()) {
      if (auto text = attached_to(*member, depth - 1); !text.empty()) return text;
    }
  }
  return {};
}

Result<Refusal> refusal_in(const Json& error) {
  if (!error.is_object()) return corrupt("the node's error is no object");
  const auto code = error.find("code"), message = error.find("message");
  if (code == error.end() || !code->is_number_integer() || message == error.end() ||
      !message->is_string()) {
    return corrupt("the node's error has no code or no message");
  }
  const auto beside = error.find("data");
  return Refusal{.code = code->get<std::int64_t>(),
                 .words = message->get<std::string>(),
                 .attached = beside == error.end() ? std::string{} : attached_to(*beside, 3)};
}

const Json* member_of(const Json& answer, const char* name) {
  const auto found = answer.find(name);
  return found == answer.end() ? nullptr : &*found;
}

// Servers of the protocol's first version write the one that does not apply as null.
Result<Reply> reply_in(const Json& answer, const std::shared_ptr<const Json>& document) {
  const Json* version = member_of(answer, "jsonrpc");
  if (version == nullptr || *version != "2.0") return corrupt("the answer is not of JSON-RPC 2.0");
  const Json *result = member_of(answer, "result"), *error = member_of(answer, "error");
  const bool refused = error != nullptr && !error->is_null();
  if (refused && result != nullptr && !result->is_null()) {
    return corrupt("the node answers with a result and an error at once");
  }
  if (refused) {
    auto refusal = refusal_in(*error);
    if (!refusal) return refusal.error();
    return Reply{.result = nullptr, .refusal = *std::move(refusal)};
  }
  if (result == nullptr) return corrupt("the node answers with neither a result nor an error");
  return Reply{.result = std::shared_ptr<const Json>(document, result), .refusal = {}};
}

// The place of an answer among the calls; none for an answer without an id.
Result<std::optional<std::size_t>> place_of(const Json& answer, const Ids& ids) {
  if (!answer.is_object()) return corrupt("the node's answer is no object");
  const Json* id = member_of(answer, "id");
  if (id == nullptr || id->is_null()) return std::optional<std::size_t>{};
  const bool ours = id->is_number_unsigned() && id->get<std::uint64_t>() >= ids.first &&
                    id->get<std::uint64_t>() - ids.first < ids.count;
  if (!ours) return corrupt("the node answers a call that was not asked (another id)");
  return std::optional(static_cast<std::size_t>(id->get<std::uint64_t>() - ids.first));
}

Answers refused(Refusal refusal) { return {.replies = {}, .of_all = std::move(refusal)}; }

Result<Answers> answers_of_object(const std::shared_ptr<const Json>& document, const Ids& ids) {
  auto place = place_of(*document, ids);
  if (!place) return place.error();
  auto reply = reply_in(*document, document);
  if (!reply) return reply.error();
  if (!reply->result && (!*place || ids.count > 1)) return refused(reply->refusal);
  if (!*place) return corrupt("the node's answer has no id");
  if (ids.count > 1) return corrupt("the node answers a batch with a single result");
  return Answers{.replies = {*std::move(reply)}, .of_all = std::nullopt};
}

// Geth answers a batch above its limit with one error, under the id of the first call.
std::optional<Refusal> refusal_of_batch(const std::vector<std::optional<Reply>>& replies) {
  for (const auto& reply : replies) {
    if (reply && !reply->result && meaning_of(reply->refusal, "") == Meaning::large_batch) {
      return reply->refusal;
    }
  }
  return std::nullopt;
}

Result<Answers> answers_of_array(const std::shared_ptr<const Json>& document, const Ids& ids) {
  std::vector<std::optional<Reply>> replies(ids.count);
  for (const Json& answer : *document) {
    auto place = place_of(answer, ids);
    if (!place) return place.error();
    auto reply = reply_in(answer, document);
    if (!reply) return reply.error();
    if (!*place) {
      if (reply->result) return corrupt("an answer of the batch has no id");
      return refused(reply->refusal);
    }
    auto& mine = replies[**place];
    if (mine) return corrupt("the node answers one call twice");
    mine = *std::move(reply);
  }
  const auto missing =
      std::ranges::count_if(replies, [](const auto& reply) { return !reply.has_value(); });
  if (missing > 0) {
    if (auto refusal = refusal_of_batch(replies)) return refused(*std::move(refusal));
    return corrupt(fmt::format("the node leaves {} of {} calls unanswered", missing, ids.count));
  }
  Answers answers;
  for (auto& reply : replies) answers.replies.push_back(*std::move(reply));
  return answers;
}

}  // namespace

std::string document_of(std::span<const Request> requests, const Ids& ids) {
  LEVEE_EXPECT(requests.size() == ids.count && ids.count > 0);
  std::string document;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    document +=
        fmt::format(R"({}{{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})", i == 0 ? "" : ",",
                    ids.first + i, requests[i].method, requests[i].params);
  }
  return ids.count == 1 ? document : "[" + document + "]";
}

Result<Answers> answers_in(std::string_view body, const Ids& ids) {
  auto document = parsed(body);
  if (!document) return document.error();
  if ((*document)->is_array() && ids.count > 1) return answers_of_array(*document, ids);
  if ((*document)->is_object()) return answers_of_object(*document, ids);
  return corrupt("the node's answer is neither an answer nor a batch of answers");
}

}  // namespace levee::chain
