#include "levee/chain/http.h"

#include "tests/chain/certificate.h"
#include "tests/chain/loopback.h"

#include <chrono>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;
using levee::test::Certificate;
using levee::test::Connection;
using levee::test::Heard;
using levee::test::Loopback;

namespace {

void echo(Connection& connection, const Heard& heard) { connection.answer(200, heard.body); }

std::unique_ptr<Transport> wire_to(const std::string& url, const HttpLimits& limits = {}) {
  auto wire = http_to(url, limits);
  EXPECT_TRUE(wire) << wire.error().message;
  return *std::move(wire);
}

void expect_error(const Result<HttpAnswer>& answer, Reason reason, std::string_view part) {
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, reason) << answer.error().message;
  EXPECT_NE(answer.error().message.find(part), std::string::npos) << answer.error().message;
  EXPECT_EQ(answer.error().message.find("s3cret"), std::string::npos) << answer.error().message;
}

constexpr HttpLimits hasty{.connect_ms = 300, .answer_ms = 300, .body_bytes = 1000};

std::string file_for(const Certificate& certificate, const std::string& name) {
  auto path = (std::filesystem::path(::testing::TempDir()) / name).string();
  certificate.write(path);
  return path;
}

}  // namespace

TEST(Http, PostsJsonAndGivesTheAnswerBack) {
  Heard seen;
  Loopback server([&](Connection& connection, const Heard& heard) {
    seen = heard;
    connection.answer(200, "{\"answer\":1}");
  });
  const auto wire = wire_to(server.url());
  const auto answer = wire->post("{\"question\":1}");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "{\"answer\":1}");
  EXPECT_EQ(seen.body, "{\"question\":1}");
  EXPECT_TRUE(seen.head.starts_with("POST /key/s3cret HTTP/1.1\r\n")) << seen.head;
  const auto says = [&](const std::string& line) {
    return seen.head.find("\r\n" + line) != std::string::npos;
  };
  EXPECT_TRUE(says("Content-Type: application/json"));
  EXPECT_TRUE(says("Accept-Encoding: identity"));
  EXPECT_TRUE(says(fmt::format("Host: 127.0.0.1:{}", server.port())));
  EXPECT_FALSE(says("Authorization"));
}

TEST(Http, SendsAPasswordToThisMachine) {
  std::string head;
  Loopback server([&](Connection& connection, const Heard& heard) {
    head = heard.head;
    connection.answer(200, "{}");
  });
  const auto wire = wire_to(fmt::format("http://u:p@127.0.0.1:{}", server.port()));
  ASSERT_TRUE(wire->post("{}"));
  EXPECT_NE(head.find("Authorization: Basic dTpw"), std::string::npos) << head;
}

TEST(Http, KeepsTheConnectionForTheNextPost) {
  Loopback server(echo);
  const auto wire = wire_to(server.url());
  for (const char* body : {"1", "2", "3"}) EXPECT_EQ(wire->post(body)->body, body);
  EXPECT_EQ(server.connections(), 1);
}

TEST(Http, ConnectsAnewWhereTheServerClosedAKeptConnection) {
  Loopback server([](Connection& connection, const Heard& heard) {
    connection.answer(200, heard.body);
    connection.close();
  });
  const auto wire = wire_to(server.url());
  for (const char* body : {"1", "2", "3"}) {
    const auto answer = wire->post(body);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, body);
  }
  EXPECT_EQ(server.connections(), 3);
}

TEST(Http, ConnectsAnewWhereTheServerSaysThatItCloses) {
  Loopback server([](Connection& connection, const Heard& heard) {
    connection.answer(200, heard.body, "Connection: close\r\n");
    connection.close();
  });
  const auto wire = wire_to(server.url());
  EXPECT_EQ(wire->post("1")->body, "1");
  EXPECT_EQ(wire->post("2")->body, "2");
}

TEST(Http, ReadsChunksAndBodiesThatEndWithTheConnection) {
  Loopback server([](Connection& connection, const Heard& heard) {
    if (heard.body == "chunks") {
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
      connection.send("2\r\nde\r\n0\r\n\r\n");
    } else {
      connection.send("HTTP/1.1 200 OK\r\n\r\nabcde");
      connection.close();
    }
  });
  const auto wire = wire_to(server.url());
  EXPECT_EQ(wire->post("chunks")->body, "abcde");
  EXPECT_EQ(wire->post("close")->body, "abcde");
}

TEST(Http, GivesEveryStatusAsItIsAndFollowsNoRedirect) {
  Loopback server([](Connection& connection, const Heard& heard) {
    connection.answer(std::stoi(heard.body), "", "Location: /elsewhere\r\n");
  });
  const auto wire = wire_to(server.url());
  for (const int status : {301, 307, 401, 404, 429, 500, 503}) {
    EXPECT_EQ(wire->post(std::to_string(status))->status, status);
  }
  EXPECT_EQ(server.requests(), 7);
}

TEST(Http, ReadsHowLongToWait) {
  Loopback server([](Connection& connection, const Heard& heard) {
    connection.answer(503, "", "Retry-After: " + heard.body + "\r\n");
  });
  const auto wire = wire_to(server.url());
  EXPECT_EQ(wire->post("17")->retry_after_seconds, 17);
  EXPECT_EQ(wire->post("-1")->retry_after_seconds, std::nullopt);
  EXPECT_EQ(wire->post("1e3")->retry_after_seconds, std::nullopt);
  EXPECT_EQ(wire->post("99999999999")->retry_after_seconds, std::nullopt);
  EXPECT_EQ(wire->post("Wed, 21 Oct 2026 07:28:00 GMT")->retry_after_seconds, std::nullopt);
}

TEST(Http, DoesNotWaitForeverForHeadersNorForABody) {
  Loopback server([](Connection& connection, const Heard& heard) {
    if (heard.body == "body") connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
    connection.hang();
  });
  const auto wire = wire_to(server.url(), hasty);
  expect_error(wire->post("headers"), Reason::unreachable, "no answer in time");
  expect_error(wire->post("body"), Reason::unreachable, "no answer in time");
}

TEST(Http, DoesNotListenForeverToAServerThatDrips) {
  Loopback server([](Connection& connection, const Heard& heard) {
    connection.send("HTTP/1.1 200 OK\r\n");
    if (heard.body == "body") connection.send("Content-Length: 900\r\n\r\n");
    if (heard.body == "headers") connection.send("X: ");
    connection.drip();
  });
  const auto wire = wire_to(server.url(), hasty);
  expect_error(wire->post("headers"), Reason::unreachable, "no answer in time");
  expect_error(wire->post("body"), Reason::unreachable, "no answer in time");
}

TEST(Http, TakesNoBodyAboveItsLimit) {
  Loopback server([](Connection& connection, const Heard& heard) {
    if (heard.body == "said") return connection.answer(200, std::string(1001, 'x'));
    if (heard.body != "endless") return connection.answer(200, std::string(1000, 'x'));
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (connection.send("400\r\n" + std::string(1024, 'x') + "\r\n")) {
    }
  });
  const auto wire = wire_to(server.url(), {.body_bytes = 1000});
  EXPECT_EQ(wire->post("just right")->body.size(), 1000U);
  expect_error(wire->post("said"), Reason::out_of_range, "above the limit");
  expect_error(wire->post("endless"), Reason::out_of_range, "above the limit");
}

TEST(Http, TellsAClosedConnectionFromWhatIsNoHttp) {
  Loopback server([](Connection& connection, const Heard& heard) {
    if (heard.body == "half") connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
    if (heard.body == "head") connection.send("HTTP/1.1 200 OK\r\nContent-");
    if (heard.body == "other") connection.send("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    connection.close();
  });
  for (const char* body : {"half", "head", "nothing"}) {
    expect_error(wire_to(server.url())->post(body), Reason::unreachable, "closed");
  }
  expect_error(wire_to(server.url())->post("other"), Reason::corrupt, "HTTP");
}

TEST(Http, RefusesACompressedAnswer) {
  Loopback server([](Connection& connection, const Heard&) {
    connection.answer(200, "\x1f\x8b", "Content-Encoding: gzip\r\n");
  });
  expect_error(wire_to(server.url())->post("{}"), Reason::corrupt, "compressed");
}

TEST(Http, SaysThatNobodyListensOrThatThereIsNoSuchHost) {
  std::string url;
  {
    Loopback gone(echo);
    url = gone.url();
  }
  expect_error(wire_to(url)->post("{}"), Reason::unreachable, "Connection refused");
  expect_error(wire_to("http://no-such-host.invalid/s3cret")->post("{}"), Reason::bad_input,
               "no such host");
}

TEST(Http, WillNotSpeakToAServerThatNobodyVouchesFor) {
  const Certificate certificate("DNS:localhost,IP:127.0.0.1");
  Loopback server(echo, certificate.tls());
  expect_error(wire_to(server.url("https"))->post("{}"), Reason::corrupt, "self-signed");
  EXPECT_EQ(server.requests(), 0) << "not a byte of the question was sent";
}

TEST(Http, SpeaksToAServerWhoseCertificateItWasToldToTrust) {
  const Certificate certificate("DNS:localhost,IP:127.0.0.1");
  const std::string path = file_for(certificate, "levee_trusted.pem");
  Loopback server(echo, certificate.tls());
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const auto wire = wire_to(server.url("https", host), {.certificates = path});
    for (const char* body : {"1", "2"}) {
      const auto answer = wire->post(body);
      ASSERT_TRUE(answer) << answer.error().message;
      EXPECT_EQ(answer->body, body);
    }
  }
}

TEST(Http, WillNotSpeakToAServerOfAnotherName) {
  const Certificate certificate("DNS:example.org");
  const std::string path = file_for(certificate, "levee_other_name.pem");
  Loopback server(echo, certificate.tls());
  expect_error(wire_to(server.url("https", "localhost"), {.certificates = path})->post("{}"),
               Reason::corrupt, "hostname mismatch");
  expect_error(wire_to(server.url("https"), {.certificates = path})->post("{}"), Reason::corrupt,
               "IP address mismatch");
  EXPECT_EQ(server.requests(), 0);
}

TEST(Http, WillNotSpeakToAServerWhoseCertificateHasEnded) {
  const Certificate certificate("DNS:localhost", -1);
  const std::string path = file_for(certificate, "levee_ended.pem");
  Loopback server(echo, certificate.tls());
  expect_error(wire_to(server.url("https", "localhost"), {.certificates = path})->post("{}"),
               Reason::corrupt, "expired");
}

TEST(Http, WillNotTrustAnotherCertificateThanTheOneItWasTold) {
  const Certificate mine("DNS:localhost"), theirs("DNS:localhost");
  const std::string path = file_for(mine, "levee_mine.pem");
  Loopback server(echo, theirs.tls());
  expect_error(wire_to(server.url("https", "localhost"), {.certificates = path})->post("{}"),
               Reason::corrupt, "not trusted");
}

TEST(Http, SaysThatAServerDoesNotSpeakTlsOrHangsInTheHandshake) {
  Loopback plain([](Connection& connection, const Heard&) { connection.close(); });
  const auto wire = wire_to(plain.url("https"), {.connect_ms = 300});
  const auto answer = wire->post("{}");
  expect_error(answer, Reason::unreachable, "no connection in time");
}

TEST(Http, SaysWhichCertificatesCannotBeRead) {
  const auto wire = http_to("https://localhost", {.certificates = "no/such/file.pem"});
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().reason, Reason::bad_input);
  EXPECT_NE(wire.error().message.find("no/such/file.pem"), std::string::npos);
}

TEST(Sleep, WaitsAtLeastAsLongAsTold) {
  Sleep sleep;
  const auto before = std::chrono::steady_clock::now();
  sleep.wait(20);
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(20));
}
