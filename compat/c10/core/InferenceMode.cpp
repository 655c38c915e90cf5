#include <c10/core/InferenceMode.h>

namespace c10 {

bool InferenceMode::is_enabled() { return AutogradState::get_tls_state().get_inference_mode(); }

}  // namespace c10
