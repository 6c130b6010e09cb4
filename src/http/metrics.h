// Figures for Prometheus. Modules register theirs once and keep the handle; labels take values from small
// closed sets (a route's pattern, never a path; a state, never an address).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace outrider::http {

class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  void add(double amount = 1);  // never negative

 private:
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  void set(double value);
  void add(double amount);

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_;
};

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Registering takes a lock and a search: do it at start, or keep the handle. The same name and labels give
/// the same figure. Handles live as long as the registry. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  Counter counter(const std::string& name, const std::string& help, Labels labels = {});
  Gauge gauge(const std::string& name, const std::string& help, Labels labels = {});
  /// `bounds`: the upper ends of the buckets, rising.
  Histogram histogram(const std::string& name,
                      const std::string& help,
                      const std::vector<double>& bounds,
                      Labels labels = {});

  /// Everything in the text format of Prometheus (version 0.0.4).
  std::string text() const;

 private:
  struct Registry;
  std::unique_ptr<Registry> registry_;
};

/// Seconds, from a cached answer to a slow export.
const std::vector<double>& latency_bounds();

}  // namespace outrider::http
