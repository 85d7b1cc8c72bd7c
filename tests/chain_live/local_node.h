// tests/chain_live/local_node.h — a real Ethereum node of our own, and a word with it.
#pragma once
#include <sys/types.h>
#include <memory>
#include <string>
#include <string_view>

namespace levee::test {

/// Which node: two programs by two teams.
enum class Engine { anvil, hardhat };

/// Whether the packages that hold the engine and the contracts are installed.
bool is_installed(Engine engine);
/// The installed file of a package: "@uniswap/v3-core/artifacts/...".
std::string package_file(std::string_view path);

/// A node that listens on a free port of this machine alone. It ends with this object, and with
/// this process whichever way that ends.
class LocalNode {
 public:
  /// Starts and waits until it answers; throws std::runtime_error with its last words otherwise.
  explicit LocalNode(Engine engine);
  ~LocalNode();
  LocalNode(const LocalNode&) = delete;
  LocalNode& operator=(const LocalNode&) = delete;

  Engine engine() const { return engine_; }
  const std::string& url() const { return url_; }
  /// Posts a document and gives what came back, by a client that shares no code with levee's.
  std::string post(std::string_view body) const;

 private:
  Engine engine_;
  int port_ = 0;
  pid_t process_ = 0;
  std::string url_;
};

}  // namespace levee::test
