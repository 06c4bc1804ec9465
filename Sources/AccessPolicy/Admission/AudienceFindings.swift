import ReleaseModel
import StageControl

/// What was found out of one caller, in the rollout that placed it last: to hash a caller, and to ask every cohort of
/// it, costs more than all else that admission asks of a rollout.
///
/// Whoever asks often keeps one for each caller. The rules answer with it as they do without, whatever it holds: asked
/// of another caller, or of a rollout that has moved on, it finds out anew.
public struct AudienceFindings: Sendable {
    /// All that a finding follows from. A grant's terms never change, so its identifier stands for them.
    struct Subject: Equatable {
        let rollout: RolloutID
        let revision: UInt64
        let application: ApplicationID
        let organisation: OrganisationID?
        let grant: GrantID
        let account: String?
    }

    /// A caller is asked about under each of its grants; most have one.
    private static let capacity = 4
    private var known: [(subject: Subject, finding: AudienceFinding)] = []

    /// Nothing is known.
    public init() {}

    /// What is known of a subject, or else what `find` says of it.
    mutating func finding(of subject: Subject, orElse find: () -> AudienceFinding) -> AudienceFinding {
        for known in self.known where known.subject == subject { return known.finding }
        let finding = find()
        if self.known.count == Self.capacity { self.known.removeAll(keepingCapacity: true) }
        self.known.append((subject, finding))
        return finding
    }
}

/// What a rollout says of a caller as long as it stays where it is.
struct AudienceFinding {
    /// Whether the caller is in what is open.
    let answer: AudienceAnswer
    /// Whether people have put the caller out.
    let isRemoved: Bool
    /// Whether places are counted where the caller is.
    let isCounted: Bool
    /// As what it takes one; nil if that is by account, and it names none that can be counted.
    let unit: AudienceUnit?
}
