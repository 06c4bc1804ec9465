import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import Testing

@Suite("Admission")
struct AdmissionTests {
    /// A house whose model serves and is granted to the application, and a key of the application.
    private func open(_ change: (inout GrantTerms, House) -> Void = { _, _ in }) throws -> (House, PresentedKey) {
        var house = try House()
        try house.agree(.makeCurrent(MakeCurrent(model: house.model, version: house.version)))
        var grant = house.grant
        change(&grant, house)
        try house.agree(.issueGrant(grant))
        let key = try house.addKey()
        return (house, key)
    }

    private func answer(
        _ house: House, _ key: PresentedKey, after milliseconds: Int64 = 0, age: Int64 = 0
    ) -> Decision {
        let now = house.now.advanced(milliseconds: milliseconds)
        let snapshot = Snapshot(registry: house.registry, asOf: now.advanced(milliseconds: -age))
        return snapshot.admit(AccessRequest(key: key, model: "aurora", modality: .api), at: now)
    }

    @Test("says under which grant, to which version and under which name")
    func admitted() throws {
        let (house, key) = try self.open()
        guard case .admitted(let admission) = house.admit(key) else {
            Issue.record("\(house.admit(key))")
            return
        }
        #expect(admission.application == house.application && admission.key == key.id)
        #expect(admission.version.id == house.version && admission.name.text == "aurora")
        #expect(admission.grant.content == house.grant)
    }

    @Test("is refused to everybody before anything was decided")
    func empty() throws {
        let key = PresentedKey(id: try key("k0000001"), digest: try digest(0))
        let snapshot = Snapshot(registry: Registry(), asOf: World.noon)
        for modality in Modality.allCases {
            let request = AccessRequest(key: key, model: "aurora", modality: modality)
            #expect(snapshot.admit(request, at: World.noon) == .refused([Denial(.invalidKey)]))
        }
    }

    @Test("begins when a grant opens, and is over at the very moment of its end")
    func edges() throws {
        let (house, key) = try self.open { grant, house in
            grant.opens = house.now.advanced(milliseconds: 10)
            grant.expires = house.now.advanced(milliseconds: 20)
        }
        #expect(self.answer(house, key, after: 9) == .refused([Denial(.stageNotOpen, field: "model")]))
        #expect(self.answer(house, key, after: 10).isAdmitted)
        #expect(self.answer(house, key, after: 19).isAdmitted)
        #expect(self.answer(house, key, after: 20) == .refused([Denial(.grantExpired, field: "model")]))
    }

    @Test("is over at the very moment of a key's end")
    func keyEnds() throws {
        var (house, _) = try self.open()
        let key = try house.addKey(expires: house.now.advanced(milliseconds: 5))
        #expect(self.answer(house, key, after: 4).isAdmitted)
        #expect(self.answer(house, key, after: 5) == .refused([Denial(.invalidKey)]))
    }

    @Test(
        "closes staged populations after five seconds without news, and all after sixty",
        arguments: Population.allCases)
    func freshness(_ population: Population) throws {
        let (house, key) = try self.open { grant, _ in grant.population = population }
        let stale = Decision.refused([Denial(.rulesStale)])
        for sign in [Int64(1), -1] {
            #expect(self.answer(house, key, age: sign * 5_000).isAdmitted)
            #expect(self.answer(house, key, age: sign * 5_001) == stale || population == .everyone)
            #expect(self.answer(house, key, age: sign * 60_000).isAdmitted == (population == .everyone))
            #expect(self.answer(house, key, age: sign * 60_001) == stale)
        }
        #expect(self.answer(house, key, age: .max) == stale)
        #expect(self.answer(house, key, age: -.max) == stale)
    }

    @Test("names all reasons at once")
    func allReasons() throws {
        let (house, key) = try self.open { grant, house in
            grant.intent = .research
            grant.exposure = .sandbox
            (grant.uses, grant.regions) = ([], [])
            grant.modalities = [.hosted]
            grant.expires = house.now.advanced(milliseconds: 1)
        }
        var later = house
        later.now = house.now.advanced(milliseconds: 1)
        guard case .refused(let denials) = later.admit(key, fields: [GuardedFields(.topK), GuardedFields(.logprobs)])
        else { return }
        let expected: [Denial.Code] = [
            .grantExpired, .outsideIntent, .outsideModality, .outsideExposure, .outsideUseScope, .outsideRegion,
            .entitlementMissing, .entitlementMissing,
        ]
        #expect(denials.map(\.code) == expected)
        #expect(denials.suffix(2).map(\.field) == ["logprobs", "top_k"])
    }

    @Test(
        "asks an entitlement for each guarded field, and for no longer than it lasts",
        arguments: GuardedField.allCases)
    func fields(_ field: GuardedField) throws {
        var (house, key) = try self.open { grant, house in
            grant.entitlements = [Entitlement(field.entitlement, until: house.now.advanced(milliseconds: 10))]
            if field.entitlement == .pinnedVersion { Issue.record("a field cannot need a pinned version") }
        }
        #expect(house.admit(key, fields: GuardedFields(field)).isAdmitted)
        house.now = house.now.advanced(milliseconds: 10)
        let denial = Denial(.entitlementMissing, field: field.name, detail: field.entitlement.rawValue)
        #expect(house.admit(key, fields: GuardedFields(field)) == .refused([denial]))
    }

    @Test("lists just the models that a request would find open")
    func list() throws {
        var (house, key) = try self.open()
        let zeta = AddModel(name: try name("zeta"), displayName: "Z", visibility: .listed)
        try house.give(.addModel(zeta), by: house.alice)
        func listed(_ key: PresentedKey, _ modality: Modality = .api) -> [String]? {
            let snapshot = Snapshot(registry: house.registry, asOf: house.now)
            return snapshot.models(for: key, modality: modality, region: nil, at: house.now)?.map(\.name.text)
        }
        #expect(listed(key) == ["aurora"])
        #expect(listed(key, .hosted) == [])
        #expect(listed(PresentedKey(id: key.id, digest: try digest(7))) == nil)
    }

    @Test("is not given to a version that was never made current, unless the grant names it")
    func unreleasedVersion() throws {
        var (house, key) = try self.open { grant, house in
            grant.entitlements = [Entitlement(.pinnedVersion, until: house.now.advanced(days: 1))]
        }
        _ = try house.addVersion("aurora-2")
        #expect(house.admit(key, "aurora-1").isAdmitted)
        #expect(!house.admit(key, "aurora-2").isAdmitted)
    }

    @Test("leaves counts only for no longer than the entitlement lasts")
    func unlogged() throws {
        var (house, key) = try self.open { grant, house in
            grant.entitlements = [Entitlement(.unlogged, until: house.now.advanced(milliseconds: 10))]
        }
        func isUnlogged() -> Bool? {
            guard case .admitted(let admission) = house.admit(key) else { return nil }
            return admission.isUnlogged
        }
        #expect(isUnlogged() == true)
        house.now = house.now.advanced(milliseconds: 10)
        #expect(isUnlogged() == false)
    }

    @Test("tells nothing of a version that was never made current to whom no grant names it")
    func secretVersion() throws {
        var house = try House()
        let model = AddModel(name: try name("open"), displayName: "Open", visibility: .listed)
        guard case .modelAdded(let listed)? = try house.give(.addModel(model), by: house.alice).first else { return }
        let version = AddVersion(
            model: listed.id, name: try name("open-secret"), upstream: try name("sample"), upstreamModel: "a")
        try house.give(.addVersion(version), by: house.alice)
        let key = try house.addKey()
        #expect(house.admit(key, "open-secret") == house.admit(key, "open-unknown"))
    }

    @Test("does not tell the name of a current version to whom it is not granted")
    func secretCurrentVersion() throws {
        var (house, key) = try self.open { grant, house in grant.versions = [house.version] }
        let next = try house.addVersion("aurora-2-secret")
        try house.agree(.makeCurrent(MakeCurrent(model: house.model, version: next)))
        #expect(house.admit(key) == .refused([Denial(.stageNotOpen, field: "model")]))
    }
}
