import ReleaseModel
import StrictJSON

/// The content of each command.
enum CommandSchemas {
    static func schema(of kind: Command.Kind) -> JSONValue {
        Schema.object(["command": ["const": .string(kind.rawValue)], "content": Self.content(of: kind)])
    }

    static func proposal(_ more: [String: JSONValue]) -> JSONValue {
        let members: [String: JSONValue] = [
            "id": Schema.id(ProposalKind.self), "command": Schemas.reference("Command"), "digest": Schema.digest,
            "by": Schema.id(PersonKind.self), "lapses": Schema.time,
        ]
        return Schema.object(members.merging(more, uniquingKeysWith: { first, _ in first }))
    }

    static let grant = Schema.object([
        "subject": ["type": "string", "description": "app_… or org_…"], "model": Schema.id(ModelKind.self),
        "versions?": Schema.list(Schema.id(VersionKind.self)), "intent": Schema.choice(Intent.self),
        "population": Schema.choice(Population.self), "modalities": Schema.list(Schema.choice(Modality.self)),
        "exposure": Schema.choice(Exposure.self),
        "entitlements?": Schema.list(
            Schema.object(["kind": Schema.choice(EntitlementKind.self), "until?": Schema.time])),
        "unentitled_fields?": Schema.choice(FieldRuling.self),
        "uses?": Schema.list(Schema.name), "regions?": Schema.list(Schema.name), "filter_profile?": Schema.name,
        "limits?": Schema.object([
            "requests_per_minute?": Schema.count, "tokens_per_minute?": Schema.count, "concurrency?": Schema.count,
            "maximum_output_tokens?": Schema.count,
        ]),
        "terms?": Schema.list(Schema.id(TermsKind.self)), "opens?": Schema.time, "expires?": Schema.time,
    ])

    static let evidence: [String: JSONValue] = [
        "version": Schema.id(VersionKind.self), "subject?": Schema.digest, "kind": Schema.name, "file": Schema.digest,
        "method": Schema.text, "issuer": Schema.text, "limits": Schema.text, "made_at": Schema.time,
        "valid_until": Schema.time,
    ]

    private static func content(of kind: Command.Kind) -> JSONValue {
        switch kind {
        case .addModel, .addVersion, .addComponent, .makeCurrent, .holdModel, .resumeModel: Self.catalogue(kind)
        case .addOrganisation, .addApplication, .addPerson, .assignRoles, .erasePerson, .enrol: Self.people(kind)
        case .issueGrant, .revokeGrant, .issueKey, .revokeKey, .publishTerms, .acceptTerms, .openEnrolment,
            .closeEnrolment, .approve, .reject:
            Self.access(kind)
        case .attachEvidence: Schema.object(Self.evidence)
        case .acceptEvidence, .refuseEvidence:
            Schema.object([
                "evidence": Schema.id(EvidenceKind.self), "file": Schema.digest, "reasons": Schema.text,
            ])
        case .withdrawEvidence:
            Schema.object(["evidence": Schema.id(EvidenceKind.self), "reason": Schema.text])
        }
    }

    private static func catalogue(_ kind: Command.Kind) -> JSONValue {
        switch kind {
        case .addModel:
            Schema.object([
                "name": Schema.name, "display_name": Schema.text, "visibility": Schema.choice(Model.Visibility.self),
            ])
        case .addVersion:
            Schema.object([
                "model": Schema.id(ModelKind.self), "name": Schema.name, "upstream": Schema.name,
                "upstream_model": Schema.text, "digests?": Schema.list(Schema.digest),
                "parent?": Schema.id(VersionKind.self), "build?": Schema.text,
            ])
        case .addComponent:
            Schema.object([
                "version": Schema.id(VersionKind.self), "kind": Schema.choice(ComponentKind.self),
                "digest?": Schema.digest, "licence?": Schema.text, "audience": Schema.choice(Audience.self),
                "available_from?": Schema.time, "withheld_reason?": Schema.text,
            ])
        case .makeCurrent:
            Schema.object(["model": Schema.id(ModelKind.self), "version": Schema.id(VersionKind.self)])
        default: Schema.object(["model": Schema.id(ModelKind.self), "reason": Schema.text])
        }
    }

    private static func people(_ kind: Command.Kind) -> JSONValue {
        let roles = Schema.list(Schema.choice(Role.self))
        return switch kind {
        case .addOrganisation: Schema.object(["name": Schema.name])
        case .addApplication:
            Schema.object(["name": Schema.name, "organisation?": Schema.id(OrganisationKind.self)])
        case .addPerson:
            Schema.object([
                "commitment": Schema.digest, "roles": roles, "key": Schema.keyID, "key_digest": Schema.digest,
            ])
        case .assignRoles: Schema.object(["person": Schema.id(PersonKind.self), "roles": roles])
        case .erasePerson: Schema.object(["person": Schema.id(PersonKind.self), "reason": Schema.text])
        default:
            Schema.object(["application": Schema.id(ApplicationKind.self), "model": Schema.id(ModelKind.self)])
        }
    }

    private static func access(_ kind: Command.Kind) -> JSONValue {
        switch kind {
        case .issueGrant: Self.grant
        case .revokeGrant: Schema.object(["grant": Schema.id(GrantKind.self), "reason": Schema.text])
        case .issueKey:
            Schema.object([
                "owner": ["type": "string", "description": "app_… or per_…"], "kind": Schema.choice(KeyKind.self),
                "key": Schema.keyID, "digest": Schema.digest, "intent?": Schema.choice(Intent.self),
                "exposure?": Schema.choice(Exposure.self), "use?": Schema.name, "expires?": Schema.time,
            ])
        case .revokeKey: Schema.object(["key": Schema.keyID, "reason": Schema.text])
        case .publishTerms:
            Schema.object([
                "name": Schema.name, "version": Schema.name, "digest": Schema.digest, "url": Schema.text,
            ])
        case .acceptTerms:
            Schema.object(["terms": Schema.id(TermsKind.self), "application": Schema.id(ApplicationKind.self)])
        case .openEnrolment:
            Schema.object([
                "model": Schema.id(ModelKind.self), "grant": Schema.id(GrantKind.self), "reason": Schema.text,
            ])
        case .closeEnrolment: Schema.object(["model": Schema.id(ModelKind.self), "reason": Schema.text])
        case .approve: Schema.object(["proposal": Schema.id(ProposalKind.self), "digest": Schema.digest])
        default: Schema.object(["proposal": Schema.id(ProposalKind.self), "reason": Schema.text])
        }
    }
}
