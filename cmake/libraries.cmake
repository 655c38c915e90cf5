# The core (libflb.so) and the façades under PyTorch's SONAMEs.

set(FLAMBEAU_INCLUDE_DIRS ${FLAMBEAU_GEN}/include ${CMAKE_SOURCE_DIR}/compat ${CMAKE_SOURCE_DIR}/compat/torch/csrc/api/include)

add_library(flambeau_options INTERFACE)
target_include_directories(flambeau_options INTERFACE ${CMAKE_SOURCE_DIR} ${FLAMBEAU_INCLUDE_DIRS})
# GCC 12 warns of copies inside std::string (its bug 105651), of a SmallVector's inline buffer whose address alone is taken,
# and of bounds on paths that a check before them excludes.
# Unique symbols would bind across two copies of a library in one process; interposition would keep calls from inlining.
target_compile_options(flambeau_options INTERFACE -Wall -Wextra -Werror -Wno-restrict -Wno-maybe-uninitialized -fno-gnu-unique -fno-semantic-interposition)
target_link_libraries(flambeau_options INTERFACE OpenMP::OpenMP_CXX)
if(FLAMBEAU_SANITIZE)
  # vptr checks need the typeinfo that vtables of placeholders lack; the other three double compile times, and the address sanitizer
  # finds what matters of theirs. Instrumented code has paths of which GCC warns in vain.
  target_compile_options(flambeau_options INTERFACE -fsanitize=${FLAMBEAU_SANITIZE} -fno-sanitize=vptr,null,alignment,object-size
                         -fno-omit-frame-pointer -Wno-error)
  target_compile_definitions(flambeau_options INTERFACE _GLIBCXX_ASSERTIONS)
  target_link_options(flambeau_options INTERFACE -fsanitize=${FLAMBEAU_SANITIZE})
endif()

file(GLOB_RECURSE engine_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/backend/*.cpp ${CMAKE_SOURCE_DIR}/kernels/common/*.cpp
     ${CMAKE_SOURCE_DIR}/kernels/cpu/*.cpp)
list(REMOVE_ITEM engine_sources ${CMAKE_SOURCE_DIR}/backend/small_objects.cpp)  # part of libflb.so alone, see below
# -O2 leaves most loops scalar; the engine lives by its vectorised loops. Branches in them become selects, and <math.h> functions
# vector calls, only if neither floating-point traps nor errno are observed. The sanitized build fuses multiplications and additions
# like the release, so that recurrences which lose digits give PyTorch's there too.
set_source_files_properties(${engine_sources} PROPERTIES COMPILE_OPTIONS "$<IF:$<CONFIG:Release>,-O3,-fexpensive-optimizations>;-fno-math-errno;-fno-trapping-math")
file(GLOB_RECURSE compat_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/compat/*.cpp)
# What belongs to libtorch_python in PyTorch goes to the Python library: see cmake/python.cmake.
set(python_pattern "/compat/torch/csrc/(python|Py|utils/|tensor/|jit/python/|Exceptions|Dtype|Device|Layout|MemoryFormat|QScheme|Size|Generator|Stream|Storage|THP|DynamicTypes|TypeInfo|Module|autograd/python|autograd/utils/(python|wrap)|autograd/functions/init)")
set(python_sources ${compat_sources})
list(FILTER python_sources INCLUDE REGEX "${python_pattern}")
list(FILTER compat_sources EXCLUDE REGEX "${python_pattern}")
set(generated_python_sources ${generated_sources})
list(FILTER generated_python_sources INCLUDE REGEX "/gen/src/python")
set(generated_core_sources ${generated_sources})
list(FILTER generated_core_sources EXCLUDE REGEX "/gen/src/python")

# The engine needs neither generated code nor the precompiled header, so it compiles while those are made.
add_library(flambeau_engine OBJECT ${engine_sources})
target_link_libraries(flambeau_engine PUBLIC flambeau_options absl::inlined_vector absl::flat_hash_map hwy::hwy)

add_library(flambeau_core OBJECT ${compat_sources} ${generated_core_sources})
target_link_libraries(flambeau_core PUBLIC flambeau_options absl::inlined_vector absl::flat_hash_map hwy::hwy)
# Most of a file's compile time here goes into these headers.
set(precompiled_headers <ATen/Functions.h> <ATen/core/dispatch/Dispatcher.h> <ATen/core/ivalue.h> <torch/csrc/autograd/variable.h>)
target_precompile_headers(flambeau_core PRIVATE ${precompiled_headers})
set(false_warnings -Wno-array-bounds -Wno-stringop-overflow)  # GCC 12, of std::string and paths that a check excludes
set_source_files_properties(${compat_sources} ${generated_core_sources} PROPERTIES COMPILE_OPTIONS "${false_warnings}")

# flambeau_with_placeholders(target output OBJECTS targets... LIBRARIES libraries...): links a library from object libraries and a
# placeholder for each exported name of PyTorch's `libraries` that their objects do not define.
function(flambeau_with_placeholders target output)
  cmake_parse_arguments(arg "" "" "OBJECTS;LIBRARIES;BESIDE;EXPORTS" ${ARGN})
  set(base ${CMAKE_BINARY_DIR}/gen/${output})
  list(TRANSFORM arg_OBJECTS REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
  file(GENERATE OUTPUT ${base}.objects CONTENT "$<JOIN:${objects},\n>\n")
  add_custom_command(
    OUTPUT ${base}_placeholders.S ${base}.map
    COMMAND ${Python3_EXECUTABLE} -m codegen.placeholders --libraries ${arg_LIBRARIES} --beside ${arg_BESIDE} --objects @${base}.objects
            --source ${base}_placeholders.S --exports ${base}.map --extra-exports ${arg_EXPORTS}
    DEPENDS ${objects} ${base}.objects ${CMAKE_SOURCE_DIR}/codegen/placeholders.py
            ${CMAKE_SOURCE_DIR}/codegen/symbols.py
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Placeholders of lib${output}.so")
  add_library(${target} SHARED ${objects} ${base}_placeholders.S ${CMAKE_SOURCE_DIR}/compat/abi/placeholder_entries.S)
  set_source_files_properties(${base}_placeholders.S PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "-xassembler")
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${output} BUILD_RPATH "$ORIGIN" INSTALL_RPATH "$ORIGIN" LINK_DEPENDS ${base}.map)
  target_link_options(${target} PRIVATE -fuse-ld=lld -Wl,--version-script=${base}.map -Wl,--undefined-version
                      -Wl,-Bsymbolic-functions -Wl,-z,relro -Wl,--gc-sections -Wl,-O1)
endfunction()

flambeau_with_placeholders(flb flb OBJECTS flambeau_engine flambeau_core LIBRARIES c10 torch_cpu
                           EXPORTS "flambeau_*" "_Z*N8flambeau*" "_ZNK8flambeau*")  # the last two are for libflb_py.so
if(NOT FLAMBEAU_SANITIZE)  # sanitizers watch operator new and delete themselves
  target_sources(flb PRIVATE ${CMAKE_SOURCE_DIR}/backend/small_objects.cpp)
  target_link_options(flb PRIVATE -Wl,--wrap=_Znwm -Wl,--wrap=_ZdlPvm)
endif()
target_link_libraries(flb PRIVATE flambeau_options absl::inlined_vector absl::flat_hash_map hwy::hwy dl)

# flambeau_facade(name table filtees...): a filter library; `table` names the column of abi/symbols.tsv.gz, or NONE.
function(flambeau_facade name table)
  set(source ${CMAKE_BINARY_DIR}/gen/facade_${name}.S)
  if(table STREQUAL "NONE")
    file(WRITE ${source} ".section .note.GNU-stack,\"\",@progbits\n")
  else()
    add_custom_command(
      OUTPUT ${source}
      COMMAND ${Python3_EXECUTABLE} -m codegen.facades --library ${table} --source ${source}
      DEPENDS ${CMAKE_SOURCE_DIR}/codegen/facades.py ${CMAKE_SOURCE_DIR}/codegen/symbols.py ${CMAKE_SOURCE_DIR}/abi/symbols.tsv.gz
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
  add_library(facade_${name} SHARED ${source})
  set_source_files_properties(${source} PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "-xassembler")
  list(TRANSFORM ARGN PREPEND "-Wl,--filter=" OUTPUT_VARIABLE filters)
  set_target_properties(facade_${name} PROPERTIES OUTPUT_NAME ${name} BUILD_RPATH "$ORIGIN" INSTALL_RPATH "$ORIGIN" LINKER_LANGUAGE CXX)
  target_link_options(facade_${name} PRIVATE -nostdlib ${filters})
  add_dependencies(facade_${name} flb)
endfunction()

flambeau_facade(c10 c10 libflb.so)
flambeau_facade(torch_cpu torch_cpu libflb.so)
flambeau_facade(torch NONE libflb.so)
flambeau_facade(torch_global_deps NONE libflb.so)
