// Free blocks of one size that a thread keeps for what it allocates next.
#pragma once

#include <cstdint>

namespace flambeau {

struct FreeBlock {
  FreeBlock* next;
};

struct BlockBin {
  FreeBlock* head;
  uint32_t room;  ///< how many more blocks may be kept

  /// The block that came last, or null.
  void* take() {
    FreeBlock* const block = head;
    if (block) head = block->next, ++room;
    return block;
  }
  /// False where there is no room.
  bool keep(void* data) {
    if (room == 0) return false;
    auto* block = static_cast<FreeBlock*>(data);
    block->next = head;
    head = block;
    --room;
    return true;
  }
};

}  // namespace flambeau
