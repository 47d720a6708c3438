// Lifeline: lets the callbacks that an object has handed out fall silent when the object is gone.
#pragma once

#include <memory>
#include <utility>

namespace lifeboat::client {

/// A member declared last of its object. Callbacks wrapped by Guard do nothing once the object was
/// destroyed. One thread only.
class Lifeline {
 public:
  template <class F>
  auto Guard(F f) const {
    return [alive = std::weak_ptr<char>(token_), f = std::move(f)](auto&&... args) mutable {
      if (!alive.expired()) f(std::forward<decltype(args)>(args)...);
    };
  }

 private:
  std::shared_ptr<char> token_ = std::make_shared<char>();
};

}  // namespace lifeboat::client
