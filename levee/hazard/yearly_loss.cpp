// levee/hazard/yearly_loss.cpp — counters of many years side by side; those with more go on.
#include "levee/hazard/yearly_loss.h"

#include "levee/num/philox.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace levee::hazard {
namespace {

constexpr double words = 0x1p32;
constexpr std::uint32_t stream = 0x79656172;
// Enough to fill the lanes with those that go on, few enough to stay in cache.
constexpr std::size_t part_years = 1024;

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }

// P(N <= k) in words, until a word has no room for what is left.
std::vector<double> more_than(const EventCount& count) {
  const double scatter = count.alpha * count.mean;
  // Chances of n and n - 1 events stand to each other as a + b / n.
  const double a = scatter / (1 + scatter), b = count.mean / (1 + scatter) - a;
  double log_term = count.alpha > 0 ? -std::log1p(scatter) / count.alpha : -count.mean;
  double below = std::exp(log_term);
  std::vector<double> more;
  for (int k = 1; count.mean > 0 && below * words < words - 0.5; ++k) {
    more.push_back(below * words);
    log_term += std::log(a + b / k);
    below += std::exp(log_term);
    if (k > count.mean && log_term < -50) break;
  }
  return more;
}

double loss_of(std::uint32_t word, const YearWords& law) {
  const double w = word;
  if (law.body != nullptr && !(w < law.tail_words)) {
    const double place = std::floor((w - law.tail_words + 0.5) * law.body_per_word);
    return law.body[static_cast<std::size_t>(std::clamp(place, 0.0, law.bodies - 1))];
  }
  const double time = -std::log(std::min(law.from + law.per_word * w, 1.0));
  const double excess = std::abs(law.shape) < least_power
                            ? time * (1 + law.shape * time / 2 * (1 + law.shape * time / 3))
                            : std::expm1(law.shape * time) / law.shape;
  return std::min(law.threshold + law.scale * excess, law.most);
}

void years_plain(const YearRun& run) {
  const YearWords& law = *run.words;
  const std::array<std::uint32_t, 2> key{low(run.keys[0]), low(run.keys[1])};
  for (std::size_t i = 0; i < run.count; ++i) {
    const auto w = num::philox({run.block, run.stream, run.year[i], run.year_high}, key);
    std::size_t slot = 0;
    double left = 0;
    if (run.block == 0) {
      const auto more =
          std::upper_bound(law.more, law.more + law.counts, static_cast<double>(w[0]));
      run.events[i] = left = static_cast<double>(more - law.more);
      run.usd[i] = 0, slot = 1;
    } else {
      left = run.events[i] - (4.0 * run.block - 1);
    }
    for (; slot < 4 && left > 0; ++slot, --left) run.usd[i] += loss_of(w.at(slot), law);
  }
}

void years_on(num::Engine engine, const YearRun& run) {
  if (engine == num::Engine::avx512) return avx512::years(run);
  if (engine == num::Engine::avx2) return avx2::years(run);
  years_plain(run);
}

std::vector<std::uint64_t> keys_of(std::uint64_t seed) {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t round = 0; round < 10; ++round) {
    keys.push_back(low(seed + round * 0x9E3779B9));
    keys.push_back(low((seed >> 32) + round * 0xBB67AE85));
  }
  return keys;
}

// A part of one upper word; run holds law, keys and stream.
void draw_part(YearRun run, std::uint64_t first, std::span<double> usd, num::Engine engine) {
  std::array<std::uint32_t, part_years> year{}, place{}, kept{};
  std::array<double, part_years> events{}, sum{}, left{}, on{};
  const auto padded = [](std::size_t count) { return (count + 15) / 16 * 16; };
  for (std::size_t i = 0; i < usd.size(); ++i) year.at(i) = low(first + i);
  run.year_high = low(first >> 32), run.year = year.data(), run.count = padded(usd.size());
  run.events = events.data(), run.usd = sum.data();
  years_on(engine, run);
  std::copy_n(sum.begin(), usd.size(), usd.begin());
  std::size_t count = usd.size();
  for (std::size_t i = 0; i < count; ++i) place[i] = low(i);
  run.events = left.data(), run.usd = on.data(), run.year = kept.data();
  for (run.block = 1;; ++run.block) {
    // Those with more, without a branch that depends on chance.
    const double most = 4.0 * run.block - 1;
    std::size_t more = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t at = place[i];
      place[more] = at;
      more += events[at] > most ? 1 : 0;
    }
    count = more;
    if (count == 0) return;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t at = place[i];
      kept[i] = year[at], left[i] = events[at], on[i] = usd[at];
    }
    run.count = padded(count);
    for (std::size_t i = count; i < run.count; ++i) left[i] = 0;
    years_on(engine, run);
    for (std::size_t i = 0; i < count; ++i) usd[place[i]] = on[i];
  }
}

}  // namespace

YearlyLosses::YearlyLosses(const YearlyLaw& law, std::uint64_t seed)
    : more_(more_than(law.count)), body_(law.body), keys_(keys_of(seed)) {
  LEVEE_EXPECT(law.count.mean >= 0 && law.count.mean <= 10'000 && law.count.alpha >= 0);
  LEVEE_EXPECT(law.tail_chance >= 0 && law.tail_chance <= 1);
  LEVEE_EXPECT(!body_.empty() || law.tail_chance == 1);
  LEVEE_EXPECT(law.tail.shape >= -0.5 && law.tail.shape <= 5 && law.tail.scale.value() > 0);
  LEVEE_EXPECT(!law.most || law.tail.threshold < *law.most);
  for (const double loss : body_) LEVEE_EXPECT(loss >= 0 && std::isfinite(loss));
  words_.counts = more_.size();
  words_.tail_words = std::floor(law.tail_chance * words);
  const double tail_words = std::max(words_.tail_words, 1.0);
  // What lies beyond the cut is left out of the numbers, small ones being large losses.
  const bool is_cut = law.most && law.beyond == Beyond::is_cut;
  const double rest = is_cut ? law.tail.beyond(*law.most).value() : 0;
  words_.per_word = (1 - rest) / tail_words, words_.from = rest + words_.per_word / 2;
  words_.shape = law.tail.shape, words_.scale = law.tail.scale.value();
  words_.threshold = law.tail.threshold.value();
  words_.most = law.most ? law.most->value() : 1e300;
  if (body_.empty()) return;
  words_.bodies = static_cast<double>(body_.size());
  words_.body_per_word = words_.bodies / std::max(words - words_.tail_words, 1.0);
}

void YearlyLosses::draw(std::uint64_t first, std::span<double> usd, num::Engine engine) const {
  engine = num::resolved(engine);
  YearWords law = words_;
  law.more = more_.data(), law.body = body_.empty() ? nullptr : body_.data();
  const YearRun run{.words = &law, .keys = keys_.data(), .stream = stream};
  for (std::size_t begin = 0; begin < usd.size();) {
    const std::uint64_t from = first + begin;
    // A part's years have one upper word.
    const std::uint64_t same = (1ULL << 32) - low(from);
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>({part_years, usd.size() - begin, same}));
    draw_part(run, from, usd.subspan(begin, count), engine);
    begin += count;
  }
}

}  // namespace levee::hazard
