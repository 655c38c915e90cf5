#include <c10/core/AutogradState.h>

#include "kernels/common/main_thread.h"

namespace c10 {

namespace {

constinit flambeau::MainThread<AutogradState> main_state;

struct ThreadState : AutogradState {
  ThreadState()
      : AutogradState(/*grad_mode=*/true, /*inference_mode=*/false, /*fw_grad_mode=*/true,
                      /*multithreading_enabled=*/true) {
    main_state.offer(*this);
  }
  ~ThreadState() { main_state.withdraw(*this); }
};

}  // namespace

AutogradState& AutogradState::get_tls_state() {
  if (AutogradState* main = main_state.get()) return *main;
  thread_local ThreadState state;
  return state;
}

void AutogradState::set_tls_state(AutogradState state) { get_tls_state() = state; }

}  // namespace c10
