// levee/scenario/kind/jump.cpp — Brownian motion with log-normal jumps, zero drift.
#include "levee/scenario/jump_walk.h"

namespace levee::scenario::kind {
namespace {

Result<std::unique_ptr<Law>> prepare(const Recipe& recipe) {
  return jump_law(recipe, WithJumps::yes);
}

}  // namespace

Entry jump() {
  return {.name = "jump",
          .about = "diffusion with log-normal jumps as calibrated; volatility follows the price",
          .prepare = prepare};
}

}  // namespace levee::scenario::kind
