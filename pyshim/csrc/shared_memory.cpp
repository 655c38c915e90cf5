#include "pyshim/csrc/shared_memory.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <random>

namespace flambeau::python {

namespace {

/// A mapping, the context of a storage's DataPtr.
struct Mapping {
  void* data = nullptr;
  size_t bytes = 0;
  int fd = -1;  // kept open for _share_fd_cpu_ to be called again
  bool shared = false;
  std::string name;         // of the file
  std::string unlink_name;  // removed with the mapping

  ~Mapping() {
    if (bytes) ::munmap(data, bytes);
    if (fd >= 0) ::close(fd);
    if (!unlink_name.empty()) ::shm_unlink(unlink_name.c_str());
  }
  static void free(void* m) { delete static_cast<Mapping*>(m); }
};

Mapping* mapping_of(const c10::Storage& s) { return s.data_ptr().cast_context<Mapping>(&Mapping::free); }

std::unique_ptr<Mapping> map(int fd, size_t bytes, bool shared, bool writable = true) {
  auto m = std::make_unique<Mapping>();
  m->fd = fd;
  m->shared = shared;
  if (bytes) {
    m->data = ::mmap(nullptr, bytes, PROT_READ | (writable ? PROT_WRITE : 0), shared ? MAP_SHARED : MAP_PRIVATE, fd, 0);
    TORCH_CHECK(m->data != MAP_FAILED, "unable to mmap ", bytes, " bytes: ", std::strerror(errno), " (", errno, ")");
  }
  m->bytes = bytes;
  return m;
}

c10::DataPtr pointer(std::unique_ptr<Mapping> m) {
  void* data = m->data;
  return {data, m.release(), &Mapping::free, c10::Device(c10::kCPU)};
}
c10::Storage storage(std::unique_ptr<Mapping> m) {
  size_t bytes = m->bytes;
  return c10::Storage(c10::make_intrusive<c10::StorageImpl>(c10::StorageImpl::use_byte_size_t(), bytes,
                                                            pointer(std::move(m)), nullptr, false));
}

std::string fresh_name() {
  static std::atomic<uint64_t> count{0};
  std::random_device random;
  return "/torch_" + std::to_string(::getpid()) + "_" + std::to_string(random()) + "_" + std::to_string(count++);
}

int create(const std::string& name, size_t bytes) {
  int fd = ::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  TORCH_CHECK(fd >= 0, "unable to open shared memory object <", name, "> in read-write mode: ", std::strerror(errno),
              " (", errno, ")");
  if (::ftruncate(fd, static_cast<off_t>(bytes)) < 0) {
    int error = errno;
    ::close(fd);
    ::shm_unlink(name.c_str());
    TORCH_CHECK(false, "unable to resize shared memory <", name, "> to ", bytes, " bytes: ", std::strerror(error), " (",
                error, ")");
  }
  return fd;
}

/// Replaces the storage's memory by the mapping, with the same bytes in it.
void move_into(const c10::Storage& s, std::unique_ptr<Mapping> m) {
  if (m->bytes) std::memcpy(m->data, s.data(), m->bytes);
  s.unsafeGetStorageImpl()->set_data_ptr(pointer(std::move(m)));
  s.unsafeGetStorageImpl()->set_resizable(false);
}

}  // namespace

int share_by_descriptor(const c10::Storage& s) {
  Mapping* known = mapping_of(s);
  if (!known || !known->shared || known->fd < 0) {
    std::string name = fresh_name();
    int fd = create(name, s.nbytes());
    ::shm_unlink(name.c_str());
    move_into(s, map(fd, s.nbytes(), true));
    known = mapping_of(s);
  }
  int copy = ::fcntl(known->fd, F_DUPFD_CLOEXEC, 0);
  TORCH_CHECK(copy >= 0, "could not duplicate a shared memory descriptor: ", std::strerror(errno));
  return copy;
}

c10::Storage storage_from_descriptor(int fd, size_t bytes) {
  int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  TORCH_CHECK(copy >= 0, "could not duplicate a shared memory file descriptor: ", std::strerror(errno));
  struct stat status;
  if (::fstat(copy, &status) < 0 || static_cast<size_t>(status.st_size) < bytes) {
    ::close(copy);
    TORCH_CHECK(false, "shared memory is smaller than ", bytes, " bytes");
  }
  return storage(map(copy, bytes, true));
}

std::string share_by_name(const c10::Storage& s) {
  Mapping* known = mapping_of(s);
  if (known && known->shared && !known->name.empty()) return known->name;
  std::string name = fresh_name();
  auto m = map(create(name, s.nbytes()), s.nbytes(), true);
  m->name = m->unlink_name = name;
  move_into(s, std::move(m));
  return name;
}

c10::Storage storage_from_name(const char* name, size_t bytes) {
  int fd = ::shm_open(name, O_RDWR | O_CLOEXEC, 0600);
  TORCH_CHECK(fd >= 0, "unable to open shared memory object <", name, "> in read-write mode: ", std::strerror(errno),
              " (", errno, ")");
  struct stat status;
  if (::fstat(fd, &status) < 0 || static_cast<size_t>(status.st_size) < bytes) {
    ::close(fd);
    TORCH_CHECK(false, "shared memory object <", name, "> is smaller than ", bytes, " bytes");
  }
  auto m = map(fd, bytes, true);
  m->name = name;
  return storage(std::move(m));
}

c10::Storage map_file(const char* path, bool shared, size_t bytes) {
  int fd = ::open(path, (shared ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0600);
  TORCH_CHECK(fd >= 0, "unable to open file <", path, "> in ", shared ? "read-write" : "read-only",
              " mode: ", std::strerror(errno), " (", errno, ")");
  struct stat status;
  if (::fstat(fd, &status) < 0) status.st_size = 0;
  auto size = static_cast<size_t>(status.st_size);
  if (bytes == 0) bytes = size;
  if (bytes > size && (!shared || ::ftruncate(fd, static_cast<off_t>(bytes)) < 0)) {
    ::close(fd);
    TORCH_CHECK(false, "file <", path, "> size <", size, "> is smaller than the required mapping size <", bytes, ">");
  }
  auto m = map(fd, bytes, shared);
  m->name = path;
  return storage(std::move(m));
}

bool is_in_shared_memory(const c10::Storage& s) {
  Mapping* m = mapping_of(s);
  return m && m->shared;
}

std::string file_of(const c10::Storage& s) {
  Mapping* m = mapping_of(s);
  return m ? m->name : "";
}

}  // namespace flambeau::python
