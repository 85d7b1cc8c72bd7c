# Real nodes, real contracts: what the packages of package.json hold, installed by `./dev test`.
# Skipped where they are not.
find_package(GTest REQUIRED)
file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
add_executable(chain_live_tests ${files})
levee_warnings(chain_live_tests)
target_link_libraries(chain_live_tests PRIVATE levee_chain levee_feed fmt::fmt)
levee_gtest(chain_live_tests)
target_compile_definitions(chain_live_tests PRIVATE
  LEVEE_SOURCE="${PROJECT_SOURCE_DIR}" LEVEE_BINARY_DIR="${PROJECT_BINARY_DIR}"
  LEVEE_NODE_MODULES="${PROJECT_SOURCE_DIR}/build/node/node_modules")

# One run a node; names that end in AtLength take minutes and run when asked for.
add_test(NAME chain_anvil COMMAND chain_live_tests --gtest_filter=*Anvil*-*AtLength*)
add_test(NAME chain_hardhat COMMAND chain_live_tests --gtest_filter=*Hardhat*-*AtLength*)
set_tests_properties(chain_anvil chain_hardhat PROPERTIES LABELS chain TIMEOUT 300)
add_test(NAME chain_at_length COMMAND chain_live_tests --gtest_filter=*AtLength/Anvil)
set_tests_properties(chain_at_length PROPERTIES LABELS long TIMEOUT 3600)
set_tests_properties(chain_anvil chain_hardhat chain_at_length PROPERTIES
                     ENVIRONMENT "LEVEE_BINARY=$<TARGET_FILE:levee>")
