#include "net/request_reader.h"

#include <gtest/gtest.h>

namespace lifeboat::net {
namespace {

/// Writes down what it is given: `GET /a [body]`, `GET /a [] close`, `400`, `100?`.
class Notes : public RequestTaker {
 public:
  bool MayTake() const override { return taken_ < limit; }
  void OnRequest(http::Request request, ResponseFraming framing) override {
    ++taken_;
    text += fmt::format("{} {} [{}]{} ", request.method, request.target, request.body,
                        framing.keep_alive ? "" : " close");
  }
  void OnRefusal(int status, std::string_view) override {
    text += fmt::format("{} ", status);
    limit = 0;
  }

  size_t limit = 100;
  std::string text;

 private:
  size_t taken_ = 0;
};

RequestReader NewReader() { return {1024, 64}; }

/// Reads `bytes` in pieces of `piece`.
std::string ReadInPieces(std::string_view bytes, size_t piece) {
  RequestReader reader = NewReader();
  Notes notes;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    reader.Read(bytes.substr(0, piece), notes);
    if (!reader.invitation_due()) continue;
    reader.SetInvited();
    notes.text += "100? ";
  }
  return notes.text;
}

struct Row {
  std::string_view bytes, expected;
};

constexpr Row kRows[] = {
    {"GET /a HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a [] "},
    {"GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n",
     "GET /a [] GET /b [] "},
    {"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: x\r\n\r\n",
     "PUT /a [abc] GET /b [] "},
    {"PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
     "PUT /a [abc] "},
    {"GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /a [] close "},
    {"GET /a HTTP/1.0\r\n\r\n", "GET /a [] close "},
    {"GET /a HTTP/1.1\r\n\r\n", "400 "},     // No Host.
    {"what is this\r\n\r\nGET /a", "400 "},  // Nothing behind it is understood.
    {"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 65\r\n\r\n", "413 "},
    {"PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "501 "},
    {"PUT /a HTTP/1.1\r\nHost: x\r\nExpect: rain\r\nContent-Length: 1\r\n\r\nx", "417 "},
    // HTTP/1.0 knows no expectations.
    {"PUT /a HTTP/1.0\r\nExpect: rain\r\nContent-Length: 1\r\n\r\nx", "PUT /a [x] close "},
};

TEST(RequestReader, ReadsTheSameHoweverTheBytesCome) {
  for (const auto& [bytes, expected] : kRows) {
    for (size_t piece = 1; piece <= bytes.size(); ++piece) {
      EXPECT_EQ(ReadInPieces(bytes, piece), expected) << piece << " of " << bytes;
    }
  }
}

TEST(RequestReader, AClientThatWaitsIsToBeInvited) {
  const std::string head =
      "PUT /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
  // The body came with the header: there is nothing to invite to.
  EXPECT_EQ(ReadInPieces(head + "x", head.size() + 1), "PUT /a [x] ");
  EXPECT_EQ(ReadInPieces(head + "x", head.size()), "100? PUT /a [x] ");
}

TEST(RequestReader, WhatMayNotBeTakenWaits) {
  RequestReader reader = NewReader();
  Notes notes;
  notes.limit = 1;
  const std::string one = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";
  reader.Read(one + one + one.substr(0, 5), notes);
  EXPECT_EQ(notes.text, "GET /a [] ");
  EXPECT_TRUE(reader.has_left_over());
  EXPECT_FALSE(reader.receiving());
  EXPECT_EQ(reader.bytes(), one.size() + 5);
  notes.limit = 2;
  reader.Read({}, notes);
  EXPECT_EQ(notes.text, "GET /a [] GET /a [] ");
  notes.limit = 3;
  reader.Read(one.substr(5), notes);
  EXPECT_EQ(notes.text, "GET /a [] GET /a [] GET /a [] ");
  EXPECT_EQ(reader.bytes(), 0u);
}

TEST(RequestReader, DropForgetsAll) {
  RequestReader reader = NewReader();
  Notes notes;
  reader.Read("PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc", notes);
  EXPECT_TRUE(reader.receiving());
  EXPECT_EQ(reader.bytes(), 3u);
  reader.Drop();
  EXPECT_FALSE(reader.receiving());
  EXPECT_EQ(reader.bytes(), 0u);
  reader.Read("GET /b HTTP/1.1\r\nHost: x\r\n\r\n", notes);
  EXPECT_EQ(notes.text, "GET /b [] ");
}

}  // namespace
}  // namespace lifeboat::net
