// The one registry of identifier kinds: alphabetical, append only, prefixes never renamed.

/// The kind of ``ApplicationID``.
public enum ApplicationKind: IdentifierKind { public static let prefix = "app" }
/// The kind of ``ComponentID``.
public enum ComponentKindOfIdentifier: IdentifierKind { public static let prefix = "cmp" }
/// The kind of ``EvidenceID``.
public enum EvidenceKind: IdentifierKind { public static let prefix = "evd" }
/// The kind of ``GrantID``.
public enum GrantKind: IdentifierKind { public static let prefix = "grt" }
/// The kind of ``ModelID``.
public enum ModelKind: IdentifierKind { public static let prefix = "mdl" }
/// The kind of ``OrganisationID``.
public enum OrganisationKind: IdentifierKind { public static let prefix = "org" }
/// The kind of ``PersonID``.
public enum PersonKind: IdentifierKind { public static let prefix = "per" }
/// The kind of ``ProposalID``.
public enum ProposalKind: IdentifierKind { public static let prefix = "prp" }
/// The kind of ``RequestID``.
public enum RequestKind: IdentifierKind { public static let prefix = "req" }
/// The kind of ``RolloutID``.
public enum RolloutKind: IdentifierKind { public static let prefix = "rlt" }
/// The kind of ``TermsID``.
public enum TermsKind: IdentifierKind { public static let prefix = "trm" }
/// The kind of ``VersionID``.
public enum VersionKind: IdentifierKind { public static let prefix = "ver" }

/// Identifies an application.
public typealias ApplicationID = Identifier<ApplicationKind>
/// Identifies a component of a version.
public typealias ComponentID = Identifier<ComponentKindOfIdentifier>
/// Identifies a piece of evidence about a version.
public typealias EvidenceID = Identifier<EvidenceKind>
/// Identifies a grant.
public typealias GrantID = Identifier<GrantKind>
/// Identifies a model.
public typealias ModelID = Identifier<ModelKind>
/// Identifies an organisation.
public typealias OrganisationID = Identifier<OrganisationKind>
/// Identifies a person; who that is stands only in the vault.
public typealias PersonID = Identifier<PersonKind>
/// Identifies a proposal that waits for a second person.
public typealias ProposalID = Identifier<ProposalKind>
/// Identifies one request through the gateway.
public typealias RequestID = Identifier<RequestKind>
/// Identifies a rollout: one plan being carried out once.
public typealias RolloutID = Identifier<RolloutKind>
/// Identifies a version of a policy or licence.
public typealias TermsID = Identifier<TermsKind>
/// Identifies a version of a model.
public typealias VersionID = Identifier<VersionKind>
