# How every folder of src/ is built: one static library, one test program beside it.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

option(LIFEBOAT_TESTS "Build the unit tests" ON)
option(LIFEBOAT_FUZZERS "Build the libFuzzer programs; needs clang" OFF)
option(LIFEBOAT_UNITY "Compile several sources at once: a whole build takes half the time" OFF)
set(LIFEBOAT_SANITIZE "" CACHE STRING "Sanitizers, for instance address,undefined")

# The simulator's tests run these folders for minutes, so a build that optimises nothing else may
# give them flags of their own.
set(LIFEBOAT_SIMULATED base json http dns storage health replication route53 nameserver sim client
    drill)
set(LIFEBOAT_SIMULATED_FLAGS "" CACHE STRING "Further flags for what the simulator runs")

find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)

find_program(LIFEBOAT_CCACHE ccache)
if(LIFEBOAT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      /usr/bin/env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      "${LIFEBOAT_CCACHE}")
endif()
find_program(LIFEBOAT_MOLD mold)
if(LIFEBOAT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# x86-64-v2 gives simdjson its fast kernel on every machine of the last fifteen years.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set(LIFEBOAT_MARCH "x86-64-v2" CACHE STRING "Value of -march")
  add_compile_options(-march=${LIFEBOAT_MARCH})
endif()
if(LIFEBOAT_TESTS)  # Those who only build Lifeboat are not stopped by what a compiler finds odd.
  set(werror -Werror)
endif()
add_compile_options(-Wall -Wextra ${werror} -Wno-missing-field-initializers -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives from inlined std::string and std::variant code at -O1 and above.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow
                      -Wno-array-bounds -Wno-stringop-overread -Wno-dangling-pointer
                      -Wno-free-nonheap-object)
  add_compile_options(-fpch-preprocess)
  if(LIFEBOAT_UNITY)  # To the compiler a batch is a header to its sources.
    add_compile_options(-Wno-subobject-linkage)
  endif()
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")  # So that ccache knows a header again.
endif()
if(LIFEBOAT_SANITIZE)
  add_compile_options(-fsanitize=${LIFEBOAT_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${LIFEBOAT_SANITIZE})
endif()

if(LIFEBOAT_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)  # So that the fuzzers see the libraries' branches.
endif()

# Standard headers that nearly every file includes are parsed once for all folders.
file(WRITE "${CMAKE_BINARY_DIR}/pch/empty.cc" "")
function(lifeboat_pch name)
  add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/pch/empty.cc")
  target_link_libraries(${name} PRIVATE fmt::fmt)
  target_precompile_headers(${name} PRIVATE
    <algorithm> <array> <cstdint> <deque> <functional> <map> <memory> <optional> <set> <string>
    <string_view> <tuple> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)
endfunction()
lifeboat_pch(lifeboat_pch)
if(LIFEBOAT_SIMULATED_FLAGS)
  lifeboat_pch(lifeboat_simulated_pch)
  target_compile_options(lifeboat_simulated_pch PRIVATE ${LIFEBOAT_SIMULATED_FLAGS})
endif()

if(LIFEBOAT_TESTS)
  enable_testing()
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_library(lifeboat_test_pch OBJECT "${CMAKE_BINARY_DIR}/pch/empty.cc")
  target_link_libraries(lifeboat_test_pch PRIVATE fmt::fmt GTest::gtest)
  target_precompile_headers(lifeboat_test_pch PRIVATE
    <algorithm> <array> <cstdint> <deque> <functional> <map> <memory> <optional> <set> <string>
    <string_view> <tuple> <unordered_map> <utility> <variant> <vector> <fmt/format.h>
    <gtest/gtest.h>)
endif()

# lifeboat_unity(target APART a.cc b.cc)
#
# Compiles the target's sources in batches. Folders with a file per operation call their parts alike and stay
# apart, and so do the files named: what they have in their unnamed namespaces is found under the same name
# in a neighbour.
function(lifeboat_unity target)
  cmake_parse_arguments(ARG "" "" "APART" ${ARGN})
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${LIFEBOAT_UNITY} UNITY_BUILD_BATCH_SIZE 8)
  get_target_property(apart ${target} SOURCES)
  list(FILTER apart INCLUDE REGEX "/(api|streams|resources|phases|grader)/")
  list(TRANSFORM ARG_APART PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
  set_source_files_properties(${apart} ${ARG_APART} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# lifeboat_library(name DEPS a b LIBS x y TEST_DEPS c TEST_LIBS z APART a.cc)
#
# Builds `lifeboat_<name>` from the *.cc of the folder and, from its *_test.cc, the program
# `<name>_test`. DEPS are other folders (they become part of the interface), LIBS are libraries
# from outside that only this folder's own sources see. APART is for lifeboat_unity.
function(lifeboat_library name)
  cmake_parse_arguments(ARG "" "" "DEPS;LIBS;TEST_DEPS;TEST_LIBS;APART" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*_test.cc")
  file(GLOB_RECURSE others CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*_fuzz.cc"
       "${CMAKE_CURRENT_SOURCE_DIR}/*_bench.cc" "${CMAKE_CURRENT_SOURCE_DIR}/main.cc")
  if(name STREQUAL "storage")  # storage/rocks is a library of its own.
    list(FILTER sources EXCLUDE REGEX "/rocks/")
    list(FILTER tests EXCLUDE REGEX "/rocks/")
  endif()
  list(REMOVE_ITEM sources ${tests} ${others} "")
  list(TRANSFORM ARG_DEPS PREPEND lifeboat_ OUTPUT_VARIABLE deps)
  list(TRANSFORM ARG_TEST_DEPS PREPEND lifeboat_ OUTPUT_VARIABLE test_deps)

  if(NOT sources)  # Headers only.
    add_library(lifeboat_${name} INTERFACE)
    target_include_directories(lifeboat_${name} INTERFACE "${CMAKE_SOURCE_DIR}/src")
    target_link_libraries(lifeboat_${name} INTERFACE ${deps})
    return()
  endif()
  add_library(lifeboat_${name} STATIC ${sources})
  target_include_directories(lifeboat_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_link_libraries(lifeboat_${name} PUBLIC ${deps} fmt::fmt PRIVATE ${ARG_LIBS})
  if(LIFEBOAT_SIMULATED_FLAGS AND name IN_LIST LIFEBOAT_SIMULATED)
    target_compile_options(lifeboat_${name} PRIVATE ${LIFEBOAT_SIMULATED_FLAGS})
    target_precompile_headers(lifeboat_${name} REUSE_FROM lifeboat_simulated_pch)
  else()
    target_precompile_headers(lifeboat_${name} REUSE_FROM lifeboat_pch)
  endif()
  set_target_properties(lifeboat_${name} PROPERTIES LINKER_LANGUAGE CXX)
  lifeboat_unity(lifeboat_${name} APART ${ARG_APART})

  if(LIFEBOAT_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE lifeboat_${name} ${test_deps} ${ARG_LIBS}
                          ${ARG_TEST_LIBS} GTest::gtest GTest::gtest_main)
    target_precompile_headers(${name}_test REUSE_FROM lifeboat_test_pch)
    lifeboat_unity(${name}_test APART ${ARG_APART})
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()

# lifeboat_embed(target template.cc.in NAME file NAME file ...)
#
# Makes the files' text part of the target: the template's @NAME@ stands for it, within a raw string.
function(lifeboat_embed target template)
  set(pairs ${ARGN})
  while(pairs)
    list(POP_FRONT pairs name file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                 "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    file(READ "${CMAKE_CURRENT_SOURCE_DIR}/${file}" ${name})
  endwhile()
  get_filename_component(source "${template}" NAME_WLE)
  configure_file("${template}" "${CMAKE_CURRENT_BINARY_DIR}/${source}" @ONLY)
  target_sources(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/${source}")
endfunction()
