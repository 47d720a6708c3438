#include "net/prober.h"

#include "net/http_parser.h"
#include "net/http_writer.h"
#include "net/output_queue.h"
#include "net/socket.h"

namespace lifeboat::net {
namespace {

using health::ProbeOutcome;
using health::ProbeStage;

constexpr size_t kHeaderBytesMax = 64 << 10;
constexpr size_t kReadBytes = 8 << 10;

http::Request MakeRequest(const health::ProbeTarget& target) {
  return {.target = target.path,
          .headers = {{"Host", target.host},
                      {"User-Agent", target.user_agent},
                      {"Accept", "*/*"},
                      {"Connection", "close"}}};
}

}  // namespace

/// One probe. Each stage has a timer of its own; whoever comes first, answer or timer, ends it.
class Prober::Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  using Done = std::function<void(Attempt&, ProbeOutcome)>;

  Attempt(EventLoop& loop, health::ProbeTarget target, Done done)
      : loop_(loop),
        target_(std::move(target)),
        done_(std::move(done)),
        // Body bytes beyond those that are searched are not parsed, so they need no limit.
        parser_(false, kHeaderBytesMax, UINT64_MAX) {}
  ~Attempt() { loop_.CancelTimer(timer_); }

  void Start(const TlsClient& tls) {
    if (target_.tls) session_ = tls.NewSession(target_.server_name);
    const bool tcp = target_.type == health::CheckType::kTcp;
    const Duration timeout = tcp ? health::kTcpTimeout : health::kConnectTimeout;
    const Instant end = loop_.clock().Now() + timeout;
    DialTcp(loop_, {target_.address, target_.port}, timeout,
            [weak = weak_from_this(), end, tcp](Result<std::unique_ptr<Stream>, DialError> stream) {
              const auto self = weak.lock();
              if (!self) return;
              if (!stream) return self->Finish(ProbeStage::kConnect, stream.error().timed_out);
              self->stream_ = std::move(*stream);
              tcp ? self->Finish(ProbeStage::kDone, false) : self->OnConnected(end);
            });
  }

 private:
  void SetTimer(Duration timeout, ProbeStage stage) {
    loop_.CancelTimer(timer_);
    timer_ = loop_.StartTimer(timeout, [this, stage] { Finish(stage, true); });
  }

  void OnConnected(Instant end) {
    if (!session_) return Ask();
    stream_->UseTls(std::move(session_));
    SetTimer(end - loop_.clock().Now(), ProbeStage::kTls);
    Handshake();
  }

  void Handshake() {
    const IoResult result = stream_->Handshake();
    if (result.kind == IoResult::Kind::kWouldBlock) {
      stream_->AwaitHandshake([this] { Handshake(); });
    } else if (result.kind == IoResult::Kind::kDone) {
      Ask();
    } else {
      Finish(ProbeStage::kTls, false);
    }
  }

  void Ask() {
    SetTimer(health::kStatusTimeout, ProbeStage::kStatus);
    AppendRequestHead(output_.Tail(), MakeRequest(target_), target_.host);
    Await();
    Write();
  }

  void Write() {
    const IoResult written = output_.WriteTo(*stream_);
    // A failure shows when reading, perhaps behind an answer.
    if (written.kind == IoResult::Kind::kWouldBlock) stream_->AwaitWrite([this] { Write(); });
  }

  void Await() {
    stream_->AwaitRead([this] { OnReadable(); });
  }

  void OnReadable() {
    char buffer[kReadBytes];
    const IoResult read = stream_->Read(buffer, sizeof buffer);
    switch (read.kind) {
      case IoResult::Kind::kWouldBlock:
        return Await();
      case IoResult::Kind::kDone:
        input_.append(buffer, read.bytes);
        input_.erase(0, parser_.Feed(input_));
        break;
      case IoResult::Kind::kEnd:
        parser_.FeedEnd();
        break;
      case IoResult::Kind::kFailed:
        return Finish(CurrentStage(), false);
    }
    Judge();
  }

  ProbeStage CurrentStage() const {
    return parser_.header_done() ? ProbeStage::kBody : ProbeStage::kStatus;
  }

  /// Ends the probe when enough is known.
  void Judge() {
    if (parser_.header_done()) {
      const std::string& body = parser_.response().body;
      const bool enough = parser_.state() == ParseState::kDone || target_.search_string.empty() ||
                          body.size() >= health::kMaxSearchedBytes ||
                          body.find(target_.search_string) != std::string::npos;
      if (enough) return Finish(ProbeStage::kDone, false);
      if (!std::exchange(status_known_, true)) {
        SetTimer(health::kBodyTimeout, ProbeStage::kBody);
      }
    }
    if (parser_.state() == ParseState::kFailed) return Finish(CurrentStage(), false);
    Await();
  }

  void Finish(ProbeStage stage, bool timed_out) {
    loop_.CancelTimer(timer_);
    if (stream_) stream_->Close();
    ProbeOutcome outcome{.stage = stage, .timed_out = timed_out};
    if (parser_.header_done()) {
      outcome.status = parser_.response().status;
      outcome.reason = parser_.reason();
      outcome.body = parser_.response().body.substr(0, health::kMaxSearchedBytes);
    }
    std::exchange(done_, nullptr)(*this, std::move(outcome));
  }

  EventLoop& loop_;
  const health::ProbeTarget target_;
  Done done_;
  SslPtr session_;
  std::unique_ptr<Stream> stream_;
  OutputQueue output_;
  ResponseParser parser_;
  std::string input_;
  bool status_known_ = false;
  EventLoop::TimerId timer_;
};

Prober::Prober(EventLoop& loop) : loop_(loop), tls_(TlsClient::TrustingAll()) {}
Prober::~Prober() = default;

void Prober::Probe(health::ProbeTarget target, std::function<void(ProbeOutcome)> done) {
  const auto attempt = std::make_shared<Attempt>(
      loop_, std::move(target),
      [this, done = std::move(done)](Attempt& self, ProbeOutcome outcome) {
        // It is the attempt's own function that calls us, so it is destroyed later.
        const auto ended = self.shared_from_this();
        attempts_.erase(ended);
        loop_.Post([ended] {});
        done(std::move(outcome));
      });
  attempts_.insert(attempt);
  attempt->Start(tls_);
}

}  // namespace lifeboat::net
