// levee/report/terminal.h — a plan told to a person at a terminal.
//
// `report` answers: how does a person see it? Main functions: terminal_text, html_page. It computes
// nothing that is not in the plan, and touches no file.
#pragma once
#include "levee/hedge/plan.h"

#include <string>

namespace levee::report {

enum class Colour { off, on };

/// The plan as tables of at most 100 columns.
std::string terminal_text(const hedge::Plan& plan, Colour colour);

/// Positions alone, for value-position.
std::string terminal_text(const book::PositionAnswer& answer, const hedge::MarketTold& market,
                          Colour colour);

}  // namespace levee::report
