#include "net/answer_queue.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace lifeboat::net {
namespace {

/// A table of events: `+` takes a place, a digit fills that place with its own number as body, `<`
/// takes off all answers that may leave, `x` drops all places. What left stands in order of
/// leaving.
std::string Play(std::string_view events) {
  AnswerQueue queue;
  std::string left;
  for (const char event : events) {
    if (event == '+') {
      queue.Add({});
    } else if (event == 'x') {
      queue.Clear();
    } else if (event == '<') {
      while (const auto answer = queue.Next()) left += answer->response.body;
    } else if (!queue.Fill(static_cast<uint64_t>(event - '0'), {.body = std::string(1, event)})) {
      left += '!';
    }
  }
  return fmt::format("{} {}/{}", left, queue.size(), queue.body_bytes());
}

TEST(AnswerQueue, AnswersLeaveInTheOrderOfTheRequests) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      // events, what left, places still taken / bytes of bodies in them
      {"", " 0/0"},
      {"+<", " 1/0"},
      {"+0<", "0 0/0"},
      {"++1<", " 2/1"},          // The second waits for the first.
      {"++1<0<", "01 0/0"},      //
      {"+++2<0<1<", "012 0/0"},  //
      {"+0<+1<", "01 0/0"},      // Numbers go on when places were taken off.
      {"+00<", "!0 0/0"},        // A place is filled once,
      {"+0<0", "0! 0/0"},        // and not again when its answer has left.
      {"+++10<", "01 1/0"},
      {"+1", "! 1/0"},         // A place that nobody took.
      {"++1x", " 0/0"},        // What was dropped is neither sent
      {"++1x0+2<", "!2 0/0"},  // nor filled, and numbers go on.
  };
  for (const auto& [events, expected] : rows) EXPECT_EQ(Play(events), expected) << events;
}

TEST(AnswerQueue, FramingStaysWithItsPlace) {
  AnswerQueue queue;
  const uint64_t first = queue.Add({.head = true});
  const uint64_t second = queue.Add({.keep_alive = false});
  queue.Fill(second, {.status = 201});
  queue.Fill(first, {.status = 200});
  const auto answer = queue.Next();
  EXPECT_TRUE(answer->framing.head);
  EXPECT_EQ(answer->response.status, 200);
  EXPECT_FALSE(queue.Next()->framing.keep_alive);
}

}  // namespace
}  // namespace lifeboat::net
