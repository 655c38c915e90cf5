# The Python part: libflb_py.so with all code, the façade libtorch_python.so, and the tiny module flambeau._C.
execute_process(COMMAND ${Python3_EXECUTABLE} -m pybind11 --includes OUTPUT_VARIABLE pybind11_flags
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "-I" "" pybind11_dirs "${pybind11_flags}")
separate_arguments(pybind11_dirs)

file(GLOB_RECURSE binding_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/pyshim/csrc/*.cpp)
set(module_source ${CMAKE_SOURCE_DIR}/pyshim/csrc/module_entry.cpp)
list(REMOVE_ITEM binding_sources ${module_source})

add_library(flambeau_python OBJECT ${binding_sources} ${python_sources} ${generated_python_sources})
target_include_directories(flambeau_python SYSTEM PRIVATE ${pybind11_dirs} ${Python3_INCLUDE_DIRS})
target_link_libraries(flambeau_python PUBLIC flambeau_options absl::inlined_vector)
target_precompile_headers(flambeau_python PRIVATE <Python.h> ${precompiled_headers})
target_compile_options(flambeau_python PRIVATE ${false_warnings})

flambeau_with_placeholders(flb_py flb_py OBJECTS flambeau_python LIBRARIES torch_python BESIDE c10 torch_cpu EXPORTS "flambeau_*")
target_link_libraries(flb_py PRIVATE flambeau_options flb)
flambeau_facade(torch_python torch_python libflb_py.so libflb.so)
add_dependencies(facade_torch_python flb_py)

# build/python is an importable tree of links: the package, the mock inside it, libraries and headers where PyTorch has them.
set(tree ${CMAKE_BINARY_DIR}/python/flambeau)
add_library(flambeau_C MODULE ${module_source})
target_include_directories(flambeau_C SYSTEM PRIVATE ${Python3_INCLUDE_DIRS})
target_link_libraries(flambeau_C PRIVATE flambeau_options flb_py)
set_target_properties(flambeau_C PROPERTIES PREFIX "" OUTPUT_NAME _C SUFFIX ".${Python3_SOABI}.so" LIBRARY_OUTPUT_DIRECTORY ${tree}
                      BUILD_RPATH "$ORIGIN/lib" INSTALL_RPATH "$ORIGIN/lib")
add_custom_target(flambeau_package ALL
  COMMAND ${CMAKE_COMMAND} -E make_directory ${tree}
  COMMAND cp -rsf ${CMAKE_SOURCE_DIR}/pyshim/flambeau/. ${tree}/
  COMMAND ln -sfn ${CMAKE_SOURCE_DIR}/mock_torch ${tree}/mock_torch
  COMMAND ln -sfn ${CMAKE_SOURCE_DIR}/abi/python_names.tsv.gz ${tree}/_names.tsv.gz
  COMMAND ln -sfn ${CMAKE_BINARY_DIR}/lib ${tree}/lib
  COMMAND ln -sfn ${CMAKE_BINARY_DIR}/include ${tree}/include
  COMMAND ln -sfn ${CMAKE_BINARY_DIR}/share ${tree}/share
  DEPENDS flambeau_headers
  COMMENT "Linking the Python package into build/python")

install(DIRECTORY ${CMAKE_SOURCE_DIR}/pyshim/flambeau/ DESTINATION flambeau PATTERN "__pycache__" EXCLUDE)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/mock_torch/ DESTINATION flambeau/mock_torch PATTERN "__pycache__" EXCLUDE)
install(FILES ${CMAKE_SOURCE_DIR}/abi/python_names.tsv.gz DESTINATION flambeau RENAME _names.tsv.gz)
# torch/extension.h needs pybind11; like PyTorch, the package carries its headers.
foreach(dir ${pybind11_dirs})
  if(EXISTS ${dir}/pybind11/pybind11.h)
    file(GLOB pybind11_license ${dir}/../../pybind11-*.dist-info/licenses/LICENSE)
    install(DIRECTORY ${dir}/pybind11 DESTINATION flambeau/include FILES_MATCHING PATTERN "*.h")
    install(FILES ${pybind11_license} DESTINATION flambeau/include/pybind11)
  endif()
endforeach()
install(TARGETS flambeau_C DESTINATION flambeau)
install(TARGETS flb_py facade_torch_python DESTINATION flambeau/lib)
