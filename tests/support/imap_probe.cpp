// Drives ImapClient from a test: imap_probe HOST PORT tls|starttls|none USER SECRET CA_FILE
//
// Opens one session, then does one command a line of standard input and answers on standard output: what was
// found, and a last line `ok` or `error CODE MESSAGE`. Ends with the input.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/encoding.h"
#include "core/secrets.h"
#include "core/strings.h"
#include "mail/imap_client.h"

namespace {

using namespace outrider;
using namespace outrider::mail;

using Words = std::vector<std::string>;

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

std::string text_of(std::uint64_t number) {
  return std::to_string(number);
}

std::uint32_t uid_of(const std::string& word) {
  return word == "*" ? UINT32_MAX : static_cast<std::uint32_t>(parse_integer(word).value_or(0));
}

Task<> list(ImapClient& client, Words) {
  CO_TRY_AS(const auto folders, co_await client.list_folders());
  for (const auto& folder : folders)
    say("folder " + text_of(static_cast<unsigned>(folder.role)) + " " + folder.name);
  co_return Result<>{};
}

Task<> select(ImapClient& client, Words words) {
  CO_TRY_AS(const auto mailbox, co_await client.select(words.at(1), ImapAccess::ReadWrite));
  say("mailbox " + text_of(mailbox.uid_validity) + " " + text_of(mailbox.uid_next) + " " +
      text_of(mailbox.messages) + " " + text_of(mailbox.highest_modseq.value_or(0)));
  co_return Result<>{};
}

/// fetch FIRST LAST [BYTES]: a line for each message, with the SHA-256 of what came of its body.
Task<> fetch(ImapClient& client, Words words) {
  ImapFetchRequest request{.uids = {{uid_of(words.at(1)), uid_of(words.at(2))}}, .body = ImapBody::Whole};
  if (words.size() > 3) request.body_bytes_max = uid_of(words[3]);
  CO_TRY_AS(const auto count, co_await client.fetch(std::move(request), [](const ImapFetch& message) {
    const auto body = message.sections.front().bytes.view();
    say("message " + text_of(*message.uid) + " " + text_of(*message.size_bytes) + " " + text_of(body.size()) +
        " " + hex_encode(sha256(body)) + " " + join(message.flags.value_or(Words{}), ","));
  }));
  say("count " + text_of(count));
  co_return Result<>{};
}

Task<> search(ImapClient& client, Words words) {
  CO_TRY_AS(const auto uids, co_await client.search({.message_id = words.at(1)}));
  say("found " + imap_set(uids));
  co_return Result<>{};
}

/// append MAILBOX FILE
Task<> append(ImapClient& client, Words words) {
  std::ifstream file(words.at(2), std::ios::binary);
  std::string message{std::istreambuf_iterator<char>(file), {}};
  CO_TRY_AS(const auto where,
            co_await client.append(words.at(1), std::move(message), {"\\Seen"}, 1769940000000));
  say("appended " + text_of(where ? where->uid : 0));
  co_return Result<>{};
}

/// flag UID FLAG
Task<> flag(ImapClient& client, Words words) {
  co_return co_await client.store_flags(
      {{uid_of(words.at(1)), uid_of(words.at(1))}}, ImapFlagChange::Add, {words.at(2)});
}

/// move UID MAILBOX
Task<> move(ImapClient& client, Words words) {
  CO_TRY_AS(const auto where,
            co_await client.move({{uid_of(words.at(1)), uid_of(words.at(1))}}, words.at(2)));
  say("moved " + text_of(where ? where->target.front().first : 0));
  co_return Result<>{};
}

/// wait SECONDS; says `waiting` before.
Task<> wait(ImapClient& client, Words words) {
  say("waiting");
  CO_TRY_AS(const auto change, co_await client.wait_for_change(std::chrono::seconds(uid_of(words.at(1)))));
  say(std::string("change ") + (change.arrived ? "arrived" : change.altered ? "altered" : "none"));
  co_return Result<>{};
}

Task<> noop(ImapClient& client, Words) {
  co_return co_await client.noop();
}
Task<> logout(ImapClient& client, Words) {
  co_return co_await client.logout();
}

const std::map<std::string, Task<> (*)(ImapClient&, Words)> kCommands = {
    {"list", list},
    {"select", select},
    {"fetch", fetch},
    {"search", search},
    {"append", append},
    {"flag", flag},
    {"move", move},
    {"wait", wait},
    {"noop", noop},
    {"logout", logout},
};

void conclude(const Result<>& result) {
  say(result ? "ok"
             : "error " + text_of(static_cast<unsigned>(result.error().code)) + " " + result.error().message);
}

boost::asio::awaitable<void> converse(net::Network network, ImapSettings settings) {
  ImapClient client(network, settings);
  conclude(co_await client.open());
  for (std::string line; std::getline(std::cin, line);) {
    Words words;
    for (const auto word : split(line, ' ')) words.emplace_back(word);
    const auto command = kCommands.find(words.front());
    if (command == kCommands.end()) {
      say("error 0 no such command");
    } else {
      conclude(co_await command->second(client, words));
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (argc != 7) return 2;
  const std::string security = arguments[3];
  ImapSettings settings{
      .endpoint = {.host = arguments[1], .port = static_cast<std::uint16_t>(uid_of(arguments[2]))},
      .security = security == "tls"        ? ImapSecurity::Tls
                  : security == "starttls" ? ImapSecurity::StartTls
                                           : ImapSecurity::None,
      .user = arguments[4],
      .secret = arguments[5]};
  const auto resolver = net::Resolver::create({});
  const auto tls = net::TlsClient::create(arguments[6]);
  if (!resolver || !tls) return 2;

  boost::asio::io_context io;
  const net::Network network{
      .resolver = **resolver, .policy = net::AddressPolicy(net::PrivateAddresses::Allow), .tls = *tls};
  boost::asio::co_spawn(io, converse(network, std::move(settings)), [](std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
  });
  io.run();
  return 0;
}
