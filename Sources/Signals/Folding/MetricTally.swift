import Arms
import ReleaseModel
import StageControl

/// What one metric has counted in one epoch.
struct MetricTally: Hashable, Sendable {
    /// When an event happened, and when it was first told.
    struct Told: Hashable, Sendable {
        var occurred: Timestamp
        var reported: Timestamp
    }

    /// Events of the candidate.
    private(set) var events = 0
    /// Exposure of the candidate, by day.
    private(set) var days: [Int64: Int] = [:]
    /// Events of both sides by the candidate's share.
    private(set) var splits: [Int: ArmSplit] = [:]
    private(set) var trips = TripTally()
    /// Events of the candidate that were reported.
    private(set) var told: [EventIdentity: Told] = [:]
    /// Exposure that came after its window was final, and was left out.
    private(set) var late = 0
    var mean = MeanTally()

    private var cappedEvents = CappedCounts()
    private var cappedExposure = CappedCounts()
    private var toldOfBaseline: Set<EventIdentity> = []

    /// Actors and windows that are told apart.
    var actorCount: Int {
        self.cappedEvents.actorCount + self.cappedExposure.actorCount + self.trips.actorCount + self.mean.unitCount
    }
}

// MARK: - What gateways count

extension MetricTally {
    /// Adds a cell of a batch. `known` is the moment before which windows are final.
    mutating func add(
        _ key: SignalKey, _ counts: SignalCounts, at start: Int64, _ rule: MetricRule, known: Timestamp,
        room: inout ActorRoom
    ) {
        let events = rule.events(of: counts)
        if key.arm == .candidate, rule.metric.rules.tripwire != nil {
            self.trips.add(events, key: key, window: rule.window(of: start), rule: rule, room: &room)
        }
        guard !key.isSettling else { return }
        if rule.mean != nil {
            guard key.arm == .candidate else { return }
            let day = start.flooredQuotient(SignalLayout.day)
            guard !Self.isFinal(day, SignalLayout.day, known) else { return self.leaveOut(counts.admitted) }
            self.mean.add(counts, of: ActorWindow(key, per: rule.unit, window: day), room: &room)
            return
        }
        self.grow(by: events, key, at: start, rule, room: &room)
        if key.arm == .candidate {
            self.expose(rule.exposure(of: counts), key, at: start, rule, known: known, room: &room)
        }
    }

    /// Whether a window's counts are final at a moment.
    private static func isFinal(_ window: Int64, _ length: Int64, _ known: Timestamp) -> Bool {
        let end = (window + 1) * length + SignalLimits.longestRequest
        return end <= known.milliseconds
    }

    private mutating func leaveOut(_ exposure: Int) { self.late = self.late.saturatingAdding(exposure) }

    private mutating func expose(
        _ exposure: Int, _ key: SignalKey, at start: Int64, _ rule: MetricRule, known: Timestamp, room: inout ActorRoom
    ) {
        guard exposure > 0 else { return }
        guard let limit = rule.exposureCap else {
            self.days[start.flooredQuotient(SignalLayout.day), default: 0].add(exposure)
            return
        }
        let window = start.flooredQuotient(limit.window)
        guard !Self.isFinal(window, limit.window, known) else { return self.leaveOut(exposure) }
        let actor = ActorWindow(key, per: limit.per, window: window)
        let more = self.cappedExposure.add(exposure, to: actor, cap: limit.events, room: &room)
        // All of it on the window's last day: what is younger has matured less.
        let day = ((window + 1) * limit.window - 1).flooredQuotient(SignalLayout.day)
        if more > 0 { self.days[day, default: 0].add(more) }
    }

    /// Counts events on their side, each actor's up to the cap: over all shares, and within each.
    private mutating func grow(
        by events: Int, _ key: SignalKey, at start: Int64, _ rule: MetricRule, room: inout ActorRoom
    ) {
        guard events > 0 else { return }
        func counting(_ share: Int?) -> Int {
            guard let cap = rule.cap else { return events }
            let actor = ActorWindow(key, per: cap.per, window: start.flooredQuotient(cap.window), share: share)
            return self.cappedEvents.add(events, to: actor, cap: cap.events, room: &room)
        }
        if key.arm == .candidate { self.events.add(counting(nil)) }
        guard rule.isCompared, 1..<1_000_000 ~= key.share else { return }
        let more = counting(key.share)
        var split = self.splits[key.share] ?? ArmSplit(share: key.share, candidate: 0, baseline: 0)
        if key.arm == .candidate { split.candidate.add(more) } else { split.baseline.add(more) }
        self.splits[key.share] = split
    }

    /// Forgets what is not needed any more of windows that are final at a moment.
    mutating func close(_ rule: MetricRule, known: Timestamp, room: inout ActorRoom) {
        let moment = known.milliseconds - SignalLimits.longestRequest
        if let limit = rule.exposureCap {
            self.cappedExposure.forget(before: moment.flooredQuotient(limit.window), room: &room)
        }
        if rule.mean != nil {
            self.mean.close(
                before: (moment - SignalLimits.flagSpan).flooredQuotient(SignalLayout.day), rule, room: &room)
        }
    }
}

// MARK: - What is reported

extension MetricTally {
    /// Adds an event of a request, or of none, that was admitted in this epoch.
    mutating func add(
        _ identity: EventIdentity, _ report: Report, of request: ExposedRequest?, servedBy arm: Arm, _ rule: MetricRule,
        room: inout ActorRoom
    ) {
        if request?.key.isSettling ?? false { return }
        if rule.mean != nil { return self.addToMean(identity, report, of: request, rule, room: &room) }
        guard arm == .candidate else {
            guard let request, self.toldOfBaseline.insert(identity).inserted else { return }
            return self.grow(by: 1, request.key, at: request.admitted.milliseconds, rule, room: &room)
        }
        if let known = self.told[identity] {
            self.told[identity]?.reported = min(known.reported, report.reported)
            return
        }
        self.told[identity] = Told(occurred: request?.admitted ?? report.occurred, reported: report.reported)
        guard let request else {
            // Nobody knows who it was; people have judged it, and each counts.
            self.events.add(1)
            return
        }
        self.grow(by: 1, request.key, at: request.admitted.milliseconds, rule, room: &room)
    }

    /// Adds a flag, of which a request has one, or a rating, of which it may have several.
    private mutating func addToMean(
        _ identity: EventIdentity, _ report: Report, of request: ExposedRequest?, _ rule: MetricRule,
        room: inout ActorRoom
    ) {
        guard let request, request.key.arm == .candidate else { return }
        let day = request.admitted.milliseconds.flooredQuotient(SignalLayout.day)
        guard report.reported.milliseconds <= (day + 1) * SignalLayout.day + SignalLimits.flagSpan else { return }
        let known = self.told[identity]
        self.told[identity] = Told(
            occurred: request.admitted, reported: min(known?.reported ?? report.reported, report.reported))
        let unit = ActorWindow(request.key, per: rule.unit, window: day)
        if case .feedback(let rating) = report.content {
            self.mean.addRating(rating, of: unit, room: &room)
        } else if known == nil {
            self.mean.addFlag(of: unit, room: &room)
        }
    }

    /// Adds an event that is told in this epoch, whenever it happened.
    mutating func trip(
        _ identity: EventIdentity, _ report: Report, of request: ExposedRequest?, _ rule: MetricRule,
        room: inout ActorRoom
    ) {
        guard let tripwire = rule.metric.rules.tripwire else { return }
        let content = report.content
        if let filter = tripwire.where, !filter.counts(severity: content.severity, category: content.category) {
            return
        }
        let moment = (request?.admitted ?? report.occurred).milliseconds
        self.trips.add(
            identity, content, key: request?.key, window: rule.window(of: moment), rule: rule, room: &room)
    }
}

extension MetricRule {
    /// How much exposure of one actor counts in a window; nil if all of it does. Of days each counts once.
    var exposureCap: Cap? {
        self.trials == .days ? Cap(per: self.unit, events: 1, window: SignalLayout.day) : self.cap
    }

    /// The cap's window at a moment; 0 without a cap.
    func window(of milliseconds: Int64) -> Int64 { self.cap.map { milliseconds.flooredQuotient($0.window) } ?? 0 }
}

extension Int {
    /// Adds a count, staying at ``SignalLimits/count``.
    fileprivate mutating func add(_ more: Int) { self = self.saturatingAdding(more) }
}
