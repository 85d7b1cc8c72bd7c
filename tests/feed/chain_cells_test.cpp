#include "levee/feed/chain_cells.h"

#include "tests/feed/scratch.h"

namespace levee::feed {
namespace {

struct One {
  Csv csv;
  RowReader row;
  explicit One(const std::string& cell)
      : csv(*Csv::from(*read_text(test::written("one.csv", "cell,other\n" + cell + ",x\n")))),
        row(csv) {
    row.load(csv.rows()[0]);
  }
  ChainCells cells() { return ChainCells(row); }
  Column column() const { return *csv.find("cell"); }
  std::string fault() const {
    return row.fault() ? row.fault()->message.substr(row.fault()->message.find(":2:") + 4) : "";
  }
};

TEST(ChainCells, ReadWholeNumbersOfTheirWidth) {
  One most("340282366920938463463374607431768211455");
  EXPECT_EQ(most.cells().whole(most.column(), 128), U256{~static_cast<u128>(0)});
  EXPECT_EQ(most.fault(), "");
  One over("340282366920938463463374607431768211456");
  EXPECT_EQ(over.cells().whole(over.column(), 128), U256{});
  EXPECT_EQ(over.fault(),
            "cell \"340282366920938463463374607431768211456\" is not a whole number below 2^128");
  One minus("-5");
  EXPECT_EQ(minus.cells().signed_whole(minus.column()), I256{-5});
  for (const char* text : {"", "1.5", "x", "--1", "1e18"}) {
    One bad(text);
    bad.cells().signed_whole(bad.column());
    EXPECT_NE(bad.fault(), "") << text;
  }
}

TEST(ChainCells, ReadTicksAlsoAsTableToolsWriteThem) {
  for (const auto& [text, tick] : {std::pair{"199045.0", 199045}, {"-887272", -887272}}) {
    One good(text);
    EXPECT_EQ(good.cells().tick(good.column()), tick);
    EXPECT_EQ(good.fault(), "");
  }
  for (const char* text : {"887273", "-887273", "1.5", "", ".0"}) {
    One bad(text);
    bad.cells().tick(bad.column());
    EXPECT_NE(bad.fault(), "") << text;
  }
}

TEST(ChainCells, ReadAddresses) {
  One good("0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640");
  EXPECT_FALSE(good.cells().address(good.column()).is_zero());
  One bad("0x88e6");
  bad.cells().address(bad.column());
  EXPECT_EQ(bad.fault(), "cell \"0x88e6\" is not an address");
}

}  // namespace
}  // namespace levee::feed
