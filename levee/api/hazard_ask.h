// levee/api/hazard_ask.h — incidents of several files by a date, each event once.
#pragma once
#include "levee/api/verb.h"
#include "levee/hazard/incident.h"

#include <string>
#include <vector>

namespace levee::api {

/// How many rows a file had and what became of them.
struct FileTold {
  std::string file;
  double rows = 0, used = 0;
  std::vector<std::string> left_out, set_aside;  ///< "284 disclosed later"

  template <class Self, class Visit>
  static void fields(Self& self, Visit visit) {
    visit("file", self.file, "");
    visit("rows", self.rows, "rows = used + left out");
    visit("used", self.used, "");
    visit("left_out", self.left_out, "how many, and why");
    visit("set_aside", self.set_aside, "cells that were not used, and why");
  }
};

/// Events of all files.
struct Gathered {
  std::vector<FileTold> files;
  hazard::Merged events;
};

/// in:  paths in the order in which they are believed
/// err: missing_data without a file; as feed::read_incidents
Result<Gathered> gathered_from(const std::vector<std::string>& paths, UnixSeconds until);

/// "284 disclosed later", most frequent first.
std::vector<std::string> reasons_of(std::span<const hazard::LeftOut> rows);

}  // namespace levee::api
