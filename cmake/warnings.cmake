# Warnings are errors everywhere; contraction is off so that every compiler rounds alike.
function(levee_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
                                           -ffp-contract=off)
endfunction()
