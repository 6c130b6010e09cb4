# The main function of every test program.
add_library(outrider_test_main OBJECT EXCLUDE_FROM_ALL ${PROJECT_SOURCE_DIR}/tests/support/doctest_main.cpp)
target_link_libraries(outrider_test_main PRIVATE outrider_options)

# outrider_module(NAME SOURCES ... [TESTS ...] [DEPENDS outrider::core ...] [LIBRARIES ...]
#                 [TEST_DEPENDS outrider::db_testing ...])
#
# One folder of src/ is one static library outrider::NAME; its *_test.cpp files become the program NAME_tests and
# one ctest of that name. DEPENDS names modules and is the whole of what the folder may include
# (tools/tidy.py checks the includes against it); LIBRARIES names third-party targets;
# TEST_DEPENDS is linked to the tests alone.
function(outrider_module name)
  cmake_parse_arguments(MODULE "" "" "SOURCES;TESTS;DEPENDS;LIBRARIES;TEST_DEPENDS" ${ARGN})
  add_library(outrider_${name} STATIC ${MODULE_SOURCES})
  add_library(outrider::${name} ALIAS outrider_${name})
  target_link_libraries(outrider_${name} PUBLIC outrider_options ${MODULE_DEPENDS} PRIVATE ${MODULE_LIBRARIES})
  if(MODULE_TESTS)
    add_executable(${name}_tests ${MODULE_TESTS})
    target_link_libraries(${name}_tests PRIVATE
      outrider_${name} outrider_test_main ${MODULE_LIBRARIES} ${MODULE_TEST_DEPENDS})
    add_test(NAME ${name} COMMAND ${name}_tests)
    set_tests_properties(${name} PROPERTIES LABELS unit)
  endif()
endfunction()
