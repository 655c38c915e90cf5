// Mirrors <c10/util/logging_is_google_glog.h> of PyTorch 2.13.
#pragma once

#include <c10/util/logging_is_not_google_glog.h>
