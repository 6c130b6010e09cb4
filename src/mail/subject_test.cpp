#include "mail/subject.h"

#include <doctest/doctest.h>

#include "mail/fold.h"

using namespace outrider::mail;

TEST_CASE("reply and forward marks of any language come off, again and again") {
  for (const auto* marked : {"Hello",
                             "Re: Hello",
                             "RE:Hello",
                             "AW: SV: Antw: TR: Odp: RV: Hello",
                             "Fwd: WG: hello",
                             "Re[2]: Re(3): Re^4: Hello",
                             "[EXTERNAL] Re: Hello",
                             "回复：Hello",
                             "Отв: HELLO",
                             "re : Hello",
                             "Vá: hello"}) {
    CAPTURE(marked);
    CHECK(same_subject(marked, "Hello"));
    CHECK(reply_subject(marked).starts_with("Re: "));
  }
  CHECK(strip_subject_prefixes("Report: numbers") == "Report: numbers");
  CHECK(strip_subject_prefixes("Re") == "Re");
  CHECK(strip_subject_prefixes("Re: ").empty());
  CHECK(reply_subject("AW: Re: Über uns") == "Re: Über uns");
}

TEST_CASE("folding lowers what people write and keeps the length") {
  CHECK(fold_case("ÀÉÎÕÜ Žluť ПРИВЕТ ΑΒΓ ŁÓDŹ") == "àéîõü žluť привет αβγ łódź");
  CHECK(fold_text(" Don\u2019t \n\t stop\u00A0it ") == "don't stop it");
}

TEST_CASE("words are counted in every script") {
  CHECK(count_words("one two  three\n") == 3);
  CHECK(count_words("ありがとう") == 3);
  CHECK(count_words("") == 0);
}

TEST_CASE("phrases match whole words") {
  CHECK(contains_phrase("please stop now", "stop"));
  CHECK_FALSE(contains_phrase("nonstop", "stop"));
  CHECK(contains_phrase("現在不在です", "不在"));
}
