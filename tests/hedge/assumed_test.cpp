// tests/hedge/assumed_test.cpp — what is not known is told by its field.
#include "levee/hedge/assumed.h"

#include <gtest/gtest.h>

namespace levee::hedge {

TEST(AddUnknown, NamesTheFieldBeforeTheColonOrTheCalibration) {
  std::vector<Unknown> unknown;
  add_unknown({fail(Reason::missing_data, "funding: too short"),
               fail(Reason::stale_data, "no shape is known")},
              unknown);
  ASSERT_EQ(unknown.size(), 2u);
  EXPECT_EQ(unknown[0].field, "funding");
  EXPECT_EQ(unknown[0].why, "too short");
  EXPECT_EQ(unknown[0].reason, name_of(Reason::missing_data));
  EXPECT_EQ(unknown[1].field, "calibration");
  EXPECT_EQ(unknown[1].why, "no shape is known");
}

}  // namespace levee::hedge
