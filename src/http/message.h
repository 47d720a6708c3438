// HTTP messages as values. Reading them from sockets and writing them to sockets is net/'s.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lifeboat::http {

/// Header fields in the order received, names compared without case (RFC 9110, section 5.1).
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;
  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The first field of that name; nullptr when there is none.
  const std::string* Find(std::string_view name) const;
  /// The first field's value, or empty.
  std::string_view Get(std::string_view name) const;
  /// Adds a field, even when there is one of that name.
  void Add(std::string name, std::string value);
  /// Replaces every field of that name by one.
  void Set(std::string name, std::string value);
  void Erase(std::string_view name);

  size_t size() const { return fields_.size(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

/// A request as it arrived, or as it is to be sent.
struct Request {
  std::string method = "GET";
  std::string target = "/";  ///< As on the request line: path and query, still encoded.
  Headers headers;
  std::string body;

  // Filled by the server side only: facts of the connection, and the trailers of a chunked body,
  // which must not pass for headers.
  std::string peer_address;
  bool tls = false;
  Headers trailers;

  std::string_view host() const { return headers.Get("Host"); }
};

/// A body that is made as its receiver takes it: of a long one that goes to a slow client no more
/// than a piece is in memory.
class BodyPieces {
 public:
  virtual ~BodyPieces() = default;
  /// Of all pieces together.
  virtual uint64_t size() const = 0;
  /// The next piece; empty behind the last; nullopt when it can't be had any more, after which the
  /// connection is cut, so that nobody takes what came for the whole.
  virtual std::optional<std::string> Next() = 0;
};

struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  std::shared_ptr<BodyPieces> pieces;  ///< In place of the body, unless null.
};

/// Takes the answer of a request; called exactly once, on the owner's thread, maybe before the
/// function that took it returns.
using Reply = std::function<void(Response)>;

/// A target split: `/a/b?x=1` is {"/a/b", "x=1"}. Nothing is decoded.
struct Target {
  std::string_view path;
  std::string_view query;
};
Target SplitTarget(std::string_view target);

/// Query or form parameters, decoded, in order; `a` without `=` has an empty value.
class Params {
 public:
  Params() = default;
  static Params Parse(std::string_view encoded);
  const std::string* Find(std::string_view name) const;
  std::string_view Get(std::string_view name) const;
  auto begin() const { return params_.begin(); }
  auto end() const { return params_.end(); }
  size_t size() const { return params_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> params_;
};

/// `example.com:8443` without its port, lower-case; IPv6 brackets stay.
std::string HostWithoutPort(std::string_view host);

/// RFC 9110's reason phrase; empty for unknown codes.
std::string_view ReasonPhrase(int status);

struct Url {
  std::string scheme;  ///< http or https
  std::string host;
  uint16_t port = 0;  ///< The scheme's default when not given.
  std::string target = "/";
};
std::optional<Url> ParseUrl(std::string_view text);

}  // namespace lifeboat::http
