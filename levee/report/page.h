// levee/report/page.h — a page that opens offline: one document, nothing fetched.
#pragma once
#include "levee/report/markup.h"

#include <string>

namespace levee::report {

/// Whether a page carries page.js; one that does not forbids every script.
enum class Scripts { none, own };

/// The whole document: head, main, the disclaimer below it.
///
/// out:  a content policy under which nothing is fetched, whatever a name in the page tries
std::string page_of(const std::string& title, const Markup& main, Scripts scripts);

}  // namespace levee::report
