// Relay: copies bytes between two streams, both ways, until both sides have ended. An end on one
// side is passed on as a half-close, so that the other direction can finish.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/stream.h"

namespace lifeboat::net {

class Relay : public std::enable_shared_from_this<Relay> {
 public:
  /// `to_a` and `to_b` are sent before what is read. `on_done` runs once, on the loop.
  Relay(std::unique_ptr<Stream> a, std::unique_ptr<Stream> b, std::string to_a, std::string to_b,
        std::function<void(Relay&)> on_done);
  void Start();

 private:
  struct Half {
    Stream& from;
    Stream& to;
    std::string buffer;
    size_t sent = 0;
    bool ended = false;
  };
  void Pump(Half& half);
  bool WriteBuffer(Half& half);
  bool ReadMore(Half& half);
  void Finish();

  std::unique_ptr<Stream> a_;
  std::unique_ptr<Stream> b_;
  Half a_to_b_;
  Half b_to_a_;
  std::function<void(Relay&)> on_done_;
};

}  // namespace lifeboat::net
