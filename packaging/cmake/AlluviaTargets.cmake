# One interface target carries what every target of ours is built with; nothing is set globally.
add_library(alluvia_build INTERFACE)
target_compile_features(alluvia_build INTERFACE c_std_17)
target_compile_definitions(alluvia_build INTERFACE _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE)
target_include_directories(alluvia_build INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
target_compile_options(alluvia_build INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wswitch-enum
  -Wformat=2 -Wcast-qual -Wvla -Wundef -Wpointer-arith -Wwrite-strings
  $<$<BOOL:${ALLUVIA_WERROR}>:-Werror>)
if(ALLUVIA_SANITIZE)
  target_compile_options(alluvia_build INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
                         -fno-omit-frame-pointer)
  target_link_options(alluvia_build INTERFACE -fsanitize=address,undefined)
endif()
if(ALLUVIA_FUZZ)
  target_compile_options(alluvia_build INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ALLUVIA_COVERAGE)
  target_compile_options(alluvia_build INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(alluvia_build INTERFACE --coverage)
endif()

# alluvia_library(NAME SOURCES … LINKS …): the one static library of a folder. LINKS are the arrows that
# the folder may use; what is not named here does not link.
function(alluvia_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES C_EXTENSIONS OFF)
  target_link_libraries(${name} PUBLIC alluvia_build ${arg_LINKS})
endfunction()

# alluvia_program(NAME SOURCES … LINKS …): an executable of ours.
function(alluvia_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES C_EXTENSIONS OFF RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  target_link_libraries(${name} PRIVATE alluvia_build ${arg_LINKS})
endfunction()
