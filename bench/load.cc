// A load generator for DynamoDB endpoints: signed requests over keep-alive connections, one thread,
// epoll. Closed loop (--rate 0: as fast as the connections allow) or open loop (--rate N: each
// request has its time, and its latency counts from that time, so that a stall is not hidden by the
// generator waiting for it).
//
// put, get, mixed, scan and batch use a table with the partition key id; query one with the sort
// key n beside it, ten items to a partition; fill and fill-ordered write --items items into them,
// each once, and end.
//
//   bench_load --address 127.0.11.1 --port 8080 --table t --op put --connections 64 --seconds 5
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "auth/sigv4.h"
#include "base/bytes.h"
#include "base/prng.h"
#include "json/value.h"

namespace lifeboat::bench {
namespace {

struct Options {
  std::string address = "127.0.11.1";
  uint16_t port = 8080;
  std::string region = "us-east-1";
  std::string table = "bench";
  std::string op = "put";  // put, get, mixed, query, scan, batch, fill, fill-ordered
  int connections = 16;
  int rate = 0;
  double seconds = 5;
  uint64_t items = 100'000;
  uint64_t seed = 1;
  int value_bytes = 256;
};

int64_t NowNs() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

WallTime WallNow() {
  return {std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds(1)};
}

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "bench_load: %s\n", why.c_str());
  std::exit(2);
}

/// Makes the requests, signed, one after another.
class Requests {
 public:
  explicit Requests(const Options& options) : options_(options), prng_(options.seed) {
    value_.assign(static_cast<size_t>(options.value_bytes), 'v');
  }

  std::string Next() {
    std::string op = options_.op;
    if (op == "mixed") op = prng_.Chance(1, 2) ? "put" : "get";
    http::Request request;
    request.method = "POST";
    request.headers.Add("Host", fmt::format("{}:{}", options_.address, options_.port));
    request.headers.Add("Content-Type", "application/x-amz-json-1.0");
    request.headers.Add("X-Amz-Target", "DynamoDB_20120810." + TargetOf(op));
    request.body = Body(op);
    auth::Sign(request, {"test", "test", "", ""}, options_.region, "dynamodb", WallNow());
    std::string bytes = "POST / HTTP/1.1\r\n";
    for (const auto& [name, value] : request.headers) bytes += name + ": " + value + "\r\n";
    bytes += fmt::format("Content-Length: {}\r\n\r\n", request.body.size());
    return bytes + request.body;
  }

  bool AllFilled() const { return filled_ >= options_.items; }

 private:
  static constexpr int kBatch = 25;
  static constexpr uint64_t kPerPartition = 10;

  static std::string TargetOf(const std::string& op) {
    static const std::map<std::string, std::string> targets = {{"put", "PutItem"},
                                                               {"get", "GetItem"},
                                                               {"query", "Query"},
                                                               {"scan", "Scan"},
                                                               {"batch", "BatchWriteItem"},
                                                               {"fill", "BatchWriteItem"},
                                                               {"fill-ordered", "BatchWriteItem"}};
    const auto it = targets.find(op);
    if (it == targets.end()) Die("unknown --op " + op);
    return it->second;
  }

  static std::string KeyOf(uint64_t number) { return fmt::format("key-{:08}", number); }
  std::string Key() { return KeyOf(prng_.Below(options_.items)); }

  std::string Item(const std::string& key, uint64_t n) {
    return fmt::format(R"({{"id":{{"S":"{}"}},"n":{{"N":"{}"}},"v":{{"S":"{}"}}}})", key, n,
                       value_);
  }
  std::string AnyItem() { return Item(Key(), prng_.Below(1'000'000)); }

  std::string NextToFill(bool ordered) {
    const uint64_t number = filled_++;
    return ordered ? Item(KeyOf(number / kPerPartition), number % kPerPartition)
                   : Item(KeyOf(number), number);
  }

  std::string Batch(const std::string& op) {
    std::string puts;
    uint64_t number = prng_.Below(options_.items);  // Neighbours: a batch names no item twice.
    for (int i = 0; i < kBatch && (op == "batch" || !AllFilled()); ++i) {
      puts +=
          fmt::format(R"({}{{"PutRequest":{{"Item":{}}}}})", i ? "," : "",
                      op == "batch" ? Item(KeyOf(number++ % options_.items), prng_.Below(1'000'000))
                                    : NextToFill(op == "fill-ordered"));
    }
    return fmt::format(R"({{"RequestItems":{{{}:[{}]}}}})", json::Quote(options_.table), puts);
  }

  std::string Body(const std::string& op) {
    const std::string table = json::Quote(options_.table);
    if (op == "put") return fmt::format(R"({{"TableName":{},"Item":{}}})", table, AnyItem());
    if (op == "get") {
      return fmt::format(R"({{"TableName":{},"Key":{{"id":{{"S":"{}"}}}}}})", table, Key());
    }
    if (op == "query") {
      return fmt::format(R"({{"TableName":{},"KeyConditionExpression":"id = :i","Limit":10,)"
                         R"("ExpressionAttributeValues":{{":i":{{"S":"{}"}}}}}})",
                         table, KeyOf(prng_.Below(options_.items / kPerPartition)));
    }
    if (op == "scan") return fmt::format(R"({{"TableName":{},"Limit":100}})", table);
    return Batch(op);
  }

  const Options& options_;
  Prng prng_;
  std::string value_;
  uint64_t filled_ = 0;
};

struct Connection {
  int fd = -1;
  std::string out;
  size_t sent = 0;
  std::string in;
  bool busy = false;
  int64_t due_ns = 0;  ///< When the request in flight was to be sent.
};

constexpr int64_t kPatienceNs = 10'000'000'000;

class Load {
 public:
  explicit Load(const Options& options) : options_(options), requests_(options) {}

  int Run() {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    connections_.resize(static_cast<size_t>(options_.connections));
    for (size_t i = 0; i < connections_.size(); ++i) Connect(i);
    start_ns_ = NowNs();
    end_ns_ = start_ns_ + static_cast<int64_t>(options_.seconds * 1e9);
    next_due_ns_ = last_answer_ns_ = start_ns_;
    for (size_t i = 0; i < connections_.size(); ++i) idle_.push_back(i);
    while (!Over() || busy_ > 0) {
      StartDue();
      Wait();
      if (NowNs() - last_answer_ns_ > kPatienceNs) Die("no answer for 10 s");
    }
    Print();
    return failed_ == 0 ? 0 : 1;
  }

 private:
  void Connect(size_t index) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(options_.port);
    if (inet_pton(AF_INET, options_.address.c_str(), &to.sin_addr) != 1) Die("bad --address");
    if (connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) Die("cannot connect");
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    connections_[index].fd = fd;
    epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  bool Over() {
    const bool fills = options_.op.starts_with("fill");
    return fills ? requests_.AllFilled() : NowNs() >= end_ns_;
  }

  void StartDue() {
    while (!idle_.empty() && !Over()) {
      int64_t due = NowNs();
      if (options_.rate > 0) {
        if (next_due_ns_ > due) return;
        due = next_due_ns_;
        next_due_ns_ += 1'000'000'000 / options_.rate;
      }
      Connection& c = connections_[idle_.back()];
      const size_t index = idle_.back();
      idle_.pop_back();
      c.out = requests_.Next();
      c.sent = 0;
      c.due_ns = due;
      c.busy = true;
      ++busy_;
      Flush(index);
    }
  }

  void Flush(size_t index) {
    Connection& c = connections_[index];
    while (c.sent < c.out.size()) {
      const ssize_t n = send(c.fd, c.out.data() + c.sent, c.out.size() - c.sent, MSG_NOSIGNAL);
      if (n < 0 && errno == EAGAIN) break;
      if (n <= 0) Die("connection lost while sending");
      c.sent += static_cast<size_t>(n);
    }
    epoll_event event{.events = c.sent < c.out.size() ? EPOLLIN | EPOLLOUT : EPOLLIN,
                      .data = {.u64 = index}};
    if (c.sent < c.out.size() || !c.in.empty()) epoll_ctl(epoll_, EPOLL_CTL_MOD, c.fd, &event);
  }

  void Wait() {
    epoll_event events[64];
    const int timeout_ms = options_.rate > 0 ? 0 : 100;
    const int n =
        epoll_wait(epoll_, events, 64, busy_ == 0 || options_.rate > 0 ? timeout_ms : 1000);
    if (n == 0 && options_.rate > 0) usleep(100);
    for (int i = 0; i < n; ++i) {
      if (events[i].events & EPOLLOUT) Flush(events[i].data.u64);
      if (events[i].events & ~EPOLLOUT) Read(events[i].data.u64);
    }
  }

  void Read(size_t index) {
    Connection& c = connections_[index];
    char buffer[65536];
    const ssize_t n = recv(c.fd, buffer, sizeof buffer, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) Die("connection closed by the server");
    c.in.append(buffer, static_cast<size_t>(n));
    const size_t head = c.in.find("\r\n\r\n");
    if (head == std::string::npos) return;
    const std::string lower = ToLower(c.in.substr(0, head));
    const size_t at = lower.find("content-length: ");
    if (at != std::string::npos) {
      size_t length = 0;
      std::from_chars(lower.data() + at + 16, lower.data() + lower.size(), length);
      if (c.in.size() < head + 4 + length) return;
    } else if (!c.in.ends_with("\r\n0\r\n\r\n")) {  // In chunks.
      return;
    }
    if (!c.in.starts_with("HTTP/1.1 200")) {
      if (failed_++ == 0) std::fprintf(stderr, "bench_load: %s\n", c.in.substr(0, 600).c_str());
    }
    last_answer_ns_ = NowNs();
    latencies_ns_.push_back(last_answer_ns_ - c.due_ns);
    c.in.clear();
    c.busy = false;
    --busy_;
    idle_.push_back(index);
  }

  double Percentile(double p) {
    if (latencies_ns_.empty()) return 0;
    const auto at = static_cast<size_t>(p * static_cast<double>(latencies_ns_.size() - 1));
    std::nth_element(latencies_ns_.begin(), latencies_ns_.begin() + static_cast<long>(at),
                     latencies_ns_.end());
    return static_cast<double>(latencies_ns_[at]) / 1e6;
  }

  void Print() {
    const double seconds = static_cast<double>(NowNs() - start_ns_) / 1e9;
    const auto count = static_cast<double>(latencies_ns_.size());
    std::printf("%s\n", json::Write(json::Object{{"requests", latencies_ns_.size()},
                                                 {"failed", failed_},
                                                 {"seconds", seconds},
                                                 {"rate", count / seconds},
                                                 {"p50_ms", Percentile(0.5)},
                                                 {"p99_ms", Percentile(0.99)}})
                            .c_str());
  }

  const Options& options_;
  Requests requests_;
  int epoll_ = -1;
  std::vector<Connection> connections_;
  std::vector<size_t> idle_;
  std::vector<int64_t> latencies_ns_;
  size_t failed_ = 0;
  int busy_ = 0;
  int64_t start_ns_ = 0, end_ns_ = 0, next_due_ns_ = 0, last_answer_ns_ = 0;
};

Options Parse(int argc, char** argv) {
  Options o;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--address")
      o.address = value;
    else if (name == "--port")
      o.port = static_cast<uint16_t>(std::stoi(value));
    else if (name == "--region")
      o.region = value;
    else if (name == "--table")
      o.table = value;
    else if (name == "--op")
      o.op = value;
    else if (name == "--connections")
      o.connections = std::stoi(value);
    else if (name == "--rate")
      o.rate = std::stoi(value);
    else if (name == "--seconds")
      o.seconds = std::stod(value);
    else if (name == "--items")
      o.items = std::stoull(value);
    else if (name == "--seed")
      o.seed = std::stoull(value);
    else if (name == "--value-bytes")
      o.value_bytes = std::stoi(value);
    else
      Die("unknown option " + name);
  }
  return o;
}

}  // namespace
}  // namespace lifeboat::bench

int main(int argc, char** argv) {
  const auto options = lifeboat::bench::Parse(argc, argv);
  return lifeboat::bench::Load(options).Run();
}
