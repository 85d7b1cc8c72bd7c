// levee/num/lanes.h — functions of many numbers at once, on the engine that this processor has.
//
// src: levee/num/lane_math.h
#pragma once
#include <cstddef>
#include <span>

namespace levee::num {

/// Which code works through a batch.
enum class Engine {
  fastest,  ///< The widest that this processor and this build have.
  plain,    ///< One by one, with the standard library.
  avx2,     ///< Four side by side (AVX2 and FMA).
  avx512,   ///< Eight side by side (AVX-512 F and DQ); the same bits as avx2.
};

/// Whether this processor and this build can.
bool has_engine(Engine engine);

/// What `fastest` stands for here; any other engine itself.
/// in: has_engine(engine)
Engine resolved(Engine engine);

/// e^x for every x.
///
/// in:   as many of `out` as of `x`; has_engine(engine); x in [-708, 709]
/// out:  within 1.5 ulp
void exp_each(std::span<const double> x, std::span<double> out, Engine engine = Engine::fastest);

/// ln x for every x.
///
/// in:   as exp_each; x positive, finite and not subnormal
/// out:  within 2 ulp
void log_each(std::span<const double> x, std::span<double> out, Engine engine = Engine::fastest);

/// Mills' ratio, the upper tail over the density of the normal distribution, for every x.
///
/// in:   as exp_each; x in [-1, 10]
/// out:  within 16 ulp
void mills_each(std::span<const double> x, std::span<double> out, Engine engine = Engine::fastest);

/// The normal distribution's quantile for every p.
///
/// in:   as exp_each; p in [2^-34, 1 - 2^-34]; out may be p
/// out:  1e-14 relative
void quantile_each(std::span<const double> p, std::span<double> out,
                   Engine engine = Engine::fastest);

}  // namespace levee::num
