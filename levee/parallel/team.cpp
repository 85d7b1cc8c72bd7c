// levee/parallel/team.cpp — threads that take blocks in turn.
#include "levee/parallel/team.h"

#include "levee/base/check.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace levee::parallel {
namespace {

// One call of for_blocks(): blocks are taken from `next`, whoever is free.
struct Job {
  std::size_t size, block;
  void* callee;
  void (*call)(void* callee, std::size_t begin, std::size_t end);
  std::atomic<std::size_t> next{0};
  std::mutex guard;
  std::size_t failed_block = 0;
  std::exception_ptr failure;

  std::size_t blocks() const { return size / block + (size % block != 0 ? 1 : 0); }

  void work() {
    for (std::size_t i = next++; i < blocks(); i = next++) {
      try {
        call(callee, i * block, std::min(size, (i + 1) * block));
      } catch (...) {
        // Of several failures the lowest block's is told, so that it does not depend on who was
        // quicker.
        const std::scoped_lock lock(guard);
        if (!failure || i < failed_block) failure = std::current_exception(), failed_block = i;
      }
    }
  }
};

}  // namespace

struct Team::Hands {
  std::mutex guard;
  std::condition_variable called, done;
  Job* job = nullptr;
  std::size_t calls = 0;    // counts the jobs handed out, so that a hand takes each one once
  std::size_t working = 0;  // hands that have not reported back
  bool busy = false, leaving = false;
  std::vector<std::thread> threads;  // all but the caller's

  Hands() = default;
  Hands(const Hands&) = delete;
  Hands& operator=(const Hands&) = delete;
  ~Hands() {
    {
      const std::scoped_lock lock(guard);
      leaving = true;
    }
    called.notify_all();
    for (std::thread& thread : threads) thread.join();
  }

  void serve() {
    for (std::size_t seen = 0;;) {
      std::unique_lock lock(guard);
      called.wait(lock, [&] { return leaving || calls != seen; });
      if (leaving) return;
      seen = calls;
      Job* const mine = job;
      lock.unlock();
      mine->work();
      lock.lock();
      if (--working == 0) done.notify_one();
    }
  }

  void claim() {
    const std::scoped_lock lock(guard);
    const bool one_call_at_a_time = !busy;
    LEVEE_EXPECT(one_call_at_a_time);
    busy = true;
  }

  void release() {
    const std::scoped_lock lock(guard);
    busy = false;
  }

  void share(Job& given) {
    {
      const std::scoped_lock lock(guard);
      job = &given;
      working = threads.size();
      ++calls;
    }
    called.notify_all();
    given.work();
    std::unique_lock lock(guard);
    done.wait(lock, [&] { return working == 0; });
  }
};

Team::Team(int threads) : hands_(std::make_unique<Hands>()) {
  LEVEE_EXPECT(threads >= 1);
  for (int i = 1; i < threads; ++i) {
    hands_->threads.emplace_back([hands = hands_.get()] { hands->serve(); });
  }
}

Team::~Team() = default;

int Team::threads() const { return static_cast<int>(hands_->threads.size()) + 1; }

void Team::run(std::size_t size, std::size_t block, void* callee, Call call) const {
  LEVEE_EXPECT(block > 0);
  Job job{.size = size, .block = block, .callee = callee, .call = call, .guard = {}, .failure = {}};
  hands_->claim();
  // A single block is not worth waking anybody for.
  if (hands_->threads.empty() || job.blocks() <= 1) {
    job.work();
  } else {
    hands_->share(job);
  }
  hands_->release();
  if (job.failure) std::rethrow_exception(job.failure);
}

int threads_here() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

}  // namespace levee::parallel
