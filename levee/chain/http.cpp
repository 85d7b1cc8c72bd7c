#include "levee/chain/http.h"

#include "levee/chain/url.h"

#include <charconv>
#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

#include <fmt/core.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>

namespace levee::chain {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Code = boost::system::error_code;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;
using std::chrono::milliseconds;

// Where in a post something went wrong: it decides what the error means.
enum class Step { connect, handshake, write, read };

std::string_view doing(Step step) {
  return step == Step::connect || step == Step::handshake ? "no connection" : "no answer";
}

bool is_closed(const Code& code) {
  return code == http::error::end_of_stream || code == http::error::partial_message ||
         code == asio::error::eof || code == asio::error::connection_reset ||
         code == asio::error::broken_pipe || code == asio::ssl::error::stream_truncated;
}

bool is_of(const Code& code, const Code& kind) { return code.category() == kind.category(); }

Error error_of(Step step, const Code& code, const std::string& server) {
  if (code == beast::error::timeout) {
    return fail(Reason::unreachable, fmt::format("{}: {} in time", server, doing(step)));
  }
  if (code == http::error::body_limit) {
    return fail(Reason::out_of_range,
                fmt::format("{}: its answer is above the limit (ask for less at once)", server));
  }
  if (is_closed(code)) {
    return fail(Reason::unreachable,
                fmt::format("{}: the connection was closed before the answer was whole", server));
  }
  if (step == Step::handshake && code.category() == asio::error::get_ssl_category()) {
    return fail(Reason::corrupt, fmt::format("{}: does not speak TLS as it should ({}; is it "
                                             "http://?)",
                                             server, code.message()));
  }
  if (step == Step::read && is_of(code, http::error::bad_version)) {
    return fail(Reason::corrupt,
                fmt::format("{}: does not answer in HTTP ({})", server, code.message()));
  }
  return fail(Reason::unreachable, fmt::format("{}: {} ({})", server, doing(step), code.message()));
}

// Dates are not taken: they would need the server's clock.
std::optional<int> seconds_in(beast::string_view text) {
  int seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole && seconds >= 0 ? std::optional(seconds) : std::nullopt;
}

template <class Stream>
class Http final : public Transport {
 public:
  Http(Url url, HttpLimits limits, asio::ssl::context trust)
      : url_(std::move(url)), limits_(std::move(limits)), trust_(std::move(trust)) {}

  Result<HttpAnswer> post(std::string_view body) override {
    const bool kept = stream_.has_value();
    auto answer = post_once(body);
    // A server may close a connection that it kept open just when it is used again.
    if (!answer && kept && gone_silently_) answer = post_once(body);
    return answer;
  }

 private:
  using Response = http::response_parser<http::string_body>;

  Result<HttpAnswer> post_once(std::string_view body) {
    gone_silently_ = false;
    if (!stream_) {
      if (auto error = connect()) return *std::move(error);
    }
    tcp().expires_after(milliseconds(limits_.answer_ms));
    if (const Code code = write(body)) {
      gone_silently_ = is_closed(code);
      return lost(Step::write, code);
    }
    Response response;
    if (const Code code = read(response)) {
      gone_silently_ = is_closed(code) && !response.got_some();
      return lost(Step::read, code);
    }
    if (!response.keep_alive()) stream_.reset();
    return taken(response.release());
  }

  // Runs one asynchronous step to its end: only those are bound to a deadline.
  template <class Start>
  Code finish(const Start& start) {
    Code outcome = asio::error::would_block;
    start([&outcome](Code code, auto&&... /*details*/) { outcome = code; });
    context_.restart();
    context_.run();
    return outcome;
  }

  Plain& tcp() { return beast::get_lowest_layer(*stream_); }

  std::string server() const { return shown(url_); }

  Error lost(Step step, const Code& code) {
    stream_.reset();
    return error_of(step, code, server());
  }

  // Looking a name up is bound by the system's own time limits.
  std::optional<Error> connect() {
    asio::ip::tcp::resolver resolver(context_);
    Code code;
    const auto places = resolver.resolve(url_.host, std::to_string(url_.port), code);
    if (code) {
      const bool later = code == asio::error::host_not_found_try_again;
      return fail(later ? Reason::unreachable : Reason::bad_input,
                  fmt::format("{}: no such host ({})", server(), code.message()));
    }
    if constexpr (std::is_same_v<Stream, Secure>) {
      stream_.emplace(context_, trust_);
    } else {
      stream_.emplace(context_);
    }
    tcp().expires_after(milliseconds(limits_.connect_ms));
    code = finish([&](auto then) { tcp().async_connect(places, std::move(then)); });
    if (code) return lost(Step::connect, code);
    tcp().socket().set_option(asio::ip::tcp::no_delay(true), code);
    if constexpr (std::is_same_v<Stream, Secure>) return shake_hands();
    return std::nullopt;
  }

  // Names the host both ways: the one asked for, and the one its certificate has to name.
  bool name_host(SSL* ssl) {
    Code not_number;
    asio::ip::make_address(url_.host, not_number);
    X509_VERIFY_PARAM* wanted = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (!not_number) return X509_VERIFY_PARAM_set1_ip_asc(wanted, url_.host.c_str()) == 1;
    return X509_VERIFY_PARAM_set1_host(wanted, url_.host.c_str(), 0) == 1 &&
           SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    url_.host.data()) == 1;
  }

  std::optional<Error> shake_hands() {
    SSL* ssl = stream_->native_handle();
    if (!name_host(ssl)) {
      stream_.reset();
      return fail(Reason::bad_input, server() + ": a host that TLS cannot name");
    }
    const Code code = finish([&](auto then) {
      stream_->async_handshake(asio::ssl::stream_base::client, std::move(then));
    });
    if (!code) return std::nullopt;
    const auto verdict = SSL_get_verify_result(ssl);
    if (verdict == X509_V_OK) return lost(Step::handshake, code);
    stream_.reset();
    return fail(Reason::corrupt,
                fmt::format("{}: its certificate is not trusted ({}) check the host, or name the "
                            "certificates to trust",
                            server(), X509_verify_cert_error_string(verdict)));
  }

  Code write(std::string_view body) {
    http::request<http::span_body<const char>> request{
        http::verb::post, url_.target, 11, beast::span<const char>(body.data(), body.size())};
    const std::string authority = server().substr(server().find("://") + 3);
    request.set(http::field::host, authority);
    request.set(http::field::content_type, "application/json");
    request.set(http::field::accept, "application/json");
    request.set(http::field::accept_encoding, "identity");
    request.set(http::field::user_agent, "levee");
    if (!url_.authorization.empty()) request.set(http::field::authorization, url_.authorization);
    request.prepare_payload();
    return finish([&](auto then) { http::async_write(*stream_, request, std::move(then)); });
  }

  // The head on its own first: read at one go, Beast 1.74 forgets the limit of a body whose first
  // bytes come with the head.
  Code read(Response& response) {
    response.body_limit(limits_.body_bytes);
    beast::flat_buffer received;
    const Code code = finish(
        [&](auto then) { http::async_read_header(*stream_, received, response, std::move(then)); });
    if (code) return code;
    return finish(
        [&](auto then) { http::async_read(*stream_, received, response, std::move(then)); });
  }

  Result<HttpAnswer> taken(http::response<http::string_body> response) const {
    const auto coding = response[http::field::content_encoding];
    if (!coding.empty() && !beast::iequals(coding, "identity")) {
      return fail(Reason::corrupt,
                  server() + ": answers in a compressed form that was not asked for");
    }
    return HttpAnswer{.status = static_cast<int>(response.result_int()),
                      .body = std::move(response.body()),
                      .retry_after_seconds = seconds_in(response[http::field::retry_after])};
  }

  Url url_;
  HttpLimits limits_;
  asio::ssl::context trust_;
  asio::io_context context_;
  std::optional<Stream> stream_;
  bool gone_silently_ = false;  // The last post ended before one byte of an answer.
};

Result<asio::ssl::context> trust_in(const std::string& certificates) {
  asio::ssl::context trust(asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(trust.native_handle(), TLS1_2_VERSION);
  trust.set_verify_mode(asio::ssl::verify_peer);
  SSL_CTX* held = trust.native_handle();
  const int read = certificates.empty()
                       ? SSL_CTX_set_default_verify_paths(held)
                       : SSL_CTX_load_verify_locations(held, certificates.c_str(), nullptr);
  if (read != 1) {
    return fail(Reason::bad_input,
                fmt::format("certificates {} cannot be read (one PEM file is wanted)",
                            certificates.empty() ? "of the system" : certificates));
  }
  return trust;
}

}  // namespace

Result<std::unique_ptr<Transport>> http_to(std::string_view url, const HttpLimits& limits) {
  auto parts = url_from(url);
  if (!parts) return parts.error();
  if (!parts->secure) {
    asio::ssl::context unused(asio::ssl::context::tls_client);
    return std::unique_ptr<Transport>(
        std::make_unique<Http<Plain>>(*std::move(parts), limits, std::move(unused)));
  }
  auto trust = trust_in(limits.certificates);
  if (!trust) return trust.error();
  return std::unique_ptr<Transport>(
      std::make_unique<Http<Secure>>(*std::move(parts), limits, *std::move(trust)));
}

void Sleep::wait(int milliseconds_long) {
  asio::io_context context;
  asio::steady_timer timer(context, milliseconds(milliseconds_long));
  timer.wait();
}

}  // namespace levee::chain
