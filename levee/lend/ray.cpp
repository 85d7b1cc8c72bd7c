#include "levee/lend/ray.h"

namespace levee::lend {
namespace {

Checked half_up(const Checked& a, const Checked& b, const Checked& unit) {
  return (a * b + unit / 2) / unit;
}

}  // namespace

Checked ray_mul(const Checked& a, const Checked& b) { return half_up(a, b, ray); }
Checked ray_div(const Checked& a, const Checked& b) { return half_up(a, ray, b); }
Checked wad_div(const Checked& a, const Checked& b) { return half_up(a, wad, b); }
Checked wad_to_ray(const Checked& a) { return a * 1'000'000'000; }
Checked percent_mul(const Checked& a, const Checked& points) {
  return half_up(a, points, whole_percentage);
}
Checked percent_div(const Checked& a, const Checked& points) {
  return half_up(a, whole_percentage, points);
}

}  // namespace levee::lend
