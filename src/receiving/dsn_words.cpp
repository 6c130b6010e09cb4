#include "receiving/dsn_words.h"

#include <array>

namespace outrider::receiving {
namespace {

constexpr auto kFormats = std::to_array<BounceFormat>({
    {"qmail", "this is the qmail-send program"},
    {"qmail", "unable to deliver your message to the following addresses"},
    {"exim", "this message was created automatically by mail delivery software"},
    {"postfix", "this is the mail system at host"},
    {"exchange", "your message did not reach some or all of the intended recipients"},
    {"exchange", "your message couldn't be delivered"},
    {"exchange", "delivery has failed to these recipients"},
    {"exchange", "ihre nachricht konnte nicht zugestellt werden"},
    {"exchange", "fehler bei der nachrichtenzustellung an folgende empfänger"},
    {"exchange", "échec de la remise pour ces destinataires"},
    {"exchange", "no se pudo entregar el mensaje a estos destinatarios"},
    {"exchange", "impossibile recapitare il messaggio ai seguenti destinatari"},
    {"exchange", "bezorging aan deze geadresseerden is mislukt"},
    {"office365", "couldn't be delivered to"},
    {"yahoo", "sorry, we were unable to deliver your message to the following address"},
    {"zoho", "this message was created automatically by zoho mail"},
    {"gmail", "your message wasn't delivered to"},
    {"gmail", "delivery to the following recipient failed permanently"},
    {"gmail", "message not delivered"},
    {"gmx", "this message was created automatically by gmx mail system"},
    {"mail.ru", "a message that you sent was rejected by the local scanning code"},
    {"mail.ru", "это письмо создано автоматически сервером"},
    {"domino", "your message could not be delivered because"},
    {"aol", "your mail to the following recipients could not be delivered"},
    {"ses", "an error occurred while trying to deliver the mail to the following recipients"},
    {"sendmail", "the following addresses had permanent fatal errors"},
    {"mimecast", "the email message could not be delivered"},
    {"generic", "undeliverable mail returned to sender"},
    {"generic", "could not be delivered to one or more"},
    {"generic", "i wasn't able to deliver your message"},
});

constexpr auto kSubjects = std::to_array<std::string_view>({
    "undelivered mail returned to sender",
    "undeliverable",
    "delivery status notification",
    "delivery failure",
    "delivery failed",
    "mail delivery failed",
    "mail delivery failure",
    "failure notice",
    "returned mail",
    "message delivery failure",
    "mail delivery subsystem",
    "delivery notification",
    "could not be delivered",
    "not delivered",
    "non remis",
    "nicht zustellbar",
    "unzustellbar",
    "zustellung fehlgeschlagen",
    "échec de la remise",
    "non recapitabile",
    "mancato recapito",
    "no se puede entregar",
    "no entregado",
    "não é possível entregar",
    "onbestelbaar",
    "niet bezorgd",
    "niedostarczona",
    "niedostarczalna",
    "kan inte levereras",
    "olevererbart",
    "kan ikke leveres",
    "toimittamaton",
    "nedoručitelné",
    "teslim edilemedi",
    "недоставленное",
    "не доставлено",
    "配信不能",
    "配信できません",
    "无法投递",
    "退信",
    "반송",
    "warning: could not send message",
    "mail system error",
    "delayed",
    "delivery delayed",
    "zustellung verzögert",
});

constexpr auto kDelay = std::to_array<std::string_view>({
    "will be retried",
    "will continue to try",
    "will keep trying",
    "still being retried",
    "has not yet been delivered",
    "could not send message for past",
    "delivery to the following recipients has been delayed",
    "delivery is delayed",
    "delivery incomplete",
    "temporary problem",
    "you do not need to resend",
    "no action is required on your part",
    "delivery of the message will be attempted",
    "has been delayed",
    "wird weiterhin versucht",
    "wurde verzögert",
    "message delayed",
});

constexpr auto kReasons = std::to_array<BounceReason>({
    {"user unknown", "5.1.1"},
    {"unknown user", "5.1.1"},
    {"no such user", "5.1.1"},
    {"nosuchuser", "5.1.1"},
    {"address not found", "5.1.1"},
    {"recipient not found", "5.1.1"},
    {"recipientnotfound", "5.1.1"},
    {"unknown recipient", "5.1.1"},
    {"invalid recipient", "5.1.1"},
    {"does not exist", "5.1.1"},
    {"doesn't exist", "5.1.1"},
    {"no mailbox here by that name", "5.1.1"},
    {"user doesn't have a", "5.1.1"},
    {"couldn't be found", "5.1.1"},
    {"wasn't found at", "5.1.1"},
    {"unbekannter empfänger", "5.1.1"},
    {"mailbox unavailable", "5.1.1"},
    {"mailbox disabled", "5.2.1"},
    {"account is disabled", "5.2.1"},
    {"account has been disabled", "5.2.1"},
    {"account is inactive", "5.2.1"},
    {"over quota", "5.2.2"},
    {"mailbox full", "5.2.2"},
    {"mailbox is full", "5.2.2"},
    {"quota exceeded", "5.2.2"},
    {"out of storage", "5.2.2"},
    {"message too large", "5.3.4"},
    {"exceeds size limit", "5.3.4"},
    {"host or domain name not found", "5.4.4"},
    {"domain not found", "5.4.4"},
    {"couldn't find any host named", "5.1.2"},
    {"no mx record", "5.4.4"},
    {"blacklist", "5.7.1"},
    {"blocklist", "5.7.1"},
    {"blocked", "5.7.1"},
    {"spam", "5.7.1"},
    {"policy", "5.7.1"},
    {"access denied", "5.7.1"},
    {"relay", "5.7.1"},
});

}  // namespace

std::span<const BounceFormat> bounce_formats() {
  return kFormats;
}
std::span<const std::string_view> bounce_subjects() {
  return kSubjects;
}
std::span<const std::string_view> delay_phrases() {
  return kDelay;
}
std::span<const BounceReason> bounce_reasons() {
  return kReasons;
}

}  // namespace outrider::receiving
