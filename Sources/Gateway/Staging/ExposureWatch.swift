import AccessPolicy
import HashTreeCollections
import ReleaseModel
import StageControl

/// A candidate's answer on its way: whether it may go on when something closes.
struct ExposureWatch {
    /// The rollout whose candidate answers.
    let rollout: RolloutID
    /// Who asked.
    private let application: ApplicationID
    private let grant: GrantID
    private let known: CallerMemory.Known
    /// The last generation under which the candidate was found to serve the caller.
    private var generation: Int
    /// By when the answer has to end; nil while it may go on.
    private var closes: UInt64?

    init(_ placement: Placement, _ admission: Admission, _ caller: CallerMemory.Known) {
        self.rollout = placement.rollout
        self.application = admission.application
        self.grant = admission.grantID
        self.known = caller
        self.generation = placement.generation
    }

    /// Whether the answer's time is over. Where the candidate does not serve the caller any more, its time begins at
    /// the first look at which that is seen.
    ///
    /// Rules that are merely old withdraw nothing: what is on its way was let in while they were believed.
    mutating func isOver(_ snapshot: Snapshot, at now: Timestamp, uptime: UInt64) -> Bool {
        if self.closes == nil, let drain = self.drain(snapshot, at: now) {
            self.closes = uptime &+ UInt64(clamping: drain) &* 1_000_000
        }
        return self.closes.map { uptime >= $0 } ?? false
    }

    /// For how many milliseconds the answer may go on; nil is without end.
    private mutating func drain(_ snapshot: Snapshot, at now: Timestamp) -> Int64? {
        guard let release = snapshot.release(of: self.rollout) else {
            return snapshot.closed[self.rollout]
        }
        guard release.enforcement.generation > self.generation else { return nil }
        self.generation = release.enforcement.generation
        return release.serves(self.caller(snapshot.registry), at: now) ? nil : release.enforcement.drain
    }

    /// Who asked, as the rules know them now.
    private func caller(_ registry: Registry) -> AudienceCaller {
        AudienceCaller(
            application: self.application, organisation: registry.applications[self.application]?.organisation,
            grant: registry.grants[self.grant]?.content, account: self.known.account)
    }
}
