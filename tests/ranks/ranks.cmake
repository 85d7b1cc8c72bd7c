# `./dev test mpi`: the same program alone and under mpirun with 1, 2 and 4 ranks writes the same
# bytes. Only in a build with LEVEE_MPI.
if(NOT LEVEE_MPI)
  return()
endif()
set(here ${CMAKE_CURRENT_LIST_DIR})
find_program(PYTHON3 python3 REQUIRED)
add_executable(losses_mpi EXCLUDE_FROM_ALL ${here}/losses.cpp)
# What stands in the program itself is taken before what stands in a library.
add_executable(losses_alone EXCLUDE_FROM_ALL ${here}/losses.cpp
               ${PROJECT_SOURCE_DIR}/levee/parallel/ranks_alone.cpp)
foreach(program losses_mpi losses_alone)
  levee_warnings(${program})
  target_link_libraries(${program} PRIVATE levee_scenario)
endforeach()
add_custom_target(ranks_tests DEPENDS losses_mpi losses_alone)
add_test(NAME ranks COMMAND ${PYTHON3} -B ${here}/ranks.py $<TARGET_FILE:losses_alone>
         $<TARGET_FILE:losses_mpi> ${MPIEXEC_EXECUTABLE})
set_tests_properties(ranks PROPERTIES LABELS mpi)
