// tests/report/page_test.cpp — one document that fetches nothing.
#include "levee/report/page.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Page, IsOneDocumentWithItsDisclaimer) {
  const std::string page = page_of("a <title>", element("h1", "words"), Scripts::none);
  EXPECT_THAT(page, StartsWith("<!doctype html>\n<html lang=\"en\"><head>"));
  EXPECT_THAT(page, HasSubstr("<title>a &lt;title&gt;</title>"));
  EXPECT_THAT(page, HasSubstr("<main><h1>words</h1>\n</main>\n<footer>"));
  EXPECT_THAT(page, HasSubstr("<style>"));
}

TEST(Page, RunsNoScriptButItsOwn) {
  const std::string silent = page_of("t", Markup(), Scripts::none);
  EXPECT_THAT(silent, Not(HasSubstr("script")));
  const std::string own = page_of("t", Markup(), Scripts::own);
  EXPECT_THAT(own, HasSubstr("script-src"));
  EXPECT_THAT(own, HasSubstr("<script>"));
  for (const std::string& page : {silent, own}) EXPECT_THAT(page, HasSubstr("default-src"));
}

}  // namespace
}  // namespace levee::report
