import AccessPolicy
import ChatWire
import ReleaseModel
import StrictJSON

extension WireError {
    /// What a caller is told when admission refuses: the first reason's code and status, and every reason in words.
    ///
    /// SDKs show little more than the message, so the cause stands there.
    init(_ denials: [Denial], model: String) {
        let sentences = denials.map { Self.sentence($0, model: model) }
        let first = denials.first ?? Denial(.invalidKey)
        var details: [String: JSONValue] = [:]
        if denials.count > 1 {
            details["reasons"] = .array(denials.map { .string($0.code.rawValue) })
        }
        self.init(
            status: Self.status(first.code), code: first.code.rawValue, message: sentences.joined(separator: " "),
            param: first.field, details: details)
    }

    private static func status(_ code: Denial.Code) -> Int {
        switch code {
        case .invalidKey: 401
        case .modelNotFound: 404
        case .rulesStale, .stagePending: 503
        case .stageNotOpen, .stageFull, .stageQueued, .stageRemoved, .accountMissing, .modelOnHold, .grantExpired,
            .grantRevoked, .termsNotAccepted, .outsideIntent, .outsideModality, .outsideExposure, .outsideUseScope,
            .outsideRegion, .entitlementMissing:
            403
        }
    }

    private static func sentence(_ denial: Denial, model: String) -> String {
        let detail = denial.detail ?? ""
        return switch denial.code {
        case .invalidKey:
            "Incorrect API key provided: it is unknown, expired or revoked. "
                + "Ask whoever runs this gateway for a new one."
        case .modelNotFound:
            "The model '\(model)' does not exist or you do not have access to it."
        case .stageNotOpen:
            "The model '\(model)' is released in stages, and its current stage is not open to your application."
                + (denial.detail.map { " Your grant does not cover the version \($0)." } ?? "")
        case .stageFull: "The stage in which '\(model)' is released has no place for you. \(detail)"
        case .stageQueued: "The stage in which '\(model)' is released invites a few each week. \(detail)"
        case .stagePending:
            "Whether the stage in which '\(model)' is released has a place for you is being decided. "
                + "Try again in a second."
        case .stageRemoved:
            "Access to '\(model)', which is released in stages, was taken away from your application or from this end "
                + "user; ask whoever runs this gateway."
        case .accountMissing:
            "The stage in which '\(model)' is released counts people: name the end user in the field "
                + "'\(denial.field ?? "")'."
        case .modelOnHold: "The model '\(model)' is on hold; nobody can use it until its release goes on."
        case .grantExpired: "Your application's grant for '\(model)' has expired; ask for a new one."
        case .grantRevoked: "Your application's grant for '\(model)' was revoked."
        case .termsNotAccepted:
            "Terms must be accepted before '\(model)' can be used: \(detail.isEmpty ? denial.field ?? "" : detail)"
        case .outsideIntent: "The grant is for the intent \(detail); your key was issued for another."
        case .outsideModality: "The grant does not cover use by \(detail)."
        case .outsideExposure: "The grant is for \(detail) use; your key was issued for real use."
        case .outsideUseScope: "The grant covers the uses \(detail); your key declares another, or none."
        case .outsideRegion: "The grant covers the regions \(detail); this gateway is in another."
        case .entitlementMissing:
            "The field '\(denial.field ?? "")' needs the entitlement '\(detail)', which your grant does not have."
        case .rulesStale:
            "The gateway cannot be sure of its rules just now, so it lets nobody in. Try again in a few seconds."
        }
    }
}
