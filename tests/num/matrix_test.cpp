// tests/num/matrix_test.cpp — tables that begin as zeros, however large.
#include "levee/num/matrix.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <new>

namespace levee::num {
namespace {

using Table = Matrix<double>;

bool is_zero(const Table& table) {
  for (std::size_t r = 0; r < table.rows(); ++r) {
    if (!std::ranges::all_of(table.row(r), [](double cell) { return cell == 0; })) return false;
  }
  return true;
}

// Leaves memory behind that is anything but zero.
void soil(std::size_t rows, std::size_t columns) {
  Table table(rows, columns);
  for (std::size_t r = 0; r < rows; ++r) std::ranges::fill(table.row(r), -7.5);
}

}  // namespace

TEST(Matrix, OfNothingHasNoRow) {
  EXPECT_EQ(Table().rows(), 0);
  EXPECT_THROW((void)Table().row(0), ContractBroken);
  EXPECT_EQ(Table(0, 5).columns(), 5);
  EXPECT_TRUE(Table(3, 0).row(2).empty());
}

TEST(Matrix, HasRowsSideBySide) {
  Table table(2, 3);
  table.row(1)[0] = 4;
  EXPECT_EQ(table.at(1, 0), 4);
  EXPECT_EQ(table.row(0).data() + 3, table.row(1).data());
  EXPECT_THROW((void)table.row(2), ContractBroken);
}

TEST(Matrix, BeginsAsZerosWhereMemoryWasUsedBefore) {
  for (const std::size_t columns : {1U, 7U, 1000U, 70'000U, 600'000U}) {
    for (int i = 0; i < 3; ++i) {
      soil(3, columns);
      EXPECT_TRUE(is_zero(Table(3, columns))) << columns;
    }
  }
}

TEST(Matrix, IsCopiedWhole) {
  Table table(600, 1000);  // of large pages
  for (std::size_t r = 0; r < 600; ++r) table.row(r)[r] = static_cast<double>(r);
  Table copy = table;
  table.row(599)[599] = 0;
  EXPECT_EQ(copy.at(599, 599), 599);
  EXPECT_EQ(copy.at(598, 598), 598);
  copy = Table(1, 1);
  EXPECT_EQ(copy.at(0, 0), 0);
}

TEST(Matrix, SaysWhereMemoryIsNotEnough) {
  EXPECT_THROW(Table(std::size_t{1} << 30, std::size_t{1} << 29), std::bad_alloc);
}

}  // namespace levee::num
