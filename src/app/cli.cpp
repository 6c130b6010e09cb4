#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

#include "app/classifier_command.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/doctor.h"
#include "app/serve.h"
#include "core/log.h"
#include "sandbox/run_world.h"

namespace outrider::app {
namespace {

std::optional<std::string> from_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (!value) return std::nullopt;
  return std::string(value);
}

/// The flags of one command: every setting for `serve`, those that name the database for the others.
struct SettingFlags {
  std::string file;
  std::vector<Given> given;

  void add_to(CLI::App& command, bool all) {
    command.add_option("--config", file, "TOML file with settings")->envname("OUTRIDER_CONFIG");
    for (const Setting& setting : settings()) {
      if (!all && setting.key != "data" && setting.key != "database_url") continue;
      add(command, setting);
    }
  }

  Result<Config> load() const { return load_config(file, from_environment, given); }

 private:
  void add(CLI::App& command, const Setting& setting) {
    const std::string doc = std::string(setting.doc) + " (" + setting.variable() + ")";
    if (std::holds_alternative<bool Config::*>(setting.member)) {
      command.add_flag_function(
          setting.flag(), [this, &setting](std::int64_t) { given.push_back({&setting, "true"}); }, doc);
      return;
    }
    command.add_option_function<std::string>(
        setting.flag(),
        [this, &setting](const std::string& value) { given.push_back({&setting, value}); },
        doc);
  }
};

int report(const Result<>& result) {
  if (result) return 0;
  std::cerr << "outrider: " << result.error().message << '\n';
  return 1;
}

/// Loads the settings, then runs the command with them.
template <class Command>
int with_config(const SettingFlags& flags, Command&& command) {
  auto config = flags.load();
  if (!config) return report(std::unexpected(std::move(config.error())));
  return report(command(*config));
}

/// The folder of the world stands in place of the data folder.
Result<> run_sandbox_world(const Config& config) {
  log::set_level(config.level());
  return sandbox::run_world(
      {.folder = config.data, .seed = config.sandbox_seed, .speed = config.sandbox_speed});
}

void add_user_command(CLI::App& app, SettingFlags& flags, UserRequest& request) {
  auto* user = app.add_subcommand("user", "People of a workspace")->require_subcommand(1);
  auto* create = user->add_subcommand("create", "Create a user; an owner gets a workspace of their own");
  flags.add_to(*create, false);
  create->add_option("--email", request.email, "Mail address")->required();
  create->add_option("--name", request.name, "Name shown to the team")->required();
  create->add_option("--role", request.role, "owner, admin or member")
      ->check(CLI::IsMember({"owner", "admin", "member"}))
      ->capture_default_str();
  create->add_option("--workspace", request.workspace_id, "Workspace to join (default: the first one)");
}

void add_client_command(CLI::App& app, SettingFlags& flags, ClientRequest& request) {
  auto* client = app.add_subcommand("client", "White-label clients of a workspace")->require_subcommand(1);
  auto* create = client->add_subcommand("create", "Create a client and print its id");
  flags.add_to(*create, false);
  create->add_option("--user", request.user_email, "Mail address of a user of the workspace")->required();
  create->add_option("--name", request.name, "Name of the client")->required();
  create->add_option("--email", request.email, "Mail address of the client")->required();
}

void add_key_command(CLI::App& app, SettingFlags& flags, KeyRequest& request) {
  auto* key = app.add_subcommand("key", "API keys")->require_subcommand(1);
  auto* create = key->add_subcommand("create", "Create a key and print it, the only time it is shown");
  flags.add_to(*create, false);
  create->add_option("--user", request.user_email, "Mail address of its user")->required();
  create->add_option("--name", request.name, "What the key is for")->required();
  create->add_option("--client", request.client_id, "Id of a client: the key sees that client's things only");
  create->add_option("--rate-limit", request.rate_limit, "Requests in 60 s; 0 = no limit")
      ->check(CLI::Range(0, 1'000'000));
}

void add_classifier_commands(CLI::App& app, SettingFlags& flags, ClassifierRequest& request) {
  auto* classifier = app.add_subcommand("classifier", "The categoriser of replies")->require_subcommand(1);
  auto* train = classifier->add_subcommand("train", "Train a workspace's model on what its people decided");
  auto* report = classifier->add_subcommand("report", "Print accuracy, confusion matrix and confidence");
  for (auto* command : {train, report}) {
    flags.add_to(*command, false);
    command->add_option("--workspace", request.workspace_id, "Workspace");
  }
  train->add_option("--shipped", request.shipped_file, "Write the program's own model to this file instead");
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app{"Outrider: self-hosted outreach"};
  app.require_subcommand(1);
  SettingFlags flags;
  UserRequest user;
  ClientRequest client;
  KeyRequest key;
  ClassifierRequest classifier;
  auto* serve_command = app.add_subcommand("serve", "Serve the API, send and receive");
  flags.add_to(*serve_command, true);
  add_user_command(app, flags, user);
  add_client_command(app, flags, client);
  add_key_command(app, flags, key);
  add_classifier_commands(app, flags, classifier);
  auto* migrate_command = app.add_subcommand("migrate", "Bring the database to this version");
  flags.add_to(*migrate_command, false);
  auto* doctor_command = app.add_subcommand("doctor", "Check settings, database, ports, DNS and clock");
  flags.add_to(*doctor_command, true);
  // Started by serve --sandbox; not for people.
  auto* world_command = app.add_subcommand("sandbox-world")->group("");
  flags.add_to(*world_command, true);
  app.add_subcommand("openapi", "Print the OpenAPI document of the API");
  app.add_subcommand("version", "Print the version");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }

  if (app.got_subcommand("version")) return report(print_version());
  if (app.got_subcommand("openapi")) return report(print_openapi());
  if (app.got_subcommand("user"))
    return with_config(flags, [&](const Config& config) { return create_user(config, user); });
  if (app.got_subcommand("client"))
    return with_config(flags, [&](const Config& config) { return create_client(config, client); });
  if (app.got_subcommand("key"))
    return with_config(flags, [&](const Config& config) { return create_key(config, key); });
  if (app.got_subcommand("classifier")) {
    const bool is_training = app.get_subcommand("classifier")->got_subcommand("train");
    return with_config(flags, [&](const Config& config) {
      return is_training ? train_classifier(config, classifier) : report_classifier(config, classifier);
    });
  }
  if (app.got_subcommand("sandbox-world")) return with_config(flags, run_sandbox_world);
  if (app.got_subcommand("migrate")) return with_config(flags, migrate);
  if (app.got_subcommand("doctor")) return with_config(flags, doctor);
  return with_config(flags, serve);
}

}  // namespace outrider::app
