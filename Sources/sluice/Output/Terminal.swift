import Telemetry

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Where a command's words go: data on standard output, talk on standard error.
struct Terminal: Sendable {
    /// Takes data.
    var write: @Sendable (_ text: String) -> Void
    /// Takes a line of talk, without its line feed.
    var say: @Sendable (_ line: String) -> Void
    /// How many columns there are; nil where nobody watches, and then nothing is cut.
    var width: Int?
    /// How many lines there are; nil where nobody watches.
    var height: Int?
    /// Whether weight and colour help: on a terminal, unless `NO_COLOR` is set (no-color.org).
    var isColoured: Bool

    /// The process's own streams.
    static func standard(environment: [String: String]) -> Terminal {
        let isWatched = isatty(STDOUT_FILENO) == 1
        return Terminal(
            write: { StandardOutput.write($0) }, say: { Self.sayPlainly($0) },
            width: isWatched ? Self.size()?.columns : nil, height: isWatched ? Self.size()?.lines : nil,
            isColoured: isWatched && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb")
    }

    /// Writes a line to standard error.
    static func sayPlainly(_ line: String) {
        LogSink.standardError.write(Array((line.hasSuffix("\n") ? line : line + "\n").utf8))
    }

    /// Writes a line of data.
    func line(_ text: String) {
        self.write(text + "\n")
    }

    /// Writes a table, or says that there is nothing to list.
    func table(_ table: Table, orSay nothing: String) {
        if table.rows.isEmpty {
            self.say(nothing)
        } else {
            self.write(table.text(width: self.width, isColoured: self.isColoured))
        }
    }

    private static func size() -> (columns: Int, lines: Int)? {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return nil
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }
}

/// How a result is printed.
enum OutputFormat: String, CaseIterable, Hashable, Sendable {
    /// Aligned, for people.
    case table
    /// The API's answer, for programs.
    case json
}
