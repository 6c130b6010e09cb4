# What every target is compiled and linked with.
option(OUTRIDER_WERROR "Warnings are errors" OFF)
set(OUTRIDER_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")
option(OUTRIDER_FUZZ "Build the libFuzzer targets" OFF)

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

add_library(outrider_options INTERFACE)
target_compile_options(outrider_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                  $<$<BOOL:${OUTRIDER_WERROR}>:-Werror>)
target_link_options(outrider_options INTERFACE -fuse-ld=lld)
target_link_libraries(outrider_options INTERFACE Threads::Threads)
target_include_directories(outrider_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
if(OUTRIDER_SANITIZE)
  target_compile_options(outrider_options INTERFACE -fsanitize=${OUTRIDER_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(outrider_options INTERFACE -fsanitize=${OUTRIDER_SANITIZE})
endif()
if(OUTRIDER_FUZZ)
  target_compile_options(outrider_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
