#include "levee/feed/csv.h"

#include "tests/support/cases.h"

#include <gmock/gmock.h>

namespace levee::feed {
namespace {

using ::testing::HasSubstr;

Csv csv_of(std::string text) {
  auto csv = Csv::from({.path = "a.csv", .text = std::move(text)});
  EXPECT_TRUE(csv) << (csv ? "" : csv.error().message);
  return *std::move(csv);
}

std::string refusal(std::string text) {
  return Csv::from({.path = "a.csv", .text = std::move(text)}).error().message;
}

TEST(Csv, FindsColumnsByNameInAnyOrder) {
  const Csv csv = csv_of("b, a\n2,1\n");
  RowReader row(csv);
  row.load(csv.rows()[0]);
  EXPECT_EQ(row.number(*csv.find("a")), 1);
  EXPECT_EQ(row.number(*csv.find("b")), 2);
  EXPECT_FALSE(csv.find("c"));
}

TEST(Csv, TakesCrlfBlankLinesAndAMissingLastNewline) {
  const Csv csv = csv_of("a,b\r\n\r\n1,2\r\n  \r\n3,4");
  ASSERT_EQ(csv.rows().size(), 2U);
  EXPECT_EQ(csv.text_of(csv.rows()[0]), "1,2");
  EXPECT_EQ(csv.rows()[1].line, 5);
}

TEST(Csv, ReadsQuotedCells) {
  Csv csv = csv_of("name,b\n\"x, \"\"y\"\"\",1\n\"\",2\n");
  const Column name = csv.need("name");
  RowReader row(csv);
  row.load(csv.rows()[0]);
  EXPECT_EQ(row.text(name), "x, \"y\"");
  EXPECT_EQ(row.number(csv.need("b")), 1);
  row.load(csv.rows()[1]);
  EXPECT_EQ(row.text(name), "");
}

TEST(Csv, RefusesQuotesThatDoNotClose) {
  const Csv csv = csv_of("a,b\n\"1,2\n\"1\"x,2\n");
  RowReader row(csv);
  row.load(csv.rows()[0]);
  EXPECT_EQ(row.fault()->message, "a.csv:2: cell 1 opens a quote that is not closed on its line");
  row.load(csv.rows()[1]);
  EXPECT_EQ(row.fault()->message, "a.csv:3: cell 1 goes on after its closing quote");
}

TEST(Csv, HoldsEveryRowToTheHeadersWidth) {
  const Csv csv = csv_of("a,b,c\n1,2\n1,2,3,4\n1,2,3\n");
  RowReader row(csv);
  row.load(csv.rows()[0]);
  EXPECT_EQ(row.fault()->message, "a.csv:2: 2 cells where the header names 3 columns");
  row.load(csv.rows()[1]);
  EXPECT_TRUE(row.fault());
  row.load(csv.rows()[2]);
  EXPECT_FALSE(row.fault());
  row.load_front(csv.rows()[0], 1);
  EXPECT_FALSE(row.fault());
}

TEST(Csv, RefusesHeadersThatNameNothingOrTwice) {
  EXPECT_THAT(refusal("a,,b\n1,2,3\n"), HasSubstr("a.csv:1: column 2 of the header is empty"));
  EXPECT_THAT(refusal("a,b,a\n1,2,3\n"), HasSubstr("column 3 of the header is \"a\" again"));
  EXPECT_THAT(refusal("\n \na,b\n"), HasSubstr("a.csv:3: a header and no rows"));
  EXPECT_THAT(refusal(" \n\n"), HasSubstr("file is blank"));
}

TEST(Csv, NamesTheFirstColumnThatIsAbsent) {
  Csv csv = csv_of("\na,b\n1,2\n");
  csv.need("price", {.unit = "USD"});
  csv.need("other");
  EXPECT_EQ(csv.fault()->message, "a.csv:2: no column price (USD; the header names a, b)");
}

TEST(RowReader, KeepsTheFirstFaultOfARow) {
  Csv csv = csv_of("t,a,b\nyesterday,x,y\n2026-01-20,1,\n");
  const Column t = csv.need("t"), a = csv.need("a", {.unit = "USD"});
  const auto b = csv.find("b", {.unit = "USD"});
  RowReader row(csv);
  row.load(csv.rows()[0]);
  row.number(a);
  row.moment(t);
  EXPECT_EQ(row.fault()->message, "a.csv:2: a \"x\" is not a number (USD)");
  row.load(csv.rows()[1]);
  EXPECT_EQ(text_of(row.moment(t)), "2026-01-20T00:00:00Z");
  EXPECT_EQ(row.number_if(b), std::nullopt);
  EXPECT_EQ(row.number_if(std::nullopt), std::nullopt);
  EXPECT_FALSE(row.fault());
}

TEST(CsvLaw, QuotedCellsReadBack) {
  test::for_cases(500, [](test::Gen& gen) {
    std::vector<std::string> cells(gen.size(1, 8));
    std::string header, line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      for (std::size_t n = gen.size(0, 6); n > 0; --n) cells[i] += gen.pick({'a', ',', '"', '.'});
      header += (i == 0 ? "c" : ",c") + std::to_string(i);
      line += i == 0 ? "\"" : ",\"";
      for (const char c : cells[i]) line += c == '"' ? std::string("\"\"") : std::string(1, c);
      line += '"';
    }
    Csv csv = csv_of(header + "\n" + line + "\n");
    RowReader row(csv);
    row.load(csv.rows()[0]);
    ASSERT_FALSE(row.fault());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      EXPECT_EQ(row.text(csv.need("c" + std::to_string(i))), cells[i]);
    }
  });
}

}  // namespace
}  // namespace levee::feed
