#include "net/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/descriptor.h"
#include "net/files.h"

namespace lifeboat::net {
namespace {

constexpr size_t kReadBytes = 16 << 10;
// What is read of the output of a program that has ended; the pipe itself holds 64 KB.
constexpr int kLastReadsMax = 16;

/// Waits for a process that has ended, or was sent SIGKILL.
ChildExit Reap(pid_t pid) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0 && errno == EINTR) {
  }
  return {info.si_code != CLD_EXITED, info.si_status};
}

}  // namespace

struct ChildProcess::Impl {
  Impl(EventLoop& loop, const Spawned& spawned, ChildSpec spec)
      : spec(std::move(spec)), pid(spawned.pid), pid_fd(loop, spawned.pid_fd) {}

  ~Impl() {
    if (pid == 0 || !spec.die_with_parent) return;
    kill(-pid, SIGKILL);
    Reap(pid);
  }

  void AwaitOutput() {
    output->AwaitReadable([this] {
      if (ReadOutput()) AwaitOutput();
    });
  }

  /// False when nothing more will come.
  bool ReadOutput() {
    char buffer[kReadBytes];
    const ssize_t count = read(output->fd(), buffer, sizeof buffer);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    line.append(buffer, static_cast<size_t>(count));
    EmitLines();
    return true;
  }

  void EmitLines() {
    size_t begin = 0;
    for (size_t end; (end = line.find('\n', begin)) != std::string::npos; begin = end + 1) {
      Emit(std::string_view(line).substr(begin, end - begin));
    }
    line.erase(0, begin);
    if (line.size() > kLogLineBytesMax) Emit(std::exchange(line, {}));
  }

  void Emit(std::string_view text) {
    while (text.size() > kLogLineBytesMax) {
      spec.on_line(text.substr(0, kLogLineBytesMax));
      text.remove_prefix(kLogLineBytesMax);
    }
    spec.on_line(text);
  }

  void OnEnd() {
    // Before reaping, while its number can't be given to another group.
    kill(-pid, SIGKILL);
    const ChildExit exit = Reap(std::exchange(pid, 0));
    pid_fd.Close();
    if (output) {
      for (int i = 0; i < kLastReadsMax && ReadOutput(); ++i) {
      }
      output.reset();
      if (!line.empty()) Emit(std::exchange(line, {}));
    }
    // The callback may destroy us.
    if (auto on_exit = std::exchange(spec.on_exit, nullptr)) on_exit(exit);
  }

  ChildSpec spec;
  pid_t pid = 0;
  Descriptor pid_fd;
  std::unique_ptr<Descriptor> output;
  std::string line;
};

ChildProcess::ChildProcess(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ChildProcess::~ChildProcess() = default;

Result<std::unique_ptr<ChildProcess>> ChildProcess::Start(EventLoop& loop, Spawner& spawner,
                                                          ChildSpec spec) {
  SpawnSpec spawn{.argv = spec.argv,
                  .env = spec.env,
                  .folder = spec.folder,
                  .file_mask = spec.file_mask,
                  .die_with_parent = spec.die_with_parent};
  int pipe_fds[2] = {-1, -1};
  if (!spec.log_file.empty()) {
    spawn.output_fd =
        open(spec.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kPrivateFile);
    if (spawn.output_fd < 0) return Error{ErrorCode::kIo, ErrnoMessage(spec.log_file, errno)};
  } else if (spec.on_line) {
    if (pipe2(pipe_fds, O_CLOEXEC) != 0) return Error{ErrorCode::kIo, ErrnoMessage("pipe", errno)};
    fcntl(pipe_fds[0], F_SETFL, O_NONBLOCK);
    spawn.output_fd = pipe_fds[1];
  }
  const Result<Spawned> spawned = spawner.Spawn(spawn);
  if (spawn.output_fd >= 0) close(spawn.output_fd);
  if (!spawned) {
    if (pipe_fds[0] >= 0) close(pipe_fds[0]);
    return spawned.error();
  }
  auto impl = std::make_unique<Impl>(loop, *spawned, std::move(spec));
  impl->pid_fd.AwaitReadable([impl = impl.get()] { impl->OnEnd(); });
  if (pipe_fds[0] >= 0) {
    impl->output = std::make_unique<Descriptor>(loop, pipe_fds[0]);
    impl->AwaitOutput();
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(std::move(impl)));
}

pid_t ChildProcess::pid() const { return impl_->pid; }

void ChildProcess::Signal(int signal) {
  if (impl_->pid != 0) kill(impl_->pid, signal);
}

void ChildProcess::Kill() {
  if (impl_->pid != 0) kill(-impl_->pid, SIGKILL);
}

std::vector<std::string> InheritedEnvironment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable; ++variable) variables.emplace_back(*variable);
  return variables;
}

}  // namespace lifeboat::net
