#include <c10/core/AutogradState.h>

namespace c10 {

AutogradState& AutogradState::get_tls_state() {
  thread_local AutogradState state(/*grad_mode=*/true, /*inference_mode=*/false, /*fw_grad_mode=*/true,
                                   /*multithreading_enabled=*/true);
  return state;
}

void AutogradState::set_tls_state(AutogradState state) { get_tls_state() = state; }

}  // namespace c10
