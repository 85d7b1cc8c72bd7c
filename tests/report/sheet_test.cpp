#include "levee/report/sheet.h"

#include "levee/report/text.h"
#include "tests/support/cases.h"

#include <sstream>

#include <fmt/core.h>

namespace levee::report {
namespace {

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, columns_of(line));
  return widest;
}

Table two_columns() {
  return {"Fruit",
          {{"Name", Kind::name}, {"Price"}},
          {{{"by weight"}, RowKind::group},
           {{"apple", "$1"}},
           {{"melon", "$1,000"}},
           {{"all", "$1,001"}, RowKind::total}},
          "a note"};
}

}  // namespace

TEST(Sheet, SetsNamesLeftAndFiguresRight) {
  Sheet sheet(Colour::off);
  sheet.table(two_columns());
  EXPECT_EQ(sheet.text(),
            "\nFruit\n"
            "  Name      Price\n"
            "  by weight\n"
            "    apple      $1\n"
            "    melon  $1,000\n"
            "  all      $1,001\n"
            "  a note\n");
}

TEST(Sheet, ColoursOnlyWhenAsked) {
  Sheet plain(Colour::off), coloured(Colour::on);
  for (Sheet* sheet : {&plain, &coloured}) {
    sheet->heading("title");
    sheet->paragraph("\x1b[31mred", Ink::notice);
  }
  EXPECT_EQ(plain.text(), "\ntitle\n [31mred\n");
  EXPECT_EQ(coloured.text(), "\n\x1b[1mtitle\x1b[0m\n\x1b[1;33m [31mred\x1b[0m\n");
}

TEST(Sheet, LeavesOutWhatIsForThePageOnly) {
  Table table = two_columns();
  table.columns[1].place = Place::page_only;
  Sheet sheet(Colour::off);
  sheet.table(table);
  EXPECT_EQ(sheet.text().find('$'), std::string::npos);
  EXPECT_NE(sheet.text().find("melon"), std::string::npos);
}

TEST(Sheet, BreaksWordsOverLines) {
  Sheet sheet(Colour::off);
  const std::string words(60, 'w');
  sheet.table({"", {{"", Kind::name}, {"", Kind::words}}, {{{"x", words + " " + words}}}, ""});
  EXPECT_EQ(sheet.text(), fmt::format("  x  {0}\n     {0}\n", words));
}

TEST(Sheet, TellsRowByRowWhatIsTooWide) {
  Table table{"", {{"Name", Kind::name}}, {{{"row"}}}, ""};
  for (int i = 0; i < 6; ++i) {
    const char digit = static_cast<char>('0' + i);
    table.columns.push_back({std::string{'F', digit}});
    table.rows[0].cells.push_back(std::string(20, digit));
  }
  Sheet sheet(Colour::off);
  sheet.table(table);
  EXPECT_NE(sheet.text().find("  row\n    F0: 00000000000000000000\n    F1: "), std::string::npos);
}

TEST(SheetLaw, NoLineIsWiderThanTheSheetAndNoFigureIsLost) {
  test::for_cases(300, [](test::Gen& gen) {
    Table table;
    std::vector<std::string> figures;
    const std::size_t columns = gen.size(1, 12);
    for (std::size_t c = 0; c < columns; ++c) {
      const Kind kind = gen.pick({Kind::name, Kind::figure, Kind::words});
      table.columns.push_back({std::string(gen.size(0, 30), 't'), kind, Place::everywhere});
    }
    for (std::size_t r = gen.size(0, 5); r > 0; --r) {
      Row row;
      for (std::size_t c = 0; c < columns; ++c) {
        row.cells.push_back(std::to_string(gen.bits()).substr(0, gen.size(1, 19)));
        if (table.columns[c].kind == Kind::figure) figures.push_back(row.cells.back());
      }
      table.rows.push_back(std::move(row));
    }
    Sheet sheet(Colour::off);
    sheet.table(table);
    EXPECT_LE(widest_line(sheet.text()), Sheet::width);
    for (const std::string& figure : figures) {
      EXPECT_NE(sheet.text().find(figure), std::string::npos) << figure;
    }
  });
}

}  // namespace levee::report
