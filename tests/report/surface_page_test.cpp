#include "levee/report/surface_page.h"

#include "levee/option/black.h"

#include <string>

#include <gmock/gmock.h>

namespace levee::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Two expiries of a flat smile.
option::Surface flat_surface() {
  constexpr UnixSeconds now{1'800'000'000};
  std::vector<option::ChainQuote> quotes;
  for (const int tenor : {7, 30}) {
    for (double strike = 2500; strike <= 3500; strike += 100) {
      for (const auto type : {option::Type::call, option::Type::put}) {
        const double coins =
            option::black_price(type, Price{strike}, {Price{3000}, years(days(tenor)), Vol{0.6}})
                .value() /
            3000;
        quotes.push_back(
            {{type, Price{strike}, now + days(tenor)}, 0.97 * coins, 1.03 * coins, Price{3000}});
      }
    }
  }
  return *option::Surface::from(quotes, {now});
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST(SurfacePage, DrawsASmileAndABarAQuoteInBothSizes) {
  const std::string page = surface_page(flat_surface(), {"ETH", "2027-01-15T08:00:00Z", "a file"});
  EXPECT_EQ(count_of(page, "<figure"), 2U);
  EXPECT_EQ(count_of(page, "class=\"curve sum\""), 4U);
  EXPECT_EQ(count_of(page, "stroke-width:4"), 4 * 11U);
  EXPECT_THAT(page, HasSubstr("11 quotes"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(SurfacePage, EscapesWhatItIsTold) {
  const std::string page = surface_page(flat_surface(), {"<b>", "now", "<img src=x>"});
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;"));
}

}  // namespace levee::report
