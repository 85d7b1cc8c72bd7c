#include "levee/lend/ray.h"

#include "tests/support/cases.h"

namespace levee::lend {

TEST(Ray, RoundsHalfUp) {
  EXPECT_EQ(ray_mul(ray / 2, 1).value(), U256{1});
  EXPECT_EQ(ray_mul(ray / 2 - 1, 1).value(), U256{});
  EXPECT_EQ(ray_div(1, ray * 2).value(), U256{1});
  EXPECT_EQ(ray_div(1, ray * 2 + 2).value(), U256{});
  EXPECT_EQ(wad_div(1, wad * 2).value(), U256{1});
  EXPECT_EQ(wad_div(2, 3).value(), U256{666'666'666'666'666'667});
}

TEST(Percent, RoundsHalfUp) {
  EXPECT_EQ(percent_mul(1, 5000).value(), U256{1});
  EXPECT_EQ(percent_mul(1, 4999).value(), U256{});
  EXPECT_EQ(percent_mul(12'345, 0).value(), U256{});
  EXPECT_EQ(percent_div(1, 20'000).value(), U256{1});
  EXPECT_EQ(percent_div(1, 20'002).value(), U256{});
}

TEST(Ray, RefusesDivisionByZero) {
  EXPECT_EQ(ray_div(1, 0).fault(), Fault::divide);
  EXPECT_EQ(wad_div(1, 0).fault(), Fault::divide);
  EXPECT_EQ(percent_div(1, 0).fault(), Fault::divide);
}

TEST(Ray, RefusesAProductThatOverflowsWithItsHalf) {
  const U256 most = (U256::max() - ray / 2) / ray;
  EXPECT_TRUE(ray_mul(most, ray).sound());
  EXPECT_FALSE(ray_mul(most + 1, ray).sound());
  EXPECT_TRUE(ray_mul(U256::max() - ray / 2, 1).sound());
  EXPECT_FALSE(ray_mul(U256::max() - ray / 2 + 1, 1).sound());
  EXPECT_FALSE(wad_to_ray(U256::max()).sound());
}

TEST(RayLaw, TimesThenOverIsBackWithinHalfAUnitOverTheIndex) {
  test::for_cases(1000, [](test::Gen& gen) {
    const U256 scaled{gen.bits() >> gen.integer(0, 40)};
    const U256 index = ray + U256{gen.bits()} * U256{gen.bits() >> 40};
    EXPECT_EQ(ray_div(ray_mul(scaled, index), index).value(), scaled);
  });
}

}  // namespace levee::lend
