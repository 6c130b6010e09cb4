#include "receiving/reply_text.h"

#include <doctest/doctest.h>

#include "core/strings.h"

using namespace outrider;
using namespace outrider::receiving;

TEST_CASE("quoted mail is cut in the languages people answer in") {
  const char* intros[] = {
      "On Tue, Mar 3, 2026 at 10:00 AM Grace <grace@us.com> wrote:",
      "On Tue, Mar 3, 2026 at 10:00 AM Grace Hopper\n<grace@us.com> wrote:",
      "Am Di., 3. März 2026 um 10:00 Uhr schrieb Grace <grace@us.com>:",
      "Le mar. 3 mars 2026 à 10:00, Grace <grace@us.com> a écrit :",
      "El mar, 3 mar 2026 a las 10:00, Grace (<grace@us.com>) escribió:",
      "Em ter., 3 de mar. de 2026 às 10:00, Grace <grace@us.com> escreveu:",
      "Il giorno mar 3 mar 2026 alle ore 10:00 Grace <grace@us.com> ha scritto:",
      "Op di 3 mrt 2026 om 10:00 schreef Grace <grace@us.com>:",
      "wt., 3 mar 2026 o 10:00 Grace <grace@us.com> napisał(a):",
      "Den tis 3 mars 2026 kl 10:00 skrev Grace <grace@us.com>:",
      "ti 3.3.2026 klo 10.00 Grace (grace@us.com) kirjoitti:",
      "út 3. 3. 2026 v 10:00 odesílatel Grace <grace@us.com> napsal:",
      "Grace <grace@us.com>, 3 Mar 2026 Sal, 10:00 tarihinde şunu yazdı:",
      "вт, 3 мар. 2026 г. в 10:00, Grace <grace@us.com> пише:",
      "Вт, 3 мар 2026, Grace написал(а):",
      "Grace <grace@us.com> ezt írta (időpont: 2026. márc. 3., K, 10:00):",
      "În mar., 3 mar. 2026 la 10:00, Grace <grace@us.com> a scris:",
      "Στις Τρί 3 Μαρ 2026 στις 10:00, ο Grace <grace@us.com> έγραψε:",
      "2026年3月3日(火) 10:00 Grace <grace@us.com> のメール:",
      "Grace <grace@us.com> 于2026年3月3日周二 10:00写道：",
      "2026년 3월 3일 (화) 오전 10:00, Grace <grace@us.com>님이 작성:",
      "-----Original Message-----",
      "---------- Forwarded message ---------",
      "-----Ursprüngliche Nachricht-----",
      "________________________________\nFrom: Grace <grace@us.com>\nSent: Tuesday\nTo: Ada\nSubject: Hello",
      "Von: Grace <grace@us.com>\nGesendet: Dienstag, 3. März 2026\nAn: Ada\nBetreff: Hallo",
      "De : Grace <grace@us.com>\nEnvoyé : mardi 3 mars\nÀ : Ada\nObjet : Bonjour",
      "*From:* Grace\n*Sent:* Tuesday\n*To:* Ada",
      "差出人: Grace\n送信日時: 2026年3月3日\n宛先: Ada\n件名: x",
      "-- ",
  };
  for (const auto* intro : intros) {
    CAPTURE(intro);
    CHECK(strip_quoted_text("Sounds good, thank you.\n\n" + std::string(intro) + "\nold text\n") ==
          "Sounds good, thank you.");
  }
}

TEST_CASE("answers between and below quoted lines stay") {
  CHECK(strip_quoted_text("On 3 Mar 2026, Grace wrote:\n> Tuesday?\nYes.\n> Price?\nTen.\n") == "Yes.\nTen.");
  CHECK(strip_quoted_text("Hello.\nI wrote: three things.\nFrom: here we go\n") ==
        "Hello.\nI wrote: three things.\nFrom: here we go");
  CHECK(strip_quoted_text("Thanks!\n\nSent from my iPhone\n") == "Thanks!");
  CHECK(strip_quoted_text("Danke\n\nVon meinem iPhone gesendet\n\n> alt\n") == "Danke");
  CHECK(strip_quoted_text("").empty());
}

TEST_CASE("quoted HTML is cut by the marks of the clients") {
  const struct {
    const char* html;
    const char* expected;
  } cases[] = {
      {"<div>Yes</div><div class=\"gmail_quote\"><div>On "
       "wrote</div><blockquote>old</blockquote></div><p>end</p>",
       "<div>Yes</div><p>end</p>"},
      {"Yes<blockquote type=\"cite\">old<blockquote>older</blockquote></blockquote>more", "Yesmore"},
      {"Yes<hr><div id=\"divRplyFwdMsg\">From</div>old", "Yes<hr>"},
      {"<p>Yes</p><div><div style=\"border:none;border-top:solid #E1E1E1 1.0pt;padding:3pt\">From: "
       "x</div></div>old",
       "<p>Yes</p><div>"},
      {"Yes<div class='x yahoo_quoted'>old", "Yes"},
      {"<blockquote>my own quote</blockquote>", "<blockquote>my own quote</blockquote>"},
      {"Yes<div class=\"moz-cite-prefix\">On ... wrote:</div>", "Yes"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.html);
    CHECK(strip_quoted_html(c.html) == c.expected);
  }
}

TEST_CASE("the new text comes from the text part, else from the HTML") {
  mail::ParsedMessage message;
  message.html = "<p>Call me</p><div class=gmail_quote>old</div>";
  CHECK(new_text(message) == "Call me");
  message.text = "Text wins\n> old";
  CHECK(new_text(message) == "Text wins");
}

TEST_CASE("stripping stays linear on hostile input") {
  const char* units[] = {"From: a\n",
                         "> ",
                         "on 3 wrote\n",
                         "---",
                         "a 1\n",
                         ":\n",
                         "<div class=gmail_quote>",
                         "</div><div id=x>"};
  for (const auto* unit : units) {
    std::string text;
    while (text.size() < 8'000) text += unit;
    CHECK(strip_quoted_text(text).size() <= text.size());
    CHECK(strip_quoted_html(text).size() <= text.size());
  }
}
