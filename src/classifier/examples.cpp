#include "classifier/examples.h"

#include <algorithm>
#include <map>
#include <span>

#include "core/assert.h"
#include "core/random.h"
#include "core/strings.h"
#include "mail/fold.h"

namespace outrider::classifier {
namespace {

constexpr std::uint64_t kSeed = 20260301;

using Lines = std::vector<std::string_view>;

/// One language's phrases.
struct Phrases {
  std::string_view language;
  std::map<std::string_view, Lines> lists;   // by $word
  std::map<std::string_view, Lines> groups;  // by @group
};

Result<Phrases> read_phrases(const PhraseFile& file) {
  Phrases phrases{.language = file.language, .lists = {}, .groups = {}};
  Lines* group = nullptr;
  for (const auto raw : split(file.text, '\n')) {
    const auto line = trim(raw);
    if (line.empty()) continue;
    if (line.starts_with('@')) {
      group = &phrases.groups[line.substr(1)];
    } else if (line.starts_with('$') && line.find('=') != std::string_view::npos && !group) {
      const auto equals = line.find('=');
      phrases.lists[line.substr(1, equals - 1)] = split(line.substr(equals + 1), '|');
    } else if (group) {
      group->push_back(line);
    } else {
      return fail(Code::Invalid, "a phrase of " + std::string(file.language) + " stands in no group");
    }
  }
  return phrases;
}

/// Draws replies from one language's phrases.
class Writer {
 public:
  Writer(const Phrases& phrases, Random& random) : phrases_(phrases), random_(random) {}

  std::string reply(std::string_view category) {
    std::string text;
    const std::string_view gap = chance(60) ? "\n" : " ";
    if (chance(55)) add(text, pick("greet"), chance(70) ? "\n\n" : gap);
    if (chance(30)) add(text, pick("filler"), gap);
    add(text, pick(category), gap);
    if (chance(35)) add(text, pick(category), gap);
    if (chance(12)) add(text, pick("filler"), gap);
    if (chance(55)) add(text, pick("close"), "");
    return roughened(std::string(trim(text)));
  }

 private:
  bool chance(unsigned percent) { return random_.below(100) < percent; }

  std::string_view one_of(const Lines& lines) { return lines[random_.below(lines.size())]; }

  std::string pick(std::string_view group) {
    const auto found = phrases_.groups.find(group);
    if (found == phrases_.groups.end() || found->second.empty()) return {};
    return filled(expanded(one_of(found->second)));
  }

  static void add(std::string& text, const std::string& part, std::string_view gap) {
    if (part.empty()) return;
    text += part;
    text += gap;
  }

  /// One alternative of each `[a|b]`.
  std::string expanded(std::string_view phrase) {
    std::string text;
    while (!phrase.empty()) {
      const auto open = phrase.find('[');
      text += phrase.substr(0, open);
      if (open == std::string_view::npos) break;
      const auto close = std::min(phrase.find(']', open), phrase.size());
      text += one_of(split(phrase.substr(open + 1, close - open - 1), '|'));
      phrase.remove_prefix(std::min(close + 1, phrase.size()));
    }
    return text;
  }

  /// A word of the list for each `$word`.
  std::string filled(std::string_view phrase) {
    std::string text;
    for (std::size_t i = 0; i < phrase.size();) {
      if (phrase[i] != '$') {
        text += phrase[i++];
        continue;
      }
      std::size_t end = i + 1;
      while (end < phrase.size() && phrase[end] >= 'a' && phrase[end] <= 'z') ++end;
      const auto found = phrases_.lists.find(phrase.substr(i + 1, end - i - 1));
      if (found != phrases_.lists.end()) text += one_of(found->second);
      i = end;
    }
    return text;
  }

  /// As people type: in lower case, without the last mark, with two letters swapped.
  std::string roughened(std::string text) {
    if (chance(15)) text = mail::fold_case(text);
    if (chance(25) && (text.ends_with('.') || text.ends_with('!'))) text.pop_back();
    if (chance(10) && text.size() > 8) {
      const std::size_t at = 1 + random_.below(text.size() - 3);
      const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
      if (is_letter(text[at]) && is_letter(text[at + 1])) std::swap(text[at], text[at + 1]);
    }
    return text;
  }

  const Phrases& phrases_;
  Random& random_;
};

}  // namespace

Result<std::vector<Example>> make_examples(const std::vector<PhraseFile>& files,
                                           std::uint64_t seed,
                                           CorpusSize size) {
  std::vector<Example> examples;
  for (const auto& file : files) {
    TRY_AS(const auto phrases, read_phrases(file));
    Random random(mix_seed(seed, file.language));
    Writer writer(phrases, random);
    const int count = file.language == "en" ? size.of_english : size.of_others;
    for (const auto& [group, lines] : phrases.groups) {
      const auto category = parse_integer(group);
      if (!category) continue;
      for (int i = 0; i < count; ++i)
        examples.push_back(
            {.category_id = *category, .language = file.language, .text = writer.reply(group)});
    }
  }
  return examples;
}

namespace {

std::vector<Example> read_table(std::string_view text) {
  std::vector<Example> examples;
  for (const auto line : split(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const auto columns = split(line, '\t');
    const auto category = columns.size() == 3 ? parse_integer(columns[0]) : std::nullopt;
    OUTRIDER_ASSERT(category.has_value(), "a line has a category, a language and a text");
    examples.push_back(
        {.category_id = *category, .language = columns[1], .text = replace_all(columns[2], "\\n", "\n")});
  }
  return examples;
}

}  // namespace

std::vector<Example> shipped_examples() {
  const auto files = phrase_files();
  auto examples = make_examples({files.begin(), files.end()}, kSeed, {});
  OUTRIDER_ASSERT(examples.has_value(), "the phrases in the program can be read");
  const auto written = read_table(written_text());
  for (int i = 0; i < kWrittenWeight; ++i) examples->insert(examples->end(), written.begin(), written.end());
  return *std::move(examples);
}

std::vector<Example> held_out_examples() {
  return read_table(held_out_text());
}

std::uint64_t fingerprint_of(const std::vector<Example>& examples) {
  std::uint64_t hash = kSeed;
  for (const auto& example : examples)
    hash = mix_seed(mix_seed(hash, static_cast<std::uint64_t>(example.category_id)), example.text);
  return hash;
}

}  // namespace outrider::classifier
