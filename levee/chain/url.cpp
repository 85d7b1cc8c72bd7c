#include "levee/chain/url.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/core.h>

namespace levee::chain {
namespace {

Error bad(std::string_view why) {
  return fail(Reason::bad_input,
              fmt::format("the node's address {} (it looks like https://host:port/path)", why));
}

// RFC 4648 with padding, as Basic authorization wants it.
std::string base64(std::string_view bytes) {
  static constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t held = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8 | (i < held ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= held ? letters[group >> (18 - 6 * i) & 63U] : '=';
    }
  }
  return text;
}

// %41 -> A.
std::optional<std::string> unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      plain += text[at];
      continue;
    }
    unsigned code = 0;
    if (at + 3 > text.size()) return std::nullopt;
    const auto read = std::from_chars(text.data() + at + 1, text.data() + at + 3, code, 16);
    if (read.ec != std::errc{} || read.ptr != text.data() + at + 3) return std::nullopt;
    plain += static_cast<char>(code);
    at += 2;
  }
  return plain;
}

bool is_local(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<std::uint16_t> port_from(std::string_view digits) {
  unsigned port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
  if (!whole || port < 1 || port > 65535) return bad("has a port outside 1..65535");
  return static_cast<std::uint16_t>(port);
}

// [::1]:8545, host:8545, host.
std::optional<Error> read_host(std::string_view text, Url& url) {
  std::string_view port;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return bad("opens a bracket that nothing closes");
    url.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    url.host = text.substr(0, text.find(':'));
    port = text.substr(url.host.size());
  }
  const auto belongs = [&](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || (text[0] == '[' && c == ':');
  };
  if (url.host.empty()) return bad("names no host");
  if (!std::ranges::all_of(url.host, belongs)) return bad("has a letter in its host that none has");
  if (port.empty()) return std::nullopt;
  if (port[0] != ':') return bad("goes on behind its host in a way that none does");
  const auto number = port_from(port.substr(1));
  if (!number) return number.error();
  url.port = *number;
  return std::nullopt;
}

}  // namespace

Result<Url> url_from(std::string_view text) {
  Url url;
  // What comes here is written into a header: a line end would begin another one.
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; })) {
    return bad("holds a blank, a control character or a letter outside ASCII");
  }
  const auto colon = text.find("://");
  const std::string_view scheme = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  if (scheme != "http" && scheme != "https") return bad("does not begin with http:// or https://");
  url.secure = scheme == "https";
  url.port = url.secure ? 443 : 80;
  std::string_view rest = text.substr(colon + 3);
  if (rest.find('#') != std::string_view::npos) return bad("holds a #");

  const auto path = std::min(rest.find_first_of("/?"), rest.size());
  url.target = rest.substr(path);
  if (!url.target.starts_with('/')) url.target = "/" + url.target;
  rest = rest.substr(0, path);
  const auto at = rest.rfind('@');
  if (at != std::string_view::npos) {
    const auto credentials = unescaped(rest.substr(0, at));
    if (!credentials) return bad("has a % in its password that no two digits follow");
    url.authorization = "Basic " + base64(*credentials);
    rest = rest.substr(at + 1);
  }
  if (auto error = read_host(rest, url)) return *std::move(error);
  if (!url.authorization.empty() && !url.secure && !is_local(url.host)) {
    return bad("would send a password unencrypted: use https");
  }
  return url;
}

std::string shown(const Url& url) {
  const bool bracketed = url.host.find(':') != std::string::npos;
  const std::string host = bracketed ? "[" + url.host + "]" : url.host;
  const std::string port = url.port == (url.secure ? 443 : 80) ? "" : fmt::format(":{}", url.port);
  return fmt::format("{}://{}{}", url.secure ? "https" : "http", host, port);
}

}  // namespace levee::chain
