public import ReleaseModel
public import StageControl

/// The answer of admission. A refusal is an answer, not an error.
public enum Decision: Hashable, Sendable {
    case admitted(Admission)
    /// Never empty. All reasons at once, except where a reason would tell of something that the caller may not know.
    case refused([Denial])
}

/// Under which grant a request is let in, and to what.
public struct Admission: Hashable, Sendable {
    /// Who calls.
    public var application: ApplicationID { self.content.facts.application }
    /// The key that was used.
    public var key: KeyID { self.content.facts.key }
    /// The grant that lets in; its limits are the request's.
    public var grant: Grant {
        _read { yield self.content.facts.grant }
    }
    /// The grant's identifier.
    public var grantID: GrantID { self.content.facts.grant.id }
    /// The request's limits.
    public var limits: Limits { self.content.facts.grant.content.limits }
    /// The version that answers.
    public var version: Version {
        _read { yield self.content.facts.version }
    }
    /// The version's identifier.
    public var versionID: VersionID { self.content.facts.version.id }
    /// The name that the caller used.
    public var name: Name { self.content.facts.name }
    /// The fields that are taken out of the request, as the grant has it: it does not have the right for them.
    public var stripped: GuardedFields { self.content.facts.stripped }
    /// Whether the request leaves counts only: the grant says so, and did still when this was decided.
    public var isUnlogged: Bool { self.content.facts.isUnlogged }
    /// As what the request counts in a rollout of the model; `nil` if there is none, or if it counts for neither arm.
    public var placement: Placement? { self.content.facts.placement }
    /// Under which terms of a stage the candidate serves it; `nil` where it does not.
    public var terms: StageTerms? { self.content.facts.placement?.terms }
    /// Who is to be heard for a place in the stage; `nil` where nobody is. The request itself goes to the baseline.
    public var applicant: Applicant? { self.content.facts.applicant }

    struct Facts: Hashable, Sendable {
        let application: ApplicationID
        let key: KeyID
        let grant: Grant
        let version: Version
        let name: Name
        let stripped: GuardedFields
        let isUnlogged: Bool
        let placement: Placement?
        let applicant: Applicant?
    }

    /// A grant and a version are some thirty references; every request hands its admission on, and so hands on one.
    private final class Content: Sendable {
        let facts: Facts

        init(_ facts: Facts) {
            self.facts = facts
        }
    }

    private let content: Content

    init(_ facts: Facts) {
        self.content = Content(facts)
    }

    /// Whether both say the same.
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.content === rhs.content || lhs.content.facts == rhs.content.facts
    }

    /// Hashes all that it says.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.content.facts)
    }
}

/// One reason why a request is refused.
public struct Denial: Hashable, Sendable {
    /// The kind of reason. The raw value is public: clients match on it, and it is never renamed.
    public enum Code: String, CaseIterable, Comparable, Hashable, Sendable {
        case invalidKey = "invalid_api_key"
        case modelNotFound = "model_not_found"
        case stageNotOpen = "stage_not_open"
        case stageFull = "stage_full"
        case stageQueued = "stage_queued"
        case stagePending = "stage_pending"
        case stageRemoved = "stage_removed"
        case accountMissing = "account_missing"
        case modelOnHold = "model_on_hold"
        case grantExpired = "grant_expired"
        case grantRevoked = "grant_revoked"
        case termsNotAccepted = "terms_not_accepted"
        case outsideIntent = "outside_intent"
        case outsideModality = "outside_modality"
        case outsideExposure = "outside_exposure"
        case outsideUseScope = "outside_use_scope"
        case outsideRegion = "outside_region"
        case entitlementMissing = "entitlement_missing"
        case rulesStale = "rules_stale"

        /// Orders by declaration: what a caller should read first comes first.
        public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rank < rhs.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// The kind of reason.
    public var code: Code
    /// The field at fault, by its name on the wire.
    public var field: String?
    /// What it is about: the terms' address, the missing right, the allowed values.
    public var detail: String?

    /// A reason.
    public init(_ code: Code, field: String? = nil, detail: String? = nil) {
        self.code = code
        self.field = field
        self.detail = detail
    }
}
