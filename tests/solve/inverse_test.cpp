// tests/solve/inverse_test.cpp — an inverse that is changed stays that of the matrix.
#include "levee/solve/inverse.h"

#include "tests/support/cases.h"

#include <gtest/gtest.h>

namespace levee::solve {
namespace {

// The matrix itself, changed beside its inverse.
struct Both {
  std::vector<std::vector<double>> rows;
  Inverse inverse;

  std::vector<double> a_times(const std::vector<double>& column) const {
    std::vector<double> out(column.size());
    inverse.times(column, out);
    return out;
  }
  std::vector<double> times_a(const std::vector<double>& row) const {
    std::vector<double> out(row.size());
    inverse.left_times(row, out);
    return out;
  }

  void border(std::vector<double> row, const std::vector<double>& column, double corner) {
    const std::vector<double> answer = a_times(column), row_a = times_a(row);
    double pivot = corner;
    for (std::size_t i = 0; i < row.size(); ++i) pivot -= row[i] * answer[i];
    inverse.border(answer, row_a, pivot);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].push_back(column[i]);
    row.push_back(corner);
    rows.push_back(std::move(row));
  }
  void replace_row(std::size_t r, const std::vector<double>& row) {
    inverse.replace_row(r, times_a(row));
    rows[r] = row;
  }
  void replace_column(std::size_t c, const std::vector<double>& column) {
    inverse.replace_column(c, a_times(column));
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i][c] = column[i];
  }
  void remove(std::size_t r, std::size_t c) {
    inverse.remove(r, c);
    rows[r] = rows.back();
    rows.pop_back();
    for (auto& row : rows) row[c] = row.back(), row.pop_back();
  }

  void expect_inverse(double near) const {
    ASSERT_EQ(inverse.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::vector<double> unit = times_a(rows[i]);  // M A is one
      for (std::size_t k = 0; k < unit.size(); ++k) EXPECT_NEAR(unit[k], i == k ? 1 : 0, near);
    }
  }
};

// A row with a heavy place, so that what is drawn can be inverted.
std::vector<double> heavy(test::Gen& gen, std::size_t count, std::size_t place) {
  std::vector<double> row = gen.reals(count, -1, 1);
  row[place] += row[place] > 0 ? 8 : -8;
  return row;
}

}  // namespace

TEST(Inverse, OfOneNumberAndOfTwoByTwo) {
  Both both;
  both.border({}, {}, 4);
  EXPECT_EQ(both.inverse.row(0)[0], 0.25);
  both.border({2}, {1}, 1);  // 4 1 / 2 1: over its determinant of 2
  EXPECT_NEAR(both.inverse.row(0)[0], 0.5, 1e-15);
  EXPECT_NEAR(both.inverse.row(0)[1], -0.5, 1e-15);
  EXPECT_NEAR(both.inverse.row(1)[0], -1, 1e-15);
  EXPECT_NEAR(both.inverse.row(1)[1], 2, 1e-15);
  std::vector<double> column(2);
  both.inverse.column(1, column);
  EXPECT_EQ(column[1], both.inverse.row(1)[1]);
}

TEST(Inverse, FindsItsPivotsInAnyRow) {
  Both both;
  both.rows = {{0, 2, 0}, {0, 0, 3}, {4, 0, 0}};
  ASSERT_TRUE(both.inverse.invert({0, 2, 0, 0, 0, 3, 4, 0, 0}, 3));
  both.expect_inverse(1e-15);
}

TEST(Inverse, SaysWhatHasNone) {
  Inverse inverse;
  EXPECT_FALSE(inverse.invert({1, 2, 2, 4}, 2));
  EXPECT_EQ(inverse.size(), 0u);
}

TEST(InverseLaw, FollowsEveryChangeOfTheMatrix) {
  test::for_cases(300, [](test::Gen& gen) {
    Both both;
    for (std::size_t i = 0, count = gen.size(1, 12); i < count; ++i) {
      both.border(gen.reals(i, -1, 1), gen.reals(i, -1, 1), gen.coin() ? 9 : -9);
    }
    for (int change = 0; change < 10; ++change) {
      const std::size_t count = both.rows.size(), i = gen.size(0, count - 1);
      switch (gen.integer(0, 3)) {
        case 0:
          both.replace_row(i, heavy(gen, count, i));
          break;
        case 1:
          both.replace_column(i, heavy(gen, count, i));
          break;
        case 2:
          both.border(gen.reals(count, -1, 1), gen.reals(count, -1, 1), gen.coin() ? 9 : -9);
          break;
        default:
          if (count > 1) both.remove(i, i);
      }
    }
    both.expect_inverse(1e-9);
    std::vector<double> cells;
    for (const auto& row : both.rows) cells.insert(cells.end(), row.begin(), row.end());
    Inverse fresh;
    ASSERT_TRUE(fresh.invert(cells, both.rows.size()));
    for (std::size_t c = 0; c < fresh.size(); ++c) {
      for (std::size_t r = 0; r < fresh.size(); ++r) {
        EXPECT_NEAR(fresh.row(c)[r], both.inverse.row(c)[r], 1e-9);
      }
    }
  });
}

}  // namespace levee::solve
