#include "levee/chain/url.h"

#include <string>

#include <gtest/gtest.h>

using namespace levee;
using namespace levee::chain;

namespace {

void expect_refused(const std::string& text, std::string_view part) {
  const auto url = url_from(text);
  ASSERT_FALSE(url) << text;
  EXPECT_EQ(url.error().reason, Reason::bad_input);
  EXPECT_NE(url.error().message.find(part), std::string::npos) << url.error().message;
  EXPECT_EQ(url.error().message.find("s3cret"), std::string::npos) << url.error().message;
}

}  // namespace

TEST(Url, ComesApart) {
  const auto url = url_from("https://eth.example.org/v3/key?network=main");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_TRUE(url->secure);
  EXPECT_EQ(url->host, "eth.example.org");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->target, "/v3/key?network=main");
  EXPECT_EQ(url->authorization, "");
}

TEST(Url, HasTheUsualPortsAndPath) {
  EXPECT_EQ(url_from("http://localhost")->port, 80);
  EXPECT_EQ(url_from("http://localhost")->target, "/");
  EXPECT_EQ(url_from("http://localhost?key=1")->target, "/?key=1");
  EXPECT_EQ(url_from("http://127.0.0.1:8545")->port, 8545);
  EXPECT_EQ(url_from("http://[::1]:8545/")->host, "::1");
  EXPECT_EQ(url_from("http://[::1]:8545/")->port, 8545);
}

TEST(Url, ShowsNoMoreThanSchemeHostAndPort) {
  EXPECT_EQ(shown(*url_from("https://user:s3cret@h.org:8443/s3cret?s3cret")), "https://h.org:8443");
  EXPECT_EQ(shown(*url_from("https://h.org:443/s3cret")), "https://h.org");
  EXPECT_EQ(shown(*url_from("http://[::1]:8545")), "http://[::1]:8545");
}

// RFC 7617's own example, and RFC 4648's padding.
TEST(Url, WritesAPasswordAsBasicAuthorization) {
  EXPECT_EQ(url_from("https://Aladdin:open%20sesame@h")->authorization,
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(url_from("https://f:o@h")->authorization, "Basic Zjpv");
  EXPECT_EQ(url_from("https://f:oo@h")->authorization, "Basic Zjpvbw==");
  EXPECT_EQ(url_from("https://f:ooo@h")->authorization, "Basic Zjpvb28=");
  EXPECT_EQ(url_from("http://u:p@localhost:8545")->authorization, "Basic dTpw");
}

TEST(Url, RefusesWhatIsNoAddressOfANode) {
  expect_refused("", "http://");
  expect_refused("localhost:8545", "http://");
  expect_refused("ws://h.org/s3cret", "http://");
  expect_refused("HTTPS//h.org/s3cret", "http://");
  expect_refused("https://", "no host");
  expect_refused("https:///s3cret", "no host");
  expect_refused("https://:8545/s3cret", "no host");
  expect_refused("https://h.org:0/s3cret", "port");
  expect_refused("https://h.org:65536/s3cret", "port");
  expect_refused("https://h.org:/s3cret", "port");
  expect_refused("https://h.org:80a/s3cret", "port");
  expect_refused("https://[::1/s3cret", "bracket");
  expect_refused("https://[::1]8545/s3cret", "behind its host");
  expect_refused("https://h,org/s3cret", "letter");
  expect_refused("https://h.org/s3cret#part", "#");
}

TEST(Url, RefusesWhatCouldSlipIntoAHeader) {
  expect_refused("https://h.org/s3cret\r\nHost: other", "control character");
  expect_refused("https://h.org/s3cret key", "blank");
  expect_refused("https://h\xc3\xb6.org/s3cret", "ASCII");
}

TEST(Url, SendsNoPasswordUnencryptedToAnotherMachine) {
  expect_refused("http://user:s3cret@h.org/", "unencrypted");
  expect_refused("https://user:s3cret%2@h.org/", "%");
}
