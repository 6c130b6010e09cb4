// How a prospect of the sandbox behaves. Pure: the same seed and address always give the same person, so a
// campaign can be repeated, and a person keeps their temper when the server restarts.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outrider::sandbox {

enum class Temper : std::uint8_t {
  Keen,                  // reads, follows the link, agrees
  Curious,               // reads and follows links, never answers
  Opener,                // reads
  Silent,                // nothing at all
  Refuser,               // "not interested"
  Asker,                 // answers with a question
  OutOfOffice,           // an automatic note with the day of return
  UnsubscribesByLink,    // opens the page in the mail and confirms
  UnsubscribesByHeader,  // their mail program does it in one click (RFC 8058)
  UnsubscribesByReply,   // answers "unsubscribe"
  HardBouncer,           // refused in the SMTP dialogue: 550 5.1.1
  AsyncBouncer,          // accepted, and a delivery report follows
  Greylister,            // the first attempt is put off with 450
  FullMailbox,           // 452 4.2.2
  Colleague,             // somebody else of the company answers
  Forwarder,             // passes the mail on; the colleague who got it answers
};
inline constexpr int kTempers = 16;

/// The word that asks for a temper as the first part of an address: `keen.anna@x.example`.
std::string_view word_of(Temper temper);

enum class Language : std::uint8_t { English, German, French, Spanish };
enum class MailClient : std::uint8_t { Gmail, Outlook, Apple };

struct Prospect {
  Temper temper = Temper::Silent;
  Language language = Language::English;
  MailClient client = MailClient::Gmail;
  int answers_mail = 1;  // which mail of a conversation makes them act: 1 or 2
};

/// The temper named by the part of the address before its first dot, else one drawn by weight.
Prospect prospect_of(std::int64_t seed, std::string_view address);

enum class Deed : std::uint8_t {
  Open,
  Click,
  ShowUnsubscribePage,  // changes nothing
  ConfirmUnsubscribe,
  OneClickUnsubscribe,
  Answer,      // what the temper says
  OfficeNote,  // automatic
  BounceReport,
};

struct Reaction {
  Deed deed = Deed::Open;
  std::chrono::milliseconds after{0};  // since the mail was taken
};

/// A server counts what is opened sooner after delivery as a machine's work, whatever the speed.
inline constexpr std::chrono::milliseconds kReadingStarts{10'600};

struct Moment {
  std::int64_t seed = 0;
  double speed = 1;     // 2 halves every wait beyond kReadingStarts
  int mail_number = 1;  // in its conversation
};

/// What the person does about one mail, in order of time.
std::vector<Reaction> reactions_of(const Prospect& prospect, std::string_view address, const Moment& moment);

/// The SMTP answer that refuses this recipient, or nothing. `attempts` counts earlier ones.
std::optional<std::string> refusal_of(const Prospect& prospect, std::string_view address, int attempts);

}  // namespace outrider::sandbox
