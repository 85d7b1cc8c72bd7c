// levee/chain/url.h — the address of a server, taken apart.
#pragma once
#include "levee/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace levee::chain {

/// scheme://[user:password@]host[:port][/path][?query].
struct Url {
  bool secure = true;  ///< https.
  std::string host;    ///< A name, or an address of numbers; IPv6 without its brackets.
  std::uint16_t port = 443;
  std::string target;         ///< Path and query: may hold a key, is never shown.
  std::string authorization;  ///< Header for user and password, empty without; never shown.
};

/// err: bad_input, naming what is wrong without showing more than scheme and host: another scheme,
///      no host, a port outside 1..65535, letters that no address has, a password that would cross
///      a network unencrypted
Result<Url> url_from(std::string_view text);

/// scheme://host, with the port where it is not the usual one: what messages may show.
std::string shown(const Url& url);

}  // namespace levee::chain
