import StageControl

/// What has happened in one metric of a run, up to a moment: a value, so that whoever looks ahead looks at a copy.
struct MetricScene: Sendable {
    /// The law of the stage; nil while nothing is open.
    private(set) var law: StageLaws.Metric?
    private let delay: ReportDelay?
    private let tripwireShare: Double
    private let isTripped: Bool

    private var candidate: EventStream?
    private var baseline: EventStream?
    private var tripwire: EventStream?
    /// What earlier stages of the epoch had.
    private var before = (events: 0, exposure: 0, tripped: 0)
    private var splitsBefore: [ArmSplit] = []
    private var share = 0
    private(set) var days: [DayExposure] = []
    /// Events that have happened and are not reported, by the moment of their reports, the latest first.
    private var pending: [Report] = []
    private var reported = (events: 0, tripped: 0)
    /// Exposure of the stage.
    private(set) var exposure = 0
    private var baselineExposure = 0
    /// What is known now.
    private(set) var counts = Counts(events: 0, exposure: 0, tripped: 0, splits: [])

    /// A report that is on its way.
    private struct Report: Sendable {
        var at: Int64
        var events: Int
        var tripped: Int
    }

    init(_ laws: StageLaws, metric: Int) {
        self.delay = laws.delays[metric]
        self.tripwireShare = laws.tripwireShares[metric]
        self.isTripped = laws.hasTripwire[metric]
    }

    // MARK: Stages

    /// A stage opens, or another goes on; `key` is that of the metric in this opening.
    mutating func enter(_ law: StageLaws.Metric, share: Int, key: UInt64, anew: Bool) {
        let now = self.counts
        if anew {
            (self.before, self.splitsBefore, self.days, self.pending, self.reported) = ((0, 0, 0), [], [], [], (0, 0))
        } else {
            self.before = (
                now.events - self.reported.events, now.exposure, now.tripped - self.reported.tripped
            )
            self.splitsBefore = now.splits
        }
        (self.law, self.share, self.exposure, self.baselineExposure) = (law, share, 0, 0)
        self.candidate = EventStream(law.candidate, key: Chance.key(key, 1), bursts: law.bursts)
        self.baseline = law.baseline.map { EventStream($0, key: Chance.key(key, 2), bursts: law.bursts) }
        self.tripwire = law.tripped.map { EventStream($0, key: Chance.key(key, 3)) }
        self.counts = self.counted()
    }

    // MARK: Time

    /// Exposure comes in until the stage has been used for `flow` milliseconds; it began to be at `opened`, if it had
    /// been used all the time since. Reports come in until `now`.
    mutating func move(toFlow flow: Int64, began: Int64, now: Int64) {
        guard let law else { return }
        let exposure = Int(Double(flow) * law.pace)
        if let delay, exposure > self.exposure {
            self.send(law, delay, self.exposure..<exposure, began: began, now: now)
            self.note(exposure - self.exposure, from: law, began: began, flow: flow)
        }
        self.exposure = exposure
        self.baselineExposure = law.baselinePace.map { Int(Double(flow) * $0) } ?? 0
        while let report = self.pending.last, report.at <= now {
            self.reported.events += report.events
            self.reported.tripped += report.tripped
            self.pending.removeLast()
        }
        self.counts = self.counted()
    }

    /// Nothing before this moment will be asked for again.
    mutating func settle() {
        self.candidate?.moveOn(to: self.exposure)
        self.baseline?.moveOn(to: self.baselineExposure)
        self.tripwire?.moveOn(to: self.exposure)
    }

    /// Sends the reports of the events of some exposure. Most of a long time are in by its end, and never wait.
    private mutating func send(
        _ law: StageLaws.Metric, _ delay: ReportDelay, _ range: Range<Int>, began: Int64, now: Int64
    ) {
        guard let candidate else { return }
        var late: [Report] = []
        for event in candidate.events(in: range) {
            var chance = Chance(Chance.key(event.key, 1))
            let at = began + Int64((Double(event.exposure + 1) / law.pace).rounded(.up))
            let arrives = at + delay.milliseconds(chance.fraction())
            let tripped = (0..<event.count).count { _ in chance.fraction() < self.tripwireShare }
            guard arrives <= now else {
                late.append(Report(at: arrives, events: event.count, tripped: tripped))
                continue
            }
            self.reported.events += event.count
            self.reported.tripped += tripped
        }
        guard !late.isEmpty else { return }
        late.sort { $0.at > $1.at }
        self.pending = Self.merged(self.pending, late)
    }

    /// Two lists, the latest first, as one.
    private static func merged(_ one: [Report], _ other: [Report]) -> [Report] {
        var merged: [Report] = []
        merged.reserveCapacity(one.count + other.count)
        var (left, right) = (0, 0)
        while left < one.count, right < other.count {
            if one[left].at >= other[right].at {
                merged.append(one[left])
                left += 1
            } else {
                merged.append(other[right])
                right += 1
            }
        }
        return merged + one[left...] + other[right...]
    }

    /// Adds exposure to the days on which it was.
    private mutating func note(_ added: Int, from law: StageLaws.Metric, began: Int64, flow: Int64) {
        let day: Int64 = 86_400_000
        var noted = self.exposure
        var first = (began + Int64(Double(noted) / law.pace)) / day
        while noted < self.exposure + added {
            let midnight = (first + 1) * day
            let upTo = Int(Double(min(flow, max(0, midnight - began))) * law.pace)
            if upTo > noted {
                if self.days.last?.day == Int(first) {
                    self.days[self.days.count - 1].exposure += upTo - noted
                } else {
                    self.days.append(DayExposure(day: Int(first), exposure: upTo - noted))
                }
                noted = upTo
            }
            first += 1
        }
    }

    // MARK: Counts

    /// Events that are known, exposure, events that the tripwire counts, and events of both arms by the candidate's
    /// share.
    struct Counts: Sendable {
        var events: Int
        var exposure: Int
        var tripped: Int
        var splits: [ArmSplit]
    }

    /// Adds up what is known now.
    private func counted() -> Counts {
        let happened = self.candidate?.events(upTo: self.exposure) ?? 0
        var counts = Counts(
            events: self.before.events, exposure: self.before.exposure + self.exposure, tripped: self.before.tripped,
            splits: self.splitsBefore)
        counts.events += self.delay == nil ? happened : self.reported.events
        if self.isTripped {
            counts.tripped +=
                self.delay == nil ? self.tripwire?.events(upTo: self.exposure) ?? happened : self.reported.tripped
        }
        if let baseline {
            counts.splits.append(
                ArmSplit(
                    share: self.share, candidate: happened, baseline: baseline.events(upTo: self.baselineExposure)))
        }
        return counts
    }
}
