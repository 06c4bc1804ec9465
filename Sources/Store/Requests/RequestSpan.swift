import ReleaseModel

/// From when to when the requests are of which a run of entries tells.
///
/// Entries come in the order in which they were written, and clocks may step back; so a span says nothing of any order,
/// and is right whatever the times are.
struct RequestSpan: Hashable, Sendable {
    /// What entries tell of a request. The raw value stands in the store and is never changed.
    enum Kind: Int, CaseIterable, Sendable {
        case admitted, completed, counted
    }

    /// Milliseconds since 1970 of the earliest and the latest.
    private(set) var first: Int64
    private(set) var last: Int64

    init(_ moment: Int64) {
        (self.first, self.last) = (moment, moment)
    }

    mutating func widen(to moment: Int64) {
        self.first = min(self.first, moment)
        self.last = max(self.last, moment)
    }
}

extension RequestMark {
    /// What the entry tells, and the moment by which it is looked for.
    var place: (kind: RequestSpan.Kind, moment: Int64) {
        switch self {
        case .admitted(let request): (.admitted, request.moment.milliseconds)
        case .completed(let request): (.completed, request.moment.milliseconds)
        case .counted(let hour): (.counted, hour.milliseconds)
        }
    }
}

extension [RequestSpan.Kind: RequestSpan] {
    /// Takes in what an entry tells.
    mutating func add(_ mark: RequestMark) {
        let (kind, moment) = mark.place
        self[kind, default: RequestSpan(moment)].widen(to: moment)
    }
}
