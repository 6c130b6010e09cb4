"""What the database of a running server holds, read over one kept connection: fast enough to look after every request."""

import sqlite3
import subprocess

# Not the state that users see: replays of answers, the search index beside its table, the schema's version.
LEFT_OUT = ("idempotency_key", "thread_search", "sqlite_", "schema_", "migration")


class Snapshot:
    def __init__(self, database):
        self._connection = _Psql(database.url) if database.url else _Sqlite(database)
        self.tables = {table: columns for table, columns in self._connection.tables().items()
                       if "workspace_id" in columns and not table.startswith(LEFT_OUT)}

    def close(self):
        self._connection.close()

    def ask(self, statement):
        """Rows of one statement as lists of text."""
        return self._connection.ask(statement)

    def read(self, condition):
        """{table: sorted rows as text} of what `condition(table, columns)` selects; None passes a table over."""
        chosen = {table: condition(table, columns) for table, columns in self.tables.items()}
        return self._connection.rows({table: where for table, where in chosen.items() if where})

    def read_workspace(self, workspace_id):
        return self.read(lambda table, columns: f"workspace_id = {workspace_id}")

    def read_everything(self):
        return self.read(lambda table, columns: "1 = 1")


def difference(before, after):
    """Lines that say which rows went and came; empty when nothing changed."""
    lines = []
    for table in sorted(set(before) | set(after)):
        old, new = before.get(table, []), after.get(table, [])
        if old == new:
            continue
        lines += [f"{table} - {row[:300]}" for row in old if row not in new]
        lines += [f"{table} + {row[:300]}" for row in new if row not in old]
    return lines


class _Sqlite:
    def __init__(self, database):
        self._connection = sqlite3.connect(f"file:{database.folder}/outrider.db?mode=ro", uri=True, isolation_level=None,
                                           check_same_thread=False)
        self._kept = {}
        self._version = None

    def close(self):
        self._connection.close()

    def tables(self):
        names = [row[0] for row in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: [column[1] for column in self._connection.execute(f"PRAGMA table_info({name})")] for name in names}

    def ask(self, statement):
        return [["" if value is None else str(value) for value in row] for row in self._connection.execute(statement)]

    def rows(self, conditions):
        # Another connection's commit changes this number; without one there is nothing to read again.
        version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if version != self._version:
            self._kept, self._version = {}, version
        key = tuple(conditions.items())
        if key not in self._kept:
            self._kept[key] = {
                table: sorted(repr(row) for row in self._connection.execute(f"SELECT * FROM {table} WHERE {where}"))
                for table, where in conditions.items()}
        return self._kept[key]


class _Psql:
    END = "-- the end of an answer --"

    def __init__(self, url):
        self._process = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", url], text=True, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def ask(self, statement):
        return [line.split("|") for line in self._lines(statement)]

    def _lines(self, statement):
        self._process.stdin.write(f"{statement};\n\\echo '{self.END}'\n")
        self._process.stdin.flush()
        lines = []
        for line in self._process.stdout:
            if line.rstrip("\n") == self.END:
                return lines
            lines.append(line.rstrip("\n"))
        raise AssertionError("psql ended")

    def tables(self):
        tables = {}
        for line in self._lines("SELECT table_name, column_name FROM information_schema.columns"
                              " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"):
            table, column = line.split("|")
            tables.setdefault(table, []).append(column)
        return tables

    def rows(self, conditions):
        # One statement, one snapshot; each row as one line of JSON.
        parts = [f"SELECT '{table}|' || to_json(row)::text FROM {table} AS row WHERE {where}"
                 for table, where in conditions.items()]
        found = {table: [] for table in conditions}
        for line in self._lines(" UNION ALL ".join(parts)):
            table, _, row = line.partition("|")
            found[table].append(row)
        return {table: sorted(rows) for table, rows in found.items()}
