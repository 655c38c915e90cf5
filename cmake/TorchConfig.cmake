# find_package(Torch): defines the target `torch` and TORCH_LIBRARIES, TORCH_INCLUDE_DIRS, TORCH_CXX_FLAGS, as PyTorch's does.
get_filename_component(TORCH_INSTALL_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(TORCH_INCLUDE_DIRS ${TORCH_INSTALL_PREFIX}/include ${TORCH_INSTALL_PREFIX}/include/torch/csrc/api/include)
set(TORCH_CXX_FLAGS "")

find_package(OpenMP QUIET)
foreach(part c10 torch_cpu torch)
  if(NOT TARGET ${part})
    add_library(${part} SHARED IMPORTED)
    set_target_properties(${part} PROPERTIES
      IMPORTED_LOCATION ${TORCH_INSTALL_PREFIX}/lib/lib${part}.so
      IMPORTED_SONAME lib${part}.so
      INTERFACE_INCLUDE_DIRECTORIES "${TORCH_INCLUDE_DIRS}"
      INTERFACE_COMPILE_FEATURES cxx_std_20
      IMPORTED_LINK_DEPENDENT_LIBRARIES "")
  endif()
endforeach()
set_property(TARGET torch PROPERTY INTERFACE_LINK_LIBRARIES torch_cpu c10)
if(TARGET OpenMP::OpenMP_CXX)
  set_property(TARGET torch APPEND PROPERTY INTERFACE_LINK_LIBRARIES OpenMP::OpenMP_CXX)
endif()

# torch_precompile_headers(TARGET [HEADER...]): parses torch/torch.h, or the given headers, once for all sources of a target.
# Every source then sees them, so it is for targets whose sources all are C++ and would include them anyway.
function(torch_precompile_headers target)
  set(headers ${ARGN})
  if(NOT headers)
    set(headers torch/torch.h)
  endif()
  list(TRANSFORM headers REPLACE "(.+)" "<\\1>")
  target_precompile_headers(${target} PRIVATE ${headers})
endfunction()

set(TORCH_LIBRARY ${TORCH_INSTALL_PREFIX}/lib/libtorch.so)
set(TORCH_LIBRARIES torch torch_cpu c10)
set(TORCH_FOUND TRUE)
set(Torch_FOUND TRUE)
