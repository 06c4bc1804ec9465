import ReleaseModel
import StrictJSON

/// What of an entry of the access log is needed to find it again.
enum RequestMark: Hashable, Sendable {
    /// A request was let in.
    case admitted(RequestID)
    /// It ended.
    case completed(RequestID)
    /// A request of which no more than a count is left was let in, within the hour that begins then.
    case counted(Timestamp)
}

/// Reads marks off entries, one after the other. Every entry passes here once, so little is built for one.
struct RequestMarks {
    private enum Key: Int, CaseIterable {
        case at, kind, request

        static let table = JSONKeyTable(Self.allCases.map { "\($0)" })
    }

    private enum Kind {
        case admitted, completed, counted
    }

    private var scanner = JSONScanner()

    /// The mark of an entry; nil where it has none, as tokens that were counted, and where it is no entry of the log.
    mutating func mark(of entry: Span<UInt8>) -> RequestMark? {
        self.scanner.restart()
        return try? self.read(entry)
    }

    /// Reads no further than it must: keys of an entry are in order (RFC 8785).
    private mutating func read(_ entry: Span<UInt8>) throws(JSONFault) -> RequestMark? {
        guard try self.scanner.next(in: entry) == .objectStart else { return nil }
        var at: Int64?
        var kind: Kind?
        while try self.scanner.next(in: entry) == .key {
            let key = Key.table.index(of: self.scanner, in: entry).flatMap(Key.init(rawValue:))
            let token = try self.scanner.next(in: entry)
            switch (key, token) {
            case (.at, .number): at = self.scanner.integer(in: entry)
            case (.kind, .string):
                kind = self.kind(in: entry)
                guard let kind else { return nil }
                if kind == .counted { return at.map { .counted(Timestamp(milliseconds: $0)) } }
            case (.request, .string):
                guard let kind, let request = RequestID(self.scanner.text(in: entry)) else { return nil }
                return kind == .admitted ? .admitted(request) : .completed(request)
            default: try self.scanner.skip(token, in: entry)
            }
        }
        return nil
    }

    private func kind(in entry: Span<UInt8>) -> Kind? {
        if self.scanner.isText("request.admitted", in: entry) { return .admitted }
        if self.scanner.isText("request.completed", in: entry) { return .completed }
        return self.scanner.isText("request.counted", in: entry) ? .counted : nil
    }
}
