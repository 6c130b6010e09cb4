#include "receiving/reply_words.h"

#include <array>

namespace outrider::receiving {
namespace {

// en de fr es pt it nl pl sv da no fi cs sk tr ru uk hu ro el ja zh ko
constexpr auto kWrote = std::to_array<std::string_view>({
    "wrote",      "writes",     "schrieb",  "geschrieben", "a écrit",        "ecrit",      "escribió",
    "escribio",   "escreveu",   "scrisse",  "ha scritto",  "schreef",        "geschreven", "napisał",
    "napisał(a)", "napisała",   "pisze",    "skrev",       "skrev følgende", "kirjoitti",  "napsal",
    "napsal(a)",  "napsala",    "napísal",  "napísal(a)",  "yazdı",          "şunu yazdı", "şunları yazdı",
    "написал",    "написал(а)", "написала", "пишет",       "писал(а)",       "написав",    "написав(ла)",
    "пише",       "írta",       "ezt írta", "a scris",     "έγραψε",         "のメール",   "が書きました",
    "書きました", "写道",       "寫道",     "来信",        "작성",           "님이 작성",
});

constexpr auto kFrom = std::to_array<std::string_view>({
    "from",      "von",    "de",       "da",     "van",       "od",         "från",     "fra",
    "lähettäjä", "kimden", "gönderen", "от",     "от кого",   "від",        "feladó",   "de la",
    "από",       "差出人", "发件人",   "寄件者", "보낸 사람", "expéditeur", "mittente", "remitente",
});

constexpr auto kHeader = std::to_array<std::string_view>({
    "sent",          "date",       "to",
    "subject",       "cc",         "reply-to",
    "gesendet",      "datum",      "an",
    "betreff",       "envoyé",     "à",
    "objet",         "enviado",    "fecha",
    "para",          "asunto",     "data",
    "assunto",       "inviato",    "oggetto",
    "verzonden",     "aan",        "onderwerp",
    "wysłano",       "do",         "temat",
    "skickat",       "till",       "ämne",
    "sendt",         "dato",       "til",
    "emne",          "lähetetty",  "päivämäärä",
    "vastaanottaja", "aihe",       "odesláno",
    "komu",          "předmět",    "odoslané",
    "predmet",       "gönderilme", "gönderme tarihi",
    "tarih",         "kime",       "konu",
    "отправлено",    "дата",       "кому",
    "тема",          "надіслано",  "elküldve",
    "dátum",         "címzett",    "tárgy",
    "trimis",        "către",      "subiect",
    "ημερομηνία",    "προς",       "θέμα",
    "送信日時",      "日時",       "宛先",
    "件名",          "发送时间",   "日期",
    "收件人",        "主题",       "主旨",
    "寄件日期",      "보낸 날짜",  "날짜",
    "받는 사람",     "제목",
});

constexpr auto kSeparator = std::to_array<std::string_view>({
    "original message",
    "original appointment",
    "forwarded message",
    "ursprüngliche nachricht",
    "original-nachricht",
    "originalnachricht",
    "weitergeleitete nachricht",
    "message d'origine",
    "message original",
    "message transféré",
    "mensaje original",
    "mensaje reenviado",
    "mensagem original",
    "mensagem encaminhada",
    "messaggio originale",
    "messaggio inoltrato",
    "oorspronkelijk bericht",
    "doorgestuurd bericht",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "wiadomość przekazana",
    "originalmeddelande",
    "ursprungligt meddelande",
    "vidarebefordrat meddelande",
    "oprindelig meddelelse",
    "oprindelig besked",
    "opprinnelig melding",
    "alkuperäinen viesti",
    "původní zpráva",
    "pôvodná správa",
    "özgün ileti",
    "orijinal mesaj",
    "orjinal mesaj",
    "исходное сообщение",
    "пересылаемое сообщение",
    "пересланное сообщение",
    "оригінальне повідомлення",
    "eredeti üzenet",
    "mesaj original",
    "αρχικό μήνυμα",
    "元のメッセージ",
    "原始邮件",
    "原始郵件",
    "原邮件",
    "원본 메시지",
    "original email",
});

constexpr auto kDevice = std::to_array<std::string_view>({
    "sent from my ",
    "sent from outlook",
    "sent from mail for windows",
    "sent via ",
    "get outlook for ",
    "sent from yahoo",
    "sent from proton",
    "von meinem ",
    "gesendet von ",
    "gesendet mit ",
    "diese nachricht wurde von meinem",
    "envoyé de mon ",
    "envoyé depuis ",
    "envoyé à partir de ",
    "enviado desde ",
    "enviado do meu ",
    "enviado de mi ",
    "inviato da ",
    "verstuurd vanaf ",
    "verzonden vanaf ",
    "wysłane z ",
    "wysłano z ",
    "skickat från ",
    "sendt fra ",
    "lähetetty ",
    "odesláno z",
    "odoslané z",
    "iphone'umdan gönderildi",
    "iphone'umdan",
    "отправлено с ",
    "отправлено из ",
    "надіслано з ",
    "iphoneから送信",
    "发自我的",
    "從我的",
    "나의 iphone",
    "내 iphone에서",
});

}  // namespace

std::span<const std::string_view> wrote_words() {
  return kWrote;
}
std::span<const std::string_view> from_labels() {
  return kFrom;
}
std::span<const std::string_view> header_labels() {
  return kHeader;
}
std::span<const std::string_view> separator_phrases() {
  return kSeparator;
}
std::span<const std::string_view> device_signatures() {
  return kDevice;
}

}  // namespace outrider::receiving
