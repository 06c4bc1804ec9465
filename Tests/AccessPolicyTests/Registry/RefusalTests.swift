import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import Testing

@Suite("A refused command")
struct RefusalTests {
    /// What is refused, and how: the code and the field that a caller is told.
    private struct Case {
        var command: Command
        var code: Refusal.Code
        var field: String

        init(_ command: Command, _ code: Refusal.Code, _ field: String) {
            self.command = command
            self.code = code
            self.field = field
        }
    }

    private func check(_ cases: [Case], by person: PersonID, in house: House) {
        for item in cases {
            var house = house
            let refusal = #expect(throws: Refusal.self) { try house.give(item.command, by: person) }
            let note: Comment = "\(item.command.kind.rawValue), \(item.field): \(String(describing: refusal))"
            #expect(refusal?.code == item.code, note)
            #expect(refusal?.field == item.field, note)
        }
    }

    @Test("of the catalogue names the field at fault")
    func catalogue() throws {
        var house = try House()
        let other = try house.give(.addModel(AddModel(name: try name("borealis"), displayName: "B")), by: house.alice)
        guard case .modelAdded(let borealis)? = other.first else { return }
        let (aurora, long) = (try name("aurora"), String(repeating: "x", count: 2_001))
        let version = AddVersion(model: house.model, name: try name("v"), upstream: aurora, upstreamModel: "a")
        func with(_ change: (inout AddVersion) -> Void) -> Command {
            var changed = version
            change(&changed)
            return .addVersion(changed)
        }
        let many = Array(repeating: try digest(1), count: Version.maximumDigests + 1)
        self.check(
            [
                Case(.addModel(AddModel(name: aurora, displayName: "A")), .alreadyExists, "name"),
                Case(.addModel(AddModel(name: try name("aurora-1"), displayName: "A")), .alreadyExists, "name"),
                Case(.addModel(AddModel(name: try name("m"), displayName: "")), .invalidField, "display_name"),
                Case(.addModel(AddModel(name: try name("m"), displayName: long)), .invalidField, "display_name"),
                Case(with { $0.model = Examples.model }, .notFound, "model"),
                Case(with { $0.name = aurora }, .alreadyExists, "name"),
                Case(with { $0.upstreamModel = "" }, .invalidField, "upstream_model"),
                Case(with { $0.digests = many }, .invalidField, "digests"),
                Case(with { $0.parent = Examples.version }, .notFound, "parent"),
                Case(with { $0.build = long }, .invalidField, "build"),
                Case(
                    .addComponent(AddComponent(version: house.version, kind: .datasets)), .invalidField, "digest"),
                Case(
                    .addComponent(
                        AddComponent(
                            version: house.version, kind: .datasets, audience: .public, withheldReason: "no")),
                    .invalidField, "digest"),
                Case(
                    .makeCurrent(MakeCurrent(model: borealis.id, version: house.version)), .invalidField, "version"),
                Case(.resumeModel(ResumeModel(model: house.model, reason: "why")), .nothingToDo, "model"),
                Case(.holdModel(HoldModel(model: house.model, reason: "")), .invalidField, "reason"),
            ], by: house.alice, in: house)
    }

    @Test("of people leaves at least one administrator and one approver")
    func people() throws {
        var house = try House()
        try house.give(.erasePerson(ErasePerson(person: house.carol, reason: "left")), by: house.alice)
        let taken = AddPerson(
            commitment: try digest(1), roles: [], key: try #require(house.registry.keys.keys.first),
            keyDigest: try digest(1))
        func assign(_ person: PersonID, _ roles: [Role]) -> Command {
            .assignRoles(AssignRoles(person: person, roles: roles))
        }
        self.check(
            [
                Case(.addPerson(taken), .alreadyExists, "key"),
                Case(assign(house.bob, [.viewer]), .invalidField, "person"),
                Case(assign(house.alice, []), .invalidField, "person"),
                Case(assign(house.bob, [.approver]), .nothingToDo, "roles"),
                Case(assign(house.bob, [.approver, .admin]), .invalidField, "roles"),
                Case(assign(house.bob, [.approver, .approver]), .invalidField, "roles"),
                Case(assign(house.carol, [.approver]), .notFound, "person"),
                Case(.erasePerson(ErasePerson(person: house.bob, reason: "left")), .invalidField, "person"),
                Case(.erasePerson(ErasePerson(person: house.alice, reason: "left")), .invalidField, "person"),
                Case(.erasePerson(ErasePerson(person: house.carol, reason: "left")), .notFound, "person"),
            ], by: house.alice, in: house)
    }

    @Test("of a grant names the field at fault")
    func grants() throws {
        let house = try House()
        func with(_ code: Refusal.Code, _ field: String, _ change: (inout GrantTerms) -> Void) -> Case {
            var grant = house.grant
            change(&grant)
            return Case(.issueGrant(grant), code, field)
        }
        let (now, twice) = (house.now, [Entitlement(.logprobs), Entitlement(.logprobs)])
        self.check(
            [
                with(.notFound, "subject") { $0.subject = .application(Examples.application) },
                with(.notFound, "subject") { $0.subject = .organisation(Examples.organisation) },
                with(.notFound, "model") { $0.model = Examples.model },
                with(.notFound, "versions") { $0.versions = [house.version, Examples.version] },
                with(.notFound, "terms") { $0.terms = [Examples.terms] },
                with(.invalidField, "modalities") { $0.modalities = [] },
                with(.invalidField, "limits.requests_per_minute") { $0.limits.requestsPerMinute = 0 },
                with(.invalidField, "limits.tokens_per_minute") { $0.limits.tokensPerMinute = -1 },
                with(.invalidField, "limits.concurrency") { $0.limits.concurrency = .max },
                with(.invalidField, "limits.maximum_output_tokens") { $0.limits.maximumOutputTokens = .min },
                with(.invalidField, "entitlements") { $0.entitlements = twice },
                with(.invalidField, "entitlements.pinned_version") { $0.entitlements = [Entitlement(.pinnedVersion)] },
                with(.invalidField, "entitlements.pinned_version") {
                    $0.entitlements = [Entitlement(.pinnedVersion, until: now)]
                },
                with(.invalidField, "expires") { $0.expires = now },
                with(.invalidField, "expires") {
                    ($0.opens, $0.expires) = (now.advanced(days: 2), now.advanced(days: 1))
                },
            ], by: house.alice, in: house)
    }

    @Test("of a key, of terms or of an acceptance names the field at fault")
    func keysAndTerms() throws {
        var house = try House()
        let key = try house.addKey()
        try house.give(.revokeKey(RevokeKey(key: key.id, reason: "lost")), by: house.bob)
        let terms = PublishTerms(
            name: try name("policy"), version: try name("1"), digest: try digest(1), url: "https://example.org")
        try house.give(.publishTerms(terms), by: house.alice)
        func issue(_ kind: KeyKind, _ owner: KeyOwner, _ id: String, expires: Timestamp? = nil) throws -> Command {
            let id = try AccessPolicyTests.key(id)
            return .issueKey(IssueKey(owner: owner, kind: kind, key: id, digest: key.digest, expires: expires))
        }
        let own = KeyOwner.application(house.application)
        var plain = terms
        (plain.version, plain.url) = (try name("2"), "javascript:alert(1)")
        self.check(
            [
                Case(try issue(.person, own, "k0000001"), .invalidField, "kind"),
                Case(try issue(.api, .person(house.alice), "k0000001"), .invalidField, "kind"),
                Case(try issue(.api, .application(Examples.application), "k0000001"), .notFound, "owner"),
                Case(try issue(.api, own, "k0000001", expires: house.now), .invalidField, "expires"),
                Case(try issue(.api, own, key.id.description), .alreadyExists, "key"),
                Case(.revokeKey(RevokeKey(key: key.id, reason: "again")), .notFound, "key"),
                Case(.publishTerms(terms), .alreadyExists, "version"),
                Case(.publishTerms(plain), .invalidField, "url"),
                Case(
                    .acceptTerms(AcceptTerms(terms: Examples.terms, application: house.application)), .notPermitted,
                    "command"),
                Case(.revokeGrant(RevokeGrant(grant: Examples.grant, reason: "over")), .notFound, "grant"),
            ], by: house.alice, in: house)
    }

    @Test("comes to whoever is neither a person with the role nor an application that speaks for itself")
    func actors() throws {
        let house = try House()
        for command in try Examples.commands() {
            for actor in [Actor.host, .system, .application(house.application), .person(Examples.person)] {
                var house = house
                #expect(throws: Refusal.self, "\(actor) gave \(command)") { try house.give(command, by: actor) }
            }
        }
    }

    @Test("of a proposal has a reason that fits into an entry")
    func rejection() throws {
        var house = try House()
        let proposal = try house.propose(.issueGrant(house.grant), by: house.alice)
        self.check(
            ["", String(repeating: "x", count: 70_000)].map { reason in
                Case(.reject(RejectProposal(proposal: proposal.id, reason: reason)), .invalidField, "reason")
            }, by: house.bob, in: house)
    }

    @Test("keeps lists short, and without repetition, so that a grant fits into an entry")
    func lists() throws {
        let house = try House()
        let uses = try (0..<2_000).map { try name("a-use-with-a-name-that-is-rather-long-\($0)") }
        func with(_ field: String, _ change: (inout GrantTerms) -> Void) -> Case {
            var grant = house.grant
            change(&grant)
            return Case(.issueGrant(grant), .invalidField, field)
        }
        self.check(
            [
                with("uses") { $0.uses = uses },
                with("regions") { $0.regions = uses },
                with("uses") { $0.uses = [uses[0], uses[0]] },
                with("versions") { $0.versions = [house.version, house.version] },
                with("modalities") { $0.modalities = [.api, .api] },
            ], by: house.alice, in: house)
    }
}
