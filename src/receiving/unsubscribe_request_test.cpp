#include "receiving/unsubscribe_request.h"

#include <doctest/doctest.h>

#include <string>

using namespace outrider::receiving;

TEST_CASE("a clear wish for no more mail is understood in many languages") {
  for (const auto* text : {"Unsubscribe",
                           "Please remove me from your list.",
                           "Stop emailing me!",
                           "take me off",
                           "STOP",
                           "remove.",
                           "Don\u2019t contact me again",
                           "Please opt out",
                           "Bitte keine weiteren E-Mails",
                           "Nehmen Sie mich aus dem Verteiler",
                           "Merci de me désinscrire",
                           "Quiero darme de baja",
                           "Por favor remova-me",
                           "Cancellatemi per favore",
                           "Graag uitschrijven",
                           "Proszę o wypisanie",
                           "Ta bort mig tack",
                           "Afmeld venligst",
                           "Vennligst fjern meg",
                           "Poistakaa minut listalta",
                           "Prosím neposílejte",
                           "Lütfen listenizden çıkarın",
                           "Отпишите меня",
                           "Відпишіть мене",
                           "配信停止をお願いします",
                           "请退订",
                           "수신거부"}) {
    CAPTURE(text);
    CHECK(is_unsubscribe_request(text));
  }
}

TEST_CASE("a refusal, a question and a long text are not unsubscribe requests") {
  for (const auto* text : {"no",
                           "No thanks.",
                           "Not interested",
                           "We can stop by your office on Monday",
                           "Please stop by",
                           "nonstop",
                           "",
                           "Removed the blocker, let us talk",
                           "para mañana"}) {
    CAPTURE(text);
    CHECK_FALSE(is_unsubscribe_request(text));
  }
  std::string text = "please unsubscribe me";
  for (int i = 0; i < 23; ++i) text += " word";
  CHECK_FALSE(is_unsubscribe_request(text));
}

TEST_CASE("the subject of our own unsubscribe link carries its token") {
  CHECK(unsubscribe_token("unsubscribe-aB3_x.y-z") == "aB3_x.y-z");
  CHECK(unsubscribe_token(" Unsubscribe-abc ") == "abc");
  CHECK_FALSE(unsubscribe_token("unsubscribe"));
  CHECK_FALSE(unsubscribe_token("unsubscribe-"));
  CHECK_FALSE(unsubscribe_token("unsubscribe-a b"));
}
