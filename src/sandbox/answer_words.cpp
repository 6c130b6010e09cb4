#include "sandbox/answer_words.h"

#include <array>

namespace outrider::sandbox {
namespace {

constexpr std::array<LanguageWords, 4> kWords = {{
    {.agrees = "Thanks for writing, this comes at the right time. Could we talk on Thursday afternoon?",
     .refuses = "Thank you, but we are not interested.",
     .asks = "What does this cost for a team of twelve, and how long does it take to set up?",
     .unsubscribes = "Please remove me from your list.",
     .colleague = "I look after this here, so your mail came to me. Please send me the details.",
     .colleague_forwarded = "Your mail was passed on to me. Sounds useful, please send me the details.",
     .greets = "Best regards",
     .wrote = "On {date}, {name} <{email}> wrote:",
     .from = "From",
     .sent = "Sent",
     .to = "To",
     .subject = "Subject",
     .reply_prefix = "RE: ",
     .forward_prefix = "FW: ",
     .away_subject = "Automatic reply: ",
     .away = "Hello,\n\nI am out of the office until {date} and do not read my mail.\n\nBest regards"},
    {.agrees = "Vielen Dank, das kommt gerade recht. Passt Ihnen Donnerstagnachmittag für ein Gespräch?",
     .refuses = "Vielen Dank, aber wir haben kein Interesse.",
     .asks = "Was kostet das für ein Team von zwölf Leuten, und wie lange dauert die Einrichtung?",
     .unsubscribes = "Bitte keine weiteren E-Mails.",
     .colleague = "Das Thema liegt bei mir, Ihre Mail kam deshalb zu mir. Schicken Sie mir bitte mehr dazu.",
     .colleague_forwarded =
         "Ihre Mail wurde an mich weitergeleitet. Klingt gut, schicken Sie mir bitte mehr.",
     .greets = "Mit freundlichen Grüßen",
     .wrote = "Am {date} schrieb {name} <{email}>:",
     .from = "Von",
     .sent = "Gesendet",
     .to = "An",
     .subject = "Betreff",
     .reply_prefix = "AW: ",
     .forward_prefix = "WG: ",
     .away_subject = "Automatische Antwort: ",
     .away = "Guten Tag,\n\nich bin bis zum {date} nicht im Büro und lese keine E-Mails.\n\nMit freundlichen "
             "Grüßen"},
    {.agrees = "Merci, cela tombe bien. Pouvons-nous en parler jeudi après-midi ?",
     .refuses = "Merci, mais nous ne sommes pas intéressés.",
     .asks = "Quel est le prix pour une équipe de douze personnes, et combien de temps faut-il ?",
     .unsubscribes = "Merci de me désinscrire.",
     .colleague = "C'est moi qui m'occupe de ce sujet. Pouvez-vous m'envoyer plus d'informations ?",
     .colleague_forwarded = "On m'a transmis votre message. Pouvez-vous m'envoyer plus d'informations ?",
     .greets = "Cordialement",
     .wrote = "Le {date}, {name} <{email}> a écrit :",
     .from = "De",
     .sent = "Envoyé",
     .to = "À",
     .subject = "Objet",
     .reply_prefix = "RE: ",
     .forward_prefix = "TR: ",
     .away_subject = "Réponse automatique : ",
     .away = "Bonjour,\n\nje suis absent du bureau jusqu'au {date}.\n\nCordialement"},
    {.agrees = "Gracias, llega en buen momento. ¿Podemos hablar el jueves por la tarde?",
     .refuses = "Gracias, pero no nos interesa.",
     .asks = "¿Cuánto cuesta para un equipo de doce personas y cuánto tarda la puesta en marcha?",
     .unsubscribes = "Por favor, dar de baja.",
     .colleague = "De este tema me encargo yo. ¿Me puede enviar más información?",
     .colleague_forwarded = "Me han reenviado su mensaje. ¿Me puede enviar más información?",
     .greets = "Un saludo",
     .wrote = "El {date}, {name} (<{email}>) escribió:",
     .from = "De",
     .sent = "Enviado",
     .to = "Para",
     .subject = "Asunto",
     .reply_prefix = "RE: ",
     .forward_prefix = "RV: ",
     .away_subject = "Respuesta automática: ",
     .away = "Hola:\n\nestoy fuera de la oficina hasta el {date}.\n\nUn saludo"},
}};

}  // namespace

const LanguageWords& words_of(Language language) {
  return kWords[static_cast<std::size_t>(language)];
}

}  // namespace outrider::sandbox
