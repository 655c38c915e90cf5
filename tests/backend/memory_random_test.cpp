// The allocator's guarantees, and known numbers of the random stream.

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "backend/random.h"
#include "kernels/common/error.h"
#include "kernels/common/memory.h"

namespace flambeau {
namespace {

TEST(Memory, BlocksAreAlignedAndDoNotOverlap) {
  std::vector<std::pair<char*, size_t>> blocks;
  for (size_t bytes : {1ul, 63ul, 64ul, 65ul, 1000ul, 4096ul, 100000ul, 300000ul, 5000000ul}) {
    for (int i = 0; i < 3; ++i) {
      auto* p = static_cast<char*>(allocate(bytes));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % kAlignment, 0u);
      std::memset(p, static_cast<int>(blocks.size()), bytes);
      blocks.emplace_back(p, bytes);
    }
  }
  for (size_t i = 0; i < blocks.size(); ++i) {
    EXPECT_EQ(blocks[i].first[0], static_cast<char>(i));
    EXPECT_EQ(blocks[i].first[blocks[i].second - 1], static_cast<char>(i));
    deallocate(blocks[i].first);
  }
  EXPECT_EQ(allocate(0), nullptr);
}

TEST(Memory, AFreedBlockIsReused) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "here each block comes from the system";
#endif
  for (size_t bytes : {128ul, 8000000ul}) {
    void* first = allocate(bytes);
    deallocate(first);
    void* second = allocate(bytes);
    EXPECT_EQ(first, second);
    deallocate(second);
  }
}

TEST(Memory, OtherThreadsMayFree) {
  std::vector<void*> blocks;
  for (int i = 0; i < 1000; ++i) blocks.push_back(allocate(256));
  std::thread([&] {
    for (void* p : blocks) deallocate(p);
    deallocate(allocate(256));
  }).join();
  release_cached_memory();
}

TEST(Memory, AnImpossibleSizeIsAnError) { EXPECT_THROW(allocate(size_t{1} << 60), Error); }

TEST(Generator, IsMt19937) {
  Generator g(5489);
  for (int i = 0; i < 9999; ++i) g.random();
  EXPECT_EQ(g.random(), 4123659995u);  // the 10,000th number, fixed by the C++ standard
}

TEST(Generator, StateRoundTripsWithCachedNormals) {
  Generator g(3), h(4);
  g.normal_double();
  std::vector<uint8_t> state(Generator::kStateBytes);
  g.get_state(state);
  h.set_state(state);
  for (int i = 0; i < 700; ++i) ASSERT_EQ(g.normal_double(), h.normal_double());
  state.resize(10);
  EXPECT_THROW(h.set_state(state), Error);
}

}  // namespace
}  // namespace flambeau
