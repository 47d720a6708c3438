// The code bucket by its wire protocol: both addressing styles, uploads in every framing, paging,
// multipart, and each error. Answers come only after the write is durable.
#include "s3/service.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "s3/payload.h"
#include "storage/memory_engine.h"

namespace lifeboat::s3 {
namespace {

class S3Test : public ::testing::Test {
 protected:
  explicit S3Test(std::string region = "us-west-2")
      : committer_(engine_),
        service_({std::move(region), "000000000000"}, {engine_, committer_, clock_, prng_}) {}

  http::Response Send(std::string method, std::string target, std::string body = "",
                      http::Headers headers = {}) {
    http::Request request{std::move(method), std::move(target), std::move(headers),
                          std::move(body)};
    http::Response answer{.status = 0};
    service_.Handle(request, [&](http::Response response) { answer = std::move(response); });
    committer_.Flush();
    while (answer.pieces) {
      const auto piece = answer.pieces->Next();
      EXPECT_TRUE(piece) << "bytes are missing";
      if (!piece || piece->empty()) answer.pieces.reset();
      if (piece) answer.body += *piece;
    }
    return answer;
  }
  std::string Code(const http::Response& response) {
    const size_t begin = response.body.find("<Code>");
    if (begin == std::string::npos) return std::to_string(response.status);
    return response.body.substr(begin + 6, response.body.find("</Code>") - begin - 6);
  }
  void MakeBucket(const std::string& name = "code") {
    ASSERT_EQ(Send("PUT", "/" + name, kWest).status, 200);
  }

  static constexpr const char* kWest =
      "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
      "<LocationConstraint>us-west-2</LocationConstraint></CreateBucketConfiguration>";
  storage::MemoryEngine engine_;
  storage::ManualCommitter committer_;
  ManualClock clock_;
  Prng prng_{1};
  Service service_;
};

class S3ClassicRegionTest : public S3Test {
 protected:
  S3ClassicRegionTest() : S3Test("us-east-1") {}
};

TEST_F(S3Test, BucketsComeAndGo) {
  MakeBucket();
  EXPECT_EQ(Code(Send("PUT", "/code", kWest)), "BucketAlreadyOwnedByYou");
  EXPECT_EQ(Send("HEAD", "/code").headers.Get("x-amz-bucket-region"), "us-west-2");
  EXPECT_NE(Send("GET", "/code?location").body.find(">us-west-2</LocationConstraint>"),
            std::string::npos);
  EXPECT_NE(Send("GET", "/").body.find("<Name>code</Name>"), std::string::npos);
  Send("PUT", "/code/a", "x");
  EXPECT_EQ(Code(Send("DELETE", "/code")), "BucketNotEmpty");
  EXPECT_EQ(Send("DELETE", "/code/a").status, 204);
  EXPECT_EQ(Send("DELETE", "/code").status, 204);
  const http::Response gone = Send("HEAD", "/code");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.body, "");
}

TEST_F(S3Test, RefusesBuckets) {
  EXPECT_EQ(Code(Send("PUT", "/Code", kWest)), "InvalidBucketName");
  EXPECT_EQ(Code(Send("PUT", "/a..b", kWest)), "InvalidBucketName");
  EXPECT_EQ(Code(Send("PUT", "/code")), "IllegalLocationConstraintException");
  EXPECT_EQ(Code(Send("PUT", "/code",
                      "<CreateBucketConfiguration><LocationConstraint>eu-west-1"
                      "</LocationConstraint></CreateBucketConfiguration>")),
            "IllegalLocationConstraintException");
  EXPECT_EQ(Code(Send("PUT", "/code", "<Create")), "MalformedXML");
  EXPECT_EQ(Code(Send("PUT", "/code",
                      "<CreateBucketConfiguration><Bucket/></CreateBucketConfiguration>")),
            "NotImplemented");
  for (size_t i = 0; i < kMaxBuckets; ++i) MakeBucket("bucket-" + std::to_string(i));
  EXPECT_EQ(Code(Send("PUT", "/one-more", kWest)), "TooManyBuckets");
}

TEST_F(S3ClassicRegionTest, HasNoLocationConstraint) {
  EXPECT_EQ(Send("PUT", "/code").status, 200);
  EXPECT_EQ(Send("PUT", "/code").status, 200);
  EXPECT_NE(Send("GET", "/code?location").body.find("\"></LocationConstraint>"), std::string::npos);
}

TEST_F(S3Test, AnswersWhenTheWriteIsDurable) {
  MakeBucket();
  int answers = 0;
  service_.Handle({"PUT", "/code/a", {}, "hello"}, [&](http::Response) { ++answers; });
  EXPECT_EQ(answers, 0);
  EXPECT_EQ(Code(Send("DELETE", "/code")), "BucketNotEmpty");
  EXPECT_EQ(answers, 1);
}

TEST_F(S3Test, ObjectsAreReadBackInBothStyles) {
  MakeBucket();
  std::string body(3 * kChunkBytes + 17, 'x');
  body[kChunkBytes] = 'y';
  const http::Response put = Send("PUT", "/code/a%20b/c%2Bd", body,
                                  {{"Content-Type", "application/zip"}, {"x-amz-meta-Who", "me"}});
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(put.headers.Get("ETag"), "\"" + HexEncode(Md5(body)) + "\"");
  const http::Response got =
      Send("GET", "/a%20b/c+d?x-id=GetObject", "", {{"Host", "code.s3.us-west-2.amazonaws.com"}});
  EXPECT_EQ(got.status, 200);
  EXPECT_TRUE(got.body == body);
  EXPECT_EQ(got.headers.Get("Content-Type"), "application/zip");
  EXPECT_EQ(got.headers.Get("x-amz-meta-who"), "me");
  const http::Response head = Send("HEAD", "/code/a%20b/c+d");
  EXPECT_EQ(head.headers.Get("Content-Length"), std::to_string(body.size()));
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(*service_.GetObject("code", "a b/c+d"), body);
  EXPECT_EQ(service_.GetObject("code", "no").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(service_.GetObject("no", "no").error().message, "The specified bucket does not exist");
}

TEST_F(S3Test, AReplacedBodyIsGone) {
  MakeBucket();
  Send("PUT", "/code/a", std::string(3 * kChunkBytes, 'x'));
  const size_t before = engine_.key_count(storage::Space::kMeta);
  Send("PUT", "/code/a", "small");
  EXPECT_EQ(engine_.key_count(storage::Space::kMeta), before - 2);
  EXPECT_EQ(Send("GET", "/code/a").body, "small");
  EXPECT_EQ(Code(Send("PUT", "/code/a", "x", {{"If-None-Match", "*"}})), "PreconditionFailed");
}

TEST_F(S3Test, RangesOverChunksAndParts) {
  MakeBucket();
  std::string body(2 * kChunkBytes + 100, '\0');
  for (size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i / 1000 % 26);
  Send("PUT", "/code/a", body);
  const std::pair<size_t, size_t> ranges[] = {{0, 0},
                                              {kChunkBytes - 1, kChunkBytes},
                                              {kChunkBytes, kChunkBytes},
                                              {5, 2 * kChunkBytes + 99},
                                              {2 * kChunkBytes, 2 * kChunkBytes + 99}};
  for (const auto& [first, last] : ranges) {
    const auto got =
        Send("GET", "/code/a", "", {{"Range", fmt::format("bytes={}-{}", first, last)}});
    EXPECT_TRUE(got.body == body.substr(first, last - first + 1)) << first << "-" << last;
  }
}

TEST_F(S3Test, AnObjectThatIsDeletedWhileItIsReadEndsEarly) {
  MakeBucket();
  Send("PUT", "/code/a", std::string(2 * kChunkBytes, 'x'));
  http::Response got;
  service_.Handle({"GET", "/code/a"}, [&](http::Response response) { got = std::move(response); });
  ASSERT_TRUE(got.pieces);
  EXPECT_EQ(got.pieces->size(), 2 * kChunkBytes);
  EXPECT_EQ(got.pieces->Next()->size(), kChunkBytes);
  Send("DELETE", "/code/a");
  EXPECT_EQ(got.pieces->Next(), std::nullopt);
}

TEST_F(S3Test, Ranges) {
  MakeBucket();
  Send("PUT", "/code/a", "0123456789");
  const auto get = [&](const char* range) {
    return Send("GET", "/code/a", "", {{"Range", range}});
  };
  EXPECT_EQ(get("bytes=2-4").body, "234");
  EXPECT_EQ(get("bytes=2-4").headers.Get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(get("bytes=7-").body, "789");
  EXPECT_EQ(get("bytes=-3").body, "789");
  EXPECT_EQ(get("bytes=-99").status, 206);
  EXPECT_EQ(get("bytes=8-99").body, "89");
  EXPECT_EQ(get("bytes=5-2").status, 200);
  EXPECT_EQ(get("lines=1-2").status, 200);
  EXPECT_EQ(Code(get("bytes=10-")), "InvalidRange");
  EXPECT_EQ(Code(get("bytes=-0")), "InvalidRange");
}

TEST_F(S3Test, ChunkedUploadsAndTheirChecksums) {
  MakeBucket();
  const http::Headers headers = {{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
                                 {"x-amz-decoded-content-length", "9"},
                                 {"x-amz-trailer", "x-amz-checksum-crc32"}};
  const auto framed = [](const std::string& checksum) {
    return "4;chunk-signature=abc\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:" + checksum +
           "\r\n\r\n";
  };
  EXPECT_EQ(Send("PUT", "/code/a", framed("y/Q5Jg=="), headers).status, 200);
  EXPECT_EQ(Send("GET", "/code/a").body, "123456789");
  EXPECT_EQ(Code(Send("PUT", "/code/a", framed("AAAAAA=="), headers)), "BadDigest");
  for (const char* broken : {"", "4\r\n123", "x\r\n", "4\r\n1234xx0\r\n", "ffffffff\r\nx",
                             "4\r\n1234\r\n0\r\nnocolon\r\n"}) {
    EXPECT_EQ(Code(Send("PUT", "/code/a", broken, headers)), "IncompleteBody") << broken;
  }
  EXPECT_EQ(Code(Send("PUT", "/code/a", "1\r\n1\r\n0\r\n\r\n", headers)), "IncompleteBody");
}

TEST_F(S3Test, Digests) {
  MakeBucket();
  const auto put = [&](std::string name, std::string value) {
    return Code(Send("PUT", "/code/a", "123456789", {{std::move(name), std::move(value)}}));
  };
  EXPECT_EQ(put("Content-MD5", Base64Encode(Md5("123456789"))), "200");
  EXPECT_EQ(put("Content-MD5", Base64Encode(Md5("other"))), "BadDigest");
  EXPECT_EQ(put("Content-MD5", "x"), "InvalidDigest");
  EXPECT_EQ(put("x-amz-content-sha256", HexEncode(Sha256("123456789"))), "200");
  EXPECT_EQ(put("x-amz-content-sha256", HexEncode(Sha256("other"))), "XAmzContentSHA256Mismatch");
  EXPECT_EQ(put("x-amz-content-sha256", "UNSIGNED-PAYLOAD"), "200");
  EXPECT_EQ(put("x-amz-checksum-sha256", Base64Encode(Sha256("123456789"))), "200");
  EXPECT_EQ(put("x-amz-checksum-sha1", "AAAA"), "BadDigest");
  EXPECT_EQ(put("x-amz-checksum-md4", "AAAA"), "NotImplemented");
  // Check values of the CRC catalogue for "123456789".
  EXPECT_EQ(HexEncode(ComputeChecksum("crc32", "123456789")), "cbf43926");
  EXPECT_EQ(HexEncode(ComputeChecksum("crc32c", "123456789")), "e3069283");
  EXPECT_EQ(HexEncode(ComputeChecksum("crc64nvme", "123456789")), "ae8b14860a799888");
}

TEST_F(S3Test, Lists) {
  MakeBucket();
  for (const char* key : {"a/1", "a/2", "b", "c/x/1", "d%26"}) {
    Send("PUT", std::string("/code/") + key, "x");
  }
  const std::string all = Send("GET", "/code?list-type=2&encoding-type=url").body;
  EXPECT_NE(all.find("<KeyCount>5</KeyCount>"), std::string::npos);
  EXPECT_NE(all.find("<Key>d%26</Key>"), std::string::npos);
  const std::string rolled = Send("GET", "/code?list-type=2&delimiter=/&max-keys=2").body;
  EXPECT_NE(rolled.find("<Prefix>a/</Prefix>"), std::string::npos);
  EXPECT_NE(rolled.find("<Key>b</Key>"), std::string::npos);
  const size_t at = rolled.find("<NextContinuationToken>");
  ASSERT_NE(at, std::string::npos);
  const std::string token = rolled.substr(at + 23, rolled.find('<', at + 1) - at - 23);
  const std::string rest =
      Send("GET", "/code?list-type=2&delimiter=/&continuation-token=" + token).body;
  EXPECT_EQ(rest.find("<Prefix>a/"), std::string::npos);
  EXPECT_NE(rest.find("<Prefix>c/</Prefix>"), std::string::npos);
  EXPECT_NE(rest.find("<IsTruncated>false"), std::string::npos);
  EXPECT_NE(Send("GET", "/code?list-type=2&prefix=a/").body.find("<KeyCount>2<"),
            std::string::npos);
  EXPECT_EQ(Code(Send("GET", "/code?list-type=2&max-keys=x")), "InvalidArgument");
  EXPECT_EQ(Code(Send("GET", "/code?list-type=2&continuation-token=x")), "InvalidArgument");
  EXPECT_EQ(Code(Send("GET", "/code")), "NotImplemented");
}

TEST_F(S3Test, MultipartUploads) {
  MakeBucket();
  const std::string started = Send("POST", "/code/big?uploads", "", {{"x-amz-meta-a", "b"}}).body;
  const size_t at = started.find("<UploadId>");
  const std::string upload = "/code/big?uploadId=" + started.substr(at + 10, 64);
  const std::string first(5 * 1024 * 1024, '1');
  const auto part = [&](int number, const std::string& body) {
    const http::Response answer =
        Send("PUT", upload + "&partNumber=" + std::to_string(number), body);
    return std::string(answer.headers.Get("ETag"));
  };
  const std::string etag1 = part(1, first);
  part(2, "unused");
  const std::string etag3 = part(3, "tail");
  const auto list = [](std::initializer_list<std::pair<int, std::string>> parts) {
    std::string xml = "<CompleteMultipartUpload>";
    for (const auto& [number, etag] : parts) {
      xml += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number, etag);
    }
    return xml + "</CompleteMultipartUpload>";
  };
  EXPECT_EQ(Code(Send("POST", upload, list({{3, etag3}, {1, etag1}}))), "InvalidPartOrder");
  EXPECT_EQ(Code(Send("POST", upload, list({{1, etag3}}))), "InvalidPart");
  EXPECT_EQ(Code(Send("POST", upload, list({}))), "MalformedXML");
  EXPECT_EQ(Code(Send("PUT", upload + "&partNumber=0", "x")), "InvalidArgument");
  const http::Response done = Send("POST", upload, list({{1, etag1}, {3, etag3}}));
  EXPECT_EQ(done.status, 200);
  EXPECT_NE(done.body.find("-2&quot;</ETag>"), std::string::npos);
  const http::Response got = Send("GET", "/code/big");
  EXPECT_TRUE(got.body == first + "tail");
  EXPECT_EQ(got.headers.Get("x-amz-meta-a"), "b");
  EXPECT_EQ(Code(Send("POST", upload, list({{1, etag1}}))), "NoSuchUpload");
  EXPECT_EQ(engine_.key_count(storage::Space::kMeta), 1 + 1 + 20 + 1);
}

TEST_F(S3Test, SmallPartsAndAborts) {
  MakeBucket();
  const size_t before = engine_.key_count(storage::Space::kMeta);
  const std::string started = Send("POST", "/code/big?uploads").body;
  const std::string upload =
      "/code/big?uploadId=" + started.substr(started.find("<UploadId>") + 10, 64);
  const std::string a(Send("PUT", upload + "&partNumber=1", "a").headers.Get("ETag"));
  const std::string b(Send("PUT", upload + "&partNumber=2", "b").headers.Get("ETag"));
  EXPECT_EQ(Code(Send("POST", upload,
                      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + a +
                          "</ETag></Part><Part><PartNumber>2</PartNumber><ETag>" + b +
                          "</ETag></Part></CompleteMultipartUpload>")),
            "EntityTooSmall");
  EXPECT_EQ(Send("DELETE", upload).status, 204);
  EXPECT_EQ(Code(Send("DELETE", upload)), "NoSuchUpload");
  EXPECT_EQ(engine_.key_count(storage::Space::kMeta), before);
}

TEST_F(S3Test, RefusesWhatItDoesNotDo) {
  MakeBucket();
  EXPECT_EQ(Code(Send("GET", "/code?acl")), "NotImplemented");
  EXPECT_EQ(Code(Send("PUT", "/code/a", "", {{"x-amz-copy-source", "/code/b"}})), "NotImplemented");
  EXPECT_EQ(Code(Send("PUT", "/code/a", "", {{"x-amz-server-side-encryption", "aws:kms"}})),
            "NotImplemented");
  EXPECT_EQ(Code(Send("PATCH", "/code/a")), "MethodNotAllowed");
  EXPECT_EQ(Code(Send("GET", "/code/a")), "NoSuchKey");
  EXPECT_EQ(Code(Send("GET", "/nothing/a")), "NoSuchBucket");
  EXPECT_EQ(Code(Send("PUT", "/nothing/a", "x")), "NoSuchBucket");
  EXPECT_EQ(Code(Send("GET", "/code/" + std::string(kMaxKeyBytes + 1, 'k'))), "KeyTooLongError");
  EXPECT_EQ(Code(Send("PUT", "/code/%ff", "x")), "InvalidArgument");
  EXPECT_EQ(
      Code(Send("PUT", "/code/a", "", {{"x-amz-meta-a", std::string(kMaxUserMetadataBytes, 'x')}})),
      "MetadataTooLarge");
  EXPECT_EQ(Code(Send("PUT", "/code/a", std::string(kMaxObjectBytes + 1, 'x'))), "EntityTooLarge");
}

}  // namespace
}  // namespace lifeboat::s3
