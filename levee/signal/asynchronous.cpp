#include "levee/signal/asynchronous.h"

#include <cmath>

#include <fmt/core.h>

namespace levee::signal {
namespace {

Result<Done> checked(const market::Series& series) {
  for (std::size_t i = 0; i < series.at.size(); ++i) {
    if (!(series.value[i] > 0) || !std::isfinite(series.value[i])) {
      return fail(Reason::bad_input,
                  fmt::format("{}: price {} at {} (must be positive)", series.source,
                              series.value[i], text_of(series.at[i])));
    }
    if (i > 0 && !(series.at[i - 1] < series.at[i])) {
      return fail(Reason::bad_input, fmt::format("{}: {} is not after the moment before it",
                                                 series.source, text_of(series.at[i])));
    }
  }
  if (series.at.size() >= 2) return Done{};
  return fail(Reason::missing_data,
              fmt::format("{}: {} prices (two make a return)", series.source, series.at.size()));
}

double move(const market::Series& series, std::size_t i) {
  return std::log(series.value[i + 1] / series.value[i]);
}

double squares(const market::Series& series) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < series.at.size(); ++i) sum += move(series, i) * move(series, i);
  return sum;
}

}  // namespace

Result<Comovement> comovement(const market::Series& a, const market::Series& b) {
  for (const market::Series* one : {&a, &b}) {
    if (const auto fine = checked(*one); !fine) return fine.error();
  }
  Comovement found;
  std::size_t first = 0;  // the first return of b that does not end before one of a begins
  for (std::size_t i = 0; i + 1 < a.at.size(); ++i) {
    while (first + 1 < b.at.size() && !(a.at[i] < b.at[first + 1])) ++first;
    for (std::size_t j = first; j + 1 < b.at.size() && b.at[j] < a.at[i + 1]; ++j) {
      found.covariance += move(a, i) * move(b, j);
      ++found.overlaps;
    }
  }
  if (found.overlaps == 0) {
    return fail(Reason::missing_data,
                fmt::format("{} and {} cover no time together", a.source, b.source));
  }
  const double size = std::sqrt(squares(a) * squares(b));
  if (!(size > 0)) {
    return fail(Reason::no_solution, fmt::format("{} or {} does not move", a.source, b.source));
  }
  found.correlation = found.covariance / size;
  return found;
}

}  // namespace levee::signal
