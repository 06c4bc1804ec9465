public import ReleaseModel

/// The rules as a gateway holds them: an immutable value that the control plane replaces whole, and keeps fresh.
public struct Snapshot: Sendable {
    /// How old a snapshot may be before the staged populations close: 5 s.
    public static let stagedLifetimeMilliseconds: Int64 = 5_000
    /// How old a snapshot may be before everything closes: 60 s.
    public static let lifetimeMilliseconds: Int64 = 60_000

    /// When the control plane last said that this is how things stand.
    public var asOf: Timestamp
    /// Until when rollouts may be believed: whoever conducts them says so anew each second. From then on no candidate
    /// serves anybody.
    public var conductedUntil = Timestamp.distantPast
    /// The number of the last rehearsal of a rollback, by which it is seen when a gateway has these rules.
    public var drill = 0
    private(set) var frozen: Frozen

    /// The rules as they stand at a moment, the rollouts that have a stage open, by their model, and those that were
    /// closed to everybody.
    public init(
        registry: Registry, releases: [ModelID: ReleasePosition] = [:], closed: [RolloutID: Int64] = [:],
        asOf: Timestamp
    ) {
        self.frozen = Frozen(registry, releases, closed)
        self.asOf = asOf
    }

    /// What was decided.
    public var registry: Registry {
        _read { yield self.frozen.registry }
        set { self.frozen = Frozen(newValue, self.frozen.releases, self.frozen.closed) }
    }

    /// The rollouts that have a stage open, by their model.
    public var releases: [ModelID: ReleasePosition] { self.frozen.releases }
    /// Whether any rollout has a stage open.
    public var hasReleases: Bool { !self.frozen.releases.isEmpty }

    /// Where a rollout stands; nil if it has no stage open.
    public func release(of rollout: RolloutID) -> ReleasePosition? {
        self.releases.values.first { $0.rollout == rollout }
    }

    /// The rollouts that were closed to everybody, and for how many milliseconds answers of their candidates that were
    /// on their way then may go on; 0 ends them at once.
    public var closed: [RolloutID: Int64] { self.frozen.closed }

    /// A registry is some twenty maps; every request takes a snapshot, and so takes one reference instead.
    final class Frozen: Sendable {
        fileprivate let registry: Registry
        fileprivate let releases: [ModelID: ReleasePosition]
        fileprivate let closed: [RolloutID: Int64]

        fileprivate init(_ registry: Registry, _ releases: [ModelID: ReleasePosition], _ closed: [RolloutID: Int64]) {
            self.registry = registry
            self.releases = releases
            self.closed = closed
        }
    }

    /// How fresh the rules are at `now`. A clock that went backwards makes nothing fresher than it says.
    func freshness(at now: Timestamp) -> Freshness {
        let age = now.since(self.asOf)
        if age > Self.lifetimeMilliseconds || age < -Self.lifetimeMilliseconds { return .dead }
        if age > Self.stagedLifetimeMilliseconds || age < -Self.stagedLifetimeMilliseconds { return .stale }
        return .fresh
    }

    enum Freshness {
        case fresh, stale, dead
    }
}
