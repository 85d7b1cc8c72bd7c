// tests/option/cosine_test.cpp — puts by a cosine series: worked, refused, and as far off as said.
#include "levee/option/cosine.h"

#include "levee/option/black.h"
#include "tests/option/models.h"

#include <limits>

namespace levee::option {
namespace {

using levee::test::for_cases;
using levee::test::Gen;

const Model flat = *model_of("black", std::vector{0.6});
const Term month{.forward = Price{2000}, .expiry = Years{30.0 / 365}};

TEST(CosinePuts, OfFlatVolAreBlacks) {
  const std::vector strikes{Price{1500}, Price{2000}, Price{2500}};
  const auto puts = cosine_puts(flat, month, strikes);
  ASSERT_TRUE(puts);
  EXPECT_LT(puts->terms, 200);
  EXPECT_LT(puts->error, 1e-12);
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    const double want =
        black_price(Type::put, strikes[i], {month.forward, month.expiry, Vol{0.6}}).value();
    EXPECT_NEAR(puts->put[i].value(), want, 1e-11);
  }
}

TEST(CosinePuts, AreTheirBoundsFarOut) {
  const std::vector strikes{Price{1e-3}, Price{1e6}};
  const auto puts = cosine_puts(flat, month, strikes);
  ASSERT_TRUE(puts);
  EXPECT_EQ(puts->put[0], Usd{0});
  EXPECT_CLOSE(puts->put[1].value(), 1e6 - 2000, 1e-15);
}

TEST(CosinePuts, OfNoStrikesAreNone) {
  const auto puts = cosine_puts(flat, month, {});
  ASSERT_TRUE(puts);
  EXPECT_TRUE(puts->put.empty());
}

TEST(CosinePuts, RefuseWhatIsNotPositive) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, 0.0, -1.0}) {
    const std::vector fine{Price{2000}}, odd{Price{2000}, Price{bad}};
    for (const auto& puts :
         {cosine_puts(flat, month, odd), cosine_puts(flat, {Price{bad}, month.expiry}, fine),
          cosine_puts(flat, {month.forward, Years{bad}}, fine)}) {
      ASSERT_FALSE(puts);
      EXPECT_EQ(puts.error().reason, Reason::out_of_range);
    }
  }
}

TEST(CosinePuts, SayWhenTermsRunOut) {
  // A diffusion of 1 % under jumps of 40 %, for an hour: a needle on a plain.
  const Model model = *model_of("merton", std::vector{0.01, 50.0, 0.0, 0.4});
  const std::vector strikes{Price{2000}};
  const auto puts = cosine_puts(model, {Price{2000}, Years{1 / 8760.0}}, strikes);
  ASSERT_FALSE(puts);
  EXPECT_EQ(puts.error().reason, Reason::not_converged);
}

TEST(CosinePutsLaw, AreAsFarOffAsTheySay) {
  for (const Entry& kind : shelf()) {
    for_cases(200, [&](Gen& gen) {
      const Model model = test::any_model(kind, gen);
      const Term term = test::any_term(gen);
      const auto strikes = test::strikes_around(model, term, 2);
      const double tolerance = gen.scale(1e-9, 1e-3);
      const auto rough = cosine_puts(model, term, strikes, tolerance);
      const auto fine = cosine_puts(model, term, strikes);
      if (!rough || !fine) return;
      EXPECT_LE(rough->error, 1.01 * tolerance);
      EXPECT_LE(rough->terms, fine->terms);
      for (std::size_t i = 0; i < strikes.size(); ++i) {
        EXPECT_NEAR(rough->put[i].value(), fine->put[i].value(),
                    (rough->error + fine->error) * term.forward.value());
      }
    });
  }
}

}  // namespace
}  // namespace levee::option
