// levee/api/scenario_rows.cpp — a scenario set as text.
#include "levee/api/scenario_rows.h"

#include "levee/base/json.h"

#include <algorithm>

#include <fmt/core.h>

namespace levee::api {
namespace {

// Names of protocols come from a file: a comma in one would shift every column.
std::string column_of(const std::string& name) {
  std::string kept = name;
  for (char& c : kept) {
    if (c == ',' || c == '"' || static_cast<unsigned char>(c) < ' ') c = '_';
  }
  return kept;
}

std::string header_of(const PathSource& source) {
  std::string header =
      "path,asset,date_utc,spot_usd,vol_move,slope_move,skew_move,funding_per_year,volume_ratio,"
      "depth_ratio,gas_ratio,peg_usd";
  for (const auto& model : source.protocols) header += ",lost_" + column_of(model.protocol);
  return header + "\n";
}

void add_if(const std::vector<double>& values, std::size_t path, std::string& part) {
  part += ',';
  if (!values.empty()) part += number_text(values[path]);
}

}  // namespace

bool ScenarioRows::next(std::string& part) {
  part.clear();
  if (written_ == source_->paths) return false;
  const std::size_t count = std::min(paths_at_once, source_->paths - written_);
  source_->generator->draw(written_, count, team_, set_);
  if (written_ == 0) {
    part = header_of(*source_);
    for (const Seconds date : set_.dates) dates_.push_back(text_of(set_.calibrated_at + date));
  }
  for (std::size_t path = 0; path < count; ++path) write_path(path, part);
  written_ += count;
  return true;
}

void ScenarioRows::write_path(std::size_t path, std::string& part) const {
  const std::size_t last = set_.dates.size() - 1;
  const std::string number = std::to_string(set_.first + path);
  const std::vector<double> unknown;
  for (const scenario::AssetPaths& asset : set_.assets) {
    const bool is_lead = &asset == &set_.assets.front();
    for (std::size_t date = 0; date <= last; ++date) {
      part += fmt::format("{},{},{},{}", number, asset.name, dates_[date],
                          number_text(asset.spot.row(date)[path]));
      for (const auto* moves : {&asset.level, &asset.slope, &asset.skew}) {
        add_if(date == last ? *moves : unknown, path, part);
      }
      if (is_lead) {
        write_lead(path, date, part);
      } else {
        part.append(5 + source_->protocols.size(), ',');
      }
      part += '\n';
    }
  }
}

void ScenarioRows::write_lead(std::size_t path, std::size_t date, std::string& part) const {
  const bool is_last = date + 1 == set_.dates.size();
  const std::vector<double> unknown;
  for (const auto* values : {&set_.funding, &set_.volume, &set_.depth, &set_.gas}) {
    add_if(is_last ? *values : unknown, path, part);
  }
  part += ',';
  if (set_.peg.rows() > 0) part += number_text(set_.peg.row(date)[path]);
  for (std::size_t p = 0; p < source_->protocols.size(); ++p) {
    part += ',';
    if (is_last) part += number_text(set_.protocol_loss.row(p)[path]);
  }
}

}  // namespace levee::api
