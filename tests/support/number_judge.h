// tests/support/number_judge.h — every function of levee's wide integers, held against Boost's.
#pragma once
#include "levee/base/checked.h"
#include "levee/base/i256.h"
#include "levee/base/u256.h"
#include "levee/base/wide.h"
#include "tests/support/big_numbers.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace levee::test {

/// Wide enough for everything below; overflow throws.
using Wide = boost::multiprecision::checked_int1024_t;

/// The operands of one judgement, all in [0, 2^256).
struct Operands {
  Wide a, b, c;
};

/// Throws at the first function whose answer is not Boost's; the message names it.
class NumberJudge {
 public:
  explicit NumberJudge(const Operands& on)
      : big_a_(on.a),
        big_b_(on.b),
        big_c_(on.c),
        a_(u256_of(on.a)),
        b_(u256_of(on.b)),
        c_(u256_of(on.c)) {}

  void judge() const {
    sums();
    products();
    quotients();
    bits();
    shifts();
    texts();
    as_doubles(a_, big_a_);
    signed_sums();
    signed_products();
    signed_texts();
    sticky_faults();
  }

 private:
  void fail_at(const char* what) const {
    throw std::runtime_error(std::string(what) + " differs for " + hex_text(a_) + ", " +
                             hex_text(b_) + ", " + hex_text(c_));
  }
  void hold(const char* what, bool holds) const {
    if (!holds) fail_at(what);
  }
  void equal(const char* what, const U256& ours, const Wide& theirs) const {
    hold(what, big_of<Wide>(ours) == theirs);
  }
  void equal(const char* what, const I256& ours, const Wide& theirs) const {
    hold(what, big_of<Wide>(ours) == theirs);
  }
  /// ours is there exactly where theirs is in range, and equal to it.
  void fits(const char* what, const std::optional<U256>& ours, const Wide& theirs) const {
    hold(what, ours.has_value() == (theirs >= 0 && theirs < edge()));
    if (ours) equal(what, *ours, theirs);
  }
  void fits(const char* what, const std::optional<I256>& ours, const Wide& theirs) const {
    hold(what, ours.has_value() == (theirs >= -edge() / 2 && theirs < edge() / 2));
    if (ours) equal(what, *ours, theirs);
  }
  /// Whether an operator refuses exactly where the answer has no place.
  template <class Operator>
  void refuses(const char* what, const Operator& applied, bool out_of_place) const {
    bool refused = false;
    try {
      applied();
    } catch (const ContractBroken&) {
      refused = true;
    }
    hold(what, refused == out_of_place);
  }
  static Wide edge() { return Wide(1) << 256; }
  static Wide wrapped(const Wide& n) {
    const Wide rest = n % edge();
    return rest < 0 ? rest + edge() : rest;
  }
  static Wide wrapped_signed(const Wide& n) {
    const Wide rest = wrapped(n);
    return rest < edge() / 2 ? rest : rest - edge();
  }

  void sums() const {
    const Wide sum = big_a_ + big_b_, difference = big_a_ - big_b_;
    equal("wrapping_add", wrapping_add(a_, b_), wrapped(sum));
    equal("wrapping_sub", wrapping_sub(a_, b_), wrapped(difference));
    hold("add_with_carry", add_with_carry(a_, b_).over == (sum >= edge()));
    hold("sub_with_borrow", sub_with_borrow(a_, b_).over == (difference < 0));
    fits("checked_add", checked_add(a_, b_), sum);
    fits("checked_sub", checked_sub(a_, b_), difference);
    refuses("+", [&] { equal("+", a_ + b_, sum); }, sum >= edge());
    refuses("-", [&] { equal("-", a_ - b_, difference); }, difference < 0);
    U256 running = a_;
    refuses("+=", [&] { equal("+=", running += b_, sum); }, sum >= edge());
    running = a_;
    refuses("-=", [&] { equal("-=", running -= b_, difference); }, difference < 0);
  }

  void products() const {
    const Wide product = big_a_ * big_b_;
    equal("wrapping_mul", wrapping_mul(a_, b_), wrapped(product));
    fits("checked_mul", checked_mul(a_, b_), product);
    refuses("*", [&] { equal("*", a_ * b_, product); }, product >= edge());
    Wide whole = 0;
    const Limbs512 limbs = wide_product(a_, b_);
    for (unsigned i = 8; i-- > 0;) whole = (whole << 64) + limbs[i];
    hold("wide_product", whole == product);
    const auto ratio = [&](Round round) {
      const Wide up = round == Round::up ? Wide(big_c_ - 1) : Wide(0);
      return big_c_ == 0 ? edge() : Wide((product + up) / big_c_);
    };
    fits("mul_div down", mul_div(a_, b_, c_, Round::down), ratio(Round::down));
    fits("mul_div up", mul_div(a_, b_, c_, Round::up), ratio(Round::up));
    if (big_c_ == 0) return;
    const std::optional<Divided> parts = divided(limbs, c_);
    hold("wide quotient's place", parts.has_value() == (product / big_c_ < edge()));
    if (!parts) return;
    equal("wide quotient", parts->quotient, product / big_c_);
    equal("wide remainder", parts->remainder, product % big_c_);
  }

  void quotients() const {
    by_prepared_divisor();
    refuses("divided", [&] { static_cast<void>(divided(a_, b_)); }, big_b_ == 0);
    equal("square_root", square_root(a_), sqrt(big_a_));
    if (big_b_ == 0) return;
    equal("quotient", divided(a_, b_).quotient, big_a_ / big_b_);
    equal("remainder", divided(a_, b_).remainder, big_a_ % big_b_);
    equal("/", a_ / b_, big_a_ / big_b_);
    equal("%", a_ % b_, big_a_ % big_b_);
    equal("div_up", div_up(a_, b_), (big_a_ + big_b_ - 1) / big_b_);
  }

  void by_prepared_divisor() const {
    const u128 d = c_.low128();
    if (d == 0) return;
    const Wide big_d = big_of<Wide>(U256{d});
    const Divisor128 divisor(d);
    equal("prepared quotient", divisor.quotient(a_), big_a_ / big_d);
    const Divisor128::Short quick = divisor.divide(a_);
    hold("prepared fit", quick.fits == ((big_a_ / big_d) >> 128 == 0));
    if (quick.fits) {
      equal("prepared short quotient", U256{quick.quotient}, big_a_ / big_d);
      equal("prepared remainder", U256{quick.remainder}, big_a_ % big_d);
    }
    const Wide product = big_a_ * big_b_;
    if (big_c_ == 0 || (product >> 128) >= big_c_) return;
    const ShortQuotient short_one = short_quotient(wide_product(a_, b_), c_);
    equal("short quotient", U256{short_one.quotient}, product / big_c_);
    hold("short remainder", short_one.remains == (product % big_c_ != 0));
  }
  void bits() const {
    equal("&", a_ & b_, big_a_ & big_b_);
    equal("|", a_ | b_, big_a_ | big_b_);
    equal("^", a_ ^ b_, big_a_ ^ big_b_);
    equal("~", ~a_, edge() - 1 - big_a_);
    equal("low128", U256{a_.low128()}, big_a_ % (Wide(1) << 128));
    equal("high128", U256{a_.high128()}, big_a_ >> 128);
    equal("low64", U256{a_.low64()}, big_a_ % (Wide(1) << 64));
    const unsigned length = big_a_ == 0 ? 0 : static_cast<unsigned>(msb(big_a_)) + 1;
    hold("bit_length", a_.bit_length() == length);
    hold("fits", a_.fits(length) && (length == 0 || !a_.fits(length - 1)));
    const unsigned index = static_cast<unsigned>(b_.low64() % 256);
    hold("bit", a_.bit(index) == bit_test(big_a_, index));
    equal("power_of_two", U256::power_of_two(index), Wide(1) << index);
    hold("==", (a_ == b_) == (big_a_ == big_b_));
    hold("<", (a_ < b_) == (big_a_ < big_b_));
    hold(">", (a_ > b_) == (big_a_ > big_b_));
    hold("is_zero", a_.is_zero() == (big_a_ == 0));
  }

  void shifts() const {
    for (const unsigned by : {static_cast<unsigned>(b_.low64() % 300), 0U, 64U, 255U}) {
      equal("<<", a_ << by, by >= 256 ? Wide(0) : wrapped(big_a_ << by));
      equal(">>", a_ >> by, big_a_ >> by);
    }
  }

  void texts() const {
    const std::string decimal = big_a_.str(), hex = hex_text(a_);
    hold("decimal_text", decimal_text(a_) == decimal);
    hold("hex_text", Wide(hex) == big_a_ && (hex == "0x0" || hex[2] != '0'));
    const Result<U256> from_decimal = u256_from(decimal), from_hex = u256_from(hex);
    hold("u256_from decimal", from_decimal && *from_decimal == a_);
    hold("u256_from hexadecimal", from_hex && *from_hex == a_);
    const Wide beyond = big_a_ + edge();
    hold("u256_from too large", !u256_from(beyond.str()));
  }

  /// No neighbour is nearer; of two that are as near, the even one.
  void as_doubles(const U256& n, const Wide& big) const {
    const double d = to_double(n);
    hold("to_double", d >= 0 && std::isfinite(d));
    const Wide half_steps = 2 * abs(Wide(exact(d) - big));
    int exponent = 0;
    const double mantissa = std::frexp(d, &exponent);
    if (exponent <= 53) return hold("to_double exact", half_steps == 0);
    const Wide step = Wide(1) << static_cast<unsigned>(exponent - 53);
    // Below a power of two the steps are half as wide.
    const bool narrow = mantissa == 0.5 && exact(d) > big;
    const Wide reach = narrow ? Wide(step / 2) : step;
    hold("to_double nearest", half_steps <= reach);
    const bool even = std::fmod(std::ldexp(mantissa, 53), 2) == 0;
    if (half_steps == reach) hold("to_double ties to even", even);
  }
  static Wide exact(double d) {
    int exponent = 0;
    const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(d, &exponent), 53));
    const Wide whole = mantissa;
    return exponent >= 53 ? Wide(whole << static_cast<unsigned>(exponent - 53))
                          : Wide(whole >> static_cast<unsigned>(53 - exponent));
  }

  void signed_sums() const {
    const I256 a = I256::from_bits(a_), b = I256::from_bits(b_);
    const Wide big_a = wrapped_signed(big_a_), big_b = wrapped_signed(big_b_);
    equal("from_bits", a, big_a);
    equal("magnitude", a.magnitude(), abs(big_a));
    hold("bits", a.bits() == a_);
    hold("is_negative", a.is_negative() == (big_a < 0));
    hold("signed is_zero", a.is_zero() == (big_a == 0));
    hold("signed ==", (a == b) == (big_a == big_b));
    hold("signed <", (a < b) == (big_a < big_b));
    hold("signed >", (a > b) == (big_a > big_b));
    equal("signed wrapping_add", wrapping_add(a, b), wrapped_signed(big_a + big_b));
    equal("signed wrapping_sub", wrapping_sub(a, b), wrapped_signed(big_a - big_b));
    equal("wrapping_negate", wrapping_negate(a), wrapped_signed(-big_a));
    fits("signed checked_add", checked_add(a, b), big_a + big_b);
    fits("signed checked_sub", checked_sub(a, b), big_a - big_b);
    const Wide half = edge() / 2;
    refuses("positive", [&] { equal("positive", I256::positive(a_), big_a_); }, big_a_ >= half);
    refuses("negative", [&] { equal("negative", I256::negative(a_), -big_a_); }, big_a_ > half);
    const auto narrow = static_cast<std::int64_t>(a_.low64());
    equal("from 64 bits", I256{narrow}, Wide(narrow));
    const Wide low = big_a_ % (Wide(1) << 128);
    const Wide as_128 = low < Wide(1) << 127 ? low : Wide(low - (Wide(1) << 128));
    equal("from 128 bits", I256{static_cast<i128>(a_.low128())}, as_128);
  }

  void signed_products() const {
    const I256 a = I256::from_bits(a_), b = I256::from_bits(b_);
    const Wide big_a = wrapped_signed(big_a_), big_b = wrapped_signed(big_b_);
    equal("signed wrapping_mul", wrapping_mul(a, b), wrapped_signed(big_a * big_b));
    fits("signed checked_mul", checked_mul(a, b), big_a * big_b);
    refuses("signed /", [&] { static_cast<void>(a / b); }, big_b == 0);
    if (big_b != 0) equal("signed quotient", a / b, wrapped_signed(big_a / big_b));
  }

  void signed_texts() const {
    const I256 a = I256::from_bits(a_);
    const Wide big = wrapped_signed(big_a_);
    hold("signed decimal_text", decimal_text(a) == big.str());
    const Result<I256> back = i256_from(big.str());
    hold("i256_from", back && *back == a);
    const Result<I256> widest = i256_from((big < 0 ? "-" : "") + big_a_.str());
    const Wide named = big < 0 ? Wide(-big_a_) : big_a_;
    hold("i256_from's range", static_cast<bool>(widest) == (named >= -edge() / 2));
    hold("signed to_double", to_double(a) == (big < 0 ? -1 : 1) * to_double(a.magnitude()));
  }

  void sticky_faults() const {
    const auto judged = [&](const char* what, const Checked& got, const Wide& want, Fault fault) {
      const bool fails = want < 0 || want >= edge() || fault == Fault::divide;
      hold(what, got.fault() == (fails ? fault : Fault::none));
      if (got.sound()) equal(what, got.value(), want);
    };
    const Checked a = a_, b = b_, c = c_;
    judged("Checked +", a + b, big_a_ + big_b_, Fault::add);
    judged("Checked -", a - b, big_a_ - big_b_, Fault::sub);
    judged("Checked *", a * b, big_a_ * big_b_, Fault::mul);
    const bool none = big_b_ == 0;
    judged("Checked /", a / b, none ? big_a_ : big_a_ / big_b_, none ? Fault::divide : Fault::none);
    judged("Checked %", a % b, none ? big_a_ : big_a_ % big_b_, none ? Fault::divide : Fault::none);
    // The first fault of a formula sticks, the left operand's before the right one's.
    const Checked left = a - b, right = b + c;
    const Fault first = !left.sound() ? left.fault() : right.fault();
    for (const Checked& last : {left + right, left - right, left * right, left / right}) {
      if (first != Fault::none) hold("Checked sticks", last.fault() == first);
    }
  }

  Wide big_a_, big_b_, big_c_;
  U256 a_, b_, c_;
};

}  // namespace levee::test
