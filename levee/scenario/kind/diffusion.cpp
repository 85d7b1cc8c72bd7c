// levee/scenario/kind/diffusion.cpp — Brownian motion and nothing else, zero drift.
#include "levee/scenario/jump_walk.h"

namespace levee::scenario::kind {
namespace {

Result<std::unique_ptr<Law>> prepare(const Recipe& recipe) {
  return jump_law(recipe, WithJumps::no);
}

}  // namespace

Entry diffusion() {
  return {.name = "diffusion",
          .about = "normal log returns without jumps: the thinnest tail, to compare with",
          .prepare = prepare};
}

}  // namespace levee::scenario::kind
