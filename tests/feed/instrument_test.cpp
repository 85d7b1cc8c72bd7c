#include "levee/feed/instrument.h"

#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using ::testing::HasSubstr;

TEST(OptionName, SaysCurrencyExpiryStrikeAndType) {
  const auto option = option_from("ETH-27FEB26-2500-P");
  EXPECT_EQ(option->currency, "ETH");
  EXPECT_EQ(option->contract.type, option::Type::put);
  EXPECT_EQ(option->contract.strike, Price{2500});
  EXPECT_EQ(text_of(option->contract.expiry), "2026-02-27T08:00:00Z");
}

TEST(OptionName, RefusesWhatIsNoName) {
  for (const auto& [name, why] : {std::pair{"ETH-PERPETUAL", "four parts"},
                                  {"ETH-27FEB26-2500", "four parts"},
                                  {"ETH-27FEB26-2500-X", "C or P"},
                                  {"ETH-31FEB26-2500-C", "not an expiry"},
                                  {"ETH-27FEB26-0-C", "is zero"},
                                  {"ETH-27FEB26--5-C", "C or P"},
                                  {"", "four parts"},
                                  {"-27FEB26-2500-C", "no currency"},
                                  {"ETH-27FEB26-2500-C-C", "C or P"},
                                  {"ETH-27FEB26-nan-C", "not a finite"}}) {
    const auto option = option_from(name);
    ASSERT_FALSE(option) << name;
    EXPECT_THAT(option.error().message, HasSubstr(why)) << name;
    EXPECT_THAT(option.error().message, HasSubstr("a name reads ETH-27FEB26-2500-P"));
  }
}

TEST(OptionNameLaw, EveryDayOfAYearReadsBack) {
  test::for_cases(365, [](test::Gen& gen) {
    const UnixSeconds day = *moment_from("2026-01-01") + days(gen.integer(0, 364));
    const std::string iso = text_of(day);
    const char* months[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                            "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
    const auto month = static_cast<std::size_t>(std::stoi(iso.substr(5, 2)) - 1);
    const int strike = gen.integer(1, 200000);
    const auto name = "BTC-" + std::to_string(std::stoi(iso.substr(8, 2))) + months[month] + "26-" +
                      std::to_string(strike) + "-C";
    const auto option = option_from(name);
    ASSERT_TRUE(option) << name;
    EXPECT_EQ(option->contract.expiry, day + hours(8));
    EXPECT_EQ(option->contract.strike, Price{static_cast<double>(strike)});
  });
}

}  // namespace
}  // namespace levee::feed
