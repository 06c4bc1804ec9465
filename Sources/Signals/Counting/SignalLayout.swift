public import Arms
public import ReleaseModel
public import StageControl

/// What of a plan the counting has to know: which thresholds, which parts of the public, how long a slot of time is.
///
/// Gateways and the ledger of signals make it from the same sealed plan, so that a place in one is the same place in
/// the other. A batch names the plan's digest, and another plan's is refused.
public struct SignalLayout: Hashable, Sendable {
    /// The digest of the plan.
    public let plan: ContentDigest
    /// The plan's version that is released, and the one that it is compared with, if there is one.
    public let versions: [Arm: Name]
    /// Who has a bucket, and so who is a unit of analysis.
    public let unit: PlanBucketing.Unit
    /// The stages, each with the parts of the public that it asks for.
    public let stages: [[Stratum]]
    /// The metrics in the plan's order.
    public let metrics: [PlanMetric]
    /// The latencies that metrics ask about, in rising order, each once.
    public let thresholds: [LatencyThreshold]
    /// Milliseconds of a slot: the longest time, of whole minutes, of which a day and every cap's window is a multiple.
    public let slotLength: Int64
    /// The parts of the public that any stage asks for, by what they are parts by, sorted.
    public let dimensions: [Dimension]

    /// Parts of the public by one thing.
    public struct Dimension: Hashable, Sendable {
        /// What they are parts by.
        public let dimension: Stratum.Dimension
        /// The header in which an application says which part a request is from; nil where people decided it. All
        /// stages go by that of the first one that asks.
        public let header: HeaderName?
        /// The parts, sorted. Whatever else a request says, or if it says nothing, it is in none of them, or in the
        /// part ``Stratum/other`` if that is one of them.
        public let parts: [Name]
    }

    /// Milliseconds of a day.
    static let day: Int64 = 86_400_000
    private static let minute: Int64 = 60_000

    /// The layout of a plan.
    public init(_ sealed: SealedPlan) {
        let spec = sealed.plan.spec
        self.plan = sealed.digest
        self.versions =
            spec.baseline.map { [.candidate: spec.candidate, .baseline: $0] } ?? [.candidate: spec.candidate]
        self.unit = spec.bucketing.unit
        self.stages = spec.stages.map(\.strata)
        self.metrics = spec.metrics
        self.thresholds = Set(spec.metrics.compactMap(\.threshold)).sorted()
        self.slotLength = spec.metrics.compactMap(\.influenceCap).reduce(Self.day) { slot, cap in
            Self.greatestCommonDivisor(slot, Self.length(of: cap.window))
        }
        self.dimensions = Stratum.Dimension.allCases.compactMap { dimension in
            let strata = spec.stages.flatMap(\.strata).filter { $0.dimension == dimension }
            let parts = Set(strata.flatMap(\.quotas.keys)).sorted()
            guard !parts.isEmpty else { return nil }
            return Dimension(dimension: dimension, header: strata.first?.header, parts: parts)
        }
    }

    /// Milliseconds of a cap's window as it is counted: whole minutes, rounded up.
    static func length(of window: TimeSpan) -> Int64 {
        max(1, (window.milliseconds + Self.minute - 1) / Self.minute) * Self.minute
    }

    private static func greatestCommonDivisor(_ one: Int64, _ other: Int64) -> Int64 {
        var (large, small) = (one, other)
        while small != 0 { (large, small) = (small, large % small) }
        return large
    }
}

// MARK: - Places

extension SignalLayout {
    /// The slot of a moment. Slots are counted from 1970-01-01T00:00:00Z.
    public func slot(of moment: Timestamp) -> Int64 { moment.milliseconds.flooredQuotient(self.slotLength) }

    /// The milliseconds of a slot.
    func milliseconds(of slot: Int64) -> Range<Int64> {
        // Slots from outside are checked to be near the present before they come here.
        (slot &* self.slotLength)..<(slot &* self.slotLength &+ self.slotLength)
    }

    /// How many combinations of parts of the public there are.
    public var stratumCount: Int {
        self.dimensions.reduce(1) { $0.multipliedReportingOverflow(by: $1.parts.count + 1).partialValue }
    }

    /// The place of a combination of parts of the public, from 0 to ``stratumCount`` − 1; 0 is in no part of any.
    ///
    /// `part` says what a request is by each thing: by its header if the plan names one, else by what people decided.
    /// It is asked only for what some stage asks for.
    public func stratum(_ part: (Dimension) -> Name?) -> Int {
        self.dimensions.reduce(0) { stratum, dimension in
            stratum * (dimension.parts.count + 1) + dimension.place(of: part(dimension))
        }
    }

    /// The part of the public by one thing that a combination is in; nil if it is in none.
    public func part(of stratum: Int, by dimension: Stratum.Dimension) -> Name? {
        var rest = stratum
        for known in self.dimensions.reversed() {
            let (next, place) = rest.quotientAndRemainder(dividingBy: known.parts.count + 1)
            if known.dimension == dimension { return place > 0 ? known.parts[place - 1] : nil }
            rest = next
        }
        return nil
    }
}

extension SignalLayout.Dimension {
    /// The place of a part from 1 on; 0 is in none.
    fileprivate func place(of part: Name?) -> Int {
        let place =
            part.flatMap { self.parts.firstIndex(of: $0) } ?? self.parts.firstIndex { $0.text == Stratum.other }
        return place.map { $0 + 1 } ?? 0
    }

    /// The part that a header's value names; nil if none.
    ///
    /// A language is looked up as RFC 4647 has it (§3.4): without regard to case, and by fewer and fewer subtags, so
    /// that `pt-BR` is in the part `pt` where there is no closer one. Everything else is compared byte for byte.
    public func part(named value: Span<UInt8>) -> Name? {
        // What is longer is no name, and nobody is made to compare it.
        guard value.count <= Name.maximumLength else { return nil }
        var length = value.count
        while length > 0 {
            for part in self.parts where self.isNamed(part, by: value, length) { return part }
            guard self.dimension == .language else { return nil }
            repeat { length -= 1 } while length > 0 && value[length] != UInt8(ascii: "-")
        }
        return nil
    }

    private func isNamed(_ part: Name, by value: Span<UInt8>, _ length: Int) -> Bool {
        guard part.text.utf8.count == length else { return false }
        let isFolded = self.dimension == .language
        var index = 0
        for byte in part.text.utf8 {
            guard value[index] == byte || isFolded && value[index].lowercased == byte.lowercased else { return false }
            index += 1
        }
        return true
    }
}

extension UInt8 {
    /// An ASCII letter in lower case; any other byte as it is.
    fileprivate var lowercased: UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self
    }
}

extension PlanMetric {
    /// The latency that the metric asks about, if it does.
    var threshold: LatencyThreshold? {
        guard case .gateway(.histogram(let histogram, let threshold)) = self.source else { return nil }
        return LatencyThreshold(histogram, nanoseconds: UInt64(threshold.milliseconds) * 1_000_000)
    }
}
