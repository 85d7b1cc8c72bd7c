// tests/chain/faults.h — what a node can do wrong, as rows, and a server that plays them.
#pragma once
#include "levee/chain/http.h"
#include "levee/chain/node.h"

#include "tests/chain/loopback.h"
#include "tests/chain/model_node.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace levee::test {

// The node that a row spoils: an honest one, and where in the row we are.
struct Scene {
  ModelChain chain{100};
  ModelNode honest{chain};
  int seen = 0;  // Requests of the spoiled method so far, this one included.
};

using Spoil = std::function<void(Scene&, Connection&, const Json& request)>;

// What is read in every row: the chain, a block, four calls in a batch, and logs.
inline Result<std::string> reading(chain::Node& node) {
  if (const auto same = node.require_chain(1); !same) return same.error();
  const auto block = node.block(90);
  if (!block) return block.error();
  std::vector<chain::Call> calls;
  for (std::uint8_t i = 0; i < 4; ++i) calls.push_back({ModelChain::emitter(i), {i, 2, 3}});
  const auto returned = node.calls(calls, *block);
  if (!returned) return returned.error();
  const auto logs = node.logs({.addresses = {ModelChain::emitter(1), ModelChain::emitter(2)},
                               .topics = {{keccak256("Swap"), keccak256("Mint")}, {}},
                               .from = 80,
                               .to = 100});
  if (!logs) return logs.error();
  std::string all = text_of(block->hash);
  for (const chain::Returned& one : *returned) {
    EXPECT_FALSE(one.reverted);
    all += chain::hex_bytes(one.output);
  }
  for (const chain::Log& log : *logs)
    all += text_of(log.block_hash) + chain::hex_bytes(log.payload);
  return all;
}

// The same, from the model alone.
inline std::string truth(const ModelChain& model) {
  std::string all = text_of(model.hash(90));
  for (std::uint8_t i = 0; i < 4; ++i) {
    all += text_of(answer_of(ModelChain::emitter(i), {i, 2, 3}, model.hash(90)));
  }
  for (std::uint64_t number = 80; number <= 100; ++number) {
    for (const chain::Log& log : model.logs(number))
      all += text_of(log.block_hash) + chain::hex_bytes(log.payload);
  }
  return all;
}

// What a row asks for, and what is true whatever the node says.
using Ask = Result<std::string> (*)(chain::Node&);
using Truth = std::string (*)(const ModelChain&);

struct Fault {
  std::string name;
  std::string method;  // Whose requests are spoiled; all of them where it is empty.
  Spoil spoil;
  std::optional<Reason> reason;  // None: the answer is right all the same.
  std::string part;              // Of the message.
  int requests;                  // In all; a read without faults takes four.
  int waits;
  int patience_ms = 20'000;
  Ask ask = reading;
  Truth right = truth;
};

inline std::string method_of(const Json& request) {
  return (request.is_array() ? request[0] : request)["method"];
}

inline void honest(Scene& scene, Connection& connection, const Json& request) {
  connection.answer(200, scene.honest.answer(request).dump());
}

// Spoils the first `times`, then answers honestly.
inline Spoil at_first(int times, const Spoil& spoil) {
  return [=](Scene& scene, Connection& connection, const Json& request) {
    (scene.seen <= times ? spoil : Spoil(honest))(scene, connection, request);
  };
}
inline Spoil raw(const std::string& bytes, bool then_close = true) {
  return [=](Scene&, Connection& connection, const Json&) {
    connection.send(bytes);
    if (then_close) connection.close();
  };
}
inline Spoil body(const std::string& text) {
  return [=](Scene&, Connection& connection, const Json&) { connection.answer(200, text); };
}
inline Spoil status(int code, const std::string& headers = "") {
  return [=](Scene&, Connection& connection, const Json&) {
    connection.answer(code, "<html>no</html>", headers);
  };
}
// Changes the honest answer.
inline Spoil edited(const std::function<void(Json&)>& edit) {
  return [=](Scene& scene, Connection& connection, const Json& request) {
    Json answer = scene.honest.answer(request);
    edit(answer);
    connection.answer(200, answer.dump());
  };
}
// The same for the text of the honest answer.
inline Spoil rewritten(const std::function<std::string(const std::string&)>& edit) {
  return [=](Scene& scene, Connection& connection, const Json& request) {
    connection.answer(200, edit(scene.honest.answer(request).dump()));
  };
}
inline Spoil refusing(int code, const std::string& words) {
  return edited([=](Json& answer) {
    for (Json& one : answer.is_array() ? answer : answer = Json::array({answer})) {
      one.erase("result");
      one["error"] = ModelNode::error(code, words);
    }
    if (answer.size() == 1) answer = Json(answer[0]);
  });
}
inline Spoil before_answering(const std::function<void(Scene&)>& change) {
  return [=](Scene& scene, Connection& connection, const Json& request) {
    change(scene);
    honest(scene, connection, request);
  };
}

inline Spoil hang(const std::string& said) {
  return [=](Scene&, Connection& connection, const Json&) {
    connection.send(said);
    connection.hang();
  };
}
inline Spoil drip(const std::string& said) {
  return [=](Scene&, Connection& connection, const Json&) {
    connection.send(said);
    connection.drip();
  };
}
inline void endless(Scene&, Connection& connection, const Json&) {
  connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  while (connection.send("10000\r\n" + std::string(0x10000, ' ') + "\r\n")) {
  }
}
inline void answer_and_close(Scene& scene, Connection& connection, const Json& request) {
  honest(scene, connection, request);
  connection.close();
}

inline const std::string half = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"jsonrpc\":";

inline void play(const Fault& fault) {
  SCOPED_TRACE(fault.name);
  Scene scene;
  Loopback server([&](Connection& connection, const Heard& heard) {
    const Json request = Json::parse(heard.body);
    if (!fault.method.empty() && method_of(request) != fault.method) {
      return honest(scene, connection, request);
    }
    ++scene.seen;
    fault.spoil(scene, connection, request);
  });
  const auto wire = chain::http_to(server.url(), {.connect_ms = 20'000,
                                                  .answer_ms = fault.patience_ms,
                                                  .body_bytes = 1'000'000,
                                                  .certificates = {}});
  ASSERT_TRUE(wire);
  Clock clock;
  chain::Node node(**wire, clock, {.tries = 3});
  const auto got = fault.ask(node);
  if (fault.reason) {
    ASSERT_FALSE(got) << "gave an answer";
    EXPECT_EQ(got.error().reason, *fault.reason) << got.error().message;
    EXPECT_NE(got.error().message.find(fault.part), std::string::npos) << got.error().message;
    EXPECT_EQ(got.error().message.find("s3cret"), std::string::npos) << got.error().message;
  } else {
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(*got, fault.right(scene.chain));
  }
  EXPECT_EQ(server.requests(), fault.requests);
  EXPECT_EQ(clock.waits.size(), static_cast<std::size_t>(fault.waits));
}

inline void play_all(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) play(fault);
}

}  // namespace levee::test
