// Mirrors <c10/util/Registry.h> of PyTorch 2.13.
#pragma once

#include <c10/macros/Macros.h>
#include <c10/util/Type.h>
#include <c10/util/light_std.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace c10 {

template <typename KeyType>
inline std::string KeyStrRepr(const KeyType&) {
  return "[key type printing not supported]";
}
template <>
inline std::string KeyStrRepr(const std::string& key) {
  return key;
}

enum RegistryPriority {
  REGISTRY_FALLBACK = 1,
  REGISTRY_DEFAULT = 2,
  REGISTRY_PREFERRED = 3,
};

// Creators of objects, by key. Two of the same priority for one key are an error.
template <class SrcType, class ObjectPtrType, class... Args>
class Registry {
 public:
  typedef std::function<ObjectPtrType(Args...)> Creator;

  Registry(bool warning = true) : registry_(), priority_(), warning_(warning) {}
  ~Registry() = default;
  C10_DISABLE_COPY_AND_ASSIGN(Registry);
  Registry(Registry&&) = delete;
  Registry& operator=(Registry&&) = delete;

  void Register(const SrcType& key, Creator creator, const RegistryPriority priority = REGISTRY_DEFAULT) {
    std::lock_guard<std::mutex> lock(register_mutex_);
    const auto known = priority_.find(key);
    if (known == priority_.end() || priority > known->second) {
      registry_[key] = creator;
      priority_[key] = priority;
    } else if (priority == known->second) {
      const std::string message = "Key already registered with the same priority: " + KeyStrRepr(key);
      std::fprintf(stderr, "%s\n", message.c_str());
      if (terminate_) std::exit(1);
      throw std::runtime_error(message);
    } else if (warning_) {
      const std::string message =
          "Higher priority item already registered, skipping registration of " + KeyStrRepr(key);
      std::fprintf(stderr, "%s\n", message.c_str());
    }
  }
  void Register(const SrcType& key, Creator creator, const std::string& help_msg,
                const RegistryPriority priority = REGISTRY_DEFAULT) {
    Register(key, creator, priority);
    help_message_[key] = help_msg;
  }

  inline bool Has(const SrcType& key) { return registry_.count(key) != 0; }
  ObjectPtrType Create(const SrcType& key, Args... args) {
    const auto it = registry_.find(key);
    if (it == registry_.end()) return nullptr;
    return it->second(args...);
  }
  std::vector<SrcType> Keys() const {
    std::vector<SrcType> keys;
    keys.reserve(registry_.size());
    for (const auto& entry : registry_) keys.push_back(entry.first);
    return keys;
  }
  inline const std::unordered_map<SrcType, std::string>& HelpMessage() const { return help_message_; }
  const char* HelpMessage(const SrcType& key) const {
    const auto it = help_message_.find(key);
    return it == help_message_.end() ? nullptr : it->second.c_str();
  }
  /// Whether a duplicate ends the process, as it must while libraries are being loaded, or throws.
  void SetTerminate(bool terminate) { terminate_ = terminate; }

 private:
  std::unordered_map<SrcType, Creator> registry_;
  std::unordered_map<SrcType, RegistryPriority> priority_;
  bool terminate_{true};
  const bool warning_;
  std::unordered_map<SrcType, std::string> help_message_;
  std::mutex register_mutex_;
};

template <class SrcType, class ObjectPtrType, class... Args>
class Registerer {
 public:
  explicit Registerer(const SrcType& key, Registry<SrcType, ObjectPtrType, Args...>* registry,
                      typename Registry<SrcType, ObjectPtrType, Args...>::Creator creator,
                      const std::string& help_msg = "") {
    registry->Register(key, creator, help_msg);
  }
  explicit Registerer(const SrcType& key, const RegistryPriority priority,
                      Registry<SrcType, ObjectPtrType, Args...>* registry,
                      typename Registry<SrcType, ObjectPtrType, Args...>::Creator creator,
                      const std::string& help_msg = "") {
    registry->Register(key, creator, help_msg, priority);
  }
  template <class DerivedType>
  static ObjectPtrType DefaultCreator(Args... args) {
    return ObjectPtrType(new DerivedType(args...));
  }
};

}  // namespace c10

#define FLAMBEAU_DECLARE_REGISTRY(API, RegistryName, SrcType, ObjectType, PtrType, ...) \
  API ::c10::Registry<SrcType, PtrType<ObjectType>, ##__VA_ARGS__>* RegistryName();     \
  typedef ::c10::Registerer<SrcType, PtrType<ObjectType>, ##__VA_ARGS__> Registerer##RegistryName
#define C10_DECLARE_TYPED_REGISTRY(RegistryName, SrcType, ObjectType, PtrType, ...) \
  FLAMBEAU_DECLARE_REGISTRY(C10_API, RegistryName, SrcType, ObjectType, PtrType, ##__VA_ARGS__)
#define TORCH_DECLARE_TYPED_REGISTRY(RegistryName, SrcType, ObjectType, PtrType, ...) \
  FLAMBEAU_DECLARE_REGISTRY(TORCH_API, RegistryName, SrcType, ObjectType, PtrType, ##__VA_ARGS__)
#define FLAMBEAU_DEFINE_REGISTRY(warning, RegistryName, SrcType, ObjectType, PtrType, ...)  \
  C10_EXPORT ::c10::Registry<SrcType, PtrType<ObjectType>, ##__VA_ARGS__>* RegistryName() { \
    static ::c10::Registry<SrcType, PtrType<ObjectType>, ##__VA_ARGS__>* registry =         \
        new ::c10::Registry<SrcType, PtrType<ObjectType>, ##__VA_ARGS__>(warning);          \
    return registry;                                                                        \
  }
#define C10_DEFINE_TYPED_REGISTRY(RegistryName, SrcType, ObjectType, PtrType, ...) \
  FLAMBEAU_DEFINE_REGISTRY(true, RegistryName, SrcType, ObjectType, PtrType, ##__VA_ARGS__)
#define C10_DEFINE_TYPED_REGISTRY_WITHOUT_WARNING(RegistryName, SrcType, ObjectType, PtrType, ...) \
  FLAMBEAU_DEFINE_REGISTRY(false, RegistryName, SrcType, ObjectType, PtrType, ##__VA_ARGS__)

#define C10_REGISTER_TYPED_CREATOR(RegistryName, key, ...) \
  static Registerer##RegistryName C10_ANONYMOUS_VARIABLE(g_##RegistryName)(key, RegistryName(), ##__VA_ARGS__);
#define C10_REGISTER_TYPED_CREATOR_WITH_PRIORITY(RegistryName, key, priority, ...)                        \
  static Registerer##RegistryName C10_ANONYMOUS_VARIABLE(g_##RegistryName)(key, priority, RegistryName(), \
                                                                           ##__VA_ARGS__);
#define C10_REGISTER_TYPED_CLASS(RegistryName, key, ...)                          \
  static Registerer##RegistryName C10_ANONYMOUS_VARIABLE(g_##RegistryName)(       \
      key, RegistryName(), Registerer##RegistryName::DefaultCreator<__VA_ARGS__>, \
      ::c10::demangle_type<__VA_ARGS__>());
#define C10_REGISTER_TYPED_CLASS_WITH_PRIORITY(RegistryName, key, priority, ...)            \
  static Registerer##RegistryName C10_ANONYMOUS_VARIABLE(g_##RegistryName)(                 \
      key, priority, RegistryName(), Registerer##RegistryName::DefaultCreator<__VA_ARGS__>, \
      ::c10::demangle_type<__VA_ARGS__>());

#define C10_DECLARE_REGISTRY(RegistryName, ObjectType, ...) \
  C10_DECLARE_TYPED_REGISTRY(RegistryName, std::string, ObjectType, std::unique_ptr, ##__VA_ARGS__)
#define TORCH_DECLARE_REGISTRY(RegistryName, ObjectType, ...) \
  TORCH_DECLARE_TYPED_REGISTRY(RegistryName, std::string, ObjectType, std::unique_ptr, ##__VA_ARGS__)
#define C10_DEFINE_REGISTRY(RegistryName, ObjectType, ...) \
  C10_DEFINE_TYPED_REGISTRY(RegistryName, std::string, ObjectType, std::unique_ptr, ##__VA_ARGS__)
#define C10_DEFINE_REGISTRY_WITHOUT_WARNING(RegistryName, ObjectType, ...) \
  C10_DEFINE_TYPED_REGISTRY_WITHOUT_WARNING(RegistryName, std::string, ObjectType, std::unique_ptr, ##__VA_ARGS__)
#define C10_DECLARE_SHARED_REGISTRY(RegistryName, ObjectType, ...) \
  C10_DECLARE_TYPED_REGISTRY(RegistryName, std::string, ObjectType, std::shared_ptr, ##__VA_ARGS__)
#define TORCH_DECLARE_SHARED_REGISTRY(RegistryName, ObjectType, ...) \
  TORCH_DECLARE_TYPED_REGISTRY(RegistryName, std::string, ObjectType, std::shared_ptr, ##__VA_ARGS__)
#define C10_DEFINE_SHARED_REGISTRY(RegistryName, ObjectType, ...) \
  C10_DEFINE_TYPED_REGISTRY(RegistryName, std::string, ObjectType, std::shared_ptr, ##__VA_ARGS__)
#define C10_DEFINE_SHARED_REGISTRY_WITHOUT_WARNING(RegistryName, ObjectType, ...) \
  C10_DEFINE_TYPED_REGISTRY_WITHOUT_WARNING(RegistryName, std::string, ObjectType, std::shared_ptr, ##__VA_ARGS__)

#define C10_REGISTER_CREATOR(RegistryName, key, ...) C10_REGISTER_TYPED_CREATOR(RegistryName, #key, __VA_ARGS__)
#define C10_REGISTER_CREATOR_WITH_PRIORITY(RegistryName, key, priority, ...) \
  C10_REGISTER_TYPED_CREATOR_WITH_PRIORITY(RegistryName, #key, priority, __VA_ARGS__)
#define C10_REGISTER_CLASS(RegistryName, key, ...) C10_REGISTER_TYPED_CLASS(RegistryName, #key, __VA_ARGS__)
#define C10_REGISTER_CLASS_WITH_PRIORITY(RegistryName, key, priority, ...) \
  C10_REGISTER_TYPED_CLASS_WITH_PRIORITY(RegistryName, #key, priority, __VA_ARGS__)
