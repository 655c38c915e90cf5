// Storages in shared memory and mapped files.
#pragma once

#include <c10/core/Storage.h>

#include <string>

namespace flambeau::python {

/// Moves the bytes into shared memory; the descriptor is the caller's to close.
int share_by_descriptor(const c10::Storage& storage);
c10::Storage storage_from_descriptor(int fd, size_t bytes);
/// Moves the bytes into shared memory under a new name in /dev/shm, which lives until the storage that made it ends.
std::string share_by_name(const c10::Storage& storage);
c10::Storage storage_from_name(const char* name, size_t bytes);
/// A whole file if `bytes` is 0. A shared mapping grows the file as needed.
c10::Storage map_file(const char* path, bool shared, size_t bytes);
bool is_in_shared_memory(const c10::Storage& storage);
/// Name of the mapped file or shared memory, or nothing.
std::string file_of(const c10::Storage& storage);

}  // namespace flambeau::python
