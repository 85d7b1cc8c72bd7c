# `./dev test mpi`: the same programs alone and under mpirun with 1, 2 and 4 ranks write the same
# bytes. Only in a build with LEVEE_MPI.
if(NOT LEVEE_MPI)
  return()
endif()
set(here ${CMAKE_CURRENT_LIST_DIR})
find_program(PYTHON3 python3 REQUIRED)
# What stands in the program itself is taken before what stands in a library: so is who is alone.
set(alone ${PROJECT_SOURCE_DIR}/levee/parallel/ranks_alone.cpp)
add_executable(losses_mpi EXCLUDE_FROM_ALL ${here}/losses.cpp)
add_executable(losses_alone EXCLUDE_FROM_ALL ${here}/losses.cpp ${alone})
add_executable(levee_alone EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/levee/cli/main.cpp ${alone})
foreach(program losses_mpi losses_alone levee_alone)
  levee_warnings(${program})
endforeach()
target_link_libraries(losses_mpi PRIVATE levee_scenario)
target_link_libraries(losses_alone PRIVATE levee_scenario)
target_link_libraries(levee_alone PRIVATE levee_api)
add_custom_target(ranks_tests DEPENDS losses_mpi losses_alone levee levee_alone)
add_test(NAME ranks COMMAND ${PYTHON3} -B ${here}/ranks.py $<TARGET_FILE:losses_alone>
         $<TARGET_FILE:losses_mpi> ${MPIEXEC_EXECUTABLE})
add_test(NAME ranks_verbs COMMAND ${PYTHON3} -B ${here}/ranks_verbs.py $<TARGET_FILE:levee_alone>
         $<TARGET_FILE:levee> ${MPIEXEC_EXECUTABLE})
set_tests_properties(ranks ranks_verbs PROPERTIES LABELS mpi TIMEOUT 300)
