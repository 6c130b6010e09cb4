#include "core/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>

#include "core/time_text.h"

namespace outrider::log {
namespace {

constexpr std::array kLevels = {
    spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err, spdlog::level::off};

spdlog::logger& sink() {
  static const auto kLogger = [] {
    auto made = spdlog::stderr_logger_mt("outrider");
    made->set_pattern("%v");
    made->set_level(spdlog::level::info);
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *kLogger;
}

void append_text(std::string& line, std::string_view text) {
  line += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      line += escape.data();
    } else {
      line += c;
    }
  }
  line += '"';
}

void append_value(std::string& line, const Field& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) return append_text(line, *text);
  if (const auto* number = std::get_if<std::int64_t>(&field.value)) line += std::to_string(*number);
  if (const auto* number = std::get_if<double>(&field.value)) line += std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&field.value)) line += *flag ? "true" : "false";
}

void write(spdlog::level::level_enum level,
           std::string_view name,
           std::string_view event,
           std::initializer_list<Field> fields) {
  if (!sink().should_log(level)) return;
  std::string line = R"({"time":")";
  const auto since_epoch = spdlog::log_clock::now().time_since_epoch();
  line += instant_text_ms(std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count());
  line += R"(","level":")";
  line += name;
  line += R"(","event":)";
  append_text(line, event);
  for (const auto& field : fields) {
    line += ',';
    append_text(line, field.name);
    line += ':';
    append_value(line, field);
  }
  line += '}';
  sink().log(level, "{}", line);
}

}  // namespace

void set_level(Level level) {
  sink().set_level(kLevels[static_cast<std::size_t>(level)]);
}

bool enabled(Level level) {
  return sink().should_log(kLevels[static_cast<std::size_t>(level)]);
}

void debug(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::debug, "debug", event, fields);
}
void info(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::info, "info", event, fields);
}
void warn(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::warn, "warn", event, fields);
}
void error(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::err, "error", event, fields);
}

}  // namespace outrider::log
