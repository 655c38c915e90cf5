#include <c10/core/CopyBytes.h>
#include <c10/util/Exception.h>

#include <cstring>

namespace c10 {

namespace {
constinit CopyBytesFunction copiers[2][COMPILE_TIME_MAX_DEVICE_TYPES][COMPILE_TIME_MAX_DEVICE_TYPES] = {};
}

_CopyBytesFunctionRegisterer::_CopyBytesFunctionRegisterer(DeviceType from, DeviceType to, CopyBytesFunction func_sync,
                                                           CopyBytesFunction func_async) {
  const auto i = static_cast<size_t>(from), j = static_cast<size_t>(to);
  TORCH_CHECK(copiers[0][i][j] == nullptr, "Duplicate registration for device type pair ", from, ", ", to);
  copiers[0][i][j] = func_sync;
  copiers[1][i][j] = func_async != nullptr ? func_async : func_sync;
}

void CopyBytes(size_t nbytes, const void* src, Device src_device, void* dst, Device dst_device, bool async) {
  const auto from = src_device.type(), to = dst_device.type();
  if (const auto copy = copiers[async][static_cast<size_t>(from)][static_cast<size_t>(to)]) {
    copy(nbytes, src, src_device, dst, dst_device);
    return;
  }
  TORCH_CHECK(from == DeviceType::CPU && to == DeviceType::CPU, "No function found for copying from ", from, " to ",
              to);
  if (nbytes > 0) memcpy(dst, src, nbytes);
}

}  // namespace c10
