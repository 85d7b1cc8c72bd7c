// Writes the sample plans as pages into a folder, for a browser to open.
#include "levee/report/html.h"
#include "tests/support/sample_plan.h"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace levee::test {
namespace {

struct SamplePage {
  std::string name;
  hedge::Plan plan;
};

bool write_pages(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  const std::vector<SamplePage> pages{{"hedge", sample_plan()},
                                      {"no_hedge", no_hedge_plan()},
                                      {"infeasible", infeasible_plan()},
                                      {"empty", empty_plan()},
                                      {"hostile", hostile_plan()},
                                      {"broken_numbers", broken_numbers_plan()},
                                      {"huge", huge_plan()}};
  for (const SamplePage& page : pages) {
    std::ofstream file(folder / (page.name + ".html"), std::ios::binary);
    file << report::html_page(page.plan);
    if (!file.flush()) return false;
  }
  return true;
}

}  // namespace
}  // namespace levee::test

int main(int count, char** words) {
  if (count != 2 || !levee::test::write_pages(words[1])) {
    std::cerr << "usage: report_sample_pages FOLDER (which must be writable)\n";
    return 1;
  }
  return 0;
}
