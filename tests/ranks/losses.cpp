// tests/ranks/losses.cpp — losses of a pool's range over drawn paths, shared out over the ranks.
//
// usage: losses FILE; the first rank writes every loss, their sum and how many ranks there were.
//        losses; the last rank gives up while the others wait for it: all leave with 71.
#include "levee/parallel/ranks.h"
#include "levee/scenario/kind.h"
#include "tests/scenario/world.h"

#include <algorithm>
#include <cstdio>
#include <memory>

namespace levee {
namespace {

constexpr std::size_t paths = 50'000, block = 512;

// A part at a time: no rank holds more than a block of paths.
std::vector<double> losses(const scenario::Generator& from, parallel::Stretch share) {
  const parallel::Team team(2);
  std::vector<double> made;
  scenario::ScenarioSet part;
  for (std::size_t done = 0; done < share.count; done += part.paths()) {
    from.draw(share.first + done, std::min(block, share.count - done), team, part);
    for (std::size_t i = 0; i < part.paths(); ++i) {
      const double eth = part.assets[0].spot.row(3)[i] / 2'000;
      const double btc = part.assets[1].spot.row(3)[i] / 60'000;
      const double weight = part.weight.empty() ? 1 : part.weight[i];
      made.push_back(weight * (1 - std::sqrt(eth * btc)) + part.protocol_loss.row(0)[i]);
    }
  }
  return made;
}

int run(const parallel::Ranks& ranks, const char* file) {
  const auto from = test::joint_calibration();
  std::vector<double> told;
  for (const scenario::Sampling& how : {scenario::Sampling{}, scenario::towards_a_crash}) {
    scenario::Recipe asked = test::recipe(from, paths);
    asked.sampling = how;
    const auto generator = *scenario::Generator::of("jump", asked);
    const auto mine = losses(generator, ranks.share(paths, block));
    const auto all = ranks.gathered(mine);
    told.insert(told.end(), all.begin(), all.end());
    told.push_back(ranks.sum(mine));
  }
  if (!ranks.speaks()) return 0;
  std::printf("%zu ranks, %zu numbers, sum %.17g\n", ranks.size(), told.size(), told.back());
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file, "wb"), std::fclose);
  if (!out) return 1;
  return std::fwrite(told.data(), sizeof(double), told.size(), out.get()) == told.size() ? 0 : 1;
}

int give_up(const parallel::Transport& transport) {
  const parallel::Ranks& ranks = transport.ranks();
  if (ranks.rank() + 1 == ranks.size()) return transport.end_all(71);
  return ranks.agreed(Done{}) ? 0 : 1;
}

}  // namespace
}  // namespace levee

int main(int count, char** words) {
  const levee::parallel::Transport transport;
  return count == 2 ? levee::run(transport.ranks(), words[1]) : levee::give_up(transport);
}
