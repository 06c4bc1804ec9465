import AccessPolicy
import ReleaseModel
import SluiceTesting

extension SeededGenerator {
    /// True in so many of a hundred cases.
    mutating func chance(_ percent: UInt64) -> Bool { self.next() % 100 < percent }

    /// A number from 0 up to, and without, `bound`.
    mutating func below(_ bound: Int) -> Int { Int(self.next() % UInt64(bound)) }

    /// One of the elements, each as likely as the others; there must be one.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[self.below(elements.count)] }
}

/// A generated state of affairs: the entries that made it, and lists of what is in it.
///
/// The entries are written here and not decided by the registry, so states that no command leads to are among them too.
struct World {
    /// The moment around which everything opens, ends and is asked.
    static let noon = Timestamp(milliseconds: 1_800_000_000_000)
    /// How far from ``noon`` things open and end: on both sides of every edge.
    static let offsets: [Int64] = [-86_400_000, -2, -1, 0, 1, 2, 86_400_000]

    var generator: SeededGenerator
    var entries: [ControlEntry] = []
    var models: [Model] = []
    var versions: [Version] = []
    var organisations: [Organisation] = []
    var applications: [Application] = []
    var people: [Person] = []
    var terms: [Terms] = []
    var grants: [Grant] = []
    var keys: [Key] = []
    private var last: UInt128 = 0

    /// The world of a seed.
    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
        self.addCatalogue()
        self.addPeople()
        self.addGrants()
        self.addKeys()
    }

    /// The state that the entries lead to.
    var registry: Registry { Registry(folding: self.entries) }

    mutating func add(_ event: ControlEvent) {
        self.entries.append(ControlEntry(at: Self.noon, by: .system, event: event))
    }

    mutating func nextBits() -> UInt128 {
        self.last += 1
        return self.last
    }

    /// A moment near ``noon``.
    mutating func moment() -> Timestamp { Self.noon.advanced(milliseconds: self.generator.pick(Self.offsets)) }

    private mutating func addCatalogue() {
        for index in 0..<self.generator.pick([0, 1, 1, 1, 2, 2, 2, 3, 3, 4]) {
            let model = Model(
                id: ModelID(bits: self.nextBits()), name: Sample.modelNames[index], displayName: "A model",
                visibility: self.generator.pick(Model.Visibility.allCases), added: Self.noon)
            self.models.append(model)
            self.add(.modelAdded(model))
            for number in 0..<self.generator.pick([0, 1, 1, 1, 2, 2, 2, 3, 3]) {
                self.addVersion(of: model, named: Sample.versionNames[index][number])
            }
            if self.generator.chance(8) {
                self.add(.modelHeld(HoldModel(model: model.id, reason: "it answers oddly")))
                if self.generator.chance(30) { self.add(.modelResumed(ResumeModel(model: model.id, reason: "mended"))) }
            }
        }
    }

    private mutating func addVersion(of model: Model, named name: Name) {
        let version = Version(
            id: VersionID(bits: self.nextBits()), model: model.id, name: name, upstream: Sample.upstream,
            upstreamModel: "served", added: Self.noon)
        self.versions.append(version)
        self.add(.versionAdded(version))
        guard self.generator.chance(75) else { return }
        self.add(.currentVersionChanged(MakeCurrent(model: model.id, version: version.id)))
    }

    private mutating func addPeople() {
        for index in 0..<self.generator.below(3) {
            let organisation = Organisation(
                id: OrganisationID(bits: self.nextBits()), name: Sample.names[index], added: Self.noon)
            self.organisations.append(organisation)
            self.add(.organisationAdded(organisation))
        }
        for index in 0..<self.generator.pick([0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3]) {
            let belongs = !self.organisations.isEmpty && self.generator.chance(50)
            let organisation = belongs ? self.generator.pick(self.organisations).id : nil
            let application = Application(
                id: ApplicationID(bits: self.nextBits()), name: Sample.names[index], organisation: organisation,
                added: Self.noon)
            self.applications.append(application)
            self.add(.applicationAdded(application))
        }
        for _ in 0..<self.generator.below(3) {
            let person = Person(
                id: PersonID(bits: self.nextBits()), commitment: Sample.digests[0], roles: [.viewer], added: Self.noon)
            self.people.append(person)
            self.add(.personAdded(person))
        }
        for index in 0..<self.generator.below(3) {
            let terms = Terms(
                id: TermsID(bits: self.nextBits()), name: Sample.names[index], version: Sample.names[index],
                digest: Sample.digests[1], url: "https://example.org/\(index)", published: Self.noon)
            self.terms.append(terms)
            self.add(.termsPublished(terms))
        }
        for application in self.applications {
            for terms in self.terms where self.generator.chance(45) {
                self.add(
                    .termsAccepted(Acceptance(terms: terms.id, application: application.id, accepted: Self.noon)))
            }
            for model in self.models where self.generator.chance(15) {
                self.add(.enrolled(Enrolment(application: application.id, model: model.id, since: Self.noon)))
            }
        }
    }

    private mutating func addGrants() {
        let subjects =
            self.applications.map { GrantSubject.application($0.id) }
            + self.organisations.map { GrantSubject.organisation($0.id) }
        for subject in subjects {
            for model in self.models {
                for _ in 0..<self.generator.pick([0, 0, 1, 1, 1, 2, 3]) {
                    let content = self.grantTerms(for: subject, to: model)
                    let grant = Grant(id: GrantID(bits: self.nextBits()), content: content, issued: Self.noon)
                    self.grants.append(grant)
                    self.add(.grantIssued(grant))
                }
            }
        }
        for grant in self.grants where self.generator.chance(12) {
            self.add(.grantRevoked(RevokeGrant(grant: grant.id, reason: "no longer")))
        }
    }

    /// A grant's content: open in most fields, and in each narrow now and then.
    mutating func grantTerms(for subject: GrantSubject, to model: Model) -> GrantTerms {
        var content = GrantTerms(subject: subject, model: model.id)
        let chance: UInt64 = self.generator.pick([0, 0, 6, 30])
        if self.generator.chance(chance) { content.versions = self.some(self.versions.map(\.id)) }
        if self.generator.chance(chance) { content.intent = self.generator.pick(Intent.allCases) }
        if self.generator.chance(40) { content.population = self.generator.pick(Population.allCases) }
        if self.generator.chance(chance * 2) { content.modalities = self.some(Modality.allCases) }
        if self.generator.chance(chance) { content.exposure = .sandbox }
        if self.generator.chance(50) {
            content.entitlements = self.some(EntitlementKind.allCases).map { kind in
                Entitlement(kind, until: self.generator.chance(40) ? self.moment() : nil)
            }
        }
        if self.generator.chance(30) { content.unentitledFields = self.generator.pick(FieldRuling.allCases) }
        if self.generator.chance(chance) { content.uses = self.some(Sample.uses) }
        if self.generator.chance(chance) { content.regions = self.some(Sample.regions) }
        if self.generator.chance(chance + 12) { content.terms = self.some(self.terms.map(\.id)) }
        if self.generator.chance(chance) { content.opens = self.moment() }
        if self.generator.chance(chance) { content.expires = self.moment() }
        return content
    }

    /// Each of the elements with one chance in two.
    mutating func some<Element>(_ elements: [Element]) -> [Element] {
        elements.filter { _ in self.generator.chance(50) }
    }

    private mutating func addKeys() {
        for application in self.applications {
            for _ in 0..<self.generator.pick([1, 1, 2, 3]) {
                let kind = self.generator.chance(85) ? KeyKind.api : self.generator.pick(KeyKind.allCases)
                self.addKey(kind, of: .application(application.id))
            }
        }
        for person in self.people {
            self.addKey(.person, of: .person(person.id))
            guard self.generator.chance(20) else { continue }
            self.add(.personErased(ErasePerson(person: person.id, reason: "asked for it")))
        }
        if self.generator.chance(5) {
            self.addKey(.api, of: .application(ApplicationID(bits: self.nextBits())))  // of nobody
        }
    }

    private mutating func addKey(_ kind: KeyKind, of owner: KeyOwner) {
        guard let id = KeyID(Array("key0000\(self.keys.count % 10)".utf8)) else { return }
        let key = Key(
            id: id, kind: kind, digest: Sample.digests[2 + self.keys.count], owner: owner,
            intent: self.generator.chance(90) ? .operational : self.generator.pick(Intent.allCases),
            exposure: self.generator.chance(70) ? .real : .sandbox,
            use: self.generator.chance(50) ? self.generator.pick(Sample.uses) : nil, issued: Self.noon,
            expires: self.generator.chance(10) ? self.moment() : nil)
        guard self.keys.count < 10 else { return }
        self.keys.append(key)
        self.add(.keyIssued(key))
        if self.generator.chance(5) { self.add(.keyRevoked(RevokeKey(key: key.id, reason: "lost"))) }
    }
}

extension Registry {
    /// The state that entries lead to.
    init(folding entries: [ControlEntry]) {
        self.init()
        for entry in entries { self.apply(entry) }
    }
}
