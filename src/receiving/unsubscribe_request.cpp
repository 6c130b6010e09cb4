#include "receiving/unsubscribe_request.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "core/strings.h"
#include "mail/fold.h"

namespace outrider::receiving {
namespace {

// Folded; en de fr es pt it nl pl sv da no fi cs tr ru uk ja zh ko.
constexpr auto kPhrases = std::to_array<std::string_view>({
    // clang-format off
    "take my address off", "take my email off", "off whatever list", "cease all", "cease any",
    "nicht mehr bekommen", "nicht mehr erhalten", "nicht mehr haben", "ich will keine",
    "ich möchte keine", "wir möchten keine", "parem de me", "pare de me", "töröljenek", "töröljön",
    "leiratkoz", "iratkozzanak", "dezabona", "ștergeți-mă", "nu mai trimite", "delete me", "get me off",
    "get off my", "take me out of", "cancel my subscription", "no further emails", "no further mails",
    "cease contact", "stop reaching out", "do not send me", "don't send me", "dont send",
    "dont contact", "dont email", "please take my", "streichen sie mich", "löschen sie mich",
    "nehmen sie mich", "bitte austragen", "tragen sie mich aus", "hören sie auf",
    "keine nachrichten mehr", "keine weiteren nachrichten", "ich wünsche keine", "ne m'écrivez plus",
    "ne plus m'écrire", "ne m'envoyez plus", "arrêtez de m", "cessez de m", "me désinscrire",
    "me retirer de", "supprimez-moi", "enlevez-moi", "effacez mes", "bórrame", "bórrenme", "elimínenme",
    "quítame de", "quítenme", "sáquenme", "sáqueme", "dejen de", "deja de escrib", "deje de escrib",
    "no me envíes", "no me mandes", "no más correos", "eliminen mis datos", "retire-me", "me remova",
    "me retire", "me tire da", "não me envie", "não me mande", "não quero mais", "excluir meu",
    "exclua meu", "smettete di", "smettetela di", "cancellate il mio", "eliminatemi", "non voglio più",
    "non mandatemi", "verwijder mijn", "mail mij niet", "mail me niet", "stuur me geen",
    "stuur mij geen", "neem geen contact", "laat me met rust", "usuńcie mnie", "proszę o usunięcie",
    "nie piszcie", "przestańcie", "nie chcę otrzymywać", "skriv inte", "mejla inte", "maila inte",
    "skicka inte", "vill inte ha", "radera mig", "radera min", "skriv ikke", "send ikke", "slet mig",
    "slet min", "stop venligst", "slett meg", "vil ikke ha", "vil ikke modtage", "älkää ottako",
    "poistakaa tiedot", "nechci dostávat", "nepište mi", "přestaňte", "odstraňte moji", "vyřaďte mě",
    "yazmayın", "göndermeyin", "aramayın", "silin beni", "beni silin", "listenizden sil", "перестаньте",
    "отпиши", "исключите из", "уберите из", "не хочу получать", "не беспокойте", "не надо писать",
    "не хочу отримувати", "приберіть мене", "не турбуйте", "配信不要", "送らないで", "不要です。今後", "受信したくない",
    "メール不要", "解除して", "停止してください", "停止发送", "别发了", "不要发", "勿扰", "移除我", "删除我", "把我从", "그만 보내", "그만 보내세요",
    "보내지 말", "연락하지 말", "삭제해 주", "구독 해지",
    // clang-format on
    "unsubscribe",
    "unsubscribe me",
    "remove me",
    "remove my",
    "remove us",
    "take me off",
    "take us off",
    "opt out",
    "opt me out",
    "opt-out",
    "stop emailing",
    "stop e-mailing",
    "stop mailing",
    "stop sending",
    "stop contacting",
    "stop messaging",
    "stop writing",
    "do not contact",
    "don't contact",
    "do not email",
    "don't email",
    "do not e-mail",
    "never contact",
    "never email",
    "no more emails",
    "no more mails",
    "delete my email",
    "delete my data",
    "delete my address",
    "off your list",
    "off the list",
    "off your mailing list",
    "from your list",
    "from this list",
    "from your mailing list",
    "abmelden",
    "abbestellen",
    "austragen",
    "keine weiteren e-mails",
    "keine weiteren mails",
    "keine e-mails mehr",
    "keine emails mehr",
    "keine mails mehr",
    "nicht mehr kontaktieren",
    "nicht mehr anschreiben",
    "kontaktieren sie mich nicht",
    "aus dem verteiler",
    "aus ihrem verteiler",
    "von der liste",
    "von ihrer liste",
    "löschen sie meine",
    "daten löschen",
    "unterlassen sie",
    "keine werbung",
    "désabonner",
    "désinscrire",
    "désinscription",
    "désabonnement",
    "désabonnez",
    "désinscrivez",
    "ne plus recevoir",
    "ne plus me contacter",
    "ne me contactez plus",
    "ne plus m'envoyer",
    "retirez-moi",
    "retirer de votre liste",
    "supprimez mon adresse",
    "supprimer mes données",
    "stop pub",
    "darme de baja",
    "dar de baja",
    "dame de baja",
    "deme de baja",
    "denme de baja",
    "baja de la lista",
    "no me contacte",
    "no me contacten",
    "no me escriban",
    "no me envíe",
    "no me envíen",
    "no quiero recibir",
    "deje de enviar",
    "dejen de enviar",
    "cancelar suscripción",
    "elimíneme",
    "eliminar mis datos",
    "descadastrar",
    "descadastre",
    "cancelar inscrição",
    "cancelar a subscrição",
    "remova-me",
    "remover da lista",
    "remova meu",
    "retire meu",
    "não quero receber",
    "não me contacte",
    "não me contate",
    "pare de enviar",
    "parem de enviar",
    "não envie mais",
    "cancellami",
    "cancellatemi",
    "disiscrivimi",
    "disiscrivetemi",
    "disiscrizione",
    "cancellazione dalla lista",
    "non contattatemi",
    "non contattarmi",
    "non scrivetemi",
    "non inviatemi",
    "non voglio ricevere",
    "rimuovetemi",
    "rimuovimi",
    "toglietemi",
    "uitschrijven",
    "afmelden",
    "schrijf me uit",
    "meld me af",
    "haal me van",
    "haal mij van",
    "verwijder me",
    "verwijder mij",
    "niet meer mailen",
    "niet meer benaderen",
    "geen e-mails meer",
    "geen mails meer",
    "stop met mailen",
    "wypisz mnie",
    "wypisać",
    "proszę o wypisanie",
    "usuń mnie",
    "proszę mnie usunąć",
    "proszę usunąć",
    "proszę nie kontaktować",
    "nie wysyłaj",
    "proszę nie wysyłać",
    "nie kontaktuj",
    "rezygnuję z subskrypcji",
    "avregistrera",
    "avprenumerera",
    "ta bort mig",
    "sluta maila",
    "sluta mejla",
    "sluta skicka",
    "kontakta mig inte",
    "inga fler mejl",
    "inga fler mail",
    "afmeld mig",
    "afmeld venligst",
    "frameld",
    "fjern mig",
    "stop med at sende",
    "stop med at skrive",
    "kontakt mig ikke",
    "meld meg av",
    "avmeld",
    "fjern meg",
    "slutt å sende",
    "ikke kontakt meg",
    "ikke send",
    "poistakaa minut",
    "poista minut",
    "peruuta tilaus",
    "peru tilaus",
    "älkää lähettäkö",
    "älä lähetä",
    "lopettakaa",
    "odhlásit",
    "odhlaste mě",
    "odhlašte mě",
    "odstraňte mě",
    "vymažte mě",
    "smažte mě",
    "neposílejte",
    "nekontaktujte",
    "listeden çıkar",
    "listenizden çıkar",
    "abonelikten çık",
    "aboneliğimi iptal",
    "beni çıkarın",
    "bir daha yazmayın",
    "mail atmayın",
    "e-posta göndermeyin",
    "iletişime geçmeyin",
    "отпишите",
    "отписаться",
    "удалите меня",
    "уберите меня",
    "исключите меня",
    "не пишите мне",
    "больше не пишите",
    "прекратите",
    "не присылайте",
    "відпишіть",
    "відписатися",
    "видаліть мене",
    "не пишіть",
    "більше не пишіть",
    "припиніть",
    "не надсилайте",
    "配信停止",
    "配信を停止",
    "配信解除",
    "購読解除",
    "登録解除",
    "メールを送らないで",
    "送信しないで",
    "連絡しないで",
    "今後のご連絡は不要",
    "今後の連絡は不要",
    "退订",
    "退訂",
    "取消订阅",
    "取消訂閱",
    "不要再发",
    "别再发",
    "请勿再发",
    "不要再联系",
    "不要再聯繫",
    "不要再寄",
    "수신거부",
    "수신 거부",
    "구독 취소",
    "구독취소",
    "연락하지 마",
    "보내지 마",
    "메일 그만",
});

// Only when nothing else is said.
constexpr auto kBare = std::to_array<std::string_view>({
    "stop",          "remove",    "stopp",   "stop it",       "please stop", "stop please", "please remove",
    "remove please", "entfernen", "löschen", "bitte löschen", "arrêtez",     "arrêter",     "basta",
    "baja",          "parar",     "pare",    "para",          "rimuovi",     "rimuovere",   "verwijder",
    "verwijderen",   "usuń",      "usunąć",  "sluta",         "fjern",       "lopeta",      "dur",
    "durdur",        "стоп",      "удалить", "удалите",       "停止",        "やめて",      "中止",
    "중지",          "그만",
});

// clang-format off: what asks to be taken off, and what from; both together mean it.
constexpr auto kRemovals = std::to_array<std::string_view>({
    "remove", "take", "delete", "drop", "strike", "erase", "streichen", "löschen", "entfernen",
    "nehmen", "retirez", "retirer", "enlevez", "enlever", "supprimez", "supprimer", "rayez", "quiten",
    "quitar", "quite", "quita", "eliminen", "elimine", "elimina", "borren", "borre", "borra", "saquen",
    "saque", "remova", "remover", "removam", "retire", "retirem", "exclua", "excluam", "tire", "tirem",
    "togliete", "toglimi", "rimuovete", "rimuovi", "cancellate", "cancella", "eliminate", "togliere",
    "verwijder", "verwijderen", "haal", "schrap", "usunąć", "usuńcie", "usuń", "wykreślić", "skreślcie",
    "wykreślcie", "ta bort", "stryk", "plocka bort", "fjern", "slet", "slett", "stryk", "poista",
    "poistakaa", "odstraňte", "vymažte", "vyřaďte", "smažte", "vyškrtněte", "çıkarın", "çıkar", "silin",
    "удалите", "уберите", "исключите", "вычеркните", "видаліть", "приберіть", "викресліть", "削除", "外して",
    "删除", "移除", "삭제", "제외", "빼",
});
constexpr auto kLists = std::to_array<std::string_view>({
    "list", "lists", "database", "mailing", "distribution", "verteiler", "mailingliste",
    "mailing-liste", "e-mail-liste", "liste", "listen", "datenbank", "kartei", "adressbestand",
    "listes", "fichier", "fichiers", "base", "lista", "listas", "base de datos", "cadastro", "elenco",
    "lijst", "lijsten", "bestand", "listy", "bazy", "listan", "listor", "register", "registret",
    "registeret", "listalta", "listaltanne", "rekisteristä", "seznamu", "databáze", "liste", "listeden",
    "listenizden", "рассылк", "базы", "списк", "розсилк", "бази", "リスト", "名簿", "列表", "名单", "목록", "명단",
    "리스트",
});
constexpr auto kEnglishSelf = std::to_array<std::string_view>({"me", "my", "us", "our", "this address"});
// clang-format on

bool has_one(std::string_view folded, std::span<const std::string_view> phrases) {
  return std::ranges::any_of(phrases, [&](auto phrase) { return mail::contains_phrase(folded, phrase); });
}

/// "Quiten mi correo de su lista": in a statement, not in a question about lists.
bool asks_removal(std::string_view folded) {
  if (folded.find('?') != std::string_view::npos) return false;
  if (!has_one(folded, kLists) || !has_one(folded, kRemovals)) return false;
  constexpr std::size_t kEnglishVerbs = 6;  // they stand first, and are common words
  const bool is_english = has_one(folded, std::span(kRemovals).first(kEnglishVerbs));
  return !is_english || has_one(folded, kEnglishSelf);
}

/// Without punctuation at the ends, as people close a one-word mail.
std::string_view bare(std::string_view folded) {
  constexpr std::string_view kMarks = " .!,;:-\"'()*";
  const auto first = folded.find_first_not_of(kMarks);
  if (first == std::string_view::npos) return {};
  auto text = folded.substr(first, folded.find_last_not_of(kMarks) - first + 1);
  for (const std::string_view mark : {"。", "！"})
    if (text.ends_with(mark)) text.remove_suffix(mark.size());
  return text;
}

bool is_token_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

}  // namespace

bool is_unsubscribe_request(std::string_view new_text) {
  constexpr std::size_t kLookAtBytes = 4 * 1024;
  if (new_text.size() > kLookAtBytes || mail::count_words(new_text) > kUnsubscribeWordsMax) return false;
  const std::string folded = mail::fold_text(new_text);
  if (std::ranges::find(kBare, bare(folded)) != kBare.end()) return true;
  return has_one(folded, kPhrases) || asks_removal(folded);
}

std::optional<std::string_view> unsubscribe_token(std::string_view subject) {
  constexpr std::string_view kPrefix = "unsubscribe-";
  constexpr std::size_t kTokenBytesMax = 512;
  const auto text = trim(subject);
  if (!starts_with_ignoring_case(text, kPrefix)) return std::nullopt;
  const auto token = text.substr(kPrefix.size());
  if (token.empty() || token.size() > kTokenBytesMax || !std::ranges::all_of(token, is_token_byte))
    return std::nullopt;
  return token;
}

}  // namespace outrider::receiving
