// Mirrors <c10/util/FileSystem.h> of PyTorch 2.13.
#pragma once

#include <filesystem>

namespace c10 {
namespace filesystem = std::filesystem;
}
