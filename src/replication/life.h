// Callbacks that may come after their owner has gone: they do nothing then.
#pragma once

#include <memory>
#include <utility>

namespace lifeboat::replication {

class Life {
 public:
  Life() = default;
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  /// `f`, as long as we live.
  template <class F>
  auto Guard(F f) const {
    return [alive = std::weak_ptr<const char>(token_), f = std::move(f)](auto&&... args) mutable {
      if (!alive.expired()) f(std::forward<decltype(args)>(args)...);
    };
  }

 private:
  std::shared_ptr<const char> token_ = std::make_shared<const char>();
};

}  // namespace lifeboat::replication
