import ReleaseModel
import StageControl

/// One run of a rehearsal: the rules, a simulated world, and a clock that chooses when to look.
///
/// **Why looks can be skipped.** Between two moments each rule's evidence depends on how many events there were and how
/// much exposure, and in one direction on each: what closes is shown soonest if all events of the candidate come at
/// once and exposure and the baseline's events come late, what opens if it is the other way round. Two looks at these
/// extremes, which happen in no world, bound every look in between: if the first closes and holds nothing and the
/// second opens nothing, then no look in between does, and none of them is needed. Else the clock takes half the time,
/// down to the plan's own interval, at which it looks at what is. Change windows, the end of exposure budgets and the
/// maturing of late reports are looked at as they come. Closest bounds, which are kept beside the counts, are recorded
/// before every event that ends them, and where they may raise a budget. Detectors of change depend on the size of
/// batches; they are fed each week, which no error rate suffers from.
struct Run {
    /// When the clock looks.
    enum Pace: Hashable, Sendable {
        /// At each interval of the plan.
        case everyTick
        /// Where something can be decided.
        case whereItMatters
    }

    private let traits: [StageTraits]
    private let surroundings: Surroundings
    private let pace: Pace
    private let interval: Int64
    private let horizon: Int64
    private let approvalDelay: Int64

    private var release: CarriedRollout
    private var scene: Scene
    private var result = RehearsalRun()
    private var now: Int64 { self.scene.now }
    private var firstOpened: Int64?
    /// When people will have signed; nil while they are not asked.
    private var signing: Int64?
    private var length: Int64
    /// How long the clock would wait but for an event before which it has to look.
    private var wished: Int64
    /// Whether closest bounds are recorded at the next look.
    private var isRecorded = true

    init(
        _ release: CarriedRollout, _ scene: Scene, _ surroundings: Surroundings, _ traits: [StageTraits],
        _ suppositions: Suppositions, interval: Int64, pace: Pace
    ) {
        (self.release, self.scene, self.surroundings, self.traits) = (release, scene, surroundings, traits)
        (self.pace, self.interval, self.length, self.wished) = (pace, interval, interval, interval)
        self.horizon = suppositions.start.milliseconds + suppositions.horizon.milliseconds
        self.approvalDelay = suppositions.approvalDelay.milliseconds
    }

    /// Carries the release out to its end.
    mutating func carryOut() throws(ObservationFault) -> RehearsalRun {
        var isForetold = false
        while true {
            if !isForetold, try self.look() != nil { break }
            guard self.now < self.horizon else { break }
            isForetold = try self.wait()
        }
        self.close()
        return self.result
    }

    // MARK: Looking

    /// Looks at what is, and does what follows; gives the end if it is one.
    private mutating func look() throws(ObservationFault) -> RehearsalRun.End? {
        self.result.looks += 1
        let (stage, epoch) = (self.release.rollout.stage, self.release.rollout.epoch)
        let transition = try self.release.look(
            self.seen(self.scene), recording: self.isRecorded ? .everything : .news)
        if let transition, let end = self.end(transition, of: stage) { return end }
        if self.release.rollout.stage != stage || self.release.rollout.epoch != epoch {
            self.enter(anew: self.release.rollout.epoch != epoch)
        }
        self.scene.limit(to: self.release.rollout.exposureBudget)
        if let cause = self.release.waitsForPeople {
            self.result.end = .held(cause)
            return self.result.end
        }
        self.sign()
        return nil
    }

    private mutating func end(_ transition: Transition, of stage: Int?) -> RehearsalRun.End? {
        switch transition {
        case .complete: self.result.end = .completed
        case .rollBack(let back): self.result.end = .rolledBack(metric: back.metric, rule: back.rule)
        case .start, .advance, .rolledBack, .restart: return nil
        }
        return self.result.end
    }

    private mutating func enter(anew: Bool) {
        self.count()
        guard let stage = self.release.rollout.stage else { return }
        let opened = self.firstOpened ?? self.now
        self.firstOpened = opened
        self.result.opened.append(self.now - opened)
        self.scene.enter(stage, anew: anew, initialDelay: self.traits[stage].initialDelay)
        (self.signing, self.length, self.wished) = (nil, self.interval * Self.first, self.interval * Self.first)
        self.isRecorded = self.traits[stage].keepsEvidence
    }

    /// Notes what the stage that ends here has had.
    private mutating func count() {
        guard self.scene.stage != nil else { return }
        self.result.requests.append(self.scene.stageRequests)
        self.result.exposure.append(self.scene.metrics.map(\.exposure))
    }

    /// How many intervals the clock tries to skip at first.
    private static let first: Int64 = 256

    private mutating func close() {
        self.count()
        self.result.stage = self.scene.stage
        self.result.ended = self.now - (self.firstOpened ?? self.now)
    }

    /// People sign for the next stage as late as is supposed, if it still waits for nothing else.
    private mutating func sign() {
        guard let stage = self.release.awaited else {
            if let signing, self.now >= signing { self.signing = nil }
            return
        }
        let signing = self.signing ?? self.now + self.approvalDelay
        self.signing = signing
        guard self.now >= signing else { return }
        self.release.sign(.openStage(stage), at: Timestamp(milliseconds: self.now))
        (self.signing, self.length, self.wished) = (nil, self.interval, self.interval)
    }

    private func seen(_ scene: Scene, isShut: Bool = false) -> Observations {
        let rollout = self.release.rollout
        return self.surroundings.look(
            scene, epoch: rollout.epoch, generation: rollout.enforcement.generation, isShut: isShut)
    }

    // MARK: Waiting

    /// Lets time pass to the next moment at which something can be decided. True says that nothing is there either, as
    /// was foretold, and that nobody needs to look.
    private mutating func wait() throws(ObservationFault) -> Bool {
        guard self.pace == .whereItMatters, self.release.rollout.last != nil || self.release.isScheduled else {
            self.scene = self.scene.moved(to: self.now + self.interval)
            return false
        }
        let window = self.surroundings.window(self.now)
        // Before it opens, nothing is decided about opening more.
        let closed = window.isOpen ? nil : window.changes.map { self.wholeIntervals($0 - self.now) }
        if self.release.isScheduled {
            self.scene = self.scene.moved(to: self.now + (closed ?? self.interval))
            return false
        }
        let most = self.mostTime()
        self.length = min(self.length, most.own)
        var (isHalved, isForetold) = (false, false)
        while true {
            let length = min(self.length, most.all)
            let next = self.scene.moved(to: self.now + length)
            guard length > self.interval else {
                // The closest bound is the one just before an event. Behind it the way is free again.
                if self.brings(next) {
                    if !self.isRecorded {
                        _ = try self.release.look(self.seen(self.scene), recording: .everything)
                        self.scene.limit(to: self.release.rollout.exposureBudget)
                    }
                    (self.length, isHalved) = (max(self.length, self.wished), true)
                }
                self.isRecorded = self.keepsEvidence
                self.scene = next
                break
            }
            let forecast = try self.forecast(until: next, isClosed: closed.map { length <= $0 } ?? false)
            if forecast == .quiet {
                self.isRecorded = self.keepsEvidence && (length == most.all || self.detectsChange)
                isForetold = !self.isRecorded && self.signing == nil && length < min(most.all, closed ?? .max)
                self.release.pass(until: self.surroundings.clock(isForetold ? next.now : next.now - self.interval))
                self.scene = next
                break
            }
            isHalved = true
            self.length = max(self.interval, length / 2 / self.interval * self.interval)
            if forecast == .mayOpen, let closed, closed < length { self.length = max(self.length, closed) }
            if forecast != .event { self.wished = self.length }
        }
        // What was too long a moment ago is so again.
        if !isHalved {
            self.length *= 2
            self.wished = self.length
        }
        return isForetold
    }

    /// The next multiple of the plan's interval.
    private func wholeIntervals(_ time: Int64) -> Int64 {
        max(1, (time + self.interval - 1) / self.interval) * self.interval
    }

    /// The time to the next moment at which something else than counts changes; whole intervals, at least one. `own`
    /// leaves out what is over at once.
    private func mostTime() -> (own: Int64, all: Int64) {
        let own = self.wholeIntervals(self.horizon - self.now)
        var moments = [self.horizon]
        if let signing { moments.append(signing) }
        if let stage = self.scene.stage, self.traits[stage].detectsChange {
            moments.append(self.now + StageTraits.longestBatch)
        }
        if self.scene.isExhausted, let stage = self.scene.stage {
            for (metric, delays) in zip(self.scene.metrics, self.traits[stage].maturing) {
                for delay in delays {
                    let ripe = metric.days.lazy.map { Int64($0.day + 1) * 86_400_000 + delay }.first { $0 > self.now }
                    if let ripe { moments.append(ripe) }
                }
            }
        }
        var all = self.wholeIntervals((moments.min() ?? self.horizon) - self.now)
        // The last look before a budget is used up may raise it.
        if let exhausts = self.scene.exhausts {
            all = min(all, max(self.interval, (exhausts - self.now - 1) / self.interval * self.interval))
        }
        return (own, all)
    }

    private var keepsEvidence: Bool { self.scene.stage.map { self.traits[$0].keepsEvidence } ?? false }
    private var detectsChange: Bool { self.scene.stage.map { self.traits[$0].detectsChange } ?? false }

    /// Whether the world brings an event until later of which the bound decides how much exposure there may be.
    private func brings(_ next: Scene) -> Bool {
        guard let stage = self.scene.stage else { return false }
        return zip(self.traits[stage].boundsExposure, zip(self.scene.metrics, next.metrics)).contains {
            bounds, metric in
            bounds && metric.0.counts.events != metric.1.counts.events
        }
    }

    /// What may be decided before a later moment of the world.
    private enum Forecast: Hashable {
        /// Nothing, whatever the order of events until then.
        case quiet
        /// Something may open.
        case mayOpen
        /// Something may close or hold.
        case mayClose
        /// There is an event before which the bound must be recorded.
        case event
    }

    private mutating func forecast(until next: Scene, isClosed: Bool) throws(ObservationFault) -> Forecast {
        guard self.scene.stage != nil else { return .quiet }
        guard !self.brings(next) else { return .event }
        // What windows do is known without asking.
        let (start, end) = (self.seen(self.scene, isShut: true), self.seen(next, isShut: true))
        let later = self.release.passed(until: self.surroundings.clock(next.now - self.interval))
        self.result.looks += 1
        guard let worst = try later.foretold(.worst(from: start, to: end)) else { return .mayClose }
        if case .rollBack(let back) = worst.transition, back.rule != .drift { return .mayClose }
        let isHarm = worst.rules.contains { $0.verdict == .fail && ($0.rule == .rollback || $0.rule == .tripwire) }
        if isHarm { return .mayClose }
        // A signature is void as soon as a rule says something else.
        let mustAgree = self.release.isSigned
        guard worst.holds == self.release.holds, !mustAgree || self.release.saysTheSame(worst.rules) else {
            return .mayClose
        }
        let isFarOff = worst.obstacles.contains { [.bake, .watch, .preparing].contains($0) }
        guard !isFarOff, !isClosed || self.release.isWatching || mustAgree else { return .quiet }
        self.result.looks += 1
        guard let best = try later.foretold(.best(from: start, to: end)) else { return .mayOpen }
        if mustAgree, !self.release.saysTheSame(best.rules) { return .mayClose }
        let obstacles = best.obstacles.filter { $0 != .window }
        let isReady = obstacles.isEmpty || obstacles == [.approval] && self.signing == nil
        return best.transition != nil || isReady ? .mayOpen : .quiet
    }
}
