# alluvia_embed(TARGET SYMBOL FILE…): makes generated/SYMBOL.h and SYMBOL.c, which hold the files' bytes as
#   const struct embedded SYMBOL[]; const size_t SYMBOL_count;
# each with its path relative to the calling folder, in the order given. See schema/base/embed.h.
function(alluvia_embed target symbol)
  set(out "${PROJECT_BINARY_DIR}/generated/${symbol}.c")
  list(TRANSFORM ARGN PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" OUTPUT_VARIABLE files)
  list(JOIN ARGN "|" names)
  list(JOIN files "|" paths)
  add_custom_command(
    OUTPUT "${out}"
    COMMAND ${CMAKE_COMMAND} "-DOUT=${out}" "-DSYMBOL=${symbol}" "-DNAMES=${names}" "-DPATHS=${paths}"
            -P "${PROJECT_SOURCE_DIR}/packaging/cmake/embed.cmake"
    DEPENDS ${files} "${PROJECT_SOURCE_DIR}/packaging/cmake/embed.cmake"
    VERBATIM)
  target_sources(${target} PRIVATE "${out}")
endfunction()
