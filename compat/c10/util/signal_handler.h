// Mirrors <c10/util/signal_handler.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Export.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <mutex>

#if defined(__linux__) && !defined(C10_DISABLE_SIGNAL_HANDLERS)
#define C10_SUPPORTS_FATAL_SIGNAL_HANDLERS
#define C10_SUPPORTS_SIGNAL_HANDLER
#endif

#if defined(C10_SUPPORTS_FATAL_SIGNAL_HANDLERS)
#include <pthread.h>

#include <condition_variable>
#endif

namespace c10 {

// Notes interrupts and hang-ups while any such object lives, and says what was asked for in that case.
class C10_API SignalHandler {
 public:
  enum class Action { NONE, STOP };

  SignalHandler(Action SIGINT_action, Action SIGHUP_action);
  SignalHandler(const SignalHandler&) = delete;
  SignalHandler(SignalHandler&&) = delete;
  SignalHandler& operator=(const SignalHandler&) = delete;
  SignalHandler& operator=(SignalHandler&&) = delete;
  ~SignalHandler();

  Action CheckForSignals();
  bool GotSIGINT();
  bool GotSIGHUP();

  Action SIGINT_action_;
  Action SIGHUP_action_;
  std::atomic<uint64_t> my_sigint_count_;
  std::atomic<uint64_t> my_sighup_count_;
};

#if defined(C10_SUPPORTS_FATAL_SIGNAL_HANDLERS)
// Prints where each thread stands when the program dies of a signal.
class C10_API FatalSignalHandler {
 public:
  C10_API void setPrintStackTracesOnFatalSignal(bool print);
  C10_API bool printStackTracesOnFatalSignal();
  static FatalSignalHandler& getInstance();
  FatalSignalHandler(const FatalSignalHandler&) = delete;
  FatalSignalHandler(FatalSignalHandler&&) = delete;
  FatalSignalHandler& operator=(const FatalSignalHandler&) = delete;
  FatalSignalHandler& operator=(FatalSignalHandler&&) = delete;
  virtual ~FatalSignalHandler() = default;

 protected:
  explicit FatalSignalHandler();

 private:
  void installFatalSignalHandlers();
  void uninstallFatalSignalHandlers();
  static void fatalSignalHandlerStatic(int signum, siginfo_t* info, void* ctx);
  void fatalSignalHandler(int signum, siginfo_t* info);
  virtual void fatalSignalHandlerPostProcess();
  struct sigaction* getPreviousSigaction(int signum);
  const char* getSignalName(int signum);
  void callPreviousSignalHandler(struct sigaction* action, int signum, siginfo_t* info, void* ctx);
  void stacktraceSignalHandler(bool needsLock);
  static void stacktraceSignalHandlerStatic(int signum, siginfo_t* info, void* ctx);
  void stacktraceSignalHandler(int signum, siginfo_t* info, void* ctx);

  std::mutex fatalSignalHandlersInstallationMutex;
  bool fatalSignalHandlersInstalled;
  struct sigaction previousSigusr2 {};
  std::atomic<bool> fatalSignalReceived;
  const char* fatalSignalName;
  int fatalSignum = -1;
  std::condition_variable writingCond;
  std::mutex writingMutex;
  bool signalReceived;

  struct signal_handler {
    const char* name;
    int signum;
    struct sigaction previous;
  };
  static signal_handler kSignalHandlers[];
};
#endif

}  // namespace c10
