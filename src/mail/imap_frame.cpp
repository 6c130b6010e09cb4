#include "mail/imap_frame.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string>

#include "core/assert.h"
#include "core/strings.h"

namespace outrider::mail {
namespace {

/// A buffer that grew beyond this for one response is given back afterwards.
constexpr std::size_t kKeepBytesMax = 256U << 10;

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::span<char> ImapFramer::room(std::size_t bytes_min) {
  if (begin_ == end_ && capacity_ > kKeepBytesMax) release();
  if (capacity_ - end_ < bytes_min) {
    const std::size_t waiting = end_ - begin_;
    // Moving down is cheap only while little waits; a response that fills half of the buffer needs a larger
    // one.
    if (waiting + bytes_min > capacity_ || waiting > capacity_ / 2) {
      const std::size_t wanted = std::max(waiting + bytes_min, 2 * waiting);
      auto larger = std::make_unique_for_overwrite<char[]>(wanted);
      if (waiting > 0) std::memcpy(larger.get(), buffer_.get() + begin_, waiting);
      buffer_ = std::move(larger);
      capacity_ = wanted;
    } else {
      std::memmove(buffer_.get(), buffer_.get() + begin_, waiting);
    }
    line_ -= begin_;
    scan_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

void ImapFramer::filled(std::size_t bytes) {
  OUTRIDER_ASSERT(bytes <= capacity_ - end_, "no more was filled than there was room for");
  end_ += bytes;
}

Result<std::optional<std::string_view>> ImapFramer::next() {
  while (true) {
    const std::size_t passed = std::min(literal_left_, end_ - scan_);
    literal_left_ -= passed;
    scan_ += passed;
    if (literal_left_ > 0) return std::nullopt;

    const char* data = buffer_.get();
    const void* found = scan_ < end_ ? std::memchr(data + scan_, '\n', end_ - scan_) : nullptr;
    const std::size_t line_end =
        found == nullptr ? end_ : static_cast<std::size_t>(static_cast<const char*>(found) - data);
    if (text_bytes_ + (line_end - line_) > limits_.text_bytes_max)
      return fail(Code::TooLarge,
                  "the server sent a line of more than " + std::to_string(limits_.text_bytes_max) + " bytes");
    scan_ = line_end;
    if (found == nullptr) return std::nullopt;

    const std::string_view line = without_return({data + line_, line_end - line_});
    text_bytes_ += line.size();
    scan_ = line_ = line_end + 1;
    TRY_AS(const auto literal, announced_literal(line));
    if (literal) {
      TRY(pass_over(*literal));
      continue;
    }

    const std::string_view response = without_return({data + begin_, line_end - begin_});
    begin_ = scan_;
    text_bytes_ = literal_bytes_ = literals_ = 0;
    return response;
  }
}

void ImapFramer::release() {
  if (begin_ != end_) return;
  buffer_.reset();
  capacity_ = begin_ = line_ = scan_ = end_ = 0;
}

Result<std::optional<std::uint64_t>> ImapFramer::announced_literal(std::string_view line) const {
  if (!line.ends_with('}') || !may_hold_literals()) return std::nullopt;
  const auto open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  std::string_view count = line.substr(open + 1, line.size() - open - 2);
  if (count.ends_with('+') || count.ends_with('-')) count.remove_suffix(1);

  std::uint64_t bytes = 0;
  const auto [stop, error] = std::from_chars(count.data(), count.data() + count.size(), bytes);
  if (stop != count.data() + count.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) bytes = UINT64_MAX;
  return bytes;
}

Result<> ImapFramer::pass_over(std::uint64_t literal_bytes) {
  if (literal_bytes > limits_.literal_bytes_max - literal_bytes_ || ++literals_ > limits_.literals_max)
    return fail(Code::TooLarge,
                "the server sent more than " + std::to_string(limits_.literal_bytes_max) + " bytes or " +
                    std::to_string(limits_.literals_max) + " literals in one response");
  literal_bytes_ += literal_bytes;
  literal_left_ = literal_bytes;
  line_ = scan_ + literal_bytes;
  return {};
}

/// A status line, tagged or not, and a continuation end in free text, where `{3}` means nothing.
bool ImapFramer::may_hold_literals() const {
  const std::string_view response{buffer_.get() + begin_, end_ - begin_};
  if (!response.starts_with("* ")) return false;
  static constexpr std::array<std::string_view, 5> kStatusWords = {"OK", "NO", "BAD", "BYE", "PREAUTH"};
  const std::string_view rest = response.substr(2);
  return std::ranges::none_of(kStatusWords, [&](std::string_view word) {
    return starts_with_ignoring_case(rest, word) && rest.size() > word.size() && rest[word.size()] <= ' ';
  });
}

}  // namespace outrider::mail
