// What every part of a running server is given. Built in this order, taken down in reverse.
#pragma once

#include <memory>

#include "app/config.h"
#include "core/clock.h"
#include "core/secrets.h"
#include "db/database.h"
#include "http/metrics.h"
#include "jobs/worker_pool.h"
#include "net/io_pool.h"
#include "net/resolver.h"
#include "net/stream.h"

namespace outrider::app {

struct Services {
  Config config;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<http::Metrics> metrics;
  std::unique_ptr<db::Observer> observer;
  std::unique_ptr<db::Database> database;
  MasterKey master_key;
  std::unique_ptr<net::Resolver> resolver;
  std::unique_ptr<net::Network> network;
  std::unique_ptr<net::IoPool> io_pool;
  std::unique_ptr<jobs::WorkerPool> workers;
};

/// Opens the database and the key file and starts the threads. Errors: what could not be opened, and what to
/// do.
Result<Services> open_services(const Config& config);

/// Without a database and with a key nobody keeps, for commands that look at nothing stored.
Result<Services> open_empty_services(const Config& config);

/// The key file of the data folder; made when it is absent.
Result<MasterKey> open_master_key(const Config& config);

}  // namespace outrider::app
