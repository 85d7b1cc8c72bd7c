// levee/report/tree.h — the working of every number, to fold open.
#pragma once
#include "levee/base/explain.h"
#include "levee/report/markup.h"

namespace levee::report {

/// The tree as nested <details>: each node with value, unit, formula, source and inputs. The first
/// two levels are open.
Markup tree_of(const Explain& root);

}  // namespace levee::report
