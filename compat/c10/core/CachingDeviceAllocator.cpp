#include <c10/core/CachingDeviceAllocator.h>

namespace c10 {

DeviceAllocator::DeviceAllocator() = default;
DeviceAllocator::~DeviceAllocator() = default;

}  // namespace c10
