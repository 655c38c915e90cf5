# Tables -> C++. Runs once at configure time, so that the list of sources is known, and again in a build whenever an input
# changed; the generator rewrites only files whose content differs.
set(FLAMBEAU_GEN ${CMAKE_BINARY_DIR}/gen)
file(GLOB_RECURSE generator_inputs CONFIGURE_DEPENDS
     ${CMAKE_SOURCE_DIR}/codegen/*.py ${CMAKE_SOURCE_DIR}/codegen/*.toml ${CMAKE_SOURCE_DIR}/abi/*
     ${CMAKE_SOURCE_DIR}/backend/ops/*.cpp ${CMAKE_SOURCE_DIR}/compat/ATen/native/*.cpp)
set(generate_command ${Python3_EXECUTABLE} -m codegen --out ${FLAMBEAU_GEN})
execute_process(COMMAND ${generate_command} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE generated_sources ${FLAMBEAU_GEN}/src/*.cpp)
add_custom_command(
  OUTPUT ${FLAMBEAU_GEN}/stamp
  COMMAND ${generate_command}
  COMMAND ${CMAKE_COMMAND} -E touch ${FLAMBEAU_GEN}/stamp
  BYPRODUCTS ${generated_sources}
  DEPENDS ${generator_inputs}
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  COMMENT "Generating operators from the tables")
add_custom_target(flambeau_generate DEPENDS ${FLAMBEAU_GEN}/stamp)
