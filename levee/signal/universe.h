// levee/signal/universe.h — what panels of tokens say together.
#pragma once
#include "levee/signal/signal.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace levee::signal {

/// Where a panel holds each of the tokens, if it does.
std::vector<std::optional<std::size_t>> columns_of(const Panel& panel,
                                                   const std::vector<std::string>& tokens);

/// A token's number in a row, if it is listed and was known.
std::optional<double> cell_of(const Panel& panel, std::size_t row,
                              std::optional<std::size_t> column);

/// The row of that moment, if the panel has one.
std::optional<std::size_t> row_at(const Panel& panel, UnixSeconds at);

/// What each token traded a day, on average over the rows known in [before - span, before): the
/// weights of a day are made without it. 0 for a token that did not trade.
///
/// in:  columns as columns_of gives them
struct VolumeAsk {
  const Panel& volume;
  const std::vector<std::optional<std::size_t>>& columns;
  UnixSeconds before;
  Seconds span;
};
std::vector<double> mean_volumes(const VolumeAsk& ask);

}  // namespace levee::signal
