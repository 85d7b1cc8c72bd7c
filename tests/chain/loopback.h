// tests/chain/loopback.h — a server on this machine that answers as badly as a test wants.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace levee::test {

/// A request as it came in.
struct Heard {
  std::string head;  ///< Request line and headers.
  std::string body;
};

/// One connection, seen from the server.
class Connection {
 public:
  Connection(int socket, SSL_CTX* tls) : socket_(socket) {
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (tls == nullptr) return;
    ssl_.reset(SSL_new(tls));
    SSL_set_fd(ssl_.get(), socket_);
    open_ = SSL_accept(ssl_.get()) == 1;
  }
  ~Connection() {
    ssl_.reset();
    ::close(socket_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool is_open() const { return open_; }
  void close() { open_ = false; }

  /// Bytes as they are. Gives whether the other side still takes them.
  bool send(std::string_view bytes) {
    const auto size = static_cast<int>(bytes.size());
    const auto sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), size)
                           : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    open_ = open_ && sent == size;
    return open_;
  }
  /// A whole answer. in: more, further header lines, each with its line end
  void answer(int status, std::string_view body, std::string_view more = "") {
    send(fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(), more,
                     body));
  }
  /// Says nothing until the other side has had enough.
  void hang() {
    char byte = 0;
    while (receive(&byte, 1) > 0) {
    }
    close();
  }
  /// One byte every now and then, for as long as the other side bears it.
  void drip() {
    while (send(" ")) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }

  /// Waits for a request; not open any more if none came.
  Heard hear() {
    Heard heard;
    std::string text;
    std::size_t end = std::string::npos;
    while ((end = text.find("\r\n\r\n")) == std::string::npos) {
      if (!more(text)) return heard;
    }
    heard.head = text.substr(0, end);
    const auto length = heard.head.find("Content-Length: ");
    const std::size_t size =
        length == std::string::npos ? 0 : std::stoul(heard.head.substr(length + 16));
    while (text.size() < end + 4 + size) {
      if (!more(text)) return heard;
    }
    heard.body = text.substr(end + 4);
    return heard;
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  long receive(char* to, int size) {
    return ssl_ ? SSL_read(ssl_.get(), to, size)
                : ::recv(socket_, to, static_cast<std::size_t>(size), 0);
  }
  bool more(std::string& text) {
    char bytes[4096];
    const long got = receive(bytes, sizeof bytes);
    if (got <= 0) {
      open_ = false;
    } else {
      text.append(bytes, static_cast<std::size_t>(got));
    }
    return open_;
  }

  int socket_;
  std::unique_ptr<SSL, Free> ssl_;
  bool open_ = true;
};

/// Listens on a free port of 127.0.0.1, one connection at a time, from construction to the end.
class Loopback {
 public:
  using Play = std::function<void(Connection&, const Heard&)>;

  explicit Loopback(Play play, SSL_CTX* tls = nullptr) : play_(std::move(play)), tls_(tls) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    auto* address = reinterpret_cast<sockaddr*>(&here);
    EXPECT_EQ(bind(listener_, address, size), 0);
    EXPECT_EQ(listen(listener_, 16), 0);
    EXPECT_EQ(getsockname(listener_, address, &size), 0);
    port_ = ntohs(here.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Loopback() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view scheme = "http", std::string_view host = "127.0.0.1") const {
    return fmt::format("{}://{}:{}/key/s3cret", scheme, host, port_);
  }
  int requests() const { return requests_; }
  int connections() const { return connections_; }

 private:
  void serve() {
    for (int socket = 0; (socket = accept(listener_, nullptr, nullptr)) >= 0;) {
      ++connections_;
      Connection connection(socket, tls_);
      while (connection.is_open()) {
        const Heard heard = connection.hear();
        if (!connection.is_open()) break;
        ++requests_;
        play_(connection, heard);
      }
    }
  }

  Play play_;
  SSL_CTX* tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_ = 0, connections_ = 0;
  std::thread thread_;
};

}  // namespace levee::test
