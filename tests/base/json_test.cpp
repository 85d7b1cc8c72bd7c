// tests/base/json_test.cpp — what is described is written as JSON that reads back the same.
#include "levee/base/json.h"

#include "levee/base/explain.h"
#include "levee/base/time.h"
#include "tests/support/cases.h"

#include <charconv>
#include <limits>

namespace levee {
namespace {

struct Sail {
  std::string cloth;
  std::optional<double> area;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("cloth", self.cloth, "what it is sewn from");
    visit("area", self.area, "square metres");
  }
};

struct Ship {
  std::string name = "Ada";
  bool afloat = true;
  int crew = 3;
  Usd worth{1200.5};
  std::vector<double> ribs{1, 0.5};
  std::vector<Sail> sails;

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("name", self.name, "painted on it");
    visit("afloat", self.afloat, "whether it floats");
    visit("crew", self.crew, "people");
    visit("worth", self.worth, "dollars");
    visit("ribs", self.ribs, "metres");
    visit("sails", self.sails, "all of them");
  }
};

struct Nothing {
  template <class Self, class Visit>
  static void fields(Self&, Visit) {}
};

double read(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  EXPECT_TRUE(error == std::errc{} && end == text.data() + text.size()) << text;
  return value;
}

// Whether a number is spelt as RFC 8259, section 6, has it.
bool is_json_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  const auto skip = [&](char c) {
    return at < text.size() && text[at] == c ? (++at, true) : false;
  };
  skip('-');
  const std::size_t first = at;
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (skip('.') && digits() == 0) return false;
  if (skip('e')) {
    if (!skip('+')) skip('-');
    if (digits() == 0) return false;
  }
  return at == text.size();
}

}  // namespace

TEST(NumberText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(3214.5), "3214.5");
  EXPECT_EQ(number_text(-7), "-7");
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(1.0 / 3), "0.3333333333333333");
  EXPECT_EQ(number_text(0.1 + 0.2), "0.30000000000000004");
}

TEST(NumberText, RefusesWhatJsonHasNoWordFor) {
  EXPECT_THROW((void)number_text(std::numeric_limits<double>::quiet_NaN()), ContractBroken);
  EXPECT_THROW((void)number_text(std::numeric_limits<double>::infinity()), ContractBroken);
  EXPECT_THROW((void)json_of(Usd{-std::numeric_limits<double>::infinity()}), ContractBroken);
}

TEST(NumberTextLaw, ReadsBackToTheSameBitsAndIsJson) {
  test::for_cases(1000, [](test::Gen& gen) {
    const double size = gen.scale(1, 1e300), sign = gen.coin() ? 1 : -1;
    const double value = sign * (gen.coin() ? size : 1 / size);
    const std::string text = number_text(value);
    EXPECT_EQ(read(text), value);
    EXPECT_TRUE(is_json_number(text)) << text;
  });
  for (const double edge :
       {5e-324, std::numeric_limits<double>::max(), 0.0, 1e21, 1e-7, 100'000.0}) {
    EXPECT_EQ(read(number_text(edge)), edge);
    EXPECT_TRUE(is_json_number(number_text(edge))) << number_text(edge);
  }
}

TEST(Quoted, EscapesWhatMustBeAndNothingElse) {
  EXPECT_EQ(quoted("plain"), R"("plain")");
  EXPECT_EQ(quoted(""), R"("")");
  EXPECT_EQ(quoted(R"(a "b" \c)"), R"("a \"b\" \\c")");
  EXPECT_EQ(quoted("one\ntwo\t3"), R"("one\u000atwo\u00093")");
  EXPECT_EQ(quoted(std::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
  EXPECT_EQ(quoted("σ√T ≥ 0 / é"), "\"σ√T ≥ 0 / é\"");
}

TEST(Json, OfPlainThingsIsPlain) {
  EXPECT_EQ(json_of(true), "true");
  EXPECT_EQ(json_of(false), "false");
  EXPECT_EQ(json_of(42), "42");
  EXPECT_EQ(json_of(std::int64_t{-9'000'000'000'000'000'000}), "-9000000000000000000");
  EXPECT_EQ(json_of(std::string("word")), R"("word")");
  EXPECT_EQ(json_of(Price{2000.25}), "2000.25");
  EXPECT_EQ(json_of(Probability{0.95}), "0.95");
  EXPECT_EQ(json_of(UnixSeconds{1'768'923'590}), "1768923590");
  EXPECT_EQ(json_of(Nothing{}), "{}");
}

TEST(Json, OfAnOptionalIsItsValueOrNull) {
  EXPECT_EQ(json_of(std::optional<double>{}), "null");
  EXPECT_EQ(json_of(std::optional<double>{0}), "0");
  EXPECT_EQ(json_of(std::optional<Usd>{Usd{1.5}}), "1.5");
}

TEST(Json, OfAVectorIsAnArray) {
  EXPECT_EQ(json_of(std::vector<double>{}), "[]");
  EXPECT_EQ(json_of(std::vector<Sail>{}), "[]");
  EXPECT_EQ(json_of(std::vector<double>{1, 2.5}), "[1, 2.5]");
  EXPECT_EQ(json_of(std::vector{Usd{1}, Usd{-2}}), "[1, -2]");
  EXPECT_EQ(json_of(std::vector<std::string>{"a", "b"}), "[\n  \"a\",\n  \"b\"\n]");
}

TEST(Json, OfADescribedStructIsAnObjectInFieldOrder) {
  Ship ship;
  ship.sails = {{"linen", 12.5}, {"hemp", {}}};
  EXPECT_EQ(json_of(ship), R"({
  "name": "Ada",
  "afloat": true,
  "crew": 3,
  "worth": 1200.5,
  "ribs": [1, 0.5],
  "sails": [
    {
      "cloth": "linen",
      "area": 12.5
    },
    {
      "cloth": "hemp",
      "area": null
    }
  ]
})");
}

TEST(Json, OfATreeNestsAsDeepAsTheTree) {
  const Explain leaf{"spot", 2000, "USD", "", "chain", {}};
  const Explain tree{"plan", std::nullopt, "", "a \"b\"", "", {leaf}};
  const std::string text = json_of(tree);
  EXPECT_NE(text.find(R"("value": null)"), std::string::npos);
  EXPECT_NE(text.find("\n      \"name\": \"spot\",\n      \"value\": 2000,"), std::string::npos);
  EXPECT_NE(text.find(R"("formula": "a \"b\"")"), std::string::npos);
}

}  // namespace levee
