// levee/num/control.h — a mean with less error, by what is known of other means.
//
// src: Glasserman (2004), Monte Carlo Methods in Financial Engineering, 4.1
#pragma once
#include "levee/num/estimate.h"

#include <span>

namespace levee::num {

/// Mean of values, freed of what they owe to controls whose means are 0.
///
/// The coefficients are the regression's; they are of the same sample, which leaves a bias of the
/// order of one over its size.
///
/// in:   values [paths]; each control [paths]; weight [paths], likelihood ratios of mean 1, or
///       empty: 1; more paths than controls
/// out:  as mean_of where there are no controls; a control that the others make up, or that does
///       not move, is left out
/// cost: O(paths x controls^2)
Estimate controlled_mean(std::span<const double> values,
                         std::span<const std::span<const double>> controls,
                         std::span<const double> weight);

}  // namespace levee::num
