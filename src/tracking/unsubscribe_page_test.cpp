#include "tracking/unsubscribe_page.h"

#include <doctest/doctest.h>

using namespace outrider::tracking;

TEST_CASE("the question page has one button that posts the one-click field") {
  const std::string page = unsubscribe_question_page("ada@example.com");
  CHECK(page.contains("<form method=\"post\">"));
  CHECK(page.contains("name=\"List-Unsubscribe\" value=\"One-Click\""));
  CHECK(page.contains("a•••@example.com"));
  CHECK_FALSE(page.contains("ada@"));
  CHECK_FALSE(page.contains("<script"));
}

TEST_CASE("an address cannot break out of the page") {
  CHECK_FALSE(unsubscribe_done_page("x@<script>").contains("<script"));
  CHECK(masked_email("no address") == "this address");
  CHECK(masked_email("ü@x.de") == "ü•••@x.de");
}

TEST_CASE("an unknown token has a page of its own") {
  CHECK(unsubscribe_unknown_page().contains("not valid"));
}
