#include "levee/risk/layered_loss.h"

#include "levee/base/check.h"
#include "levee/risk/tail.h"

#include <algorithm>

namespace levee::risk {
namespace {

enum class Cover { pays, left_out };

Result<LayerOff> loss_of(std::string without, std::span<const double> losses,
                         const LossLayers& layers, Cover cover) {
  std::vector<double> left(losses.begin(), losses.end());
  for (double& loss : left) {
    if (cover == Cover::left_out) break;
    loss -= std::clamp(loss - layers.deductible.value(), 0.0, layers.cover.value());
  }
  const auto tail = tail_of(left, 0.95);
  if (!tail) return tail.error();
  return LayerOff{std::move(without), mean_of(left, {}), tail->cvar};
}

}  // namespace

Result<std::vector<LayerOff>> layers_off(const LossLayers& layers) {
  const bool watch = !layers.watched.empty(), cover = layers.cover > Usd{0};
  LEVEE_EXPECT(!watch || layers.watched.size() == layers.victims.size());
  LEVEE_EXPECT(layers.cover >= Usd{0} && layers.deductible >= Usd{0});
  const auto with_watch = watch ? layers.watched : layers.victims;
  std::vector<Result<LayerOff>> rows{loss_of("nothing", with_watch, layers, Cover::pays)};
  if (watch) rows.push_back(loss_of("watch", layers.victims, layers, Cover::pays));
  if (cover) rows.push_back(loss_of("cover", with_watch, layers, Cover::left_out));
  if (watch && cover) rows.push_back(loss_of("both", layers.victims, layers, Cover::left_out));
  std::vector<LayerOff> told;
  for (Result<LayerOff>& row : rows) {
    if (!row) return row.error();
    told.push_back(*std::move(row));
  }
  return told;
}

}  // namespace levee::risk
