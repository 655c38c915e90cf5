#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <ostream>

namespace c10 {

void* Stream::native_handle() const { return impl::VirtualGuardImpl{device_.type()}.getStreamNativeHandle(*this); }
bool Stream::query() const { return impl::VirtualGuardImpl{device_.type()}.queryStream(*this); }
void Stream::synchronize() const { impl::VirtualGuardImpl{device_.type()}.synchronizeStream(*this); }
bool Stream::is_capturing() const { return impl::VirtualGuardImpl{device_.type()}.isStreamCapturing(*this); }

std::ostream& operator<<(std::ostream& stream, const Stream& s) {
  return stream << "stream " << s.id() << " on device " << s.device();
}

}  // namespace c10
