#include <c10/util/thread_name.h>
#include <pthread.h>

namespace c10 {

// Linux keeps 15 characters.
void setThreadName(std::string name) {
  name.resize(name.size() < 15 ? name.size() : 15);
  pthread_setname_np(pthread_self(), name.c_str());
}

std::string getThreadName() {
  char name[16] = {};
  pthread_getname_np(pthread_self(), name, sizeof(name));
  return name;
}

}  // namespace c10
