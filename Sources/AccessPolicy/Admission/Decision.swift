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
    public var application: ApplicationID
    /// The key that was used.
    public var key: KeyID
    /// The grant that lets in; its limits are the request's.
    public var grant: Grant
    /// The version that answers.
    public var version: Version
    /// The name that the caller used.
    public var name: Name

    /// The fields that are taken out of the request, as the grant has it: it does not have the right for them.
    public var stripped: GuardedFields = []

    /// Whether the request leaves counts only: the grant says so, and did still when this was decided.
    public var isUnlogged: Bool

    /// As what the request counts in a rollout of the model; `nil` if there is none, or if it counts for neither arm.
    public var placement: Placement?

    /// Who is to be heard for a place in the stage; `nil` where nobody is. The request itself goes to the baseline.
    public var applicant: Applicant?
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
