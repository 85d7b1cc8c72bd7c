// levee/scenario/jump_lanes.cpp — jumps are drawn first, into a small table that the walk adds.
#include "levee/scenario/jump_lanes.h"

#include "levee/num/lanes.h"
#include "levee/num/philox.h"
#include "levee/scenario/draw.h"
#include "levee/scenario/jump_diffusion.h"
#include "levee/scenario/jump_wide.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace levee::scenario {
namespace {

// Paths whose jumps are drawn together: enough to fill the lanes, few enough to stay in cache.
constexpr std::size_t part_paths = 4 * walk_group;
constexpr std::size_t guides = 256;
constexpr double words = 0x1p32;

std::uint64_t low(std::uint64_t x) { return x & 0xffffffff; }
std::uint32_t word(std::uint64_t x) { return static_cast<std::uint32_t>(x); }

// A word is below it with that chance.
std::uint64_t threshold(double chance) {
  return static_cast<std::uint64_t>(std::clamp(chance * words, 0.0, words));
}

constexpr std::uint64_t philox_0 = 0xD2511F53, philox_1 = 0xCD9E8D57;

std::vector<std::uint64_t> keys_of(std::uint64_t seed) {
  std::vector<std::uint64_t> keys;
  for (std::uint64_t round = 0; round < 10; ++round) {
    keys.push_back(low(seed + round * 0x9E3779B9));
    keys.push_back(low((seed >> 32) + round * 0xBB67AE85));
  }
  return keys;
}

// What the first two rounds of Philox make of turn, upper word of the path and key: no path and no
// asset changes it.
std::vector<std::uint64_t> turns_of(std::size_t steps, std::uint64_t path_high,
                                    const std::vector<std::uint64_t>& keys) {
  std::vector<std::uint64_t> turns;
  for (std::uint64_t turn = 0; turn * walk_turn < steps; ++turn) {
    const std::uint64_t one = philox_0 * turn;
    const std::uint64_t two = philox_1 * ((one >> 32) ^ path_high ^ keys[1]);
    turns.insert(turns.end(), {(two >> 32) ^ keys[2], low(two), low(one) ^ keys[3]});
  }
  return turns;
}

std::array<double, 2> normals_of(std::uint32_t radius, std::uint32_t angle) {
  const double r = std::sqrt(-2 * std::log((radius | 1U) * 0x1p-32));
  const double turn = (static_cast<std::int32_t>(angle & ~3U) + 2) * 0x1p-31 * std::numbers::pi / 4;
  const double sine = std::sin(turn), cosine = std::cos(turn);
  const double size = (angle & 2U) != 0 ? -r : r;
  if ((angle & 1U) != 0) return {size * sine, size * cosine};
  return {size * cosine, size * sine};
}

// What the seed's upper and lower words are to num::philox.
struct Source {
  std::array<std::uint32_t, 2> key;
  std::uint32_t stream, path, path_high;

  std::array<std::uint32_t, 4> at(std::size_t block) const {
    return num::philox({static_cast<std::uint32_t>(block), stream, path, path_high}, key);
  }
};

template <class Real>
void walk_plain(const WalkRun<Real>& run, std::uint32_t path_high) {
  const std::size_t assets = run.assets;
  std::vector<Real> x(assets);
  std::vector<std::array<Real, walk_turn>> z(assets);
  for (std::size_t i = 0; i < walk_group; ++i) {
    std::fill(x.begin(), x.end(), Real{0});
    const Real* law = run.law;
    for (std::size_t step = 0; step < run.steps; ++step) {
      for (std::size_t a = 0; a < assets && step % walk_turn == 0; ++a) {
        const Source source{{word(run.keys[0]), word(run.keys[1])},
                            word(run.streams[a] ^ run.keys[0]),
                            word(run.path + i),
                            path_high};
        const auto w = source.at(step / walk_turn);
        const auto p = normals_of(w[0], w[1]), q = normals_of(w[2], w[3]);
        z[a] = {static_cast<Real>(p[0]), static_cast<Real>(p[1]), static_cast<Real>(q[0]),
                static_cast<Real>(q[1])};
      }
      const Real* row = law + assets;
      for (std::size_t a = 0; a < assets; ++a) {
        const std::size_t cell = step * assets + a;
        Real y = x[a] + (law[a] + run.jumps[cell * walk_group + i]);
        for (std::size_t b = 0; b <= a; ++b) y += *row++ * z[b].at(step % walk_turn);
        x[a] = y;
        if (run.out[cell] != nullptr) run.out[cell][i] = y;
      }
      law = row;
    }
  }
}

void shocks_plain(const ShockRun& run) {
  for (std::size_t i = 0; i < run.count; ++i) {
    const Source source{
        {word(run.keys[0]), word(run.keys[1])}, run.stream, run.path[i], run.path_high};
    const auto w = source.at(run.block == nullptr ? 0 : run.block[i]);
    run.word[i] = w[0];
    if (run.normal != nullptr) run.normal[i] = normals_of(w[2], w[3])[0];
  }
}

template <class Real>
void walk_on(num::Engine engine, const WalkRun<Real>& run, std::uint32_t path_high) {
  if (engine == num::Engine::avx512) return avx512::walk(run);
  if (engine == num::Engine::avx2) return avx2::walk(run);
  walk_plain(run, path_high);
}

}  // namespace

std::vector<std::vector<JumpStep>> jump_steps(const JumpParts& parts) {
  LEVEE_EXPECT(!parts.assets.empty() && parts.spans.size() == parts.assets.size());
  const double lead_intensity = parts.assets.front().intensity.value();
  std::vector<std::vector<JumpStep>> steps(parts.assets.size());
  for (std::size_t a = 0; a < parts.assets.size(); ++a) {
    for (std::size_t step = 0; step < parts.spans[a].size(); ++step) {
      const double all = parts.assets[a].intensity.value() * parts.spans[a][step];
      const double lead = lead_intensity * parts.spans[0][step];
      const double joins = a > 0 && lead > 0 ? std::min(parts.joins[a], all / lead) : 0;
      steps[a].push_back({std::max(0.0, all - joins * lead), joins});
    }
  }
  return steps;
}

// A stretch of paths whose numbers have one upper word.
struct JumpLanes::Part {
  std::uint64_t first;
  std::size_t paths;
  num::Engine engine;
};

// Jumps of a part, and the room in which they are drawn.
struct JumpLanes::Shocks {
  std::vector<std::uint32_t> path, block, word;
  std::vector<double> normal;
  std::vector<std::uint32_t> chosen, all;  // paths of a part: those that jump again, one a jump
  std::vector<Jump> jumps;
  // The lead's, for those who join.
  std::vector<std::uint32_t> lead_path, lead_block, lead_step;
  std::vector<double> lead_size;

  // Words, and normals if they are wanted, of the counters in path and block.
  void draw(ShockRun run, num::Engine engine, std::size_t count) {
    run.count = (count + 15) / 16 * 16;
    path.resize(run.count), block.resize(run.count), word.resize(run.count);
    normal.resize(run.count);
    run.path = path.data(), run.word = word.data();
    if (engine == num::Engine::avx512) {
      avx512::shocks(run);
    } else if (engine == num::Engine::avx2) {
      avx2::shocks(run);
    } else {
      shocks_plain(run);
    }
  }
  void draw_normals(ShockRun run, num::Engine engine, std::size_t count) {
    block.resize((count + 15) / 16 * 16), normal.resize(block.size());
    run.block = block.data(), run.normal = normal.data();
    draw(run, engine, count);
  }
};

JumpLanes::JumpLanes(const WalkParts& parts)
    : sizes_(parts.jumps.assets), keys_(keys_of(parts.seed)) {
  const std::size_t assets = parts.diffusive.size();
  LEVEE_EXPECT(1 <= assets && assets <= assets_max && parts.root.rows() == assets);
  const auto jumps = jump_steps(parts.jumps);
  LEVEE_EXPECT(jumps.size() == assets);
  steps_ = jumps.front().size();
  joins_.resize(assets);
  for (std::size_t a = 0; a < assets; ++a) {
    LEVEE_EXPECT(jumps[a].size() == steps_);
    streams_.push_back(asset_stream(stream::jump, a) ^ keys_[0]);
    shared_.push_back(a == 0 ? 1 : parts.jumps.correlation.row(a)[0]);
    double expected = 0;
    for (const JumpStep& step : jumps[a]) {
      expected += step.own;
      joins_[a].push_back(threshold(step.joins));
    }
    Clock clock;
    // Poisson's distribution function until a word has no room for what is left of it.
    double term = std::exp(-expected), below = term;
    for (int k = 1; expected > 0 && threshold(below) < threshold(1); ++k) {
      clock.more.push_back(threshold(below));
      term *= expected / k;
      if (k > expected && term < 0x1p-40) break;
      below += term;
    }
    double sum = 0;
    for (const JumpStep& step : jumps[a]) {
      sum += step.own;
      clock.step.push_back(threshold(expected > 0 ? sum / expected : 1));
    }
    clock.step.back() = threshold(1);
    for (std::uint64_t g = 0, step = 0; g < guides; ++g) {
      while (g << 24 >= clock.step[step]) ++step;
      clock.guide.push_back(word(step));
    }
    own_.push_back(std::move(clock));
  }
  for (std::size_t step = 0; step < steps_; ++step) {
    for (std::size_t a = 0; a < assets; ++a) {
      const double vol = parts.diffusive[a].value(), span = parts.jumps.spans[a][step];
      // What diffusion and jumps add to the mean of exp() is taken back.
      law_.push_back(-vol * vol * span / 2 -
                     sizes_[a].intensity.value() * span * mean_relative_jump(sizes_[a]));
    }
    for (std::size_t a = 0; a < assets; ++a) {
      const double deviation = parts.diffusive[a].value() * std::sqrt(parts.jumps.spans[a][step]);
      for (std::size_t b = 0; b <= a; ++b) law_.push_back(deviation * parts.root.row(a)[b]);
    }
  }
  law_in_float_.assign(law_.begin(), law_.end());
}

// A jump an entry of shocks.all and block: the paths that jump at all, those of them that jump
// twice, ... No branch depends on chance.
void JumpLanes::count_own(std::size_t asset, const Part& part, Shocks& shocks) const {
  const Clock& clock = own_[asset];
  shocks.path.resize(part.paths);
  for (std::size_t i = 0; i < part.paths; ++i) shocks.path[i] = word(part.first + i);
  shocks.draw(source(stream::jump_own, asset, part), part.engine, part.paths);
  shocks.all.clear(), shocks.block.clear();
  std::size_t left = part.paths;
  shocks.chosen.resize(left);
  for (std::size_t i = 0; i < left; ++i) shocks.chosen[i] = word(i);
  for (std::size_t k = 0; k < clock.more.size() && left > 0; ++k) {
    const std::uint64_t more = clock.more[k];
    std::size_t kept = 0;
    for (std::size_t i = 0; i < left; ++i) {
      const std::uint32_t at = shocks.chosen[i];
      shocks.chosen[kept] = at;
      kept += shocks.word[at] >= more ? 1 : 0;
    }
    left = kept;
    shocks.all.insert(shocks.all.end(), shocks.chosen.begin(),
                      shocks.chosen.begin() + static_cast<std::ptrdiff_t>(left));
    shocks.block.insert(shocks.block.end(), left, word(k + 1));
  }
}

ShockRun JumpLanes::source(std::uint32_t purpose, std::size_t asset, const Part& part) const {
  return {.keys = keys_.data(),
          .stream = asset_stream(purpose, asset),
          .path_high = word(part.first >> 32)};
}

std::uint32_t JumpLanes::place(std::uint32_t path, std::size_t step, std::size_t asset) const {
  const std::size_t group = path / walk_group, lane = path % walk_group;
  return word(((group * steps_ + step) * assets() + asset) * walk_group + lane);
}

void JumpLanes::draw_own(std::size_t asset, const Part& part, Shocks& shocks) const {
  const Clock& clock = own_[asset];
  if (clock.more.empty()) return;
  count_own(asset, part, shocks);
  const std::size_t count = shocks.all.size();
  shocks.path.resize(count);
  for (std::size_t i = 0; i < count; ++i) shocks.path[i] = word(part.first + shocks.all[i]);
  shocks.draw_normals(source(stream::jump_own, asset, part), part.engine, count);
  const double mean = sizes_[asset].mean.value(), deviation = sizes_[asset].deviation;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t step = clock.guide[shocks.word[i] >> 24];
    while (shocks.word[i] >= clock.step[step]) ++step;
    shocks.jumps.push_back(
        {place(shocks.all[i], step, asset), mean + deviation * shocks.normal[i]});
    if (asset == 0) shocks.lead_step.push_back(step);
  }
  if (asset > 0) return;
  shocks.lead_path.assign(shocks.all.begin(), shocks.all.end());
  shocks.lead_block.assign(shocks.block.begin(), shocks.block.end());
  shocks.lead_size.assign(shocks.normal.begin(), shocks.normal.end());
}

void JumpLanes::join(std::size_t asset, const Part& part, Shocks& shocks) const {
  const auto& joins = joins_[asset];
  const std::size_t count = shocks.lead_path.size();
  if (std::all_of(joins.begin(), joins.end(), [](std::uint64_t t) { return t == 0; })) return;
  shocks.path.resize(count);
  for (std::size_t i = 0; i < count; ++i) shocks.path[i] = word(part.first + shocks.lead_path[i]);
  shocks.block.assign(shocks.lead_block.begin(), shocks.lead_block.end());
  shocks.draw_normals(source(stream::jump_joined, asset, part), part.engine, count);
  const Jumps& law = sizes_[asset];
  const double shared = shared_[asset], own = std::sqrt(std::max(0.0, 1 - shared * shared));
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t step = shocks.lead_step[i];
    if (shocks.word[i] >= joins[step]) continue;
    const double z = shared * shocks.lead_size[i] + own * shocks.normal[i];
    shocks.jumps.push_back(
        {place(shocks.lead_path[i], step, asset), law.mean.value() + law.deviation * z});
  }
}

void JumpLanes::draw_jumps(const Part& part, Shocks& shocks) const {
  shocks.jumps.clear();
  shocks.lead_path.clear(), shocks.lead_step.clear();
  for (std::size_t a = 0; a < assets(); ++a) {
    draw_own(a, part, shocks);
    if (a > 0 && !shocks.lead_path.empty()) join(a, part, shocks);
  }
}

template <>
const std::vector<double>& JumpLanes::law() const {
  return law_;
}

template <>
const std::vector<float>& JumpLanes::law() const {
  return law_in_float_;
}

// Walks a group and writes its rows; what does not fill a group goes by way of `last`.
template <class Real>
void JumpLanes::walk_group_of(const Part& part, std::size_t at, const WalkRows<Real>& rows,
                              Room<Real>& room) const {
  const std::size_t cells = steps_ * assets(), here = std::min(walk_group, part.paths - at);
  const std::size_t begin = part.first - rows.first + at;
  for (const std::size_t c : room.asked) {
    room.out[c] =
        here == walk_group ? rows.log_return[c].data() + begin : room.last.data() + c * walk_group;
  }
  walk_on<Real>(part.engine,
                {keys_.data(), room.turns.data(), streams_.data(), low(part.first) + at, assets(),
                 steps_, law<Real>().data(), room.table.data() + at * cells, room.out.data()},
                word(part.first >> 32));
  if (here == walk_group) return;
  for (const std::size_t c : room.asked) {
    std::copy_n(room.out[c], here, rows.log_return[c].data() + begin);
  }
}

template <class Real>
void JumpLanes::walk_any(const WalkRows<Real>& rows, num::Engine engine) const {
  const std::size_t cells = steps_ * assets();
  LEVEE_EXPECT(rows.log_return.size() == cells);
  engine = num::resolved(engine);
  Shocks shocks;
  Room<Real> room{std::vector<Real>(cells * part_paths),
                  std::vector<Real>(cells * walk_group),
                  std::vector<Real*>(cells),
                  {},
                  {}};
  for (std::size_t c = 0; c < cells; ++c) {
    if (rows.log_return[c].empty()) continue;
    LEVEE_EXPECT(rows.log_return[c].size() == rows.paths);
    room.asked.push_back(c);
  }
  for (std::size_t begin = 0; begin < rows.paths;) {
    const std::uint64_t first = rows.first + begin;
    const std::uint64_t same_upper_word = (1ULL << 32) - low(first);
    const Part part{
        first, std::min<std::uint64_t>({part_paths, rows.paths - begin, same_upper_word}), engine};
    if (begin == 0 || low(first) == 0) room.turns = turns_of(steps_, first >> 32, keys_);
    draw_jumps(part, shocks);
    for (const Jump& jump : shocks.jumps) room.table[jump.place] += static_cast<Real>(jump.size);
    for (std::size_t at = 0; at < part.paths; at += walk_group) {
      walk_group_of(part, at, rows, room);
    }
    for (const Jump& jump : shocks.jumps) room.table[jump.place] = 0;
    begin += part.paths;
  }
}

void JumpLanes::walk(const WalkRows<float>& rows, num::Engine engine) const {
  walk_any(rows, engine);
}

void JumpLanes::walk(const WalkRows<double>& rows, num::Engine engine) const {
  walk_any(rows, engine);
}

}  // namespace levee::scenario
