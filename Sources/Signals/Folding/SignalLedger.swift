public import ReleaseModel

/// Everything that is known of one rollout by signals: the fold of batches and reports.
///
/// A pure value. What it says depends on which batches and reports have come, not on their order, on how often they
/// came, or on where one batch ends and the next begins. It reads no clock; it is told the time.
///
/// Everything that has come counts at once, since a rollback must not wait. Until when the counts are complete is told
/// apart, by the watermark, which advancing waits for.
public struct SignalLedger: Hashable, Sendable {
    /// The rollout.
    public let rollout: RolloutID
    /// What is counted.
    public let layout: SignalLayout
    /// The stages that were opened, in their order.
    public internal(set) var openings: [StageOpening] = []
    /// Until when nothing of any gateway that is counted on is missing. It never goes back.
    public internal(set) var watermark: Timestamp

    let rules: [MetricRule]
    var gateways: [Name: GatewayStream] = [:]
    var epochs: [Int: EpochTally] = [:]
    var book = ReportBook()
    /// When the channel of reports last said that it works.
    var reportsHeard: Timestamp
    var room: ActorRoom
    /// The slot of the watermark when windows were last closed.
    private var closedSlot: Int64

    /// Nothing known of a rollout that begins at a moment. `actorWindows` bounds memory: ``SignalLimits/actorWindows``.
    public init(
        rollout: RolloutID, layout: SignalLayout, from start: Timestamp, actorWindows: Int = SignalLimits.actorWindows
    ) {
        self.rollout = rollout
        self.layout = layout
        self.watermark = start
        self.reportsHeard = start
        self.rules = layout.metrics.map { MetricRule($0, layout: layout) }
        self.room = ActorRoom(most: actorWindows)
        self.closedSlot = layout.slot(of: start)
    }

    /// A stage opens, in an epoch that is new or goes on. Told once for each transition, in their order; an opening
    /// that is known, or that is older than the last, changes nothing.
    public mutating func open(_ opening: StageOpening) {
        if let last = self.openings.last {
            guard opening.epoch >= last.epoch, opening.at >= last.at, opening != last else { return }
        }
        self.openings.append(opening)
        if self.epochs[opening.epoch] == nil { self.epochs[opening.epoch] = EpochTally(metrics: self.rules.count) }
    }

    /// Forgets the counts of epochs before one. What still comes of them is taken in and counts for nothing but
    /// tripwires.
    public mutating func forget(epochsBefore epoch: Int) {
        for (number, tally) in self.epochs where number < epoch {
            self.room.used -= tally.metrics.reduce(0) { $0 + $1.actorCount }
            self.epochs[number] = nil
        }
    }

    /// The channel of reports works: that nothing is reported is then known to be nothing.
    public mutating func hearReports(at moment: Timestamp) {
        self.reportsHeard = max(self.reportsHeard, moment)
    }
}

// MARK: - Gateways

extension SignalLedger {
    /// A gateway serves the rollout and counts from a moment on, which is where its first batch begins. The watermark
    /// waits for it from now on. One that is known and counted on goes on as it was.
    public mutating func join(_ gateway: Name, from moment: Timestamp) {
        if self.gateways[gateway]?.rejoin(from: moment) == nil {
            self.gateways[gateway] = GatewayStream(from: moment)
        }
        self.raiseWatermark()
    }

    /// A gateway is gone, and the watermark waits for it no longer. Batches of it that still come are counted.
    public mutating func dismiss(_ gateway: Name) {
        self.gateways[gateway]?.isLive = false
        self.raiseWatermark()
    }

    /// Goes on without batches that will not come. Gives the time that is lost; nil if nothing waits for anything.
    public mutating func giveUp(on gateway: Name) -> MissingStretch? {
        guard let lost = self.gateways[gateway]?.giveUp() else { return nil }
        self.raiseWatermark()
        return MissingStretch(gateway: gateway, from: lost.from, to: lost.to)
    }

    /// The times that are missing now, the first of each gateway.
    public var missing: [MissingStretch] { self.stretches { $0.missing.map { [$0] } ?? [] } }

    /// The times that were given up and have not come since.
    public var lost: [MissingStretch] { self.stretches(\.lost) }

    private func stretches(_ listed: (GatewayStream) -> [GatewayStream.Stretch]) -> [MissingStretch] {
        self.gateways.sorted { $0.key < $1.key }.flatMap { name, stream in
            listed(stream).map { MissingStretch(gateway: name, from: $0.from, to: $0.to) }
        }
    }

    /// When the gateway that was heard of the longest ago was last heard of; nil if none is counted on.
    var heartbeat: Timestamp? { self.gateways.values.filter(\.isCounted).map(\.heard).min() }

    mutating func raiseWatermark() {
        let counted = self.gateways.values.filter(\.isCounted)
        // When all have stopped, nothing more comes of any of them.
        let complete =
            counted.isEmpty
            ? self.gateways.values.filter(\.hasStopped).map(\.watermark).max() : counted.map(\.watermark).min()
        self.watermark = max(self.watermark, complete ?? self.watermark)
        let slot = self.layout.slot(of: self.watermark)
        guard slot > self.closedSlot else { return }
        self.closedSlot = slot
        for epoch in self.epochs.keys {
            for (index, rule) in self.rules.enumerated() {
                self.epochs[epoch]?.metrics[index].close(rule, known: self.watermark, room: &self.room)
            }
        }
    }
}
