import ReleaseModel
import StageControl

/// What an event is known by, so that it counts once however often it is told.
enum EventIdentity: Hashable, Sendable {
    case request(RequestID)
    case report(ReportID)
}

/// Events that a tripwire counts, in the epoch in which they were told.
struct TripTally: Hashable, Sendable {
    private var seen: Set<EventIdentity> = []
    private var capped = CappedCounts()
    private(set) var count = 0
    private var worst: Severity?
    private var isUnclear = false

    /// Events that the gateway has seen.
    mutating func add(_ events: Int, key: SignalKey, window: Int64, rule: MetricRule, room: inout ActorRoom) {
        guard events > 0 else { return }
        self.isUnclear = true
        self.grow(by: events, key, window: window, rule, room: &room)
    }

    /// An event that was reported. A person's judgement counts each time; what a caller can bring about is capped.
    mutating func add(
        _ identity: EventIdentity, _ content: Report.Content, key: SignalKey?, window: Int64, rule: MetricRule,
        room: inout ActorRoom
    ) {
        if let severity = content.severity {
            self.worst = max(self.worst ?? severity, severity)
        } else {
            self.isUnclear = true
        }
        guard self.seen.insert(identity).inserted else { return }
        self.grow(by: 1, content.isJudged ? nil : key, window: window, rule, room: &room)
    }

    private mutating func grow(
        by events: Int, _ key: SignalKey?, window: Int64, _ rule: MetricRule, room: inout ActorRoom
    ) {
        var more = events
        if let key, let cap = rule.cap {
            let actor = ActorWindow(key, per: cap.per, window: window)
            more = self.capped.add(events, to: actor, cap: cap.events, room: &room)
        }
        self.count = self.count.saturatingAdding(more)
    }

    /// Actors and windows that are told apart.
    var actorCount: Int { self.capped.actorCount }

    /// The worst of the events. Nil if there are none, and where one of unknown severity could be worse than all known.
    var worstSeverity: Severity? { self.isUnclear && self.worst != .critical ? nil : self.worst }
}
