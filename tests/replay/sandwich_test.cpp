// tests/replay/sandwich_test.cpp — planted sandwiches are counted exactly, and nothing else is.
#include "levee/replay/sandwich.h"

#include "levee/amm/constant_product.h"
#include "tests/support/cases.h"

#include <cmath>

namespace levee::replay {
namespace {

// A pair of one constant product, its trades written down as they come.
class Tape {
 public:
  static constexpr double million = 1e6;

  void next_block() { ++block_; }

  // Sells so much of token0 (or of token1) and gives what came out.
  double trade(bool sells_token0, double amount) {
    const double in = std::round(amount);
    double &into = sells_token0 ? reserve0_ : reserve1_,
           &from = sells_token0 ? reserve1_ : reserve0_;
    const double out = std::floor(from * 0.997 * in / (into + 0.997 * in));
    into += in, from -= out;
    const auto units = [](double x) { return I256{static_cast<std::int64_t>(x)}; };
    const double root = std::sqrt(reserve1_ / reserve0_);
    events.push_back({.block = block_,
                      .log = events.size(),
                      .time = 0,
                      .what = SwapSeen{.flows = sells_token0 ? amm::Flows{units(in), units(-out)}
                                                             : amm::Flows{units(-out), units(in)},
                                       .price = amm::SqrtPriceX96{
                                           U256{static_cast<u128>(std::ldexp(root, 96))}}}});
    traded += sells_token0 ? out : in;
    return out;
  }

  // Around `others` trades of a hundred millionth of the pool each; what it gains in its own token.
  double plant(bool sells_token0, int others) {
    const double paid = 4e8, bought = trade(sells_token0, paid);
    for (int i = 0; i < others; ++i) trade(sells_token0, 2e10);
    return trade(!sells_token0, bought) - paid;
  }

  // Others add liquidity at the price that stands: what is traded after moves it less.
  void deepen(double times) { reserve0_ *= times, reserve1_ *= times; }

  double price() const { return reserve1_ / reserve0_; }

  std::vector<PoolEvent> events;
  double traded = 0;

 private:
  std::uint64_t block_ = 1;
  double reserve0_ = 1e12, reserve1_ = 2e12;
};

}  // namespace

TEST(Extraction, OfOnePlantedSandwichIsItsGain) {
  Tape tape;
  tape.trade(true, 5e8);
  tape.next_block();
  const double gain = tape.plant(false, 2);
  const Extraction told = extraction_of(tape.events);
  ASSERT_EQ(told.found.size(), 1u);
  EXPECT_EQ(told.found[0].front, 1u);
  EXPECT_EQ(told.found[0].back, 4u);
  EXPECT_EQ(told.found[0].between, 2u);
  EXPECT_EQ(told.taken, gain) << "in units of token1, which the front trade sold";
  EXPECT_GT(gain, 0);
  EXPECT_NEAR(told.share(), gain / tape.traded, 1e-12);
}

TEST(Extraction, LeavesAsideWhatOnlyLooksLikeOne) {
  const auto found = [](auto make) {
    Tape tape;
    make(tape);
    return extraction_of(tape.events).found.size();
  };
  EXPECT_EQ(found([](Tape& t) { t.trade(false, t.trade(true, 4e8)); }), 0u) << "nobody between";
  EXPECT_EQ(found([](Tape& t) {
              const double bought = t.trade(true, 4e8);
              t.trade(true, 2e10);
              t.next_block();
              t.trade(false, bought);
            }),
            0u)
      << "of two blocks";
  EXPECT_EQ(found([](Tape& t) {
              const double bought = t.trade(true, 4e8);
              t.trade(false, 2e10);
              t.trade(false, bought);
            }),
            0u)
      << "who stands between goes the other way";
  EXPECT_EQ(found([](Tape& t) {
              const double bought = t.trade(true, 4e8);
              t.trade(true, 2e10);
              t.trade(false, 0.99999 * bought);
            }),
            0u)
      << "not what was bought";
  EXPECT_EQ(found([](Tape& t) {
              const double bought = t.trade(true, 4e8);
              t.trade(true, 2e10);
              t.trade(false, bought + 1);
            }),
            0u)
      << "more than was bought";
  EXPECT_EQ(found([](Tape& t) {
              const double bought = t.trade(true, 4e8);
              t.trade(true, 2e10);
              t.trade(false, bought - 2);
            }),
            1u)
      << "two units are left behind";
  EXPECT_EQ(found([](Tape& t) {
              const double bought = t.trade(true, 4e8);
              t.trade(true, 10);
              t.trade(false, bought);
            }),
            0u)
      << "the fee took more than the trade between gave";
  EXPECT_EQ(found([](Tape& t) {
              const double bought = t.trade(true, 4e10);
              t.deepen(3);
              t.trade(false, 10);
              t.trade(false, bought);
            }),
            0u)
      << "it gains by liquidity that came, and nobody traded its way";
}

// Tapes of trades in any number and order, sandwiches planted among them at any blocks.
TEST(ExtractionLaw, CountsWhatWasPlantedExactly) {
  test::for_cases(200, [](test::Gen& gen) {
    Tape tape;
    std::size_t planted = 0;
    double gains = 0;
    const std::size_t blocks = gen.size(1, 60);
    for (std::size_t b = 0; b < blocks; ++b) {
      for (std::size_t i = gen.size(0, 4); i > 0; --i) {
        tape.trade(gen.coin(), std::round(gen.scale(1e6, 1e9)));
      }
      if (gen.coin()) {
        const bool sells_token0 = gen.coin();
        const double gain = tape.plant(sells_token0, gen.integer(1, 3));
        ASSERT_GT(gain, 0);
        gains += gain * (sells_token0 ? tape.price() : 1);
        ++planted;
      }
      tape.next_block();
    }
    const Extraction told = extraction_of(tape.events);
    EXPECT_EQ(told.found.size(), planted);
    EXPECT_NEAR(told.taken, gains, 1e-9 * gains);
    EXPECT_NEAR(told.traded, tape.traded, 1e-9 * tape.traded);
  });
}

}  // namespace levee::replay
