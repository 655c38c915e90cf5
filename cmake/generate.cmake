# Tables -> C++, when the build is configured: the list of sources is known then, and a changed input configures again. The
# generator rewrites only files whose content differs.
set(FLAMBEAU_GEN ${CMAKE_BINARY_DIR}/gen)
file(GLOB_RECURSE generator_inputs CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/codegen/*.py ${CMAKE_SOURCE_DIR}/codegen/*.toml ${CMAKE_SOURCE_DIR}/abi/*
     ${CMAKE_SOURCE_DIR}/backend/ops/*.cpp ${CMAKE_SOURCE_DIR}/compat/ATen/native/*.cpp)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${generator_inputs})
execute_process(COMMAND ${Python3_EXECUTABLE} -m codegen --out ${FLAMBEAU_GEN}
                WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE generated_sources ${FLAMBEAU_GEN}/src/*.cpp)
