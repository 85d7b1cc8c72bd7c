// levee/chain/http.h — JSON documents over HTTP and HTTPS, and waiting in earnest.
#pragma once
#include "levee/base/result.h"
#include "levee/chain/node.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace levee::chain {

/// How long and how much a server may answer.
struct HttpLimits {
  int connect_ms = 10'000;  ///< Until connected, TLS included.
  int answer_ms = 60'000;   ///< From the first byte sent to the last byte read.
  std::size_t body_bytes = std::size_t{64} << 20;
  /// Certificates to trust instead of the system's, one PEM file.
  std::string certificates{};
};

/// A connection to one server, kept open between posts. TLS partners are always verified, by
/// certificate and by name. Messages name scheme, host and port alone: the rest of an address may
/// hold a key. Redirects are not followed.
///
/// err:  bad_input unless scheme://[user:password@]host[:port][/path][?query] with http or https;
///       for a password over plain http to another machine; for certificates that cannot be read
Result<std::unique_ptr<Transport>> http_to(std::string_view url, const HttpLimits& limits = {});

/// Waits for as long as it is told.
class Sleep final : public Pause {
 public:
  void wait(int milliseconds) override;
};

}  // namespace levee::chain
