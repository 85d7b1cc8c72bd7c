# levee_module(book ON market USES fmt::fmt): levee/book/*.cpp as one static library, levee_book.
#   ON    modules it stands on (public: their headers are in its headers)
#   USES  outside libraries, seen by this module's .cpp files only
function(levee_module name)
  cmake_parse_arguments(MODULE "" "" "ON;USES" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/levee/${name}/*.cpp
       ${PROJECT_SOURCE_DIR}/levee/${name}/kind/*.cpp)
  add_library(levee_${name} STATIC ${files})
  levee_warnings(levee_${name})
  target_include_directories(levee_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(levee_${name} PRIVATE fmt::fmt ${MODULE_USES})
  foreach(lower ${MODULE_ON})
    target_link_libraries(levee_${name} PUBLIC levee_${lower})
  endforeach()
endfunction()
