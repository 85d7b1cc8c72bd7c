// tests/report/signal_page_test.cpp — one page of what gauges said, for anybody's names.
#include "levee/report/signal_page.h"

#include "tests/report/signal_sample.h"
#include "tests/report/tags.h"

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string page_of(const test::Sample& sample) { return signal_page(sample.view(), sample.told); }

}  // namespace

TEST(SignalPage, IsWellFormedAndFetchesNothing) {
  for (const test::Sample& sample : {test::crash(), test::nothing()}) {
    const std::string page = page_of(sample);
    EXPECT_EQ(test::tag_fault(page), "");
    EXPECT_FALSE(test::says_nan_or_inf(page));
    EXPECT_THAT(page, Not(HasSubstr("http://")));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
  }
}

TEST(SignalPage, ShowsCurvesBandsAndReasons) {
  const std::string page = page_of(test::crash());
  EXPECT_THAT(page, HasSubstr("How the gates stood"));
  EXPECT_THAT(page, HasSubstr("vol_equivalent: "));
  EXPECT_THAT(page, HasSubstr("<title>crisis: 2023-05-14 to 2023-05-16</title>"));
  EXPECT_THAT(page, HasSubstr("not given: close, token_volume"));
}

TEST(SignalPage, EscapesWhatFilesAreCalled) {
  EXPECT_THAT(page_of(test::crash()), HasSubstr("iv &lt;by hand&gt;"));
}

TEST(SignalPage, OfNothingDrawsNoCurve) {
  EXPECT_THAT(page_of(test::nothing()), Not(HasSubstr("class=\"curve")));
}

}  // namespace levee::report
