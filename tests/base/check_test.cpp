// tests/base/check_test.cpp — broken promises are named; kept ones cost nothing.
#include "levee/base/check.h"

#include <string>

#include <gmock/gmock.h>

namespace levee {

using testing::HasSubstr;

TEST(Check, AKeptPromiseIsSilent) {
  EXPECT_NO_THROW(LEVEE_EXPECT(1 + 1 == 2));
  EXPECT_NO_THROW(LEVEE_ENSURE(1 + 1 == 2));
  EXPECT_NO_THROW(LEVEE_AUDIT(1 + 1 == 2));
}

TEST(Check, ABrokenPromiseNamesItselfAndThePlace) {
  const auto told = [](auto breaks) {
    try {
      breaks();
    } catch (const ContractBroken& broken) {
      return std::string(broken.what());
    }
    return std::string("nothing was thrown");
  };
  const double share = 1.5;
  const int line = __LINE__ + 1;
  const std::string before = told([&] { LEVEE_EXPECT(share <= 1); });
  EXPECT_THAT(before, HasSubstr("share <= 1"));
  EXPECT_THAT(before, HasSubstr("check_test.cpp:" + std::to_string(line)));
  EXPECT_THAT(told([&] { LEVEE_ENSURE(share < 0); }), HasSubstr("share < 0"));
}

TEST(Check, ThePromiseIsLookedAtExactlyOnce) {
  int looks = 0;
  LEVEE_EXPECT(++looks > 0);
  EXPECT_EQ(looks, 1);
  LEVEE_ENSURE(++looks > 0);
  EXPECT_EQ(looks, 2);
}

TEST(Check, AnAuditIsLookedAtOnlyWhereAuditsAreOn) {
  int looks = 0;
  const auto look = [&] { return ++looks > 0; };
  static_cast<void>(look);
  LEVEE_AUDIT(look());
#ifdef LEVEE_AUDITS
  EXPECT_EQ(looks, 1);
  EXPECT_THROW(LEVEE_AUDIT(looks < 0), ContractBroken);
#else
  EXPECT_EQ(looks, 0);
#endif
}

TEST(Check, ABrokenPromiseIsABugAndNotAFailureToHandle) {
  static_assert(std::is_base_of_v<std::logic_error, ContractBroken>);
  EXPECT_THROW(broken("promise", "file", 1), std::logic_error);
}

}  // namespace levee
