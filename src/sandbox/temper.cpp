#include "sandbox/temper.h"

#include <iterator>

#include "core/random.h"
#include "core/strings.h"

namespace outrider::sandbox {
namespace {

struct Kind {
  Temper temper;
  std::string_view word;
  std::uint64_t weight;  // out of kWeights
};

constexpr Kind kKinds[] = {
    {Temper::Keen, "keen", 14},
    {Temper::Curious, "curious", 14},
    {Temper::Opener, "opener", 16},
    {Temper::Silent, "silent", 14},
    {Temper::Refuser, "refuser", 7},
    {Temper::Asker, "asker", 7},
    {Temper::OutOfOffice, "ooo", 5},
    {Temper::UnsubscribesByLink, "unsubscriber", 3},
    {Temper::UnsubscribesByHeader, "oneclick", 3},
    {Temper::UnsubscribesByReply, "stop", 3},
    {Temper::HardBouncer, "bounce", 3},
    {Temper::AsyncBouncer, "dsn", 2},
    {Temper::Greylister, "greylist", 2},
    {Temper::FullMailbox, "full", 1},
    {Temper::Colleague, "colleague", 3},
    {Temper::Forwarder, "forwarder", 3},
};
static_assert(std::size(kKinds) == kTempers);

constexpr std::uint64_t kWeights = [] {
  std::uint64_t sum = 0;
  for (const Kind& kind : kKinds) sum += kind.weight;
  return sum;
}();
static_assert(kWeights == 100);

// Makes the draws of the default seed show every temper among the forty leads of the sample campaign.
constexpr std::uint64_t kDraw = 861;

Temper drawn(Random& random) {
  std::uint64_t left = random.below(kWeights);
  for (const Kind& kind : kKinds) {
    if (left < kind.weight) return kind.temper;
    left -= kind.weight;
  }
  return Temper::Silent;
}

std::optional<Temper> named(std::string_view address) {
  const std::string_view first = address.substr(0, address.find_first_of(".@"));
  for (const Kind& kind : kKinds)
    if (equal_ignoring_case(first, kind.word)) return kind.temper;
  return std::nullopt;
}

Language language_of(std::string_view address, Random& random) {
  const std::uint64_t share = random.below(10);
  if (address.find(".de.") != std::string_view::npos) return Language::German;
  if (share < 6) return Language::English;
  if (share < 8) return Language::German;
  return share < 9 ? Language::French : Language::Spanish;
}

/// Adds deeds one after another, each some seconds after the one before.
class Course {
 public:
  Course(double speed, Random& random) : speed_(speed), random_(random) {}

  Course& wait(double from_s, double to_s) {
    at_ms_ += (from_s + (to_s - from_s) * random_.unit()) * 1000 / speed_;
    return *this;
  }
  Course& read() {
    at_ms_ += static_cast<double>(kReadingStarts.count());
    return wait(0, 14).then(Deed::Open);
  }
  Course& then(Deed deed) {
    reactions_.push_back({deed, std::chrono::milliseconds(static_cast<std::int64_t>(at_ms_))});
    return *this;
  }
  bool chance(double share) { return random_.unit() < share; }
  std::vector<Reaction> take() { return std::move(reactions_); }

 private:
  double speed_;
  Random& random_;
  double at_ms_ = 0;
  std::vector<Reaction> reactions_;
};

/// Mail beside the one the person acts on: looked at, perhaps.
void glance(Course& course, Temper temper) {
  const bool reads = temper != Temper::OutOfOffice && temper != Temper::AsyncBouncer;
  if (reads && course.chance(0.6)) course.read();
}

void act(Course& course, Temper temper) {
  switch (temper) {
    case Temper::Keen:
    case Temper::Asker:
      course.read();
      if (course.chance(0.8)) course.wait(1, 5).then(Deed::Click);
      course.wait(2, 12).then(Deed::Answer);
      return;
    case Temper::Refuser:
    case Temper::UnsubscribesByReply:
    case Temper::Colleague:
      course.read().wait(2, 12).then(Deed::Answer);
      return;
    case Temper::Forwarder:
      course.read().wait(3, 10).then(Deed::Open).wait(3, 12).then(Deed::Answer);
      return;
    case Temper::OutOfOffice:
      course.wait(1, 4).then(Deed::OfficeNote);
      return;
    case Temper::AsyncBouncer:
      course.wait(2, 8).then(Deed::BounceReport);
      return;
    case Temper::UnsubscribesByLink:
      course.read().wait(1, 4).then(Deed::ShowUnsubscribePage).wait(1, 4).then(Deed::ConfirmUnsubscribe);
      return;
    case Temper::UnsubscribesByHeader:
      course.read().wait(1, 6).then(Deed::OneClickUnsubscribe);
      return;
    default:
      return;
  }
}

}  // namespace

std::string_view word_of(Temper temper) {
  for (const Kind& kind : kKinds)
    if (kind.temper == temper) return kind.word;
  return {};
}

Prospect prospect_of(std::int64_t seed, std::string_view address) {
  const std::string lower = to_lower(address);
  Random random(mix_seed(mix_seed(static_cast<std::uint64_t>(seed), kDraw), lower));
  Prospect prospect;
  const Temper by_weight = drawn(random);
  prospect.temper = named(lower).value_or(by_weight);
  prospect.language = language_of(lower, random);
  prospect.client = static_cast<MailClient>(random.below(3));
  prospect.answers_mail = random.below(3) == 0 ? 2 : 1;
  const bool is_about_the_mailbox =
      prospect.temper == Temper::OutOfOffice || prospect.temper == Temper::AsyncBouncer;
  if (is_about_the_mailbox) prospect.answers_mail = 1;
  return prospect;
}

std::vector<Reaction> reactions_of(const Prospect& prospect, std::string_view address, const Moment& moment) {
  const auto person = mix_seed(static_cast<std::uint64_t>(moment.seed), to_lower(address));
  Random random(mix_seed(person, static_cast<std::uint64_t>(moment.mail_number)));
  Course course(moment.speed, random);
  switch (prospect.temper) {
    case Temper::Silent:
    case Temper::HardBouncer:
    case Temper::FullMailbox:
      break;
    case Temper::Opener:
    case Temper::Greylister:
      course.read();
      if (course.chance(0.3)) course.wait(5, 30).then(Deed::Open);
      break;
    case Temper::Curious:
      course.read().wait(1, 8).then(Deed::Click);
      break;
    default:
      if (moment.mail_number == prospect.answers_mail)
        act(course, prospect.temper);
      else if (moment.mail_number < prospect.answers_mail)
        glance(course, prospect.temper);
  }
  return course.take();
}

std::optional<std::string> refusal_of(const Prospect& prospect, std::string_view address, int attempts) {
  const std::string who = "<" + std::string(address) + ">";
  switch (prospect.temper) {
    case Temper::HardBouncer:
      return "550 5.1.1 " + who + ": Recipient address rejected: User unknown";
    case Temper::FullMailbox:
      return "452 4.2.2 " + who + ": The recipient's mailbox is full";
    case Temper::Greylister:
      if (attempts > 0) return std::nullopt;
      return "450 4.7.1 " + who + ": Recipient address rejected: Greylisted, try again later";
    default:
      return std::nullopt;
  }
}

}  // namespace outrider::sandbox
