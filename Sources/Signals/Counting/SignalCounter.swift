public import ReleaseModel
import StageControl

/// Counts the requests of one worker of a gateway.
///
/// A value that one thread owns. Admitting looks the key up and adds one; ending adds to a few places of flat arrays.
/// Memory is taken when a key is new or a stage opens, never for a further request. Between batches the counts are
/// drawn off; the places stay as long as their slot lasts or a request in them is under way.
public struct SignalCounter: Sendable {
    /// What is counted.
    public let layout: SignalLayout

    /// The place of each key among the lanes.
    private var places: [SignalKey: Int] = [:]
    private var keys: [SignalKey?] = []
    private var lanes: [Lane] = []
    private var freeLanes: [Int] = []
    /// For each lane, one for each threshold.
    private var exceedances: [Exceedance] = []

    private var panels: [SignalPanel: Int] = [:]
    /// For each panel: the buckets of each histogram.
    private var buckets: [Int] = []
    private var uncounted = 0

    private static let histograms = GatewaySource.Histogram.allCases
    private static let panelStride = Self.histograms.count * LatencyBuckets.count

    /// What a request touches where its key is counted: 64 bytes side by side, for a thousand lanes are in no cache.
    fileprivate struct Lane {
        /// The slot of the lane's key.
        var slot: Int64
        var promptTokens = 0
        var outputTokens = 0
        var downloads = 0
        var underWay: UInt32 = 0
        /// How often the lane has changed its key.
        var changes: UInt32 = 0
        var panel: UInt32 = 0
        var admitted: UInt32 = 0
        var ended: UInt32 = 0
        var failed: UInt32 = 0
        var refused: UInt32 = 0
        var truncated: UInt32 = 0
    }

    /// Each threshold with the place of its histogram among all.
    private let thresholds: [(histogram: Int, nanoseconds: UInt64)]

    /// Nothing counted.
    public init(layout: SignalLayout) {
        self.layout = layout
        self.thresholds = layout.thresholds.map { threshold in
            (Self.histograms.firstIndex(of: threshold.histogram) ?? 0, threshold.nanoseconds)
        }
    }

    /// A request that was admitted and has not ended; to be given to ``end(_:_:)`` once.
    public struct Ticket: Hashable, Sendable {
        fileprivate let lane: UInt32
        fileprivate let change: UInt32
    }
}

// MARK: - The request path

extension SignalCounter {
    /// Counts the admission of a request: its exposure. Nil, and told with the next batch as uncounted, when there are
    /// ``SignalLimits/lanes`` keys.
    public mutating func admit(_ key: SignalKey) -> Ticket? {
        guard let lane = self.places[key] ?? self.newLane(key) else {
            self.uncounted += 1
            return nil
        }
        self.count(lane)
        return Ticket(lane: UInt32(lane), change: self.lanes[lane].changes)
    }

    /// Counts the admission of one more request with the key that a ticket was given for; false, and nothing counted,
    /// where the key has another slot, or is not known any more because its slot is over.
    public mutating func admit(like ticket: Ticket, slot: Int64) -> Bool {
        let lane = Int(ticket.lane)
        guard self.lanes.indices.contains(lane), self.lanes[lane].changes == ticket.change,
            self.lanes[lane].slot == slot
        else { return false }
        self.count(lane)
        return true
    }

    private mutating func count(_ lane: Int) {
        self.lanes[lane].underWay += 1
        self.lanes[lane].admitted.countOne()
    }

    /// Counts what became of a request. Without a ticket, nothing: its exposure was told as uncounted.
    public mutating func end(_ ticket: Ticket?, _ outcome: RequestOutcome) {
        guard let lane = ticket.map({ Int($0.lane) }), self.lanes.indices.contains(lane),
            self.lanes[lane].underWay > 0
        else { return }
        let panel = self.lanes[lane].end(outcome)
        let (first, perToken) = (outcome.timeToFirstToken, outcome.timePerOutputToken)
        self.bucket(outcome, first, perToken, panel * Self.panelStride)
        guard !self.thresholds.isEmpty else { return }
        let (base, thresholds) = (lane * self.thresholds.count, self.thresholds)
        for (index, threshold) in thresholds.enumerated() {
            let value: UInt64? =
                switch threshold.histogram {
                // Who waited longer than the threshold and saw no token has waited too long for it.
                case 0: first ?? (outcome.duration > threshold.nanoseconds ? outcome.duration : nil)
                case 1: perToken
                default: outcome.duration
                }
            guard let value else { continue }
            self.exceedances[base + index].measured += 1
            if value > threshold.nanoseconds { self.exceedances[base + index].exceeding += 1 }
        }
    }

    private mutating func bucket(_ outcome: RequestOutcome, _ first: UInt64?, _ perToken: UInt64?, _ panel: Int) {
        var buckets = self.buckets.mutableSpan
        if let first { buckets[panel + LatencyBuckets.index(of: first)] += 1 }
        if let perToken { buckets[panel + LatencyBuckets.count + LatencyBuckets.index(of: perToken)] += 1 }
        buckets[panel + 2 * LatencyBuckets.count + LatencyBuckets.index(of: outcome.duration)] += 1
    }

    /// Counts downloads of a component, in a hub.
    public mutating func download(_ key: SignalKey, count: Int = 1) {
        guard count > 0 else { return }
        guard let lane = self.places[key] ?? self.newLane(key) else {
            self.uncounted = self.uncounted.saturatingAdding(count)
            return
        }
        self.lanes[lane].downloads = self.lanes[lane].downloads.saturatingAdding(count)
    }

    private mutating func newLane(_ key: SignalKey) -> Int? {
        let lane: Int
        if let free = self.freeLanes.popLast() {
            lane = free
        } else {
            guard self.keys.count < SignalLimits.lanes else { return nil }
            lane = self.keys.count
            self.keys.append(nil)
            self.lanes.append(Lane(slot: key.slot))
            self.exceedances.append(contentsOf: repeatElement(Exceedance(), count: self.thresholds.count))
        }
        self.keys[lane] = key
        self.places[key] = lane
        self.lanes[lane].slot = key.slot
        self.lanes[lane].panel = UInt32(self.panel(key.panel))
        return lane
    }

    private mutating func panel(_ panel: SignalPanel) -> Int {
        if let known = self.panels[panel] { return known }
        let place = self.panels.count
        self.panels[panel] = place
        self.buckets.append(contentsOf: repeatElement(0, count: Self.panelStride))
        return place
    }
}

extension SignalCounter.Lane {
    /// Counts what became of a request; answers the lane's panel.
    fileprivate mutating func end(_ outcome: RequestOutcome) -> Int {
        self.underWay -= 1
        self.ended.countOne()
        if outcome.isFailure { self.failed.countOne() }
        if outcome.refusal != nil { self.refused.countOne() }
        if outcome.isTruncated { self.truncated.countOne() }
        self.promptTokens = self.promptTokens.saturatingAdding(outcome.promptTokens)
        self.outputTokens = self.outputTokens.saturatingAdding(outcome.outputTokens)
        return Int(self.panel)
    }

    /// Begins to count anew.
    fileprivate mutating func clear() {
        (self.promptTokens, self.outputTokens, self.downloads) = (0, 0, 0)
        (self.admitted, self.ended, self.failed, self.refused, self.truncated) = (0, 0, 0, 0, 0)
    }
}

extension UInt32 {
    /// One more; a count that is full stays so.
    fileprivate mutating func countOne() { if self < .max { self &+= 1 } }
}

// MARK: - Drawing off

extension SignalCounter {
    /// Requests that were admitted and have not ended.
    public var requestsUnderWay: Int { self.lanes.reduce(0) { $0 + Int($1.underWay) } }

    /// All that was counted since the last time, and begins anew. `now` tells which slots are over.
    ///
    /// The worker gives its arrays away and takes empty ones; to sort out what was counted is left to whoever reads
    /// ``SignalDraw/content``, on a thread that nobody waits for.
    public mutating func draw(at now: Timestamp) -> SignalDraw {
        var drawn = self
        drawn.places = [:]
        self.uncounted = 0
        for lane in self.lanes.indices { self.lanes[lane].clear() }
        self.exceedances = Array(repeating: Exceedance(), count: self.exceedances.count)
        let slot = self.layout.slot(of: now)
        let freeBefore = self.freeLanes.count
        for (lane, key) in self.keys.enumerated() {
            guard let key, key.slot < slot, self.lanes[lane].underWay == 0 else { continue }
            self.places[key] = nil
            self.keys[lane] = nil
            self.lanes[lane].changes &+= 1
            self.freeLanes.append(lane)
        }
        if self.freeLanes.count > freeBefore { self.dropPanels() }
        self.buckets = Array(repeating: 0, count: self.panels.count * Self.panelStride)
        return SignalDraw(counter: drawn)
    }

    /// Forgets the panels of stages that no lane is of any more, and numbers the others anew.
    private mutating func dropPanels() {
        self.panels = [:]
        for (lane, key) in self.keys.enumerated() {
            guard let panel = key?.panel else { continue }
            let place = self.panels[panel] ?? self.panels.count
            self.panels[panel] = place
            self.lanes[lane].panel = UInt32(place)
        }
    }

    fileprivate var content: SignalContent {
        var content = SignalContent()
        content.uncounted = self.uncounted
        content.cells.reserveCapacity(self.keys.count)
        for (lane, key) in self.keys.enumerated() {
            guard let key else { continue }
            let counts = self.counts(of: lane)
            if !counts.isZero { content.cells[key] = counts }
        }
        for (panel, place) in self.panels {
            for (number, name) in Self.histograms.enumerated() {
                let histogram = self.histogram(place * Self.panelStride + number * LatencyBuckets.count)
                if histogram.count > 0 { content.histograms[panel, default: [:]][name] = histogram }
            }
        }
        return content
    }

    private func counts(of place: Int) -> SignalCounts {
        let lane = self.lanes[place]
        var counts = SignalCounts(thresholds: 0)
        counts.admitted = Int(lane.admitted)
        counts.ended = Int(lane.ended)
        counts.failed = Int(lane.failed)
        counts.refused = Int(lane.refused)
        counts.truncated = Int(lane.truncated)
        (counts.promptTokens, counts.outputTokens) = (lane.promptTokens, lane.outputTokens)
        counts.downloads = lane.downloads
        let first = place * self.thresholds.count
        counts.exceedances = Array(self.exceedances[first..<first + self.thresholds.count])
        return counts
    }

    private func histogram(_ base: Int) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for bucket in 0..<LatencyBuckets.count { histogram.add(self.buckets[base + bucket], to: bucket) }
        return histogram
    }
}

/// What a ``SignalCounter`` has counted between two draws.
public struct SignalDraw: Sendable {
    fileprivate let counter: SignalCounter

    /// What was counted, by key.
    public var content: SignalContent { self.counter.content }
}
