#include "levee/chain/recording.h"

#include "levee/chain/hex.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <optional>

namespace levee::chain {
namespace {

using Json = nlohmann::json;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// One spelling for each question: `input` is `data`, a block's hash is its number, gas is nothing.
Json alike(Json params, const Block& block) {
  for (Json& one : params) {
    if (!one.is_object()) continue;
    if (one.value("blockHash", "") == text_of(block.hash)) one = hex_number(block.number);
    if (!one.is_object()) continue;
    if (one.contains("input")) one["data"] = one["input"];
    for (const char* key : {"input", "gas", "gasPrice"}) one.erase(key);
  }
  return params;
}

std::optional<std::string> key_of(const Json& request, const Block& block) {
  if (!request.is_object() || !request.contains("method") || !request["method"].is_string()) {
    return std::nullopt;
  }
  const Json params = request.value("params", Json::array());
  return request["method"].get<std::string>() + lower(alike(params, block).dump());
}

Json with_id(const std::string& response, const Json& request) {
  Json answer = Json::parse(response, nullptr, false);
  if (answer.is_object()) answer["id"] = request.value("id", Json());
  return answer;
}

Json unknown(const Json& request) {
  return {{"jsonrpc", "2.0"},
          {"id", request.value("id", Json())},
          {"error", {{"code", -32601}, {"message", "not recorded: " + request.dump()}}}};
}

}  // namespace

Result<Done> Recording::add(std::string_view request, std::string_view response) {
  const Json asked = Json::parse(request, nullptr, false);
  const Json answer = Json::parse(response, nullptr, false);
  const auto key = key_of(asked, block_);
  if (!key || !answer.is_object()) {
    return fail(Reason::corrupt, "a recorded exchange is no request and its answer");
  }
  answers_[*key] = std::string(response);
  return Done{};
}

void Recording::add_result(std::string_view method, std::string_view params,
                           std::string_view result) {
  const Json request{{"method", method}, {"params", Json::parse(params)}};
  answers_[*key_of(request, block_)] =
      Json{{"jsonrpc", "2.0"}, {"id", nullptr}, {"result", Json::parse(result)}}.dump();
}

void Recording::answer_all(std::string_view method, std::string_view response) {
  if (response.empty()) {
    for_all_.erase(std::string(method));
  } else {
    for_all_[std::string(method)] = std::string(response);
  }
}

Result<HttpAnswer> Recording::post(std::string_view body) {
  const Json asked = Json::parse(body, nullptr, false);
  const auto answer_to = [&](const Json& request) {
    const auto key = key_of(request, block_);
    if (!key) return unknown(request);
    if (const auto all = for_all_.find(request["method"].get<std::string>());
        all != for_all_.end()) {
      return with_id(all->second, request);
    }
    const auto found = answers_.find(*key);
    return found == answers_.end() ? unknown(request) : with_id(found->second, request);
  };
  if (!asked.is_array()) {
    return HttpAnswer{.status = 200, .body = answer_to(asked).dump(), .retry_after_seconds = {}};
  }
  Json answers = Json::array();
  for (const Json& request : asked) answers.push_back(answer_to(request));
  return HttpAnswer{.status = 200, .body = answers.dump(), .retry_after_seconds = {}};
}

}  // namespace levee::chain
