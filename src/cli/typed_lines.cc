#include "cli/typed_lines.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace lifeboat::cli {
namespace {

constexpr size_t kMaxTerminalName = 256;
/// Nobody types more before Enter.
constexpr size_t kMaxLine = 4096;

}  // namespace

bool TypedLines::Possible() { return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1; }

/// The terminal is opened anew: the loop needs it non-blocking, and the standard input is shared
/// with the shell, which does not expect that.
Result<std::unique_ptr<TypedLines>> TypedLines::Open(net::EventLoop& loop) {
  std::array<char, kMaxTerminalName> name{};
  if (const int error = ttyname_r(STDIN_FILENO, name.data(), name.size()); error != 0)
    return Error{ErrorCode::kIo,
                 fmt::format("the standard input is no terminal: {}", std::strerror(error))};
  const int fd = open(name.data(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return Error{ErrorCode::kIo,
                 fmt::format("cannot read {}: {}", name.data(), std::strerror(errno))};
  std::unique_ptr<TypedLines> lines(new TypedLines(loop, fd));
  lines->Await();
  return lines;
}

void TypedLines::Listen(std::function<void(const std::string&)> on_line) {
  on_line_ = std::move(on_line);
}

void TypedLines::Await() {
  terminal_.AwaitReadable([this] { Read(); });
}

void TypedLines::Read() {
  std::array<char, kMaxLine> buffer{};
  const ssize_t n = read(terminal_.fd(), buffer.data(), buffer.size());
  // At its end nobody can type any more; the drill goes on to its limits.
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return terminal_.Close();
  if (n > 0) rest_.append(buffer.data(), static_cast<size_t>(n));
  for (size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
    const std::string line = rest_.substr(0, end);
    rest_.erase(0, end + 1);
    // A listener may put another one into its place.
    if (const auto on_line = on_line_) on_line(line);
  }
  if (rest_.size() > kMaxLine) rest_.clear();
  Await();
}

}  // namespace lifeboat::cli
