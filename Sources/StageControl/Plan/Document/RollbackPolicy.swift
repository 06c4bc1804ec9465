/// What a rollback does. It needs nobody: the machine does it at once.
public struct RollbackPolicy: Hashable, Sendable {
    /// Where it leads to.
    public let target: RollbackTarget
    /// Where it leads to after an event of at least this severity, if that is stricter.
    public let severityTarget: [Severity: RollbackTarget]
    /// What becomes of answers that are on their way.
    public let inFlight: InFlight
    /// How long nothing may be opened again.
    public let coolDown: TimeSpan
    /// How often the release may go on by itself after it; after one more it waits for people.
    public let maxAutomaticRollbacks: Int
    /// How it is proven that a rollback works.
    public let drill: Drill

    /// A policy with all its fields.
    public init(
        target: RollbackTarget = .previousStage, severityTarget: [Severity: RollbackTarget] = [.critical: .closed],
        inFlight: InFlight = InFlight(), coolDown: TimeSpan = TimeSpan(1, .day), maxAutomaticRollbacks: Int = 1,
        drill: Drill = Drill()
    ) {
        self.target = target
        self.severityTarget = severityTarget
        self.inFlight = inFlight
        self.coolDown = coolDown
        self.maxAutomaticRollbacks = maxAutomaticRollbacks
        self.drill = drill
    }

    /// Where a rollback leads to after events of which the worst has this severity; nil if no event brought it about.
    public func target(after severity: Severity?) -> RollbackTarget {
        guard let severity else { return self.target }
        return self.severityTarget.filter { $0.key <= severity }.values.reduce(self.target, max)
    }

    /// What becomes of answers that are on their way when their version is closed.
    public struct InFlight: Hashable, Sendable {
        /// What becomes of one answer.
        public enum Treatment: String, CaseIterable, Hashable, Sendable {
            /// It ends in the middle, with an error.
            case cut
            /// It may end by itself.
            case drain
        }

        /// After a critical event.
        public let critical: Treatment
        /// After anything else.
        public let `default`: Treatment
        /// How long answers may take to end by themselves; then they are cut.
        public let drainTimeout: TimeSpan

        /// A treatment with all its fields.
        public init(
            critical: Treatment = .cut, default: Treatment = .drain, drainTimeout: TimeSpan = TimeSpan(30, .second)
        ) {
            self.critical = critical
            self.default = `default`
            self.drainTimeout = drainTimeout
        }
    }

    /// A rollback that is rehearsed on a shadow of the release. Without a fresh and fast one nothing advances.
    public struct Drill: Hashable, Sendable {
        /// How often.
        public let every: TimeSpan
        /// From the decision to the last request on the candidate, in 99 of 100 gateways.
        public let p99: TimeSpan

        /// A drill with all its fields.
        public init(every: TimeSpan = TimeSpan(30, .day), p99: TimeSpan = TimeSpan(2, .second)) {
            self.every = every
            self.p99 = p99
        }
    }
}

extension RollbackPolicy {
    static let form = Form<Self>.object(
        Self.init,
        Field("target", \.target, .word(), default: .previousStage, opens: .exposure(.lowered)),
        Field(
            "severityTarget", \.severityTarget, .map(from: .word(), to: .word()), default: [.critical: .closed],
            opens: .exposure(.lowered)),
        Field("inFlight", \.inFlight, InFlight.form, default: InFlight()),
        Field("coolDown", \.coolDown, .timeSpan, default: TimeSpan(1, .day), opens: .bound(.lowered)),
        Field(
            "maxAutomaticRollbacks", \.maxAutomaticRollbacks, .count(0...100), default: 1, opens: .bound(.raised)),
        Field("drill", \.drill, Drill.form, default: Drill()))
}

extension RollbackPolicy.InFlight {
    static let form = Form<Self>.object(
        Self.init,
        Field("critical", \.critical, .word(), default: .cut),
        Field("default", \.default, .word(), default: .drain),
        Field("drainTimeout", \.drainTimeout, .timeSpan, default: TimeSpan(30, .second), opens: .exposure(.raised)))
}

extension RollbackPolicy.Drill {
    static let form = Form<Self>.object(
        Self.init,
        Field("every", \.every, .timeSpan, default: TimeSpan(30, .day), opens: .bound(.raised)),
        Field("p99", \.p99, .timeSpan, default: TimeSpan(2, .second), opens: .bound(.raised)))
}
