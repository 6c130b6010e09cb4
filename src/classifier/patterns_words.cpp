#include "classifier/patterns_words.h"

#include <array>

namespace outrider::classifier {
namespace {

// clang-format off: many words to a line, by language.
constexpr auto kObjection = std::to_array<std::string_view>({
    "take me off your", "take us off your", "remove me from", "remove us from", "remove my email",
    "remove my address", "remove my details", "delete my data", "delete my details",
    "delete my information", "erase my data", "stop emailing", "stop e-mailing", "stop contacting",
    "stop sending me", "stop spamming", "stop messaging", "stop writing to me", "do not contact me",
    "don't contact me", "do not contact us", "do not email", "don't email me", "never contact me",
    "never email me", "unsubscribe me", "please unsubscribe", "opt me out", "cease and desist",
    "report you as spam", "reported as spam", "i will report you", "leave me alone", "lose my email",
    "lose this email", "no longer wish to receive", "do not wish to receive", "don't want to receive",
    "keine weiteren e-mails", "keine weiteren mails", "keine e-mails mehr", "keine mails mehr",
    "nicht mehr kontaktieren", "nicht mehr anschreiben", "kontaktieren sie mich nicht",
    "schreiben sie mir nicht mehr", "aus dem verteiler", "aus ihrem verteiler", "von ihrer liste",
    "löschen sie meine daten", "löschen sie meine adresse", "meine daten löschen", "unterlassen sie",
    "ne plus me contacter", "ne me contactez plus", "ne m'écrivez plus", "ne plus m'écrire",
    "ne plus recevoir", "retirez-moi", "me retirer de", "me désinscrire", "désinscrivez-moi",
    "désabonnez-moi", "supprimez mon adresse", "supprimer mes données", "supprimez mes données",
    "arrêtez de m'", "darme de baja", "denme de baja", "deme de baja", "dame de baja", "no me contacte",
    "no me contacten", "no me escriban", "no me escriba", "no me envíen", "dejen de escribir",
    "deja de enviar", "dejen de enviar", "elimínenme", "elimíneme", "bórrenme", "bórrame",
    "sáquenme de", "quítenme de", "eliminen mis datos", "remova-me", "retire-me", "me remova",
    "me retire da", "retire meu e-mail", "remova meu e-mail", "remova o meu", "não me contacte",
    "não me envie", "não me enviem", "pare de enviar", "parem de enviar", "parem de me",
    "não quero receber", "apaguem os meus dados", "cancellatemi", "rimuovetemi", "toglietemi",
    "eliminate i miei dati", "cancellate i miei dati", "non contattatemi", "non contattarmi",
    "non scrivetemi", "non mi scriva", "smettetela di", "verwijder mij", "verwijder me", "haal me van",
    "haal mij van", "schrijf me uit", "stop met mailen", "mail mij niet", "mail me niet",
    "geen mails meer", "geen e-mails meer", "verwijder mijn gegevens", "proszę usunąć mnie",
    "usuńcie mnie", "proszę mnie usunąć", "wypisz mnie", "proszę nie pisać", "proszę nie kontaktować",
    "nie wysyłajcie", "proszę usunąć moje dane", "przestańcie pisać", "ta bort mig", "sluta mejla",
    "sluta maila", "sluta kontakta", "kontakta mig inte", "inga fler mejl", "inga fler mail",
    "radera mina uppgifter", "fjern mig", "stop med at skrive", "stop med at sende", "kontakt mig ikke",
    "slet mine data", "slet mig fra", "fjern meg", "slutt å sende", "slutt å kontakte",
    "ikke kontakt meg", "slett meg", "poistakaa minut", "poista minut", "älkää lähettäkö", "älä lähetä",
    "lopettakaa", "älkää ottako yhteyttä", "odstraňte mě", "vymažte mě", "smažte mě", "neposílejte mi",
    "nekontaktujte mě", "přestaňte mi", "nepište mi", "vymažte mé údaje", "listeden çıkar",
    "listenizden çıkar", "bir daha yazmayın", "mail atmayın", "e-posta göndermeyin",
    "iletişime geçmeyin", "verilerimi silin", "удалите меня", "уберите меня", "исключите меня",
    "не пишите мне", "больше не пишите", "прекратите писать", "перестаньте писать", "не присылайте",
    "отпишите меня", "удалите мои", "видаліть мене", "не пишіть мені", "більше не пишіть",
    "припиніть писати", "не надсилайте", "送らないで", "送信しないで", "連絡しないで", "配信停止", "配信を停止", "登録解除",
    "リストから削除", "ご連絡は不要", "不要再发", "别再发", "请勿再发", "不要再联系", "停止发送", "退订", "取消订阅", "从名单中删除", "보내지 마",
    "연락하지 마", "수신거부", "수신 거부", "보내지 말아", "명단에서 삭제",
});

constexpr auto kWrongPerson = std::to_array<std::string_view>({
    "not the right person", "not the right contact", "not the correct person", "not the best person",
    "not the person you", "wrong person", "wrong contact", "wrong department", "wrong guy",
    "not my area", "not my department", "not responsible for", "i don't handle", "i do not handle",
    "i don't deal with", "is responsible for this", "is in charge of this", "handles this",
    "is the right person", "is the person to", "better person to", "best person to", "right person to",
    "best person for", "right person for", "best contact for", "passed your email", "passed this on to",
    "forwarded your email", "forwarded this to", "forwarding this to", "i have forwarded",
    "i've forwarded", "no longer with the company", "no longer work", "no longer working",
    "left the company", "reach out to my colleague", "contact my colleague", "looping in",
    "speak to my colleague", "you should talk to", "you should contact", "you should speak",
    "you should reach out", "nicht zuständig", "nicht mehr zuständig",
    "nicht der richtige ansprechpartner", "nicht die richtige ansprechpartnerin",
    "falscher ansprechpartner", "falsche ansprechpartnerin", "der falsche ansprechpartner",
    "nicht die richtige person", "falsche person", "wenden sie sich bitte an",
    "bitte wenden sie sich an", "bitte an meinen kollegen", "an meine kollegin", "zuständig ist",
    "zuständig dafür ist", "weitergeleitet an", "an den zuständigen", "arbeite nicht mehr",
    "pas la bonne personne", "plus la bonne personne", "pas le bon interlocuteur",
    "pas la bonne interlocutrice", "pas en charge", "plus en charge", "adressez-vous à",
    "vous adresser à", "je transmets votre", "j'ai transmis votre", "je transfère votre",
    "merci de contacter", "veuillez contacter", "mauvaise personne", "s'occupe de ce sujet",
    "no soy la persona", "no soy el responsable", "no soy la responsable", "no soy quien",
    "persona equivocada", "persona correcta es", "la persona indicada es", "diríjase a", "contacte con",
    "contacta con", "póngase en contacto con", "ya no trabajo", "he reenviado", "le reenvío",
    "não sou a pessoa", "não sou o responsável", "não sou a responsável", "pessoa errada",
    "entre em contato com", "entre em contacto com", "fale com o", "fale com a", "encaminhei",
    "reencaminhei", "já não trabalho", "não trabalho mais", "non sono la persona",
    "non sono il responsabile", "non sono più", "persona sbagliata", "si rivolga a", "può contattare",
    "deve contattare", "ho inoltrato", "ho girato", "non me ne occupo", "se ne occupa",
    "niet de juiste persoon", "niet de juiste contactpersoon", "verkeerde persoon",
    "niet verantwoordelijk", "neem contact op met", "doorgestuurd naar", "gaat hierover",
    "u moet zijn bij", "je moet zijn bij", "werk hier niet meer", "nie jestem właściwą osobą",
    "nie jestem odpowiednią osobą", "nie zajmuję się", "niewłaściwa osoba", "proszę kontaktować się z",
    "proszę o kontakt z", "przekazałem", "przekazałam", "zajmuje się tym", "odpowiada za to",
    "inte rätt person", "fel person", "ansvarar inte", "inte ansvarig", "kontakta istället",
    "kontakta min kollega", "vidarebefordrat", "skickat vidare", "ikke den rette person",
    "ikke rette person", "forkert person", "forkerte person", "ikke ansvarlig", "kontakt min kollega",
    "videresendt", "ikke riktig person", "feil person", "ikke rett person", "sendt videre til",
    "en ole oikea henkilö", "väärä henkilö", "en vastaa", "ota yhteyttä kollegaani", "välitin viestisi",
    "nejsem správná osoba", "nejsem ta správná", "nemám to na starosti", "obraťte se na",
    "přeposlal jsem", "předal jsem", "má to na starosti", "doğru kişi değil", "yetkili kişi değil",
    "ilgili kişi değil", "ile iletişime geç", "ilgili kişiye ilet", "yanlış kişi", "не тот человек",
    "не занимаюсь", "не отвечаю за", "обратитесь к", "обратитесь в", "свяжитесь с моим",
    "свяжитесь с нашим", "переслал", "переадресовал", "передал ваше", "ошиблись адрес", "не та людина",
    "не займаюся", "зверніться до", "переслав", "переслала", "担当ではありません", "担当ではございません", "担当者ではありません",
    "担当外", "担当者に転送", "担当は", "不是负责人", "不是负责", "不负责", "请联系我的同事", "请联系我同事", "转给了", "转发给", "找错人",
    "담당자가 아닙니다", "담당이 아닙니다", "담당자에게 전달", "담당하지 않습니다",
});

constexpr auto kRefusal = std::to_array<std::string_view>({
    "not interested", "no interest", "not really interested", "isn't of interest", "not of interest",
    "not looking for", "not currently looking", "not in the market", "not a fit", "not a good fit",
    "not the right fit", "not a match", "not relevant", "not for us", "isn't for us", "not a priority",
    "no budget", "don't have budget", "don't have the budget", "do not have the budget", "no need for",
    "don't need", "do not need", "we're all set", "we are all set", "i'm all set", "all set for now",
    "we're good thanks", "we're good, thanks", "we are good, thanks", "already have a",
    "already have an", "already work with", "already working with", "already use", "already using",
    "happy with our current", "happy with what we", "no thank you", "no thanks", "no, thanks",
    "no, thank you", "will pass", "we'll pass", "i'll pass", "have to pass", "gonna pass",
    "going to pass", "pass on this", "not at this time", "not right now", "not at the moment",
    "not now", "bad timing", "maybe next year", "decided not to", "decided against",
    "not moving forward", "won't be moving forward", "not proceeding", "under contract until",
    "locked into a contract", "handle this in-house", "do this in-house", "in-house team",
    "can't afford", "cannot afford", "too expensive", "have to decline", "respectfully decline",
    "politely decline", "kein interesse", "keinen bedarf", "kein bedarf", "nicht interessiert",
    "nein danke", "nein, danke", "danke, nein", "kein budget", "nicht relevant", "derzeit nicht",
    "momentan nicht", "aktuell nicht", "zur zeit nicht", "bereits versorgt", "bereits einen anbieter",
    "schon einen anbieter", "gut aufgestellt", "keine verwendung", "nicht in frage",
    "müssen wir ablehnen", "muss ich absagen", "müssen wir absagen", "leider absagen",
    "passt nicht zu uns", "pas intéressé", "pas intéressée", "pas intéressés", "pas intéressées",
    "non merci", "non, merci", "pas besoin", "aucun besoin", "pas de besoin", "pas d'intérêt",
    "pas pour nous", "pas de budget", "pas la priorité", "pas une priorité", "pas d'actualité",
    "déjà un prestataire", "déjà un fournisseur", "déjà une solution", "déjà équipés",
    "ne donnerons pas suite", "ne donne pas suite", "ne donnerai pas suite", "ne nous intéresse pas",
    "ne m'intéresse pas", "no estamos interesados", "no estoy interesado", "no estoy interesada",
    "no nos interesa", "no me interesa", "no gracias", "no, gracias", "gracias, pero no",
    "no necesitamos", "no lo necesitamos", "ya tenemos", "sin presupuesto", "no tenemos presupuesto",
    "no es para nosotros", "no es prioridad", "por ahora no", "de momento no", "no es una prioridad",
    "não temos interesse", "não tenho interesse", "sem interesse", "não estamos interessados",
    "não estou interessado", "não estou interessada", "não, obrigado", "não, obrigada", "não obrigado",
    "não precisamos", "já temos", "sem orçamento", "não temos orçamento", "não é prioridade",
    "não é uma prioridade", "no momento não", "de momento não", "não faz sentido para",
    "non siamo interessati", "non sono interessato", "non sono interessata", "non ci interessa",
    "non mi interessa", "nessun interesse", "no grazie", "no, grazie", "grazie ma no",
    "non abbiamo bisogno", "abbiamo già", "non abbiamo budget", "non fa per noi", "non è una priorità",
    "al momento no", "per il momento no", "geen interesse", "niet geïnteresseerd", "geen behoefte",
    "nee bedankt", "nee, bedankt", "nee dank je", "nee, dank u", "hebben al een", "geen budget",
    "niet relevant", "niet voor ons", "niets voor ons", "op dit moment niet", "voorlopig niet",
    "zien ervan af", "nie jesteśmy zainteresowani", "nie jestem zainteresowany",
    "nie jestem zainteresowana", "nie dziękuję", "nie, dziękuję", "dziękuję, nie", "nie potrzebujemy",
    "mamy już", "brak budżetu", "nie mamy budżetu", "nie skorzystamy", "obecnie nie", "nie teraz",
    "na razie nie", "inte intresserad", "inte intresserade", "nej tack", "tack men nej",
    "inget intresse", "inget behov", "har redan en", "ingen budget", "inte aktuellt", "inte relevant",
    "inte just nu", "avstår", "ikke interesseret", "ikke interesserede", "ikke interessert", "nej tak",
    "nei takk", "ingen interesse", "ikke behov", "har allerede en", "ikke relevant", "ikke aktuelt",
    "ikke nå", "ikke lige nu", "takker nei", "ei kiitos", "emme ole kiinnostuneita",
    "en ole kiinnostunut", "ei kiinnosta", "ei tarvetta", "meillä on jo", "ei ajankohtaista",
    "ei ole ajankohtaista", "ei budjettia", "nemáme zájem", "nemám zájem", "ne, děkuji", "ne děkuji",
    "nemáme potřebu", "nepotřebujeme", "již máme", "už máme", "nemáme rozpočet", "není pro nás",
    "ilgilenmiyoruz", "ilgilenmiyorum", "gerek yok", "ihtiyacımız yok", "ihtiyaç yok",
    "hayır teşekkürler", "hayır, teşekkürler", "bütçemiz yok", "düşünmüyoruz", "zaten bir",
    "zaten çalıştığımız", "не интересно", "неинтересно", "не интересует", "не заинтересованы",
    "нет, спасибо", "спасибо, нет", "не нужно", "не требуется", "не актуально", "неактуально",
    "нет бюджета", "нет потребности", "уже есть поставщик", "не планируем", "вынуждены отказаться",
    "не цікаво", "не цікавить", "ні, дякую", "не потрібно", "не потребуємо", "не планумо",
    "не плануємо", "興味がありません", "興味はありません", "興味ございません", "見送らせて", "見送りと", "遠慮させて", "遠慮いたします", "お断り",
    "必要ありません", "必要ございません", "間に合って", "予定はございません", "予定はありません", "検討しておりません", "不感兴趣", "没有兴趣", "没兴趣", "不需要",
    "没有需求", "没有预算", "暂不考虑", "暂时不考虑", "已经有供应商", "不考虑", "관심이 없", "관심 없", "필요하지 않", "필요 없", "사양하겠",
    "괜찮습니다만", "예산이 없", "계획이 없", "거절",
});

constexpr auto kRefusalWords = std::to_array<std::string_view>({
    "no", "nope", "nah", "no thx", "no ty", "nein", "non", "nej", "nei", "nee", "nie", "ei", "ne",
    "não", "hayır", "нет", "ні", "いいえ", "不", "아니요", "아니오", "pass", "не", "no interest",
});

constexpr auto kHosts = std::to_array<std::string_view>({
    "calendly.com/", "cal.com/", "meetings.hubspot.com/", "meetings-eu1.hubspot.com/", "savvycal.com/",
    "calendar.app.google/", "calendar.google.com/", "outlook.office365.com/owa/calendar",
    "outlook.office.com/bookwithme", "bookings.cloud.microsoft", "bookwithme", "zcal.co/",
    "tidycal.com/", "youcanbook.me", "chilipiper.com/", "doodle.com/", "koalendar.com/",
    "appointlet.com", "oncehub.com", "acuityscheduling.com", "motion.com/meet", "reclaim.ai/m/",
    "app.usemotion.com", "meetergo.com", "simplybook", "setmore.com", "zeeg.me", "calendar.notion.so",
    "meet.brevo.com",
});

constexpr auto kMeeting = std::to_array<std::string_view>({
    "schedule a call", "schedule a meeting", "schedule a time", "schedule a demo", "set up a call",
    "set up a meeting", "set up a time", "set up a demo", "book a call", "book a time", "book a demo",
    "book a meeting", "book a slot", "arrange a call", "arrange a meeting", "jump on a call",
    "hop on a call", "get on a call", "have a call", "have a chat", "quick call", "quick chat",
    "send me an invite", "send an invite", "send over an invite", "calendar invite", "send a calendar",
    "meeting invite", "invite for", "let's talk", "let's meet", "let's chat", "let's connect",
    "let's speak", "lets talk", "lets meet", "lets chat", "are you available", "are you free",
    "what times", "give me a call", "call me at", "call me on", "call me tomorrow", "give us a call",
    "works for me", "time to talk", "time to chat", "grab 15 minutes", "grab 30 minutes", "for a demo",
    "a demo on", "zoom link", "teams link", "i'm free", "i am free", "i'm available", "i am available",
    "can you do monday", "can you do tuesday", "can you do wednesday", "can you do thursday",
    "can you do friday", "how about monday", "how about tuesday", "how about wednesday",
    "how about thursday", "how about friday", "how does monday", "how does tuesday",
    "how does wednesday", "how does thursday", "how does friday", "talk next week", "speak next week",
    "meet next week", "chat next week", "call next week", "termin vereinbaren", "termin ausmachen",
    "termin vorschlagen", "terminvorschlag", "terminvorschläge", "telefonieren", "rufen sie mich",
    "ruf mich an", "kurz sprechen", "gespräch vereinbaren", "zeit für ein gespräch",
    "zeit für ein telefonat", "demo vereinbaren", "teams-link", "passt mir gut", "würde mir passen",
    "schicken sie mir eine einladung", "haben sie zeit", "fixer un rendez-vous", "prendre rendez-vous",
    "convenir d'un rendez-vous", "un rdv", "organiser un appel", "planifier un appel", "s'appeler",
    "échanger par téléphone", "appelez-moi", "rappelez-moi", "vos disponibilités", "me convient",
    "je suis disponible", "je suis dispo", "une démo", "en visio", "un créneau", "agendar una",
    "programar una llamada", "programar una reunión", "coordinar una", "podemos hablar", "hablamos el",
    "una llamada", "llámame", "llámeme", "me viene bien", "me va bien", "nos viene bien",
    "tu disponibilidad", "su disponibilidad", "estoy disponible", "una reunión", "una demo",
    "marcar uma reunião", "agendar uma", "marcar uma call", "marcar uma chamada", "uma reunião",
    "podemos falar", "podemos conversar", "me liga", "ligue-me", "me ligue", "sua disponibilidade",
    "estou disponível", "funciona para mim", "vamos marcar", "uma demonstração", "fissare una call",
    "fissare un appuntamento", "fissare un incontro", "organizzare una call", "sentirci", "sentiamoci",
    "ci sentiamo", "mi chiami", "chiamami", "una call", "un appuntamento", "sono disponibile",
    "per me va bene", "afspraak maken", "afspraak inplannen", "even bellen", "bel me", "bel mij",
    "kunnen we bellen", "komt goed uit", "schikt mij", "een demo", "een gesprek inplannen",
    "schikt het", "umówić się", "umówmy się", "możemy porozmawiać", "proszę zadzwonić", "zadzwoń",
    "proszę o telefon", "pasuje mi", "mi pasuje", "spotkanie", "zdzwonić", "boka ett möte",
    "boka en tid", "boka en demo", "ta ett samtal", "ring mig", "passar mig", "passar bra",
    "kan vi prata", "kan vi ses", "ska vi höras", "aftale et møde", "book et møde", "booke et møde",
    "ring til mig", "tage et møde", "tage en snak", "passer mig", "passer fint", "avtale et møte",
    "ta et møte", "ta en prat", "ring meg", "passer for meg", "passer bra", "skal vi snakke",
    "sopia palaverin", "sovitaan palaveri", "sovitaan tapaaminen", "soita minulle", "sopii minulle",
    "käy minulle", "varata ajan", "voimmeko jutella", "voitko soittaa", "domluvit schůzku",
    "domluvme schůzku", "zavolejte mi", "zavolat si", "hodí se mi", "mi vyhovuje", "se mi hodí",
    "máte čas", "görüşebilir miyiz", "toplantı yapalım", "toplantı ayarla", "beni arayın",
    "müsait misiniz", "ne zaman müsait", "görüşme ayarla", "bir toplantı", "созвонимся", "созвониться",
    "давайте встретимся", "назначить встречу", "назначим встречу", "позвоните мне", "наберите меня",
    "мне удобно", "вам удобно", "обсудить по телефону", "зідзвонимося", "зідзвонитися", "зустрітися",
    "зателефонуйте", "мені зручно", "вам зручно", "打ち合わせ", "お打合せ", "面談", "ミーティング", "お電話いただけ", "日程を調整",
    "ご都合の良い", "オンライン会議", "web会議", "约个时间", "安排会议", "安排一次", "开个会", "打电话给我", "给我打电话", "方便通话", "安排演示",
    "视频会议", "미팅", "통화 가능", "전화 주세요", "회의 가능", "일정을 잡", "시간 괜찮",
});

constexpr auto kInformation = std::to_array<std::string_view>({
    "more information", "more info", "more details", "further details", "further information",
    "send me details", "send details", "send me some info", "send over some info", "send info",
    "send me information", "a brochure", "one-pager", "one pager", "case study", "case studies",
    "price list", "pricing", "your rates", "how much", "what does it cost", "what's the cost",
    "what is the cost", "what is the price", "what's the price", "a quote", "send a proposal", "a deck",
    "data sheet", "datasheet", "send me something", "tell me how it works", "how does it work",
    "how does this work", "mehr informationen", "weitere informationen", "mehr infos", "weitere infos",
    "nähere informationen", "preisliste", "was kostet", "wie viel kostet", "wieviel kostet",
    "ihre preise", "unterlagen", "ein angebot", "broschüre", "referenzen", "infomaterial",
    "plus d'informations", "plus d'infos", "plus de détails", "vos tarifs", "quel est le prix",
    "quels sont les prix", "combien ça coûte", "combien coûte", "une plaquette", "une brochure",
    "documentation", "un devis", "votre présentation", "más información", "mas información",
    "mas informacion", "más detalles", "cuánto cuesta", "cuanto cuesta", "qué precio", "los precios",
    "precio tiene", "un presupuesto", "un folleto", "una cotización", "cotización", "tarifas",
    "mais informações", "mais informação", "mais detalhes", "quanto custa", "qual o valor",
    "qual é o preço", "qual o preço", "os preços", "um orçamento", "uma proposta", "uma apresentação",
    "maggiori informazioni", "più informazioni", "più dettagli", "maggiori dettagli", "quanto costa",
    "i prezzi", "listino", "preventivo", "una brochure", "il prezzo", "meer informatie", "meer info",
    "wat kost", "wat zijn de kosten", "de prijzen", "prijslijst", "een offerte", "een brochure",
    "meer details", "więcej informacji", "więcej szczegółów", "ile to kosztuje", "ile kosztuje",
    "cennik", "proszę o ofertę", "jaka jest cena", "szczegóły", "mer information", "mer info",
    "vad kostar", "prislista", "en offert", "mer detaljer", "mere information", "flere oplysninger",
    "flere detaljer", "hvad koster", "prisliste", "et tilbud", "mer informasjon", "hva koster",
    "hvor mye koster", "lisätietoja", "lisää tietoa", "mitä se maksaa", "paljonko maksaa",
    "mitä maksaa", "hinnasto", "tarjouksen", "více informací", "více info", "kolik to stojí",
    "kolik stojí", "ceník", "podrobnosti", "nabídku", "daha fazla bilgi", "detaylı bilgi",
    "fiyat listesi", "fiyatı nedir", "ne kadar", "fiyatlarınız", "teklif gönder", "katalog",
    "больше информации", "подробнее", "подробности", "сколько стоит", "сколько это стоит", "какая цена",
    "прайс", "стоимость", "презентацию", "коммерческое предложение", "більше інформації", "детальніше",
    "скільки коштує", "скільки це коштує", "яка ціна", "詳細を", "資料を", "料金", "見積", "価格", "費用", "パンフレット",
    "詳しい情報", "更多信息", "详细资料", "报价", "价格", "多少钱", "产品资料", "怎么收费", "자료를", "견적", "가격", "비용이", "더 자세한 정보",
    "소개서",
});

constexpr auto kInformationWords = std::to_array<std::string_view>({
    "price", "prices", "cost", "costs", "charge", "fee", "fees", "integrate", "integration", "api",
    "trial", "feature", "features", "references", "security", "gdpr", "hosted", "languages", "support",
    "website", "minimum", "contract length", "how long", "discount", "preis", "preise", "kosten",
    "schnittstelle", "funktioniert", "testversion", "laufzeit", "dsgvo", "prix", "tarif", "tarifs",
    "coût", "fonctionne", "intégration", "essai", "precio", "precios", "coste", "costo", "funciona",
    "prueba", "preço", "preços", "custo", "teste gratuito", "prezzo", "prezzi", "costi", "funziona",
    "prova gratuita", "prijs", "werkt het", "proefversie", "cena", "koszt", "działa", "pris", "priser",
    "virker", "fungerer", "fungerar", "hinta", "toimii", "funguje", "fiyat", "çalışıyor", "цена",
    "цены", "работает", "ціна", "працює", "トライアル", "試用", "体験", "试用", "案例", "무료 체험",
});

constexpr auto kInterest = std::to_array<std::string_view>({
    "i'm interested", "i am interested", "we're interested", "we are interested", "would be interested",
    "very interested", "definitely interested", "interested in learning", "interested to",
    "interested in this", "interested in hearing", "sounds interesting", "sounds good", "sounds great",
    "tell me more", "learn more", "hear more", "know more", "love to", "count me in", "let's do it",
    "sign me up", "sign us up", "next steps", "how do we get started", "how do i get started",
    "would like to try", "want to try", "keen to", "good timing", "perfect timing", "great timing",
    "klingt interessant", "hört sich interessant", "klingt gut", "klingt spannend", "bin interessiert",
    "sind interessiert", "haben interesse", "habe interesse", "hätten interesse", "gerne mehr erfahren",
    "mehr erfahren", "erzählen sie mir mehr", "je suis intéressé", "je suis intéressée",
    "nous sommes intéressés", "m'intéresse", "nous intéresse", "en savoir plus", "semble intéressant",
    "ça m'intéresse", "a l'air intéressant", "estoy interesado", "estoy interesada",
    "estamos interesados", "me interesa", "nos interesa", "suena interesante", "suena bien",
    "saber más", "cuéntame más", "cuénteme más", "tenho interesse", "temos interesse",
    "estou interessado", "estou interessada", "estamos interessados", "me interessa",
    "parece interessante", "saber mais", "sono interessato", "sono interessata", "siamo interessati",
    "mi interessa", "ci interessa", "sembra interessante", "saperne di più", "ben geïnteresseerd",
    "zijn geïnteresseerd", "klinkt interessant", "klinkt goed", "meer weten", "hebben interesse",
    "heb interesse", "jestem zainteresowany", "jestem zainteresowana", "jesteśmy zainteresowani",
    "brzmi ciekawie", "brzmi interesująco", "brzmi dobrze", "dowiedzieć się więcej", "är intresserad",
    "är intresserade", "låter intressant", "låter bra", "veta mer", "höra mer", "er interesseret",
    "er interesserede", "lyder interessant", "høre mere", "vide mere", "er interessert",
    "høres interessant", "høres spennende", "høre mer", "vite mer", "olen kiinnostunut",
    "olemme kiinnostuneita", "kuulostaa mielenkiintoiselta", "kuulostaa hyvältä", "kuulisin lisää",
    "kiinnostaa", "máme zájem", "mám zájem", "zní to zajímavě", "zní zajímavě", "dozvědět se více",
    "ilgileniyoruz", "ilgileniyorum", "ilginç", "ilgimi çekti", "denemek isteriz", "интересно",
    "заинтересованы", "расскажите", "хотелось бы узнать", "цікаво", "розкажіть", "зацікавлені",
    "興味があります", "興味がある", "興味を持", "詳しくお聞かせ", "お話を伺", "検討したい", "感兴趣", "有兴趣", "了解更多", "试用一下", "관심이 있",
    "관심 있", "듣고 싶", "알고 싶",
});

// clang-format on

}  // namespace

std::span<const std::string_view> objection_phrases() {
  return kObjection;
}
std::span<const std::string_view> wrong_person_phrases() {
  return kWrongPerson;
}
std::span<const std::string_view> refusal_phrases() {
  return kRefusal;
}
std::span<const std::string_view> refusal_words() {
  return kRefusalWords;
}
std::span<const std::string_view> scheduling_hosts() {
  return kHosts;
}
std::span<const std::string_view> meeting_phrases() {
  return kMeeting;
}
std::span<const std::string_view> information_phrases() {
  return kInformation;
}
std::span<const std::string_view> information_words() {
  return kInformationWords;
}
std::span<const std::string_view> interest_phrases() {
  return kInterest;
}

}  // namespace outrider::classifier
