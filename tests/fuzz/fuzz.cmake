# The naive model judged by the contracts, the fuzzers' corpus replayed as tests, and, where the
# preset `fuzz` asks for them, the fuzzers themselves.
set(here ${CMAKE_CURRENT_LIST_DIR})
add_library(fuzz_games STATIC
  ${here}/naive_math.cpp ${here}/naive_oracle.cpp ${here}/naive_pool.cpp
  ${here}/choices.cpp ${here}/pool_agreement.cpp ${here}/pool_game.cpp)
levee_warnings(fuzz_games)
if(LEVEE_FUZZ)
  # The model is no suspect: without sanitizers it is several times faster, and the fuzzer's eyes
  # stay on levee.
  set_source_files_properties(
    ${here}/naive_math.cpp ${here}/naive_oracle.cpp ${here}/naive_pool.cpp
    ${here}/pool_agreement.cpp
    PROPERTIES COMPILE_OPTIONS -fno-sanitize=all)
endif()
target_link_libraries(fuzz_games PUBLIC levee_amm fmt::fmt)

add_executable(naive_tests ${here}/naive_vectors_test.cpp)
levee_warnings(naive_tests)
target_compile_definitions(naive_tests PRIVATE LEVEE_SHARED="${PROJECT_SOURCE_DIR}/../shared")
target_link_libraries(naive_tests PRIVATE fuzz_games GTest::gtest_main ZLIB::ZLIB)
add_test(NAME naive_model COMMAND naive_tests)
set_tests_properties(naive_model PROPERTIES LABELS unit)

foreach(target pool step u256 text canary)
  add_executable(${target}_replay ${here}/${target}_fuzz.cpp ${here}/replay_main.cpp)
  levee_warnings(${target}_replay)
  target_link_libraries(${target}_replay PRIVATE fuzz_games)
  set(corpus ${here}/corpus/${target})
  if(target STREQUAL canary)
    set(corpus ${here}/corpus/pool)
  endif()
  add_test(NAME corpus_${target} COMMAND ${target}_replay ${corpus})
  set_tests_properties(corpus_${target} PROPERTIES LABELS unit)
  if(LEVEE_FUZZ)
    add_executable(${target}_fuzz ${here}/${target}_fuzz.cpp ${here}/libfuzzer_main.cpp)
    target_link_libraries(${target}_fuzz PRIVATE fuzz_games)
    target_link_options(${target}_fuzz PRIVATE -fsanitize=fuzzer)
  endif()
endforeach()
# What the canary must find, in the words of the game's own message.
set_tests_properties(corpus_canary PROPERTIES
  PASS_REGULAR_EXPRESSION "FOUND in [^\n]*: tick -?[0-9]+: levee has gross")
