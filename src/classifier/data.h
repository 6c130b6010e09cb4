// What the program carries of the classifier: the phrases its training corpus is made of, the replies held
// out of training, and the model trained on that corpus (written by `outrider classifier train --builtin`).
#pragma once

#include <span>
#include <string_view>

namespace outrider::classifier {

struct PhraseFile {
  std::string_view language;  // "en"
  std::string_view text;
};
std::span<const PhraseFile> phrase_files();

/// Lines of `category<TAB>language<TAB>text`; `\n` in a text is a line end.
std::string_view held_out_text();
/// Replies written by hand that training has seen, in the same form.
std::string_view written_text();

std::string_view shipped_model();

}  // namespace outrider::classifier
