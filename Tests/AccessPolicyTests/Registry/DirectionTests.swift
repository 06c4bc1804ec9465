import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import Testing

@Suite("Which way a command moves the doors")
struct DirectionTests {
    private struct Case {
        var command: Command
        var direction: Direction
        var actor: Actor

        init(_ command: Command, _ direction: Direction, by person: PersonID) {
            self.command = command
            self.direction = direction
            self.actor = .person(person)
        }
    }

    /// The examples, and beside them the commands of a kind that goes more than one way.
    private func cases(_ house: House) throws -> [Case] {
        let (alice, bob) = (house.alice, house.bob)
        let (digest, key) = (try digest(1), try key("k0000001"))
        let kept = AddComponent(version: house.version, kind: .modelCard, withheldReason: "secret")
        func issue(_ person: PersonID) -> Command {
            .issueKey(IssueKey(owner: .person(person), kind: .person, key: key, digest: digest))
        }
        return try Examples.commands().map { Case($0, try self.direction(of: $0.kind), by: alice) } + [
            Case(.addComponent(kept), .neutral, by: alice),
            Case(issue(alice), .neutral, by: alice),
            Case(issue(bob), .widening, by: alice),
            Case(.assignRoles(AssignRoles(person: alice, roles: [.admin])), .narrowing, by: alice),
            Case(.assignRoles(AssignRoles(person: alice, roles: [])), .narrowing, by: alice),
            Case(.assignRoles(AssignRoles(person: bob, roles: [.approver, .viewer])), .widening, by: alice),
            Case(.assignRoles(AssignRoles(person: bob, roles: [.viewer])), .widening, by: alice),
        ]
    }

    /// The way of each kind's example: written out, so that a new kind has to be thought about here too.
    private func direction(of kind: Command.Kind) throws -> Direction {
        switch kind {
        case .addComponent, .makeCurrent, .resumeModel, .addPerson, .assignRoles, .issueGrant, .openEnrolment:
            .widening
        case .holdModel, .erasePerson, .revokeGrant, .revokeKey, .refuseEvidence, .withdrawEvidence, .closeEnrolment:
            .narrowing
        case .addModel, .addVersion, .addOrganisation, .addApplication, .enrol, .issueKey, .publishTerms,
            .acceptTerms, .attachEvidence, .acceptEvidence, .approve, .reject:
            .neutral
        }
    }

    @Test("is known for every kind of command")
    func table() throws {
        let house = try House()
        for item in try self.cases(house) {
            let direction = house.registry.direction(of: item.command, by: item.actor)
            #expect(direction == item.direction, "\(item.command)")
            #expect(direction != .widening || item.command.kind.mayNeedSecondPerson, "\(item.command)")
        }
        let covered = try Set(self.cases(house).map(\.command.kind))
        #expect(covered == Set(Command.Kind.allCases))
    }

    @Test("is never widening where it is said that no second person is needed")
    func generated() {
        var widened: Set<Command.Kind> = []
        repeated(seeds: 60) { seed, _ in
            var history = try #require(History(seed: seed))
            for _ in 0..<100 {
                let step = history.step()
                guard step.before.direction(of: step.command, by: step.actor) == .widening else { continue }
                try #require(step.command.kind.mayNeedSecondPerson, "\(step.command)")
                widened.insert(step.command.kind)
            }
        }
        guard seeds(60).count > 1 else { return }
        #expect(widened == Set(Command.Kind.allCases.filter(\.mayNeedSecondPerson)))
    }

    @Test("is narrowing for whatever one person does to close")
    func closing() throws {
        var house = try House()
        try house.agree(.makeCurrent(MakeCurrent(model: house.model, version: house.version)))
        try house.agree(.issueGrant(house.grant))
        let key = try house.addKey()
        #expect(house.admit(key).isAdmitted)
        let grant = try #require(house.registry.grants.keys.first)
        for command in [
            Command.holdModel(HoldModel(model: house.model, reason: "wait")),
            .revokeGrant(RevokeGrant(grant: grant, reason: "over")),
            .revokeKey(RevokeKey(key: key.id, reason: "lost")),
        ] {
            var closed = house
            try closed.give(command, by: closed.bob)
            #expect(!closed.admit(key).isAdmitted, "\(command)")
        }
    }
}

@Suite("The explanation of a person")
struct PersonExplanationTests {
    @Test("names just the commands that are not refused for want of a role")
    func agrees() throws {
        let house = try House()
        for role in Role.allCases {
            var registry = house.registry
            let roles = AssignRoles(person: house.carol, roles: [role])
            registry.apply(ControlEntry(at: house.now, by: .system, event: .rolesAssigned(roles)))
            let snapshot = Snapshot(registry: registry, asOf: house.now)
            let explanation = try #require(snapshot.explanation(ofPerson: house.carol))
            #expect(explanation.roles == [role])
            for command in try Examples.commands() {
                let own = try self.own(command, of: house.carol)
                #expect(
                    explanation.gives.contains(command.kind) == self.isPermitted(own, house.carol, registry),
                    "\(role.rawValue) and \(command.kind.rawValue)")
            }
            let widenings = Command.Kind.allCases.filter(\.mayNeedSecondPerson)
            #expect(explanation.approves == (role == .approver ? widenings : []))
        }
    }

    @Test("is not there for somebody who was erased")
    func erased() throws {
        var house = try House()
        try house.give(.erasePerson(ErasePerson(person: house.carol, reason: "left")), by: house.alice)
        let snapshot = Snapshot(registry: house.registry, asOf: house.now)
        #expect(snapshot.explanation(ofPerson: house.carol) == nil)
        #expect(snapshot.explanation(ofPerson: house.bob) != nil)
    }

    /// The command as a person may give it for themselves, where that is another matter than for others.
    private func own(_ command: Command, of person: PersonID) throws -> Command {
        guard case .issueKey = command else { return command }
        return .issueKey(
            IssueKey(owner: .person(person), kind: .person, key: try key("k0000001"), digest: try digest(1)))
    }

    private func isPermitted(_ command: Command, _ person: PersonID, _ registry: Registry) -> Bool {
        var generator = SeededGenerator(seed: 1)
        do {
            _ = try registry.decide(command, by: .person(person), at: World.noon, using: &generator)
            return true
        } catch {
            return error.code != .notPermitted
        }
    }
}
