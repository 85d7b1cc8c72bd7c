# Opens the sample pages, written by a program of their own, in a browser; skipped without one.
find_program(PYTHON3 python3 REQUIRED)
add_executable(report_sample_pages ${CMAKE_CURRENT_LIST_DIR}/sample_pages.cpp)
levee_warnings(report_sample_pages)
target_link_libraries(report_sample_pages PRIVATE levee_report)

set(pages ${PROJECT_BINARY_DIR}/report_pages)
set(page_files hedge no_hedge infeasible empty hostile broken_numbers huge)
list(TRANSFORM page_files
     REPLACE "(.+)" "${pages}/\\1.html")

add_test(NAME report_pages COMMAND report_sample_pages ${pages})
set_tests_properties(report_pages PROPERTIES LABELS unit FIXTURES_SETUP report_pages)

set(opener ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/open_page.py)
add_test(NAME report_browser COMMAND ${opener} ${page_files})
add_test(NAME report_browser_canary COMMAND ${opener} --canary)
set_tests_properties(report_browser PROPERTIES FIXTURES_REQUIRED report_pages)
set_tests_properties(report_browser report_browser_canary PROPERTIES
                     LABELS browser SKIP_RETURN_CODE 77 TIMEOUT 300)
