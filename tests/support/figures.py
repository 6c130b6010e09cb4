"""Latencies as the lines of a table."""


def show_header(title):
    print(f"{title:28}{'n':>7}{'p50 ms':>10}{'p90 ms':>10}{'p99 ms':>10}{'max ms':>10}", flush=True)


def show(name, values):
    ordered = sorted(values)
    at = lambda share: ordered[min(len(ordered) - 1, int(len(ordered) * share))]
    columns = "".join(f"{value:10.1f}" for value in (at(0.5), at(0.9), at(0.99), ordered[-1]))
    print(f"{name:28}{len(ordered):7}{columns}", flush=True)
