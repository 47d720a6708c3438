// The service through its own protocol, with function processes that the test plays itself.
#include "lambda/service.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "lambda/limits.h"
#include "storage/memory_engine.h"

namespace lifeboat::lambda {
namespace {

class FakeScheduler final : public Scheduler {
 public:
  explicit FakeScheduler(ManualClock& clock) : clock_(clock) {}
  void After(Duration delay, std::function<void()> task) override {
    tasks_.emplace(clock_.Now() + delay, std::move(task));
  }
  void Advance(Duration d) {
    const Instant end = clock_.Now() + d;
    while (!tasks_.empty() && tasks_.begin()->first <= end) {
      auto node = tasks_.extract(tasks_.begin());
      if (node.key() > clock_.Now()) clock_.Advance(node.key() - clock_.Now());
      node.mapped()();
    }
    clock_.Advance(end - clock_.Now());
  }

 private:
  ManualClock& clock_;
  std::multimap<Instant, std::function<void()>> tasks_;
};

/// Processes that do nothing by themselves; a package is fine unless it says "bad".
class FakeProcesses final : public ProcessHost {
 public:
  struct Process {
    ProcessSpec spec;
    std::function<void(http::Request, http::Reply)> on_request;
    std::function<void(std::string_view)> on_log;
    std::function<void(ProcessExit)> on_exit;
    http::Response next;  ///< The last invocation that it was given.
  };
  bool HasCode(const std::string& hex) const override { return unpacked.contains(hex); }
  void FindInterpreter(const Runtime& runtime,
                       std::function<void(std::optional<Interpreter>)> done) override {
    done(runtime.language == Language::kNode
             ? MakeInterpreter(Language::kNode, "/usr/bin/node", "v20.1.0")
             : std::nullopt);
  }
  void Unpack(std::shared_ptr<const std::string> zip, Language,
              std::function<void(lifeboat::Result<std::string>)> done) override {
    if (*zip == "bad") return done(InvalidError("no bootstrap"));
    if (hold_unpacking) {
      unpacking = [this, zip, done] { FinishUnpacking(*zip, done); };
    } else {
      FinishUnpacking(*zip, done);
    }
  }
  void FinishUnpacking(const std::string& zip,
                       const std::function<void(lifeboat::Result<std::string>)>& done) {
    const std::string hex = HexEncode(Sha256(zip));
    unpacked.insert(hex);
    done(hex);
  }
  void Start(EnvironmentId id, ProcessSpec spec,
             std::function<void(http::Request, http::Reply)> on_request,
             std::function<void(std::string_view)> on_log,
             std::function<void(ProcessExit)> on_exit) override {
    processes[id] = {
        std::move(spec), std::move(on_request), std::move(on_log), std::move(on_exit), {}};
  }
  void Kill(EnvironmentId id) override { killed.push_back(id); }

  http::Response Ask(EnvironmentId id, std::string method, std::string path,
                     std::string body = {}) {
    http::Response answer;
    answer.status = 0;
    processes.at(id).on_request(
        {std::move(method), "/2018-06-01/runtime/" + std::move(path), {}, std::move(body)},
        [&answer](http::Response r) { answer = std::move(r); });
    return answer;
  }
  /// The long poll: the answer stays with the process.
  void Next(EnvironmentId id) {
    processes.at(id).on_request({"GET", "/2018-06-01/runtime/invocation/next"},
                                [this, id](http::Response r) { processes.at(id).next = r; });
  }
  std::string RequestId(EnvironmentId id) {
    return std::string(processes.at(id).next.headers.Get("Lambda-Runtime-Aws-Request-Id"));
  }
  http::Response Respond(EnvironmentId id, std::string body) {
    return Ask(id, "POST", "invocation/" + RequestId(id) + "/response", std::move(body));
  }

  bool hold_unpacking = false;
  std::function<void()> unpacking;  ///< Ends what is held.
  std::set<std::string> unpacked;
  std::map<EnvironmentId, Process> processes;
  std::vector<EnvironmentId> killed;
};

class FakeCode final : public CodeSource {
 public:
  void Fetch(std::string_view bucket, std::string_view key, std::string_view,
             std::function<void(http::AwsResult<std::string>)> done) override {
    if (bucket != "code" || key != "f.zip") {
      return done(http::AwsError{404, "NoSuchKey", "The specified key does not exist.", {}});
    }
    done(std::string("zip from s3"));
  }
};

class LambdaServiceTest : public testing::Test {
 protected:
  LambdaServiceTest() { Reopen(); }

  void Reopen(Era era = Era::kToday) {
    service_.reset();
    processes_ = FakeProcesses();
    Service::Options options;
    options.region = "us-east-1";
    options.account = "000000000000";
    options.era = era;
    options.variables = {{"AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.11.1:8080"}};
    options.credentials = [](std::string_view function, std::string_view role) {
      return FunctionCredentials{"ASIA" + std::string(function), std::string(role), "token"};
    };
    auto opened = Service::Open(options, {engine_, committer_, clock_, scheduler_, prng_,
                                          processes_, code_, [this](std::string_view function) {
                                            return function == "f" ? trouble_ : fault::Trouble{};
                                          }});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    service_ = std::move(*opened);
  }

  http::Response Call(std::string method, std::string path, std::string body = {},
                      http::Headers headers = {}) {
    http::Response response;
    response.status = 0;
    service_->Handle({std::move(method), std::move(path), std::move(headers), std::move(body)},
                     [&response](http::Response r) { response = std::move(r); });
    committer_.Flush();
    return response;
  }
  json::Value Json(const http::Response& response) {
    const auto value = json::Parse(response.body);
    EXPECT_TRUE(value.ok()) << response.body;
    return value.ok() ? *value : json::Value();
  }
  std::string CreateBody(std::string name, std::string extra = {}) {
    return R"({"FunctionName":")" + name +
           R"(","Runtime":"provided.al2023","Handler":"bootstrap",)"
           R"("Role":"arn:aws:iam::000000000000:role/r","Code":{"ZipFile":"emlw"})" +
           extra + "}";
  }
  http::Response Create(std::string name, std::string extra = {}) {
    return Call("POST", "/2015-03-31/functions/", CreateBody(std::move(name), std::move(extra)));
  }
  std::string ErrorOf(const http::Response& response) {
    return fmt::format("{} {}: {}", response.status, response.headers.Get("x-amzn-ErrorType"),
                       Json(response).GetString("message"));
  }
  /// Starts an invocation; its answer lands in the result when it comes.
  std::shared_ptr<http::Response> Invoke(std::string name, std::string payload = "{}",
                                         http::Headers headers = {}) {
    auto response = std::make_shared<http::Response>();
    response->status = 0;
    service_->Handle({"POST", "/2015-03-31/functions/" + name + "/invocations", headers, payload},
                     [response](http::Response r) { *response = std::move(r); });
    return response;
  }

  ManualClock clock_;
  FakeScheduler scheduler_{clock_};
  Prng prng_{1};
  storage::MemoryEngine engine_;
  storage::ManualCommitter committer_{engine_};
  FakeProcesses processes_;
  FakeCode code_;
  fault::Trouble trouble_;
  std::unique_ptr<Service> service_;
};

TEST_F(LambdaServiceTest, CreatesAndDescribesAFunction) {
  const http::Response created =
      Create("hello", R"(,"Timeout":10,"Environment":{"Variables":{"TABLE_NAME":"t"}})");
  ASSERT_EQ(created.status, 201) << created.body;
  const json::Value f = Json(created);
  EXPECT_EQ(f.GetString("FunctionArn"), "arn:aws:lambda:us-east-1:000000000000:function:hello");
  EXPECT_EQ(f.GetString("State"), "Active");
  EXPECT_EQ(f.GetString("CodeSha256"), Base64Encode(Sha256("zip")));
  EXPECT_EQ(f.FindPath({"Environment", "Variables"})->GetString("TABLE_NAME"), "t");
  for (const std::string name :
       {"hello", "arn:aws:lambda:us-east-1:000000000000:function:hello", "hello:$LATEST",
        "000000000000:function:hello",
        "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Ahello"}) {
    const http::Response got = Call("GET", "/2015-03-31/functions/" + name);
    ASSERT_EQ(got.status, 200) << name;
    EXPECT_EQ(Json(got).Find("Configuration")->GetString("FunctionName"), "hello");
    EXPECT_FALSE(got.headers.Get("x-amzn-RequestId").empty());
  }
}

TEST_F(LambdaServiceTest, AFaultFailsInvocationsBeforeOrAfterTheyRan) {
  Create("f");
  trouble_ = {.throttled = true};
  EXPECT_EQ(Invoke("f")->status, 429);
  trouble_ = {.status = 502};
  auto answer = Invoke("f");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.Get("X-Amz-Function-Error"), "Unhandled");
  EXPECT_EQ(Json(*answer).GetString("errorType"), "Lifeboat.FaultInjected");
  trouble_ = {.status = 503};
  EXPECT_EQ(Json(*Invoke("f")).Find("statusCode")->as_int(), 503);
  EXPECT_TRUE(processes_.processes.empty());
  trouble_ = {.status = 502, .after = true};
  answer = Invoke("f", R"({"a":1})");
  processes_.Next(1);
  EXPECT_EQ(processes_.processes.at(1).next.body, R"({"a":1})");
  EXPECT_EQ(answer->status, 0);
  processes_.Respond(1, R"({"b":2})");
  EXPECT_EQ(answer->headers.Get("X-Amz-Function-Error"), "Unhandled");
}

TEST_F(LambdaServiceTest, AFaultDelaysAnInvocation) {
  Create("f");
  trouble_ = {.delay = Duration::Millis(700)};
  const auto answer = Invoke("f");
  scheduler_.Advance(Duration::Millis(699));
  EXPECT_TRUE(processes_.processes.empty());
  scheduler_.Advance(Duration::Millis(1));
  processes_.Next(1);
  processes_.Respond(1, "7");
  EXPECT_EQ(answer->body, "7");
  const auto lost = Invoke("f");
  Call("DELETE", "/2015-03-31/functions/f");
  scheduler_.Advance(Duration::Seconds(1));
  EXPECT_EQ(lost->status, 404);
}

TEST_F(LambdaServiceTest, RefusesAsAwsDoes) {
  Create("hello");
  const auto refusal = [&](std::string body) {
    return ErrorOf(Call("POST", "/2015-03-31/functions", body));
  };
  const std::string head = R"({"FunctionName":"f","Handler":"h","Code":{"ZipFile":"emlw"},)"
                           R"("Role":"arn:aws:iam::000000000000:role/r","Runtime":)";
  EXPECT_EQ(ErrorOf(Create("hello")),
            "409 ResourceConflictException: Function already exist: hello");
  EXPECT_EQ(refusal(head + R"("nodejs14.x"})"),
            "400 InvalidParameterValueException: The runtime parameter of nodejs14.x is no longer "
            "supported for creating or updating AWS Lambda functions. We recommend you use a "
            "supported runtime while creating or updating functions.");
  EXPECT_EQ(refusal(head + R"("java21"})"),
            "400 InvalidParameterValueException: The runtime java21 is not supported by "
            "Lifeboat; `lifeboat runtimes` lists those that are.");
  EXPECT_EQ(refusal(head + R"("python3.12"})"),
            "400 InvalidParameterValueException: This machine has no program that runs python3.12: "
            "install Python 3.9 or newer; `lifeboat runtimes` lists what it has.");
  EXPECT_EQ(ErrorOf(Create("f", R"(,"Handler":"a b")")),
            "400 ValidationException: 1 validation error detected: Value 'a b' at 'handler' failed "
            "to satisfy constraint: Member must satisfy regular expression pattern: [^\\s]+");
  EXPECT_EQ(ErrorOf(Create("f", R"(,"Environment":{"Variables":{"AWS_REGION":"x"}})")),
            "400 InvalidParameterValueException: Lambda was unable to configure your environment "
            "variables because the environment variables you have provided contains reserved keys "
            "that are currently not supported for modification. Reserved keys used in this "
            "request: AWS_REGION");
  EXPECT_EQ(ErrorOf(Create("f", R"(,"Timeout":901)")),
            "400 ValidationException: 1 validation error detected: Value '901' at 'Timeout' failed "
            "to satisfy constraint: Member must have value less than or equal to 900");
  EXPECT_EQ(ErrorOf(Create("f", R"(,"VpcConfig":{"SubnetIds":["s"]})")),
            "400 InvalidParameterValueException: VpcConfig is not supported by Lifeboat "
            "(docs/compatibility.md lists what is)");
  EXPECT_EQ(ErrorOf(Create("f", R"(,"Code":{"ZipFile":"YmFk"})")),
            "400 InvalidParameterValueException: Could not unzip uploaded file. Please check your "
            "file, then try to upload again. (no bootstrap)");
  EXPECT_EQ(ErrorOf(Create("f", R"(,"Code":{"S3Bucket":"code","S3Key":"x"})")),
            "400 InvalidParameterValueException: Error occurred while GetObject. S3 Error Code: "
            "NoSuchKey. S3 Error Message: The specified key does not exist.");
  EXPECT_EQ(ErrorOf(Call("GET", "/2015-03-31/functions/nobody")),
            "404 ResourceNotFoundException: Function not found: "
            "arn:aws:lambda:us-east-1:000000000000:function:nobody");
  EXPECT_EQ(Call("POST", "/2015-03-31/functions", "{").status, 400);
  EXPECT_EQ(ErrorOf(Call("GET", "/2015-03-31/layers")), "404 UnknownOperationException: ");
}

TEST_F(LambdaServiceTest, RunsManagedRuntimesByTheirEra) {
  const auto create = [&](std::string name, std::string_view runtime) {
    return Create(std::move(name),
                  fmt::format(R"(,"Runtime":"{}","Handler":"index.handler")", runtime));
  };
  ASSERT_EQ(create("new", "nodejs22.x").status, 201);
  Invoke("new");
  const ProcessSpec& spec = processes_.processes.at(1).spec;
  EXPECT_EQ(spec.runtime, "nodejs22.x");
  EXPECT_EQ(spec.memory_mb, 128);
  EXPECT_EQ(spec.variables.at("AWS_EXECUTION_ENV"), "AWS_Lambda_nodejs22.x");
  EXPECT_EQ(spec.variables.at("_HANDLER"), "index.handler");
  EXPECT_EQ(create("old", "nodejs14.x").status, 400);
  const auto update = [&](std::string_view runtime) {
    return Call("PUT", "/2015-03-31/functions/new/configuration",
                fmt::format(R"({{"Runtime":"{}"}})", runtime));
  };
  EXPECT_EQ(update("nodejs20.x").status, 400) << "retired for updates too";
  EXPECT_EQ(update("python3.13").status, 400) << "no interpreter";
  EXPECT_EQ(update("nodejs24.x").status, 200);
  Reopen(Era::kLab);
  EXPECT_EQ(create("old", "nodejs14.x").status, 201);
  EXPECT_EQ(create("older", "go1.x").status, 400);
}

TEST_F(LambdaServiceTest, AcceptsMembersThatAskForNothing) {
  EXPECT_EQ(Create("f", R"(,"VpcConfig":{"SubnetIds":[],"SecurityGroupIds":[]},"Publish":false,)"
                        R"("TracingConfig":{"Mode":"PassThrough"},"Layers":[],)"
                        R"("EphemeralStorage":{"Size":512},"Architectures":["x86_64"])")
                .status,
            201);
}

TEST_F(LambdaServiceTest, FunctionsAndCodeOutliveARestart) {
  ASSERT_EQ(Create("f", R"(,"Code":{"S3Bucket":"code","S3Key":"f.zip"})").status, 201);
  Reopen();
  EXPECT_EQ(Call("GET", "/2015-03-31/functions/f").status, 200);
  const auto answer = Invoke("f");
  EXPECT_TRUE(processes_.HasCode(HexEncode(Sha256("zip from s3"))));
  processes_.Next(1);
  processes_.Respond(1, "1");
  EXPECT_EQ(answer->body, "1");
}

TEST_F(LambdaServiceTest, AnUnwrittenFunctionIsNotAcknowledged) {
  http::Response response;
  response.status = 0;
  service_->Handle({"POST", "/2015-03-31/functions", {}, CreateBody("f")},
                   [&](http::Response r) { response = r; });
  EXPECT_EQ(response.status, 0);
  EXPECT_EQ(Call("GET", "/2015-03-31/functions/x").status, 404);  // Flushes.
  EXPECT_EQ(response.status, 201);
}

TEST_F(LambdaServiceTest, ChangesRunOneAfterTheOther) {
  std::vector<int> statuses;
  for (int i = 0; i < 2; ++i) {
    service_->Handle({"POST", "/2015-03-31/functions", {}, CreateBody("f")},
                     [&](http::Response r) { statuses.push_back(r.status); });
  }
  committer_.Flush();
  EXPECT_EQ(statuses, (std::vector<int>{201, 409}));
}

TEST_F(LambdaServiceTest, InvokesWithTheRuntimeApi) {
  Create("f", R"(,"Timeout":10,"Environment":{"Variables":{"TABLE_NAME":"t"}})");
  const auto answer = Invoke("f", R"({"a":1})", {{"X-Amz-Log-Type", "Tail"}});
  const auto& variables = processes_.processes.at(1).spec.variables;
  EXPECT_EQ(variables.at("TABLE_NAME"), "t");
  EXPECT_EQ(variables.at("AWS_REGION"), "us-east-1");
  EXPECT_EQ(variables.at("AWS_ENDPOINT_URL_DYNAMODB"), "http://127.0.11.1:8080");
  EXPECT_EQ(variables.at("AWS_ACCESS_KEY_ID"), "ASIAf");
  EXPECT_EQ(variables.at("AWS_SESSION_TOKEN"), "token");
  EXPECT_EQ(variables.at("AWS_LAMBDA_LOG_STREAM_NAME").substr(0, 20), "2027/01/15/[$LATEST]");
  processes_.Next(1);
  const http::Response& next = processes_.processes.at(1).next;
  EXPECT_EQ(next.body, R"({"a":1})");
  EXPECT_EQ(next.headers.Get("Lambda-Runtime-Deadline-Ms"),
            std::to_string(clock_.WallNow().millis() + 10'000));
  EXPECT_EQ(next.headers.Get("Lambda-Runtime-Invoked-Function-Arn"),
            "arn:aws:lambda:us-east-1:000000000000:function:f");
  processes_.processes.at(1).on_log("hello from f");
  const http::Response accepted = processes_.Respond(1, R"({"b":2})");
  EXPECT_EQ(accepted.status, 202);
  EXPECT_EQ(accepted.body, "{\"status\":\"OK\"}\n");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"({"b":2})");
  EXPECT_EQ(answer->headers.Get("X-Amz-Executed-Version"), "$LATEST");
  EXPECT_EQ(answer->headers.Find("X-Amz-Function-Error"), nullptr);
  const std::string log = *Base64Decode(answer->headers.Get("X-Amz-Log-Result"));
  const std::string id = processes_.RequestId(1);
  EXPECT_TRUE(log.starts_with("START RequestId: " + id + " Version: $LATEST\nhello from f\nEND"))
      << log;
  EXPECT_NE(log.find("Init Duration"), std::string::npos);
  EXPECT_EQ(service_->FindLog("f")->lines().size(), 4u);
}

TEST_F(LambdaServiceTest, TellsErrorsTimeoutsAndCrashes) {
  Create("f", R"(,"Timeout":1)");
  auto answer = Invoke("f");
  processes_.Next(1);
  EXPECT_EQ(processes_
                .Ask(1, "POST", "invocation/" + processes_.RequestId(1) + "/error",
                     R"({"errorMessage":"boom","errorType":"E"})")
                .status,
            202);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.Get("X-Amz-Function-Error"), "Unhandled");
  EXPECT_EQ(answer->body, R"({"errorMessage":"boom","errorType":"E"})");

  processes_.Next(1);
  answer = Invoke("f");
  const std::string id = processes_.RequestId(1);
  scheduler_.Advance(Duration::Seconds(1));
  EXPECT_EQ(answer->body, R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: )" + id +
                              R"( Error: Task timed out after 1.00 seconds"})");
  EXPECT_EQ(processes_.killed, std::vector<EnvironmentId>{1});

  answer = Invoke("f");
  processes_.Next(2);
  const std::string second = processes_.RequestId(2);
  processes_.processes.at(2).on_exit({false, 127});
  EXPECT_EQ(answer->body, R"({"errorType":"Runtime.ExitError","errorMessage":"RequestId: )" +
                              second + R"( Error: Runtime exited with error: exit status 127"})");
}

TEST_F(LambdaServiceTest, AStreamThatFailsMidwayIsAFunctionError) {
  Create("f");
  const auto respond = [&](http::Headers trailers) {
    const auto answer = Invoke("f");
    processes_.Next(1);
    http::Request request{"POST",
                          "/2018-06-01/runtime/invocation/" + processes_.RequestId(1) + "/response",
                          {},
                          "half"};
    request.trailers = std::move(trailers);
    processes_.processes.at(1).on_request(std::move(request), [](http::Response) {});
    return answer;
  };
  EXPECT_EQ(respond({})->body, "half");
  const std::string error = R"({"errorType":"E","errorMessage":"mid"})";
  auto failed = respond({{"Lambda-Runtime-Function-Error-Type", "E"},
                         {"Lambda-Runtime-Function-Error-Body", Base64Encode(error)}});
  EXPECT_EQ(failed->headers.Get("X-Amz-Function-Error"), "Unhandled");
  EXPECT_EQ(failed->body, error);
  failed = respond(
      {{"Lambda-Runtime-Function-Error-Type", "E"}, {"Lambda-Runtime-Function-Error-Body", "?"}});
  EXPECT_EQ(failed->body, R"({"errorType":"E"})");
}

TEST_F(LambdaServiceTest, RefusesBadRuntimeRequests) {
  Create("f");
  const auto answer = Invoke("f");
  EXPECT_EQ(processes_.Ask(1, "POST", "invocation/nobody/response", "1").status, 400);
  processes_.Next(1);
  EXPECT_EQ(processes_.Ask(1, "GET", "invocation/next").status, 403);
  EXPECT_EQ(processes_.Ask(1, "GET", "elsewhere").status, 404);
  EXPECT_EQ(processes_.Respond(1, std::string(kMaxResponseBytes + 1, 'x')).status, 413);
  EXPECT_EQ(Json(*answer).GetString("errorType"), "Function.ResponseSizeTooLarge");
}

TEST_F(LambdaServiceTest, DryRunEventAndBadPayloads) {
  Create("f");
  EXPECT_EQ(Invoke("f", "{}", {{"X-Amz-Invocation-Type", "DryRun"}})->status, 204);
  EXPECT_EQ(ErrorOf(*Invoke("f", "{nope")).substr(0, 35), "400 InvalidRequestContentException:");
  EXPECT_EQ(Invoke("f", std::string(kMaxPayloadBytes + 1, '1'))->status, 413);
  EXPECT_EQ(Invoke("f", "{}", {{"X-Amz-Invocation-Type", "Event"}})->status, 202);
  EXPECT_EQ(processes_.processes.size(), 1u);
}

TEST_F(LambdaServiceTest, AnEnvironmentWaitsForAPackageThatIsUnpackedAgain) {
  Create("f");
  processes_.unpacked.clear();
  processes_.hold_unpacking = true;
  const auto answer = Invoke("f", R"({"a":1})");
  EXPECT_TRUE(processes_.processes.empty());
  processes_.unpacking();
  processes_.Next(1);
  EXPECT_EQ(processes_.processes.at(1).next.body, R"({"a":1})");
  processes_.Respond(1, "7");
  EXPECT_EQ(answer->body, "7");
}

TEST_F(LambdaServiceTest, WhoIsRemovedWhileItsPackageIsUnpackedNeverStarts) {
  Create("f");
  processes_.unpacked.clear();
  processes_.hold_unpacking = true;
  const auto answer = Invoke("f");
  EXPECT_EQ(Call("DELETE", "/2015-03-31/functions/f").status, 204);
  scheduler_.Advance(Duration());
  EXPECT_EQ(answer->status, 404);
  processes_.unpacking();
  EXPECT_TRUE(processes_.processes.empty());
  EXPECT_TRUE(processes_.killed.empty()) << "there was nothing to kill";
}

TEST_F(LambdaServiceTest, AFailedEventIsTriedTwiceMore) {
  Create("f");
  Invoke("f", R"({"n":1})", {{"X-Amz-Invocation-Type", "Event"}});
  for (EnvironmentId id = 1; id <= 3; ++id) {
    processes_.Next(id);
    EXPECT_EQ(processes_.processes.at(id).next.body, R"({"n":1})");
    processes_.processes.at(id).on_exit({true, 9});
    scheduler_.Advance(id == 1 ? kFirstEventRetry : kSecondEventRetry);
  }
  EXPECT_EQ(processes_.processes.size(), 3u);
}

TEST_F(LambdaServiceTest, TooManyAtOnceAreRefused) {
  Create("f");
  for (size_t i = 0; i < kMaxConcurrencyPerFunction; ++i) Invoke("f");
  const auto answer = Invoke("f");
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(Json(*answer).GetString("Reason"), "ConcurrentInvocationLimitExceeded");
}

TEST_F(LambdaServiceTest, AnUpdateBringsANewEnvironment) {
  Create("f");
  Invoke("f");
  processes_.Next(1);
  processes_.Respond(1, "1");
  processes_.Next(1);
  const http::Response updated =
      Call("PUT", "/2015-03-31/functions/f/code", R"({"ZipFile":"bmV3"})");
  EXPECT_EQ(Json(updated).GetString("CodeSha256"), Base64Encode(Sha256("new")));
  EXPECT_EQ(processes_.killed, std::vector<EnvironmentId>{1});
  Invoke("f");
  EXPECT_EQ(processes_.processes.at(2).spec.code_sha256_hex, HexEncode(Sha256("new")));
  EXPECT_EQ(Call("PUT", "/2015-03-31/functions/f/configuration", R"({"Timeout":7})").status, 200);
  EXPECT_EQ(processes_.processes.size(), 3u);
  EXPECT_EQ(Call("PUT", "/2015-03-31/functions/f/configuration", R"({"RevisionId":"x"})").status,
            412);
}

TEST_F(LambdaServiceTest, DeletingEndsWhatWaits) {
  Create("f");
  const auto answer = Invoke("f");
  EXPECT_EQ(Call("DELETE", "/2015-03-31/functions/f").status, 204);
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(Call("GET", "/2015-03-31/functions/f").status, 404);
  EXPECT_EQ(engine_.key_count(storage::Space::kMeta), 0u);
}

TEST_F(LambdaServiceTest, ListsInPages) {
  for (const char* name : {"a", "b", "c"}) Create(name);
  const json::Value page = Json(Call("GET", "/2015-03-31/functions/?MaxItems=2"));
  EXPECT_EQ(page.Find("Functions")->as_array().size(), 2u);
  EXPECT_EQ(page.GetString("NextMarker"), "b");
  const json::Value rest = Json(Call("GET", "/2015-03-31/functions/?MaxItems=2&Marker=b"));
  EXPECT_EQ(rest.Find("Functions")->as_array().size(), 1u);
  EXPECT_EQ(rest.Find("NextMarker"), nullptr);
}

TEST_F(LambdaServiceTest, ApiGatewayNeedsThePermission) {
  Create("f");
  const std::string api = "arn:aws:execute-api:us-east-1:000000000000:abc/Prod/GET/products/*";
  const auto invoke = [&] {
    auto result = std::make_shared<std::string>("none");
    InvokeRequest request{"f", "{}"};
    request.principal = "apigateway.amazonaws.com";
    request.source_arn = api;
    service_->Invoke(request, [result](http::AwsResult<InvokeResult> r) {
      *result = r.ok() ? "ran" : r.error().code;
    });
    return result;
  };
  EXPECT_EQ(*invoke(), "AccessDeniedException");
  const std::string permission =
      R"({"StatementId":"s","Action":"lambda:InvokeFunction","Principal":"apigateway.amazonaws.com",)"
      R"("SourceArn":"arn:aws:execute-api:us-east-1:000000000000:abc/*/GET/products/*"})";
  EXPECT_EQ(Call("POST", "/2015-03-31/functions/f/policy", permission).status, 201);
  EXPECT_EQ(Call("POST", "/2015-03-31/functions/f/policy", permission).status, 409);
  const auto result = invoke();
  processes_.Next(1);
  processes_.Respond(1, "1");
  EXPECT_EQ(*result, "ran");
  const json::Value policy = Json(Call("GET", "/2015-03-31/functions/f/policy"));
  EXPECT_NE(policy.GetString("Policy").find("AWS:SourceArn"), std::string::npos);
  EXPECT_EQ(Call("DELETE", "/2015-03-31/functions/f/policy/s").status, 204);
  EXPECT_EQ(Call("DELETE", "/2015-03-31/functions/f/policy/s").status, 404);
  EXPECT_EQ(Call("GET", "/2015-03-31/functions/f/policy").status, 404);
  EXPECT_EQ(*invoke(), "AccessDeniedException");
}

TEST_F(LambdaServiceTest, TagsComeAndGo) {
  Create("f", R"(,"Tags":{"a":"1"})");
  const std::string path = "/2017-03-31/tags/arn:aws:lambda:us-east-1:000000000000:function:f";
  EXPECT_EQ(Call("POST", path, R"({"Tags":{"a":"2","b":"3"}})").status, 204);
  EXPECT_EQ(Call("GET", path).body, R"({"Tags":{"a":"2","b":"3"}})");
  EXPECT_EQ(Call("DELETE", path + "?tagKeys=a").status, 204);
  EXPECT_EQ(Call("GET", path).body, R"({"Tags":{"b":"3"}})");
}

TEST_F(LambdaServiceTest, DamagedCodeEndsInAnError) {
  Create("f");
  Reopen();
  storage::WriteBatch batch;
  batch.Put(storage::Space::kMeta, "lambda/code/" + HexEncode(Sha256("zip")), "bad");
  ASSERT_TRUE(engine_.Write(batch).ok());
  const auto answer = Invoke("f");
  scheduler_.Advance(Duration::Seconds(1));
  EXPECT_EQ(Json(*answer).GetString("errorType"), "Runtime.ExitError");
}

TEST_F(LambdaServiceTest, CorruptCatalogIsRefusedAtOpen) {
  storage::WriteBatch batch;
  batch.Put(storage::Space::kMeta, "lambda/function/f", "{");
  ASSERT_TRUE(engine_.Write(batch).ok());
  const auto opened =
      Service::Open({}, {engine_, committer_, clock_, scheduler_, prng_, processes_, code_});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace lifeboat::lambda
