#include "tests/chain_live/local_node.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

namespace levee::test {
namespace {

// The tests' thread that starts a node must outlive it, or the node is killed with the thread.
constexpr auto patience = std::chrono::seconds(60);

std::string modules() { return LEVEE_NODE_MODULES; }

sockaddr_in address_of(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

class Socket {
 public:
  Socket() : handle_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() { close(handle_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int handle() const { return handle_; }

 private:
  int handle_;
};

int free_port() {
  const Socket probe;
  sockaddr_in address = address_of(0);
  socklen_t size = sizeof address;
  // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface is C
  if (bind(probe.handle(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(probe.handle(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
  return ntohs(address.sin_port);
}

std::vector<std::string> command_of(Engine engine, int port) {
  const std::string number = std::to_string(port);
  if (engine == Engine::anvil) {
    return {package_file("@foundry-rs/anvil-linux-amd64/bin/anvil"),
            "--host",
            "127.0.0.1",
            "--port",
            number,
            "--silent",
            "--accounts",
            "5",
            "--balance",
            "100000000",
            "--gas-limit",
            "60000000"};
  }
  return {"node",      package_file("hardhat/internal/cli/bootstrap.js"),
          "node",      "--hostname",
          "127.0.0.1", "--port",
          number};
}

pid_t spawned(Engine engine, int port, const std::string& folder) {
  const std::vector<std::string> words = command_of(engine, port);
  std::vector<char*> raw;
  raw.reserve(words.size() + 1);
  for (const std::string& word : words) raw.push_back(const_cast<char*>(word.c_str()));
  raw.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const int nowhere = open("/dev/null", O_RDWR);
  const int log = open((folder + "/node.log").c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  dup2(nowhere, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  if (chdir(folder.c_str()) != 0) _exit(1);
  execvp(raw[0], raw.data());
  _exit(127);
}

// A folder of its own: hardhat wants one with a configuration.
std::string folder_for(Engine engine, int port) {
  const auto folder = std::filesystem::path(LEVEE_BINARY_DIR) / "chain_live" /
                      ((engine == Engine::anvil ? "anvil-" : "hardhat-") + std::to_string(port));
  std::filesystem::create_directories(folder);
  if (engine == Engine::hardhat) {
    const auto config = folder / "hardhat.config.js";
    const int file = open(config.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    const std::string text =
        "module.exports = {solidity: '0.8.26', networks: {hardhat: {accounts: {count: 5, "
        "accountsBalance: '100000000000000000000000000'}, blockGasLimit: 60000000}}};\n";
    const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    close(file);
    if (!written) throw std::runtime_error("cannot write " + config.string());
    std::error_code ignored;
    std::filesystem::create_directory_symlink(modules(), folder / "node_modules", ignored);
  }
  return folder.string();
}

}  // namespace

std::string package_file(std::string_view path) { return modules() + "/" + std::string(path); }

bool is_installed(Engine engine) {
  const auto there = [](std::string_view path) {
    return std::filesystem::exists(package_file(path));
  };
  return there("@uniswap/v3-core/package.json") && there("@uniswap/v4-periphery/package.json") &&
         there(engine == Engine::anvil ? "@foundry-rs/anvil-linux-amd64/bin/anvil"
                                       : "hardhat/internal/cli/bootstrap.js");
}

LocalNode::LocalNode(Engine engine)
    : engine_(engine), port_(free_port()), url_("http://127.0.0.1:" + std::to_string(port_)) {
  const std::string folder = folder_for(engine, port_);
  process_ = spawned(engine, port_, folder);
  const auto until = std::chrono::steady_clock::now() + patience;
  const std::string_view ask = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]})";
  while (std::chrono::steady_clock::now() < until) {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      process_ = 0;
      throw std::runtime_error("the node ended at once; see " + folder + "/node.log");
    }
    try {
      if (post(ask).find("0x7a69") != std::string::npos) return;
    } catch (const std::runtime_error&) {
      // Not listening yet.
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  throw std::runtime_error("the node does not answer; see " + folder + "/node.log");
}

LocalNode::~LocalNode() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

std::string LocalNode::post(std::string_view body) const {
  const Socket wire;
  const sockaddr_in address = address_of(port_);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the socket interface is C
  if (connect(wire.handle(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to " + url_);
  }
  // HTTP/1.0: the answer ends where the connection does, and comes in one piece.
  std::string text =
      "POST / HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n";
  text += body;
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t some = send(wire.handle(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (some <= 0) throw std::runtime_error("cannot send to " + url_);
    sent += static_cast<std::size_t>(some);
  }
  std::string answer;
  std::array<char, 65536> chunk{};
  for (ssize_t some = 0; (some = recv(wire.handle(), chunk.data(), chunk.size(), 0)) > 0;) {
    answer.append(chunk.data(), static_cast<std::size_t>(some));
  }
  const auto head = answer.find("\r\n\r\n");
  if (head == std::string::npos) throw std::runtime_error("no answer from " + url_);
  return answer.substr(head + 4);
}

}  // namespace levee::test
