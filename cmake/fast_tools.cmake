# ccache and mold are used where they are installed and missed by nobody where they are not.
find_program(CCACHE ccache)
if(CCACHE)
  # It has to be told that a header read in advance may stand for the header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()
