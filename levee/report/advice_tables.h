// levee/report/advice_tables.h — what the day asks, what layers do, what would change the plan.
#pragma once
#include "levee/hedge/plan.h"
#include "levee/report/table.h"

#include <string>
#include <vector>

namespace levee::report {

/// What the day asks for and what it costs, in a sentence or two.
std::string day_sentence(const hedge::DayTold& day);

/// What the gauges that are known show.
Table gauge_table(const hedge::DayTold& day);

/// What the day's gates forbid, an act a line; without columns where nothing is.
Table restriction_table(const hedge::DayTold& day);

/// Every layer: how it stands, what it costs and takes off, and why.
Table layer_table(const std::vector<hedge::LayerTold>& layers);

/// Why each layer stands as it does, a line each.
std::vector<std::string> layer_reasons(const std::vector<hedge::LayerTold>& layers);

/// What is held: rolled or not, and why; and the ladder afterwards.
std::vector<Table> roll_tables(const hedge::RollTold& rolls);

/// What is told beside the programme, a line each; empty where there is nothing to say.
std::vector<std::string> beside_lines(const hedge::Beside& beside);

/// The plan had something been otherwise.
Table what_if_table(const std::vector<hedge::WhatIf>& list);

/// The plan in every world it was chosen against.
Table world_table(const hedge::RobustTold& robust);

/// "2026-01-28T19:00:00Z: fomc, ...", "If ...": when the plan has to be made anew.
std::vector<std::string> look_again_lines(const std::vector<hedge::LookAgain>& list);

inline constexpr std::string_view since_title = "Since the last plan";

/// What has changed since the plan it began from, a line each; empty where it began from none.
std::vector<std::string> since_lines(const std::optional<hedge::SinceTold>& since);

/// Cost against tail, a budget a line; without rows where it was not asked for.
Table frontier_table(const std::vector<hedge::FrontierPoint>& frontier);

}  // namespace levee::report
