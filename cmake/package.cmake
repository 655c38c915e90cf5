# What a user's find_package(Torch) needs: build/include, build/share/cmake/Torch, and the same on installation.
include(GNUInstallDirs)

# One include tree of links, so that a plain -I build/include works as with PyTorch's own folder.
add_custom_target(flambeau_headers ALL
  COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/include
  COMMAND cp -rsf ${CMAKE_SOURCE_DIR}/compat/. ${CMAKE_BINARY_DIR}/include/
  COMMAND cp -rsf ${FLAMBEAU_GEN}/include/. ${CMAKE_BINARY_DIR}/include/
  COMMENT "Linking headers into build/include")

foreach(part TorchConfig.cmake TorchConfigVersion.cmake)
  configure_file(${CMAKE_SOURCE_DIR}/cmake/${part} ${CMAKE_BINARY_DIR}/share/cmake/Torch/${part} COPYONLY)
  install(FILES ${CMAKE_SOURCE_DIR}/cmake/${part} DESTINATION flambeau/share/cmake/Torch)
endforeach()

install(DIRECTORY ${CMAKE_SOURCE_DIR}/compat/ ${FLAMBEAU_GEN}/include/ DESTINATION flambeau/include
        FILES_MATCHING PATTERN "*.h" PATTERN "*.inc")
install(TARGETS flb facade_c10 facade_torch_cpu facade_torch facade_torch_global_deps DESTINATION flambeau/lib)
