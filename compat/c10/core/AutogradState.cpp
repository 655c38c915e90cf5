#include <c10/core/AutogradState.h>

namespace c10 {

AutogradState& AutogradState::get_tls_state() {
  // Every operator asks: initial-exec spares the call that finds the thread's block, and 40 bytes fit where libraries
  // that are loaded late find room.
  [[gnu::tls_model("initial-exec")]] thread_local AutogradState state(/*grad_mode=*/true, /*inference_mode=*/false,
                                                                      /*fw_grad_mode=*/true,
                                                                      /*multithreading_enabled=*/true);
  return state;
}

void AutogradState::set_tls_state(AutogradState state) { get_tls_state() = state; }

}  // namespace c10
