# What most files include, where headers are read once for many files (tests alone: GCC 12 then
# warns of the standard library's own strings, bug 105329, and the rest keeps those warnings).
set(levee_everywhere <algorithm> <array> <cmath> <cstdint> <limits> <map> <memory> <numeric>
                     <optional> <set> <span> <string> <string_view> <utility> <variant> <vector>
                     <fmt/core.h>)

# levee_module(book ON market USES fmt::fmt): levee/book/*.cpp as one static library, levee_book.
#   ON    modules it stands on (public: their headers are in its headers)
#   USES  outside libraries, seen by this module's .cpp files only
#   SHOWS outside libraries that its headers include
function(levee_module name)
  cmake_parse_arguments(MODULE "" "" "ON;USES;SHOWS" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/levee/${name}/*.cpp
       ${PROJECT_SOURCE_DIR}/levee/${name}/kind/*.cpp)
  add_library(levee_${name} STATIC ${files})
  levee_warnings(levee_${name})
  target_include_directories(levee_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(levee_${name} PUBLIC ${MODULE_SHOWS} PRIVATE fmt::fmt ${MODULE_USES})
  foreach(lower ${MODULE_ON})
    target_link_libraries(levee_${name} PUBLIC levee_${lower})
  endforeach()
endfunction()

# A file for processors with AVX-512 IFMA, chosen at run time; elsewhere it builds as an empty twin.
# GCC 12 warns of its own intrinsics (bug 105593).
function(levee_wide_lanes file)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS
      "-O3;-mavx512f;-mavx512dq;-mavx512ifma;-Wno-uninitialized")
  endif()
endfunction()

# Files of doubles side by side (levee/num/lane.h): with AVX2, or with AVX-512. A lane waits for its
# quotients, so that the order of instructions matters more than the registers it costs; clang does
# without that flag, and says so.
function(levee_avx2)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS
      "-O3;-mavx2;-mfma;-fschedule-insns;-Wno-ignored-optimization-argument")
  endif()
endfunction()
function(levee_avx512)
  levee_avx2(${ARGN})
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS
                 -mavx512f -mavx512dq -Wno-uninitialized -Wno-maybe-uninitialized)
  endif()
endfunction()

# For modules of many-limb integers. A number is stored limb by limb; a compiler that then copies it
# in wider pieces makes the processor wait for the stores.
function(levee_limbs)
  foreach(name ${ARGN})
    target_compile_options(levee_${name} PRIVATE $<$<CONFIG:Release>:-O3 -fno-tree-slp-vectorize>)
  endforeach()
endfunction()

# One of the twins of levee/parallel/ranks.h: the processes of mpirun, or this one alone.
function(levee_ranks)
  set(unused ranks_mpi)
  if(LEVEE_MPI)
    set(unused ranks_alone)
    find_package(MPI REQUIRED COMPONENTS CXX)
    set(MPIEXEC_EXECUTABLE ${MPIEXEC_EXECUTABLE} PARENT_SCOPE)
    target_link_libraries(levee_parallel PRIVATE MPI::MPI_CXX)
  endif()
  set_source_files_properties(${PROJECT_SOURCE_DIR}/levee/parallel/${unused}.cpp
                              PROPERTIES HEADER_FILE_ONLY ON)
endfunction()
