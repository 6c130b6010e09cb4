// One IMAP command before it is sent: text, and strings that go quoted or as literals. Knows no connection.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace outrider::mail {

class ImapCommand {
 public:
  struct Piece {
    std::string bytes;
    bool is_literal = false;
  };

  /// `text` is protocol text of our own: never a name, a password or anything else from outside.
  explicit ImapCommand(std::string_view text) { add(text); }

  ImapCommand& add(std::string_view text);
  /// A string of any content: quoted when it can be, else a literal. NUL cannot be sent: see is_sendable().
  ImapCommand& add_string(std::string_view text);
  ImapCommand& add_literal(std::string bytes);

  const std::vector<Piece>& pieces() const { return pieces_; }
  /// The first word, for messages; holds no secret.
  std::string name() const;
  bool is_sendable() const;

 private:
  std::vector<Piece> pieces_;
};

}  // namespace outrider::mail
