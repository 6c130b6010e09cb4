#include "receiving/auto_reply.h"

#include <doctest/doctest.h>

#include "receiving/reply_text.h"

using namespace outrider;
using namespace outrider::receiving;

namespace {

std::optional<AutoReply> detect(const std::string& raw, std::optional<TimeMs> since_send_ms = {}) {
  const auto message = mail::parse_message(raw);
  return detect_auto_reply(message, new_text(message), since_send_ms);
}

}  // namespace

TEST_CASE("ooo_14_languages: subjects and short bodies of absence are recognised") {
  const char* subjects[] = {"Automatic reply: Hello",
                            "Out of Office",
                            "Automatische Antwort: Hallo",
                            "Abwesenheitsnotiz",
                            "Réponse automatique : Bonjour",
                            "Respuesta automática: Hola",
                            "Fora do escritório",
                            "Risposta automatica: Ciao",
                            "Automatisch antwoord: Hallo",
                            "Afwezig",
                            "Automatyczna odpowiedź: Cześć",
                            "Autosvar: Hej",
                            "Frånvaro",
                            "Automatisk svar: Hej",
                            "Automaattinen vastaus: Hei",
                            "Automatická odpověď: Ahoj",
                            "Otomatik yanıt: Merhaba",
                            "Автоматический ответ: Привет",
                            "Автоматична відповідь: Вітаю",
                            "自動応答: こんにちは",
                            "自动回复: 你好",
                            "자동 회신: 안녕"};
  for (const auto* subject : subjects) {
    CAPTURE(subject);
    const auto found = detect("From: ada@acme.com\nSubject: " + std::string(subject) + "\n\nThank you.");
    REQUIRE(found);
    CHECK(found->kind == AutoReplyKind::OutOfOffice);
    CHECK(found->rule == "auto.subject");
  }
  const char* bodies[] = {"I am out of the office until Monday.",
                          "Ich bin bis Montag im Urlaub.",
                          "Je suis absent jusqu'au 5 mars.",
                          "Estoy de vacaciones hasta el lunes.",
                          "Estou de férias até segunda.",
                          "Sono in ferie fino a lunedì.",
                          "Ik ben op vakantie tot maandag.",
                          "Jestem na urlopie do poniedziałku.",
                          "Jag är på semester till måndag.",
                          "Jeg holder ferie til mandag.",
                          "Olen lomalla maanantaihin.",
                          "Jsem na dovolené do pondělí.",
                          "Şu an izindeyim.",
                          "Я в отпуске до понедельника.",
                          "Я у відпустці.",
                          "現在不在にしております。",
                          "我正在休假。",
                          "휴가 중입니다."};
  for (const auto* body : bodies) {
    CAPTURE(body);
    const auto found = detect("From: ada@acme.com\nSubject: Re: Hello\n\n" + std::string(body));
    REQUIRE(found);
    CHECK(found->kind == AutoReplyKind::OutOfOffice);
  }
}

TEST_CASE("strong headers mark a machine whatever it says") {
  for (const auto* header : {"Auto-Submitted: auto-replied",
                             "Auto-Submitted: auto-generated (x)",
                             "X-Autoreply: yes",
                             "X-Autorespond: x",
                             "X-Auto-Reply-Foo: x",
                             "Precedence: auto_reply",
                             "X-Apple-Action: VACATION",
                             "X-MS-Exchange-Inbox-Rules-Loop: a@b.com",
                             "X-FC-MachineGenerated: true",
                             "Return-Path: <>"}) {
    CAPTURE(header);
    const auto found =
        detect("From: ada@acme.com\nSubject: Re: Hello\n" + std::string(header) + "\n\nWho are you?");
    REQUIRE(found);
    CHECK(found->rule == "auto.header");
  }
  CHECK_FALSE(detect("From: a@b.com\nAuto-Submitted: no\nSubject: Re: Hi\n\nYes"));
}

TEST_CASE("x_auto_response_suppress_is_not_ooo, and bulk precedence neither") {
  CHECK_FALSE(detect("From: ada@acme.com\nX-Auto-Response-Suppress: All\nSubject: Re: Hello\n\nSounds good"));
  CHECK_FALSE(detect("From: ada@acme.com\nPrecedence: bulk\nSubject: Re: Hello\n\nSounds good"));
}

TEST_CASE("without a strong header a question or a long text is a person") {
  CHECK_FALSE(detect("From: a@b.com\nSubject: Re: Hello\n\nI am on vacation, can we talk in March?"));
  CHECK_FALSE(detect("From: a@b.com\nSubject: Automatic reply: x\n\nReally? I wrote this myself."));
  std::string longer = "From: a@b.com\nSubject: Re: Hello\n\nI was out of office.";
  for (int i = 0; i < 130; ++i) longer += " word";
  CHECK_FALSE(detect(longer));
  CHECK(detect("From: a@b.com\nSubject: Re: Hello\n\nI am on vacation, see https://acme.com/?a=b for help."));
}

TEST_CASE("those who left and ticket systems are told apart") {
  const auto left = detect(
      "From: a@b.com\nAuto-Submitted: auto-replied\nSubject: Automatic reply: x\n\n"
      "Ada is no longer with Acme. Please write to bob@acme.com.");
  REQUIRE(left);
  CHECK(left->kind == AutoReplyKind::LeftCompany);
  CHECK(detect("From: a@b.com\nSubject: Re: x\n\nAda n'est plus dans l'entreprise.")->kind ==
        AutoReplyKind::LeftCompany);
  CHECK(detect("From: a@b.com\nSubject: Re: x\n\nFrau Lovelace ist nicht mehr im Unternehmen.")->kind ==
        AutoReplyKind::LeftCompany);
  CHECK(detect("From: a@b.com\nSubject: [Ticket 12] x\n\nWe have received your request.")->kind ==
        AutoReplyKind::TicketAck);
}

TEST_CASE("words of a machine count only when it answered at once") {
  const std::string raw = "From: a@b.com\nSubject: Re: x\n\nThis is an automated message.";
  CHECK(detect(raw, 30 * kSecondMs));
  CHECK_FALSE(detect(raw, 30 * kMinuteMs));
}
