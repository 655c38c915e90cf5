#include <c10/util/Backtrace.h>
#include <c10/util/Logging.h>
#include <c10/util/signal_handler.h>

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace c10 {

namespace {

constinit struct sigaction previous_sighup {};
constinit struct sigaction previous_sigint {};
constinit std::atomic<uint64_t> sigint_count = 0;
constinit std::atomic<uint64_t> sighup_count = 0;
constinit std::atomic<int> handlers = 0;

void call(const struct sigaction& action, int signal) {
  if (action.sa_handler != nullptr && action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL) {
    action.sa_handler(signal);
  }
}

void note_signal(int signal) {
  if (signal == SIGHUP) {
    sighup_count++;
    call(previous_sighup, signal);
  } else if (signal == SIGINT) {
    sigint_count++;
    call(previous_sigint, signal);
  }
}

void hook_signals() {
  if (handlers++ > 0) return;
  struct sigaction action {};
  action.sa_handler = &note_signal;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  if (sigaction(SIGHUP, &action, &previous_sighup) == -1) LOG(FATAL) << "Cannot install SIGHUP handler.";
  if (sigaction(SIGINT, &action, &previous_sigint) == -1) LOG(FATAL) << "Cannot install SIGINT handler.";
}

void unhook_signals() {
  if (--handlers > 0) return;
  if (sigaction(SIGHUP, &previous_sighup, nullptr) == -1) LOG(FATAL) << "Cannot uninstall SIGHUP handler.";
  if (sigaction(SIGINT, &previous_sigint, nullptr) == -1) LOG(FATAL) << "Cannot uninstall SIGINT handler.";
}

}  // namespace

SignalHandler::SignalHandler(SignalHandler::Action SIGINT_action, SignalHandler::Action SIGHUP_action)
    : SIGINT_action_(SIGINT_action),
      SIGHUP_action_(SIGHUP_action),
      my_sigint_count_(sigint_count.load()),
      my_sighup_count_(sighup_count.load()) {
  hook_signals();
}

SignalHandler::~SignalHandler() { unhook_signals(); }

bool SignalHandler::GotSIGINT() {
  const uint64_t count = sigint_count;
  return my_sigint_count_.exchange(count) != count;
}

bool SignalHandler::GotSIGHUP() {
  const uint64_t count = sighup_count;
  return my_sighup_count_.exchange(count) != count;
}

SignalHandler::Action SignalHandler::CheckForSignals() {
  if (GotSIGHUP()) return SIGHUP_action_;
  if (GotSIGINT()) return SIGINT_action_;
  return SignalHandler::Action::NONE;
}

#if defined(C10_SUPPORTS_FATAL_SIGNAL_HANDLERS)

FatalSignalHandler::signal_handler FatalSignalHandler::kSignalHandlers[] = {
    {"SIGABRT", SIGABRT, {}}, {"SIGINT", SIGINT, {}},   {"SIGILL", SIGILL, {}}, {"SIGFPE", SIGFPE, {}},
    {"SIGBUS", SIGBUS, {}},   {"SIGSEGV", SIGSEGV, {}}, {nullptr, 0, {}}};

FatalSignalHandler& FatalSignalHandler::getInstance() {
  static auto* handler = new FatalSignalHandler();
  return *handler;
}

FatalSignalHandler::FatalSignalHandler()
    : fatalSignalHandlersInstalled(false),
      fatalSignalReceived(false),
      fatalSignalName("<UNKNOWN>"),
      signalReceived(false) {}

struct sigaction* FatalSignalHandler::getPreviousSigaction(int signum) {
  for (auto* handler = kSignalHandlers; handler->name != nullptr; handler++) {
    if (handler->signum == signum) return &handler->previous;
  }
  return nullptr;
}

const char* FatalSignalHandler::getSignalName(int signum) {
  for (auto* handler = kSignalHandlers; handler->name != nullptr; handler++) {
    if (handler->signum == signum) return handler->name;
  }
  return nullptr;
}

void FatalSignalHandler::callPreviousSignalHandler(struct sigaction* action, int signum, siginfo_t* info, void* ctx) {
  if (!action->sa_handler) return;
  if ((action->sa_flags & SA_SIGINFO) == SA_SIGINFO) {
    action->sa_sigaction(signum, info, ctx);
  } else if (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN) {
    action->sa_handler(signum);
  }
}

void FatalSignalHandler::stacktraceSignalHandler(bool needsLock) {
  std::unique_lock<std::mutex> lock(writingMutex, std::defer_lock);
  if (needsLock) lock.lock();
  const auto thread = static_cast<long>(syscall(SYS_gettid));
  std::fprintf(stderr, "%s(%d), PID: %d, Thread %ld: \n%s\n", fatalSignalName, fatalSignum, getpid(), thread,
               c10::get_backtrace().c_str());
  signalReceived = true;
  writingCond.notify_all();
}

void FatalSignalHandler::stacktraceSignalHandlerStatic(int signum, siginfo_t* info, void* ctx) {
  getInstance().stacktraceSignalHandler(signum, info, ctx);
}

void FatalSignalHandler::stacktraceSignalHandler(int signum, siginfo_t* info, void* ctx) {
  if (fatalSignalReceived) {
    stacktraceSignalHandler(true);
  } else {
    callPreviousSignalHandler(&previousSigusr2, signum, info, ctx);
  }
}

void FatalSignalHandler::fatalSignalHandlerPostProcess() {}

void FatalSignalHandler::fatalSignalHandlerStatic(int signum, siginfo_t* info, void* /*ctx*/) {
  getInstance().fatalSignalHandler(signum, info);
}

void FatalSignalHandler::fatalSignalHandler(int signum, siginfo_t* info) {
  // A second one, such as in the code below, must end the program at once.
  if (fatalSignalReceived.exchange(true)) return;
  if (const char* name = getSignalName(signum)) fatalSignalName = name;
  fatalSignum = signum;
  if (DIR* threads = opendir("/proc/self/task")) {
    const pid_t self = static_cast<pid_t>(syscall(SYS_gettid));
    std::unique_lock<std::mutex> lock(writingMutex);
    while (const dirent* entry = readdir(threads)) {
      if (entry->d_name[0] == '.') continue;
      const auto thread = static_cast<pid_t>(std::atoi(entry->d_name));
      if (thread == self) {
        stacktraceSignalHandler(/*needsLock=*/false);
        continue;
      }
      // Each prints for itself; one that does not answer is passed over.
      signalReceived = false;
      syscall(SYS_tgkill, getpid(), thread, SIGUSR2);
      writingCond.wait_for(lock, std::chrono::seconds(2), [this] { return signalReceived; });
    }
    closedir(threads);
  } else {
    perror("Failed to open /proc/self/task");
  }
  fatalSignalHandlerPostProcess();
  sigaction(signum, getPreviousSigaction(signum), nullptr);
  // A signal from outside would not come again by itself.
  if (info == nullptr || info->si_code <= 0) raise(signum);
}

void FatalSignalHandler::installFatalSignalHandlers() {
  const std::lock_guard<std::mutex> lock(fatalSignalHandlersInstallationMutex);
  if (fatalSignalHandlersInstalled) return;
  fatalSignalHandlersInstalled = true;
  struct sigaction action {};
  sigemptyset(&action.sa_mask);
  // On the alternate stack, as the ordinary one may be what overflowed.
  action.sa_flags = SA_NODEFER | SA_SIGINFO | SA_ONSTACK;
  action.sa_sigaction = FatalSignalHandler::fatalSignalHandlerStatic;
  for (auto* handler = kSignalHandlers; handler->name != nullptr; handler++) {
    if (sigaction(handler->signum, &action, &handler->previous)) {
      LOG(ERROR) << "Failed to add " << handler->name << " handler!";
    }
  }
  action.sa_sigaction = FatalSignalHandler::stacktraceSignalHandlerStatic;
  if (sigaction(SIGUSR2, &action, &previousSigusr2)) LOG(ERROR) << "Failed to add SIGUSR2 handler!";
}

void FatalSignalHandler::uninstallFatalSignalHandlers() {
  const std::lock_guard<std::mutex> lock(fatalSignalHandlersInstallationMutex);
  if (!fatalSignalHandlersInstalled) return;
  fatalSignalHandlersInstalled = false;
  for (auto* handler = kSignalHandlers; handler->name != nullptr; handler++) {
    if (sigaction(handler->signum, &handler->previous, nullptr)) {
      LOG(ERROR) << "Failed to remove " << handler->name << " handler!";
    } else {
      handler->previous = {};
    }
  }
  if (sigaction(SIGUSR2, &previousSigusr2, nullptr)) {
    LOG(ERROR) << "Failed to remove SIGUSR2 handler!";
  } else {
    previousSigusr2 = {};
  }
}

void FatalSignalHandler::setPrintStackTracesOnFatalSignal(bool print) {
  if (print) {
    installFatalSignalHandlers();
  } else {
    uninstallFatalSignalHandlers();
  }
}

bool FatalSignalHandler::printStackTracesOnFatalSignal() {
  const std::lock_guard<std::mutex> lock(fatalSignalHandlersInstallationMutex);
  return fatalSignalHandlersInstalled;
}

#endif

}  // namespace c10
