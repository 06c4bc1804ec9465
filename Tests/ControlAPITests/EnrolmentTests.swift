import AccessPolicy
import Gradient
import HashTreeCollections
import ReleaseModel
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

/// A model that people open to whoever asks, and close again.
private struct Opened: Sendable {
    let world: World
    let alice: World.Somebody
    let bob: World.Somebody
    let model: ModelID
    let application: ApplicationID

    init() async throws {
        self.world = try await World()
        (self.alice, self.bob) = try await self.world.bootstrapTwo()
        (self.model, self.application) = try await self.world.furnish(self.alice, self.bob)
    }

    var now: Timestamp { self.world.plane.clock() }

    /// Two people do it, a second after what was done before.
    @discardableResult
    func agree(_ command: Command) async throws -> [ControlEvent] {
        self.world.pass(milliseconds: 1_000)
        return try await self.world.consent(command, self.alice, self.bob).entries.map(\.entry.event)
    }

    @discardableResult
    func give(_ command: Command) async throws -> [ControlEvent] {
        self.world.pass(milliseconds: 1_000)
        return try await self.world.plane.perform(command, by: self.alice.actor).entries.map(\.entry.event)
    }

    /// A grant, as two people agreed on it.
    func grant(
        _ modalities: [Modality], to application: ApplicationID? = nil, _ population: Population = .everyone,
        limits: Limits = Limits(), expires: Timestamp? = nil
    ) async throws -> Grant {
        let terms = GrantTerms(
            subject: .application(application ?? self.application), model: self.model, population: population,
            modalities: modalities, limits: limits, expires: expires)
        guard case .grantIssued(let grant)? = try await self.agree(.issueGrant(terms)).last else { throw Unexpected() }
        return grant
    }

    func open(_ grant: Grant) async throws {
        try await self.agree(.openEnrolment(OpenEnrolment(model: self.model, grant: grant.id, reason: "all is well")))
    }

    func close() async throws {
        try await self.give(.closeEnrolment(CloseEnrolment(model: self.model, reason: "too many at once")))
    }

    /// Adds an application that asks to be let in.
    func ask(_ text: String, organisation: OrganisationID? = nil) async throws -> [ControlEvent] {
        let added = try await self.give(
            .addApplication(AddApplication(name: name(text), organisation: organisation)))
        guard case .applicationAdded(let application)? = added.first else { throw Unexpected() }
        return try await self.enrol(application.id)
    }

    func enrol(_ application: ApplicationID) async throws -> [ControlEvent] {
        try await self.give(.enrol(Enrol(application: application, model: self.model)))
    }

    func refusal(of command: Command, by somebody: World.Somebody? = nil) async -> AccessPolicy.Refusal.Code? {
        do {
            _ = try await self.world.plane.perform(command, by: (somebody ?? self.alice).actor)
            return nil
        } catch { return (error as? AccessPolicy.Refusal)?.code }
    }

    /// The version as the API tells it, from the bytes of the log alone.
    func version() async throws -> JSONValue {
        var state = ControlState()
        try self.world.reader.entries(0..<self.world.reader.size()) { index, bytes in
            try state.apply(try ControlEntry(index: index, bytes: bytes))
        }
        let version = try #require(state.registry.version(named: try name("aurora-1.0")))
        return .object(
            LevelDocument.members(of: version, in: state.registry, state.book, at: self.now, history: true))
    }

    func levels() async throws -> [String] {
        try await self.version()["levels"]?.arrayValue?.compactMap { $0["to"]?.stringValue } ?? []
    }
}

@Suite("Enrolment, and the level that follows from it")
struct EnrolmentTests {
    @Test("lets a version reach each of the six levels, each at its date, by entries that people made")
    func sixLevels() async throws {
        let opened = try await Opened()
        let version = try #require(opened.world.registry.version(named: try name("aurora-1.0")))
        #expect(try await opened.version()["level"] == "closed")
        var dates: [Int64] = []
        func note() { dates.append(opened.now.milliseconds) }

        _ = try await opened.grant([.api], .cohort)
        note()
        let pages = try await opened.grant([.hosted])
        #expect(try await opened.levels() == ["gradual"], "a grant to everyone is not one that everyone can get")
        try await opened.open(pages)
        note()
        try await opened.close()
        note()
        try await opened.open(try await opened.grant([.api]))
        note()
        let weights = AddComponent(
            version: version.id, kind: .modelParametersFinal, digest: try digest([1]), licence: "Apache-2.0",
            audience: .public)
        try await opened.agree(.addComponent(weights))
        note()
        for kind in ModelOpennessClass.openScience.required.sorted(by: { $0.rawValue < $1.rawValue })
        where kind != .modelParametersFinal {
            try await opened.agree(
                .addComponent(
                    AddComponent(
                        version: version.id, kind: kind, digest: try digest([2]), licence: "CC-BY-4.0",
                        audience: .public)))
        }
        note()
        let document = try await opened.version()
        #expect(document["level"] == "open")
        #expect(try await opened.levels() == ["gradual", "hosted", "gradual", "api", "downloadable", "open"])
        #expect(document["levels"]?.arrayValue?.compactMap { $0["at"]?.integerValue } == dates)
        let causes = document["levels"]?.arrayValue?.map { $0["because"]?.arrayValue?.first?["kind"]?.stringValue }
        #expect(
            causes == ["grant", "enrolment", "enrolment", "grant", "component", "open_science"]
                || causes == ["grant", "enrolment", "enrolment", "enrolment", "component", "open_science"])
        try opened.world.close()
    }

    @Test("lets whoever asks in at once, by a grant like the one that two people opened it with")
    func lettingIn() async throws {
        let opened = try await Opened()
        guard case .enrolled? = try await opened.ask("early").first else { throw Unexpected() }
        let grant = try await opened.grant([.api], limits: Limits(requestsPerMinute: 60))
        try await opened.open(grant)
        guard case .grantIssued(let given)? = try await opened.ask("late").first else { throw Unexpected() }
        var content = given.content
        content.subject = grant.content.subject
        #expect(content == grant.content)

        // Whoever waited asks again; who has a grant has nothing to ask for.
        let early = try #require(opened.world.registry.applications.values.first { $0.name.text == "early" })
        guard case .grantIssued? = try await opened.enrol(early.id).first else { throw Unexpected() }
        let again = Command.enrol(Enrol(application: early.id, model: opened.model))
        #expect(await opened.refusal(of: again) == .nothingToDo)

        try await opened.close()
        guard case .enrolled? = try await opened.ask("last").first else { throw Unexpected() }
        #expect(opened.world.registry.grants.values.count { $0.revoked == nil } == 3, "who was let in stays in")
        try opened.world.close()
    }

    @Test("lets nobody back in by asking whose grant was taken back, nor by a grant that is over")
    func puttingOut() async throws {
        let opened = try await Opened()
        let grant = try await opened.grant([.api])
        try await opened.open(grant)
        guard case .grantIssued(let given)? = try await opened.ask("app").first,
            case .application(let application) = given.content.subject
        else { throw Unexpected() }
        try await opened.give(.revokeGrant(RevokeGrant(grant: given.id, reason: "misuse")))
        guard case .enrolled? = try await opened.enrol(application).first else { throw Unexpected() }

        // What it was opened with is taken back, and with it goes enrolment.
        try await opened.give(.revokeGrant(RevokeGrant(grant: grant.id, reason: "other terms")))
        guard case .enrolled? = try await opened.ask("other").first else { throw Unexpected() }
        let closing = Command.closeEnrolment(CloseEnrolment(model: opened.model, reason: "why"))
        #expect(await opened.refusal(of: closing) == .nothingToDo)
        #expect(try await opened.levels() == ["gradual", "api", "closed"])
        try opened.world.close()
    }

    @Test("ends with the last moment of the grant that it goes by")
    func expiry() async throws {
        let opened = try await Opened()
        _ = try await opened.grant([.api])
        let short = try await opened.grant([.api], expires: opened.now.advanced(milliseconds: 60_000))
        try await opened.open(short)
        #expect(try await opened.levels() == ["gradual", "api"])
        opened.world.pass(milliseconds: 120_000)
        #expect(try await opened.levels() == ["gradual", "api", "gradual"])
        #expect(
            try await opened.version()["levels"]?.arrayValue?.last?["at"]
                == short.content.expires.map {
                    .integer($0.milliseconds)
                })
        guard case .enrolled? = try await opened.ask("late").first else { throw Unexpected() }
        // Other terms may follow, and the time that is over stays over.
        try await opened.open(try await opened.grant([.api]))
        #expect(try await opened.levels() == ["gradual", "api", "gradual", "api"])
        try opened.world.close()
    }

    @Test("is opened by two people on terms that can be taken back, and closed by one at once")
    func people() async throws {
        let opened = try await Opened()
        let grant = try await opened.grant([.api])
        let opening = OpenEnrolment(model: opened.model, grant: grant.id, reason: "all is well")
        #expect(await opened.refusal(of: .openEnrolment(opening), by: opened.bob) == .notPermitted)
        let proposed = try await opened.world.plane.perform(.openEnrolment(opening), by: opened.alice.actor)
        #expect(proposed.proposal != nil && opened.world.registry.enrolmentPeriods.isEmpty)
        for wrong in [
            try await opened.grant([.api], .cohort), try await opened.grant([.weights]),
            try await opened.grant([.api, .weights]),
        ] {
            let opening = OpenEnrolment(model: opened.model, grant: wrong.id, reason: "why not")
            #expect(await opened.refusal(of: .openEnrolment(opening)) == .invalidField, "\(wrong.content)")
        }
        try await opened.open(grant)
        #expect(await opened.refusal(of: .openEnrolment(opening)) == .nothingToDo)

        // Whoever stops it also voids what waits to open it: that was not proposed knowing of this.
        let closing = Command.closeEnrolment(CloseEnrolment(model: opened.model, reason: "a doubt"))
        _ = try await opened.world.plane.perform(closing, by: opened.bob.actor)
        #expect(opened.world.registry.proposals.isEmpty)
        #expect(opened.world.registry.enrolmentGrant(for: opened.model, at: opened.now) == nil)
        try opened.world.close()
    }
}
