# C++ tests of the engine itself: one GoogleTest program for each file of tests/backend. Parity tests run from pytest.
find_package(GTest REQUIRED)
include(GoogleTest)
file(GLOB backend_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/backend/*.cpp)
if(backend_tests)
  add_executable(flambeau_backend_tests ${backend_tests} $<TARGET_OBJECTS:flambeau_engine> $<TARGET_OBJECTS:flambeau_core>)
  target_link_libraries(flambeau_backend_tests PRIVATE flambeau_options GTest::gtest_main absl::inlined_vector absl::flat_hash_map hwy::hwy dl)
  gtest_discover_tests(flambeau_backend_tests DISCOVERY_TIMEOUT 60)
endif()
