# Whole roads walked once: real chains against a judge, books whose right answer is known.
file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
add_executable(story_tests ${files})
levee_warnings(story_tests)
target_link_libraries(story_tests PRIVATE levee_feed clp_judge PkgConfig::CLP fmt::fmt)
levee_gtest(story_tests)
target_compile_definitions(story_tests PRIVATE
  LEVEE_SOURCE="${PROJECT_SOURCE_DIR}" LEVEE_SHARED="${PROJECT_SOURCE_DIR}/../shared")

# Names that end in AtFullSize take minutes: `ctest -L long` runs them, `ctest -LE long` does not.
add_test(NAME story_known_answers COMMAND story_tests --gtest_filter=-*RealChain*)
add_test(NAME story_real_chains COMMAND story_tests --gtest_filter=*RealChain*-*AtFullSize*)
set_tests_properties(story_known_answers story_real_chains PROPERTIES LABELS story TIMEOUT 300)
add_test(NAME story_real_chains_at_full_size COMMAND story_tests --gtest_filter=*AtFullSize*)
set_tests_properties(story_real_chains_at_full_size PROPERTIES LABELS "story;long" TIMEOUT 3600)

add_test(NAME story_printed_plan
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/printed_plan_test.py)
set_tests_properties(story_printed_plan PROPERTIES LABELS story TIMEOUT 300)
add_test(NAME story_printed_plan_at_full_size
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/printed_plan_test.py --full)
set_tests_properties(story_printed_plan_at_full_size PROPERTIES LABELS "story;long" TIMEOUT 1800)
set_tests_properties(story_printed_plan story_printed_plan_at_full_size PROPERTIES
                     ENVIRONMENT "LEVEE_BINARY=$<TARGET_FILE:levee>")

add_test(NAME story_calm_months_of_the_record
         COMMAND ${PYTHON3} -B ${CMAKE_CURRENT_LIST_DIR}/calm_record_test.py)
set_tests_properties(story_calm_months_of_the_record PROPERTIES
                     LABELS "story;long" TIMEOUT 1800)
set_property(TEST story_calm_months_of_the_record PROPERTY ENVIRONMENT
             LEVEE_BINARY=$<TARGET_FILE:levee> LEVEE_SHARED=${PROJECT_SOURCE_DIR}/../shared)
