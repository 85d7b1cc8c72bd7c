// levee/parallel/team.h — many hands, one answer.
//
// `parallel` answers: who does which block? Main type: Team. It alone holds threads; it never
// changes a result: work is cut into fixed blocks whatever the number of hands.
#pragma once
#include <cstddef>
#include <memory>
#include <type_traits>

namespace levee::parallel {

/// How many items make a block; fixed, so that sums per block never depend on the team's size.
inline constexpr std::size_t block_size = 4096;

/// A number of worker threads that share blocks of an index range.
///
/// One call at a time; for_blocks() returns when every block is done. An exception thrown by a
/// block is rethrown here after the others have finished.
class Team {
 public:
  /// in: threads >= 1; 1 runs everything on the caller's thread
  explicit Team(int threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  int threads() const;

  /// Calls work(begin, end) for [0, size) cut at multiples of `block`, each block exactly once.
  template <class Work>
  void for_blocks(std::size_t size, Work&& work, std::size_t block = block_size) const {
    using Plain = std::remove_reference_t<Work>;
    // The const that a constant callable loses here it gets back in Plain.
    run(size, block,
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
        const_cast<void*>(static_cast<const void*>(&work)),
        [](void* callee, std::size_t begin, std::size_t end) {
          (*static_cast<Plain*>(callee))(begin, end);
        });
  }

 private:
  using Call = void (*)(void* callee, std::size_t begin, std::size_t end);
  void run(std::size_t size, std::size_t block, void* callee, Call call) const;

  struct Hands;
  std::unique_ptr<Hands> hands_;
};

/// How many threads this machine runs at once, at least 1.
int threads_here();

}  // namespace levee::parallel
