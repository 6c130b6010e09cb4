#include "sending/thread_headers.h"

#include <doctest/doctest.h>

using namespace outrider::sending;

namespace {

const std::vector<ThreadMessage> kThread = {
    {.message_id = "1@a.com", .subject = "Pallets", .direction = Direction::Outgoing},
    {.message_id = "2@a.com", .subject = "Re: Pallets", .direction = Direction::Outgoing},
    {.message_id = "r@lead.com", .subject = "AW: Pallets", .direction = Direction::Incoming},
};

}  // namespace

TEST_CASE("the first mail starts a thread") {
  const auto headers = next_headers({}, " Pallets ");
  CHECK(headers.subject == "Pallets");
  CHECK(headers.in_reply_to.empty());
  CHECK(headers.references.empty());
  CHECK(headers.starts_thread);
}

TEST_CASE("blank_subject_threads_in_gmail_and_outlook_headers") {
  const auto headers = next_headers(kThread, "  ");
  CHECK(headers.subject == "Re: Pallets");
  CHECK(headers.in_reply_to == "2@a.com");
  CHECK(headers.references == std::vector<std::string>{"1@a.com", "2@a.com"});
  CHECK_FALSE(headers.starts_thread);
}

TEST_CASE("a subject that differs in reply marks only stays in the thread") {
  for (const char* subject : {"Pallets", "Re: Pallets", "RE: AW: Pallets", "Fwd: Pallets"}) {
    CAPTURE(subject);
    const auto headers = next_headers(kThread, subject);
    CHECK(headers.subject == "Re: Pallets");
    CHECK_FALSE(headers.starts_thread);
  }
}

TEST_CASE("a changed subject starts a new thread, which the next blank one continues") {
  const auto changed = next_headers(kThread, "Empty runs");
  CHECK(changed.subject == "Empty runs");
  CHECK(changed.references.empty());
  CHECK(changed.starts_thread);

  auto thread = kThread;
  thread.push_back({.message_id = "3@a.com", .subject = "Empty runs", .direction = Direction::Outgoing});
  const auto next = next_headers(thread, "");
  CHECK(next.subject == "Re: Empty runs");
  CHECK(next.references == std::vector<std::string>{"3@a.com"});
}

TEST_CASE("a lead who changes the subject stays in the thread, and an answer by hand is part of it") {
  auto thread = kThread;
  thread.push_back({.message_id = "s@lead.com", .subject = "New address", .direction = Direction::Incoming});
  CHECK(next_headers(thread, "").subject == "Re: Pallets");
  CHECK(next_headers(thread, "").in_reply_to == "2@a.com");

  thread.push_back({.message_id = "h@a.com", .subject = "Re: Pallets", .direction = Direction::Outgoing});
  CHECK(next_headers(thread, "").in_reply_to == "h@a.com");
  CHECK(next_headers(thread, "").references ==
        std::vector<std::string>{"1@a.com", "2@a.com", "r@lead.com", "s@lead.com", "h@a.com"});
}

TEST_CASE("references keep the first and the last ten, each once") {
  std::vector<ThreadMessage> thread;
  for (int i = 0; i < 30; ++i)
    thread.push_back(
        {.message_id = std::to_string(i) + "@a.com", .subject = "x", .direction = Direction::Outgoing});
  thread.push_back(thread.back());
  const auto headers = next_headers(thread, "");
  CHECK(headers.references.size() == 11);
  CHECK(headers.references.front() == "0@a.com");
  CHECK(headers.references[1] == "20@a.com");
  CHECK(headers.references.back() == "29@a.com");
  CHECK(headers.in_reply_to == "29@a.com");
}

TEST_CASE("a thread whose first subject is blank has a reply mark alone") {
  const auto headers =
      next_headers({{.message_id = "1@a.com", .subject = "", .direction = Direction::Outgoing}}, "");
  CHECK(headers.in_reply_to == "1@a.com");
  CHECK_FALSE(headers.starts_thread);
}

TEST_CASE("from another domain a new thread starts under the old subject, and goes on from there") {
  std::vector<ThreadMessage> thread = {
      {.message_id = "1@a.com", .subject = "Pallets", .sender_domain = "a.com"},
      {.message_id = "2@a.com", .subject = "Re: Pallets", .sender_domain = "a.com"},
  };
  CHECK(next_headers(thread, "", "a.com").in_reply_to == "2@a.com");
  for (const char* subject : {"", "Pallets", "Re: Pallets"}) {
    CAPTURE(subject);
    const auto headers = next_headers(thread, subject, "b.com");
    CHECK(headers.subject == "Pallets");
    CHECK(headers.in_reply_to.empty());
    CHECK(headers.references.empty());
    CHECK(headers.starts_thread);
  }
  thread.push_back({.message_id = "3@b.com", .subject = "Pallets", .sender_domain = "b.com"});
  const auto next = next_headers(thread, "", "b.com");
  CHECK(next.subject == "Re: Pallets");
  CHECK(next.references == std::vector<std::string>{"3@b.com"});
}
