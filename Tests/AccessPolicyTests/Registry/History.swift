import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting

/// One command of a history, and what became of it.
struct Step {
    var before: Registry
    var after: Registry
    var at: Timestamp
    var actor: Actor
    var command: Command
    var result: Result<[ControlEvent], Refusal>

    /// The events that took effect; none of a refused command.
    var events: [ControlEvent] { (try? self.result.get()) ?? [] }
}

/// A random life of a registry: commands that people, and others, give; sensible ones and foolish ones.
struct History {
    var generator: SeededGenerator
    var registry = Registry()
    var entries: [ControlEntry] = []
    var now = World.noon
    private var serial: UInt64 = 0

    /// A history that has begun with its first people, or `nil` if it could not.
    init?(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
        let roles: [[Role]] = [
            [.admin, .releaseManager, .accessReviewer], [.approver, .operator], [.approver, .releaseManager],
            [.admin, .incidentHandler], [.accessReviewer], [.safetyLead],
        ]
        let people = roles.map { roles in
            AddPerson(commitment: self.digest(), roles: roles, key: self.unusedKey(), keyDigest: self.digest())
        }
        guard let events = try? self.registry.bootstrap(people, at: self.now, using: &self.generator) else {
            return nil
        }
        self.record(events, by: .host)
    }

    /// Folds in events that were decided.
    mutating func record(_ events: [ControlEvent], by actor: Actor) {
        for event in events {
            let entry = ControlEntry(at: self.now, by: actor, event: event)
            self.entries.append(entry)
            self.registry.apply(entry)
        }
    }

    /// Gives one random command.
    mutating func step() -> Step {
        self.now = self.now.advanced(milliseconds: self.pause())
        if self.generator.chance(1) {
            self.record([.accessLogCheckpointed(AccessLogCheckpoint(note: "access\n\(self.serial)\n"))], by: .system)
        }
        let command = self.command()
        let (before, actor) = (self.registry, self.actor(for: command))
        let result: Result<[ControlEvent], Refusal>
        do {
            let events = try self.registry.decide(command, by: actor, at: self.now, using: &self.generator)
            self.record(events, by: actor)
            result = .success(events)
        } catch {
            result = .failure(error)
        }
        return Step(
            before: before, after: self.registry, at: self.now, actor: actor, command: command, result: result)
    }

    /// Mostly minutes; now and then days, so that proposals lapse; and sometimes the clock is set back.
    private mutating func pause() -> Int64 {
        switch self.generator.below(60) {
        case 0: 8 * 24 * 3_600_000
        case 1: -3_600_000
        default: Int64(self.generator.below(600_000))
        }
    }

    /// Most often somebody who may; sometimes anybody, and those who never may.
    private mutating func actor(for command: Command) -> Actor {
        if case .acceptTerms(let acceptance) = command, self.generator.chance(90) {
            return .application(acceptance.application)
        }
        if case .issueKey(let key) = command, case .person(let person) = key.owner, self.generator.chance(60) {
            return .person(person)
        }
        let able = self.registry.people.values.filter { $0.roles.contains(where: command.kind.roles.contains) }
        if !able.isEmpty, self.generator.chance(90) { return .person(self.generator.pick(able.map(\.id).sorted())) }
        switch self.generator.below(10) {
        case 0: return .host
        case 1: return .system
        case 2: return .application(self.application())
        default: return .person(self.person())
        }
    }
}

extension History {
    /// One of those that are there, most often; else one that never was. Sorted first: the order of a map differs from
    /// one process to the next, and a seed has to bring a history back.
    private mutating func known<Kind>(_ all: some Collection<Identifier<Kind>>) -> Identifier<Kind> {
        guard !all.isEmpty, self.generator.chance(96) else { return Identifier(at: self.now, using: &self.generator) }
        return self.generator.pick(all.sorted())
    }

    mutating func model() -> ModelID { self.known(self.registry.models.keys) }
    mutating func version() -> VersionID { self.known(self.registry.versions.keys) }
    mutating func application() -> ApplicationID { self.known(self.registry.applications.keys) }
    mutating func organisation() -> OrganisationID { self.known(self.registry.organisations.keys) }
    mutating func person() -> PersonID { self.known(self.registry.people.keys) }
    mutating func terms() -> TermsID { self.known(self.registry.terms.keys) }
    mutating func grant() -> GrantID { self.known(self.registry.grants.keys) }
    mutating func proposal() -> ProposalID { self.known(self.registry.proposals.keys) }

    mutating func evidence() -> EvidenceID { self.known(self.registry.evidence.keys) }

    mutating func nextSerial() -> UInt64 {
        self.serial += 1
        return self.serial
    }

    mutating func digest() -> ContentDigest { self.generator.pick(Sample.digests) }

    mutating func unusedKey() -> KeyID {
        KeyText(kind: .api, using: &self.generator).id
    }

    /// A new name, or one that may be taken.
    mutating func name(_ stem: String) -> Name {
        let number = self.generator.chance(85) ? self.nextSerial() : UInt64(self.generator.below(4))
        return Name("\(stem)-\(number)") ?? Sample.upstream
    }

    /// A text for people: short, long, empty, too long, in any script.
    mutating func text() -> String {
        switch self.generator.below(24) {
        case 0: ""
        case 1: String(repeating: "a", count: 2_000)
        case 2: String(repeating: "ä", count: 1_001)
        case 3: "\u{0}\u{1F}\"\\/\u{7F}\u{2028}\u{1F600} e\u{301} \u{E9}"
        default: "because of \(self.generator.below(100))"
        }
    }

    mutating func roles() -> [Role] {
        if self.generator.chance(40) { return [self.generator.pick(Role.allCases)] }
        var roles = (0..<self.generator.below(4)).map { _ in self.generator.pick(Role.allCases) }
        if self.generator.chance(80) { roles = Array(Set(roles)).sorted().shuffled(using: &self.generator) }
        return roles
    }

    mutating func moment() -> Timestamp {
        self.now.advanced(milliseconds: Int64(self.generator.below(60)) * 3_600_000 - 10 * 3_600_000)
    }
}
