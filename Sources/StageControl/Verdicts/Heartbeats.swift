public import ReleaseModel

/// That a control beside a release says that it is up.
public struct Heartbeat: Codable, Hashable, Sendable {
    /// The control, as the plan names it.
    public var control: Name
    /// When it was up.
    public var at: Timestamp

    /// A control that was up at a moment.
    public init(control: Name, at: Timestamp) {
        self.control = control
        self.at = at
    }
}

/// Why a heartbeat is not taken in. Nothing has happened then.
public enum HeartbeatFault: Error, Hashable, Sendable {
    /// No rollout of this identifier is under way.
    case notConducted(RolloutID)
    /// The plan names no such control.
    case unknownControl(Name, known: [Name])
    /// It is so many milliseconds ahead of now.
    case fromFuture(milliseconds: Int64)

    /// The stable name of the fault.
    public var code: String {
        switch self {
        case .notConducted: "rollout_not_conducted"
        case .unknownControl: "unknown_control"
        case .fromFuture: "heartbeat_from_future"
        }
    }
}

extension HeartbeatFault: CustomStringConvertible {
    /// What is refused and what to do.
    public var description: String {
        switch self {
        case .notConducted(let rollout):
            "\(rollout) is not under way; a control reports to a rollout that waits, runs or is watched."
        case .unknownControl(let control, let known):
            known.isEmpty
                ? "The plan names no control beside the release, so not \(control) either."
                : "The plan names no control \(control); it names \(known.map(\.text).joined(separator: ", "))."
        case .fromFuture(let ahead):
            "The heartbeat is \(ahead) ms ahead, and at most \(Heartbeats.clockTolerance) are taken; set the clock."
        }
    }
}

/// When the controls beside one rollout were last heard of.
public struct Heartbeats: Hashable, Sendable {
    /// How far a control's clock may be ahead, in milliseconds.
    public static let clockTolerance: Int64 = 60_000

    /// What a control said, and for when that counts.
    private struct Beat: Hashable {
        let at: Timestamp
        let heard: Timestamp
    }

    private var beats: [Name: Beat] = [:]

    /// Nothing was heard.
    public init() {}

    /// Takes a heartbeat in. Says whether it is newer than what was heard of the control; if not, nothing has changed.
    ///
    /// A clock that is ahead makes a control no longer alive: a heartbeat counts for the moment that it came in, if it
    /// says a later one.
    public mutating func take(
        _ beat: Heartbeat, of plan: ReleasePlan.Spec, at now: Timestamp
    ) throws(HeartbeatFault) -> Bool {
        let known = Set(plan.stages.flatMap { $0.companions.map(\.control) })
        guard known.contains(beat.control) else { throw .unknownControl(beat.control, known: known.sorted()) }
        let ahead = beat.at.since(now)
        guard ahead <= Self.clockTolerance else { throw .fromFuture(milliseconds: ahead) }
        if let last = self.beats[beat.control], beat.at <= last.at { return false }
        self.beats[beat.control] = Beat(at: beat.at, heard: min(beat.at, now))
        return true
    }

    /// When each control that was heard of was last heard, by name.
    public var reports: [CompanionReport] {
        self.beats.sorted { $0.key < $1.key }.map { CompanionReport(control: $0.key, lastHeard: $0.value.heard) }
    }
}
