public import ReleaseModel
public import StrictJSON

/// Plans to start from, each made from releases that happened.
///
/// A template is a whole document that the linter finds no error in. Whoever uses it changes names, bounds and times to
/// what is known of the model, and commits to seeds of their own.
public enum PlanTemplate: String, CaseIterable, Hashable, Sendable {
    /// Smaller versions first, the full one last, over nine months (GPT-2, 2019).
    case bySize = "by-size"
    /// Four hundred people, then a thousand a week, then a million, then all (DALL·E 2, 2022).
    case weeklyInvitations = "weekly-invitations"
    /// Staff, a trusted circle, then growing shares of the public (the EU's code of practice for general-purpose AI).
    case trustedCircleThenPublic = "trusted-circle-then-public"
    /// One dangerous skill: a few defenders, more of them, verified ones, then everybody behind filters (2026).
    case trustTiers = "trust-tiers"

    /// What a plan is to release.
    public struct Release: Hashable, Sendable {
        /// The model.
        public let model: Name
        /// The version that is released.
        public let candidate: Name
        /// The version before it, if there is one.
        public let baseline: Name?
        /// Who answers for the release.
        public let owner: Name

        /// A release with all its fields.
        public init(model: Name, candidate: Name, baseline: Name?, owner: Name) {
            self.model = model
            self.candidate = candidate
            self.baseline = baseline
            self.owner = owner
        }
    }

    /// The document of a plan for a release, as short as a person would write it.
    public func document(for release: Release) -> JSONValue {
        var spec =
            switch self {
            case .bySize: BySize.spec(release)
            case .weeklyInvitations: WeeklyInvitations.spec
            case .trustedCircleThenPublic: TrustedCircle.spec(release)
            case .trustTiers: TrustTiers.spec
            }
        spec["model"] = .string(release.model.text)
        spec["candidate"] = .string(release.candidate.text)
        spec["baseline"] = release.baseline.map { .string($0.text) }
        spec["owner"] = .string(release.owner.text)
        return [
            "apiVersion": .string(ReleasePlan.Version.v1alpha1.rawValue), "kind": "ReleasePlan",
            "metadata": ["name": .string("\(release.model)-\(self.rawValue)")], "spec": .object(spec),
        ]
    }

    /// Two people with different roles.
    static let people: JSONValue = ["roles": ["release_manager", "approver"], "distinct": 2]

    /// So many events of one actor a day, and as much of their use.
    static func influenceCap(per unit: String, events: Int64 = 1) -> JSONValue {
        ["per": .string(unit), "events": .integer(events), "window": "1d"]
    }

    /// Incidents that were traced to the model; a critical one stops everything.
    static func incidents(
        _ name: String, from severity: String, exposure: String, rules: [String: JSONValue]
    ) -> [String: JSONValue] {
        let tripwire: JSONValue = ["where": "severity == 'critical'", "count": 1, "action": "halt"]
        return [
            "name": .string(name), "kind": "safety", "type": "eventRate",
            "source": ["incidents": ["minSeverity": .string(severity), "attributable": true]],
            "exposure": .string(exposure), "rules": .object(rules.merging(["tripwire": tripwire]) { own, _ in own }),
        ]
    }
}
