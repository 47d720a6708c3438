#include "net/spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "net/system.h"

namespace lifeboat::net {
namespace {

/// All that the child needs between vfork and exec, made before, since it may not allocate.
struct ChildPlan {
  const char* path = nullptr;
  std::vector<char*> argv;
  std::vector<char*> env;
  const char* folder = nullptr;
  int input_fd = -1;
  int output_fd = -1;
  pid_t parent = 0;
  std::optional<mode_t> file_mask;
  bool die_with_parent = true;
  int error = 0;  ///< Written by the child, whose memory is ours until it runs its program.
};

/// Above the standard three, so that dup2 over those can't hit it.
class HighDescriptor {
 public:
  explicit HighDescriptor(int fd) : fd_(fcntl(fd, F_DUPFD_CLOEXEC, 3)) {}
  ~HighDescriptor() {
    if (fd_ >= 0) close(fd_);
  }
  HighDescriptor(const HighDescriptor&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

void ResetSignals() {
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (sigaction(number, nullptr, &action) != 0) continue;
    // What we ignore for our own sake would otherwise stay ignored; our handlers are not its.
    if (action.sa_handler == SIG_DFL || (action.sa_handler == SIG_IGN && number != SIGPIPE))
      continue;
    action = {};
    action.sa_handler = SIG_DFL;
    sigaction(number, &action, nullptr);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Runs in the child: only system calls from here on.
[[noreturn]] void BecomeProgram(ChildPlan& plan) {
  setsid();
  if (plan.die_with_parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != plan.parent) _exit(127);  // It died before the line above.
  }
  ResetSignals();
  if (plan.file_mask) umask(*plan.file_mask);
  const bool ready = dup2(plan.input_fd, 0) >= 0 && dup2(plan.output_fd, 1) >= 0 &&
                     dup2(plan.output_fd, 2) >= 0 && close_range(3, ~0U, 0) == 0 &&
                     (plan.folder == nullptr || chdir(plan.folder) == 0);
  if (ready) execve(plan.path, plan.argv.data(), plan.env.data());
  plan.error = errno;
  _exit(127);
}

[[gnu::noinline]] pid_t ForkInto(ChildPlan& plan) {
  const pid_t pid = vfork();
  if (pid == 0) BecomeProgram(plan);
  return pid;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// glibc 2.36 declares pidfd_open without C linkage.
int OpenPidFd(pid_t pid) { return static_cast<int>(syscall(SYS_pidfd_open, pid, 0)); }

Error SpawnError(const std::string& path, int error) {
  ErrorCode code = ErrorCode::kIo;
  if (error == ENOENT) code = ErrorCode::kNotFound;
  if (error == EACCES || error == ENOEXEC) code = ErrorCode::kInvalid;
  return {code, ErrnoMessage(path, error)};
}

Result<Spawned> Start(const SpawnSpec& spec) {
  const int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
  const HighDescriptor input(null_fd);
  const HighDescriptor output(spec.output_fd >= 0 ? spec.output_fd : null_fd);
  if (null_fd >= 0) close(null_fd);
  ChildPlan plan{.path = spec.argv[0].c_str(),
                 .argv = Pointers(spec.argv),
                 .env = Pointers(spec.env),
                 .folder = spec.folder.empty() ? nullptr : spec.folder.c_str(),
                 .input_fd = input.fd(),
                 .output_fd = output.fd(),
                 .parent = getpid(),
                 .file_mask = spec.file_mask,
                 .die_with_parent = spec.die_with_parent};
  // No handler of ours may run in the child.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ForkInto(plan);
  const int fork_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return SpawnError(spec.argv[0], fork_error);
  const int pid_fd = plan.error == 0 ? OpenPidFd(pid) : -1;
  if (pid_fd < 0) {
    const int error = plan.error != 0 ? plan.error : errno;
    kill(pid, SIGKILL);
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return SpawnError(spec.argv[0], error);
  }
  return Spawned{pid, pid_fd};
}

}  // namespace

Spawner::Spawner() : thread_([this] { Work(); }) {}

Spawner::~Spawner() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<Spawned> Spawner::Spawn(const SpawnSpec& spec) {
  Check(!spec.argv.empty(), "there is a program");
  std::unique_lock lock(mutex_);
  asked_ = &spec;
  changed_.notify_all();
  changed_.wait(lock, [this] { return answer_.has_value(); });
  return *std::exchange(answer_, std::nullopt);
}

void Spawner::Work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || asked_; });
    if (stopping_) return;
    answer_ = Start(*std::exchange(asked_, nullptr));
    changed_.notify_all();
  }
}

}  // namespace lifeboat::net
