// Mirrors <c10/util/tempfile.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>
#include <c10/util/light_std.h>

#include <string>
#include <string_view>
#include <utility>

namespace c10 {

// Open until it is destroyed; its name is removed then too.
struct C10_API TempFile {
  TempFile(std::string_view name, int fd = -1) noexcept : fd(fd), name(name) {}
  TempFile(const TempFile&) = delete;
  TempFile(TempFile&& other) noexcept : fd(std::exchange(other.fd, -1)), name(std::move(other.name)) {
    other.name.clear();
  }
  TempFile& operator=(const TempFile&) = delete;
  TempFile& operator=(TempFile&& other) noexcept {
    fd = std::exchange(other.fd, -1);
    name = std::move(other.name);
    other.name.clear();
    return *this;
  }
  ~TempFile();

  int fd;
  std::string name;
};

// Removed when it is destroyed, if it is empty by then.
struct C10_API TempDir {
  TempDir() = delete;
  explicit TempDir(std::string_view name) noexcept : name(name) {}
  TempDir(const TempDir&) = delete;
  TempDir(TempDir&& other) noexcept : name(std::move(other.name)) { other.name.clear(); }
  TempDir& operator=(const TempDir&) = delete;
  TempDir& operator=(TempDir&& other) noexcept {
    name = std::move(other.name);
    other.name.clear();
    return *this;
  }
  ~TempDir();

  std::string name;
};

/// In the directory that TMPDIR, TMP, TEMP or TEMPDIR names, else /tmp.
C10_API std::optional<TempFile> try_make_tempfile(std::string_view name_prefix = "torch-file-");
C10_API TempFile make_tempfile(std::string_view name_prefix = "torch-file-");
C10_API std::optional<TempDir> try_make_tempdir(std::string_view name_prefix = "torch-dir-");
C10_API TempDir make_tempdir(std::string_view name_prefix = "torch-dir-");

}  // namespace c10
