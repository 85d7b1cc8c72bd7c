// levee/num/matrix.cpp — where the cells of large tables are.
#include "levee/num/matrix.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <cstdlib>
#include <memory>
#include <new>

namespace levee::num {

double* zeroed_cells(std::size_t cells) {
  // Fresh pages are zeros already, and calloc knows which are fresh.
  void* from = std::calloc(cells, sizeof(double));  // NOLINT(*-no-malloc)
  if (from == nullptr) throw std::bad_alloc();
#if defined(__linux__)
  constexpr std::size_t page = 4096, large = std::size_t{1} << 26;
  std::size_t room = cells * sizeof(double);
  void* begin = from;
  // Advice only: where the system has no large pages, small ones do.
  if (room >= large && std::align(page, std::size_t{1} << 21, begin, room) != nullptr) {
    (void)madvise(begin, room / page * page, MADV_HUGEPAGE);
  }
#endif
  return static_cast<double*>(from);
}

void give_back(double* cells) noexcept { std::free(cells); }  // NOLINT(*-no-malloc)

}  // namespace levee::num
