public import ReleaseModel
import StageControl

/// Counts the requests of one worker of a gateway.
///
/// A value that one thread owns. Admitting looks the key up and adds one; ending adds to a few places of two flat
/// arrays. Memory is taken when a key is new or a stage opens, never for a further request. Between batches the counts
/// are drawn off; the places stay as long as their slot lasts or a request in them is under way.
public struct SignalCounter: Sendable {
    /// What is counted.
    public let layout: SignalLayout

    private var lanes: [SignalKey: Int] = [:]
    private var keys: [SignalKey?] = []
    /// How often each lane has changed its key.
    private var changes: [Int] = []
    private var panelOfLane: [Int] = []
    private var underWay: [Int] = []
    private var freeLanes: [Int] = []
    /// For each lane: the plain counts, then each threshold's two.
    private var counts: [Int] = []
    private let stride: Int

    private var panels: [SignalPanel: Int] = [:]
    /// For each panel: the buckets of each histogram.
    private var buckets: [Int] = []
    private var uncounted = 0

    private static let histograms = GatewaySource.Histogram.allCases
    private static let panelStride = Self.histograms.count * LatencyBuckets.count
    private static let plain = SignalCounts.Field.allCases.count

    /// Each threshold with the place of its histogram among all.
    private let thresholds: [(histogram: Int, nanoseconds: UInt64)]

    /// Nothing counted.
    public init(layout: SignalLayout) {
        self.layout = layout
        self.stride = Self.plain + 2 * layout.thresholds.count
        self.thresholds = layout.thresholds.map { threshold in
            (Self.histograms.firstIndex(of: threshold.histogram) ?? 0, threshold.nanoseconds)
        }
    }

    /// A request that was admitted and has not ended; to be given to ``end(_:_:)`` once.
    public struct Ticket: Hashable, Sendable {
        fileprivate let lane: Int
        fileprivate let change: Int
    }
}

// MARK: - The request path

extension SignalCounter {
    /// Counts the admission of a request: its exposure. Nil, and told with the next batch as uncounted, when there are
    /// ``SignalLimits/lanes`` keys.
    public mutating func admit(_ key: SignalKey) -> Ticket? {
        guard let lane = self.lanes[key] ?? self.newLane(key) else {
            self.uncounted += 1
            return nil
        }
        let ticket = Ticket(lane: lane, change: self.changes[lane])
        self.count(ticket)
        return ticket
    }

    /// Counts the admission of one more request with the key that a ticket was given for; false, and nothing counted,
    /// where that is not known any more, because the key's slot is over.
    public mutating func admit(like ticket: Ticket) -> Bool {
        guard self.changes.indices.contains(ticket.lane), self.changes[ticket.lane] == ticket.change else {
            return false
        }
        self.count(ticket)
        return true
    }

    private mutating func count(_ ticket: Ticket) {
        self.underWay[ticket.lane] += 1
        let base = ticket.lane * self.stride
        var counts = self.counts.mutableSpan
        counts.add(1, to: .admitted, of: base)
    }

    /// Counts what became of a request. Without a ticket, nothing: its exposure was told as uncounted.
    public mutating func end(_ ticket: Ticket?, _ outcome: RequestOutcome) {
        guard let lane = ticket?.lane, self.underWay.indices.contains(lane), self.underWay[lane] > 0 else { return }
        self.underWay[lane] -= 1
        let first = outcome.timeToFirstToken
        let perToken = outcome.timePerOutputToken
        self.bucket(outcome, first, perToken, self.panelOfLane[lane] * Self.panelStride)

        let (base, thresholds) = (lane * self.stride, self.thresholds)
        // One array for all that follows: each access of its own would have to see whether it is anybody else's.
        var counts = self.counts.mutableSpan
        counts.add(1, to: .ended, of: base)
        if outcome.isFailure { counts.add(1, to: .failed, of: base) }
        if outcome.refusal != nil { counts.add(1, to: .refused, of: base) }
        if outcome.isTruncated { counts.add(1, to: .truncated, of: base) }
        counts.add(outcome.promptTokens, to: .promptTokens, of: base)
        counts.add(outcome.outputTokens, to: .outputTokens, of: base)
        for (index, threshold) in thresholds.enumerated() {
            let value: UInt64? =
                switch threshold.histogram {
                // Who waited longer than the threshold and saw no token has waited too long for it.
                case 0: first ?? (outcome.duration > threshold.nanoseconds ? outcome.duration : nil)
                case 1: perToken
                default: outcome.duration
                }
            guard let value else { continue }
            let place = base + Self.plain + 2 * index
            counts[place] += 1
            if value > threshold.nanoseconds { counts[place + 1] += 1 }
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
        guard let lane = self.lanes[key] ?? self.newLane(key) else {
            self.uncounted = self.uncounted.saturatingAdding(count)
            return
        }
        let base = lane * self.stride
        var counts = self.counts.mutableSpan
        counts.add(count, to: .downloads, of: base)
    }

    private mutating func newLane(_ key: SignalKey) -> Int? {
        let lane: Int
        if let free = self.freeLanes.popLast() {
            lane = free
        } else {
            guard self.keys.count < SignalLimits.lanes else { return nil }
            lane = self.keys.count
            self.keys.append(nil)
            self.changes.append(0)
            self.panelOfLane.append(0)
            self.underWay.append(0)
            self.counts.append(contentsOf: repeatElement(0, count: self.stride))
        }
        self.keys[lane] = key
        self.lanes[key] = lane
        self.panelOfLane[lane] = self.panel(key.panel)
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

extension MutableSpan<Int> {
    /// Adds to a count of the lane whose counts begin at `base`.
    fileprivate mutating func add(_ more: Int, to field: SignalCounts.Field, of base: Int) {
        self[base + field.rawValue] = self[base + field.rawValue].saturatingAdding(more)
    }
}

// MARK: - Drawing off

extension SignalCounter {
    /// Requests that were admitted and have not ended.
    public var requestsUnderWay: Int { self.underWay.reduce(0, +) }

    /// All that was counted since the last time, and begins anew. `now` tells which slots are over.
    ///
    /// The worker gives its arrays away and takes empty ones; to sort out what was counted is left to whoever reads
    /// ``SignalDraw/content``, on a thread that nobody waits for.
    public mutating func draw(at now: Timestamp) -> SignalDraw {
        var drawn = self
        drawn.lanes = [:]
        self.uncounted = 0
        self.counts = Array(repeating: 0, count: self.counts.count)
        let slot = self.layout.slot(of: now)
        let freeBefore = self.freeLanes.count
        for (lane, key) in self.keys.enumerated() {
            guard let key, key.slot < slot, self.underWay[lane] == 0 else { continue }
            self.lanes[key] = nil
            self.keys[lane] = nil
            self.changes[lane] += 1
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
            self.panelOfLane[lane] = place
        }
    }

    fileprivate var content: SignalContent {
        var content = SignalContent()
        content.uncounted = self.uncounted
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

    private func counts(of lane: Int) -> SignalCounts {
        var counts = SignalCounts(thresholds: self.thresholds.count)
        let base = lane * self.stride
        for field in SignalCounts.Field.allCases {
            counts[field] = min(self.counts[base + field.rawValue], SignalLimits.count)
        }
        for index in counts.exceedances.indices {
            let place = base + Self.plain + 2 * index
            counts.exceedances[index] = Exceedance(measured: self.counts[place], exceeding: self.counts[place + 1])
        }
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
