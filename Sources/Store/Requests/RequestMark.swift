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

extension RequestMark {
    private enum Kind {
        case admitted, completed, counted
    }

    /// The mark of an entry; nil where it has none, as tokens that were counted, and where it is no entry of the log.
    ///
    /// Every entry passes here once, so nothing is built for one, and no more is read than must be: its keys are in
    /// order (RFC 8785).
    init?(of entry: Span<UInt8>) {
        var members = CanonicalMembers()
        var at: Int64?
        var kind: Kind?
        while members.next(in: entry) {
            if members.isKey("at", in: entry) {
                at = members.integer(in: entry)
            } else if members.isKey("kind", in: entry) {
                kind = Self.kind(members, entry)
                guard let kind else { return nil }
                guard kind == .counted else { continue }
                guard let at else { return nil }
                self = .counted(Timestamp(milliseconds: at))
                return
            } else if members.isKey("request", in: entry) {
                guard let kind, let request = RequestID(text: entry.extracting(members.value)) else { return nil }
                self = kind == .admitted ? .admitted(request) : .completed(request)
                return
            }
        }
        return nil
    }

    /// The mark of an entry as a walk through the log hands it out.
    init?(of entry: RawSpan) {
        let mark = unsafe entry.withUnsafeBytes {
            RequestMark(of: unsafe $0.assumingMemoryBound(to: UInt8.self).span)
        }
        guard let mark else { return nil }
        self = mark
    }

    private static func kind(_ members: CanonicalMembers, _ entry: Span<UInt8>) -> Kind? {
        if members.isText("request.admitted", in: entry) { return .admitted }
        if members.isText("request.completed", in: entry) { return .completed }
        return members.isText("request.counted", in: entry) ? .counted : nil
    }
}
