// tests/risk/layered_loss_test.cpp — an event's loss behind layers, and without each of them.
#include "levee/risk/layered_loss.h"

#include "tests/support/cases.h"

#include <cmath>

namespace levee::risk {

TEST(LayersOff, AreByHand) {
  const std::vector<double> victims{100, 300}, watched{0, 20};
  const auto told = layers_off(
      {.victims = victims, .watched = watched, .cover = Usd{150}, .deductible = Usd{10}});
  ASSERT_TRUE(told);
  ASSERT_EQ(told->size(), 4u);
  const auto row = [&](std::size_t i, const char* without, double mean, double worst) {
    EXPECT_EQ((*told)[i].without, without);
    EXPECT_DOUBLE_EQ((*told)[i].mean.value, mean) << without;
    EXPECT_DOUBLE_EQ((*told)[i].cvar95.value(), worst) << without;
  };
  row(0, "nothing", (0 + 10) / 2.0, 10);   // the cover pays 10 of 20
  row(1, "watch", (10 + 150) / 2.0, 150);  // 90 of 100, 150 of 300
  row(2, "cover", (0 + 20) / 2.0, 20);
  row(3, "both", (100 + 300) / 2.0, 300);
}

TEST(LayersOff, NameOnlyWhatStands) {
  const std::vector<double> victims{100, 300}, watched{0, 20};
  const auto names = [](const LossLayers& layers) {
    std::vector<std::string> found;
    for (const LayerOff& one : *layers_off(layers)) found.push_back(one.without);
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names({victims, {}, Usd{0}, Usd{0}}), (Names{"nothing"}));
  EXPECT_EQ(names({victims, watched, Usd{0}, Usd{0}}), (Names{"nothing", "watch"}));
  EXPECT_EQ(names({victims, {}, Usd{50}, Usd{0}}), (Names{"nothing", "cover"}));
  EXPECT_EQ(layers_off({{}, {}, Usd{0}, Usd{0}}).error().reason, Reason::missing_data);
}

TEST(LayersOffLaw, NoLayerLeftOutLowersTheLossWhereTheWatchNeverCosts) {
  test::for_cases(300, [](test::Gen& gen) {
    const std::size_t paths = gen.size(1, 80);
    const auto victims = gen.reals(paths, 0, 1000);
    std::vector<double> watched;
    for (const double loss : victims) watched.push_back(loss * gen.real(0, 1));
    const auto told = *layers_off({victims, watched, Usd{gen.real(1, 500)}, Usd{gen.real(0, 50)}});
    for (const LayerOff& one : told) {
      EXPECT_GE(one.mean.value, told.front().mean.value - 1e-9) << one.without;
      EXPECT_GE(one.cvar95.value(), told.front().cvar95.value() - 1e-9) << one.without;
      EXPECT_LE(one.mean.value, told.back().mean.value + 1e-9) << one.without;
    }
  });
}

}  // namespace levee::risk
