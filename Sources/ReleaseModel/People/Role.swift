/// What a person may do on the control plane. Roles add up; no role both proposes and approves the same thing.
public enum Role: String, Codable, CaseIterable, Comparable, Hashable, Sendable {
    /// Sees models, grants and proposals.
    case viewer
    /// Sees everything, the logs included.
    case auditor
    /// Holds and revokes; opens nothing.
    case `operator`
    /// Proposes what is released.
    case releaseManager = "release_manager"
    /// Is the second person: approves what another proposed.
    case approver
    /// Attaches evidence and judges what others attached; signs where a plan names the role; stops.
    case safetyLead = "safety_lead"
    /// Runs applications, waiting lists, grants and keys.
    case accessReviewer = "access_reviewer"
    /// Revokes and holds while an incident runs.
    case incidentHandler = "incident_handler"
    /// People and terms. Cannot approve.
    case admin
    /// Holds and revokes when nobody else is there.
    case breakGlass = "break_glass"

    /// Orders by name.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// A person as the ledger knows them: an identifier, roles, and a commitment to a record that lies in the vault.
public struct Person: Codable, Hashable, Sendable {
    /// The identifier.
    public var id: PersonID
    /// SHA-256 over a salt and the vault's record. The salt is erased with the record, and then nothing leads back.
    public var commitment: ContentDigest
    /// What the person may do; sorted.
    public var roles: [Role]
    /// When the person was added.
    public var added: Timestamp

    /// A person with all fields.
    public init(id: PersonID, commitment: ContentDigest, roles: [Role], added: Timestamp) {
        self.id = id
        self.commitment = commitment
        self.roles = roles.sorted()
        self.added = added
    }
}
